"""The order of the rooms, and the only module that imports them all.

A room runs again only where something it reads, its settings or the code has changed: a run with
nothing new touches nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from trucewatch.errors import ConfigError
from trucewatch.ids import content_id
from trucewatch.mission import Mission
from trucewatch.store import RoomResult, Run, Store, open_as_of, open_store
from trucewatch.version import code_version

Tell = Callable[[str, int, int | None], None]
_PRODUCTS = ("captures", "out", "truth")
_KNOWN_BY = ("observation", "watch", "notice", "judgement", "review", "claim")


@dataclass(frozen=True, slots=True)
class Room:
    """One room: its name, the module that holds its `run`, and the tables it reads."""

    name: str
    module: str
    reads: tuple[str, ...]
    says: str


ROOMS = (
    Room("sources", "trucewatch.sources.room", (), "reading what came in"),
    Room("fuse", "trucewatch.fuse.room", ("observation", "watch", "judgement", "review"),
         "joining accounts of one happening"),
    Room("coverage", "trucewatch.coverage.room", ("watch", "observation"),
         "reckoning what could have been seen"),
    Room("agreements", "trucewatch.agreements.room",
         ("observation", "incident", "member", "coverage", "watch", "notice", "review"),
         "holding the agreement against the evidence"),
    Room("dossier", "trucewatch.dossier.room", ("capture", "agreement"),
         "reading what documents claim"),
    Room("warn", "trucewatch.warn.room", ("observation", "watch", "coverage"), "looking ahead"),
    Room("respond", "trucewatch.respond.room",
         ("finding", "provision", "warning", "review", "notice", "observation", "incident"),
         "which steps follow"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where fuse runs when it does not run here: a Spark master, and a folder both can reach."""

    master: str
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class RoomReport:
    """What one room did in this run; fresh is False where nothing it reads had changed."""

    room: str
    seconds: float
    rows: int
    fresh: bool
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a whole run did, and how many open rows of each noun the mission now holds."""

    rooms: tuple[RoomReport, ...]
    counts: dict[str, int]
    data_utc: datetime


def room_named(name: str) -> Room:
    """Return a room by its name."""
    return next(room for room in ROOMS if room.name == name)


def run_rooms(
    store: Store, mission: Mission, rooms: Sequence[Room] = ROOMS, tell: Tell | None = None,
    cluster: Cluster | None = None,
) -> RunReport:  # fmt: skip
    """Run rooms in order; an interrupted or failed room leaves the store as it was before it.

    cluster: fuse runs there and gives the same incidents; every other room runs here.
    """
    reports = tuple(_run_room(store, mission, room, tell, cluster) for room in rooms)
    return RunReport(reports, counts_of(store), known_until(store))


def open_mission(
    mission: Mission, *, as_of: datetime | None = None, waiting: Callable[[], None] | None = None
) -> Store:
    """Open the mission's store, or a view of it as it stood at a past instant."""
    if as_of is None:
        return open_store(mission.store_path, waiting=waiting)
    if not mission.store_path.exists():
        raise ConfigError.at(
            mission.root, None, found=f"no {mission.store_path.name}, so nothing was known then",
            expected="a mission that has been run", mend="Run it without --as-of first.",
        )  # fmt: skip
    with open_store(mission.store_path, waiting=waiting):
        pass  # brings an old store to the newest tables before it is looked at read-only
    return open_as_of(mission.store_path, as_of)


def rooms_for(store: Store) -> tuple[Room, ...]:
    """Return the rooms that can run: a look at the past reads nothing new in."""
    return ROOMS if store.as_of_utc is None else ROOMS[1:]


def known_until(store: Store) -> datetime:
    """Return the instant up to which everything is known: as-of, or the newest input."""
    if store.as_of_utc is not None:
        return store.as_of_utc
    newest = [
        store.query(f"SELECT max(known_from_utc) AS t FROM {table}")["t"][0].as_py()
        for table in _KNOWN_BY
    ]
    found = [moment for moment in newest if moment is not None]
    return max(found).astimezone(UTC) if found else datetime(1970, 1, 1, tzinfo=UTC)


