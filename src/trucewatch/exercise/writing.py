"""A whole exercise on disk: a mission folder ready to run, and its truth beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.errors import ConfigError
from trucewatch.exercise.dials import ExerciseOptions
from trucewatch.exercise.evenings import evenings_of
from trucewatch.exercise.files import Folder, weather_table, write_scene
from trucewatch.exercise.following import write_following
from trucewatch.exercise.mission_files import write_mission
from trucewatch.exercise.rows import size
from trucewatch.exercise.stream import exercise_for
from trucewatch.exercise.totals import write_totals
from trucewatch.exercise.truth import new_tally, write_scene_truth, write_tables


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written: days, kilometres of line, zones, happenings, reports, watches."""

    path: str
    level: str
    seed: int
    days: int
    line_km: float
    zones: int
    incidents: int
    observations: int
    watches: int

    def as_json(self) -> dict[str, Any]:
        """Return the summary as plain values for a JSON document."""
        return asdict(self)


def write(out: Path, options: ExerciseOptions) -> Summary:
    """Write an exercise to a folder, scene by scene: memory does not grow with its length.

    out: a folder that is absent or empty. Writes mission.yaml, agreements/, sources/, inbox/
    (records by stream and month) and truth/. Raises ConfigError where the folder holds anything.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError.at(
            out, None, found="a folder that is not empty", expected="a new folder",
            mend="Name another folder; an exercise overwrites nothing.",
        )  # fmt: skip
    made = exercise_for(options)
    write_mission(made, out)
    evenings = evenings_of(options.first_day, options.days)
    tally = new_tally(evenings, made.ground.regions)
    folder, inbox, truth = Folder(out), Folder(out / "inbox"), Folder(out / "truth")
    sums = {"incidents": 0, "observations": 0, "watches": 0}
    try:
        for drawn in made.stream():
            start = np.datetime64(int(drawn.scene.start_s), "s")
            month = str(start.astype("datetime64[M]"))
            inbox.close_others(month)
            written = write_scene(made, drawn, inbox, month)
            write_scene_truth(made, drawn, written, truth)
            folder.add("weather.csv", weather_table(made, drawn))
            tally.add(drawn, evenings)
            sums["incidents"] += len(drawn.happened)
            sums["observations"] += size(drawn.reports)
            sums["watches"] += len(drawn.posts)
    finally:
        for opened in (folder, inbox, truth):
            opened.close()
    write_tables(made, evenings, tally, out / "truth")
    write_following(made, evenings, tally, out / "truth")
    sums["observations"] += write_totals(made, evenings, tally, out / "inbox")
    pa.default_memory_pool().release_unused()
    return Summary(
        str(out), options.level, options.seed, options.days, round(made.ground.line_km, 1),
        made.ground.regions, **sums,
    )  # fmt: skip
