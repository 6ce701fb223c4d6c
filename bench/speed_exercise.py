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
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.exercise import ExerciseOptions, observations, pair_scores, score, write
from trucewatch.exercise.scoring.linked import read_truth
from trucewatch.exercise.text import row_ids

PER_DAY = 2740  # observations a day of the benchmark: 1 M in a year


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def perfect(truth: Path) -> dict[str, pa.Table]:
    """Return the tables of a mission that bound every account rightly, and kept 3 pairs a row."""
    members, happened = read_truth(truth, "members"), read_truth(truth, "incidents")
    count, rng = members.num_rows, np.random.default_rng(0)
    ids, bound = row_ids("obs-", np.arange(count), 24), pc.is_valid(members["incident_id"])
    files = pc.unique(members["file"])
    sides = [ids.take(pa.array(rng.integers(0, count, 3 * count))) for _ in range(2)]
    return {
        "capture": pa.table({"capture_id": files, "origin": files}),
        "observation": pa.table({
            "observation_id": ids, "capture_id": members["file"],
            "record_no": members["record_no"], "kind": pa.repeat("explosion", count),
            "source_id": pc.utf8_slice_codeunits(members["file"], 6, 11),
            "start_utc": pa.nulls(count, pa.timestamp("us", "UTC")),
            "lon": pa.nulls(count, pa.float64()),
        }),
        "member": pa.table({
            "incident_id": members["incident_id"].filter(bound),
            "observation_id": ids.filter(bound.combine_chunks()),
        }),
        "pair": pa.table({
            "left_observation_id": sides[0], "right_observation_id": sides[1],
            "probability": rng.random(3 * count), "weight_bits": np.zeros(3 * count),
        }),
        "incident": happened.append_column("count_best", happened["count"])
        .append_column("claimed_actor", happened["party"])
        .append_column("probability_occurred", pc.cast(happened["occurred"], pa.float64())),
    }  # fmt: skip


def one(kind: str, size: int, level: str) -> str:
    """Run one measurement in this process and return its table row."""
    options = ExerciseOptions(days=max(1, size // PER_DAY), observations=size, seed=1, level=level)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        if kind == "score":
            write(out, options)
            tables = perfect(out / "truth")
        begun, cpu = time.perf_counter(), time.process_time()
        if kind == "write":
            rows = write(out, options).observations
            note = f"{sum(p.stat().st_size for p in out.rglob('*.csv')) / 1e6:.0f} MB of CSV"
        elif kind == "memory":
            rows, note = observations(options)[0].num_rows, "Arrow table and labels"
        elif kind == "score":
            rows, note = score(tables, out / "truth").as_json()["observations"], "3 pairs a row"
        else:
            rng = np.random.default_rng(0)
            true = rng.integers(0, size // 2, size)
            found = np.where(rng.random(size) < 0.9, true, rng.integers(0, size // 2, size))
            begun, cpu = time.perf_counter(), time.process_time()
            rows, note = pair_scores(true, found).rows, "two arrays of labels"
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
        for kind in ("write", "memory", "score", "pairs"):
            if kind != "write" and size > 2_000_000:
                continue  # tables in memory are for sizes that fit there
            argv = [sys.executable, __file__, "--level", given.level, "--one", kind, str(size)]
            done = subprocess.run(argv, check=True, capture_output=True, text=True)
            print(done.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
