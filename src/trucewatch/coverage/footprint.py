"""Which sample points of a zone each station covers, how far away, and with which chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trucewatch.coverage.detection import Detection, Sight, stated_sight
from trucewatch.coverage.lattice import (
    AUTHALIC_KM,
    GOLDEN_ANGLE,
    Lattice,
    lattice,
    offset,
    read_polygon,
)
from trucewatch.coverage.stations import Station, View
from trucewatch.where import Region
from trucewatch.zoning import inside

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A view that holds fewer cells than this is laid out by points of its own, so that a camera of
# 2 km range counts by its area wherever the zone's points happen to lie.
SMALL_CELLS = 9.0
OWN_POINTS = 32


@dataclass(frozen=True, slots=True)
class Cover:
    """What the stations of one zone cover: one entry per station and point, sorted by both.

    station, cell: indices; away_km: distance; weight: share of the cell, 0..1.
    """

    station: Ints
    cell: Ints
    away_km: Floats
    weight: Floats
    stations: int


class Chances(NamedTuple):
    """Per station and point that it sees: rows of a station stand between its two `starts`.

    values: three layers, chance of detection x area share, area share, and area share again.
    """

    starts: Ints
    cells: Ints
    values: Floats


def cover(zone: Lattice, all_stations: list[Station]) -> Cover:
    """Return which points of the zone each station reaches, before any detection figures."""
    near = _near(zone, all_stations)
    found = (_entries(zone, index, all_stations[index].view) for index in near)
    parts = [part for part in found if part is not None and len(part[1])]
    if not parts:
        none = np.empty(0)
        return Cover(none.astype(np.int64), none.astype(np.int64), none, none, len(all_stations))
    station = np.concatenate([np.full(len(part[1]), part[0], dtype=np.int64) for part in parts])
    cell = np.concatenate([part[1] for part in parts]).astype(np.int64)
    away = np.concatenate([part[2] for part in parts])
    weight = np.concatenate([part[3] for part in parts])
    order = np.lexsort((cell, station))
    return Cover(station[order], cell[order], away[order], weight[order], len(all_stations))


def _near(zone: Lattice, all_stations: list[Station]) -> list[int]:
    """Return the stations whose reach may meet the zone; a footprint in WKT always may."""
    if not all_stations:
        return []
    middle = float(zone.lon[len(zone.lon) // 2]), float(zone.lat[len(zone.lat) // 2])
    radius = float(_away_km(*middle, zone.lon, zone.lat).max()) + zone.spacing_km
    views = [station.view for station in all_stations]
    lons, lats = np.array([(view.lon, view.lat) for view in views], dtype=np.float64).T
    reach = np.array([np.inf if view.range_km is None else view.range_km for view in views])
    away = _away_km(*middle, lons, lats)
    near: list[int] = np.flatnonzero(away <= radius + reach).tolist()
    return near


Entries = tuple[int, Ints, Floats, Floats]


def _entries(zone: Lattice, index: int, view: View) -> Entries | None:
    if view.polygon_wkt is not None:
        return _polygon_entries(zone, index, view.polygon_wkt)
    assert view.lon is not None and view.lat is not None and view.range_km is not None
    band = _band(zone, view.lat, view.range_km)
    if band.start == band.stop:
        return None
    opening = (view.field_of_view_deg or 360.0) / 360.0
    area_km2 = math.pi * min(view.range_km, 2 * AUTHALIC_KM) ** 2 * opening
    if zone.cell_km2 == 0 or area_km2 >= SMALL_CELLS * zone.cell_km2:
        away = _away_km(view.lon, view.lat, zone.lon[band], zone.lat[band])
        cells = np.flatnonzero(away <= view.range_km)
        at = cells + band.start
        inside = _in_view(view, zone.lon[at], zone.lat[at])
        return index, at[inside], away[cells[inside]], np.ones(int(inside.sum()))
    return _small_entries(zone, index, view, area_km2)


def _band(zone: Lattice, lat: float, range_km: float) -> slice:
    """Return the points within range in latitude, with one cell to spare."""
    margin = math.degrees((range_km + zone.spacing_km) / AUTHALIC_KM)
    low, high = np.searchsorted(zone.lat, [lat - margin - 1e-9, lat + margin + 1e-9])
    return slice(int(low), int(high))


def _away_km(lon: float, lat: float, lons: Floats, lats: Floats) -> Floats:
    """Return the distance from one point to many, on the sphere."""
    phi, phis = math.radians(lat), np.radians(lats)
    half = np.sin((phis - phi) / 2) ** 2
    half += math.cos(phi) * np.cos(phis) * np.sin(np.radians(lons - lon) / 2) ** 2
    return np.asarray(2 * AUTHALIC_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _in_view(view: View, lons: Floats, lats: Floats) -> NDArray[np.bool_]:
    """Return which points lie in the view's opening, whatever their distance."""
    if view.field_of_view_deg is None or view.bearing_deg is None:
        return np.ones(len(lons), dtype=bool)
    assert view.lon is not None and view.lat is not None
    phi, phis, east = math.radians(view.lat), np.radians(lats), np.radians(lons - view.lon)
    y = np.sin(east) * np.cos(phis)
    x = math.cos(phi) * np.sin(phis) - math.sin(phi) * np.cos(phis) * np.cos(east)
    bearing = np.degrees(np.arctan2(y, x))
    off = np.abs(np.mod(bearing - view.bearing_deg + 180, 360) - 180)
    return np.asarray((off <= view.field_of_view_deg / 2) | ((y == 0) & (x == 0)))


