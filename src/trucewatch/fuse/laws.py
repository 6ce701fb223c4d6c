"""The laws that two groups of accounts must keep to become one."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from trucewatch.compiled import kernel
from trucewatch.fuse.levels import apart_km
from trucewatch.fuse.weigh import apart_by_observer


class Groups(NamedTuple):
    """Groups as chained lists; what belongs to a group stands at its head."""

    head: Any
    following: Any
    tail: Any
    size: Any
    start_h: Any
    end_h: Any
    box: Any
    observed: Any


class Law(NamedTuple):
    """What binding must hold to; `different`: sorted pairs of record numbers, 32 bits each."""

    extent_km: float
    duration_h: float
    members: int
    different: Any


@kernel
def lawful(records: Any, law: Law, groups: Groups, a: int, b: int) -> bool:
    """Whether the union of two groups breaks no law.

    Every pair between them is looked at, unless the boxes round the two settle it.
    """
    span = max(groups.end_h[a], groups.end_h[b]) - min(groups.start_h[a], groups.start_h[b])
    if span > law.duration_h or groups.size[a] + groups.size[b] > law.members:
        return False
    widest, diagonal = united(groups.box[a], groups.box[b])
    if along(widest) > law.extent_km:
        return False
    told = groups.observed[a] and groups.observed[b]
    if not told and law.different.size == 0 and along(diagonal) * (1 + 1e-9) <= law.extent_km:
        return True
    i = a
    while i >= 0:
        j = b
        while j >= 0:
            if apart_by_observer(records[i], records[j]) and not summed_up(
                records, groups, (a, b), records[i], records[j]
            ):
                return False
            if apart_km(records[i], records[j]) > law.extent_km:
                return False
            if law.different.size and judged_apart(law.different, i, j):
                return False
            j = groups.following[j]
        i = groups.following[i]
    return True


@kernel
def summed_up(records: Any, groups: Groups, pair: Any, one: Any, two: Any) -> bool:
    """Whether prose of the same observer in two groups tells at once what a table lists in rows.

    It does where its span holds the two rows and its figure all rows of the two groups.
    """
    if one.annexed == 0:
        return False
    listed, told = 0.0, -1.0
    for head in pair:
        i = head
        while i >= 0:
            a = records[i]
            if a.observer == one.observer and a.source == one.source:
                if a.annexed != 0:
                    listed += a.count_best
                elif a.start_h <= min(one.start_h, two.start_h) and a.end_h >= max(
                    one.start_h, two.start_h
                ):
                    told = max(told, a.count_best)
            i = groups.following[i]
    return bool(listed <= told)


@kernel
def united(one: Any, two: Any) -> tuple[float, float]:
    """Longest side and diagonal, in km, of the box round two boxes; NaN without a place."""
    widest, squared = 0.0, 0.0
    for k in range(3):
        side = max(one[k + 3], two[k + 3]) - min(one[k], two[k])
        widest = max(widest, side)
        squared += side * side
    return widest, math.sqrt(squared)


@kernel
def along(straight: float) -> float:
    """Distance over the ground for a straight one, as in apart_km."""
    return float(straight * (1.0 + straight * straight / 974_000_000.0))


@kernel
def judged_apart(different: Any, i: int, j: int) -> bool:
    packed = (np.int64(min(i, j)) << 32) + max(i, j)
    at = np.searchsorted(different, packed)
    return bool(at < different.size and different[at] == packed)
