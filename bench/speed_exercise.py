"""Speed and memory of the exercise and of its score; prints a Markdown section.

python bench/speed_exercise.py [--sizes 100000 1000000] [--level real]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from trucewatch.exercise import ExerciseOptions, observations, pair_scores, write

PER_DAY = 2740  # observations a day of the benchmark: 1 M in a year


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one(kind: str, size: int, level: str) -> str:
    """Run one measurement in this process and return its table row."""
    options = ExerciseOptions(days=max(1, size // PER_DAY), observations=size, seed=1, level=level)
    begun, cpu = time.perf_counter(), time.process_time()
    if kind == "write":
        with tempfile.TemporaryDirectory() as folder:
            rows = write(Path(folder) / "out", options).observations
            size_mb = sum(p.stat().st_size for p in Path(folder).rglob("*.csv")) / 1e6
        note = f"{size_mb:.0f} MB of CSV"
    elif kind == "memory":
        rows = observations(options)[0].num_rows
        note = "Arrow table"
    else:
        rng = np.random.default_rng(0)
        true = rng.integers(0, size // 2, size)
        found = np.where(rng.random(size) < 0.9, true, rng.integers(0, size // 2, size))
        begun, cpu = time.perf_counter(), time.process_time()
        rows = pair_scores(true, found).rows
        note = "pair_scores"
    wall, used = time.perf_counter() - begun, time.process_time() - cpu
    return (
        f"| {kind} | {rows:,} | {wall:.1f} | {used:.1f} | {rows / used:,.0f} | {_peak_mb():.0f} "
        f"| {note} |"
    )


def main() -> None:
    """Measure each case in a process of its own, so that peaks do not mix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--level", default="real")
    parser.add_argument("--one", nargs=2, metavar=("KIND", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(one(given.one[0], int(given.one[1]), given.level))
        return
    command = f"python bench/speed_exercise.py --sizes {' '.join(map(str, given.sizes))}"
    print(f"## Exercise: speed and memory\n\n`{command}`\n")
    print("| case | rows | wall s | CPU s | rows per CPU s | peak MB | |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for size in given.sizes:
        for kind in ("write", "memory", "score"):
            if kind == "memory" and size > 2_000_000:
                continue  # a table in memory is for sizes that fit there
            argv = [sys.executable, __file__, "--level", given.level, "--one", kind, str(size)]
            done = subprocess.run(argv, check=True, capture_output=True, text=True)
            print(done.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
