"""A report laid out as sections, tables, texts and pictures, before any format is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trucewatch.drawing import Figure
from trucewatch.publish.facts import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: text, the rows it came from, what must be said beside it.

    refs: ids of rows (linked where the annex holds them); group: an annex table that holds them
    all. tone: breach, unsure, clear, missing, or None. href: an address outside the report.
    """

    text: str
    refs: tuple[str, ...] = ()
    group: str | None = None
    notes: tuple[str, ...] = ()
    tone: str | None = None
    href: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """Cells under the table's columns; anchor is the id that links lead to."""

    cells: tuple[Cell, ...]
    anchor: str | None = None
    trace: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its caption; a folded one opens on demand."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    anchor: str | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph, or a bullet where listed; cells follow each other in a line."""

    cells: tuple[Cell, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing by name, with its title and the words for those who cannot see it."""

    name: str
    title: str
    words: str
    figure: Figure


Block = Table | Text | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the report, in the order of the field's daily report."""

    id: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether it says only one thing, such as that nothing was reported."""
        return len(self.blocks) == 1 and isinstance(self.blocks[0], Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole report laid out."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    report: Report
    anchors: frozenset[str] = field(default_factory=frozenset)


def text(*parts: str | Cell, listed: bool = False) -> Text:
    """Return a paragraph of plain words and cells."""
    return Text(cells=tuple(p if isinstance(p, Cell) else Cell(text=p) for p in parts),
                listed=listed)  # fmt: skip


def cells(*parts: str | Cell) -> tuple[Cell, ...]:
    """Return a row's cells from words and cells."""
    return tuple(p if isinstance(p, Cell) else Cell(text=p) for p in parts)


def row(*parts: str | Cell, anchor: str | None = None, trace: Any = None) -> TableRow:
    """Return a table row from words and cells."""
    return TableRow(cells=cells(*parts), anchor=anchor, trace=trace)


def section(section_id: str, title: str, *blocks: Block | None) -> Section:
    """Return a section of the blocks that are there."""
    return Section(id=section_id, title=title, blocks=tuple(b for b in blocks if b is not None))
