"""exercise, score, backtest, drill: a truce whose truth is known, and how well we did on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date as date_type
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch.cli import running
from trucewatch.cli.common import NOT_HELD, JsonOption, MissionOption, emit, progress, speaking
from trucewatch.errors import ConfigError, ReadError

if TYPE_CHECKING:
    from trucewatch.mission import Mission
    from trucewatch.store import Store
    from trucewatch.warn import Backtest

PARTS = ("pairs", "bcubed", "calibration", "findings", "warnings")
LineOption = Annotated[
    float | None, typer.Option("--at-least", help="Pair F1 that must be reached, else status 3.")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(exercise)
    app.command()(score)
    app.command()(backtest)
    app.command()(drill)


def exercise(
    out: Annotated[Path, typer.Argument(help="The folder to make; it must not exist yet.")],
    days: Annotated[int, typer.Option(min=1, help="Days of truce.")] = 30,
    observations: Annotated[
        int, typer.Option(min=1, help="How many observations, about.")
    ] = 10_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same truce.")] = 1,
    level: Annotated[str, typer.Option(help="easy, real or hard.")] = "real",
    swap_parties: Annotated[
        bool, typer.Option(help="Swap the parties' names, and nothing else.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a synthetic truce: a mission folder ready to run, and its truth beside it."""
    from trucewatch.exercise import ExerciseOptions, write

    with speaking(), progress(as_json) as tell:
        if tell:
            tell(f"drawing {days} days of truce", 0, None)
        options = ExerciseOptions(
            days=days, observations=observations, seed=seed, level=level, swap_parties=swap_parties
        )
        summary = write(out, options).as_json()
        if as_json:
            emit(summary)
        else:
            figures = ", ".join(f"{name} {value}" for name, value in summary.items())
            typer.echo(figures, err=True)


