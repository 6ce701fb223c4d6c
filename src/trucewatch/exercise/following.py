"""What followed each evening, by the definitions of docs/warning.md, from what truly happened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from trucewatch.exercise.evenings import Evenings
from trucewatch.exercise.ground import Floats
from trucewatch.exercise.plan import PHASES
from trucewatch.exercise.stream import Exercise
from trucewatch.exercise.tables import words
from trucewatch.exercise.text import iso_text
from trucewatch.exercise.truth import Tally, episode_table
from trucewatch.outcomes import HORIZONS_H, OUTCOMES, Happenings, happenings, window_outcomes
from trucewatch.rolling import whole_mission

WHOLE = "mission"
COLLAPSE_PHASE = "collapse"


def true_counts(tally: Tally) -> Floats:
    """Return incidents that happened, zones x reporting days: seen or not, reported or not."""
    return np.ascontiguousarray(tally.sums[0, :-1].sum(axis=2).T)


def followed(counts: Floats) -> tuple[list[str | None], list[Happenings]]:
    """Return what happened: of the zones together, and of the mission by itself where several."""
    parts = [happenings(counts)]
    if len(counts) > 1:
        parts.append(happenings(whole_mission(counts)))
    return [None, WHOLE][: len(parts)], parts


def write_following(made: Exercise, evenings: Evenings, tally: Tally, root: Path) -> None:
    """Write the episodes, planned and by definition, and the outcomes that warnings answer to."""
    csv.write_csv(every_episode(made, evenings, tally), root / "episodes.csv")
    csv.write_csv(outcome_table(made, evenings, tally), root / "outcomes.csv")


def every_episode(made: Exercise, evenings: Evenings, tally: Tally) -> pa.Table:
    """Return the episodes of the plan and, as phase `collapse`, what became of them in counts."""
    planned = episode_table(made)
    return pa.concat_tables([planned, collapse_table(made, evenings, tally).cast(planned.schema)])


def outcome_table(made: Exercise, evenings: Evenings, tally: Tally) -> pa.Table:
    """Return per evening, zone and horizon what followed within it.

    No row while a collapse goes on (after its first week), in the first week of the exercise, and
    where the window reaches beyond its end. Zone `mission`: all zones on their sum.
    """
    names, parts = followed(true_counts(tally))
    dates = np.array([evenings.day(n).isoformat() for n in range(len(evenings))])
    rows = []
    for name, happened in zip(names, parts, strict=True):
        ids = made.ground.region_ids if name is None else [name]
        for horizon in HORIZONS_H:
            code = window_outcomes(happened, horizon)
            code[:, code.shape[1] - horizon // 24 :] = -1
            code[~happened.known] = -1
            zone, evening = np.nonzero(code >= 0)
            phase = made.plan.phase[evening, zone] if name is None else np.zeros(len(zone), int)
            rows.append(pa.table({
                "evening": pa.array(dates[evening]), "zone": words(zone, ids),
                "issued_utc": iso_text(evenings.ends_s[evening]),
                "horizon_h": pa.repeat(horizon, len(evening)),
                "outcome": words(code[zone, evening].astype(np.int64), OUTCOMES),
                "phase": words(phase, PHASES),
            }))  # fmt: skip
    return pa.concat_tables(rows)


def collapse_table(made: Exercise, evenings: Evenings, tally: Tally) -> pa.Table:
    """Return the collapses as episodes: zone, phase, first and last instant."""
    zones: list[str] = []
    spans: list[tuple[float, float]] = []
    for name, happened in zip(*followed(true_counts(tally)), strict=True):
        for zone, day in np.argwhere(happened.collapse_begins).tolist():
            over = np.flatnonzero(~happened.in_collapse[zone, day:])
            last = day + int(over[0]) - 1 if len(over) else happened.known.shape[1] - 1
            zones.append(made.ground.region_ids[zone] if name is None else name)
            spans.append((evenings.start_s(day), float(evenings.ends_s[last])))
    start, end = np.array(spans, dtype=float).reshape(-1, 2).T
    return pa.table({
        "zone": pa.array(zones, pa.string()),
        "phase": pa.array([COLLAPSE_PHASE] * len(zones), pa.string()),
        "start_utc": iso_text(start), "end_utc": iso_text(end),
    })  # fmt: skip
