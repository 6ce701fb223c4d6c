"""Coordinates in prose: known points, a peer for the grid, laws and what is no coordinate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.language.coordinates import find_coordinates, from_utm
from trucewatch.language.places import find_places
from trucewatch.where import distance_km


@pytest.mark.parametrize(
    ("text", "lat", "lon", "within_km"),
    [
        ("hit at 48.0159, 37.8028 today", 48.0159, 37.8028, 0.01),
        ("at 33.75 S, 151.20 E", -33.75, 151.20, 0.01),
        ("48°00′57″N 37°48′10″E", 48.01583, 37.80278, 0.05),
        ("48° 0.95' N, 37° 48.17' E", 48.01583, 37.80283, 0.05),
        ("31U DQ 48251 11932", 48.8582, 2.2945, 0.05),
        ("18TWL8395907350", 40.7128, -74.0060, 0.05),
        ("UTM 37N 410512 5318904", 48.0172, 37.7999, 0.1),
    ],
)
def test_coordinates_are_where_they_say(
    text: str, lat: float, lon: float, within_km: float
) -> None:
    (point,) = find_coordinates(text)
    assert distance_km(point.region.lon, point.region.lat, lon, lat) <= within_km


@pytest.mark.parametrize(
    "text",
    [
        "5.25 or 7.35 km",
        "12.55, 13.45 per cent",
        "95.123, 37.802",
        "48°70′N 37°10′E",
        "37U IO 12 34",
    ],
)
def test_numbers_that_are_no_coordinates(text: str) -> None:
    assert find_coordinates(text) == []


def test_a_place_without_a_name_has_its_region_and_no_candidates() -> None:
    first, second = find_places("at 48.0159, 37.8028 near Donetsk")
    assert (first.text, first.candidates, first.chosen) == ("48.0159, 37.8028", (), None)
    assert first.region is not None
    assert second.text == "Donetsk"


@settings(deadline=None, max_examples=40)
@given(st.floats(-79, 83), st.integers(1, 60), st.floats(-2.9, 2.9))
def test_the_grid_agrees_with_proj(lat: float, zone: int, off: float) -> None:
    pyproj = pytest.importorskip("pyproj")
    lon = zone * 6 - 183 + off
    south = lat < 0
    epsg = (32700 if south else 32600) + zone
    to_utm = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    east, north = to_utm.transform(lon, lat)
    back = from_utm(zone, east, north, south=south)
    assert distance_km(back[1], back[0], lon, lat) < 0.001


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="0123456789.,°′″'NSEW37UDP \n-", max_size=200))
def test_any_text_gives_points_of_the_globe_in_order(text: str) -> None:
    found = find_coordinates(text)
    assert all(abs(p.region.lat) <= 90 and abs(p.region.lon) <= 360 for p in found)
    assert [p.start for p in found] == sorted(p.start for p in found)
