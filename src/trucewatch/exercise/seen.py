"""Direct observations: what posts hear, see and record of a day's fire, with their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ints, apart, arms
from trucewatch.exercise.happen import FIRE, Incidents
from trucewatch.exercise.posts import CAMERA, PATROL, RANGE_KM, STATION, UAV, WORKING, Posts, key_of
from trucewatch.exercise.rows import (
    KIND,
    MEAN,
    QUALIFIER,
    STREAM,
    WHEN_CODE,
    WHERE_CODE,
    Rows,
    arm_kinds,
    rows,
)
from trucewatch.exercise.scene import Scene
from trucewatch.exercise.trials import hears, reach_of, sees

# A camera and a UAV measure by image; a station by arrival times. Patrols follow the dials.
RANGE_ERROR = {CAMERA: 0.06, UAV: 0.03, STATION: 0.12}
BEARING_ERROR_DEG = {CAMERA: 1.5, UAV: 1.0, STATION: 4.0}
CLOCK_ERROR_S = {CAMERA: 8.0, UAV: 5.0, STATION: 3.0}


@dataclass(frozen=True, slots=True)
class Sightings:
    """Which post noticed which incident: positions in the day's arrays, and by what means."""

    incident: Ints
    post: Ints
    means: Ints
    distance_km: Floats
    bearing_deg: Floats


def near_pairs(day: Ints, lon: Floats, posts: Posts, reach_km: Any) -> tuple[Ints, Ints]:
    """Return positions of (happening, post) of one day within reach_km along the line."""
    # 60 km is less than a degree of longitude at the latitudes of an exercise.
    reach_deg, key = reach_km / 60, posts.key
    first = np.searchsorted(key, key_of(day, lon - reach_deg))
    last = np.searchsorted(key, key_of(day, lon + reach_deg))
    counts = last - first
    incident = np.repeat(np.arange(len(lon)), counts)
    within = np.arange(len(incident)) - np.repeat(np.cumsum(counts) - counts, counts)
    return incident, first[incident] + within


def sightings(scene: Scene, happened: Incidents, posts: Posts) -> Sightings:
    """Return who noticed what; one row per incident and post."""
    dials, rng = scene.dials, scene.rng
    incident, post = near_pairs(scene.day_of(happened.start_s), happened.lon, posts,
                                reach_of(happened.arm))  # fmt: skip
    start = happened.start_s[incident]
    up = (
        (posts.status[post] == WORKING)
        & (posts.start_s[post] <= start)
        & (start < posts.end_s[post])
    )
    incident, post = incident[up], post[up]
    east, north = apart(posts.lon[post], posts.lat[post], happened.lon[incident],
                        happened.lat[incident])  # fmt: skip
    away, toward = np.hypot(east, north), np.degrees(np.arctan2(east, north)) % 360
    away = np.where(away <= np.array(RANGE_KM)[posts.kind[post]], away, np.inf)
    kind, arm = posts.kind[post], happened.arm[incident]
    heard = rng.random(len(away)) < hears(dials, kind, arm, away)
    saw = rng.random(len(away)) < sees(kind, arm, away, posts.sight[post])
    saw &= _looks(posts, post, toward)
    means = np.select(
        [kind == STATION, kind == CAMERA, kind == UAV, saw],
        [MEAN["acoustic"], MEAN["recorded"], MEAN["uav"], MEAN["saw"]], MEAN["heard"],
    )  # fmt: skip
    any_way = heard | saw
    return Sightings(
        incident[any_way], post[any_way], means[any_way].astype(np.int64), away[any_way],
        toward[any_way],
    )  # fmt: skip


def _looks(posts: Posts, post: Ints, toward: Floats) -> NDArray[np.bool_]:
    """Return whether a bearing lies in a post's field of view."""
    off = np.abs((toward - posts.bearing_deg[post] + 180) % 360 - 180)
    return np.asarray(np.isnan(off) | (off <= posts.view_deg[post] / 2))


