"""The map: regions, lines, towns and incidents as SVG, drawn here; nothing is fetched."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from trucewatch import drawing as d
from trucewatch.drawing import Figure, Point
from trucewatch.publish.facts import IncidentFact, MapLine, RegionShape, Report
from trucewatch.publish.ground import bounds_of, extent_of
from trucewatch.publish.kinds import counted_label, kind_label
from trucewatch.publish.map_labels import Box, Labels
from trucewatch.publish.map_plane import MARGIN, Plane, graticule, north, scale_bar
from trucewatch.publish.towns import Bounds
from trucewatch.publish.words import bounded, figure_words, plural

DRAWN_MAX, DRAWN_MAX_NARROW = 800, 250
TOWNS_NAMED, TOWNS_NAMED_NARROW = 18, 8
TOWN_PX, REGION_PX = 10.5, 13.0
LINES_NAMED = 3
TOWNS_APART_PX = 24.0
# A line is felt by words every so many pixels.
FELT_PX = 6.0
LOOKS = {
    "contact": ("breach", 2.2, ""), "recognised": ("ink", 1.4, ""),
    "disputed": ("unsure", 1.6, "7 4"),
}  # fmt: skip


def map_figure(report: Report) -> Figure:
    """Return the map with degrees, scale, north, towns and every mark of the report."""
    placed = [i for i in report.incidents if i.lon is not None and i.lat is not None]
    bounds = bounds_of(report.regions) or _around(placed)
    shown = plural(len(placed), "incident") if placed else "No incident with a place"
    where = ", ".join(r.name for r in report.regions[:4]) or "the mission"
    loose = len(report.incidents) - len(placed)
    read = (
        "Discs are incidents, larger where more was counted; rings show how uncertain a place is; "
        "a filled disc is corroborated, an open one reported by one root."
    )
    notes = (
        read if placed else "",
        f"{plural(loose, 'incident')} without a place cannot be drawn." if loose else "",
        f"Only {DRAWN_MAX} are drawn." if len(placed) > DRAWN_MAX else "",
        "Towns: GeoNames (CC BY 4.0)." if report.towns else "",
    )
    return d.figure(
        f"{shown} on the map of {where}", notes,
        lambda width: _draw(report, placed, bounds, width),
    )  # fmt: skip


def _around(placed: Sequence[IncidentFact]) -> Bounds:
    """Without regions the incidents are fitted; without either, nothing at 0, 0."""
    shapes = [
        RegionShape(id=i.id, name="", lon=i.lon or 0.0, lat=i.lat or 0.0, radius_km=1.0)
        for i in placed
    ]
    return bounds_of(shapes) or (-0.1, -0.1, 0.1, 0.1)


def _draw(
    report: Report, placed: Sequence[IncidentFact], bounds: Bounds, width: float
) -> tuple[float, list[str]]:
    is_wide = width > d.NARROW
    plane = Plane.over(bounds, width)
    marks = placed[: DRAWN_MAX if is_wide else DRAWN_MAX_NARROW]
    labels = Labels(plane.width, plane.height)
    labels.mark(p for line in report.lines for p in _felt(plane, line.wkt))
    labels.mark(plane.xy(i.lon or 0.0, i.lat or 0.0) for i in marks)
    labels.mark([(plane.width - MARGIN - 14, MARGIN + 20 + 10 * n) for n in range(3)])
    labels.mark([(MARGIN + 10 + 10 * n, plane.height - MARGIN - 10) for n in range(12)])
    inner = (MARGIN, MARGIN, plane.width - MARGIN, plane.height - MARGIN)
    towns = list(_towns(plane, labels, report, TOWNS_NAMED if is_wide else TOWNS_NAMED_NARROW))
    named = [_region_label(plane, labels, report, r) for r in report.regions]
    parts = [
        d.box(inner[:2], inner[2:], fill="sea"), *(_region(plane, r) for r in report.regions),
        *graticule(plane), *(_line(plane, line) for line in report.lines), *towns,
        *_incidents(plane, marks, told=is_wide), *named, scale_bar(plane), north(plane),
    ]  # fmt: skip
    legend, height = d.legend(plane.height + 4, width, list(_legend(report, marks)))
    clipped = f'<svg width="{plane.width:g}" height="{plane.height:g}">{"".join(parts)}</svg>'
    return height, [clipped, *legend]


def _felt(plane: Plane, wkt: str) -> Iterator[Point]:
    from shapely import from_wkt, segmentize

    apart = FELT_PX / (plane.px_per_km * 111.0)
    for x, y, *_ in _coords(segmentize(from_wkt(wkt), max(apart, 1e-4))):
        yield plane.xy(x, y)


def _coords(shape: object) -> list[tuple[float, ...]]:
    from shapely import get_coordinates

    rows: list[tuple[float, ...]] = get_coordinates(shape).tolist()
    return rows


def _region(plane: Plane, region: RegionShape) -> str:
    look = (
        f'class="region" fill="{d.colour("land")}" fill-opacity="0.75" stroke="{d.colour("soft")}"'
    )
    title = f"<title>{escape(region.name)}</title>"
    if region.polygon_wkt:
        return f'<path {look} d="{plane.path(region.polygon_wkt)}">{title}</path>'
    x, y = plane.xy(region.lon, region.lat)
    radius = max(2.0, region.radius_km * plane.px_per_km)
    return f'<circle {look} cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">{title}</circle>'


def _region_label(plane: Plane, labels: Labels, report: Report, region: RegionShape) -> str:
    lines = [text for text in (region.name, _counted(report, region)) if text]
    if not lines:
        return ""
    west, south, east, high = extent_of(region)
    left, bottom = plane.xy(west, south)
    right, top = plane.xy(east, high)
    area: Box = (min(left, right), top, max(left, right), bottom)
    x, y = labels.within(area, lines, REGION_PX)
    return "".join(
        d.words(
            (x, y + 15 * n), text, anchor="middle", size=REGION_PX, weight=600 if n == 0 else 400
        )
        for n, text in enumerate(lines)
    )


def _counted(report: Report, region: RegionShape) -> str:
    """What the region's first count says, in words; empty where none is kept for it."""
    found = next((i for i in report.summary if i.region == region.id), None)
    if found is None:
        return ""
    told = figure_words(found.now) if found.now.is_known else "no count of"
    return f"{told} {counted_label(found.kind)}"


