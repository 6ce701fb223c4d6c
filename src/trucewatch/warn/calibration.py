"""What is measured on simulated truces after learning: thresholds, and what escalation is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import ESCALATION, HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.rolling import reference
from trucewatch.warn.alarms import (
    TYPICAL_SERIES,
    Borne,
    Episode,
    Rule,
    alarm_score,
    any_zone,
    episodes,
    raise_alarms,
)
from trucewatch.warn.backtest import events_of
from trucewatch.warn.experts import adapted, told_of
from trucewatch.warn.forecaster import forecast
from trucewatch.warn.replay import (
    ALARMED,
    borne_out,
    happened_with_whole,
    with_whole,
)
from trucewatch.warn.rivals import mean_alarm, week_score
from trucewatch.warn.signals import delayed, signals
from trucewatch.warn.simulate import LEVELS, MIX, simulate_truce
from trucewatch.warn.skill import LeadRecord, lead_record

Floats = NDArray[np.float64]
BUDGETS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
# Scores from 0.02 to 0.985, even in log-odds.
LOG_ODDS = np.linspace(np.log(0.02 / 0.98), np.log(0.985 / 0.015), 36)
HALVINGS = 8
ANY_COST = 1e9
# Apart from the seeds of training (from 0) and of the tests (from 1,000,000).
FIRST_SEED = 500_000
UNTEMPERED = (1.0, 1.0, 0.0)


def chances_of(reported: Floats, *, lag: int = 1, alone: bool = False) -> Floats:
    """Return probabilities, zones (the mission last) x days x horizons x outcomes.

    reported: zones x days, NaN where nothing was; every day is known `lag` days later. What is
    not ready is 0 throughout. alone: the model's own word, not mixed with the plain forecasts.
    """
    series = with_whole(reported)
    parts = [series[: len(reported)], series[len(reported) :]]
    found = [delayed(signals(part, lag=lag), lag) for part in parts if len(part)]
    chance = np.concatenate([forecast(one).probability for one in found]).astype(np.float64)
    ready = np.concatenate([one.ready for one in found])
    if not alone:
        chance = adapted(chance, ready, told_of(happened_with_whole(series, None), lag=lag))
    return np.where(ready[:, :, None, None], chance, 0.0)


@dataclass(frozen=True, slots=True)
class Watched:
    """One truce and outcome, ready for alarms: score (zones x days), what bore it out, events."""

    score: Floats
    borne: Borne
    events: list[Episode]


def watched(chance: Floats, counts: Floats, outcome: str, *, lag: int = 1) -> Watched:
    """Decide the events of a truce once, so that many thresholds can be tried on it."""
    index = OUTCOMES.index(outcome)
    happened = happened_with_whole(counts, None)
    return Watched(
        np.ascontiguousarray(alarm_score(chance[:, :, -1], index)),
        borne_out(happened, index, np.arange(counts.shape[1]) + lag), events_of(happened, outcome),
    )  # fmt: skip


def watched_mean(counts: Floats, outcome: str, *, lag: int = 1) -> Watched:
    """The same truce with the 7-day mean over its level as the score."""
    happened = happened_with_whole(counts, None)
    return Watched(
        week_score(counts, reference(counts), lag=lag),
        borne_out(happened, OUTCOMES.index(outcome), np.arange(counts.shape[1]) + lag),
        events_of(happened, outcome),
    )  # fmt: skip


def _watched_too(_: Floats, counts: Floats, outcome: str) -> Watched:
    return watched_mean(counts, outcome)


def alarm_record(truce: Watched, rule: Rule, *, shift_days: int = 0) -> LeadRecord:
    """Raise alarms on one truce and match them with its events.

    shift_days: leads are counted to this many days after an event's first day.
    """
    alarms = raise_alarms(truce.score, truce.borne, rule)
    found = episodes(any_zone(alarms.raised), join_days=7)
    days = truce.score.shape[1]
    late = [Episode(e.start + shift_days, max(e.end, e.start + shift_days)) for e in truce.events]
    return lead_record(found, late if shift_days else truce.events, days=days)


def truces_of(level: str, number: int, *, alone: bool = False) -> list[tuple[Floats, Floats]]:
    """Return (probabilities, reported counts) of truces kept for calibration."""
    made = [simulate_truce(level, FIRST_SEED + i).reported for i in range(number)]
    return [(chances_of(reported, alone=alone), with_whole(reported)) for reported in made]


def alarm_habit(truces: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return outcome -> (score, false weeks a year at it), and outcome -> (budget, allowed).

    The alarms of the 7-day mean stand beside ours, see rivals.mean_alarm.
    False weeks: of an alarm that always stands at the score, the mean over the three levels.
    Allowed: what a bar may be expected to cost for alarms, walked as a mission walks them, to
    cost the budget on average in the worst of the levels: a mission does not know its own.
    """
    made = [truces_of(level, truces) for level in LEVELS]
    weeks, allowed = {}, {}
    for name in ALARMED:
        for key, ready in ((name, watched), (mean_alarm(name), _watched_too)):
            levels = [[ready(*one, name) for one in level] for level in made]
            weeks[key] = false_weeks(levels)
            allowed[key] = np.array([
                (budget, allowed_for(levels, weeks[key], budget)) for budget in BUDGETS
            ])  # fmt: skip
    return weeks, allowed


