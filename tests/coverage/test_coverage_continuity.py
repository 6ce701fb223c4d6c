"""What is left without a team, a means or a side, and where one more patrol adds most."""

from __future__ import annotations

import pytest
from coverage_given import LAT, LON, ledger, row, watch, window, zone

from trucewatch.coverage.continuity import (
    PatrolPlan,
    bears,
    best_next_patrol,
    what_is_left,
    without,
)
from trucewatch.where import distance_km

WATCHES = [
    watch("team-1", control_side="A"),
    watch("cam-1", means="recorded", radius_km=5.0, control_side="B"),
    watch("cam-2", means="recorded", lon=LON + 0.1, radius_km=5.0, control_side="B"),
]


@pytest.mark.parametrize(("lost", "left"), [
    ({"observer": "team-1"}, {"cam-1", "cam-2"}), ({"means": "recorded"}, {"team-1"}),
    ({"control_side": "B"}, {"team-1"}), ({"control_side": "B", "observer": "cam-1"},
                                         {"team-1", "cam-2"}),
])  # fmt: skip
def test_without_takes_away_what_matches_every_name(lost: dict[str, str], left: set[str]) -> None:
    assert {one["observer"] for one in without(WATCHES, **lost)} == left


def test_without_wants_a_name() -> None:
    with pytest.raises(ValueError, match="name an observer"):
        without(WATCHES)
    assert [bears(one, " RECORDED ") for one in WATCHES] == [False, True, True]
    assert not any(bears(one, "cam-9") for one in WATCHES)


def test_certainty_left_is_told_beside_certainty_had() -> None:
    kinds, windows = ["fire", "movement"], [window(), window(24, 48)]
    whole = list(ledger(WATCHES).rows([zone()], windows, kinds))
    rest = list(ledger(without(WATCHES, observer="team-1")).rows([zone()], windows, kinds))
    found = {line["kind"]: line for line in what_is_left(whole, rest)}
    fire = found["fire"]
    assert fire["detection_probability_after"] < fire["detection_probability_before"]
    assert fire["missed_upper_after"] > fire["missed_upper_before"]
    assert fire["windows"] == 2
    assert fire["windows_blind_before"] == fire["windows_blind_after"] == 1


def test_losing_everything_leaves_no_bound() -> None:
    whole = list(ledger(WATCHES[:1]).rows([zone()], [window()], ["fire"]))
    line = what_is_left(whole, ledger([]).rows([zone()], [window()], ["fire"]))[0]
    assert line["detection_probability_after"] is None
    assert line["missed_upper_after"] is None


def test_the_next_patrol_goes_where_nobody_looks() -> None:
    west = watch(lon=LON - 0.25, radius_km=14.0)
    found = best_next_patrol(
        ledger([west]), [zone(radius_km=25)], window(), "explosion", PatrolPlan(range_km=10)
    )[0]
    assert found["lon"] > LON
    assert found["gain"] > 0
    assert found["missed_upper_after"] < found["missed_upper_before"]


def test_the_gain_told_is_the_gain_had() -> None:
    plan = PatrolPlan(range_km=8, hours=5)
    watches = [watch(end=8), watch("cam", means="recorded", radius_km=4.0)]
    found = best_next_patrol(ledger(watches), [zone()], window(), "fire", plan)[0]
    one = watch("one more", lon=found["lon"], lat=found["lat"], radius_km=8.0)
    one |= {"start_utc": found["start_utc"], "end_utc": found["end_utc"]}
    after = row([*watches, one])
    assert after["detection_probability"] == pytest.approx(found["detection_after"], abs=1e-6)
    assert row(watches)["detection_probability"] == pytest.approx(found["detection_before"])


def test_the_zone_with_most_to_gain_comes_first() -> None:
    blind = zone(zone_id="blind")
    far = zone(zone_id="watched")
    seen = [watch(detection='{"*": {"p": 1, "sigma_km": 10000}}')]
    moved = type(blind)("blind", "Blind", type(blind.region)(LON + 3, LAT, 10))
    found = best_next_patrol(ledger(seen), [far, moved], window(), "fire")
    assert [line["zone"] for line in found] == ["blind", "watched"]
    assert distance_km(found[0]["lon"], found[0]["lat"], LON + 3, LAT) < 10


def test_a_plan_for_more_than_two_days_is_refused() -> None:
    with pytest.raises(ValueError, match="48 h"):
        best_next_patrol(ledger([]), [zone()], window(0, 72), "fire")
