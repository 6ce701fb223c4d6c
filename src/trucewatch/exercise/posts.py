"""Posts: who could have seen what, on one day. Patrols, cameras, UAV flights, stations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ground, Ints, km_per_degree, moved
from trucewatch.exercise.happen import DAY_S

PATROL, CAMERA, UAV, STATION = range(4)
POST_KINDS = ("patrol", "camera", "uav", "station")
POST_MEANS = ("patrol", "recorded", "uav", "acoustic")
STATUSES = ("working", "outage", "denied", "jammed")
WORKING, OUTAGE, DENIED, JAMMED = range(4)
RANGE_KM = (10.0, 8.0, 8.0, 30.0)  # nominal range of each kind of post, as mandates state it


@dataclass(frozen=True, slots=True)
class Posts:
    """Watches of one day as arrays, sorted from west to east."""

    observer: Ints  # number of the team, camera, flight or station in the whole exercise
    kind: Ints
    lon: Floats
    lat: Floats
    start_s: Floats
    end_s: Floats
    bearing_deg: Floats  # NaN: all round
    view_deg: Floats
    status: Ints
    sight: Floats  # factor on what can be seen: fog

    def __len__(self) -> int:
        return len(self.lon)

    def taken(self, at: Ints | NDArray[np.bool_]) -> Posts:
        """Return the chosen posts."""
        return Posts(*[getattr(self, name)[at] for name in self.__slots__])


@dataclass(frozen=True, slots=True)
class Corps:
    """The observers of an exercise and where each belongs; the first patrols, then cameras..."""

    numbers: tuple[int, int, int, int]
    lon: Floats
    lat: Floats
    bearing_deg: Floats
    names: list[str]

    def of(self, kind: int) -> Ints:
        """Return the numbers of the observers of one kind."""
        first = sum(self.numbers[:kind])
        return np.arange(first, first + self.numbers[kind])


def corps_for(ground: Ground, dials: Dials, seed: int) -> Corps:
    """Return the observers of an exercise, spaced along the line with some disorder."""
    rng = np.random.default_rng([seed, 3])
    gaps = (dials.patrol_gap_km, dials.camera_gap_km, dials.uav_gap_km, dials.station_gap_km)
    numbers = tuple(max(2, int(ground.line_km / max(gap, 0.1))) for gap in gaps)
    along = [
        (np.arange(count) + rng.uniform(0.2, 0.8, count)) * ground.line_km / count
        for count in numbers
    ]
    lon = np.asarray(ground.lon_of(np.concatenate(along)))
    spread = np.repeat([2.5, 0.6, 1.0, 8.0], numbers)
    side = rng.choice([-1, 1], len(lon))
    away = side * spread * rng.uniform(0.4, 1.6, len(lon))
    lat = ground.line_lat(lon) + away / km_per_degree(ground.line_lat(lon))[1]
    # Cameras look across the line.
    bearing = np.where(side > 0, 180.0, 0.0) + rng.normal(0, 25, len(lon))
    names = [
        f"{kind.upper()}-{number + 1:03d}"
        for kind, count in zip(POST_KINDS, numbers, strict=True) for number in range(count)
    ]  # fmt: skip
    return Corps(numbers, lon, lat, bearing % 360, names)  # type: ignore[arg-type]


def posts_of_day(
    ground: Ground, corps: Corps, dials: Dials, signs: Floats, day_s: float,
    rng: np.random.Generator,
) -> Posts:  # fmt: skip
    """Return all watches of a day; those that did not work are kept with their status."""
    clear = np.where(rng.random(ground.regions) < dials.fog, rng.uniform(0.1, 0.5), 1.0)
    parts = [
        _patrols(ground, corps, dials, signs, rng),
        _cameras(ground, corps, dials, signs, rng),
        _flights(ground, corps, dials, signs, rng),
        _stations(corps, dials, rng),
    ]
    joined = Posts(*[np.concatenate([getattr(p, n) for p in parts]) for n in Posts.__slots__])
    sight = clear[ground.region_of(joined.lon)]
    placed = Posts(
        joined.observer, joined.kind, joined.lon, joined.lat, joined.start_s + day_s,
        joined.end_s + day_s, joined.bearing_deg, joined.view_deg, joined.status, sight,
    )  # fmt: skip
    return placed.taken(np.argsort(placed.lon, kind="stable"))


def _made(observer: Ints, kind: int, lon: Floats, lat: Floats, **more: Floats | Ints) -> Posts:
    count = len(observer)
    none, working = np.full(count, np.nan), np.full(count, WORKING)
    return Posts(
        observer, np.full(count, kind), lon, lat, np.asarray(more["start_s"], dtype=float),
        np.asarray(more["end_s"], dtype=float), np.asarray(more.get("bearing_deg", none)),
        np.asarray(more.get("view_deg", none)), np.asarray(more.get("status", working)), none,
    )  # fmt: skip


def _patrols(
    ground: Ground, corps: Corps, dials: Dials, signs: Floats, rng: np.random.Generator
) -> Posts:
    """Two positions by day and the base by night, where a team still hears."""
    team = corps.of(PATROL)
    denied = _befalls(rng, dials.denial, signs[ground.region_of(corps.lon[team])])
    parts = []
    for start_h, hours in ((8.5, 3.0), (12.5, 3.5)):
        lon, lat = moved(corps.lon[team], corps.lat[team], *rng.normal(0, 1.5, (2, len(team))))
        start = (start_h + rng.uniform(-0.4, 0.4, len(team))) * 3600
        # A denial stops one of the two positions, not the night at the base.
        status = np.where(denied & (rng.random(len(team)) < 0.6), DENIED, WORKING)
        parts.append(
            _made(team, PATROL, lon, lat, start_s=start, end_s=start + hours * 3600, status=status)
        )
    for begin_h, end_h in ((0.0, 7.0), (17.0, 24.0)):
        start = np.full(len(team), begin_h * 3600)
        end = np.full(len(team), end_h * 3600)
        parts.append(
            _made(team, PATROL, corps.lon[team], corps.lat[team], start_s=start, end_s=end)
        )
    return Posts(*[np.concatenate([getattr(p, n) for p in parts]) for n in Posts.__slots__])


def _cameras(
    ground: Ground, corps: Corps, dials: Dials, signs: Floats, rng: np.random.Generator
) -> Posts:
    """Round the clock in a fixed direction; an outage cuts the day in two watches."""
    camera = corps.of(CAMERA)
    out = _befalls(rng, dials.outage, signs[ground.region_of(corps.lon[camera])])
    begin = rng.uniform(0, 20, len(camera)) * 3600
    end = np.minimum(begin + rng.exponential(9, len(camera)) * 3600, DAY_S)
    parts = []
    for start_s, end_s, status, chosen in (
        (np.zeros(len(camera)), np.where(out, begin, DAY_S), WORKING, np.full(len(camera), True)),
        (begin, end, OUTAGE, out),
        (end, np.full(len(camera), DAY_S), WORKING, out & (end < DAY_S)),
    ):
        who = camera[chosen]
        parts.append(_made(
            who, CAMERA, corps.lon[who], corps.lat[who], start_s=start_s[chosen],
            end_s=end_s[chosen], bearing_deg=corps.bearing_deg[who],
            view_deg=np.full(len(who), 75.0), status=np.full(len(who), status),
        ))  # fmt: skip
    return Posts(*[np.concatenate([getattr(p, n) for p in parts]) for n in Posts.__slots__])


def _flights(
    ground: Ground, corps: Corps, dials: Dials, signs: Floats, rng: np.random.Generator
) -> Posts:
    flight = np.repeat(corps.of(UAV), 2)
    lon, lat = moved(corps.lon[flight], corps.lat[flight], *rng.normal(0, 4, (2, len(flight))))
    lat = ground.line_lat(lon) + rng.normal(0, 0.02, len(flight))
    jammed = _befalls(rng, dials.jammed, signs[ground.region_of(lon)])
    start = rng.uniform(7, 20, len(flight)) * 3600
    return _made(
        flight, UAV, lon, lat, start_s=start, end_s=start + 2 * 3600,
        status=np.where(jammed, JAMMED, WORKING),
    )  # fmt: skip


def _stations(corps: Corps, dials: Dials, rng: np.random.Generator) -> Posts:
    station = corps.of(STATION)
    out = rng.random(len(station)) < dials.outage / 2
    return _made(
        station, STATION, corps.lon[station], corps.lat[station],
        start_s=np.zeros(len(station)), end_s=np.full(len(station), DAY_S),
        status=np.where(out, OUTAGE, WORKING),
    )  # fmt: skip


def _befalls(rng: np.random.Generator, share: float, signs: Floats) -> NDArray[np.bool_]:
    """Return whether trouble befalls each; a build-up makes it likelier."""
    return np.asarray(rng.random(len(signs)) < np.minimum(share * signs, 0.9))
