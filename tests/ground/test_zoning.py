"""Points in zones, against the plain answer."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.zoning import inside, points_in_zones

DEGREES = st.floats(-20, 20, allow_nan=False).map(lambda value: round(value, 3))
BOX = st.tuples(DEGREES, DEGREES, st.floats(0.1, 15), st.floats(0.1, 15))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(DEGREES, DEGREES), max_size=40), st.lists(BOX, max_size=6))
def test_the_pairs_are_those_of_one_by_one(
    points: list[tuple[float, float]], boxes: list[tuple[float, float, float, float]]
) -> None:
    zones = [shapely.Polygon([(x, y), (x + w, y), (x + w / 2, y + h)]) for x, y, w, h in boxes]
    lon = np.array([x for x, _ in points], dtype=np.float64)
    lat = np.array([y for _, y in points], dtype=np.float64)
    found = set(zip(*(part.tolist() for part in points_in_zones(lon, lat, zones)), strict=True))
    expected = {
        (i, z)
        for i, point in enumerate(points)
        for z, zone in enumerate(zones)
        if zone.contains(shapely.Point(point))
    }
    assert found == expected


def test_a_hole_is_outside() -> None:
    ring = shapely.Polygon(
        [(0, 0), (9, 0), (9, 9), (0, 9)], holes=[[(3, 3), (6, 3), (6, 6), (3, 6)]]
    )
    points, zones = points_in_zones(np.array([4.5, 1.0]), np.array([4.5, 1.0]), [ring])
    assert (points.tolist(), zones.tolist()) == ([1], [0])


def test_of_one_zone_every_point_is_told_and_a_gap_is_outside() -> None:
    square = shapely.box(0, 0, 2, 2)
    lon, lat = np.array([1.0, 2.0, 3.0, np.nan, 1.0]), np.array([1.0, 1.0, 1.0, 1.0, np.nan])
    assert inside(lon, lat, square).tolist() == [True, False, False, False, False]
