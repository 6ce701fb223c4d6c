"""The mixture with plain forecasts, the margins to the definitions, and what signs may raise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warn_given import stated_of, wild_truce

from trucewatch.outcomes import (
    COLLAPSE,
    HOLDING,
    HORIZONS_H,
    happenings,
    window_outcomes,
)
from trucewatch.warn.backtest import PLAIN_CLOCK, backtest
from trucewatch.warn.calibration import chances_of
from trucewatch.warn.experts import Told, adapted, delays_of, told_of
from trucewatch.warn.ledger import ledger_of
from trucewatch.warn.listing import every_forecast
from trucewatch.warn.margins import margin, margins
from trucewatch.warn.replay import relive, with_whole
from trucewatch.warn.scoring import rival_forecasts
from trucewatch.warn.simulate import FAMILIES, simulate_truce

SURE = np.array([0.97, 0.01, 0.01, 0.01])


def constant_told(outcome: int, days: int) -> Told:
    """A truce whose every window ends the same way, told without delay but for the fortnight."""
    delays = delays_of(0)
    told = np.full((1, days, 3), -1, dtype=np.int8)
    for h, delay in enumerate(delays):
        told[:, delay:, h] = outcome
    return Told(np.full((1, days), HOLDING, dtype=np.int8), told, delays)


def test_a_model_that_is_always_wrong_is_soon_left_for_the_plain_record() -> None:
    days = 200
    chance = np.tile(SURE, (1, days, 3, 1))
    chance[0, :, 0, 1] += np.arange(days) * 1e-9  # each day something new is known
    found = adapted(chance, np.ones((1, days), dtype=bool), constant_told(HOLDING, days))
    assert found[0, 0, 0, COLLAPSE] > 0.6
    assert found[0, -1, :, COLLAPSE].max() < 0.05
    assert found[0, -1, :, HOLDING].min() > 0.9
    assert found.sum(axis=-1) == pytest.approx(1)


def test_a_model_that_is_always_right_keeps_the_word() -> None:
    days = 200
    chance = np.tile(SURE, (1, days, 3, 1))
    chance[0, :, 0, 1] += np.arange(days) * 1e-9
    found = adapted(chance, np.ones((1, days), dtype=bool), constant_told(COLLAPSE, days))
    assert found[0, -1, :, COLLAPSE].min() > 0.9


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50), silent=st.integers(1, 12))
def test_law_silence_moves_no_mixture(seed: int, silent: int) -> None:
    counts = wild_truce(seed, 140)
    counts[:, 140 - silent :] = np.nan
    chance = chances_of(counts, lag=0)
    assert np.array_equal(chance[:, -1], chance[:, 139 - silent])


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 50))
def test_law_what_comes_later_moves_no_mixture(seed: int) -> None:
    counts = wild_truce(seed, 150)
    other = counts.copy()
    other[:, 110:] *= 20
    lots = [relive(ledger_of(stated_of(c))).probability[:, :110] for c in (counts, other)]
    assert np.array_equal(*lots)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_is_foretold_worse_than_by_persistence(family: str) -> None:
    ours, persistence = 0.0, 0.0
    for seed in range(6):
        reported = _of_family(family, seed)
        series = with_whole(reported)
        happened = happenings(series)
        chance = chances_of(reported)
        for h, hours in enumerate(HORIZONS_H):
            label = window_outcomes(happened, hours)
            rows = (label >= 0) & (chance[:, :, h].sum(axis=-1) > 0.5)
            came = np.eye(4)[label[rows]]
            plain = rival_forecasts(series, happened, label, horizon=h, lag=1)["persistence"]
            ours += float(((chance[:, :, h][rows] - came) ** 2).sum())
            persistence += float(((plain[rows] - came) ** 2).sum())
    assert ours < persistence


def _of_family(family: str, seed: int) -> np.ndarray:
    """The seed-th truce of a family whose seeds were never trained on."""
    found = 0
    for number in range(2_000_000, 2_100_000):
        rng = np.random.default_rng([number, *b"real"])
        if str(rng.choice(list(FAMILIES), p=list(FAMILIES.values()))) == family:
            found += 1
            if found > seed:
                return simulate_truce("real", number).reported
    raise AssertionError(family)


def test_told_outcomes_are_late_by_the_window_and_the_fortnight_that_settles_it() -> None:
    counts = np.concatenate([np.full(60, 10.0), np.full(30, 60.0)])[None]
    told = told_of(happenings(counts), lag=1)
    assert told.delays.tolist() == [16, 18, 22]
    for h, delay in enumerate(told.delays.tolist()):
        first = int(np.flatnonzero(told.outcome[0, :, h] == COLLAPSE)[0])
        assert first - delay == 60 - HORIZONS_H[h] // 24


def test_margins_by_hand() -> None:
    mean, size = np.array([10.0]), np.array([1e6])
    assert margin(np.array([10.5]), mean, size, days=1)[0] == pytest.approx(0.1, abs=0.15)
    # A Poisson of mean 10 reaches 20 with a chance of 0.0035: 2.7 standard deviations.
    assert margin(np.array([20.0]), mean, size, days=1)[0] == pytest.approx(2.7, abs=0.3)
    assert margin(np.array([-5.0]), mean, size, days=1)[0] < -3
    wild = margin(np.array([20.0]), mean, np.array([1.0]), days=1)[0]
    assert 0.5 < wild < 2


def test_margins_tell_a_definition_that_is_met_and_one_that_one_day_cannot_reach() -> None:
    counts = np.concatenate([np.full(60, 10.0), np.full(30, 17.0)])[None]
    level = np.full(counts.shape, 10.0)
    found = margins(counts, level, np.full(counts.shape, 17.0), np.full(counts.shape, 20.0))
    assert found["eroding"][0, -1] == 1
    assert found["reach_month"][0, -1] < 0
    assert found["reach_day"][0, -1] == 6  # no day at twice the level yet
    assert found["escalated"].max() == 0


def test_every_forecast_is_listed_once_and_each_window_adds_up() -> None:
    found = backtest(ledger_of(stated_of(wild_truce(4, 60))))
    table = every_forecast(found, PLAIN_CLOCK)
    assert table.num_rows == int(found.replay.ready.sum()) * 12
    sums = table.group_by(["issued_utc", "zone", "horizon_h"]).aggregate([("probability", "sum")])
    assert np.asarray(sums["probability_sum"]) == pytest.approx(1, abs=1e-5)
