"""A report as of a past instant: what came later changes no byte of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from publish_world import DAY, KNOWN, SOURCES, World, mission

from trucewatch.publish import FORMATS, Asked, read_report, render
from trucewatch.store import Run, open_as_of


def products(path: Path, root: Path) -> dict[str, str | bytes]:
    """Every product of the day as it was known at KNOWN."""
    with open_as_of(path, KNOWN) as then:
        report = read_report(then, mission(root), day=DAY, asked=Asked(sources=SOURCES))
        return {fmt: render(report, fmt) for fmt in FORMATS if fmt not in ("cap", "pdf")}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "mission.duckdb")
    world.count(DAY, "Donetsk", 47.0)
    world.count(DAY - timedelta(days=1), "Donetsk", 3.0)
    world.flush()
    return world


def test_what_is_learnt_later_changes_no_byte(world: World, tmp_path: Path) -> None:
    world.store.close()
    path = tmp_path / "mission.duckdb"
    before = products(path, tmp_path)
    assert "47" in str(before["md"])

    later = World(path)
    later.no = 100
    later.run = Run("run-2", "test", KNOWN + timedelta(hours=1))
    later.count(DAY, "Donetsk", 28.0)
    later.count(DAY, "Luhansk", 9.0, source="news")
    later.flush()
    now = read_report(later.store, mission(tmp_path), day=DAY, asked=Asked(sources=SOURCES))
    assert now.summary[0].now.conflicting_days == (DAY,)
    later.store.close()

    assert products(path, tmp_path) == before


def test_order_of_arrival_changes_no_byte(tmp_path: Path) -> None:
    made = []
    for turn in (1, -1):
        folder = tmp_path / str(turn)
        folder.mkdir()
        world = World(folder / "mission.duckdb")
        for back in range(5):
            world.count(DAY - timedelta(days=back), "Donetsk", float(back))
        world.pending["observation"].sort(key=lambda row: row["observation_id"], reverse=turn < 0)
        world.flush()
        made.append(render(read_report(world.store, mission(folder), day=DAY), "json"))
    assert made[0] == made[1]
