"""The annexed table of ceasefire violations, as text: each row of it an observation.

Columns after the OSCE SMM's annex: SMM position, event location, means, number, observation,
description, weapon, date and time. Cells are parted by bars, tabs, two blanks or (in text taken
from PDF) one; a row may run over several lines and ends with its date and time. An empty position is
that of the row before.
"""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from trucewatch.language import smm_words as words
from trucewatch.language.dates import nearest_year
from trucewatch.language.quantities import find
from trucewatch.language.smm_items import weapons_in
from trucewatch.language.smm_range import BEARINGS, KM_NUMBER, Where, direction_in, where_in
from trucewatch.language.time_words import MONTHS

CUE, LINE = re.compile(r"\bmeans\b", re.IGNORECASE), re.compile(r"[^\n]+")
HEADER = re.compile(r"(?=.{0,200}\bposition\b)(?=.{0,200}\b(?:event|location)\b)(?=.{0,200}\b(?:means|no\.?|number)\b).{1,200}", re.IGNORECASE)  # fmt: skip
WHEN = re.compile(
    r"(?P<day>\d{1,2})(?:[-./ ](?P<month>[A-Za-z]{3,9}|\d{1,2})(?:[-./ ,]+(?P<year>\d{2,4})(?!:))?)[\s,.|;]+(?P<start>\d{1,2}:\d{2})(?:\s?(?:-|–|to)\s?(?P<end>\d{1,2}:\d{2}))?(?:\s?hrs)?\s*\|?\s*$"
)
MEANS = r"(?P<means>heard|saw|seen|observed|recorded)"
NUMBER = r"(?P<number>\d[\d,]*|N/?K|numerous|uncountable|(?:about|at least|over|approx\.?|more than|up to)\s\d[\d,]*|hundreds|dozens|tens|several)"
CLASS = r"(?P<class>(?:undetermined\s+)?(?:explosions?|projectiles?|bursts?(?:\s+and\s+shots?)?|shots?|tracers?(?:\s+rounds?)?|(?:muzzle[ -])?flash(?:es)?|(?:illumination\s+)?flares?|airbursts?|rockets?|missiles?|rounds?|ceasefire violations?))"
LOCATION = rf"(?P<where>(?:at an?\s+)?(?:(?:(?:<|about|approx\.?|less than|within|up to)\s?)?(?:{KM_NUMBER})(?:\s?(?:km|m)?\s?[-–]\s?(?:{KM_NUMBER}))?\s?(?:km|m)\b\s?(?:to the )?(?:{BEARINGS})?|(?:undetermined|unknown|N/?K|not known)(?:\s+(?:distance|location|range))?\s*(?:to the )?(?:{BEARINGS})?))"
ROW = re.compile(rf"^(?P<position>.{{0,200}}?)[\s|;,]*{LOCATION}[\s|;,]+{MEANS}[\s|;]+(?:{NUMBER}[\s|;]+)?{CLASS}\b[\s|;]*(?P<rest>.*)$", re.IGNORECASE)  # fmt: skip
# Small words of the table that prose spells out.
SHORT = ((re.compile(r"\bfrom\s+([NESW]{1,3})\s+to\s+([NESW]{1,3})\b"), r"from \1 to \2"), (re.compile(r"(?<!from )\b([NESW]{1,3})\s+to\s+([NESW]{1,3})\b"), r"from \1 to \2"))  # fmt: skip
ALIKE = re.compile(r"\bSA\b")
LONGEST_ROW = 600
MAX_GAP = 6


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One row of the table: offsets into the text, and its cells read.

    position: the words of the observer's position, or of the row before where the cell is empty.
    last: None for a moment. number: low, best, high and qualifier.
    """

    start: int
    end: int
    position: str
    where: Where
    means: str
    kind: str
    number: tuple[float | None, float | None, float | None, str | None]
    description: str | None
    direction_deg: float | None
    weapons: tuple[str, ...]
    calibre_mm: float | None
    day: date
    first: time
    last: time | None
    sequence: bool


@dataclass(frozen=True, slots=True)
class Record:
    """The joined lines of one row, with what could not be read of it where it could not."""

    start: int
    end: int
    text: str


def annex_span(text: str) -> tuple[int, int] | None:
    """Return where the table stands: from its header to its last dated row; None without one."""
    header = next(filter(None, (_header(text, m) for m in CUE.finditer(text))), None)
    if header is None:
        return None
    end, others = header[1], 0
    for line in LINE.finditer(text, header[1]):
        if WHEN.search(line.group().rstrip()[-80:]):
            end, others = line.end(), 0
            continue
        others += 1
        if others > MAX_GAP:
            break
    return (header[0], end) if end > header[1] else None


def _header(text: str, cue: re.Match[str]) -> tuple[int, int] | None:
    """Return the line of a word where the line holds the table's column names."""
    start = text.rfind("\n", max(0, cue.start() - 300), cue.start()) + 1
    stop = text.find("\n", cue.end(), cue.end() + 300)
    if stop < 0:
        return None
    return (start, stop) if HEADER.fullmatch(text[start:stop].strip()) else None


