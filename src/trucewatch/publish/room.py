"""The room's own run: the daily report of the last day, in the forms that a mission keeps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.mission import Mission
from trucewatch.publish.reading import Asked, read_report
from trucewatch.publish.render import render

if TYPE_CHECKING:
    from trucewatch.publish.facts import Report
    from trucewatch.store import RoomResult, Run, Store

KEPT = ("html", "md", "json", "csv")


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Write the daily report of the last day with an account into the mission's out folder.

    run.options may carry `sources` ({source_id: SourceFacts}) and `code_version`.
    The result's detail names the files, `report` the one to open.
    """
    from trucewatch.store import RoomResult

    asked = Asked(
        data_utc=run.data_utc, run_id=run.run_id, sources=run.options.get("sources", {}),
        code_version=run.options.get("code_version"),
    )  # fmt: skip
    report = read_report(store, mission, asked=asked)
    written = {}
    for done, fmt in enumerate(KEPT, start=1):
        written[fmt] = str(write_report(report, fmt, mission.out_path))
        run.tell("writing the daily report", done, len(KEPT))
    return RoomResult(0, {"report": written["html"], "files": written, "day": str(report.head.day)})


def report_name(report: Report, fmt: str) -> str:
    """Return the file name of a product: daily-2021-03-05.html, with the audience if not whole."""
    head = report.head
    audience = "" if head.redaction is None else f"-{head.audience}"
    return f"{head.kind}-{head.day}{audience}.{'cap.xml' if fmt == 'cap' else fmt}"


def write_report(report: Report, fmt: str, folder: Path) -> Path:
    """Write a product whole or not at all; return its path."""
    made = render(report, fmt)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / report_name(report, fmt)
    halfway = path.with_name(path.name + ".part")
    halfway.write_bytes(made.encode() if isinstance(made, str) else made)
    halfway.replace(path)
    return path
