"""What somebody meets who brings a mission and files that nobody here has seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trucewatch.cli.main import app

MISSION = """\
mission: poonch
time_zone: Asia/Kolkata
evening: "18:00"
parties:
  - {id: IN, name: India}
  - {id: PK, name: Pakistan}
regions:
  - {id: poonch, name: Poonch, lon: 74.1, lat: 33.8, radius_km: 40}
sources: []
"""
HEAD = "date,region,count\n"


def called(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def poonch(tmp_path: Path) -> Path:
    folder = tmp_path / "poonch"
    folder.mkdir()
    (folder / "mission.yaml").write_text(MISSION, encoding="utf-8")
    return folder


def test_a_mission_that_knows_nothing_runs_and_says_how_to_begin(poonch: Path) -> None:
    told = called("run", "--mission", str(poonch))
    assert told.exit_code == 0
    assert "trucewatch read --mission" in told.stderr
    document = json.loads(called("run", "--mission", str(poonch), "--json").stdout)
    assert (document["report"], document["data_utc"], document["observations"]) == (None, None, 0)


def test_one_bad_file_does_not_keep_the_others_out(poonch: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "came in"
    inbox.mkdir()
    (inbox / "a.csv").write_bytes(b"\xff\xfe\x00\x01")
    (inbox / "b.csv").write_text("when,where\n2024-01-01,Poonch\n", encoding="utf-8")
    (inbox / "c.csv").write_text(HEAD + "2024-02-29,Poonch,4\n", encoding="utf-8")
    told = called("read", str(inbox), "--mission", str(poonch))
    assert told.exit_code == 2
    assert "a.csv" in told.stderr and "b.csv" in told.stderr
    again = json.loads(
        called("read", str(inbox / "c.csv"), "--mission", str(poonch), "--json").stdout
    )
    assert again[0]["is_new"] is False


def test_what_is_kept_out_is_told_with_its_reason(poonch: Path, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    bad = "".join(f"2024-01-{day:02d},Poonch,-1\n" for day in range(1, 8))
    path.write_text(HEAD + bad + "2024-02-30,Poonch,1\n", encoding="utf-8")
    told = called("read", str(path), "--mission", str(poonch), "--json")
    assert json.loads(told.stdout)[0]["quarantined"] == 8
    assert "kept out: counts.csv, record 1, count: found -1; expected" in told.stderr
    assert "3 more of counts.csv" in told.stderr
    empty = called("run", "--mission", str(poonch))
    assert (empty.exit_code, "8 records wait in quarantine" in empty.stderr) == (0, True)


def test_nobody_looks_back_from_the_future(poonch: Path) -> None:
    told = called("report", "daily", "--as-of", "2999-01-01T00:00Z", "--mission", str(poonch))
    assert (told.exit_code, "yet to come" in told.stderr) == (2, True)


def test_a_warning_leads_to_the_counts_it_was_made_of(poonch: Path, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    days = [f"2024-0{month}-{day:02d}" for month in (1, 2, 3) for day in range(1, 29)]
    rows = (f"{day},Poonch,{3 + index % 5}" for index, day in enumerate(days))
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    # A replay: in a live mission these counts would have come in long after their days.
    (poonch / "mission.yaml").write_text(MISSION + "knowledge: published\n", encoding="utf-8")
    where = ("--mission", str(poonch))
    assert called("read", str(path), *where).exit_code == 0
    report = json.loads(called("run", *where, "--json").stdout)["report"]
    daily = json.loads(Path(report).with_suffix(".json").read_text(encoding="utf-8"))
    shown = json.loads(called("show", daily["warnings"][0]["id"], *where, "--json").stdout)
    assert shown["from_count"] > 40
    newest = shown["from"][0]
    assert newest["row"]["local_time"] == "2024-03-28"
    assert newest["capture"]["sha256"]


def test_a_wrong_path_is_no_broken_bundle(tmp_path: Path) -> None:
    assert called("verify", str(tmp_path / "nothing.zip")).exit_code == 2
    (tmp_path / "text.zip").write_text("no archive", encoding="utf-8")
    assert called("verify", str(tmp_path / "text.zip")).exit_code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("coverage",), "no watches are on record"),
        (("coverage", "--patrol", "shot"), "no watches are on record"),
        (("notices",), "no notices are on record"),
        (("notices", "--log"), "no notices are on record"),
        (("commitments",), "no agreement is on record"),
        (("count", "incident"), "no incidents are on record"),
        (("count", "every_explosion", "--zone", "poonch"), "no incidents are on record"),
        (("count", "party_total"), "no total that a party states is on record\n"),
        (("count", "party_total", "--claimant", "IN"), "for what was asked"),
        (("fetch",), "no feeds are listed"),
    ],
)
def test_where_there_is_nothing_one_line_says_so(
    poonch: Path, words: tuple[str, ...], said: str
) -> None:
    told = called(*words, "--mission", str(poonch))
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (0, "", 1)
    assert said in told.stderr
    plain = called(*words, "--mission", str(poonch), "--json")
    found = json.loads(plain.stdout)
    assert (found["rows"] if isinstance(found, dict) else found, plain.stderr) == ([], "")


def test_an_agreement_without_commitments_is_not_said_to_be_missing(poonch: Path) -> None:
    path = poonch / "mission.yaml"
    text = path.read_text(encoding="utf-8").replace("IN, name: India", "UA, name: Ukraine")
    path.write_text(text + "agreements: [gcsp-toolbox]\n", encoding="utf-8")
    assert called("run", "--mission", str(poonch)).exit_code == 0
    owed = called("commitments", "--mission", str(poonch))
    assert owed.stderr == "no provision of the agreements on record is a commitment\n"
