"""The 7-day mean as an alarm, held to the same rule and budget as the forecasts."""

from __future__ import annotations

from functools import cache

import numpy as np

from trucewatch.outcomes import OUTCOMES
from trucewatch.rolling import reference
from trucewatch.warn.alarms import TYPICAL_SERIES, Rule
from trucewatch.warn.backtest import events_of
from trucewatch.warn.calibration import FIRST_SEED, Watched, allowed_for, false_weeks
from trucewatch.warn.replay import borne_out, happened_with_whole, with_whole
from trucewatch.warn.rivals import week_ratio
from trucewatch.warn.simulate import LEVELS, simulate_truce

TRUCES = 100
BUDGET = 2.0


def watched_mean(series: np.ndarray, outcome: str, *, lag: int = 1) -> Watched:
    """The mean of seven days over the level before them, as a score from 0 to 1."""
    with np.errstate(invalid="ignore"):
        ratio = np.nan_to_num(week_ratio(series, reference(series)))
    late = np.pad(ratio, ((0, 0), (lag, 0)))[:, : series.shape[1]]
    index, happened = OUTCOMES.index(outcome), happened_with_whole(series, None)
    borne = borne_out(happened, index, np.arange(series.shape[1]) + lag)
    return Watched(late / (1 + late), borne, events_of(happened, outcome))


@cache
def _habit(outcome: str) -> tuple[np.ndarray, float]:
    seeds = range(FIRST_SEED, FIRST_SEED + TRUCES)
    levels = [
        [watched_mean(with_whole(simulate_truce(level, s).reported), outcome) for s in seeds]
        for level in LEVELS
    ]
    weeks = false_weeks(levels)
    return weeks, allowed_for(levels, weeks, BUDGET)


def mean_rule(outcome: str, zones: int) -> Rule:
    """The rule of the 7-day mean at two a year, from the truces that ours is from."""
    weeks, allowed = _habit(outcome)
    share = max(1.0, zones / TYPICAL_SERIES)
    return Rule(weeks[:, 0].copy(), weeks[:, 1] * share, allowed, BUDGET)
