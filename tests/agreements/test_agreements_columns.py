"""The columns beside the outcome: bound, probability, severity, labels, reasons, who owns what."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from trucewatch.agreements.acts import Evidence, Setting
from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.evaluate import evaluate
from trucewatch.agreements.groups import severity
from trucewatch.agreements.load import read_agreement
from trucewatch.mission import NamedRegion
from trucewatch.where import Region

DAY = datetime(2026, 3, 1, tzinfo=UTC)
WINDOWS = [(DAY + timedelta(days=d), DAY + timedelta(days=d + 1)) for d in range(3)]
REGIONS = (NamedRegion("r", "R", Region(30, 48, 200)),)
TEXT = """\
agreement: t
title: T
parties: [{id: a, name: A}, {id: b, name: B}]
documents: [{id: d, title: D}]
instruments: [{id: i, title: I, signed: 2026-01-01, in_force: {from: "2026-01-01T00:00Z"}}]
provisions:
  - {id: F, instrument: i, kind: prohibition, says: No fire., acts: {families: [fire]},
     severity: 0.5}
  - {id: O, instrument: i, kind: prohibition, says: Open., acts: {families: [fire]},
     status: open, status_by: [d]}
  - {id: C, instrument: i, kind: ceiling, says: C., level: level_personnel, limit: 100,
     unit: persons, parties: [a], severity: 0.4}
  - {id: D, instrument: i, kind: delivery, says: D., limit: 10, unit: EUR, parties: [a],
     deadline: "2026-02-01T00:00Z", sunset: "2026-03-02T12:00Z"}
