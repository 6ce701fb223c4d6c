"""The room writes incidents that hold to the laws, and a second run changes nothing."""

from __future__ import annotations

import json

import fuse_scenes as scenes
import fuse_store
import pytest

from trucewatch.ids import content_id


def bang(name, hours=0.0, **fields):
    return scenes.account(name, hours, **({"observer": name, "count_best": 5.0} | fields))


@pytest.fixture
def scene():
    """Two patrols and a report of one bang, another bang far off, and a null observation."""
    return scenes.table([
        bang("patrol 1", 10.0, observer="P1"), bang("patrol 2", 10.01, observer="P2", lon=37.803),
        bang("far", 10.0, observer="P3", lon=38.9),
        bang("nothing", 10.0, observer="P4", is_null=True),
    ])  # fmt: skip


def test_incidents_members_and_preferred_values(tmp_path, scene):
    with fuse_store.stored(tmp_path, scene) as store:
        result = fuse_store.fused(store, tmp_path)
        incidents = {row["observations"]: row for row in store.table("incident").to_pylist()}
        pair = store.table("pair").to_pylist()[0]
    assert set(incidents) == {1, 2}
    both = incidents[2]
    ids = sorted(content_id("observation", n) for n in ("patrol 1", "patrol 2"))
    assert both["incident_id"] == content_id("incident", *ids)
    assert both["roots"] == 2 and both["verification_status"] == "corroborated"
    assert set(json.loads(both["preferred"]).values()) <= set(ids)
    assert set(json.loads(both["preferred"])) >= {"when", "where", "kind", "count"}
    assert incidents[1]["verification_status"] == "reported"
    assert both["probability_occurred"] > incidents[1]["probability_occurred"]
    assert pair["decision"] == "joined" and pair["probability"] > 0.5
    assert pair["left_observation_id"] < pair["right_observation_id"]
    assert result.detail["incidents"] == 2


def test_weight_is_the_sum_of_its_features_and_the_prior(tmp_path, scene):
    with fuse_store.stored(tmp_path, scene) as store:
        fuse_store.fused(store, tmp_path)
        pair = store.table("pair").to_pylist()[0]
    parts = [v for k, v in pair.items() if k.endswith("_bits") and k != "weight_bits"]
    # What is left is the prior: how many others stand about. It never speaks for joining much.
    assert pair["weight_bits"] - sum(parts) < 3


def test_running_twice_changes_nothing(tmp_path, scene):
    with fuse_store.stored(tmp_path, scene) as store:
        assert fuse_store.fused(store, tmp_path).rows > 0
        assert fuse_store.fused(store, tmp_path).rows == 0


def judge(store, left, right, verdict, number=1):
    store.append("judgement", [{
        "judgement_id": content_id("judgement", left, right, verdict, number), "left_id": left,
        "right_id": right, "verdict": verdict, "who": "analyst", "why": "test", "supersedes": None,
    }], fuse_store.Run("run-j", "people", fuse_store.KNOWN.replace(day=1 + number)))  # fmt: skip


def test_a_judgement_splits_joins_and_an_absorbed_id_still_resolves(tmp_path, scene):
    from trucewatch.fuse.history import resolve

    one, two = content_id("observation", "patrol 1"), content_id("observation", "patrol 2")
    with fuse_store.stored(tmp_path, scene) as store:
        fuse_store.fused(store, tmp_path)
        together = content_id("incident", *sorted((one, two)))
        assert resolve(store, together) == (together,)
        judge(store, one, two, "different")
        fuse_store.fused(store, tmp_path)
        assert frozenset((one, two)) not in fuse_store.partition(store)
        decisions = store.table("pair")["decision"].to_pylist()
        assert decisions == ["blocked"]
        apart = (content_id("incident", one), content_id("incident", two))
        assert set(resolve(store, together)) == set(apart)
        judge(store, *apart, "same", number=2)
        judge(store, one, two, "unsure", number=3)
        fuse_store.fused(store, tmp_path)
        assert frozenset((one, two)) in fuse_store.partition(store)
        assert resolve(store, apart[0]) == (together,)
    assert True


def test_no_judgement_breaks_a_law(tmp_path, scene):
    one, far = content_id("observation", "patrol 1"), content_id("observation", "far")
    with fuse_store.stored(tmp_path, scene) as store:
        judge(store, one, far, "same")
        fuse_store.fused(store, tmp_path)
        assert max(store.table("incident")["extent_km"].to_pylist()) <= 10
        judged = [p for p in store.table("pair").to_pylist() if p["weight_bits"] >= 500]
        assert [p["decision"] for p in judged] == ["blocked"]


@pytest.mark.parametrize("decision", ["verified", "rejected"])
def test_only_people_verify_or_reject(tmp_path, scene, decision):
    one, two = content_id("observation", "patrol 1"), content_id("observation", "patrol 2")
    together = content_id("incident", *sorted((one, two)))
    with fuse_store.stored(tmp_path, scene) as store:
        fuse_store.fused(store, tmp_path)
        assert set(store.table("incident")["verification_status"].to_pylist()) == {
            "reported", "corroborated"}  # fmt: skip
        store.append("review", [{
            "review_id": "rev-1", "subject_id": together, "decision": decision, "party": None,
            "who": "officer", "why": "site visit", "supersedes": None,
        }], fuse_store.Run("run-r", "people", fuse_store.KNOWN))  # fmt: skip
        fuse_store.fused(store, tmp_path)
        status = {r["incident_id"]: r["verification_status"]
                  for r in store.table("incident").to_pylist()}  # fmt: skip
    assert status[together] == decision
    assert list(status.values()).count(decision) == 1


def test_an_empty_store_fuses_to_nothing(tmp_path):
    with fuse_store.stored(tmp_path) as store:
        assert fuse_store.fused(store, tmp_path).rows == 0
