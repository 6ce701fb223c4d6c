"""Pictures a duty officer reads in ten seconds, as Vega-Lite specifications; drawn offline.

Each function returns a dict that carries its own data and loads nothing from elsewhere. Colours
are those of Okabe and Ito, which people with any colour vision can tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import MissingExtra
from trucewatch.outcomes import HORIZONS_H, OUTCOMES
from trucewatch.warn.changes import change_points
from trucewatch.warn.indicators import band
from trucewatch.warn.replay import Replay
from trucewatch.warn.scenarios import QUANTILES, Fan

Floats = NDArray[np.float64]
Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
INK, BAND, RAISED, QUIET, LEVEL = "#222222", "#56B4E9", "#D55E00", "#999999", "#0072B2"
COLOURS = {
    "collapse": "#D55E00",
    "local_escalation": "#E69F00",
    "erosion": "#0072B2",
    "holding": "#009E73",
}
LABELS = {name: name.replace("_", " ") for name in OUTCOMES}
WIDTH, HEIGHT = 640, 240
FONT = "DejaVu Sans, Arial, sans-serif"


def svg(spec: Spec) -> str:
    """Draw a picture as SVG, without a browser or the network."""
    return str(_converter().vegalite_to_svg(spec, vl_version="5.20", allowed_base_urls=[]))


def png(spec: Spec, *, scale: float = 2.0) -> bytes:
    """Draw a picture as PNG, without a browser or the network."""
    return bytes(
        _converter().vegalite_to_png(spec, vl_version="5.20", scale=scale, allowed_base_urls=[])
    )


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise MissingExtra("report", "drawing pictures") from error
    return vl_convert


def _picture(title: str, under: str | list[str], layers: list[Spec], **more: Any) -> Spec:
    return {
        "$schema": SCHEMA,
        "title": {"text": title, "subtitle": under, "anchor": "start", "fontSize": 15,
                  "subtitleFontSize": 12, "subtitleColor": "#555555", "offset": 12},
        "width": WIDTH, "height": HEIGHT, "background": "white", "layer": layers,
        "config": {"font": FONT, "view": {"stroke": None}, "axis": {"labelFontSize": 11,
                   "titleFontSize": 12, "titleFontWeight": "normal", "grid": True,
                   "gridColor": "#eeeeee"}, "legend": {"labelFontSize": 11, "titleFontSize": 12}},
        **more,
    }  # fmt: skip


def _place(again: Replay, zone: int) -> str:
    """A zone as people read it: the mission's own sum is the whole mission."""
    last_of_several = zone % len(again.zones) == len(again.zones) - 1 > 0
    return "the whole mission" if last_of_several else again.zones[zone]


def _time() -> Spec:
    axis = {"format": "%d %b %y", "labelAngle": 0, "tickCount": 7, "labelOverlap": True}
    return {"field": "day", "type": "temporal", "title": None, "axis": axis}


def _counts() -> Spec:
    """An axis that shows zero and thousands alike."""
    ticks = [0, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000]
    scale = {"type": "symlog"}
    return {"type": "quantitative", "title": "counted a day", "scale": scale,
            "axis": {"values": ticks}}  # fmt: skip


def series(
    again: Replay, zone: int, *, last_days: int = 120, raised: NDArray[np.bool_] | None = None
) -> Spec:
    """The counts of a zone with the band that was expected the day before, nine days in ten.

    Days above the band are marked; days without a count stay empty. The line is the level, cut
    at its change points. raised: days under a warning, shaded.
    """
    first = max(0, again.days - last_days)
    rows = _series_rows(again, zone, first)
    y = {"field": "count", **_counts()}
    layers: list[Spec] = [
        *_shaded(again, first, raised),
        {"data": {"values": rows},
         "mark": {"type": "area", "color": BAND, "opacity": 0.3, "interpolate": "step-after"},
         "encoding": {"x": _time(), "y": {"field": "low", **_counts()}, "y2": {"field": "high"}}},
        {"data": {"values": [r for r in rows if r["count"] is not None]},
         "mark": {"type": "point", "filled": True, "size": 28, "opacity": 1},
         "encoding": {"x": _time(), "y": y, "color": {
             "field": "where", "type": "nominal", "title": None,
             "scale": {"domain": ["within", "above what was expected"], "range": [INK, RAISED]},
             "legend": {"orient": "top"}}}},
        {"data": {"values": _levels(again, zone, first)},
         "mark": {"type": "rule", "color": LEVEL, "strokeWidth": 2.5},
         "encoding": {"x": _time(), "x2": {"field": "end"}, "y": {"field": "level", **_counts()}}},
    ]  # fmt: skip
    unknown = sum(r["count"] is None for r in rows)
    shaded = "; shaded: under a warning" if raised is not None and raised[first:].any() else ""
    return _picture(
        f"Counts in {_place(again, zone)}: {_newest_words(rows)}",
        [f"dots: counted; {unknown} of {len(rows)} days without a count; "
         f"band: nine days in ten were expected here{shaded}",
         _level_words(again, zone)],
        layers,
    )  # fmt: skip


