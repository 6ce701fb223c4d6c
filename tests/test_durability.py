"""Kills, full disks and two at once: nothing is lost or doubled, and the next run completes."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trucewatch.mission import read_mission
from trucewatch.store import Store, open_store

KILLS = 50
TABLES = ("observation", "incident", "member", "conflict", "finding", "warning", "quarantine")
FILES = 6
ROWS = 60


@pytest.fixture
def busy_mission(mission_folder: Path) -> Path:
    """A mission with several files of fires and one of counts: enough rooms to be killed in."""
    inbox = mission_folder / "inbox"
    inbox.mkdir()
    dice = random.Random(7)
    for number in range(FILES):
        lines = [
            f"{48 + dice.random():.5f},{37.5 + dice.random():.5f},2021-01-{dice.randint(1, 28):02}"
            for _ in range(ROWS)
        ]
        (inbox / f"fires{number}.csv").write_text(
            "latitude,longitude,acq_date\n" + "\n".join(lines) + "\nnonsense,1,2021-01-01\n"
        )
    days = "".join(f"2021-01-{day:02},Donetsk,{dice.randint(0, 40)}\n" for day in range(1, 29))
    (inbox / "counts.csv").write_text("date,region,count\n" + days)
    text = (mission_folder / "mission.yaml").read_text(encoding="utf-8")
    sources = (
        "sources:\n  - {source: firms, paths: ['inbox/fires*.csv']}\n"
        "  - {source: generic_csv, paths: [inbox/counts.csv]}\n"
    )
    (mission_folder / "mission.yaml").write_text(text.replace("sources: []\n", sources))
    return mission_folder


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "trucewatch.cli.main", "run", "--mission", str(folder), "--json"]


def start(folder: Path, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        command(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def finish(folder: Path) -> None:
    done = subprocess.run(command(folder), capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


def ids(store: Store, table: str) -> list[str]:
    key = {"member": "incident_id || '|' || observation_id"}.get(table, f"{table}_id")
    rows = store.query(f"SELECT {key} AS id FROM {table}_now ORDER BY id")
    return [str(one) for one in rows["id"].to_pylist()]


def contents(folder: Path) -> dict[str, list[str]]:
    with open_store(read_mission(folder).store_path) as store:
        return {table: ids(store, table) for table in TABLES}


def copy_of(folder: Path, target: Path) -> Path:
    import shutil

    return Path(shutil.copytree(folder, target))


def kill_and_restart(folder: Path, kills: int, seed: int, whole_s: float) -> int:
    """Start runs and kill each at a random moment; one that gets through begins from nothing."""
    dice = random.Random(seed)
    killed = 0
    for _ in range(kills * 3):
        running = start(folder)
        try:
            running.communicate(timeout=dice.uniform(0.1, 0.9) * whole_s)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.communicate()
            killed += 1
        if killed >= kills:
            return killed
        if running.returncode == 0:
            for made in folder.glob("mission.duckdb*"):
                made.unlink()
    return killed


def test_fifty_kills_lose_and_double_nothing(busy_mission: Path, tmp_path: Path) -> None:
    calm = copy_of(busy_mission, tmp_path / "calm")
    finish(calm)
    began = time.monotonic()
    finish(copy_of(busy_mission, tmp_path / "timed"))
    whole_s = time.monotonic() - began
    lanes = [copy_of(busy_mission, tmp_path / f"lane{number}") for number in (1, 2)]
    with ThreadPoolExecutor(2) as both:
        killed = both.map(
            lambda lane: kill_and_restart(lane, KILLS // 2, int(lane.name[-1]), whole_s), lanes
        )
        assert sum(killed) >= KILLS
    expected = contents(calm)
    assert len(expected["observation"]) == FILES * ROWS + 28
    assert all(len(set(rows)) == len(rows) for rows in expected.values())
    for lane in lanes:
        finish(lane)
        assert contents(lane) == expected


def test_two_at_once_double_nothing(busy_mission: Path) -> None:
    first, second = start(busy_mission), start(busy_mission)
    for one in (first, second):
        _, said = one.communicate(timeout=300)
        assert one.returncode == 0, said.decode()[-2000:]
    found = contents(busy_mission)
    assert len(found["observation"]) == FILES * ROWS + 28


def test_a_full_disk_is_told_and_the_next_run_completes(busy_mission: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    running = start(busy_mission, preexec_fn=small_files)
    _, said = running.communicate(timeout=300)
    assert running.returncode not in (0, -signal.SIGKILL)
    assert said
    finish(busy_mission)
    assert len(contents(busy_mission)["observation"]) == FILES * ROWS + 28


def test_a_read_only_folder_is_told(busy_mission: Path) -> None:
    busy_mission.chmod(0o555)
    try:
        if os.access(busy_mission, os.W_OK):
            pytest.skip("this user writes anywhere, so a read-only folder cannot be tried")
        done = subprocess.run(command(busy_mission), capture_output=True, timeout=300, check=False)
    finally:
        busy_mission.chmod(0o755)
    assert done.returncode == 1
    assert b"mission.duckdb" in done.stderr


def test_running_twice_changes_nothing(busy_mission: Path) -> None:
    finish(busy_mission)
    first = contents(busy_mission)
    product = (busy_mission / "out").glob("daily-*.html")
    before = {path.name: path.read_bytes() for path in product}
    finish(busy_mission)
    assert contents(busy_mission) == first
    assert {p.name: p.read_bytes() for p in (busy_mission / "out").glob("daily-*.html")} == before
