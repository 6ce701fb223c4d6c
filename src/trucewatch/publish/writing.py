"""Writing a product into a folder: whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.drawing import Figure
from trucewatch.filing import write_whole
from trucewatch.publish.render import render

if TYPE_CHECKING:
    from trucewatch.publish.facts import Report


def report_name(report: Report, fmt: str) -> str:
    """Return the file name of a product: daily-2021-03-05.html, with the audience if not whole."""
    head = report.head
    audience = "" if head.redaction is None else f"-{head.audience}"
    return f"{head.kind}-{head.day}{audience}.{'cap.xml' if fmt == 'cap' else fmt}"


def write_report(
    report: Report, fmt: str, folder: Path, *,
    figures: Mapping[str, Figure] | None = None,
) -> Path:  # fmt: skip
    """Write a product and return its path; raises StoreError where the folder takes no file."""
    path = folder / report_name(report, fmt)
    write_whole(path, render(report, fmt, figures=figures))
    return path
