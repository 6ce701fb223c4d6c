"""Speed of evaluate: incidents x 60 provisions x 2 lines, timed at rising sizes, with peak memory.

Run: python bench/speed_agreements.py [--incidents 1000000] [--days 90] [--seed 1]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml

from trucewatch.agreements.acts import Evidence, Setting
from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.evaluate import evaluate
from trucewatch.agreements.load import read_agreement
from trucewatch.mission import NamedRegion
from trucewatch.where import Region

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ["explosion", "shelling", "shot", "burst", "uav", "advance", "weapon_presence", "clash"]
WEAPONS = ["small_arms", "mortar_120", "mortar_82", "howitzer_122", "mlrs", "tank", "unknown", None]
PROVISIONS = 60


def agreement(folder: Path) -> Agreement:
    """Return an agreement of 60 provisions: 20 withdrawals, 20 in belts, 20 everywhere."""
    lines = [
        {"id": f"line-{n}", "name": f"line {n}", "uncertainty_km": 2, "left": "a", "right": "b",
         "points": [{"at": [30 + 0.15 * i, 48 + 0.1 * n + 0.1 * (i % 3)]} for i in range(40)]}
        for n in range(2)
    ]  # fmt: skip
    zones = [
        {"id": f"belt-{n}", "name": f"belt {n}", "belt": {"line": f"line-{n % 2}", "km": 5 + n}}
        for n in range(10)
    ]
    rows: list[dict[str, Any]] = []
    for n in range(PROVISIONS):
        row: dict[str, Any] = {"id": f"P-{n}", "instrument": "truce", "says": f"Rule {n}."}
        if n % 3 == 0:
            row |= {"kind": "withdrawal", "weapons": {"calibre_mm": {"at_least": 50 + n}},
                    "distance_km": 10 + n, "reference": {"a": "line-0", "b": "line-1"}}  # fmt: skip
        elif n % 3 == 1:
            row |= {"kind": "prohibition", "acts": {"families": ["fire"]}, "zone": f"belt-{n % 10}"}
        else:
            row |= {"kind": "prohibition", "acts": {"breaching": True}}
        rows.append(row)
    document = {
        "agreement": "bench", "title": "Bench", "parties": [{"id": "a", "name": "A"},
                                                            {"id": "b", "name": "B"}],
        "instruments": [{"id": "truce", "title": "Truce", "signed": "2025-12-31",
                         "in_force": {"from": "2026-01-01T00:00Z"}}],
        "lines": lines, "zones": zones, "provisions": rows,
    }  # fmt: skip
    path = folder / "bench.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return read_agreement(path)


def incidents(number: int, days: int, seed: int) -> pa.Table:
    """Return incidents along the line, evenly over the days."""
    rng = np.random.default_rng(seed)
    start = START.timestamp() * 1e6 + rng.random(number) * days * 86_400e6
    kinds, weapons = rng.integers(0, len(KINDS), number), rng.integers(0, len(WEAPONS), number)
    sides = rng.integers(0, 3, number)
    at = pa.array(start.astype(np.int64), pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    return pa.table({
        "incident_id": pa.array([f"inc-{i:09d}" for i in range(number)]),
        "kind": pa.array(KINDS).take(pa.array(kinds)), "start_utc": at, "end_utc": at,
        "lon": 30 + rng.random(number) * 6, "lat": 47.3 + rng.random(number) * 1.6,
        "radius_km": rng.choice([0.0, 0.5, 2.0], number),
        "weapon": pa.array(WEAPONS).take(pa.array(weapons)),
        "control_side": pa.array(["a", "b", None]).take(pa.array(sides)),
        "probability_occurred": rng.random(number),
    })  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    regions = [NamedRegion(f"r{n}", f"R{n}", Region(31.5 + 3 * n, 48.1, 170.0)) for n in range(2)]
    windows = [
        (START + timedelta(days=d), START + timedelta(days=d + 1)) for d in range(given.days)
    ]
    print(f"{PROVISIONS} provisions, 2 lines, {given.days} days, 2 regions\n")
    print("| incidents | seconds | CPU seconds | findings | peak memory GiB |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        law = agreement(Path(folder))
        for number in (given.incidents // 4, given.incidents // 2, given.incidents):
            table = incidents(number, given.days, given.seed)
            began, cpu = time.perf_counter(), time.process_time()
            found = evaluate(law, Evidence(incidents=table), Setting(windows, regions))
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            print(f"| {number:,} | {seconds:.1f} | {cpu:.1f} | "
                  f"{len(found.findings):,} | {peak:.2f} |")  # fmt: skip


if __name__ == "__main__":
    main()
