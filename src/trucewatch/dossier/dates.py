"""Dates as documents write them: a year, a month, a day or a few days, each part known or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from trucewatch.language.number_lexicon import words_of

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_YEAR = r"(?:19|20)\d\d"
_DAYS = r"\d{1,2}(?:st|nd|rd|th|-го|-е)?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_DEADLINE = re.compile(
    r"\b(?:by|no later than|until|till|before|до|к|не пізніше|не позднее)\s+(?:the\s+)?"
    r"(?:end of\s+|кінця\s+|конца\s+)?$"
)
_SINCE = re.compile(r"\b(?:since|з|із|від|с)\s+$")
_LEADS = ("end of", "start of", "middle of", "beginning of", "early", "late", "until", "before",
          "by", "since", "early in", "late in")  # fmt: skip
_PART_OF_YEAR = (
    r"(?:the\s+)?end of the year|(?:the\s+)?year['\u2019]s end|year-end|кінця року|конца года"
)
_LINK = r"\s*(?:-|\u2013|\u2014|and|to|та|і|й|и|до|,)\s*"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at start..end of the text; None where a part is not said.

    day_last differs from day_first where several days are named. is_deadline: 'by May';
    is_since: 'since 2019'. weekday: 1 (Monday) to 7 where nothing but the day of the week is said.
    """

    start: int
    end: int
    text: str
    year: int | None
    month: int | None = None
    day_first: int | None = None
    day_last: int | None = None
    is_deadline: bool = False
    is_since: bool = False
    weekday: int | None = None

    @property
    def iso(self) -> str:
        """ISO 8601 text, with '--' for a year that is not said."""
        if self.weekday:
            return f"-W-{self.weekday}"
        parts = [f"{self.year:04d}" if self.year else "-"]
        if self.month or self.day_first:
            parts.append(f"{self.month:02d}" if self.month else "-")
        if self.day_first:
            parts.append(f"{self.day_first:02d}")
        days = f"/{self.day_last:02d}" if self.day_last != self.day_first else ""
        return "-".join(parts) + (days if self.day_last else "")

    def agrees(self, other: DateMention) -> bool:
        """Whether the two can be the same date: every part that both say is the same."""
        if self.weekday or other.weekday:
            return (
                self._weekday() is None
                or self._weekday() in (other._weekday(), None)
                or (other._weekday() is None)
            )
        if self.year and other.year and self.year != other.year:
            return False
        if self.month and other.month and self.month != other.month:
            return False
        if not (self.day_first and other.day_first):
            return True
        mine, theirs = self.day_last or self.day_first, other.day_last or other.day_first
        return self.day_first <= theirs and other.day_first <= mine

    def meets(self, other: DateMention) -> bool:
        """Whether the two say a part in common: a Friday and 'the 5th' may be anything."""
        if not (self.weekday or other.weekday):
            return True
        return self._weekday() is not None and other._weekday() is not None

    def _weekday(self) -> int | None:
        """The day of the week that is said or that a full date falls on."""
        if self.weekday or not (self.year and self.month and self.day_first):
            return self.weekday
        if self.day_last != self.day_first:
            return None
        try:
            return date(self.year, self.month, self.day_first).isoweekday()
        except ValueError:
            return None


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    months = "|".join(sorted(words_of(language).months, key=len, reverse=True))
    month = rf"(?P<month>{months})\.?"
    of = r"(?:\s+of)?"
    year = rf"(?:,?{of}\s+(?P<year>{_YEAR}))?"
    days = rf"(?P<first>{_DAYS})(?:{_LINK}(?P<last>{_DAYS}))?"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"\b(?P<year>{_YEAR})-(?P<number>\d\d)-(?P<first>\d\d)\b",
            rf"\b(?P<first>\d{{1,2}})[./](?P<number>\d\d)[./](?P<year>{_YEAR})\b",
            rf"\b{days}\s+(?:of\s+)?{month}\b{year}",
            rf"\b{month}\s+{days}\b(?!\s*(?:%|percent|million|thousand)){year}",
            rf"\b{month},?{of}\s+(?P<year>{_YEAR})\b",
            r"(?<=\b[Ii]n )(?P<month>(?-i:[A-Z])[a-z]{2,8})\b",
            *(rf"(?<=\b{lead} )(?P<month>(?-i:[A-Z])[a-z]{{2,8}})\b{year}" for lead in _LEADS),
            rf"(?<=\b[вуВУ] ){month}",
            rf"(?<=\b(?:кінця|конца|конце|кінці) ){month}{year}",
            rf"\b(?:{_PART_OF_YEAR}){year}",
            rf"\b(?:on|until|by|since) the (?P<first>{_ORDINAL})\b(?=\s*(?:[.,;)]|$|and\b))",
            r"\b(?P<first>\d{1,2})(?:-го)? (?:числа\b)",
            rf"(?<![\d.,$€£])\b(?P<year>{_YEAR})\b(?![.,]\d|\s*(?:%|km|км))",
        )
    )


