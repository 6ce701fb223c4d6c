"""A report as PDF, set by typst (optional): the same page, without the long annex tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.drawing import on_paper
from trucewatch.errors import MissingExtra
from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Block, Cell, Picture, Section, Table
from trucewatch.publish.plain import facts_sha256, plain
from trucewatch.when import iso_utc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trucewatch.drawing import Figure
    from trucewatch.publish.facts import Report

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
ROWS_MAX, FOLDED_ROWS_MAX = 120, 40
# A row is kept whole on its page up to this many letters; a longer one may be divided.
WHOLE_ROW_MAX = 900
# Letters of 7.5 pt, the room a column keeps for a word of its own, and the sheet's inner width.
LETTER_MM, GAP_MM, SHEET_MM = 1.5, 2.4, 178.0
WORD_MAX, TEXT_MAX = 22, 90


def as_pdf(report: Report, *, figures: Mapping[str, Figure] | None = None) -> bytes:
    """Return the report as PDF/1.7 bytes, without a creation time.

    figures: pictures of the warnings by name. Raises MissingExtra where typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("report", "the PDF form") from error
    page = lay_out(report, figures=figures)
    document = {
        "title": page.title, "subtitle": page.subtitle, "redaction": report.head.redaction,
        "stands": _stands(report),
        "sections": [_section(s) for s in page.sections],
    }  # fmt: skip
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"page": json.dumps(document, sort_keys=True)}
    )
    return made


def _stands(report: Report) -> str:
    """What every sheet says of itself, should it be parted from the others."""
    head = report.head
    run = f"run {head.run_id}; " if head.run_id else ""
    facts = f"facts {facts_sha256(report)[:12]}"
    audience = "" if head.redaction is None else f"; for: {head.audience}"
    return f"known up to {iso_utc(head.data_utc)}; {run}{facts}{audience}"


def _section(section: Section) -> dict[str, Any]:
    blocks = [_block(b) for b in section.blocks]
    if len(blocks) > 1 and all(b["kind"] == "Picture" for b in blocks):
        # Two beside each other have the width of a phone.
        blocks = [{"kind": "Pictures", "pictures": [_picture(b) for b in section.blocks]}]
    return {"title": section.title, "blocks": blocks}


def _picture(block: Block) -> dict[str, Any]:
    assert isinstance(block, Picture)
    return {"title": block.title, "words": block.words, "svg": on_paper(block.figure.narrow)}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Picture):
        svg = on_paper(block.figure.wide)
        return {"kind": "Picture", "title": block.title, "words": block.words, "svg": svg}
    if isinstance(block, Table):
        return _table(block)
    return {**plain(block), "kind": "Text"}


def _table(table: Table) -> dict[str, Any]:
    most = FOLDED_ROWS_MAX if table.folded else ROWS_MAX
    rows = [row.cells for row in table.rows[:most]]
    more = f" (first {most} of {len(table.rows)})" if len(table.rows) > most else ""
    return {
        "kind": "Table", "caption": table.caption + more, "columns": list(table.columns),
        "widths": _widths([[table.columns[i], *(_said(r[i]) for r in rows)]
                           for i in range(len(table.columns))]),
        "rows": [{"cells": [plain(cell) for cell in r],
                  "whole": sum(len(_said(cell)) for cell in r) <= WHOLE_ROW_MAX} for r in rows],
    }  # fmt: skip


def _said(cell: Cell) -> str:
    return " ".join((cell.text, *cell.notes))


def _widths(columns: list[list[str]]) -> list[float]:
    """Each column's width in mm: room for its longest word first, then by its usual text."""
    words = [max(len(w) for text in texts for w in text.split() or [""]) for texts in columns]
    least = [min(max(word, 3), WORD_MAX) * LETTER_MM + GAP_MM for word in words]
    usual = [min(sum(map(len, texts)) / len(texts), TEXT_MAX) for texts in columns]
    spare = SHEET_MM - sum(least)
    if spare <= 0:
        return [width * SHEET_MM / sum(least) for width in least]
    wanted = [max(0.0, text * LETTER_MM - width) + 0.1
              for text, width in zip(usual, least, strict=True)]  # fmt: skip
    return [width + spare * more / sum(wanted)
            for width, more in zip(least, wanted, strict=True)]  # fmt: skip
