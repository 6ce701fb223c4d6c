"""Candidate pairs: accounts in neighbouring cells of space and time.

The globe is cut as where.Grid cuts it (bands of latitude, each with as many cells round as its
narrowest parallel allows), time into bins. Cells lie in one sorted array, so that a sweep meets
every neighbour with pointers that only move forward. Each pair is met once.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import SCALES, Array
from trucewatch.fuse.levels import apart_km, gap_hours
from trucewatch.fuse.options import FuseOptions
from trucewatch.fuse.weigh import weight, within_reach
from trucewatch.fuse.weights import REFERENCE_KM2_H
from trucewatch.fuse.words import WordIndex
from trucewatch.where import Grid

# A key is family, time, band, column from its highest bit down; it stays below 2^63.
TIME_BITS, BAND_BITS, COLUMN_BITS = 27, 15, 16
# Cells are this much wider than asked, so that positions kept to a metre or two do no harm.
MARGIN = 1.001
CHUNK = 65_536
CROWD_CELLS = ((10.0, 24.0), (5.0, 4.0))


# What a first look at a neighbour needs, side by side in one cache line.
GLANCE = np.dtype([
    ("x", "f8"), ("y", "f8"), ("z", "f8"), ("start_h", "f8"), ("end_h", "f8"),
    ("reach_km", "f4"), ("reach_h", "f4"), ("family", "i2"), ("level", "i2"), ("number", "i4"),
], align=True)  # fmt: skip


class Cells(NamedTuple):
    """Accounts sorted by cell: `keys` rising, `glance` what stands at each place."""

    keys: Any
    glance: Any
    columns: Any
    level: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of record numbers (left: of lower rank) with their weight in bits.

    cut: accounts in so dense a spot that not every neighbour was compared.
    """

    left: Array
    right: Array
    bits: Array
    cut: int = 0

    def __len__(self) -> int:
        return len(self.left)


def canonical(records: Array, one: Array, two: Array) -> tuple[Array, Array]:
    """Return the record numbers of pairs, left and right."""
    first = records["rank"][one] < records["rank"][two]
    return np.where(first, one, two), np.where(first, two, one)


@kernel
def hanging_together(count: int, left: Any, right: Any) -> Any:
    """Return for each record the first of all that hang together with it by pairs."""
    head = np.arange(count)
    for n in range(left.size):
        a, b = left[n], right[n]
        while head[a] != a:
            head[a] = head[head[a]]
            a = head[a]
        while head[b] != b:
            head[b] = head[head[b]]
            b = head[b]
        head[max(a, b)] = min(a, b)
    for n in range(count):
        head[n] = head[head[n]]
    return head


def cells(records: Array, size_km: float, bin_h: float, level: int) -> Cells:
    """Sort the accounts up to a level into cells of at least size_km and bin_h (1 and more)."""
    columns = _columns(max(1.0, size_km) * MARGIN)
    chosen = np.flatnonzero((records["level"] >= 0) & (records["level"] <= level)).astype(np.int32)
    keys = np.empty(len(chosen), np.int64)
    _keys(records, chosen, columns, max(1.0, bin_h), keys)
    order = np.argsort(keys, kind="stable")
    glance = np.empty(len(order), GLANCE)
    _glance(records, chosen[order], glance)
    return Cells(keys[order], glance, columns, level)


@lru_cache(maxsize=16)
def _columns(size_km: float) -> Array:
    """Cells round the globe in each band of latitude."""
    grid = Grid(size_km)
    return np.array([grid.columns(band) for band in range(grid.bands)], np.int64)


@kernel
def _glance(records: Any, order: Any, glance: Any) -> None:
    for n in range(order.size):
        a = records[order[n]]
        glance[n].x, glance[n].y, glance[n].z = a.x, a.y, a.z
        glance[n].start_h, glance[n].end_h = a.start_h, a.end_h
        glance[n].reach_km, glance[n].reach_h = a.reach_km, a.reach_h
        glance[n].family, glance[n].level = a.family, a.level
        glance[n].number = order[n]


@kernel
def _keys(records: Any, chosen: Any, columns: Any, bin_h: float, keys: Any) -> None:
    half = 1 << (TIME_BITS - 1)
    for n in range(chosen.size):
        a = records[chosen[n]]
        band = min(columns.size - 1, int((a.lat + 90.0) / 180.0 * columns.size))
        around = ((a.lon + 180.0) % 360.0) / 360.0 * columns[band]
        column = min(columns[band] - 1, int(around))
        time = int(min(half - 2.0, max(1.0 - half, math.floor(a.start_h / bin_h)))) + half
        keys[n] = _row_key((int(a.family) << TIME_BITS) + time, band) + column


