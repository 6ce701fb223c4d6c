"""What was known when: totals, corrections, and attempts to see the future."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warn_given import FIRST, stated_of, wild_ledger, wild_truce

from trucewatch.errors import ReadError
from trucewatch.warn.ledger import Ledger, Stated, ledger_of
from trucewatch.warn.replay import relive


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def test_a_view_holds_only_what_could_be_read() -> None:
    ledger = wild_ledger()
    view = ledger.as_known(40)
    assert view.counts.shape == (2, 41)
    assert view.issue_day == day(40)
    assert np.isnan(view.counts[:, 40]).all()  # known a day later
    assert np.isfinite(view.counts[:, 39]).all()


def test_a_view_is_a_copy_and_cannot_reach_the_ledger() -> None:
    ledger = wild_ledger()
    view = ledger.as_known(40)
    reachable = {name: getattr(view, name) for name in view.__slots__}
    assert not any(isinstance(held, Ledger) for held in reachable.values())
    assert view.counts.base is None  # no larger array stands behind it
    with pytest.raises(FrozenInstanceError):
        view.counts = ledger.truth()  # type: ignore[misc]


def test_cheating_with_later_knowledge_changes_no_earlier_forecast() -> None:
    """The cheat: every count known after day 100 is replaced by a war. Earlier forecasts stand."""
    honest = ledger_of(stated_of(wild_truce()))
    late = honest.known > 100
    value = np.where(late, 50_000.0, honest.value)
    rigged = replace(honest, value=value)
    first, second = relive(honest), relive(rigged)
    assert np.array_equal(first.probability[:, :101], second.probability[:, :101])
    assert np.array_equal(first.values[:, :101], second.values[:, :101])
    assert not np.array_equal(first.probability[:, 101:], second.probability[:, 101:])


def test_cheating_with_a_correction_is_seen_only_once_it_is_known() -> None:
    stated = [Stated("z", day(n), day(n), 5.0, day(n + 1)) for n in range(60)]
    stated.append(Stated("z", day(30), day(30), 900.0, day(50)))
    ledger = ledger_of(stated)
    assert ledger.as_known(49).counts[0, 30] == 5.0
    assert ledger.as_known(50).counts[0, 30] == 900.0


def test_a_total_is_shared_over_the_days_that_are_open() -> None:
    ledger = ledger_of(
        [
            Stated("z", day(0), day(0), 4, day(0)),
            Stated("z", day(2), day(2), 10, day(2)),
            Stated("z", day(1), day(3), 30, day(3)),
        ]
    )
    view = ledger.as_known(3)
    assert view.counts[0].tolist() == [4, 10, 10, 10]
    assert view.spread[0].tolist() == [False, True, False, True]


def test_a_total_smaller_than_its_days_leaves_nothing_below_zero() -> None:
    ledger = ledger_of(
        [Stated("z", day(0), day(0), 50, day(0)), Stated("z", day(0), day(1), 30, day(1))]
    )
    assert ledger.as_known(1).counts[0].tolist() == [50, 0]


def test_a_day_stated_twice_at_once_takes_the_higher_and_says_so() -> None:
    ledger = ledger_of(
        [Stated("z", day(0), day(0), 47, day(1)), Stated("z", day(0), day(0), 28, day(1))]
    )
    assert ledger.truth()[0, 0] == 47
    assert any("more than once" in note for note in ledger.notes)


@pytest.mark.parametrize("count", [-1.0, float("nan"), float("inf"), 1e15])
def test_what_cannot_be_a_count_is_refused(count: float) -> None:
    with pytest.raises(ReadError, match="count"):
        ledger_of([Stated("z", day(0), day(0), count, day(0))])


def test_nothing_at_all_and_a_mistyped_year_are_refused() -> None:
    with pytest.raises(ReadError, match="no count"):
        ledger_of([])
    with pytest.raises(ReadError, match="mistyped"):
        ledger_of(
            [Stated("z", date(201, 1, 1), date(201, 1, 1), 1, date(201, 1, 1)),
             Stated("z", day(0), day(0), 1, day(0))]
        )  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(issue=st.integers(0, 149), seed=st.integers(0, 5))
def test_law_no_view_holds_an_entry_known_later(issue: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(5, (2, 150)).astype(float)
    ledger = ledger_of(stated_of(counts, lag=int(rng.integers(0, 4))))
    view = ledger.as_known(issue)
    later = (ledger.known > issue) & (ledger.start <= issue)
    assert np.isnan(view.counts[ledger.zone[later], ledger.start[later]]).all()


def test_nothing_is_told_before_all_that_it_rests_on_is_known() -> None:
    days = [FIRST + timedelta(days=n) for n in range(4)]
    late = [Stated("a", day, day, 3.0, day + timedelta(days=1)) for day in days]
    late.append(Stated("a", days[1], days[1], 9.0, days[1] + timedelta(days=5)))
    assert ledger_of(late).told_on().tolist() == [1, 6, 6, 6]
