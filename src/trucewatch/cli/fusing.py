"""fuse and count: accounts into incidents, and incidents counted as others count them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.cli import running
from trucewatch.cli.common import (
    JsonOption,
    MissionOption,
    emit,
    moment,
    one_of,
    progress,
    speaking,
)
from trucewatch.errors import ConfigError

if TYPE_CHECKING:
    from trucewatch.fuse.options import FuseOptions
    from trucewatch.mission import Mission

FromOption = Annotated[str | None, typer.Option("--from", help="First instant, with offset.")]
ToOption = Annotated[str | None, typer.Option("--to", help="Instant where it ends, with offset.")]
AgainstOption = Annotated[
    str | None, typer.Option(help="Another counting: can the two be held against each other?")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(fuse)
    app.command()(count)


def fuse(
    estimate: Annotated[
        bool,
        typer.Option("--estimate", help="Estimate the weights anew on this mission; change none."),
    ] = False,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Join accounts of one happening into incidents, or estimate the weights for it anew."""
    if not estimate:
        running.one_room("fuse", mission, as_json)
        return
    from trucewatch.fuse.anew import estimated_anew

    with speaking(), progress(as_json) as tell:
        place = running.mission_at(mission)
        if tell:
            tell("estimating weights", 0, None)
        with running.opened(place) as store:
            anew = estimated_anew(store, place, fuse_options_of(place))
        path = anew.write(place.root)
        adopt = f"options: {{fuse: {{parameters: {path.name}}}}}"
        if as_json:
            emit({"weights": str(path), "adopt": adopt, **anew.detail})
        else:
            _tell_anew(path, adopt, anew.detail)


def fuse_options_of(place: Mission) -> FuseOptions:
    """Return what fuse goes by in a mission: its options, and the letters of its sources."""
    from trucewatch.fuse.options import fuse_options
    from trucewatch.sources import known_sources

    settings = dict(place.options.get("fuse", {}))
    letters = {name: spec.reliability for name, spec in known_sources(place.root).items()}
    return fuse_options(settings | {"reliability": {**letters, **settings.get("reliability", {})}})


def _tell_anew(path: Path, adopt: str, detail: dict[str, Any]) -> None:
    for name, value in detail.items():
        if name != "moved":
            typer.echo(f"{name.replace('_', ' '):>26}  {'-' if value is None else value}")
    for row in detail["moved"]:
        where = ", ".join(part for part in (row["case"], row["level"]) if part)
        typer.echo(f"{row['feature']:>26}  {row['before']:+.1f} -> {row['after']:+.1f}  {where}")
    typer.echo(f"weights: {path}\nto go by them, put into mission.yaml: {adopt}", err=True)


def count(
    convention: Annotated[
        str, typer.Argument(help="every_explosion, shelling_of_thirty, incident or party_total.")
    ],
    zone: Annotated[str | None, typer.Option(help="A zone (place) to sum up.")] = None,
    begin: FromOption = None,
    end: ToOption = None,
    claimant: Annotated[str | None, typer.Option(help="Whose total, for party_total.")] = None,
    accused: Annotated[str | None, typer.Option(help="Whose acts, for party_total.")] = None,
    against: AgainstOption = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Count the incidents as monitors, the joint forces' rule, fuse or the parties count them."""
    from trucewatch.fuse.counting import STEPS, CountClaim, held_against, rows_of

    with speaking():
        for word in (convention, against or convention):
            one_of("the counting", word, STEPS)
        begins, ends = _window(begin, end)
        place = running.mission_at(mission)
        claim = CountClaim(convention, zone, begins, ends, claimant, accused)
        document: dict[str, Any] = {"convention": convention}
        with running.opened(place) as store:
            document["rows"] = rows_of(store, claim)
            if against:
                document |= held_against(store, claim, against)
            is_fused = store.count("incident") > 0
        if as_json:
            emit(document)
        else:
            _tell_count(document)
            if not document["rows"]:
                asked = any((zone, begin, end, claimant, accused))
                typer.echo(_nothing_counted(convention, asked, is_fused), err=True)


def _nothing_counted(convention: str, asked: bool, is_fused: bool) -> str:
    if convention == "party_total":
        said = "no total that a party states is on record"
    elif not is_fused:
        return "no incidents are on record to count; trucewatch run makes some of accounts"
    else:
        said = f"no incident on record is counted as {convention}"
    return said + " for what was asked: its zone, time or parties" * asked


def _window(begin: str | None, end: str | None) -> tuple[datetime, datetime]:
    first, last = moment(begin, is_past=False), moment(end, is_past=False)
    if first and last and first >= last:
        raise ConfigError.at(
            "the command line", None, found=f"--from {begin} --to {end}",
            expected="an end after the beginning", mend="Swap the two.",
        )  # fmt: skip
    if first and not last:
        last = first + timedelta(days=1)
    return first or datetime.min.replace(tzinfo=UTC), last or datetime.max.replace(tzinfo=UTC)


def _tell_count(document: dict[str, Any]) -> None:
    for row in document["rows"]:
        typer.echo("  ".join(f"{name} {value}" for name, value in row.items()))
    if "against" in document:
        span = document["converted"]
        typer.echo(f"{document['convention']} and {document['against']}: {document['answer']}")
        for reason in document["reasons"]:
            typer.echo(f"  {reason}")
        if span:
            typer.echo(f"  counted anew as {document['against']}: {span['low']:g}-{span['high']:g}")
