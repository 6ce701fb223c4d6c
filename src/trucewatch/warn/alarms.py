"""When a probability becomes an alarm: threshold from the accepted false alarms, no flapping."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel
from trucewatch.outcomes import EROSION, HOLDING
from trucewatch.warn.forecaster import Coefficients, coefficients

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# An alarm is lowered after this many days below half of its odds, and not before.
CALM_DAYS = 3
# The window of an alarm ends a week after the alarm.
WINDOW_DAYS = 7
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alarms of one outcome over a mission: raised (zones x days), and each day's threshold."""

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


@dataclass(frozen=True, slots=True)
class Borne:
    """Which days bore an outcome out, and from which day's close that could be told.

    out: per day, in any zone. told_on: per day, never falling. reach_days: a week of alarm is
    borne out by a day up to so long after it.
    """

    out: Bools
    told_on: NDArray[np.int64]
    reach_days: int = WINDOW_DAYS


def threshold_for(
    outcome: str, budget_per_year: float, zones: int, learnt: Coefficients | None = None
) -> float:
    """Return the score at which a first alarm is raised, for the false alarms accepted a year.

    Measured on simulated truces: see calibration.thresholds. With more zones each has a smaller
    part of the budget. Budget 0 or less: 1, no alarm at all.
    """
    if budget_per_year <= 0:
        return 1.0
    table = (learnt or coefficients()).thresholds[outcome]
    budget, threshold = table[:, 0], table[:, 1]
    wanted = budget_per_year / max(1.0, zones / TYPICAL_SERIES)
    return float(np.interp(math.log(wanted), np.log(budget), threshold))


# Zones with their whole in the simulated truces that the thresholds come from, on average.
TYPICAL_SERIES = 3.3


def alarm_score(chance: NDArray[Any], outcome: int) -> Floats:
    """Return what an alarm goes by: the probability; of erosion, that against holding alone.

    chance: ... x outcomes of one window. A window has one outcome, and an escalation in it hides
    an erosion that goes on all the same: so erosion is weighed where neither of the two worse
    outcomes comes.
    """
    own = chance[..., outcome].astype(np.float64)
    if outcome != EROSION:
        return np.asarray(own)
    return np.asarray(own / np.maximum(own + chance[..., HOLDING], 1e-9))


def as_probability(threshold: float, chance: NDArray[Any], outcome: int) -> float:
    """Return the probability of one window's outcome at which its score meets a threshold."""
    if outcome != EROSION:
        return threshold
    return float(min(1.0, threshold * float(chance[EROSION] + chance[HOLDING])))


def raise_alarms(
    score: Floats, borne: Borne, *, threshold: float, budget_per_year: float
) -> Alarms:
    """Walk the days once and raise or lower each zone's alarm.

    score: zones x days, of the widest horizon (see alarm_score). Each week under alarm counts as
    false until a day bears it out. With every such week of the past year the next one, a new
    alarm or a standing one renewed, must reach higher odds: twice for each at a budget of two.
    """
    step = 2.0 ** (2.0 / budget_per_year) if budget_per_year > 0 else np.inf
    raised, used = _walk(
        np.ascontiguousarray(score, dtype=np.float64), borne.out, borne.told_on,
        int(borne.reach_days), (float(threshold), float(step)),
    )  # fmt: skip
    return Alarms(raised, used)


@kernel
def _walk(
    score: Floats, out: Bools, told_on: NDArray[np.int64], reach: int, rule: tuple[float, float]
) -> tuple[Bools, Floats]:
    zones, days = score.shape
    raised, used = np.zeros((zones, days), dtype=np.bool_), np.zeros(days)
    on, calm = np.zeros(zones, dtype=np.bool_), np.zeros(zones, dtype=np.int64)
    starts, ends = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    true, weeks, read, base = np.zeros(days, dtype=np.bool_), 0, 0, rule[0]
    for t in range(days):
        while read < days and told_on[read] <= t:
            if out[read]:
                for k in range(weeks):
                    true[k] |= starts[k] <= read <= ends[k] + reach
            read += 1
        used[t] = _bar(ends[:weeks], true[:weeks], t, base, rule[1])
        renewed = weeks == 0 or t >= starts[weeks - 1] + WINDOW_DAYS
        for z in range(zones):
            low = score[z, t] < base / (2.0 - base)  # half of the threshold's odds
            calm[z] = calm[z] + 1 if low else 0
            stays = on[z] and calm[z] < CALM_DAYS and not (renewed and used[t] > base)
            on[z] = stays or score[z, t] >= used[t]
            raised[z, t] = on[z]
        if on.any():
            if renewed:
                starts[weeks] = t
                weeks += 1
            ends[weeks - 1] = t
    return raised, used


@kernel
def _bar(ends: NDArray[np.int64], true: Bools, t: int, base: float, step: float) -> float:
    """What the next week of alarm must reach: higher odds for each that was not borne out."""
    odds = base / max(1e-9, 1.0 - base)
    for k in range(len(ends)):
        if t - ends[k] <= YEAR_DAYS and not true[k]:
            odds *= step
    return max(base, odds / (1.0 + odds)) if odds < 1e12 else 1.0


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
