"""Which points lie in which zones: many points, many polygons, no index to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray


def points_in_zones(
    lon: NDArray[np.float64], lat: NDArray[np.float64], zones: Sequence[shapely.Geometry]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (point, zone) index pairs for every point inside a zone, ordered by zone.

    lon, lat: degrees, one entry a point. A point in two zones stands twice, one in none not at
    all; a point on a rim lies outside. Zones do not cross the antimeridian: cut one that does.
    """
    import numpy as np
    import shapely

    by_lat = np.argsort(lat, kind="stable")
    sorted_lon, sorted_lat = lon[by_lat], lat[by_lat]
    points: list[NDArray[np.int64]] = []
    counts = []
    for zone in zones:
        west, south, east, north = shapely.bounds(zone)
        # Only a band of the sorted points can lie inside; prepared geometry does the rest.
        first, last = np.searchsorted(sorted_lat, [south, north], side="left")
        band = slice(int(first), int(last))
        near = np.flatnonzero((sorted_lon[band] > west) & (sorted_lon[band] < east)) + band.start
        shapely.prepare(zone)
        inside = near[shapely.contains_xy(zone, sorted_lon[near], sorted_lat[near])]
        points.append(by_lat[inside])
        counts.append(len(inside))
    found = np.concatenate(points) if points else np.empty(0, dtype=np.int64)
    return found, np.repeat(np.arange(len(zones), dtype=np.int32), counts)


def inside(
    lon: NDArray[np.float64], lat: NDArray[np.float64], zone: shapely.Geometry
) -> NDArray[np.bool_]:
    """Return for every point whether it lies inside one zone; rims and gaps (NaN) are outside."""
    import numpy as np

    found = np.zeros(len(lon), dtype=np.bool_)
    found[points_in_zones(lon, lat, [zone])[0]] = True
    return found
