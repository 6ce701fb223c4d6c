"""A report as Markdown (CommonMark with tables), every text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Block, Cell, Picture, Table, Text
from trucewatch.publish.traces import is_flat

if TYPE_CHECKING:
    from trucewatch.publish.facts import Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")
_LEADS = re.compile(r"^(\s*)([-+=]|\d+[.)])")
IDS_MAX = 4


def as_markdown(report: Report) -> str:
    """Return the report as Markdown; rows of the annex carry their ids as code."""
    page = lay_out(report)
    parts = [f"# {_safe(page.title)}", _safe(page.subtitle)]
    if report.head.redaction:
        parts.append(f"> {_safe(report.head.redaction)}")
    for section in page.sections:
        parts.append(f"## {_safe(section.title)}")
        parts.extend(_blocks(section.blocks))
    return "\n\n".join(parts) + "\n"


def _safe(text: str) -> str:
    flat = " ".join(text.split())
    return _LEADS.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", flat))


def _blocks(blocks: Iterable[Block]) -> Iterable[str]:
    bullets: list[str] = []
    for block in blocks:
        if isinstance(block, Text) and block.listed:
            bullets.append(f"- {_line(block)}")
            continue
        if bullets:
            yield "\n".join(bullets)
            bullets = []
        yield _block(block)
    if bullets:
        yield "\n".join(bullets)


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        return f"*{_safe(block.title)}: drawn in the HTML form. {_safe(block.words)}*"
    return _line(block)


def _line(block: Text) -> str:
    return "".join(_cell(cell, spaced=True) for cell in block.cells)


def _cell(cell: Cell, *, spaced: bool = False) -> str:
    lead = " " if spaced and cell.text.startswith(" ") else ""
    tail = " " if spaced and cell.text.endswith(" ") else ""
    words = _safe(cell.text)
    if cell.href:
        words = f"[{words}](<{cell.href.replace('<', '%3C').replace('>', '%3E')}>)"
    notes = f" ({'; '.join(_safe(n) for n in cell.notes)})" if cell.notes else ""
    return f"{lead}{words}{notes}{_ids(cell)}{tail}"


def _ids(cell: Cell) -> str:
    if not cell.refs:
        return ""
    named = " ".join(f"`{ref}`" for ref in cell.refs[:IDS_MAX] if "`" not in ref)
    more = f" and {len(cell.refs) - IDS_MAX} more" if len(cell.refs) > IDS_MAX else ""
    return f" {named}{more}"


def _table(table: Table) -> str:
    lines = [
        f"**{_safe(table.caption)}**", "",
        "| " + " | ".join(["Row", *map(_safe, table.columns)]) + " |",
        "|" + " --- |" * (len(table.columns) + 1),
    ]  # fmt: skip
    for row in table.rows:
        own = f"`{row.anchor}`" if row.anchor and "`" not in row.anchor else ""
        lines.append("| " + " | ".join([own, *(_cell(cell) for cell in row.cells)]) + " |")
    traces = [_trace(row.anchor, row.trace) for row in table.rows if row.trace]
    return "\n".join([*lines, *traces])


def _trace(anchor: str | None, trace: Any) -> str:
    head = f"\nTrace of `{anchor}`:\n" if anchor else "\nTrace:\n"
    return head + "\n" + "\n".join(_tree(trace, 0))


def _tree(value: Any, depth: int) -> Iterable[str]:
    pad = "  " * depth
    pairs = value.items() if isinstance(value, dict) else (("", v) for v in value) \
        if isinstance(value, list) else (("", value),)  # fmt: skip
    for key, item in pairs:
        name = f"{_safe(str(key))}: " if key != "" else ""
        if is_flat(item):
            inline = "; ".join(f"{_safe(str(k))} {_safe(str(v))}" for k, v in item.items())
            yield f"{pad}- {name}{inline}"
            continue
        if isinstance(item, (dict, list)):
            yield f"{pad}- {name or 'item'}"
            yield from _tree(item, depth + 1)
        else:
            yield f"{pad}- {name}{_safe(str(item))}"
