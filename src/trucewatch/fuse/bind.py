"""Binding pairs into incidents: greedy, best first, within laws.

Two groups become one when their turn comes, if no law is broken (extent, duration, number of
members, nobody's judgement and no observer against it). Their turn is that of the mean weight over
all pairs between them, and it must be above 0 bits. The mean keeps a chain of near neighbours from
becoming one incident (single link joins 12,000 reports into one at 5,000 a day).
Pairs have their turn by weight, then by the ranks of the two: the order of arrival changes
nothing. What hangs together by no pair is bound apart, on as many threads as there are.
"""

from __future__ import annotations

import heapq
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy import int64

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array
from trucewatch.fuse.laws import Groups, Law, lawful
from trucewatch.fuse.neighbours import Pairs, hanging_together
from trucewatch.fuse.options import FuseOptions
from trucewatch.fuse.weigh import weight
from trucewatch.fuse.words import WordIndex

# Of large groups this many members each are compared for the mean; the laws always hold for all.
COMPARED_A_SIDE = 24
STEPS_PER_BIT, MOST_STEPS = 256, 65_535
# Means are reckoned in whole steps of this fineness.
FINE_STEPS = 1 << 24
NEVER = np.int64(1 << 40)
# A pair that people judged to be one happening is joined whatever the mean, within the laws.
JUDGED = 500.0
JOINED, APART, BLOCKED = 0, 1, 2
# Answers about two groups are kept in at most so many places; a collision asks again.
REMEMBERED_BITS = 22
SHARES_A_THREAD = 8
DECISIONS = ("joined", "apart", "blocked")


@dataclass(frozen=True, slots=True)
class Binding:
    """label: the group of each record (numbered by first member). decision: one per pair."""

    label: Array
    decision: Array


class Remembered(NamedTuple):
    """What was found of two groups: the total over their compared members (so many of one, of
    two), which holds while both only grow behind those, and that a union was blocked, which stays.
    """

    pair: Any
    one: Any
    two: Any
    total: Any
    blocked: Any


def bind(
    records: Array, words: WordIndex, weights: Array, pairs: Pairs, options: FuseOptions,
    different: Array | None = None,
) -> Binding:  # fmt: skip
    """Return the groups that the pairs above 0 bits bind, and what became of each pair.

    different: packed pairs of record numbers that a person said are two happenings.
    """
    law = Law(
        float(options.extent_km), float(options.duration_h), int(options.members),
        _either_way(different),
    )  # fmt: skip
    with ThreadPoolExecutor(1) as beside:
        alone = beside.submit(_alone, records)
        turn, starts = _by_part(len(records), pairs, order_of_turns(records, pairs))
        groups = alone.result()
    decision = np.full(len(pairs), APART, np.int8)
    found = (pairs.left, pairs.right, pairs.bits, turn, decision)

    def bound(first: int, last: int) -> None:
        places = 1 << min(REMEMBERED_BITS, int(starts[last] - starts[first]).bit_length() + 1)
        known = Remembered(
            np.full(places, -1), np.zeros(places, np.int32), np.zeros(places, np.int32),
            np.zeros(places, np.int64), np.full(places, -1),
        )  # fmt: skip
        _bind(records, words, weights, law, (groups, known), (found, starts[first : last + 1]))

    with ThreadPoolExecutor(options.threads) as pool:
        for part in [pool.submit(bound, *span) for span in _shares(starts, options.threads)]:
            part.result()
    _note_joined(groups.head, pairs.left, pairs.right, decision)
    return Binding(groups.head, decision)


def _either_way(different: Array | None) -> Array:
    """Packed pairs in rising order, the lower number first."""
    if different is None:
        return np.empty(0, np.int64)
    one, two = different >> 32, different & 0xFFFFFFFF
    return np.sort((np.minimum(one, two) << 32) + np.maximum(one, two))


def order_of_turns(records: Array, pairs: Pairs) -> Array:
    """Return the pairs' order: heaviest first (to 1/256 bit), then by rank of left and right."""
    rank = np.ascontiguousarray(records["rank"]).astype(np.int64)
    weighed = (pairs.bits.astype(np.float64) + 64.0) * STEPS_PER_BIT
    steps = MOST_STEPS - np.clip(weighed.astype(np.int64), 0, MOST_STEPS)
    first = (steps << 40) + rank[pairs.left]
    turn = np.argsort(first)
    _settle(first[turn], rank[pairs.right], turn)
    return turn


