"""What could have been missed: exact Poisson limits under imperfect detection."""

from __future__ import annotations

import math
from functools import lru_cache

CONFIDENCE = 0.95
# Above this count the limit is found from the Wilson-Hilferty approximation (error under 0.01%).
EXACT_COUNT_MAX = 2_000


def happened_upper(
    seen: int, detection_probability: float | None, *, confidence: float = CONFIDENCE
) -> float | None:
    """Return the upper confidence limit of the expected number that happened.

    seen: happenings seen, 0 or more. detection_probability: chance that one happening, anywhere
    in the zone's area-hours, is seen (0..1). None where nothing watched: no limit can be stated.
    For zero seen it is -ln(1 - confidence) / p; for n seen, half the chi-square quantile with
    2(n + 1) degrees of freedom, over p (Garwood 1936; Bayley and Peterson 1981 for detection).
    """
    if seen < 0:
        raise ValueError(f"seen is {seen}; a count is 0 or more")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is outside 0..1")
    if detection_probability is None or detection_probability <= 0:
        return None
    if detection_probability > 1 + 1e-9:
        raise ValueError(f"detection_probability {detection_probability} is above 1")
    return poisson_upper(seen, confidence) / detection_probability


def missed_upper(
    seen: int, detection_probability: float | None, *, confidence: float = CONFIDENCE
) -> float | None:
    """Return the upper limit of what happened beyond what was seen; None where nothing watched.

    It is `happened_upper` less the number seen, and for zero seen the two are the same.
    """
    upper = happened_upper(seen, detection_probability, confidence=confidence)
    return None if upper is None else max(0.0, upper - seen)


@lru_cache(maxsize=4096)
def poisson_upper(seen: int, confidence: float = CONFIDENCE) -> float:
    """Return the mean at which `seen` or fewer have probability 1 - confidence (exact)."""
    miss = 1 - confidence
    if seen == 0:
        return -math.log(miss)
    if seen > EXACT_COUNT_MAX:
        return _wilson_hilferty(seen, confidence)
    low, high = float(seen), seen + 10 * math.sqrt(seen + 1) + 30
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _poisson_cdf(seen, middle) > miss else (low, middle)
    return (low + high) / 2


def _poisson_cdf(count: int, mean: float) -> float:
    """Return the probability of `count` or fewer, summed from the largest term down."""
    log_term = count * math.log(mean) - mean - math.lgamma(count + 1)
    term, total = 1.0, 0.0
    for k in range(count, -1, -1):
        total += term
        term *= k / mean
        if term < 1e-17 * total:
            break
    return min(1.0, math.exp(log_term) * total)


def _wilson_hilferty(seen: int, confidence: float) -> float:
    from statistics import NormalDist

    n = seen + 1
    z = NormalDist().inv_cdf(confidence)
    return n * (1 - 1 / (9 * n) + z / (3 * math.sqrt(n))) ** 3
