"""The model beside the plainest forecasts, weighed day by day by how well each did on this truce.

A model learnt elsewhere may not fit the truce at hand. So its word is mixed with that of the
truce's own record (climatology) and of its present state (persistence), by exponential weights on
their Brier scores so far (Vovk 1990; Cesa-Bianchi and Lugosi 2006): the mixture is never much
worse than the best of them over the whole of a truce, whatever the truce is like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel
from trucewatch.outcomes import HORIZONS_H, OUTCOMES, Happenings, window_outcomes
from trucewatch.warn.forecaster import Forecast, coefficients
from trucewatch.warn.rivals import PRIOR_AGREEMENT, PRIOR_DAYS, TOLD_AFTER, state_of

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]

# Trust before the first day: the model was right in more simulated truces than the others.
EXPERTS = ("model", "climatology", "persistence", "model_and_climatology", "model_and_persistence")
TRUST = np.array([0.7, 0.06, 0.06, 0.09, 0.09])
LEARNING_RATE = 1.0
# What was told long ago counts less: half after about a year.
FORGET = 0.998


@dataclass(frozen=True, slots=True)
class Told:
    """What each day's close knew of the past: zones x days (x horizons), -1 where nothing.

    state: what the newest known day is, by the definitions. outcome: that of the window which
    began `delays` (per horizon) days before.
    """

    state: Labels
    outcome: Labels
    delays: NDArray[np.int64]


def delays_of(lag: int) -> NDArray[np.int64]:
    """Days from a window's start until its outcome is told, per horizon."""
    return np.array([hours // 24 + TOLD_AFTER + lag for hours in HORIZONS_H])


def told_of(happened: Happenings, *, lag: int) -> Told:
    """Return what each close could tell of a series every day of which comes `lag` days late."""
    delays, state = delays_of(lag), state_of(happened)
    outcome = np.full((*state.shape, len(HORIZONS_H)), -1, dtype=np.int8)
    for h, hours in enumerate(HORIZONS_H):
        if delays[h] < state.shape[1]:
            outcome[:, delays[h] :, h] = window_outcomes(happened, hours)[:, : -delays[h]]
    late = np.pad(state, ((0, 0), (lag, 0)), mode="edge")[:, : state.shape[1]]
    return Told(late, outcome, delays)


def mixed(found: Forecast, ready: NDArray[np.bool_], told: Told) -> Forecast:
    """Return a forecast whose probabilities are mixed; its range keeps its width in log-odds."""
    best = adapted(found.probability.astype(np.float64), ready, told)
    centre, moved = _log_odds(found.probability), _log_odds(best)
    low, high = (
        1 / (1 + np.exp(-(moved + _log_odds(end) - centre))) for end in (found.low, found.high)
    )
    return Forecast(*(np.asarray(part, dtype=np.float32) for part in (best, low, high)))


def _log_odds(chance: NDArray[Any]) -> Floats:
    safe = np.clip(chance.astype(np.float64), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(safe / (1 - safe)))


def adapted(chance: Floats, ready: NDArray[np.bool_], told: Told) -> Floats:
    """Return zones x days x horizons x outcomes: the model's probabilities, mixed day by day.

    A zone whose forecast did not move since yesterday, because nothing new is known of it, keeps
    yesterday's mixture too: silence calms nothing.
    """
    climate = np.ascontiguousarray(coefficients().climate)
    out: Floats = _walk(
        np.ascontiguousarray(chance, dtype=np.float64), ready,
        (told.state, told.outcome, told.delays), climate, TRUST,
    )  # fmt: skip
    return out


@kernel
def _walk(
    chance: Floats, ready: NDArray[np.bool_], told: tuple[Labels, Labels, NDArray[np.int64]],
    climate: Floats, trust: Floats,
) -> Floats:  # fmt: skip
    state, outcome, delays = told
    zones, days, windows, outcomes = chance.shape
    out = np.empty(chance.shape)
    span = int(delays.max()) + 1
    said = np.zeros((span, len(trust), zones, windows, outcomes))
    stood = np.zeros((span, zones), dtype=np.bool_)
    seen = _elsewhere(climate)
    lost = np.zeros((windows, len(trust)))
    for t in range(days):
        for h in range(windows):
            at = t - delays[h]
            if at >= 0:
                _learn(said[at % span], stood[at % span], outcome[:, t, h], h, lost[h])
                _count(state[:, at], outcome[:, t, h], seen[h])
        for z in range(zones):
            stood[t % span, z] = ready[z, t]
            still = t > 0 and np.array_equal(chance[z, t], chance[z, t - 1])
            for h in range(windows):
                each = said[t % span, :, z, h]
                _opinions(chance[z, t, h], seen[h], int(state[z, t]), each)
                if not ready[z, t]:
                    out[z, t, h] = chance[z, t, h]
                elif still and ready[z, t - 1]:
                    out[z, t, h] = out[z, t - 1, h]
                else:
                    out[z, t, h] = _mixed(each, lost[h], trust)
    return out


@kernel
def _elsewhere(climate: Floats) -> Floats:
    """What other truces say before this one is known: windows x (states, any) x outcomes."""
    windows, outcomes = climate.shape
    seen = np.empty((windows, outcomes + 1, outcomes))
    for h in range(windows):
        seen[h] = PRIOR_DAYS * climate[h]
        for s in range(outcomes):
            seen[h, s, s] += PRIOR_AGREEMENT
    return seen


@kernel
def _opinions(model: Floats, seen: Floats, state: int, out: Floats) -> None:
    """Fill experts x outcomes: see EXPERTS."""
    last = len(seen) - 1
    out[0] = model
    out[1] = seen[last] / seen[last].sum()
    out[2] = seen[max(state, 0)] / seen[max(state, 0)].sum()
    for k in (1, 2):
        out[k + 2] = np.sqrt(np.maximum(model, 1e-6) * out[k])
        out[k + 2] /= out[k + 2].sum()


@kernel
def _learn(said: Floats, stood: NDArray[np.bool_], outcome: Labels, h: int, lost: Floats) -> None:
    """Add each expert's Brier score on the windows told today, the mean over the zones."""
    zones = said.shape[1]
    lost *= FORGET
    for z in range(zones):
        if outcome[z] < 0 or not stood[z]:
            continue
        for k in range(said.shape[0]):
            score = 0.0
            for o in range(said.shape[3]):
                came = 1.0 if o == outcome[z] else 0.0
                score += (said[k, z, h, o] - came) ** 2
            lost[k] += score / zones


@kernel
def _count(state: Labels, outcome: Labels, seen: Floats) -> None:
    """Add the windows told today to the record of each state and of any."""
    for z in range(len(outcome)):
        if outcome[z] >= 0:
            seen[max(state[z], 0), outcome[z]] += 1.0 / len(outcome)
            seen[len(seen) - 1, outcome[z]] += 1.0 / len(outcome)


@kernel
def _mixed(each: Floats, lost: Floats, trust: Floats) -> Floats:
    weight = trust * np.exp(-LEARNING_RATE * (lost - lost.min()))
    weight /= weight.sum()
    total = np.zeros(each.shape[1])
    for k in range(len(weight)):
        total += weight[k] * each[k]
    return total


__all__ = ["EXPERTS", "OUTCOMES", "Told", "adapted", "delays_of", "told_of"]
