"""Times in text as intervals with a precision, read from a reference date in the mission's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from trucewatch.language.dates import (
    DIGIT,
    MONTH_HEADS,
    RELATIVE_HEADS,
    SAME_HEADS,
    WEEKDAY_HEADS,
    DateSpan,
    find_dates,
    heads_of,
)
from trucewatch.language.fold import fold
from trucewatch.language.time_words import DAY_PARTS, IN_A_ROW, LAST_DAY, ROW_MARK
from trucewatch.when import Interval, MissionClock, WhenPrecision

CLOCK = re.compile(
    r"(?<![\d.:])(\d{1,2}):(\d{2})(?!\d)(?::\d{2})?(?:\s?(a\.?m|p\.?m)\b\.?)?(?:\s?(?:hrs|hours|h)\b)?"
)
HOUR_ONLY = re.compile(r"(?<![\d.:-])(\d{1,2})\s?(a\.?m|p\.?m)\b\.?")
RANGE_LINK = re.compile(
    r"\s*(?:hrs\s*)?(?:-|–|—|and|to|until|till|та|і|и|до|по)\s*"
    r"(?:at |approximately |about |around )?"
)
SENTENCE_END = re.compile(r"[.!?]\s|\n")
PART = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<p{i}>{words})" for i, (_, words, _, _) in enumerate(DAY_PARTS))
    + r")\b",
    re.IGNORECASE,
)
PART_LINK = re.compile(r"(?:\s+(?:of|on|between|from|на|від|от|з|із|с|со))?(?:\s+the)?\s*,?\s*")
# 'on the morning of 16 February between 06:20 and 07:45' names two times; the date serves both.
PART_BEFORE = re.compile(PART.pattern + r"(?:\s+(?:of|on))?(?:\s+the)?\s*,?\s*$", re.IGNORECASE)
EVENINGS = re.compile(r"\bbetween the evenings? of\s+", re.IGNORECASE)
EVENING_LINK = re.compile(r"\s+and\s+(?:(?:on\s+)?the\s+evening\s+of\s+)?", re.IGNORECASE)
AND_NIGHT = re.compile(r"\s+(?:and|та|і|и|й)\s+(?:the\s+)?(?:night|вночі|ночью)\b", re.IGNORECASE)
NIGHT = re.compile(r"\b(?:over)?night\b|\bніч\b|\bночь\b|\bночі\b|\bночи\b", re.IGNORECASE)
DATE_REACH = 60
BLOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time named in text: offsets, words, the interval meant, how the date is known."""

    start: int
    end: int
    text: str
    interval: Interval
    grounds: str


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """Clock times in text: one moment, or from-to (`last` is None for one moment)."""

    start: int
    end: int
    first: time
    last: time | None


def find_times(text: str, *, reference_date: date, clock: MissionClock) -> list[TimeMention]:
    """Return the times that a text names, in order.

    reference_date: the day the text was written, local to `clock`. A date without a year is the one
    nearest to it; a clock time without a date takes the date before it in the text, else the
    reference date. Blocks of a million characters bound the memory; time is linear.
    """
    found: list[TimeMention] = []
    for base in range(0, len(text), BLOCK):
        part = text[base : base + BLOCK]
        found += _in_block(part, base, reference_date, clock)
    return found


def _in_block(text: str, base: int, reference: date, clock: MissionClock) -> list[TimeMention]:
    folded = fold(text)
    heads = heads_of(folded)
    if not may_hold_time(folded, heads):
        return []
    reader = _Reader(folded, find_dates(folded, reference, heads), reference, clock)
    spans = [*reader.clocks()] if DIGIT.search(folded) else []
    spans += reader.evenings() if "evening" in folded else ()
    spans += reader.parts() if not heads.isdisjoint(PART_HEADS) else ()
    spans += reader.rows() if not heads.isdisjoint(ROW_HEADS) else ()
    spans += reader.last_days() if not heads.isdisjoint(LAST_HEADS) else ()
    spans = sorted([*spans, *reader.days()])
    mentions: list[TimeMention] = []
    for start, end, interval, grounds in _without_overlap(spans):
        mentions.append(TimeMention(base + start, base + end, text[start:end], interval, grounds))
    return mentions


PART_HEADS = heads_of(PART.pattern) | {"дне", "днё"}
# Words without which no 'day in a row' and no 'past day' stands.
ROW_HEADS = heads_of("row running consecutive successive straight поспіль подряд")
LAST_HEADS = heads_of("past last previous добу сутки")
WORD_HEADS = (
    PART_HEADS | ROW_HEADS | LAST_HEADS | RELATIVE_HEADS | WEEKDAY_HEADS | SAME_HEADS
    | MONTH_HEADS
)  # fmt: skip


