"""A dossier as HTML, Markdown or JSON."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch.dossier.brief import Reference, brief_of
from trucewatch.dossier.difference import Difference
from trucewatch.dossier.model import Dossier

FORMATS = ("html", "md", "json")
_TEMPLATES = Path(__file__).parent / "templates"
_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>#|~&"})


def render(
    dossier: Dossier,
    format: str = "html",  # noqa: A002
    *,
    change: Difference | None = None,
) -> str:
    """Return a dossier as text.

    change: what is new against an earlier dossier; it opens the brief, or is the key `difference`.
    format: html (self-contained, nothing runs, nothing is loaded), md, or json (the contract).
    Raises ValueError for another format.
    """
    if format == "json":
        told = dossier.as_json() | ({"difference": change.as_json()} if change else {})
        return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)
    if format not in FORMATS:
        raise ValueError(f"format is {format!r}; it is one of {', '.join(FORMATS)}")
    template = _environment().get_template(f"brief.{format}.jinja")
    text: str = template.render(brief=brief_of(dossier, change))
    return text


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
    )
    environment.filters["md"] = markdown_text
    environment.filters["numbers"] = _numbers
    return environment


def markdown_text(text: str) -> str:
    """Return text that Markdown shows as it stands: its signs escaped, on one line."""
    return " ".join(str(text).split()).translate(_MARKDOWN)


def _numbers(references: tuple[Reference, ...]) -> str:
    return "".join(f"[{n}]" for n in dict.fromkeys(r.number for r in references))
