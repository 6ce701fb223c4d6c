"""A report on the screen: the counts, the counter, the findings, what went unseen, the sources."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Cell, Section, Table, Text

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text as Words

    from trucewatch.publish.facts import Report

# What a screen has room for; the rest stands in the report itself.
SHOWN = {
    "glance": (),
    "summary": ("Region", "Counted", "This period", "Before", "Change"),
    "counter": ("Region", "Counted", "Total known", "Evenings missing"),
    "incidents": ("Region", "Kind", "Accounts", "Incidents", "Corroborated", "Before"),
    "findings": ("Provision", "Breach", "Undetermined", "None seen"),
    "warnings": ("Outcome", "Zone", "Within", "Probability"),
    "directives": ("Due", "Addressee", "Says"),
    "coverage": ("Zone", "Kinds", "Watched", "May be missed"),
    "sources": ("Source", "Grade", "Records", "Rows", "Quarantined"),
    "footer": (),
}
EXPLAINED = ("This period", "Before", "Total known")
COLUMNS_MIN = 3
ROWS_MAX, CELL_MAX = 12, 46
STYLES = {"breach": "bold red", "unsure": "yellow", "clear": "green", "missing": "dim"}


def terminal(report: Report) -> Group:
    """Return the report's short form as rich renderables, for the end of a run."""
    from rich.console import Group as Lines
    from rich.text import Text as Words

    page = lay_out(report)
    parts: list[RenderableType] = [Words(page.title, "bold"), Words(page.subtitle, "dim")]
    if report.head.redaction:
        parts.append(Words(report.head.redaction, "yellow"))
    for name, columns in SHOWN.items():
        parts.extend(p for s in page.sections if s.id == name for p in _section(s, columns))
    return Lines(*parts)


def _section(section: Section, columns: tuple[str, ...]) -> list[RenderableType]:
    from rich.text import Text as Words

    parts: list[RenderableType] = [Words(f"\n{section.title}", "bold")]
    for block in section.blocks:
        if isinstance(block, Table) and not block.folded:
            parts.extend(_table(block, columns))
        elif isinstance(block, Text):
            line = Words("- " if block.listed else "")
            for cell in block.cells:
                line.append(_words(cell, cell.text))
                if cell.notes:
                    line.append(f" ({'; '.join(cell.notes[:3])})", "dim")
            parts.append(line)
    return parts


def _table(table: Table, columns: tuple[str, ...]) -> list[RenderableType]:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid
    from rich.text import Text as Words

    kept = [i for i, name in enumerate(table.columns) if name in columns]
    if len(kept) < COLUMNS_MIN:
        return []
    grid: RichTable = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index in kept:
        right = bool(table.rows) and table.rows[0].cells[index].is_number
        grid.add_column(table.columns[index], justify="right" if right else "left")
    for row in table.rows[:ROWS_MAX]:
        grid.add_row(*(_cell(row.cells[i], table.columns[i]) for i in kept))
    over = len(table.rows) - ROWS_MAX
    return [grid, Words(f"{over} more rows in the report", "dim")] if over > 0 else [grid]


def _cell(cell: Cell, column: str) -> Words:
    words = _words(cell, textwrap.shorten(cell.text, CELL_MAX, placeholder=" \u2026"))
    for note in cell.notes[:2] if column in EXPLAINED else ():
        words.append("\n" + textwrap.shorten(note, CELL_MAX, placeholder=" \u2026"), "dim")
    return words


def _words(cell: Cell, shown: str) -> Words:
    from rich.text import Text as Words

    return Words(shown, STYLES.get(cell.tone or "", ""))
