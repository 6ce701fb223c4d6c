"""Watches as stations: one per observer, means and view, with the time it worked or was lost.

A repeated record adds nothing: spans of one station are joined, and the outages, denials and
jammings of an observer are taken out of what the same observer watched by the same means nearby.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from trucewatch.coverage.detection import Detection

WORKING = "working"
LOST = ("outage", "denied", "jammed")
Span = tuple[float, float]
Row = Mapping[str, Any]


class View(NamedTuple):
    """What tells one station from another; `only` limits it to one row kind (a null report)."""

    observer: str
    means: str
    lon: float | None
    lat: float | None
    range_km: float | None
    bearing_deg: float | None
    field_of_view_deg: float | None
    polygon_wkt: str | None
    detection: str | None
    control_side: str | None
    only: str | None = None

    @property
    def group(self) -> str:
        """Whose eyes they are: two views of one observer at once are one look, not two."""
        return self.observer


@dataclass(slots=True)
class Station:
    """One view with its spans (seconds since 1970, UTC) and the watches they come from."""

    view: View
    working: list[Span] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)
    ids: list[tuple[float, float, str]] = field(default_factory=list)


def stations(watches: Iterable[Row], detection: Detection) -> list[Station]:
    """Return the stations of watch rows, sorted by observer, repeats joined, outages taken out.

    watches: rows with the columns of the table `watch`. Rows without a usable span, place or
    known means give no station: what cannot be placed has no power.
    """
    built: dict[View, Station] = {}
    for row in watches:
        view, span = _view(row, detection), _span(row)
        if view is None or span is None:
            continue
        station = built.setdefault(view, Station(view))
        _take_in(station, row, span)
    _take_out_losses(built.values())
    return sorted(built.values(), key=lambda station: _sort_key(station.view))


def null_stations(
    nulls: Iterable[Row], known: Iterable[Station], detection: Detection
) -> list[Station]:
    """Return stations from null observations: 'we looked from here, then, and saw nothing'.

    Only a null with a means of its own eyes, a place and a span within a day counts; time that
    the same observer's watches already hold is left out, so that one look is not two.
    """
    held: dict[str, list[Span]] = defaultdict(list)
    for station in known:
        held[station.view.observer] += station.working
    built: dict[View, Station] = {}
    for row in nulls:
        view, span = _null_view(row, detection), _span(row)
        if view is None or span is None or span[1] - span[0] > 86_400:
            continue
        station = built.setdefault(view, Station(view))
        _take_in(station, {**row, "status": WORKING, "watch_id": row["observation_id"]}, span)
    for station in built.values():
        taken = joined(held[station.view.observer])
        station.working = subtracted(joined(station.working), taken)
    kept = [station for station in built.values() if station.working]
    return sorted(kept, key=lambda station: _sort_key(station.view))


def _take_in(station: Station, row: Row, span: Span) -> None:
    spans = station.working if row["status"] == WORKING else station.lost
    spans.append(span)
    station.ids.append((*span, str(row["watch_id"])))


def _span(row: Row) -> Span | None:
    start, end = row.get("start_utc"), row.get("end_utc")
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return None
    low, high = start.timestamp(), end.timestamp()
    return (low, high) if high >= low else None


def _view(row: Row, detection: Detection) -> View | None:
    means = detection.means.get(str(row["means"]))
    if means is None or row["status"] not in (WORKING, *LOST):
        return None
    place = _place(row)
    if place is None:
        return None
    lon, lat, polygon = place
    stated = _number(row.get("radius_km"))
    reach = stated if stated else means.reach_km
    if polygon is None and not reach:
        return None
    return View(
        str(row["observer"]), str(row["means"]), lon, lat, None if polygon else reach,
        _number(row.get("bearing_deg")), _field_of_view(row), polygon, row.get("detection"),
        row.get("control_side"),
    )  # fmt: skip


def _null_view(row: Row, detection: Detection) -> View | None:
    only = detection.row_kind(str(row["kind"]))
    precise = row.get("where_precision") in ("exact", "settlement")
    if only is None or not precise or not row.get("observer") or not row.get("means"):
        return None
    lon, lat = _number(row.get("observer_lon")), _number(row.get("observer_lat"))
    from_observer = lon is not None and lat is not None
    place = {"lon": lon, "lat": lat} if from_observer else {}
    view = _view({**row, **place, "status": WORKING, "detection": None}, detection)
    return None if view is None else view._replace(only=only)


def _place(row: Row) -> tuple[float | None, float | None, str | None] | None:
    lon, lat = _number(row.get("lon")), _number(row.get("lat"))
    polygon = row.get("polygon_wkt") or None
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
        return None
    return lon, lat, polygon


def _number(value: Any) -> float | None:
    if value is None or not math.isfinite(float(value)):
        return None
    return float(value)


def _field_of_view(row: Row) -> float | None:
    wide = _number(row.get("field_of_view_deg"))
    bounded = wide is not None and 0 < wide < 360 and _number(row.get("bearing_deg")) is not None
    return wide if bounded else None


def _sort_key(view: View) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in view)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the union of spans, in order, touching ones joined."""
    union: list[Span] = []
    for low, high in sorted(spans):
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], high))
        else:
            union.append((low, high))
    return union


def subtracted(spans: list[Span], losses: list[Span]) -> list[Span]:
    """Return what is left of joined spans after joined losses are taken out."""
    left: list[Span] = []
    at = 0
    for low, high in spans:
        while at and losses[at - 1][1] > low:
            at -= 1
        while at < len(losses) and losses[at][1] <= low:
            at += 1
        start, k = low, at
        while k < len(losses) and losses[k][0] < high:
            if losses[k][0] > start:
                left.append((start, losses[k][0]))
            start = max(start, losses[k][1])
            k += 1
        if start < high or low == high == start:
            left.append((start, high))
    return left


def _take_out_losses(all_stations: Iterable[Station]) -> None:
    by_eyes: dict[tuple[str, str], list[Station]] = defaultdict(list)
    for station in all_stations:
        by_eyes[station.view.observer, station.view.means].append(station)
    for fellows in by_eyes.values():
        lost = [(span, other.view) for other in fellows for span in other.lost]
        lost.sort(key=lambda entry: entry[0])
        longest = max((span[1] - span[0] for span, _ in lost), default=0.0)
        for station in fellows:
            station.working = joined(station.working)
            if lost and station.working:
                near = _losses_near(station, lost, longest)
                station.working = subtracted(station.working, joined(near))
            station.lost = joined(station.lost)


def _losses_near(station: Station, lost: list[tuple[Span, View]], longest: float) -> list[Span]:
    """Return the lost spans that overlap the station in time and may be of the same ground."""
    first, last = station.working[0][0], station.working[-1][1]
    low = bisect_left(lost, first - longest, key=lambda entry: entry[0][0])
    high = bisect_right(lost, last, key=lambda entry: entry[0][0])
    return [span for span, view in lost[low:high] if _meet(station.view, view)]


def _meet(first: View, second: View) -> bool:
    """Return whether two views of one observer may be of the same ground; unsure is yes."""
    if first == second or first.range_km is None or second.range_km is None:
        return True
    assert first.lon is not None and first.lat is not None
    assert second.lon is not None and second.lat is not None
    apart_km = _apart_km(first.lon, first.lat, second.lon, second.lat)
    return apart_km <= max(first.range_km, second.range_km)


def _apart_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    east = math.radians((lon2 - lon1 + 180) % 360 - 180) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6371.0 * math.hypot(east, math.radians(lat2 - lat1))
