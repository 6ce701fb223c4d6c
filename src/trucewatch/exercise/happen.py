"""Incidents: self-exciting in space and time, drawn a day at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ground, Ints, arms, moved
from trucewatch.exercise.plan import Plan

DAY_S = 86_400.0
FIRE, DEMINING, TRAINING = 0, 1, 2
SPECIALS = ("fire", "demining", "training")


@dataclass(frozen=True, slots=True)
class Incidents:
    """Happenings of one day as arrays; instants are seconds since 1970 in UTC.

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
    """Draws the incidents of one day after the other; what spills past midnight waits."""

    ground: Ground
    plan: Plan
    dials: Dials
    per_km_day: float  # spontaneous incidents at level 1
    first_s: float  # start of the exercise
    count: int = 0
    waiting: Incidents | None = None

    def of_day(self, day: int, rng: np.random.Generator) -> Incidents:
        """Return the incidents of a day in order of time; days must be asked for in order."""
        end_s = self.first_s + (day + 1) * DAY_S
        parts = [self._spontaneous(day, rng), self._specials(day, rng)]
        if self.waiting is not None:
            parts.append(self.waiting)
        parents = together(parts)
        parts = [parents]
        while len(parents):
            parents = self._offspring(parents, day, rng)
            parts.append(parents)
        everything = together(parts)
        later = everything.start_s >= end_s
        self.waiting = everything.taken(later)
        today = everything.taken(~later)
        today = today.taken(np.argsort(today.start_s, kind="stable"))
        numbered = replace(today, number=np.arange(len(today)) + self.count)
        self.count += len(today)
        return numbered

    def _spontaneous(self, day: int, rng: np.random.Generator) -> Incidents:
        ground = self.ground
        mean = self.per_km_day * ground.line_km / ground.regions * self.plan.level[day]
        region = np.repeat(np.arange(ground.regions), rng.poisson(mean))
        seconds = _time_of_day(rng, self.dials, len(region)) + self.first_s + day * DAY_S
        around = ground.place_lon[_aims(rng, ground, region)]
        party = rng.integers(0, 2, len(region))
        arm = _arms_for(rng, self.plan.signs[day, region])
        return _placed(rng, ground, seconds, around, party, arm)

    def _offspring(self, parents: Incidents, day: int, rng: np.random.Generator) -> Incidents:
        dials = self.dials
        breeds = (parents.special == FIRE) & (parents.start_s < self.first_s + (day + 1) * DAY_S)
        of = parents.taken(np.repeat(np.flatnonzero(breeds), rng.poisson(
            dials.offspring, int(breeds.sum()))))  # fmt: skip
        seconds = of.start_s + rng.exponential(dials.offspring_delay_h * 3600, len(of))
        party = np.where(rng.random(len(of)) < dials.return_fire, 1 - of.party, of.party)
        drawn = _arms_for(rng, self.plan.signs[day, of.region])
        arm = np.where(rng.random(len(of)) < 0.4, of.arm, drawn)
        answered = _placed(rng, self.ground, seconds, of.lon, party, arm)
        same = party == of.party
        step = rng.normal(0, dials.offspring_km, (2, len(of)))
        near = moved(of.lon, of.lat, *step)
        lon, lat = np.where(same, near[0], answered.lon), np.where(same, near[1], answered.lat)
        return replace(
            answered, lon=lon, lat=lat, side=self.ground.side_of(lon, lat),
            region=self.ground.region_of(lon),
        )  # fmt: skip

    def _specials(self, day: int, rng: np.random.Generator) -> Incidents:
        ground, parts = self.ground, []
        for special, rate in (
            (DEMINING, self.dials.demining_km_day),
            (TRAINING, self.dials.training_km_day),
        ):
            count = rng.poisson(rate * ground.line_km)
            # Announced work is done by daylight, away from the line and on one's own side.
            seconds = self.first_s + day * DAY_S + rng.uniform(9, 16, count) * 3600
            lon = np.asarray(ground.lon_of(rng.uniform(0, ground.line_km, count)))
            party = rng.integers(0, 2, count)
            away = rng.uniform(3, 12, count) * np.where(party == 0, 1, -1)
            lon, lat = moved(lon, ground.line_lat(lon), 0.0, away)
            arm = _arms_for(rng, np.full(count, 3.0)) if special == TRAINING else _demining(count)
            region = ground.region_of(lon)
            parts.append(Incidents(
                np.zeros(count, np.int64), seconds, rng.exponential(40, count) + 5, lon, lat, arm,
                rng.geometric(0.3, count).astype(float), party, party, region,
                np.full(count, np.nan), np.full(count, special),
            ))  # fmt: skip
        return together(parts)


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


def _placed(
    rng: np.random.Generator, ground: Ground, seconds: Floats, around: Floats, party: Ints,
    arm: Ints,
) -> Incidents:  # fmt: skip
    """Return incidents beyond the line, as far as their weapon's depth, near a longitude."""
    table, count = arms(), len(seconds)
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