def reports_of(scene: Scene, seen: Sightings, happened: Incidents, posts: Posts) -> Rows:
    """Return the observations that posts write of what they noticed."""
    dials, rng = scene.dials, scene.rng
    it, who = happened.taken(seen.incident), posts.taken(seen.post)
    start, end, when = _times(it, who, dials, rng)
    low, high, bearing = _ranges(seen, who, dials, rng)
    best, qualifier = _counts(it, dials, rng)
    weapon, calibre = _weapons(it, who, dials, rng)
    told = rng.random(len(it)) < dials.direction_known
    heading = np.round(it.direction_deg / 22.5 + rng.normal(0, 0.5, len(it))) * 22.5 % 360
    # Reports of patrols leave in the evening; instruments report within minutes.
    published = np.where(who.kind == PATROL, end + rng.uniform(1, 10, len(it)) * 3600, end + 600.0)
    return rows(
        len(it), label=it.number, stream=STREAM["field"], observer=who.observer,
        kind=_kinds(scene, it, seen), start_s=start, end_s=end, when=when, published_s=published,
        where=WHERE_CODE["exact"], **_counted(best, qualifier), qualifier=qualifier,
        means=seen.means, weapon=weapon, calibre_mm=calibre,
        description=np.where(rng.random(len(it)) < 0.5, 2, rng.random(len(it)) < 0.1),
        direction_deg=np.where(told & ~np.isnan(heading), heading, np.nan),
        observer_lon=who.lon, observer_lat=who.lat, range_low_km=low, range_high_km=high,
        bearing_deg=bearing, control_side=it.side, region=it.region,
    )  # fmt: skip


def _times(
    it: Incidents, who: Posts, dials: Dials, rng: np.random.Generator
) -> tuple[Floats, Floats, Ints]:
    clock = _by_kind(who.kind, dials.clock_error_min * 60, CLOCK_ERROR_S)
    error = rng.normal(0, 1, len(it)) * clock
    start = it.start_s + error
    end = start + it.minutes * 60 * rng.uniform(0.8, 1.1, len(it))
    by_eye = who.kind == PATROL
    start = np.where(by_eye, np.floor(start / 60) * 60, np.round(start))
    end = np.where(by_eye, np.ceil(end / 60) * 60, np.round(end))
    return start, end, np.where(by_eye, WHEN_CODE["minute"], WHEN_CODE["instant"])


def _by_kind(kind: Ints, patrol: float, others: dict[int, float]) -> Floats:
    table = np.full(4, patrol)
    for post_kind, figure in others.items():
        table[post_kind] = figure
    return table[kind]


