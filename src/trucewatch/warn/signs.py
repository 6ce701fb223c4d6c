"""Signs outside the counts, day by day as known each day: points of surprise, and what is blind.

One point is ten times less likely by chance. Days that nobody could see move no sign: its points
stand as on the last day seen, and its blindness widens the warning's range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.warn.negbin import at_least, at_most

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_POINTS = 3.0
# One day in ten is as surprising by chance: no sign yet.
LEAST_POINTS = 1.0
RECENT_DAYS = 3
PAST_DAYS = 56
LEAST_PAST_DAYS = 7
# An account that comes a fortnight late is news when it comes; later, it is history.
NEWS_DAYS = 14
# Of a sign that is blind, half of what it could show in a week is taken to be hidden.
HIDING_DAYS = 7.0
LEAST_NOISE = 3.0
WEEKS_BEFORE = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What was counted of one sign: parallel arrays, one entry per zone, day and day of knowledge.

    day, known: day indices from 0; known is the day at whose close the entry could be read.
    """

    zone: Ints
    day: Ints
    known: Ints
    n: Floats

    @property
    def told(self) -> Ints:
        """The day an entry counts for: its own, or later where it came late and is still news."""
        late = self.known - (RECENT_DAYS - 1)
        return np.where(self.known - self.day <= NEWS_DAYS, np.maximum(self.day, late), self.day)


@dataclass(frozen=True, slots=True)
class Points:
    """A sign at the close of each day, zones x days: points 0..3, and days blind in a row."""

    points: Floats
    blind_days: Ints


def over_window(seen: Seen, shape: tuple[int, int], first: int, last: int) -> Floats:
    """Sum per close t of what counts for `first` to `last` days before t and was known by t."""
    zones, days = shape
    told = seen.told
    begin = np.maximum(np.maximum(told + first, seen.known), 0)
    end = told + last + 1
    used = (begin < end) & (begin < days)
    steps = np.zeros((zones, days + 1))
    np.add.at(steps, (seen.zone[used], begin[used]), seen.n[used])
    np.add.at(steps, (seen.zone[used], np.minimum(end[used], days)), -seen.n[used])
    return np.maximum(np.cumsum(steps, axis=1)[:, :days], 0.0)


def sign_points(
    counted: Seen, watched: Seen, shape: tuple[int, int], *, usual: Floats | None = None
) -> Points:
    """Set the last three days of a sign against the eight weeks before, as known each day.

    counted: what was seen of it. watched: entries of n=1 for each zone and day on which it could
    be seen, with the day from which that was known. usual: zones x days numbers a day that are
    expected in any case (burning fields, for fires); the past counts where it is higher.
    """
    count, seen = (over_window(s, shape, 0, RECENT_DAYS - 1) for s in (counted, watched))
    past, days = (
        over_window(s, shape, RECENT_DAYS, RECENT_DAYS + PAST_DAYS - 1) for s in (counted, watched)
    )
    rate = (past + 0.5) / np.maximum(days, 1.0)
    if usual is not None:
        rate = np.maximum(rate, usual)
    weight = np.maximum(days, 1.0) / np.maximum(seen, 1.0)
    points = tail_points(count, rate * seen, weight)
    enough = days >= LEAST_PAST_DAYS
    return _standing(np.where(enough, points, 0.0), fresh_closes(watched, shape))


def silence_points(arrived: Seen, shape: tuple[int, int]) -> Points:
    """Silence where noise was usual: few accounts in three days against the same weekdays before.

    arrived: accounts of anything, by the day on which they could be read (day and known alike),
    so that late sources are no silence. Fewer than three accounts usual: no noise, no silence.
    """
    recent = over_window(arrived, shape, 0, RECENT_DAYS - 1)
    before = np.full((WEEKS_BEFORE, *shape), np.nan)
    for week in range(1, min(WEEKS_BEFORE, (shape[1] - RECENT_DAYS) // 7) + 1):
        first = 7 * week + RECENT_DAYS - 1
        before[week - 1][:, first:] = recent[:, first - 7 * week : shape[1] - 7 * week]
    known = np.isfinite(before).sum(axis=0)
    filled = np.where(np.isfinite(before), before, 0.0)
    usual = filled.sum(axis=0) / np.maximum(known, 1)
    spread = (np.where(np.isfinite(before), before - usual, 0.0) ** 2).sum(axis=0)
    spread = spread / np.maximum(known - 1, 1)
    points = _silent(recent, usual, spread)
    noisy = (known >= 3) & (usual >= LEAST_NOISE)
    return Points(np.where(noisy, points, 0.0), np.zeros(shape, dtype=np.int64))


def _silent(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """-log10 P(Y <= count), over-dispersed as the weeks before were, and never less than twice."""
    mean = np.maximum(mean, 1e-9)
    size = mean**2 / np.maximum(np.maximum(variance, 2 * mean) - mean, 1e-9)
    return _clipped(-np.log10(np.maximum(at_most(count, mean, size), 1e-12)))


def tail_points(count: Floats, expected: Floats, past_weight: Floats) -> Floats:
    """Return points: -log10 P(Y >= count), none below 1, at most 3.

    A gamma-Poisson with the past's own uncertainty, over-dispersed twice. past_weight: how many
    times longer than the recent days the past is.
    """
    shape = np.maximum(expected * past_weight / 2.0, 0.25)
    tail = at_least(count, np.maximum(expected, 1e-9), shape)
    return _clipped(-np.log10(np.maximum(tail, 1e-12)))


def _clipped(points: Floats) -> Floats:
    kept = np.where(points >= LEAST_POINTS, points, 0.0)
    return np.asarray(np.minimum(kept, MOST_POINTS))


def fresh_closes(watched: Seen, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Closes at which a recent day has newly become known: only then may points move."""
    fresh = np.zeros(shape, dtype=np.bool_)
    close = np.maximum(watched.day, watched.known)
    recent = (close < watched.told + RECENT_DAYS) & (close >= 0) & (close < shape[1])
    fresh[watched.zone[recent], close[recent]] = True
    return fresh


def _standing(points: Floats, seen: NDArray[np.bool_]) -> Points:
    """Hold the points of the last day seen over blind days, and count those."""
    days = np.arange(points.shape[1])
    last = np.maximum.accumulate(np.where(seen, days, -1), axis=1)
    return Points(held(points, seen), days - last)


def held(values: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Return values (zones x days ...) as on the last day seen; 0 before there was one."""
    last = np.maximum.accumulate(np.where(seen, np.arange(seen.shape[1]), -1), axis=1)
    rows = np.arange(len(values))[:, None]
    kept = values[rows, np.maximum(last, 0)]
    known = (last >= 0).reshape(*last.shape, *[1] * (values.ndim - 2))
    return np.asarray(np.where(known, kept, 0.0))


def hidden_points(blind_days: float) -> float:
    """Points that a sign blind for so many days may hide: 0 when seen, towards 3."""
    return float(MOST_POINTS * (1 - 0.5 ** (max(0.0, blind_days) / HIDING_DAYS)))