def _series_rows(again: Replay, zone: int, first: int) -> list[Spec]:
    before = np.maximum(np.arange(first, again.days) - 1, 0)
    mean = again.mean[zone, before].astype(float)
    low, high = band(mean, np.maximum(again.size[zone, before].astype(float), 1e-3))
    rows = []
    for at, day in enumerate(range(first, again.days)):
        count = float(again.truth[zone, day])
        known = bool(np.isfinite(count))
        rows.append({
            "day": again.day(day).isoformat(), "count": count if known else None,
            "low": float(low[at]), "high": float(high[at]),
            "where": "above what was expected" if known and count > high[at] else "within",
        })  # fmt: skip
    return rows


def _newest_words(rows: list[Spec]) -> str:
    """The newest count against its band, for the title."""
    known = [r for r in rows if r["count"] is not None]
    if not known:
        return "none on these days"
    newest = known[-1]
    place = ("above" if newest["count"] > newest["high"] else
             "below" if newest["count"] < newest["low"] else "within")  # fmt: skip
    return f"{newest['count']:.0f} on {newest['day']}, {place} what was expected"


def _spans(again: Replay, zone: int) -> list[tuple[int, float]]:
    """First day and mean of each span of one level, to the end of the replay."""
    counts = again.truth[zone]
    cuts = change_points(counts)
    known = counts[np.isfinite(counts)]
    opening = cuts[0].before if cuts else float(known.mean()) if len(known) else 0.0
    return [(0, opening), *((c.day, c.after) for c in cuts)]


def _levels(again: Replay, zone: int, first: int) -> list[Spec]:
    spans = _spans(again, zone)
    ends = [start for start, _ in spans[1:]] + [again.days]
    return [{"day": again.day(max(first, start)).isoformat(), "end": again.day(end).isoformat(),
             "level": level}
            for (start, level), end in zip(spans, ends, strict=True) if end > first]  # fmt: skip


def _level_words(again: Replay, zone: int) -> str:
    """The newest change of level in words."""
    spans = _spans(again, zone)
    if len(spans) < 2:
        return f"line: the level, {spans[-1][1]:.0f} a day and unchanged"
    (start, level), before = spans[-1], spans[-2][1]
    return f"line: the level, {level:.0f} a day since {again.day(start)}; {before:.0f} before"


def _shaded(again: Replay, first: int, raised: NDArray[np.bool_] | None) -> list[Spec]:
    if raised is None or not raised[first:].any():
        return []
    rows = [{"day": again.day(d).isoformat(), "end": (again.day(d) + timedelta(days=1)).isoformat()}
            for d in range(first, again.days) if raised[d]]  # fmt: skip
    return [{"data": {"values": rows}, "mark": {"type": "rect", "color": RAISED, "opacity": 0.12},
             "encoding": {"x": _time(), "x2": {"field": "end"}}}]  # fmt: skip


def warning_over_time(
    again: Replay, zone: int, *, horizon: int = 2, last_days: int = 180,
    thresholds: dict[str, float] | None = None,
) -> Spec:  # fmt: skip
    """The probability of each outcome but holding, day by day, with the alarm thresholds dashed."""
    first = max(0, again.days - last_days)
    rows = [
        {"day": again.day(d).isoformat(), "outcome": LABELS[name],
         "probability": round(float(again.probability[zone, d, horizon, o]), 4)}
        for o, name in enumerate(OUTCOMES[:3]) for d in range(first, again.days)
        if again.ready[zone, d]
    ]  # fmt: skip
    colour = {"field": "outcome", "type": "nominal", "title": None,
              "scale": {"domain": [LABELS[n] for n in OUTCOMES[:3]],
                        "range": [COLOURS[n] for n in OUTCOMES[:3]]},
              "legend": {"orient": "top"}}  # fmt: skip
    y = {"field": "probability", "type": "quantitative", "title": "probability",
         "scale": {"domain": [0, 1]}, "axis": {"format": "%"}}  # fmt: skip
    layers: list[Spec] = [
        {"data": {"values": rows}, "mark": {"type": "line", "interpolate": "step-after",
                                            "strokeWidth": 2},
         "encoding": {"x": _time(), "y": y, "color": colour}}
    ]  # fmt: skip
    lines = [{"outcome": LABELS[n], "probability": p} for n, p in (thresholds or {}).items()]
    if lines:
        layers.append({"data": {"values": lines},
                       "mark": {"type": "rule", "strokeDash": [4, 4], "strokeWidth": 1},
                       "encoding": {"y": y, "color": colour}})  # fmt: skip
    dashed = "; dashed: where an alarm is raised" if lines else ""
    now = ", ".join(
        f"{LABELS[name]} {float(again.probability[zone, -1, horizon, o]):.0%}"
        for o, name in enumerate(OUTCOMES[:3])
    ) if again.ready[zone, -1] else "too few days known"  # fmt: skip
    return _picture(f"Warning for {_place(again, zone)}: {now}",
                    f"probability within {HORIZONS_H[horizon]} h of each evening; the title: on "
                    f"{again.day(again.days - 1)}{dashed}", layers)  # fmt: skip


