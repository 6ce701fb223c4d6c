"""Counts per evening: nothing is spread, nothing is filled in, nothing is chosen silently."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publish_world import CLOCK

from trucewatch.publish.evenings import days_covered, figure_for
from trucewatch.publish.facts import CountSpan
from trucewatch.publish.words import figure_words

FIRST = date(2021, 3, 1)


def span(
    day: int, best: float | None, evenings: int = 1, source: str = "osce", no: int = 0
) -> CountSpan:
    last = FIRST + timedelta(days=day)
    return CountSpan(
        id=f"obs-{day}-{evenings}-{source}-{no}", source_id=source, record=None, region="donetsk",
        kind="count_violations", first_day=last - timedelta(days=evenings - 1), last_day=last,
        low=best, best=best, high=best,
    )  # fmt: skip


def test_zero_is_zero_and_missing_is_missing() -> None:
    zero, nothing = figure_for([span(0, 0.0)], FIRST, FIRST), figure_for([], FIRST, FIRST)
    assert (figure_words(zero), zero.missing) == ("0", None)
    assert (figure_words(nothing), nothing.missing) == ("\u2014", "no count for the evening")
    assert nothing.missing_days == (FIRST,)


def test_total_of_several_evenings_is_never_divided() -> None:
    inside = figure_for([span(1, 10.0, evenings=2)], FIRST, FIRST)
    assert not inside.is_known
    assert inside.missing == "only in a total of several evenings"
    assert [s.best for s in inside.straddling] == [10.0]
    whole = figure_for([span(1, 10.0, evenings=2)], FIRST, FIRST + timedelta(days=1))
    assert (whole.best, whole.missing_days) == (10.0, ())


def test_total_is_left_out_where_an_evening_of_it_is_known() -> None:
    figure = figure_for([span(0, 4.0), span(1, 10.0, evenings=2)], FIRST, FIRST + timedelta(days=1))
    assert (figure.best, figure.missing_days) == (4.0, (FIRST + timedelta(days=1),))


def test_accounts_that_differ_stand_beside_each_other() -> None:
    figure = figure_for([span(0, 28.0), span(0, 47.0, source="other")], FIRST, FIRST)
    assert (figure.low, figure.best, figure.high) == (28.0, None, 47.0)
    assert figure_words(figure) == "28 or 47"
    assert {a.source_id for a in figure.accounts} == {"osce", "other"}


def test_equal_accounts_are_one_figure_with_both_rows() -> None:
    figure = figure_for([span(0, 28.0), span(0, 28.0, source="other")], FIRST, FIRST)
    assert (figure.best, figure.accounts, len(figure.ids)) == (28.0, (), 2)


def test_an_open_bound_stays_open_in_a_sum() -> None:
    loose = CountSpan(
        id="x", source_id="osce", record=None, region="donetsk", kind="count_violations",
        first_day=FIRST, last_day=FIRST, low=30.0, best=30.0, high=None, qualifier="at_least",
    )  # fmt: skip
    figure = figure_for([loose, span(1, 2.0)], FIRST, FIRST + timedelta(days=1))
    assert (figure.low, figure.high) == (32.0, None)


@pytest.mark.parametrize(
    ("first", "last", "precision", "expected"),
    [
        ((2021, 3, 4, 17, 30), (2021, 3, 5, 17, 30), "evening", ("2021-03-05", "2021-03-05")),
        ((2021, 3, 2, 17, 30), (2021, 3, 5, 17, 30), "period", ("2021-03-03", "2021-03-05")),
        ((2020, 7, 26, 21, 1), (2020, 7, 27, 16, 30), "period", ("2020-07-27", "2020-07-27")),
        ((2021, 3, 4, 22, 0), (2021, 3, 5, 22, 0), "day", ("2021-03-05", "2021-03-05")),
        ((2021, 3, 27, 17, 30), (2021, 3, 28, 16, 30), "evening", ("2021-03-28", "2021-03-28")),
    ],
)
def test_days_that_a_window_covers(
    first: tuple[int, ...], last: tuple[int, ...], precision: str, expected: tuple[str, str]
) -> None:
    from datetime import UTC, datetime

    start, end = datetime(*first, tzinfo=UTC), datetime(*last, tzinfo=UTC)  # type: ignore[misc]
    assert tuple(map(str, days_covered(CLOCK, start, end, precision))) == expected


spans = st.lists(
    st.builds(
        span, st.integers(0, 12), st.none() | st.integers(0, 99).map(float), st.integers(1, 4),
        st.sampled_from(["osce", "other"]), st.integers(0, 99),
    ),
    max_size=12, unique_by=lambda row: row.id,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(spans, st.randoms())
def test_laws_of_a_figure(rows: list[CountSpan], shuffled: object) -> None:
    """Order does not matter; known and missing evenings make up the period; bounds hold."""
    last = FIRST + timedelta(days=9)
    figure = figure_for(rows, FIRST, last)
    turned = list(rows)
    shuffled.shuffle(turned)  # type: ignore[attr-defined]
    assert figure_for(turned, FIRST, last) == figure
    covered = {
        s.first_day + timedelta(days=n) for s in rows if s.low is not None
        and (s.evenings == 1 or (s.first_day >= FIRST and s.last_day <= last))
        for n in range(s.evenings)
    }  # fmt: skip
    assert not covered.intersection(figure.missing_days) or figure.spans or figure.is_known
    assert len(figure.missing_days) <= figure.evenings == 10
    if figure.low is not None and figure.high is not None:
        assert figure.low <= figure.high
    singles = {s.first_day for s in rows if s.evenings == 1 and s.low is not None}
    for used in figure.spans:
        days = {used.first_day + timedelta(days=n) for n in range(used.evenings)}
        assert not days & singles
        assert not days & set(figure.missing_days)
    assert set(figure.ids) <= {s.id for s in rows}