@kernel
def _row_key(slab: int, band: int) -> int:
    return ((slab << BAND_BITS) + band) << COLUMN_BITS


@kernel
def _beside(columns: Any, band: int, column: int, other: int) -> tuple[int, int]:
    """First and last column of a band beside a cell; below 0 or past the end means it wraps."""
    here, there = columns[band], columns[other]
    reach = max(1.0 / here, 1.0 / there)
    low = math.floor((column / here - reach) * there)
    high = math.floor(((column + 1) / here + reach) * there)
    if high - low + 1 >= there:
        return 0, there - 1
    return low, high


@kernel
def ranges_beside(grid: Cells, key: int, pointers: Any, out: Any) -> int:
    """Fill out with the ranges of places that neighbour a cell; return how many there are.

    pointers: int64[9, 2], kept from cell to cell of a sweep. out: int64[18, 2].
    """
    column = key & ((1 << COLUMN_BITS) - 1)
    band = (key >> COLUMN_BITS) & ((1 << BAND_BITS) - 1)
    slab = key >> (COLUMN_BITS + BAND_BITS)
    found = 0
    for k in range(9):
        other = band + k % 3 - 1
        if other < 0 or other >= grid.columns.size:
            continue
        row = _row_key(slab + k // 3 - 1, other)
        there = grid.columns[other]
        low, high = _beside(grid.columns, band, column, other)
        pointers[k, 0] = _forward(grid.keys, pointers[k, 0], row + max(low, 0))
        pointers[k, 1] = _forward(grid.keys, pointers[k, 1], row + min(high, there - 1) + 1)
        found = _noted(out, found, pointers[k, 0], pointers[k, 1])
        if low < 0:
            first, last = low + there, there - 1
        elif high >= there:
            first, last = 0, high - there
        else:
            continue
        start = np.searchsorted(grid.keys, row + first)
        found = _noted(out, found, start, np.searchsorted(grid.keys, row + last + 1))
    return found


@kernel
def _forward(keys: Any, at: int, target: int) -> int:
    """First place from `at` on whose key is not below the target; -1 starts a sweep."""
    if at < 0:
        return int(np.searchsorted(keys, target))
    while at < keys.size and keys[at] < target:
        at += 1
    return at


@kernel
def _noted(out: Any, found: int, low: int, high: int) -> int:
    if low >= high:
        return found
    out[found, 0] = low
    out[found, 1] = high
    return found + 1


def count_crowds(records: Array, threads: int = 1) -> None:
    """Fill `crowd`: accounts of the family to be met by chance within the widest bounds.

    The geometric mean of what stands in the neighbouring cells of 10 km and 24 h and, since fire
    draws fire, of 5 km and 4 h, each scaled to the widest bounds. The account itself is not
    counted.
    """
    product = np.ones(len(records))
    with ThreadPoolExecutor(threads) as pool:
        for crowd in pool.map(lambda size: _crowd(records, *size), CROWD_CELLS):
            product *= crowd
    records["crowd"] = np.sqrt(product)


def _crowd(records: Array, size_km: float, bin_h: float) -> Array:
    """Accounts met by chance as one size of cells tells it; 0 for who stands in none."""
    grid, crowd = cells(records, size_km, bin_h, len(SCALES)), np.zeros(len(records), np.float32)
    _count(grid, REFERENCE_KM2_H / ((3 * size_km) ** 2 * 3 * bin_h), crowd)
    return crowd


@kernel
def _count(grid: Cells, share: float, crowd: Any) -> None:
    pointers, out = np.full((9, 2), -1), np.empty((18, 2), np.int64)
    at = 0
    while at < grid.keys.size:
        end = at
        while end < grid.keys.size and grid.keys[end] == grid.keys[at]:
            end += 1
        near = -1
        for k in range(ranges_beside(grid, grid.keys[at], pointers, out)):
            near += out[k, 1] - out[k, 0]
        for n in range(at, end):
            crowd[grid.glance[n].number] = max(0.25, near * share)
        at = end


class Scan(NamedTuple):
    """What one sweep compares, and the pairs it may keep."""

    records: Any
    words: WordIndex
    tables: Any
    floor_bits: float
    compared: int


def candidate_pairs(
    records: Array, words: WordIndex, weights: Array, options: FuseOptions, floor_bits: float
) -> Pairs:
    """Return every pair within reach whose weight is at least floor_bits.

    records: as accounts gives them, crowds counted. Law: the same pairs as comparing all with all,
    but where a spot is so dense that an account meets more than options.compared others.
    """
    scan = Scan(records, words, weights, floor_bits, options.compared)
    parts: list[tuple[Array, Array, Array, int]] = []
    with ThreadPoolExecutor(options.threads) as pool:
        for grid in _grids(pool, records, options):
            work = [partial(_swept, scan, grid, *span) for span in _spans(grid.keys)]
            parts.extend(pool.map(_called, work))
            # Grids are large: none is held when the one after the next is laid out.
            del grid, work
    if not parts:
        empty = np.empty(0, np.int32)
        return Pairs(empty, empty, np.empty(0, np.float32))
    left, right, bits = (np.concatenate([part[k] for part in parts]) for k in range(3))
    return Pairs(left, right, bits, sum(part[3] for part in parts))


def _grids(pool: Executor, records: Array, options: FuseOptions) -> Iterator[Cells]:
    """Return the grid of each level that is there; the next is laid out beside the work on one."""
    coming: deque[Future[Cells]] = deque()
    slack_h = float(records["reach_h"].max(initial=0.0))
    for level in np.unique(records["level"][records["level"] >= 0]).tolist():
        size = _cell_size(level, slack_h, options)
        coming.append(pool.submit(cells, records, *size, level))
        if len(coming) > 1:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()


def _called(work: Callable[[], Any]) -> Any:
    return work()


def _cell_size(level: int, slack_h: float, options: FuseOptions) -> tuple[float, float]:
    """Two starts lie no further apart than one's length and slack and the other's slack."""
    reach_km, span_h = SCALES[level]
    bin_h = span_h + min(span_h, slack_h)
    return min(options.extent_km, 2 * reach_km), min(options.duration_h, bin_h)


def _spans(keys: Array) -> list[tuple[int, int]]:
    """Cut the sweep into parts that end where a cell ends."""
    cuts = [0]
    while cuts[-1] < len(keys):
        end = min(len(keys), cuts[-1] + CHUNK)
        cuts.append(int(np.searchsorted(keys, keys[end - 1], side="right")))
    return list(pairwise(cuts))


def _swept(scan: Scan, grid: Cells, first: int, last: int) -> tuple[Array, Array, Array, int]:
    capacity = 4 * (last - first) + 1024
    while True:
        left, right = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
        bits = np.empty(capacity, np.float32)
        used, cut = _sweep(scan, grid, first, last, (left, right, bits))
        if used <= capacity:
            return left[:used].copy(), right[:used].copy(), bits[:used].copy(), cut
        capacity = used


@kernel
def _sweep(scan: Scan, grid: Cells, first: int, last: int, out: Any) -> tuple[int, int]:
    pointers, ranges = np.full((9, 2), -1), np.empty((18, 2), np.int64)
    used, cut, at = 0, 0, first
    while at < last:
        end = at
        while end < last and grid.keys[end] == grid.keys[at]:
            end += 1
        count = ranges_beside(grid, grid.keys[at], pointers, ranges)
        for place in range(at, end):
            if grid.glance[place].level == grid.level:
                used, whole = _meet(scan, grid, place, ranges[:count], (used, out))
                cut += 0 if whole else 1
        at = end
    return used, cut


@kernel
def _meet(scan: Scan, grid: Cells, place: int, ranges: Any, kept: Any) -> tuple[int, bool]:
    """Compare one account with its neighbours; return pairs kept so far, and whether all were."""
    used, out = kept
    a = grid.glance[place]
    budget = scan.compared
    for k in range(ranges.shape[0]):
        for other in range(ranges[k, 0], ranges[k, 1]):
            b = grid.glance[other]
            if other >= place and b.level == grid.level:
                if grid.level == 0:
                    break
                continue
            budget -= 1
            if budget < 0:
                return used, False
            gap = gap_hours(a, b)
            if gap <= a.reach_h + b.reach_h and within_reach(
                a, b, apart_km(a, b), gap, scan.tables
            ):
                used = _keep(scan, a.number, b.number, used, out)
    return used, True


@kernel
def _keep(scan: Scan, one: int, two: int, used: int, out: Any) -> int:
    """Weigh a pair in canonical order, and note it where it reaches the floor."""
    left, right = one, two
    if scan.records[two].rank < scan.records[one].rank:
        left, right = two, one
    bits = weight(scan.records[left], scan.records[right], scan.words, scan.tables)
    if bits < scan.floor_bits:
        return used
    if used < out[0].size:
        out[0][used] = left
        out[1][used] = right
        out[2][used] = bits
    return used + 1
