"""One door from a report's facts to bytes on paper: format by name, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from trucewatch.drawing import Figure
from trucewatch.errors import ConfigError
from trucewatch.publish.facts import Report

_WRITERS = {
    "md": ("trucewatch.publish.markdown", "as_markdown"),
    "json": ("trucewatch.publish.plain", "as_json"),
    "csv": ("trucewatch.publish.tables_csv", "as_csv"),
    "geojson": ("trucewatch.publish.layers", "as_geojson"),
    "cap": ("trucewatch.publish.alert", "as_cap"),
}
FORMATS = ("html", *_WRITERS, "pdf")


def render(report: Report, fmt: str, *, figures: Mapping[str, Figure] | None = None) -> str | bytes:
    """Return a report in one of FORMATS; the same facts always give the same bytes.

    figures: pictures of the warnings by name, for the HTML and PDF forms.
    Raises ConfigError for an unknown format, MissingExtra where a format needs a part that is
    not installed, TrucewatchError for 'cap' where no warning is raised.
    """
    if fmt == "html":
        from trucewatch.publish.html import as_html

        return as_html(report, figures=figures)
    if fmt not in FORMATS:
        raise ConfigError.at(
            "report", None, found=f"format {fmt!r}", expected=f"one of {', '.join(FORMATS)}",
            mend="Ask for one of these formats.",
        )  # fmt: skip
    if fmt == "pdf":
        from trucewatch.publish.pdf import as_pdf

        return as_pdf(report, figures=figures)
    return _writer(fmt)(report)


def _writer(fmt: str) -> Callable[[Report], str | bytes]:
    """Writers are loaded when asked for: a terminal summary needs none of them."""
    module, name = _WRITERS[fmt]
    found: Callable[[Report], str | bytes] = getattr(import_module(module), name)
    return found
