"""A mission's own weights, its sources' records, and counting from the command line's side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import fuse_scenes as scenes
import fuse_store
import numpy as np
import pyarrow as pa
import pytest

from trucewatch.errors import TrucewatchError
from trucewatch.exercise import ExerciseOptions, observations, pair_scores
from trucewatch.fuse.accounts import COLUMNS, happening
from trucewatch.fuse.anew import calibrated, drawn, estimated_anew, latest, moved
from trucewatch.fuse.counting import CountClaim, held_against, rows_of
from trucewatch.fuse.estimate import Sample, sample
from trucewatch.fuse.fusing import fuse
from trucewatch.fuse.options import FuseOptions, read_parameters
from trucewatch.fuse.record import source_records
from trucewatch.store import Run

PARAMETERS, OPTIONS = read_parameters(), FuseOptions()


@pytest.fixture(scope="module")
def world():
    table, truth = observations(ExerciseOptions(days=20, observations=4500, seed=78))
    table = happening(table.append_column("truth", pa.array(truth)))
    return table.select([*COLUMNS, "claimant"]).combine_chunks(), table["truth"].to_numpy()


@pytest.fixture(scope="module")
def told(world):
    return world[0]


def judged(store, verdicts) -> None:
    rows = [
        {"judgement_id": f"jdg-{n}", "left_id": min(pair), "right_id": max(pair),
         "verdict": verdict, "who": "a monitor", "why": "test"}
        for n, (pair, verdict) in enumerate(verdicts)
    ]  # fmt: skip
    store.append("judgement", rows, Run("run-judge", "people", fuse_store.KNOWN))


def test_a_mission_estimates_weights_of_its_own_and_takes_none_over(tmp_path, told):
    with fuse_store.stored(tmp_path, told) as store:
        fuse_store.fused(store, tmp_path)
        before = fuse_store.partition(store)
        anew = estimated_anew(store, fuse_store.mission(tmp_path), OPTIONS)
        assert fuse_store.partition(store) == before
        path = anew.write(tmp_path)
        assert read_parameters(path).bits == anew.parameters.bits
        assert anew.write(tmp_path) == path
        fuse_store.fused(store, tmp_path, parameters=path.name)
        assert len(fuse_store.partition(store)) == anew.detail["incidents_after"]
    assert anew.detail["judged_pairs"] == 0 and anew.detail["judged_agreed_after"] is None
    assert "the mission test" in str(anew.parameters.provenance["data"])


def test_judgements_are_known_pairs_of_the_estimate(tmp_path, told):
    with fuse_store.stored(tmp_path, told) as store:
        fuse_store.fused(store, tmp_path)
        pairs = store.query(
            "SELECT left_observation_id l, right_observation_id r FROM pair_now "
            "WHERE decision = 'joined' ORDER BY ALL LIMIT 40"
        ).to_pylist()
        judged(store, [((row["l"], row["r"]), "different") for row in pairs])
        detail = estimated_anew(store, fuse_store.mission(tmp_path), OPTIONS).detail
    assert detail["judged_pairs"] == 40
    assert detail["judged_agreed_after"] >= detail["judged_agreed_before"] == 0.0


def test_a_handful_of_happenings_is_refused(tmp_path):
    rows = [scenes.account(f"a{n}", n) for n in range(20)]
    with (
        fuse_store.stored(tmp_path, scenes.table(rows)) as store,
        pytest.raises(TrucewatchError, match="too few"),
    ):
        estimated_anew(store, fuse_store.mission(tmp_path), OPTIONS)


def test_many_judgements_set_what_a_weight_means(world):
    table, truth = world
    lifted = replace(PARAMETERS, bits=dict(PARAMETERS.bits) | {
        "prior": (np.array(PARAMETERS.bits["prior"]) + 6).tolist()})  # fmt: skip
    of = sample(table, lifted, OPTIONS)
    true = truth[of.accounts.records["row"]]
    judged_all = Sample(of.accounts, of.pairs, (
        (true[of.pairs.left] == true[of.pairs.right]) & (true[of.pairs.left] >= 0)
    ).astype(float))  # fmt: skip
    mended = calibrated(judged_all, lifted)
    found = pair_scores(truth, fuse(table, mended, OPTIONS).labels())
    assert found.f1 > max(0.95, pair_scores(truth, fuse(table, lifted, OPTIONS).labels()).f1)
    few = Sample(of.accounts, of.pairs, np.full(len(of.pairs), np.nan))
    assert calibrated(few, lifted) is lifted


def test_the_latest_are_taken_whole():
    table = scenes.table([scenes.account(f"a{n}", float(n)) for n in range(10)])
    assert latest(table, 10) is table
    kept = latest(table, 4)["start_utc"].to_pylist()
    assert sorted(kept) == [scenes.START + timedelta(hours=n) for n in range(6, 10)]


def test_few_observations_move_the_weights_little():
    other = dict(PARAMETERS.bits) | {"side": [0.0, 5.0, 5.0], "untold": {"mlrs": 1.0}}
    after = replace(PARAMETERS, bits=other)
    halfway = drawn(PARAMETERS, after, 0.5).bits
    before = PARAMETERS.bits
    assert halfway["side"][2] == pytest.approx((before["side"][2] + 5) / 2, abs=0.001)
    assert halfway["untold"]["mlrs"] == pytest.approx((before["untold"]["mlrs"] + 1) / 2, abs=0.001)
    assert drawn(PARAMETERS, PARAMETERS, 0.3).bits["time"] == before["time"]
    assert {row["feature"] for row in moved(PARAMETERS, after)} == {"side"}


def test_a_source_is_held_against_what_people_found(tmp_path):
    rows = [scenes.account(f"p{n}", 10.0 * n, lon=37 + n / 2) for n in range(4)]
    rows.append(scenes.account("m", 100.0, source_id="paper", means="reported"))
    with fuse_store.stored(tmp_path, scenes.table(rows)) as store:
        fuse_store.fused(store, tmp_path)
        found = store.query(
            "SELECT incident_id, probability_occurred p FROM incident_now JOIN member_now "
            "USING (incident_id) JOIN observation_now USING (observation_id) "
            "WHERE source_id = 'patrols' ORDER BY 1"
        ).to_pylist()
        later = datetime(2024, 7, 1, tzinfo=UTC)
        store.append("review", [
            {"review_id": f"rev-{n}", "subject_id": row["incident_id"], "who": "x", "why": "y",
             "decision": "rejected" if n == 0 else "verified"}
            for n, row in enumerate(found)
        ], Run("run-review", "people", later))  # fmt: skip
        records = {row["source_id"]: row for row in source_records(store, OPTIONS)}
    patrols, paper = records["patrols"], records["paper"]
    assert (patrols["reviewed"], patrols["verified"], patrols["accounts"]) == (4, 3, 4)
    mean = sum(row["p"] for row in found) / 4
    assert patrols["stated"] == pytest.approx(mean)
    assert patrols["bias"] == pytest.approx(mean - 0.75)
    assert patrols["right"] == pytest.approx((patrols["prior"] * 10 + 3) / 14)
    assert (paper["reviewed"], paper["stated"], paper["brier"]) == (0, None, None)


def test_a_total_is_held_against_another_counting(tmp_path):
    rows = [scenes.account("a", 1.0, count_best=20.0, place_id="north"),
            scenes.account("b", 9.0, count_best=5.0, place_id="south", lon=39.0)]  # fmt: skip
    day = {"start_utc": scenes.START, "end_utc": scenes.START + timedelta(days=1)}
    with fuse_store.stored(tmp_path, scenes.table(rows)) as store:
        fuse_store.fused(store, tmp_path)
        north = CountClaim("every_explosion", "north", **day)
        everywhere = CountClaim("every_explosion", None, **day)
        assert [row["counted_best"] for row in rows_of(store, north)] == [20]
        assert sum(row["counted_best"] for row in rows_of(store, everywhere)) == 25
        other = held_against(store, everywhere, "incident")
        assert other["answer"] == "cannot be compared" and other["converted"]["high"] == 2
        party = held_against(store, north, "party_total")
        assert not party["comparable"] and party["converted"] is None
        assert held_against(store, north, "every_explosion")["answer"] == "can be compared"
