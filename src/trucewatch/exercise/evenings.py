"""The mission's reporting days: which evening an instant counts for, and totals per evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.ground import Floats, Ints
from trucewatch.when import MissionClock

TIME_ZONE = "Atlantic/Azores"
EVENING = time(19, 30)
CLOCK = MissionClock(ZoneInfo(TIME_ZONE), EVENING)


@dataclass(frozen=True, slots=True)
class Evenings:
    """Instants of the evenings of an exercise; evening 0 ends its first reporting day."""

    first: date
    ends_s: Floats

    def __len__(self) -> int:
        return len(self.ends_s)

    def of(self, seconds: Floats) -> Ints:
        """Return the evening that each instant counts for; the evening itself ends its day."""
        at = np.searchsorted(self.ends_s, seconds, side="left")
        return np.minimum(at, len(self.ends_s) - 1)

    def day(self, evening: int) -> date:
        """Return the date of an evening."""
        return self.first + timedelta(days=evening)

    def start_s(self, evening: int) -> float:
        """Return the instant at which the reporting day of an evening began."""
        return CLOCK.evening_of(self.day(evening) - timedelta(days=1)).timestamp()


def evenings_of(first: date, days: int) -> Evenings:
    """Return the evenings that the days of an exercise count for: one more than days."""
    dates = [first + timedelta(days=n) for n in range(days + 1)]
    return Evenings(first, np.array([CLOCK.evening_of(day).timestamp() for day in dates]))


def tallied(shape: tuple[int, ...], at: tuple[Ints, ...], weight: Floats | None = None) -> Floats:
    """Return sums of weights (default: counts) in a table of the given shape."""
    flat: NDArray[np.int64] = np.ravel_multi_index(at, shape)
    return np.bincount(flat, weight, int(np.prod(shape))).reshape(shape).astype(np.float64)
