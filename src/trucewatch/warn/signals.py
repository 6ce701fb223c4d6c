"""What a duty officer would look at in a count series, as numbers without a scale of their own.

Every signal is taken as it stood on the last known day: a day without a count moves none of
them, so silence never calms. All are functions of the present and the past alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.rolling import (
    LEAST_REFERENCE,
    reference,
    shifted,
    since_day,
    trailing_mean,
    whole_mission,
)
from trucewatch.warn import kernels
from trucewatch.warn.margins import margins

Floats = NDArray[np.float64]

NAMES = (
    "day", "day_before", "three_days", "week", "fortnight", "month", "month_ahead", "weeks_above",
    "high_days", "surprise", "cusum", "wildness", "scale", "pace", "excitation", "other_zones",
    "mission", "age", "lag", "trend", "quarter",
    "record", "record_week",
    "eroding", "escalated", "reach_day", "reach_run", "reach_week", "reach_month",
    "reach_month_week",
)  # fmt: skip
LARGEST_RATIO = 6.0
LARGEST_LAG = 3


@dataclass(frozen=True, slots=True)
class Signals:
    """Signals and state of one mission's series.

    values: zones x days x len(NAMES), float32. stale_days: days since the last known count
    (large where there was none). ready: enough known days for a forecast of one's own.
    mean, size: the negative binomial expected for the next day.
    """

    values: NDArray[np.float32]
    stale_days: NDArray[np.int64]
    ready: NDArray[np.bool_]
    mean: NDArray[np.float32]
    size: NDArray[np.float32]


def signals(
    counts: Floats,
    *,
    first_weekday: int = 0,
    recommitted: int | None = None,
    whole: Floats | None = None,
    lag: int = 0,
    close: NDArray[np.int64] | None = None,
) -> Signals:
    """Compute the signals of zones x days counts, NaN where unknown.

    A leading axis may hold several views of one mission: views x zones x days; then `close`
    gives the day of each view that is wanted, and the days of the answer are the views.
    whole: ... x 1 x days counts of the mission, computed from the zones where left out.
    lag: days from a day to the moment its count is usually known; said, not applied: see delayed.
    """
    total = whole_mission(counts) if whole is None else whole
    rows = np.ascontiguousarray(counts.reshape(-1, counts.shape[-1]))
    state = kernels.walk(rows, first_weekday, -1 if recommitted is None else recommitted)
    state = state.reshape(*counts.shape, kernels.FIELDS)
    level = _level_to(counts, recommitted)
    known = np.isfinite(counts)
    age, stale = np.cumsum(known, axis=-1), _stale(known)
    columns = {
        **_ratios(counts, level, recommitted),
        **_state_columns(state),
        **_around(counts, level, total),
        **margins(counts, level, state[..., kernels.MU], state[..., kernels.SIZE]),
        "age": np.log1p(np.minimum(age, 365)),
        "scale": np.log(np.nan_to_num(level, nan=LEAST_REFERENCE)),
        "lag": np.full(counts.shape, float(min(lag, LARGEST_LAG))),
    }  # fmt: skip
    days = np.broadcast_to(np.arange(counts.shape[-1]), counts.shape)
    if close is not None:
        days = np.broadcast_to(close[:, None, None], (*counts.shape[:2], 1))
    last = np.maximum(days - np.take_along_axis(stale, days, axis=-1), 0)
    values = np.stack([_taken(columns[name], last) for name in NAMES], axis=-1)
    np.nan_to_num(values, copy=False, nan=0.0, posinf=LARGEST_RATIO, neginf=-LARGEST_RATIO)
    return Signals(
        values, np.take_along_axis(stale, days, axis=-1),
        np.take_along_axis(age, days, axis=-1) >= 7,
        _taken(state[..., kernels.MU], last), _taken(state[..., kernels.SIZE], last),
    )  # fmt: skip


def _taken(column: NDArray[Any], last: NDArray[np.int64]) -> NDArray[np.float32]:
    """A column as it stood on the last known day: unknown days move nothing."""
    return np.asarray(np.take_along_axis(column, last, axis=-1), dtype=np.float32)


def delayed(found: Signals, lag: int) -> Signals:
    """Return what each day's close could know when every count is `lag` days late."""
    if lag == 0:
        return found
    days = np.maximum(np.arange(found.stale_days.shape[1]) - lag, 0)
    ready = found.ready[:, days].copy()
    ready[:, :lag] = False
    return Signals(
        found.values[:, days], found.stale_days[:, days] + lag, ready,
        found.mean[:, days], found.size[:, days],
    )  # fmt: skip


