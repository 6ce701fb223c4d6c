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
from trucewatch.language.smm_reader import Reader, ReportOptions
from trucewatch.model import Observation, Watch
from trucewatch.when import MissionClock

__all__ = ["MAX_REPORT", "ReportOptions", "read_report", "report_day_in"]

ISSUED = re.compile(r"\b(?:issued on|as of \d{1,2}:\d{2}(?:hrs)?,?)\s+", re.IGNORECASE)
BEARING_STOP = re.compile(r"(?<=m )[NESW]{1,3}\.(?=\s[A-Z])|\b(?:and|or) [NESW]{1,3}\.(?=\s[A-Z])")
# Five times the longest daily report; beyond it the text is several reports or an attack.
MAX_REPORT = 400_000


def read_report(
    text: str, *, clock: MissionClock, options: ReportOptions | None = None
) -> list[Observation | Watch]:
    """Return the observations and watches of a report, in the order of its sentences.

    Time is linear in the text (about 10 to 25 microseconds a character): a sentence is cut at
    sentences.MAX_CHARS, and a text beyond MAX_REPORT is refused with a ReadError.
    Raises ValueError where neither options.report_day nor the text ('issued on 5 March 2019') says
    which day the report is of: a date without a year is never guessed from today's.
    """
    if len(text) > MAX_REPORT:
        raise ReadError(
            "report", found=f"{len(text)} characters", expected=f"at most {MAX_REPORT}",
            mend="Give one report at a time: a day's report has 20,000 to 80,000 characters.",
        )  # fmt: skip
    given = options or ReportOptions()
    day = given.report_day or report_day_in(text)
    if day is None:
        raise ValueError("the report names no day; give options.report_day")
    sentences = split(text)
    context = given.context or learn_context(s.text for s in sentences)
    reader = Reader(clock, replace(given, context=context), day)
    return [
        row
        for sentence in sentences
        for raw, start in _at_bearings(sentence.text, sentence.start)
        for row in reader.sentence(raw, start)
    ]


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
