"""How far places lie from lines and zones, and how surely inside: whole columns at once.

Distances are geodesic (WGS 84). The nearest point is found in a Mercator plane, which keeps
angles, so that it is the right one to second order; the distance to it is then taken exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.agreements.agreement import Agreement, Line, Zone
from trucewatch.where import geodesic
from trucewatch.zoning import inside

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
# A vertex at least every so many kilometres keeps a drawn edge on its geodesic within metres.
STEP_KM = 10.0
MERCATOR_LIMIT = 85.0
# Places are taken in blocks of neighbours, whose distances to the edges that can be nearest fit
# into a core's cache.
BLOCK = 2048
# Nodes of equal weight for the error that all places share: a line drawn too far to one side.
NODES = 5
SD_OF_HALF_WIDTH = 1 / 1.959964


@dataclass(frozen=True, slots=True)
class Places:
    """Columns of acts' places: degrees, and the radius that the place may be off by (km)."""

    lon: Floats
    lat: Floats
    radius_km: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where there is a place at all."""
        return np.isfinite(self.lon) & np.isfinite(self.lat)

    def take(self, rows: Any) -> Places:
        """Return some rows."""
        return Places(self.lon[rows], self.lat[rows], self.radius_km[rows])


@dataclass(frozen=True, slots=True)
class Inside:
    """Probability of lying inside, per act; nodes: the same under each error the acts share.

    unsure: the acts, in order, that such an error can decide; nodes has a row for each of them
    (len(unsure), NODES). Under every error the others stay as probable as they are.
    """

    probability: Floats
    unsure: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    nodes: Floats = field(default_factory=lambda: np.zeros((0, NODES)))

    def take(self, rows: Rows) -> Inside:
        """Return some rows."""
        place = self._place()[rows]
        found = np.flatnonzero(place >= 0)
        return Inside(self.probability[rows], found, self.nodes[place[found]])

    def under(self, rows: Rows) -> Floats:
        """Return the probability of some rows under each shared error, (len(rows), NODES)."""
        out = np.repeat(self.probability[rows][:, None], NODES, axis=1)
        place = self._place()[rows]
        found = place >= 0
        out[found] = self.nodes[place[found]]
        return out

    def _place(self) -> NDArray[np.int32]:
        place = np.full(len(self.probability), -1, dtype=np.int32)
        place[self.unsure] = np.arange(len(self.unsure))
        return place


def normal_cdf(z: Floats) -> Floats:
    """Return the standard normal distribution function (Abramowitz and Stegun 26.2.17, 7.5e-8)."""
    x = np.abs(np.clip(z, -9.0, 9.0))
    t = 1 / (1 + 0.2316419 * x)
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937
                  + t * (-1.821255978 + t * 1.330274429))))  # fmt: skip
    upper = np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * series
    return np.asarray(np.where(z >= 0, 1 - upper, upper))


def shared_errors(uncertainty_km: float) -> Floats:
    """Return NODES equally likely errors of a border whose 95% half width is given."""
    grid = np.linspace(-4, 4, 8001)
    middles = (np.arange(NODES) + 0.5) / NODES
    return np.interp(middles, normal_cdf(grid), grid) * uncertainty_km * SD_OF_HALF_WIDTH


def _centred(lon: Floats, middle: float) -> Floats:
    return (lon - middle + 180) % 360 - 180


def _mercator(lon: Floats, lat: Floats, middle: float) -> tuple[Floats, Floats]:
    clipped = np.radians(np.clip(lat, -MERCATOR_LIMIT, MERCATOR_LIMIT))
    return np.radians(_centred(lon, middle)), np.arcsinh(np.tan(clipped))


def densified(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the vertices with further ones along each geodesic, at most STEP_KM apart."""
    out = [points[0]]
    for (lon1, lat1), (lon2, lat2) in pairwise(points):
        apart_km = geodesic().inv(lon1, lat1, lon2, lat2)[2] / 1000
        extra = int(apart_km // STEP_KM)
        between = geodesic().npts(lon1, lat1, lon2, lat2, extra) if extra else []
        out += [(float(x), float(y)) for x, y in between]
        out.append((lon2, lat2))
    return out


def _nearest(
    points: Sequence[tuple[float, float]], places: Places
) -> tuple[Floats, Floats, Floats]:
    """Return nearest lon, lat and the side (+1 left of the direction drawn, -1 right)."""
    middle = points[len(points) // 2][0]
    dense = np.array(densified(points))
    x, y = _mercator(dense[:, 0], dense[:, 1], middle)
    px, py = _mercator(places.lon, places.lat, middle)
    near_x, near_y, side = np.empty_like(px), np.empty_like(py), np.empty_like(px)
    order = _neighbours(px, py)
    for first in range(0, len(px), BLOCK):
        rows = order[first : first + BLOCK]
        near_x[rows], near_y[rows], side[rows] = _foot(x, y, px[rows], py[rows])
    return np.degrees(near_x) + middle, np.degrees(np.arctan(np.sinh(near_y))), side


def _foot(x: Floats, y: Floats, px: Floats, py: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the nearest point of a polyline in the plane, and the side of it (+1 left)."""
    near = _candidates(x, y, px, py)
    dx, dy = np.diff(x)[near], np.diff(y)[near]
    length2 = np.maximum(dx * dx + dy * dy, 1e-30)
    ax, ay = px[:, None] - x[near], py[:, None] - y[near]
    along = (ax * dx + ay * dy) / length2
    np.maximum(along, 0, out=along)
    np.minimum(along, 1, out=along)
    ax -= along * dx
    ay -= along * dy
    found = np.argmin(ax * ax + ay * ay, axis=1)
    at = np.arange(len(px))
    share, edge = along[at, found], near[found]
    dx, dy = dx[found], dy[found]
    # At a vertex the two edges may disagree on the side: the chord over both decides.
    low = np.where(share <= 1e-9, np.maximum(edge - 1, 0), edge)
    high = np.where(share >= 1 - 1e-9, np.minimum(edge + 2, len(x) - 1), edge + 1)
    near_x, near_y = x[edge] + share * dx, y[edge] + share * dy
    cross = (x[high] - x[low]) * (py - near_y) - (y[high] - y[low]) * (px - near_x)
    return near_x, near_y, np.where(cross >= 0, 1.0, -1.0)


def _neighbours(px: Floats, py: Floats) -> NDArray[np.int64]:
    """Return an order of points in which blocks of BLOCK lie close together."""
    if len(px) <= BLOCK:
        return np.arange(len(px))
    strips = max(1, int(np.sqrt(len(px) / BLOCK)))
    cuts = np.quantile(px, np.arange(1, strips) / strips)
    return np.asarray(np.lexsort((py, np.searchsorted(cuts, px))))


def _candidates(x: Floats, y: Floats, px: Floats, py: Floats) -> NDArray[np.int64]:
    """Return the edges that can be nearest to any of some points, in their order.

    An edge whose box lies farther from the points' box than the farthest point of that box lies
    from some vertex cannot be; the rest is left to be measured.
    """
    if len(px) < len(x):
        return np.arange(len(x) - 1)
    left, right, low, high = px.min(), px.max(), py.min(), py.max()
    reach = np.hypot(np.maximum(x - left, right - x), np.maximum(y - low, high - y)).min()
    aside = np.maximum(np.minimum(x[:-1], x[1:]) - right, left - np.maximum(x[:-1], x[1:]))
    above = np.maximum(np.minimum(y[:-1], y[1:]) - high, low - np.maximum(y[:-1], y[1:]))
    away = np.hypot(np.maximum(aside, 0), np.maximum(above, 0))
    return np.flatnonzero(away <= reach * (1 + 1e-9))


def _geodesic_km(places: Places, lon: Floats, lat: Floats) -> Floats:
    metres = geodesic().inv(places.lon, places.lat, lon, lat)[2]
    return np.asarray(metres, dtype=np.float64) / 1000


def signed_distance_km(line: Line, places: Places) -> Floats:
    """Return kilometres from a line, positive to its left as drawn; NaN where no place is known."""
    return _signed(line.points, places)


def _signed(points: Sequence[tuple[float, float]], places: Places) -> Floats:
    out = np.full(len(places.lon), np.nan)
    known = places.known
    if known.any():
        some = places.take(known)
        lon, lat, side = _nearest(points, some)
        out[known] = side * _geodesic_km(some, lon, lat)
    return out


def _ring_depth_km(ring: Sequence[tuple[float, float]], places: Places) -> Floats:
    """Return kilometres inside (positive) or outside (negative) of a ring."""
    import shapely

    closed = [*ring, ring[0]]
    distance = np.abs(_signed(closed, places))
    middle = ring[0][0]
    corners = np.array(densified(closed))
    area = shapely.Polygon(np.column_stack([_centred(corners[:, 0], middle), corners[:, 1]]))
    within = inside(_centred(places.lon, middle), places.lat, area)
    on_border = distance < 1e-6
    return np.where(within | on_border, distance, -distance)


def _circle_depth_km(circle: tuple[float, float, float], places: Places) -> Floats:
    out = np.full(len(places.lon), np.nan)
    known = places.known
    some = places.take(known)
    here = np.full(len(some.lon), circle[0]), np.full(len(some.lon), circle[1])
    out[known] = circle[2] - _geodesic_km(some, *here)
    return out


def zone_depth_km(zone: Zone, places: Places) -> Floats:
    """Return kilometres inside (positive) a zone of rings and circles; the deepest part counts."""
    out = np.full(len(places.lon), np.nan)
    parts = [_ring_depth_km(r, places) for r in zone.polygons]
    parts += [_circle_depth_km(c, places) for c in zone.circles]
    for depth in parts:
        out = np.fmax(out, depth)
    return out


def area_km2(zone: Zone) -> float:
    """Return the area of a zone of rings and circles; parts that overlap count twice."""
    total = float(sum(np.pi * c[2] ** 2 for c in zone.circles))
    for ring in zone.polygons:
        lons, lats = [p[0] for p in ring], [p[1] for p in ring]
        total += abs(float(geodesic().polygon_area_perimeter(lons, lats)[0])) / 1e6
    return total


def chance_within(margin_km: Floats, radius_km: Floats, uncertainty_km: float) -> Inside:
    """Return the chance that a margin is positive, given the place's radius and a shared error.

    margin_km: how far inside the border the centre lies. A place of radius r is a uniform disc,
    whose spread along one axis has the standard deviation r/2; the border moves for all alike.
    """
    sd = radius_km / 2
    whole = _step(margin_km, np.hypot(sd, uncertainty_km * SD_OF_HALF_WIDTH))
    if uncertainty_km <= 0:
        return Inside(whole)
    unsure = np.flatnonzero((whole > 1e-4) & (whole < 1 - 1e-4))
    nodes = np.empty((len(unsure), NODES))
    for number, error in enumerate(shared_errors(uncertainty_km)):
        nodes[:, number] = _step(margin_km[unsure] + error, sd[unsure])
    return Inside(whole, unsure, nodes)


def any_unsure(*parts: Inside) -> Rows:
    """Return the acts, in order, that a shared error can decide in any of several places."""
    mask = np.zeros(len(parts[0].probability), dtype=np.bool_)
    for part in parts:
        mask[part.unsure] = True
    return np.flatnonzero(mask)


def _step(margin_km: Floats, sd: Floats) -> Floats:
    # A margin of exactly zero is not inside: 'at least 15 km' is kept at 15 km.
    with np.errstate(divide="ignore", invalid="ignore"):
        soft = normal_cdf(margin_km / np.where(sd > 1e-9, sd, np.nan))
    hard = np.where(np.isnan(margin_km), np.nan, (margin_km > 1e-6).astype(np.float64))
    return np.where(sd > 1e-9, soft, hard)


class PlaceBook:
    """Distances of one set of places to an agreement's lines and zones, each measured once."""

    def __init__(self, agreement: Agreement, places: Places, *, exact_lines: bool = False) -> None:
        self.agreement, self.places, self.exact_lines = agreement, places, exact_lines
        self._line_km: dict[str, Floats] = {}
        self._zone: dict[str, Inside] = {}

    def line_km(self, line_id: str) -> Floats:
        """Return signed kilometres from a line."""
        if line_id not in self._line_km:
            line = self.agreement.lines[line_id]
            self._line_km[line_id] = signed_distance_km(line, self.places)
        return self._line_km[line_id]

    def _unsure(self, uncertainty_km: float) -> float:
        return 0.0 if self.exact_lines else uncertainty_km

    def nearer_than(self, line_id: str, km: float, rows: Any) -> Inside:
        """Return the chance of lying nearer to a line than km."""
        distance = np.abs(self.line_km(line_id)[rows])
        unsure = self._unsure(self.agreement.lines[line_id].uncertainty_km)
        return chance_within(km - distance, self.places.radius_km[rows], unsure)

    def in_zone(self, zone_id: str, rows: Any) -> Inside:
        """Return the chance of lying in a zone; NaN where no place is known."""
        if zone_id not in self._zone:
            self._zone[zone_id] = self._in_zone(self.agreement.zones[zone_id])
        return self._zone[zone_id].take(rows)

    def _in_zone(self, zone: Zone) -> Inside:
        radius = self.places.radius_km
        if zone.line is not None:
            return self._in_belt(zone, self.agreement.lines[zone.line].uncertainty_km)
        depth = zone_depth_km(zone, self.places)
        inside = chance_within(depth, radius, self._unsure(zone.uncertainty_km))
        # A place far larger than the zone cannot be inside it more surely than by its share.
        room = np.minimum(1.0, area_km2(zone) / np.maximum(np.pi * radius**2, 1e-9))
        nodes = inside.nodes * room[inside.unsure][:, None]
        return Inside(inside.probability * room, inside.unsure, nodes)

    def _in_belt(self, zone: Zone, uncertainty_km: float) -> Inside:
        signed, radius = self.line_km(str(zone.line)), self.places.radius_km
        sides = []
        for distance in (signed, -signed):
            # The side of the line that a place lies on moves with the line: two half belts.
            outer = chance_within(zone.km - distance, radius, self._unsure(uncertainty_km))
            # A belt that begins at the line has no hole to measure.
            hole = outer if not zone.from_km else chance_within(
                zone.from_km - distance, radius, self._unsure(uncertainty_km))  # fmt: skip
            sides.append((outer, hole))
        (near, hole), (far, far_hole) = sides
        belt = near.probability + far.probability - 1
        gap = np.maximum(0.0, hole.probability + far_hole.probability - 1) if zone.from_km else 0.0
        unsure = any_unsure(near, far, *((hole, far_hole) if zone.from_km else ()))
        # The same shift brings one border nearer and takes the other away.
        nodes = np.clip(near.under(unsure) + far.under(unsure)[:, ::-1] - 1, 0, 1)
        if zone.from_km:
            inner = hole.under(unsure) + far_hole.under(unsure)[:, ::-1] - 1
            nodes = nodes - np.clip(inner, 0, 1)
        return Inside(np.clip(belt - gap, 0, 1), unsure, nodes)
