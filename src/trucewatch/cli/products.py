"""report, dossier, show: what leaves the house, and where a figure comes from."""

from __future__ import annotations

import sys
from datetime import date as date_type
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trucewatch.cli import running
from trucewatch.cli.common import (
    AsOfOption,
    JsonOption,
    MissionOption,
    emit,
    moment,
    one_of,
    progress,
    rows_json,
    speaking,
)
from trucewatch.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime

    from trucewatch.dossier import Dossier

REPORTS = ("daily", "status", "spot")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(report)
    app.command()(dossier)
    app.command()(show)


def report(
    kind: Annotated[str, typer.Argument(help="daily, status or spot.")] = "daily",
    date: Annotated[
        str | None, typer.Option(help="The reporting day, YYYY-MM-DD; default: the last one.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="html, pdf, md, json, csv, geojson or cap.")
    ] = "html",
    audience: Annotated[str, typer.Option(help="mission or public.")] = "mission",
    as_of: AsOfOption = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Write a report of one reporting day, now or as it would have been at a past moment."""
    from trucewatch.desk import product, write
    from trucewatch.pipeline import rooms_for, run_rooms
    from trucewatch.publish import FORMATS

    with speaking():
        one_of("report", kind, REPORTS)
        one_of("--format", form, FORMATS)
        place, day = running.mission_at(mission), _day(date)
        with running.opened(place, moment(as_of)) as store, progress(as_json) as tell:
            if as_of:
                run_rooms(store, place, rooms_for(store), tell)
            made = product(store, place, kind=kind, day=day, audience=audience)
            path = write(store, place, made, form)
        if as_json:
            emit({"report": str(path), "kind": kind, "day": str(made.head.day)})
        else:
            typer.echo(str(path))


def _day(text: str | None) -> date_type | None:
    if text is None:
        return None
    try:
        return date_type.fromisoformat(text)
    except ValueError as error:
        raise ConfigError.at(
            "the command line", None, found=f"--date {text!r}", expected="a date as YYYY-MM-DD",
            mend="Write it like 2021-06-24.",
        ) from error  # fmt: skip


def dossier(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Documents, or folders of documents; none: the mission's own."),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="html, md or json.")] = "html",
    out: Annotated[
        Path | None, typer.Option(help="Where to write it; default: standard output.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Say what changed: earlier documents (a path), or an instant."),
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Read documents and write the brief: agreed, contested, contradicted, said once."""
    from trucewatch.dossier import diff, render

    with speaking():
        form = "json" if as_json else form
        one_of("--format", form, ("html", "md", "json"))
        now = _dossier(paths or [], mission, None)
        change = None
        if since is not None:
            earlier = Path(since)
            then = [earlier] if earlier.exists() else []
            until = None if then else moment(since)
            if until and paths:
                raise ConfigError.at(
                    "the command line", None, found=f"--since {since} with paths",
                    expected="the earlier documents: a file or a folder",
                    mend="Name them, or leave the paths out and give a mission.",
                )  # fmt: skip
            change = diff(_dossier(then, mission, until), now)
        text = render(now, form, change=change)
        if out is None:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")
        else:
            out.write_text(text, encoding="utf-8")
            typer.echo(str(out), err=True)


def _dossier(paths: list[Path], folder: Path, until: datetime | None) -> Dossier:
    """The dossier of files, or of the mission's captured documents (received by an instant)."""
    from trucewatch.dossier import build

    if paths:
        return build(paths)
    from trucewatch.dossier.grounds import mission_dossier

    place = running.mission_at(folder)
    with running.opened(place) as store:
        return mission_dossier(store, place, until=until)


def show(
    row_id: Annotated[
        str, typer.Argument(help="An id: obs-, inc-, fnd-, wrn-, dir-, clm-, ctr-, doc- ...")
    ],
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show a row with its lineage, down to the record in the captured bytes."""
    from trucewatch.desk import lineage

    with speaking():
        place = running.mission_at(mission)
        with running.opened(place) as store:
            if row_id.startswith(("clm-", "ctr-", "doc-")):
                from trucewatch.dossier.grounds import grounds

                document = grounds(store, place, row_id)
            else:
                document = lineage(store, place, row_id)
        if as_json:
            emit(_opened(document))
        else:
            _print_tree(document)


def _opened(document: dict[str, object]) -> dict[str, object]:
    row = document["row"]
    assert isinstance(row, dict)
    children = document.get("from", [])
    assert isinstance(children, list)
    opened = {**document, "row": rows_json([row])[0]}
    if children:
        opened["from"] = [_opened(child) for child in children]
    return opened


def _print_tree(document: dict[str, object]) -> None:
    from rich.console import Console

    Console(highlight=False).print(_tree(document))


def _tree(document: dict[str, object]) -> object:
    from rich.markup import escape
    from rich.tree import Tree

    tree = Tree(f"[bold]{escape(str(document['id']))}[/] ({document['noun']})")
    row, capture = document["row"], document.get("capture")
    assert isinstance(row, dict)
    for name, value in row.items():
        tree.add(f"{name}: {escape(str(value)[:500])}")
    if isinstance(capture, dict):
        branch = tree.add(f"capture {escape(str(capture['capture_id']))}")
        for name in ("origin", "sha256", "received_utc", "path", "record"):
            if capture.get(name) is not None:
                branch.add(f"{name}: {escape(str(capture[name])[:2000])}")
    children = document.get("from", [])
    assert isinstance(children, list)
    for child in children:
        tree.add(_tree(child))  # type: ignore[arg-type]
    return tree
