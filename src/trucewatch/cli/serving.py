"""serve: the mission's reports and lineage over HTTP, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.cli import running
from trucewatch.cli.common import MissionOption, speaking


def add_to(app: typer.Typer) -> None:
    """Add this verb to the command line."""
    app.command()(serve)


def serve(
    audience: Annotated[
        str, typer.Option(help="mission, public, or one of the mission's own.")
    ] = "mission",
    host: Annotated[
        str, typer.Option(help="Where to listen; the whole mission on this machine only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Which port; 0 takes a free one.")] = 8080,
    mission: MissionOption = Path(),
) -> None:
    """Serve reports, and rows with their lineage, for reading only, until Ctrl-C."""
    from trucewatch import api

    with speaking():
        served = api.Served(audience=audience, host=host, port=port)
        api.serve(
            running.mission_at(mission), served, tell=lambda address: typer.echo(address, err=True)
        )