def score(
    truth: Annotated[
        Path | None, typer.Option(help="The folder `truth` of the exercise; else only --sources.")
    ] = None,
    sources: Annotated[
        bool, typer.Option("--sources", help="Each source's record by what people reviewed.")
    ] = False,
    mission: MissionOption = Path(),
    at_least: LineOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score incidents, findings and warnings against the truth of an exercise, and the sources."""
    with speaking():
        if truth is None and (not sources or at_least is not None):
            raise ConfigError.at(
                "the command line", None, found="no --truth", expected="the truth of an exercise",
                mend="Name the folder with --truth, or ask for --sources alone.",
            )  # fmt: skip
        place = running.mission_at(mission)
        parts: dict[str, Any] = {}
        with running.opened(place) as store:
            if truth is not None:
                parts = _scored(store, place, truth)
            if sources:
                parts["sources"] = _records(store, place)
        if as_json:
            emit(parts)
        else:
            _print_score(parts)
    if at_least is not None and not (parts["pairs"]["f1"] or 0) >= at_least:
        raise typer.Exit(NOT_HELD)


def _scored(store: Store, place: Mission, truth: Path) -> dict[str, Any]:
    from trucewatch.exercise import score as score_of
    from trucewatch.warn.listing import every_forecast
    from trucewatch.warn.room import backtest_mission

    found = backtest_mission(store, place)
    forecasts = None if found is None else every_forecast(found, place.clock)
    return score_of(store, truth, forecasts=forecasts).as_json()


def _records(store: Store, place: Mission) -> list[dict[str, Any]]:
    from trucewatch.cli.fusing import fuse_options_of
    from trucewatch.fuse.record import source_records

    return source_records(store, fuse_options_of(place))


def _print_score(parts: dict[str, Any]) -> None:
    for part in PARTS if "pairs" in parts else ():
        figures = {
            name: value for name, value in parts[part].items()
            if value is None or isinstance(value, int | float)
        }  # fmt: skip
        said = ", ".join(f"{n} {'-' if v is None else round(v, 4)}" for n, v in figures.items())
        typer.echo(f"{part:>12}  {said}")
    for row in parts.get("sources", ()):
        told = {n: value for n, value in row.items() if n not in ("source_id", "tellers")}
        said = ", ".join(f"{name} {_short_or(value)}" for name, value in told.items())
        typer.echo(f"{row['source_id']}: {said}")
        for teller in row["tellers"]:
            said = ", ".join(
                f"{name} {_short_or(value)}" for name, value in teller.items() if value
            )
            typer.echo(f"    {said}")


def _short_or(value: float | str | None) -> str:
    return value if isinstance(value, str) else _short(value)


def backtest(
    counts: Annotated[
        Path | None,
        typer.Argument(help="Daily counts (date, region, count), a CSV or a folder; else ours."),
    ] = None,
    cut: Annotated[
        str | None, typer.Option(help="Score only warnings issued after this day, YYYY-MM-DD.")
    ] = None,
    budget: Annotated[float, typer.Option(help="False alarms a year that are accepted.")] = 2.0,
    recommitted: Annotated[
        str | None, typer.Option(help="Day of the last recommitment, YYYY-MM-DD.")
    ] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="A folder for the pictures: index.html and SVG files.")
    ] = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Re-live history day by day with only what was known, and score the warnings given."""
    from trucewatch.warn import backtest as run_backtest
    from trucewatch.warn.room import backtest_mission

    with speaking():
        after = _day(cut, "--cut")
        if not 0 <= budget <= 1000:
            raise _wrong_budget(budget)
        since = _day(recommitted, "--recommitted")
        with progress(as_json) as tell, _users_file():
            if tell:
                tell("re-living each day with what was known then", 0, None)
            if counts is None:
                place = running.mission_at(mission)
                with running.opened(place) as store:
                    found = backtest_mission(store, place, cut=after, budget_per_year=budget)
                done = _held(found)
            else:
                done = run_backtest(counts, cut=after, budget_per_year=budget, recommitted=since)
        if as_json:
            emit(done.document)
        else:
            _print_backtest(done.document)
        if pictures is not None:
            _picture(done, pictures)


def _picture(done: Backtest, folder: Path) -> None:
    from trucewatch.warn.album import backtest_pictures, write_album

    made = done.document["made"]
    title = f"Warnings re-lived, {made['scored_from']} to {made['last_day']}"
    path = write_album(backtest_pictures(done), title, folder)
    typer.echo(f"pictures: {path}", err=True)


@contextmanager
def _users_file() -> Iterator[None]:
    """A file of counts is the user's own: what is wrong in it is theirs to mend."""
    try:
        yield
    except ReadError as error:
        raise ConfigError.at(
            error.capture, None, found=error.found, expected=error.expected, mend=error.mend
        ) from error


def _wrong_budget(budget: float) -> ConfigError:
    return ConfigError.at(
        "the command line", None, found=f"--budget {budget}", expected="a number from 0 to 1000",
        mend="Write --budget 2 for two false alarms a year.",
    )  # fmt: skip


def _held(found: Backtest | None) -> Backtest:
    from trucewatch.errors import TrucewatchError

    if found is None:
        raise TrucewatchError(
            "the mission holds no daily counts; read some, or name a file of them"
        )
    return found


def _day(text: str | None, what: str) -> date_type | None:
    try:
        return None if text is None else date_type.fromisoformat(text)
    except ValueError as error:
        raise ConfigError.at(
            "the command line", None, found=f"{what} {text!r}", expected="a date as YYYY-MM-DD",
            mend="Write it like 2022-01-31.",
        ) from error  # fmt: skip


def _print_backtest(done: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("forecast", "horizon, h", "days", "Brier", "skill", "log score", box=None)
    for name, figures in {"trucewatch": done["skill"], **done["baselines"]}.items():
        for horizon, row in figures["horizons"].items():
            cells = (row["brier"], row["brier_skill"], row["log_score"])
            table.add_row(name.replace("_", " "), horizon, str(row["days"]), *map(_short, cells))
    alarms = Table(
        "alarms for", "events", "warned before", "median lead, h", "false a year", box=None
    )
    for outcome, row in done["skill"]["alarms"].items():
        late = (row["median_lead_h"], row["false_per_year"])
        alarms.add_row(
            outcome.replace("_", " "), str(row["events"]), str(row["warned_before"]),
            *map(_short, late),
        )  # fmt: skip
    screen = Console(highlight=False)
    screen.print(table, alarms, done["skill"]["answer"])


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def drill(
    scenario: Annotated[str, typer.Argument(help="A scenario of the library or of the mission.")],
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Run a mission's findings through a scenario: who would have been told what, and when."""
    from trucewatch.respond.room import drill as play
    from trucewatch.respond.scenario import library

    with speaking(), progress(as_json):
        place = running.mission_at(mission)
        shipped = [path.stem for path in library()]
        if scenario not in shipped and not (place.root / scenario).is_file():
            raise ConfigError.at(
                "the command line", None, found=f"the scenario {scenario!r}",
                expected=f"a file of the mission, or one of {', '.join(shipped)}",
                mend="Choose one of these.",
            )  # fmt: skip
        with running.opened(place) as store:
            told = play(store, place, scenario)
        if as_json:
            emit(told)
        else:
            for row in told["told"]:
                typer.echo(f"{row['told_utc']:%Y-%m-%d %H:%M}Z  {row['addressee']}: {row['says']}")
            typer.echo(
                f"people's hours: {told['people_hours']}; false alarm: {told['false_alarm']}"
            )
