"""What could be warned of at best, were the true strength of the signs told each day.

    python bench/oracle_signs.py --truces 80 --scored 100 --keep FOLDER

It knows the exact factor that the exercise laid on its signs, and how it rose in three days, not
whether a build-up or a feint is behind it. Learnt on the truces of learn_signs.py, its alarms at
the score that costs two false weeks a year there, and told on fresh truces.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from exercise_truces import Truce, truce
from learn_signs import FIRST_SEED, LEVELS, Rows, _joined, fit, labels_of
from quality_exercise import BUDGET, Told, _alarm_cells, _events
from trucewatch.exercise.evenings import CLOCK
from trucewatch.exercise.plan import plan_for
from trucewatch.outcomes import COLLAPSE, HOLDING
from trucewatch.warn.alarms import raise_alarms
from trucewatch.warn.backtest import Backtest, events_of
from trucewatch.warn.calibration import Watched, false_weeks, standing
from trucewatch.warn.listing import every_forecast
from trucewatch.warn.replay import borne_out
from trucewatch.warn.walking import lowest_within
from trucewatch.warn.weighing import log_chance

WEEK, THIN = 2, 3
KNEES, RISES = (1.2, 1.6, 2.0, 2.5, 3.0, 3.5), (0.1, 0.3, 0.5)


def terms(one: Truce) -> np.ndarray:
    """Zones x days x terms: the true factor, its rise, and the log-odds of the counts."""
    plan = plan_for(one.options, len(one.made.zones)).signs.T
    places = [one.made.zones.index(z) for z in one.again.zones if z in one.made.zones]
    start = (one.again.first_day - one.options.first_day).days
    factor = np.pad(plan[places], ((0, 0), (0, one.again.days)), mode="edge")
    factor = factor[:, start : start + one.again.days]
    if len(one.again.zones) > len(places):
        factor = np.vstack([factor, factor.max(axis=0)])
    rise = factor - np.pad(factor, ((0, 0), (3, 0)), mode="edge")[:, :-3]
    log = log_chance(one.again.probability[:, :, WEEK])
    bent = [np.logaddexp(0, 6 * (factor - k)) for k in KNEES]
    bent += [np.logaddexp(0, 20 * (rise - k)) for k in RISES]
    return np.concatenate([np.stack(bent, -1), log[..., :HOLDING] - log[..., HOLDING:]], -1)


def rows_of(one: Truce) -> Rows:
    """Rows of a truce at 168 h."""
    label = labels_of(one)[..., WEEK]
    at = one.again.ready & (label >= 0)
    at[:, np.arange(one.again.days) % THIN != 0] = False
    log = log_chance(one.again.probability[:, :, WEEK][at])
    return Rows(terms(one)[at], log, label[at], np.ones(at.sum()))


def scores(one: Truce, learnt: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """Zones x days: the probability of a collapse within a week; 0 where nothing is ready."""
    centre, scale, weights = learnt
    log = log_chance(one.again.probability[:, :, WEEK])
    log[..., :HOLDING] += (terms(one) - centre) / scale @ weights[:-1] + weights[-1]
    odds = np.exp(log - log.max(axis=-1, keepdims=True))
    chance = odds[..., COLLAPSE] / odds.sum(axis=-1)
    return np.where(one.again.ready, chance, 0.0)


def watched(one: Truce, learnt: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Watched:
    """A truce ready for alarms."""
    happened = one.again.happened()
    borne = borne_out(happened, COLLAPSE, one.again.told_on)
    return Watched(scores(one, learnt), borne, events_of(happened, "collapse"))


def told(one: Truce, learnt: tuple[np.ndarray, np.ndarray, np.ndarray], bar: float) -> Told:
    """What it warned of, by the exercise's truth."""
    seen = watched(one, learnt)
    alarms = {"collapse": raise_alarms(seen.score, seen.borne, standing(bar))}
    table = every_forecast(Backtest({}, replace(one.again), alarms), CLOCK)
    return Told({}, _events(one, table), np.zeros(0), np.zeros(0))


def main(truces: int, fresh: int, keep: Path) -> None:
    """Learn, set the bar, and print a row a level."""
    levels = [
        [truce(level, seed, varied=True, keep=keep)
         for seed in range(FIRST_SEED, FIRST_SEED + truces)]
        for level in LEVELS
    ]  # fmt: skip
    learnt = fit(_joined([rows_of(one) for level in levels for one in level]), 0)
    costs = [false_weeks([[watched(one, learnt) for one in level]]) for level in levels]
    bar = lowest_within(costs[0][:, 0].copy(), np.max([c[:, 1] for c in costs], axis=0), BUDGET)
    print(
        "| level | truces | false a year | of them feints | collapses | warned of | "
        "of those announced | median lead, warned (h) | median lead, all (h) | 48 h and more |"
    )
    print("|" + " --- |" * 10)
    for level in LEVELS:
        each = [told(truce(level, 3001 + n, keep=keep), learnt, bar) for n in range(fresh)]
        print(f"| {level} | {fresh} | {' | '.join(_alarm_cells(each))} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truces", type=int, default=80)
    parser.add_argument("--scored", type=int, default=100)
    parser.add_argument("--keep", type=Path, required=True)
    given = parser.parse_args()
    main(given.truces, given.scored, given.keep)
