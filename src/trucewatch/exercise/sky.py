"""Satellite fires: passes four times a day, clouds, burning fields; FIRMS-like detections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trucewatch.exercise.ground import Floats, arms, moved
from trucewatch.exercise.happen import Incidents
from trucewatch.exercise.rows import KIND, MEAN, STREAM, WHEN_CODE, WHERE_CODE, Rows, rows
from trucewatch.exercise.scene import DAY_S, Scene
from trucewatch.exercise.signs import Signs, plain_signs
from trucewatch.exercise.trials import FIRE_SEEN

PASSES_H = (1.0, 2.5, 12.5, 14.0)
PIXEL_KM = 0.375


@dataclass(slots=True)
class Sky:
    """Cloud per region, which drifts from day to day."""

    weather: Floats

    def cloud_of(self, scene: Scene) -> Floats:
        """Return the share of sky covered by day and region; ask for scenes in order."""
        odds = scene.dials.cloud / max(1 - scene.dials.cloud, 1e-3)
        fresh = scene.rng.standard_normal((scene.days, scene.ground.regions))
        drift = np.empty_like(fresh)
        for day in range(scene.days):
            self.weather = 0.5 * self.weather + 0.866 * fresh[day]
            drift[day] = self.weather
        return 1 / (1 + np.exp(-2.0 * drift) / max(odds, 1e-3))


def fires_of(scene: Scene, happened: Incidents) -> Signs:
    """Return fires that fire set off and fires of farmers, in season (July to October)."""
    ground, rng = scene.ground, scene.rng
    it = happened.taken(rng.random(len(happened)) < arms()["fire"][happened.arm])
    days = scene.day_s(np.arange(scene.days)) / DAY_S
    season = 0.5 - 0.5 * np.cos(2 * np.pi * (days % 365.25 - 75) / 365.25)
    day, region = scene.spread(scene.dials.farm_fires_km_day * 2 * season[:, None] ** 2)
    lon = scene.lon_in(region)
    lon, lat = moved(lon, ground.line_lat(lon), 0.0, rng.uniform(-28, 28, len(lon)))
    lit = scene.day_s(day) + np.clip(rng.normal(13, 3, len(day)), 0, 23.9) * 3600
    start = np.concatenate([it.start_s, lit])
    hours = np.concatenate([rng.exponential(6, len(it)), rng.exponential(4, len(day))])
    fires = plain_signs(ground, "fire", np.concatenate([it.lon, lon]),
                        np.concatenate([it.lat, lat]), start, minutes=hours * 60)  # fmt: skip
    fires.caused_by[: len(it)] = it.number
    return fires


def detections(scene: Scene, fires: Signs, cloud: Floats) -> Rows:
    """Return one row per fire, pass and pixel; a fire shows on the day it was lit."""
    ground, rng, day = scene.ground, scene.rng, scene.day_of(fires.start_s)
    end_s, parts = fires.start_s + fires.minutes * 60, []
    for hour in PASSES_H:
        pass_s = scene.day_s(day) + hour * 3600
        burns = (fires.start_s <= pass_s) & (pass_s < end_s)
        clear = rng.random(len(fires)) >= cloud[day, fires.region]
        at = np.flatnonzero(burns & clear & (rng.random(len(fires)) < FIRE_SEEN))
        pixels = np.repeat(at, rng.geometric(0.7, len(at)))
        parts.append((pixels, pass_s[pixels]))
    fire, when = (np.concatenate(part) for part in zip(*parts, strict=True))
    error = rng.normal(0, scene.dials.fire_position_km, (2, len(fire)))
    lon, lat = moved(fires.lon[fire], fires.lat[fire], *error)
    return rows(
        len(fire), label=fires.number[fire], stream=STREAM["fires"], kind=KIND["fire"],
        start_s=when, end_s=when, when=WHEN_CODE["minute"], published_s=when + 3 * 3600, lon=lon,
        lat=lat, radius_km=PIXEL_KM, where=WHERE_CODE["exact"], means=MEAN["thermal"],
        quantity=np.round(rng.lognormal(1.5, 0.8, len(fire)), 1), region=ground.region_of(lon),
    )  # fmt: skip
