"""A monitors' daily report (text, HTML or PDF) into observations and watches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from trucewatch.errors import ReadError
from trucewatch.evidence import Capture
from trucewatch.language.documents import Document, read_bytes
from trucewatch.language.smm import ReportOptions, read_report, report_day_in
from trucewatch.mission import Mission
from trucewatch.model import Observation, Watch

SOURCE = "smm_report"


def read(path: Path, mission: Mission, capture: Capture) -> Iterator[Observation | Watch]:
    """Yield what a report holds; offsets index the text as language.documents gives it.

    Raises ReadError where the report names no day, or is no document at all.
    """
    for number, document in enumerate(read_bytes(path.read_bytes(), capture.origin), start=1):
        for row in _rows(document, mission):
            yield replace(row, record_no=number)


def _rows(document: Document, mission: Mission) -> list[Observation | Watch]:
    day = report_day_in(document.text)
    if day is None:
        raise ReadError(
            document.path, found="a report that names no day",
            expected="'issued on 5 March 2021' or 'as of 19:30, 4 March 2021' near its beginning",
            mend="Keep the report's heading; a year is never guessed.",
        )  # fmt: skip
    options = ReportOptions(
        report_day=day, source_id=SOURCE, root_id=SOURCE,
        published_utc=mission.clock.calendar_day(day).end_utc,
    )  # fmt: skip
    return read_report(document.text, clock=mission.clock, options=options)
