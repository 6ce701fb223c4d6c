"""Who of a mission is who of its agreements, and what is said of the others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trucewatch.agreements.binding import party_notes
from trucewatch.agreements.load import library_names, read_agreement
from trucewatch.cli.main import app
from trucewatch.mission import Mission, Party

STRANGERS = """\
mission: poonch
time_zone: Asia/Kolkata
parties:
  - {id: IN, name: India}
  - {id: PK, name: Pakistan}
regions:
  - {id: poonch, name: Poonch, lon: 74.1, lat: 33.8, radius_km: 40}
agreements:
  - minsk
  - gcsp-toolbox
sources: []
"""
BOUND = STRANGERS.replace("  - minsk\n", "").replace("IN, name: India", "UA, name: Ukraine")


def called(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def folder_of(tmp_path: Path, text: str) -> Path:
    (tmp_path / "mission.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("words", [("run",), ("run", "--json"), ("evaluate",),
                                   ("agreements", "check", "minsk")])  # fmt: skip
def test_an_agreement_between_strangers_is_noted(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = called(*words, "--mission", str(folder_of(tmp_path, STRANGERS)))
    assert told.exit_code == 0, told.stderr
    notes = [line for line in told.stderr.splitlines() if line.startswith("note: ")]
    assert [n.split(":")[1].strip() for n in notes] == ["minsk", "gcsp-toolbox"]
    for said in ("none of them is IN, PK", "nobody is held to it by name", "as an alias"):
        assert all(said in note for note in notes)


@pytest.mark.parametrize("words", [("run",), ("evaluate",), ("agreements", "check", "minsk")])
def test_who_is_left_over_is_noted(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = called(*words, "--json", "--mission", str(folder_of(tmp_path, BOUND)))
    assert told.exit_code == 0, told.stderr
    note = next(line for line in told.stderr.splitlines() if line.startswith("note: "))
    assert note.startswith("note: gcsp-toolbox: no party of the mission stands for russia; ")
    assert "no party that is PK" in note
    assert json.loads(told.stdout)


@pytest.mark.parametrize("name", library_names())
def test_every_party_is_noted_alike(mission: Mission, name: str) -> None:
    """Whoever is the only one left out is named, in the same words."""
    agreement = read_agreement(name)
    parties = [Party(f"side {n}", p.name.upper()) for n, p in enumerate(agreement.parties)]
    listed = replace(mission, agreements=(name,))
    assert party_notes(replace(listed, parties=tuple(parties))) == []
    for number, left_out in enumerate(agreement.parties):
        others = tuple(p for n, p in enumerate(parties) if n != number)
        (note,) = party_notes(replace(listed, parties=others))
        assert f"no party of the mission stands for {left_out.id} (" in note
    (all_of_it,) = party_notes(replace(listed, parties=()))
    assert ", ".join(p.id for p in agreement.parties) in all_of_it
