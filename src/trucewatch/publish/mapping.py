"""The map: the mission's regions and incidents as SVG, drawn here, nothing fetched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from trucewatch.publish.facts import IncidentFact, MapLine, RegionShape, Report
from trucewatch.publish.kinds import counted_label, kind_label
from trucewatch.publish.words import bounded, figure_words, plural
from trucewatch.where import KM_PER_DEGREE_EQUATOR

WIDTH, HEIGHT, EDGE = 720.0, 460.0, 26.0
DRAWN_MAX = 800
BAR_STEPS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class View:
    """A plane of kilometres around a middle: equirectangular, true along its middle parallel."""

    lon: float
    lat: float
    px_per_km: float

    def xy(self, lon: float, lat: float) -> Point:
        """Return the pixel of a place; longitudes are taken the short way round."""
        east = (lon - self.lon + 180) % 360 - 180
        km_x = east * KM_PER_DEGREE_EQUATOR * math.cos(math.radians(self.lat))
        km_y = (lat - self.lat) * KM_PER_DEGREE_EQUATOR
        return WIDTH / 2 + km_x * self.px_per_km, HEIGHT / 2 - km_y * self.px_per_km


def draw_map(report: Report) -> str:
    """Return the map as SVG with a title, a description and a title on every mark."""
    placed = [i for i in report.incidents if i.lon is not None and i.lat is not None][:DRAWN_MAX]
    view = _view(report, placed)
    parts = [
        *(_region(view, r) for r in report.regions),
        *(_line(view, line) for line in report.lines),
        *(_label(view, r, _counted(report, r)) for r in report.regions),
        *_incidents(view, placed),
        _scale_bar(view), _north(), _legend() if placed else "",
    ]  # fmt: skip
    title = f"Map of {plural(len(report.regions), 'region')}"
    title += f" with {plural(len(placed), 'incident')}" if placed else ""
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'class="map" aria-label={quoteattr(title)}><title>{escape(title)}</title>'
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" class="sea"/>' + "".join(parts) + "</svg>"
    )


def _view(report: Report, placed: list[IncidentFact]) -> View:
    """Fit the regions; without regions, the incidents. A far outlier must not shrink the map."""
    points = [p for r in report.regions for p in _extent(r)]
    points = points or [(i.lon or 0.0, i.lat or 0.0) for i in placed] or [(0.0, 0.0)]
    first = points[0][0]
    east = [(lon - first + 180) % 360 - 180 for lon, _ in points]
    lats = [lat for _, lat in points]
    middle = (min(lats) + max(lats)) / 2
    squeeze = max(0.05, math.cos(math.radians(middle)))
    wide = max(5.0, (max(east) - min(east)) * KM_PER_DEGREE_EQUATOR * squeeze)
    high = max(5.0, (max(lats) - min(lats)) * KM_PER_DEGREE_EQUATOR)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)
    return View(first + (min(east) + max(east)) / 2, middle, scale)


def _extent(region: RegionShape) -> Iterator[Point]:
    if region.polygon_wkt:
        from shapely import from_wkt

        west, south, east, north = from_wkt(region.polygon_wkt).bounds
        yield from ((west, south), (east, north))
        return
    lat_reach = region.radius_km / KM_PER_DEGREE_EQUATOR
    lon_reach = lat_reach / max(0.05, math.cos(math.radians(region.lat)))
    yield from ((region.lon - lon_reach, region.lat - lat_reach),
                (region.lon + lon_reach, region.lat + lat_reach))  # fmt: skip


def _region(view: View, region: RegionShape) -> str:
    title = f"<title>{escape(region.name)}</title>"
    if region.polygon_wkt:
        return f'<path class="region" d="{_path(view, region.polygon_wkt)}">{title}</path>'
    x, y = view.xy(region.lon, region.lat)
    radius = max(2.0, region.radius_km * view.px_per_km)
    return f'<circle class="region" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{title}</circle>'


def _label(view: View, region: RegionShape, counted: str) -> str:
    x, y = view.xy(region.lon, region.lat)
    second = f'<tspan x="{x:.1f}" dy="15">{escape(counted)}</tspan>' if counted else ""
    return f'<text class="label" x="{x:.1f}" y="{y:.1f}">{escape(region.name)}{second}</text>'


def _counted(report: Report, region: RegionShape) -> str:
    """What the region's first count says, in words; empty where none is kept for it."""
    found = next((i for i in report.summary if i.region == region.id), None)
    if found is None:
        return ""
    return f"{figure_words(found.now)} {counted_label(found.kind)}"


