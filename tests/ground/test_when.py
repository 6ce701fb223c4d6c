"""Instants, intervals and evenings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.when import Interval, MissionClock, instant, iso_utc

KYIV = MissionClock(ZoneInfo("Europe/Kyiv"), time(19, 30))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        instant("2021-06-24T19:30:00")
    with pytest.raises(ValueError, match="no zone"):
        instant(datetime(2021, 6, 24))


def test_instants_become_utc() -> None:
    assert instant("2021-06-24T19:30+03:00") == datetime(2021, 6, 24, 16, 30, tzinfo=UTC)
    assert iso_utc(instant("2021-01-24T19:30+02:00")) == "2021-01-24T17:30:00Z"


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2021, 6, 24), 24.0),
        (date(2021, 3, 28), 23.0),  # clocks go forward in the night before this evening
        (date(2021, 10, 31), 25.0),  # and back in this one
    ],
)
def test_evening_to_evening_knows_the_clock_change(day: date, hours: float) -> None:
    assert KYIV.reporting_day(day).duration_h == hours


@settings(deadline=None)
@given(st.dates(date(2014, 1, 1), date(2030, 1, 1)))
def test_reporting_days_touch_and_never_overlap(day: date) -> None:
    assert KYIV.reporting_day(day).end_utc == KYIV.reporting_day(day + timedelta(1)).start_utc


@settings(deadline=None)
@given(st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_every_instant_lies_in_its_reporting_day(moment: datetime) -> None:
    span = KYIV.reporting_day(KYIV.day_containing(moment))
    assert span.start_utc < moment <= span.end_utc


def test_an_interval_cannot_end_before_it_starts() -> None:
    start = datetime(2021, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="ends before"):
        Interval(start, start - timedelta(seconds=1))


def test_gap_is_zero_for_overlap_and_symmetric() -> None:
    start = datetime(2021, 1, 1, tzinfo=UTC)
    first = Interval(start, start + timedelta(hours=2))
    second = Interval(start + timedelta(hours=5), start + timedelta(hours=6))
    assert first.gap_h(second) == second.gap_h(first) == 3
    assert first.gap_h(Interval(start + timedelta(hours=1), start + timedelta(hours=9))) == 0
