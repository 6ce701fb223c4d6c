"""When a probability becomes an alarm: threshold from the accepted false alarms, no flapping."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.warn.compiled import compiled
from trucewatch.warn.forecaster import Coefficients, coefficients

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# An alarm is lowered after this many days below half of its odds, and not before.
CALM_DAYS = 3
# The window of an alarm ends a week after the alarm; collapse needs another to be told.
WINDOW_DAYS = 7
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alarms of one outcome over a mission: raised (zones x days) and the threshold of each day."""

    raised: Bools
    threshold: Floats


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of days, both ends included."""

    start: int
    end: int

    @property
    def days(self) -> int:
        """Length in days."""
        return self.end - self.start + 1


def threshold_for(
    outcome: str, budget_per_year: float, zones: int, learnt: Coefficients | None = None
) -> float:
    """Return the probability at which an alarm is raised, for the false alarms accepted a year.

    Read off the false-alarm rate on simulated truces (between stated points on a log scale).
    With more zones each has a smaller part of the budget. Budget 0 or less: 1, no alarm at all.
    """
    if budget_per_year <= 0:
        return 1.0
    table = (learnt or coefficients()).thresholds[outcome]
    rate, probability = table[:, 0], table[:, 1]
    wanted = budget_per_year / max(1.0, zones / TYPICAL_SERIES)
    order = np.argsort(rate)
    return float(
        np.interp(math.log(wanted), np.log(np.maximum(rate[order], 1e-3)), probability[order])
    )


# Zones with their whole in the simulated truces that the thresholds come from, on average.
TYPICAL_SERIES = 3.3


def raise_alarms(
    probability: Floats, recognised: Bools, *, threshold: float, budget_per_year: float
) -> Alarms:
    """Walk the days once and raise or lower each zone's alarm.

    probability: zones x days, of the widest horizon. recognised: days at whose close an event
    of this outcome was recognised. Once a trailing year holds as many false alarms as the budget
    allows, the next must reach twice the odds of the strongest of them.
    """
    raised, used = _walk(
        np.ascontiguousarray(probability, dtype=np.float64), recognised, float(threshold),
        float(budget_per_year),
    )  # fmt: skip
    return Alarms(raised, used)


@compiled
def _walk(
    probability: Floats, recognised: Bools, base: float, budget: float
) -> tuple[Bools, Floats]:
    zones, days = probability.shape
    raised = np.zeros((zones, days), dtype=np.bool_)
    used = np.full(days, base)
    on, calm = np.zeros(zones, dtype=np.bool_), np.zeros(zones, dtype=np.int64)
    false_end, false_peak, falses = np.zeros(days + 1), np.zeros(days + 1), 0
    begun, last_on, peak = -1, -1, 0.0
    for t in range(days):
        if begun >= 0 and t - last_on > 2 * WINDOW_DAYS:
            if not _any(recognised, max(0, begun - WINDOW_DAYS), t):
                false_end[falses], false_peak[falses] = last_on, peak
                falses += 1
            begun, peak = -1, 0.0
        used[t] = max(base, _bar(false_end, false_peak, falses, t, budget))
        for z in range(zones):
            p = probability[z, t]
            if p >= used[t]:
                on[z], calm[z] = True, 0
            elif on[z]:
                low = p < base / (2.0 - base)  # half of the threshold's odds
                calm[z] = calm[z] + 1 if low else 0
                on[z] = calm[z] < CALM_DAYS
            raised[z, t] = on[z]
            if on[z]:
                begun = t if begun < 0 else begun
                last_on, peak = t, max(peak, p)
    return raised, used


@compiled
def _any(flags: Bools, first: int, last: int) -> bool:
    for z in range(flags.shape[0]):
        for t in range(first, last + 1):
            if flags[z, t]:
                return True
    return False


@compiled
def _bar(ends: Floats, peaks: Floats, falses: int, t: int, budget: float) -> float:
    """What the next alarm must reach: nothing more within the budget, else twice the odds."""
    spent, highest = 0, 0.0
    for k in range(falses):
        if t - ends[k] <= YEAR_DAYS:
            spent += 1
            highest = max(highest, peaks[k])
    return min(0.98, 2 * highest / (1 + highest)) if spent >= budget else 0.0


def any_zone(flags: Bools) -> Bools:
    """Return the days on which any zone is flagged."""
    return np.asarray(np.any(flags, axis=0), dtype=np.bool_)


def episodes(flags: Bools, *, join_days: int = 0) -> list[Episode]:
    """Return the stretches of True in a row of days; gaps up to join_days are closed."""
    found: list[Episode] = []
    for day in np.flatnonzero(flags).tolist():
        if found and day - found[-1].end <= join_days + 1:
            found[-1] = Episode(found[-1].start, day)
        else:
            found.append(Episode(day, day))
    return found
