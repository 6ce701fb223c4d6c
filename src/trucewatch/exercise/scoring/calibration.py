"""How far stated probabilities can be believed: reliability table, Brier score, ECE."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Brier score, expected calibration error and the reliability table they come with.

    brier: mean squared difference, 0 is perfect. ece: mean over ten equal bins, weighted by
    rows, of |mean probability - share that came true| (Guo et al. 2017). None without rows.
    """

    brier: float | None
    ece: float | None
    rows: int
    reliability: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return asdict(self)


def calibration(probability: Floats, happened: NDArray[np.bool_]) -> Calibration:
    """Return the calibration of probabilities (0..1; NaN is left out) against what happened."""
    known = np.isfinite(probability)
    stated, true = probability[known].astype(float), happened[known].astype(float)
    if not len(stated):
        return Calibration(None, None, 0, ())
    at = np.clip((stated * BINS).astype(int), 0, BINS - 1)
    rows = np.bincount(at, minlength=BINS)
    said, came = (np.bincount(at, v, BINS) / np.maximum(rows, 1) for v in (stated, true))
    ece = float((rows * np.abs(said - came)).sum() / len(stated))
    table = tuple(
        {"from": n / BINS, "to": (n + 1) / BINS, "rows": int(rows[n]),
         "mean_probability": float(said[n]), "share_true": float(came[n])}
        for n in range(BINS) if rows[n]
    )  # fmt: skip
    return Calibration(float(((stated - true) ** 2).mean()), ece, len(stated), table)
