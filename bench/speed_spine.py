"""Speed of the in-door: reading fires with provenance beside a plain CTAS; points in zones.

    python bench/speed_spine.py [--rows 1000000] [--runs 3] [--rows-large 10000000]

Both sides run in one process, in turn, on the same file; the ratio is of medians. CPU seconds
(of all threads) stand beside wall seconds: what else runs on the machine does not count in them.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import psutil
import shapely

from trucewatch.mission import read_mission
from trucewatch.sources import read_path
from trucewatch.store import Run, open_store
from trucewatch.zoning import points_in_zones

MISSION = """\
mission: bench
time_zone: Europe/Kyiv
parties: [{id: A, name: A}]
regions: [{id: r, name: R, lon: 37, lat: 48, radius_km: 500}]
sources: []
"""


def write_fires(path: Path, rows: int) -> None:
    """Write a FIRMS file with its full columns and valid times."""
    connection = duckdb.connect()
    connection.execute("SELECT setseed(0.5)")
    connection.execute(
        "COPY (SELECT round(44 + random() * 8, 5) AS latitude, round(22 + random() * 18, 5) AS "
        "longitude, round(300 + random() * 60, 2) AS brightness, 0.4 AS scan, 0.4 AS track, "
        "(DATE '2018-01-01' + CAST(random() * 2000 AS INTEGER)) AS acq_date, "
        "lpad(CAST(CAST(floor(random() * 23.9) * 100 + floor(random() * 59.9) AS INTEGER) AS "
        "VARCHAR), 4, '0') AS acq_time, 'N' AS satellite, 'VIIRS' AS instrument, "
        "'n' AS confidence, '2.0NRT' AS version, round(290 + random() * 10, 2) AS bright_t31, "
        f"round(random() * 20, 2) AS frp, 'D' AS daynight FROM range({rows})) "
        f"TO '{path}' (HEADER)"
    )


class Took(NamedTuple):
    """What a piece of work took, in seconds: on the clock, and of all processors together."""

    wall: float
    cpu: float


def seconds(work: Callable[[], object]) -> Took:
    """Return what a piece of work takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def plain(path: Path, folder: Path) -> Took:
    """CREATE TABLE AS SELECT * FROM read_csv into a fresh file."""
    target = folder / "plain.duckdb"
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as connection:
        return seconds(
            lambda: connection.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{path}')")
        )


def ours(path: Path, folder: Path) -> Took:
    """Capture, checks, ids, lineage and all, into a fresh mission."""
    for old in folder.glob("mission.duckdb*"):
        old.unlink()
    (folder / "mission.yaml").write_text(MISSION, encoding="utf-8")
    mission = read_mission(folder)
    with open_store(mission.store_path) as store:
        run = Run("run-bench", "sources", datetime.now(UTC))
        return seconds(lambda: read_path(store, mission, run, path, "firms"))


def zones_of(count: int) -> list[shapely.Geometry]:
    """Polygons with 200 corners on a grid of places."""
    dice = np.random.default_rng(1)
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    side = int(np.ceil(np.sqrt(count)))
    shapes = []
    for number in range(count):
        x, y = 22 + 18 * (number % side + 0.5) / side, 44 + 8 * (number // side + 0.5) / side
        radius = dice.uniform(0.3, 0.9, 200)
        shapes.append(
            shapely.Polygon(np.c_[x + radius * np.cos(turn), y + radius * np.sin(turn) / 2])
        )
    return shapes


def strtree(lon: np.ndarray, lat: np.ndarray, zones: list[shapely.Geometry]) -> int:
    """The peer: shapely's STRtree over prepared zones."""
    shapely.prepare(zones)
    points = shapely.points(lon, lat)
    return len(shapely.STRtree(zones).query(points, predicate="within")[0])


def main() -> None:
    """Print a Markdown section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rows-large", type=int, default=0)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print("| work | ours, s | peer, s | ratio | ours, CPU s | peer, CPU s | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_fires(folder / "fires.csv", asked.rows)
        pairs = [(ours(folder / "fires.csv", folder), plain(folder / "fires.csv", folder))
                 for _ in range(asked.runs)]  # fmt: skip
        row(f"read {asked.rows:,} fires into the store; peer: CTAS of read_csv", pairs)
        dice = np.random.default_rng(2)
        lon, lat = dice.uniform(22, 40, asked.rows), dice.uniform(44, 52, asked.rows)
        zones = zones_of(100)
        pairs = [
            (
                seconds(lambda: points_in_zones(lon, lat, zones)),
                seconds(lambda: strtree(lon, lat, zones)),
            )
            for _ in range(asked.runs)
        ]
        row(f"{asked.rows:,} points in 100 zones; peer: shapely STRtree, prepared", pairs)
        if asked.rows_large:
            write_fires(folder / "large.csv", asked.rows_large)
            took = ours(folder / "large.csv", folder)
            peak = psutil.Process().memory_info().rss / 2**30
            print(f"| read {asked.rows_large:,} fires; resident at the end {peak:.2f} GiB "
                  f"| {took.wall:.1f} | | | {took.cpu:.1f} | | |")  # fmt: skip


def row(what: str, pairs: list[tuple[Took, Took]]) -> None:
    """Print one line of medians."""
    cells = []
    for kind in ("wall", "cpu"):
        mine, peer = (statistics.median(getattr(p[side], kind) for p in pairs) for side in (0, 1))
        cells.append(f"{mine:.2f} | {peer:.2f} | {mine / peer:.2f}")
    print(f"| {what} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