def _level_to(counts: Floats, recommitted: int | None) -> Floats:
    """R as it will be for tomorrow: the 56 days to and with each day."""
    unknown = np.full((*counts.shape[:-1], 1), np.nan)
    padded = np.concatenate([counts, unknown], axis=-1)
    return reference(padded, recommitted=recommitted)[..., 1:]


def _log_ratio(value: Floats, base: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log((value + 0.1 * base + 0.05) / (1.1 * base + 0.05))
    clipped: Floats = np.clip(np.nan_to_num(ratio), -LARGEST_RATIO, LARGEST_RATIO)
    return clipped


def _ratios(counts: Floats, level: Floats, recommitted: int | None) -> dict[str, Floats]:
    # Recent days are set against the level before them, as the outcomes will be.
    before = shifted(level, 3)
    before = np.where(np.isfinite(before), before, level)
    since = since_day(counts, recommitted)
    week = trailing_mean(counts, 7)
    ratios = {
        "day": _log_ratio(counts, before),
        "day_before": _log_ratio(shifted(counts, 1), before),
        "three_days": _log_ratio(trailing_mean(counts, 3), before),
        "week": _log_ratio(week, before),
        "fortnight": _log_ratio(trailing_mean(counts, 14), before),
        "trend": _log_ratio(week, trailing_mean(counts, 28)),
        "quarter": _log_ratio(
            trailing_mean(since, 28, least=8), trailing_mean(since, 168, least=30)
        ),
    }
    ratios |= {"record": _record(since, 3), "record_week": _record(since, 7)}
    return ratios | _months(counts) | {"high_days": _high_share(counts, before)}


def _record(since: Floats, days: int) -> Floats:
    """The newest mean against the highest such mean of the truce up to ten days ago."""
    mean = trailing_mean(since, days, least=2)
    highest = np.fmax.accumulate(shifted(mean, 10), axis=-1)
    return _log_ratio(mean, np.maximum(highest, LEAST_REFERENCE))


def _months(counts: Floats) -> dict[str, Floats]:
    """The month against the eight weeks before it: today's, and as it stands for next week's."""
    earlier = np.maximum(shifted(trailing_mean(counts, 56, least=8), 28), 0.25)
    coming = np.maximum(shifted(trailing_mean(counts, 56, least=8), 21), 0.25)
    weeks = [shifted(trailing_mean(counts, 7), 7 * k) for k in range(4)]
    with np.errstate(invalid="ignore"):
        above = sum((week > earlier).astype(np.float64) for week in weeks)
    return {
        "month": _log_ratio(trailing_mean(counts, 28, least=8), earlier),
        "month_ahead": _log_ratio(trailing_mean(counts, 21, least=6), coming),
        "weeks_above": np.asarray(above),
    }


def _high_share(counts: Floats, before: Floats) -> Floats:
    high = np.where(np.isfinite(counts), (counts >= 2 * before).astype(np.float64), np.nan)
    return np.nan_to_num(trailing_mean(high, 7))


def _state_columns(state: NDArray[np.float32]) -> dict[str, Floats]:
    return {
        "surprise": np.minimum(state[..., kernels.SURPRISE], 6.0),
        "cusum": np.log1p(state[..., kernels.CUSUM]),
        "wildness": -np.log(np.maximum(state[..., kernels.SIZE], 1e-3)),
        "pace": _log_ratio(
            state[..., kernels.FAST].astype(np.float64),
            state[..., kernels.LEVEL].astype(np.float64),
        ),
        "excitation": state[..., kernels.EXCITATION],
    }


def _around(counts: Floats, level: Floats, total: Floats) -> dict[str, Floats]:
    """The other zones, and the mission as a whole, over their own levels."""
    zones = counts.shape[-2]
    own = _log_ratio(trailing_mean(counts, 3), level)
    raised = (own > np.log(1.8)).astype(np.float64)
    others = (raised.sum(axis=-2, keepdims=True) - raised) / max(1, zones - 1)
    whole_level = _level_to(total, None)
    whole = _log_ratio(trailing_mean(total, 3), whole_level)
    return {"other_zones": others, "mission": np.broadcast_to(whole, counts.shape)}


def _stale(known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Days since the last known day; counts up from the start where none was known yet."""
    days = np.arange(known.shape[-1])
    last = np.maximum.accumulate(np.where(known, days, -1), axis=-1)
    return days - last
