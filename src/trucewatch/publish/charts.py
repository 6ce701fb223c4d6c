"""Vega-Lite specifications drawn as SVG, offline, in colours that follow the page's theme."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from trucewatch.errors import MissingExtra
from trucewatch.publish.evenings import days_between
from trucewatch.publish.facts import Report
from trucewatch.publish.facts_counts import CountSpan
from trucewatch.publish.kinds import counted_label

SERIES_DAYS = 90
# Placeholders that no data can bring in as colours: the page's stylesheet gives them meaning.
INK, FAINT, BAR, SPAN, GAP = "#010203", "#010204", "#010205", "#010206", "#010207"
_THEME = {INK: "ink", FAINT: "rule", BAR: "count", SPAN: "span", GAP: "gap"}
_COLOUR = re.compile("|".join(_THEME), re.IGNORECASE)
_FONT = "system-ui, sans-serif"


def draw(spec: dict[str, Any]) -> str:
    """Return a Vega-Lite spec as SVG text; nothing is fetched.

    Raises MissingExtra where vl-convert is not installed.
    """
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("report", "drawing a chart") from error
    svg: str = vl_convert.vegalite_to_svg(
        json.dumps(spec, sort_keys=True), vl_version="5.20", allowed_base_urls=[]
    )
    return themed(svg)


def themed(svg: str) -> str:
    """Return an SVG whose placeholder colours follow the page, and that scales to its width."""
    coloured = _COLOUR.sub(lambda m: f"var(--{_THEME[m[0].lower()]})", svg)
    return re.sub(r'<svg ([^>]*?)width="[\d.]+" height="[\d.]+"', r"<svg \1", coloured, count=1)


def counts_spec(report: Report) -> dict[str, Any]:
    """Return the spec of counts per evening: one panel a region, the first kind that is counted.

    Single evenings are bars up to the least account, with a box up to the most where accounts
    differ; zeros are dots, totals of several evenings are open boxes over their
    evenings, and an evening without a count is a tick below the base line.
    """
    kind = report.summary[0].kind if report.summary else ""
    names = {i.region: i.region_name for i in report.summary}
    panels = [
        _panel(report, [s for s in report.spans if s.region == r and s.kind == kind], name, kind)
        for r, name in names.items()
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None, "padding": 4, "vconcat": panels, "spacing": 14,
        "config": _config(),
    }  # fmt: skip


def _config() -> dict[str, Any]:
    return {
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {"labelColor": INK, "titleColor": INK, "domainColor": FAINT, "tickColor": FAINT,
                 "gridColor": FAINT, "labelFontSize": 11, "titleFontSize": 11,
                 "titleFontWeight": "normal"},
        "title": {"color": INK, "fontSize": 13, "anchor": "start", "fontWeight": 600},
    }  # fmt: skip


def _panel(report: Report, spans: list[CountSpan], name: str, kind: str) -> dict[str, Any]:
    last = report.head.day
    first = last - timedelta(days=SERIES_DAYS - 1)
    near = [s for s in spans if s.last_day >= first and s.low is not None]
    evenings = _evenings(s for s in near if s.evenings == 1)
    totals = [s for s in near if s.evenings > 1]
    covered = {d for s in near for d in days_between(s.first_day, s.last_day)}
    gaps = [d for d in days_between(first, last) if d not in covered]
    top = max([float(s.high or s.low or 0.0) for s in near], default=0.0)
    scale = {"domain": [_day(first), _day(last + timedelta(days=1))]}
    return {
        "width": 640, "height": 120, "title": f"{name}: {counted_label(kind)} per evening",
        "layer": [
            _bars([_bar(day, 0.0, low) for day, low, _ in evenings if low], scale, top),
            _boxes([_box(s, first, last) for s in totals]),
            _dots([{"mid": _middle(day)} for day, _, high in evenings if not high]),
            _ticks([{"x": _middle(d), "y": 0} for d in gaps]),
            _boxes([_bar(day, low, high) for day, low, high in evenings if high > low]),
        ],
    }  # fmt: skip


def _day(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _middle(day: date) -> str:
    return f"{day.isoformat()}T12:00:00Z"


def _evenings(singles: Iterable[CountSpan]) -> list[tuple[date, float, float]]:
    """Each evening once, with the least and the most that any account of it says."""
    values: dict[date, list[float]] = {}
    for span in singles:
        low = span.low or 0.0
        values.setdefault(span.first_day, []).extend((low, low if span.high is None else span.high))
    return [(day, min(found), max(found)) for day, found in sorted(values.items())]


def _bar(day: date, low: float, high: float) -> dict[str, Any]:
    return {"x": _hour(day, "02"), "x2": _hour(day, "22"), "y": high, "y2": low}


def _hour(day: date, hour: str) -> str:
    return f"{day.isoformat()}T{hour}:00:00Z"


def _box(span: CountSpan, first: date, last: date) -> dict[str, Any]:
    return {
        "x": _day(max(span.first_day, first)),
        "x2": _day(min(span.last_day, last) + timedelta(days=1)),
        "y": span.high if span.high is not None else span.low,
        "y2": 0,
    }


def _x(field: str, scale: dict[str, Any] | None = None) -> dict[str, Any]:
    axis = {"title": None, "format": "%d %b", "grid": False, "tickCount": 9}
    return {
        "field": field, "type": "temporal", "axis": axis,
        "scale": {"type": "utc", **(scale or {})},
    }  # fmt: skip


def _bars(rows: list[dict[str, Any]], scale: dict[str, Any], top: float) -> dict[str, Any]:
    domain = {"domain": [0, top or 1], "nice": True}
    return {
        "data": {"values": rows}, "mark": {"type": "rect", "color": BAR},
        "encoding": {
            "x": _x("x", scale), "x2": {"field": "x2"},
            "y": {"field": "y", "type": "quantitative", "scale": domain,
                  "axis": {"title": None, "tickCount": 4, "minExtent": 34}},
            "y2": {"datum": 0},
        },
    }  # fmt: skip


def _boxes(rows: list[dict[str, Any]]) -> dict[str, Any]:
    mark = {"type": "rect", "fillOpacity": 0.15, "fill": SPAN, "stroke": SPAN,
            "strokeDash": [3, 2], "strokeWidth": 1.2}  # fmt: skip
    return {
        "data": {"values": rows}, "mark": mark,
        "encoding": {"x": _x("x"), "x2": {"field": "x2"},
                     "y": {"field": "y", "type": "quantitative"}, "y2": {"field": "y2"}},
    }  # fmt: skip


def _dots(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "data": {"values": rows}, "mark": {"type": "point", "filled": True, "size": 18,
                                           "color": BAR, "opacity": 1},
        "encoding": {"x": _x("mid"), "y": {"datum": 0}},
    }  # fmt: skip


def _ticks(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "data": {"values": rows},
        "mark": {"type": "tick", "orient": "vertical", "color": GAP, "thickness": 2, "size": 7,
                 "yOffset": 6, "clip": False},
        "encoding": {"x": _x("x"), "y": {"field": "y", "type": "quantitative"}},
    }  # fmt: skip
