"""Posts: who could have seen what. Patrols, cameras, UAV flights, stations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ground, Ints, km_per_degree, moved
from trucewatch.exercise.scene import DAY_S, Scene

PATROL, CAMERA, UAV, STATION = range(4)
POST_KINDS = ("patrol", "camera", "uav", "station")
POST_MEANS = ("patrol", "recorded", "uav", "acoustic")
STATUSES = ("working", "outage", "denied", "jammed")
WORKING, OUTAGE, DENIED, JAMMED = range(4)
RANGE_KM = (15.0, 10.0, 10.0, 16.0)  # beyond it a kind of post notices nothing


VIEW_DEG = 75.0  # field of view of a camera


def key_of(day: Ints, lon: Floats) -> Floats:
    """Return one number that sorts by day and then by longitude."""
    return day * 1000.0 + lon


@dataclass(frozen=True, slots=True)
class Posts:
    """Watches of a scene as arrays, sorted by day and then from west to east."""

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
    day: Ints  # counted from the scene's first

    @property
    def key(self) -> Floats:
        """What the posts are sorted by: see `key_of`."""
        return key_of(self.day, self.lon)

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


def posts_of(scene: Scene, corps: Corps) -> Posts:
    """Return all watches of a scene; those that did not work are kept with their status."""
    shape = (scene.days, scene.ground.regions)
    fog = scene.rng.random(shape) < scene.dials.fog
    clear = np.where(fog, scene.rng.uniform(0.1, 0.5, shape), 1.0)
    parts = [
        *_patrols(scene, corps), *_cameras(scene, corps), _flights(scene, corps),
        _stations(scene, corps),
    ]  # fmt: skip
    joined = Posts(*[np.concatenate([getattr(p, n) for p in parts]) for n in Posts.__slots__])
    order = np.argsort(joined.key, kind="stable")
    placed = joined.taken(order)
    placed.sight[:] = clear[placed.day, scene.ground.region_of(placed.lon)]
    return placed


def _every_day(scene: Scene, corps: Corps, kind: int, times: int = 1) -> tuple[Ints, Ints]:
    """Return (day, observer) of every observer of a kind on every day, `times` a day."""
    who = np.repeat(corps.of(kind), times)
    return np.repeat(np.arange(scene.days), len(who)), np.tile(who, scene.days)


def _made(scene: Scene, kind: int, day: Ints, observer: Ints, **more: Any) -> Posts:
    """Return posts of one kind; start_s and end_s count from the start of the day."""
    count, start = len(observer), scene.day_s(day)
    return Posts(
        observer, np.full(count, kind), more["lon"], more["lat"], start + more["start_s"],
        start + more["end_s"], np.broadcast_to(more.get("bearing_deg", np.nan), count),
        np.broadcast_to(more.get("view_deg", np.nan), count),
        np.broadcast_to(more.get("status", WORKING), count), np.ones(count), day,
    )  # fmt: skip


def _patrols(scene: Scene, corps: Corps) -> Iterator[Posts]:
    """Yield two positions by day and the base by night, where a team still hears."""
    rng = scene.rng
    day, team = _every_day(scene, corps, PATROL)
    home_lon, home_lat = corps.lon[team], corps.lat[team]
    denied = _befalls(scene, scene.dials.denial, day, home_lon)
    for start_h, hours in ((8.5, 3.0), (12.5, 3.5)):
        lon, lat = moved(home_lon, home_lat, *rng.normal(0, 1.5, (2, len(team))))
        start = (start_h + rng.uniform(-0.4, 0.4, len(team))) * 3600
        # A denial stops one of the two positions more often than both, never the night.
        status = np.where(denied & (rng.random(len(team)) < 0.6), DENIED, WORKING)
        yield _made(scene, PATROL, day, team, lon=lon, lat=lat, start_s=start,
                    end_s=start + hours * 3600, status=status)  # fmt: skip
    for begin_h, end_h in ((0.0, 7.0), (17.0, 24.0)):
        yield _made(scene, PATROL, day, team, lon=home_lon, lat=home_lat,
                    start_s=begin_h * 3600, end_s=end_h * 3600)  # fmt: skip


def _cameras(scene: Scene, corps: Corps) -> Iterator[Posts]:
    """Yield cameras, round the clock in a fixed direction; an outage cuts the day in two."""
    rng = scene.rng
    day, camera = _every_day(scene, corps, CAMERA)
    out = _befalls(scene, scene.dials.outage, day, corps.lon[camera])
    begin = rng.uniform(0, 20, len(camera)) * 3600
    end = np.minimum(begin + rng.exponential(9, len(camera)) * 3600, DAY_S)
    whole = np.full(len(camera), True)
    for start_s, end_s, status, chosen in (
        (np.zeros(len(camera)), np.where(out, begin, DAY_S), WORKING, whole),
        (begin, end, OUTAGE, out),
        (end, np.full(len(camera), DAY_S), WORKING, out & (end < DAY_S)),
    ):
        who = camera[chosen]
        yield _made(
            scene, CAMERA, day[chosen], who, lon=corps.lon[who], lat=corps.lat[who],
            start_s=start_s[chosen], end_s=end_s[chosen], bearing_deg=corps.bearing_deg[who],
            view_deg=VIEW_DEG, status=status,
        )  # fmt: skip


def _flights(scene: Scene, corps: Corps) -> Posts:
    rng = scene.rng
    day, flight = _every_day(scene, corps, UAV, times=2)
    lon, _ = moved(corps.lon[flight], corps.lat[flight], rng.normal(0, 4, len(flight)), 0.0)
    lat = scene.ground.line_lat(lon) + rng.normal(0, 0.02, len(flight))
    jammed = _befalls(scene, scene.dials.jammed, day, lon)
    start = rng.uniform(7, 20, len(flight)) * 3600
    return _made(
        scene, UAV, day, flight, lon=lon, lat=lat, start_s=start, end_s=start + 2 * 3600,
        status=np.where(jammed, JAMMED, WORKING),
    )  # fmt: skip


def _stations(scene: Scene, corps: Corps) -> Posts:
    day, station = _every_day(scene, corps, STATION)
    out = scene.rng.random(len(station)) < scene.dials.outage / 2
    return _made(
        scene, STATION, day, station, lon=corps.lon[station], lat=corps.lat[station],
        start_s=0.0, end_s=DAY_S, status=np.where(out, OUTAGE, WORKING),
    )  # fmt: skip


def _befalls(scene: Scene, share: float, day: Ints, lon: Floats) -> NDArray[np.bool_]:
    """Return whether trouble befalls each post; a build-up makes it likelier."""
    signs = scene.signs[day, scene.ground.region_of(lon)]
    return np.asarray(scene.rng.random(len(day)) < np.minimum(share * signs, 0.9))
