"""Every source's cases.yaml: a piece of its input, and the rows it must give."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from trucewatch.config import read_yaml
from trucewatch.mission import Mission
from trucewatch.sources import known_sources, read_path
from trucewatch.store import Run, Store
from trucewatch.when import iso_utc

SOURCES = known_sources()
CASES = [
    pytest.param(spec.source_id, case, id=f"{spec.source_id}: {case['case']}")
    for spec in SOURCES.values()
    for case in read_yaml(spec.folder / "cases.yaml").value
]


@pytest.mark.parametrize(("source", "case"), CASES)
def test_case(
    source: str, case: dict[str, Any], mission: Mission, store: Store, a_run: Run, tmp_path: Path
) -> None:
    path = tmp_path / case.get("name", "table.csv")
    path.write_bytes(case["file"].encode())
    reading = read_path(store, mission, a_run, path, source)
    order = ("kind", "end_utc", "count_best", "place_name")
    expect_rows(store, "observation", case["gives"], order)
    expect_rows(store, "watch", case.get("watches", []), ("observer", "status"))
    expect_rows(store, "notice", case.get("notices", []), ("topic",))
    expect_rows(store, "quarantine", case.get("quarantines", []), ("record_no", "field"))
    refused = [case["refused"]] if "refused" in case else []
    whole = [r["found"] for r in store.table("quarantine").to_pylist() if r["record_no"] is None]
    assert not refused or whole == refused
    assert reading.quarantined == len(case.get("quarantines", [])) + len(refused)


def expect_rows(
    store: Store, table: str, expected: list[dict[str, Any]], order: tuple[str, ...]
) -> None:
    found = store.table(table).to_pylist()
    if table == "quarantine":  # a source that breaks its own assertions adds a signal of its own
        found = [row for row in found if row["record_no"] is not None]
    found.sort(key=lambda row: tuple(str(plain(row[name])) for name in order))
    wanted = sorted(
        expected, key=lambda row: tuple(str(row.get(name, "")) for name in ("record_no",))
    ) if table == "quarantine" else expected  # fmt: skip
    assert len(found) == len(wanted), found
    for row, want in zip(found, wanted, strict=True):
        assert {name: plain(row[name]) for name in want} == want


def plain(value: object) -> object:
    return iso_utc(value) if isinstance(value, datetime) else value


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_has_cases_and_a_grade(source: str) -> None:
    spec = SOURCES[source]
    assert (spec.folder / "cases.yaml").is_file()
    assert spec.reliability in "ABCDEF"
    assert spec.licence
    assert spec.republish in ("yes", "no", "derived")
