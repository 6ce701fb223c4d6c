"""Who else saw what one observer saw: the likelihood of an exercise's overlaps by dependence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.coverage import room, sweep
from trucewatch.coverage.ledger import Ledger, Outlook
from trucewatch.coverage.settings import settings_of
from trucewatch.mission import read_mission
from trucewatch.store import open_store

Floats = NDArray[np.float64]
KIND = "explosion"
MOST_SEEN = 8
NEAR_DEG = 0.05
LOOKED = Path(__file__).parent / "looked.sql"


@cache
def overlaps(folder: Path) -> list[tuple[Floats, Floats]]:
    """Return, per incident, the chances of the observers who saw it and of those who did not."""
    mission = read_mission(folder)
    direct = [name for name, term in vocabulary.means().items() if term.facts["direct"]]
    settings = settings_of(mission)
    with open_store(mission.store_path, read_only=True) as store:
        given = room._given(store, settings)
        seen = store.step(LOOKED, {"kind": KIND, "direct": direct}).to_pylist()
    book = room._ledger(given.watches, given.nulls, given, settings)
    return [pair for zone in mission.regions
            for pair in _in_zone(book, book.outlook(book.ground(zone), KIND), seen)]  # fmt: skip


def _in_zone(
    book: Ledger, outlook: Outlook, seen: list[dict[str, Any]]
) -> Iterator[tuple[Floats, Floats]]:
    points, chance = outlook.ground.points, outlook.chances
    lon, lat = (np.array([row[name] for row in seen]) for name in ("lon", "lat"))
    cells = sweep.nearest(points.lon, points.lat, lon, lat, NEAR_DEG)
    station = np.repeat(np.arange(len(book.stations)), np.diff(chance.starts))
    by_cell: dict[int, list[int]] = defaultdict(list)
    for entry, cell in enumerate(chance.cells.tolist()):
        by_cell[cell].append(entry)
    for row, cell in zip(seen, cells.tolist(), strict=True):
        looking: dict[str, float] = {}
        for entry in by_cell.get(cell, ()):
            found = book.stations[int(station[entry])]
            if any(low <= row["start_s"] < high for low, high in found.working):
                name, value = found.view.observer, float(chance.values[sweep.DETECTED, entry])
                looking[name] = max(looking.get(name, 0.0), min(value, 0.999))
        saw = [p for name, p in looking.items() if name in row["observers"]]
        if saw:
            missed = [p for name, p in looking.items() if name not in row["observers"]]
            yield np.array(saw), np.array(missed)


def log_likelihood(folder: Path, phi: float) -> float:
    """Return the log likelihood of the overlaps, given that somebody saw, for a dependence."""
    return sum(_of_one(saw[:MOST_SEEN], missed, phi) for saw, missed in overlaps(folder))


def _of_one(saw: Floats, missed: Floats, phi: float) -> float:
    # The chance that just these saw: over the subsets of who saw, with alternating signs.
    seen, others = _summed(saw, phi), float(_summed(missed, phi).sum())
    sums, signs = np.zeros(1), np.ones(1)
    for value in seen:
        sums, signs = np.concatenate([sums, sums + value]), np.concatenate([signs, -signs])
    these = float((signs * _all_miss(others + sums, phi)).sum())
    anybody = 1 - float(_all_miss(np.array([others + seen.sum()]), phi)[0])
    return float(np.log(max(these, 1e-12)) - np.log(max(anybody, 1e-12)))


def _summed(chance: Floats, phi: float) -> Floats:
    return np.asarray(-np.log1p(-chance) if phi == 0 else ((1 - chance) ** -phi - 1) / phi)


def _all_miss(total: Floats, phi: float) -> Floats:
    return np.asarray(np.exp(-total) if phi == 0 else (1 + phi * total) ** (-1 / phi))
