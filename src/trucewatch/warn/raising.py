"""Signs outside the counts raise the probability of a collapse, day by day; nothing lowers it.

Signs of preparation come together: each stands high by chance on many a day, several at once
seldom. So what they add is counted from where ordinary days end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import COLLAPSE, ESCALATION
from trucewatch.warn.replay import Replay

Floats = NDArray[np.float64]

# Log-odds that signs add up to on ordinary days, and the part of the rest that escalation takes.
ORDINARY_LOG_ODDS = 3.5
ESCALATION_SHARE = 0.3


def net_log_odds(total: Any) -> Floats:
    """Return what signs add after ordinary days are taken off: 0 at 0, above 0, about total - 3.5.

    total: the sum of points of surprise times weights, 0 or more; a number or an array.
    """
    gross = np.maximum(np.asarray(total, dtype=np.float64), 0.0)
    at_rest = np.logaddexp(0.0, -ORDINARY_LOG_ODDS)
    return np.asarray(np.logaddexp(0.0, gross - ORDINARY_LOG_ODDS) - at_rest)


def shifted_windows(chance: NDArray[Any], added: Any) -> Floats:
    """Return windows (... x outcomes) with the odds of collapse raised by log-odds `added`.

    Local escalation rises by a part of it; the rest makes room. Each window still sums to 1.
    """
    lift = np.maximum(np.asarray(added, dtype=np.float64), 0.0)
    worse = np.array(chance, dtype=np.float64)
    worse[..., COLLAPSE] *= np.exp(lift)
    worse[..., ESCALATION] *= np.exp(ESCALATION_SHARE * lift)
    total = worse.sum(axis=-1, keepdims=True)
    return np.asarray(worse / np.where(total > 0, total, 1.0))


def raised_by_signs(again: Replay, added: Floats) -> Replay:
    """Return a replay whose every day is raised by the signs known that day.

    added: zones x days of net log-odds that end on the replay's last day; earlier days have none.
    The ranges move with their probabilities.
    """
    lift = np.zeros(again.ready.shape)
    kept = min(again.days, added.shape[1])
    lift[:, again.days - kept :] = added[:, added.shape[1] - kept :]
    best = shifted_windows(again.probability, lift[:, :, None])
    moved = _log_odds(best) - _log_odds(again.probability)
    low, high = (
        (1 / (1 + np.exp(-_log_odds(end) - moved))).astype(np.float32)
        for end in (again.low, again.high)
    )
    return replace(again, probability=best.astype(np.float32), low=low, high=high)


def _log_odds(chance: NDArray[Any]) -> Floats:
    safe = np.clip(chance.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(safe / (1 - safe)))
