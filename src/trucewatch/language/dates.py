"""Dates in text: '16 February', '3-4 May', 'March 7, 2019', '16.02.2019', 'вчора'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from trucewatch.language.time_words import MONTH, MONTHS, RELATIVE_DAYS, WEEKDAY, WEEKDAYS

DAY = r"(\d{1,2})(?:st|nd|rd|th|-го)?"
LINK = r"\s?(?:-|–|—|and|to|і|та|и|по|до|на)\s?"
YEAR = r"(?:,?\s+(\d{4})\b)?"
DAY_MONTH = re.compile(rf"\b{DAY}(?:{LINK}{DAY})?\s+(?:of\s+)?{MONTH}{YEAR}", re.IGNORECASE)
MONTH_DAY = re.compile(rf"\b{MONTH}\s+{DAY}(?:{LINK}{DAY})?(?!\d|:){YEAR}", re.IGNORECASE)
LATIN_DAY = re.compile(r"[A-Za-z]\.?\s+\d")
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?!\d)")
DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
MONTH_ONLY = re.compile(
    rf"\b(?:in|during|у|в|во|since|since late|since early|з|с)\s+{MONTH}(?:\s+(\d{{4}})\b)?",
    re.IGNORECASE,
)
YEAR_ONLY = re.compile(
    r"\b(?:in|since|during|by|(?:beginning|start) of|у|в|з|с|до)\s+(?:the year\s+)?(\d{4})\b"
    r"(?!\s?(?:km|км|m\b|soldiers|troops|people))",
    re.IGNORECASE,
)
BARE_DAY = re.compile(
    r"\bon\s+(\d{1,2})\s+(?:and|to|until|till)\s+(?:\d{1,2}:\d{2}(?:\s?hrs)?\s+on\s+|on\s+)?(\d{1,2})\s+"
    + MONTH,
    re.IGNORECASE,
)
RELATIVE = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<r{i}>{words})" for i, (words, _) in enumerate(RELATIVE_DAYS))
    + r")\b",
    re.IGNORECASE,
)
SAME_DAY = re.compile(
    r"\b(?:on )?the same (?:day|date|evening)\b|того ж дня|в тот же день", re.IGNORECASE
)
NEXT_DAY = re.compile(
    r"\b(?:on |during )?the (?:following|next) (?:day|date|morning|afternoon|evening|night)\b|"
    r"наступного (?:дня|ранку|вечора)|на следующий день|на следующее утро",
    re.IGNORECASE,
)
DIGIT, FOUR_DIGITS = re.compile(r"\d"), re.compile(r"\d{4}")
WORD_START = re.compile(r"\b[^\W\d_]{3}")
WEEKDAY_RE = re.compile(WEEKDAY, re.IGNORECASE)
TO = re.compile(r"\s?(?:-|–|—|to|until|till|through|до|по)\s?(?:the\s)?")
AND = re.compile(r"\s(?:and|та|і|и)\s")
YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """Dates named in text: offsets, the first and last local day, and how they are known."""

    start: int
    end: int
    first: date
    last: date
    grounds: str = "the date named"


def nearest_year(day: int, month: int, reference: date) -> date | None:
    """Return the day and month in the year that brings it nearest to the reference date."""
    around = (_date(year, month, day) for year in range(reference.year - 1, reference.year + 2))
    found = [d for d in around if d is not None]
    if not found:
        # 29 February away from a leap year.
        wider = (_date(year, month, day) for year in range(reference.year - 8, reference.year + 9))
        found = [d for d in wider if d is not None]
    return min(found, key=lambda d: abs((d - reference).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def heads_of(text: str) -> frozenset[str]:
    """Return the first three letters of each word of a text, or of a pattern that matches words."""
    return frozenset(WORD_START.findall(text.lower()))


RELATIVE_HEADS, WEEKDAY_HEADS = heads_of(RELATIVE.pattern), heads_of(WEEKDAY)
SAME_HEADS = heads_of(SAME_DAY.pattern) | heads_of(NEXT_DAY.pattern)
MONTH_HEADS = heads_of(" ".join(MONTHS))


def find_dates(folded: str, reference: date, heads: frozenset[str] | None = None) -> list[DateSpan]:
    """Return the dates of a folded text in order, none overlapping another.

    heads: heads_of(folded) where the caller has it; a pattern that shares none is not tried.
    """
    heads = heads_of(folded) if heads is None else heads
    found: list[DateSpan] = []
    digit = DIGIT.search(folded)
    if digit and not heads.isdisjoint(MONTH_HEADS):
        found += [*_day_months(folded, reference), *_months(folded, reference)]
        found += _bare_days(folded, reference)
    if digit and FOUR_DIGITS.search(folded):
        found += [*_numeric(folded), *_years(folded)]
    if not heads.isdisjoint(RELATIVE_HEADS):
        found += _relative(folded, reference)
    if not heads.isdisjoint(WEEKDAY_HEADS):
        found += _weekdays(folded, reference)
    kept: list[DateSpan] = []
    for span in sorted(found, key=lambda d: (d.start, -d.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    kept = _joined(folded, kept)
    if heads.isdisjoint(SAME_HEADS):
        return kept
    return sorted([*kept, *_after(folded, kept, reference)])


def _after(folded: str, spans: list[DateSpan], reference: date) -> Iterator[DateSpan]:
    """Yield 'the same day' and 'the following day': counted from the date named before them."""
    for pattern, ahead, grounds in (
        (SAME_DAY, 0, "the same day"),
        (NEXT_DAY, 1, "the day after the date before it"),
    ):
        for match in pattern.finditer(folded):
            day = _day_before(spans, match.start(), reference) + timedelta(days=ahead)
            end = match.end()
            # The part of the day stays to be read by itself: 'the following evening'.
            part = re.search(r"(?:morning|afternoon|evening|night)$", match.group(), re.IGNORECASE)
            if part and ahead:
                end = match.start() + part.start() - 1
            yield DateSpan(match.start(), end, day, day, grounds)


def _day_before(spans: list[DateSpan], position: int, reference: date) -> date:
    earlier = [d.last for d in spans if d.end <= position]
    return earlier[-1] if earlier else reference


def _day_months(folded: str, reference: date) -> Iterator[DateSpan]:
    # 'March 7' is English only: the search is spared where no Latin word precedes a digit.
    american = ((MONTH_DAY, (2, 3, 1, 4)),) if LATIN_DAY.search(folded) else ()
    for pattern, order in ((DAY_MONTH, (1, 2, 3, 4)), *american):
        for match in pattern.finditer(folded):
            one, two, month, year = (match.group(i) for i in order)
            span = _span(match, (one, two, MONTHS[month.lower()], year), reference)
            if span is not None:
                yield span


def _bare_days(folded: str, reference: date) -> Iterator[DateSpan]:
    """Yield the first day of 'between 19:30 on 5 and 19:30 on 6 January', in the later's month."""
    for match in BARE_DAY.finditer(folded):
        day, later = int(match.group(1)), int(match.group(2))
        last = nearest_year(later, MONTHS[match.group(3).lower()], reference)
        if last is None:
            continue
        month_end = last.replace(day=1) - timedelta(days=1)
        first = (
            _date(last.year, last.month, day)
            if day <= later
            else _date(month_end.year, month_end.month, day)
        )
        if first is not None:
            yield DateSpan(match.start(1), match.end(1), first, first, "the month named after it")


