"""Happenings that are no fire: movements, weapons, drones, jamming, denials, advances, staging.

Also the notices that parties give. Each has a number of its own, so that reports can be scored.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.ground import Floats, Ground, Ints, apart, arms, moved
from trucewatch.exercise.happen import FIRE, TRAINING, Incidents
from trucewatch.exercise.plan import OFFENSIVE
from trucewatch.exercise.posts import DENIED, JAMMED, RANGE_KM, UAV, WORKING, Posts
from trucewatch.exercise.rows import KIND, MEAN, STREAM, WHEN_CODE, WHERE_CODE, Rows, rows
from trucewatch.exercise.scene import DAY_S, Scene
from trucewatch.exercise.seen import near_pairs
from trucewatch.exercise.trials import APPEARS, APPEARS_KM, KEEN, by_post, fades

FIRST_LABEL = 1 << 41
HEAVY_ARMS = ("mortar", "tank_gun", "howitzer_122", "howitzer_152", "rockets")


@dataclass(frozen=True, slots=True)
class Signs:
    """Other happenings as arrays; number is their label, arm -1 where none is meant.

    occurred: False for a staged one. caused_by: number of the incident that lit a fire, or -1.
    """

    number: Ints
    kind: Ints
    start_s: Floats
    minutes: Floats
    lon: Floats
    lat: Floats
    arm: Ints
    party: Ints
    side: Ints
    region: Ints
    occurred: NDArray[np.bool_]
    caused_by: Ints

    def __len__(self) -> int:
        return len(self.number)

    def taken(self, at: Ints | NDArray[np.bool_]) -> Signs:
        """Return the chosen signs."""
        return Signs(*[getattr(self, name)[at] for name in self.__slots__])


def joined(parts: list[Signs]) -> Signs:
    """Return several groups of signs as one."""
    return Signs(*[np.concatenate([getattr(p, n) for p in parts]) for n in Signs.__slots__])


def numbered(parts: list[Signs], first: int) -> Signs:
    """Return groups of signs as one, numbered from FIRST_LABEL + first on."""
    together = joined(parts)
    together.number[:] = FIRST_LABEL + first + np.arange(len(together))
    return together


def plain_signs(ground: Ground, kind: str, lon: Floats, lat: Floats, start_s: Floats,
                **more: Ints | Floats | bool) -> Signs:  # fmt: skip
    """Return signs of one kind at places and times; what is not given is missing."""
    none = np.full(len(lon), -1)
    return Signs(
        none.copy(), np.full(len(lon), KIND[kind]), start_s,
        np.asarray(more.get("minutes", np.full(len(lon), 5.0)), dtype=float), lon, lat,
        np.asarray(more.get("arm", none)), np.asarray(more.get("party", none)),
        ground.side_of(lon, lat), ground.region_of(lon),
        np.full(len(lon), bool(more.get("occurred", True))), none.copy(),
    )  # fmt: skip


def troubles(ground: Ground, posts: Posts) -> Signs:
    """Return jamming of flights and denials of patrols, as happenings."""
    parts = []
    for kind, status in (("jamming", JAMMED), ("access_denied", DENIED)):
        at = np.flatnonzero(posts.status == status)
        parts.append(plain_signs(
            ground, kind, posts.lon[at], posts.lat[at], posts.start_s[at],
            minutes=(posts.end_s[at] - posts.start_s[at]) / 60,
            party=ground.side_of(posts.lon[at], posts.lat[at]),
        ))  # fmt: skip
    return joined(parts)


def trouble_reports(signs: Signs, posts: Posts) -> Rows:
    """Return what the jammed and the denied report of it, in the order of `troubles`."""
    who = posts.taken(np.concatenate([
        np.flatnonzero(posts.status == status) for status in (JAMMED, DENIED)
    ]))  # fmt: skip
    return rows(
        len(who), label=signs.number, stream=STREAM["field"], observer=who.observer,
        kind=signs.kind, start_s=who.start_s, end_s=who.end_s, when=WHEN_CODE["period"],
        published_s=who.end_s + 3600, lon=who.lon, lat=who.lat, radius_km=0.5,
        where=WHERE_CODE["exact"], means=np.where(who.kind == UAV, MEAN["uav"], MEAN["saw"]),
        observer_lon=who.lon, observer_lat=who.lat, control_side=signs.side, region=signs.region,
    )  # fmt: skip


def appearances(scene: Scene) -> Signs:
    """Return movements, weapons in place, drones and advances."""
    ground, dials, rng = scene.ground, scene.dials, scene.rng
    rates = {
        "movement": dials.movements_km_day * scene.signs, "uav": dials.drones_km_day * scene.signs,
        "weapon_presence": dials.weapons_km_day * scene.signs,
        "advance": 0.01 * (scene.phase == OFFENSIVE),
    }  # fmt: skip
    heavy = np.array([arms().ids.index(name) for name in HEAVY_ARMS])
    parts = []
    for kind, rate in rates.items():
        day, region = scene.spread(rate)
        count, lon = len(day), scene.lon_in(region)
        party = rng.integers(0, 2, count)
        depth = rng.exponential(12 if kind == "weapon_presence" else 4, count) + 0.2
        own = np.where(party == 0, 1.0, -1.0) * (-1.0 if kind == "advance" else 1.0)
        lon, lat = moved(lon, ground.line_lat(lon), 0.0, own * np.minimum(depth, 29))
        arm = rng.choice(heavy, count) if kind == "weapon_presence" else np.full(count, -1)
        start = scene.day_s(day) + rng.uniform(6, 20, count) * 3600
        minutes = np.full(count, 240.0 if kind == "weapon_presence" else 20.0)
        parts.append(
            plain_signs(ground, kind, lon, lat, start, minutes=minutes, party=party, arm=arm)
        )
    return joined(parts)


def appearance_reports(scene: Scene, signs: Signs, posts: Posts) -> Rows:
    """Return what patrols and flights saw of appearances; each post reports by itself."""
    rng = scene.rng
    what, post = near_pairs(scene.day_of(signs.start_s), signs.lon, posts, max(RANGE_KM))
    up = (posts.status[post] == WORKING) & (posts.kind[post] != 1)
    up &= posts.start_s[post] < signs.start_s[what] + signs.minutes[what] * 60
    up &= signs.start_s[what] < posts.end_s[post]
    what, post = what[up], post[up]
    east, north = apart(posts.lon[post], posts.lat[post], signs.lon[what], signs.lat[what])
    sigma = np.zeros(max(KIND.values()) + 1)
    for kind, km in APPEARS_KM.items():
        sigma[KIND[kind]] = km
    keen = by_post(KEEN, posts.kind[post])
    chance = APPEARS * fades(np.hypot(east, north), sigma[signs.kind[what]] * keen) * (keen > 0)
    noticed = rng.random(len(what)) < chance * posts.sight[post]
    it, who = signs.taken(what[noticed]), posts.taken(post[noticed])
    lon, lat = moved(it.lon, it.lat, *rng.normal(0, 0.2, (2, len(it))))
    start = np.floor(np.maximum(it.start_s, who.start_s) / 60) * 60
    return rows(
        len(it), label=it.number, stream=STREAM["field"], observer=who.observer, kind=it.kind,
        start_s=start, end_s=start + 600.0, when=WHEN_CODE["minute"],
        published_s=who.end_s + 3600, lon=lon, lat=lat, radius_km=0.5, where=WHERE_CODE["exact"],
        means=np.where(who.kind == UAV, MEAN["uav"], MEAN["saw"]), weapon=it.arm,
        calibre_mm=np.where(it.arm >= 0, arms()["calibre"][it.arm], np.nan), count_low=1.0,
        count_best=1.0, count_high=1.0, qualifier=0, observer_lon=who.lon, observer_lat=who.lat,
        control_side=it.side, region=it.region,
    )  # fmt: skip


def stagings(scene: Scene, count: int) -> Signs:
    """Return shellings that never happened, blamed on the party that does not hold the place."""
    ground, rng = scene.ground, scene.rng
    place = _staged_at(scene, count)
    heavy = np.array([arms().ids.index(name) for name in HEAVY_ARMS])
    return plain_signs(
        ground, "shelling", ground.place_lon[place], ground.place_lat[place],
        scene.start_s + rng.uniform(0, scene.days * DAY_S, count), party=1 - ground.side_of(
            ground.place_lon[place], ground.place_lat[place]),
        occurred=False, arm=rng.choice(heavy, count), minutes=np.full(count, 15.0),
    )  # fmt: skip


def _staged_at(scene: Scene, count: int) -> Ints:
    """Return settlements of stagings: who holds the place is who tells of it."""
    ground, uneven = scene.ground, scene.dials.claims_uneven
    if not uneven:
        return np.asarray(scene.rng.integers(0, len(ground.place_lon), count))
    north = ground.side_of(ground.place_lon, ground.place_lat) == 0
    weight = np.where(north, 1 + uneven, 1 - uneven)
    return np.asarray(scene.rng.choice(len(weight), count, p=weight / weight.sum()))


def as_told(staged: Signs) -> Incidents:
    """Return staged shellings in the form of incidents, for those who tell of them."""
    count = len(staged)
    return Incidents(
        staged.number, staged.start_s, staged.minutes, staged.lon, staged.lat, staged.arm,
        np.full(count, 12.0), staged.party, staged.side, staged.region, np.full(count, np.nan),
        np.full(count, FIRE),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notices:
    """Announced work: incident number, whether announced, topic (training or demining), window."""

    incident: Incidents
    announced: NDArray[np.bool_]

    def topic(self, at: int) -> str:
        """Return the topic of one notice."""
        return "training" if self.incident.special[at] == TRAINING else "demining"


def notices_of(scene: Scene, happened: Incidents) -> Notices:
    """Return demining and training and whether each was announced."""
    special = happened.taken(happened.special != FIRE)
    return Notices(special, scene.rng.random(len(special)) >= scene.dials.unannounced)
