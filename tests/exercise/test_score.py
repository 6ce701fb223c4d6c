"""The score: perfect for the truth itself, and as wrong as it should be for known mistakes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from trucewatch.errors import ConfigError
from trucewatch.exercise import Summary, score
from trucewatch.exercise.scoring.calibration import calibration
from trucewatch.exercise.scoring.forecasts import finding_scores, warning_scores
from trucewatch.exercise.scoring.grouped import by_source_pair
from trucewatch.exercise.scoring.linked import InMemory, Linked, read_truth

START = datetime(2024, 3, 2, 20, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def truth(written: tuple[Path, Summary]) -> Path:
    return written[0] / "truth"


@pytest.fixture(scope="module")
def perfect(truth: Path) -> dict[str, pa.Table]:
    """Tables of a mission that made no mistake at all."""
    members = read_truth(truth, "members")
    count = members.num_rows
    ids = pa.array([f"obs-{n}" for n in range(count)])
    observation = pa.table({
        "observation_id": ids, "capture_id": members["file"], "record_no": members["record_no"],
        "kind": pa.repeat("explosion", count), "source_id": members["file"],
        "start_utc": pa.nulls(count, pa.timestamp("us", "UTC")), "lon": pa.nulls(count, "double"),
    })  # fmt: skip
    files = pc.unique(members["file"])
    bound = pc.is_valid(members["incident_id"])
    happened = read_truth(truth, "incidents")
    return {
        "observation": observation,
        "capture": pa.table({"capture_id": files, "origin": files}),
        "member": pa.table({
            "incident_id": members["incident_id"].filter(bound), "observation_id": ids.filter(
                bound.combine_chunks())}),
        "incident": happened.append_column("count_best", happened["count"])
        .append_column("claimed_actor", happened["party"])
        .append_column("probability_occurred", pc.cast(happened["occurred"], pa.float64())),
    }  # fmt: skip


def test_the_truth_scores_full_marks(perfect: dict[str, pa.Table], truth: Path) -> None:
    found = score(perfect, truth).as_json()
    for part in ("pairs", "bcubed"):
        assert [found[part][name] for name in ("precision", "recall", "f1")] == [1.0, 1.0, 1.0]
    assert found["counts"]["mean_absolute_error"] == 0
    assert found["attributes"]["kind_accuracy"] == 1.0
    assert found["attributes"]["distance_km"]["p90"] == 0
    assert found["occurred"]["brier"] == 0
    assert found["worst"]["merged"] == found["worst"]["split"] == []


def test_two_incidents_made_one_are_the_worst_case_by_name(
    perfect: dict[str, pa.Table], truth: Path
) -> None:
    members = perfect["member"]
    sizes = members["incident_id"].value_counts()
    order = pc.array_sort_indices(sizes.field("counts"), order="descending")
    largest = [sizes.field("values")[order[n].as_py()].as_py() for n in (0, 1)]
    merged = pc.if_else(
        pc.equal(members["incident_id"], largest[1]), largest[0], members["incident_id"]
    )
    tables = {**perfect, "member": members.set_column(0, "incident_id", merged)}
    found = score(tables, truth).as_json()
    assert found["worst"]["merged"][0]["incident_id"] == largest[0]
    assert found["pairs"]["recall"] == 1.0
    assert found["pairs"]["precision"] < 1.0


def test_nothing_joined_gives_no_precision_and_no_recall(
    perfect: dict[str, pa.Table], truth: Path
) -> None:
    found = score({n: perfect[n] for n in ("observation", "capture")}, truth).as_json()
    assert found["pairs"]["precision"] is None
    assert found["pairs"]["recall"] == 0.0
    assert found["calibration"]["ece"] is None
    assert found["findings"]["precision"] is None
    assert found["warnings"]["brier_skill"] is None


def test_observations_of_other_files_are_not_scored(
    perfect: dict[str, pa.Table], truth: Path
) -> None:
    tables = {**perfect, "capture": pa.table({"capture_id": ["x"], "origin": ["elsewhere.csv"]})}
    assert score(tables, truth).as_json()["observations"] == 0


def test_a_folder_without_truth_is_named(tmp_path: Path, perfect: dict[str, pa.Table]) -> None:
    with pytest.raises(ConfigError, match="the truth folder of an exercise"):
        score(perfect, tmp_path)


def test_pairs_between_sources_are_counted_from_groups() -> None:
    # Happening 0: rows a, a, b. Happening 1: rows a, b. Found: the first four together.
    rows = Linked(
        pa.array(list("vwxyz")), np.array([0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, -1]),
        pa.array(["shot"] * 5), pa.array(["a", "a", "b", "a", "b"]), np.zeros(5, dtype=bool),
        pa.array(["F0", "F1"]), pa.array(["inc-1"]),
    )  # fmt: skip
    found = by_source_pair(rows)
    assert (found["a+a"]["true_pairs"], found["a+a"]["found_pairs"]) == (1, 3)
    assert found["a+b"] == {
        "precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "joint_pairs": 2, "found_pairs": 3,
        "true_pairs": 3,
    }  # fmt: skip


def test_calibration_by_hand() -> None:
    found = calibration(np.array([0.85, 0.85, 0.85, 0.25]), np.array([True, True, False, False]))
    assert found.ece == pytest.approx(0.75 * abs(0.85 - 2 / 3) + 0.25 * 0.25)
    assert found.brier == pytest.approx((2 * 0.15**2 + 0.85**2 + 0.25**2) / 4)
    assert [row["rows"] for row in found.reliability] == [1, 3]


def test_calibration_of_honest_probabilities_is_near_nothing() -> None:
    rng = np.random.default_rng(0)
    stated = rng.random(40_000)
    assert (calibration(stated, rng.random(40_000) < stated).ece or 0) < 0.01


def _truth_of(folder: Path, **tables: dict[str, list[object]]) -> Path:
    for name, columns in tables.items():
        csv.write_csv(pa.table(columns), folder / f"{name}.csv")
    return folder


def _finding(outcome: str, day: int, bound: float | None = None) -> dict[str, object]:
    start = START + timedelta(days=day)
    return {
        "provision_id": "exercise/no_fire", "party": "any side", "zone": "tarn",
        "window_start_utc": start, "window_end_utc": start + timedelta(days=1),
        "outcome": outcome, "probability": 0.9, "missed_upper": bound,
    }  # fmt: skip


def test_findings_by_hand(tmp_path: Path) -> None:
    """Day 0: a breach seen and found. Day 1: quiet, wrongly found. Day 2: two unseen, bound 3.

    Day 3: one unseen, bound 0.5. Day 4: seen and missed.
    """
    hours = (2, 50, 52, 75, 98)
    zones = {"zone": ["tarn"], "lon_west": [0], "lon_east": [1]}
    folder = _truth_of(tmp_path, zones=zones, breaches={
        "provision_id": ["exercise/no_fire"] * 5, "party": ["arden"] * 5, "zone": ["tarn"] * 5,
        "at_utc": [(START + timedelta(hours=h)).isoformat() for h in hours],
        "seen": [True, False, False, False, True], "incident_id": ["F1"] * 5,
    })  # fmt: skip
    rows = [_finding("breach", 0), _finding("breach", 1), _finding("none_seen", 2, 3.0),
            _finding("none_seen", 3, 0.5), _finding("undetermined", 4)]  # fmt: skip
    found = finding_scores(InMemory({"finding": pa.Table.from_pylist(rows)}), folder)
    assert found is not None
    assert found["precision"] == 0.5
    assert found["recall"] == 0.5
    assert found["bound_coverage"] == 0.5
    assert found["undetermined"] == 1


def test_warnings_by_hand(tmp_path: Path) -> None:
    """A collapse from day 10 on: days 8 and 9 warn, an alarm long before is false."""
    days = [START + timedelta(days=n) for n in range(20)]
    folder = _truth_of(
        tmp_path,
        outcomes={
            "evening": [d.date().isoformat() for d in days], "zone": ["tarn"] * 20,
            "issued_utc": [d.isoformat() for d in days], "horizon_h": [72] * 20,
            "outcome": ["collapse" if 7 <= n <= 9 else "holding" for n in range(20)],
        },
        episodes={
            "zone": ["tarn"] * 2, "phase": ["build_up", "collapse"],
            "start_utc": [days[4].isoformat(), days[10].isoformat()],
            "end_utc": [days[10].isoformat(), days[19].isoformat()],
        },
    )  # fmt: skip
    raised = {8, 9}
    rows = [
        {"issued_utc": d, "zone": "tarn", "outcome": "collapse", "horizon_h": 72.0,
         "probability": 0.9 if 7 <= n <= 9 else 0.05, "is_raised": n in raised}
        for n, d in enumerate(days)
    ]  # fmt: skip
    early = rows[0] | {"issued_utc": START - timedelta(days=12), "is_raised": True}
    table = pa.Table.from_pylist([early, *rows])
    found = warning_scores(InMemory({"warning": table}), folder)
    assert found is not None
    assert found["median_lead_h"] == 48.0
    assert found["warned"] == found["collapses"] == 1
    assert found["false_per_year"] == pytest.approx(365.25 / 20)
    assert found == warning_scores(InMemory({}), folder, table)
    assert found["brier_skill"] > 0.9