def records(text: str, span: tuple[int, int]) -> Iterator[Record]:
    """Yield the rows of the table as one line each; the header is left out."""
    lines = list(re.finditer(r"[^\n]+", text[span[0] : span[1]]))[1:]
    begin: int | None = None
    for line in lines:
        begin = line.start() if begin is None else begin
        if line.end() - begin > LONGEST_ROW:
            begin = line.start()
        if WHEN.search(line.group().rstrip()[-80:]):
            joined = text[span[0] + begin : span[0] + line.end()]
            yield Record(
                span[0] + begin,
                span[0] + line.end(),
                re.sub(r"(?<=-)\s*\n\s*|\s*\n\s*", _glue, joined),
            )
            begin = None


def _glue(gap: re.Match[str]) -> str:
    """A word parted at the end of a line is joined; else lines are parted by a blank."""
    return "" if gap.start() and gap.string[gap.start() - 1] == "-" else " "


def read_row(record: Record, before: str, report_day: date) -> AnnexRow | None:
    """Return the cells of a row, or None where they do not fit the table's grammar."""
    when = WHEN.search(record.text)
    day = _day(when, report_day) if when else None
    found = ROW.match(record.text[: when.start()]) if when else None
    if when is None or found is None or day is None:
        return None
    first, last = _time(when.group("start")), _time(when.group("end"))
    if first is None:
        return None
    rest = _spelt(found.group("rest"))
    weapons, calibre = weapons_in(ALIKE.sub("small arms", rest))
    kind = next(
        (k for w, k in words.CLASSES if re.search(w, found.group("class"), re.IGNORECASE)),
        "explosion",
    )
    said = next(
        (d for d, p in words.DESCRIPTIONS if p.search(f"{found.group('class')} {rest}")), None
    )
    position = found.group("position").strip(" |;,\t") or before
    return AnnexRow(
        record.start, record.end, position, where_in(_range(found.group("where"))) or Where(),
        _means(found.group("means")), kind, _number(found.group("number")), said, direction_in(rest),
        weapons, calibre, day, first, last, "sequence" in rest.lower(),
    )  # fmt: skip


def _range(words_of: str) -> str:
    plain = words_of.replace("<", "less than ")
    return re.sub(
        r"^(?:at an? )?(undetermined|unknown|N/?K|not known)(?!\s+(?:distance|location|range))",
        "undetermined distance",
        plain,
        flags=re.IGNORECASE,
    )


def _spelt(rest: str) -> str:
    for pattern, plain in SHORT:
        rest = pattern.sub(plain, rest)
    return rest


def _means(word: str) -> str:
    match = words.VERB.match(word)
    return str(match.lastgroup) if match else "recorded"


def _number(cell: str | None) -> tuple[float | None, float | None, float | None, str | None]:
    if cell is None or cell.upper().replace("/", "") == "NK":
        return None, None, None, None
    quantity = next(iter(find(cell.lower().replace("approx.", "about"), "en")), None)
    if quantity is None:
        return None, None, None, None
    return quantity.low, quantity.best, quantity.high, quantity.qualifier


def _day(when: re.Match[str], report_day: date) -> date | None:
    month_word, year = when.group("month"), when.group("year")
    month = (
        int(month_word)
        if month_word.isdigit()
        else MONTHS.get(
            month_word.lower()[:3]
            if len(month_word) > 3 and month_word.lower() not in MONTHS
            else month_word.lower()
        )
    )
    if month is None or not 1 <= month <= 12:
        return None
    if year is None:
        return nearest_year(int(when.group("day")), month, report_day)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, int(when.group("day")))
    except ValueError:
        return None


def _time(text: str | None) -> time | None:
    if text is None:
        return None
    hour, minute = (int(part) for part in text.split(":"))
    return time(hour, minute) if hour < 24 and minute < 60 else None
