"""Monitors' report prose into observations and watches (OSCE SMM daily reports and their like).

One observation for each class counted in a sentence; the split into outgoing, impacts and
undetermined stays with it as `attributes.split`. A zero over a window is a null observation of what
was looked for, and a watch where position and window are known. A camera that did not work is a
watch with status 'outage'. Counts of a region in the summary are kinds count_violations and
count_explosions over the reporting day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from trucewatch.errors import ReadError
from trucewatch.language.dates import find_dates
from trucewatch.language.fold import fold
from trucewatch.language.places import learn_context
from trucewatch.language.sentences import split
from trucewatch.language.smm_annex import annex_span
from trucewatch.language.smm_reader import Reader, ReportOptions
from trucewatch.language.smm_table import table_rows
from trucewatch.model import Observation, Watch
from trucewatch.when import MissionClock

__all__ = ["ReportOptions", "read_report", "report_day_in", "report_rows"]

ISSUED = re.compile(r"\b(?:issued on|as of \d{1,2}:\d{2}(?:hrs)?,?)\s+", re.IGNORECASE)
BEARING_STOP = re.compile(r"(?<=m )[NESW]{1,3}\.(?=\s[A-Z])|\b(?:and|or) [NESW]{1,3}\.(?=\s[A-Z])")
# A line without a full stop is a heading unless it says that something happened or was seen.
SAYS = re.compile(
    r"\b(?:was|were|is|are|has|have|had|did|saw|heard|recorded|observed|noted|spotted|denied|"
    r"delayed|lost|came|injured|killed|facilitated)\b|\d",
    re.IGNORECASE,
)
# A text is read in pieces of this many characters, so that its length costs no memory.
PIECE = 200_000
Row = Observation | Watch


def read_report(
    text: str, *, clock: MissionClock, options: ReportOptions | None = None
) -> list[Observation | Watch]:
    """Return the observations and watches of a report, in the order of its sentences.

    Raises ValueError where neither options.report_day nor the text ('issued on 5 March 2019') says
    which day the report is of: a date without a year is never guessed from today's. Rows of the
    annexed table that cannot be read are left out; report_rows names them.
    """
    rows = report_rows(text, clock=clock, options=options)
    return [row for row in rows if not isinstance(row, ReadError)]


def report_rows(
    text: str, *, clock: MissionClock, options: ReportOptions | None = None
) -> Iterator[Row | ReadError]:
    """Yield the rows of a report, the annexed table last; a ReadError for a row not understood.

    Time is linear in the text and memory bounded: it is read in pieces of PIECE characters, cut at
    a line's end, and a sentence is cut at sentences.MAX_CHARS. Raises ValueError as read_report.
    """
    given = options or ReportOptions()
    day = given.report_day or report_day_in(text)
    if day is None:
        raise ValueError("the report names no day; give options.report_day")
    first = next(_pieces(text, 0, len(text)), (0, 0))
    context = given.context or learn_context(s.text for s in split(text[first[0] : first[1]]))
    reader = Reader(clock, replace(given, context=context), day)
    table = annex_span(text) or (len(text), len(text))
    for start, end in (*_pieces(text, 0, table[0]), *_pieces(text, table[1], len(text))):
        for sentence in split(text[start:end]):
            lead = reader.layout.lead_of(sentence)
            if sentence.kind == "heading":
                reader.heading(sentence.text)
                if not SAYS.search(sentence.text):
                    continue
            for raw, at in _at_bearings(sentence.text, start + sentence.start):
                yield from reader.sentence(raw, at, lead)
    yield from table_rows(text, table, reader)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text to be read one by one, cut at a line's end where there is one."""
    while start < end:
        stop = min(start + PIECE, end)
        if stop < end:
            cut = max(
                text.rfind("\n", start + PIECE // 2, stop), text.rfind(". ", stop - 2_000, stop)
            )
            stop = cut + 1 if cut > start else stop
        yield start, stop
        start = stop


def _at_bearings(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Part a sentence where '2km E. The SMM' ends one: a bearing is no initial."""
    at = 0
    for match in BEARING_STOP.finditer(text):
        yield text[at : match.end()], start + at
        at = match.end() + 1
    yield text[at:], start + at


def report_day_in(text: str) -> date | None:
    """Return the day that a report's heading gives with its year, or None."""
    head = fold(text[:3_000])
    for match in ISSUED.finditer(head):
        tail = head[match.end() : match.end() + 30]
        dated = [d for d in find_dates(tail, date(1900, 1, 1)) if d.grounds == "the date named"]
        if dated and dated[0].start <= 3:
            return dated[0].last
    return None
