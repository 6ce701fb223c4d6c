"""The ledger's shares on cases worked by hand, and the laws as properties."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from coverage_given import DAY, LAT, LON, at, ledger, row, watch, window, zone
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.coverage.detection import read_detection
from trucewatch.coverage.ledger import Ledger, LedgerOptions
from trucewatch.coverage.stations import joined, null_stations, stations, subtracted
from trucewatch.where import destination

SURE = '{"*": {"p": 1, "sigma_km": 10000, "night": 1}}'


def test_nothing_watched_is_undetermined_never_quiet() -> None:
    found = row([])
    assert found["watched_share"] == found["outage_share"] == 0
    assert found["detection_probability"] is None
    assert found["missed_upper"] is None
    assert found["watches"] == 0


def test_a_sure_watch_of_all_leaves_three() -> None:
    found = row([watch(detection=SURE)])
    assert found["watched_share"] == pytest.approx(1)
    assert found["detection_probability"] == pytest.approx(1, abs=1e-3)
    assert found["missed_upper"] == pytest.approx(3.0, abs=0.01)
    assert json.loads(found["watch_ids"]) == ["wat-team-1-0-24-working"]


@pytest.mark.parametrize(("more", "share"), [
    ({"radius_km": 5}, 0.25), ({"radius_km": 2}, 0.04), ({"radius_km": 0.5}, 0.0025),
    ({"end": 6}, 0.25), ({"end": 0.1}, 0.1 / 24),
    ({"bearing_deg": 90, "field_of_view_deg": 90}, 0.25),
    ({"bearing_deg": 0, "field_of_view_deg": 60, "radius_km": 3}, 0.015),
    ({"lon": -37.8}, 0.0), ({"lat": None}, 0.0),
])  # fmt: skip
def test_share_is_the_part_of_area_and_hours(more: dict[str, Any], share: float) -> None:
    found = row([watch(detection=SURE, **more)], points=1000)
    assert found["watched_share"] == pytest.approx(share, rel=0.08, abs=1e-6)


def test_a_footprint_in_wkt_counts_by_its_area() -> None:
    east, south = destination(LON, LAT, 90, 4), destination(LON, LAT, 180, 4)
    square = (f"POLYGON(({LON} {LAT}, {east[0]} {LAT}, {east[0]} {south[1]}, {LON} {south[1]}, "
              f"{LON} {LAT}))")  # fmt: skip
    found = row([watch(polygon_wkt=square, detection=SURE)], points=2000)
    assert found["watched_share"] == pytest.approx(16 / 314.16, rel=0.06)
    assert row([watch(polygon_wkt="POLYGON((0 0, 1 1", detection=SURE)])["watched_share"] == 0


@pytest.mark.parametrize("status", ["outage", "denied", "jammed"])
def test_lost_hours_are_taken_out_and_kept_as_lost(status: str) -> None:
    lost = watch(start=6, end=12, status=status)
    found = row([watch(detection=SURE), lost])
    assert found["watched_share"] == pytest.approx(0.75, abs=1e-6)
    assert found["outage_share"] == pytest.approx(0.25, abs=1e-6)
    assert found["watches"] == 2


def test_a_lost_team_beside_a_working_one_costs_no_share() -> None:
    found = row([watch(), watch("team-2", status="denied")])
    assert found["watched_share"] == pytest.approx(1)
    assert found["outage_share"] == 0


def test_one_observers_outage_far_away_is_not_here() -> None:
    far = watch(lon=LON + 5, start=0, end=24, status="outage")
    assert row([watch(), far])["watched_share"] == pytest.approx(1)


def test_the_same_watch_told_twice_is_one_watch() -> None:
    once, twice = row([watch()]), row([watch(), {**watch(), "watch_id": "wat-again"}])
    assert twice["detection_probability"] == once["detection_probability"]


def test_one_observer_has_one_pair_of_eyes() -> None:
    once = row([watch()])
    moved = {**watch(), "lon": LON + 0.001, "watch_id": "wat-b"}
    other = row([watch(), {**moved, "observer": "team-2"}])
    same = row([watch(), moved])
    assert same["detection_probability"] == pytest.approx(once["detection_probability"], rel=0.01)
    assert other["detection_probability"] > 1.3 * once["detection_probability"]


@pytest.mark.parametrize(
    ("dependence", "chance"), [(0.0, 0.75), (0.25, 0.723), (0.5, 0.7012), (1.0, 2 / 3)]
)
def test_two_observers_miss_only_what_both_miss(dependence: float, chance: float) -> None:
    """Clayton: (2 * 0.5**-phi - 1)**(-1 / phi); one observer alone keeps the chance stated."""
    half = '{"*": {"p": 0.5, "sigma_km": 10000, "night": 1}}'
    figures = replace(read_detection(), dependence=dependence)
    one, two = watch(detection=half), watch("team-2", detection=half)
    both = row([one, two], detection=figures)
    assert both["detection_probability"] == pytest.approx(chance, abs=0.001)
    assert row([one], detection=figures)["detection_probability"] == pytest.approx(0.5, abs=0.001)
    assert both["watched_share"] == 1


def test_night_dims_eyes_but_not_ears() -> None:
    night, noon = window(21, 23), window(9, 11)
    seen = {n: row([watch()], "movement", window=w) for n, w in (("night", night), ("noon", noon))}
    heard = [row([watch()], "explosion", window=w) for w in (night, noon)]
    assert seen["night"]["detection_probability"] < 0.5 * seen["noon"]["detection_probability"]
    assert heard[0]["detection_probability"] == heard[1]["detection_probability"]


def test_cloud_blinds_a_satellite_and_unknown_cloud_gives_no_power() -> None:
    sky = watch("sat", start=12, end=12, means="thermal", radius_km=500)
    clear = {("north", date(2021, 6, 1)): 0.0}
    half = {("north", date(2021, 6, 1)): 0.5}
    figures = [row([sky], "thermal", clouds=c)["detection_probability"] for c in (clear, half, {})]
    assert figures[0] == pytest.approx(0.6 / 24, rel=0.01)
    assert figures[1] == pytest.approx(figures[0] / 2, rel=0.01)
    assert figures[2] is None


def test_a_pass_looks_back_as_far_as_traces_last() -> None:
    scene = watch("sat", start=100, end=100, means="radar", radius_km=500)
    found = row([scene], "damage")
    assert found["watched_share"] == pytest.approx(1)
    assert found["detection_probability"] == pytest.approx(0.634, abs=0.001)
    assert row([scene], "damage", window=window(110, 120))["watched_share"] == 0
    assert row([scene], "fire")["watched_share"] == 0


def test_a_long_window_is_the_mean_of_its_days() -> None:
    watches = [watch(start=0, end=30), watch("cam", 50, 60, means="recorded", radius_km=4)]
    book = ledger(watches)
    days = [next(iter(book.rows([zone()], [window(24 * d, 24 * d + 24)], ["fire"])))
            for d in range(4)]  # fmt: skip
    whole = next(iter(book.rows([zone()], [window(0, 96)], ["fire"])))
    for key in ("watched_share", "detection_probability"):
        mean = sum(day[key] or 0 for day in days) / 4
        assert whole[key] == pytest.approx(mean, rel=1e-6)


def test_a_zone_without_extent_is_seen_or_not() -> None:
    place = zone(radius_km=0)
    assert row([watch()], zone=place)["watched_share"] == pytest.approx(1)
    assert row([watch(lon=LON + 1)], zone=place)["watched_share"] == 0


def null(**more: Any) -> dict[str, Any]:
    return {"observation_id": "obs-1", "kind": "explosion", "observer": "team-1", "means": "heard",
            "start_utc": at(7), "end_utc": at(12), "lon": LON, "lat": LAT, "radius_km": 10.0,
            "polygon_wkt": None, "where_precision": "exact", "bearing_deg": None,
            "observer_lon": LON, "observer_lat": LAT, "control_side": None} | more  # fmt: skip


def looked(nulls: list[dict[str, Any]], watches: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    figures = read_detection()
    known = stations(watches, figures)
    book = Ledger([*known, *null_stations(nulls, known, figures)], figures,
                  options=LedgerOptions(400))  # fmt: skip
    return next(iter(book.rows([zone()], [window()], [kind])))


def test_a_null_report_is_a_look_for_its_own_kind_only() -> None:
    found = looked([null()], [], "explosion")
    assert found["watched_share"] == pytest.approx(5 / 24, rel=1e-3)
    assert json.loads(found["watch_ids"]) == ["obs-1"]
    assert looked([null()], [], "shot")["watched_share"] == 0


def test_a_null_inside_its_teams_watch_adds_nothing() -> None:
    alone = looked([], [watch()], "explosion")["detection_probability"]
    assert looked([null()], [watch()], "explosion")["detection_probability"] == alone


@pytest.mark.parametrize("more", [
    {"where_precision": "oblast"}, {"means": "reported"}, {"observer": None}, {"means": None},
    {"kind": "protest"}, {"end_utc": at(80)}, {"lon": None, "observer_lon": None},
])  # fmt: skip
def test_a_null_that_says_not_from_where_has_no_power(more: dict[str, Any]) -> None:
    assert looked([null(**more)], [], "explosion")["watched_share"] == 0


def test_what_befalls_watches_is_noticed_while_they_are_there() -> None:
    found = row([watch(end=6), watch("team-2", 12, 18, status="denied")], "access")
    assert found["watched_share"] == pytest.approx(0.5)
    assert found["detection_probability"] == pytest.approx(0.5 * 0.95)
    assert found["watches"] == 2
    assert row([], "access")["missed_upper"] is None
    assert row([watch(lon=LON + 5)], "instrument")["missed_upper"] is None


def test_hostile_rows_are_blind_not_fatal() -> None:
    odd = [watch(lon=float("nan")), watch(lat=float("inf")), watch(radius_km=-4.0),
           watch(start=5, end=2), watch(means="seance"), watch(status="asleep"),
           watch(radius_km=1e9), watch(field_of_view_deg=float("nan"), bearing_deg=3.0),
           watch(detection="{" * 10_000)]  # fmt: skip
    for one in odd:
        found = row([one])
        assert 0 <= found["watched_share"] <= 1


hours = st.floats(0, 24).map(lambda hour: round(hour, 2))
some_watch = st.builds(
    lambda who, span, place, more: watch(
        f"team-{who}", min(span), max(span), lon=LON + place[0], lat=LAT + place[1], **more
    ),
    st.integers(1, 3), st.tuples(hours, hours),
    st.tuples(st.floats(-0.2, 0.2), st.floats(-0.15, 0.15)),
    st.fixed_dictionaries({
        "means": st.sampled_from(["patrol", "recorded", "uav", "acoustic"]),
        "radius_km": st.sampled_from([0.5, 3.0, 8.0, 20.0]),
        "field_of_view_deg": st.sampled_from([None, 40.0, 200.0]),
        "bearing_deg": st.sampled_from([None, 10.0, 190.0]),
    }),
)  # fmt: skip
SHARES = ("watched_share", "detection_probability")


@settings(deadline=None, max_examples=40)
@given(st.lists(some_watch, max_size=6), some_watch, st.sampled_from(["fire", "movement", "shot"]))
def test_more_watches_never_lower_coverage(
    watches: list[dict[str, Any]], one: dict[str, Any], kind: str
) -> None:
    before, after = row(watches, kind, points=150), row([*watches, one], kind, points=150)
    for share in SHARES:
        assert (after[share] or 0) >= (before[share] or 0) - 2e-9
    assert before["missed_upper"] is None or after["missed_upper"] <= before["missed_upper"] + 1e-6


@settings(deadline=None, max_examples=40)
@given(st.lists(some_watch, min_size=1, max_size=6), some_watch,
       st.sampled_from(["outage", "denied", "jammed"]))  # fmt: skip
def test_an_outage_never_raises_coverage(
    watches: list[dict[str, Any]], one: dict[str, Any], status: str
) -> None:
    lost = {**one, "status": status, "watch_id": "wat-lost"}
    before, after = row(watches, points=150), row([*watches, lost], points=150)
    for share in SHARES:
        assert (after[share] or 0) <= (before[share] or 0) + 2e-9
    assert after["watched_share"] + after["outage_share"] <= 1 + 1e-9


@settings(deadline=None, max_examples=40)
@given(st.lists(some_watch, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(watches: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(watches)
    random.shuffle(shuffled)
    first, second = row(watches, points=100), row(shuffled, points=100)
    assert first["detection_probability"] == second["detection_probability"]


@settings(deadline=None, max_examples=40)
@given(st.lists(some_watch, max_size=5), st.sampled_from(["AAA", "BBB"]))
def test_the_side_that_controls_a_place_changes_no_figure(
    watches: list[dict[str, Any]], side: str
) -> None:
    sided = [{**one, "control_side": side} for one in watches]
    assert row(sided)["detection_probability"] == row(watches)["detection_probability"]


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(
    lambda pair: (float(min(pair)), float(max(pair)))), max_size=12)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(spans, spans)
def test_spans_are_joined_and_losses_taken_out_exactly(
    works: list[tuple[float, float]], losses: list[tuple[float, float]]
) -> None:
    left = subtracted(joined(works), joined(losses))
    for tick in range(50):
        middle = tick + 0.5
        wanted = any(a < middle < b for a, b in works) and not any(
            a < middle < b for a, b in losses
        )
        assert any(a < middle < b for a, b in left) == wanted
    assert DAY.tzinfo is not None
