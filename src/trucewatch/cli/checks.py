"""doctor: is this installation, and this mission, as it should be?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trucewatch.cli import running
from trucewatch.cli.common import NOT_HELD, JsonOption, MissionOption, emit, speaking

EXTRAS = {
    "language": "pymorphy3", "fetch": "httpx", "warn": "scipy", "report": "typst",
    "spark": "pyspark",
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(doctor)


def doctor(
    mission: MissionOption = Path(),
    warm: Annotated[
        bool, typer.Option("--warm", help="Compile what is compiled at first use, so no run waits.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check the installation, and the mission here if there is one: settings, store, captures."""
    with speaking():
        if warm:
            from trucewatch.desk import warm_up

            warm_up()
        lines = [*_installed(), *_mission_lines(mission)]
        if as_json:
            emit(
                [{"what": what, "holds": holds, "detail": detail} for what, holds, detail in lines]
            )
        else:
            for what, holds, detail in lines:
                mark = {True: "ok", False: "FAULT", None: "-"}[holds]
                typer.echo(f"{mark:>6}  {what}: {detail}")
    if any(holds is False for _, holds, _ in lines):
        raise typer.Exit(NOT_HELD)


def _installed() -> list[tuple[str, bool | None, str]]:
    import sys
    from importlib.util import find_spec

    from trucewatch import __version__

    rows: list[tuple[str, bool | None, str]] = [
        ("trucewatch", True, __version__),
        ("python", sys.version_info >= (3, 11), sys.version.split()[0]),
    ]
    for extra, module in EXTRAS.items():
        present = find_spec(module) is not None
        hint = "installed" if present else f"not installed: pip install 'trucewatch[{extra}]'"
        rows.append((f"extra {extra}", True if present else None, hint))
    return rows


def _mission_lines(folder: Path) -> list[tuple[str, bool | None, str]]:
    from trucewatch.evidence import CaptureFolder

    if not (folder / "mission.yaml").exists():
        return [("mission", None, f"none in {folder}; make one with: trucewatch init DIR")]
    place = running.mission_at(folder)
    rows: list[tuple[str, bool | None, str]] = [("mission", True, place.title)]
    if not place.store_path.exists():
        return [*rows, ("store", None, "not made yet; trucewatch run makes it")]
    with running.opened(place) as store:
        hashes = store.query("SELECT DISTINCT sha256 FROM capture ORDER BY sha256")["sha256"]
        kept = store.count("observation")
    rows.append(("store", True, f"{kept:,} observations"))
    captures = CaptureFolder(place.captures_path)
    return [*rows, *(_capture_line(captures, sha256) for sha256 in hashes.to_pylist())]


def _capture_line(captures: object, sha256: str) -> tuple[str, bool | None, str]:
    from trucewatch.errors import EvidenceError
    from trucewatch.evidence import CaptureFolder

    assert isinstance(captures, CaptureFolder)
    try:
        captures.verify(sha256)
    except EvidenceError as error:
        return (f"capture {sha256[:12]}", False, str(error))
    return (f"capture {sha256[:12]}", True, "bytes unchanged")
