"""run and the single rooms: fuse, evaluate, warn, respond."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.cli.common import (
    AsOfOption,
    JsonOption,
    MissionOption,
    console,
    emit,
    moment,
    one_of,
    progress,
    speaking,
)

if TYPE_CHECKING:
    from trucewatch.mission import Mission
    from trucewatch.pipeline import RunReport
    from trucewatch.store import Store

ENGINES = ("duckdb", "spark")
# The data time of a mission that knows nothing (pipeline.known_until).
NOTHING_KNOWN = datetime(1970, 1, 1, tzinfo=UTC)
_VERBS = {
    "evaluate": ("agreements", "Hold the agreement against the evidence, with grounds."),
    "warn": ("warn", "Look ahead: probability of escalation, with its false alarms."),
    "respond": ("respond", "Say which steps of the agreed scenarios follow; people decide."),
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(run)
    for verb, (room, says) in _VERBS.items():
        app.command(name=verb, help=says)(_single(room))


def mission_at(folder: Path) -> Mission:
    """Read the mission in a folder."""
    from trucewatch.mission import read_mission

    return read_mission(folder)


@contextmanager
def opened(mission: Mission, as_of: datetime | None = None) -> Iterator[Store]:
    """Open a mission's store for the length of a verb."""
    from trucewatch.pipeline import open_mission

    def waiting() -> None:
        typer.echo("another trucewatch works on this mission; waiting for it", err=True)

    with open_mission(mission, as_of=as_of, waiting=waiting) as store:
        yield store


def run(
    mission: MissionOption = Path(),
    as_of: AsOfOption = None,
    engine: Annotated[
        str, typer.Option(help="Where fuse runs: duckdb (here) or spark.")
    ] = "duckdb",
    master: Annotated[
        str, typer.Option(help="The Spark master, with --engine spark.")
    ] = "local[*]",
    shared: Annotated[
        Path | None, typer.Option(help="A folder that every machine of the cluster can reach.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run every room in order and write the daily report; a second run does nothing new."""
    from trucewatch.pipeline import Cluster, rooms_for, run_rooms

    with speaking():
        one_of("--engine", engine, ENGINES)
        cluster = Cluster(master, shared) if engine == "spark" else None
        place = mission_at(mission)
        then = moment(as_of)
        with opened(place, then) as store:
            with progress(as_json) as tell:
                report = run_rooms(store, place, rooms_for(store), tell, cluster)
            _tell_run(store, place, report, as_json)
        if any(room.room == "agreements" and room.fresh for room in report.rooms):
            tell_notes(notes_on_parties(place))


def tell_notes(notes: list[str]) -> None:
    """Say whom the agreements and the mission do not share; with --json on standard error too."""
    for note in notes:
        typer.echo(f"note: {note}", err=True)


def _tell_run(store: Store, mission: Mission, report: RunReport, as_json: bool) -> None:
    from trucewatch.desk import latest_daily, write_daily

    if report.data_utc == NOTHING_KNOWN:
        _tell_empty(mission, report, as_json)
        return
    anew = any(room.fresh for room in report.rooms if room.room != "sources")
    path = None if anew else latest_daily(store, mission)
    if path is not None:
        if as_json:
            emit(run_json(report, path))
        else:
            typer.echo(f"nothing new since the last run\nreport: {path}", err=True)
        return
    product, path = write_daily(store, mission)
    if as_json:
        emit(run_json(report, path))
        return
    from trucewatch.publish import terminal

    screen = console()
    screen.print(terminal(product))
    for room in report.rooms:
        done = f"{room.rows:,} rows in {room.seconds:.1f} s" if room.fresh else "nothing new"
        screen.print(f"{room.room:>11}  {done}", highlight=False)
    screen.print(f"report: {path}", highlight=False, soft_wrap=True)


def _tell_empty(mission: Mission, report: RunReport, as_json: bool) -> None:
    """Say how a mission comes by its first accounts; there is no day to report on yet."""
    if as_json:
        emit(run_json(report, None))
    kept_out = report.counts["quarantine"]
    typer.echo(
        "no account is on record, so there is no report yet"
        + (f"; {kept_out:,} records wait in quarantine (trucewatch read says why)" * bool(kept_out))
        + f". List files under sources in {mission.root / 'mission.yaml'}, or hand them in: "
        f"trucewatch read --mission {mission.root} FILES",
        err=True,
    )


def run_json(report: RunReport, path: Path | None) -> dict[str, Any]:
    """Return the run as the JSON document others build on; report is null where there is none."""
    counts = {f"{name}s": count for name, count in report.counts.items() if name != "quarantine"}
    return {
        **counts,
        "quarantined": report.counts["quarantine"],
        "data_utc": None if report.data_utc == NOTHING_KNOWN else report.data_utc,
        "rooms": [asdict(room) for room in report.rooms],
        "report": None if path is None else str(path),
    }


def _single(room_name: str) -> Callable[..., None]:
    def verb(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
        one_room(room_name, mission, as_json)

    return verb


def one_room(room_name: str, mission: Path, as_json: bool) -> None:
    """Run one room of a mission and tell what it wrote."""
    from trucewatch.pipeline import room_named, run_rooms

    with speaking(), progress(as_json) as tell:
        place = mission_at(mission)
        notes = notes_on_parties(place) if room_name == "agreements" else []
        with opened(place) as store:
            report = run_rooms(store, place, [room_named(room_name)], tell)
        done = asdict(report.rooms[0])
        if as_json:
            emit(done)
        else:
            typer.echo(f"{room_name}: {done['rows']:,} rows", err=True)
        tell_notes(notes)


def notes_on_parties(place: Mission) -> list[str]:
    """Return who of the mission and of its agreements is nobody of the other's."""
    from trucewatch.agreements.binding import party_notes

    return party_notes(place)
