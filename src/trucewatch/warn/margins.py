"""How far a series stands from each definition: what must yet come, in the spread of what may.

The definitions of docs/warning.md are sums over days. Part of each sum is known; the rest would
have to come. Setting it against the series' own expected count and spread gives one figure that
means the same for a truce of one shot a day and for one of a thousand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import Terms, erosion_days, escalation_days
from trucewatch.rolling import LEAST_REFERENCE, shifted, trailing, trailing_mean

Floats = NDArray[np.float64]
Expected = NDArray[np.float32] | Floats

LARGEST_MARGIN = 6.0
# The spread of a sum of days lies between that of independent days (1) and of one day's (2).
SHARED_SPREAD = 1.5
LEAST_SHAPE = 0.2
TERMS = Terms()


def margin(need: Floats, mean: Expected, size: Expected, *, days: int) -> Floats:
    """Return how many standard deviations a sum of days must rise to reach `need`; -6 to 6.

    mean, size: the negative binomial expected of one day. By the cube root of the matching gamma
    (Wilson and Hilferty 1931), so that a skewed series is not taken for an even one. A need
    already met is below 0.
    """
    total = days * np.maximum(mean, 0.02)
    variance = total + days**SHARED_SPREAD * np.maximum(mean, 0.02) ** 2 / np.maximum(size, 1e-3)
    shape = np.maximum(total * total / variance, LEAST_SHAPE)
    root = np.cbrt(np.maximum(need - 0.5, 0.0) / total)
    found = (root - (1 - 1 / (9 * shape))) * 3 * np.sqrt(shape)
    bounded: Floats = np.clip(np.nan_to_num(found, nan=LARGEST_MARGIN), -LARGEST_MARGIN,
                              LARGEST_MARGIN)  # fmt: skip
    return bounded


def margins(counts: Floats, level: Floats, mean: Expected, size: Expected) -> dict[str, Floats]:
    """Return the margins of each definition and whether one is met today; ... x zones x days.

    level: R as it will be tomorrow. mean, size: what is expected of tomorrow.
    """
    today = shifted(level, 1)
    return {
        "eroding": erosion_days(counts, TERMS).astype(np.float64),
        "escalated": escalation_days(counts, today, TERMS).astype(np.float64),
        "reach_day": _tomorrow(counts, level, mean, size),
        "reach_run": margin(3 * TERMS.escalation * level, mean, size, days=3),
        "reach_week": margin(7 * TERMS.collapse * level, mean, size, days=7),
        "reach_month": _month(counts, mean, size, days=1),
        "reach_month_week": _month(counts, mean, size, days=7),
    }


def _tomorrow(counts: Floats, level: Floats, mean: Expected, size: Expected) -> Floats:
    """Margin of a run of local escalation that would end tomorrow; 6 where one day cannot."""
    total, known = trailing(counts, 2)
    need = TERMS.escalation * shifted(level, 2) * (known + 1) - total
    with np.errstate(invalid="ignore"):
        high = trailing((counts >= TERMS.sustained * shifted(level, 1)).astype(np.float64), 2)[0]
    need = np.where(high >= 2, need, np.maximum(need, TERMS.sustained * level))
    found = margin(need, mean, size, days=1)
    return np.where((high >= 1) & (known >= 1), found, LARGEST_MARGIN)


def _month(counts: Floats, mean: Expected, size: Expected, *, days: int) -> Floats:
    """Margin of a month of erosion that would end `days` from now."""
    kept = 28 - days
    before = shifted(trailing_mean(counts, 56, least=8), kept)
    before = np.maximum(before, LEAST_REFERENCE / 2)
    so_far = trailing_mean(counts, kept, least=6) * kept
    return margin(28 * TERMS.erosion * before - so_far, mean, size, days=days)
