"""What every verb shares: the mission, one JSON document, progress for people, exit codes."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trucewatch import errors
from trucewatch.cli.saying import Saying
from trucewatch.errors import ConfigError, EvidenceError, TrucewatchError
from trucewatch.when import instant

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn

Tell = Callable[[str, int, int | None], None]
DONE, FAILED, WRONG_WORDS, NOT_HELD = 0, 1, 2, 3
# A screen of fewer columns shows no bar.
NARROW = 60

MissionOption = Annotated[
    Path, typer.Option("--mission", help="The mission folder.", show_default="here")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="What was known at this instant, such as 2021-06-24T20:00+03:00."),
]


def console() -> Console:
    """Return the console for people: standard error, so that standard output stays clean."""
    from rich.console import Console

    return Console(stderr=True)


def emit(document: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=_plain) + "\n")


def tell(document: object, lines: Iterable[str], as_json: bool, *, nothing: str = "") -> None:
    """Write a document as JSON, or else its lines for people; both on standard output.

    nothing: what people are told, on standard error, where there are no lines.
    """
    if as_json:
        emit(document)
        return
    line = None
    for line in lines:
        typer.echo(line)
    if line is None and nothing:
        typer.echo(nothing, err=True)


def one_of(what: str, word: str, known: Iterable[str]) -> None:
    """Raise ConfigError, with the words there are, unless a word that a user typed is one."""
    errors.one_of("the command line", what, word, known)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def moment(text: str | None, *, is_past: bool = True) -> datetime | None:
    """Read an instant that a user typed; one without zone is refused, and one yet to come.

    A report as of a future instant would publish before the delay of its audience has passed.
    is_past: False where the instant is only a bound, such as the end of a span.
    """
    if text is None:
        return None
    try:
        found = instant(text)
        if is_past and found > datetime.now(UTC):
            raise ValueError(f"{text}, which is yet to come")
        return found
    except ValueError as error:
        raise ConfigError.at(
            "the command line", None, found=str(error), expected="a past instant with its offset",
            mend="Write it like 2021-06-24T20:00+03:00 or with Z for UTC.",
        ) from error  # fmt: skip


@contextmanager
def speaking() -> Iterator[None]:
    """Turn errors into words and exit codes; a bug keeps its traceback."""
    try:
        yield
    except ConfigError as error:
        for fault in error.faults:
            typer.echo(f"error: {fault}", err=True)
        raise typer.Exit(WRONG_WORDS) from error
    except EvidenceError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(NOT_HELD) from error
    except TrucewatchError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt as error:
        typer.echo("stopped; what was finished is kept, the rest is as before", err=True)
        raise typer.Exit(130) from error
    except BrokenPipeError:
        # The reader of our output has gone, as `| head` does: nothing is wrong.
        sys.stdout = io.StringIO()
    except OSError as error:
        typer.echo(f"error: {error.filename or 'the system'}: {error.strerror or error}", err=True)
        raise typer.Exit(FAILED) from error


@contextmanager
def progress(quiet: bool = False) -> Iterator[Tell | None]:
    """Show bars with the time left on standard error; without a terminal, a line for each step.

    A step that does not know how much there is gets a bar that only moves. quiet: no bars.
    """
    if not sys.stderr.isatty():
        saying = Saying(sys.stderr)
        try:
            yield saying
        finally:
            saying.end()
        return
    if quiet:
        yield None
        return
    from rich.progress import Progress

    screen = console()
    with Progress(*_columns(screen.width), console=screen, transient=True, expand=True) as bars:
        task = bars.add_task("starting", total=None)

        def tell(what: str, done: int, total: int | None) -> None:
            nonlocal task
            if total != bars.tasks[-1].total:
                # Another step: the time left is reckoned anew, from its own pace.
                bars.remove_task(task)
                task = bars.add_task(what, total=total)
            bars.update(task, description=what, completed=done)

        yield tell


def _columns(width: int) -> list[ProgressColumn]:
    """What a screen of so many columns has room for: the words give way first, then the bar."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column

    words = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    said = TextColumn("{task.description}", table_column=words)
    if width < NARROW:
        return [SpinnerColumn(), said, TimeRemainingColumn(compact=True)]
    return [
        SpinnerColumn(), said, BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(),
    ]  # fmt: skip


def rows_json(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their JSON columns opened, for one document without JSON in strings."""
    return [{name: _opened(value) for name, value in row.items()} for row in rows]


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
