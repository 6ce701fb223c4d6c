"""From bits to a probability that holds: a rising curve fitted where the truth is known."""

from __future__ import annotations

import numpy as np

from trucewatch.fuse.accounts import Array
from trucewatch.fuse.neighbours import Pairs
from trucewatch.fuse.options import HELD, MODES, Parameters

KNOTS = 16
LEAST, MOST = 0.0005, 0.9995
LEAST_PAIRS = 1000
Knot = tuple[float, float]
# A class of pairs needs this many before its own curve counts for as much as that of all.
PAIRS_AS_ALL = 2000


def held_of(records: Array, pairs: Pairs) -> Array:
    """Return the index into HELD of each pair: how many of the two were told."""
    told = (records["mode"] >= MODES.index("reported")).astype(np.int64)
    return np.asarray(told[pairs.left] + told[pairs.right])


def probability(bits: Array, held: Array, parameters: Parameters) -> Array:
    """Return the calibrated probability of weights in bits: a rising curve for each of HELD.

    held: per pair its index into HELD. Between knots a curve is straight in bits (log odds), so
    that it is monotone.
    """
    stated = np.empty(len(bits))
    for row, name in enumerate(HELD):
        knots = np.array(parameters.calibration[name])
        share = np.clip(knots[:, 1], 1e-9, 1 - 1e-9)
        odds = np.interp(bits[held == row], knots[:, 0], np.log2(share / (1 - share)))
        stated[held == row] = 1 / (1 + np.exp2(-odds))
    return stated


def calibrations(bits: Array, same: Array, held: Array) -> dict[str, tuple[Knot, ...]]:
    """Return a curve for each of HELD, drawn towards that of all pairs where there are few.

    held: per pair its index into HELD. Raises ValueError for fewer than 1,000 pairs in all.
    """
    everything, curves = calibration(bits, same), {}
    for row, name in enumerate(HELD):
        own = held == row
        many = int(own.sum())
        if many < LEAST_PAIRS:
            curves[name] = everything
            continue
        knots = calibration(bits[own], same[own])
        trust = many / (many + PAIRS_AS_ALL)
        common = np.interp([x for x, _ in knots], *_odds(everything))
        mixed = trust * _odds(knots)[1] + (1 - trust) * common
        curves[name] = tuple(
            (x, round(float(1 / (1 + 2.0**-y)), 5)) for (x, _), y in zip(knots, mixed, strict=True)
        )
    return curves


def bits_at(knots: tuple[Knot, ...], share: float) -> float:
    """Return the weight in bits at which a curve reaches a probability, within its knots."""
    bits, odds = _odds(knots)
    return float(np.interp(np.log2(share / (1 - share)), odds, bits))


def _odds(knots: tuple[Knot, ...]) -> tuple[Array, Array]:
    bits, share = np.array(knots).T
    return bits, np.log2(share / (1 - share))


def calibration(bits: Array, same: Array) -> tuple[Knot, ...]:
    """Return knots (bits, probability), strictly rising in bits and never falling in probability.

    bits: weights of pairs; same: whether each is truly one happening. Isotonic regression (pool
    adjacent violators) over equal groups of pairs. Raises ValueError for fewer than 1,000 pairs.
    """
    if len(bits) < LEAST_PAIRS:
        raise ValueError(f"{len(bits)} pairs are too few to calibrate on; take 1,000 or more")
    order = np.argsort(bits, kind="stable")
    groups = np.array_split(order, min(400, len(bits) // 50))
    middle = np.array([float(np.mean(bits[group])) for group in groups])
    share = _rising(np.array([float(np.mean(same[group])) for group in groups]))
    inner = np.clip(share, LEAST, MOST)
    odds = np.log2(inner / (1 - inner))
    # Knots stand evenly over the range in which the answer is not plain.
    open_ = np.flatnonzero((share > LEAST) & (share < MOST))
    low, high = (middle[open_[0]], middle[open_[-1]]) if len(open_) else (-1.0, 1.0)
    at = np.unique(np.round(np.linspace(low, high, KNOTS), 2))
    smooth = np.interp(at, middle, np.convolve(np.pad(odds, 2, "edge"), np.ones(5) / 5, "valid"))
    smooth = np.maximum.accumulate(smooth)
    return tuple(
        (float(x), round(float(1 / (1 + 2.0**-y)), 5)) for x, y in zip(at, smooth, strict=True)
    )


def _rising(values: Array) -> Array:
    """Pool neighbours until the values never fall."""
    pooled: list[tuple[float, int]] = []
    for value in values:
        pooled.append((float(value), 1))
        while len(pooled) > 1 and pooled[-2][0] > pooled[-1][0]:
            (a, m), (b, n) = pooled[-2:]
            pooled[-2:] = [((a * m + b * n) / (m + n), m + n)]
    return np.concatenate([np.full(many, value) for value, many in pooled])


def expected_calibration_error(probability: Array, same: Array, bins: int = 10) -> float:
    """Return the mean distance of stated from found share over equal bins, weighted by pairs.

    Range 0..1, perfect 0 (Naeini et al. 2015).
    """
    which = np.minimum((probability * bins).astype(int), bins - 1)
    many = np.bincount(which, minlength=bins)
    stated = np.bincount(which, probability, bins)
    found = np.bincount(which, same, bins)
    return float(np.abs(stated - found).sum() / max(1, many.sum()))
