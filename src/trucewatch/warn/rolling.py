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
    known = np.isfinite(counts)
    total = np.cumsum(np.where(known, counts, 0.0), axis=-1)
    number = np.cumsum(known, axis=-1, dtype=np.float64)
    return _differences(total, days), _differences(number, days)


def _differences(cumulated: Floats, days: int) -> Floats:
    out = cumulated.copy()
    if days < cumulated.shape[-1]:
        out[..., days:] -= cumulated[..., :-days]
    return np.maximum(out, 0.0)


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

    counts: zones x days of one mission. NaN below 7 known days; at least 0.5 a day, and at
    least half of an even share of the mission's own level. Days before `recommitted` are left
    out for the days after it.
    """
    own = _level_before(counts, recommitted)
    if counts.shape[0] > 1:
        whole = np.nansum(np.where(np.isfinite(own), own, 0.0), axis=0)
        own = np.where(np.isfinite(own), np.maximum(own, whole / (2 * counts.shape[0])), np.nan)
    return np.maximum(own, LEAST_REFERENCE)


def _level_before(counts: Floats, recommitted: int | None) -> Floats:
    before = shifted(trailing_mean(counts, REFERENCE_DAYS, least=REFERENCE_KNOWN), 1)
    if recommitted is None or not (0 < recommitted < counts.shape[1]):
        return before
    since = counts.copy()
    since[:, :recommitted] = np.nan
    after = shifted(trailing_mean(since, REFERENCE_DAYS, least=REFERENCE_KNOWN), 1)
    before[:, recommitted:] = after[:, recommitted:]
    return before


def whole_mission(counts: Floats) -> Floats:
    """Return the daily sum over zones, 1 x days; unknown where any zone is unknown.

    A zone that is unknown on most days would silence the sum, so zones known on fewer than a
    tenth of the days that any zone is known are left out.
    """
    known = np.isfinite(counts)
    any_known = max(1, int(known.any(axis=0).sum()))
    used = known.sum(axis=1) >= 0.1 * any_known
    if not used.any():
        return np.full((1, counts.shape[1]), np.nan)
    complete: Floats = counts[used].sum(axis=0, keepdims=True)
    return complete
