"""The compiled form of the forecaster: signals of many days to probabilities with their range."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel, parallel_kernel
from trucewatch.outcomes import ESCALATION

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


@kernel
def _rows(values: Singles, ready: NDArray[np.bool_], half: Singles, learnt: Learnt) -> Ranged:
    knots, slopes, constant, climate, pairs, tempered = learnt
    pieces = _pieces(knots, slopes)
    out = np.empty((3, len(values), constant.size), dtype=np.float32)
    logits = np.empty((1, constant.size))
    for row in range(len(values)):
        _one(values[row], knots, pieces, (slopes, constant, pairs), logits[0])
        _chances(logits[0], ready[row], climate, tempered)
        _ranges(logits[0], half[row], out[:, row])
    return out[0], out[1], out[2]


@parallel_kernel
def _rows_parallel(
    values: Singles, ready: NDArray[np.bool_], half: Singles, learnt: Learnt
) -> Ranged:
    knots, slopes, constant, climate, pairs, tempered = learnt
    pieces = _pieces(knots, slopes)
    out = np.empty((3, len(values), constant.size), dtype=np.float32)
    for block in numba.prange((len(values) + 4095) // 4096):
        logits = np.empty(constant.size)
        for row in range(block * 4096, min(len(values), block * 4096 + 4096)):
            _one(values[row], knots, pieces, (slopes, constant, pairs), logits)
            _chances(logits, ready[row], climate, tempered)
            _ranges(logits, half[row], out[:, row])
    return out[0], out[1], out[2]


@kernel
def _pieces(knots: Floats, slopes: Floats) -> Floats:
    """Each signal's part as straight pieces: signals x pieces x (height, slope) x logits.

    A signal and its hinges bend only at the knots (which rise), so one piece holds them all.
    """
    count, each = knots.shape
    pieces = np.zeros((count, each + 1, 2, slopes.shape[1]))
    for i in range(count):
        pieces[i, 0, 1] = slopes[i]
        for k in range(each):
            hinge = slopes[count + i * each + k]
            pieces[i, k + 1, 0] = pieces[i, k, 0] - knots[i, k] * hinge
            pieces[i, k + 1, 1] = pieces[i, k, 1] + hinge
    return pieces


@kernel
def _one(
    value: Singles, knots: Floats, pieces: Floats,
    plain: tuple[Floats, Floats, NDArray[np.int64]], logits: Floats,
) -> None:  # fmt: skip
    """Add up the terms of terms_of: signals with their hinges, then products."""
    slopes, constant, pairs = plain
    count, each = knots.shape
    width = logits.size
    for j in range(width):
        logits[j] = constant[j // constant.shape[1], j % constant.shape[1]]
    for i in range(count):
        x, k = np.float64(value[i]), 0
        for knot in range(each):  # no branch to guess wrong
            k += x > knots[i, knot]
        for j in range(width):
            logits[j] += pieces[i, k, 0, j] + x * pieces[i, k, 1, j]
    for p in range(len(pairs)):
        product = np.float64(value[pairs[p, 0]]) * np.float64(value[pairs[p, 1]])
        for j in range(width):
            logits[j] += product * slopes[count + count * each + p, j]


@kernel
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


@kernel
def _temper(chance: Floats, terms: Floats) -> None:
    """Correct the probability of local escalation; the rest keeps its proportions."""
    raw = min(max(chance[ESCALATION], 1e-6), 1 - 1e-6)
    odds = terms[0] * math.log(raw) - terms[1] * math.log(1 - raw) + terms[2]
    better = 1 / (1 + math.exp(-odds))
    for o in range(len(chance)):
        chance[o] *= (1 - better) / (1 - raw)
    chance[ESCALATION] = better


@kernel
def _ranges(chance: Floats, half: float, out: Singles) -> None:
    """Write probabilities with their range, which is even in log-odds."""
    # odds times e, and odds over e, written without a logarithm
    e = math.exp(half)
    for k in range(chance.size):
        safe = min(max(chance[k], 1e-9), 1 - 1e-9)
        out[0, k] = chance[k]
        out[1, k] = safe / (safe + (1 - safe) * e)
        out[2, k] = safe / (safe + (1 - safe) / e)
