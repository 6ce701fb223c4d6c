"""Monitors' reports that are long or attacks: time grows with the length, memory does not."""

from __future__ import annotations

import json
import time
import tracemalloc
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from trucewatch.errors import ReadError
from trucewatch.language import smm
from trucewatch.language.smm import ReportOptions, read_report, report_rows
from trucewatch.when import MissionClock

CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
PIECE = 10_000
DAY = ReportOptions(report_day=date(2021, 3, 5))
DENSE = (
    "While in Horlivka (39km north-east of Donetsk), the SMM heard 12 explosions, 3 bursts and "
    "4 shots, all 3-5km west on 4 March between 18:06 and 19:10 "
)

TABLE = (
    "SMM position | Event location | Means | No. | Observation | Description | Weapon | Date\n"
    "SMM camera in Avdiivka (government-\ncontrolled, 17km N of Donetsk) | 4-6km E | Recorded | 2 |"
    " Projectile | From W to E | N/K | 4-Mar, 20:17\n"
    " | 3-5km SSE | Heard | 14 | Burst | | HMG | 4-Mar, 20:18-20:25\n"
    "x x 4-Mar, 20:20\n"
    "2km N of Shyrokyne (20km E of Mariupol) N/K Saw N/K Illumination flare 05.03.2021 02:14\n"
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


def test_a_long_text_is_read_in_pieces_with_its_offsets(monkeypatch) -> None:
    monkeypatch.setattr(smm, "PIECE", PIECE)
    day = "On 4 March at 10:00, while in Horlivka, the SMM heard 12 explosions, 3km west.\n"
    filler = ("Nothing else is said in this line. " * 20 + "\n") * 8
    text = (day + filler) * (2 * PIECE // len(day + filler) + 1)
    rows = list(report_rows(text, clock=CLOCK, options=DAY))
    assert len(rows) == text.count("12 explosions")
    assert {row.quote for row in rows} == {day.strip()}
    assert all(text[row.char_start : row.char_end] == row.quote for row in rows)


def test_memory_does_not_grow_with_the_text(monkeypatch) -> None:
    monkeypatch.setattr(smm, "PIECE", PIECE)
    line = "The Mission went on with its work and met officials in the town to speak of services.\n"
    peaks = []
    for pieces in (1, 4):
        text = line * (pieces * PIECE // len(line) // 2)
        tracemalloc.start()
        for _ in report_rows(text, clock=CLOCK, options=DAY):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] + 1_000_000


def test_a_row_of_the_table_that_does_not_fit_is_named() -> None:
    rows = list(report_rows(TABLE, clock=CLOCK, options=DAY))
    kinds = [row.kind for row in rows if not isinstance(row, ReadError)]
    assert kinds == ["projectile", "burst", "flare"]
    assert [row.found for row in rows if isinstance(row, ReadError)] == ["x x 4-Mar, 20:20"]
    first, second = rows[0], rows[1]
    assert first.place_name == second.place_name == "Avdiivka"
    assert second.weapon == "hmg" and second.count_best == 14 and second.bearing_deg == 157.5


@pytest.mark.parametrize(
    "unit",
    ["Means position event number\n", "4-Mar, 20:17\n", "(" * 50, "of which 3 ", "a man (aged 5 ",
     "3 tanks (T-64, ", "denied passage to the SMM only after ", "\u202e\u05d0 heard 3 "],
    ids=["headers", "ends", "brackets", "partings", "ages", "tanks", "access", "marks"],
)  # fmt: skip
def test_hostile_reports_stay_linear(unit: str) -> None:
    once, four = (spent_s((unit * 8_000)[:size]) for size in (8_000, 32_000))
    assert four < 9 * once + 0.3


def test_headings_hold_for_what_stands_below_them() -> None:
    text = (
        "Withdrawal of weapons\nIn violation of withdrawal lines\nGovernment-controlled areas\n"
        "The SMM saw six tanks (T-64) in Lysychansk.\n"
        "Weapons storage sites\nThe SMM saw that nine mortars (2B11, 120mm) were missing.\n"
        "Restrictions of freedom of movement\n"
        "In the previous reporting period, the SMM recorded 90 ceasefire violations.\n"
    )
    rows = read_report(text, clock=CLOCK, options=DAY)
    assert [(row.kind, json.loads(row.attributes)["status"]) for row in rows] == [
        ("weapon_presence", "violation"), ("weapon_absence", "storage")
    ]  # fmt: skip
