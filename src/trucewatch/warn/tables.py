"""Daily counts from CSV files: one file or a folder of them, by a few well-known headings."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from trucewatch.errors import ReadError
from trucewatch.warn.ledger import Ledger, Stated, ledger_of

HEADINGS: dict[str, tuple[str, ...]] = {
    "date": ("date", "day", "date_evening_to_1930", "period_end_evening"),
    "start": ("period_start_evening",),
    "region": ("region", "zone", "admin1", "area"),
    "count": ("count", "ceasefire_violations", "violations", "events", "n"),
    "known": ("known_from", "published", "issued"),
    "basis": ("basis",),
}
NO_REGION = "all of it"
MAX_ROWS = 5_000_000
MAX_HEADING = 100_000
MOST_NAMED = 50
# Of a cell that cannot be read: a quote left open swallows a whole file.
MOST_QUOTED = 60
EMPTY = ("", "na", "nan", "null", "none")
GROUPED = re.compile(r"\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?")
# Beside semicolons a point may part thousands or decimals, and nobody can say which.
POINTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")


def read_daily_counts(
    path: str | Path, *, lag_days: int = 1, recommitted: date | None = None
) -> Ledger:
    """Read a CSV file, or every *.csv of a folder, into a ledger.

    Columns, separated by comma, semicolon or tab: date, count; optional region, known_from (a
    date: from when the count could be read), period_start_evening (exclusive: the row is a total
    over several days). Without known_from a count is known lag_days after its day; a row whose
    `basis` says that it stands in a later report is known from that report. Empty counts are
    unknown days; thousands may be parted by commas, blanks or apostrophes. What of a folder was
    not read, and regions without a count, stand in the notes.
    Raises ReadError with file and line for a date or a count that cannot be one.
    """
    files, left_out = _files(Path(path))
    stated: list[Stated] = []
    empty: set[str] = set()
    for file in files:
        stated += _late(list(_rows(file, lag_days, empty)))
        if len(stated) > MAX_ROWS:
            raise _fault(str(file), f"more than {MAX_ROWS} rows", "daily counts", "Sum per day.")
    silent = sorted(empty - {s.zone for s in stated})
    notes = [f"{name}: not read, no columns date and count" for name in left_out]
    notes += [f"{zone}: no count at all, left out" for zone in silent[:MOST_NAMED]]
    return ledger_of(stated, recommitted=recommitted, notes=notes)


def _files(path: Path) -> tuple[list[Path], list[str]]:
    """The files to read, and the names of those in the folder that hold no daily counts."""
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    readable = [f for f in files if f.is_file() and (not path.is_dir() or _columns_of(f))]
    if not readable:
        raise _fault(str(path), "no file of daily counts", "CSV with date and count",
                     "Give a file or folder with columns date,region,count.")  # fmt: skip
    return readable, [f.name for f in files if f not in readable]


def _separator(file: Path) -> str:
    """Comma, semicolon or tab: the one that the heading holds most of."""
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        heading = lines.readline(MAX_HEADING)
    return max(",;\t", key=heading.count)


def _columns_of(file: Path) -> dict[str, str] | None:
    """Which heading plays which part, or None where the file holds no daily counts."""
    separator = _separator(file)
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        heading = next(csv.reader([lines.readline(MAX_HEADING)], delimiter=separator), [])
    names = {name.strip().casefold(): name for name in heading}
    found = {
        part: names[known]
        for part, choices in HEADINGS.items()
        for known in reversed(choices)
        if known in names
    }
    return found if {"date", "count"} <= found.keys() else None


def _rows(file: Path, lag_days: int, empty: set[str]) -> Iterator[tuple[Stated, bool]]:
    columns = _columns_of(file)
    if columns is None:
        raise _fault(str(file), "no columns date and count", "a heading line: date,region,count",
                     "Name the columns date, region and count.")  # fmt: skip
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        separator = _separator(file)
        for number, row in _parsed(csv.DictReader(lines, delimiter=separator), file):
            where = f"{file}:{number}"
            if separator == ";" and POINTED.fullmatch((row.get(columns["count"]) or "").strip()):
                raise _fault(where, f"{row[columns['count']]!r} as a count", "digits alone",
                             "Leave a point between thousands out.")  # fmt: skip
            one = _stated(row, columns, where, lag_days)
            if one is not None:
                yield one
            elif len(empty) < MOST_NAMED:
                empty.add((row.get(columns.get("region", "")) or "").strip() or NO_REGION)


def _parsed(
    rows: csv.DictReader[str], file: Path
) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    """Rows with their numbers; what is no CSV is named with its line."""
    number = 1
    while True:
        number += 1
        try:
            yield number, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise _fault(f"{file}:{number}", str(error), "a row of CSV", "Mend it.") from error


def _stated(
    row: Mapping[str, str | None], columns: dict[str, str], where: str, lag_days: int
) -> tuple[Stated, bool] | None:
    text = {part: (row.get(name) or "").strip() for part, name in columns.items()}
    if text["count"].casefold() in EMPTY:
        return None
    end = day_of(text["date"], where)
    start = day_of(text["start"], where) + timedelta(days=1) if text.get("start") else end
    known = day_of(text["known"], where) if text.get("known") else end + timedelta(days=lag_days)
    count = _count(text["count"], where)
    later = not text.get("basis", "own_report").startswith("own_report")
    return Stated(text.get("region") or NO_REGION, start, end, count, known), later


def _late(rows: Iterable[tuple[Stated, bool]]) -> list[Stated]:
    """Move what stands in a later report to the day on which that report could be read."""
    rows = list(rows)
    reports = sorted({s.known for s, later in rows if not later})
    return [
        Stated(s.zone, s.start, s.end, s.count,
               next((day for day in reports if day > s.known), s.known + timedelta(days=1)))
        if later else s
        for s, later in rows
    ]  # fmt: skip


def day_of(text: str, where: str) -> date:
    """Return the date of ISO 8601 text, with or without a time; a clock change moves no date."""
    try:
        return (
            date.fromisoformat(text[:10])
            if len(text) <= 10
            else datetime.fromisoformat(text).date()
        )
    except ValueError as error:
        raise _fault(
            where, f"{text[:MOST_QUOTED]!r} as a date", "YYYY-MM-DD", "Write the date so."
        ) from error


def _count(text: str, where: str) -> float:
    digits = re.sub(r"[,' \u00a0\u202f]", "", text) if GROUPED.fullmatch(text) else text
    try:
        value = float(digits)
    except ValueError as error:
        raise _fault(where, f"{text[:MOST_QUOTED]!r} as a count", "a number from 0",
                     "Correct it; decimals take a point.") from error  # fmt: skip
    if not math.isfinite(value) or value < 0:
        raise _fault(where, f"{text[:MOST_QUOTED]!r} as a count", "a number from 0",
                     "A count is never negative; leave an unknown one empty.")  # fmt: skip
    return value


def _fault(where: str, found: str, expected: str, mend: str) -> ReadError:
    return ReadError(where, found=found, expected=expected, mend=mend)
