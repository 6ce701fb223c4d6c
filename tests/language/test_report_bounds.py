"""Monitors' reports that are attacks: time grows with the length, and the length is bounded."""

from __future__ import annotations

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from trucewatch.errors import ReadError
from trucewatch.language.smm import MAX_REPORT, ReportOptions, read_report
from trucewatch.when import MissionClock

CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
DAY = ReportOptions(report_day=date(2021, 3, 5))
DENSE = (
    "While in Horlivka (39km north-east of Donetsk), the SMM heard 12 explosions, 3 bursts and "
    "4 shots, all 3-5km west on 4 March between 18:06 and 19:10 "
)


def spent_s(text: str) -> float:
    """Return the least CPU time of three readings."""
    times = []
    for _ in range(3):
        started = time.process_time()
        read_report(text, clock=CLOCK, options=DAY)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize(
    "unit",
    [DENSE, "1,1 km and NE, ", "heard 3 (", "between 18:06 and ", "no any not operational camera "],
    ids=["counts", "bearings", "brackets", "clocks", "outages"],
)
def test_time_is_linear(unit: str) -> None:
    read_report(unit, clock=CLOCK, options=DAY)
    once, four = (spent_s((unit * 8_000)[:size]) for size in (6_000, 24_000))
    # Quadratic time would be sixteen times as long.
    assert four < 9 * once + 0.2


def test_a_text_beyond_the_bound_is_refused() -> None:
    with pytest.raises(ReadError, match="characters"):
        read_report("a" * (MAX_REPORT + 1), clock=CLOCK, options=DAY)
