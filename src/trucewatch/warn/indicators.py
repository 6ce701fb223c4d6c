"""What moves a warning: each indicator says what it sees, its range, and its track record.

Indicator number one sets a count against its own past and says how often such a day comes by
chance. Those made of daily counts enter the learnt probability; their shares in it come from
`movers`. Those made of other kinds of observation show points of surprise; what the signs of
preparation among them weigh is learnt (preparation, weighing) and told in one row. One that cannot
be seen moves nothing and widens the range by what it may hide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.config import read_yaml
from trucewatch.warn import kernels
from trucewatch.warn.forecaster import Coefficients, contributions
from trucewatch.warn.negbin import quantile
from trucewatch.warn.signals import NAMES
from trucewatch.warn.signs import hidden_points

Floats = NDArray[np.float64]

# Evidence in nats below which a scan is told as chance: twenty to one.
NO_CHANCE = 3.0
CATALOGUE_FILE = Path(__file__).parent / "indicators.yaml"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing a duty officer watches: name, what it asks, its range, its track record.

    says: for its users, what it is made of and what misleads it. record: what is known of it
    from elsewhere; each warning shows its record in the mission itself. signals: those of the
    count model it gathers, the one to show first. kinds: what it counts: kinds of observation,
    or one of heavy, new_place, watch_lost, fire_above, quiet. hides: log-odds per point of
    surprise that it may hide where it cannot be seen, for those made of kinds.
    """

    name: str
    asks: str
    says: str
    range: str
    record: str
    signals: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    hides: float = 0.0


@cache
def catalogue() -> tuple[Indicator, ...]:
    """Return the indicators of indicators.yaml, in its order."""
    rows = read_yaml(CATALOGUE_FILE).value
    return tuple(
        Indicator(**{**row, "signals": tuple(row.get("signals", ())),
                     "kinds": tuple(row.get("kinds", ()))})
        for row in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnPast:
    """A count against its own past. chance_per_year: days a year that reach it by chance alone.

    low, high: the band that holds nine days in ten. seen_per_year: how often days of this zone
    were as surprising before.
    """

    count: float
    expected: float
    low: float
    high: float
    chance_per_year: float
    seen_per_year: float
    stale_days: int


def own_past(counts: Floats, *, first_weekday: int = 0) -> OwnPast | None:
    """Indicator number one: the newest known count of a series against what was expected of it.

    counts: one value a day, NaN where unknown. The expectation is made the day before. The rate
    by chance is that of the fitted negative binomial; the rate seen counts the days of this
    series that were at least as unlikely, per year of known days: the two should agree.
    None where fewer than eight days are known.
    """
    known = np.flatnonzero(np.isfinite(counts))
    stale = len(counts) - 1 - int(known[-1]) if len(known) else len(counts)
    if len(known) < 8:
        return None
    state = kernels.walk(counts[None].astype(np.float64), first_weekday, -1)[0]
    newest, before = int(known[-1]), int(known[-2])
    mean, size = (float(state[before, f]) for f in (kernels.MU, kernels.SIZE))
    surprise = float(state[newest, kernels.SURPRISE])
    low, high = band(np.array([mean]), np.array([size]))
    days = known[7:]
    reached = int((state[days, kernels.SURPRISE] >= max(surprise, 1e-6)).sum())
    count = float(counts[newest])
    chance = 365 * 10.0**-surprise
    return OwnPast(count, mean, float(low[0]), float(high[0]), chance,
                   365 * reached / len(days), stale)  # fmt: skip


def band(mean: Floats, size: Floats, *, share: float = 0.9) -> tuple[Floats, Floats]:
    """Return the central band of a negative binomial that holds `share` of the days."""
    tail, least = (1 - share) / 2, np.maximum(mean, 1e-9)
    return quantile(tail, least, size), quantile(1 - tail, least, size)


def movers(
    values: NDArray[np.float32],
    outcome: int,
    horizon: int,
    *,
    usual: NDArray[np.float32] | None = None,
    learnt: Coefficients | None = None,
) -> list[dict[str, Any]]:
    """Return the count indicators with their share in the log-odds, largest first.

    values: the signals of one zone and day. The weight is against an ordinary day: `usual`,
    or the centre of the training truces.
    """
    parts = contributions(values, outcome, horizon, learnt)
    if usual is not None:
        base = contributions(usual, outcome, horizon, learnt)
        parts = {name: parts[name] - base[name] for name in parts}
    place = {name: i for i, name in enumerate(NAMES)}
    rows = [
        {"name": one.name, "value": round(float(values[place[one.signals[0]]]), 3),
         "weight": round(sum(parts[s] for s in one.signals), 3), "grounds": one.asks}
        for one in catalogue() if one.signals
    ]  # fmt: skip
    return sorted(rows, key=lambda row: -abs(row["weight"]))


def sign_rows_of(points: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the signs that stand above their past today, as rows without weight.

    points: indicator name -> points of surprise. What the signs of preparation weigh together is
    told by the row of their scan.
    """
    return [
        {"name": one.name, "value": round(points[one.name], 3), "weight": 0.0, "grounds": one.asks}
        for one in catalogue() if one.kinds and points.get(one.name, 0.0) > 0
    ]  # fmt: skip


def scan_row(told: Mapping[str, Any], log_odds: float) -> dict[str, Any]:
    """Return the row of the scan: preparation.summary in words, and what it moved."""
    if not told["most"]:
        grounds = "signs of preparation are seen and stand no higher than usual."
    else:
        names = ", ".join(name.replace("_", " ") for name in told["most"])
        way = "still rising" if told["is_rising"] else "no longer rising"
        chance = "" if told["evidence"] >= NO_CHANCE else "; as much comes by chance"
        grounds = (
            f"signs of preparation together stand at {told['value']:.1f} times their usual over "
            f"{told['window_days']} days: {told['seen']} seen, {told['usual']:.0f} usual; "
            f"most: {names}; {way}{chance}."
        )
    return {"name": "preparation", "weight": round(log_odds, 3), "grounds": grounds, **told}


def hiding(blind_days: Mapping[str, float]) -> float:
    """Return the half-width in log-odds of what signs that cannot be seen may hide, 0 or more.

    blind_days: indicator name -> days in a row without a look, 0 when seen. Signs are taken to
    be independent, so that their widths add up as squares.
    """
    hides = {one.name: one.hides for one in catalogue()}
    parts = [hides[name] * hidden_points(days) for name, days in blind_days.items()]
    return float(np.sqrt(np.square(parts).sum())) if parts else 0.0
