"""mission.yaml as people write it: every slip is named with its line, none is guessed about."""

from __future__ import annotations

from pathlib import Path

import pytest

from trucewatch.errors import ConfigError
from trucewatch.mission import read_mission

WHOLE = """\
mission: m
title: A mission
time_zone: Asia/Kolkata
evening: "18:00"
parties:
  - {id: A, name: Side A, aliases: [Alpha]}
  - {id: B, name: Side B}
regions:
  - {id: north, name: North, lon: 74.1, lat: 34.1, radius_km: 80}
agreements: [minsk]
sources:
  - {source: generic_csv, paths: ["inbox/*.csv"]}
audiences:
  - {id: public, delay_h: 48, coarsen_km: 20}
options: {warn: {budget_per_year: 2}}
"""

SLIPS = {
    "aliases without brackets": ("aliases: [Alpha]", "aliases: Alpha", 6, "write it in brackets"),
    "paths without brackets": ('paths: ["inbox/*.csv"]', 'paths: "inbox/*"', 12, "in brackets"),
    "an alias of the other party": ("name: Side B", "name: alpha", 7, "for a second entry"),
    "an id YAML reads as no": ("id: B", "id: NO", 7, "False where a name in quotes"),
    "a region twice": (
        "radius_km: 80}", "radius_km: 80}\n  - {id: NORTH, name: N, lon: 74, lat: 34}", 10,
        "'north' for a second entry",
    ),
    "a key of a region misspelt": ("radius_km", "radius", 9, "unknown key 'radius'"),
    "a region without a place": ("lon: 74.1, ", "", 9, "no 'lon'"),
    "a delay misspelt": ("delay_h", "delay", 14, "unknown key 'delay'"),
    "an audience without id": ("{id: public, ", "{", 14, "no 'id'"),
    "agreements without brackets": ("[minsk]", "minsk", 10, "a list"),
    "an agreement elsewhere": ("[minsk]", "[../../other.yaml]", 10, "out of the mission folder"),
    "an evening without quotes": ('"18:00"', "18:00", 4, "in quotes"),
    "an evening with a zone": ('"18:00"', '"18:00+05:30"', 4, "without a zone"),
    "a zone nobody knows": ("Asia/Kolkata", "Asia/Kashmir", 3, "No time zone found"),
    "options that are words": ("options: {warn: {budget_per_year: 2}}", "options: all", 15, "all"),
    "options of no room": ("{warn: {budget", "{wrn: {budget", 15, "options of 'wrn'"),
    "options of a room as a word": ("{budget_per_year: 2}", "two", 15, "keys and values"),
    "an empty name": ("mission: m", 'mission: " "', 1, "an empty text"),
    "a list for a title": ("title: A mission", "title: [A]", 2, "where a name in quotes"),
}  # fmt: skip


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "mission.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_with_its_line(tmp_path: Path, slip: str) -> None:
    right, wrong, line, words = SLIPS[slip]
    assert right in WHOLE
    with pytest.raises(ConfigError) as told:
        read_mission(_folder(tmp_path, WHOLE.replace(right, wrong)))
    faults = [f for f in told.value.faults if words in str(f)]
    assert faults, told.value
    assert faults[0].line == line


def test_all_slips_are_named_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace("Asia/Kolkata", "Nowhere").replace("[minsk]", "minsk")
    with pytest.raises(ConfigError) as told:
        read_mission(_folder(tmp_path, text.replace("lat: 34.1", "lat: 95")))
    assert [fault.line for fault in told.value.faults] == [3, 9, 10]


def test_what_is_left_out_is_empty_and_a_title_falls_back_on_the_name(tmp_path: Path) -> None:
    kept = WHOLE.split("agreements:", maxsplit=1)[0] + "sources: []\n"
    kept = kept.replace("title: A mission", "title:")
    mission = read_mission(_folder(tmp_path, kept))
    assert (mission.title, mission.agreements, mission.audiences) == ("m", (), ())
    assert mission.parties[0].aliases == ("Alpha",)