def may_hold_time(folded: str, heads: frozenset[str] | None = None) -> bool:
    """Return False only where no pattern can match: no digit, no word that begins alike."""
    if DIGIT.search(folded):
        return True
    return not WORD_HEADS.isdisjoint(heads_of(folded) if heads is None else heads)


_Span = tuple[int, int, "_Sortable", str]


def _without_overlap(spans: list[_Span]) -> Iterator[tuple[int, int, Interval, str]]:
    taken = -1
    for start, end, held, grounds in spans:
        if start >= taken:
            taken = end
            yield start, end, held.interval, grounds


@dataclass(frozen=True, slots=True)
class _Sortable:
    """An interval that takes no part in the order of spans."""

    interval: Interval

    def __lt__(self, other: object) -> bool:
        return False


class _Reader:
    """The times of one text: which date each clock time and part of the day belongs to."""

    def __init__(
        self, folded: str, dates: list[DateSpan], reference: date, clock: MissionClock
    ) -> None:
        self.folded, self.dates = folded, dates
        self.reference, self.clock = reference, clock
        self.used: set[int] = set()

    def clocks(self) -> Iterator[_Span]:
        """Yield clock times joined with their date."""
        for span in find_clocks(self.folded):
            day, grounds, near = self._day_for(span.start, span.end)
            interval = clock_interval(day, span, self.clock)
            start = min(span.start, near.start) if near else span.start
            if near and PART_BEFORE.search(self.folded[max(0, near.start - 30) : near.start]):
                start = span.start
            yield start, max(span.end, near.end) if near else span.end, _Sortable(interval), grounds

    def _day_for(self, start: int, end: int) -> tuple[date, str, DateSpan | None]:
        """Return the day of a clock time, the grounds, and the date where it adjoins the time."""
        before = None
        for number, found in enumerate(self.dates):
            if found.start >= end:
                gap = self.folded[end : found.start]
                if len(gap) <= DATE_REACH and not SENTENCE_END.search(gap) and len(gap) <= 12:
                    self.used.add(number)
                    return found.first, "the date beside it", found
                break
            before = (number, found)
        if before is None:
            return self.reference, "the reference date", None
        number, found = before
        gap = self.folded[found.end : start]
        if found.last - found.first == timedelta(days=1) and self._at_night(found, start):
            return found.first, "the evening of the night named", None
        if len(gap) <= 12 and not SENTENCE_END.search(gap):
            self.used.add(number)
            return found.last, "the date beside it", found
        return found.last, "the date before it in the text", None

    def _at_night(self, found: DateSpan, start: int) -> bool:
        """Return whether a clock time after noon follows 'the night of 15-16 February'."""
        head = self.folded[max(0, found.start - 30) : found.start]
        hour = re.match(r"\d{1,2}", self.folded[start : start + 2])
        return NIGHT.search(head) is not None and hour is not None and int(hour.group()) >= 12

    def evenings(self) -> Iterator[_Span]:
        """Yield 'between the evenings of 14 and 16 February': evening to evening."""
        for match in EVENINGS.finditer(self.folded):
            at = next((i for i, d in enumerate(self.dates) if d.start == match.end()), None)
            if at is None:
                continue
            first = last = self.dates[at]
            following = self.dates[at + 1] if at + 1 < len(self.dates) else None
            if following and EVENING_LINK.fullmatch(self.folded[first.end : following.start]):
                last = following
            if last.last <= first.first:
                continue
            self.used.update((at, self.dates.index(last)))
            interval = self.clock.reporting_span(first.first, last.last)
            yield match.start(), last.end, _Sortable(interval), "between two evenings"

    def parts(self) -> Iterator[_Span]:
        """Yield parts of the day, joined with the date they stand beside."""
        for match in PART.finditer(self.folded):
            _, _, first_h, last_h = DAY_PARTS[int(str(match.lastgroup)[1:])]
            reach = match.end()
            following = AND_NIGHT.match(self.folded, reach)
            if following and first_h < 22:
                last_h, reach = 30, following.end()
            found = self._beside(match.start(), reach)
            day = found.first if found else self._last_date(match.start())
            if first_h >= 22 and found and (found.last > found.first or _onto(self.folded, match)):
                day = found.last - timedelta(days=1)
            interval = part_interval(day, first_h, last_h, self.clock)
            start = min(match.start(), found.start) if found else match.start()
            end = max(reach, found.end) if found else reach
            yield start, end, _Sortable(interval), "part of the day"

    def _beside(self, start: int, end: int) -> DateSpan | None:
        for number, found in enumerate(self.dates):
            after, before = self.folded[end : found.start], self.folded[found.end : start]
            if (found.start >= end and len(after) <= 10 and PART_LINK.fullmatch(after)) or (
                found.end <= start and len(before) <= 10 and PART_LINK.fullmatch(before)
            ):
                self.used.add(number)
                return found
            if found.start > end + 10:
                break
        return None

    def _last_date(self, position: int) -> date:
        earlier = [d for d in self.dates if d.end <= position]
        return earlier[-1].last if earlier else self.reference

    def rows(self) -> Iterator[_Span]:
        """Yield 'for the second day in a row'."""
        for match in IN_A_ROW.finditer(self.folded):
            if ROW_MARK.search(match.group()):
                yield match.start(), match.end(), _Sortable(self._row(match)), "days in a row"

    def last_days(self) -> Iterator[_Span]:
        """Yield 'over the past 24 hours'."""
        for match in LAST_DAY.finditer(self.folded):
            interval = self.clock.reporting_day(self.reference)
            yield match.start(), match.end(), _Sortable(interval), "the last reporting day"

    def _row(self, match: re.Match[str]) -> Interval:
        from trucewatch.language.time_words import ORDINALS

        count = ORDINALS[match.group(1).lower()]
        days = count * 7 if match.group(2).lower() in ("week", "тиждень", "неделю") else count
        last = self._last_date(match.start())
        return days_interval(last - timedelta(days=days - 1), last, self.clock)

    def days(self) -> Iterator[_Span]:
        """Yield the dates that no clock time or part of the day took."""
        for number, found in enumerate(self.dates):
            if number not in self.used:
                interval = days_interval(found.first, found.last, self.clock)
                yield found.start, found.end, _Sortable(interval), found.grounds