def counts_of(store: Store) -> dict[str, int]:
    """Return how many open rows of each noun there are."""
    names = ("observation", "incident", "finding", "warning", "directive", "quarantine", "capture")
    return {name: store.count(name) for name in names}


def _run_room(
    store: Store, mission: Mission, room: Room, tell: Tell | None, cluster: Cluster | None
) -> RoomReport:
    started = time.perf_counter()
    options = _options(mission, room)
    inputs = json.dumps({**store.versions(room.reads), "mission": _mission_sha256(mission)})
    parameters = json.dumps(options, sort_keys=True, default=str)
    if room.reads and _is_done(store, room, inputs, parameters):
        return RoomReport(room.name, time.perf_counter() - started, 0, fresh=False)
    if tell:
        tell(room.says, 0, None)
    run = _begin(store, room, inputs, parameters, options, tell)
    work = _work_of(room, cluster)
    # The in-door commits each capture by itself, so that a long read can be resumed.
    with store.transaction() if room.reads else nullcontext():
        result = work(store, mission, run)
        seconds = time.perf_counter() - started
        if room.reads:
            _record(store, run, inputs, parameters, result.rows, seconds)
    return RoomReport(room.name, seconds, result.rows, fresh=True, detail=result.detail)


def _work_of(room: Room, cluster: Cluster | None) -> Callable[[Store, Mission, Run], RoomResult]:
    if cluster is not None and room.name == "fuse":
        from trucewatch.fuse.cluster import ClusterOptions, run_cluster

        where = ClusterOptions(master=cluster.master, folder=cluster.folder)
        return lambda store, mission, run: run_cluster(store, mission, run, where)
    found: Callable[[Store, Mission, Run], RoomResult] = import_module(room.module).run
    return found


def _options(mission: Mission, room: Room) -> dict[str, Any]:
    """A room's settings; fuse is also told how reliable each source is said to be."""
    options = dict(mission.options.get(room.name, {}))
    if room.name == "fuse":
        from trucewatch.sources import known_sources

        letters = {name: spec.reliability for name, spec in known_sources(mission.root).items()}
        options["reliability"] = {**letters, **options.get("reliability", {})}
    return options


def _begin(
    store: Store, room: Room, inputs: str, parameters: str, options: dict[str, Any],
    tell: Tell | None,
) -> Run:  # fmt: skip
    ordinal = store.query("SELECT count(*) AS n FROM run")["n"][0].as_py()
    run_id = content_id("run", room.name, inputs, code_version(), parameters, ordinal)
    run = Run(run_id, room.name, known_until(store), options)
    return run if tell is None else Run(run_id, room.name, run.data_utc, options, tell)


def _is_done(store: Store, room: Room, inputs: str, parameters: str) -> bool:
    last = store.query(
        "SELECT inputs, code_version, parameters FROM run WHERE room = $room "
        "ORDER BY rowid DESC LIMIT 1",
        {"room": room.name},
    ).to_pylist()
    wanted = {"inputs": inputs, "code_version": code_version(), "parameters": parameters}
    return bool(last) and last[0] == wanted


def _record(
    store: Store, run: Run, inputs: str, parameters: str, rows: int, seconds: float
) -> None:
    store.execute(
        "INSERT INTO run VALUES ($id, $utc, $room, $inputs, $code, $parameters, $seconds, $rows)",
        {
            "id": run.run_id, "utc": run.data_utc, "room": run.room, "inputs": inputs,
            "code": code_version(), "parameters": parameters, "seconds": seconds, "rows": rows,
        },
    )  # fmt: skip


def _mission_sha256(mission: Mission) -> str:
    """Hash of all that a mission's author wrote: its YAML files, agreements and lines included."""
    digest = hashlib.sha256()
    for path in _written(mission.root):
        digest.update(path.relative_to(mission.root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _written(root: Path) -> Iterator[Path]:
    """Configuration lies at most two folders deep; captures and products are not configuration."""
    for pattern in ("*.yaml", "*/*.yaml", "*/*/*.yaml"):
        yield from sorted(
            path for path in root.glob(pattern)
            if path.is_file() and path.relative_to(root).parts[0] not in _PRODUCTS
        )  # fmt: skip
