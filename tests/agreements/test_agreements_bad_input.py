"""Everything wrong with an agreement is said at once, each with its line and how to mend it."""

from pathlib import Path

import pytest

from trucewatch.agreements.load import read_agreement
from trucewatch.errors import AgreementError

HEAD = """\
agreement: bad
title: Bad
parties:
  - {id: a, name: A}
  - {id: b, name: B}
instruments:
  - id: text
    title: Text
    signed: 2025-01-10
    in_force: {from: "2025-01-10T00:00Z"}
"""
LINE = """\
lines:
  - id: line
    name: Line
    uncertainty_km: 1
    points: [{at: [30, 48]}, {at: [31, 48]}]
"""
FIRE = "{id: P-1, instrument: text, kind: prohibition, says: No fire., acts: {families: [fire]}}"


def faults(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AgreementError) as caught:
        read_agreement(path)
    for fault in caught.value.faults:
        assert fault.line is not None, str(fault)
        assert fault.mend
    return [str(f) for f in caught.value.faults]


def one(tmp_path: Path, text: str, said: str) -> None:
    found = faults(tmp_path, text)
    assert any(said in fault for fault in found), found


def provision(**changes: str) -> str:
    row = {"id": "P-1", "instrument": "text", "kind": "withdrawal", "says": "Back.",
           "weapons": "{calibre_mm: {over: 100}}", "distance_km": "15",
           "reference": "{a: line, b: line}"} | changes  # fmt: skip
    return "provisions:\n  - " + "\n    ".join(f"{k}: {v}" for k, v in row.items()) + "\n"


def test_a_sound_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(HEAD + LINE + provision(), encoding="utf-8")
    assert read_agreement(path).provisions[0].rules[0].distance_km == 15


def test_a_zone_that_crosses_itself(tmp_path: Path) -> None:
    zone = "zones:\n  - {id: z, name: Z, polygon: [[30, 48], [31, 49], [31, 48], [30, 49]]}\n"
    one(tmp_path, HEAD + zone + f"provisions:\n  - {FIRE}\n", "border crosses itself")


def test_lines_that_do_not_meet(tmp_path: Path) -> None:
    lines = """\
lines:
  - id: line
    name: Line
    uncertainty_km: 1
    sectors:
      - {id: s, points: [{at: [30, 48]}, {at: [31, 48]}]}
      - {id: t, points: [{at: [31.5, 48]}, {at: [32, 48]}]}
"""
    one(tmp_path, HEAD + lines + provision(), "the lines do not meet")


def test_circular_references(tmp_path: Path) -> None:
    zones = "zones:\n  - {id: y, name: Y, union: [z]}\n  - {id: z, name: Z, union: [y]}\n"
    one(tmp_path, HEAD + zones + f"provisions:\n  - {FIRE}\n", "a circle: ")


def test_circular_definitions_and_permits(tmp_path: Path) -> None:
    text = HEAD + "definitions:\n  - {id: d, says: D, acts: {defined: d}}\nprovisions:\n"
    for this, other in (("P-1", "P-2"), ("P-2", "P-1")):
        text += (
            f"  - {{id: {this}, instrument: text, kind: prohibition, says: S, acts: {{defined: d}},"
            f" exceptions: [{{id: e, says: E, permitted_by: {other}}}]}}\n"
        )
    assert sum("a circle: " in f for f in faults(tmp_path, text)) == 2


def test_in_force_before_its_text(tmp_path: Path) -> None:
    one(tmp_path, HEAD + LINE + provision(in_force='{from: "2024-12-01T00:00Z"}'),
        "before its text")  # fmt: skip


def test_overlapping_versions(tmp_path: Path) -> None:
    twice = HEAD + f"provisions:\n  - {FIRE}\n  - {FIRE[:-1]}, version: 2}}\n"
    one(tmp_path, twice, "overlapping its version at line")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weapons": "{systems: [howitzer_121]}"}, "unknown weapon 'howitzer_121'"),
        ({"weapons": "{classes: [cannons]}"}, "unknown weapon class"),
        ({"weapons": "{calibre_mm: {over: 0}}"}, "a number above 0"),
        ({"weapons": "{calibre_mm: {over: 120, up_to: 100}}"}, "in order"),
        ({"weapons": "{defined: heavy}"}, "no entry of 'definitions'"),
        ({"reference": "{a: line}"}, "no line for b"),
        ({"reference": "{a: lime, b: line}"}, "Did you mean line?"),
        ({"distance_km": "-3"}, "a number above 0"),
        ({"deadline": "2025-01-01"}, "no zone"),
        ({"deadline": '"2025-01-05T00:00Z"'}, "before it is in force"),
        ({"instrument": "txt"}, "no entry of 'instruments'"),
        ({"status": "open"}, "status_by"),
        ({"parties": "[c]"}, "no entry of 'parties'"),
        ({"zone": "z"}, "no entry of 'zones'"),
        ({"colour": "red"}, "Additional properties"),
        ({"exceptions": "[{id: e, says: E}]"}, "an exception without a test"),
        ({"ambiguity": "{says: A, readings: [{id: r, says: R, set: {distance_km: 0}}]}"},
         "a number above 0"),
        ({"ambiguity": "{says: A, readings: [{id: r, says: R}, {id: r, says: R}]}"},
         "two readings of one id"),
    ],
)  # fmt: skip
def test_a_single_fault(tmp_path: Path, change: dict[str, str], said: str) -> None:
    one(tmp_path, HEAD + LINE + provision(**change), said)


def test_all_at_once(tmp_path: Path) -> None:
    text = (
        HEAD
        + LINE
        + "zones:\n  - {id: z, name: Z, polygon: [[30, 48], [31, 49], [31, 48], [30, 49]]}\n"
    )
    text += provision(weapons="{systems: [gun_9]}", instrument="txt", deadline="soon")
    text += f"  - {FIRE.replace('fire]', 'fires]')}\n"
    found = " ".join(faults(tmp_path, text))
    for said in ("crosses itself", "gun_9", "txt", "soon", "fires"):
        assert said in found


@pytest.mark.parametrize(
    "text", ["", "[]", "agreement: 3\n", "a: &x [*x]\n", "provisions: {}\n", "lines: 7\nzones: x\n",
             "parties: [1, [2]]\nprovisions: [null, 5, {id: x}]\n", "\x00\x01"],
)  # fmt: skip
def test_hostile_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AgreementError):
        read_agreement(path)


def test_an_unknown_name_lists_the_library(tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match="minsk"):
        read_agreement("mink", tmp_path)
