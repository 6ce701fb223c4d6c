"""One week, four ways to count."""

from __future__ import annotations

from datetime import UTC, datetime

import fuse_scenes as scenes
import fuse_store
import pytest

from trucewatch.fuse.counting import CountClaim, compared, converted, counted

DAY = {"zone": "north", "start_utc": datetime(2024, 3, 1, tzinfo=UTC),
       "end_utc": datetime(2024, 3, 2, tzinfo=UTC)}  # fmt: skip


@pytest.fixture
def store(tmp_path):
    def fire(name, hours, count, kind="explosion"):
        # Far enough apart in place that each is an incident of its own.
        return scenes.account(name, hours, count_best=count, kind=kind, place_id="north",
                              lon=37 + hours / 4, observer=name)  # fmt: skip

    rows = [fire("a", 1.0, 20.0), fire("b", 1.5, 12.0), fire("c", 5.0, 29.0),
            fire("d", 8.0, 6.0, "flare")]  # fmt: skip
    rows.append(scenes.account("claim", 2.0, means="declared", claimant="south", lon=30.0,
                               claimed_actor="north side", count_best=100.0))  # fmt: skip
    with fuse_store.stored(tmp_path, scenes.table(rows)) as opened:
        fuse_store.fused(opened, tmp_path)
        yield opened


def test_every_explosion_counts_flares_too(store):
    rows = [r for r in counted(store, "every_explosion").to_pylist() if r["zone"] == "north"]
    assert [r["counted_best"] for r in rows] == [67]


def test_thirty_rounds_without_an_hour_of_silence_make_one_shelling(store):
    rows = [r for r in counted(store, "shelling_of_thirty").to_pylist() if r["zone"] == "north"]
    assert [(r["rounds"], r["is_shelling"]) for r in rows] == [(32, True), (29, False)]


def test_a_claim_becomes_no_other_kind_of_total(store):
    claim = CountClaim("every_explosion", **DAY)
    assert converted(store, claim, "shelling_of_thirty") == (1.0, 1.0)
    assert converted(store, claim, "incident") == (0.0, 4.0)
    assert converted(store, CountClaim("party_total", accused="x", **DAY), "incident") is None
    assert counted(store, "party_total").to_pylist()[0]["rounds"] == 100


def test_what_cannot_be_compared_says_why():
    ours = CountClaim("every_explosion", **DAY)
    theirs = CountClaim("party_total", claimant="south", accused="north side", **DAY)
    answer = compared(ours, theirs)
    assert not answer.comparable and len(answer.reasons) == 2
    assert compared(ours, ours).comparable
    other = CountClaim("party_total", claimant="north", accused="north side", **DAY)
    assert any("own means" in reason for reason in compared(theirs, other).reasons)
