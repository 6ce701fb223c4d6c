"""Fuse on both engines: seconds, and whether every row is the same.

    python bench/scale.py --rows 100000 1000000 [--master 'local[2]'] [--reckon 1000000000]

Each size runs in a process of its own: a synthetic truce into a mission's store, fused on one
machine, then on Spark into a second store; rows are compared by content. CPU seconds of Spark's
own processes are not counted: wall seconds stand for both.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SELF = Path(__file__).resolve()
KNOWN = datetime(2030, 1, 1, tzinfo=UTC)


def one(rows: int, master: str, memory: str) -> None:
    """Measure one size on both engines and print it as JSON."""
    from trucewatch.exercise import ExerciseOptions, observations
    from trucewatch.fuse.cluster import ClusterOptions, fused_on
    from trucewatch.fuse.room import run
    from trucewatch.mission import Mission
    from trucewatch.store import Run, open_store
    from trucewatch.store.spark import SparkEngine, open_session
    from trucewatch.when import MissionClock

    table, _ = observations(
        ExerciseOptions(days=max(70, rows // 1667), observations=rows, seed=5,
                        start=date(2023, 1, 1))
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        mission = Mission(root, "b", "b", MissionClock(ZoneInfo("UTC")), "received", (), (), (), ())
        said: dict[str, object] = {"rows": rows, "load": os.getloadavg()[0]}
        with open_store(root / "mission.duckdb") as store:
            store.append("observation", table, Run("run-in", "sources", KNOWN))
            del table
            clock = time.perf_counter()
            with store.transaction():
                single = run(store, mission, Run("run-one", "fuse", KNOWN, {}))
            said["one_s"] = time.perf_counter() - clock
            cluster = ClusterOptions(master=master, spark={"spark.driver.memory": memory})
            clock = time.perf_counter()
            with open_session(master, root / "spark", cluster.settings()) as session:
                said["start_s"] = time.perf_counter() - clock
                engine = SparkEngine(session, root / "work")
                clock = time.perf_counter()
                with store.transaction():
                    more = fused_on(
                        engine, store, mission, Run("run-two", "fuse", KNOWN, {}), cluster
                    )
                said["spark_s"] = time.perf_counter() - clock
            closed = store.query("SELECT count(*) AS n FROM retired")["n"][0].as_py()
        kept = sum(f.stat().st_size for f in (root / "work").rglob("*.parquet") if f.is_file())
    # A row that were other, missing or more on Spark would have been added or closed.
    said |= {"changed": more.rows + closed, "happenings": single.detail["observations"],
             "pairs": more.detail["pairs"], "incidents": more.detail["incidents"],
             "rounds": more.detail["rounds"], "work_gb": kept / 1e9}  # fmt: skip
    print(json.dumps(said))


def reckoned(found: list[dict[str, float]], rows: int, cores: int) -> None:
    """Print the arithmetic from the largest sizes measured to the size asked for."""
    last = found[-1]
    per = last["spark_s"] * cores / last["happenings"]
    total = per * rows
    print(f"\nReckoned for {rows:,} happenings, from the last row:")
    print(f"{last['spark_s']:.0f} s x {cores} cores / {last['happenings']:,.0f} happenings = "
          f"{per * 1e6:.0f} core-seconds a million;")  # fmt: skip
    print(f"x {rows:,} = {total / 3600:.0f} core-hours at equal density and linear growth; "
          f"on 1,000 cores {total / 1000 / 60:.0f} min if the work spreads evenly.")  # fmt: skip
    print(f"Work files: {last['work_gb']:.2f} GB / {last['rows']:,.0f} x {rows:,} = "
          f"{last['work_gb'] / last['rows'] * rows:.0f} GB.")  # fmt: skip
    if len(found) > 1:
        first = found[0]
        grown = math.log(last["spark_s"] / first["spark_s"]) / math.log(
            last["rows"] / first["rows"]
        )
        print(f"Growth on Spark from {first['rows']:,.0f} to {last['rows']:,.0f}: "
              f"exponent {grown:.2f}.")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--memory", default="4g")
    parser.add_argument("--reckon", type=int)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--one", type=int)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.master, given.memory)
        return
    print(f"Command: `python {' '.join(sys.argv)}`\n")
    print("| observations | happenings | pairs | incidents | one machine s | Spark s (start) | "
          "rounds | rows that differ | load before |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    found = []
    for rows in given.rows:
        command = [sys.executable, str(SELF), "--one", str(rows), "--master", given.master,
                   "--memory", given.memory]  # fmt: skip
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        m = json.loads(said.strip().splitlines()[-1])
        found.append(m)
        print(f"| {rows:,} | {m['happenings']:,} | {m['pairs']:,} | {m['incidents']:,} | "
              f"{m['one_s']:.1f} | {m['spark_s']:.1f} ({m['start_s']:.1f}) | {m['rounds']} | "
              f"{m['changed']} | {m['load']:.1f} |", flush=True)  # fmt: skip
    if given.reckon:
        reckoned(found, given.reckon, given.cores)


if __name__ == "__main__":
    main()
