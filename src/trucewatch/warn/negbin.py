"""Tails and quantiles of the negative binomial of a mean and a size (variance m + m2/size).

By the incomplete beta function, so that a day's update need not load all of statistics.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def at_least(count: Floats, mean: Floats, size: Floats) -> Floats:
    """P(Y >= count) for whole counts; 1 at 0."""
    from scipy.special import betainc

    tail = betainc(np.maximum(count, 1.0), size, mean / (size + mean))
    return np.asarray(np.where(np.asarray(count) > 0, tail, 1.0))


def at_most(count: Floats, mean: Floats, size: Floats) -> Floats:
    """P(Y <= count) for counts from 0."""
    from scipy.special import betainc

    return np.asarray(betainc(size, np.floor(count) + 1.0, size / (size + mean)))


def quantile(share: float | Floats, mean: Floats, size: Floats) -> Floats:
    """The least whole count that P(Y <= count) >= share, for shares within 0 and 1."""
    from scipy.special import nbdtrik

    found = np.ceil(np.nan_to_num(nbdtrik(share, size, size / (size + mean)), nan=0.0))
    found = np.maximum(found, 0.0)
    below = (found > 0) & (at_most(np.maximum(found - 1, 0.0), mean, size) >= share)
    return np.asarray(found - below)