@kernel
def _settle(first: Any, right: Any, turn: Any) -> None:
    """Put pairs that tie in weight and left record in order of the right one."""
    at = 0
    while at < first.size:
        end = at + 1
        while end < first.size and first[end] == first[at]:
            end += 1
        if end > at + 1:
            tied = turn[at:end].copy()
            turn[at:end] = tied[np.argsort(right[tied])]
        at = end


def _by_part(count: int, pairs: Pairs, turn: Array) -> tuple[Array, Array]:
    """Sort the turns by the part that a pair hangs together with; return where each part starts.

    Parts come in order of their first record.
    """
    part = hanging_together(count, pairs.left, pairs.right)[pairs.left]
    many = np.bincount(part, minlength=count)
    starts = np.concatenate(([0], np.cumsum(many)))
    by_part = np.empty(len(turn), np.int64)
    _place(part, turn, starts[:-1].copy(), by_part)
    return by_part, np.append(starts[:-1][many > 0], len(turn))


@kernel
def _place(part: Any, turn: Any, free: Any, out: Any) -> None:
    for pair in turn:
        out[free[part[pair]]] = pair
        free[part[pair]] += 1


def _shares(starts: Array, threads: int) -> list[tuple[int, int]]:
    """Cut the parts into runs of about as many pairs, a few for each thread."""
    cuts = np.linspace(0, starts[-1], 1 + threads * SHARES_A_THREAD)
    return [
        (int(low), int(high))
        for low, high in pairwise(np.unique(np.searchsorted(starts, cuts)))
        if high > low
    ]


def _alone(records: Array) -> Groups:
    numbers = np.arange(len(records), dtype=np.int32)
    box = np.column_stack([records[axis] for axis in "xyzxyz"])
    return Groups(
        numbers.copy(), np.full(len(records), -1, np.int32), numbers.copy(),
        np.ones(len(records), np.int32), records["start_h"].copy(), records["end_h"].copy(),
        box, records["observer"] >= 0,
    )  # fmt: skip


@kernel
def _bind(records: Any, words: WordIndex, t: Any, law: Law, state: Any, found: Any) -> None:
    pairs, starts = found
    for part in range(starts.size - 1):
        _bind_part(records, words, t, law, state, (pairs, starts[part], starts[part + 1]))


@kernel
def _bind_part(records: Any, words: WordIndex, t: Any, law: Law, state: Any, found: Any) -> None:
    (left, right, bits, turn, decision), n, last = found
    groups, known = state
    # Pairs whose mean has sunk below their own weight wait for their new turn in a heap.
    waiting = [(NEVER, NEVER, NEVER, NEVER)]
    while n < last or len(waiting) > 1:
        first = waiting[0]
        if n < last:
            pair = turn[n]
            one, two = records[left[pair]].rank, records[right[pair]].rank
            own = (_steps(bits[pair]), int64(one), int64(two), int64(pair))
            if own < first:
                first = own
                n += 1
        if first == waiting[0]:
            heapq.heappop(waiting)
        pair = first[3]
        a, b = groups.head[left[pair]], groups.head[right[pair]]
        if a == b or bits[pair] <= 0.0:
            continue
        mean = _mean_of(records, words, t, state, (a, b, bits[pair]))
        if mean > 0.0 and _steps(mean) > first[0]:
            heapq.heappush(waiting, (_steps(mean), first[1], first[2], pair))
        elif mean > 0.0:
            joined = _joined_if_lawful(records, law, groups, known, (a, b))
            decision[pair] = JOINED if joined else BLOCKED


@kernel
def _note_joined(head: Any, left: Any, right: Any, decision: Any) -> None:
    for pair in range(left.size):
        if head[left[pair]] == head[right[pair]]:
            decision[pair] = JOINED


