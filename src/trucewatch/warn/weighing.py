"""What signs of preparation are worth: learnt on truces of the exercise (bench/learn_signs.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import ContractError
from trucewatch.outcomes import COLLAPSE, HOLDING
from trucewatch.warn.alarms import Rule
from trucewatch.warn.preparation import FACTORS, WINDOWS
from trucewatch.warn.walking import lowest_within

Floats = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "sign_weights.json"
# Of each window the evidence for a factor, bent at each knee: strong signs are not twice strong.
# High factors tell a build-up from a feint, low ones that there is anything at all.
LOOKED_FOR = (
    (3, 2.5), (3, 4.0), (5, 2.0), (5, 3.5), (7, 2.5), (7, 4.0), (10, 2.0), (10, 3.0), (14, 2.0),
)  # fmt: skip
TERMS = tuple((window, factor, knee) for window, factor in LOOKED_FOR for knee in (-3.0, 0.0, 3.0))
MOST_EVIDENCE = 20.0
# A budget at which the mission's own false alarms raise no bar.
UNBOUNDED = 1e9
LEAST_CHANCE = 1e-6
MOST_LOG_ODDS = 10.0
# By how much, in log-odds, signs that are seen and usual may lower a collapse: an attack may be
# hidden, and what was learnt need not hold elsewhere.
MOST_LOWERED = 3.0


@dataclass(frozen=True, slots=True)
class SignWeights:
    """What was learnt: weights (horizons x terms x outcomes but holding), and the alarms' cost.

    The terms are those of `terms_of`, set to centre and scale, and a constant; those of evidence
    never lower the odds of a collapse against holding. false_weeks: rows of (score of a collapse
    within a week, false weeks a year of an alarm that stands at it), rising in the first. series:
    zones, with their whole, of the truces that they come from.
    """

    centre: Floats
    scale: Floats
    weights: Floats
    false_weeks: Floats
    series: float
    made_from: str


@cache
def sign_weights() -> SignWeights:
    """Read the weights that came with the program."""
    stored: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    if [tuple(row) for row in stored["terms"]] != list(TERMS):
        raise ContractError("sign_weights.json was learnt for other terms; learn anew")
    names = ("centre", "scale", "weights", "false_weeks")
    arrays = {name: np.asarray(stored[name], dtype=np.float64) for name in names}
    return SignWeights(**arrays, series=float(stored["series"]), made_from=stored["made_from"])


def rule_with_signs(
    outcome: str, budget_per_year: float, zones: int, learnt: SignWeights | None = None
) -> Rule | None:
    """Return the rule of alarms where signs are on record; None where that of the counts holds.

    A collapse alarm then stands at one score whatever the mission's record so far: feints and
    fighting that dies down are false alarms too, and a bar raised by them hides the next build-up.
    With more zones an alarm at the same score costs more.
    """
    if outcome != "collapse" or budget_per_year <= 0:
        return None
    learnt = learnt or sign_weights()
    cost = learnt.false_weeks[:, 1] * max(1.0, zones / learnt.series)
    score = lowest_within(learnt.false_weeks[:, 0].copy(), cost, float(budget_per_year))
    return Rule(np.array([score]), np.zeros(1), UNBOUNDED, UNBOUNDED)


def terms_of(evidence: Floats, chance: NDArray[Any]) -> Floats:
    """Return rows x terms: bent evidence, and the log-odds that the counts alone give.

    evidence: windows x rows x factors. chance: rows x outcomes of one horizon.
    """
    bent = [
        np.logaddexp(0.0, np.minimum(_at(evidence, window, factor), MOST_EVIDENCE) - knee)
        for window, factor, knee in TERMS
    ]
    log = log_chance(chance)
    odds = np.clip(log[:, :HOLDING] - log[:, HOLDING:], -MOST_LOG_ODDS, MOST_LOG_ODDS)
    return np.concatenate([np.stack(bent, axis=1), odds], axis=1)


def log_chance(chance: NDArray[Any]) -> Floats:
    """Return log probabilities, kept from 0."""
    return np.log(np.clip(chance.astype(np.float64), LEAST_CHANCE, 1.0))


def _at(evidence: Floats, window: int, factor: float) -> Floats:
    nearest = int(np.argmin(np.abs(np.log(FACTORS / factor))))
    return np.asarray(evidence[WINDOWS.index(window), :, nearest])


def weighed(
    evidence: Floats, chance: NDArray[Any], horizon: int, learnt: SignWeights | None = None
) -> Floats:
    """Return rows x outcomes of one horizon as counts and signs together give them; each sums to 1.

    evidence: windows x rows x factors. chance: rows x outcomes by counts alone.
    """
    learnt = learnt or sign_weights()
    standard = (terms_of(evidence, chance) - learnt.centre[horizon]) / learnt.scale[horizon]
    log = log_chance(chance)
    log[:, :HOLDING] += standard @ learnt.weights[horizon, :-1] + learnt.weights[horizon, -1]
    odds = np.exp(log - log.max(axis=1, keepdims=True))
    return _not_far_below(odds / odds.sum(axis=1, keepdims=True), chance)


def _not_far_below(found: Floats, chance: NDArray[Any]) -> Floats:
    """Keep a collapse within reach of what the counts say: signs may be hidden, or not be had."""
    by_counts = np.clip(chance[:, COLLAPSE].astype(np.float64), LEAST_CHANCE, 1 - LEAST_CHANCE)
    least = by_counts / (by_counts + (1 - by_counts) * np.exp(MOST_LOWERED))
    own = np.maximum(found[:, COLLAPSE], least)
    rest = (1 - own) / np.maximum(1 - found[:, COLLAPSE], LEAST_CHANCE)
    moved = found * rest[:, None]
    moved[:, COLLAPSE] = own
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))
