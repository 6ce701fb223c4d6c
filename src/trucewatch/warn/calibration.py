"""How many false alarms a year each threshold costs, measured on simulated truces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.warn.alarms import Episode, any_zone, episodes, raise_alarms
from trucewatch.warn.backtest import events_of
from trucewatch.warn.forecaster import forecast
from trucewatch.warn.outcomes import OUTCOMES
from trucewatch.warn.replay import (
    ALARMED,
    happened_with_whole,
    recognised,
    with_whole,
)
from trucewatch.warn.signals import delayed, signals
from trucewatch.warn.simulate import Truce, simulate_truce
from trucewatch.warn.skill import LeadRecord, lead_record

Floats = NDArray[np.float64]
GRID = (0.05, 0.08, 0.12, 0.17, 0.23, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
NO_BUDGET = 1e9


def chances_of(truce: Truce, *, lag: int = 1) -> tuple[Floats, Floats]:
    """Return (probabilities zones x days x horizons x outcomes with the mission last, counts)."""
    reported, counts = with_whole(truce.reported), truce.counts
    parts = [signals(reported[: len(counts)], lag=lag)]
    if len(reported) > len(counts):
        parts.append(signals(reported[-1:], lag=lag))
        counts = np.vstack([counts, counts.sum(axis=0)])
    chance = [
        np.where(one.ready[:, :, None, None], forecast(one).probability, 0.0)
        for one in (delayed(part, lag) for part in parts)
    ]
    return np.concatenate(chance).astype(np.float64), counts


@dataclass(frozen=True, slots=True)
class Watched:
    """One truce and outcome, ready for alarms: chance (zones x days), what happened, when told."""

    chance: Floats
    told: NDArray[np.bool_]
    events: list[Episode]


def watched(chance: Floats, counts: Floats, outcome: str) -> Watched:
    """Decide the events of a truce once, so that many thresholds can be tried on it."""
    index = OUTCOMES.index(outcome)
    happened = happened_with_whole(counts, None)
    return Watched(
        np.ascontiguousarray(chance[:, :, -1, index]), recognised(happened, index),
        events_of(happened, outcome),
    )  # fmt: skip


def alarm_record(
    truce: Watched, *, threshold: float, budget: float = NO_BUDGET, shift_days: int = 0
) -> LeadRecord:
    """Raise alarms on one truce and match them with its events.

    shift_days: leads are counted to this many days after an event's first day.
    """
    alarms = raise_alarms(
        truce.chance, truce.told, threshold=threshold, budget_per_year=budget
    )  # fmt: skip
    found = episodes(any_zone(alarms.raised), join_days=7)
    days = truce.chance.shape[1]
    late = [Episode(e.start + shift_days, max(e.end, e.start + shift_days)) for e in truce.events]
    return lead_record(found, late if shift_days else truce.events, days=days)


def thresholds(truces: int, *, level: str = "real", first_seed: int = 500_000) -> dict[str, Floats]:
    """Return outcome -> rows (false alarms a year, threshold), falling in the threshold."""
    made = [chances_of(simulate_truce(level, first_seed + i)) for i in range(truces)]
    return {name: _rates([watched(*one, name) for one in made]) for name in ALARMED}


def _rates(truces: list[Watched]) -> Floats:
    rates = []
    for threshold in GRID:
        total = LeadRecord((), 0, 0, 0.0)
        for truce in truces:
            total += alarm_record(truce, threshold=threshold)
        rates.append(total.false_per_year)
    # A higher threshold can only mean fewer false alarms; joined alarms break that at the low end.
    falling = np.maximum.accumulate(np.array(rates)[::-1])[::-1]
    return np.stack([falling, np.array(GRID)], axis=1)
