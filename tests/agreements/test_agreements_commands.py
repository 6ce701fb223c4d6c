"""check, diff, explain; the symmetry audit; the mutation check on a sample."""

import importlib.util
import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from trucewatch.agreements.acts import Evidence, Setting
from trucewatch.agreements.cases import case_files, read_cases
from trucewatch.agreements.commands import check, diff, explain
from trucewatch.agreements.evaluate import evaluate
from trucewatch.agreements.load import LIBRARY, read_agreement
from trucewatch.agreements.symmetry import audit, krippendorff_alpha, observer_effects
from trucewatch.agreements.verdicts import run_case
from trucewatch.errors import AgreementError

ROOT = Path(__file__).parents[2]


def test_check_one_of_the_library() -> None:
    result = check("easter-truce-2025")
    assert result.holds
    assert result.agreements == ["easter-truce-2025"]
    assert result.cases == 12
    assert result.as_json()["failed"] == []


def test_check_a_file_of_ones_own_with_cases_beside_it(tmp_path: Path) -> None:
    name = "easter-truce-2025"
    (tmp_path / "cases").mkdir()
    own = tmp_path / f"{name}.yaml"
    own.write_text((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    cases = (LIBRARY / "cases" / f"{name}.yaml").read_text(encoding="utf-8")
    wrong = cases.replace("expect: {ET-1: none_seen, ET-3: none_seen}", "expect: {ET-1: breach}")
    (tmp_path / "cases" / f"{name}.yaml").write_text(wrong, encoding="utf-8")
    result = check(own)
    assert not result.holds
    assert [(v.key, v.expected, v.found) for v in result.failed] == [
        ("ET-1", "breach", "none_seen")
    ]


def test_check_lists_the_faults_of_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("agreement: x\n", encoding="utf-8")
    result = check(path)
    assert not result.holds
    assert any("provisions" in str(fault) for fault in result.faults)


def test_a_case_file_says_everything_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "minsk.yaml"
    path.write_text(
        "cases:\n"
        "  - {case: a, day: 2014-10-01, given: [{saw: x}], expect: {MM-1: breach}}\n"
        "  - {case: b, day: 2014-10-01, expect: {MM-99: breach, MM-1: broken}}\n"
        "  - {case: c, day: soon, expect: {MM-1: breach}}\n"
        "  - {case: d, day: 2014-10-01, colour: red, expect: {MM-1: breach}}\n",
        encoding="utf-8",
    )
    with pytest.raises(AgreementError) as caught:
        read_cases(path, read_agreement("minsk"))
    said = str(caught.value)
    for word in ("saw", "MM-99", "broken", "soon", "colour"):
        assert word in said


def test_diff_names_what_changed(tmp_path: Path) -> None:
    text = (LIBRARY / "minsk.yaml").read_text(encoding="utf-8")
    own = tmp_path / "minsk.yaml"
    text = text.replace("distance_km: 9\n", "distance_km: 10\n")
    text = text.replace("{at: [37.86, 47.28]", "{at: [37.87, 47.28]")
    own.write_text(text, encoding="utf-8")
    found = {row["provision"]: row for row in diff("minsk", own)}
    assert found["MM-4-MT-12"]["of"]["distance_km"] == [9, 10]
    assert "depends on" in found["MM-6"]["of"]
    assert "PM-1" not in found
    assert diff("minsk", "minsk") == []


def test_diff_of_two_agreements_adds_and_removes() -> None:
    changes = {row["change"] for row in diff("easter-truce-2025", "gcsp-toolbox")}
    assert changes == {"added", "removed"}


def test_explain_a_provision() -> None:
    lines = "\n".join(explain("minsk/PM-2-1"))
    for word in ("25 km", "50 km", "contact-actual", "illustrative", "half the width"):
        assert word in lines
    with pytest.raises(AgreementError, match="PM-2-1"):
        explain("minsk/PM-22")


def test_explain_a_finding() -> None:
    minsk = read_agreement("minsk")
    (case,) = [c for c in read_cases(case_files("minsk")[0], minsk)
               if c.title == "A 122 mm howitzer 14.9 km from the line"]  # fmt: skip
    rows = evaluate(minsk, case.evidence, case.setting).findings
    (found,) = [r for r in rows if r["provision_id"] == "minsk/MM-4" and r["outcome"] == "breach"]
    lines = "\n".join(explain(found["finding_id"], found))
    assert "breach of minsk/MM-4" in lines
    assert "uaf, Donetsk, 2014" in lines
    assert "Weapons above 100 mm" in lines


@pytest.mark.parametrize(
    "cited", ["berlin-2025/B-1.1", "gcsp-toolbox/G-2", "easter-truce-2025/ET-2", "minsk/AM-7"]
)
def test_explain_every_kind(cited: str) -> None:
    assert len(explain(cited)) > 2


# --- symmetry ---------------------------------------------------------------------------------


def finding(party: str, outcome: str, provision: str = "x/1") -> dict[str, Any]:
    return {"party": party, "outcome": outcome, "provision_id": provision}


def test_rates_are_per_watched_hour() -> None:
    rows = [finding("a", "breach")] * 40 + [finding("b", "breach")] * 10
    found = audit(findings=rows, exposure_h={"a": 4000.0, "b": 1000.0})
    (ratio,) = found["rate_ratios"]
    assert ratio["ratio"] == pytest.approx(1.0)
    assert ratio["low"] < 1 < ratio["high"]
    assert found["parties"]["a"]["breaches_per_1000_area_hours"] == 10


def test_few_breaches_are_not_compared() -> None:
    rows = [finding("a", "breach")] * 3 + [finding("b", "breach")]
    found = audit(findings=rows, exposure_h={"a": 10.0, "b": 10.0})
    assert found["rate_ratios"][0]["ratio"] is None


def test_an_observer_that_leans_is_shown() -> None:
    fair = [{"observer": o, "control_side": s} for o in "pq" for s in "ab" for _ in range(50)]
    lean = [{"observer": "r", "control_side": "a"}] * 60 + [
        {"observer": "r", "control_side": "b"}
    ] * 6
    found = {row["observer"]: row for row in observer_effects(fair + lean)}
    assert found["r"]["leans"]
    assert found["r"]["odds_ratio"] > 5
    assert not any(row["leans"] for row in observer_effects(fair))


def test_of_many_fair_observers_hardly_any_leans() -> None:
    """Two hundred coins of forty throws: 95% is held for all of them together."""
    draw = random.Random(5)
    told = [{"observer": f"o{n}", "control_side": draw.choice("ab")}
            for n in range(200) for _ in range(40)]  # fmt: skip
    assert sum(row["leans"] for row in observer_effects(told)) <= 1


def test_krippendorff_alpha_of_the_textbook() -> None:
    # The worked example of three coders and fifteen units: 0.691 for nominal data.
    coders = {
        "A": "* * * * * 3 4 1 2 1 1 3 3 * 3", "B": "1 * 2 1 3 3 4 3 * * * * * * *",
        "C": "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
    }  # fmt: skip
    ratings = [
        (str(unit), coder, value)
        for coder, values in coders.items()
        for unit, value in enumerate(values.split())
        if value != "*"
    ]
    assert krippendorff_alpha(ratings) == pytest.approx(0.691, abs=0.001)


def test_alpha_of_agreement_and_of_nothing() -> None:
    assert (
        krippendorff_alpha([("1", "a", "x"), ("1", "b", "x"), ("2", "a", "y"), ("2", "b", "y")])
        == 1
    )
    assert krippendorff_alpha([("1", "a", "x")]) is None


# --- mutation ---------------------------------------------------------------------------------

# Modules and the nth comparison in each: a sample; bench/mutate_agreements.py flips them all.
SAMPLE = {"match": (3, 9), "evaluate": (6,)}


@pytest.fixture(scope="module")
def mutation() -> Any:
    path = ROOT / "bench" / "mutate_agreements.py"
    spec = importlib.util.spec_from_file_location("mutate_agreements", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("module", "number"), [(m, n) for m, numbers in SAMPLE.items() for n in numbers]
)
def test_a_flipped_comparison_fails_a_case(mutation: Any, module: str, number: int) -> None:
    assert not mutation.survives(module, number, mutation.all_cases())


def test_the_modules_are_whole_again_after_the_mutations(mutation: Any) -> None:
    minsk = read_agreement("minsk")
    cases = read_cases(case_files("minsk")[0], minsk)
    for case in itertools.islice(cases, 5):
        assert all(verdict.holds for verdict in run_case(case, minsk))
    assert Setting([]).certainty == 0.8
    assert Evidence().incidents == ()
