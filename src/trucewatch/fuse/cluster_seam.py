"""Blocks of space and time, and the seam rule by which each pair belongs to exactly one.

Places are cut as cubes of the Earth-centred frame (kilometres), so that neither the poles nor the
antimeridian is a border; time is cut into spans of hours by start. An account lives in one block,
its home, and is shown as a guest in every block whose rim it comes near.

Seam rule: a pair belongs to the home block of its left account, the first in canonical order.
As guests reach as far as any pair may (extent_km, duration_h), that block holds the right one too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import Array, ecef, floats, hours
from trucewatch.fuse.neighbours import CROWD_CELLS

# Guests for counting crowds: a neighbouring cell of 10 km ends within 80 km (near the poles, where
# cells are widest; 40 km elsewhere), one of 24 h within 48 h.
CROWD_KM = 8 * max(size for size, _ in CROWD_CELLS)
CROWD_H = 2 * max(span for _, span in CROWD_CELLS)
_PLACE_BITS, _TIME_BITS = 13, 23
_PLACE_MOST, _TIME_MOST = (1 << _PLACE_BITS - 1) - 1, (1 << _TIME_BITS - 1) - 1


@dataclass(frozen=True, slots=True)
class Seam:
    """How wide blocks are, and how far guests reach into them.

    block_km, block_h: at least 4 km and 1 h. guest_km, guest_h: 0 or more.
    """

    block_km: float
    block_h: float
    guest_km: float
    guest_h: float

    def __post_init__(self) -> None:
        if not (self.block_km >= 4 and self.block_h >= 1):
            raise ValueError(f"a block is at least 4 km and 1 h: {self.block_km}, {self.block_h}")


@dataclass(frozen=True, slots=True)
class Shown:
    """Which row is shown in which block, and whether that block is its home."""

    row: Array
    block: Array
    home: Array


def shown(table: pa.Table, seam: Seam) -> Shown:
    """Return where each row of a table (lon, lat, start_utc) is shown.

    A row without place or time has no partner: it is shown at home alone.
    """
    axes = [*ecef(floats(table["lon"]), floats(table["lat"])), hours(table["start_utc"])]
    nowhere = ~np.all(np.isfinite(axes), axis=0)
    first, last, home = (np.empty((4, table.num_rows), np.int64) for _ in range(3))
    for n, axis in enumerate(axes):
        known = np.where(nowhere, 0.0, axis)
        size, guest = (seam.block_h, seam.guest_h) if n == 3 else (seam.block_km, seam.guest_km)
        reach = np.where(nowhere, 0.0, guest)
        most = _TIME_MOST if n == 3 else _PLACE_MOST
        for out, at in ((first, known - reach), (last, known + reach), (home, known)):
            out[n] = np.clip(np.floor(at / size), -most, most)
    return _copies(first, last, home)


def _copies(first: Array, last: Array, home: Array) -> Shown:
    rows, blocks, homes = [], [], []
    for offset in product(*(range(int(most) + 1) for most in _widest(first, last))):
        at = first + np.array(offset)[:, None]
        row = np.flatnonzero(np.all(at <= last, axis=0))
        rows.append(row)
        blocks.append(_packed(at[:, row]))
        homes.append(np.all(at[:, row] == home[:, row], axis=0))
    return Shown(np.concatenate(rows), np.concatenate(blocks), np.concatenate(homes))


def _widest(first: Array, last: Array) -> Array:
    return np.asarray((last - first).max(axis=1, initial=0))


def _packed(at: Array) -> Array:
    key = at[3] + _TIME_MOST
    for axis in at[:3]:
        key = (key << _PLACE_BITS) + axis + _PLACE_MOST
    return np.asarray(key)


def with_blocks(table: pa.Table, seam: Seam) -> pa.Table:
    """Return the rows once for each block that shows them, with columns block and home."""
    where = shown(table, seam)
    rows = table.take(pa.array(where.row))
    return rows.append_column("block", pa.array(where.block)).append_column(
        "home", pa.array(where.home)
    )
