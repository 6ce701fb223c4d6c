"""The plain forecasts that any model must beat, made with the same knowledge at the same time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import (
    COLLAPSE,
    CONFIRMED_AFTER,
    EROSION,
    ESCALATION,
    HOLDING,
    OUTCOMES,
    Happenings,
)
from trucewatch.rolling import shifted, trailing_mean
from trucewatch.warn.forecaster import coefficients

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]

RIVALS = ("climatology", "persistence", "last_value", "threshold_7_day_mean")
# How many days of this truce weigh as much as what other truces did.
PRIOR_DAYS = 30.0
PRIOR_AGREEMENT = 10.0
# Days after a window's end until its outcome is told: the two weeks that settle a collapse.
TOLD_AFTER = 14
MULTIPLES = ((1.5, EROSION), (2.5, ESCALATION), (4.0, COLLAPSE))


def week_ratio(counts: Floats, level: Floats) -> Floats:
    """The 7-day mean over the level a week ago, carried over unknown days."""
    ratio = trailing_mean(counts, 7) / shifted(level, 7)
    return carried(np.where(np.isfinite(counts), ratio, np.nan))


def late_week_ratio(counts: Floats, level: Floats, *, lag: int) -> Floats:
    """The same as late as the counts are known; 0 before anything is."""
    with np.errstate(invalid="ignore"):
        ratio = np.nan_to_num(week_ratio(counts, level))
    return np.asarray(np.pad(ratio, ((0, 0), (lag, 0)))[:, : counts.shape[1]])


def week_score(counts: Floats, level: Floats, *, lag: int) -> Floats:
    """The 7-day mean over the level as a score from 0 to 1, r / (1 + r), as late as the counts."""
    late = late_week_ratio(counts, level, lag=lag)
    return np.asarray(late / (1 + late))


def mean_alarm(outcome: str) -> str:
    """The name under which the 7-day mean's alarms of an outcome have their rule."""
    return f"{outcome} by 7-day mean"


def carried(values: Floats) -> Floats:
    """Carry values over unknown days; 1 before the first known one."""
    known = np.isfinite(values)
    last = np.maximum.accumulate(np.where(known, np.arange(values.shape[1]), -1), axis=1)
    held = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, held, 1.0)


def sign_of(ratio: Floats) -> Labels:
    """Read a ratio to the level as an outcome: 1.5 erosion, 2.5 escalation, 4 collapse."""
    sign = np.full(ratio.shape, HOLDING, dtype=np.int8)
    for multiple, outcome in MULTIPLES:
        sign[ratio >= multiple] = outcome
    return sign


def state_of(happened: Happenings) -> Labels:
    """What each day was, by the definitions, as its own close could tell; carried if unknown.

    A collapse under way is one of the days that follow it by a week: before, nobody can tell.
    """
    state: Labels = np.full_like(happened.known, HOLDING, dtype=np.int8)
    state[happened.erosion] = EROSION
    state[happened.escalation] = ESCALATION
    told = np.pad(happened.collapse_begins, ((0, 0), (CONFIRMED_AFTER, 0)))
    told = told[:, : state.shape[1]]
    state[told] = COLLAPSE
    days = np.arange(state.shape[1])
    last = np.maximum.accumulate(np.where(happened.known | told, days, -1), axis=1)
    held = np.take_along_axis(state, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, held, HOLDING).astype(np.int8)


def conditional(signs: Labels, labels: Labels, *, horizon: int, delay: int) -> Floats:
    """Probabilities of the outcomes given a sign, learnt day by day from windows already told.

    Starts from how often each outcome came in the training truces, tilted to the sign itself.
    delay: days from a window's start until its outcome is told.
    """
    zones, days = labels.shape
    climate = coefficients().climate[horizon]
    seen = np.full((len(OUTCOMES), len(OUTCOMES)), PRIOR_DAYS) * climate
    if np.unique(signs).size > 1:
        seen[np.arange(len(OUTCOMES)), np.arange(len(OUTCOMES))] += PRIOR_AGREEMENT
    out = np.empty((zones, days, len(OUTCOMES)))
    for t in range(days):
        if t >= delay:
            told = labels[:, t - delay]
            np.add.at(seen, (signs[told >= 0, t - delay], told[told >= 0]), 1.0 / zones)
        out[:, t] = (seen / seen.sum(axis=1, keepdims=True))[signs[:, t]]
    return out
