"""Pictures a duty officer reads in ten seconds: the title says the answer; drawn offline.

Nothing is told by colour alone: panels and lanes carry their names, a count above what was
expected is a diamond, and days without a count are marked as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trucewatch import drawing as d
from trucewatch.drawing import Figure, Scale
from trucewatch.outcomes import COLLAPSE, HORIZONS_H, OUTCOMES
from trucewatch.warn.alarms import Alarms, as_probability
from trucewatch.warn.changes import change_points
from trucewatch.warn.indicators import band
from trucewatch.warn.picturing import (
    BEND,
    COLOURS,
    LABELS,
    LEFT,
    PLOT_PX,
    TOP,
    Bools,
    Days,
    Lane,
    day_words,
    lanes_under,
    odds,
    place_of,
    upright,
)
from trucewatch.warn.replay import ALARMED, Replay

PANEL_PX = 62.0
ZONES_NAMED = 3
WEEK = len(HORIZONS_H) - 1


def series(
    again: Replay, zone: int, *, last_days: int = 120,
    alarms: Mapping[str, Alarms] | None = None,
) -> Figure:  # fmt: skip
    """Return the counts of a zone with the band expected the evening before, nine days in ten.

    Days above the band are diamonds; days without a count are marked in a lane. The line is the
    level, cut at its change points. alarms: by outcome, each a lane of the days it stood.
    """
    first = max(0, again.days - last_days)
    rows = _counted(again, zone, first)
    unknown = int(np.isnan(again.truth[zone, first:]).sum())
    notes = [
        f"{_level_words(again, zone)} {unknown} of the {again.days - first} days to "
        f"{day_words(again.day(again.days - 1))} have no count: they are unknown, not calm.",
        "A count is set against what was expected of it the evening before.",
    ]

    def draw(width: float) -> tuple[float, list[str]]:
        days = Days.last(again, last_days, width)
        entries = [
            (d.dot(0, 0, 2.6, "ink"), "counted in a day"),
            (d.diamond(0, 0, 4.5, "collapse"), "above what was expected"),
            (d.box((-7, -5), (7, 5), fill="expected", opacity=0.55), "expected nine days in ten"),
            (d.line([(-8, 0), (8, 0)], "level", width=2.5), "level"),
        ]
        head, top = d.legend(0, width, entries)
        parts, below = _series_plot(days, zone, rows, top + TOP)
        lanes, height = lanes_under(days, _series_lanes(again, zone, alarms), below + 24)
        return height, [*head, *parts, *lanes]

    return d.figure(_series_title(again, zone, rows), notes, draw)


def _counted(again: Replay, zone: int, first: int) -> dict[int, tuple[float, float, float]]:
    """Per day its count (NaN where unknown) and the ends of its band."""
    before = np.maximum(np.arange(first, again.days) - 1, 0)
    mean = again.mean[zone, before].astype(float)
    low, high = band(mean, np.maximum(again.size[zone, before].astype(float), 1e-3))
    counts = again.truth[zone, first:]
    return {
        first + n: (float(c), float(a), float(b))
        for n, (c, a, b) in enumerate(zip(counts, low, high, strict=True))
    }


def _series_title(again: Replay, zone: int, rows: dict[int, tuple[float, float, float]]) -> str:
    place = place_of(again, zone)
    place = place[0].upper() + place[1:]
    known = [day for day, (count, _, _) in rows.items() if np.isfinite(count)]
    if not known:
        return f"{place}: no count on any of these days"
    count, low, high = rows[known[-1]]
    where = "above" if count > high else "below" if count < low else "within"
    return (
        f"{place}: {count:,.0f} counted on {day_words(again.day(known[-1]))}, {where} the "
        f"{low:,.0f} to {high:,.0f} expected"
    )


def _series_plot(
    days: Days, zone: int, rows: dict[int, tuple[float, float, float]], top: float
) -> tuple[list[str], float]:
    shown = {day: row for day, row in rows.items() if day >= days.first}
    values = [v for row in shown.values() for v in row if np.isfinite(v)]
    high = max([10.0, *values]) * 1.15
    y = Scale(0.0, high, top + PLOT_PX, top, BEND)
    upper, lower = [], []
    for day, (_, low, above) in shown.items():
        for x in (days.left(day), days.left(day + 1)):
            upper.append((x, y.at(above)))
            lower.append((x, y.at(low)))
    marks = [
        d.diamond(days.middle(day), y.at(count), 4.5, "collapse") if count > above
        else d.dot(days.middle(day), y.at(count), min(2.6, 0.45 * days.day_px + 0.6), "ink")
        for day, (count, _, above) in shown.items() if np.isfinite(count)
    ]  # fmt: skip
    level = [
        d.line([(days.left(max(days.first, a)), y.at(v)), (days.left(b), y.at(v))], "level",
               width=2.5)
        for a, b, v in _spans(days.again, zone) if b > days.first
    ]  # fmt: skip
    grid = d.grid(y, LEFT, days.x.end, d.count_ticks(high))
    return [
        *grid, d.area(upper, lower, "expected", 0.55), *level, *marks, _newest(days, shown, y),
        *days.axis(top + PLOT_PX), *upright("counted a day", top + PLOT_PX / 2),
    ], top + PLOT_PX  # fmt: skip


def _newest(days: Days, rows: dict[int, tuple[float, float, float]], y: Scale) -> str:
    """The newest count as a number beside its mark."""
    known = [day for day, row in rows.items() if np.isfinite(row[0])]
    if not known:
        return ""
    count = rows[known[-1]][0]
    x = min(days.middle(known[-1]), days.x.end - 4)
    return d.words((x, y.at(count) - 8), f"{count:,.0f}", anchor="end", weight=600)


def _spans(again: Replay, zone: int) -> list[tuple[int, int, float]]:
    """First day, day after the last, and mean of each span of one level."""
    counts = again.truth[zone]
    cuts = change_points(counts)
    known = counts[np.isfinite(counts)]
    opening = cuts[0].before if cuts else float(known.mean()) if len(known) else 0.0
    starts = [(0, opening), *((c.day, c.after) for c in cuts)]
    ends = [*(day for day, _ in starts[1:]), again.days]
    return [(a, b, v) for (a, v), b in zip(starts, ends, strict=True)]


def _level_words(again: Replay, zone: int) -> str:
    """The newest change of level in words."""
    spans = _spans(again, zone)
    if len(spans) < 2:
        return f"The level is {spans[-1][2]:,.0f} a day and did not change."
    start, _, level = spans[-1]
    return (
        f"The level is {level:,.0f} a day since {day_words(again.day(start))}; before, it was "
        f"{spans[-2][2]:,.0f}."
    )


def _series_lanes(
    again: Replay, zone: int, alarms: Mapping[str, Alarms] | None
) -> list[Lane]:  # fmt: skip
    stood = [
        Lane(f"alarm: {LABELS[name]}", COLOURS[name], alarm.raised[zone])
        for name, alarm in (alarms or {}).items()
    ]
    back = Lane("fighting had returned, by the counts", "ink", again.happened().in_collapse[zone])
    return [*stood, back, _unknown(again, zone)]


def _unknown(again: Replay, zone: int) -> Lane:
    return Lane("no count: unknown", "gap", np.isnan(again.truth[zone]))


def warning_over_time(
    again: Replay, zone: int, *, last_days: int = 180,
    alarms: Mapping[str, Alarms] | None = None,
) -> Figure:  # fmt: skip
    """Return the probability within a week of each outcome but holding, day by day.

    One panel an outcome: its probability, the threshold of the day dashed, the days an alarm
    stood shaded, and below the base line the days on which it came, by the counts known since.
    """

    def draw(width: float) -> tuple[float, list[str]]:
        days = Days.last(again, last_days, width)
        entries = [
            (d.line([(-8, 0), (8, 0)], "ink"), "probability within a week"),
            (d.line([(-8, 0), (8, 0)], "soft", width=1.4, dash="4 3"), "alarm above this"),
            (d.box((-7, -5), (7, 5), fill="soft", opacity=0.25), "alarm stood"),
            (d.box((-7, -3), (7, 3), fill="ink"), "it came, by the counts"),
        ]
        parts, y = d.legend(0, width, entries)
        for outcome, name in enumerate(ALARMED):
            panel, y = _panel(days, (zone, outcome), (alarms or {}).get(name), y)
            parts += panel
        lanes, height = lanes_under(days, [_unknown(again, zone)], y + 22)
        return height, [*parts, *days.axis(y), *lanes]

    notes = (
        f"As foretold at the close of each day to {day_words(again.day(again.days - 1))}, with "
        "what was known then. The false alarms that the mission accepts set the threshold.",
    )
    return d.figure(_warning_title(again, zone, alarms), notes, draw)


def _warning_title(again: Replay, zone: int, alarms: Mapping[str, Alarms] | None) -> str:
    place = place_of(again, zone)
    if not again.ready[zone, -1]:
        return f"Too few days are known to warn of anything for {place}"
    chance = {name: odds(float(again.probability[zone, -1, WEEK, o]))
              for o, name in enumerate(OUTCOMES)}  # fmt: skip
    standing = [f"{LABELS[name]} ({chance[name]})"
                for name, a in (alarms or {}).items() if a.raised[zone, -1]]  # fmt: skip
    head = f"Alarm for {' and '.join(standing)} stands" if standing else "No alarm stands"
    others = _elsewhere(again, zone, alarms)
    there = f", {'also' if standing else 'but'} in {others}" if others else ""
    return f"{head} for {place}{there}; collapse within a week: {chance[OUTCOMES[COLLAPSE]]}"


def _elsewhere(again: Replay, zone: int, alarms: Mapping[str, Alarms] | None) -> str:
    """The zones under alarm, where the whole mission is pictured: its calm is not theirs."""
    whole = len(again.zones) - 1
    if zone != whole or not alarms:
        return ""
    stands = np.any([alarm.raised[:whole, -1] for alarm in alarms.values()], axis=0)
    named = [place_of(again, int(z)) for z in np.flatnonzero(stands)]
    more = f" and {len(named) - ZONES_NAMED} more" if len(named) > ZONES_NAMED else ""
    return f"{', '.join(named[:ZONES_NAMED])}{more}" if named else ""


def _panel(
    days: Days, where: tuple[int, int], alarm: Alarms | None, top: float
) -> tuple[list[str], float]:
    zone, outcome = where
    name, again = OUTCOMES[outcome], days.again
    y = Scale(0.0, 1.0, top + 20 + PANEL_PX, top + 20)
    chance = again.probability[zone, :, WEEK, outcome].astype(float)
    points = [(days.left(t), y.at(chance[t])) if again.ready[zone, t] else None for t in days]
    lines = [d.line(d.steps(points, days.day_px), COLOURS[name])]
    parts = d.grid(y, LEFT, days.x.end, [(0.0, "0%"), (0.5, "50%"), (1.0, "100%")])
    if alarm is not None:
        parts += [d.box((a, y.end), (b, y.start), fill=COLOURS[name], opacity=0.18, mark="alarm")
                  for a, b in days.runs(alarm.raised[zone])]  # fmt: skip
        limit = _thresholds(days, zone, outcome, alarm)
        asked = [(days.left(t), y.at(v)) for t, v in limit.items()]
        lines.insert(0, d.line(d.steps(asked, days.day_px), "soft", width=1.4, dash="4 3"))
    came = _came(again, name)[zone]
    parts += [d.box((a, y.start + 1), (max(b, a + 2), y.start + 6), fill="ink", mark="came")
              for a, b in days.runs(came)]  # fmt: skip
    head = _panel_words(days, where, alarm)
    return [*parts, *lines, d.words((4, top + 14), head, size=11.5, weight=600)], y.start + 8


def _panel_words(days: Days, where: tuple[int, int], alarm: Alarms | None) -> str:
    """What a panel says today: odds, and the alarm that stands or what it would take."""
    zone, outcome = where
    again, name = days.again, OUTCOMES[outcome]
    said = f"{LABELS[name].capitalize()}: "
    if not again.ready[zone, -1]:
        return said + "too few days known"
    said += odds(float(again.probability[zone, -1, WEEK, outcome]))
    if alarm is None:
        return said
    if alarm.raised[zone, -1]:
        down = np.flatnonzero(~alarm.raised[zone])
        return f"{said}; alarm since {day_words(again.day(int(down[-1]) + 1 if len(down) else 0))}"
    if days.x.end < d.NARROW:
        return said
    return f"{said}; alarm above {_thresholds(days, zone, outcome, alarm)[again.days - 1]:.0%}"


def _thresholds(days: Days, zone: int, outcome: int, alarm: Alarms) -> dict[int, float]:
    """Per day the probability at which an alarm would have been raised."""
    window = days.again.probability[zone, :, WEEK].astype(np.float64)
    return {t: as_probability(float(alarm.threshold[t]), window[t], outcome) for t in days}


def _came(again: Replay, name: str) -> Bools:
    happened = again.happened()
    flags = {"collapse": happened.in_collapse, "local_escalation": happened.escalation,
             "erosion": happened.erosion}  # fmt: skip
    return flags[name]
