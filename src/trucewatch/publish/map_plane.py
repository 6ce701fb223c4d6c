"""The plane of a map: places onto pixels, degrees along its edges, its scale and its north."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from trucewatch import drawing as d
from trucewatch.drawing import Point
from trucewatch.publish.towns import Bounds
from trucewatch.where import KM_PER_DEGREE_EQUATOR

MARGIN = 18.0
BAR_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
DEGREE_STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0)
LEAST_KM = 5.0
# A map is no taller than it is wide, and no flatter than this share of it.
FLATTEST = 0.55


@dataclass(frozen=True, slots=True)
class Plane:
    """Pixels around a middle: equirectangular, true along its middle parallel."""

    lon: float
    lat: float
    px_per_km: float
    width: float
    height: float

    @classmethod
    def over(cls, bounds: Bounds, width: float) -> Plane:
        """Fit degrees into a width; the height follows what is shown."""
        west, south, east, north = bounds
        middle = (south + north) / 2
        squeeze = max(0.05, math.cos(math.radians(middle)))
        wide_km = max(LEAST_KM, (east - west) * KM_PER_DEGREE_EQUATOR * squeeze)
        high_km = max(LEAST_KM, (north - south) * KM_PER_DEGREE_EQUATOR)
        room = width - 4 * MARGIN
        high = min(max(high_km * room / wide_km, FLATTEST * room), room)
        scale = min(room / wide_km, high / high_km)
        return cls((west + east) / 2, middle, scale, width, high + 4 * MARGIN)

    def xy(self, lon: float, lat: float) -> Point:
        """Return the pixel of a place; longitudes are taken the short way round."""
        east = (lon - self.lon + 180) % 360 - 180
        km_x = east * KM_PER_DEGREE_EQUATOR * math.cos(math.radians(self.lat))
        km_y = (lat - self.lat) * KM_PER_DEGREE_EQUATOR
        return self.width / 2 + km_x * self.px_per_km, self.height / 2 - km_y * self.px_per_km

    def shows(self, point: Point) -> bool:
        """Whether a pixel lies within the map's edges."""
        inside_x = MARGIN <= point[0] <= self.width - MARGIN
        return inside_x and MARGIN <= point[1] <= self.height - MARGIN

    def path(self, wkt: str) -> str:
        """Return the outline of lines and areas as SVG path data, to half a pixel."""
        from shapely import from_wkt, get_parts, get_rings, simplify

        # Finer than half a pixel nobody sees, and a coastline would swell the report.
        shape = simplify(from_wkt(wkt), 0.5 / (self.px_per_km * KM_PER_DEGREE_EQUATOR))
        lines: list[Any] = []
        for part in get_parts(shape):
            is_area = part.geom_type == "Polygon"
            lines += [(ring, "Z") for ring in get_rings(part)] if is_area else [(part, "")]
        return "".join(self._run(line.coords) + end for line, end in lines)

    def _run(self, coords: Iterable[Any]) -> str:
        points = [self.xy(lon, lat) for lon, lat, *_ in coords]
        return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def graticule(plane: Plane) -> Iterator[str]:
    """Return meridians and parallels with their degrees along the edges."""
    left, right, top, bottom = MARGIN, plane.width - MARGIN, MARGIN, plane.height - MARGIN
    per_lat = KM_PER_DEGREE_EQUATOR * plane.px_per_km
    per_lon = per_lat * math.cos(math.radians(plane.lat))
    for lon in _steps(plane.lon, (right - left) / 2 / per_lon, right - left, 110):
        x = plane.xy(lon, plane.lat)[0]
        yield d.line([(x, top), (x, bottom)], "rule", width=0.8)
        yield d.words((x, bottom + 13), _degrees((lon + 180) % 360 - 180, "EW"), fill="soft",
                      anchor="middle", size=10.5)  # fmt: skip
    for lat in _steps(plane.lat, (bottom - top) / 2 / per_lat, bottom - top, 80):
        if abs(lat) < 90:
            y = plane.xy(plane.lon, lat)[1]
            yield d.line([(left, y), (right, y)], "rule", width=0.8)
            name = d.words((0, 0), _degrees(lat, "NS"), fill="soft", anchor="middle", size=10.5)
            yield f'<g transform="translate({left - 5:.1f},{y:.1f}) rotate(-90)">{name}</g>'
    yield d.line([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)],
                 "soft", width=1)  # fmt: skip


def _steps(middle: float, reach: float, length_px: float, apart_px: float) -> list[float]:
    most = max(1.0, length_px / apart_px)
    reach = min(reach, 180.0)
    step = next((s for s in DEGREE_STEPS if 2 * reach / s <= most), DEGREE_STEPS[-1])
    first = math.ceil((middle - reach) / step)
    return [n * step for n in range(first, math.floor((middle + reach) / step) + 1)]


def _degrees(value: float, sides: str) -> str:
    side = sides[0] if value > 0 else sides[1] if value < 0 else ""
    return f"{abs(value):.2f}".rstrip("0").rstrip(".") + f"\u00b0{side}"


def scale_bar(plane: Plane) -> str:
    """Return a bar of round kilometres at the lower left."""
    fitting = [km for km in BAR_STEPS_KM if km * plane.px_per_km <= plane.width / 4]
    length_km = fitting[-1] if fitting else BAR_STEPS_KM[0]
    x, y = MARGIN + 10, plane.height - MARGIN - 10
    end = x + length_km * plane.px_per_km
    bar = d.line([(x, y - 5), (x, y), (end, y), (end, y - 5)], "ink", width=1.5)
    return bar + d.words((end + 5, y), f"{length_km} km", size=10.5)


def north(plane: Plane) -> str:
    """Return an arrow to the north with its letter, at the upper right."""
    x, y = plane.width - MARGIN - 14, MARGIN + 10
    arrow = d.line([(x, y + 26), (x, y), (x - 5, y + 9)], "ink", width=1.5)
    return arrow + d.line([(x, y), (x + 5, y + 9)], "ink", width=1.5) + d.words(
        (x, y + 39), "N", anchor="middle", size=10.5, weight=600
    )  # fmt: skip
