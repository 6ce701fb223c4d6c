"""Continuity: what certainty is left without an observer, a means or a side's access, and where
one more patrol would add most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.coverage import sweep
from trucewatch.coverage.bounds import happened_upper
from trucewatch.coverage.footprint import chances, cover, sights
from trucewatch.coverage.lattice import lattice
from trucewatch.coverage.ledger import Ledger, Outlook
from trucewatch.coverage.stations import Station, View
from trucewatch.mission import NamedRegion
from trucewatch.when import Interval

Row = Mapping[str, Any]
Floats = NDArray[np.float64]


def without(
    watches: Iterable[Row], *, observer: str | None = None, means: str | None = None,
    control_side: str | None = None,
) -> list[Row]:  # fmt: skip
    """Return the watches that are left when those matching every given name are lost.

    At least one name must be given (ValueError).
    """
    lost = {"observer": observer, "means": means, "control_side": control_side}
    named = {column: name for column, name in lost.items() if name is not None}
    if not named:
        raise ValueError("name an observer, a means or a control side")
    return [row for row in watches if any(row.get(c) != name for c, name in named.items())]


def bears(row: Row, name: str) -> bool:
    """Return whether a watch has this observer, means or control side, case ignored."""
    given = (row.get(column) for column in ("observer", "means", "control_side"))
    wanted = name.strip().casefold()
    return any(str(value).casefold() == wanted for value in given if value is not None)


def what_is_left(before: Iterable[Row], after: Iterable[Row]) -> list[dict[str, Any]]:
    """Return one row per zone and kind: certainty with everything, and with the loss.

    before, after: coverage rows of the same zones, kinds and windows. Shares are means over the
    windows; `missed_upper` is the 95% bound for zero seen over all windows, NULL where blind;
    `windows_blind` counts windows in which nothing watched.
    """
    whole, rest = _by_zone_and_kind(before), _by_zone_and_kind(after)
    return [
        {"zone": zone, "kind": kind, "windows": len(rows),
         **_certainty(rows, "_before"), **_certainty(rest.get((zone, kind), []), "_after")}
        for (zone, kind), rows in sorted(whole.items())
    ]  # fmt: skip


def _by_zone_and_kind(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["zone"], row["kind"]].append(row)
    return grouped


def _certainty(rows: Sequence[Row], suffix: str) -> dict[str, Any]:
    seen = [row["detection_probability"] or 0.0 for row in rows]
    detected = sum(seen) / len(seen) if seen else 0.0
    watched = sum(row["watched_share"] for row in rows) / len(rows) if rows else 0.0
    found = {
        "watched_share": watched, "detection_probability": detected or None,
        "missed_upper": happened_upper(0, min(1.0, detected)),
        "windows_blind": sum(1 for p in seen if p == 0),
    }  # fmt: skip
    return {key + suffix: value for key, value in found.items()}


@dataclass(frozen=True, slots=True)
class PatrolPlan:
    """What one more patrol could be: its means, range, hours at a place; places tried a zone.

    earliest_h, latest_h: hours after the window's start between which it may stand there.
    """

    means: str = "patrol"
    range_km: float = 10.0
    hours: float = 4.0
    places: int = 64
    earliest_h: float = 0.0
    latest_h: float = 24.0


def best_next_patrol(
    ledger: Ledger, zones: Sequence[NamedRegion], window: Interval, kind: str,
    plan: PatrolPlan | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return, per zone, the place and hours at which one more patrol adds most; best zone first.

    window: at most two days. gain: rise of the zone's detection probability, 0..1, given what
    already watches. Places and slots are tried as if the patrol missed by itself; the gain of the
    one chosen is told as the ledger would reckon it. Not an optimum over the plane.
    """
    plan = plan or PatrolPlan()
    if window.duration_h > 48:
        raise ValueError(f"window of {window.duration_h:.0f} h; plan for at most 48 h at once")
    found = [_best_in(ledger, zone, window, kind, plan) for zone in zones]
    return sorted(found, key=lambda row: (-row["gain"], row["zone"]))


