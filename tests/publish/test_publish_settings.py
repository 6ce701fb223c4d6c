"""options.publish as people write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from trucewatch.errors import ConfigError
from trucewatch.mission import read_mission
from trucewatch.publish.window import Window

MISSION = """\
mission: m
time_zone: UTC
parties: []
regions: []
sources: []
"""


def _listed_max(folder: Path, value: str) -> int:
    text = MISSION + f"options: {{publish: {{listed_max: {value}}}}}\n"
    (folder / "mission.yaml").write_text(text, encoding="utf-8")
    none = cast(Any, None)
    return Window(none, read_mission(folder), none, none).listed_max


@pytest.mark.parametrize("value", ["many", "1.5", "yes", "[3]", ".nan"])
def test_a_list_length_that_is_no_number_is_told(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match="listed_max"):
        _listed_max(tmp_path, value)


@pytest.mark.parametrize(("value", "most"), [("7", 7), ("0", 1), ("1000000", 20_000)])
def test_a_list_length_is_held_in_bounds(tmp_path: Path, value: str, most: int) -> None:
    assert _listed_max(tmp_path, value) == most