def find_dates(text: str, language: str, *, offset: int = 0) -> list[DateMention]:
    """Return the dates of a text in reading order; start and end are shifted by offset."""
    taken: list[tuple[int, int]] = []
    found: list[DateMention] = []
    for pattern in _patterns(language):
        for match in pattern.finditer(text):
            if any(s < match.end() and match.start() < e for s, e in taken):
                continue
            mention = _mention(match, text, language, offset)
            if mention:
                taken.append(match.span())
                found.append(mention)
    return sorted(found, key=lambda d: d.start)


def _mention(match: re.Match[str], text: str, language: str, offset: int) -> DateMention | None:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    month = _month(parts, language) or _month_of_part(match[0])
    first = _day(parts.get("first"))
    last = _day(parts.get("last")) or first
    if month is None and first is None and (year is None or not _is_year(match, text, language)):
        return None
    if (month and not 1 <= month <= 12) or (first and not 1 <= first <= 31):
        return None
    before = text[max(0, match.start() - 24) : match.start()].lower()
    return DateMention(
        match.start() + offset,
        match.end() + offset,
        match[0],
        year,
        month,
        first,
        last if last is None or first is None or last >= first else first,
        is_deadline=bool(_DEADLINE.search(before)),
        is_since=bool(_SINCE.search(before)),
    )


def _month_of_part(text: str) -> int | None:
    """'The end of the year' is its last month."""
    return 12 if re.match(_PART_OF_YEAR, text, re.IGNORECASE) else None


def _day(text: str | None) -> int | None:
    digits = re.match(r"\d{1,2}", text) if text else None
    return int(digits[0]) if digits else None


def _month(parts: dict[str, str | None], language: str) -> int | None:
    number = parts.get("number")
    if number:
        return int(number)
    word = parts.get("month")
    return month_number(word.lower(), language) if word else None


@cache
def month_number(word: str, language: str) -> int | None:
    """Return 1..12 of a month's name or short form in a language, or None."""
    from babel import Locale

    tag = language if language in ("en", "uk", "ru") else "en"
    months = Locale(tag).months
    for width in ("wide", "abbreviated"):
        for form in ("format", "stand-alone"):
            for number, name in months[form][width].items():
                if _same_month(word, name.lower().rstrip("."), tag):
                    return int(number)
    return None


def _same_month(word: str, name: str, language: str) -> bool:
    if language == "en":
        return word == name or (len(word) >= 3 and name.startswith(word))
    stem = re.sub(r"[аяьйеіуюий]+$", "", name)
    return word == name or (len(stem) >= 3 and word.startswith(stem[:5]) and len(word) < 10)


def _is_year(match: re.Match[str], text: str, language: str) -> bool:
    """A bare four-digit number is a year after 'in', 'since' ... or before 'року', 'года'."""
    words = words_of(language)
    before = re.findall(r"[^\W\d_]+|\S", text[: match.start()])[-1:]
    after = re.match(r"\s*([^\W\d_]+)", text[match.end() :])
    following = after[1].lower() if after else ""
    if following in words.year_after:
        return True
    near = bool(before) and before[0].lower() in words.year_before
    counts = bool(re.match(r" [a-zа-яіїєґ]{4,}", text[match.end() :])) and not near
    return (near or text[match.end() :][:1] in (".", ",", ")", "")) and not counts


_WEEKDAY = re.compile(
    r"\b(?:(?:on|early on|late on)\s+(?:(?:early|late|a)\s+)?|[ву]\s+|во\s+)(?P<day>"
    r"mon|tues|wednes|thurs|fri|satur|sun|понеділ|вівтор|серед[уи]|четвер|п['\u2019]ятниц|субот[уи]|"
    r"неділ|понедельник|вторник|сред[уы]|четверг|пятниц|суббот[уы]|воскресен)\w*",
    re.IGNORECASE,
)
_DAYS_OF_WEEK = {
    "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7,
    "понеділ": 1, "вівтор": 2, "серед": 3, "четвер": 4, "п'ятниц": 5, "субот": 6, "неділ": 7,
    "понедел": 1, "вторник": 2, "сред": 3, "пятниц": 5, "суббот": 6, "воскрес": 7,
}  # fmt: skip


def find_weekdays(text: str, *, offset: int = 0) -> list[DateMention]:
    """Return days of the week that stand without a date; start and end are shifted by offset."""
    found = []
    for match in _WEEKDAY.finditer(text):
        if re.match(r"\s*,?\s*\d", text[match.end() :]):
            continue
        word = match["day"].lower().replace("\u2019", "'")
        number = next(n for stem, n in _DAYS_OF_WEEK.items() if word.startswith(stem))
        found.append(
            DateMention(
                match.start("day") + offset, match.end() + offset, match[0], None, weekday=number
            )
        )
    return found
