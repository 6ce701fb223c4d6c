"""Towns to find one's way by on a map: GeoNames' places of 15,000 people and more (CC BY 4.0)."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from trucewatch.caching import cache_folder
from trucewatch.errors import MissingExtra
from trucewatch.filing import keep
from trucewatch.language.registers import geonames_path, register_hash
from trucewatch.publish.facts import Town

REGISTER = "cities15000"
# A hundredth of a degree, about a kilometre: a town's name stands at no house.
DECIMALS = 2
Bounds = tuple[float, float, float, float]


def towns_within(bounds: Bounds, most: int) -> tuple[Town, ...]:
    """Return the largest towns of the register within west, south, east, north in degrees.

    East beyond 180 reaches over the antimeridian. Empty where no register is installed.
    """
    west, south, east, north = bounds
    near = [
        row for row in _rows()
        if south <= row[2] <= north and (row[1] - west) % 360 <= east - west
    ]  # fmt: skip
    near.sort(key=lambda row: (-row[3], row[0], row[1], row[2]))
    return tuple(Town(name=n, lon=x, lat=y, population=p) for n, x, y, p in near[:most])


def _rows() -> list[Any]:
    """The register's names, places and sizes, kept small in the user's cache."""
    try:
        register = geonames_path(REGISTER)
        kept = cache_folder() / f"towns-{register_hash([register])[:20]}.json"
    except (MissingExtra, OSError):
        return []
    with suppress(OSError, ValueError):
        return list(json.loads(kept.read_text(encoding="utf-8")))
    places = json.loads(register.read_text(encoding="utf-8")).values()
    rows = [
        [p["name"], round(p["longitude"], DECIMALS), round(p["latitude"], DECIMALS),
         int(p["population"])]
        for p in places
    ]  # fmt: skip
    keep(kept.name, json.dumps(rows, ensure_ascii=False), pattern="towns-*.json")
    return rows
