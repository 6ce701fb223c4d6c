"""A monitors' daily report (text, HTML or PDF) into observations and watches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from trucewatch.errors import ReadError
from trucewatch.evidence import Capture
from trucewatch.language.documents import Document, Limits, read_bytes
from trucewatch.language.smm import ReportOptions, report_day_in, report_rows
from trucewatch.mission import Mission
from trucewatch.model import Observation, Watch

SOURCE = "smm_report"


# A year of daily reports in one file; read in pieces, so that only the text itself costs memory.
LIMITS = Limits(max_chars=60_000_000)


def read(
    path: Path, mission: Mission, capture: Capture
) -> Iterator[Observation | Watch | ReadError]:
    """Yield what a report holds; offsets index the text as language.documents gives it.

    A row of the annexed table that cannot be read is yielded as a ReadError. Raises ReadError where
    the report names no day, or is no document at all.
    """
    documents = read_bytes(path.read_bytes(), capture.origin, limits=LIMITS)
    for number, document in enumerate(documents, start=1):
        for row in _rows(document, mission):
            yield row if isinstance(row, ReadError) else replace(row, record_no=number)


def _rows(document: Document, mission: Mission) -> Iterator[Observation | Watch | ReadError]:
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
    return report_rows(document.text, clock=mission.clock, options=options)
