"""Directives: steps proposed to people, with their clock and state; software only proposes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from trucewatch.ids import content_id
from trucewatch.respond.announced import NOTHING, Announcement
from trucewatch.respond.clock import Calm, Clock, calm_by_place, clock_of, quiet_since
from trucewatch.respond.episodes import Episode, episodes, matching, row_id
from trucewatch.respond.reviews import SOFTWARE, Decision, standing, states
from trucewatch.respond.scenario import Scenario, Step
from trucewatch.when import Interval

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known at one instant: findings, warnings, reviews, and provisions' kinds.

    zone_names: zone id -> the name people know it by; a zone without one is told by its id.
    announced: finding id -> what the deconfliction register says of it.
    """

    at_utc: datetime
    findings: Sequence[Row] = ()
    warnings: Sequence[Row] = ()
    reviews: Sequence[Row] = ()
    provision_kinds: Mapping[str, str] = field(default_factory=dict)
    zone_names: Mapping[str, str] = field(default_factory=dict)
    announced: Mapping[str, Announcement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Told:
    """What words are filled in with: zones' names, and the notices that answer for findings."""

    zone_names: Mapping[str, str]
    announced: Mapping[str, Announcement]


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What people decided, where and when quiet was seen, and the words to fill in."""

    decided: Mapping[str, Decision]
    calm: Calm
    told: _Told


def directives(scenarios: Iterable[Scenario], known: Known) -> list[dict[str, Any]]:
    """Return the rows of `directive` that follow from what is known; pure, same in, same out.

    Law: every state but proposed and lapsed comes from a person's review and bears their name.
    """
    given = states(known.reviews)
    told = _Told(known.zone_names, known.announced)
    grounds = _Grounds(standing(known.reviews), calm_by_place(known.findings), told)
    found: dict[str, dict[str, Any]] = {}
    for scenario in scenarios:
        for row in _of_scenario(scenario, known, grounds):
            found.setdefault(row["directive_id"], _with_state(row, given))
    return sorted(found.values(), key=lambda row: str(row["directive_id"]))


def carried_over(before: Iterable[Row], rows: Sequence[Row], reviews: Sequence[Row]) -> list[Row]:
    """Return earlier directives whose grounds are gone: proposals lapse, people's steps stay."""
    current = {row["directive_id"] for row in rows}
    given = states(reviews)
    kept: list[Row] = []
    for row in before:
        if row["directive_id"] in current:
            continue
        lapsed = {**row}
        if row["state"] == "proposed":
            lapsed |= {"state": "lapsed", "author": SOFTWARE}
        kept.append(_with_state(lapsed, given))
    return kept


def _with_state(row: Mapping[str, Any], given: Mapping[str, Decision]) -> dict[str, Any]:
    decision = given.get(row["directive_id"])
    if decision is None:
        return dict(row)
    return {**row, "state": decision.decision, "author": decision.who}


def _of_scenario(scenario: Scenario, known: Known, grounds: _Grounds) -> Iterator[dict[str, Any]]:
    decided = grounds.decided
    rows = known.warnings if scenario.trigger.on == "warning" else known.findings
    fitting = matching(rows, scenario, known.provision_kinds, known.announced)
    believed = [row for row in fitting if not _rejected(row, decided)]
    for episode in episodes(believed, scenario):
        yield from _of_episode(episode, scenario, known.at_utc, grounds)
    rejected = [row for row in fitting if _rejected(row, decided)]
    yield from _of_rejected(rejected, believed, scenario, grounds)


def _rejected(row: Row, decided: Mapping[str, Decision]) -> bool:
    decision = decided.get(row_id(row))
    return decision is not None and decision.decision == "rejected"


def _of_rejected(
    rejected: Sequence[Row], believed: Sequence[Row], scenario: Scenario, grounds: _Grounds,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """What had been proposed before a person rejected the first finding: shown as lapsed."""
    gone = {row_id(row) for row in rejected}
    for episode in episodes([*believed, *rejected], scenario):
        if row_id(episode.first) not in gone:
            continue
        clock = replace(clock_of(episode, scenario, {}), running=False)
        why = f"stopped: {grounds.decided[row_id(episode.first)].who} rejected the finding"
        for step in scenario.steps:
            yield _row(scenario, step, clock, "lapsed", why, grounds.told)


def _of_episode(
    episode: Episode, scenario: Scenario, at_utc: datetime, grounds: _Grounds
) -> Iterator[dict[str, Any]]:
    clock, told = clock_of(episode, scenario, grounds.decided), grounds.told
    quiet = quiet_since(episode, scenario, grounds.calm)
    stopped = quiet is not None and quiet <= at_utc
    for step in scenario.steps:
        late = _late(clock.due(step)[1], scenario, at_utc)
        why = f"stopped: {scenario.stop_says}" if stopped else None
        yield _row(scenario, step, clock, "lapsed" if stopped or late else "proposed", why, told)
    if stopped and quiet is not None and episode.is_last:
        calm = replace(clock, start=Interval(quiet, quiet), running=True)
        for step in scenario.deescalation:
            late = _late(calm.due(step)[1], scenario, at_utc)
            yield _row(scenario, step, calm, "lapsed" if late else "proposed", None, told)


def _late(due_latest_utc: datetime, scenario: Scenario, at_utc: datetime) -> bool:
    return at_utc > due_latest_utc + timedelta(hours=scenario.lapses_h)


def _row(
    scenario: Scenario, step: Step, clock: Clock, state: str, why: str | None, told: _Told,
) -> dict[str, Any]:  # fmt: skip
    basis_id = row_id(clock.basis)
    due, latest = clock.due(step)
    return {
        "directive_id": content_id("directive", scenario.name, step.step, basis_id),
        "scenario": scenario.name, "step": step.step, "addressee": step.addressee,
        "says": step.said(**_words(clock.basis, told)), "due_utc": due,
        "due_latest_utc": latest, "basis_id": basis_id,
        "precondition": _precondition(scenario, step, clock, why),
        "state": state, "author": SOFTWARE,
    }  # fmt: skip


def _precondition(scenario: Scenario, step: Step, clock: Clock, why: str | None) -> str | None:
    flags = [why] if why else []
    if not clock.running and not why:
        flags.append(
            "clock would open: no person has verified the first breach; hours shown are counted "
            "from its window and do not run"
        )
    elif clock.opened_by and scenario.adjudicated:
        flags.append(f"clock open: first breach verified by {clock.opened_by}")
    if step.precondition:
        flags.append(step.precondition)
    return "; ".join(flags) or None


def _words(basis: Row, told: _Told) -> dict[str, object]:
    probability = basis["probability"]
    shown = "unknown" if probability is None else f"{probability:.0%}"
    notices = told.announced.get(row_id(basis), NOTHING).notices
    words = {
        "zone": told.zone_names.get(basis["zone"], basis["zone"]),
        "outcome": basis["outcome"].replace("_", " "), "probability": shown,
        "notice": ", ".join(notices) or "no notice",
    }  # fmt: skip
    if "warning_id" in basis:
        return {**words, "horizon_h": f"{basis['horizon_h']:g}", "provision": "no provision"}
    return {**words, "provision": basis["provision_id"], "horizon_h": "0"}
