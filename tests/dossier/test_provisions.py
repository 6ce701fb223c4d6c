"""Claims against an agreement: cases a lawyer could write, and the way through store and report."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dossier.conftest import Make, keep
from trucewatch.agreements import room as agreements_room
from trucewatch.desk import explanation, lineage, provision_said
from trucewatch.dossier import diff, render
from trucewatch.dossier.grounds import mission_dossier
from trucewatch.dossier.linking import link, obligation, obligations, said, with_provisions
from trucewatch.dossier.model import Dossier
from trucewatch.dossier.room import run
from trucewatch.mission import Mission, read_mission
from trucewatch.publish import Asked, read_report
from trucewatch.publish.part_findings import findings_section
from trucewatch.store import Run, Store, open_as_of, open_store

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "provisions.yaml").read_text(encoding="utf-8")
)
PARTIES = {
    p["id"]: frozenset(n.casefold() for n in (p["id"], p["name"], *p["aliases"]))
    for p in CASES["parties"]
}
TEXTS = [
    obligation(
        {"provision_id": name, "article": name, "says": row["says"], "status": row["status"],
         "parameters": json.dumps({"words": row.get("words")})},
        PARTIES,
    )
    for name, row in CASES["provisions"].items()
]  # fmt: skip
AGREEMENT = """\
agreement: truce
title: A truce
parties:
  - {id: ethiopia, name: Ethiopia, aliases: [ET]}
  - {id: eritrea, name: Eritrea, aliases: [ER]}
documents:
  - {id: text, title: The text}
instruments:
  - {id: main, title: The text, signed: 2022-11-02}
provisions:
  - id: T-1
    instrument: main
    kind: prohibition
    says: Eritrea's troops leave the region.
    status: agreed
    status_by: [text]
    acts: {kinds: [advance]}
    words: {en: ["withdraw* troops"]}
