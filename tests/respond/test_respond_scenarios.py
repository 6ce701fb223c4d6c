"""The library's tables, their wording, and the faults of tables that people write."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from respond_given import write

from trucewatch.errors import ConfigError
from trucewatch.respond.scenario import (
    FOLDER,
    chosen,
    library,
    read_scenario,
    read_scenarios,
)
from trucewatch.respond.wording import words_of_force

TABLES = read_scenarios(library())
GOOD = """\
scenario: mine
title: Mine
says: What it is for.
agreements: ["*"]
trigger:
  finding: {outcome: breach}
clock: {starts: first_verified_breach}
steps:
  - {step: ask, action: ask, addressee: parties, says: Ask about $zone., due_h: 24, basis: text}
stop: {says: quiet, quiet_h: 24}
"""


def test_the_library_is_whole() -> None:
    assert len(TABLES) >= 12
    assert {table.name for table in TABLES} == {path.stem for path in library()}
    assert all(table.sources for table in TABLES)


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_step_advises_a_named_addressee_and_orders_no_force(table: object) -> None:
    actions = json.loads((FOLDER / "scenario.schema.json").read_text())["$defs"]["step"][
        "properties"]["action"]["enum"]  # fmt: skip
    assert set(actions) == {
        "announce", "ask", "assist", "consult", "convene", "deconflict", "inspect", "notify",
        "prepare", "record", "report", "restore", "review", "verify", "watch",
    }  # fmt: skip
    for step in (*table.steps, *table.deescalation):  # type: ignore[attr-defined]
        assert step.action in actions
        assert words_of_force(f"{step.says} {step.precondition or ''}") == []
        assert re.match(r"^[A-Z]", step.says)


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_whatever_asks_guarantors_to_act_names_their_own_law(table: object) -> None:
    for step in table.steps:  # type: ignore[attr-defined]
        if step.addressee == "guarantors" and (step.action == "prepare" or step.due_h >= 72):
            assert "own law" in (step.precondition or "")


@pytest.mark.parametrize("text", [
    "Strike the position.", "open fire", "Targets are to be engaged", "Neutralise the battery",
    "They shall return fire", "retaliation", "Use of force is authorised", "deploy troops to",
    "Shoot down the UAV", "bombard", "Seize the post", "Counter-attack at dawn", "SHELLING",
])  # fmt: skip
def test_words_of_force_are_found(text: str) -> None:
    assert words_of_force(text)


@pytest.mark.parametrize("text", [
    "Ask both sides to hold all fire.", "Open the hotline.", "Inspect the place.",
    "Consult on coalition measures by national law.", "Record the explosion.",
])  # fmt: skip
def test_advice_is_left_alone(text: str) -> None:
    assert words_of_force(text) == []


def test_a_good_table_is_read(tmp_path: Path) -> None:
    table = read_scenario(write(tmp_path / "mine.yaml", GOOD))
    assert table.steps[0].said(zone="north") == "Ask about north."
    assert table.adjudicated
    assert table.lapses_h == 24


@pytest.mark.parametrize(("change", "line", "found"), [
    (("action: ask", "action: strike"), 9, "strike"),
    (("says: Ask about $zone.", "says: Open fire on $zone."), 9, "words of force"),
    (("says: Ask about $zone.", "says: Ask $party."), 9, "placeholder party"),
    (("says: Ask about $zone.", "says: Pay $ 5."), 9, "placeholder"),
    (("due_h: 24", "due_h: -1"), 9, "-1"),
    (("due_h: 24", "due_h: soon"), 9, "soon"),
    (("quiet_h: 24", "quiet: 24"), 10, "quiet"),
    (("outcome: breach", "outcome: peace"), 6, "peace"),
    (("outcome: breach", "outcome: undetermined"), 7, "first_verified_breach"),
    (("first_verified_breach", "warning"), 7, "warning"),
    (("scenario: mine", "scenario: ../../etc"), 1, "etc"),
    (("title: Mine\n", ""), 1, "title"),
])  # fmt: skip
def test_a_fault_names_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, found: str
) -> None:
    path = write(tmp_path / "mine.yaml", GOOD.replace(*change))
    with pytest.raises(ConfigError) as caught:
        read_scenario(path)
    fault = caught.value.faults[0]
    assert fault.line == line
    assert found in fault.found


def test_all_faults_of_all_files_come_together(tmp_path: Path) -> None:
    one = write(tmp_path / "a.yaml", GOOD.replace("action: ask", "action: raid"))
    two = write(tmp_path / "b.yaml", GOOD.replace("due_h: 24", "due_h: -3"))
    three, four = write(tmp_path / "c.yaml", GOOD), write(tmp_path / "d.yaml", GOOD)
    with pytest.raises(ConfigError) as caught:
        read_scenarios([one, two, three, four])
    assert [Path(fault.path).name for fault in caught.value.faults] == [
        "a.yaml",
        "b.yaml",
        "d.yaml",
    ]


@pytest.mark.parametrize("text", ["", "- 1\n", "scenario: 5\n", "a: &x [*x]\n", "steps: {"])
def test_what_is_no_table_is_refused_kindly(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        read_scenario(write(tmp_path / "odd.yaml", text))


def test_a_mission_gets_the_tables_of_its_agreements(tmp_path: Path) -> None:
    names = {table.name for table in chosen(tmp_path, [], ["minsk-2"])}
    assert names == {
        "verify-first", "lost-sight", "warning-raised", "announced-do-not-alarm",
        "work-nobody-announced",
    }  # fmt: skip
    berlin = {table.name for table in chosen(tmp_path, [], ["texts/berlin-2025.yaml"])}
    assert {"answer-24h", "grows-72h"} <= berlin
    write(tmp_path / "mine.yaml", GOOD)
    assert [t.name for t in chosen(tmp_path, ["accident", "mine.yaml"], [])] == ["accident", "mine"]
    with pytest.raises(ConfigError):
        chosen(tmp_path, ["nowhere"], [])


def test_the_table_in_the_docs_is_a_table(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "respond.md").read_text(encoding="utf-8")
    block = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    table = read_scenario(write(tmp_path / "docs.yaml", block))
    assert table.name == "answer-24h"
    assert table.repeats_after_h == 24
