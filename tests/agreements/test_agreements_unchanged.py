"""One changed provision is evaluated alone, and the tables are as if the whole text had been."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from trucewatch.agreements.load import LIBRARY
from trucewatch.agreements.room import run
from trucewatch.mission import Mission, read_mission
from trucewatch.store import Run, Store, open_store

DAY = datetime(2021, 3, 4, 17, 30, tzinfo=UTC)
MINSK = (LIBRARY / "minsk.yaml").read_text(encoding="utf-8")
CHANGES = {
    "words alone": ("says: The ceasefire binds every side.", "says: The ceasefire binds all."),
    "a distance": ("distance_km: 25", "distance_km: 5"),
    "who is meant by a later rule on fire": (
        "- {id: return-fire, says: Return fire that meets its conditions., burden: invoker, "
        "permitted_by: AM-7}",
        "- {id: own, says: Flights., burden: invoker, notices: [monitor_flight]}",
    ),
    "the first rule on fire leaves what it held to others": (
        'article: "1"\n    topic: ceasefire\n    kind: prohibition\n    says: The ceasefire binds '
        "every side.\n    acts: {defined: fire}",
        'article: "1"\n    topic: ceasefire\n    kind: prohibition\n    says: No advance.\n'
        "    acts: {kinds: [advance]}",
    ),
    "the first rule on fire takes less than it did": (
        "says: The ceasefire binds every side.\n    acts: {defined: fire}",
        "says: No shelling.\n    acts: {kinds: [shelling]}",
    ),
}


def evidence(store: Store, a_run: Run) -> None:
    at = [DAY + timedelta(hours=n) for n in range(6)]
    kinds = ["shot", "shelling", "burst", "weapon_presence", "explosion", "demining"]
    rows: list[dict[str, Any]] = [
        {"observation_id": f"obs-{n:024d}", "source_id": "test", "capture_id": "cap", "kind": kind,
         "start_utc": at[n], "end_utc": at[n] + timedelta(minutes=5), "when_precision": "minute",
         "where_precision": "exact", "is_null": False, "root_id": f"root-{n}", "lon": 37.7,
         "lat": 48.17, "radius_km": 0.5, "means": "saw", "control_side": "UAF",
         "weapon": "howitzer_122" if kind == "weapon_presence" else None}
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    store.append("observation", rows, a_run)
    names = ("kind", "start_utc", "end_utc", "lon", "lat", "radius_km", "weapon")
    store.replace("incident", [
        {name: row[name] for name in names} | {
            "incident_id": f"inc-{n:024d}", "observations": 1, "roots": 1, "extent_km": 0.0,
            "duration_h": 0.1, "probability_occurred": 0.95, "verification_status": "reported",
        } for n, row in enumerate(rows)
    ], a_run)  # fmt: skip
    store.replace("member", [
        {"incident_id": f"inc-{n:024d}", "observation_id": row["observation_id"]}
        for n, row in enumerate(rows)
    ], a_run)  # fmt: skip


def own_text(folder: Path, text: str) -> Mission:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    path = folder / "mission.yaml"
    said = path.read_text(encoding="utf-8")
    if "own.yaml" not in said:
        path.write_text(said + "agreements: [own.yaml]\n", encoding="utf-8")
    return read_mission(folder)


def tables(store: Store) -> dict[str, list[dict[str, Any]]]:
    # The text that a row stands in, and when it was written, tell the two ways apart by design.
    apart = ("run_id", "known_from_utc", "agreement_id")
    return {
        name: [{k: v for k, v in row.items() if k not in apart}
               for row in store.table(name).to_pylist()]
        for name in ("finding", "hypothesis")
    }  # fmt: skip


@pytest.fixture
def changed(
    request: pytest.FixtureRequest, mission_folder: Path, a_run: Run
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Tables after a change of text, the detail of that run, and the tables of a fresh start."""
    old, new = CHANGES[request.param]
    assert old in MINSK
    text = MINSK.replace(old, new, 1)
    again = Run("run-2", "agreements", a_run.data_utc)
    mission = own_text(mission_folder, MINSK)
    with open_store(mission.store_path) as store:
        evidence(store, a_run)
        run(store, mission, a_run)
        detail = run(store, own_text(mission_folder, text), again).detail
        after = tables(store)
    mission.store_path.unlink()
    with open_store(mission.store_path) as store:
        evidence(store, a_run)
        run(store, mission, a_run)
        fresh = tables(store)
    return after, detail, fresh


@pytest.mark.parametrize("changed", CHANGES, indirect=True)
def test_a_changed_provision_gives_what_the_whole_text_gives(
    changed: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
) -> None:
    after, _, fresh = changed
    assert fresh["hypothesis"]
    assert after == fresh


@pytest.mark.parametrize(
    "changed", ["words alone", "a distance", "who is meant by a later rule on fire"], indirect=True
)
def test_only_the_changed_provision_is_evaluated(
    changed: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
) -> None:
    detail = changed[1]
    assert detail["evaluated"] == 1
    assert detail["unchanged"] == 30


def test_nothing_changed_evaluates_nothing(mission_folder: Path, a_run: Run) -> None:
    mission = own_text(mission_folder, MINSK)
    with open_store(mission.store_path) as store:
        evidence(store, a_run)
        first = run(store, mission, a_run)
        before = tables(store)
        second = run(store, mission, a_run)
        assert (first.detail["evaluated"], second.detail["evaluated"]) == (31, 0)
        assert (second.rows, tables(store)) == (0, before)


def test_new_evidence_evaluates_everything(mission_folder: Path, a_run: Run) -> None:
    mission = own_text(mission_folder, MINSK)
    with open_store(mission.store_path) as store:
        evidence(store, a_run)
        run(store, mission, a_run)
        store.append("review", [{
            "review_id": "rev-1", "subject_id": "inc-" + "0" * 24, "decision": "verified",
            "who": "A. Person", "why": "seen",
        }], a_run)  # fmt: skip
        assert run(store, mission, a_run).detail["evaluated"] == 31
