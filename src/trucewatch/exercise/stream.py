"""The exercise as a stream of scenes, some days in a row each: never all at once in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.ground import Floats, Ground, ground_for
from trucewatch.exercise.happen import Happenings, Incidents, together
from trucewatch.exercise.plan import Plan, plan_for
from trucewatch.exercise.posts import Corps, Posts, corps_for, posts_of
from trucewatch.exercise.rows import Rows, size, stacked
from trucewatch.exercise.scene import Scene
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
from trucewatch.exercise.sky import Sky, detections, fires_of
from trucewatch.exercise.told import (
    OFFICES,
    OUTLETS,
    Tellers,
    claimed_of,
    media_reports,
    news_of,
    party_claims,
)

SCENE_ROWS = 60_000  # a scene holds about so many rows: long arrays, little memory
PILOT_SCENES, PILOT_ROWS, PILOT_RATE = 12, 40_000, 0.2
TRIALS, NEAR = 4, 0.02
MOST_PER_KM_DAY = 1000.0  # spontaneous incidents: more are no truce and would not fit in memory


@dataclass(frozen=True, slots=True)
class Drawn:
    """All of a scene: what happened, who watched, what was reported.

    seen: whether any post noticed the incident. cloud: by day and region.
    """

    scene: Scene
    happened: Incidents
    seen: NDArray[np.bool_]
    signs: Signs
    notices: Notices
    posts: Posts
    cloud: Floats
    reports: Rows


@dataclass(slots=True)
class Exercise:
    """The fixed parts of an exercise; `stream()` draws its scenes in order."""

    options: ExerciseOptions
    dials: Dials
    ground: Ground
    plan: Plan
    corps: Corps
    tellers: Tellers
    observers: list[str]
    first_s: float
    per_km_day: float = 1.0

    def stream(self) -> Iterator[Drawn]:
        """Yield the scenes of the exercise in order; the same options give the same scenes."""
        happenings = Happenings(self.per_km_day)
        sky = Sky(np.random.default_rng([self.options.seed, 4]).standard_normal(
            self.ground.regions))  # fmt: skip
        serial = signs = 0
        for first, last in spans(self.options):
            drawn = self._draw(self._scene(first, last), happenings, sky, signs)
            drawn.reports["serial"] += serial
            for name in ("copy_of", "root"):
                drawn.reports[name] += np.where(drawn.reports[name] >= 0, serial, 0)
            serial, signs = serial + size(drawn.reports), signs + len(drawn.signs)
            yield drawn

    def _scene(self, first: int, last: int) -> Scene:
        rng = np.random.default_rng([self.options.seed, 5, first])
        return Scene(self.ground, self.dials, self.plan, self.first_s, first, last, rng)

    def _draw(self, scene: Scene, happenings: Happenings, sky: Sky, signs: int) -> Drawn:
        happened = happenings.of(scene)
        posts = posts_of(scene, self.corps)
        seen = sightings(scene, happened, posts)
        groups = _signs(scene, happened, posts)
        sign = numbered(groups, signs)
        cut = np.cumsum([0, *(len(group) for group in groups)])
        trouble, appeared, staged, burning = (
            sign.taken(np.arange(low, high)) for low, high in pairwise(cut)
        )
        cloud = sky.cloud_of(scene)
        rows = [
            reports_of(scene, seen, happened, posts), null_reports(scene, seen, posts),
            trouble_reports(trouble, posts), appearance_reports(scene, appeared, posts),
            detections(scene, burning, cloud), *self._told(scene, happened, as_told(staged)),
        ]  # fmt: skip
        noticed = np.zeros(len(happened), dtype=bool)
        noticed[seen.incident] = True
        return Drawn(
            scene, happened, noticed, sign, notices_of(scene, happened), posts, cloud,
            _in_sequence(rows),
        )  # fmt: skip

    def _told(self, scene: Scene, happened: Incidents, staged: Incidents) -> tuple[Rows, Rows]:
        """Return claims and media reports, of what happened and of what was staged."""
        claimed = together([claimed_of(scene, happened), staged])
        claims = party_claims(scene, claimed, self.tellers)
        # A staged shelling comes with a press release; an invented claim stays a claim.
        shows, invented = _staged_means(scene, happened)
        show = scene.rng.random(len(staged)) < shows / max(shows + invented, 1e-9)
        outlets = np.where(show, scene.rng.integers(1, 4, len(staged)), 0)
        news = np.concatenate([news_of(scene, happened), outlets])
        return claims, media_reports(scene, together([happened, staged]), news, self.tellers)


def _staged_means(scene: Scene, happened: Incidents) -> tuple[float, float]:
    """Return the mean number of staged shows and of claims invented in a scene."""
    dials = scene.dials
    shows = dials.staged_km_day * scene.ground.line_km * scene.days
    return shows, dials.claims_invented * dials.claims * len(happened)


def _signs(scene: Scene, happened: Incidents, posts: Posts) -> list[Signs]:
    staged = scene.rng.poisson(sum(_staged_means(scene, happened)))
    return [
        troubles(scene.ground, posts), appearances(scene), stagings(scene, int(staged)),
        fires_of(scene, happened),
    ]  # fmt: skip


def _in_sequence(parts: list[Rows]) -> Rows:
    """Return groups of rows as one, serials running on; copies keep pointing at their report."""
    reports = stacked(parts)
    before = size(reports) - size(parts[-1])
    for name in ("copy_of", "root"):
        reports[name] = np.where(reports[name] >= 0, reports[name] + before, -1)
    reports["serial"] = np.arange(size(reports))
    return reports


def spans(options: ExerciseOptions) -> Iterator[tuple[int, int]]:
    """Yield (first, last) days of each scene: about SCENE_ROWS rows, within one month."""
    most = max(1, int(SCENE_ROWS * options.days / max(options.observations, 1)))
    first = 0
    while first < options.days:
        day = options.first_day + timedelta(days=first)
        month_ends = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        last = min(first + most, options.days, first + (month_ends - day).days)
        yield first, last
        first = last


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
    ready = replace(bare, per_km_day=_rate(bare))
    return _nearest(ready) if options.observations <= PILOT_ROWS else ready


def _nearest(ready: Exercise) -> Exercise:
    """Return a small exercise at the rate, of a few near the first, that comes nearest its size.

    Chance moves small numbers far; what is drawn is known once it is drawn.
    """
    wanted = _wanted(ready)
    best, miss, rate = ready, np.inf, ready.per_km_day
    for _ in range(TRIALS):
        trial = replace(ready, per_km_day=rate)
        rows = sum(size(drawn.reports) for drawn in trial.stream())
        if abs(rows - wanted) < miss:
            best, miss = trial, abs(rows - wanted)
        if miss <= NEAR * wanted:
            break
        rate = min(rate * (wanted / max(rows, 1)) ** 0.8, MOST_PER_KM_DAY)
    return best


def _rate(bare: Exercise) -> float:
    """Return spontaneous incidents per km and day that give the rows wanted, from pilots.

    The second pilot draws at the rate that the first one gave, so that its count is not a guess
    from a handful of incidents.
    """
    scenes = _pilot_scenes(bare.options)
    levels = bare.plan.level.sum(axis=1)
    share = sum(last - first for first, last in scenes) / bare.options.days
    drawn = sum(float(levels[first:last].sum()) for first, last in scenes)
    fixed = _pilot(bare, scenes, 0.0)
    rate = PILOT_RATE
    for _ in range(2):
        per_rate = max(_pilot(bare, scenes, rate) - fixed, 1.0) / rate / drawn
        wanted = _wanted(bare) - fixed / share
        rate = min(max(0.0001, wanted / (per_rate * float(levels.sum()))), MOST_PER_KM_DAY)
    return rate


def _wanted(bare: Exercise) -> float:
    """Return the reports wanted: all rows but the totals that the mission and parties publish."""
    counts = 2 * bare.ground.regions * (1 - bare.dials.missing_counts)
    return max(bare.options.observations - bare.options.days * (counts + 2), 1.0)


def _pilot_scenes(options: ExerciseOptions) -> list[tuple[int, int]]:
    """Return the scenes of a pilot: all of a small exercise, single days of a large one."""
    if options.observations <= PILOT_ROWS:
        return list(spans(options))
    days = np.unique(np.linspace(0, options.days - 1, PILOT_SCENES).astype(int))
    return [(int(day), int(day) + 1) for day in days]


def _pilot(bare: Exercise, scenes: list[tuple[int, int]], rate: float) -> float:
    """Return rows of some scenes drawn at a rate, spill past their end included."""
    rows, sky = 0.0, Sky(np.zeros(bare.ground.regions))
    for first, last in scenes:
        happenings = Happenings(rate)
        drawn = bare._draw(bare._scene(first, last), happenings, sky, 0)
        # A scene of the exercise also holds what spilled from the one before.
        later = len(happenings.waiting or ()) / (1 - min(bare.dials.offspring, 0.95))
        rows += size(drawn.reports) * (1 + later / max(len(drawn.happened), 1))
    return rows
