"""The room on a store: watches and nulls in, coverage out, and the questions people ask of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from trucewatch.coverage import room
from trucewatch.errors import ConfigError
from trucewatch.mission import Mission
from trucewatch.store import Run, Store

NIGHT = datetime(2021, 6, 21, 20, tzinfo=UTC)


def watch(observer: str, hours: float = 10, **more: Any) -> dict[str, Any]:
    row = {
        "watch_id": f"wat-{observer}-{hours}-{more.get('status', '')}", "source_id": "s",
        "capture_id": "cap-1", "record_no": 1, "observer": observer, "means": "patrol",
        "start_utc": NIGHT, "end_utc": NIGHT + timedelta(hours=hours), "lon": 37.8, "lat": 48.0,
        "radius_km": 20.0, "polygon_wkt": None, "bearing_deg": None, "field_of_view_deg": None,
        "status": "working", "detection": None, "control_side": "UAF", "attributes": None,
    }  # fmt: skip
    return row | more


def observation(**more: Any) -> dict[str, Any]:
    row = {
        "observation_id": "obs-1", "source_id": "s", "capture_id": "cap-1", "record_no": 1,
        "kind": "explosion", "start_utc": NIGHT, "end_utc": NIGHT + timedelta(hours=5),
        "when_precision": "minute", "where_precision": "exact", "lon": 37.8, "lat": 48.0,
        "observer": "team-9", "means": "heard", "is_null": True, "root_id": "r",
    }  # fmt: skip
    return row | more


def rows(store: Store, kind: str = "fire") -> dict[tuple[str, date], dict[str, Any]]:
    found = store.table("coverage", where="kind = $kind", bound={"kind": kind}).to_pylist()
    return {(row["zone"], row["window_end_utc"].date()): row for row in found}


def test_each_reporting_day_with_a_watch_has_its_rows(
    store: Store, mission: Mission, a_run: Run
) -> None:
    store.append("watch", [watch("team-1", 30)], a_run)
    result = room.run(store, mission, a_run)
    found = rows(store)
    assert set(found) == {(z, date(2021, 6, d)) for z in ("donetsk", "luhansk") for d in (22, 23)}
    assert found["donetsk", date(2021, 6, 22)]["watched_share"] > 0.01
    assert found["luhansk", date(2021, 6, 22)]["missed_upper"] is None
    assert json.loads(found["donetsk", date(2021, 6, 22)]["watch_ids"]) == ["wat-team-1-30-"]
    assert result.detail["days"] == 2
    assert result.detail["watches_without_power"] == 0
    assert room.run(store, mission, a_run).rows == 0


def test_a_count_that_was_issued_shows_no_power(store: Store, mission: Mission, a_run: Run) -> None:
    day = mission.clock.reporting_day(date(2021, 6, 22))
    count = observation(
        kind="count_violations", start_utc=day.start_utc, end_utc=day.end_utc, means=None,
        observer=None, is_null=True, count_best=0.0, where_precision="oblast",
        when_precision="evening",
    )  # fmt: skip
    store.append("observation", [count], a_run)
    room.run(store, mission, a_run)
    found = rows(store)
    assert set(found) == {(z, date(2021, 6, 22)) for z in ("donetsk", "luhansk")}
    for row in found.values():
        assert row["watched_share"] == 0
        assert row["detection_probability"] is None
        assert row["missed_upper"] is None


def test_a_null_look_counts_as_a_look(store: Store, mission: Mission, a_run: Run) -> None:
    store.append("observation", [observation()], a_run)
    room.run(store, mission, a_run)
    row = rows(store, "explosion")["donetsk", date(2021, 6, 22)]
    assert row["missed_upper"] is not None
    assert json.loads(row["watch_ids"]) == ["obs-1"]


def test_a_late_watch_supersedes_what_was_said(store: Store, mission: Mission, a_run: Run) -> None:
    store.append("watch", [watch("team-1")], a_run)
    room.run(store, mission, a_run)
    before = rows(store)["donetsk", date(2021, 6, 22)]
    store.append("watch", [watch("team-1", 5, status="denied")], a_run)
    room.run(store, mission, replace(a_run, run_id="run-2"))
    after = rows(store)["donetsk", date(2021, 6, 22)]
    assert after["coverage_id"] == before["coverage_id"]
    assert after["watched_share"] < before["watched_share"]
    assert after["outage_share"] > 0


def test_days_after_what_is_known_are_left_out(store: Store, mission: Mission, a_run: Run) -> None:
    store.append("watch", [watch("cam", 24 * 60)], a_run)
    asked = replace(mission, options={"coverage": {"days": ["2021-06-01"], "kinds": ["fire"]}})
    room.run(store, asked, a_run)
    days = {day for _, day in rows(store)}
    assert min(days) == date(2021, 6, 1)
    assert max(days) == date(2021, 6, 25)


def test_days_have_a_bound_and_it_is_told(store: Store, mission: Mission, a_run: Run) -> None:
    store.append("watch", [watch("cam", 24 * 3)], a_run)
    few = replace(mission, options={"coverage": {"days_max": 2, "kinds": ["fire"]}})
    assert room.run(store, few, a_run).detail["days_left_out"] == 2


def test_clouds_come_from_the_table_the_mission_names(
    store: Store, mission: Mission, a_run: Run
) -> None:
    passing = watch("sat", 0, means="thermal", radius_km=900.0)
    store.append("watch", [passing], a_run)
    (mission.root / "sky.csv").write_text(
        "region,day,cloud_share\nDonetsk region,2021-06-21,0.0\nLuhansk,2021-06-21,1.0\n"
    )
    clear = replace(mission, options={"coverage": {"weather": "sky.csv", "kinds": ["thermal"]}})
    room.run(store, clear, a_run)
    found = rows(store, "thermal")
    assert found["donetsk", date(2021, 6, 22)]["missed_upper"] is not None
    assert found["luhansk", date(2021, 6, 22)]["missed_upper"] is None


def test_what_is_left_without_a_team_a_means_or_a_side(
    store: Store, mission: Mission, a_run: Run
) -> None:
    store.append("watch", [watch("team-1"), watch("cam", means="recorded")], a_run)
    for name in ("team-1", "PATROL"):
        lines = {(r["zone"], r["kind"]): r for r in room.continuity(store, mission, name)}
        line = lines["donetsk", "fire"]
        assert line["detection_probability_after"] < line["detection_probability_before"]
    with pytest.raises(ConfigError, match="nobody"):
        room.continuity(store, mission, "nobody")
    assert store.count("coverage") == 0


def test_the_next_patrol_is_named(store: Store, mission: Mission, a_run: Run) -> None:
    assert room.best_next_patrol(store, mission) == []
    store.append("watch", [watch("team-1")], a_run)
    best = room.best_next_patrol(store, mission)
    assert {row["zone"] for row in best} == {"donetsk", "luhansk"}
    assert best[0]["gain"] >= best[1]["gain"] > 0
    with pytest.raises(ConfigError, match="ghosts"):
        room.best_next_patrol(store, mission, kind="ghosts")


@pytest.mark.parametrize("options", [
    {"point": 3}, {"points": 0}, {"points": "many"}, {"slot_min": 1}, {"kinds": ["ghosts"]},
    {"days": ["soon"]}, {"days": 3}, {"weather": "absent.csv"}, {"detection": "absent.yaml"},
    {"days_max": True}, [],
])  # fmt: skip
def test_wrong_options_are_named(
    store: Store, mission: Mission, a_run: Run, options: dict[str, Any]
) -> None:
    wrong = replace(mission, options={"coverage": options or ["x"]})
    with pytest.raises(ConfigError):
        room.run(store, wrong, a_run)


def test_a_region_that_is_no_polygon_is_the_users_fault(
    store: Store, mission: Mission, a_run: Run
) -> None:
    first = mission.regions[0]
    broken = replace(first, region=replace(first.region, polygon_wkt="POLYGON((0 0, 1 1"))
    store.append("watch", [watch("team-1")], a_run)
    with pytest.raises(ConfigError, match="region donetsk"):
        room.run(store, replace(mission, regions=(broken,)), a_run)
