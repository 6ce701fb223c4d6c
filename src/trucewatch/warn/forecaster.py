"""Signals -> probabilities of the four outcomes: an additive model learnt from simulated truces."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import ContractError
from trucewatch.outcomes import HORIZONS_H, OUTCOMES
from trucewatch.warn.foretelling import foretell
from trucewatch.warn.signals import NAMES, Signals

Floats = NDArray[np.float64]

COEFFICIENTS = Path(__file__).parent / "coefficients.json"
PAIRS = (
    ("three_days", "other_zones"), ("three_days", "wildness"), ("week", "high_days"),
    ("day", "day_before"), ("mission", "three_days"), ("month", "weeks_above"),
    ("day", "lag"), ("three_days", "lag"), ("week", "week"), ("day_before", "lag"),
    ("record", "high_days"), ("record", "three_days"), ("record_week", "week"),
    ("cusum", "wildness"), ("month", "wildness"), ("month_ahead", "wildness"),
    ("week", "wildness"), ("record", "wildness"), ("month_ahead", "week"),
    ("reach_month", "eroding"), ("reach_month_week", "weeks_above"), ("reach_month", "lag"),
    ("reach_day", "escalated"), ("reach_day", "lag"), ("reach_run", "pace"),
    ("reach_week", "week"), ("reach_month_week", "pace"), ("reach_run", "reach_month_week"),
)  # fmt: skip
# Half-width of the stated range in log-odds: with fresh data, and per root of a day without.
FRESH_HALF_WIDTH = 0.5
STALE_HALF_WIDTH = 0.45


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What was learnt: knots (signals x K), weights (horizons x terms x outcomes), rates.

    centre, scale: mean and s.d. of each term in training. climate: horizons x outcomes, how
    often each outcome came in training. tempered: horizons x (a, b, c), see
    calibration.temper. false_weeks: outcome -> rows of (score, false weeks a year of an alarm at
    it). allowed: outcome -> rows of (budget, false weeks a year that a bar may be expected to
    cost). Both rise in the first; see calibration.alarm_habit.
    """

    knots: Floats
    centre: Floats
    scale: Floats
    weights: Floats
    climate: Floats
    tempered: Floats
    false_weeks: dict[str, Floats]
    allowed: dict[str, Floats]
    made_from: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """Probabilities zones x days x horizons x outcomes that sum to 1, and their range."""

    probability: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]


@cache
def coefficients() -> Coefficients:
    """Read the coefficients that came with the program."""
    stored: dict[str, Any] = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    if tuple(stored["signals"]) != NAMES:
        raise ContractError("coefficients.json was learnt for other signals; train anew")
    arrays = {
        key: np.asarray(stored[key], dtype=np.float64)
        for key in ("knots", "centre", "scale", "weights", "climate", "tempered")
    }
    false_weeks, allowed = (
        {outcome: np.asarray(rows, dtype=np.float64) for outcome, rows in stored[key].items()}
        for key in ("false_weeks", "allowed")
    )
    return Coefficients(
        **arrays, false_weeks=false_weeks, allowed=allowed, made_from=stored["made_from"]
    )


def terms_of(values: NDArray[np.float32], knots: Floats) -> NDArray[np.float32]:
    """Expand signals (rows x signals) into terms: each signal, its hinges, products."""
    hinges = [
        np.maximum(values[:, [i]] - knots[i].astype(np.float32), 0) for i in range(values.shape[1])
    ]
    place = {name: i for i, name in enumerate(NAMES)}
    products = [(values[:, place[a]] * values[:, place[b]])[:, None] for a, b in PAIRS]
    return np.hstack([values, *hinges, *products]).astype(np.float32)


def term_owners(knots: Floats) -> list[tuple[int, ...]]:
    """Which signals each term is made of, in the order of terms_of."""
    count, each = knots.shape
    place = {name: i for i, name in enumerate(NAMES)}
    singles = [(i,) for i in range(count)] + [(i,) for i in range(count) for _ in range(each)]
    return singles + [(place[a], place[b]) for a, b in PAIRS]


def forecast(found: Signals, learnt: Coefficients | None = None) -> Forecast:
    """Return the probabilities at the close of every day.

    Where fewer than 7 days are known the answer is the rate of the training truces with a
    range from almost nothing to twice the odds and more: no knowledge of this truce is claimed.
    """
    learnt = learnt or coefficients()
    shape = found.values.shape[:2]
    slopes, constant = _slopes(learnt)
    out = foretell(
        np.ascontiguousarray(found.values.reshape(-1, found.values.shape[2])),
        np.ascontiguousarray(found.ready.reshape(-1)), _half_width(found).reshape(-1),
        (learnt.knots, slopes, constant, np.log(learnt.climate), PAIR_PLACES, learnt.tempered),
    )  # fmt: skip
    full = (*shape, len(HORIZONS_H), len(OUTCOMES))
    return Forecast(*(part.reshape(full) for part in out))


PAIR_PLACES = np.array([(NAMES.index(a), NAMES.index(b)) for a, b in PAIRS])


def _slopes(learnt: Coefficients) -> tuple[Floats, Floats]:
    """Weights on plain terms (terms x horizon-outcome) and constants, scaling undone."""
    plain = learnt.weights[:, :-1] / learnt.scale[None, :, None]
    constant = learnt.weights[:, -1] - np.einsum("t,hto->ho", learnt.centre, plain)
    flat = np.ascontiguousarray(plain.transpose(1, 0, 2).reshape(plain.shape[1], -1))
    return flat, np.ascontiguousarray(constant)


def _half_width(found: Signals) -> NDArray[np.float32]:
    known = np.exp(found.values[..., NAMES.index("age")])
    stale = np.sqrt(np.maximum(found.stale_days, 0))
    width = FRESH_HALF_WIDTH + STALE_HALF_WIDTH * stale + 3.0 / np.sqrt(known)
    wide = np.where(found.ready, width, 3.0 + STALE_HALF_WIDTH * stale)
    return np.ascontiguousarray(wide, dtype=np.float32)


def contributions(
    values: NDArray[np.float32], outcome: int, horizon: int, learnt: Coefficients | None = None
) -> dict[str, float]:
    """Return what each signal adds to the log-odds of an outcome against holding.

    values: the signals of one zone and day. A product is shared equally by its two signals.
    The parts and the constant add up to the log-odds.
    """
    learnt = learnt or coefficients()
    standard = (terms_of(values[None], learnt.knots)[0] - learnt.centre) / learnt.scale
    slope = learnt.weights[horizon, :-1, outcome] - learnt.weights[horizon, :-1, -1]
    parts = dict.fromkeys(NAMES, 0.0)
    for amount, owners in zip(standard * slope, term_owners(learnt.knots), strict=True):
        for owner in owners:
            parts[NAMES[owner]] += float(amount) / len(owners)
    return parts
