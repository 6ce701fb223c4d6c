"""Quality of agreements: experts' cases, and hypotheses of an exercise's mission against truth.

Run: python bench/quality_agreements.py [--mission DIR ...]
A DIR is an exercise's mission after `trucewatch run`, its truth in DIR/truth.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

import numpy as np

from trucewatch.agreements.attribution import UNATTRIBUTED
from trucewatch.agreements.commands import check
from trucewatch.store import open_store

BINS = 10


def truth_of_incidents(mission: Path) -> dict[str, str]:
    """Return the true party of each incident of a mission: that of most of its reports."""
    with (mission / "truth" / "incidents.csv").open(encoding="utf-8") as file:
        party = {r["incident_id"]: r["party"] for r in csv.DictReader(file)}
    with (mission / "truth" / "members.csv").open(encoding="utf-8") as file:
        report = {r["report_id"]: r["incident_id"] for r in csv.DictReader(file)}
    votes: dict[str, Counter[str]] = {}
    with open_store(mission / "mission.duckdb") as store:
        rows = store.query(
            "SELECT m.incident_id, o.source_record FROM member_now m "
            "JOIN observation_now o USING (observation_id)"
        )
    for row in rows.to_pylist():
        true = party.get(report.get(str(row["source_record"]), ""))
        if true:
            votes.setdefault(row["incident_id"], Counter())[true] += 1
    return {incident: count.most_common(1)[0][0] for incident, count in votes.items()}


def pairs(mission: Path) -> np.ndarray:
    """Return (likelihood, true 0/1, reaches the threshold 0/1) per incident and party."""
    truth = truth_of_incidents(mission)
    with open_store(mission / "mission.duckdb") as store:
        rows = store.table("hypothesis", ("incident_id", "party", "likelihood", "threshold"))
    out = [
        (r["likelihood"], float(truth[r["incident_id"]] == r["party"]),
         float(r["likelihood"] >= r["threshold"]))
        for r in rows.to_pylist() if r["party"] != UNATTRIBUTED and r["incident_id"] in truth
    ]  # fmt: skip
    return np.array(out, dtype=np.float64).reshape(-1, 3)


def calibration_error(found: np.ndarray) -> tuple[float, list[str]]:
    """Return the expected calibration error over ten bins, and a table of the bins."""
    place = np.minimum((found[:, 0] * BINS).astype(int), BINS - 1)
    error, lines = 0.0, []
    for number in range(BINS):
        rows = found[place == number]
        if len(rows):
            gap = rows[:, 0].mean() - rows[:, 1].mean()
            error += abs(gap) * len(rows) / len(found)
            lines.append(f"| {number / BINS:.1f} | {len(rows)} | {rows[:, 0].mean():.3f} | "
                         f"{rows[:, 1].mean():.3f} |")  # fmt: skip
    return error, lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mission", type=Path, action="append", default=[])
    given = parser.parse_args()
    result = check()
    print(f"{len(result.agreements)} agreements, {result.provisions} provisions, {result.readings} "
          f"readings, {result.cases} experts' cases, {len(result.failed)} fail\n")  # fmt: skip
    for mission in given.mission:
        found = pairs(mission)
        error, lines = calibration_error(found)
        clear = found[found[:, 2] > 0]
        right = clear[:, 1].mean() if len(clear) else float("nan")
        print(f"{mission.name}: {len(found) // 2} incidents, ECE {error:.3f}, Brier "
              f"{((found[:, 0] - found[:, 1]) ** 2).mean():.3f}; a party reaches the threshold in "
              f"{len(clear)}, rightly in {right:.3f}\n")  # fmt: skip
        print("| from | rows | stated | true |\n| --- | --- | --- | --- |")
        print("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
