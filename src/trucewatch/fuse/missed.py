"""Who should have noticed an incident, and who of them tells nothing of it.

A watch that worked, on the spot, over the whole span in which the incident began, with its place
within range and view; likewise a null observation of something that happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import MODE_BY_MEANS, Array
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.incidents import WHEN, WHERE, Groups
from trucewatch.fuse.threads import shared_out

LOOKER = np.dtype([
    ("x", "f8"), ("y", "f8"), ("z", "f8"), ("lon", "f8"), ("lat", "f8"), ("start_h", "f8"),
    ("end_h", "f8"), ("radius_km", "f8"), ("bearing", "f8"), ("arc", "f8"), ("observer", "i4"),
])  # fmt: skip
# A watcher notices what happens near by with this chance, less towards the rim of its range.
DETECTS = 0.5
# Only what is timed this well can be held against a watch that has no account of it.
TIMED_H = 1.0
LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Watched:
    """Bits by which watchers would have noticed, were they independent of each other.

    silent: per group, of those who watched and tell nothing of it. others: per record, of all who
    watched but its own observer; NaN where its group is not timed well enough to say.
    """

    silent: Array
    others: Array


def watched(fused: Fused, of: Groups, lookers: pa.Table, threads: int) -> Watched:
    """Return who watched the groups, in bits of 0 and more.

    lookers: observer, means, lon, lat, radius_km, start_utc, end_utc, bearing_deg,
    field_of_view_deg of working watches and null observations (room.lookers).
    """
    found = Watched(np.zeros(len(of.sizes)), np.full(len(fused.accounts), np.nan))
    if not lookers.num_rows or not len(of.sizes):
        return found
    table, names = _lookers(lookers, fused)
    if len(table):
        longest = float((table["end_h"] - table["start_h"]).max())
        where, when = of.preferred[:, WHERE], of.preferred[:, WHEN]

        def looked(part: slice) -> None:
            members = (of.members, of.starts[part.start : part.stop + 1], names)
            chosen = (where[part], when[part])
            out = (found.silent[part], found.others)
            _look(fused.accounts.records, members, chosen, (table, longest), out)

        shared_out(len(of.sizes), threads, looked)
    return found


def _lookers(lookers: pa.Table, fused: Fused) -> tuple[Array, Array]:
    """The watchers on the spot by start, and the same number for each record's observer."""
    from trucewatch.fuse.accounts import codes, ecef, floats, hours

    code, names = codes(lookers["observer"])
    means, known_means = codes(lookers["means"])
    on_spot = np.array([MODE_BY_MEANS.get(m) == 0 for m in known_means] + [False])[means]
    table = np.zeros(len(code), LOOKER)
    for name, column in (("lon", "lon"), ("lat", "lat"), ("radius_km", "radius_km"),
                         ("bearing", "bearing_deg"), ("arc", "field_of_view_deg")):  # fmt: skip
        table[name] = floats(lookers[column])
    table["x"], table["y"], table["z"] = ecef(table["lon"], table["lat"])
    table["start_h"], table["end_h"] = hours(lookers["start_utc"]), hours(lookers["end_utc"])
    table["observer"] = code
    known = np.isfinite(table["x"]) & np.isfinite(table["radius_km"]) & on_spot
    table = table[known & np.isfinite(table["end_h"] - table["start_h"])]
    own, own_names = codes(fused.accounts.table["observer"])
    number = {name: n for n, name in enumerate(names)}
    same = np.array([number.get(name, -1) for name in own_names] + [-1])[own]
    return table[np.argsort(table["start_h"], kind="stable")], same[fused.accounts.records["row"]]


@kernel
def _look(records: Any, of: Any, preferred: Any, watching: Any, out: Any) -> None:
    members, starts, observer = of
    where, when = preferred
    lookers, longest = watching
    silent, others = out
    for group in range(silent.size):
        timed, placed = records[when[group]], records[where[group]]
        if not timed.latest_h - timed.start_h <= TIMED_H:
            continue
        first = np.searchsorted(lookers["start_h"], timed.start_h - longest)
        last = np.searchsorted(lookers["start_h"], timed.start_h, side="right")
        own = members[starts[group] : starts[group + 1]]
        others[own] = 0.0
        done = -1
        for n in range(first, min(last, first + LOOKED_AT)):
            watcher = lookers[n]
            if watcher.end_h < timed.latest_h or watcher.observer == done:
                continue
            chance = _chance(watcher, placed)
            if chance > 0.0:
                done = watcher.observer
                bits = -np.log2(1.0 - chance)
                silent[group] += 0.0 if _noted(observer, own, done, bits, others) else bits


@kernel
def _chance(watcher: Any, placed: Any) -> float:
    """Chance that a watcher notices what happens at a place: 0 out of range or view."""
    reach = watcher.radius_km - placed.radius_km
    dx, dy, dz = watcher.x - placed.x, watcher.y - placed.y, watcher.z - placed.z
    squared = dx * dx + dy * dy + dz * dz
    if reach <= 0.0 or not squared < reach * reach:
        return 0.0
    if not np.isnan(watcher.bearing) and not np.isnan(watcher.arc):
        east = (placed.lon - watcher.lon) * np.cos(np.radians(watcher.lat))
        toward = np.degrees(np.arctan2(east, placed.lat - watcher.lat))
        off = abs((toward - watcher.bearing + 180.0) % 360.0 - 180.0)
        if off > 0.5 * watcher.arc:
            return 0.0
    return float(DETECTS * (1.0 - squared / (reach * reach)))


@kernel
def _noted(observer: Any, own: Any, who: int, bits: float, others: Any) -> bool:
    """Add a watcher's bits to every account but its own; whether it has one."""
    tells = False
    for i in own:
        if observer[i] == who:
            tells = True
        else:
            others[i] += bits
    return tells
