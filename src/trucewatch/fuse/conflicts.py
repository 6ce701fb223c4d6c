"""What the accounts of one incident disagree on: each dissent against the preferred value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import Array
from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.incidents import ACTOR, COUNT, DIRECTION, KIND, WEAPON, Groups
from trucewatch.fuse.levels import actor_level, direction_level, kind_level, weapon_level
from trucewatch.ids import content_id

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


def conflict_rows(fused: Fused, of: Groups, incident_ids: pa.Array) -> list[dict[str, Any]]:
    """Return the rows of table `conflict` (without run columns) within incidents."""
    many = np.flatnonzero(of.sizes > 1)
    group, attribute, left, right = _dissents(fused.accounts.records, of, many)
    row = fused.accounts.records["row"]
    table = fused.accounts.table
    taken = {
        side: table.take(pa.array(row[numbers])).select(["observation_id", *set(COLUMN.values())])
        for side, numbers in (("left", left), ("right", right))
    }
    values = {side: part.to_pydict() for side, part in taken.items()}
    incident = incident_ids.take(pa.array(group)).to_pylist()
    return [
        _row(
            incident[n], int(attribute[n]), {s: {c: v[c][n] for c in v} for s, v in values.items()}
        )
        for n in range(len(group))
    ]


def _row(incident: str, attribute: int, sides: dict[str, dict[str, Any]]) -> dict[str, Any]:
    left, right = sides["left"], sides["right"]
    column = COLUMN[attribute]
    ids = (left["observation_id"], right["observation_id"])
    return {
        "conflict_id": content_id("conflict", incident, NAMES[attribute], *ids),
        "incident_id": incident, "attribute": NAMES[attribute],
        "left_observation_id": ids[0], "right_observation_id": ids[1],
        "left_value": _text(left[column]), "right_value": _text(right[column]),
        "grounds": GROUNDS[attribute],
    }  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)


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
