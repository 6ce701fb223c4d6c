"""The world of the publish tests, built once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from publish_world import DAY, SOURCES, World, a_day, mission

from trucewatch.mission import Mission
from trucewatch.publish import Asked, Report, read_report
from trucewatch.store import Store


@dataclass(frozen=True)
class Built:
    """A filled store with its mission and the ids of what stands in it."""

    store: Store
    mission: Mission
    ids: dict[str, str]

    def report(self, **asked: object) -> Report:
        given = Asked(**{"sources": SOURCES, "run_id": "run-1", **asked})  # type: ignore[arg-type]
        return read_report(self.store, self.mission, day=DAY, asked=given)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("mission")
    world = World(folder / "mission.duckdb")
    ids = a_day(world)
    return Built(world.store, mission(folder), ids)


@pytest.fixture(scope="session")
def daily(built: Built) -> Report:
    return built.report()
