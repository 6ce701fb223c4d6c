"""What many tests share: a clock-fixed mission, a store, and the shared data where it is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.mission import Mission, read_mission
from trucewatch.store import Run, Store, open_store

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
MISSION = """\
mission: test
time_zone: Europe/Kyiv
knowledge: published
parties:
  - {id: UAF, name: Ukraine}
  - {id: AF, name: armed formations}
regions:
  - id: donetsk
    name: Donetsk
    aliases: [Donetsk region, Donetska oblast]
    lon: 37.8
    lat: 48.0
    radius_km: 110
  - {id: luhansk, name: Luhansk, aliases: [Luhanska oblast], lon: 38.9, lat: 48.8, radius_km: 100}
sources: []
"""


@pytest.fixture
def mission_folder(tmp_path: Path) -> Path:
    """A mission folder without sources."""
    folder = tmp_path / "mission"
    folder.mkdir()
    (folder / "mission.yaml").write_text(MISSION, encoding="utf-8")
    return folder


@pytest.fixture
def mission(mission_folder: Path) -> Mission:
    """The mission in that folder."""
    return read_mission(mission_folder)


@pytest.fixture
def store(mission: Mission) -> Iterator[Store]:
    """Its store, open for writing."""
    with open_store(mission.store_path) as opened:
        yield opened


@pytest.fixture
def a_run() -> Run:
    """A run with a fixed data time."""
    return Run("run-test", "test", datetime(2021, 6, 24, 17, 0, tzinfo=UTC))


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data beside the project; the test is skipped where it is not there."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real data (../shared/data) is not beside the project")
    return SHARED_DATA
