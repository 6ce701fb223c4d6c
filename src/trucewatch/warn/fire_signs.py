"""Satellite fires of a mission as a sign: those above what its years of peace burnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.mission import NamedRegion
from trucewatch.store import Store
from trucewatch.warn.fires import (
    Background,
    Cells,
    Fires,
    Surroundings,
    day_factors,
    fit_background,
    score_fires,
    weekly_rates,
)
from trucewatch.warn.signs import Points, Seen, sign_points

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Dates = NDArray[np.datetime64]

STEP = Path(__file__).parent / "sql" / "thermal.sql"
KM_PER_DEGREE = 111.2
# Enough country around the zones that 'the burning of the day' is not the war's own.
MARGIN_DEG = 2.0
LEAST_PEACE_FIRES = 500


@dataclass(frozen=True, slots=True)
class Span:
    """The days a sign is wanted for: the first day, and how many; index 0 is the first."""

    first: date
    days: int


def fire_sign(
    store: Store, regions: tuple[NamedRegion, ...], bound: Mapping[str, Any], span: Span,
    *, peace: tuple[int, int],
) -> tuple[Points | None, str]:  # fmt: skip
    """Return the points of fires above background, regions x days, and a word.

    bound: what every step binds. peace: first and last year without war, both included. Days
    without a single fire anywhere around are unknown: cloud and a missing file look like that.
    None with the reason where those years hold too few fires to learn from.
    """
    west, east, south, north = _frame(regions)
    rows = store.step(STEP, {
        **bound, "since": datetime.combine(span.first, time(), UTC),
        "peace_from": peace[0], "peace_to": peace[1],
        "west": west, "east": east, "south": south, "north": north,
    })  # fmt: skip
    found = {name: rows.column(name).to_numpy() for name in ("lon", "lat", "day", "known_day")}
    known = found["known_day"].astype("datetime64[D]")
    told = known < np.datetime64(span.first) + span.days
    day = found["day"].astype("datetime64[D]")
    fires = Fires(found["lon"], found["lat"], day).where(told)
    years = range(peace[0], peace[1] + 1)
    burnt = np.isin(fires.year, years)
    if burnt.sum() < LEAST_PEACE_FIRES:
        return None, f"{int(burnt.sum())} fires of {peace[0]} to {peace[1]}: too few to learn from"
    cells = Cells.around(fires.lon, fires.lat)
    seen = sorted(set(fires.year[burnt].tolist()))
    model = fit_background(fires.where(burnt), Surroundings(cells, cells.blocks), seen)
    points = _points(fires, known[told], model, regions, span)
    return points, f"background of {len(seen)} years, {int(burnt.sum())} fires"


def _points(
    fires: Fires, known: Dates, model: Background,
    regions: tuple[NamedRegion, ...], span: Span,
) -> Points:  # fmt: skip
    first = np.datetime64(span.first)
    recent = fires.day >= first
    scored = score_fires(fires.where(recent), model)
    zone_of = _zone_of_cells(model.around.cells, regions)
    place, at = zone_of[scored.cell], (scored.day - first).astype(np.int64)
    arrival = _arrival(fires.day[recent], known[recent], first)
    war = scored.war & (place >= 0)
    counted = Seen(place[war], at[war], arrival[at[war]], scored.count[war].astype(np.float64))
    shape = (len(regions), span.days)
    days = np.flatnonzero(arrival >= 0)
    watched = Seen(
        np.repeat(np.arange(shape[0]), len(days)), np.tile(days, shape[0]),
        np.tile(arrival[days], shape[0]), np.ones(shape[0] * len(days)),
    )  # fmt: skip
    usual = _usual(fires.where(recent), model, zone_of, (shape, first))
    return sign_points(counted, watched, shape, usual=usual)


def _arrival(days: Dates, known: Dates, first: np.datetime64) -> Ints:
    """Per day index the day on which half of its fires were known; -1 where there is none."""
    at, told = (days - first).astype(np.int64), (known - first).astype(np.int64)
    found = np.full(int(at.max()) + 1 if len(at) else 0, -1)
    order = np.lexsort((told, at))
    day, start, number = np.unique(at[order], return_index=True, return_counts=True)
    found[day] = np.maximum(told[order][start + (number - 1) // 2], 0)
    return found


def _usual(
    fires: Fires, model: Background, zone_of: Ints, wanted: tuple[tuple[int, int], np.datetime64]
) -> Floats:
    """Zones x days: fires that peacetime burning alone would have called war, smoothed by days."""
    shape, first = wanted
    days = np.unique(fires.day)
    factors = day_factors(fires, model, days)
    found = np.zeros(shape)
    at = (days - first).astype(np.int64)
    inside = at < shape[1]
    for zone in range(shape[0]):
        expected = weekly_rates(model, zone_of == zone, days) * factors
        found[zone, at[inside]] = model.settings.share * expected.sum(axis=0)[inside]
    return found


def _frame(regions: tuple[NamedRegion, ...]) -> tuple[float, float, float, float]:
    """West, east, south and north of the mission with its margin, in degrees."""
    reach = [one.region.radius_km / KM_PER_DEGREE + MARGIN_DEG for one in regions]
    wide = [
        r / max(0.1, float(np.cos(np.radians(one.region.lat))))
        for r, one in zip(reach, regions, strict=True)
    ]
    at = list(zip(regions, reach, wide, strict=True))
    return (
        max(-180.0, min(o.region.lon - w for o, _, w in at)),
        min(180.0, max(o.region.lon + w for o, _, w in at)),
        max(-90.0, min(o.region.lat - r for o, r, _ in at)),
        min(90.0, max(o.region.lat + r for o, r, _ in at)),
    )


def _zone_of_cells(cells: Cells, regions: tuple[NamedRegion, ...]) -> Ints:
    """The nearest mission region of each cell within its radius, -1 outside all."""
    lon, lat = cells.centres
    apart = np.array([
        KM_PER_DEGREE * np.hypot(
            lat - one.region.lat, (lon - one.region.lon) * np.cos(np.radians(one.region.lat)))
        for one in regions
    ])  # fmt: skip
    reach = np.array([one.region.radius_km for one in regions])[:, None]
    inside = np.where(apart <= reach, apart, np.inf)
    return np.where(np.isfinite(inside).any(axis=0), inside.argmin(axis=0), -1)
