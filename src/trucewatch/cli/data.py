"""init, fetch, read: a mission folder, and what comes into it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.cli.common import JsonOption, MissionOption, emit, progress, speaking
from trucewatch.errors import ConfigError

SKELETON = """\
mission: {name}
title: {name}
time_zone: Europe/Kyiv        # for display and for evening-to-evening periods; the store keeps UTC
evening: "19:30"              # the local hour at which a reporting day ends
knowledge: received           # received: live; published: replay of history as it was published
# recommitted: 2020-07-27T00:01+03:00
parties:
  - {{id: A, name: Side A}}
  - {{id: B, name: Side B}}
regions:
  - {{id: north, name: North, lon: 38.9, lat: 48.8, radius_km: 80}}
agreements: []                # names from the library, or YAML files in this folder
sources: []                   # - {{source: field_report, paths: [inbox/*.csv]}}
options: {{}}
"""
NO_FEEDS = (
    "no feeds are listed; give some in mission.yaml: feeds: [{feed: NAME, source: ID, url: URL}]"
)


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(init)
    app.command()(fetch)
    app.command()(read)


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    example: Annotated[
        Path | None,
        typer.Option("--from", help="An example mission to copy, such as examples/donbas."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a mission folder, ready to run; an existing mission is left as it is."""
    with speaking():
        made = not (folder / "mission.yaml").exists()
        if made:
            _make(folder, example)
        if as_json:
            emit({"mission": str(folder), "made": made})
        else:
            typer.echo(f"{'made' if made else 'already there'}: {folder}", err=True)


def _make(folder: Path, example: Path | None) -> None:
    if example is None:
        (folder / "inbox").mkdir(parents=True, exist_ok=True)
        text = SKELETON.format(name=folder.resolve().name)
        (folder / "mission.yaml").write_text(text, encoding="utf-8")
        return
    found = next((p for p in _places(example) if (p / "mission.yaml").is_file()), None)
    if found is None:
        raise ConfigError.at(
            example, None, found="no mission.yaml", expected="a mission folder",
            mend="Name a folder that holds one, such as examples/donbas, or donbas in a checkout.",
        )  # fmt: skip
    kept = shutil.ignore_patterns("mission.duckdb*", "captures", "out")
    shutil.copytree(found, folder, dirs_exist_ok=True, ignore=kept)


def _places(example: Path) -> tuple[Path, ...]:
    """Where an example may lie: as named, or by its name among the examples of a checkout."""
    import trucewatch

    checkout = Path(trucewatch.__file__).parents[2]
    return example, Path("examples") / example, checkout / "examples" / example


def read(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files to read; none: what mission.yaml lists.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Which source the files are of; else told by their columns.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take files in: bytes become captures, captures become observations and watches."""
    from dataclasses import asdict

    from trucewatch.cli import running
    from trucewatch.desk import kept_out, read_files

    with speaking(), progress(as_json) as tell:
        place = running.mission_at(mission)
        with running.opened(place) as store:
            readings = read_files(store, place, paths or [], source, tell)
            reasons = [why for reading in readings if reading.is_new
                       for why in kept_out(store, reading)]  # fmt: skip
        if as_json:
            emit([asdict(reading) for reading in readings])
        for line in [] if as_json else map(_line, readings):
            typer.echo(line, err=True)
        for why in reasons:
            typer.echo(f"kept out: {why}", err=True)


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Feeds or sources to ask; none: all of them.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Ask the feeds that mission.yaml lists, politely, and read what is new."""
    from dataclasses import asdict

    from trucewatch.cli import running
    from trucewatch.sources.fetching import fetch as ask

    with speaking(), progress(as_json) as tell:
        place = running.mission_at(mission)
        with running.opened(place) as store:
            done = ask(store, place, tuple(names or ()), tell=tell)
        if as_json:
            emit([asdict(one) for one in done])
            return
        for one in done:
            typer.echo(f"{one.feed}: {one.said}", err=True)
        if not done:
            typer.echo(NO_FEEDS, err=True)


def _line(reading: object) -> str:
    if not getattr(reading, "is_new", True):
        return f"{getattr(reading, 'origin', '')}: read before, nothing new"
    names = ("records", "observations", "watches", "claims", "repeats", "quarantined")
    figures = ", ".join(f"{getattr(reading, name):,} {name}" for name in names)
    return f"{getattr(reading, 'origin', '')} ({getattr(reading, 'source_id', '')}): {figures}"