def false_weeks(levels: list[list[Watched]]) -> Floats:
    """Return rows of (score, false weeks a year of alarms that stand at it), falling."""
    scores = 1 / (1 + np.exp(-LOG_ODDS))
    rates = [
        np.mean([_total(each, [standing(score)] * len(each)).false_per_year for each in levels])
        for score in scores
    ]
    # Joined alarms can make a lower score look cheaper: walk down from the highest.
    return np.stack([scores, np.maximum.accumulate(np.array(rates)[::-1])[::-1]], axis=1)


def standing(score: float) -> Rule:
    """Return the rule of an alarm at one score whatever it costs."""
    return Rule(np.array([score]), np.zeros(1), ANY_COST, ANY_COST)


def allowed_for(levels: list[list[Watched]], weeks: Floats, budget: float) -> float:
    """Return the expected cost of a bar at which the worst level costs the budget."""
    low, high = budget / 8, budget * 8
    for _ in range(HALVINGS):
        middle = float(np.sqrt(low * high))
        rule = [[_rule(weeks, middle, budget, truce) for truce in level] for level in levels]
        worst = max(
            _total(level, each).false_per_year for level, each in zip(levels, rule, strict=True)
        )
        low, high = (low, middle) if worst > budget else (middle, high)
    return low


def _rule(weeks: Floats, allowed: float, budget: float, truce: Watched) -> Rule:
    share = max(1.0, len(truce.score) / TYPICAL_SERIES)
    return Rule(weeks[:, 0].copy(), weeks[:, 1] * share, allowed, budget)


def _total(truces: list[Watched], rules: list[Rule]) -> LeadRecord:
    total = LeadRecord((), 0, 0, 0.0)
    for truce, rule in zip(truces, rules, strict=True):
        total += alarm_record(truce, rule)
    return total


def temper(truces: int) -> Floats:
    """Return horizons x (a, b, c): the beta calibration of local escalation (Kull et al. 2017).

    log-odds = a ln p - b ln(1 - p) + c, by maximum likelihood on simulated truces that the
    weights were not learnt from, in the mix of the training. a above 0: the order is kept.
    """
    made = [
        one for level, share in MIX for one in truces_of(level, int(truces * share), alone=True)
    ]
    happened = [happened_with_whole(counts, None) for _, counts in made]
    rows = []
    for h, hours in enumerate(HORIZONS_H):
        labels = [window_outcomes(one, hours) for one in happened]
        scored = [(label >= 0) & (chance[:, :, h].sum(axis=-1) > 0.5)
                  for (chance, _), label in zip(made, labels, strict=True)]  # fmt: skip
        said = [one[0][:, :, h, ESCALATION][at] for one, at in zip(made, scored, strict=True)]
        came = [label[at] == ESCALATION for label, at in zip(labels, scored, strict=True)]
        rows.append(_beta(np.concatenate(said), np.concatenate(came)))
    return np.stack(rows)


def _beta(said: Floats, came: NDArray[np.bool_]) -> Floats:
    from scipy.optimize import minimize

    safe = np.clip(said, 1e-6, 1 - 1e-6)
    terms = np.stack([np.log(safe), -np.log1p(-safe), np.ones_like(safe)], axis=1)

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = terms @ weights
        slope = terms.T @ (1 / (1 + np.exp(-odds)) - came) / len(came)
        return float(np.mean(np.logaddexp(0, odds) - came * odds)), slope

    bounds = [(0.05, None), (0.0, None), (None, None)]
    found = minimize(loss, UNTEMPERED, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x)
