"""The verbs, as a user types them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from trucewatch.cli.main import app

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "examples" / "donbas"


def call(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.stderr, result.exception)
    return result.stdout if code == 0 else result.stderr


def document(*words: str) -> Any:
    return json.loads(call(*words, "--json"))


@pytest.fixture(scope="module")
def donbas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example mission, run once."""
    folder = tmp_path_factory.mktemp("cli") / "donbas"
    call("init", str(folder), "--from", str(EXAMPLE))
    report = document("run", "--mission", str(folder))
    assert report["observations"] > 1000
    assert Path(report["report"]).is_file()
    return folder


def test_help_names_every_verb() -> None:
    said = call("--help")
    for verb in ("init", "read", "run", "fuse", "evaluate", "warn", "respond", "report", "dossier",
                 "show", "judge", "review", "doctor", "bundle", "verify"):  # fmt: skip
        assert verb in said


def test_an_example_can_be_named(tmp_path: Path) -> None:
    call("init", str(tmp_path / "m"), "--from", "donbas")
    assert (tmp_path / "m" / "mission.yaml").is_file()
    assert "mission.yaml" in call("init", str(tmp_path / "n"), "--from", "atlantis", code=2)


def test_run_gives_one_document_with_its_rooms(donbas: Path) -> None:
    report = document("run", "--mission", str(donbas))
    assert [room["room"] for room in report["rooms"]] == [
        "sources", "fuse", "coverage", "agreements", "dossier", "warn", "respond",
    ]  # fmt: skip
    assert not any(room["fresh"] for room in report["rooms"][1:])
    assert report["findings"] > 0


def test_a_figure_leads_to_its_bytes(donbas: Path) -> None:
    report = document("run", "--mission", str(donbas))
    daily = json.loads(Path(report["report"]).with_suffix(".json").read_text(encoding="utf-8"))
    ids = [part for part in json.dumps(daily).replace('"', " ").split() if part.startswith("obs-")]
    shown = document("show", ids[0].strip(",#"), "--mission", str(donbas))
    assert shown["capture"]["sha256"]
    assert "report_no" in shown["capture"]["record"] or "basis" in shown["capture"]["record"]


def test_the_past_is_rebuilt_to_the_same_bytes(donbas: Path) -> None:
    then = "2021-06-24T21:00+03:00"
    first = Path(document("run", "--mission", str(donbas), "--as-of", then)["report"])
    content = first.read_bytes()
    second = Path(document("run", "--mission", str(donbas), "--as-of", then)["report"])
    assert second.read_bytes() == content
    assert b"2021-06-2" in content
    assert b"2022-01" not in content


@pytest.mark.parametrize("form", ["html", "md", "json", "csv", "geojson"])
def test_reports_in_every_form(donbas: Path, form: str) -> None:
    words = ("report", "daily", "--date", "2021-04-15", "--format", form, "--mission", str(donbas))
    assert Path(call(*words).strip()).stat().st_size > 100


def test_wrong_words_are_told_with_status_2(donbas: Path, tmp_path: Path) -> None:
    where = ("--mission", str(donbas))
    assert "YYYY-MM-DD" in call("report", "daily", "--date", "soon", *where, code=2)
    assert "daily, status, spot" in call("report", "weekly", *where, code=2)
    assert "obs-none" in call("show", "obs-none", *where, code=2)
    assert "mission.yaml" in call("run", "--mission", str(tmp_path), code=2)
    assert "offset" in call("run", "--as-of", "2021-06-24T21:00", *where, code=2)
    assert "same, different" in call(
        "judge", "obs-a", "obs-b", "perhaps", "--who", "x", "--why", "y", *where, code=2
    )


def test_a_decision_is_a_row_with_its_author(donbas: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(donbas, tmp_path / "copy"))
    finding = json.loads(call("run", "--mission", str(folder), "--json"))
    assert finding["findings"]
    daily = Path(finding["report"]).with_suffix(".json").read_text(encoding="utf-8")
    ids = sorted({p for p in daily.replace('"', " ").split() if p.startswith("fnd-")})
    words = ("review", ids[0], "verified", "--who", "duty officer", "--why", "seen twice")
    row = document(*words, "--mission", str(folder))
    assert row["who"] == "duty officer"
    assert row["review_id"].startswith("rev-")


def test_doctor_finds_a_changed_capture(donbas: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(donbas, tmp_path / "copy"))
    assert all(row["holds"] is not False for row in document("doctor", "--mission", str(folder)))
    capture = next(p for p in (folder / "captures").rglob("*") if p.is_file())
    capture.chmod(0o644)
    capture.write_bytes(b"changed")
    result = CliRunner().invoke(app, ["doctor", "--mission", str(folder)])
    assert result.exit_code == 3
    assert "FAULT" in result.stdout


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "trucewatch", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "backtest" in done.stdout


def test_a_bundle_is_handed_over_and_holds(donbas: Path, tmp_path: Path) -> None:
    out = tmp_path / "evidence.zip"
    made = document("bundle", str(out), "--mission", str(donbas), "--json")
    assert made["captures"] > 0
    assert made["rows"] > 0
    found = document("verify", str(out), "--head", made["head"], "--json")
    assert found == {"holds": True, "faults": []}
    out.write_bytes(out.read_bytes()[:-40])
    broken = CliRunner().invoke(app, ["verify", str(out)])
    assert broken.exit_code == 3
    assert "unreadable" in broken.stdout


def test_the_past_of_a_mission_never_run_is_told_so(tmp_path: Path) -> None:
    call("init", str(tmp_path / "m"), "--from", "donbas")
    words = ("run", "--mission", str(tmp_path / "m"), "--as-of", "2021-06-24T20:00+03:00")
    assert "Run it without --as-of first" in call(*words, code=2)
