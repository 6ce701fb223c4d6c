"""What fusing found as rows of the tables pair, incident and member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array
from trucewatch.fuse.bind import DECISIONS
from trucewatch.fuse.calibrate import held_of, probability
from trucewatch.fuse.digest import text_bytes
from trucewatch.fuse.features import feature_bits
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
    is_before,
)
from trucewatch.fuse.levels import apart_km, gap_hours
from trucewatch.fuse.options import Parameters
from trucewatch.fuse.threads import shared_out
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
    """What stands beside the preferred values of each group: ids, roots, odds, status.

    record: of the tellers, by which the odds were reckoned.
    """

    ids: pa.Array
    roots: Array
    occurred: Array
    status: pa.Array
    record: pa.Table


def pair_rows(fused: Fused, parameters: Parameters, threads: int) -> pa.Table:
    """Return the rows of table `pair`; left is the observation whose id comes first."""
    pairs, accounts = fused.pairs, fused.accounts
    bits = feature_bits(accounts, fused.weights, pairs, threads)
    ids = accounts.table["observation_id"].combine_chunks()
    apart, rows = np.empty((2, len(pairs)), np.float32), np.empty((2, len(pairs)), np.int32)
    told = text_bytes(ids.cast(pa.large_string()))
    _sides(accounts.records, told, (pairs.left, pairs.right), apart, rows)
    weight = pairs.bits.astype(np.float64)
    columns = {
        "left_observation_id": ids.take(pa.array(rows[0])),
        "right_observation_id": ids.take(pa.array(rows[1])),
        "distance_km": _rounded(apart[0]), "gap_h": _rounded(apart[1]),
        **{f"{name}_bits": _rounded(bits[:, n]) for n, name in enumerate(FEATURES)},
        "weight_bits": _rounded(weight),
        "probability": probability(weight, held_of(accounts.records, pairs), parameters),
        "decision": pa.DictionaryArray.from_arrays(
            pa.array(fused.binding.decision), pa.array(DECISIONS)
        ),
    }  # fmt: skip
    return pa.table(columns)


@kernel
def _sides(records: Any, ids: Any, sides: Any, apart: Any, rows: Any) -> None:
    """Fill km and hours between two accounts, and their rows in order of their ids."""
    for n in range(sides[0].size):
        a, b = records[sides[0][n]], records[sides[1][n]]
        apart[0, n], apart[1, n] = apart_km(a, b), gap_hours(a, b)
        second = is_before(ids, b.row, a.row)
        rows[0, n] = b.row if second else a.row
        rows[1, n] = a.row if second else b.row


def _rounded(values: Array) -> Array:
    """Three decimals, so that the same pair is the same row on every machine."""
    return np.round(values.astype(np.float64), 3)


def incident_rows(fused: Fused, of: Groups, standing: Standing, threads: int) -> pa.Table:
    """Return the rows of table `incident`, one per group."""
    table, row = fused.accounts.table, fused.accounts.records["row"]
    columns: dict[str, Any] = {"incident_id": standing.ids}
    taken = np.where(of.preferred < 0, -1, row[of.preferred])
    at = [pa.array(taken[:, n], mask=taken[:, n] < 0) for n in range(len(ATTRIBUTES))]
    for name, (attribute, source) in TAKEN.items():
        columns[name] = table[source].combine_chunks().take(at[attribute])
    return pa.table(columns | {
        "observations": pa.array(of.sizes.astype(np.int64)),
        "roots": pa.array(standing.roots),
        "extent_km": _rounded(of.extent_km), "duration_h": _rounded(of.duration_h),
        "probability_occurred": np.round(standing.occurred, 4),
        "verification_status": standing.status,
        "preferred": _preferred_json(table["observation_id"].combine_chunks(), taken, threads),
    })  # fmt: skip


def _preferred_json(ids: pa.Array, taken: Array, threads: int) -> pa.Array:
    """A JSON object per incident: attribute -> observation; attributes in order of their names.

    taken: row of each attribute's account by incident, or -1.
    """
    order = sorted(range(len(ATTRIBUTES)), key=ATTRIBUTES.__getitem__)
    names = pa.array([f', "{ATTRIBUTES[n]}": "' for n in order], pa.large_string())
    texts = (text_bytes(names), text_bytes(ids.cast(pa.large_string())))
    taken = np.ascontiguousarray(taken[:, order])
    ends = np.zeros(len(taken) + 1, np.int64)
    _json_lengths(texts, taken, ends)
    raw = np.empty(int(np.cumsum(ends, out=ends)[-1]), np.uint8)
    shared_out(len(taken), threads, lambda part: _json(texts, taken[part], ends[part], raw))
    return pa.LargeStringArray.from_buffers(len(taken), pa.py_buffer(ends), pa.py_buffer(raw))


@kernel
def _json_lengths(texts: Any, taken: Any, lengths: Any) -> None:
    (names, _), (ids, _) = texts
    for n in range(taken.shape[0]):
        length = 0
        for k in range(taken.shape[1]):
            row = taken[n, k]
            if row >= 0:
                length += names[k + 1] - names[k] + ids[row + 1] - ids[row] + 1
        # The first comma and space go, two braces come.
        lengths[n + 1] = max(2, length)


@kernel
def _json(texts: Any, taken: Any, ends: Any, raw: Any) -> None:
    names, ids = texts
    for n in range(taken.shape[0]):
        at, skipped = ends[n], 2
        raw[at] = 123
        at += 1
        for k in range(taken.shape[1]):
            row = taken[n, k]
            if row >= 0:
                at = _copied(names, k, skipped, raw, at)
                at = _copied(ids, row, 0, raw, at)
                raw[at] = 34
                at += 1
                skipped = 0
        raw[at] = 125


@kernel
def _copied(text: Any, number: int, skipped: int, raw: Any, at: int) -> int:
    offsets, letters = text
    for k in range(offsets[number] + skipped, offsets[number + 1]):
        raw[at] = letters[k]
        at += 1
    return at


def member_rows(fused: Fused, of: Groups, ids: pa.Array) -> pa.Table:
    """Return the rows of table `member`: which observation belongs to which incident."""
    group = np.repeat(np.arange(len(of.sizes)), of.sizes)
    row = fused.accounts.records["row"][of.members]
    return pa.table({
        "incident_id": ids.take(pa.array(group)),
        "observation_id": fused.accounts.table["observation_id"].combine_chunks().take(
            pa.array(row)),
    })  # fmt: skip
