"""The folder that is written: read whole by the readers, the same for one seed, even to parties."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from trucewatch.errors import ConfigError
from trucewatch.exercise import ExerciseOptions, Summary, daily, score, write
from trucewatch.exercise.scoring.incidents import seconds_of
from trucewatch.exercise.scoring.linked import Tables, linked, read_truth
from trucewatch.mission import read_mission
from trucewatch.pipeline import open_mission, room_named, run_rooms
from trucewatch.store import Store

MARK = "\x00"


def _files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*")) if path.is_file()
        and path.suffix in (".csv", ".yaml", ".sql")
    }  # fmt: skip


@pytest.fixture(scope="module")
def store(written: tuple[Path, Summary]) -> Store:
    mission = read_mission(written[0])
    opened = open_mission(mission)
    run_rooms(opened, mission, [room_named("sources")])
    return opened


def test_the_readers_take_every_record_and_quarantine_none(
    store: Store, written: tuple[Path, Summary]
) -> None:
    assert store.count("quarantine") == 0
    assert store.count("observation") == written[1].observations
    assert store.count("watch") >= written[1].watches
    assert store.count("notice") > 0


def test_every_observation_of_a_happening_meets_its_truth(
    store: Store, written: tuple[Path, Summary]
) -> None:
    members = read_truth(written[0] / "truth", "members")
    told = pc.sum(pc.is_valid(members["incident_id"])).as_py()
    given: Tables = store
    rows = linked(given, written[0] / "truth")
    assert len(rows) == told
    # What the row says must be near what is true of the happening it is joined with.
    truth = read_truth(written[0] / "truth", "incidents", ["incident_id", "start_utc"])
    at = pc.index_in(rows.truth_ids.take(rows.true), value_set=truth["incident_id"])
    seen = store.table("observation", ["observation_id", "start_utc"])
    order = pc.index_in(rows.observation_id, value_set=seen["observation_id"])
    known = pc.cast(truth["start_utc"], pa.timestamp("us", "UTC")).take(at)
    gap = np.abs(seconds_of(seen["start_utc"].take(order)) - seconds_of(known))
    assert gap.max() < 26 * 3600
    assert np.median(gap) < 300


def test_the_agreement_of_the_exercise_is_sound(written: tuple[Path, Summary]) -> None:
    load = pytest.importorskip("trucewatch.agreements.load")
    agreement = load.read_agreement(written[0] / "agreements" / "exercise.yaml")
    told = set(read_truth(written[0] / "truth", "breaches")["provision_id"].to_pylist())
    assert told <= {f"exercise/{provision.id}" for provision in agreement.provisions}


def test_one_seed_is_one_folder_and_another_seed_another(
    written: tuple[Path, Summary], small: ExerciseOptions, tmp_path: Path
) -> None:
    write(tmp_path / "again", small)
    write(tmp_path / "other", replace(small, seed=12))
    first = {n: hashlib.sha256(b).digest() for n, b in _files(written[0]).items()}
    again = {n: hashlib.sha256(b).digest() for n, b in _files(tmp_path / "again").items()}
    assert again == first
    other = _files(tmp_path / "other")["inbox/field/2024-03.csv"]
    assert hashlib.sha256(other).digest() != first["inbox/field/2024-03.csv"]


def test_swapping_the_parties_swaps_their_names_and_nothing_else(
    written: tuple[Path, Summary], small: ExerciseOptions, tmp_path: Path
) -> None:
    write(tmp_path / "swapped", replace(small, swap_parties=True))
    plain, swapped = _files(written[0]), _files(tmp_path / "swapped")
    assert plain.keys() == swapped.keys()
    for name, content in plain.items():
        text = content.decode()
        for one, two in (("arden", "belmar"), ("Arden", "Belmar")):
            text = text.replace(one, MARK).replace(two, one).replace(MARK, two)
        assert text == swapped[name].decode(), name


def test_a_folder_that_holds_something_is_left_alone(
    small: ExerciseOptions, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("do not lose me")
    with pytest.raises(ConfigError, match="a new folder"):
        write(tmp_path, small)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(("days", "observations"), [(1, 1), (1, 1500), (50, 600)])
def test_odd_sizes_are_written_and_scored(days: int, observations: int, tmp_path: Path) -> None:
    options = ExerciseOptions(days=days, observations=observations, seed=0)
    summary = write(tmp_path / "odd", options)
    assert summary.observations > 0
    found = score({}, tmp_path / "odd" / "truth").as_json()
    assert found["observations"] == 0


def test_daily_counts_are_those_of_the_happenings_seen(written: tuple[Path, Summary]) -> None:
    truth = read_truth(written[0] / "truth", "counts")
    given = csv.read_csv(written[0] / "inbox" / "counts" / "daily_reports.csv")
    seen = pc.sum(truth["seen_rounds"]).as_py()
    said = pc.sum(given["ceasefire_violations"]).as_py()
    # The last evening of the exercise has no report yet; observers notice most rounds, not all.
    assert 0.8 * seen < said < seen


def test_outcomes_name_what_the_plan_held(written: tuple[Path, Summary]) -> None:
    outcomes = read_truth(written[0] / "truth", "outcomes")
    words = set(outcomes["outcome"].to_pylist())
    assert words <= {"collapse", "local_escalation", "erosion", "holding"}
    assert set(outcomes["horizon_h"].to_pylist()) == {24, 72, 168}


def test_daily_counts_in_memory_are_those_on_disk(
    written: tuple[Path, Summary], small: ExerciseOptions
) -> None:
    made, folder = daily(small), written[0]
    given = csv.read_csv(folder / "inbox" / "counts" / "daily_reports.csv")
    assert made.counts["ceasefire_violations"].to_pylist() == given[
        "ceasefire_violations"].to_pylist()  # fmt: skip
    outcomes = read_truth(folder / "truth", "outcomes")
    assert made.outcomes["outcome"].to_pylist() == outcomes["outcome"].to_pylist()
