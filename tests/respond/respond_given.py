"""Findings, warnings and reviews for the tests, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from trucewatch.respond.directives import Known, directives
from trucewatch.respond.scenario import LIBRARY, Scenario, read_scenario

DAY = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
KINDS = {
    "berlin-2025/3.1": "prohibition", "berlin-2025/3.2": "prohibition",
    "berlin-2025/access": "access", "berlin-2025/notice": "notification",
    "berlin-2025/money": "delivery", "berlin-2025/level": "ceiling",
}  # fmt: skip


# What findings of a drill are played beside.
BESIDE = Known(DAY, provision_kinds=KINDS)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def finding(start: float = 0, end: float = 24, **more: Any) -> dict[str, Any]:
    name = f"{start}-{end}-{more.get('zone', 'north')}-{more.get('outcome', 'breach')}"
    row = {
        "finding_id": f"fnd-{name}-{more.get('provision_id', '')}",
        "provision_id": "berlin-2025/3.1", "reading": "plain", "party": "A", "zone": "north",
        "window_start_utc": at(start), "window_end_utc": at(end), "outcome": "breach",
        "probability": 0.95, "severity": 0.5, "pattern": "local", "missed_upper": None,
        "known_from_utc": at(end),
    }  # fmt: skip
    return row | more


def quiet(start: float, end: float, **more: Any) -> dict[str, Any]:
    calm = {"outcome": "none_seen", "probability": 0.05, "pattern": None, "missed_upper": 5.0}
    return finding(start, end, **(calm | more))


def warning(issued: float = 0, **more: Any) -> dict[str, Any]:
    row = {
        "warning_id": f"wrn-{issued}-{more.get('zone', 'north')}", "issued_utc": at(issued),
        "zone": "north", "outcome": "collapse", "horizon_h": 72.0, "probability": 0.6,
        "is_raised": True, "known_from_utc": at(issued),
    }  # fmt: skip
    return row | more


def review(
    subject: str, decision: str = "verified", hour: float = 30, **more: Any
) -> dict[str, Any]:
    row = {
        "review_id": f"rev-{subject}-{decision}-{hour}", "subject_id": subject,
        "decision": decision, "party": None, "who": "commission", "why": "seen",
        "supersedes": None, "known_from_utc": at(hour),
    }  # fmt: skip
    return row | more


def scenario(name: str) -> Scenario:
    return read_scenario(next(LIBRARY.glob(f"*/{name}.yaml")))


def steps(table: Scenario | str, hour: float, *rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the directives that follow from rows at an hour, by step (last basis wins)."""
    chosen = scenario(table) if isinstance(table, str) else table
    known = Known(
        at(hour),
        [row for row in rows if "provision_id" in row],
        [row for row in rows if "warning_id" in row],
        [row for row in rows if "review_id" in row],
        KINDS,
    )
    return {row["step"]: row for row in directives([chosen], known)}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
