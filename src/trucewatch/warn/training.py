"""Learning the coefficients from simulated truces: python -m trucewatch.warn.training.

No real truce is used. The seeds from 1,000,000 on are kept for tests and never trained on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import HORIZONS_H, OUTCOMES, happenings, window_outcomes
from trucewatch.rolling import whole_mission
from trucewatch.warn.forecaster import COEFFICIENTS, coefficients, terms_of
from trucewatch.warn.signals import NAMES, delayed, signals
from trucewatch.warn.simulate import FAMILIES, MIX, simulate_truce

Floats = NDArray[np.float64]
Rows = tuple[NDArray[np.float32], NDArray[np.int8]]
Habit = tuple[dict[str, Floats], dict[str, Floats]]

FIRST_TEST_SEED = 1_000_000
KNOT_QUANTILES = (0.1, 0.35, 0.65, 0.85, 0.95, 0.99)
RIDGE = 3.0
# More rows teach little more and cost as much again.
MOST_ROWS = 150_000
MOST_STEPS = 160


def rows_of(level: str, seed: int, every: int) -> Iterator[Rows]:
    """Yield (signals, outcomes per horizon) of a truce's zones and of its whole, thinned."""
    truce = simulate_truce(level, seed)
    lag = seed % 2
    for reported in _views(truce.reported):
        if reported.shape[1] < 60:
            continue
        found = delayed(signals(reported, lag=lag), lag)
        happened = happenings(reported)
        labels = np.stack([window_outcomes(happened, h) for h in HORIZONS_H], axis=-1)
        usable = found.ready & (labels >= 0).any(axis=-1)
        usable[:, (np.arange(reported.shape[1]) + seed) % every != 0] = False
        yield found.values[usable], labels[usable]


def _views(reported: Floats) -> Iterator[Floats]:
    """The zones, and the mission as a series of its own, as in a replay."""
    yield reported
    if reported.shape[0] > 1:
        yield whole_mission(reported)


def gather(truces: int, every: int = 3) -> Rows:
    """Simulate and stack the training rows, in the stated mix of levels."""
    parts = [
        part
        for level, share in MIX
        for seed in range(int(truces * share))
        for part in rows_of(level, seed, every)
    ]
    values, labels = (np.concatenate([p[i] for p in parts]) for i in (0, 1))
    if len(values) <= MOST_ROWS:
        return values, labels
    kept = np.random.default_rng(0).permutation(len(values))[:MOST_ROWS]
    return values[kept], labels[kept]


def fit(values: NDArray[np.float32], labels: NDArray[np.int8]) -> dict[str, Floats]:
    """Fit one softmax regression per horizon with a ridge; labels below 0 are left out."""
    knots = np.quantile(values.astype(np.float64), KNOT_QUANTILES, axis=0).T
    terms = terms_of(values, knots)
    centre, scale = terms.mean(axis=0, dtype=np.float64), terms.std(axis=0, dtype=np.float64)
    scale = np.where(scale < 1e-3, 1.0, scale)
    terms = ((terms - centre) / scale).astype(np.float32)
    fitted = [_softmax_regression(terms, labels[:, h]) for h in range(len(HORIZONS_H))]
    return {
        "knots": knots, "centre": centre, "scale": scale,
        "weights": np.stack([w for w, _ in fitted]), "climate": np.stack([c for _, c in fitted]),
    }  # fmt: skip


def _softmax_regression(
    terms: NDArray[np.float32], label: NDArray[np.int8]
) -> tuple[Floats, Floats]:
    from scipy.optimize import minimize

    keep = label >= 0
    design = np.hstack([terms[keep], np.ones((keep.sum(), 1), dtype=np.float32)])
    target = np.eye(len(OUTCOMES), dtype=np.float32)[label[keep]]
    shape = (design.shape[1], len(OUTCOMES))

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = design @ weights
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        total = odds.sum(axis=1, keepdims=True)
        value = -float(np.sum((logits - np.log(total)) * target, dtype=np.float64))
        slope = (design.T @ (odds / total - target)).astype(np.float64)
        penalty = flat.reshape(shape).copy()
        penalty[-1] = 0.0
        return (
            (value + 0.5 * RIDGE * float(np.sum(penalty**2))) / len(design),
            ((slope + RIDGE * penalty) / len(design)).ravel(),
        )

    found = minimize(
        loss,
        np.zeros(shape[0] * shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MOST_STEPS},
    )
    rates = target.mean(axis=0, dtype=np.float64)
    return found.x.reshape(shape), np.maximum(rates, 1e-6) / np.maximum(rates, 1e-6).sum()


def store(fitted: dict[str, Floats], habit: Habit, made_from: str) -> None:
    """Write coefficients.json; habit: see calibration.alarm_habit."""
    document = {
        "signals": list(NAMES),
        "made_from": made_from,
        **{key: _short(value) for key, value in fitted.items()},
        "false_weeks": {k: _short(v) for k, v in habit[0].items()},
        "allowed": {k: _short(v) for k, v in habit[1].items()},
    }
    COEFFICIENTS.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


def _short(values: Floats) -> object:
    """Six significant digits: enough for a probability, and a file that a person can diff."""
    return np.vectorize(lambda x: float(f"{x:.6g}"))(values).tolist()


def train(truces: int, every: int, calibrated_on: int) -> None:
    """Learn from simulated truces, then calibrate on others, and store both."""
    made_from = f"{truces} simulated truces ({MIX}; {FAMILIES}), every {every}th day"
    calibrate(fit(*gather(truces, every)), made_from, calibrated_on)


def calibrate(fitted: dict[str, Floats], made_from: str, truces: int) -> None:
    """Temper the odds of local escalation, then measure what alarms cost, each as then stored."""
    from trucewatch.warn.calibration import UNTEMPERED, alarm_habit, temper

    said = f"{made_from}; tempered on {4 * truces} others, alarms walked on {truces} of each level"
    # What stands serves meanwhile: nobody who reads the file finds it half made.
    kept = (coefficients().false_weeks, coefficients().allowed)
    fitted = fitted | {"tempered": np.array([UNTEMPERED] * len(HORIZONS_H))}
    _swap(fitted, kept, said)
    fitted = fitted | {"tempered": temper(4 * truces)}
    _swap(fitted, kept, said)
    _swap(fitted, alarm_habit(truces), said)


def _swap(fitted: dict[str, Floats], kept: Habit, said: str) -> None:
    store(fitted, kept, said)
    coefficients.cache_clear()


def _stored() -> tuple[dict[str, Floats], str]:
    """The weights as they stand, to be calibrated anew."""
    document = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    names = ("knots", "centre", "scale", "weights", "climate")
    return {n: np.asarray(document[n]) for n in names}, document["made_from"].split(";")[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truces", type=int, default=1000)
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--calibrated-on", type=int, default=100)
    parser.add_argument("--only-calibrate", action="store_true", help="keep the weights")
    given = parser.parse_args()
    if given.only_calibrate:
        calibrate(*_stored(), given.calibrated_on)
    else:
        train(given.truces, given.every, given.calibrated_on)
