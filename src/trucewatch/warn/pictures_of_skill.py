"""Pictures of skill and of scenarios: what was said against what came, lead, and futures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from trucewatch import drawing as d
from trucewatch.drawing import Figure, Scale
from trucewatch.warn.picturing import (
    BEND,
    COLOURS,
    LABELS,
    LEFT,
    PLOT_PX,
    RIGHT,
    TOP,
    place_of,
    upright,
)
from trucewatch.warn.replay import Replay
from trucewatch.warn.scenarios import Fan

FEW_DAYS = 10


def reliability_diagram(rows: Sequence[Mapping[str, float]], *, outcome: str) -> Figure:
    """Return how often an outcome came when it was said to come so often; on the line is honest.

    rows: as skill.reliability gives them: said, came, margin (0..1) and n days each.
    """
    days = sum(row["n"] for row in rows)

    def mean(values: Iterable[float]) -> float:
        pairs = zip(values, rows, strict=True)
        return sum(value * row["n"] for value, row in pairs) / max(1.0, days)

    said, came = mean(row["said"] for row in rows), mean(row["came"] for row in rows)
    gap = mean(abs(row["said"] - row["came"]) for row in rows)
    name = LABELS[outcome].capitalize()
    judged = "about as often as" if abs(said - came) <= 0.05 else (
        "more often than" if came > said else "less often than")  # fmt: skip
    title = f"{name} came {judged} it was said: said {said:.0%}, came {came:.0%}"
    notes = (
        f"Forecasts of a week, {days:,.0f} of them; on average {100 * gap:.0f} points from the "
        "dashed line, where words and events agree. Above it: came more often than said.",
        f"Bars: two standard errors. A ring stands for fewer than {FEW_DAYS} forecasts: chance.",
    )
    return d.figure(title, notes, lambda width: _reliability_plot(rows, outcome, width))


def _reliability_plot(
    rows: Sequence[Mapping[str, float]], outcome: str, width: float
) -> tuple[float, list[str]]:
    high = 240.0
    x, y = Scale(0, 1, LEFT, width - RIGHT - 6), Scale(0, 1, TOP + 6 + high, TOP + 6)
    fifths = [(n / 5, f"{n * 20}%") for n in range(6)]
    parts = d.grid(y, LEFT, x.end, fifths)
    parts += [d.words((x.at(v), y.start + 16), t, fill="soft", anchor="middle", size=d.SMALL_PX)
              for v, t in fifths]  # fmt: skip
    parts.append(d.line([(x.start, y.start), (x.end, y.end)], "soft", width=1.4, dash="5 4"))
    for row in rows:
        at, fill = x.at(row["said"]), COLOURS[outcome]
        ends = [(at, y.at(row["came"] - row["margin"])), (at, y.at(row["came"] + row["margin"]))]
        few = row["n"] < FEW_DAYS
        parts += [d.line(ends, fill, width=1.4, dash="2 2" if few else ""),
                  d.dot(at, y.at(row["came"]), 4.5, fill, hollow=few),
                  d.words((at + 8, y.at(row["came"]) + 4), f"{row['n']:,.0f}",
                          size=d.SMALL_PX)]  # fmt: skip
    middle = (x.start + x.end) / 2
    said = f"said (numbers: forecasts; {LABELS[outcome]})"
    parts.append(
        d.words((middle, y.start + 33), said, fill="soft", anchor="middle", size=d.SMALL_PX)
    )
    return y.start + 40, [*parts, *upright("came", (y.start + y.end) / 2)]


def lead_curve(
    curves: Mapping[str, Sequence[tuple[float, float]]], *, outcome: str, budget: float
) -> Figure:
    """Return the median lead in hours over false alarms a year: one line for each forecaster.

    curves: forecaster to points (false alarms a year, median lead over all events, one that was
    not warned of counting 0). budget: the false alarms a year that are accepted, drawn.
    """
    best = {who: max([lead for rate, lead in points if rate <= budget], default=0.0)
            for who, points in curves.items()}  # fmt: skip
    got = ", ".join(f"{who} {lead:.0f} h" for who, lead in best.items())
    title = f"Lead before {LABELS[outcome]} at {budget:g} false alarms a year or fewer: {got}"
    notes = ("Median over all events; one that was not warned of before its first day counts 0.",)
    return d.figure(title, notes, lambda width: _lead_plot(curves, budget, width))


def _lead_plot(
    curves: Mapping[str, Sequence[tuple[float, float]]], budget: float, width: float
) -> tuple[float, list[str]]:
    every = [point for points in curves.values() for point in points]
    ways = list(zip(("level", "escalation", "ink"), ("", "6 4", "2 3"), strict=True))
    looks = dict(zip(curves, ways * len(curves), strict=False))
    marks = [(d.line([(-8, 0), (8, 0)], *([look[0]]), dash=look[1]), who)
             for who, look in looks.items()]  # fmt: skip
    parts, top = d.legend(0, width, marks)
    along = d.even_ticks(max([budget, *(p[0] for p in every)]) * 1.05)
    up = d.even_ticks(max([24.0, *(p[1] for p in every)]))
    x = Scale(0.0, along[-1][0], LEFT, width - RIGHT)
    y = Scale(0.0, up[-1][0], top + 12 + PLOT_PX, top + 12)
    parts += d.grid(y, LEFT, x.end, up)
    parts += [d.words((x.at(v), y.start + 16), t, fill="soft", anchor="middle", size=d.SMALL_PX)
              for v, t in along]  # fmt: skip
    parts += [
        d.line([(x.at(budget), y.start), (x.at(budget), y.end)], "soft", width=1.4),
        d.words((x.at(budget) + 4, y.end + 10), "accepted", fill="soft", size=d.SMALL_PX),
    ]
    for who, points in curves.items():
        fill, dash = looks[who]
        placed = [(x.at(rate), y.at(lead)) for rate, lead in sorted(points)]
        parts += [d.line(placed, fill, dash=dash), *(d.dot(*p, 3.0, fill) for p in placed)]
    middle = (x.start + x.end) / 2
    parts.append(d.words((middle, y.start + 33), "false alarms a year", fill="soft",
                         anchor="middle", size=d.SMALL_PX))  # fmt: skip
    return y.start + 40, [*parts, *upright("median lead, hours", (y.start + y.end) / 2)]


def fan_chart(made: Fan, again: Replay, zone: int, *, history_days: int = 42) -> Figure:
    """Return counts so far and the simulated weeks ahead, with the assumptions in the notes."""
    by = made.scenario.drift_per_week - 1
    drift = f"drifting by {by:+.0%} a week" if by else "not drifting"
    title = (
        f"{made.scenario.title}: fighting returns in {made.collapse_share:.0%} of the futures "
        f"drawn for {place_of(again, zone)}"
    )
    notes = (
        f"{made.scenario.assumes} An assumption carried on, not a forecast.",
        f"Assumed: level {made.level:,.0f} a day, {drift}; {made.surges_a_year:.1f} local "
        f"escalations a year; fighting back at {made.collapse_a_day:.1%} a day.",
    )
    return d.figure(title, notes, lambda width: _fan_plot(made, again, zone, width, history_days))


def _fan_plot(
    made: Fan, again: Replay, zone: int, width: float, history_days: int
) -> tuple[float, list[str]]:
    quantiles = made.quantiles.astype(float)
    ahead = quantiles.shape[1]
    back = min(again.days, history_days if width > d.NARROW else history_days // 2)
    past = again.truth[zone, again.days - back :]
    entries = [
        (d.dot(0, 0, 2.6, "ink"), "counted in a day"),
        (d.line([(-8, 0), (8, 0)], "level"), "middle future"),
        (d.box((-7, -5), (7, 5), fill="expected", opacity=0.9), "half of them"),
        (d.box((-7, -5), (7, 5), fill="expected", opacity=0.4), "nine in ten"),
    ]
    parts, top = d.legend(0, width, entries)
    x = Scale(0.0, back + ahead, LEFT, width - RIGHT)
    known = past[np.isfinite(past)]
    high = max(10.0, float(quantiles.max()), float(known.max()) if len(known) else 0.0) * 1.15
    y = Scale(0.0, high, top + TOP + PLOT_PX, top + TOP, BEND)
    parts += d.grid(y, LEFT, x.end, d.count_ticks(high))
    rows = [[(x.at(back + t + 0.5), y.at(float(v))) for t, v in enumerate(q)] for q in quantiles]
    parts += [
        d.area(rows[4], rows[0], "expected", 0.4), d.area(rows[3], rows[1], "expected", 0.75),
        d.line(rows[2], "level", width=2.5),
        *(d.dot(x.at(t + 0.5), y.at(float(v)), 2.6, "ink")
          for t, v in enumerate(past) if np.isfinite(v)),
        d.line([(x.at(back), y.start), (x.at(back), y.end)], "soft", width=1.2, dash="4 3"),
        d.words((x.at(back) - 4, y.end + 10), "known", fill="soft", anchor="end", size=d.SMALL_PX),
        d.words((x.at(back) + 4, y.end + 10), "if so", fill="soft", size=d.SMALL_PX),
        d.words((x.end - 4, rows[2][-1][1] - 6), f"{quantiles[2, -1]:,.0f}", anchor="end",
                weight=600),
        *d.time_axis(x, y.start, again.day(again.days - back)),
        *upright("counted a day", (y.start + y.end) / 2),
    ]  # fmt: skip
    return y.start + 24, parts
