"""The respond room: findings, warnings and reviews in, directives and commitments out."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trucewatch.errors import ConfigError
from trucewatch.mission import FILE, Mission
from trucewatch.respond.announced import Announcement, acts_of, announcements
from trucewatch.respond.commitments import Line, read_csv, stage_rows, write_csv
from trucewatch.respond.commitments import board as _board
from trucewatch.respond.directives import Known, carried_over, directives
from trucewatch.respond.drill import DrillOptions
from trucewatch.respond.drill import drill as _drill
from trucewatch.respond.iati import read_iati, write_iati
from trucewatch.respond.register import Match, Tolerance, matches
from trucewatch.respond.scenario import Scenario, chosen
from trucewatch.store import RoomResult, Run, Store

FINDING = (
    *("finding_id", "agreement_id", "provision_id", "reading", "party", "zone"),
    *("window_start_utc", "window_end_utc", "outcome", "probability", "severity", "pattern"),
    *("missed_upper", "known_from_utc"),
)
WARNING = (
    *("warning_id", "issued_utc", "zone", "outcome", "horizon_h", "probability", "is_raised"),
    "known_from_utc",
)
DIRECTIVE = (
    *("directive_id", "scenario", "step", "addressee", "says", "due_utc", "due_latest_utc"),
    *("basis_id", "precondition", "state", "author"),
)
HAPPENING = ("kind", "start_utc", "end_utc", "lon", "lat", "radius_km")
OPTIONS = ("scenarios",)
# Findings know two places that no mission names.
ZONES = {
    "elsewhere": "places outside the regions", "all": "the whole area", "mission": "the whole area",
}  # fmt: skip
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the room reads."""

    known: Known
    provisions: Rows
    before: Rows


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Write the steps that findings and raised warnings call for, and the stages of commitments.

    Software proposes or lets lapse; what people made of a directive stands in their reviews.
    """
    inputs = _inputs(store, mission, run.data_utc)
    rows = directives(scenarios_of(mission), inputs.known)
    kept = carried_over(inputs.before, rows, inputs.known.reviews)
    told = store.replace("directive", [*rows, *kept], run)
    stages = stage_rows(inputs.provisions, _accounts(store))
    held = store.replace("commitment", stages, run)
    states = Counter(row["state"] for row in (*rows, *kept))
    return RoomResult(
        rows=told.added + held.added,
        detail={
            "directives": len(rows) + len(kept), "commitments": len(stages),
            "states": dict(sorted(states.items())), "retired": told.retired + held.retired,
        },
    )  # fmt: skip


def scenarios_of(mission: Mission) -> list[Scenario]:
    """Return the mission's scenarios: options respond.scenarios, or the library's for its texts.

    Raises ConfigError for a scenario that is not there or not well formed, all faults at once.
    """
    options = mission.options.get("respond") or {}
    path = mission.root / FILE
    names = options.get("scenarios") or []
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown or not isinstance(names, list):
        raise ConfigError.at(
            path, None, found=f"respond: {', '.join(unknown) or names!r}",
            expected="respond: {scenarios: [names of the library, or paths]}", mend="Correct it.",
        )  # fmt: skip
    return chosen(mission.root, [str(name) for name in names], mission.agreements)


def drill(
    store: Store, mission: Mission, scenario: str, options: DrillOptions | None = None
) -> dict[str, Any]:
    """Play the store's findings and warnings through one scenario, named or by path.

    The table is tried on whatever agreement the mission has, so that an exercise can train with
    the tables of the real texts. Returns what `drill.drill` returns; nothing is stored.
    """
    (named,) = chosen(mission.root, [scenario], mission.agreements)
    table = replace(named, agreements=("*",))
    known = _inputs(store, mission, datetime.max.replace(tzinfo=UTC)).known
    return _drill(
        table, known.findings, known.warnings,
        known=known, options=options,
    )  # fmt: skip


def register(store: Store, tolerance: Tolerance | None = None) -> list[Match]:
    """Return the deconfliction register over the store's notices, incidents and observations.

    Incidents stand for their members; observations that no incident holds come by themselves.
    """
    notices = store.table("notice").to_pylist()
    if not notices:
        return matches([], _unfused(store), tolerance)
    incidents = store.table("incident", ("incident_id", *HAPPENING)).to_pylist()
    return matches(notices, [*incidents, *_unfused(store)], tolerance)


def hotline(store: Store) -> Rows:
    """Return the open notices in the order in which they became known: the log of the hotline."""
    rows: Rows = store.table("notice").to_pylist()
    return sorted(rows, key=lambda row: (row["known_from_utc"], row["notice_id"]))


def board(store: Store, at_utc: datetime, stages: Rows | None = None) -> list[Line]:
    """Return the commitments board as the store has it at an instant.

    stages: what a file says instead of the store; nothing of it is stored.
    """
    held = store.table("commitment").to_pylist() if stages is None else stages
    findings = store.table("finding", FINDING).to_pylist()
    return _board(store.table("provision").to_pylist(), held, findings, at_utc)


def stages_of(path: Path) -> Rows:
    """Return the stages of commitments that a CSV or an IATI XML file holds; raises ReadError."""
    if path.suffix.lower() == ".xml":
        return read_iati(path.read_bytes(), path.name)
    return read_csv(path.read_text(encoding="utf-8"), path.name)


def stages_text(store: Store, form: str, at_utc: datetime) -> str:
    """Return the store's stages of commitments as 'csv' or as 'iati' XML."""
    rows: Rows = store.table("commitment").to_pylist()
    return write_iati(rows, at_utc) if form == "iati" else write_csv(rows)


def board_json(lines: list[Line]) -> Rows:
    """Return the board's lines as plain mappings, for JSON and templates."""
    return [asdict(line) for line in lines]


def _inputs(store: Store, mission: Mission, at_utc: datetime) -> Inputs:
    provisions = store.table("provision").to_pylist()
    known = Known(
        at_utc=at_utc,
        findings=store.table("finding", FINDING).to_pylist(),
        warnings=store.table("warning", WARNING, where="is_raised").to_pylist(),
        reviews=store.table("review").to_pylist(),
        provision_kinds={row["provision_id"]: row["kind"] for row in provisions},
        zone_names=ZONES | {region.id: region.name for region in mission.regions},
        announced=_announced(store),
    )
    return Inputs(known, provisions, store.table("directive", DIRECTIVE).to_pylist())


def _announced(store: Store) -> dict[str, Announcement]:
    """Return what the register says of the breaches whose traces list all their acts."""
    notices = store.table("notice").to_pylist()
    if not notices:
        return {}
    few = "outcome = 'breach' AND incidents BETWEEN 1 AND 10"
    found = store.table("finding", ("finding_id", "trace"), where=few).to_pylist()
    acts = {row["finding_id"]: acts_of(row) for row in found}
    wanted = sorted({act for ids in acts.values() for act in ids})
    named = store.table("incident", ("incident_id", *HAPPENING),
                        "list_contains($wanted, incident_id)", {"wanted": wanted})  # fmt: skip
    return announcements(acts, matches(notices, named.to_pylist()))


def _accounts(store: Store) -> Rows:
    found: Rows = store.table("observation", where="kind = 'commitment_stage'").to_pylist()
    return found


def _unfused(store: Store) -> Rows:
    alone = "NOT is_null AND observation_id NOT IN (SELECT observation_id FROM member_now)"
    rows: Rows = store.table("observation", ("observation_id", *HAPPENING), where=alone).to_pylist()
    return rows