def _span(
    match: re.Match[str], parts: tuple[str, str | None, int, str | None], reference: date
) -> DateSpan | None:
    one, two, month, year = parts
    last_day = int(two or one)
    last = _date(int(year), month, last_day) if year else nearest_year(last_day, month, reference)
    first = _date(last.year, month, int(one)) if last else None
    if first is None or last is None or first > last:
        return None
    grounds = "the date named" if year else "the date named, in the year nearest to the reference"
    return DateSpan(match.start(), match.end(), first, last, grounds)


def _numeric(folded: str) -> Iterator[DateSpan]:
    for pattern, order in ((ISO, (1, 2, 3)), (DOTTED, (3, 2, 1))):
        for match in pattern.finditer(folded):
            day = _date(*(int(match.group(i)) for i in order))
            if day is not None:
                yield DateSpan(match.start(), match.end(), day, day)


def _months(folded: str, reference: date) -> Iterator[DateSpan]:
    for match in MONTH_ONLY.finditer(folded):
        month = MONTHS[match.group(1).lower()]
        year = match.group(2)
        first = _date(int(year), month, 1) if year else nearest_year(1, month, reference)
        if first is not None:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            yield DateSpan(match.start(), match.end(), first, last, "the month named")


def _years(folded: str) -> Iterator[DateSpan]:
    for match in YEAR_ONLY.finditer(folded):
        first = _date(int(match.group(1)), 1, 1)
        if first is not None:
            yield DateSpan(
                match.start(), match.end(), first, date(first.year, 12, 31), "the year named"
            )


def _relative(folded: str, reference: date) -> Iterator[DateSpan]:
    for match in RELATIVE.finditer(folded):
        day = reference + timedelta(days=RELATIVE_DAYS[int(str(match.lastgroup)[1:])][1])
        yield DateSpan(match.start(), match.end(), day, day, "counted from the reference date")


def _weekdays(folded: str, reference: date) -> Iterator[DateSpan]:
    for match in WEEKDAY_RE.finditer(folded):
        back = (reference.weekday() - WEEKDAYS[match.group(1).lower()]) % 7
        day = reference - timedelta(days=back)
        yield DateSpan(match.start(), match.end(), day, day, "the last such weekday")


def _joined(folded: str, spans: list[DateSpan]) -> list[DateSpan]:
    """Join '28 July - 2 August' into one span, and a weekday with the date it names."""
    out: list[DateSpan] = []
    for span in spans:
        gap = folded[out[-1].end : span.start] if out else "."
        if out and len(gap) <= 10 and TO.fullmatch(gap):
            first = _in_year_of(out[-1], span)
            out[-1] = DateSpan(out[-1].start, span.end, first, span.last, span.grounds)
        elif out and gap in (", ", " ", ",") and out[-1].grounds == "the last such weekday":
            out[-1] = DateSpan(out[-1].start, span.end, span.first, span.last, span.grounds)
        else:
            out.append(span)
    return out


def _in_year_of(early: DateSpan, late: DateSpan) -> date:
    """Return the first day of a span whose year only its end names."""
    first = _date(late.first.year, early.first.month, early.first.day) or early.first
    return first if first <= late.last else min(early.first, late.last)
