"""fuse --estimate, count and score, end to end on a truce whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from trucewatch.cli.main import app

RUNNER = CliRunner()


def call(*words: str, code: int = 0) -> str:
    result = RUNNER.invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.output if code else result.stdout


def document(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call(*words, "--json"))
    return found


@pytest.fixture(scope="module")
def truce(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truce") / "drill"
    call("exercise", str(folder), "--days", "12", "--observations", "4000", "--seed", "5")
    call("read", "--mission", str(folder))
    call("fuse", "--mission", str(folder))
    return folder


def test_a_truce_is_scored_with_every_part_and_a_line_to_reach(truce: Path) -> None:
    asked = ("score", "--truth", str(truce / "truth"), "--mission", str(truce))
    found = document(*asked, "--sources")
    assert {"precision", "recall", "f1", "by_kind", "by_source_pair"} <= set(found["pairs"])
    assert {"precision", "recall", "f1"} <= set(found["bcubed"])
    assert {"ece", "brier", "by_kind", "by_source_pair"} <= set(found["calibration"])
    assert {"precision", "recall", "bound_coverage"} <= set(found["findings"])
    assert {"brier_skill", "median_lead_h", "false_per_year"} <= set(found["warnings"])
    assert found["worst"]["pairs"]["taken_for_one"][0]["left"].startswith("obs-")
    assert {row["source_id"] for row in found["sources"]} >= {"field_report", "exercise_media"}
    call(*asked, "--at-least", "0.5")
    call(*asked, "--at-least", "0.9999", code=3)


def test_without_truth_only_sources_can_be_scored(truce: Path) -> None:
    assert list(document("score", "--sources", "--mission", str(truce))) == ["sources"]
    assert "--truth" in call("score", "--mission", str(truce), code=2)


def test_estimating_writes_weights_and_changes_no_incident(truce: Path) -> None:
    before = document("count", "incident", "--mission", str(truce))
    found = document("fuse", "--estimate", "--mission", str(truce))
    path = Path(found["weights"])
    assert path.is_file() and path.name in found["adopt"]
    assert found["happenings"] > 2000 and found["moved"]
    call("fuse", "--mission", str(truce))
    assert document("count", "incident", "--mission", str(truce)) == before


def test_counts_say_when_they_cannot_be_compared(truce: Path) -> None:
    window = ("--from", "2024-03-02T00:00Z", "--to", "2024-03-05T00:00Z", "--mission", str(truce))
    found = document("count", "every_explosion", "--against", "party_total", *window)
    assert found["answer"] == "cannot be compared" and found["reasons"]
    assert found["converted"] is None
    assert {row["day"] for row in found["rows"]} <= {"2024-03-02", "2024-03-03", "2024-03-04"}
    other = document("count", "every_explosion", "--against", "incident", *window)
    assert other["converted"]["high"] == sum(row["incidents"] for row in found["rows"])
    assert "party_total" in call("count", "bangs", *window, code=2)
