"""The compiled walk over count series: negative-binomial state, one pass, nothing looked ahead."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel, parallel_kernel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

PARALLEL_FROM = 256

# Rival memories: (half-life of the slow level in days, share of the recent excess that is
# expected to go on tomorrow). Each day they are weighed by how well they foretold the days before.
MEMORIES = np.array([(60.0, 0.0), (60.0, 0.45), (18.0, 0.15), (18.0, 0.6)])
FAST_HALF_LIFE = 2.0
FORGET = 0.985
WEEKDAY_PRIOR_DAYS = 20.0
LEAST_RATE = 0.02
LEVEL, MU, SIZE, SURPRISE, CUSUM, FAST, EXCITATION = range(7)
FIELDS = 7


@kernel
def log_pmf(count: float, mean: float, size: float) -> float:
    """Log probability of a count under a negative binomial of mean and size (variance m+m2/k)."""
    return (
        math.lgamma(count + size)
        - math.lgamma(size)
        - math.lgamma(count + 1.0)
        + size * math.log(size / (size + mean))
        + count * math.log(mean / (size + mean))
    )


@kernel
def log_upper_tail(count: float, mean: float, size: float) -> float:
    """-log10 of P(Y >= count), by the Wilson-Hilferty cube root of the matching gamma; 0..12.

    Smooth, cheap and finite at any count; within 0.1 of the exact value for P > 1e-4 and mean > 1.
    """
    if count <= mean:
        return 0.0
    variance = mean + mean * mean / size
    shape = mean * mean / variance
    ratio = max(1e-12, (count - 0.5) / mean)
    z = (ratio ** (1 / 3) - (1 - 1 / (9 * shape))) * math.sqrt(9 * shape)
    tail = 0.5 * math.erfc(z / math.sqrt(2.0))
    return min(12.0, -math.log10(max(tail, 1e-12)))


@parallel_kernel
def _walk_many(counts: Floats, first_weekday: int, reset: int) -> Singles:
    series, days = counts.shape
    out = np.zeros((series, days, FIELDS), dtype=np.float32)
    for s in numba.prange(series):
        _walk_one(counts[s], first_weekday, reset, out[s])
    return out


@kernel
def _walk_few(counts: Floats, first_weekday: int, reset: int) -> Singles:
    series, days = counts.shape
    out = np.zeros((series, days, FIELDS), dtype=np.float32)
    for s in range(series):
        _walk_one(counts[s], first_weekday, reset, out[s])
    return out


def walk(counts: Floats, first_weekday: int, reset: int) -> Singles:
    """Return series x days x FIELDS: the state after each day, unchanged over unknown days.

    counts: series x days, NaN where unknown. first_weekday: of the first day, Monday 0.
    reset: day index of a recommitment, -1 for none.
    """
    # Waking the second core costs more than walking a few series.
    few = counts.shape[0] < PARALLEL_FROM
    return (_walk_few if few else _walk_many)(counts, first_weekday, reset)


@kernel
def _walk_one(counts: Floats, first_weekday: int, reset: int, out: Singles) -> None:
    models = MEMORIES.shape[0]
    weight = np.full(models, 1.0 / models)
    level = np.zeros(models)
    seen = np.zeros(models)
    noise = np.full(models, 1.0)
    by_day, known_by_day = np.zeros(7), np.zeros(7)
    fast, cusum, surprise = 0.0, 0.0, 0.0
    mean, size, known = 0.0, 1.0, 0
    for t in range(counts.shape[0]):
        if t == reset:  # a recommitment: the level before says little of the level after
            seen[:] = np.minimum(seen, 1.0)
            known, cusum = min(known, 1), 0.0
        y = counts[t]
        day = (first_weekday + t) % 7
        if not math.isnan(y):
            factor = (by_day[day] + WEEKDAY_PRIOR_DAYS) / (known_by_day[day] + WEEKDAY_PRIOR_DAYS)
            if known > 0:
                mean, size = _mix(level, fast, noise, weight, factor)
                surprise = log_upper_tail(y, mean, size)
                cusum = max(0.0, 0.95 * cusum + min(surprise, 3.0) - 0.75)
                _reweigh(y, level, fast, noise, weight, factor)
                by_day[day] = 0.99 * by_day[day] + min(y / max(mean / factor, LEAST_RATE), 4.0)
                known_by_day[day] = 0.99 * known_by_day[day] + 1.0
            fast = _learn(y / factor, level, seen, fast, known)
            known += 1
        mean, size = _mix(level, fast, noise, weight, 1.0)
        out[t, LEVEL], out[t, MU], out[t, SIZE] = np.sum(weight * level), mean, size
        out[t, SURPRISE], out[t, CUSUM], out[t, FAST] = surprise, cusum, fast
        out[t, EXCITATION] = np.sum(weight * MEMORIES[:, 1])


@kernel
def _mix(
    level: Floats, fast: float, noise: Floats, weight: Floats, factor: float
) -> tuple[float, float]:
    """Mean and size of the weighed models' forecast of one day."""
    mean, spread = 0.0, 0.0
    for m in range(level.shape[0]):
        mu = factor * max(LEAST_RATE, level[m] + MEMORIES[m, 1] * (fast - level[m]))
        mean += weight[m] * mu
        spread += weight[m] * noise[m]
    return mean, 1.0 / spread


@kernel
def _reweigh(
    y: float, level: Floats, fast: float, noise: Floats, weight: Floats, factor: float
) -> None:
    """Weigh each model by how likely it held the day's count; update its over-dispersion."""
    total = 0.0
    for m in range(level.shape[0]):
        mu = factor * max(LEAST_RATE, level[m] + MEMORIES[m, 1] * (fast - level[m]))
        weight[m] = weight[m] ** FORGET * math.exp(max(-30.0, log_pmf(y, mu, 1.0 / noise[m])))
        total += weight[m]
        excess = ((y - mu) ** 2 - mu) / (mu * mu + 0.25)
        # One wild day may not teach that all days are wild.
        noise[m] += 0.04 * (min(max(excess, 0.0), 12.0) - noise[m])
        noise[m] = min(max(noise[m], 0.05), 8.0)
    weight[:] = np.maximum(weight / max(total, 1e-300), 0.01)
    weight /= weight.sum()


@kernel
def _learn(y: float, level: Floats, seen: Floats, fast: float, known: int) -> float:
    """Move the slow levels towards a day's count; return the new fast level."""
    for m in range(level.shape[0]):
        seen[m] = seen[m] * 0.5 ** (1.0 / MEMORIES[m, 0]) + 1.0
        capped = y if known < 5 else min(y, 8.0 * level[m] + 5.0)
        level[m] += (capped - level[m]) / seen[m]
    gain = 1.0 if known == 0 else 1.0 - 0.5 ** (1.0 / FAST_HALF_LIFE)
    return fast + gain * (y - fast)
