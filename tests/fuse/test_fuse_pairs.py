"""The candidate pairs of the grid are those of comparing all with all."""

from __future__ import annotations

import fuse_scenes as scenes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from trucewatch.fuse.accounts import accounts
from trucewatch.fuse.levels import apart_km, gap_hours
from trucewatch.fuse.neighbours import candidate_pairs, count_crowds
from trucewatch.fuse.options import FuseOptions, read_parameters
from trucewatch.fuse.weigh import within_reach
from trucewatch.fuse.weights import tables

PARAMETERS = read_parameters()
EVERYWHERE = {
    "donbas": {}, "antimeridian": {"lon": (179.9, 180.1), "lat": (-17, -16.8)},
    "north pole": {"lon": (-180, 180), "lat": (89.7, 90.0)},
    "south pole": {"lon": (-180, 180), "lat": (-90.0, -89.8)},
    "tromsoe": {"lon": (18.5, 19.5), "lat": (69.5, 69.9)},
    "equator": {"lon": (-0.2, 0.2), "lat": (-0.2, 0.2)},
}  # fmt: skip


def both_ways(table, options):
    found = accounts(table, PARAMETERS, options)
    count_crowds(found.records)
    weights = tables(PARAMETERS, options)
    pairs = candidate_pairs(found.records, found.words, weights, options, -1e9)
    grid = sorted(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    r = found.records
    order = np.argsort(r["rank"]).tolist()
    brute = sorted(
        (i, j) for n, i in enumerate(order) for j in order[n + 1 :]
        if r[i]["level"] >= 0 and r[j]["level"] >= 0
        and within_reach(r[i], r[j], apart_km(r[i], r[j]), gap_hours(r[i], r[j]), weights)
    )  # fmt: skip
    return grid, brute


@pytest.mark.parametrize("place", EVERYWHERE)
def test_grid_equals_brute_force(place):
    grid, brute = both_ways(scenes.scatter(250, 7, **EVERYWHERE[place]), FuseOptions())
    assert grid == brute
    assert len(brute) > 20


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), extent=st.floats(0.5, 60), duration=st.floats(1, 200))
def test_grid_equals_brute_force_under_any_bounds(seed, extent, duration):
    options = FuseOptions(extent_km=extent, duration_h=duration)
    grid, brute = both_ways(scenes.scatter(90, seed, hours=100), options)
    assert grid == brute


def test_distance_is_geodesic_everywhere():
    draw, geod = np.random.default_rng(3), Geod(ellps="WGS84")
    lat = np.degrees(np.arcsin(draw.uniform(-1, 1, 300)))
    lon, turn, km = (
        draw.uniform(-180, 180, 300),
        draw.uniform(0, 360, 300),
        draw.uniform(0, 100, 300),
    )
    for n in range(300):
        far_lon, far_lat, _ = geod.fwd(lon[n], lat[n], turn[n], km[n] * 1000)
        pair = scenes.table(
            [
                scenes.account("a", lon=lon[n], lat=lat[n]),
                scenes.account("b", lon=far_lon, lat=far_lat),
            ]
        )
        a, b = accounts(pair, PARAMETERS, FuseOptions()).records
        assert apart_km(a, b) == pytest.approx(km[n], abs=0.002)


def test_other_families_and_kinds_that_do_not_happen_are_never_compared():
    from trucewatch.fuse.accounts import happening

    rows = [scenes.account(k, kind=k) for k in ("explosion", "uav", "count_explosions", "mine")]
    rows.append(scenes.account("null", is_null=True))
    kept = happening(scenes.table(rows))
    assert kept["kind"].to_pylist() == ["explosion", "uav"]
    assert both_ways(kept, FuseOptions())[0] == []


def test_a_dense_spot_costs_bounded_work():
    crowd = scenes.scatter(1500, 1, lon=(37, 37.001), lat=(48, 48.001), hours=1, kinds=("shot",))
    options = FuseOptions(compared=100)
    found = accounts(crowd, PARAMETERS, options)
    count_crowds(found.records)
    pairs = candidate_pairs(found.records, found.words, tables(PARAMETERS, options), options, -1e9)
    assert pairs.cut > 1000
    assert len(pairs) <= 100 * 1500
