"""The exercise as a stream of days: incidents, watches and reports, never all at once in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.ground import Floats, Ground, Ints, ground_for
from trucewatch.exercise.happen import DAY_S, Happenings, Incidents, together
from trucewatch.exercise.plan import Plan, plan_for
from trucewatch.exercise.posts import Corps, Posts, corps_for, posts_of_day
from trucewatch.exercise.rows import Rows, size, stacked
from trucewatch.exercise.seen import null_reports, reports_of, sightings
from trucewatch.exercise.signs import (
    Notices,
    Signs,
    appearance_reports,
    appearances,
    as_told,
    notices_of,
    numbered,
    stagings,
    trouble_reports,
    troubles,
)
from trucewatch.exercise.sky import Sky, detections, fires_of_day
from trucewatch.exercise.told import (
    OFFICES,
    OUTLETS,
    Tellers,
    claimed_of,
    media_reports,
    news_of,
    party_claims,
)

PILOT_DAYS, PILOT_ROWS, PILOT_RATE = 8, 20_000, 0.2


@dataclass(frozen=True, slots=True)
class Day:
    """All of one day: what happened, who watched, what was reported.

    seen: whether any post noticed the incident.
    """

    day: int
    start_s: float
    happened: Incidents
    seen: NDArray[np.bool_]
    signs: Signs
    notices: Notices
    posts: Posts
    cloud: Floats
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
        serial = signs = 0
        for day in range(self.options.days):
            drawn = self._draw(day, happenings, sky, signs)
            drawn.reports["serial"] += serial
            drawn.reports["copy_of"] += np.where(drawn.reports["copy_of"] >= 0, serial, 0)
            serial, signs = serial + size(drawn.reports), signs + len(drawn.signs)
            yield drawn

    def _draw(self, day: int, happenings: Happenings, sky: Sky, signs: int) -> Day:
        rng = np.random.default_rng([self.options.seed, 5, day])
        ground, dials, day_s = self.ground, self.dials, self.first_s + day * DAY_S
        happened = happenings.of_day(day, rng)
        factor = self.plan.signs[day]
        posts = posts_of_day(ground, self.corps, dials, factor, day_s, rng)
        seen = sightings(happened, posts, dials, rng)
        groups = self._signs(day, happened, posts, rng)
        sign = numbered(groups, signs)
        cut = np.cumsum([len(group) for group in groups])
        parts = [np.arange(low, high) for low, high in zip([0, *cut], cut, strict=False)]
        trouble, appeared, staged, burning = (sign.taken(part) for part in parts)
        cloud = sky.cloud_of_day(rng)
        rows = [
            reports_of(seen, happened, posts, dials, rng),
            null_reports(seen, posts, dials, rng, ground.region_of(posts.lon)),
            trouble_reports(trouble, posts),
            appearance_reports(appeared, posts, rng),
            detections(burning, sky, cloud, day_s, rng),
            *self._told(happened, as_told(staged), rng),
        ]
        noticed = np.zeros(len(happened), dtype=bool)
        noticed[seen.incident] = True
        return Day(
            day, day_s, happened, noticed, sign, notices_of(happened, dials, rng), posts, cloud,
            _in_sequence(rows),
        )  # fmt: skip

    def _signs(
        self, day: int, happened: Incidents, posts: Posts, rng: np.random.Generator
    ) -> list[Signs]:
        ground, dials, day_s = self.ground, self.dials, self.first_s + day * DAY_S
        false_claims = dials.claims_invented * dials.claims * len(happened)
        staged = rng.poisson(dials.staged_km_day * ground.line_km + false_claims)
        return [
            troubles(ground, posts),
            appearances(ground, dials, self.plan.signs[day], self.plan.phase[day], day_s, rng),
            stagings(ground, int(staged), day_s, rng),
            fires_of_day(happened, ground, dials, day_s, rng),
        ]

    def _told(
        self, happened: Incidents, staged: Incidents, rng: np.random.Generator
    ) -> tuple[Rows, Rows]:
        """Return claims and media reports, of what happened and of what was staged."""
        ground, dials, tellers = self.ground, self.dials, self.tellers
        claimed = together([claimed_of(happened, dials, rng), staged])
        claims = party_claims(claimed, ground, tellers, dials, rng)
        # A staged shelling comes with a press release; an invented claim stays a claim.
        shows = dials.staged_km_day * ground.line_km
        invented = dials.claims_invented * dials.claims * len(happened)
        show = rng.random(len(staged)) < shows / max(shows + invented, 1e-9)
        news = np.concatenate([
            news_of(happened, dials, rng), np.where(show, rng.integers(1, 4, len(staged)), 0)
        ])  # fmt: skip
        return claims, media_reports(
            together([happened, staged]), news, ground, tellers, dials, rng
        )


def _in_sequence(parts: list[Rows]) -> Rows:
    """Return groups of rows as one, serials running on; copies keep pointing at their report."""
    reports = stacked(parts)
    before = size(reports) - size(parts[-1])
    reports["copy_of"] = np.where(reports["copy_of"] >= 0, reports["copy_of"] + before, -1)
    reports["serial"] = np.arange(size(reports))
    return reports


def exercise_for(options: ExerciseOptions) -> Exercise:
    """Return an exercise ready to stream, its rate set by a pilot so that `observations` is met."""
    dials, ground = options.dials, ground_for(options)
    corps = corps_for(ground, dials, options.seed)
    plan = plan_for(options, ground.regions)
    first = len(corps.names)
    tellers = Tellers(first + np.arange(len(OUTLETS)), first + len(OUTLETS) + np.arange(2))
    offices = [f"{ground.parties[i][1]} {OFFICES[i]}" for i in (0, 1)]
    start = datetime.combine(options.first_day, time(0), tzinfo=UTC).timestamp()
    bare = Exercise(
        options, dials, ground, plan, corps, tellers, [*corps.names, *OUTLETS, *offices], start
    )
    return replace(bare, per_km_day=_rate(bare))


def _rate(bare: Exercise) -> float:
    """Return spontaneous incidents per km and day that give the rows wanted, from a pilot."""
    options, levels = bare.options, bare.plan.level.sum(axis=1)
    # A small exercise is drawn almost whole in its pilot; of a long one some days suffice.
    wanted_days = max(PILOT_DAYS, int(PILOT_ROWS / max(options.observations / options.days, 1)))
    days = np.unique(np.linspace(0, options.days - 1, wanted_days).astype(int))
    quiet, busy = _pilot(bare, days, 0.0), _pilot(bare, days, PILOT_RATE)
    fixed = quiet * options.days / len(days)
    per_rate = (busy - quiet) / PILOT_RATE / levels[days].sum()
    return max(0.0001, float((options.observations - fixed) / (per_rate * levels.sum())))


def _pilot(bare: Exercise, days: Ints, rate: float) -> float:
    """Return rows of some days drawn at a rate, spill past midnight included."""
    trial = replace(bare, per_km_day=rate)
    rows = 0.0
    for day in days:
        sky = Sky(bare.ground, bare.dials, np.random.default_rng([bare.options.seed, 6]))
        happenings = Happenings(bare.ground, bare.plan, bare.dials, rate, bare.first_s)
        drawn = trial._draw(int(day), happenings, sky, 0)
        # A day of the exercise also holds what spilled from the day before.
        later = len(happenings.waiting or ())
        rows += size(drawn.reports) * (1 + later / max(len(drawn.happened), 1))
    return rows
