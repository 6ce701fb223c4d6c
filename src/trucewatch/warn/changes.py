"""Change points: the days on which the level of a count series changed for good.

The days are cut into spans of one level each, exactly and at the least cost: the negative
binomial likelihood of each span plus a price for each cut (optimal partitioning, Jackson et al.
2005, pruned as by Killick et al. 2012). Days that are unknown cost nothing, a total over several
days is one observation of as many days, and a day half watched is half a day: the negative
binomial of a sum over an exposure has the same form, so no total is ever divided.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel
from trucewatch.warn.ledger import AsKnown, Ledger

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Price of a cut in log likelihood, and per log of the known days; see docs/warning.md.
PRICE, PRICE_PER_LOG = 3.0, 1.0
LEAST_SPAN = 3.0
MOST_DAYS = 4000
WILDEST, TAMEST = 0.3, 50.0


@dataclass(frozen=True, slots=True)
class Change:
    """A change of level: the first day of the new one (index), daily means before and after.

    gain: log likelihood won by the cut, natural logarithm, before its price.
    """

    day: int
    before: float
    after: float
    gain: float


def change_points(
    counts: Floats, exposure: Floats | None = None, *, size: float | None = None
) -> list[Change]:
    """Return the changes of level of one series, in order.

    counts: one value a step, NaN where unknown; at least 0. exposure: how much of a usual day
    each value stands for, above 0 (a total over three days: 3); 1 where left out. size: of the
    negative binomial; estimated where left out. Only the last 4,000 values are read.
    Raises ValueError where a known value is negative, or its exposure is not above 0.
    """
    cut = max(0, len(counts) - MOST_DAYS)
    known = cut + np.flatnonzero(np.isfinite(counts[cut:]))
    share = np.ones(len(known)) if exposure is None else np.asarray(exposure)[known]
    values = np.asarray(counts)[known].astype(np.float64)
    if (values < 0).any() or not (share > 0).all():
        raise ValueError("a count is never negative, and its exposure is above 0")
    if len(known) < 2:
        return []
    wild = size_of(values, share) if size is None else size
    price = PRICE + PRICE_PER_LOG * math.log(len(known))
    starts = _cut(without_peaks(values, share), share.astype(np.float64), wild, price)
    return _described(values, share, known, starts, wild)


def without_peaks(values: Floats, share: Floats) -> Floats:
    """Cap each day at twice the second highest rate of the five around it, and three more.

    One day alone is no level: an exercise of a day must not be cut out as one.
    """
    padded = np.pad(values / share, 2, constant_values=0.0)
    around = np.sort(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    return np.asarray(np.minimum(values, (2 * around[:, -2] + 3) * share))


def size_of(values: Floats, share: Floats) -> float:
    """Estimate the negative binomial's size from neighbours, so that a change of level is no noise.

    The wildest twentieth of the steps is left out: it may be the changes themselves.
    """
    rate = values / share
    gap, mean = np.diff(rate) ** 2 / 2, (rate[1:] + rate[:-1]) / 2
    each = share[1:] * share[:-1] * 2 / (share[1:] + share[:-1])
    ratio = np.maximum(gap - mean / each, -(mean**2)) / np.maximum(mean, 0.25) ** 2
    kept = np.sort(ratio)[: max(1, int(np.ceil(0.95 * len(ratio))))]
    wild = float(kept.mean()) if len(kept) else 1.0
    return float(np.clip(1 / max(wild, 1e-6), WILDEST, TAMEST))


@kernel
def _span_cost(total: float, days: float, size: float) -> float:
    """Minus the log likelihood of a span at its own mean, but for what no cut changes."""
    mean = total / days
    cost = size * days * math.log((size + mean) / size)
    if total > 0:
        cost += total * math.log((size + mean) / mean)
    return cost


@kernel
def _cut(values: Floats, share: Floats, size: float, price: float) -> Ints:
    """First indices of the spans, the first of all included, at the least cost."""
    number = len(values)
    total, days = np.zeros(number + 1), np.zeros(number + 1)
    for i in range(number):
        total[i + 1], days[i + 1] = total[i] + values[i], days[i] + share[i]
    best = np.full(number + 1, np.inf)
    best[0] = -price
    came = np.zeros(number + 1, dtype=np.int64)
    alive = np.zeros(number + 1, dtype=np.int64)
    living = 1
    for end in range(1, number + 1):
        for k in range(living):
            start = alive[k]
            length = days[end] - days[start]
            if length < LEAST_SPAN and not (start == 0 and best[end] == np.inf):
                continue
            cost = best[start] + price + _span_cost(total[end] - total[start], length, size)
            if cost < best[end]:
                best[end], came[end] = cost, start
        kept = 0
        for k in range(living):
            start = alive[k]
            length = days[end] - days[start]
            cost = best[start] + _span_cost(total[end] - total[start], length, size)
            if length < LEAST_SPAN or cost <= best[end]:
                alive[kept] = start
                kept += 1
        alive[kept] = end
        living = kept + 1
    return _traced(came, number)


@kernel
def _traced(came: Ints, number: int) -> Ints:
    starts = np.zeros(number + 1, dtype=np.int64)
    count, at = 0, number
    while at > 0:
        at = came[at]
        starts[count] = at
        count += 1
    return starts[:count][::-1].copy()


def _described(
    values: Floats, share: Floats, known: Ints, starts: Ints, size: float
) -> list[Change]:
    edges = [*starts.tolist(), len(values)]
    total, days = (
        np.array([part[a:b].sum() for a, b in itertools.pairwise(edges)])
        for part in (values, share)
    )
    cost = np.array([_span_cost(t, d, size) for t, d in zip(total, days, strict=True)])
    return [
        Change(
            int(known[edges[k]]), float(total[k - 1] / days[k - 1]), float(total[k] / days[k]),
            float(_span_cost(total[k - 1] + total[k], days[k - 1] + days[k], size)
                  - cost[k - 1] - cost[k]),
        )
        for k in range(1, len(starts))
    ]  # fmt: skip


def undivided(ledger: Ledger, view: AsKnown) -> tuple[Floats, Floats]:
    """Return zones x days counts and exposures in which each total stands whole on its last day.

    The view shares totals out over their days; here the days of a total are unknown but the
    last, which holds their sum with as many days of exposure.
    """
    counts, exposure = view.counts.copy(), np.ones(view.counts.shape)
    for zone in range(len(ledger.zones)):
        days = np.flatnonzero(view.spread[zone])
        for run in np.split(days, np.flatnonzero(np.diff(days) != 1) + 1):
            if len(run) > 1:
                counts[zone, run[-1]] = view.counts[zone, run].sum()
                exposure[zone, run[-1]] = len(run)
                counts[zone, run[:-1]] = np.nan
    return counts, exposure
