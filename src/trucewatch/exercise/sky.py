"""Satellite fires: passes four times a day, clouds, burning fields; FIRMS-like detections."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ground, arms, moved
from trucewatch.exercise.happen import DAY_S, Incidents
from trucewatch.exercise.rows import KIND, MEAN, STREAM, WHEN_CODE, WHERE_CODE, Rows, rows
from trucewatch.exercise.signs import Signs, plain_signs

PASSES_H = (1.0, 2.5, 12.5, 14.0)
PIXEL_KM = 0.375


@dataclass(slots=True)
class Sky:
    """Cloud per region, which drifts from day to day."""

    ground: Ground
    dials: Dials
    rng: np.random.Generator
    weather: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.weather = self.rng.standard_normal(self.ground.regions)

    def cloud_of_day(self, rng: np.random.Generator) -> Floats:
        """Return the share of sky covered, by region; asked for once a day, in order."""
        fresh = rng.standard_normal(self.ground.regions)
        self.weather = 0.5 * self.weather + 0.866 * fresh
        odds = self.dials.cloud / max(1 - self.dials.cloud, 1e-3)
        return 1 / (1 + np.exp(-2.0 * self.weather) / max(odds, 1e-3))


def fires_of_day(
    happened: Incidents, ground: Ground, dials: Dials, day_s: float, rng: np.random.Generator
) -> Signs:
    """Return fires that fire set off and fires of farmers, in season (July to October)."""
    it = happened.taken(rng.random(len(happened)) < arms()["fire"][happened.arm])
    season = 0.5 - 0.5 * np.cos(2 * np.pi * (day_s / DAY_S % 365.25 - 75) / 365.25)
    count = rng.poisson(dials.farm_fires_km_day * ground.line_km * season**2 * 2)
    lon = np.asarray(ground.lon_of(rng.uniform(0, ground.line_km, count)))
    lon, lat = moved(lon, ground.line_lat(lon), 0.0, rng.uniform(-28, 28, count))
    start = np.concatenate([it.start_s, day_s + rng.normal(13, 3, count) * 3600])
    hours = np.concatenate([rng.exponential(6, len(it)), rng.exponential(4, count)])
    fires = plain_signs(ground, "fire", np.concatenate([it.lon, lon]),
                        np.concatenate([it.lat, lat]), start, minutes=hours * 60)  # fmt: skip
    fires.caused_by[: len(it)] = it.number
    return fires


def detections(
    fires: Signs, sky: Sky, cloud: Floats, day_s: float, rng: np.random.Generator
) -> Rows:
    """Return one row per fire, pass and pixel."""
    ground, end_s, parts = sky.ground, fires.start_s + fires.minutes * 60, []
    for hour in PASSES_H:
        pass_s = day_s + hour * 3600
        burns = (fires.start_s <= pass_s) & (pass_s < end_s)
        clear = rng.random(len(fires)) >= cloud[fires.region]
        at = np.flatnonzero(burns & clear & (rng.random(len(fires)) < 0.8))
        parts.append((np.repeat(at, rng.geometric(0.7, len(at))), pass_s))
    fire = np.concatenate([at for at, _ in parts])
    when = np.concatenate([np.full(len(at), second) for at, second in parts])
    error = rng.normal(0, sky.dials.fire_position_km, (2, len(fire)))
    lon, lat = moved(fires.lon[fire], fires.lat[fire], *error)
    return rows(
        len(fire), label=fires.number[fire], stream=STREAM["fires"], kind=KIND["fire"],
        start_s=when, end_s=when, when=WHEN_CODE["minute"], published_s=when + 3 * 3600, lon=lon,
        lat=lat, radius_km=PIXEL_KM, where=WHERE_CODE["exact"], means=MEAN["thermal"],
        quantity=np.round(rng.lognormal(1.5, 0.8, len(fire)), 1), region=ground.region_of(lon),
    )  # fmt: skip
