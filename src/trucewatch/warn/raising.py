"""Signs of preparation move the forecasts of the counts, day by day as known each day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import HORIZONS_H
from trucewatch.warn.alarms import Alarms
from trucewatch.warn.preparation import Scan
from trucewatch.warn.replay import ALARMED, Replay, alarms_of
from trucewatch.warn.weighing import SignWeights, rule_with_signs, weighed

Floats = NDArray[np.float64]


def raised_by_signs(again: Replay, found: Scan, learnt: SignWeights | None = None) -> Replay:
    """Return a replay whose every day is moved by the signs known that day, both ways.

    found: zones x days that end on the replay's last day; days before it, and days on which too
    little of the past was seen, stand as the counts alone foretell. The ranges move with their
    probabilities.
    """
    kept = min(again.days, found.ready.shape[1])
    days = slice(again.days - kept, again.days)
    rows = np.zeros(again.ready.shape, dtype=np.bool_)
    rows[:, days] = found.ready[:, found.ready.shape[1] - kept :]
    rows &= again.ready
    best = again.probability.copy()
    if rows.any():
        evidence = found.together[:, :, found.ready.shape[1] - kept :][:, rows[:, days]]
        for horizon in range(len(HORIZONS_H)):
            best[rows, horizon] = weighed(evidence, best[rows, horizon], horizon, learnt)
    moved = np.where(rows[..., None, None], _log_odds(best) - _log_odds(again.probability), 0.0)
    low, high = (
        np.where(moved == 0, end, 1 / (1 + np.exp(-_log_odds(end) - moved))).astype(np.float32)
        for end in (again.low, again.high)
    )
    return replace(again, probability=best, low=low, high=high)


def alarms_with_signs(raised: Replay, budget_per_year: float) -> dict[str, Alarms]:
    """Raise the alarms of every outcome over a replay that signs have moved."""
    return {
        name: alarms_of(
            raised, name, budget_per_year,
            rule_with_signs(name, budget_per_year, len(raised.zones)),
        )
        for name in ALARMED
    }  # fmt: skip


def _log_odds(chance: NDArray[Any]) -> Floats:
    safe = np.clip(chance.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(safe / (1 - safe)))
