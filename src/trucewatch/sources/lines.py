"""Reading a damaged table line by line: slower than the engine's parser, and it loses no line.

Used where the engine refuses a file as a whole (stray carriage returns, NUL bytes) or would lose
what follows a quote that is never closed. A quoted
value that spans lines is not understood here: such a line waits in quarantine.
"""

from __future__ import annotations

import csv
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_LINE_BYTES = 4 << 20
_SHOWN = 2000
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that could not be split into fields."""

    line: int | None
    found: str
    expected: str
    record: str | None


def holds_nul(path: Path) -> bool:
    """Return whether a file holds a NUL byte anywhere; text never does."""
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as seen:
        return seen.find(b"\x00") >= 0


def ends_in_quote(path: Path, delimiter: str) -> bool:
    """Return whether a quote is opened and never closed; the engine drops all that follows it."""
    with path.open("rb") as opened:
        quotes = sum(chunk.count(b'"') for chunk in iter(lambda: opened.read(_CHUNK_BYTES), b""))
    if quotes % 2 == 0:
        return False
    # A lone quote inside a plain field is no opening: only a parser can tell.
    with path.open(encoding="utf-8", errors="replace", newline="") as text:
        try:
            for _ in csv.reader(text, delimiter=delimiter, strict=True):
                pass
        except csv.Error:
            return True
    return False


def split_lines(
    path: Path, width: int, delimiter: str, *, has_header: bool = True
) -> Iterator[tuple[int, list[str | None] | Rejected]]:
    """Yield (record number, fields or why there are none) for every line but the header."""
    with path.open("rb") as opened:
        if has_header:
            _next_line(opened)
        for number, (line, is_whole) in enumerate(iter(lambda: _next_line(opened), (b"", True)), 1):
            if line.strip(b"\r\n"):
                # A line to mend is counted with the header, as an editor counts it.
                yield number, _fields(number + has_header, line, is_whole, width, delimiter)


def _next_line(opened: BinaryIO) -> tuple[bytes, bool]:
    """Return (line, whether it fits the bound); what goes beyond it is skipped unread."""
    line = opened.readline(MAX_LINE_BYTES)
    if len(line) < MAX_LINE_BYTES or line.endswith(b"\n"):
        return line, True
    while (rest := opened.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass
    return line, False


def _fields(
    number: int, line: bytes, is_whole: bool, width: int, delimiter: str
) -> list[str | None] | Rejected:
    shown = (
        line[:_SHOWN].decode("utf-8", errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    )
    if not is_whole:
        return Rejected(
            number, f"a line longer than {MAX_LINE_BYTES} bytes", "a shorter line", shown
        )
    if b"\x00" in line:
        return Rejected(number, "a line with NUL bytes", "text", shown)
    try:
        fields = next(
            csv.reader([line.decode("utf-8").rstrip("\r\n")], delimiter=delimiter, strict=True)
        )
    except (UnicodeDecodeError, csv.Error, StopIteration) as error:
        return Rejected(number, f"a line that cannot be split ({error})", "UTF-8 fields", shown)
    if len(fields) != width:
        return Rejected(number, f"{len(fields)} fields", f"{width} fields", shown)
    return [field or None for field in fields]


def column_lists(
    rows: Sequence[tuple[int, list[str | None]]], names: Sequence[str], wanted: Sequence[str]
) -> dict[str, list[str | None] | list[int]]:
    """Return the wanted fields as columns; a field the table lacks is a column of None."""
    columns: dict[str, list[str | None] | list[int]] = {"record_no": [number for number, _ in rows]}
    for name in wanted:
        place = names.index(name) if name in names else None
        columns[name] = [None if place is None else fields[place] for _, fields in rows]
    return columns
