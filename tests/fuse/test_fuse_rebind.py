"""What new observations bind anew is what a full run would bind."""

from __future__ import annotations

import fuse_scenes as scenes
import fuse_store
import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

TABLES = ("incident", "member", "pair", "conflict")


def truce(seed):
    # Twelve weeks: the newest accounts may touch five of them and are still less than half.
    return scenes.scatter(930, seed, hours=24 * 7 * 12, lon=(37.0, 37.05), lat=(48.0, 48.03),
                          kinds=("explosion", "shelling"))  # fmt: skip


def told(store):
    """Everything that the room says now, but for which run said it."""
    return {
        name: store.query(f"SELECT * EXCLUDE (run_id, known_from_utc) FROM {name}_now ORDER BY ALL")
        for name in TABLES
    }


@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 500), late=st.integers(0, 20))
@example(seed=261, late=13)
def test_a_day_more_equals_a_full_run(tmp_path_factory, seed, late):
    table = truce(seed)
    order = np.argsort(table["start_utc"].to_numpy())
    old, new = order[: -60 - late], order[-60 - late :]
    steps, whole = (tmp_path_factory.mktemp(name) for name in ("steps", "whole"))
    with fuse_store.stored(steps, table.take(pa.array(old))) as store:
        assert fuse_store.fused(store, steps).detail["bound"] == "all"
        fuse_store.add(store, table.take(pa.array(new)))
        again = fuse_store.fused(store, steps)
        assert again.detail["bound"] == "touched"
        assert again.detail["observations"] < 500
        by_steps = told(store)
    with fuse_store.stored(whole, table) as store:
        fuse_store.fused(store, whole)
        at_once = told(store)
    for name in TABLES:
        assert by_steps[name].equals(at_once[name]), name


def test_other_settings_bind_everything_again(tmp_path):
    table = truce(1)
    with fuse_store.stored(tmp_path, table.slice(0, 650)) as store:
        fuse_store.fused(store, tmp_path)
        fuse_store.add(store, table.slice(650))
        assert fuse_store.fused(store, tmp_path, extent_km=3.0).detail["bound"] == "all"