"""
FIRST = "Eritrea agreed to the withdrawal of its troops from the region."
SECOND = "<html><body><p>Eritrea rejected the withdrawal of its troops.</p></body></html>"


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda c: c["name"])
def test_cases(make: Make, case: dict[str, Any]) -> None:
    dossier = make(*case["documents"])
    names = {d.id: Path(d.path).stem for d in dossier.documents}
    found = {}
    for status in said(link(dossier.claims, TEXTS), TEXTS):
        held: dict[str, set[str]] = {}
        for document, word, _ in status.says:
            held.setdefault(word, set()).add(names[document])
        found[status.id] = {"status": status.status} | {k: sorted(v) for k, v in held.items()}
    assert found == case["expect"]


def test_every_link_stands_on_a_claim_of_the_dossier(make: Make) -> None:
    dossier = make(*(d for c in CASES["cases"] for d in c["documents"][:1]))
    whole = with_provisions(dossier, TEXTS)
    assert whole.claims == dossier.claims and whole.provisions[-1:] == dossier.provisions[-1:]
    for status in whole.provisions:
        assert all(whole.claim(c).document == d for d, _, c in status.says)
        assert {c for *_, c in status.says} <= set(status.claims)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_order_of_claims_tells_nothing(make: Make, seed: int) -> None:
    claims = list(make(*CASES["cases"][1]["documents"], *CASES["cases"][6]["documents"]).claims)
    told = {p.id: p.status for p in said(link(claims, TEXTS), TEXTS)}
    random.Random(seed).shuffle(claims)
    assert {p.id: p.status for p in said(link(claims, TEXTS), TEXTS)} == told


def test_a_sentence_of_one_word_does_not_hang(make: Make) -> None:
    started = time.process_time()
    link(make("Eritrea agreed to withdraw troops " + "withdraw " * 20_000 + ".").claims, TEXTS)
    assert time.process_time() - started < 20


def test_the_founding_documents(founding: Dossier, mission: Mission, a_run: Run) -> None:
    """What all of them refuse is refused, with each of them behind it."""
    outline = replace(mission, agreements=("berlin-2025",))
    with open_store(outline.store_path) as store:
        agreements_room.run(store, outline, a_run)
        found = {
            p.id: p for p in said(link(founding.claims, obligations(store)), obligations(store))
        }
    refused = found["berlin-2025/B-T.2"]
    assert refused.status == "rejected" and len({d for d, *_ in refused.says}) >= 3
    assert found["berlin-2025/B-2.5"].status == "rejected"
    assert found["berlin-2025/B-1.1"].status == found["berlin-2025/B-2.1"].status == "agreed"


@pytest.fixture
def truce(mission_folder: Path) -> Mission:
    """A mission with an agreement of its own."""
    (mission_folder / "truce.yaml").write_text(AGREEMENT, encoding="utf-8")
    text = (mission_folder / "mission.yaml").read_text(encoding="utf-8")
    for ours, name in (
        ("{id: UAF, name: Ukraine}", "ET"),
        ("{id: AF, name: armed formations}", "ER"),
    ):
        assert ours in text
        text = text.replace(ours, f"{{id: {name}, name: {name}}}")
    (mission_folder / "mission.yaml").write_text(
        text + "agreements: [truce.yaml]\n", encoding="utf-8"
    )
    return read_mission(mission_folder)


def test_from_captures_to_the_report(truce: Mission, a_run: Run) -> None:
    with open_store(truce.store_path) as store:
        agreements_room.run(store, truce, a_run)
        keep(store, truce, a_run, FIRST, 1)
        assert run(store, truce, a_run).detail["provisions_differing"] == 0
        keep(store, truce, a_run, SECOND, 2)
        second, third = (replace(a_run, run_id=f"run-{n}") for n in (2, 3))
        assert run(store, truce, second).detail["provisions_differing"] == 1
        assert run(store, truce, third).rows == 0

        found = provision_said(store, "truce/T-1")
        assert found and (found["status"], found["stated"]) == ("contested", "agreed")
        assert {h["status"]: [d["origin"] for d in h["documents"]] for h in found["says"]} == {
            "agreed": ["1"], "rejected": ["2"]}  # fmt: skip
        lines = explanation(store, truce, "prv-truce/T-1")
        assert "documents say: contested, other than its text: for people to settle" in lines
        # The file's word is never changed.
        assert store.table("provision").to_pylist()[0]["status"] == "agreed"

        for cited in ("truce/T-1", "prv-truce/T-1"):
            tree = lineage(store, truce, cited)
            assert {c["capture"]["record"] for c in tree["from"]} >= {
                FIRST, "Eritrea rejected the withdrawal of its troops."}  # fmt: skip

        asked = Asked(data_utc=datetime(2022, 12, 3, tzinfo=UTC))
        report = read_report(
            store, truce, day=datetime(2022, 12, 2, tzinfo=UTC).date(), asked=asked
        )
        # Documents alone are enough for a report of the last day.
        assert read_report(store, truce).provisions_said == report.provisions_said
        section = findings_section(report)
        assert "contested" in str(section) and found["says"][0]["documents"][0]["claims"][0] in str(
            section
        )


def test_a_look_at_the_past_has_the_status_of_then(truce: Mission, a_run: Run) -> None:
    with open_store(truce.store_path) as store:
        keep(store, truce, a_run, FIRST, 1)
        keep(store, truce, a_run, SECOND, 2)
        run(store, truce, a_run)
    with open_as_of(truce.store_path, datetime(2022, 12, 1, 12, tzinfo=UTC)) as past:
        agreements_room.run(past, truce, a_run)
        run(past, truce, a_run)
        found = provision_said(past, "truce/T-1")
        assert found and found["status"] == "agreed" and past.count("claim") == 1


def test_what_changed_per_provision(truce: Mission, a_run: Run) -> None:
    with open_store(truce.store_path) as store:
        agreements_room.run(store, truce, a_run)
        keep(store, truce, a_run, FIRST, 1)
        keep(store, truce, a_run, SECOND, 2)
        before = mission_dossier(store, truce, until=datetime(2022, 12, 1, tzinfo=UTC))
        now = mission_dossier(store, truce)
        change = diff(before, now)
        assert ("truce/T-1", "agreed", "contested") in change.provisions
        assert [p[0] for p in change.backing] == ["truce/T-1", "point:withdrawal"]
        assert "truce/T-1" in render(now, "md", change=change).replace("\\", "")


def test_without_an_agreement_nothing_is_linked(store: Store, mission: Mission, a_run: Run) -> None:
    keep(store, mission, a_run, FIRST, 1)
    assert run(store, mission, a_run).detail["linked"] == 0
    assert store.count("provision_said") == store.count("provision_claim") == 0