def _onto(folded: str, match: re.Match[str]) -> bool:
    """Return whether a night leads onto the date after it: 'в ночь на 16 февраля'."""
    return bool(re.match(r"\s+на\b", folded[match.end() : match.end() + 6]))


def find_clocks(folded: str) -> list[ClockSpan]:
    """Return clock times and from-to spans of a folded text, in order."""
    moments = sorted(
        (m.start(), m.end(), found)
        for pattern, mark in ((CLOCK, ":"), (HOUR_ONLY, "m"))
        if mark in folded
        for m in pattern.finditer(folded)
        if (found := _time_of(m)) is not None
    )
    spans: list[ClockSpan] = []
    skip = -1
    for i, (start, end, first) in enumerate(moments):
        if start < skip:
            continue
        following = moments[i + 1] if i + 1 < len(moments) else None
        if following and RANGE_LINK.fullmatch(folded[end : following[0]][:40]):
            spans.append(ClockSpan(start, following[1], first, following[2]))
            skip = following[1]
        else:
            spans.append(ClockSpan(start, end, first, None))
            skip = end
    return spans


def _time_of(match: re.Match[str]) -> time | None:
    groups = match.groups()
    hour, minute, half = (
        (groups[0], groups[1], groups[2]) if len(groups) == 3 else (groups[0], "0", groups[1])
    )
    value = int(hour)
    if half:
        value = value % 12 + (12 if half[0].lower() == "p" else 0)
    if value > 24 or int(minute) > 59 or (value == 24 and int(minute)):
        return None
    return time(value % 24, int(minute)) if value < 24 else time(23, 59, 59)


def clock_interval(day: date, span: ClockSpan, clock: MissionClock) -> Interval:
    """Return the UTC interval of clock times on a local day; a span past midnight ends next day."""
    start = clock.at(day, span.first)
    if span.last is None:
        return Interval(start, start + timedelta(minutes=1), WhenPrecision.MINUTE)
    end_day = day if span.last >= span.first else day + timedelta(days=1)
    return Interval(start, clock.at(end_day, span.last), WhenPrecision.PERIOD)


def part_interval(day: date, first_h: int, last_h: int, clock: MissionClock) -> Interval:
    """Return the UTC interval of local hours; 24 and more are on the next day."""
    precision = WhenPrecision.EVENING if first_h == 18 else WhenPrecision.PERIOD
    return Interval(_at_hour(day, first_h, clock), _at_hour(day, last_h, clock), precision)


def _at_hour(day: date, hour: int, clock: MissionClock) -> datetime:
    return clock.at(day + timedelta(days=hour // 24), time(hour % 24))


def days_interval(first: date, last: date, clock: MissionClock) -> Interval:
    """Return local midnight of the first day to the midnight after the last."""
    if first == last:
        return clock.calendar_day(first)
    return Interval(
        clock.calendar_day(first).start_utc, clock.calendar_day(last).end_utc, WhenPrecision.PERIOD
    )
