"""The room over a store: counts to findings, what changed to a diff, watches to acts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from trucewatch.agreements.room import run
from trucewatch.errors import ConfigError
from trucewatch.mission import Mission, read_mission
from trucewatch.store import Run, Store, open_store

DAY = datetime(2021, 3, 4, 17, 30, tzinfo=UTC)


def observation(number: int, **given: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "observation_id": f"obs-{number:024d}", "source_id": "test", "capture_id": "cap-test",
        "kind": "count_violations", "start_utc": DAY, "end_utc": DAY + timedelta(hours=24),
        "when_precision": "evening", "where_precision": "oblast", "is_null": False,
        "root_id": "osce", "lon": 37.8, "lat": 48.0, "radius_km": 110.0, "place_name": "Donetsk",
        "count_best": None, "means": "reported", "weapon": None, "calibre_mm": None,
        "control_side": None,
    }  # fmt: skip
    return row | given


def a_mission(folder: Path, extra: str = "") -> Mission:
    path = folder / "mission.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "agreements: [minsk]\n" + extra)
    return read_mission(folder)


@pytest.fixture
def ready(mission_folder: Path, a_run: Run) -> tuple[Mission, Store]:
    mission = a_mission(mission_folder)
    store = open_store(mission.store_path)
    rows = [
        observation(1, count_best=33.0),
        observation(2, count_best=0.0, is_null=True, place_name="Luhansk", lon=38.9, lat=48.8),
        observation(3, kind="weapon_presence", weapon="howitzer_122", calibre_mm=122.0,
                    control_side="UAF", lon=37.70, lat=48.17, radius_km=0.5, place_name="Avdiivka",
                    means="saw", end_utc=DAY + timedelta(hours=1)),
    ]  # fmt: skip
    store.append("observation", rows, a_run)
    return mission, store


def findings(store: Store, provision: str) -> list[dict[str, Any]]:
    where = {"provision": provision}
    return store.table("finding", None, "provision_id = $provision", where).to_pylist()


def test_a_count_is_a_breach_by_any_side(ready: tuple[Mission, Store], a_run: Run) -> None:
    mission, store = ready
    with store:
        run(store, mission, a_run)
        found = {
            (r["zone"], r["outcome"], r["party"])
            for r in findings(store, "minsk/PM-1")
            if r["window_start_utc"] == DAY
        }
        assert found == {("donetsk", "breach", "any side"), ("luhansk", "undetermined", "any side")}


def test_a_zero_is_quoted_and_not_compliance(ready: tuple[Mission, Store], a_run: Run) -> None:
    mission, store = ready
    with store:
        run(store, mission, a_run)
        luhansk = [r for r in findings(store, "minsk/PM-1")
                   if r["zone"] == "luhansk" and r["window_start_utc"] == DAY]  # fmt: skip
        assert [r["outcome"] for r in luhansk] == ["undetermined"]
        assert json.loads(luhansk[0]["trace"])["zeros"] == ["obs-" + "2".zfill(24)]
        assert all(r["outcome"] != "none_seen" for r in store.table("finding").to_pylist())


def test_a_standing_weapon_is_held_against_its_holder(
    ready: tuple[Mission, Store], a_run: Run
) -> None:
    mission, store = ready
    with store:
        run(store, mission, a_run)
        (found,) = [r for r in findings(store, "minsk/PM-2-1") if r["reading"] == "half the width"
                    and r["incidents"]]  # fmt: skip
        assert (found["party"], found["outcome"]) == ("uaf", "breach")


def test_running_twice_changes_nothing(ready: tuple[Mission, Store], a_run: Run) -> None:
    mission, store = ready
    with store:
        first = run(store, mission, a_run)
        assert first.rows > 0
        assert run(store, mission, a_run).rows == 0


def test_a_changed_provision_changes_its_own_findings_only(
    mission_folder: Path, a_run: Run
) -> None:
    from trucewatch.agreements.load import LIBRARY

    text = (LIBRARY / "minsk.yaml").read_text(encoding="utf-8")
    own = mission_folder / "own.yaml"
    own.write_text(text, encoding="utf-8")
    path = mission_folder / "mission.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "agreements: [own.yaml]\n")
    mission = read_mission(mission_folder)
    with open_store(mission.store_path) as store:
        store.append("observation", [observation(1, count_best=33.0)], a_run)
        run(store, mission, a_run)
        before = {r["finding_id"]: r for r in store.table("finding").to_pylist()}
        own.write_text(text.replace("says: The ceasefire binds every side.",
                                    "says: The ceasefire binds all."))  # fmt: skip
        run(store, mission, Run("run-2", "test", a_run.data_utc + timedelta(hours=1)))
        after = {r["finding_id"]: r for r in store.table("finding").to_pylist()}
        changed = {after[i]["provision_id"] for i in after if after[i] != before.get(i)}
        assert changed == {"minsk/MM-1"}
        assert before.keys() == after.keys()


def test_a_denied_watch_is_a_denial_of_access(mission_folder: Path, a_run: Run) -> None:
    mission = a_mission(mission_folder)
    with open_store(mission.store_path) as store:
        store.append("watch", [{
            "watch_id": "wat-1", "source_id": "t", "capture_id": "c", "observer": "team 1",
            "means": "patrol", "start_utc": DAY, "end_utc": DAY + timedelta(hours=1), "lon": 37.8,
            "lat": 48.0, "radius_km": 2.0, "status": "denied", "control_side": "AF",
        }], a_run)  # fmt: skip
        run(store, mission, a_run)
        (found,) = [r for r in findings(store, "minsk/PM-3") if r["incidents"]]
        assert (found["party"], found["outcome"]) == ("af", "breach")


def test_bad_options_are_named(mission_folder: Path, a_run: Run) -> None:
    mission = a_mission(mission_folder, "options: {agreements: {certainty: 7}}\n")
    with open_store(mission.store_path) as store, pytest.raises(ConfigError, match="certainty"):
        run(store, mission, a_run)


def test_without_an_agreement_nothing_is_written(
    mission: Mission, store: Store, a_run: Run
) -> None:
    assert run(store, mission, a_run).rows == 0
