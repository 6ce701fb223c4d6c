"""What is told rather than seen: media with copies and figures that grow, and party claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ints, arms
from trucewatch.exercise.happen import FIRE, Incidents
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
    size,
    stacked,
    taken,
)
from trucewatch.exercise.scene import Scene

OUTLETS = (
    *("Morning Wire", "Harbour Post", "Radio Meridian", "Northern Gazette", "The Ferryman"),
    *("Southern Courier", "Newsroom 12", "Lantern", "Coastline", "The Ledger", "Agency Kestrel"),
    "Agency Tern",
)
OFFICES = ("joint staff", "coordination office")  # one of each party
PLACE_RADIUS_KM = 3.0
TEXTS, CITING = 4, 4  # texts 0..3 are wordings of an own account, 4 cites another


@dataclass(frozen=True, slots=True)
class Tellers:
    """Numbers of outlets and party offices among the observers of the exercise."""

    outlets: Ints
    offices: Ints


def media_reports(scene: Scene, happened: Incidents, first_reports: Ints, tellers: Tellers) -> Rows:
    """Return first reports, their final figures and copies, with serials from 0 on.

    first_reports: how many outlets find each incident by themselves.
    """
    it = happened.taken(np.repeat(np.arange(len(happened)), first_reports))
    first = _originals(scene, it, tellers)
    own = stacked([first, _finals(first, scene.dials, scene.rng)])
    own["serial"] = np.arange(size(own))
    parts = [own]
    for mean in (scene.dials.copies, scene.dials.copies_again):
        copies = _copies(scene, parts[-1], tellers, mean)
        copies["serial"] = sum(map(size, parts)) + np.arange(size(copies))
        parts.append(copies)
    return stacked(parts)


def news_of(scene: Scene, happened: Incidents) -> Ints:
    """Return the number of first reports on each incident: big and heavy fire makes news."""
    weight = arms()["news"][happened.arm] * np.sqrt(happened.count / 8)
    mean = scene.dials.news * np.where(happened.special == FIRE, weight, 1.0)
    return np.minimum(scene.rng.poisson(mean), 4)


def _originals(scene: Scene, it: Incidents, tellers: Tellers) -> Rows:
    ground, dials, rng = scene.ground, scene.dials, scene.rng
    place = ground.nearest_place(it.lon, it.lat)
    wrong = rng.random(len(it)) < dials.wrong_place
    place = np.where(wrong, place + rng.choice([-2, -1, 1, 2], len(it)), place)
    place = np.clip(place, 0, len(ground.place_lon) - 1)
    start, end, when = _told_times(it, dials, rng)
    best = np.maximum(np.round(it.count * rng.lognormal(0, 0.25, len(it))), 1)
    vague = rng.random(len(it)) < 0.5
    named = (rng.random(len(it)) < dials.weapon_known) & (it.special == FIRE)
    named &= np.array([weapon != "unknown" for weapon in arms().weapons])[it.arm]
    blamed = rng.random(len(it)) < 0.5
    shelling = (arm_kinds()[it.arm] == KIND["explosion"]) & (rng.random(len(it)) < 0.7)
    return rows(
        len(it), label=it.number, stream=STREAM["media"], observer=_drawn(rng, tellers, len(it)),
        kind=np.where(shelling, KIND["shelling"], arm_kinds()[it.arm]), start_s=start, end_s=end,
        when=when, published_s=it.start_s + rng.exponential(dials.news_delay_h * 3600, len(it))
        + it.minutes * 60 + 900, lon=ground.place_lon[place], lat=ground.place_lat[place],
        radius_km=PLACE_RADIUS_KM, where=WHERE_CODE["settlement"], place=place, count_best=best,
        count_low=np.where(vague, np.floor(best * 0.8), best),
        count_high=np.where(vague, np.ceil(best * 1.2), best),
        qualifier=np.where(vague, QUALIFIER["about"], QUALIFIER["exact"]), means=MEAN["reported"],
        weapon=np.where(named, it.arm, -1),
        calibre_mm=np.where(named & (arms()["calibre"][it.arm] >= 20), arms()["calibre"][it.arm],
                            np.nan),
        claimed_actor=np.where(blamed & (it.special == FIRE), it.party, -1), control_side=it.side,
        text=rng.integers(0, TEXTS, len(it)), region=ground.region_of(ground.place_lon[place]),
    )  # fmt: skip


def _told_times(
    it: Incidents, dials: Dials, rng: np.random.Generator
) -> tuple[Floats, Floats, Ints]:
    """Return the hour or the day that a report gives."""
    hour = rng.random(len(it)) < dials.news_hour_known
    slip = it.start_s + rng.normal(0, 1200, len(it))
    unit = np.where(hour, 3600.0, 86_400.0)
    start = np.floor(np.where(hour, slip, it.start_s) / unit) * unit
    return start, start + unit, np.where(hour, WHEN_CODE["hour"], WHEN_CODE["day"])


def _drawn(rng: np.random.Generator, tellers: Tellers, count: int) -> Ints:
    return np.asarray(rng.choice(tellers.outlets, count))


def _finals(first: Rows, dials: Dials, rng: np.random.Generator) -> Rows:
    """Return later figures of the same outlet; the first figure was an interim one."""
    final = taken(first, rng.random(size(first)) < dials.interim)
    growth = rng.uniform(1.1, 2.0, size(final))
    for name in ("count_low", "count_best", "count_high"):
        final[name] = np.ceil(final[name] * growth)
    final["published_s"] = final["published_s"] + rng.uniform(4, 24, size(final)) * 3600
    return final


def _copies(scene: Scene, of: Rows, tellers: Tellers, mean: float) -> Rows:
    """Return copies: half verbatim, the rest citing the outlet they have it from."""
    rng = scene.rng
    copies = taken(of, np.repeat(np.arange(size(of)), rng.poisson(mean, size(of))))
    count = size(copies)
    verbatim = rng.random(count) < scene.dials.copies_verbatim
    copies["verbatim"] = verbatim
    copies["copy_of"] = copies["serial"].copy()
    copies["root"] = np.where(copies["root"] >= 0, copies["root"], copies["serial"])
    copies["cites"] = np.where(verbatim, copies["cites"], copies["observer"])
    copies["text"] = np.where(verbatim, copies["text"], CITING)
    step = rng.integers(1, len(tellers.outlets), count)
    at = (copies["observer"] - tellers.outlets[0] + step) % len(tellers.outlets)
    copies["observer"] = tellers.outlets[at]
    copies["published_s"] = copies["published_s"] + rng.exponential(2 * 3600, count) + 300
    return copies


def claimed_of(scene: Scene, happened: Incidents) -> Incidents:
    """Return the incidents that the party they hit will claim: fire of the other side only."""
    chance = np.minimum(scene.dials.claims * np.sqrt(happened.count / 6), 0.9)
    claimed = (scene.rng.random(len(happened)) < chance) & (happened.side != happened.party)
    return happened.taken(claimed & (happened.special == FIRE))


def party_claims(scene: Scene, it: Incidents, tellers: Tellers) -> Rows:
    """Return claims of fire by the other party, by place and time, with rounds inflated."""
    ground, dials, rng = scene.ground, scene.dials, scene.rng
    place = ground.nearest_place(it.lon, it.lat)
    start = np.round((it.start_s + rng.normal(0, 300, len(it))) / 300) * 300
    best = np.ceil(it.count * dials.claims_inflation * rng.uniform(0.8, 1.2, len(it)))
    return rows(
        len(it), label=it.number, stream=STREAM["claims"], observer=tellers.offices[1 - it.party],
        kind=arm_kinds()[it.arm], start_s=start, end_s=start + it.minutes * 60,
        when=WHEN_CODE["minute"], published_s=(np.floor(start / 86_400) + 1) * 86_400 + 6 * 3600,
        lon=ground.place_lon[place], lat=ground.place_lat[place], radius_km=PLACE_RADIUS_KM,
        where=WHERE_CODE["settlement"], place=place, count_low=best, count_best=best,
        count_high=best, qualifier=QUALIFIER["exact"], means=MEAN["declared"], weapon=_named(it),
        calibre_mm=np.where(arms()["calibre"][it.arm] >= 20, arms()["calibre"][it.arm], np.nan),
        claimed_actor=it.party, claimant=1 - it.party, control_side=it.side,
        region=ground.region_of(ground.place_lon[place]),
    )  # fmt: skip


def _named(it: Incidents) -> Ints:
    nameable = np.array([weapon != "unknown" for weapon in arms().weapons])
    return np.where(nameable[it.arm], it.arm, -1)
