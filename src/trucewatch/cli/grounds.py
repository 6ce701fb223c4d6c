"""agreements, coverage, audit, notices, commitments: what findings rest on, and what is owed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.cli import running
from trucewatch.cli.common import NOT_HELD, JsonOption, MissionOption, emit, speaking, tell

if TYPE_CHECKING:
    from trucewatch.store import Store

NO_NOTICES = "no notices are on record; give sources of what the parties announce to each other"

agreements = typer.Typer(no_args_is_help=True, help="Agreements as data: check, diff, explain.")
audits = typer.Typer(no_args_is_help=True, help="Is every party weighed alike?")


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.add_typer(agreements, name="agreements")
    app.add_typer(audits, name="audit")
    app.command()(coverage)
    app.command()(notices)
    app.command()(commitments)


@agreements.command()
def check(
    path: Annotated[
        str | None, typer.Argument(help="A name of the library or a YAML file; none: the library.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Check agreements as a whole, and run the cases that experts wrote beside them.

    In a mission's folder it is said, too, whom its agreements do not share with it.
    """
    from trucewatch.agreements.commands import check as checked

    with speaking():
        if (mission / "mission.yaml").is_file():
            running.tell_notes(running.notes_on_parties(running.mission_at(mission)))
        result = checked(path)
        if as_json:
            emit(result.as_json())
        else:
            for fault in result.faults:
                typer.echo(f"fault: {fault}")
            for one in result.as_json()["failed"]:
                typer.echo(f"case fails: {one}")
            typer.echo(
                f"{len(result.agreements)} agreements, {result.provisions} provisions, "
                f"{result.cases} cases: {'all hold' if result.holds else 'not all hold'}"
            )
    if not result.holds:
        raise typer.Exit(NOT_HELD)


@agreements.command()
def diff(
    old: Annotated[str, typer.Argument(help="A name of the library or a YAML file.")],
    new: Annotated[str, typer.Argument(help="The other text.")],
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two texts, provision by provision."""
    from trucewatch.agreements.commands import diff as changes

    with speaking():
        rows = changes(old, new)
        lines = (
            f"{r['change']:>8}  {r['provision']}: {r.get('says') or r.get('of')}" for r in rows
        )
        tell(rows, lines, as_json)


@agreements.command()
def explain(
    cited: Annotated[
        str, typer.Argument(help="A provision, such as minsk/PM-2-1, or a finding's id.")
    ],
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Explain a provision, or a finding of the mission, in plain lines."""
    from trucewatch.agreements.commands import explain as explained
    from trucewatch.desk import explanation

    with speaking():
        # A provision of the library is explained without a mission, too.
        if cited.startswith("fnd-") or (mission / "mission.yaml").is_file():
            place = running.mission_at(mission)
            with running.opened(place) as store:
                lines = explanation(store, place, cited)
        else:
            lines = explained(cited)
        tell(lines, lines, as_json)


@audits.command()
def symmetry(mission: MissionOption = Path(), as_json: JsonOption = False) -> None:
    """Compare coverage-adjusted rates, rule outcomes and observers, party by party."""
    from trucewatch.desk import symmetry_audit

    with speaking():
        with running.opened(running.mission_at(mission)) as store:
            found = symmetry_audit(store)
        if as_json:
            emit(found)
        else:
            _print_audit(found)


def _print_audit(found: dict[str, Any]) -> None:
    adjusted = (
        "per watched area-hour" if found["adjusted_for_coverage"] else "not adjusted: no watches"
    )
    typer.echo(f"rates {adjusted}")
    for party, row in found["parties"].items():
        typer.echo(f"  {party}: {', '.join(f'{name} {value}' for name, value in row.items())}")
    for row in found["rate_ratios"]:
        typer.echo(f"  ratio: {row}")
    leaning = [row["observer"] for row in found["observers"] if row["leans"]]
    typer.echo(f"observers that lean to one side: {', '.join(leaning) or 'none'}")
    alpha = found["alpha"]
    typer.echo(f"agreement between reviewers (alpha): {'-' if alpha is None else round(alpha, 3)}")


def coverage(
    without: Annotated[
        str | None, typer.Option(help="An observer, a means or a control side that is lost.")
    ] = None,
    patrol: Annotated[
        str | None, typer.Option(help="A kind, such as shot: where one more patrol adds most.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say what could have been seen, what is left without an observer, where a patrol adds most."""
    from trucewatch.desk import coverage_rows

    with speaking():
        place = running.mission_at(mission)
        with running.opened(place) as store:
            rows = coverage_rows(store, place, without, patrol)
            nothing = "" if rows else _nothing_watched(store, patrol is not None)
        tell(rows, map(_line, rows), as_json, nothing=nothing)


def _nothing_watched(store: Store, asks_patrol: bool) -> str:
    if not store.count("watch"):
        return "no watches are on record; give sources that say who could see what"
    if asks_patrol:
        return "no region or no whole reporting day has watches to go by yet"
    return "nothing is worked out of the watches on record yet; do it with: trucewatch run"


def _line(row: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_figure(value)}" for name, value in row.items())


def _figure(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def notices(
    log: Annotated[
        bool, typer.Option("--log", help="The notices alone, in the order they became known.")
    ] = False,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show the deconfliction register: notices, what they explain, and what was not announced."""
    from dataclasses import asdict

    from trucewatch.respond.room import hotline, register

    with speaking():
        with running.opened(running.mission_at(mission)) as store:
            rows = hotline(store) if log else [asdict(match) for match in register(store)]
        tell(rows, map(_line, rows), as_json, nothing=NO_NOTICES)


class Form(StrEnum):
    """What commitments are written as."""

    BOARD = "board"
    CSV = "csv"
    IATI = "iati"


def commitments(
    form: Annotated[
        Form, typer.Option("--format", help="board, or the stages as csv or iati.")
    ] = Form.BOARD,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="The board by a CSV or IATI file; nothing is stored."),
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show how far every commitment came: pledged, in law, appropriated, allocated, delivered."""
    from trucewatch.pipeline import known_until
    from trucewatch.respond.room import board, board_json, stages_of, stages_text

    with speaking():
        stages = None if source is None else stages_of(source)
        with running.opened(running.mission_at(mission)) as store:
            now = known_until(store)
            rows = board_json(board(store, now, stages))
            text = "" if form is Form.BOARD else stages_text(store, form.value, now)
            nothing = "" if rows else _nothing_owed(store)
        if text and not as_json:
            typer.echo(text, nl=False)
        else:
            tell(rows, map(_commitment_line, rows), as_json, nothing=nothing)


def _nothing_owed(store: Store) -> str:
    if not store.count("provision"):
        return ("no agreement is on record, so nothing is owed; name some under agreements in "
                "mission.yaml, then: trucewatch run")  # fmt: skip
    return "no provision of the agreements on record is a commitment"


def _commitment_line(row: dict[str, Any]) -> str:
    share = row["delivered_share"]
    owed = "no amount" if row["owed"] is None else f"{row['owed']:g} {row['unit'] or ''}".strip()
    marks = [word for word, on in (("late", row["is_late"]), ("lapsed", row["is_lapsed"])) if on]
    told = [row["stage"] or "nothing on record", *marks, f"score {row['score']} of 3"]
    if share is not None:
        told.append(f"{share:.0%} delivered")
    return f"{row['provision_id']} by {row['party']}, {owed}: {', '.join(told)}"
