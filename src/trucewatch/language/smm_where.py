"""The region of a happening from the observer's position, its range and its bearings."""

from __future__ import annotations

import math
from dataclasses import replace

from trucewatch.language.smm_range import Where
from trucewatch.language.smm_scene import Scene
from trucewatch.model import Observation
from trucewatch.where import Region, distance_km, region_from_observer

# Without a range, how far monitors hear and see: reports rarely give more than 15 km.
UNKNOWN_RANGE_KM = 15.0


def located(seen: Observation, scene: Scene, where: Where | None) -> Observation:
    """Return an observation with its region: from range and bearing, else around the position."""
    here = scene.region
    seen = replace(seen, place_name=scene.place_name, place_id=scene.place_id)
    if where is not None:
        seen = replace(
            seen, range_low_km=where.low_km, range_high_km=where.high_km,
            bearing_deg=middle_bearing(where.bearings),
        )  # fmt: skip
    if here is None:
        return seen
    seen = replace(seen, observer_lon=here.lon, observer_lat=here.lat)
    region = _region(here, where)
    return replace(
        seen, lon=region.lon, lat=region.lat, radius_km=round(region.radius_km, 3),
        where_precision=scene.precision,
    )  # fmt: skip


def _region(here: Region, where: Where | None) -> Region:
    if where is None or (where.high_km is None and not where.bearings):
        spread = here.radius_km if where is None else max(here.radius_km, UNKNOWN_RANGE_KM)
        return replace(here, radius_km=spread)
    low = where.low_km or 0.0
    high = UNKNOWN_RANGE_KM if where.high_km is None else where.high_km
    if not where.bearings:
        return replace(here, radius_km=here.radius_km + high)
    parts = [region_from_observer(here.lon, here.lat, b, low, high) for b in where.bearings]
    return enclosing(parts, here.radius_km)


def enclosing(parts: list[Region], doubt_km: float) -> Region:
    """Return one round region that holds several, widened by the doubt about the position."""
    lon = sum(p.lon for p in parts) / len(parts)
    lat = sum(p.lat for p in parts) / len(parts)
    reach = max(distance_km(lon, lat, p.lon, p.lat) + p.radius_km for p in parts)
    return Region(lon, lat, radius_km=reach + doubt_km)


def middle_bearing(bearings: tuple[float, ...]) -> float | None:
    """Return the middle of bearings that span at most half the compass, else None."""
    if not bearings:
        return None
    east = sum(math.sin(math.radians(b)) for b in bearings)
    north = sum(math.cos(math.radians(b)) for b in bearings)
    if math.hypot(east, north) < 1e-6:
        return None
    return round(math.degrees(math.atan2(east, north)) % 360, 2)
