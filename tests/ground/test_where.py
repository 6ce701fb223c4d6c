"""Distances, bearings and cells, at every latitude and across the antimeridian."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trucewatch.where import (
    POINTS_16,
    Grid,
    Region,
    bearing_deg,
    bearing_from_word,
    bearing_word,
    destination,
    distance_km,
    gap_km,
    region_from_observer,
)

LON = st.floats(-180, 180)
LAT = st.floats(-90, 90)


def test_a_degree_along_the_equator() -> None:
    assert distance_km(0, 0, 1, 0) == pytest.approx(111.3195, abs=0.001)


def test_across_the_antimeridian_is_near() -> None:
    assert distance_km(179.99, 10, -179.99, 10) < 3


def test_words_and_degrees_agree_at_all_16_points() -> None:
    assert [bearing_word(bearing_from_word(word)) for word in POINTS_16] == list(POINTS_16)
    assert bearing_word(359) == "N"
    assert bearing_word(11.26) == "NNE"


@settings(deadline=None, max_examples=50)
@given(LON, st.floats(-85, 85), st.floats(0, 360, exclude_max=True), st.floats(0.1, 300))
def test_going_out_and_measuring_back_agree(
    lon: float, lat: float, bearing: float, km: float
) -> None:
    there = destination(lon, lat, bearing, km)
    assert distance_km(lon, lat, *there) == pytest.approx(km, rel=1e-6)
    turn = abs(bearing_deg(lon, lat, *there) - bearing) % 360
    assert min(turn, 360 - turn) < 0.01


@settings(deadline=None, max_examples=300)
@given(LON, LAT, st.floats(0, 360), st.floats(0, 1), st.sampled_from([0.5, 2.0, 5.0, 50.0, 900.0]))
def test_points_within_reach_lie_in_neighbouring_cells(
    lon: float, lat: float, bearing: float, share: float, size_km: float
) -> None:
    grid = Grid(size_km)
    there = destination(lon, lat, bearing, share * size_km * 0.999)
    assume(distance_km(lon, lat, *there) <= size_km)
    assert grid.cell(*there) in set(grid.neighbours(grid.cell(lon, lat)))


def test_an_observers_region_covers_what_the_words_leave_open() -> None:
    region = region_from_observer(37.8, 48.0, 45.0, 2.0, 4.0)
    for bearing in (45 - 11.25, 45, 45 + 11.25):
        for out_km in (2.0, 3.0, 4.0):
            point = destination(37.8, 48.0, bearing, out_km)
            assert distance_km(region.lon, region.lat, *point) <= region.radius_km * 1.01


def test_gap_between_overlapping_regions_is_zero() -> None:
    assert gap_km(Region(37, 48, 5), Region(37.05, 48, 5)) == 0
    assert gap_km(Region(37, 48, 1), Region(38, 48, 1)) == pytest.approx(72.6, abs=0.5)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 95), (math.nan, 0), (0, math.inf)])
def test_impossible_points_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        Region(lon, lat)
