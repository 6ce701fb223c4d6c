"""Calibration of match probabilities over the pairs that were compared, and the worst of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trucewatch.exercise.scoring.calibration import Calibration, calibration
from trucewatch.exercise.scoring.linked import Linked, Tables
from trucewatch.exercise.scoring.pairs import Codes

WORST = 10
COLUMNS = ("left_observation_id", "right_observation_id", "probability", "weight_bits")


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs that the store holds, both sides scorable: row of each side, probability, truth."""

    left: Codes
    right: Codes
    probability: NDArray[np.float64]
    same: NDArray[np.bool_]


def matches(tables: Tables, rows: Linked) -> Matches:
    """Return the pairs of the store joined with the truth; pairs below its floor are not kept."""
    pairs = tables.table("pair", list(COLUMNS))
    sides = [
        np.asarray(pc.fill_null(pc.index_in(pairs[name], value_set=rows.observation_id), -1))
        for name in COLUMNS[:2]
    ]
    kept = (sides[0] >= 0) & (sides[1] >= 0)
    left, right = (side[kept].astype(np.int64) for side in sides)
    probability = np.asarray(pc.cast(pairs["probability"], pa.float64()), dtype=float)[kept]
    return Matches(left, right, probability, rows.true[left] == rows.true[right])


def calibrations(of: Matches, rows: Linked) -> dict[str, Any]:
    """Return calibration over all pairs, by kind of the left side, and by pair of sources."""
    whole: dict[str, Any] = calibration(of.probability, of.same).as_json()
    kinds = rows.kind.take(pa.array(of.left))
    sources = [rows.source.take(pa.array(side)) for side in (of.left, of.right)]
    swapped = pc.greater(sources[0], sources[1])
    first, second = (
        pc.if_else(swapped, sources[1 - n], sources[n]) for n in (0, 1)
    )  # fmt: skip
    both = pc.binary_join_element_wise(first, second, "+")
    return {
        **whole, "by_kind": _each(kinds, of), "by_source_pair": _each(both, of),
    }  # fmt: skip


def _each(names: pa.Array, of: Matches) -> dict[str, Any]:
    encoded = names.dictionary_encode()
    code = np.asarray(encoded.indices, dtype=np.int64)
    found: dict[str, Any] = {}
    for n, name in enumerate(encoded.dictionary.to_pylist()):
        part: Calibration = calibration(of.probability[code == n], of.same[code == n])
        found[str(name)] = {"brier": part.brier, "ece": part.ece, "rows": part.rows}
    return found


def worst_pairs(of: Matches, rows: Linked) -> dict[str, list[dict[str, Any]]]:
    """Return pairs most surely and wrongly taken for one, and for two."""
    surely_one = np.flatnonzero(~of.same)
    surely_two = np.flatnonzero(of.same)
    one = surely_one[np.argsort(-of.probability[surely_one], kind="stable")[:WORST]]
    two = surely_two[np.argsort(of.probability[surely_two], kind="stable")[:WORST]]
    return {"taken_for_one": _named(of, rows, one), "taken_for_two": _named(of, rows, two)}


def _named(of: Matches, rows: Linked, at: Codes) -> list[dict[str, Any]]:
    return [
        {
            "left": rows.observation_id[int(of.left[n])].as_py(),
            "right": rows.observation_id[int(of.right[n])].as_py(),
            "probability": float(of.probability[n]),
        }
        for n in at
    ]
