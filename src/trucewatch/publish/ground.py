"""What the map stands on: lines in force on the day, and towns to find one's way by."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from trucewatch.errors import ConfigError
from trucewatch.mission import FILE
from trucewatch.publish.facts import MapLine, RegionShape, Town
from trucewatch.publish.placing import lines_of
from trucewatch.publish.rows import clean
from trucewatch.publish.towns import Bounds, towns_within
from trucewatch.publish.window import Window
from trucewatch.when import instant
from trucewatch.where import KM_PER_DEGREE_EQUATOR

TOWNS_MAX, LINES_MAX, POINTS_MAX = 40, 20, 5_000


def lines_on(window: Window) -> tuple[MapLine, ...]:
    """Return the lines that mission.yaml gives the map; where it gives none, the agreements'.

    Lines of agreements are for the mission itself: only what mission.yaml names is published.
    """
    given = lines_of(window.mission)
    if given:
        return given
    rows = window.rows("agreements_told")
    found = (line for row in rows for line in _agreed(row["text"], window.head.period.end_utc))
    return tuple(line for _, line in zip(range(LINES_MAX), found, strict=False))


def _agreed(text: str | None, day_utc: datetime) -> Iterator[MapLine]:
    try:
        rows = json.loads(text or "{}").get("lines", [])
    except (ValueError, AttributeError):
        return
    for row in rows if isinstance(rows, list) else []:
        points = list(_points(row))
        if 2 <= len(points) <= POINTS_MAX and _in_force(row, day_utc):
            claimants = tuple(str(clean(c)) for c in row.get("claimants", ()))
            yield MapLine(
                name=clean(str(row.get("name", "line"))), claimants=claimants,
                wkt=f"LINESTRING ({', '.join(f'{x} {y}' for x, y in points)})",
                status="disputed" if claimants else "contact", is_published=False,
            )  # fmt: skip


def _points(row: Any) -> Iterator[tuple[float, float]]:
    """The vertices of a line entry, its sectors joined; what is no point is passed over."""
    if not isinstance(row, dict):
        return
    for part in row.get("sectors") or [row]:
        for point in part.get("points", ()) if isinstance(part, dict) else ():
            at = point.get("at") if isinstance(point, dict) else None
            if isinstance(at, list) and len(at) == 2 and all(_is_degree(v) for v in at):
                yield float(at[0]), float(at[1])


def _is_degree(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) <= 360


def _in_force(row: Mapping[str, Any], day_utc: datetime) -> bool:
    span = row.get("in_force") or {}
    try:
        begins, ends = (instant(span[k]) if span.get(k) else None for k in ("from", "to"))
    except (ValueError, TypeError, AttributeError):
        return True
    return (begins is None or begins <= day_utc) and (ends is None or day_utc < ends)


def towns_on(window: Window, regions: Iterable[RegionShape]) -> tuple[Town, ...]:
    """Return the mission's own places for the map (options.publish.places), then the largest
    towns within its regions' bounds.

    Raises ConfigError for a place that is not {name, lon, lat}.
    """
    bounds = bounds_of(regions)
    own = tuple(map(_own(window), window.mission.options.get("publish", {}).get("places", [])))
    return own + (towns_within(bounds, TOWNS_MAX) if bounds else ())


def _own(window: Window) -> Any:
    def read(row: Any) -> Town:
        try:
            town = Town(name=clean(str(row["name"])), lon=float(row["lon"]), lat=float(row["lat"]))
            if not (abs(town.lon) <= 180 and abs(town.lat) <= 90):
                raise ValueError("degrees")
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError.at(
                window.mission.root / FILE, None, found=f"options.publish.places: {row!r}",
                expected="{name, lon, lat} in degrees", mend="Complete the entry.",
            ) from error  # fmt: skip
        return town

    return read


def bounds_of(regions: Iterable[RegionShape]) -> Bounds | None:
    """Return west, south, east, north around regions; east may pass 180. None without regions."""
    found = [extent_of(region) for region in regions]
    if not found:
        return None
    first = (found[0][0] + found[0][2]) / 2

    def near(lon: float) -> float:
        return first + (lon - first + 180) % 360 - 180

    east = [near(lon) for box in found for lon in (box[0], box[2])]
    return min(east), min(b[1] for b in found), max(east), max(b[3] for b in found)


def extent_of(region: RegionShape) -> Bounds:
    """Return west, south, east, north of a region: of its polygon, else of its circle."""
    if region.polygon_wkt:
        from shapely import from_wkt

        west, south, east, north = from_wkt(region.polygon_wkt).bounds
        return west, south, east, north
    lat_reach = region.radius_km / KM_PER_DEGREE_EQUATOR
    lon_reach = lat_reach / max(0.05, math.cos(math.radians(region.lat)))
    return (region.lon - lon_reach, region.lat - lat_reach,
            region.lon + lon_reach, region.lat + lat_reach)  # fmt: skip
