"""Counts per evening as a picture: what is known, what is a total, and what nobody counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trucewatch import drawing as d
from trucewatch.drawing import Figure, Scale
from trucewatch.publish.evenings import days_between
from trucewatch.publish.facts import Report
from trucewatch.publish.facts_counts import CountSpan, RegionFigure
from trucewatch.publish.kinds import counted_label
from trucewatch.publish.words import figure_words

SERIES_DAYS = 90
NARROW_DAYS = 42
NAMED_MAX = 4
LEFT, RIGHT, PANEL_PX, GAP_PX = 48.0, 12.0, 104.0, 12.0


@dataclass(frozen=True, slots=True)
class Evenings:
    """The counts of one region over a stretch of days.

    singles: (day, least, most) of any account; totals: of several evenings; gaps: days that
    nobody counted.
    """

    name: str
    singles: tuple[tuple[date, float, float], ...]
    totals: tuple[CountSpan, ...]
    gaps: tuple[date, ...]


def counts_figure(report: Report) -> Figure:
    """Return the counts per evening: one panel a region, of the first kind that is counted.

    Single evenings are bars up to the least account, with a box up to the most where accounts
    differ; zeros are rings, totals of several evenings are broken boxes over their evenings,
    and an evening without a count is a grey tick under the base line.
    """
    kind = report.summary[0].kind if report.summary else ""
    names = {i.region: i.region_name for i in report.summary}
    spans = [s for s in report.spans if s.kind == kind]
    panels = [
        evenings_of([s for s in spans if s.region == r], name, report.head.day, SERIES_DAYS)
        for r, name in names.items()
    ]
    now = [_now(i) for i in report.summary if i.kind == kind]
    period = f"on {report.head.day}" if report.head.days == 1 else f"in {report.head.days} evenings"
    notes = (
        f"The last {SERIES_DAYS} evenings. A total of several evenings is never divided; where "
        "accounts differ the box reaches from the least to the most. The same figures stand in "
        "the tables.",
    )
    return d.figure(
        f"{counted_label(kind).capitalize()} per evening: {', '.join(now[:NAMED_MAX])} {period}",
        notes, lambda width: _draw(panels, report.head.day, width),
    )  # fmt: skip


def _now(counted: RegionFigure) -> str:
    """A region's count of the period, and how much of the period it stands for."""
    figure = counted.now
    if not figure.is_known:
        return f"{counted.region_name} no count"
    known = figure.evenings - len(figure.missing_days)
    part = f" ({known} of {figure.evenings} evenings)" if figure.missing_days else ""
    return f"{counted.region_name} {figure_words(figure)}{part}"


def evenings_of(spans: Iterable[CountSpan], name: str, last: date, days: int) -> Evenings:
    """Return what a region's spans say of each of the days up to the last."""
    first = last - timedelta(days=days - 1)
    near = [s for s in spans if s.last_day >= first and s.low is not None]
    covered = {d for s in near for d in days_between(s.first_day, s.last_day)}
    return Evenings(
        name, _singles(s for s in near if s.evenings == 1),
        tuple(s for s in near if s.evenings > 1),
        tuple(day for day in days_between(first, last) if day not in covered),
    )  # fmt: skip


def _singles(spans: Iterable[CountSpan]) -> tuple[tuple[date, float, float], ...]:
    """Each evening once, with the least and the most that any account of it says."""
    values: dict[date, list[float]] = {}
    for span in spans:
        low = span.low or 0.0
        values.setdefault(span.first_day, []).extend((low, low if span.high is None else span.high))
    return tuple((day, min(found), max(found)) for day, found in sorted(values.items()))


def _draw(panels: Sequence[Evenings], last: date, width: float) -> tuple[float, list[str]]:
    days = SERIES_DAYS if width > d.NARROW else NARROW_DAYS
    first = last - timedelta(days=days - 1)
    x = Scale(0.0, days, LEFT, width - RIGHT)
    entries = [
        (d.box((-4, -6), (4, 6), fill="count"), "one evening"),
        (d.box((-4, -6), (4, 6), fill="span", opacity=0.15, dashed=True), "total, or differing"),
        (d.dot(0, 0, 2.2, "count", hollow=True), "zero counted"),
        (d.box((-1.5, -4), (1.5, 4), fill="gap"), "no count: unknown"),
    ]  # fmt: skip
    parts, y = d.legend(0, width, entries)
    for panel in panels:
        parts += [d.words((4, y + 14), panel.name, weight=600), *_panel(panel, first, x, y + 22)]
        y += 22 + PANEL_PX + GAP_PX
    return y + 18, [*parts, *d.time_axis(x, y - 2, first)]


def _panel(panel: Evenings, first: date, x: Scale, top: float) -> list[str]:
    singles = [one for one in panel.singles if one[0] >= first]
    totals = [s for s in panel.totals if s.last_day >= first]
    most = [high for _, _, high in singles] + [_most(s) for s in totals]
    ticks = d.even_ticks(max([1.0, *most]), wanted=3)
    y = Scale(0.0, ticks[-1][0], top + PANEL_PX, top)
    parts = d.grid(y, LEFT, x.end, ticks)
    for day, low, high in singles:
        left, right = (x.at((day - first).days + part) for part in (0.12, 0.88))
        if high == 0:
            parts.append(d.dot((left + right) / 2, y.start, 2.2, "count", mark="zero", hollow=True))
        if low > 0:
            parts.append(d.box((left, y.at(low)), (right, y.start), fill="count", mark="one"))
        if high > low:
            parts.append(_open((left, y.at(high)), (right, y.at(low)), "range"))
    for span in totals:
        left = x.at((max(span.first_day, first) - first).days)
        right = x.at((span.last_day - first).days + 1)
        parts.append(_open((left, y.at(_most(span))), (right, y.start), "total"))
    parts += [
        _unknown(x.at((day - first).days + 0.5), y.start) for day in panel.gaps if day >= first
    ]
    return parts


def _most(span: CountSpan) -> float:
    return float(span.high if span.high is not None else span.low or 0.0)


def _open(corner: d.Point, across: d.Point, mark: str) -> str:
    return d.box(corner, across, fill="span", opacity=0.15, dashed=True, mark=mark)


def _unknown(x: float, y: float) -> str:
    return d.box((x - 1, y + 2), (x + 1, y + 8), fill="gap", mark="gap")
