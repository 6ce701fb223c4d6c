"""Watches, zones and windows for the tests, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from trucewatch.coverage.detection import Detection, read_detection
from trucewatch.coverage.ledger import Ledger, LedgerOptions
from trucewatch.coverage.stations import stations
from trucewatch.mission import NamedRegion
from trucewatch.when import Interval
from trucewatch.where import Region

DAY = datetime(2021, 6, 1, tzinfo=UTC)
LON, LAT = 37.8, 48.2


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def window(start: float = 0, end: float = 24) -> Interval:
    return Interval(at(start), at(end))


def zone(radius_km: float = 10, zone_id: str = "north", **more: Any) -> NamedRegion:
    return NamedRegion(zone_id, zone_id.title(), Region(LON, LAT, radius_km, **more))


def watch(
    observer: str = "team-1", start: float = 0, end: float = 24, **more: Any
) -> dict[str, Any]:
    row = {
        "watch_id": f"wat-{observer}-{start}-{end}-{more.get('status', 'working')}",
        "observer": observer, "means": "patrol", "start_utc": at(start), "end_utc": at(end),
        "lon": LON, "lat": LAT, "radius_km": 10.0, "polygon_wkt": None, "bearing_deg": None,
        "field_of_view_deg": None, "status": "working", "detection": None, "control_side": None,
    }  # fmt: skip
    return row | more


def ledger(watches: list[dict[str, Any]], *, detection: Detection | None = None,
           points: int = 400, **more: Any) -> Ledger:  # fmt: skip
    figures = detection or read_detection()
    return Ledger(stations(watches, figures), figures, options=LedgerOptions(points), **more)


def row(watches: list[dict[str, Any]], kind: str = "fire", **more: Any) -> dict[str, Any]:
    """Return the one coverage row of one zone, kind and window."""
    place = more.pop("zone", zone())
    span = more.pop("window", window())
    return next(iter(ledger(watches, **more).rows([place], [span], [kind])))
