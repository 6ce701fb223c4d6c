"""Drills: findings run through a scenario as time passes: who would have been told what, when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from trucewatch.errors import ConfigError
from trucewatch.respond.directives import Known, directives
from trucewatch.respond.episodes import matching, row_id
from trucewatch.respond.scenario import Scenario

Row = Mapping[str, Any]

DRILL = "drill"
MOMENTS_MAX = 5000


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """How the drill is played.

    adjudication_h: hours after a finding is known until people verify it; None: they never do.
    report_h: hours after a window's end until its finding is known. truth: finding or warning id
    -> whether it was real; where it says no, people reject it at adjudication instead.
    """

    adjudication_h: float | None = 12.0
    report_h: float = 0.0
    truth: Mapping[str, bool] | None = None


def drill(
    scenario: Scenario, findings: Sequence[Row] = (), warnings: Sequence[Row] = (), *,
    known: Known | None = None, options: DrillOptions | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Play findings and warnings through one scenario; nothing is stored and nobody is told.

    Returns told (one entry per directive, in order of telling: told_utc, addressee, step, says,
    due_utc, due_latest_utc, clock running or would open, basis_id, people_hours, false_alarm),
    addressees, people_hours, and false_alarm: what was spent on bases that truth calls unreal
    (NULL without truth), and what one false first finding would cost until people reject it.
    known: provisions' kinds, zones' names and announcements, as directives take them.
    """
    options = options or DrillOptions()
    beside = known or Known(datetime.max.replace(tzinfo=UTC))
    rows = warnings if scenario.trigger.on == "warning" else findings
    fitting = matching(rows, scenario, beside.provision_kinds, beside.announced)
    told: dict[str, dict[str, Any]] = {}
    for moment in _moments(fitting, findings, scenario, options):
        empty = replace(beside, findings=(), warnings=(), reviews=())
        played = replace(empty, **_known(scenario, fitting, findings, options, moment))
        for row in directives([scenario], played):
            _tell(told, row, moment, scenario, options)
    return _report(scenario, list(told.values()), options, fitting)


def _moments(
    fitting: Sequence[Row], findings: Sequence[Row], scenario: Scenario, options: DrillOptions
) -> list[datetime]:
    """Return the instants at which something new is known."""
    found: set[datetime] = set()
    for row in fitting:
        found.add(_known_from(row, options))
        if options.adjudication_h is not None:
            found.add(_decided_at(row, options))
    pairs = {(row["zone"], row.get("provision_id")) for row in fitting}
    if scenario.trigger.on == "finding":
        found |= {_known_from(row, options) for row in findings
                  if row["outcome"] == "none_seen"
                  and (row["zone"], row["provision_id"]) in pairs}  # fmt: skip
    if len(found) > MOMENTS_MAX:
        raise ConfigError.at(
            scenario.name, None, found=f"{len(found)} instants", expected=f"at most {MOMENTS_MAX}",
            mend="Drill a shorter span of findings.",
        )  # fmt: skip
    return sorted(found)


def _known(
    scenario: Scenario, fitting: Sequence[Row], findings: Sequence[Row], options: DrillOptions,
    moment: datetime,
) -> dict[str, Any]:  # fmt: skip
    seen = [row for row in fitting if _known_from(row, options) <= moment]
    if scenario.trigger.on == "warning":
        return {
            "at_utc": moment,
            "warnings": seen,
            "reviews": list(_reviews(seen, options, moment)),
        }
    pairs = {(row["zone"], row["provision_id"]) for row in seen}
    calm = [
        row for row in findings
        if row["outcome"] == "none_seen" and (row["zone"], row["provision_id"]) in pairs
        and _known_from(row, options) <= moment
    ]  # fmt: skip
    reviews = list(_reviews(seen, options, moment))
    return {"at_utc": moment, "findings": [*seen, *calm], "reviews": reviews}


