"""A report on the screen: the counts, the counter, the findings, what went unseen, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Cell, Section, Table, Text

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text as Words

    from trucewatch.publish.facts import Report

SHOWN = ("glance", "summary", "counter", "incidents", "findings", "warnings", "directives",
         "coverage", "sources", "footer")  # fmt: skip
ROWS_MAX = 12
NOT_ON_SCREEN = ("Last known before", "Indicators", "Threshold, its cost", "Looked, saw nothing")
STYLES = {"breach": "bold red", "unsure": "yellow", "clear": "green", "missing": "dim"}


def terminal(report: Report) -> Group:
    """Return the report's short form as rich renderables, for the end of a run."""
    from rich.console import Group as Lines
    from rich.text import Text as Words

    page = lay_out(report)
    parts: list[RenderableType] = [Words(page.title, "bold"), Words(page.subtitle, "dim")]
    if report.head.redaction:
        parts.append(Words(report.head.redaction, "yellow"))
    for name in SHOWN:
        parts.extend(p for s in page.sections if s.id == name for p in _section(s))
    return Lines(*parts)


def _section(section: Section) -> list[RenderableType]:
    from rich.text import Text as Words

    parts: list[RenderableType] = [Words(f"\n{section.title}", "bold")]
    for block in section.blocks:
        if isinstance(block, Table) and not block.folded:
            parts.append(_table(block))
            if len(block.rows) > ROWS_MAX:
                parts.append(Words(f"{len(block.rows) - ROWS_MAX} more rows in the report", "dim"))
        elif isinstance(block, Text):
            line = Words("- " if block.listed else "")
            for cell in block.cells:
                line.append(_words(cell, " "))
            parts.append(line)
    return parts


def _table(table: Table) -> RichTable:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid

    kept = [i for i, name in enumerate(table.columns) if name not in NOT_ON_SCREEN]
    grid = Grid(box=SIMPLE_HEAD, pad_edge=False, title=None, show_edge=False)
    for index in kept:
        right = bool(table.rows) and table.rows[0].cells[index].is_number
        grid.add_column(table.columns[index], justify="right" if right else "left")
    for row in table.rows[:ROWS_MAX]:
        grid.add_row(*(_words(row.cells[i], "\n") for i in kept))
    return grid


def _words(cell: Cell, between: str) -> Words:
    from rich.text import Text as Words

    words = Words(cell.text, STYLES.get(cell.tone or "", ""))
    for note in cell.notes[:3]:
        words.append(f"{between}{note[:90]}", "dim")
    return words
