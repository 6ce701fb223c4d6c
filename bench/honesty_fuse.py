"""Whether probability_occurred can be believed of parties that are honest and of those that lie.

    python bench/honesty_fuse.py --seeds 717 828

Each row is an exercise of its own, read and fused as a mission does, and scored against its truth:
all incidents, and those that nobody but a party tells of.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from trucewatch.exercise import ExerciseOptions
from trucewatch.exercise.scoring.calibration import calibration
from trucewatch.exercise.scoring.incidents import matched
from trucewatch.exercise.scoring.linked import linked
from trucewatch.exercise.writing import write
from trucewatch.mission import read_mission
from trucewatch.pipeline import open_mission, room_named, run_rooms

ALONE = """
    SELECT m.incident_id AS id FROM member_now m JOIN observation_now o USING (observation_id)
    GROUP BY m.incident_id HAVING bool_and(o.means = 'declared')
"""
RECORD = "SELECT teller, right_share FROM teller_record_now WHERE mode = 'declared' ORDER BY teller"


def scored(folder: Path, options: ExerciseOptions) -> dict[str, object]:
    """ECE over all incidents and over claims that stand alone, and each party's record."""
    write(folder, options)
    with open_mission(read_mission(folder)) as store:
        run_rooms(store, read_mission(folder), [room_named("sources"), room_named("fuse")])
        alone = set(store.query(ALONE)["id"].to_pylist())
        record = {row["teller"]: row["right_share"] for row in store.query(RECORD).to_pylist()}
        of = matched(store, linked(store, folder / "truth"), folder / "truth")
    stated = np.asarray(of.incident["probability_occurred"], float)
    came = np.asarray(of.happening["occurred"], bool)
    lonely = np.array([i in alone for i in of.incident["incident_id"].to_pylist()])
    return {
        "all": calibration(stated, came).ece,
        "alone": calibration(stated[lonely], came[lonely]).ece,
        "many": int(lonely.sum()), "true": float(came[lonely].mean()),
        "stated": float(stated[lonely].mean()), "record": record,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[717, 828])
    parser.add_argument("--invented", type=float, nargs="+", default=[0.03, 0.2, 0.5])
    parser.add_argument("--uneven", type=float, default=0.0)
    parser.add_argument("--level", default="real")
    given = parser.parse_args()
    print(f"Command: `python {' '.join(sys.argv)}`\n")
    print("| seed, invented per claim | ECE, all | ECE, claims alone | of these true, stated "
          "| records of the parties |\n|---|---|---|---|---|")  # fmt: skip
    for seed in given.seeds:
        for invented in given.invented:
            dials = {"claims_invented": invented, "claims_uneven": given.uneven}
            options = ExerciseOptions(
                days=60, observations=20_000, seed=seed, level=given.level, overrides=dials
            )
            with tempfile.TemporaryDirectory() as folder:
                found = scored(Path(folder) / "exercise", options)
            record = ", ".join(f"{share:.2f}" for share in found["record"].values())
            print(f"| {seed}, {invented:g} | {found['all']:.4f} | {found['alone']:.4f} "
                  f"({found['many']}) | {found['true']:.2f}, {found['stated']:.2f} "
                  f"| {record} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
