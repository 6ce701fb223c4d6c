"""The board, its CSV and IATI forms, and XML that means harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from trucewatch.agreements.room import run as agreements_room
from trucewatch.cli.main import app
from trucewatch.errors import ReadError
from trucewatch.iati import NAMESPACE
from trucewatch.mission import read_mission
from trucewatch.model import STAGES
from trucewatch.respond.commitments import board, read_csv, stage_rows, with_id, write_csv
from trucewatch.respond.iati import read_iati, write_iati
from trucewatch.respond.room import board as board_of
from trucewatch.respond.room import run as respond_room
from trucewatch.sources import read_path
from trucewatch.store import Run, open_store

START, DUE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def provision(**terms: Any) -> dict[str, Any]:
    given = {"limit": 100.0, "unit": "EUR", "deadline": "2026-07-01T00:00+00:00",
             "parties": ["EU"]} | terms  # fmt: skip
    return {
        "provision_id": "berlin-2025/5", "article": "5", "kind": "delivery", "party": "EU",
        "status": "agreed", "in_force_from_utc": START, "parameters": json.dumps(given),
    }  # fmt: skip


def account(stage: str, amount: float | None, day: int = 1, **more: Any) -> dict[str, Any]:
    row = {"observation_id": f"obs-{stage}-{day}-{amount}", "claimed_actor": "EU", "unit": "EUR",
           "quantity": amount, "start_utc": datetime(2026, 3, day, tzinfo=UTC),
           "attributes": json.dumps({"stage": stage})}  # fmt: skip
    return row | more


def lines(*accounts: dict[str, Any], at: datetime = DUE, **terms: Any) -> list[Any]:
    rules = [provision(**terms)]
    return board(rules, stage_rows(rules, accounts), [], at)


@pytest.mark.parametrize(("accounts", "score", "stage"), [
    ([], 0, "pledged"), ([("in_law", None)], 1, "in_law"), ([("appropriated", 100)], 1,
                                                          "appropriated"),
    ([("allocated", 40)], 1, "allocated"), ([("allocated", 100)], 2, "allocated"),
    ([("delivered", 49)], 1, "delivered"), ([("delivered", 50)], 2, "delivered"),
    ([("delivered", 60), ("delivered", 39)], 3, "delivered"),
])  # fmt: skip
def test_the_score_follows_the_stage_and_the_amount(
    accounts: list[tuple[str, float]], score: int, stage: str
) -> None:
    rows = [account(s, a, day + 1) for day, (s, a) in enumerate(accounts)]
    (line,) = lines(*rows)
    assert (line.score, line.stage) == (score, stage)
    assert len(line.evidence) == len(accounts)


def test_late_only_after_the_deadline_and_only_if_short() -> None:
    assert not lines()[0].is_late
    after = datetime(2026, 7, 2, tzinfo=UTC)
    assert lines(at=after)[0].is_late
    assert not lines(account("delivered", 100), at=after)[0].is_late
    assert lines(account("delivered", 98), at=after)[0].is_late
    assert not lines(account("in_law", None), at=after, stage="in_law", limit=None)[0].is_late


def test_an_account_after_the_moment_is_not_known_yet() -> None:
    (line,) = lines(account("delivered", 100), at=datetime(2026, 2, 1, tzinfo=UTC))
    assert (line.stage, line.score) == ("pledged", 0)


def test_an_account_goes_to_its_provision_or_to_none() -> None:
    other = provision() | {"provision_id": "berlin-2025/6", "article": "6"}
    rules = [provision(), other]
    unclear = account("delivered", 5)
    named = account("delivered", 7, attributes=json.dumps({"stage": "delivered", "provision": "6"}))
    rows = stage_rows(rules, [unclear, named])
    assert [r["provision_id"] for r in rows if r["observation_id"]] == ["berlin-2025/6"]
    stranger = account("delivered", 5, claimed_actor="X")
    assert len(stage_rows([provision()], [stranger])) == 1
    assert len(stage_rows([provision()], [account("delivered", 5, unit="USD")])) == 1


def test_a_sum_that_payer_and_receiver_tell_of_is_counted_once() -> None:
    own = [account("delivered", 30, day, claimant="EU") for day in (1, 2)]
    theirs = [account("delivered", 30, 5, claimant="UA"), account("delivered", 7, 6, claimant="UA")]
    (line,) = lines(*own, *theirs)
    assert line.amounts["delivered"] == 67
    assert len(line.evidence) == 4
    (line,) = lines(own[0], *theirs)
    assert line.amounts["delivered"] == 37


def test_a_pledge_that_is_only_open_is_no_pledge() -> None:
    assert stage_rows([provision() | {"status": "open"}], []) == []
    assert stage_rows([provision() | {"kind": "ceiling"}], []) == []


def test_breaches_that_call_on_a_commitment_stand_beside_it() -> None:
    rules = [provision(called_by=["berlin-2025/3*"])]
    findings = [{"finding_id": f"fnd-{n}", "provision_id": f"berlin-2025/{a}", "outcome": o}
                for n, (a, o) in enumerate([("3.1", "breach"), ("3.2", "none_seen"),
                                            ("4", "breach")])]  # fmt: skip
    assert board(rules, stage_rows(rules, []), findings, DUE)[0].called_by == ("fnd-0",)


def test_point_four_is_called_on_by_breaches_of_the_truce() -> None:
    fire = provision() | {"provision_id": "berlin-2025/3.1", "kind": "prohibition"}
    level = provision() | {"provision_id": "berlin-2025/1.1", "kind": "ceiling"}
    rules = [provision(topic="law"), fire, level]
    findings = [{"finding_id": f"fnd-{row['kind']}", "provision_id": row["provision_id"],
                 "outcome": "breach"} for row in (fire, level)]  # fmt: skip
    (line,) = board(rules, stage_rows(rules, []), findings, DUE)
    assert line.called_by == ("fnd-prohibition",)
    rules[0] = provision(topic="economy")
    assert board(rules, stage_rows(rules, []), findings, DUE)[0].called_by == ()


def test_after_its_sunset_a_commitment_is_lapsed_not_late() -> None:
    (line,) = lines(at=datetime(2026, 9, 1, tzinfo=UTC), sunset="2026-08-01T00:00Z")
    assert line.is_lapsed
    assert not line.is_late


def test_without_a_public_amount_the_stage_alone_counts() -> None:
    (line,) = lines(account("in_law", None), limit=0)
    assert (line.owed, line.delivered_share, line.score) == (None, None, 1)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1,
                max_size=12).filter(lambda text: text.strip() == text)  # fmt: skip
moments = st.datetimes(datetime(2015, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
rows_out = st.lists(
    st.builds(
        lambda provision, party, stage, amount, unit, when, ref: with_id({
            "provision_id": provision, "party": party, "stage": stage, "amount": amount,
            "unit": unit if amount is not None else None, "stage_utc": when, "deadline_utc": DUE,
            "observation_id": ref,
        }),
        texts, texts, st.sampled_from(STAGES),
        st.none() | st.floats(0, 1e12, allow_nan=False), st.none() | texts,
        st.none() | moments, st.none() | texts,
    ), max_size=6, unique_by=lambda row: row["commitment_id"],
)  # fmt: skip


def by_id(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["commitment_id"])


@settings(deadline=None, max_examples=80)
@given(rows_out)
def test_what_is_written_is_read_back(rows: list[dict[str, Any]]) -> None:
    assert by_id(read_iati(write_iati(rows, START).encode())) == by_id(rows)
    assert by_id(read_csv(write_csv(rows))) == by_id(rows)


FOREIGN = b"""<?xml version="1.0"?>
<iati-activities version="2.03"><iati-activity default-currency="EUR">
<iati-identifier>XX-1</iati-identifier><reporting-org ref="XX"/>
<transaction><transaction-type code="12"/><transaction-date iso-date="2026-01-05"/>
<value currency="USD">1,000</value></transaction>
<transaction><transaction-type code="3"/><transaction-date iso-date="2026-02-05"/>
<value>250</value></transaction>
<transaction><transaction-type code="6"/><value>9</value></transaction>
</iati-activity></iati-activities>"""


def test_a_file_of_others_is_read_by_its_transaction_types() -> None:
    rows = {row["stage"]: row for row in read_iati(FOREIGN)}
    assert set(rows) == {"pledged", "delivered"}
    assert (rows["pledged"]["amount"], rows["pledged"]["unit"]) == (1000.0, "USD")
    assert rows["delivered"]["unit"] == "EUR"
    assert rows["delivered"]["stage_utc"] == datetime(2026, 2, 5, tzinfo=UTC)


BOMB = (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa">'
        + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a;" * 9) for n in range(9))
        + b"]><iati-activities>&a8;</iati-activities>")  # fmt: skip


@pytest.mark.parametrize("content", [
    BOMB,
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><iati-activities>&e;'
    b"</iati-activities>",
    b'<!DOCTYPE iati-activities SYSTEM "http://localhost/x.dtd"><iati-activities/>',
    b"<iati-activities>", b"", b"\x00\xff", b"<html/>",
    b"<iati-activities><iati-activity/></iati-activities>",
    FOREIGN.replace(b"250", b"lots"), FOREIGN.replace(b"250", b"1.000,50"),
    FOREIGN.replace(b"250", b"1e999"), FOREIGN.replace(b'"3"', b'"1"'),
    FOREIGN.replace(b'"3"', b'"33"'), FOREIGN.replace(b"2026-02-05", b"soon"),
])  # fmt: skip
def test_hostile_or_broken_xml_is_refused(content: bytes) -> None:
    with pytest.raises(ReadError):
        read_iati(content)


def test_numbers_go_out_as_others_read_them() -> None:
    row = {"provision_id": "p", "party": "X", "stage": "delivered", "amount": 2.5e16, "unit": "EUR",
           "stage_utc": None, "deadline_utc": None, "observation_id": None}  # fmt: skip
    assert ">25000000000000000<" in write_iati([with_id(row)], START)


def test_elements_within_elements_cost_no_stack() -> None:
    deep = b"<a>" * 200_000 + b"</a>" * 200_000
    assert read_iati(b"<iati-activities>" + deep + b"</iati-activities>") == []


def test_xml_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(ReadError, match="at most"):
        read_iati(b" " * (32 * 1024 * 1024 + 1))


@pytest.mark.parametrize("line", [
    "p,X,given,1,EUR,,,", "p,X,delivered,many,EUR,,,", ",X,delivered,1,,,,",
    "p,X,delivered,1,EUR,2026-01-01T00:00,,",
])  # fmt: skip
def test_a_csv_line_that_cannot_be_read_is_named(line: str) -> None:
    head = "provision_id,party,stage,amount,unit,stage_utc,deadline_utc,observation_id\n"
    with pytest.raises(ReadError, match=r"commitments\.csv:2"):
        read_csv(head + line + "\n")
    with pytest.raises(ReadError, match="no column"):
        read_csv("a,b\n1,2\n")


def typed(*words: str, mission: Path) -> str:
    result = CliRunner().invoke(app, ["commitments", *words, "--mission", str(mission)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_board_and_its_files_as_a_user_types_them(mission_folder: Path, a_run: Run) -> None:
    """What goes out as CSV or IATI comes in as the same board, and a file changes nothing."""
    path = mission_folder / "mission.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "agreements: [berlin-2025]\n")
    mission = read_mission(mission_folder)
    with open_store(mission.store_path) as store:
        agreements_room(store, mission, a_run)
        respond_room(store, mission, a_run)
    shown = json.loads(typed("--json", mission=mission_folder))
    assert {row["provision_id"] for row in shown} >= {"berlin-2025/B-4.1", "berlin-2025/B-5.1"}
    assert {row["score"] for row in shown} == {0}
    for form, name in (("csv", "stages.csv"), ("iati", "stages.xml")):
        file = mission_folder / name
        file.write_text(typed("--format", form, mission=mission_folder), encoding="utf-8")
        assert json.loads(typed("--from", str(file), "--json", mission=mission_folder)) == shown
    more = mission_folder / "more.csv"
    more.write_text("provision_id,party,stage,amount,unit\nberlin-2025/B-4.1,us,in_law,1,laws\n")
    said = typed("--from", str(more), mission=mission_folder)
    assert "berlin-2025/B-4.1 by us, 1 laws: in_law" in said
    assert json.loads(typed("--json", mission=mission_folder)) == shown


def test_activity_files_that_were_read_move_the_board(mission_folder: Path, a_run: Run) -> None:
    """The bytes of payer and receiver become observations, findings' accounts and the board."""
    path = mission_folder / "mission.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("  - {id: UAF", "  - {id: us, name: USA}\n  - {id: UAF")
    path.write_text(text + "agreements: [berlin-2025]\n", encoding="utf-8")
    mission = read_mission(mission_folder)
    files = {"payer.xml": ("us", "3", ""), "receiver.xml": ("UAF", "1", '<provider-org ref="us"/>')}
    with open_store(mission.store_path) as store:
        for name, told in files.items():
            file = mission_folder / name
            file.write_text(activity_file(*told), encoding="utf-8")
            assert read_path(store, mission, a_run, file, "iati").observations == 1
        agreements_room(store, mission, a_run)
        respond_room(store, mission, a_run)
        rows = board_of(store, datetime(2026, 3, 1, tzinfo=UTC))
    line = next(r for r in rows if r.provision_id == "berlin-2025/B-1.3" and r.party == "us")
    assert (line.stage, line.amounts["delivered"], len(line.evidence)) == ("delivered", 0.5, 2)


def activity_file(reporter: str, code: str, payer: str) -> str:
    return (
        f'<iati-activities version="2.03" xmlns:tw="{NAMESPACE}">'
        '<iati-activity default-currency="arrangements" tw:provision="B-1.3">'
        f'<iati-identifier>z</iati-identifier><reporting-org ref="{reporter}"/>'
        f'<transaction><transaction-type code="{code}"/><transaction-date iso-date="2026-02-01"/>'
        f"<value>0.5</value>{payer}</transaction></iati-activity></iati-activities>"
    )
