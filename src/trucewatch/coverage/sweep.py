"""The kernels: area-hours left unseen after every look, and looks at events; compiled once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import inlined, kernel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DETECTED, WATCHED, WOULD = range(3)
# A look that cannot miss is taken to miss once in a thousand million.
SURE = 1e-9


@kernel
def unseen(
    rows: Ints, group: Ints, entries: Any, times: Floats, out: Floats, scratch: Floats
) -> None:
    """Write into `out` (layer, slot, cell; ones at first) what every look leaves unseen.

    rows: stations at work, those of one group side by side; group: of each row.
    entries: (starts, cells, values by layer and entry, halvings) per station. times: layer, row,
    slot: share of the slot. scratch: zeros in the shape of `out`, zeros again afterwards.
    Looks of one group share their eyes, so only the best counts. Groups: halvings -1 takes what
    they miss as independent and multiplies; h >= 0 joins it by Clayton's copula with the
    parameter 2**-h, in the layer DETECTED alone: (sum of miss**-phi, less n - 1)**(-1 / phi).
    """
    halvings = entries[3]
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
    if halvings >= 0:
        for slot in range(out.shape[1]):
            for cell in range(out.shape[2]):
                left = 1.0 / out[DETECTED, slot, cell]
                for _ in range(halvings):
                    left *= left
                out[DETECTED, slot, cell] = left


@inlined
def _joined(before: float, chance: float, layer: int, halvings: int) -> float:
    if layer != DETECTED or halvings < 0:
        return before * (1.0 - chance)
    missed = 1.0 / max(1.0 - chance, SURE)
    for _ in range(halvings):
        missed = math.sqrt(missed)
    return before + missed - 1.0


@kernel
def _look(row: int, station: int, entries: Any, times: Floats, into: Floats, alone: bool) -> None:
    starts, cells, values, halvings = entries
    for layer in range(times.shape[0]):
        for slot in range(times.shape[2]):
            share = times[layer, row, slot]
            if share <= 0.0:
                continue
            for entry in range(starts[station], starts[station + 1]):
                chance = share * values[layer, entry]
                cell = cells[entry]
                if alone:
                    into[layer, slot, cell] = _joined(
                        into[layer, slot, cell], chance, layer, halvings
                    )
                elif chance > into[layer, slot, cell]:
                    into[layer, slot, cell] = chance


@kernel
def _fold(station: int, entries: Any, best: Floats, out: Floats) -> None:
    starts, cells, _, halvings = entries
    for layer in range(out.shape[0]):
        for slot in range(out.shape[1]):
            for entry in range(starts[station], starts[station + 1]):
                cell = cells[entry]
                found = best[layer, slot, cell]
                if found > 0.0:
                    out[layer, slot, cell] = _joined(out[layer, slot, cell], found, layer, halvings)
                    best[layer, slot, cell] = 0.0


@kernel
def looks(events: Any, entries: Any, spans: Any, sight: Any) -> Floats:
    """Return, per event, how many looks it had on average: the chances of all at work there, added.

    events: (cell, seconds, light, cloud). entries: (starts by cell, station, chance), stations of
    one group side by side. spans: (starts by station, low, high), in order and apart. sight:
    (group, night, lost under cloud, seconds a trace lasts) by station.
    """
    cells, seconds, light, cloud = events
    starts, stations, chances = entries
    first, low, high = spans
    group, night, lost, trace = sight
    found = np.zeros(len(cells))
    for k in range(len(cells)):
        last, best = -1, 0.0
        for entry in range(starts[cells[k]], starts[cells[k] + 1]):
            station = stations[entry]
            if group[station] != last:
                found[k] += best
                last, best = group[station], 0.0
            begin, end = first[station], first[station + 1]
            at = begin + np.searchsorted(low[begin:end], seconds[k] + trace[station], side="right")
            if at > begin and seconds[k] <= high[at - 1]:
                factor = night[station] + (1.0 - night[station]) * light[k]
                best = max(best, chances[entry] * factor * (1.0 - lost[station] * cloud[k]))
        found[k] += best
    return found


@kernel
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
