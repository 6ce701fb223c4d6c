"""Counts per region: the period against the one before, and the counter, from evenings' counts.

Pure: the same spans give the same figures, so a redacted report recomputes them from what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from trucewatch.publish.evenings import figure_for
from trucewatch.publish.facts import Head, RegionShape
from trucewatch.publish.facts_counts import CounterRow, CountSpan, RegionFigure
from trucewatch.publish.kinds import kind_rank

EVERYWHERE = "*"
# Names that sources use and the mission does not know: shown, but not without end.
OTHER_PLACES_MAX = 40
Key = tuple[str, str]


def figures_from(
    head: Head, regions: Sequence[RegionShape], spans: Iterable[CountSpan]
) -> dict[str, Any]:
    """Return the report's `summary` and `counter`."""
    names = {r.id: r.name for r in regions}
    by_key = _by_key(list(names), spans)
    return {
        "summary": tuple(_summary(head, names, by_key)),
        "counter": tuple(_counter(head, names, by_key)),
    }


def _by_key(own: Sequence[str], spans: Iterable[CountSpan]) -> dict[Key, list[CountSpan]]:
    """Every counted region stands for every kind counted at all, so that a gap shows."""
    found: dict[Key, list[CountSpan]] = defaultdict(list)
    for span in spans:
        found[span.region, span.kind].append(span)
    kinds = sorted({kind for _, kind in found}, key=kind_rank)
    counted = {region for region, _ in found} - {EVERYWHERE}
    other = sorted(counted - set(own))[:OTHER_PLACES_MAX]
    order = [*(r for r in own if r in counted), *other]
    return {(region, kind): found.get((region, kind), []) for region in order for kind in kinds}


def group_of(region: str, kind: str) -> str:
    """Return the anchor of the annex table that holds a region's counts of a kind."""
    letters = "".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}" for c in region)
    return f"counts-{letters}-{kind}"


def _summary(
    head: Head, names: dict[str, str], by_key: dict[Key, list[CountSpan]]
) -> Iterable[RegionFigure]:
    last, first = head.day, head.day - timedelta(days=head.days - 1)
    before_last = first - timedelta(days=1)
    before_first = before_last - timedelta(days=head.days - 1)
    for (region, kind), spans in by_key.items():
        group = group_of(region, kind)
        yield RegionFigure(
            region=region, region_name=names.get(region, region), kind=kind,
            now=figure_for(spans, first, last, group=group),
            before=figure_for(spans, before_first, before_last, group=group),
            last_known=_last_known(spans, before_last),
        )  # fmt: skip


def _last_known(spans: Sequence[CountSpan], latest: date) -> CountSpan | None:
    """The last single evening with a count: what to compare with where the one before lacks."""
    known = [s for s in spans if s.low is not None and s.evenings == 1 and s.last_day <= latest]
    return max(known, key=lambda s: (s.last_day, s.id)) if known else None


def _counter(
    head: Head, names: dict[str, str], by_key: dict[Key, list[CountSpan]]
) -> Iterable[CounterRow]:
    since = head.recommitted_day
    # A spot report reads a few evenings only: a counter from them would be false.
    if since is None or since > head.day or head.kind == "spot":
        return
    for (region, kind), spans in by_key.items():
        figure = figure_for(spans, since, head.day, group=group_of(region, kind))
        yield CounterRow(
            region=region, region_name=names.get(region, region), kind=kind, figure=figure
        )
