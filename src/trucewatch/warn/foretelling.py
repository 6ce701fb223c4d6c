"""The compiled form of the forecaster: signals of many days to probabilities with their range."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from trucewatch.warn.compiled import compiled, compiled_parallel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
# knots, slopes, constants, log climate, places of the pairs
Learnt = tuple[Floats, Floats, Floats, Floats, NDArray[np.int64]]
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
    knots, slopes, constant, climate, pairs = learnt
    out = np.empty((3, len(values), constant.size), dtype=np.float32)
    logits = np.empty((1, constant.size))
    for row in range(len(values)):
        _one(values[row], knots, slopes, constant, pairs, logits[0])
        _ranges(logits[0], ready[row], half[row], climate, out[:, row])
    return out[0], out[1], out[2]


@compiled_parallel
def _rows_parallel(
    values: Singles, ready: NDArray[np.bool_], half: Singles, learnt: Learnt
) -> Ranged:
    knots, slopes, constant, climate, pairs = learnt
    out = np.empty((3, len(values), constant.size), dtype=np.float32)
    for block in numba.prange((len(values) + 4095) // 4096):
        logits = np.empty(constant.size)
        for row in range(block * 4096, min(len(values), block * 4096 + 4096)):
            _one(values[row], knots, slopes, constant, pairs, logits)
            _ranges(logits, ready[row], half[row], climate, out[:, row])
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
def _ranges(logits: Floats, ready: bool, half: float, climate: Floats, out: Singles) -> None:
    """Turn the logits of one row into probabilities and their range, window by window."""
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
            best = logits[first + o] / total
            safe = min(max(best, 1e-9), 1 - 1e-9)
            centre = math.log(safe / (1 - safe))
            out[0, first + o] = best
            out[1, first + o] = 1 / (1 + math.exp(half - centre))
            out[2, first + o] = 1 / (1 + math.exp(-half - centre))
