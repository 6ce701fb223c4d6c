"""A report as one HTML file: no script, nothing fetched, every text escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Cell, Page, Picture, Section, Table
from trucewatch.publish.traces import is_flat

if TYPE_CHECKING:
    from jinja2 import Template

    from trucewatch.drawing import Figure
    from trucewatch.publish.facts import Report

TEMPLATES = Path(__file__).parent / "templates"
TONES = ("breach", "unsure", "clear", "missing")
# More links than this beside one figure are unreadable: it leads to the annex table instead.
LINKS_MAX = 4


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html.jinja")


@cache
def _css() -> str:
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


def as_html(report: Report, *, figures: Mapping[str, Figure] | None = None) -> str:
    """Return the report as one self-contained page.

    figures: pictures of the warnings by name, drawn right after them.
    """
    from markupsafe import Markup

    page = lay_out(report, figures=figures)
    # Safe: drawn here, with every word escaped by the drawing (tests feed it hostile text).
    drawn = {name: Markup(svg) for name, svg in _pictures(page).items()}  # noqa: S704
    return _template().render(
        page=page, css=Markup(_css()),  # noqa: S704
        pictures=drawn, anchors=page.anchors, tones=TONES,
        is_flat=is_flat, are_pictures=_are_pictures,
        kind_of=lambda block: type(block).__name__, number_column=_is_number_column,
        refs=lambda cell: _refs(page, cell), target_of=lambda cell: _target(page, cell),
    )  # fmt: skip


def _pictures(page: Page) -> dict[str, str]:
    wanted = [b for s in page.sections for b in s.blocks if isinstance(b, Picture)]
    return {b.name: _picture(b) for b in wanted}


def _picture(picture: Picture) -> str:
    """One drawing for the page and one for a phone; the style sheet shows the fitting one."""
    return (
        f'<div class="at-wide">{picture.figure.wide}</div>'
        f'<div class="at-narrow">{picture.figure.narrow}</div>'
    )


def _are_pictures(section: Section) -> bool:
    """Whether a part is pictures only, which stand side by side where there is room."""
    return len(section.blocks) > 1 and all(isinstance(b, Picture) for b in section.blocks)


def _is_number_column(table: Table, index: int) -> bool:
    return bool(table.rows) and table.rows[0].cells[index].is_number


def _target(page: Page, cell: Cell) -> str | None:
    """One row: the link leads to it; many: to the annex table that holds them all."""
    known = [ref for ref in cell.refs if ref in page.anchors]
    if len(known) == 1 and len(cell.refs) == 1:
        return known[0]
    if (not known or len(known) > LINKS_MAX) and cell.group in page.anchors:
        return cell.group
    return None


def _refs(page: Page, cell: Cell) -> list[str]:
    known = [ref for ref in cell.refs if ref in page.anchors]
    return known if 1 <= len(known) <= LINKS_MAX and _target(page, cell) is None else []
