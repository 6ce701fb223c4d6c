"""Means over trailing windows that leave unknown days out, and the reference level R."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

REFERENCE_DAYS = 56
REFERENCE_KNOWN = 7
LEAST_REFERENCE = 0.5


def trailing(counts: Floats, days: int) -> tuple[Floats, Floats]:
    """Return (sum, number) of the known days among the `days` up to and with each day."""
    from trucewatch.sums import window_sums

    rows = np.ascontiguousarray(counts, dtype=np.float64).reshape(-1, counts.shape[-1])
    total, number = np.empty_like(rows), np.empty_like(rows)
    window_sums(rows, days, total, number)
    return total.reshape(counts.shape), number.reshape(counts.shape)


def trailing_mean(counts: Floats, days: int, *, least: int = 1) -> Floats:
    """Return the mean of the known days in each trailing window; NaN below `least` known days."""
    total, number = trailing(counts, days)
    return np.where(number >= least, total / np.maximum(number, 1.0), np.nan)


def shifted(values: Floats, days: int) -> Floats:
    """Return values as they stood `days` earlier; NaN before the start."""
    out = np.full_like(values, np.nan)
    if days < values.shape[-1]:
        out[..., days:] = values[..., : values.shape[-1] - days]
    return out


def reference(counts: Floats, *, recommitted: int | None = None) -> Floats:
    """Return R(d), the level before each day d: mean of the known days among the 56 before it.

    counts: ... x zones x days of one mission. NaN below 7 known days; at least 0.5 a day, and at
    least half of an even share of the mission's own level. Days before `recommitted` are left
    out for the days after it.
    """
    own = _level_before(counts, recommitted)
    if counts.shape[-2] > 1:
        whole = np.nan_to_num(own).sum(axis=-2, keepdims=True)
        least = whole / (2 * counts.shape[-2])
        own = np.where(np.isfinite(own), np.maximum(own, least), np.nan)
    return np.maximum(own, LEAST_REFERENCE)


def _level_before(counts: Floats, recommitted: int | None) -> Floats:
    before = shifted(trailing_mean(counts, REFERENCE_DAYS, least=REFERENCE_KNOWN), 1)
    if recommitted is None or not (0 < recommitted < counts.shape[-1]):
        return before
    since = shifted(
        trailing_mean(since_day(counts, recommitted), REFERENCE_DAYS, least=REFERENCE_KNOWN), 1
    )
    before[..., recommitted:] = since[..., recommitted:]
    return before


def since_day(counts: Floats, day: int | None) -> Floats:
    """Return counts with the days before a recommitment unknown; unchanged without one."""
    if day is None or not (0 < day < counts.shape[-1]):
        return counts
    after = counts.copy()
    after[..., :day] = np.nan
    return after


def whole_mission(counts: Floats) -> Floats:
    """Return the daily sum over zones, ... x 1 x days; unknown where any zone is unknown.

    A zone that is unknown on most days would silence the sum, so zones known on fewer than a
    tenth of the days that any zone is known are left out.
    """
    known = np.isfinite(counts)
    any_known = np.maximum(1, known.any(axis=-2, keepdims=True).sum(axis=-1, keepdims=True))
    used = known.sum(axis=-1, keepdims=True) >= 0.1 * any_known
    total = np.where(used, counts, 0.0).sum(axis=-2, keepdims=True)
    whole: Floats = np.where(used.any(axis=-2, keepdims=True), total, np.nan)
    return whole