"""


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    path: Path = tmp_path_factory.mktemp("t") / "t.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read_agreement(path)


def shot(number: int = 1, **given: Any) -> dict[str, Any]:
    at = DAY + timedelta(hours=2)
    return {"incident_id": f"inc-{number}", "kind": "shot", "start_utc": at, "end_utc": None,
            "lon": 30.0, "lat": 48.0, "probability_occurred": 1.0} | given  # fmt: skip


def level(quantity: float, **given: Any) -> dict[str, Any]:
    return {"observation_id": "obs-1", "kind": "level_personnel", "quantity": quantity,
            "unit": "persons", "claimed_actor": "a", "means": "inspected",
            "start_utc": DAY + timedelta(hours=1), "end_utc": None} | given  # fmt: skip


def coverage(kind: str = "any", zone: str = "r") -> list[dict[str, Any]]:
    return [{"coverage_id": f"cov-{a}", "zone": zone, "kind": kind, "window_start_utc": a,
             "window_end_utc": b, "watches": 2, "watched_share": 0.6, "outage_share": 0.1,
             "detection_probability": 0.5, "missed_upper": 6.0, "watch_ids": '["wat-1"]'}
            for a, b in WINDOWS]  # fmt: skip


def found(agreement: Agreement, provision: str, evidence: Evidence, **setting: Any) -> list[Any]:
    rows = evaluate(agreement, evidence, Setting(WINDOWS, REGIONS, **setting)).findings
    return [r for r in rows if r["provision_id"] == f"t/{provision}"]


def test_only_none_seen_carries_a_bound(agreement: Agreement) -> None:
    rows = found(agreement, "F", Evidence(incidents=[shot()], coverage=coverage()))
    assert [(r["outcome"], r["missed_upper"]) for r in rows] == [
        ("breach", None), ("none_seen", 6.0), ("none_seen", 6.0)
    ]  # fmt: skip
    said = [json.loads(r["trace"]) for r in rows]
    assert "coverage" not in said[0]
    assert said[1]["coverage"]["watch_ids"] == ["wat-1"]
    assert "no act of the kinds" in said[1]["reasons"][0]
    assert "6.00 could have been missed" in said[1]["reasons"][1]
    assert "probability 1.00" in said[0]["reasons"][0]


def test_probability_is_stated_where_a_number_can_be(agreement: Agreement) -> None:
    (sure, *_), (weak, *_) = (
        found(agreement, "F", Evidence(incidents=[shot(probability_occurred=p)]))
        for p in (0.9, 0.4)
    )
    assert (sure["outcome"], sure["probability"]) == ("breach", 0.9)
    assert (weak["outcome"], weak["probability"]) == ("undetermined", 0.4)
    assert "0.40 to 0.40" in json.loads(weak["trace"])["reasons"][0]
    assert found(agreement, "F", Evidence())[0]["probability"] is None


def test_an_open_provision_says_that_it_is_hypothetical(agreement: Agreement) -> None:
    assert found(agreement, "O", Evidence(incidents=[shot()])) == []
    rows = found(agreement, "O", Evidence(incidents=[shot()]), hypothetical=True)
    assert {r["reading"] for r in rows} == {"hypothetical: as written"}
    agreed = found(agreement, "F", Evidence(incidents=[shot()]), hypothetical=True)
    assert {r["reading"] for r in agreed} == {"as written"}


def test_only_complete_windows_are_listed_without_evidence(agreement: Agreement) -> None:
    evidence = Evidence(incidents=[shot()], levels=[level(200)])
    rows = found(agreement, "F", evidence, complete=frozenset({2}))
    assert [r["window_start_utc"] for r in rows] == [WINDOWS[0][0], WINDOWS[2][0]]
    rows = found(agreement, "C", evidence, complete=frozenset())
    assert [r["window_start_utc"] for r in rows] == [WINDOWS[0][0]]
    assert len(found(agreement, "C", evidence, complete=frozenset({1, 2}))) == 3


def test_a_breach_by_nobody_named_owns_its_acts(agreement: Agreement) -> None:
    evidence = Evidence(incidents=[shot(1), shot(2, attributed_party="a"), shot(3)])
    result = evaluate(agreement, evidence, Setting(WINDOWS, REGIONS))
    owned = {str(i): int(o) for i, o in zip(result.acts.ids, result.owner, strict=True)}
    assert owned["inc-2"] == -1
    (owner,) = {owned["inc-1"], owned["inc-3"]}
    (breach,) = [
        r for r in result.findings if r["outcome"] == "breach" and r["party"] == "any side"
    ]
    assert result.owners[owner] == (breach["finding_id"], 0.8)


def test_an_open_question_owns_nothing(agreement: Agreement) -> None:
    doubtful = Evidence(incidents=[shot(probability_occurred=0.3)])
    result = evaluate(agreement, doubtful, Setting(WINDOWS, REGIONS))
    assert (result.owner == -1).all()


def test_a_ceiling_s_columns(agreement: Agreement) -> None:
    over, *_ = found(agreement, "C", Evidence(levels=[level(200)], coverage=coverage(zone="all")))
    under, *_ = found(agreement, "C", Evidence(levels=[level(50)], coverage=coverage(zone="all")))
    assert (over["outcome"], over["severity"], over["missed_upper"]) == ("breach", 0.4, None)
    assert (under["outcome"], under["severity"], under["missed_upper"]) == ("none_seen", None, 6.0)


def test_a_commitment_lapses_by_its_own_term(agreement: Agreement) -> None:
    account = level(3, kind="commitment_stage", unit="EUR", attributes='{"stage": "delivered"}')
    before, lapsed, after = found(agreement, "D", Evidence(levels=[account]))
    assert before["outcome"] == "breach"
    for row in (lapsed, after):
        assert row["outcome"] == "undetermined"
        assert "lapsed" in json.loads(row["trace"])["reasons"][0]


@pytest.mark.parametrize(
    ("rounds", "calibre", "casualties", "expected"),
    [(0, 5, False, 0.2), (9, 5, False, 0.25), (999, 5, False, 0.35), (1e9, 5, False, 0.35),
     (0, 59.9, False, 0.2), (0, 60, False, 0.275), (0, 99.9, False, 0.275), (0, 100, False, 0.35),
     (0, 5, True, 1.0)],
)  # fmt: skip
def test_severity_is_the_stated_scale(
    rounds: float, calibre: float, casualties: bool, expected: float
) -> None:
    assert severity(0.5, rounds, calibre, casualties=casualties) == pytest.approx(expected)


def test_a_state_among_the_incidents_is_traced_by_the_observation_it_is(
    agreement: Agreement,
) -> None:
    """Some rows bear an incident's id, others that of the observation; none loses its own."""
    fire = {"kind": "shot", "start_utc": DAY, "end_utc": DAY, "probability_occurred": 1.0}
    rows = [fire | {"incident_id": "inc-1", "observation_id": None},
            fire | {"incident_id": None, "observation_id": "obs-1"}]  # fmt: skip
    found = evaluate(agreement, Evidence(incidents=rows), Setting(WINDOWS, REGIONS)).findings
    trace = next(json.loads(r["trace"]) for r in found if r["provision_id"] == "t/F")
    assert {act["id"] for act in trace["incidents"]} == {"inc-1", "obs-1"}
