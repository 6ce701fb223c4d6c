"""Equal-area sample points of a zone: the same points on every machine and every run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.where import Region
from trucewatch.zoning import inside

Floats = NDArray[np.float64]

# Radius of the sphere with the area of WGS 84, so that areas come out right.
AUTHALIC_KM = 6371.0072
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
WKT_MAX = 500_000


@dataclass(frozen=True, slots=True)
class Lattice:
    """Points that each stand for the same area. lon, lat: degrees, sorted by lat."""

    lon: Floats
    lat: Floats
    cell_km2: float

    @property
    def spacing_km(self) -> float:
        """Side of the square that one point stands for."""
        return math.sqrt(self.cell_km2)


def lattice(region: Region, points: int) -> Lattice:
    """Return about `points` equal-area points of a round region or a polygon.

    A region without extent is one point of area 0. Raises ValueError for a polygon that is
    not valid WKT of a (multi)polygon or holds no area.
    """
    if points < 1:
        raise ValueError(f"points is {points}; it must be 1 or more")
    if region.polygon_wkt:
        return _in_polygon(read_polygon(region.polygon_wkt), points)
    if region.radius_km <= 0:
        return Lattice(np.array([region.lon]), np.array([region.lat]), 0.0)
    return _in_disc(region, points)


def read_polygon(wkt: str) -> Any:
    """Return the shapely geometry of a (multi)polygon; raises ValueError for anything else."""
    import shapely

    if len(wkt) > WKT_MAX:
        raise ValueError(f"a polygon of {len(wkt)} characters; at most {WKT_MAX}")
    try:
        shape = shapely.from_wkt(wkt)
    except shapely.errors.GEOSException as error:
        raise ValueError(f"no polygon in WKT: {wkt[:60]!r}") from error
    if shape.geom_type not in ("Polygon", "MultiPolygon") or not shape.is_valid or shape.is_empty:
        raise ValueError(f"not a valid polygon: {wkt[:60]!r}")
    return shape


def _in_disc(region: Region, points: int) -> Lattice:
    """Sunflower points: equal steps in area, so cos(distance) falls in equal steps."""
    step = np.arange(points) + 0.5
    rim = 1 - math.cos(min(region.radius_km / AUTHALIC_KM, math.pi))
    away = np.arccos(1 - rim * step / points)
    lon, lat = offset(region.lon, region.lat, GOLDEN_ANGLE * np.arange(points), away)
    return _sorted(lon, lat, 2 * math.pi * AUTHALIC_KM**2 * rim / points)


def offset(lon: float, lat: float, bearing: Any, away: Any) -> tuple[Floats, Floats]:
    """Return points at a bearing (radians) and angular distance (radians) on the sphere."""
    phi = math.radians(lat)
    sine = np.sin(phi) * np.cos(away) + np.cos(phi) * np.sin(away) * np.cos(bearing)
    there = np.arcsin(np.clip(sine, -1, 1))
    turn = np.arctan2(
        np.sin(bearing) * np.sin(away) * np.cos(phi), np.cos(away) - np.sin(phi) * sine
    )
    east = np.mod(math.radians(lon) + turn + np.pi, 2 * np.pi) - np.pi
    return np.degrees(east), np.degrees(there)


def _in_polygon(shape: Any, points: int) -> Lattice:
    """Rows equal in sin(lat), columns equal in lon: Lambert's cylinder keeps areas."""
    west, south, east, north = shape.bounds
    low, high = math.sin(math.radians(south)), math.sin(math.radians(north))
    width = math.radians(east - west)
    box_km2 = AUTHALIC_KM**2 * width * (high - low)
    share = max(shape.area / max((east - west) * (north - south), 1e-12), 1e-3)
    wanted = max(4, round(points / share))
    middle = math.cos(math.radians((south + north) / 2))
    aspect = width * middle / max((high - low) / max(middle, 1e-6), 1e-12)
    rows = max(2, round(math.sqrt(wanted / max(aspect, 1e-6))))
    columns = max(2, round(wanted / rows))
    x = west + (east - west) * (np.arange(columns) + 0.5) / columns
    y = np.degrees(np.arcsin(low + (high - low) * (np.arange(rows) + 0.5) / rows))
    lon, lat = (axis.ravel() for axis in np.meshgrid(x, y))
    within = inside(lon, lat, shape)
    if not within.any():
        point = shape.representative_point()
        return Lattice(np.array([point.x]), np.array([point.y]), box_km2 * share)
    return _sorted(lon[within], lat[within], box_km2 / (rows * columns))


def _sorted(lon: Floats, lat: Floats, cell_km2: float) -> Lattice:
    order = np.argsort(lat, kind="stable")
    return Lattice(np.ascontiguousarray(lon[order]), np.ascontiguousarray(lat[order]), cell_km2)
