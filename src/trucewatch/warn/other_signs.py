"""The signs of a mission beside its counts: from observations, watches and fires, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.mission import Mission
from trucewatch.store import Run, Store
from trucewatch.warn.fire_signs import Span, fire_sign
from trucewatch.warn.given import bound_of, sign_rows, watch_rows
from trucewatch.warn.indicators import catalogue, hiding
from trucewatch.warn.preparation import REACH_DAYS, Scan, scan
from trucewatch.warn.sign_channels import COUNTED, channels_of, with_sum
from trucewatch.warn.signs import Points, Seen, sign_points, silence_points

Floats = NDArray[np.float64]

# A year for the track record, and the past that its first days are set against.
SIGN_DAYS = 380 + REACH_DAYS
FIRES, SILENCE, WATCHES = "fires", "silence", "observers_leave"
# Where nobody reports refusals or jamming, the watches that met them tell of them.
BY_WATCHES = {"access_denied": "denied", "jamming": "jammed"}
IN_SCAN = (*chain(*COUNTED.values()), "heavy", "calibre_named")


@dataclass(frozen=True, slots=True)
class Signs:
    """Points of each sign, zones (the mission last, where there are several) x days to today.

    scan: the signs of preparation read together; None where none is on record. notes: what
    stands behind a sign, or why it says nothing.
    """

    points: dict[str, Points]
    days: int
    scan: Scan | None = None
    notes: dict[str, str] = field(default_factory=dict)

    def today(self, zone: int) -> dict[str, float]:
        """Indicator -> its points at today's close."""
        return {name: float(one.points[zone, -1]) for name, one in self.points.items()}

    def blind_today(self, zone: int) -> dict[str, float]:
        """Indicator -> days in a row on which it could not be seen, to today."""
        return {name: float(one.blind_days[zone, -1]) for name, one in self.points.items()}

    def widening(self, zone: int) -> float:
        """What blind signs add to the half-width of a range, in log-odds, 0 or more."""
        return hiding(self.blind_today(zone))


@dataclass(frozen=True, slots=True)
class _Days:
    """The zones and days a sign is gathered over."""

    zones: tuple[str, ...]
    first: date
    days: int

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.zones), self.days

    def seen(self, rows: Iterable[dict[str, Any]], *, arrived: bool = False) -> Seen:
        """Rows of zone, day, known_day and n as arrays; arrived: by the day of knowledge."""
        place = {zone: i for i, zone in enumerate(self.zones)}
        found = np.array([
            (place[r["zone"]], (r["known_day" if arrived else "day"] - self.first).days,
             (r["known_day"] - self.first).days, r["n"])
            for r in rows if r["zone"] in place
        ], dtype=np.float64).reshape(-1, 4)  # fmt: skip
        zone, day, known = (found[:, k].astype(np.int64) for k in range(3))
        return Seen(zone, day, known, found[:, 3])

    def everywhere(self, told: dict[date, date]) -> Seen:
        """Days that were seen in every zone, with the day on which that was known."""
        return self.seen({"zone": zone, "day": day, "known_day": known, "n": 1.0}
                         for zone in self.zones for day, known in told.items())  # fmt: skip


def other_signs(
    store: Store, mission: Mission, run: Run, zones: tuple[str, ...],
    *, peace_years: tuple[int, int] | None = None,
) -> Signs:  # fmt: skip
    """Return the signs of the days that a run looks back on: see `signs_until`."""
    return signs_until(store, mission, run.data_utc, zones, peace_years=peace_years)


