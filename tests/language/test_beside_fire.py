"""Counted nouns, clauses, layout and laws of what reports hold beside fire."""

from __future__ import annotations

import json
import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch import vocabulary
from trucewatch.language.smm import ReportOptions, read_report
from trucewatch.language.smm_holdings import WEAPON
from trucewatch.language.smm_nominal import flat, heads, minutes_in
from trucewatch.language.smm_notices import notices_in
from trucewatch.model import Observation
from trucewatch.when import MissionClock

CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
OPTIONS = ReportOptions(report_day=date(2021, 2, 17))
PIECES = (
    "The SMM saw ", "two ", "tanks (T-64) ", "were missing ", "in (", ")", "denied ", "a man ",
    "injured ", "mines ", "no ", "localized ceasefire ", "repairs ", "at a checkpoint ", "of them ",
    "border crossing point ", "cars ", "UAV ", "jamming ", "30 minutes ", ", ", "; ", "\n- ", ":\n",
)  # fmt: skip


def rows(text: str) -> list[Observation]:
    found = read_report(text, clock=CLOCK, options=OPTIONS)
    return [row for row in found if isinstance(row, Observation)]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("two of the six BTR-70 armoured personnel carriers", [6.0]),
        ("all ten tanks (five T-64, five T-72) and a howitzer", [10.0, 1.0]),
        ("18 tanks, at least four of them T-72s", [18.0]),
        ("both howitzers", [2.0]),
        ("a couple of tanks and dozens of guns", [2.0, 24.0]),
        ("a checkpoint near tanks", []),
    ],
)
def test_counted_nouns(text: str, counts: list[float]) -> None:
    assert [h.many for h in heads(text, WEAPON) if h.stated] == counts


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("half an hour", 30.0), ("an hour and a half", 90.0), ("two hours", 120.0),
     ("about 35 minutes", 35.0), ("one and a half hours", 90.0), ("hours", None)],
)  # fmt: skip
def test_spans_of_time_in_minutes(text: str, minutes: float | None) -> None:
    assert minutes_in(text) == minutes


def test_a_bracket_is_no_end_of_a_clause() -> None:
    text = "two howitzers (2S1, 122mm) and six guns (D-48, 85mm) were missing from a storage site"
    assert {n.kind for n in notices_in(text, None)} == {"weapon_absence"}
    assert len(flat(text)) == len(text) and "122" not in flat(text)


def test_headings_give_side_and_day_and_a_lead_its_list() -> None:
    first, second, third = rows(
        "In violation of withdrawal lines\n\nGovernment-controlled areas\n\n15 February\n\n"
        "An SMM mini-UAV spotted:\n- a tank (T-64) near Popasna (69km west of Luhansk); and\n"
        "- two howitzers near Zolote (60km west of Luhansk).\n\n"
        "Restrictions of freedom of movement\n\nAn armed man denied the SMM passage in Horlivka."
    )
    assert (first.control_side, first.means, second.means) == ("government", "uav", "uav")
    assert first.start_utc == CLOCK.calendar_day(date(2021, 2, 15)).start_utc
    assert json.loads(second.attributes or "{}")["status"] == "violation"
    assert third.control_side is None
    assert third.start_utc == CLOCK.reporting_day(date(2021, 2, 17)).start_utc


def test_no_traffic_is_a_null_observation() -> None:
    (seen,) = rows("At the border crossing point in Milove, the SMM saw no pedestrians exiting.")
    assert (seen.kind, seen.count_best, seen.is_null) == ("crossing_traffic", 0.0, True)


def test_what_others_may_not_do_is_no_restriction_of_the_monitors() -> None:
    assert rows("Residents told the SMM that they could not enter their fields due to mines.") == []
    assert rows("The SMM's mandate provides for safe access, which nobody may deny it.") == []


def test_kinds_beside_fire_are_in_the_vocabulary() -> None:
    assert {"repair", "crossing_traffic"} <= vocabulary.kinds().keys()
    assert not vocabulary.kinds()["crossing_traffic"].facts["breaches"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_words_give_known_kinds_and_ordered_bounds(text: str) -> None:
    for row in rows(text):
        assert row.kind in vocabulary.kinds()
        if row.count_low is not None and row.count_high is not None:
            assert row.count_low <= row.count_high
        assert row.is_null == (row.count_best == 0)


@pytest.mark.parametrize("piece", ["(", "a man ", "two tanks (", "signs ", "not ", "denied the "])
def test_hostile_repeats_take_bounded_time(piece: str) -> None:
    began = time.process_time()
    rows("The SMM saw " + piece * (20_000 // len(piece)))
    assert time.process_time() - began < 20
