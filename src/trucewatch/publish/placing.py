"""Which region of the mission a name or a point belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trucewatch.errors import ConfigError
from trucewatch.mission import FILE, Mission, NamedRegion
from trucewatch.publish.facts import MapLine, RegionShape
from trucewatch.publish.figures import EVERYWHERE
from trucewatch.publish.rows import clean
from trucewatch.zoning import WIDE_KM, region_of

# lon, lat (degrees), radius_km and name of a place, each None where it is not known.
Place = tuple[float | None, float | None, float | None, str | None]


class Placer:
    """Finds the region of a name (exact or alias) or of a point (zoning.region_of)."""

    def __init__(self, regions: Iterable[NamedRegion]) -> None:
        self._regions = tuple(regions)
        self._names = {
            name.strip().casefold(): r
            for r in reversed(self._regions)
            for name in (r.id, r.name, *r.aliases)
        }

    def named(self, *names: str | None) -> NamedRegion | None:
        """Return the region that one of these names stands for, or None."""
        found = (self._names.get(n.strip().casefold()) for n in names if n)
        return next((region for region in found if region), None)

    def count_key(self, place_id: str | None, place_name: str | None) -> str:
        """Return the key that counts of a place are kept under: a region's id, or its name."""
        region = self.named(place_id, place_name)
        return region.id if region else (place_name or place_id or EVERYWHERE)

    def each(self, places: Iterable[Place]) -> list[str | None]:
        """Return the region of each place, by the rule that its findings go by; None outside all.

        The name decides only where a place is wide or unknown: a settlement may bear its region's.
        """
        import numpy as np

        given = list(places)
        where = [(lon, lat) if lon is not None and lat is not None else (np.nan, np.nan)
                 for lon, lat, _, _ in given]  # fmt: skip
        lon, lat = np.array(where, dtype=np.float64).reshape(-1, 2).T
        numbers = region_of(lon, lat, [r.region for r in self._regions]).tolist()
        wide = ~np.isfinite(lon) | np.array([(p[2] or 0.0) >= WIDE_KM for p in given], dtype=bool)
        named = [self.named(p[3]) if w else None for p, w in zip(given, wide, strict=True)]
        return [
            region.id if region else self._regions[number].id if number >= 0 else None
            for region, number in zip(named, numbers, strict=True)
        ]


def shapes_of(mission: Mission) -> tuple[RegionShape, ...]:
    """Return the mission's regions as the map draws them."""
    return tuple(
        RegionShape(
            id=r.id, name=clean(r.name), lon=r.region.lon, lat=r.region.lat,
            radius_km=r.region.radius_km, polygon_wkt=r.region.polygon_wkt,
        )
        for r in mission.regions
    )  # fmt: skip


def lines_of(mission: Mission) -> tuple[MapLine, ...]:
    """Return the lines and areas that mission.yaml gives the map (options.publish.lines).

    Each is {name, wkt, status: recognised, contact or disputed, claimants}.
    """
    rows = mission.options.get("publish", {}).get("lines", [])
    return tuple(_line(mission, row) for row in rows)


def _line(mission: Mission, row: Any) -> MapLine:
    try:
        status = str(row.get("status", "recognised"))
        if status not in ("recognised", "contact", "disputed"):
            raise ValueError(f"status {status!r}")
        return MapLine(
            name=clean(str(row["name"])), wkt=_checked_wkt(str(row["wkt"])), status=status,
            claimants=tuple(map(str, row.get("claimants", ()))),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError.at(
            mission.root / FILE, None, found=f"options.publish.lines: {row!r} ({error})",
            expected="{name, wkt, status: recognised, contact or disputed, claimants}",
            mend="Complete the entry; write the geometry as WKT in longitude latitude.",
        ) from error  # fmt: skip


def _checked_wkt(wkt: str) -> str:
    from shapely import from_wkt
    from shapely.errors import GEOSException

    try:
        from_wkt(wkt)
    except GEOSException as error:
        raise ValueError(str(error)) from error
    return wkt