def _reviews(
    seen: Sequence[Row], options: DrillOptions, moment: datetime
) -> Iterator[dict[str, Any]]:
    if options.adjudication_h is None:
        return
    for row in seen:
        decided = _decided_at(row, options)
        if decided <= moment:
            real = options.truth is None or options.truth.get(row_id(row), True)
            yield {
                "review_id": f"rev-{row_id(row)}", "subject_id": row_id(row), "who": DRILL,
                "decision": "verified" if real else "rejected", "why": "played in a drill",
                "known_from_utc": decided, "supersedes": None, "party": None,
            }  # fmt: skip


def _known_from(row: Row, options: DrillOptions) -> datetime:
    end: datetime = row["issued_utc"] if "issued_utc" in row else row["window_end_utc"]
    return end + timedelta(hours=0 if "issued_utc" in row else options.report_h)


def _decided_at(row: Row, options: DrillOptions) -> datetime:
    return _known_from(row, options) + timedelta(hours=options.adjudication_h or 0)


def _tell(
    told: dict[str, dict[str, Any]], row: Row, moment: datetime, scenario: Scenario,
    options: DrillOptions,
) -> None:  # fmt: skip
    """Note the first time a step is proposed, and when its clock begins to run."""
    running = "clock would open" not in (row["precondition"] or "")
    entry = told.get(row["directive_id"])
    if entry is None and row["state"] == "proposed":
        hours = {s.step: s.people_hours for s in (*scenario.steps, *scenario.deescalation)}
        real = None if options.truth is None else options.truth.get(row["basis_id"])
        told[row["directive_id"]] = {
            "told_utc": moment, "addressee": row["addressee"], "step": row["step"],
            "says": row["says"], "due_utc": row["due_utc"],
            "due_latest_utc": row["due_latest_utc"], "precondition": row["precondition"],
            "clock": "running" if running else "would open", "clock_opened_utc":
            moment if running else None, "basis_id": row["basis_id"], "lapsed_utc": None,
            "late": moment > row["due_utc"], "people_hours": hours[row["step"]],
            "false_alarm": None if real is None else not real,
        }  # fmt: skip
    elif entry is not None:
        if running and entry["clock_opened_utc"] is None and row["state"] == "proposed":
            entry |= {"clock": "running", "clock_opened_utc": moment}
        if row["state"] == "lapsed" and entry["lapsed_utc"] is None:
            entry["lapsed_utc"] = moment


def _report(
    scenario: Scenario, told: list[dict[str, Any]], options: DrillOptions, fitting: Sequence[Row]
) -> dict[str, Any]:
    told.sort(key=lambda entry: (entry["told_utc"], entry["due_utc"], entry["step"]))
    spent = sum(entry["people_hours"] for entry in told)
    return {
        "scenario": scenario.name, "title": scenario.title, "matched": len(fitting),
        "adjudication_h": options.adjudication_h, "told": told,
        "addressees": dict(sorted(Counter(entry["addressee"] for entry in told).items())),
        "people_hours": spent, "false_alarm": _false_alarm(scenario, told, options),
    }  # fmt: skip


def _false_alarm(scenario: Scenario, told: Sequence[Row], options: DrillOptions) -> dict[str, Any]:
    """Return what false bases cost, and what one would cost if nobody knew the truth."""
    false = [entry for entry in told if entry["false_alarm"]]
    wait_h = options.report_h + (options.adjudication_h or float("inf"))
    before = [step for step in scenario.steps if step.due_h <= wait_h]
    known = options.truth is not None
    return {
        "directives": len(false) if known else None,
        "bases": sorted({str(entry["basis_id"]) for entry in false}) if known else None,
        "people_hours": sum(entry["people_hours"] for entry in false) if known else None,
        "one_costs_people_hours": sum(step.people_hours for step in before),
        "one_tells": sorted({step.addressee for step in before}),
    }  # fmt: skip
