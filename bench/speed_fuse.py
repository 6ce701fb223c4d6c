"""How long the whole of fuse takes, into the store, and how that grows.

    python bench/speed_fuse.py --rows 100000 1000000 [--day 10000] [--splink DIR]

Each size runs in a process of its own. CPU seconds stand beside wall seconds: on a machine that
others use, they are what compares. Splink (installed in DIR) links the same happenings, timed from
predicting to clusters, its training left out, in two forms:
lean: one blocking rule (day and cell of 5 km), kind, distance and minutes, weights given by hand;
full: the four rules and six comparisons of bench/quality_fuse.py.
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
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

SELF = Path(__file__).resolve()
KNOWN = datetime(2030, 1, 1, tzinfo=UTC)
BLOCK = 1_000_000


def timed(work):
    """Run work; return (result, wall seconds, CPU seconds)."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def days(rows: int) -> int:
    """Equal density at every size: what grows is the time that is watched."""
    return max(70, rows // 1667)


def world(rows: int, day: int, folder: Path) -> None:
    """Fill a store with all but the last day's observations, and lay those beside it.

    Worlds of at most a million, one after the other in time: memory stays that of one.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from trucewatch.exercise import ExerciseOptions, observations
    from trucewatch.store import Run, open_store

    blocks = max(1, rows // BLOCK)
    size = rows // blocks
    with open_store(folder / "mission.duckdb") as store:
        for block in range(blocks):
            start = date(2023, 1, 1) - timedelta(days=days(size) * (blocks - 1 - block))
            table, _ = observations(
                ExerciseOptions(days=days(size), observations=size, seed=5 + block, start=start)
            )
            table = named_apart(table.take(pc.sort_indices(table["published_utc"])), block)
            last = len(table) - (day if block == blocks - 1 else 0)
            if blocks > 1:
                # Nothing is there twice: no look for what is known already.
                with store.lending({"made": table.slice(0, last)}):
                    store.execute(
                        "INSERT INTO observation BY NAME SELECT *, 'run-in' AS run_id, "
                        "$utc AS known_from_utc FROM made", {"utc": KNOWN},
                    )  # fmt: skip
            else:
                store.append("observation", table.slice(0, last), Run("run-in", "sources", KNOWN))
            pa.default_memory_pool().release_unused()
    pq.write_table(table.slice(last), folder / "day.parquet")
    print(json.dumps({"rows": rows - day}))


def named_apart(table, block: int):
    """Ids of a block's own: each exercise numbers its rows from 0, and an id is one observation."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tail = pc.utf8_slice_codeunits(table["observation_id"], len("obs-00"))
    ids = pc.binary_join_element_wise(pa.scalar(f"obs-{block:02x}"), tail, "")
    return table.set_column(table.schema.get_field_index("observation_id"), "observation_id", ids)


def one(rows: int, day: int) -> None:
    """Measure one size and print it as JSON: whole run, then a day more."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from trucewatch.fuse.room import run
    from trucewatch.mission import Mission
    from trucewatch.store import Run, open_store
    from trucewatch.when import MissionClock

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        called("--world", folder, "--one", rows, "--day", day)
        mission = Mission(root, "b", "b", MissionClock(ZoneInfo("UTC")), "received", (), (), (), ())
        warm(run, mission)
        with open_store(root / "mission.duckdb") as store:
            first, wall, cpu = timed(lambda: fused(run, store, mission, 1))
            peak = peak_gb()
            new = pq.read_table(root / "day.parquet")
            store.append("observation", new, Run("run-in-2", "sources", KNOWN))
            more, day_wall, day_cpu = timed(lambda: fused(run, store, mission, 2))
        size = (root / "mission.duckdb").stat().st_size / 1e9
    print(json.dumps({
        "rows": rows, "happenings": first.detail["observations"], "wall": wall, "cpu": cpu,
        "peak_gb": peak, "incidents": first.detail["incidents"], "day_wall": day_wall,
        "day_cpu": day_cpu, "day_bound": more.detail["bound"], "store_gb": size,
        "day_observations": more.detail["observations"], "cores": pa.cpu_count(),
    }))  # fmt: skip


def fused(run, store, mission, number: int):
    """Run the room as the pipeline does: in one transaction, and noted in the table of runs."""
    from trucewatch.store import Run
    from trucewatch.version import code_version

    inputs = json.dumps(store.versions(("observation", "watch", "judgement", "review")))
    with store.transaction():
        result = run(store, mission, Run(f"run-{number}", "fuse", KNOWN, {}))
        store.execute(
            "INSERT INTO run VALUES ($id, $utc, 'fuse', $inputs, $code, '{}', 1, 1)",
            {"id": f"run-{number}", "utc": KNOWN, "inputs": inputs, "code": code_version()},
        )
    return result


def warm(run, mission) -> None:
    """Compile or load every kernel, which a service does once."""
    from trucewatch.exercise import ExerciseOptions, observations
    from trucewatch.store import Run, open_store

    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "w.duckdb") as store:
        table, _ = observations(ExerciseOptions(days=30, observations=4000, seed=1))
        store.append("observation", table, Run("run-in", "sources", KNOWN))
        run(store, mission, Run("run-1", "fuse", KNOWN, {}))


def splinked(rows: int, folder: str, form: str) -> None:
    """Print as JSON Splink's seconds for predicting and clustering, beside its pairs."""
    import pyarrow.compute as pc

    from trucewatch.exercise import ExerciseOptions, observations
    from trucewatch.fuse.accounts import happening

    table, _ = observations(
        ExerciseOptions(days=days(rows), observations=rows, seed=5, start=date(2023, 1, 1))
    )
    table = happening(table).combine_chunks()
    sys.path.append(folder)
    frame = table.select(["observation_id", "kind", "weapon", "count_best", "lat", "lon",
                          "claimed_actor"]).to_pandas()  # fmt: skip
    frame["unique_id"] = frame.pop("observation_id")
    frame["minute"] = pc.cast(table["start_utc"], "int64").to_numpy() / 6e7
    lean = form == "lean"
    wide, high = (20, 30) if lean else (8, 12)
    for name, shift in (("day", 0), ("half", 720)):
        frame[name] = ((frame.minute + shift) // 1440).astype(int)
    for name, shift in (("cell", 0.0), ("shift", 0.5)):
        frame[name] = (
            (frame.lon * wide + shift).round().astype(int) * 100_000
            + (frame.lat * high + shift).round().astype(int)
        )  # fmt: skip
    linker = splink_linker(frame, lean)
    (edges, clusters), wall, cpu = timed(lambda: linked(linker))
    print(json.dumps({"form": form, "happenings": table.num_rows, "edges": edges,
                      "clusters": clusters, "wall": wall, "cpu": cpu,
                      "peak_gb": peak_gb()}))  # fmt: skip


def linked(linker) -> tuple[int, int]:
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.5)
    count = "SELECT count(*) AS n, count(DISTINCT cluster_id) AS c FROM {}"
    edges = linker.misc.query_sql(f"SELECT count(*) AS n FROM {pairs.physical_name}")
    clusters = linker.misc.query_sql(count.format(found.physical_name))
    return tuple(int(f.as_record_list()[0][name]) for f, name in ((edges, "n"), (clusters, "c")))


def splink_linker(frame, lean: bool):
    """A linker ready to predict: lean with given weights, else trained as its manual says."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def steps(column: str, levels: list):
        return cl.CustomComparison(
            output_column_name=column,
            comparison_levels=[cll.NullLevel(column), *levels, cll.ElseLevel()],
        )

    minutes = (10, 60) if lean else (2, 10, 60, 360)
    gap = steps("minute", [cll.AbsoluteDifferenceLevel("minute", n) for n in minutes])
    far = cl.DistanceInKMAtThresholds("lat", "lon", [1, 2] if lean else [0.5, 1, 2, 5])
    compared = [gap, cl.ExactMatch("kind"), far]
    rules = [block_on("day", "cell")]
    if lean:
        falling = {"m_probabilities": [0.7, 0.2, 0.1], "u_probabilities": [0.002, 0.02, 0.978]}
        gap.configure(**falling)
        far.configure(**falling)
        compared[1].configure(m_probabilities=[0.9, 0.1], u_probabilities=[0.3, 0.7])
    else:
        compared += [
            steps("count_best", [cll.ExactMatchLevel("count_best"),
                                 cll.PercentageDifferenceLevel("count_best", 0.25),
                                 cll.PercentageDifferenceLevel("count_best", 0.6)]),
            cl.ExactMatch("weapon"), cl.ExactMatch("claimed_actor"),
        ]  # fmt: skip
        rules += [block_on("half", "cell"), block_on("day", "shift"), block_on("half", "shift")]
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=compared,
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=1e-4,
    )  # fmt: skip
    linker = Linker(DuckDBAPI().register(frame), settings)
    if not lean:
        linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("day", "cell"))
    return linker


def called(*arguments: object) -> dict:
    """Run one measurement in a process of its own, and return what it printed as JSON."""
    command = [sys.executable, str(SELF), *(str(argument) for argument in arguments)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(said.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--day", type=int, default=10_000)
    parser.add_argument("--splink", metavar="DIR")
    parser.add_argument("--forms", nargs="+", default=["lean"], choices=["lean", "full"])
    parser.add_argument("--linked", type=int, default=1_000_000, help="rows that Splink links")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--world", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--form", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.form:
        splinked(given.one, given.splink, given.form)
    elif given.world:
        world(given.one, given.day, given.world)
    elif given.one:
        one(given.one, given.day)
    else:
        compare(given)


def compare(given: argparse.Namespace) -> None:
    print(f"Command: `python {' '.join(sys.argv)}`\n")
    print("| observations | happenings | whole run s (CPU s) | peak GB | a day more s (CPU s) |")
    print("|---|---|---|---|---|")
    found = []
    for rows in given.rows:
        m = called("--one", rows, "--day", given.day)
        found.append(m)
        print(f"| {rows:,} | {m['happenings']:,} | {m['wall']:.1f} ({m['cpu']:.1f}) | "
              f"{m['peak_gb']:.1f} | {m['day_wall']:.1f} ({m['day_cpu']:.1f}), "
              f"{m['day_observations']:,} bound ({m['day_bound']}) |", flush=True)  # fmt: skip
    for a, b in pairwise(found):
        grown = math.log(b["cpu"] / a["cpu"]) / math.log(b["rows"] / a["rows"])
        print(f"\nGrowth of CPU seconds from {a['rows']:,} to {b['rows']:,}: exponent {grown:.2f}.")
    for form in given.forms if given.splink else ():
        s = called("--splink", given.splink, "--form", form, "--one", given.linked)
        print(f"\nSplink ({form}), predicting and clustering {s['happenings']:,} happenings: "
              f"{s['wall']:.1f} s ({s['cpu']:.1f} CPU s), {s['peak_gb']:.1f} GB, "
              f"{s['edges']:,} pairs, {s['clusters']:,} clusters.")  # fmt: skip
        for m in found:
            if m["rows"] == given.linked:
                print(f"Ratio of the whole of fuse to it: {m['wall'] / s['wall']:.2f} of its wall "
                      f"seconds, {m['cpu'] / s['cpu']:.2f} of its CPU seconds.")  # fmt: skip


if __name__ == "__main__":
    main()
