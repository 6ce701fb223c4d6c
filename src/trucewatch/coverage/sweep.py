"""The one kernel: area-hours left unseen after every look, compiled on first use."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DETECTED, WATCHED, WOULD = range(3)


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def unseen(
    rows: Ints, group: Ints, entries: Any, times: Floats, out: Floats, scratch: Floats
) -> None:
    """Multiply into `out` (layer, slot, cell; ones at first) what every look leaves unseen.

    rows: stations at work, those of one group side by side; group: of each row.
    entries: (starts, cells, values by layer and entry) per station. times: layer, row, slot:
    share of the slot. scratch: zeros in the shape of `out`, zeros again afterwards.
    Looks of one group share their eyes, so only the best counts; groups are independent.
    """
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and group[end] == group[at]:
            end += 1
        alone = end == at + 1
        for row in range(at, end):
            _look(row, rows[row], entries, times, out if alone else scratch, alone)
        if not alone:
            for row in range(at, end):
                _fold(rows[row], entries, scratch, out)
        at = end


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _look(row: int, station: int, entries: Any, times: Floats, into: Floats, alone: bool) -> None:
    starts, cells, values = entries
    for layer in range(times.shape[0]):
        for slot in range(times.shape[2]):
            share = times[layer, row, slot]
            if share <= 0.0:
                continue
            for entry in range(starts[station], starts[station + 1]):
                chance = share * values[layer, entry]
                cell = cells[entry]
                if alone:
                    into[layer, slot, cell] *= 1.0 - chance
                elif chance > into[layer, slot, cell]:
                    into[layer, slot, cell] = chance


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _fold(station: int, entries: Any, best: Floats, out: Floats) -> None:
    starts, cells, _ = entries
    for layer in range(out.shape[0]):
        for slot in range(out.shape[1]):
            for entry in range(starts[station], starts[station + 1]):
                cell = cells[entry]
                out[layer, slot, cell] *= 1.0 - best[layer, slot, cell]
                best[layer, slot, cell] = 0.0


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def nearest(lons: Floats, lats: Floats, lon: Floats, lat: Floats, reach_deg: float) -> Ints:
    """Return, per place, the nearest point (points sorted by lat), or -1 if beyond reach.

    Degrees of latitude throughout; flat within the reach, which is a few kilometres.
    """
    found = np.full(len(lon), -1, dtype=np.int64)
    for k in range(len(lon)):
        narrow = np.cos(np.radians(lat[k]))
        best = reach_deg * reach_deg
        at = np.searchsorted(lats, lat[k] - reach_deg)
        while at < len(lats) and lats[at] <= lat[k] + reach_deg:
            east = ((lons[at] - lon[k] + 180.0) % 360.0 - 180.0) * narrow
            apart = east * east + (lats[at] - lat[k]) ** 2
            if apart <= best:
                best, found[k] = apart, at
            at += 1
    return found
