"""A teller's record: learnt from where others watched, by one rule for all."""

from __future__ import annotations

from datetime import timedelta

import fuse_scenes as scenes
import fuse_store
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.fuse.occurred import Prior, priors, usual_prior
from trucewatch.fuse.tellers import NOTICING, RECORD, TALLY, added_up, chance, learnt

SPOT = ("field", "direct", "")
ARDEN, BELMAR = (("claims", "declared", name) for name in ("Arden", "Belmar"))


def cases(teller, bits, confirmed, accounts, family="explosion"):
    names = ("source_id", "mode", "teller")
    return dict(zip(names, teller, strict=True)) | {
        "family": family,
        "bits": bits,
        "confirmed": confirmed,
        "accounts": accounts,
    }


def watched_by_many(accounts, right, bits=10):
    """How often accounts of which so many are right are borne out, and how often not."""
    share = float(chance(np.array([(bits + 0.5) / 4]), NOTICING)[0])
    yes = round(accounts * right * share)
    return {True: yes, False: accounts - yes}


def record_of(rows, before=None):
    table = added_up(pa.Table.from_pylist(rows, schema=TALLY))
    found = learnt(table, before or {}).to_pylist()
    return {(row["source_id"], row["mode"], row["teller"]): row for row in found}


def world(**right):
    rows = [cases(SPOT, 10, *case) for case in watched_by_many(4000, 1.0).items()]
    for name, share in right.items():
        rows += [
            cases(("claims", "declared", name), 10, *case)
            for case in watched_by_many(600, share).items()
        ]
    return rows


@pytest.mark.parametrize("share", [0.97, 0.7, 0.4, 0.1])
def test_a_record_comes_to_the_share_that_is_right(share):
    found = record_of(world(Arden=share))[ARDEN]
    assert found["right_share"] == pytest.approx(share, abs=0.07)
    assert found["confirmed"] <= found["watched"] == 600


@settings(deadline=None, max_examples=20)
@given(one=st.floats(0, 1), two=st.floats(0, 1))
def test_one_rule_for_all_and_the_better_record_stands_higher(one, two):
    ahead, behind = (record_of(world(Arden=a, Belmar=b)) for a, b in ((one, two), (two, one)))
    assert ahead[ARDEN]["right_share"] == behind[BELMAR]["right_share"]
    if ahead[ARDEN]["confirmed"] > ahead[BELMAR]["confirmed"]:
        assert ahead[ARDEN]["right_share"] > ahead[BELMAR]["right_share"]


def test_where_nobody_watched_nothing_is_learnt():
    rows = [cases(ARDEN, bits, False, 900) for bits in (-1, 0)]
    rows += [cases(ARDEN, 10, False, 900, family="fire")]
    found = record_of([*world(), *rows], {"claims": Prior(0.25, 10)})[ARDEN]
    assert (found["right_share"], found["watched"], found["accounts"]) == (0.25, 0, 2700)


def test_letters_and_reviews_come_first():
    reviewed = [
        {"source_id": "claims", "reviewed": 40, "verified": 40},
        {"source_id": "new", "reviewed": 10, "verified": 0},
    ]
    before = priors({"claims": "E"}, reviewed)
    assert before["claims"].share == pytest.approx((2.5 + 40) / 50)
    assert before["new"].share == pytest.approx(7.5 / 20)
    few = [cases(ARDEN, 10, False, 3)]
    doubted, trusted = (
        record_of([*world(), *few], {"claims": prior})[ARDEN]["right_share"]
        for prior in (usual_prior("declared"), before["claims"])
    )
    assert doubted < trusted < before["claims"].share


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 99))
def test_tallies_add_up_in_any_order(seed):
    rows = world(Arden=0.5, Belmar=0.9)
    order = np.random.default_rng(seed).permutation(len(rows)).tolist()
    halves = [
        pa.Table.from_pylist([rows[n] for n in part], schema=TALLY)
        for part in (order[:3], order[3:])
    ]
    at_once = added_up(pa.Table.from_pylist(rows, schema=TALLY))
    assert added_up(pa.concat_tables([added_up(half) for half in halves])).equals(at_once)


def accounts_by(name, hours, **fields):
    return [scenes.account(f"{name}-{n}", h, **fields) for n, h in enumerate(hours)]


def test_a_store_learns_who_invents_and_keeps_it_for_a_day_more(tmp_path):
    told = {"source_id": "claims", "means": "declared", "radius_km": 1.0}
    hours = np.arange(0, 1200, 2.0)
    posts = [
        row for post in ("one", "two", "three")
        for row in accounts_by(post, hours, observer=post, root_id=post)
    ]  # fmt: skip
    honest = accounts_by("a", hours[::4], observer="Arden", root_id="Arden", **told)
    invented = accounts_by("b", hours[::4] + 1.0, observer="Belmar", root_id="Belmar", **told)
    with fuse_store.stored(tmp_path, scenes.table(posts + honest + invented)) as store:
        rows = [
            {"watch_id": f"wat-{post}", "capture_id": "cap-test", "source_id": "patrols",
             "observer": post, "means": "heard", "lon": 37.81, "lat": 48.1, "radius_km": 6.0,
             "start_utc": scenes.START - timedelta(days=1),
             "end_utc": scenes.START + timedelta(days=60), "status": "working"}
            for post in ("one", "two", "three")
        ]  # fmt: skip
        store.append("watch", rows, fuse_store.Run("run-in", "sources", fuse_store.KNOWN))
        assert fuse_store.fused(store, tmp_path).detail["bound"] == "all"
        record = store.table("teller_record")
        share = dict(zip(record["teller"].to_pylist(), record["right_share"].to_pylist(),
                         strict=True))  # fmt: skip
        assert share["Arden"] > 0.8 and share["Belmar"] < 0.2
        late = accounts_by("late", [1205.0], observer="Belmar", root_id="Belmar", **told)
        fuse_store.add(store, scenes.table(late))
        assert fuse_store.fused(store, tmp_path).detail["bound"] == "touched"
        assert store.table("teller_record").equals(record)
        more = accounts_by("many", np.arange(1210, 2400, 1.0), observer="one", root_id="one")
        fuse_store.add(store, scenes.table(more))
        assert fuse_store.fused(store, tmp_path).detail["bound"] == "all"
        assert not store.table("teller_record").equals(record)


def test_records_have_every_column_of_the_table(tmp_path):
    with fuse_store.stored(tmp_path) as store:
        columns = {row["column_name"] for row in store.query(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = 'teller_record'").to_pylist()}  # fmt: skip
    assert columns == {*RECORD.names, "run_id", "known_from_utc"}


@pytest.mark.parametrize(
    ("kind", "weighs"), [("explosion", True), ("crossing_traffic", False), ("count_events", False)]
)
def test_only_who_looked_for_what_happens_is_silent_about_it(tmp_path, kind, weighs):
    nobody = {"is_null": True, "radius_km": 6.0, "end_utc": scenes.START + timedelta(hours=6)}
    looks = [scenes.account(f"none-{n}", kind=kind, observer=f"gate {n}", **nobody)
             for n in range(4)]  # fmt: skip
    bang = scenes.account("bang", 3.0, observer="patrol")
    chance_of = []
    for rows in ([bang], [bang, *looks]):
        folder = tmp_path / str(len(rows))
        folder.mkdir()
        with fuse_store.stored(folder, scenes.table(rows)) as store:
            fuse_store.fused(store, folder)
            chance_of.append(store.table("incident")["probability_occurred"].to_pylist())
    assert (chance_of[0] != chance_of[1]) == weighs