def _ranges(
    seen: Sightings, who: Posts, dials: Dials, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Return range (low, high) and bearing; patrols give half kilometres and 16 points."""
    error = _by_kind(who.kind, dials.range_error, RANGE_ERROR)
    estimate = np.maximum(seen.distance_km * (1 + error * rng.standard_normal(len(error))), 0.05)
    patrol = who.kind == PATROL
    low, high = estimate * (1 - error), estimate * (1 + error)
    low = np.where(patrol, np.floor(low * 2) / 2, np.round(low, 2))
    high = np.where(patrol, np.ceil(high * 2) / 2, np.round(high, 2))
    turn = _by_kind(who.kind, dials.bearing_error_deg, BEARING_ERROR_DEG)
    bearing = seen.bearing_deg + turn * rng.standard_normal(len(turn))
    bearing = np.where(patrol, np.round(bearing / 22.5) * 22.5, np.round(bearing))
    return low, high, bearing % 360


def _counts(it: Incidents, dials: Dials, rng: np.random.Generator) -> tuple[Floats, Ints]:
    noticed = rng.binomial(np.minimum(it.count, 5000).astype(np.int64), dials.count_noticed)
    best = np.maximum(noticed, 1).astype(float)
    vague = rng.random(len(it)) < dials.count_vague
    word = rng.choice([QUALIFIER["about"], QUALIFIER["at_least"], QUALIFIER["over"]], len(it))
    rounded = np.where(vague & (best > 10), np.round(best / 5) * 5, best)
    return rounded, np.where(vague, word, QUALIFIER["exact"])


def _counted(best: Floats, qualifier: Ints) -> dict[str, Floats]:
    """Return the count as low, best and high, by its qualifier."""
    about = qualifier == QUALIFIER["about"]
    open_end = (qualifier == QUALIFIER["at_least"]) | (qualifier == QUALIFIER["over"])
    low = np.where(about, np.floor(best * 0.8), best)
    high = np.where(about, np.ceil(best * 1.2), np.where(open_end, np.nan, best))
    return {"count_low": low, "count_best": best, "count_high": high}


def _weapons(
    it: Incidents, who: Posts, dials: Dials, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Return weapon (arm index, -1 unknown) and calibre; a mistake names the arm beside it."""
    arm = it.arm
    wrong = rng.random(len(arm)) < dials.weapon_mistaken
    near = np.clip(arm + rng.choice([-1, 1], len(arm)), 0, len(arms().ids) - 1)
    named = np.where(wrong, near, arm)
    nameable = np.array([weapon != "unknown" for weapon in arms().weapons])
    known = (rng.random(len(arm)) < dials.weapon_known) & nameable[named]
    known &= (who.kind != STATION) & (it.special == FIRE)
    calibre = arms()["calibre"][named]
    told = known & (calibre >= 20) & (rng.random(len(arm)) < 0.8)
    return np.where(known, named, -1), np.where(told, calibre, np.nan)


def _kinds(scene: Scene, it: Incidents, seen: Sightings) -> Ints:
    """Return the kind as the observer put it: at night a camera sees the flash, not the bang.

    Demining and training are told from fire by some observers, and taken for fire by the rest.
    """
    rng = scene.rng
    kind = arm_kinds()[it.arm]
    flash = (seen.means == MEAN["recorded"]) & (rng.random(len(it)) < 0.25)
    bangs = (kind == KIND["explosion"]) | (kind == KIND["burst"])
    shelling = (seen.means == MEAN["acoustic"]) & (it.count >= 10)
    kind = np.where(flash & bangs, KIND["muzzle_flash"], kind)
    kind = np.where(shelling, KIND["shelling"], kind)
    told = (it.special != FIRE) & (rng.random(len(it)) < scene.dials.work_told)
    return np.where(told, np.array([-1, KIND["demining"], KIND["training"]])[it.special], kind)


def null_reports(scene: Scene, seen: Sightings, posts: Posts) -> Rows:
    """Return 'saw nothing' rows of patrols and cameras that worked and noticed nothing."""
    dials, rng = scene.dials, scene.rng
    idle = np.full(len(posts), True)
    idle[seen.post] = False
    idle &= (posts.status == WORKING) & (posts.kind <= CAMERA)
    idle &= rng.random(len(posts)) < dials.null_reports
    who = posts.taken(idle)
    return rows(
        len(who), stream=STREAM["field"], observer=who.observer, kind=KIND["explosion"],
        start_s=who.start_s, end_s=who.end_s, when=WHEN_CODE["period"],
        published_s=who.end_s + 3600, where=WHERE_CODE["exact"], lon=who.lon, lat=who.lat,
        radius_km=np.where(who.kind == PATROL, 6.0, 5.0), observer_lon=who.lon,
        observer_lat=who.lat, count_low=0.0, count_best=0.0, count_high=0.0,
        qualifier=QUALIFIER["exact"], is_null=True, region=scene.ground.region_of(who.lon),
        means=np.where(who.kind == PATROL, MEAN["patrol"], MEAN["recorded"]),
    )  # fmt: skip
