"""Incidents: self-exciting in space and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ground, Ints, arms, moved
from trucewatch.exercise.scene import Scene

FIRE, DEMINING, TRAINING = 0, 1, 2
SPECIALS = ("fire", "demining", "training")


@dataclass(frozen=True, slots=True)
class Incidents:
    """Happenings as arrays; instants are seconds since 1970 in UTC.

    party: who did it (0 north, 1 south). side: who controls the place. special: FIRE and so on.
    """

    number: Ints
    start_s: Floats
    minutes: Floats
    lon: Floats
    lat: Floats
    arm: Ints
    count: Floats
    party: Ints
    side: Ints
    region: Ints
    direction_deg: Floats
    special: Ints

    def __len__(self) -> int:
        return len(self.start_s)

    def taken(self, at: NDArray[np.bool_] | Ints) -> Incidents:
        """Return the chosen incidents."""
        return Incidents(*[getattr(self, name)[at] for name in self.__slots__])


def together(parts: list[Incidents]) -> Incidents:
    """Return several groups of incidents as one."""
    return Incidents(*[np.concatenate([getattr(p, n) for p in parts]) for n in Incidents.__slots__])


@dataclass(slots=True)
class Happenings:
    """Draws incidents scene after scene; what spills past the end of one waits for the next."""

    per_km_day: float  # spontaneous incidents at level 1
    count: int = 0
    waiting: Incidents | None = None

    def of(self, scene: Scene) -> Incidents:
        """Return the incidents of a scene in order of time; ask for scenes in order."""
        parts = [self._spontaneous(scene), *_specials(scene)]
        if self.waiting is not None:
            parts.append(self.waiting)
        parents = together(parts)
        parts = [parents]
        while len(parents):
            parents = _offspring(parents, scene)
            parts.append(parents)
        everything = together(parts)
        later = everything.start_s >= scene.end_s
        self.waiting = everything.taken(later)
        now = everything.taken(~later)
        now = now.taken(np.argsort(now.start_s, kind="stable"))
        now = replace(now, number=np.arange(len(now)) + self.count)
        self.count += len(now)
        return now

    def _spontaneous(self, scene: Scene) -> Incidents:
        rng, ground = scene.rng, scene.ground
        day, region = scene.spread(self.per_km_day * scene.level)
        seconds = scene.day_s(day) + _time_of_day(rng, scene.dials, len(day))
        around = ground.place_lon[_aims(rng, ground, region)]
        party = rng.integers(0, 2, len(region))
        return _placed(scene, seconds, around, party, _arms_for(rng, scene.signs[day, region]))


def _offspring(parents: Incidents, scene: Scene) -> Incidents:
    dials, rng = scene.dials, scene.rng
    breeds = np.flatnonzero((parents.special == FIRE) & (parents.start_s < scene.end_s))
    of = parents.taken(np.repeat(breeds, rng.poisson(dials.offspring, len(breeds))))
    seconds = of.start_s + rng.exponential(dials.offspring_delay_h * 3600, len(of))
    party = np.where(rng.random(len(of)) < dials.return_fire, 1 - of.party, of.party)
    drawn = _arms_for(rng, scene.signs[scene.day_of(of.start_s), of.region])
    arm = np.where(rng.random(len(of)) < 0.4, of.arm, drawn)
    answered = _placed(scene, seconds, of.lon, party, arm)
    same = party == of.party
    near = moved(of.lon, of.lat, *rng.normal(0, dials.offspring_km, (2, len(of))))
    lon, lat = np.where(same, near[0], answered.lon), np.where(same, near[1], answered.lat)
    return replace(
        answered, lon=lon, lat=lat, side=scene.ground.side_of(lon, lat),
        region=scene.ground.region_of(lon),
    )  # fmt: skip


def _specials(scene: Scene) -> Iterator[Incidents]:
    """Yield demining and training: done by daylight, away from the line, on one's own side."""
    ground, rng, dials = scene.ground, scene.rng, scene.dials
    for special, rate in ((DEMINING, dials.demining_km_day), (TRAINING, dials.training_km_day)):
        day, region = scene.spread(rate)
        count, lon = len(day), scene.lon_in(region)
        party = rng.integers(0, 2, count)
        away = rng.uniform(3, 12, count) * np.where(party == 0, 1, -1)
        lon, lat = moved(lon, ground.line_lat(lon), 0.0, away)
        arm = _arms_for(rng, np.full(count, 3.0)) if special == TRAINING else _demining(count)
        yield Incidents(
            np.zeros(count, np.int64), scene.day_s(day) + rng.uniform(9, 16, count) * 3600,
            rng.exponential(40, count) + 5, lon, lat, arm, rng.geometric(0.3, count).astype(float),
            party, party, region, np.full(count, np.nan), np.full(count, special),
        )  # fmt: skip


def _demining(count: int) -> Ints:
    return np.full(count, arms().ids.index("mortar"))


def _time_of_day(rng: np.random.Generator, dials: Dials, count: int) -> Floats:
    """Return seconds of the day: night fire peaks at 21 h, day fire is even."""
    night = (rng.normal(21.0, 2.6, count) % 24) * 3600
    return np.where(rng.random(count) < dials.night_share, night, rng.uniform(6, 18, count) * 3600)


def _arms_for(rng: np.random.Generator, signs: Floats) -> Ints:
    """Return what is fired; signs of preparation (1 and more) shift it to heavy weapons."""
    table = arms()
    weight = table["share"] * (1 + table["heavy"] * (signs[:, None] - 1))
    edges = np.cumsum(weight, axis=1)
    drawn = rng.random(len(signs)) * edges[:, -1]
    return np.asarray((edges < drawn[:, None]).sum(axis=1), dtype=np.int64)


def _aims(rng: np.random.Generator, ground: Ground, region: Ints) -> Ints:
    """Return a settlement that fire aims near, by its draw within the region."""
    edges = np.cumsum(ground.place_draw)
    first = np.searchsorted(ground.region_of(ground.place_lon), np.arange(ground.regions))
    before = np.where(first > 0, edges[first - 1], 0.0)
    total = np.append(before[1:], edges[-1]) - before
    drawn = before[region] + rng.random(len(region)) * total[region]
    return np.asarray(np.minimum(np.searchsorted(edges, drawn), len(edges) - 1))


def _placed(scene: Scene, seconds: Floats, around: Floats, party: Ints, arm: Ints) -> Incidents:
    """Return incidents beyond the line, as far as their weapon's depth, near a longitude."""
    table, count, ground, rng = arms(), len(seconds), scene.ground, scene.rng
    along = np.clip(ground.along_of(around) + rng.normal(0, 1.5, count), 0.1, ground.line_km - 0.1)
    lon = np.asarray(ground.lon_of(along))
    depth = rng.exponential(table["depth_km"][arm]) + 0.1
    # Party 0 fires south; one in ten rounds is heard where it leaves, on the firing side.
    south = np.where(party == 0, 1.0, -1.0) * np.where(rng.random(count) < 0.1, -1.0, 1.0)
    lon, lat = moved(lon, ground.line_lat(lon), 0.0, -south * np.minimum(depth, 25.0))
    rounds = np.ceil(table["count"][arm] * rng.lognormal(0, table["spread"][arm]))
    toward = np.where(party == 0, 180.0, 0.0) + rng.normal(0, 35, count)
    return Incidents(
        np.zeros(count, np.int64), seconds, rng.exponential(table["minutes"][arm]) + 0.2, lon, lat,
        arm, rounds, party, ground.side_of(lon, lat), ground.region_of(lon), toward % 360,
        np.zeros(count, np.int64),
    )  # fmt: skip
