"""The signs of a mission beside its counts: from observations, watches and fires, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.mission import Mission
from trucewatch.store import Run, Store
from trucewatch.warn.fire_signs import Span, fire_sign
from trucewatch.warn.given import STEPS, bound_of, sign_rows
from trucewatch.warn.indicators import catalogue, hiding
from trucewatch.warn.signs import Points, Seen, sign_points, silence_points

Floats = NDArray[np.float64]

# A year for the track record, and the past that its first days are set against.
SIGN_DAYS = 380 + 61
FIRES, SILENCE, WATCHES = "fires", "silence", "watch_lost"


@dataclass(frozen=True, slots=True)
class Signs:
    """Points of each sign, zones (the mission last, where there are several) x days to today.

    notes: what stands behind a sign, or why it says nothing.
    """

    points: dict[str, Points]
    days: int
    notes: dict[str, str] = field(default_factory=dict)

    def today(self, zone: int) -> dict[str, float]:
        """Indicator -> its points at today's close."""
        return {name: float(one.points[zone, -1]) for name, one in self.points.items()}

    def all_points(self) -> dict[str, Floats]:
        """Indicator -> its points at the close of each day, zones x days."""
        return {name: one.points for name, one in self.points.items()}

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
    lost = store.step(STEPS / "watches_lost.sql", {**bound_of(mission), "since": since}).to_pylist()
    found |= _watches([r for r in lost if r["known_day"] <= today], over)
    notes: dict[str, str] = {}
    if peace_years is not None:
        regions = tuple(r for r in mission.regions if r.id in named)
        points, notes[FIRES] = fire_sign(
            store, regions, bound_of(mission), Span(over.first, over.days), peace=peace_years,
        )  # fmt: skip
        found |= {FIRES: points} if points is not None else {}
    return Signs(_with_whole(found, len(zones) - len(named)), over.days, notes)


def _counted(rows: Sequence[dict[str, Any]], over: _Days) -> dict[str, Points]:
    """Every sign that is counted in accounts, and the silence of all of them."""
    told: dict[date, date] = {}
    for row in rows:
        if row["sign"] == "any":
            told[row["day"]] = min(told.get(row["day"], row["known_day"]), row["known_day"])
    watched = over.everywhere(told)
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
    """Watches that fail or end, over the whole mission."""
    if not rows:
        return {}
    told: dict[date, date] = {}
    for row in rows:
        told[row["day"]] = min(told.get(row["day"], row["known_day"]), row["known_day"])
    lost = over.seen({**row, "zone": zone, "n": row["lost"]} for zone in over.zones for row in rows)
    name = next(one.name for one in catalogue() if WATCHES in one.kinds)
    return {name: sign_points(lost, over.everywhere(told), over.shape)}


def _with_whole(found: dict[str, Points], more: int) -> dict[str, Points]:
    """Append the mission's own row: the highest points of its zones, blind where all are."""
    if not more:
        return found
    return {
        name: Points(np.vstack([one.points, one.points.max(axis=0)]),
                     np.vstack([one.blind_days, one.blind_days.min(axis=0)]))
        for name, one in found.items()
    }  # fmt: skip
