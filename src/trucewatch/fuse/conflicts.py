"""What the accounts of one incident disagree on: each dissent against the preferred value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array
from trucewatch.fuse.digest import content_ids
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.incidents import ACTOR, ATTRIBUTES, COUNT, DIRECTION, KIND, WEAPON, Groups
from trucewatch.fuse.levels import actor_level, direction_level, kind_level, weapon_level
from trucewatch.ids import SEPARATOR

# Two figures that lie further apart than this are in conflict unless their ranges meet.
COUNT_TOLERANCE = 0.2
GROUNDS = {
    KIND: "the accounts name kinds of happening that do not go together",
    COUNT: "the ranges of the two counts do not meet and differ by more than a fifth",
    WEAPON: "the accounts name weapons of different class and calibre",
    DIRECTION: "the directions of fire differ by more than 75 degrees",
    ACTOR: "the accounts name different actors",
}
NAMES = {
    KIND: "kind", COUNT: "count", WEAPON: "weapon", DIRECTION: "direction",
    ACTOR: "claimed_actor",
}  # fmt: skip
COLUMN = {
    KIND: "kind", COUNT: "count_best", WEAPON: "weapon", DIRECTION: "direction_deg",
    ACTOR: "claimed_actor",
}  # fmt: skip


SCHEMA = pa.schema([(name, pa.string()) for name in (
    "conflict_id", "incident_id", "attribute", "left_observation_id", "right_observation_id",
    "left_value", "right_value", "grounds",
)])  # fmt: skip


def conflict_rows(fused: Fused, of: Groups, incident_ids: pa.Array, threads: int) -> pa.Table:
    """Return the rows of table `conflict` (SCHEMA) within incidents."""
    many = np.flatnonzero(of.sizes > 1)
    group, attribute, left, right = _dissents(fused.accounts.records, of, many)
    row, table = fused.accounts.records["row"], fused.accounts.table
    ids = table["observation_id"].combine_chunks()
    incident = incident_ids.take(pa.array(group))
    names, grounds = _by_attribute(NAMES, attribute), _by_attribute(GROUNDS, attribute)
    one, two = (ids.take(pa.array(row[side])) for side in (left, right))
    return pa.Table.from_arrays([
        content_ids("conflict", pc.binary_join_element_wise(
            incident, names, one, two, SEPARATOR), threads),
        incident, names, one, two,
        _values(table, attribute, row[left]), _values(table, attribute, row[right]), grounds,
    ], schema=SCHEMA)  # fmt: skip


def _by_attribute(texts: Mapping[int, str], attribute: Array) -> pa.Array:
    known = pa.array([texts.get(n) for n in range(len(ATTRIBUTES))], pa.string())
    return known.take(pa.array(attribute))


def _values(table: pa.Table, attribute: Array, rows: Array) -> pa.Array:
    """What each account gives for the attribute in question, as text."""
    at, parts = [], []
    for number, column in COLUMN.items():
        chosen = np.flatnonzero(attribute == number)
        at.append(chosen)
        parts.append(_text(table[column].combine_chunks().take(pa.array(rows[chosen]))))
    place = np.empty(len(rows), np.int64)
    place[np.concatenate(at)] = np.arange(len(rows))
    return pa.concat_arrays(parts).take(pa.array(place))


def _text(values: pa.Array) -> pa.Array:
    if not pa.types.is_floating(values.type):
        return values.cast(pa.string())
    encoded = values.dictionary_encode()
    known = [None if value is None else f"{value:g}" for value in encoded.dictionary.to_pylist()]
    return pa.array(known, pa.string()).take(encoded.indices)


def _dissents(records: Array, of: Groups, many: Array) -> tuple[Array, Array, Array, Array]:
    capacity = int((of.sizes[many]).sum()) * len(NAMES) + 1
    out = tuple(np.empty(capacity, np.int32) for _ in range(4))
    used = _find(records, (of.members, of.starts, of.preferred), many, out)
    return out[0][:used], out[1][:used], out[2][:used], out[3][:used]


@kernel
def _find(records: Any, of: Any, many: Any, out: Any) -> int:
    members, starts, preferred = of
    used = 0
    for group in many:
        for attribute in (KIND, COUNT, WEAPON, DIRECTION, ACTOR):
            chosen = preferred[group, attribute]
            if chosen < 0:
                continue
            for i in members[starts[group] : starts[group + 1]]:
                if i != chosen and _disagree(records[chosen], records[i], attribute):
                    out[0][used] = group
                    out[1][used] = attribute
                    out[2][used] = chosen
                    out[3][used] = i
                    used += 1
    return used


@kernel
def _disagree(a: Any, b: Any, attribute: int) -> bool:
    if attribute == KIND:
        return bool(kind_level(a, b) == 2)
    if attribute == WEAPON:
        return bool(weapon_level(a, b) == 3)
    if attribute == DIRECTION:
        return bool(direction_level(a, b) == 3)
    if attribute == ACTOR:
        return bool(actor_level(a, b) == 2)
    return _counts_disagree(a, b)


@kernel
def _counts_disagree(a: Any, b: Any) -> bool:
    left, right = a.count_best, b.count_best
    if np.isnan(left) or np.isnan(right):
        return False
    lower, upper = (a, b) if left <= right else (b, a)
    if np.isnan(lower.count_high) or lower.count_high >= _least(upper):
        return False
    apart = abs(left - right)
    return bool(apart > 1 and apart > COUNT_TOLERANCE * max(left, right))


@kernel
def _least(a: Any) -> float:
    return float(a.count_best if np.isnan(a.count_low) else a.count_low)