def _towns(plane: Plane, labels: Labels, report: Report, most: int) -> Iterator[str]:
    named: list[Point] = []
    for town in report.towns:
        at = plane.xy(town.lon, town.lat)
        # Of towns grown together the largest is named.
        if (
            len(named) >= most
            or not plane.shows(at)
            or any(math.dist(at, other) < TOWNS_APART_PX for other in named)
        ):
            continue
        place = labels.around(at, town.name, TOWN_PX)
        if place is None:
            continue
        named.append(at)
        labels.mark([at])
        x, y = at
        yield d.box((x - 1.8, y - 1.8), (x + 1.8, y + 1.8), fill="soft", mark="town")
        yield d.words(place[0], town.name, fill="soft", anchor=place[1], size=TOWN_PX)


def _line(plane: Plane, line: MapLine) -> str:
    claims = f": claimed by {' and by '.join(line.claimants)}" if line.claimants else ""
    said = f"{line.name} ({line.status}{claims})"
    name, width, dash = LOOKS[line.status]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    inside = f'fill="{d.colour(name)}" fill-opacity="0.08"' if dash else 'fill="none"'
    return (
        f'<path class="line {line.status}" d="{plane.path(line.wkt)}" {inside} '
        f'stroke="{d.colour(name)}" stroke-width="{width:g}"{dashed}>'
        f"<title>{escape(said)}</title></path>"
    )


def _incidents(plane: Plane, placed: Sequence[IncidentFact], *, told: bool) -> Iterator[str]:
    """Rings first, then discs from the largest to the smallest, so that none hides another."""
    for item in placed:
        ring = (item.radius_km or 0.0) * plane.px_per_km
        if ring > 6:
            x, y = plane.xy(item.lon or 0.0, item.lat or 0.0)
            yield (
                f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="{ring:.1f}" '
                f'fill="{d.colour("count")}" fill-opacity="0.05" stroke="{d.colour("count")}" '
                'stroke-opacity="0.6" stroke-width="0.8" stroke-dasharray="3 3"/>'
            )
    for item in sorted(placed, key=lambda i: (-_size(i), i.id)):
        x, y = plane.xy(item.lon or 0.0, item.lat or 0.0)
        yield _disc((x, y), _size(item), _status(item), _said(item) if told else "")


def _said(item: IncidentFact) -> str:
    count = bounded(item.count_low, item.count_best, item.count_high, None)
    return f"{kind_label(item.kind)}, {item.place_name or 'place unnamed'}, number: {count}"


def _disc(at: Point, radius: float, status: str, said: str = "") -> str:
    filled, opacity = ("count", 0.75) if status == "sure" else ("paper", 0.6)
    title = f"<title>{escape(said)}</title>" if said else ""
    return (
        f'<circle class="incident {status}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}" '
        f'fill="{d.colour(filled)}" fill-opacity="{opacity}" stroke="{d.colour("count")}" '
        f'stroke-width="1.5">{title}</circle>'
    )


def _status(item: IncidentFact) -> str:
    return "sure" if item.verification_status in ("corroborated", "verified") else "once"


def _size(item: IncidentFact) -> float:
    return _radius(item.count_best or item.count_low or 1.0)


def _radius(count: float) -> float:
    """Area grows with the number, within bounds: 1 is 3.5 px, 100 and more 14 px."""
    return min(14.0, 2.4 + 1.15 * math.sqrt(max(1.0, count)))


def _legend(report: Report, marks: Sequence[IncidentFact]) -> Iterator[tuple[str, str]]:
    """Only what the map shows."""
    for line in report.lines[:LINES_NAMED]:
        name, width, dash = LOOKS[line.status]
        said = line.name if line.status != "disputed" else f"{line.name} (disputed)"
        yield d.line([(-8, 0), (8, 0)], name, width=width, dash=dash), said
    if marks:
        yield _disc((0, 0), 3.5, "sure"), "corroborated"
        yield _disc((0, 0), 3.5, "once"), "reported by one root"
        yield _disc((0, 0), 7.0, "once"), "larger: more counted"
    if report.towns:
        yield d.box((-1.8, -1.8), (1.8, 1.8), fill="soft"), "town"
