"""The room on a store: what is written, what people's reviews make of it, twice is once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from respond_given import finding, quiet, review, warning
from typer.testing import CliRunner

from trucewatch.cli.main import app
from trucewatch.cli.people import DECISIONS
from trucewatch.errors import ConfigError
from trucewatch.mission import Mission, NamedRegion
from trucewatch.respond import room
from trucewatch.respond.reviews import PEOPLES_STATES
from trucewatch.store import Run, Store, open_store
from trucewatch.where import Region

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def later(run: Run, hours: float) -> Run:
    return replace(run, run_id=f"run-{hours}", data_utc=NOW + timedelta(hours=hours))


@pytest.fixture
def berlin(mission: Mission) -> Mission:
    return replace(mission, agreements=("berlin-2025",))


def put(store: Store, run: Run, *rows: dict[str, Any]) -> None:
    blank = {"agreement_id": "agr-1", "incidents": 1, "trace": "{}"}
    findings = [{k: v for k, v in row.items() if k != "known_from_utc"} | blank for row in rows]
    store.replace("finding", findings, run)


def rule(store: Store, run: Run, *more: dict[str, Any]) -> None:
    base = {"provision_id": "berlin-2025/3.1", "agreement_id": "agr-1", "article": "3.1",
            "kind": "prohibition", "party": "A", "says": "no fire", "parameters": "{}",
            "in_force_from_utc": None, "in_force_to_utc": None, "status": "agreed",
            "reference": None, "ambiguity": None}  # fmt: skip
    store.replace("provision", [base, *[base | row for row in more]], run)


def state(store: Store, step: str) -> list[tuple[str, str]]:
    rows = store.table("directive", where="step = $step", bound={"step": step}).to_pylist()
    return [(row["state"], row["author"]) for row in rows]


def test_steps_follow_findings_and_twice_is_once(store: Store, berlin: Mission, a_run: Run) -> None:
    rule(store, a_run)
    put(store, a_run, finding())
    first = room.run(store, berlin, later(a_run, 0))
    assert first.detail["states"] == {"proposed": 8}
    assert state(store, "answer") == [("proposed", "trucewatch")]
    assert room.run(store, berlin, later(a_run, 1)).rows == 0


def test_every_state_that_people_give_can_be_given_on_the_command_line(
    store: Store, berlin: Mission, a_run: Run
) -> None:
    assert set(PEOPLES_STATES) <= set(DECISIONS)
    rule(store, a_run)
    put(store, a_run, finding())
    room.run(store, berlin, later(a_run, 0))
    (step,) = store.table("directive", where="step = 'answer'").to_pylist()
    words = ["review", step["directive_id"], "lapsed", "--who", "C", "--why", "answered by phone"]
    store.close()
    result = CliRunner().invoke(app, [*words, "--mission", str(berlin.root)])
    assert result.exit_code == 0, result.output
    with open_store(berlin.store_path) as again:
        soon = replace(a_run, run_id="run-3", data_utc=datetime.now(UTC) + timedelta(hours=1))
        room.run(again, berlin, soon)
        assert state(again, "answer") == [("lapsed", "C")]


def test_people_are_told_the_name_of_a_zone(store: Store, berlin: Mission, a_run: Run) -> None:
    named = replace(berlin, regions=(NamedRegion("north", "Upper Valley", Region(30, 48, 50)),))
    rule(store, a_run)
    put(store, a_run, finding(), finding(start=24, end=48, zone="south"))
    room.run(store, named, later(a_run, 0))
    says = " ".join(row["says"] for row in store.table("directive").to_pylist())
    assert "Upper Valley" in says
    assert "north" not in says
    assert "south" in says


def test_peoples_reviews_change_states_and_old_rows_stay(
    store: Store, berlin: Mission, a_run: Run
) -> None:
    rule(store, a_run)
    put(store, a_run, finding())
    room.run(store, berlin, later(a_run, 0))
    (row,) = store.table("directive", where="step = 'answer'").to_pylist()
    issued = review(row["directive_id"], "issued", who="head of mission")
    store.append("review", [{k: v for k, v in issued.items() if k != "known_from_utc"}],
                 later(a_run, 1))  # fmt: skip
    room.run(store, berlin, later(a_run, 2))
    assert state(store, "answer") == [("issued", "head of mission")]
    history = store.query("SELECT state FROM directive_history WHERE step = 'answer'")
    assert sorted(history["state"].to_pylist()) == ["issued", "proposed"]


def test_a_finding_withdrawn_lets_proposals_lapse(
    store: Store, berlin: Mission, a_run: Run
) -> None:
    rule(store, a_run)
    put(store, a_run, finding())
    room.run(store, berlin, later(a_run, 0))
    put(store, later(a_run, 1), quiet(0, 24))
    room.run(store, berlin, later(a_run, 2))
    assert state(store, "answer") == [("lapsed", "trucewatch")]
    assert room.run(store, berlin, later(a_run, 3)).rows == 0


def test_nothing_known_gives_nothing(store: Store, berlin: Mission, a_run: Run) -> None:
    assert room.run(store, berlin, a_run).rows == 0
    assert room.board(store, NOW) == []
    assert room.register(store) == []
    assert room.drill(store, berlin, "answer-24h")["told"] == []


def test_commitments_are_held_with_their_evidence(
    store: Store, berlin: Mission, a_run: Run
) -> None:
    terms = {"limit": 10.0, "unit": "EUR", "deadline": "2026-02-01T00:00+00:00"}
    rule(store, a_run, {"provision_id": "berlin-2025/5", "article": "5", "kind": "delivery",
                        "party": "EU", "parameters": json.dumps(terms)})  # fmt: skip
    store.append("observation", [{
        "observation_id": "obs-1", "source_id": "s", "capture_id": "cap-1", "record_no": 1,
        "kind": "commitment_stage", "start_utc": datetime(2026, 1, 5, tzinfo=UTC),
        "when_precision": "day", "where_precision": "unknown", "claimed_actor": "EU",
        "quantity": 4.0, "unit": "EUR", "is_null": False, "root_id": "r",
        "attributes": json.dumps({"stage": "delivered"}),
    }], a_run)  # fmt: skip
    room.run(store, berlin, later(a_run, 0))
    assert store.count("commitment") == 2
    (line,) = room.board(store, NOW)
    assert (line.stage, line.delivered_share, line.is_late) == ("delivered", 0.4, True)
    assert room.board_json([line])[0]["evidence"] == ("obs-1",)


def test_a_drill_of_the_store_stores_nothing(store: Store, berlin: Mission, a_run: Run) -> None:
    rule(store, a_run)
    put(store, a_run, finding())
    assert len(room.drill(store, berlin, "answer-24h")["told"]) == 5
    assert store.count("directive") == 0


def test_a_drill_tries_a_table_on_any_agreement(store: Store, mission: Mission, a_run: Run) -> None:
    rule(store, a_run, {"provision_id": "exercise/no_fire"})
    put(store, a_run, finding(provision_id="exercise/no_fire"))
    assert len(room.drill(store, mission, "answer-24h")["told"]) == 5


def test_warnings_propose_talk(store: Store, berlin: Mission, a_run: Run) -> None:
    issued = warning() | {"issued_utc": NOW, "threshold": 0.5, "indicators": "[]"}
    del issued["known_from_utc"]
    store.replace("warning", [issued], a_run)
    room.run(store, berlin, later(a_run, 1))
    assert state(store, "second-look") == [("proposed", "trucewatch")]


@pytest.mark.parametrize("options", [{"scenarios": "answer-24h"}, {"scenario": []},
                                     {"scenarios": ["nowhere"]}])  # fmt: skip
def test_wrong_options_are_named(
    store: Store, berlin: Mission, a_run: Run, options: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError):
        room.run(store, replace(berlin, options={"respond": options}), a_run)
    assert isinstance(berlin.root, Path)


def test_words_name_places_and_never_ids(store: Store, berlin: Mission, a_run: Run) -> None:
    rule(store, a_run)
    put(store, a_run, finding(zone="donetsk"), finding(zone="elsewhere"))
    room.run(store, berlin, later(a_run, 0))
    said = " ".join(row["says"] for row in store.table("directive").to_pylist())
    assert "Donetsk" in said
    assert "places outside the regions" in said
    assert "donetsk" not in said
    assert "elsewhere" not in said
