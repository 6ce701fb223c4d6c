"""Places that a case names by a line or a zone: so many kilometres from it, or inside it."""

from __future__ import annotations

import numpy as np

from trucewatch.agreements.agreement import Agreement, Line
from trucewatch.agreements.geometry import Places, densified, signed_distance_km
from trucewatch.where import destination, geodesic


def point_at(line: Line, km: float, side: str | None) -> tuple[float, float]:
    """Return a place exactly km from a line, on the side of a party (left where None).

    Tries points along the line until the place's nearest point of the line is km away; raises
    ValueError where the line is too bent for such a place.
    """
    sign = -1.0 if side is not None and side == line.right else 1.0
    points = densified(line.points)
    order = sorted(range(len(points) - 1), key=lambda i: abs(i - len(points) / 2))
    for index in order:
        (lon1, lat1), (lon2, lat2) = points[index], points[index + 1]
        azimuth, _, length = geodesic().inv(lon1, lat1, lon2, lat2)
        foot = destination(lon1, lat1, azimuth, length / 2000)
        found = _walked(line, foot, azimuth - 90 * sign, km * sign)
        if found is not None:
            return found
    raise ValueError(f"no place {km} km from the line {line.id!r} on that side")


def _walked(
    line: Line, foot: tuple[float, float], bearing: float, signed_km: float
) -> tuple[float, float] | None:
    out_km = km = abs(signed_km)
    for _ in range(20):
        lon, lat = destination(*foot, bearing, out_km)
        here = Places(np.array([lon]), np.array([lat]), np.zeros(1))
        distance = float(signed_distance_km(line, here)[0])
        if abs(distance - signed_km) < 1e-6:
            return lon, lat
        out_km += km - abs(distance)
        if not 0 <= out_km < 3 * km + 1:
            return None
    return None


def inside_of(agreement: Agreement, zone_id: str) -> tuple[float, float]:
    """Return a place inside a zone."""
    zone = agreement.zones[zone_id]
    if zone.line is not None:
        return point_at(agreement.lines[zone.line], (zone.from_km + zone.km) / 2, None)
    if zone.circles:
        return zone.circles[0][0], zone.circles[0][1]
    from shapely.geometry import Polygon

    point = Polygon(zone.polygons[0]).representative_point()
    return float(point.x), float(point.y)