def signs_until(
    store: Store, mission: Mission, now: datetime, zones: tuple[str, ...],
    *, days: int = SIGN_DAYS, peace_years: tuple[int, int] | None = None,
) -> Signs:  # fmt: skip
    """Return the signs at the close of each of the last days, as known each day.

    zones: those of the forecast; where they are several the last is the mission, whose points
    are the highest of its zones. days: how many to the day of `now`. peace_years: first and last
    year without war, for fires.
    """
    today, since = mission.clock.day_containing(now), now - timedelta(days=days)
    named = tuple(r.id for r in mission.regions if r.id in zones)
    over = _Days(named, today - timedelta(days=days - 1), days)
    rows = [r for r in sign_rows(store, mission, since) if r["known_day"] <= today]
    found = _counted(rows, over)
    watches = [r for r in watch_rows(store, mission, since) if r["known_day"] <= today]
    found |= _watches(watches, over)
    scanned = _scanned(rows, watches, over, len(zones))
    notes: dict[str, str] = {}
    if peace_years is not None:
        regions = tuple(r for r in mission.regions if r.id in named)
        points, notes[FIRES] = fire_sign(
            store, regions, bound_of(mission), Span(over.first, over.days), peace=peace_years,
        )  # fmt: skip
        found |= {FIRES: points} if points is not None else {}
    return Signs(_with_whole(found, len(zones) - len(named)), over.days, scanned, notes)


def _counted(rows: Sequence[dict[str, Any]], over: _Days) -> dict[str, Points]:
    """Every sign that is counted in accounts, and the silence of all of them."""
    watched = over.everywhere(_days_told(rows))
    found = {}
    for one in catalogue():
        mine = [r for r in rows if r["sign"] in one.kinds]
        if mine:
            found[one.name] = sign_points(over.seen(mine), watched, over.shape)
    every = [r for r in rows if r["sign"] == "any"]
    if every:
        found[SILENCE] = silence_points(over.seen(every, arrived=True), over.shape)
    return found


def _watches(rows: Sequence[dict[str, Any]], over: _Days) -> dict[str, Points]:
    """Watches that fail or end."""
    if not rows:
        return {}
    lost, watches = (_watches_seen(rows, over, column) for column in ("lost", "watches"))
    return {WATCHES: sign_points(lost, _each_day(watches), over.shape)}


def _watches_seen(rows: Sequence[dict[str, Any]], over: _Days, column: str) -> Seen:
    """Watches by what became of them; those without a place count in every zone."""
    return over.seen(
        {**row, "zone": zone, "n": row[column]}
        for row in rows if row[column]
        for zone in ([row["zone"]] if row["zone"] else over.zones)
    )  # fmt: skip


def _each_day(watches: Seen) -> Seen:
    return Seen(watches.zone, watches.day, watches.known, np.ones(len(watches.n)))


def _scanned(
    rows: Sequence[dict[str, Any]], watches: Sequence[dict[str, Any]], over: _Days, zones: int
) -> Scan | None:
    """The scan of the signs of preparation; zones above those of `over`: the mission, their sum."""
    told = {kind: over.seen(r for r in rows if r["sign"] == kind) for kind in IN_SCAN}
    for kind, column in BY_WATCHES.items():
        if not len(told[kind].n):
            told[kind] = _watches_seen(watches, over, column)
    told["watch_out"] = _watches_seen(watches, over, "out")
    told["watches"] = _watches_seen(watches, over, "watches")
    days = over.everywhere(_days_told(rows))
    if zones > len(over.zones):
        told = {kind: with_sum(one, len(over.zones)) for kind, one in told.items()}
        days = with_sum(days, len(over.zones))
    channels = channels_of(told, days)
    return scan(channels, (zones, over.days)) if channels else None


def _days_told(rows: Sequence[dict[str, Any]]) -> dict[date, date]:
    """Days on which anything was seen, with the day on which that was first known."""
    told: dict[date, date] = {}
    for row in rows:
        if row["sign"] == "any":
            told[row["day"]] = min(told.get(row["day"], row["known_day"]), row["known_day"])
    return told


def _with_whole(found: dict[str, Points], more: int) -> dict[str, Points]:
    """Append the mission's own row: the highest points of its zones, blind where all are."""
    if not more:
        return found
    return {
        name: Points(np.vstack([one.points, one.points.max(axis=0)]),
                     np.vstack([one.blind_days, one.blind_days.min(axis=0)]))
        for name, one in found.items()
    }  # fmt: skip
