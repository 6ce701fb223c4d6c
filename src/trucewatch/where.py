"""Places as regions: geodesic kilometres, bearings in words, and cells for finding neighbours.

All distances are on the WGS 84 ellipsoid (pyproj.Geod); longitudes and latitudes in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import Geod

POINTS_16 = (
    *("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE"),
    *("S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
)
# The shortest degree of latitude on WGS 84 (at the equator), so that bands are never too thin.
KM_PER_DEGREE_MIN = 110.574
KM_PER_DEGREE_EQUATOR = 111.320


class WherePrecision(StrEnum):
    """How exactly a place is known; the region's radius holds the kilometres."""

    EXACT = "exact"
    SETTLEMENT = "settlement"
    RAION = "raion"
    OBLAST = "oblast"
    COUNTRY = "country"
    LINE = "line"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Region:
    """Where something was: a centre with a radius, or a polygon in WKT around that centre."""

    lon: float
    lat: float
    radius_km: float = 0.0
    polygon_wkt: str | None = None
    precision: WherePrecision = WherePrecision.EXACT

    def __post_init__(self) -> None:
        check_lonlat(self.lon, self.lat)
        if not (math.isfinite(self.radius_km) and self.radius_km >= 0):
            raise ValueError(f"radius_km is {self.radius_km}; it must be finite and not negative")


def check_lonlat(lon: float, lat: float) -> None:
    """Raise ValueError unless -180 <= lon <= 180 and -90 <= lat <= 90."""
    if not (-180 <= lon <= 180):
        raise ValueError(f"longitude {lon} is outside -180..180")
    if not (-90 <= lat <= 90):
        raise ValueError(f"latitude {lat} is outside -90..90")


@cache
def geodesic() -> Geod:
    """Return the WGS 84 geodesic engine; pyproj is imported on first use."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def distance_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the geodesic distance between two points in kilometres."""
    return float(geodesic().inv(lon1, lat1, lon2, lat2)[2]) / 1000


def bearing_deg(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the initial bearing from the first point to the second, 0 <= degrees < 360."""
    return float(geodesic().inv(lon1, lat1, lon2, lat2)[0]) % 360


def destination(lon: float, lat: float, bearing: float, range_km: float) -> tuple[float, float]:
    """Return (lon, lat) reached from a point along a bearing after range_km."""
    end_lon, end_lat, _ = geodesic().fwd(lon, lat, bearing, range_km * 1000)
    return float(end_lon), float(end_lat)


def bearing_word(degrees: float) -> str:
    """Return the 16-point compass word of a bearing: 0 is N, 22.5 is NNE."""
    return POINTS_16[round(degrees % 360 / 22.5) % 16]


def bearing_from_word(word: str) -> float:
    """Return the degrees of a 16-point compass word; raises ValueError for another word."""
    return POINTS_16.index(word.strip().upper()) * 22.5


def region_from_observer(
    lon: float, lat: float, bearing: float, range_low_km: float, range_high_km: float
) -> Region:
    """Return the region that an observer means by 'R1-R2 km towards a 16-point bearing'.

    The centre lies half-way out; the radius covers half the range span and the 11.25 degrees
    to either side that a 16-point word leaves open.
    """
    middle_km = (range_low_km + range_high_km) / 2
    along_km = (range_high_km - range_low_km) / 2
    across_km = range_high_km * math.sin(math.radians(11.25))
    there = destination(lon, lat, bearing, middle_km)
    return Region(*there, radius_km=math.hypot(along_km, across_km))


def gap_km(first: Region, second: Region) -> float:
    """Return the kilometres between the rims of two round regions; 0 where they meet."""
    apart = distance_km(first.lon, first.lat, second.lon, second.lat)
    return max(0.0, apart - first.radius_km - second.radius_km)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of at least `size_km` a side at every latitude, for blocking.

    The globe is cut into latitude bands; each band has as many cells round as its *narrowest*
    parallel allows. Any two points within size_km lie in the same cell or in neighbours.
    """

    size_km: float

    @property
    def bands(self) -> int:
        """Number of latitude bands."""
        return max(1, int(180 * KM_PER_DEGREE_MIN / self.size_km))

    def columns(self, band: int) -> int:
        """Number of cells round one band; 1 next to the poles."""
        step = 180 / self.bands
        widest = max(abs(band * step - 90), abs((band + 1) * step - 90))
        around_km = 360 * KM_PER_DEGREE_EQUATOR * math.cos(math.radians(min(90.0, widest)))
        return max(1, int(around_km / self.size_km))

    def cell(self, lon: float, lat: float) -> tuple[int, int]:
        """Return (band, column) of a point."""
        band = min(self.bands - 1, int((lat + 90) / 180 * self.bands))
        columns = self.columns(band)
        return band, int(((lon + 180) % 360) / 360 * columns) % columns

    def neighbours(self, cell: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Yield the cell itself and every cell that may hold a point within size_km of it."""
        band, column = cell
        for other in range(max(0, band - 1), min(self.bands, band + 2)):
            yield from ((other, c) for c in self._columns_beside(band, column, other))

    def _columns_beside(self, band: int, column: int, other: int) -> set[int]:
        here, there = self.columns(band), self.columns(other)
        reach = max(1 / here, 1 / there)
        low, high = column / here - reach, (column + 1) / here + reach
        if high - low >= 1:
            return set(range(there))
        first, last = math.floor(low * there), math.floor(high * there)
        return {c % there for c in range(first, last + 1)}
