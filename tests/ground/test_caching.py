"""The user's cache: where it is, and that it does not grow with every version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trucewatch.caching import CACHE_VARIABLE, cache_folder, forget_older


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    return tmp_path


def test_the_newest_stay_and_other_things_are_left_alone(folder: Path) -> None:
    for age, name in enumerate(("e", "d", "c", "b", "a")):
        (folder / f"thing-{name}").mkdir()
        os.utime(folder / f"thing-{name}", (1e9 - age, 1e9 - age))
    (folder / "other").touch()
    forget_older("thing-*")
    assert sorted(p.name for p in cache_folder().iterdir()) == [
        "other", "thing-c", "thing-d", "thing-e",
    ]  # fmt: skip


def test_an_absent_cache_is_no_fault(folder: Path) -> None:
    folder.rmdir()
    forget_older("thing-*")


def test_kernels_of_changed_code_are_compiled_anew(folder: Path, tmp_path: Path) -> None:
    from trucewatch import compiled

    room = tmp_path / "room"
    room.mkdir()
    (room / "one.py").write_text("from trucewatch.compiled import kernel\n")
    before = compiled._folder(room)
    compiled._folder.cache_clear()
    (room / "two.py").write_text("from trucewatch.compiled import kernel  # changed\n")
    assert compiled._folder(room) != before
    compiled._folder.cache_clear()
    assert before.parent == folder / "kernels"