def _best_in(
    ledger: Ledger, zone: NamedRegion, window: Interval, kind: str, plan: PatrolPlan
) -> dict[str, Any]:
    ground = ledger.ground(zone)
    outlook = ledger.outlook(ground, kind)
    left = ledger.left_unseen(outlook, window)[sweep.DETECTED]
    weights = ledger.weights(outlook, window, window)
    if weights is None:
        weights = np.full(left.shape, 1 / left.size)
    tried = _tried(ledger, outlook, (window, len(left)), plan)
    gains = tried.chance @ (left * weights).T @ tried.looking.T
    place, start = np.unravel_index(int(gains.argmax()), gains.shape)
    look = tried.looking[start][:, None] * tried.chance[place]
    before = float(1 - np.vdot(weights, left))
    after = float(1 - np.vdot(weights, _with_one_more(left, look, ledger.detection.dependence)))
    begin = datetime.fromtimestamp(float(tried.starts[start]), UTC)
    return {
        "zone": zone.id, "kind": kind, "lon": float(tried.lon[place]),
        "lat": float(tried.lat[place]), "start_utc": begin,
        "end_utc": min(window.end_utc, begin + timedelta(hours=plan.hours)),
        "gain": after - before, "detection_before": before, "detection_after": after,
        "missed_upper_before": happened_upper(0, before),
        "missed_upper_after": happened_upper(0, after),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Tried:
    """Patrols that could be: places; starts (seconds since 1970); chance by place and point;
    looking by start and slot: the share of the slot, dimmed by night and cloud."""

    lon: Floats
    lat: Floats
    starts: Floats
    chance: Floats
    looking: Floats


def _tried(
    ledger: Ledger, outlook: Outlook, slots: tuple[Interval, int], plan: PatrolPlan
) -> _Tried:
    window, count = slots
    points = outlook.ground.points
    places = lattice(outlook.ground.zone.region, plan.places)
    patrols = [Station(view) for view in _views(plan, places.lon, places.lat)]
    seeing = sights(patrols, ledger.detection, outlook.kind)
    chance = chances(cover(points, patrols), seeing)
    grid = np.zeros((len(patrols), len(points.lon)))
    grid[np.repeat(np.arange(len(patrols)), np.diff(chance.starts)), chance.cells] = chance.values[
        sweep.DETECTED
    ]
    edges = np.linspace(window.start_utc.timestamp(), window.end_utc.timestamp(), count + 1)
    factor = ledger.sight_factor(outlook, plan.means, (edges[:-1] + edges[1:]) / 2)
    starts = _starts(edges, plan)
    within = np.minimum(starts[:, None] + plan.hours * 3600, edges[1:]) - np.maximum(
        starts[:, None], edges[:-1]
    )
    looking = np.clip(within, 0, None) / np.diff(edges) * factor
    return _Tried(places.lon, places.lat, starts, grid, looking)


def _with_one_more(left: Floats, look: Floats, dependence: float) -> Floats:
    """Return what is left unseen once one more observer looks, with these chances."""
    if not dependence:
        return left * (1 - look)
    both = np.maximum(left, sweep.SURE) ** -dependence + (
        np.maximum(1 - look, sweep.SURE) ** -dependence
    )
    return np.asarray((both - 1) ** (-1 / dependence))


def _views(plan: PatrolPlan, lons: Floats, lats: Floats) -> Iterator[View]:
    for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True):
        yield View("one more", plan.means, lon, lat, plan.range_km, None, None, None, None, None)


def _starts(edges: Floats, plan: PatrolPlan) -> Floats:
    """Return slot edges at which a patrol can start and end within the hours allowed."""
    first = edges[0] + plan.earliest_h * 3600
    last = min(edges[0] + plan.latest_h * 3600, edges[-1]) - plan.hours * 3600
    fit = edges[(edges >= first - 1) & (edges <= last + 1)]
    return fit if len(fit) else edges[:1]
