"""The compiled form of the forecaster: signals of many days to probabilities with their range."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from trucewatch.warn.compiled import compiled, compiled_parallel
from trucewatch.warn.outcomes import ESCALATION

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
# knots, slopes, constants, log climate, places of the pairs, tempering of each window
Learnt = tuple[Floats, Floats, Floats, Floats, NDArray[np.int64], Floats]
Ranged = tuple[Singles, Singles, Singles]

PARALLEL_FROM = 20_000


def foretell(values: Singles, ready: NDArray[np.bool_], half: Singles, learnt: Learnt) -> Ranged:
    """Return (best, low, high), each rows x (horizons x outcomes); each window's best sum to 1.

    values: rows x signals. half: half-width of the range in log-odds. Rows not ready get the
    climate.
    """
    walk = _rows_parallel if len(values) >= PARALLEL_FROM else _rows
    found: Ranged = walk(values, ready, half, learnt)
    return found


@compiled
def _rows(values: Singles, ready: NDArray[np.bool_], half: Singles, learnt: Learnt) -> Ranged:
    knots, slopes, constant, climate, pairs, tempered = learnt
    out = np.empty((3, len(values), constant.size), dtype=np.float32)
    logits = np.empty((1, constant.size))
    for row in range(len(values)):
        _one(values[row], knots, slopes, constant, pairs, logits[0])
        _chances(logits[0], ready[row], climate, tempered)
        _ranges(logits[0], half[row], out[:, row])
    return out[0], out[1], out[2]


@compiled_parallel
def _rows_parallel(
    values: Singles, ready: NDArray[np.bool_], half: Singles, learnt: Learnt
) -> Ranged:
    knots, slopes, constant, climate, pairs, tempered = learnt
    out = np.empty((3, len(values), constant.size), dtype=np.float32)
    for block in numba.prange((len(values) + 4095) // 4096):
        logits = np.empty(constant.size)
        for row in range(block * 4096, min(len(values), block * 4096 + 4096)):
            _one(values[row], knots, slopes, constant, pairs, logits)
            _chances(logits, ready[row], climate, tempered)
            _ranges(logits, half[row], out[:, row])
    return out[0], out[1], out[2]


@compiled
def _one(
    value: Singles, knots: Floats, slopes: Floats, constant: Floats, pairs: NDArray[np.int64],
    logits: Floats,
) -> None:  # fmt: skip
    """Add up the terms in the order of terms_of: signals, hinges, products."""
    count, each = knots.shape
    width = logits.size
    for j in range(width):
        logits[j] = constant[j // constant.shape[1], j % constant.shape[1]]
    for i in range(count):
        x = np.float64(value[i])
        for j in range(width):
            logits[j] += x * slopes[i, j]
        for k in range(each):
            over = x - knots[i, k]
            if over > 0.0:
                for j in range(width):
                    logits[j] += over * slopes[count + i * each + k, j]
    for p in range(len(pairs)):
        product = np.float64(value[pairs[p, 0]]) * np.float64(value[pairs[p, 1]])
        for j in range(width):
            logits[j] += product * slopes[count + count * each + p, j]


@compiled
def _chances(logits: Floats, ready: bool, climate: Floats, tempered: Floats) -> None:
    """Turn the logits of one row into probabilities, window by window, in place."""
    windows, outcomes = climate.shape
    for w in range(windows):
        first = w * outcomes
        top, total = -1e300, 0.0
        for o in range(outcomes):
            if not ready:
                logits[first + o] = climate[w, o]
            top = max(top, logits[first + o])
        for o in range(outcomes):
            logits[first + o] = math.exp(logits[first + o] - top)
            total += logits[first + o]
        for o in range(outcomes):
            logits[first + o] /= total
        if ready:
            _temper(logits[first : first + outcomes], tempered[w])


@compiled
def _temper(chance: Floats, terms: Floats) -> None:
    """Correct the probability of local escalation; the rest keeps its proportions."""
    raw = min(max(chance[ESCALATION], 1e-6), 1 - 1e-6)
    odds = terms[0] * math.log(raw) - terms[1] * math.log(1 - raw) + terms[2]
    better = 1 / (1 + math.exp(-odds))
    for o in range(len(chance)):
        chance[o] *= (1 - better) / (1 - raw)
    chance[ESCALATION] = better


@compiled
def _ranges(chance: Floats, half: float, out: Singles) -> None:
    """Write probabilities with their range, which is even in log-odds."""
    for k in range(chance.size):
        safe = min(max(chance[k], 1e-9), 1 - 1e-9)
        centre = math.log(safe / (1 - safe))
        out[0, k] = chance[k]
        out[1, k] = 1 / (1 + math.exp(half - centre))
        out[2, k] = 1 / (1 + math.exp(-half - centre))
