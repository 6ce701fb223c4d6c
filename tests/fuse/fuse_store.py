"""A mission's store with observations of a test in it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pyarrow as pa

from trucewatch.fuse.room import run
from trucewatch.mission import Mission
from trucewatch.pipeline import code_version
from trucewatch.store import Run, open_store
from trucewatch.when import MissionClock

ORDINAL = count(1)
KNOWN = datetime(2024, 6, 1, tzinfo=UTC)


def mission(root: Path) -> Mission:
    from zoneinfo import ZoneInfo

    return Mission(root, "test", "Test", MissionClock(ZoneInfo("UTC")), "received", (), (), (), ())


@contextmanager
def stored(root: Path, *tables: pa.Table):
    """A store that holds the observations of some tables."""
    with open_store(root / "mission.duckdb") as store:
        for rows in tables:
            add(store, rows)
        yield store


def add(store, rows: pa.Table) -> None:
    given = rows.drop_columns([c for c in ("capture_id",) if c in rows.column_names])
    given = given.append_column("capture_id", pa.array(["cap-test"] * len(rows), pa.string()))
    store.append("observation", given, Run("run-in", "sources", KNOWN))


def fused(store, root: Path, **options):
    """Run the room as the pipeline does, note the run, and return its result."""
    reads = ("observation", "watch", "judgement", "review")
    inputs, settings = json.dumps(store.versions(reads)), json.dumps(options, sort_keys=True)
    this = Run(f"run-fuse-{next(ORDINAL)}", "fuse", KNOWN, options)
    result = run(store, mission(root), this)
    store.execute(
        "INSERT INTO run VALUES ($id, $utc, 'fuse', $inputs, $code, $settings, 1, 1)",
        {"id": this.run_id, "utc": KNOWN, "inputs": inputs, "code": code_version(),
         "settings": settings},
    )  # fmt: skip
    return result


def partition(store) -> set[frozenset[str]]:
    """The incidents as sets of observation ids."""
    groups: dict[str, set[str]] = {}
    for row in store.table("member").to_pylist():
        groups.setdefault(row["incident_id"], set()).add(row["observation_id"])
    return {frozenset(members) for members in groups.values()}
