"""Drills: who would have been told what, when, and what a false alarm costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from respond_given import BESIDE, at, finding, quiet, scenario, warning
from test_respond_directives import somefindings

from trucewatch.errors import ConfigError
from trucewatch.respond.drill import DrillOptions, drill
from trucewatch.respond.scenario import library, read_scenarios


def test_the_first_telling_comes_with_the_finding_and_the_clock_with_the_verdict() -> None:
    told = drill(scenario("answer-24h"), [finding()], known=BESIDE)["told"]
    assert [entry["told_utc"] for entry in told] == [at(24)] * 5
    answer = next(entry for entry in told if entry["step"] == "answer")
    assert answer["clock"] == "running"
    assert answer["clock_opened_utc"] == at(36)
    assert (answer["due_utc"], answer["due_latest_utc"]) == (at(24), at(48))


def test_without_a_verdict_the_clock_never_runs() -> None:
    options = DrillOptions(adjudication_h=None)
    told = drill(scenario("answer-24h"), [finding()], known=BESIDE, options=options)["told"]
    assert {entry["clock"] for entry in told} == {"would open"}


def test_a_false_alarm_is_costed() -> None:
    false = finding()
    options = DrillOptions(adjudication_h=4, truth={false["finding_id"]: False})
    table = scenario("answer-24h")
    found = drill(table, [false], known=BESIDE, options=options)
    cost = found["false_alarm"]
    assert cost["directives"] == len(table.steps)
    assert cost["people_hours"] == sum(step.people_hours for step in table.steps)
    assert cost["bases"] == [false["finding_id"]]
    assert cost["one_costs_people_hours"] == 2
    assert cost["one_tells"] == ["deconfliction_cell"]
    assert all(entry["lapsed_utc"] == at(28) for entry in found["told"])


def test_a_true_alarm_costs_no_false_hours() -> None:
    real = finding()
    options = DrillOptions(truth={real["finding_id"]: True})
    found = drill(scenario("answer-24h"), [real], known=BESIDE, options=options)
    assert found["false_alarm"]["people_hours"] == 0
    assert found["people_hours"] > 0


def test_without_truth_no_cost_is_invented() -> None:
    cost = drill(scenario("answer-24h"), [finding()], known=BESIDE)["false_alarm"]
    assert cost["directives"] is None
    assert cost["one_costs_people_hours"] > 0


def test_the_way_back_is_told_after_watched_quiet() -> None:
    rows = [finding(), *[quiet(24 + 24 * n, 48 + 24 * n) for n in range(3)]]
    told = drill(scenario("answer-24h"), rows, known=BESIDE)["told"]
    back = [entry for entry in told if entry["step"] == "note-the-quiet"]
    assert [entry["told_utc"] for entry in back] == [at(96)]


def test_warnings_are_played_too() -> None:
    found = drill(scenario("warning-raised"), warnings=[warning(5)])
    assert {entry["told_utc"] for entry in found["told"]} == {at(5)}
    assert found["addressees"] == {"analysis_cell": 1, "deconfliction_cell": 1, "monitors": 1}


def test_a_drill_has_bounds() -> None:
    many = [warning(n, zone=f"zone {n}") for n in range(5001)]
    with pytest.raises(ConfigError, match="at most 5000"):
        drill(scenario("warning-raised"), warnings=many,
              options=DrillOptions(adjudication_h=None))  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(somefindings)
def test_nobody_is_told_before_it_could_be_known(rows: list[dict[str, object]]) -> None:
    ends = {row["finding_id"]: row["window_end_utc"] for row in rows}
    for table in read_scenarios(library()):
        options = DrillOptions(report_h=2)
        for entry in drill(table, rows, known=BESIDE, options=options)["told"]:
            assert entry["told_utc"] >= ends[entry["basis_id"]] + timedelta(hours=2)
