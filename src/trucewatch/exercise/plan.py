"""How busy each region is on each day, and what comes of it: the truth that warnings answer to."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.ground import Floats

PHASES = (
    *("quiet", "build_up", "offensive", "feint", "local_escalation", "single_peak", "erosion"),
)
QUIET, BUILD_UP, OFFENSIVE, FEINT, LOCAL, PEAK, EROSION = range(7)
OFFENSIVE_LEVEL = 8.0  # times the quiet level of the region
# A build-up shows in more than counts: each rises from 1 towards this factor.
BUILD_UP_LEVEL, BUILD_UP_SIGNS = 2.2, 4.0


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode of a region: its phase, days [start, end), and what it ended in."""

    region: int
    phase: int
    start_day: int
    end_day: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Per day and region: level of fire (mean near 1), phase, and signs of preparation.

    signs: factor on jamming, denials, movement and the share of heavy weapons.
    """

    level: Floats
    phase: NDArray[np.int64]
    signs: Floats
    episodes: list[Episode] = field(default_factory=list)

    def starts(self, phase: int) -> list[tuple[int, int]]:
        """Return (region, day) of the start of each episode of a phase."""
        return [(e.region, e.start_day) for e in self.episodes if e.phase == phase]


def plan_for(options: ExerciseOptions, regions: int) -> Plan:
    """Return the plan of an exercise; the same options give the same plan."""
    rng, dials = np.random.default_rng([options.seed, 2]), options.dials
    shape = (options.days, regions)
    plan = Plan(_wander(rng, dials, shape), np.zeros(shape, np.int64), np.ones(shape))
    base = rng.lognormal(0, 0.5, regions)
    plan.level[:] *= base
    for region in range(regions):
        for phase, rate in _rates(dials):
            if rng.random() < 1 - np.exp(-rate * options.days / 365):
                _place(plan, rng, dials, Episode(region, phase, 0, 0))
    _surprise(plan, np.random.default_rng([options.seed, 8]), dials)
    return plan


def _surprise(plan: Plan, rng: np.random.Generator, dials: Dials) -> None:
    """Put offensives that nothing announced where their region is quiet."""
    days, regions = plan.phase.shape
    for region in range(regions):
        comes = rng.random() < 1 - np.exp(-dials.surprises * days / 365)
        start, lasts = (
            int(rng.integers(0, days)),
            max(5, int(rng.gamma(4, dials.fighting_days / 4))),
        )
        if comes and not plan.phase[start : start + lasts, region].any():
            _offensive(plan, region, start, lasts)


def _rates(dials: Dials) -> tuple[tuple[int, float], ...]:
    return (
        (BUILD_UP, dials.offensives), (FEINT, dials.feints), (EROSION, dials.erosions),
        (LOCAL, dials.local_escalations), (LOCAL, dials.local_escalations / 2),
        (PEAK, dials.single_peaks), (PEAK, dials.single_peaks / 2),
    )  # fmt: skip


def _wander(rng: np.random.Generator, dials: Dials, shape: tuple[int, int]) -> Floats:
    """Return lognormal levels of mean 1 that remember the day before (AR(1) in the logarithm)."""
    noise, level = rng.standard_normal(shape), np.zeros(shape)
    keep = np.sqrt(1 - dials.day_memory**2)
    level[0] = noise[0]
    for day in range(1, shape[0]):
        level[day] = dials.day_memory * level[day - 1] + keep * noise[day]
    return np.exp(dials.day_spread * level - dials.day_spread**2 / 2)


def _lengths(rng: np.random.Generator, dials: Dials, phase: int) -> int:
    means = {BUILD_UP: dials.build_up_days, FEINT: dials.build_up_days, EROSION: 60.0, LOCAL: 4.0}
    # An erosion is one only after four weeks of it.
    least = 35 if phase == EROSION else 2
    return max(least, int(rng.gamma(6, means[phase] / 6))) if phase in means else 1


def _place(plan: Plan, rng: np.random.Generator, dials: Dials, wanted: Episode) -> None:
    """Put an episode where its region is still quiet; leave it out where there is no room."""
    days, length = len(plan.level), _lengths(rng, dials, wanted.phase)
    start = int(rng.integers(0, days))
    tail = 2 if wanted.phase == BUILD_UP else 0
    span = slice(start, start + length + tail)
    if start + length + tail > days or plan.phase[span, wanted.region].any():
        return
    end = start + length
    plan.phase[start:end, wanted.region] = wanted.phase
    plan.episodes.append(Episode(wanted.region, wanted.phase, start, end))
    _shape(plan, rng, plan.episodes[-1])
    if wanted.phase == BUILD_UP:
        _offensive(plan, wanted.region, end, max(5, int(rng.gamma(4, dials.fighting_days / 4))))


def _shape(plan: Plan, rng: np.random.Generator, episode: Episode) -> None:
    span = (slice(episode.start_day, episode.end_day), episode.region)
    length = episode.end_day - episode.start_day
    ramp = np.linspace(1 / length, 1, length)
    if episode.phase in (BUILD_UP, FEINT):
        # A feint is the same preparation, at half the strength and broken off.
        strength = 1.0 if episode.phase == BUILD_UP else 0.5
        plan.level[span] *= 1 + (BUILD_UP_LEVEL - 1) * strength * ramp
        plan.signs[span] *= 1 + (BUILD_UP_SIGNS - 1) * strength * ramp
    elif episode.phase == EROSION:
        plan.level[span] *= 1 + 2.0 * ramp
    else:
        plan.level[span] *= rng.uniform(3, 6) if episode.phase == LOCAL else rng.uniform(4, 9)


def _offensive(plan: Plan, region: int, start: int, days: int) -> None:
    """Return to fighting until the parties recommit; it ends what else went on there."""
    end = min(start + days, len(plan.level))
    span = (slice(start, end), region)
    plan.level[span] = OFFENSIVE_LEVEL * np.median(plan.level[:, region])
    plan.phase[span], plan.signs[span] = OFFENSIVE, BUILD_UP_SIGNS
    plan.episodes[:] = [
        e for e in plan.episodes
        if e.region != region or e.end_day <= start or e.start_day >= end
    ]  # fmt: skip
    plan.episodes.append(Episode(region, OFFENSIVE, start, end))
