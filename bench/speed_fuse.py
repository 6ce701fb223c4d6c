"""How long the whole of fuse takes, into the store, and how that grows.

    python bench/speed_fuse.py --rows 100000 1000000 [--day 10000] [--splink DIR]

Each size runs in a process of its own. CPU seconds stand beside wall seconds: on a machine that
others use, they are what compares.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SELF = Path(__file__).resolve()


def timed(work):
    """Run work; return (result, wall seconds, CPU seconds)."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def one(rows: int, day: int) -> None:
    """Measure one size and print it as JSON: whole run, a run with nothing new, a day more."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from trucewatch.exercise import ExerciseOptions, observations
    from trucewatch.fuse.room import run
    from trucewatch.mission import Mission
    from trucewatch.pipeline import code_version
    from trucewatch.store import Run, open_store
    from trucewatch.when import MissionClock

    known = datetime(2030, 1, 1, tzinfo=UTC)
    days = max(70, rows // 1667)
    table, _ = observations(
        ExerciseOptions(days=days, observations=rows, seed=5, start=date(2023, 1, 1))
    )
    order = pc.sort_indices(table["published_utc"])
    new = order[max(0, len(order) - day) :]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        mission = Mission(root, "b", "b", MissionClock(ZoneInfo("UTC")), "received", (), (), (), ())
        with open_store(root / "mission.duckdb") as store:
            store.append("observation", table.take(order[: len(order) - day]),
                         Run("run-in", "sources", known))  # fmt: skip
            warm(run, mission)

            def fuse(number: int):
                reads = ("observation", "watch", "judgement", "review")
                inputs = json.dumps(store.versions(reads))
                this = Run(f"run-{number}", "fuse", known, {})
                with store.transaction():
                    result = run(store, mission, this)
                    store.execute(
                        "INSERT INTO run VALUES ($id, $utc, 'fuse', $inputs, $code, '{}', 1, 1)",
                        {"id": this.run_id, "utc": known, "inputs": inputs,
                         "code": code_version()},
                    )  # fmt: skip
                return result

            first, wall, cpu = timed(lambda: fuse(1))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            store.append("observation", table.take(new), Run("run-in-2", "sources", known))
            more, day_wall, day_cpu = timed(lambda: fuse(2))
    print(json.dumps({
        "rows": rows, "happenings": first.detail["observations"], "wall": wall, "cpu": cpu,
        "peak_gb": peak, "incidents": first.detail["incidents"], "day_wall": day_wall,
        "day_cpu": day_cpu, "day_bound": more.detail["bound"],
        "day_observations": more.detail["observations"], "load": pa.cpu_count(),
    }))  # fmt: skip


def warm(run, mission) -> None:
    """Compile or load every kernel, which a service does once."""
    from trucewatch.exercise import ExerciseOptions, observations
    from trucewatch.store import Run, open_store

    known = datetime(2030, 1, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "w.duckdb") as store:
        table, _ = observations(ExerciseOptions(days=30, observations=4000, seed=1))
        store.append("observation", table, Run("run-in", "sources", known))
        run(store, mission, Run("run-1", "fuse", known, {}))


def splink_seconds(rows: int, folder: str) -> tuple[float, float]:
    """Splink's own seconds for predicting and clustering alone, and its pairs' F1."""
    sys.path.insert(0, str(SELF.parent))
    import quality_fuse

    table, _ = quality_fuse.world(rows, 5)
    return quality_fuse.splinked(table, folder)[1], table.num_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--day", type=int, default=10_000)
    parser.add_argument("--splink")
    parser.add_argument("--one", type=int)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.day)
        return
    print(f"Command: `python {' '.join(sys.argv)}`\n")
    print("| observations | happenings | whole run s (CPU s) | peak GB | a day more s (CPU s) |")
    print("|---|---|---|---|---|")
    found = []
    for rows in given.rows:
        command = [sys.executable, str(SELF), "--one", str(rows), "--day", str(given.day)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        m = json.loads(said.strip().splitlines()[-1])
        found.append(m)
        print(f"| {rows:,} | {m['happenings']:,} | {m['wall']:.1f} ({m['cpu']:.1f}) | "
              f"{m['peak_gb']:.1f} | {m['day_wall']:.1f} ({m['day_cpu']:.1f}), "
              f"{m['day_observations']:,} bound ({m['day_bound']}) |", flush=True)  # fmt: skip
    if len(found) > 1:
        a, b = found[0], found[-1]
        grown = math.log(b["cpu"] / a["cpu"]) / math.log(b["rows"] / a["rows"])
        print(f"\nGrowth of CPU seconds from {a['rows']:,} to {b['rows']:,}: exponent {grown:.2f}.")
    if given.splink:
        seconds, rows = splink_seconds(given.rows[-1], given.splink)
        print(f"Splink, predicting and clustering alone, {rows:,} happenings: {seconds:.1f} s.")


if __name__ == "__main__":
    main()
