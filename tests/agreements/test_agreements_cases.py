"""Every expert case of the library, one test each; and that the library is what it says it is."""

import csv
from functools import cache
from pathlib import Path

import pytest

from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.cases import Case, case_files, parts_of, read_cases
from trucewatch.agreements.load import library_names, read_agreement
from trucewatch.agreements.verdicts import run_case

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "agreements"


@cache
def agreement(name: str) -> Agreement:
    return read_agreement(name)


def all_cases() -> list[Case]:
    return [
        case
        for path in case_files()
        for case in read_cases(path, agreement(path.stem.split("__")[0]))
    ]


@pytest.mark.parametrize("case", all_cases(), ids=lambda c: f"{c.agreement}: {c.title}")
def test_expert_case(case: Case) -> None:
    failed = [v for v in run_case(case, agreement(case.agreement)) if not v.holds]
    assert not failed, [
        f"{case.path}:{case.line}: {v.key} is {v.found}, not {v.expected}" for v in failed
    ]


def test_there_are_at_least_120_cases() -> None:
    assert len(all_cases()) >= 120


def test_every_minsk_rule_has_a_breach_and_another_outcome() -> None:
    outcomes: dict[str, set[str]] = {}
    for case in all_cases():
        if case.agreement == "minsk":
            for key, outcome in case.expected.items():
                said = outcome["outcome"] if isinstance(outcome, dict) else outcome
                outcomes.setdefault(parts_of(key)[0], set()).add(said)
    for provision in agreement("minsk").provisions:
        found = outcomes.get(provision.id, set())
        assert "breach" in found, provision.id
        assert found & {"none_seen", "nothing"}, provision.id


@pytest.mark.parametrize("name", library_names())
def test_every_agreement_of_the_library_has_cases(name: str) -> None:
    assert case_files(name)


def test_minsk_holds_the_rules_of_the_table() -> None:
    path = SHARED / "minsk_provisions.csv"
    if not path.is_file():
        pytest.skip("the table of Minsk provisions is not beside the project")
    minsk = agreement("minsk")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {r["provision_id"] for r in rows} == {p.id for p in minsk.provisions}
    for row in rows:
        provision = minsk.provision(row["provision_id"])
        assert provision is not None
        assert provision.says != row["paraphrase"], "own words are asked for"
        assert str(minsk.instruments[provision.instrument].signed) == row["signed"]
        if row["rule_kind"] == "withdrawal":
            wanted = float(row["distance_km"])
            distances = {r.distance_km for r in provision.rules}
            assert wanted in distances or wanted / 2 in distances, row["provision_id"]
            lines = set(provision.rules[0].reference.values())
            actual = "actual" in row["reference_line_UAF"]
            assert ("contact-actual" in lines) == actual
