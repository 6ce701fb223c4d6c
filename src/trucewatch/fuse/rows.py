"""What fusing found as rows of the tables pair, incident and member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fuse.accounts import Array
from trucewatch.fuse.bind import DECISIONS
from trucewatch.fuse.calibrate import held_of, probability
from trucewatch.fuse.features import features
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.incidents import ACTOR as ACTOR_AT
from trucewatch.fuse.incidents import (
    ATTRIBUTES,
    COUNT,
    DIRECTION,
    KIND,
    PLACE,
    WEAPON,
    WHEN,
    WHERE,
    Groups,
)
from trucewatch.fuse.options import Parameters
from trucewatch.fuse.weights import FEATURES

# Which column of an incident is taken from which preferred account.
TAKEN = {
    "kind": (KIND, "kind"), "lon": (WHERE, "lon"), "lat": (WHERE, "lat"),
    "radius_km": (WHERE, "radius_km"), "place_id": (PLACE, "place_id"),
    "place_name": (PLACE, "place_name"), "count_low": (COUNT, "count_low"),
    "count_best": (COUNT, "count_best"), "count_high": (COUNT, "count_high"),
    "weapon": (WEAPON, "weapon"), "calibre_mm": (WEAPON, "calibre_mm"),
    "direction_deg": (DIRECTION, "direction_deg"),
    "claimed_actor": (ACTOR_AT, "claimed_actor"),
    "start_utc": (WHEN, "start_utc"), "end_utc": (WHEN, "end_utc"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands beside the preferred values of each group: ids, roots, odds, status."""

    ids: pa.Array
    roots: Array
    occurred: Array
    status: pa.Array


def pair_rows(fused: Fused, parameters: Parameters) -> pa.Table:
    """Return the rows of table `pair`; left is the observation whose id comes first."""
    pairs, accounts = fused.pairs, fused.accounts
    seen = features(accounts, fused.weights, pairs)
    row = accounts.records["row"]
    ids = accounts.table["observation_id"].combine_chunks()
    one, two = ids.take(pa.array(row[pairs.left])), ids.take(pa.array(row[pairs.right]))
    first = pc.less(one, two)
    weight = pairs.bits.astype(np.float64)
    columns = {
        "left_observation_id": pc.if_else(first, one, two),
        "right_observation_id": pc.if_else(first, two, one),
        "distance_km": _rounded(seen.measures[:, 0]), "gap_h": _rounded(seen.measures[:, 1]),
        **{f"{name}_bits": _rounded(seen.bits[:, n]) for n, name in enumerate(FEATURES)},
        "weight_bits": _rounded(weight),
        "probability": probability(weight, held_of(accounts.records, pairs), parameters),
        "decision": pa.DictionaryArray.from_arrays(
            pa.array(fused.binding.decision), pa.array(DECISIONS)
        ).cast(pa.string()),
    }  # fmt: skip
    return pa.table(columns)


def _rounded(values: Array) -> Array:
    """Three decimals, so that the same pair is the same row on every machine."""
    return np.round(values.astype(np.float64), 3)


def incident_rows(fused: Fused, of: Groups, standing: Standing) -> pa.Table:
    """Return the rows of table `incident`, one per group."""
    table, row = fused.accounts.table, fused.accounts.records["row"]
    columns: dict[str, Any] = {"incident_id": standing.ids}
    at = [_rows_at(of.preferred[:, n], row) for n in range(len(ATTRIBUTES))]
    for name, (attribute, source) in TAKEN.items():
        columns[name] = table[source].combine_chunks().take(at[attribute])
    return pa.table(columns | {
        "observations": pa.array(of.sizes.astype(np.int64)),
        "roots": pa.array(standing.roots),
        "extent_km": _rounded(of.extent_km), "duration_h": _rounded(of.duration_h),
        "probability_occurred": np.round(standing.occurred, 4),
        "verification_status": standing.status,
        "preferred": _preferred_json(table["observation_id"].combine_chunks(), at),
    })  # fmt: skip


def _rows_at(numbers: Array, row: Array) -> pa.Array:
    return pa.array(row[numbers], mask=numbers < 0)


def _preferred_json(ids: pa.Array, at: list[pa.Array]) -> pa.Array:
    """A JSON object per incident: attribute -> observation; attributes in order of their names."""
    pieces = [
        pc.binary_join_element_wise(f'"{name}": "', ids.take(at[n]), '"', "")
        for name, n in sorted((name, n) for n, name in enumerate(ATTRIBUTES))
    ]
    inside = pc.binary_join_element_wise(*pieces, ", ", null_handling="skip")
    return pc.binary_join_element_wise("{", inside, "}", "")


def member_rows(fused: Fused, of: Groups, ids: pa.Array) -> pa.Table:
    """Return the rows of table `member`: which observation belongs to which incident."""
    group = np.repeat(np.arange(len(of.sizes)), of.sizes)
    row = fused.accounts.records["row"][of.members]
    return pa.table({
        "incident_id": ids.take(pa.array(group)),
        "observation_id": fused.accounts.table["observation_id"].combine_chunks().take(
            pa.array(row)),
    })  # fmt: skip