def reliability_diagram(rows: Sequence[dict[str, float]], *, outcome: str) -> Spec:
    """How often an outcome came when it was said to come so often; on the line is honest."""
    values = [
        {**r, "low": max(0.0, r["came"] - r["margin"]), "high": min(1.0, r["came"] + r["margin"])}
        for r in rows
    ]
    x = {"field": "said", "type": "quantitative", "title": "said", "scale": {"domain": [0, 1]},
         "axis": {"format": "%"}}  # fmt: skip
    y = {"field": "came", "type": "quantitative", "title": "came", "scale": {"domain": [0, 1]},
         "axis": {"format": "%"}}  # fmt: skip
    ends = [{"said": 0, "came": 0}, {"said": 1, "came": 1}]
    layers: list[Spec] = [
        {"data": {"values": ends}, "mark": {"type": "line", "color": QUIET, "strokeDash": [4, 4]},
         "encoding": {"x": x, "y": y}},
        {"data": {"values": values}, "mark": {"type": "rule", "color": COLOURS[outcome]},
         "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
        {"data": {"values": values},
         "mark": {"type": "circle", "color": COLOURS[outcome], "opacity": 1},
         "encoding": {"x": x, "y": y, "size": {"field": "n", "type": "quantitative",
                      "title": "days", "scale": {"type": "sqrt", "range": [30, 400]}}}},
    ]  # fmt: skip
    return _picture(f"Is '{LABELS[outcome]}' said as often as it comes?",
                    "on the dashed line: honest; above: it comes more often than said", layers,
                    height=300)  # fmt: skip


def lead_curve(curves: dict[str, Sequence[tuple[float, float]]]) -> Spec:
    """Median lead in hours over false alarms a year: one line for each forecaster."""
    values = [
        {"who": who, "false": rate, "lead": lead}
        for who, points in curves.items()
        for rate, lead in points
    ]
    x = {"field": "false", "type": "quantitative", "title": "false alarms a year"}
    y = {"field": "lead", "type": "quantitative", "title": "median lead, hours"}
    colours = [COLOURS["erosion"], QUIET, COLOURS["local_escalation"], COLOURS["holding"]]
    colour = {"field": "who", "type": "nominal", "title": None, "sort": list(curves),
              "scale": {"domain": list(curves), "range": colours[: len(curves)]},
              "legend": {"orient": "top"}}  # fmt: skip
    encoding = {"x": x, "y": y, "color": colour, "order": {"field": "false"}}
    layer = {"data": {"values": values}, "mark": {"type": "line", "point": True}}
    under = "lead before the event, an event not warned of counting 0"
    return _picture("What a false alarm buys", under, [layer | {"encoding": encoding}])


def fan_chart(made: Fan, again: Replay, zone: int, *, history_days: int = 42) -> Spec:
    """Counts so far and the simulated weeks ahead; the assumptions stand beside the title."""
    past = [{"day": again.day(d).isoformat(), "count": float(again.truth[zone, d])}
            for d in range(max(0, again.days - history_days), again.days)
            if np.isfinite(again.truth[zone, d])]  # fmt: skip
    ahead = [
        {"day": again.day(again.days + d).isoformat(),
         **{f"q{round(100 * q)}": float(made.quantiles[i, d]) for i, q in enumerate(QUANTILES)}}
        for d in range(made.quantiles.shape[1])
    ]  # fmt: skip
    y = _counts()
    layers: list[Spec] = [
        _fan_band(ahead, ("q5", "q95"), 0.2, y), _fan_band(ahead, ("q25", "q75"), 0.4, y),
        {"data": {"values": ahead}, "mark": {"type": "line", "color": COLOURS["erosion"]},
         "encoding": {"x": _time(), "y": {"field": "q50", **y}}},
        {"data": {"values": past}, "mark": {"type": "point", "filled": True, "color": INK,
                                            "size": 28, "opacity": 1},
         "encoding": {"x": _time(), "y": {"field": "count", **y}}},
    ]  # fmt: skip
    by = made.scenario.drift_per_week - 1
    drift = f"drifting by {by:+.0%} a week" if by else "not drifting"
    under = [
        made.scenario.assumes,
        f"Assumed: level {made.level:.0f} a day, {drift}; {made.surges_a_year:.1f} local "
        f"escalations a year; fighting back at {made.collapse_a_day:.1%} a day.",
        f"So fighting returns in {made.collapse_share:.0%} of the futures shown. Line: the middle; "
        "bands: half, and nine in ten, of the days.",
        "An assumption carried on, not a forecast.",
    ]
    title = f"{made.scenario.title}: {_place(again, zone)}"
    return _picture(title, under, layers)


def _fan_band(rows: list[Spec], ends: tuple[str, str], opacity: float, y: Spec) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {"type": "area", "color": BAND, "opacity": opacity, "interpolate": "monotone"},
        "encoding": {"x": _time(), "y": {"field": ends[0], **y}, "y2": {"field": ends[1]}},
    }
