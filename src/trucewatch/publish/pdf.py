"""A report as PDF, set by typst (optional): the same page, without the long annex tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.errors import MissingExtra
from trucewatch.publish.charts import counts_spec, draw
from trucewatch.publish.layout import lay_out
from trucewatch.publish.mapping import draw_map
from trucewatch.publish.page import Block, Picture, Section, Table
from trucewatch.publish.plain import plain

if TYPE_CHECKING:
    from trucewatch.publish.facts import Report

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
ROWS_MAX, FOLDED_ROWS_MAX = 120, 40
# Paper has one theme: the page's colour names get their light values.
_PAPER = {
    "ink": "#1c2530", "rule": "#d5dbe1", "count": "#2f6690", "span": "#8a5a00", "gap": "#9aa4ae",
    "soft": "#5a6672", "sea": "#eef2f5", "land": "#fdfdfb", "breach": "#a3271f",
    "unsure": "#8a5a00",
}  # fmt: skip
_MAP_STYLE = (
    "<style>.sea{fill:#eef2f5}.region{fill:#fdfdfb;stroke:#5a6672}"
    ".label{fill:#5a6672;font-size:13px;text-anchor:middle}.line{fill:none;stroke:#1c2530}"
    ".line.contact{stroke:#a3271f}.line.disputed{stroke:#8a5a00;stroke-dasharray:7 4}"
    ".ring{fill:none;stroke:#2f6690;stroke-width:.8;stroke-dasharray:3 3}"
    ".incident{fill:#fdfdfb;stroke:#2f6690}.incident.sure{fill:#2f6690}"
    ".bar path{fill:none;stroke:#1c2530}.bar text{fill:#1c2530;font-size:12px}</style>"
)


def as_pdf(report: Report) -> bytes:
    """Return the report as PDF/1.7 bytes, without a creation time.

    Raises MissingExtra where typst or vl-convert is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("report", "the PDF form") from error
    page = lay_out(report)
    document = {
        "title": page.title, "subtitle": page.subtitle, "redaction": report.head.redaction,
        "sections": [_section(report, s) for s in page.sections],
    }  # fmt: skip
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"page": json.dumps(document, sort_keys=True)}
    )
    return made


def _section(report: Report, section: Section) -> dict[str, Any]:
    return {"title": section.title, "blocks": [_block(report, b) for b in section.blocks]}


def _block(report: Report, block: Block) -> dict[str, Any]:
    if isinstance(block, Picture):
        svg = draw_map(report) if block.name == "map" else draw(counts_spec(report))
        return {**plain(block), "kind": "Picture", "svg": _on_paper(svg)}
    if isinstance(block, Table):
        most = FOLDED_ROWS_MAX if block.folded else ROWS_MAX
        rows = [[plain(cell) for cell in row.cells] for row in block.rows[:most]]
        more = f" (first {most} of {len(block.rows)})" if len(block.rows) > most else ""
        return {"kind": "Table", "caption": block.caption + more,
                "columns": list(block.columns), "rows": rows}  # fmt: skip
    return {**plain(block), "kind": "Text"}


def _on_paper(svg: str) -> str:
    plain_colours = re.sub(r"var\(--(\w+)\)", lambda m: _PAPER[m[1]], svg)
    return re.sub(r"(<svg [^>]*>)", lambda m: m[1] + _MAP_STYLE, plain_colours, count=1)
