"""Where happenings are: weights of a zone's points from located accounts, undoing where we looked.

An account at a place counts as one over the number of looks that a happening there would have
had, so that a place watched ten times as well does not seem ten times as busy (Horvitz and
Thompson 1952). A share of the weight is always spread evenly over the zone, for places nobody
looked at. Weights of a week use the accounts of the weeks before it, so that old figures stand
still.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.coverage.lattice import Lattice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEK_S = 7 * 86_400.0
# Below this number of accounts in a zone, area-hours alone are weighed.
ACCOUNTS_MIN = 50
# The share of the weight that is spread evenly over the zone, whatever was seen where.
EVEN_SHARE = 0.1
# A place with fewer looks per happening than this counts as if it had so many: one lucky account
# from nowhere must not outweigh a hundred.
LOOKS_MIN = 0.1


@dataclass(frozen=True, slots=True)
class Accounts:
    """Located accounts: kind of vocabulary/kinds.yaml, seconds since 1970, place in degrees."""

    kind: NDArray[np.str_]
    time_s: Floats
    lon: Floats
    lat: Floats

    def of(self, family: str) -> Accounts:
        """Return the accounts of one family of kinds."""
        terms = vocabulary.kinds()
        names = [str(name) for name in np.unique(self.kind)]
        chosen = [n for n in names if n in terms and terms[n].facts["family"] == family]
        return self._at(np.isin(self.kind, np.array(chosen, dtype=self.kind.dtype)))

    def since(self, start_s: float) -> Accounts:
        """Return the accounts from an instant on."""
        return self._at(self.time_s >= start_s)

    def _at(self, at: NDArray[np.bool_]) -> Accounts:
        return Accounts(self.kind[at], self.time_s[at], self.lon[at], self.lat[at])


@dataclass(frozen=True, slots=True)
class Work:
    """What the stations of an outlook did: entries of chance, and spans of work in seconds."""

    station: Ints
    cells: Ints
    chance: Floats
    span_station: Ints
    low: Floats
    high: Floats
    stations: int

    def looks(self, cells: int, before_s: float) -> Floats:
        """Return, per cell, the looks a happening would have had on average before an instant."""
        low, high = self.low, np.minimum(self.high, before_s)
        seconds = np.clip(high - low, 0, None)
        worked = np.bincount(self.span_station, seconds, minlength=self.stations)
        begin = float(low.min()) if len(low) else before_s
        total = np.bincount(self.cells, self.chance * worked[self.station], minlength=cells)
        return np.asarray(total / max(before_s - begin, 1.0))


@dataclass(slots=True)
class Exposure:
    """The weights of one zone and row kind, week by week."""

    time_s: Floats
    cell: Ints
    work: Work
    cells: int
    _known: dict[int, Floats | None]

    @classmethod
    def of(cls, points: Lattice, accounts: Accounts, work: Work) -> Exposure:
        """Return the exposure of a zone from the accounts that lie in it."""
        from trucewatch.coverage.sweep import nearest

        reach_deg = 0.75 * points.spacing_km / 111.2
        cell = nearest(points.lon, points.lat, accounts.lon, accounts.lat, reach_deg)
        inside = cell >= 0
        return cls(accounts.time_s[inside], cell[inside], work, len(points.lon), {})

    def weights(self, start_s: float) -> Floats | None:
        """Return the weights of the points for a window, summing to 1; None: weigh by area."""
        week = int(start_s // WEEK_S)
        if week not in self._known:
            # A first week has no week before it: it stands on its own accounts.
            before, within = self._weights(week * WEEK_S), self._weights((week + 1) * WEEK_S)
            self._known[week] = within if before is None else before
        return self._known[week]

    def _weights(self, before_s: float) -> Floats | None:
        known = self.cell[self.time_s < before_s]
        if len(known) < ACCOUNTS_MIN:
            return None
        looks = np.maximum(self.work.looks(self.cells, before_s), LOOKS_MIN)
        busy = np.bincount(known, minlength=self.cells) / looks
        even = EVEN_SHARE / self.cells
        return np.asarray((1 - EVEN_SHARE) * busy / busy.sum() + even)
