"""The whole score of a mission against the truth of its exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from trucewatch.exercise.scoring.forecasts import finding_scores, warning_scores
from trucewatch.exercise.scoring.grouped import by_kind, by_source_pair
from trucewatch.exercise.scoring.incidents import (
    attributes,
    count_errors,
    matched,
    occurred,
    worst_groups,
)
from trucewatch.exercise.scoring.linked import InMemory, Tables, linked
from trucewatch.exercise.scoring.matches import calibrations, matches, worst_pairs
from trucewatch.exercise.scoring.pairs import Rates, pair_scores


@dataclass(frozen=True, slots=True)
class Score:
    """Figures by part: pairs, bcubed, counts, attributes, calibration, findings, warnings, worst.

    A part that has nothing to score holds None in each figure; it is never left out.
    """

    parts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the score as plain values for a JSON document."""
        return self.parts


def score(
    tables: Tables | Mapping[str, pa.Table], truth: Path, *, forecasts: pa.Table | None = None
) -> Score:
    """Score a mission that read an exercise against the exercise's truth.

    tables: a store, or Arrow tables by name (observation, capture, member, incident, pair,
    finding, warning; what is absent has no rows). truth: the folder `truth` of the exercise.
    forecasts: every forecast of a back-test in the columns of `warning`; without them the
    warnings of the store answer, which are those of its runs alone.
    Raises ConfigError where that folder holds no truth.
    """
    given = InMemory(tables) if isinstance(tables, Mapping) else tables
    rows = linked(given, truth)
    pairs = pair_scores(rows.true, rows.found)
    own = ~rows.is_copy
    compared, groups = matches(given, rows), matched(given, rows, truth)
    return Score({
        "observations": len(rows),
        "pairs": {
            **_rates(pairs), "true_pairs": pairs.true_pairs, "found_pairs": pairs.found_pairs,
            "without_copies": pair_scores(rows.true[own], rows.found[own]).as_json(),
            "by_kind": by_kind(rows), "by_source_pair": by_source_pair(rows),
        },
        "bcubed": _rates(pairs.bcubed),
        "counts": count_errors(given, rows, truth),
        "attributes": attributes(groups),
        "calibration": calibrations(compared, rows),
        "occurred": occurred(groups),
        "findings": finding_scores(given, truth) or dict.fromkeys(
            ("precision", "recall", "bound_coverage")),
        "warnings": warning_scores(given, truth, forecasts) or dict.fromkeys(
            ("brier_skill", "median_lead_h", "false_per_year")),
        "worst": {**worst_groups(rows), "pairs": worst_pairs(compared, rows)},
    })  # fmt: skip


def _rates(of: Rates) -> dict[str, float | None]:
    return {"precision": of.precision, "recall": of.recall, "f1": of.f1}
