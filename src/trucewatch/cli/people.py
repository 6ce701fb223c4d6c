"""judge, review: what people decide, each decision a row with its author and reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from trucewatch.cli import running
from trucewatch.cli.common import JsonOption, MissionOption, emit, moment, one_of, speaking

VERDICTS = ("same", "different", "unsure")
DECISIONS = (
    *("verified", "rejected", "attributed", "not_attributed"),
    *("issued", "acknowledged", "done", "lapsed", "dissent"),
)
WhoOption = Annotated[str, typer.Option(help="Who decides: a name or a function.")]
WhyOption = Annotated[str, typer.Option(help="The reason, in a sentence.")]
AtOption = Annotated[
    str | None, typer.Option(help="When it was decided, with offset; default: now.")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs to the command line."""
    app.command()(judge)
    app.command()(review)


def judge(
    left: Annotated[str, typer.Argument(help="An observation (obs-...).")],
    right: Annotated[str, typer.Argument(help="Another observation.")],
    verdict: Annotated[str, typer.Argument(help="same, different or unsure.")],
    who: WhoOption,
    why: WhyOption,
    at: AtOption = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Say whether two observations tell of one happening; the next run obeys."""
    first, second = sorted((left, right))
    row: dict[str, str | None]
    row = {"left_id": first, "right_id": second, "verdict": verdict, "who": who, "why": why}
    with speaking():
        one_of("the verdict", verdict, VERDICTS)
        _decide("judgement", row, at, mission, as_json)


def review(
    subject: Annotated[str, typer.Argument(help="What is decided on: inc-, fnd-, hyp-, dir-.")],
    decision: Annotated[str, typer.Argument(help=", ".join(DECISIONS))],
    who: WhoOption,
    why: WhyOption,
    party: Annotated[str | None, typer.Option(help="The party an attribution names.")] = None,
    at: AtOption = None,
    mission: MissionOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Verify, reject, attribute, acknowledge or dissent: only people do this."""
    row = {"subject_id": subject, "decision": decision, "party": party, "who": who, "why": why}
    with speaking():
        one_of("the decision", decision, DECISIONS)
        _decide("review", row, at, mission, as_json)


def _decide(
    noun: str, row: dict[str, str | None], at: str | None, mission: Path, as_json: bool
) -> None:
    from trucewatch.desk import decide

    place = running.mission_at(mission)
    with running.opened(place) as store:
        row_id = decide(store, noun, row, moment(at) or datetime.now(UTC))
    if as_json:
        emit({f"{noun}_id": row_id, **row})
    else:
        typer.echo(row_id, err=True)