def _small_entries(zone: Lattice, index: int, view: View, area_km2: float) -> Entries | None:
    assert view.lon is not None and view.lat is not None and view.range_km is not None
    step = (np.arange(OWN_POINTS) + 0.5) / OWN_POINTS
    away = view.range_km * np.sqrt(step)
    turn = GOLDEN_ANGLE * np.arange(OWN_POINTS)
    if view.field_of_view_deg is not None and view.bearing_deg is not None:
        part = np.mod(turn / (2 * np.pi), 1.0) - 0.5
        turn = np.radians(view.bearing_deg + part * view.field_of_view_deg)
    lon, lat = offset(view.lon, view.lat, turn, away / AUTHALIC_KM)
    return _laid_out(zone, index, Lattice(lon, lat, area_km2 / OWN_POINTS), away)


def _laid_out(zone: Lattice, index: int, own: Lattice, away: Floats) -> Entries | None:
    """Give each own point's area to the zone's nearest point; points outside the zone fall away."""
    from trucewatch.coverage.sweep import nearest

    reach_deg = math.degrees(0.75 * zone.spacing_km / AUTHALIC_KM)
    cell = nearest(zone.lon, zone.lat, own.lon, own.lat, reach_deg)
    inside = cell >= 0
    share = np.full(int(inside.sum()), min(1.0, own.cell_km2 / zone.cell_km2))
    return index, cell[inside], away[inside], share


def _polygon_entries(zone: Lattice, index: int, wkt: str) -> Entries | None:
    """A footprint in WKT: no distance is known, so none falls off; unreadable gives nothing."""
    try:
        shape = read_polygon(wkt)
    except ValueError:
        return None
    west, south, east, north = shape.bounds
    if zone.lat[-1] < south - 1 or zone.lat[0] > north + 1:
        return None
    if zone.lon.max() < west - 1 or zone.lon.min() > east + 1:
        return None
    within = inside(zone.lon, zone.lat, shape)
    if zone.cell_km2 == 0 or within.sum() >= SMALL_CELLS:
        cells = np.flatnonzero(within)
        return index, cells, np.zeros(len(cells)), np.ones(len(cells))
    middle = shape.representative_point()
    own = lattice(Region(middle.x, middle.y, polygon_wkt=wkt), OWN_POINTS)
    return _laid_out(zone, index, own, np.zeros(len(own.lon)))


def sights(all_stations: list[Station], detection: Detection, kind: str) -> list[Sight | None]:
    """Return how each station sees a row kind; None where it does not."""
    usual = {name: detection.sight(name, kind) for name in detection.means}
    known: dict[tuple[str, str | None, bool], Sight | None] = {}
    found = []
    for view in (station.view for station in all_stations):
        key = view.means, view.detection, view.only in (None, kind)
        if key not in known:
            sight = stated_sight(view.detection, kind, usual[view.means])
            known[key] = sight if key[2] else None
        found.append(known[key])
    return found


def chances(covered: Cover, seeing: list[Sight | None]) -> Chances:
    """Return the chance that each station sees a happening at each point, by day and clear.

    Half-normal in distance within the sight's range; entries of one station and point add up.
    """
    p = np.array([0.0 if s is None else s.p for s in seeing])
    sigma = np.array([math.inf if s is None else s.sigma_km for s in seeing])
    reach = np.array([0.0 if s is None else s.range_km for s in seeing])
    near = (covered.away_km <= reach[covered.station]) & (p[covered.station] > 0)
    station, cell = covered.station[near], covered.cell[near]
    if not len(cell):
        return Chances(np.zeros(covered.stations + 1, dtype=np.int64), cell, np.zeros((3, 0)))
    area = covered.weight[near]
    fall = np.exp(-0.5 * (covered.away_km[near] / sigma[station]) ** 2)
    fresh = np.ones(len(cell), dtype=bool)
    fresh[1:] = (np.diff(station) != 0) | (np.diff(cell) != 0)
    first = np.flatnonzero(fresh)
    seen = np.minimum(np.add.reduceat(area * fall * p[station], first), 1.0)
    shares = np.minimum(np.add.reduceat(area, first), 1.0)
    starts = np.searchsorted(station[first], np.arange(covered.stations + 1))
    return Chances(starts.astype(np.int64), cell[first], np.stack([seen, shares, shares]))
