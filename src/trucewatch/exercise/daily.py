"""An exercise as daily counts only, in memory: what a forecaster needs of many truces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from trucewatch.exercise.dials import ExerciseOptions
from trucewatch.exercise.evenings import evenings_of
from trucewatch.exercise.stream import exercise_for
from trucewatch.exercise.totals import COUNTS_HEADER, count_rows
from trucewatch.exercise.truth import episode_table, new_tally, outcome_table


@dataclass(frozen=True, slots=True)
class Daily:
    """Counts as the mission reports them, and what came of it.

    counts: the columns of the daily reports (report_no, issued, period_start_evening,
    period_end_evening, period_days, region, ceasefire_violations, explosions, ...); an evening
    without a report is absent and summed into the next one. outcomes, episodes: as in the truth.
    """

    counts: pa.Table
    outcomes: pa.Table
    episodes: pa.Table
    zones: list[str]


def daily(options: ExerciseOptions) -> Daily:
    """Return the daily counts and the truth of an exercise, the same that `write` would write."""
    made = exercise_for(options)
    evenings = evenings_of(options.first_day, options.days)
    tally = new_tally(evenings, made.ground.regions)
    for drawn in made.stream():
        tally.add(drawn, evenings)
    lines = list(count_rows(made, evenings, tally, np.random.default_rng([options.seed, 7])))
    counts = pa.table({
        name: pa.array([line[n] for line in lines]) for n, name in enumerate(COUNTS_HEADER)
    })  # fmt: skip
    ids = dict(zip(made.ground.region_names, made.ground.region_ids, strict=True))
    region = pa.array([ids[name] for name in counts["region"].to_pylist()], pa.string())
    at = counts.column_names.index("region")
    return Daily(
        counts.set_column(at, "region", region), outcome_table(made, evenings),
        episode_table(made), made.ground.region_ids,
    )  # fmt: skip
