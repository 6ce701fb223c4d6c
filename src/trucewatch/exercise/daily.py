"""An exercise as daily counts only, in memory: what a forecaster needs of many truces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from trucewatch.exercise.dials import ExerciseOptions
from trucewatch.exercise.evenings import Evenings, evenings_of, tallied
from trucewatch.exercise.following import every_episode, outcome_table
from trucewatch.exercise.ground import Floats
from trucewatch.exercise.posts import WORKING
from trucewatch.exercise.rows import KIND
from trucewatch.exercise.stream import Drawn, exercise_for
from trucewatch.exercise.totals import COUNTS_HEADER, count_rows
from trucewatch.exercise.truth import HEAVY_MM, new_tally

# Signs of preparation that a mission's own reports hold, beside the counts of fire.
TOLD = ("jamming", "access_denied", "movement", "advance", "weapon_presence", "uav")
# heavy of calibre_named: fire of 100 mm and more among fire whose calibre is told.
SIGNS = (*TOLD, "heavy", "calibre_named", "watch_lost", "watches")
# What a mission counts as fire.
FIRE = ("explosion", "shelling", "projectile", "burst", "shot", "muzzle_flash", "flare")


@dataclass(frozen=True, slots=True)
class Daily:
    """Counts as the mission reports them, and what came of it.

    counts: the columns of the daily reports (report_no, issued, period_start_evening,
    period_end_evening, period_days, region, ceasefire_violations, explosions, ...); an evening
    without a report is absent and summed into the next one. signs: for each of SIGNS the reports
    that were known by an evening and not by the one before, zones x evenings. outcomes, episodes:
    as in the truth.
    """

    counts: pa.Table
    signs: dict[str, Floats]
    outcomes: pa.Table
    episodes: pa.Table
    zones: list[str]


def daily(options: ExerciseOptions) -> Daily:
    """Return the daily counts and the truth of an exercise, the same that `write` would write."""
    made = exercise_for(options)
    evenings = evenings_of(options.first_day, options.days)
    tally = new_tally(evenings, made.ground.regions)
    signs = {name: np.zeros((made.ground.regions, len(evenings))) for name in SIGNS}
    for drawn in made.stream():
        tally.add(drawn, evenings)
        for name, table in _signs_of(drawn, evenings).items():
            signs[name] += table
    lines = list(count_rows(made, evenings, tally, np.random.default_rng([options.seed, 7])))
    counts = pa.table({
        name: pa.array([line[n] for line in lines]) for n, name in enumerate(COUNTS_HEADER)
    })  # fmt: skip
    ids = dict(zip(made.ground.region_names, made.ground.region_ids, strict=True))
    region = pa.array([ids[name] for name in counts["region"].to_pylist()], pa.string())
    at = counts.column_names.index("region")
    return Daily(
        counts.set_column(at, "region", region), signs, outcome_table(made, evenings, tally),
        every_episode(made, evenings, tally), made.ground.region_ids,
    )  # fmt: skip


def _signs_of(drawn: Drawn, evenings: Evenings) -> dict[str, Floats]:
    """Reports of each sign of a scene, zones x evenings by when they were known."""
    reports, zones = drawn.reports, drawn.scene.ground.regions
    told = ~reports["is_null"]
    wanted = {name: told & (reports["kind"] == KIND[name]) for name in TOLD}
    fire = told & np.isin(reports["kind"], [KIND[name] for name in (*FIRE, "uav_strike")])
    wanted["calibre_named"] = fire & np.isfinite(reports["calibre_mm"])
    wanted["heavy"] = fire & (reports["calibre_mm"] >= HEAVY_MM)
    known = evenings.of(np.fmax(reports["published_s"], reports["start_s"]))
    shape = (zones, len(evenings))
    found = {
        name: tallied(shape, (reports["region"][rows], known[rows]))
        for name, rows in wanted.items()
    }
    posts = drawn.posts
    place = drawn.scene.ground.region_of(posts.lon), evenings.of(posts.end_s)
    lost = posts.status != WORKING
    found["watches"] = tallied(shape, place)
    found["watch_lost"] = tallied(shape, (place[0][lost], place[1][lost]))
    return found
