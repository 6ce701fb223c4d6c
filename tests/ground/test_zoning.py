"""Points in zones, against the plain answer."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.where import Region, distance_km
from trucewatch.zoning import inside, points_in_zones, region_of

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


def region(lon: float, lat: float, size: float, drawn: bool) -> Region:
    box = shapely.box(lon - size / 90, lat - size / 111, lon + size / 90, lat + size / 111)
    return Region(lon, lat, size, shapely.to_wkt(box, rounding_precision=-1) if drawn else None)


# Centres on a coarse grid, so that ties and overlaps are the rule.
GRID = st.integers(-4, 4).map(lambda n: n / 4)
REGIONS = st.lists(
    st.builds(
        region, GRID, GRID.map(lambda d: d + 48), st.sampled_from([20.0, 60, 120]), st.booleans()
    ),
    max_size=5,
)
POINTS = st.lists(st.tuples(GRID, GRID.map(lambda d: d + 48)), max_size=20)


@settings(deadline=None, max_examples=60)
@given(POINTS, REGIONS)
def test_a_point_lies_in_the_nearest_region_and_of_equals_in_the_first(
    points: list[tuple[float, float]], regions: list[Region]
) -> None:
    def holds(one: Region, x: float, y: float) -> bool:
        if one.polygon_wkt:
            return bool(shapely.from_wkt(one.polygon_wkt).intersects(shapely.Point(x, y)))
        return distance_km(x, y, one.lon, one.lat) <= one.radius_km

    expected = [
        min(
            (n for n, one in enumerate(regions) if holds(one, x, y)),
            key=lambda n: (round(distance_km(x, y, regions[n].lon, regions[n].lat) * 1000, 3), n),
            default=-1,
        )
        for x, y in points
    ]
    lon, lat = np.array(points, dtype=np.float64).reshape(-1, 2).T
    assert region_of(lon, lat, regions).tolist() == expected


def test_midway_the_first_named_has_it_and_a_gap_none() -> None:
    west, east = Region(37.0, 48.0, 90.0), Region(39.0, 48.0, 90.0)
    lon, lat = np.array([38.0, np.nan, 50.0]), np.array([48.0, 48.0, 48.0])
    for regions in ([west, east], [east, west]):
        assert region_of(lon, lat, regions).tolist() == [0, -1, -1]
    # At this latitude a degree of longitude is far shorter: degrees alone would say the north.
    north, aside = Region(38.0, 48.9, 200.0), Region(39.1, 48.0, 200.0)
    assert region_of(lon[:1], lat[:1], [north, aside]).tolist() == [1]