@kernel
def _larger_first(records: Any, groups: Groups, a: int, b: int) -> tuple[int, int]:
    """Two groups, the one with more members first, and where even that of lower rank."""
    if groups.size[b] > groups.size[a]:
        return b, a
    if groups.size[b] == groups.size[a] and records[b].rank < records[a].rank:
        return b, a
    return a, b


@kernel
def _steps(bits: float) -> Any:
    """Whole steps below the heaviest weight: what comes first has fewest."""
    return int64(MOST_STEPS - min(MOST_STEPS, max(0, int((bits + 64.0) * STEPS_PER_BIT))))


@kernel
def _mean_of(records: Any, words: WordIndex, t: Any, state: Any, pair: Any) -> float:
    """The mean between two groups; over one pair it is its weight, and judgements need none."""
    a, b, bits = pair
    groups, known = state
    if bits >= JUDGED or groups.size[a] + groups.size[b] == 2:
        return float(bits)
    a, b = min(a, b), max(a, b)
    of_a, of_b = min(groups.size[a], COMPARED_A_SIDE), min(groups.size[b], COMPARED_A_SIDE)
    key = (int64(a) << 32) + int64(b)
    at = _place_of(known, key)
    if known.pair[at] != key:
        known.pair[at] = key
        known.one[at], known.two[at], known.total[at] = 0, 0, 0
    if known.one[at] != of_a or known.two[at] != of_b:
        reckoned = (known.one[at], known.two[at])
        known.total[at] += _total_steps(records, words, t, groups, (a, b), reckoned)
        known.one[at], known.two[at] = of_a, of_b
    return float(known.total[at] / FINE_STEPS / (int64(of_a) * of_b))


@kernel
def _place_of(known: Remembered, key: Any) -> Any:
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return int64((mixed >> np.uint64(40)) & np.uint64(known.pair.size - 1))


@kernel
def _joined_if_lawful(records: Any, law: Law, groups: Groups, known: Any, pair: Any) -> bool:
    """Join two groups, the smaller behind the larger, where the union breaks no law."""
    a, b = pair
    key = (int64(min(a, b)) << 32) + int64(max(a, b))
    at = _place_of(known, key)
    if known.blocked[at] == key:
        return False
    a, b = _larger_first(records, groups, a, b)
    if not lawful(records, law, groups, a, b):
        known.blocked[at] = key
        return False
    _join(groups, a, b)
    return True


@kernel
def _total_steps(
    records: Any, words: WordIndex, t: Any, groups: Groups, pair: Any, reckoned: Any
) -> Any:
    """Total weight between two groups (of their first 24 members each), in fine steps.

    Pairs of the first members, so many of each as were reckoned before, are left out: a total of
    whole numbers is the same in whatever order it was added up.
    """
    total, i, met = int64(0), pair[0], 0
    while i >= 0 and met < COMPARED_A_SIDE:
        j, against = pair[1], 0
        while j >= 0 and against < COMPARED_A_SIDE:
            if met >= reckoned[0] or against >= reckoned[1]:
                bits = _weight(records, words, t, i, j)
                total += int64(math.floor(bits * FINE_STEPS + 0.5))
            against += 1
            j = groups.following[j]
        met += 1
        i = groups.following[i]
    return total


@kernel
def _weight(records: Any, words: WordIndex, t: Any, i: int, j: int) -> float:
    """The weight of two accounts, the one of lower rank first."""
    if records[i].rank < records[j].rank:
        return weight(records[i], records[j], words, t)
    return weight(records[j], records[i], words, t)


@kernel
def _join(groups: Groups, a: int, b: int) -> None:
    """Hang the smaller group b behind a."""
    groups.following[groups.tail[a]] = b
    groups.tail[a] = groups.tail[b]
    groups.size[a] += groups.size[b]
    groups.start_h[a] = min(groups.start_h[a], groups.start_h[b])
    groups.end_h[a] = max(groups.end_h[a], groups.end_h[b])
    groups.observed[a] = groups.observed[a] or groups.observed[b]
    for k in range(3):
        groups.box[a, k] = min(groups.box[a, k], groups.box[b, k])
        groups.box[a, k + 3] = max(groups.box[a, k + 3], groups.box[b, k + 3])
    member = b
    while member >= 0:
        groups.head[member] = a
        member = groups.following[member]
