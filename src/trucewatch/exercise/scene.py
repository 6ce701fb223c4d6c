"""A scene: some days in a row of one exercise, and all that is fixed while they are drawn.

Days are drawn together so that every step works on long arrays; a month is never straddled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ground, Ints
from trucewatch.exercise.plan import Plan

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Days first..last-1 of an exercise that began at exercise_s, with their own chance."""

    ground: Ground
    dials: Dials
    plan: Plan
    exercise_s: float
    first: int
    last: int
    rng: np.random.Generator

    @property
    def days(self) -> int:
        """Number of days."""
        return self.last - self.first

    @property
    def start_s(self) -> float:
        """Instant at which the first day begins."""
        return self.exercise_s + self.first * DAY_S

    @property
    def end_s(self) -> float:
        """Instant at which the last day ends."""
        return self.exercise_s + self.last * DAY_S

    @property
    def level(self) -> Floats:
        """Level of fire by day and region."""
        return self.plan.level[self.first : self.last]

    @property
    def signs(self) -> Floats:
        """Factor on signs of preparation by day and region."""
        return self.plan.signs[self.first : self.last]

    @property
    def phase(self) -> NDArray[np.int64]:
        """Phase by day and region."""
        return self.plan.phase[self.first : self.last]

    def day_of(self, seconds: Any) -> Ints:
        """Return the day, counted from the scene's first, that instants fall in."""
        day = np.floor((seconds - self.start_s) / DAY_S).astype(np.int64)
        return np.asarray(np.clip(day, 0, self.days - 1))

    def day_s(self, day: Ints) -> Floats:
        """Return the instants at which days begin."""
        return np.asarray(self.start_s + day * DAY_S, dtype=np.float64)

    def spread(self, rate: Any) -> tuple[Ints, Ints]:
        """Return (day, region) of happenings drawn at a rate per km and day, by day and region."""
        mean = np.broadcast_to(
            rate * self.ground.line_km / self.ground.regions, (self.days, self.ground.regions)
        )
        cell = np.repeat(np.arange(mean.size), self.rng.poisson(mean).ravel())
        return cell // self.ground.regions, cell % self.ground.regions

    def lon_in(self, region: Ints) -> Floats:
        """Return longitudes drawn evenly within regions."""
        along = (region + self.rng.random(len(region))) * self.ground.line_km / self.ground.regions
        return np.asarray(self.ground.lon_of(along))
