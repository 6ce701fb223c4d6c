"""When a probability becomes an alarm: threshold from the accepted false alarms, no flapping."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import EROSION, HOLDING
from trucewatch.warn.forecaster import coefficients
from trucewatch.warn.walking import walk

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# At a budget of two each false week of the past year makes the next ask for three times the odds,
# but for half of the budget, which is forgiven.
STEP = 3.0
FORGIVEN = 0.5


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
class Rule:
    """What alarms cost elsewhere: scores, rising, and the false weeks a year at each.

    allowed: false weeks a year that the bar may be expected to cost, so chosen that alarms so
    walked cost `budget` (> 0) on average in the worst of the three simulated levels.
    """

    scores: Floats
    false_a_year: Floats
    allowed: float
    budget: float


@dataclass(frozen=True, slots=True)
class Borne:
    """Which days bore an outcome out, and from which day's close that could be told.

    out: per day, in any zone. told_on: per day, never falling. reach_days: a week of alarm is
    borne out by a day up to so long after it.
    """

    out: Bools
    told_on: NDArray[np.int64]
    reach_days: int = 7


def rule_for(outcome: str, budget_per_year: float, zones: int) -> Rule:
    """Return the rule of an outcome for a budget above 0; zones: series, the mission's among them.

    With more zones an alarm at the same score costs more.
    """
    learnt = coefficients()
    cost, allowed = learnt.false_weeks[outcome], learnt.allowed[outcome]
    most = np.interp(math.log(budget_per_year), np.log(allowed[:, 0]), np.log(allowed[:, 1]))
    share = max(1.0, zones / TYPICAL_SERIES)
    return Rule(cost[:, 0].copy(), cost[:, 1] * share, float(np.exp(most)), budget_per_year)


# Zones with their whole in the simulated truces that the rule comes from, on average.
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


def raise_alarms(score: Floats, borne: Borne, rule: Rule | None) -> Alarms:
    """Walk the days once and raise or lower each zone's alarm; without a rule none is raised.

    score: zones x days, of the widest horizon (see alarm_score), 0 where nothing is foretold.
    The bar of a day is the lowest score at which alarms are expected to cost no more than the
    budget: by other truces, and more and more by the weeks that alarms at that score would have
    cost in this one, as far as they could be told false by then. Each week truly under alarm
    raises it for a year, until a day bears it out.
    """
    if rule is None:
        return Alarms(np.zeros(score.shape, dtype=np.bool_), np.ones(score.shape[1]))
    seen = np.ascontiguousarray(score, dtype=np.float64)
    raised, used = walk(
        seen, np.asarray((seen > 0).any(axis=0)),
        (borne.out, borne.told_on, int(borne.reach_days)), (rule.scores, rule.false_a_year),
        (rule.allowed, STEP ** (2.0 / rule.budget), FORGIVEN * rule.budget),
    )  # fmt: skip
    return Alarms(raised, used)


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
