"""A report on the screen: the counts, the counter, the findings, what went unseen, the sources."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Cell, Section, Table, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table as RichTable
    from rich.text import Text as Words

    from trucewatch.publish.facts import Report

# What a screen has room for, the columns that a narrow one keeps first; the rest stands in the
# report itself.
SHOWN = {
    "glance": (),
    "summary": ("Region", "Counted", "This period", "Before", "Change"),
    "counter": ("Region", "Counted", "Total known", "Evenings missing"),
    "incidents": ("Region", "Kind", "Incidents", "Corroborated", "Accounts", "Before"),
    "findings": ("Provision", "Breach", "Undetermined", "None seen"),
    "warnings": (
        "Zone",
        "Outcome",
        "168 h",
        "Within",
        "Probability",
        "Standing for",
        "Indicator",
        "Now",
        "Before escalations",
    ),
    "directives": ("Due", "Says", "Addressee"),
    "coverage": ("Zone", "Kinds", "Watched", "May be missed"),
    "sources": ("Source", "Rows", "Quarantined", "Grade", "Records"),
    "footer": (),
}
EXPLAINED = ("This period", "Before", "Total known")
COLUMNS_MIN, COLUMNS_NARROW = 3, 3
ROWS_MAX, CELL_MAX = 12, 46
# Below this width notes and further columns would leave a few letters to each.
NARROW = 72
STYLES = {"breach": "bold red", "unsure": "yellow", "clear": "green", "missing": "dim"}


class Terminal:
    """The report's short form; it lays itself out for the width it is printed at."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Yield the parts that the width has room for."""
        from rich.text import Text as Words

        page, is_narrow = lay_out(self._report), options.max_width < NARROW
        yield Words(page.title, "bold")
        yield Words(page.subtitle, "dim")
        if self._report.head.redaction:
            yield Words(self._report.head.redaction, "yellow")
        for name, columns in SHOWN.items():
            for section in page.sections:
                if section.id == name:
                    yield from _section(section, columns, is_narrow)


def terminal(report: Report) -> Terminal:
    """Return the report's short form as a rich renderable, for the end of a run."""
    return Terminal(report)


def _section(section: Section, columns: tuple[str, ...], is_narrow: bool) -> list[RenderableType]:
    from rich.text import Text as Words

    parts: list[RenderableType] = [Words(f"\n{section.title}", "bold")]
    for block in section.blocks:
        if isinstance(block, Table) and not block.folded:
            parts.extend(_table(block, columns, is_narrow))
        elif isinstance(block, Text):
            line = Words("- " if block.listed else "")
            for cell in block.cells:
                line.append(_words(cell, cell.text))
                if cell.notes:
                    line.append(f" ({'; '.join(cell.notes[:3])})", "dim")
            parts.append(line)
    return parts


def _table(table: Table, columns: tuple[str, ...], is_narrow: bool) -> list[RenderableType]:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as Grid
    from rich.text import Text as Words

    kept = [i for i, name in enumerate(table.columns) if name in columns]
    if len(kept) < COLUMNS_MIN:
        return []
    if is_narrow:
        first = sorted(kept, key=lambda i: columns.index(table.columns[i]))[:COLUMNS_NARROW]
        kept = [i for i in kept if i in first]
    grid: RichTable = Grid(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for index in kept:
        right = bool(table.rows) and table.rows[0].cells[index].is_number
        grid.add_column(table.columns[index], justify="right" if right else "left")
    for row in table.rows[:ROWS_MAX]:
        grid.add_row(*(_cell(row.cells[i], table.columns[i], is_narrow) for i in kept))
    over = len(table.rows) - ROWS_MAX
    return [grid, Words(f"{over} more rows in the report", "dim")] if over > 0 else [grid]


def _cell(cell: Cell, column: str, is_narrow: bool) -> Words:
    # The instant in UTC repeats the local one before it.
    text = cell.text.partition(" (")[0] if is_narrow and column == "Due" else cell.text
    words = _words(cell, textwrap.shorten(text, CELL_MAX, placeholder=" \u2026"))
    for note in cell.notes[:2] if column in EXPLAINED and not is_narrow else ():
        words.append("\n" + textwrap.shorten(note, CELL_MAX, placeholder=" \u2026"), "dim")
    return words


def _words(cell: Cell, shown: str) -> Words:
    from rich.text import Text as Words

    return Words(shown, STYLES.get(cell.tone or "", ""))
