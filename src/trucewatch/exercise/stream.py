"""The exercise as a stream of days: incidents, watches and reports, never all at once in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import numpy as np

from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.ground import Ground, Ints, ground_for
from trucewatch.exercise.happen import DAY_S, Happenings, Incidents
from trucewatch.exercise.plan import Plan, plan_for
from trucewatch.exercise.posts import Corps, Posts, corps_for, posts_of_day
from trucewatch.exercise.rows import Rows, size, stacked
from trucewatch.exercise.seen import null_reports, reports_of, sightings
from trucewatch.exercise.sky import Fires, Sky, detections, fires_of_day
from trucewatch.exercise.told import OFFICES, OUTLETS, Tellers, media_reports, party_claims

FIRST_FIRE_LABEL = 1 << 40
PILOT_DAYS = 6


@dataclass(frozen=True, slots=True)
class Day:
    """All of one day: what happened, who watched, what was reported."""

    day: int
    happened: Incidents
    fires: Fires
    posts: Posts
    reports: Rows


@dataclass(slots=True)
class Exercise:
    """The fixed parts of an exercise; `stream()` draws its days in order."""

    options: ExerciseOptions
    dials: Dials
    ground: Ground
    plan: Plan
    corps: Corps
    tellers: Tellers
    observers: list[str]
    first_s: float
    per_km_day: float = 1.0

    def stream(self) -> Iterator[Day]:
        """Yield the days of the exercise in order; the same options give the same days."""
        happenings = Happenings(self.ground, self.plan, self.dials, self.per_km_day, self.first_s)
        sky = Sky(self.ground, self.dials, np.random.default_rng([self.options.seed, 4]))
        serial = fires = 0
        for day in range(self.options.days):
            drawn = self._draw(day, happenings, sky, serial, fires)
            serial, fires = serial + size(drawn.reports), fires + len(drawn.fires)
            yield drawn

    def _draw(self, day: int, happenings: Happenings, sky: Sky, serial: int, fires: int) -> Day:
        rng = np.random.default_rng([self.options.seed, 5, day])
        ground, dials, day_s = self.ground, self.dials, self.first_s + day * DAY_S
        happened = happenings.of_day(day, rng)
        posts = posts_of_day(ground, self.corps, dials, self.plan.signs[day], day_s, rng)
        seen = sightings(happened, posts, dials, rng)
        burning = fires_of_day(happened, ground, dials, day_s, rng)
        parts = [
            reports_of(seen, happened, posts, dials, rng),
            null_reports(seen, posts, dials, rng, ground.region_of(posts.lon)),
            party_claims(happened, ground, self.tellers, dials, rng),
            detections(burning, sky, day_s, rng, first_label=FIRST_FIRE_LABEL + fires),
        ]  # fmt: skip
        numbered = serial
        for part in parts:
            part["serial"] = numbered + np.arange(size(part))
            numbered += size(part)
        media = media_reports(happened, ground, self.tellers, dials, rng, numbered)
        return Day(day, happened, burning, posts, stacked([*parts, media]))


def exercise_for(options: ExerciseOptions) -> Exercise:
    """Return an exercise ready to stream, its rate set by a pilot so that `observations` is met."""
    dials, ground = options.dials, ground_for(options)
    corps = corps_for(ground, dials, options.seed)
    plan = plan_for(options, ground.regions)
    first = len(corps.names)
    tellers = Tellers(first + np.arange(len(OUTLETS)), first + len(OUTLETS) + np.arange(2))
    offices = [f"{ground.parties[i][1]} {OFFICES[i]}" for i in (0, 1)]
    start = datetime.combine(options.start, time(0), tzinfo=UTC).timestamp()
    bare = Exercise(
        options, dials, ground, plan, corps, tellers, [*corps.names, *OUTLETS, *offices], start
    )
    return replace(bare, per_km_day=_rate(bare))


def _rate(bare: Exercise) -> float:
    """Return spontaneous incidents per km and day that give the rows wanted, from a pilot."""
    days = np.unique(np.linspace(0, bare.options.days - 1, PILOT_DAYS).astype(int))
    quiet, busy = _pilot(bare, days, 0.0), _pilot(bare, days, 0.2)
    levels = bare.plan.level.sum(axis=1)
    fixed = quiet * bare.options.days / len(days)
    per_rate = (busy - quiet) / 0.2 / levels[days].sum()
    wanted = bare.options.observations - fixed
    return max(0.0001, float(wanted / (per_rate * levels.sum())))


def _pilot(bare: Exercise, days: Ints, rate: float) -> int:
    """Return rows of some days drawn at a rate."""
    trial = replace(bare, per_km_day=rate)
    rows = 0
    for day in days:
        sky = Sky(bare.ground, bare.dials, np.random.default_rng([bare.options.seed, 6]))
        happenings = Happenings(bare.ground, bare.plan, bare.dials, rate, bare.first_s)
        rows += size(trial._draw(int(day), happenings, sky, 0, 0).reports)
    return rows
