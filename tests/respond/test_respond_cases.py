"""Cases that a lawyer or monitor can write: tests/respond/cases/*.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from respond_given import KINDS, finding, review, scenario

from trucewatch.config import read_yaml
from trucewatch.respond.announced import Announcement
from trucewatch.respond.directives import Known, directives
from trucewatch.when import instant

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = [case for path in FILES for case in read_yaml(path).value]


def test_there_are_cases_with_names_of_their_own() -> None:
    names = [case["case"] for case in CASES]
    assert len(names) == len(set(names)) >= 15


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    known = Known(
        instant(case["at"]), [_finding(row) for row in case["findings"]], (),
        [_review(row) for row in case.get("reviews", [])], KINDS, {"north": "The North"},
        {name: Announcement(row["says"], tuple(row["notices"]))
         for name, row in case.get("announced", {}).items()},
    )  # fmt: skip
    rows = {row["step"]: row for row in directives([scenario(case["scenario"])], known)}
    if not case["expect"]:
        assert not rows
    for wanted in case["expect"]:
        _check(rows.get(wanted["step"]), wanted)


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    times = {"window_start_utc": instant(row["from"]), "window_end_utc": instant(row["to"])}
    given = {key: value for key, value in row.items() if key not in ("id", "from", "to")}
    return finding() | {"finding_id": row["id"], **times, **given}


def _review(row: dict[str, Any]) -> dict[str, Any]:
    return review(row["subject"], row["decision"]) | {"known_from_utc": instant(row["at"])}


def _check(row: dict[str, Any] | None, wanted: dict[str, Any]) -> None:
    if wanted.get("state") == "absent":
        assert row is None
        return
    assert row is not None, f"no step {wanted['step']}"
    for key, column in (("state", "state"), ("addressee", "addressee"), ("basis", "basis_id")):
        if key in wanted:
            assert row[column] == wanted[key]
    for key, column in (("due", "due_utc"), ("due_latest", "due_latest_utc")):
        if key in wanted:
            assert row[column] == instant(wanted[key])
    assert wanted.get("precondition", "") in (row["precondition"] or "")
    assert wanted.get("says", "") in row["says"]
    assert row["author"] == "trucewatch"
