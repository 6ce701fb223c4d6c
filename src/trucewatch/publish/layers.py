"""A report as GeoJSON (RFC 7946): regions, lines, incidents and accounts with their places."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from trucewatch.publish.facts import IncidentFact, ObservationFact, Report
from trucewatch.publish.plain import plain

DECIMALS = 5


def as_geojson(report: Report) -> str:
    """Return one FeatureCollection; every feature names its layer, its id and its radius."""
    head = report.head
    document = {
        "type": "FeatureCollection",
        "name": f"{head.mission} {head.kind} {head.day}",
        "data_utc": plain(head.data_utc),
        "audience": head.audience,
        "features": [*_regions(report), *_lines(report), *_points(report)],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _feature(layer: str, geometry: Any, **properties: Any) -> dict[str, Any]:
    known = {key: plain(value) for key, value in properties.items() if value is not None}
    return {"type": "Feature", "geometry": geometry, "properties": {"layer": layer, **known}}


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]}


def _geometry(wkt: str) -> Any:
    from shapely import from_wkt, to_geojson

    return json.loads(to_geojson(from_wkt(wkt)))


def _regions(report: Report) -> Iterable[dict[str, Any]]:
    for r in report.regions:
        shape = _geometry(r.polygon_wkt) if r.polygon_wkt else _point(r.lon, r.lat)
        yield _feature("region", shape, id=r.id, name=r.name, radius_km=r.radius_km)


def _lines(report: Report) -> Iterable[dict[str, Any]]:
    for line in report.lines:
        yield _feature("line", _geometry(line.wkt), name=line.name, status=line.status,
                       claimants=list(line.claimants))  # fmt: skip


def _points(report: Report) -> Iterable[dict[str, Any]]:
    layers: tuple[tuple[str, Iterable[IncidentFact | ObservationFact]], ...] = (
        ("incident", report.incidents), ("observation", report.observations),
    )  # fmt: skip
    for layer, rows in layers:
        for item in rows:
            if item.lon is None or item.lat is None:
                continue
            facts = {k: v for k, v in plain(item).items() if k not in ("lon", "lat")}
            yield _feature(layer, _point(item.lon, item.lat), **_filled(facts))


def _filled(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, [], "")}
