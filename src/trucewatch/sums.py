"""Sums over trailing windows in one compiled pass; loaded when the first window is asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel

Floats = NDArray[np.float64]


@kernel
def window_sums(rows: Floats, days: int, total: Floats, number: Floats) -> None:
    """Write per row and day the sum and the number of the known days among the last `days`."""
    for r in range(rows.shape[0]):
        running, known = 0.0, 0.0
        for t in range(rows.shape[1]):
            value = rows[r, t]
            if np.isfinite(value):
                running += value
                known += 1.0
            if t >= days and np.isfinite(rows[r, t - days]):
                running -= rows[r, t - days]
                known -= 1.0
            if known == 0.0:
                running = 0.0  # nothing known: no rounding is carried on
            total[r, t], number[r, t] = max(running, 0.0), known
