"""bundle and verify: evidence out, and its check where no mission is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.cli import running
from trucewatch.cli.common import (
    NOT_HELD,
    JsonOption,
    MissionOption,
    emit,
    speaking,
)
from trucewatch.errors import ConfigError


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(bundle)
    app.command()(verify)


def bundle(
    out: Annotated[Path, typer.Argument(help="The file to write, such as evidence.zip.")],
    whole: Annotated[
        bool, typer.Option("--whole", help="With sources that may not be republished.")
    ] = False,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Write captures, their chain and their tables into one file; it is not for the public."""
    from trucewatch import desk

    with speaking():
        place = running.mission_at(mission)
        with running.opened(place) as store:
            made = desk.bundle(store, place, out, whole=whole)
        if as_json:
            emit({"path": str(made.path), "head": made.head, "captures": made.captures,
                  "withheld": made.withheld, "rows": made.rows})  # fmt: skip
            return
        typer.echo(f"{made.path}: {made.captures} captures, {made.rows:,} rows")
        if made.withheld:
            typer.echo(
                f"{made.withheld} captures by hash alone: their sources may not be passed on"
            )
        typer.echo(f"head, to be noted elsewhere: {made.head}")


def verify(
    bundle_path: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A bundle's file.")],
    head: Annotated[
        str | None, typer.Option("--head", help="The head noted when the bundle was made.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a bundle from its own bytes, offline: hashes, chain, and every figure's way to them."""
    from trucewatch.evidence import verify_bundle

    with speaking():
        # A check that did not hold (3) speaks of a bundle; a wrong path is a slip of the words (2).
        if not bundle_path.is_file():
            raise ConfigError.at(
                bundle_path, None, found="no file there", expected="a bundle's file",
                mend="Check the path; trucewatch bundle OUT makes one.",
            )  # fmt: skip
        faults = verify_bundle(bundle_path, noted_head=head)
        if as_json:
            found = [{"kind": fault.kind, "where": fault.where} for fault in faults]
            emit({"holds": not faults, "faults": found})
        else:
            for fault in faults:
                typer.echo(f"FAULT  {fault.kind}: {fault.where}")
            typer.echo("does not hold" if faults else "holds")
    if faults:
        raise typer.Exit(NOT_HELD)
