"""Which points lie in which zones: many points, many polygons, no index to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trucewatch.where import Region, geodesic

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray

# A place known no better than this is put where its name says, if that is a region's.
WIDE_KM = 10.0
# The ellipsoid and the sphere differ by up to 0.6%.
SPHERE_KM, SPHERE_OFF = 6371.0088, 0.01


def points_in_zones(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    zones: Sequence[shapely.Geometry],
    *,
    with_rim: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (point, zone) index pairs for every point inside a zone, ordered by zone.

    lon, lat: degrees, one entry a point. A point in two zones stands twice, one in none not at
    all; a point on a rim lies outside, unless with_rim. Zones do not cross the antimeridian: cut
    one that does.
    """
    import numpy as np
    import shapely

    if not len(zones):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int32)
    by_lat = np.argsort(lat, kind="stable")
    sorted_lon, sorted_lat = lon[by_lat], lat[by_lat]
    points: list[NDArray[np.int64]] = []
    counts = []
    holds = shapely.intersects_xy if with_rim else shapely.contains_xy
    for zone in zones:
        west, south, east, north = shapely.bounds(zone)
        # Only a band of the sorted points can lie inside; prepared geometry does the rest.
        first = np.searchsorted(sorted_lat, south, side="left")
        band = slice(int(first), int(np.searchsorted(sorted_lat, north, side="right")))
        near = np.flatnonzero((sorted_lon[band] >= west) & (sorted_lon[band] <= east)) + band.start
        shapely.prepare(zone)
        inside = near[holds(zone, sorted_lon[near], sorted_lat[near])]
        points.append(by_lat[inside])
        counts.append(len(inside))
    found = np.concatenate(points) if points else np.empty(0, dtype=np.int64)
    return found, np.repeat(np.arange(len(zones), dtype=np.int32), counts)


def region_of(
    lon: NDArray[np.float64], lat: NDArray[np.float64], regions: Sequence[Region]
) -> NDArray[np.int32]:
    """Return for every point the number of its region, -1 where no region holds it.

    lon, lat: degrees; gaps (NaN) lie in none. Rims belong to a region. Of several regions that hold
    a point it is the one whose centre is nearest (geodesic, to the millimetre); of equally near
    ones the first in the order given.
    """
    import numpy as np

    out = np.full(len(lon), -1, dtype=np.int32)
    held = _held(lon, lat, regions)
    times = np.zeros(len(lon), dtype=np.int32)
    for rows in held:
        times[rows] += 1
    best = np.full(len(lon), np.inf)
    for number, (region, rows) in enumerate(zip(regions, held, strict=True)):
        out[rows[times[rows] == 1]] = number
        several = rows[times[rows] > 1]
        away = np.round(_metres(lon[several], lat[several], region), 3)
        closer = away < best[several]
        out[several[closer]] = number
        best[several[closer]] = away[closer]
    return out


def _held(
    lon: NDArray[np.float64], lat: NDArray[np.float64], regions: Sequence[Region]
) -> list[NDArray[np.int64]]:
    """Return the points that each region holds, drawn or round, its rim included."""
    import numpy as np
    import shapely

    drawn = [n for n, region in enumerate(regions) if region.polygon_wkt]
    point, zone = points_in_zones(
        lon, lat, [shapely.from_wkt(regions[n].polygon_wkt) for n in drawn], with_rim=True
    )
    of = {n: point[zone == k] for k, n in enumerate(drawn)}
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    return [
        of[n] if n in of else known[_in_circle(lon[known], lat[known], region)]
        for n, region in enumerate(regions)
    ]


def _in_circle(
    lon: NDArray[np.float64], lat: NDArray[np.float64], region: Region
) -> NDArray[np.int64]:
    """Return the points within a round region."""
    import numpy as np

    tall = region.radius_km / 110.0
    cosine = np.cos(np.radians(min(89.0, abs(region.lat) + tall)))
    wide = region.radius_km / max(1.0, 110.0 * cosine)
    aside = np.abs((lon - region.lon + 180) % 360 - 180)
    near = np.flatnonzero((np.abs(lat - region.lat) <= tall) & (aside <= wide))
    about = _sphere_km(lon[near], lat[near], region)
    holds = about <= region.radius_km
    # Only near the rim is the ellipsoid asked.
    doubt = np.abs(about - region.radius_km) <= SPHERE_OFF * region.radius_km + 1e-6
    rim = np.flatnonzero(doubt)
    metres = _metres(lon[near[rim]], lat[near[rim]], region)
    holds[rim] = metres / 1000 <= region.radius_km
    return near[holds]


def _metres(
    lon: NDArray[np.float64], lat: NDArray[np.float64], region: Region
) -> NDArray[np.float64]:
    import numpy as np

    centre = np.full(len(lon), region.lon), np.full(len(lon), region.lat)
    return np.asarray(geodesic().inv(lon, lat, *centre)[2], dtype=np.float64)


def _sphere_km(
    lon: NDArray[np.float64], lat: NDArray[np.float64], region: Region
) -> NDArray[np.float64]:
    import numpy as np

    south, north = np.radians(region.lat), np.radians(lat)
    half_lat, half_lon = (north - south) / 2, np.radians(lon - region.lon) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(south) * np.cos(north) * np.sin(half_lon) ** 2
    return np.asarray(2 * SPHERE_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def inside(
    lon: NDArray[np.float64], lat: NDArray[np.float64], zone: shapely.Geometry
) -> NDArray[np.bool_]:
    """Return for every point whether it lies inside one zone; rims and gaps (NaN) are outside."""
    import numpy as np

    found = np.zeros(len(lon), dtype=np.bool_)
    found[points_in_zones(lon, lat, [zone])[0]] = True
    return found
