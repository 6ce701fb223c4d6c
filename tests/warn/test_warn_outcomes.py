"""The four outcomes and the alarms, on counts that a reader can judge by eye."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.outcomes import (
    COLLAPSE,
    EROSION,
    ESCALATION,
    HOLDING,
    happenings,
    window_outcomes,
)
from trucewatch.warn.alarms import (
    Alarms,
    Borne,
    Episode,
    Rule,
    alarm_score,
    as_probability,
    episodes,
    raise_alarms,
    rule_for,
)
from trucewatch.warn.calibration import alarm_record, chances_of, watched
from trucewatch.warn.replay import ALARMED, with_whole
from trucewatch.warn.rivals import mean_alarm
from trucewatch.warn.simulate import simulate_truce
from trucewatch.warn.skill import LeadRecord, lead_record
from trucewatch.warn.training import FIRST_TEST_SEED


def zone(*parts: tuple[int, float]) -> np.ndarray:
    """One zone: (days, count a day) one after the other."""
    return np.concatenate([np.full(days, float(count)) for days, count in parts])[None]


def test_a_sustained_fourfold_rise_is_a_collapse_on_its_first_day() -> None:
    found = happenings(zone((60, 10), (30, 40)))
    assert np.flatnonzero(found.collapse_begins[0]).tolist() == [60]
    assert found.in_collapse[0, 60:].all()


def test_just_under_fourfold_is_none() -> None:
    assert not happenings(zone((60, 10), (30, 39))).collapse_begins.any()


def test_a_single_day_is_neither_collapse_nor_local_escalation() -> None:
    found = happenings(zone((60, 10), (1, 1642), (30, 10)))
    assert not found.collapse_begins.any()
    assert not found.escalation.any()


def test_a_week_that_calms_is_a_local_escalation_and_no_collapse() -> None:
    found = happenings(zone((60, 10), (7, 50), (30, 10)))
    assert not found.collapse_begins.any()
    assert found.escalation[0, 61:67].any()


def test_a_slow_doubling_is_erosion() -> None:
    counts = np.round(10 * 2 ** (np.arange(150) / 60))[None]
    found = happenings(counts)
    assert found.erosion[0, 120:].all()
    assert not found.collapse_begins.any()


def test_a_series_that_ends_with_the_observers_leaving_still_shows_its_collapse() -> None:
    assert happenings(zone((60, 10), (5, 80))).collapse_begins[0, 60]


def test_unknown_days_are_never_taken_as_zero() -> None:
    counts = zone((60, 10), (30, 40))
    counts[0, 62::7] = np.nan
    assert happenings(counts).collapse_begins[0, 60]


@pytest.mark.parametrize(("hours", "first"), [(24, 59), (72, 57), (168, 53)])
def test_a_window_holds_the_collapse_that_begins_in_it(hours: int, first: int) -> None:
    label = window_outcomes(happenings(zone((60, 10), (30, 40))), hours)[0]
    assert label[first] == COLLAPSE
    assert label[first - 1] == HOLDING
    assert label[66] == COLLAPSE  # not yet to be told from an escalation
    assert label[67] == -1  # a truce that has collapsed is not warned about


def test_each_scored_window_has_exactly_one_outcome() -> None:
    label = window_outcomes(happenings(zone((90, 10), (4, 60), (60, 18))), 168)[0]
    assert {ESCALATION, EROSION, HOLDING} <= set(label.tolist())


def chance(*parts: tuple[int, float]) -> np.ndarray:
    return zone(*parts)


# Elsewhere an alarm at 0.4 costs two false weeks a year, and half as much at three times the odds.
SCORES = np.array([2 / 11, 0.4, 2 / 3, 6 / 7, 18 / 19])
ELSEWHERE = Rule(SCORES, np.array([4.0, 2.0, 1.0, 0.5, 0.25]), allowed=2.0, budget=2.0)


def walked(score: np.ndarray, out: tuple[int, ...] = (), told: int = 0) -> Alarms:
    days = np.arange(score.shape[1])
    borne = Borne(np.isin(days, out), np.maximum(days, told))
    return raise_alarms(score, borne, ELSEWHERE)


def raised(score: np.ndarray, out: tuple[int, ...] = ()) -> np.ndarray:
    return walked(score, out).raised[0]


def test_an_alarm_does_not_flap() -> None:
    wobble = np.tile([0.45, 0.35, 0.3, 0.42], 10)[None]
    assert len(episodes(raised(wobble, out=tuple(range(40))))) == 1


def test_an_alarm_is_lowered_after_three_calm_days() -> None:
    assert np.flatnonzero(raised(chance((5, 0.1), (2, 0.5), (10, 0.05)))).tolist() == [5, 6, 7, 8]


def test_each_week_not_borne_out_asks_for_three_times_the_odds() -> None:
    # 0.4 is odds of 2 to 3: a second week so early in a truce takes nearly 2 to 1.
    pause = (8, 0.01)
    rising = chance((2, 0.45), pause, (2, 0.6), pause, (2, 0.65), pause, (2, 0.9), pause)
    assert [e.start for e in episodes(raised(rising))] == [0, 30]


def test_an_alarm_borne_out_costs_nothing() -> None:
    twice = chance((2, 0.45), (8, 0.01), (2, 0.45), (5, 0.01))
    assert [e.start for e in episodes(raised(twice))] == [0]
    assert [e.start for e in episodes(raised(twice, out=(5,)))] == [0, 10]


def test_an_alarm_is_judged_only_by_what_could_be_told_by_then() -> None:
    score = chance((2, 0.45), (8, 0.01), (2, 0.45), (5, 0.01))
    late = walked(score, out=(5,), told=12)  # day 5 was published on day 12
    assert [e.start for e in episodes(late.raised[0])] == [0]


def test_the_bar_falls_while_scores_stay_low() -> None:
    bars = walked(chance((400, 0.01))).threshold
    assert bars[0] == pytest.approx(0.4)
    assert (np.diff(bars) <= 1e-12).all()
    assert bars[-1] < 0.2


def test_the_bar_rises_where_alarms_at_that_score_would_have_been_false() -> None:
    busy = np.tile([0.3] * 5 + [0.01] * 9, 30)[None]  # never up to 0.4: no alarm of its own
    told = tuple(range(420))
    assert not raised(busy[:, :60]).any()
    assert walked(busy).threshold[-1] > walked(busy, out=told).threshold[-1]
    assert raised(busy, out=told)[100:].any()


def test_a_standing_alarm_is_renewed_by_higher_odds_only() -> None:
    assert len(np.flatnonzero(raised(chance((15, 0.5))))) == 7
    assert len(np.flatnonzero(raised(chance((15, 0.7))))) == 14


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), cut=st.integers(1, 199))
def test_law_nothing_later_moves_a_bar_or_an_alarm(seed: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    score, out = rng.beta(1, 4, (3, 200)), rng.random(200) < 0.05
    told = np.maximum.accumulate(np.arange(200) + rng.integers(0, 20, 200))
    whole = raise_alarms(score, Borne(out, told), ELSEWHERE)
    other = np.where(told <= cut, out, rng.random(200) < 0.5)
    changed = np.where(np.arange(200) <= cut, score, rng.random((3, 200)))
    again = raise_alarms(changed, Borne(other, told), ELSEWHERE)
    kept = slice(0, cut + 1)
    assert np.array_equal(whole.threshold[kept], again.threshold[kept])
    assert np.array_equal(whole.raised[:, kept], again.raised[:, kept])


def test_erosion_is_weighed_against_holding_alone() -> None:
    window = np.array([0.1, 0.4, 0.3, 0.2])
    assert alarm_score(window, EROSION) == pytest.approx(0.6)
    assert alarm_score(window, ESCALATION) == pytest.approx(0.4)
    assert as_probability(0.6, window, EROSION) == pytest.approx(0.3)
    assert as_probability(0.6, window, COLLAPSE) == 0.6


def test_simulated_truces_never_met_keep_the_budget() -> None:
    for name in ALARMED:
        total = LeadRecord((), 0, 0, 0.0)
        for seed in range(FIRST_TEST_SEED, FIRST_TEST_SEED + 25):
            truce = simulate_truce("real", seed)
            seen = watched(chances_of(truce.reported), with_whole(truce.reported), name)
            total += alarm_record(seen, rule_for(name, 2.0, len(seen.score)))
        assert 0.2 < total.false_per_year <= 2.2


def first_bar(outcome: str, budget: float, zones: int) -> float:
    """The bar of a first day, on which this truce has no record of its own."""
    nothing = Borne(np.zeros(1, dtype=bool), np.zeros(1, dtype=np.int64))
    rule = rule_for(outcome, budget, zones)
    return float(raise_alarms(np.full((zones, 1), 0.001), nothing, rule).threshold[0])


@pytest.mark.parametrize("outcome", ALARMED)
def test_a_smaller_budget_never_lowers_the_bar(outcome: str) -> None:
    for name in (outcome, mean_alarm(outcome)):
        found = [first_bar(name, budget, 3) for budget in (0.1, 0.5, 1, 2, 5, 50)]
        assert found == sorted(found, reverse=True)
        assert found[0] < 1.0
        assert first_bar(name, 2, 30) >= first_bar(name, 2, 2)


def test_without_a_budget_no_alarm_is_raised() -> None:
    nothing = Borne(np.zeros(3, dtype=bool), np.arange(3))
    assert not raise_alarms(np.ones((2, 3)), nothing, None).raised.any()


def test_leads_run_to_the_start_of_the_day_and_standing_alarms_cost() -> None:
    events = [Episode(30, 36)]
    record = lead_record([Episode(25, 31)], events, days=365)
    assert record.leads_h == (96.0,)
    assert (record.missed, record.false) == (0, 0)
    late = lead_record([Episode(30, 31)], events, days=365)
    assert (late.leads_h, late.missed, late.false) == ((), 1, 0)
    standing = lead_record([Episode(100, 127)], events, days=365)
    assert standing.false == 4


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(2, 50), seed=st.integers(0, 99))
def test_law_outcomes_do_not_depend_on_the_unit_counted_in(scale: float, seed: int) -> None:
    counts = np.random.default_rng(seed).gamma(2, 20, (2, 150)) + 5
    one, other = happenings(counts), happenings(counts * scale)
    assert np.array_equal(one.escalation, other.escalation)
    assert np.array_equal(one.collapse_begins, other.collapse_begins)


def test_an_event_under_way_at_the_cut_bears_out_its_alarm_and_is_no_event_to_warn_of() -> None:
    standing = lead_record([Episode(90, 117)], [Episode(80, 130)], days=100, first=100)
    assert (standing.leads_h, standing.missed, standing.false) == ((), 0, 0)
    idle = lead_record([Episode(90, 117)], [], days=100, first=100)
    assert idle.false == 3  # the weeks from day 97, 104 and 111; the one before is over