def _legend() -> str:
    """Sizes and fills beside their meaning, at the lower right."""
    left, top = WIDTH - 168, HEIGHT - 62
    rows = (("sure", 3.5, "corroborated"), ("once", 3.5, "from one root"),
            ("once", _disc(100), "100 counted"))  # fmt: skip
    marks = "".join(
        f'<circle class="incident {fill}" cx="{left + 14:g}" cy="{top + 20 * n:g}" r="{r:.1f}"/>'
        f'<text x="{left + 36:g}" y="{top + 20 * n + 4:g}">{words}</text>'
        for n, (fill, r, words) in enumerate(rows)
    )
    return f'<g class="bar">{marks}</g>'


def _line(view: View, line: MapLine) -> str:
    claims = f": claimed by {' and by '.join(line.claimants)}" if line.claimants else ""
    words = f"{line.name} ({line.status}{claims})"
    return (
        f'<path class="line {line.status}" d="{_path(view, line.wkt)}">'
        f"<title>{escape(words)}</title></path>"
    )


def _path(view: View, wkt: str) -> str:
    from shapely import from_wkt, get_parts, get_rings, simplify

    # Half a pixel is finer than anybody sees, and keeps a coastline from swelling the report.
    shape = simplify(from_wkt(wkt), 0.5 / (view.px_per_km * KM_PER_DEGREE_EQUATOR))
    lines: list[Any] = []
    for part in get_parts(shape):
        is_area = part.geom_type == "Polygon"
        lines += [(ring, "Z") for ring in get_rings(part)] if is_area else [(part, "")]
    return "".join(_run(view, line.coords) + end for line, end in lines)


def _run(view: View, coords: Iterable[Any]) -> str:
    points = [view.xy(lon, lat) for lon, lat, *_ in coords]
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _incidents(view: View, placed: list[IncidentFact]) -> Iterator[str]:
    """Rings first, then discs from the largest to the smallest, so that none hides another."""
    for item in placed:
        ring = (item.radius_km or 0.0) * view.px_per_km
        if ring > 6:
            x, y = view.xy(item.lon or 0.0, item.lat or 0.0)
            yield f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{ring:.1f}"/>'
    for item in sorted(placed, key=lambda i: (-_size(i), i.id)):
        x, y = view.xy(item.lon or 0.0, item.lat or 0.0)
        count = bounded(item.count_low, item.count_best, item.count_high, None)
        words = f"{kind_label(item.kind)}, {item.place_name or 'place unnamed'}, number: {count}"
        yield (
            f'<circle class="incident {_status(item)}" cx="{x:.1f}" cy="{y:.1f}" '
            f'r="{_size(item):.1f}"><title>{escape(words)}</title></circle>'
        )


def _status(item: IncidentFact) -> str:
    return "sure" if item.verification_status in ("corroborated", "verified") else "once"


def _size(item: IncidentFact) -> float:
    return _disc(item.count_best or item.count_low or 1.0)


def _disc(count: float) -> float:
    """Area grows with the number, within bounds: 1 is 3.5 px, 100 and more 14 px."""
    return min(14.0, 2.4 + 1.15 * math.sqrt(max(1.0, count)))


def _scale_bar(view: View) -> str:
    fitting = [km for km in BAR_STEPS_KM if km * view.px_per_km <= WIDTH / 4]
    length_km = fitting[-1] if fitting else BAR_STEPS_KM[0]
    length = length_km * view.px_per_km
    y = HEIGHT - 16
    return (
        f'<g class="bar"><path d="M16,{y - 5}V{y}H{16 + length:.1f}V{y - 5}"/>'
        f'<text x="{22 + length:.1f}" y="{y}">{length_km} km</text></g>'
    )


def _north() -> str:
    x = WIDTH - 24
    return f'<g class="bar"><path d="M{x:g},40V16M{x - 5:g},23L{x:g},14L{x + 5:g},23"/></g>'
