"""Where and at which hours happenings are: weights from located accounts, undoing where we looked.

An account counts as one over the number of looks that a happening there and then would have had,
so that a place watched ten times as well does not seem ten times as busy (Horvitz and Thompson
1952): a happening that three people report weighs three times a third. Some weight is spread
evenly over the zone, the less the more accounts there are, for places nobody looked at. Weights
of a week use the accounts of the weeks before it, so that old figures stand still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.coverage.lattice import Lattice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Looks = Callable[[Ints, Floats], Floats]

WEEK_S = 7 * 86_400.0
# Below this number of accounts in a zone, area-hours alone are weighed.
ACCOUNTS_MIN = 50
# So many accounts' worth of weight lies evenly over the zone, whatever was seen where.
EVEN_ACCOUNTS = 10.0
# A place with fewer looks per happening than this counts as if it had so many: one lucky account
# from nowhere must not outweigh a hundred.
LOOKS_MIN = 0.1
DAY_S = 86_400.0


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


@dataclass(slots=True)
class Exposure:
    """The weights of one zone and row kind, week by week: one row per account in the zone."""

    time_s: Floats
    cell: Ints
    weight: Floats
    cells: int
    _last: tuple[Any, Floats | None] = field(default=((), None))

    @classmethod
    def of(cls, points: Lattice, accounts: Accounts, looks: Looks) -> Exposure:
        """Return the exposure of a zone from the accounts that lie in it.

        looks: (cell, seconds) of accounts -> how many looks a happening there and then had.
        """
        from trucewatch.coverage.sweep import nearest

        reach_deg = 0.75 * points.spacing_km / 111.2
        cell = nearest(points.lon, points.lat, accounts.lon, accounts.lat, reach_deg)
        inside = cell >= 0
        cell, time_s = cell[inside], accounts.time_s[inside]
        weight = 1 / np.maximum(looks(cell, time_s), LOOKS_MIN)
        return cls(time_s, cell, weight, len(points.lon))

    def weights(self, start_s: float, edges: Floats) -> Floats | None:
        """Return the weights (slot, cell) of a piece of time, summing to 1; None: weigh by area.

        start_s: of the window, which says which weeks lie before it; edges: of the piece's slots.
        An account stands for its hour of the day on every day of the piece.
        """
        key = int(start_s // WEEK_S), float(edges[0] % DAY_S), len(edges), float(np.ptp(edges))
        if self._last[0] != key:
            # A first week has no week before it: it stands on its own accounts.
            before = self._weights(key[0] * WEEK_S, edges)
            within = self._weights((key[0] + 1) * WEEK_S, edges) if before is None else before
            self._last = key, within
        return self._last[1]

    def _weights(self, before_s: float, edges: Floats) -> Floats | None:
        known = self.time_s < before_s
        if int(known.sum()) < ACCOUNTS_MIN:
            return None
        weight, cell = self.weight[known], self.cell[known]
        into = (self.time_s[known] - edges[0]) % DAY_S
        slots, whole = len(edges) - 1, np.zeros((len(edges) - 1) * self.cells)
        for day in range(int(np.ceil(np.ptp(edges) / DAY_S))):
            slot = np.searchsorted(edges - edges[0], into + day * DAY_S, side="right") - 1
            here = slot < slots
            at = slot[here] * self.cells + cell[here]
            whole += np.bincount(at, weight[here], minlength=len(whole))
        alike = 1 / len(whole)
        if not whole.any():
            return np.full((slots, self.cells), alike)
        # As many equal accounts would tell as much as these (Kish 1965).
        worth = weight.sum() ** 2 / (weight**2).sum()
        even = EVEN_ACCOUNTS / (EVEN_ACCOUNTS + worth)
        spread = (1 - even) * whole / whole.sum() + even * alike
        return np.asarray(spread.reshape(slots, self.cells))
