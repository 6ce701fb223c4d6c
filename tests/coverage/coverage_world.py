"""A simulated zone whose truth is known: happenings in continuous space and time, seen or not.

Written apart from the ledger (no lattice, no slots, geodesics on the ellipsoid), so that the two
can disagree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.coverage.bounds import happened_upper
from trucewatch.coverage.detection import Detection, read_detection
from trucewatch.coverage.ledger import Ledger, LedgerOptions
from trucewatch.coverage.light import daylight_share, solar_elevation_deg
from trucewatch.coverage.stations import stations
from trucewatch.mission import NamedRegion
from trucewatch.when import Interval
from trucewatch.where import Region, destination, geodesic

Floats = NDArray[np.float64]
DAY = datetime(2021, 6, 1, tzinfo=UTC)
LON, LAT = 37.8, 48.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """One zone and day: what was expected to happen, what did, what was seen, what was said."""

    expected: float
    happened: int
    seen: int
    detection: float | None
    upper: float | None
    true_detection: float | None


def simulate(
    seed: int, kind: str = "fire", *, points: int = 400, probes: int = 0, dependence: float = 0.0
) -> Outcome:
    """Return one simulated zone and day; the same seed gives the same outcome.

    probes: happenings drawn to measure the true detection probability; 0: not measured.
    dependence: 0, or how far happenings differ in loudness, which all observers share.
    """
    rng = np.random.default_rng(seed)
    radius_km = float(rng.uniform(8, 40))
    zone = NamedRegion("z", "Z", Region(LON, LAT, radius_km))
    watches = _watches(rng, radius_km)
    figures = replace(read_detection(), dependence=dependence)
    book = Ledger(stations(watches, figures), figures, options=LedgerOptions(points))
    row = next(iter(book.rows([zone], [Interval(DAY, DAY + timedelta(days=1))], [kind])))
    detection = row["detection_probability"]
    wanted = float(np.exp(rng.uniform(np.log(3), np.log(60))))
    expected = min(wanted / max(detection or 0.02, 0.02), 3000.0)
    happened = int(rng.poisson(expected))
    chances = _chances(rng, watches, figures, kind, radius_km, max(happened, 1))
    seen = int((rng.random(happened) < chances[:happened]).sum())
    found = _chances(rng, watches, figures, kind, radius_km, probes).mean() if probes else None
    upper = happened_upper(seen, detection)
    return Outcome(expected, happened, seen, detection, upper,
                   None if found is None else float(found))  # fmt: skip


def _watches(rng: np.random.Generator, radius_km: float) -> list[dict[str, Any]]:
    rows = []
    for number in range(int(rng.integers(3, 14))):
        means = str(rng.choice(["patrol", "recorded", "acoustic", "uav"]))
        bearing, away = float(rng.uniform(0, 360)), radius_km * math.sqrt(rng.uniform())
        lon, lat = destination(LON, LAT, bearing, away)
        start = float(rng.uniform(0, 20))
        hours = float(rng.uniform(1, 24 - start))
        seeing = means == "recorded"
        row = {
            "watch_id": f"wat-{number}", "observer": f"{means}-{number}", "means": means,
            "start_utc": DAY + timedelta(hours=start), "polygon_wkt": None, "detection": None,
            "end_utc": DAY + timedelta(hours=start + hours), "lon": lon, "lat": lat,
            "radius_km": float(rng.uniform(3, 15)), "status": "working", "control_side": None,
            "bearing_deg": float(rng.uniform(0, 360)) if seeing else None,
            "field_of_view_deg": float(rng.uniform(40, 120)) if seeing else None,
        }  # fmt: skip
        rows.append(row)
        if rng.random() < 0.3:
            lost = row["start_utc"] + timedelta(hours=hours * float(rng.uniform(0, 0.7)))
            end = lost + timedelta(hours=hours / 4)
            rows.append({**row, "watch_id": f"wat-{number}-out", "status": "outage",
                         "start_utc": lost, "end_utc": end})  # fmt: skip
    return rows


def _chances(
    rng: np.random.Generator, watches: list[dict[str, Any]], figures: Detection, kind: str,
    radius_km: float, count: int,
) -> Floats:  # fmt: skip
    """Return the chance that each of `count` random happenings is seen by anybody."""
    away = radius_km * np.sqrt(rng.random(count))
    lon, lat, _ = geodesic().fwd(np.full(count, LON), np.full(count, LAT),
                                 rng.uniform(0, 360, count), away * 1000)  # fmt: skip
    moment = DAY.timestamp() + 86_400 * rng.random(count)
    day = daylight_share(solar_elevation_deg(lon, lat, moment))
    phi = figures.dependence
    # Marshall and Olkin 1988: given its loudness, each observer misses a happening by himself.
    loudness = rng.gamma(1 / phi, phi, count) if phi else np.ones(count)
    unseen = np.ones(count)
    for row in (row for row in watches if row["status"] == "working"):
        sight = figures.sight(row["means"], kind)
        if sight is None:
            continue
        bearing, _, metres = geodesic().inv(np.full(count, row["lon"]), np.full(count, row["lat"]),
                                            lon, lat)  # fmt: skip
        far = metres / 1000
        works = (moment >= row["start_utc"].timestamp()) & (moment < row["end_utc"].timestamp())
        for out in watches:
            if out["status"] == "outage" and out["observer"] == row["observer"]:
                works &= ~((moment >= out["start_utc"].timestamp())
                           & (moment < out["end_utc"].timestamp()))  # fmt: skip
        works &= (far <= row["radius_km"]) & (far <= sight.range_km)
        if row["field_of_view_deg"] is not None:
            off = np.abs((bearing - row["bearing_deg"] + 180) % 360 - 180)
            works &= off <= row["field_of_view_deg"] / 2
        lost = figures.means[row["means"]].cloud  # no weather table: full cloud is assumed
        p = sight.p * np.exp(-0.5 * (far / sight.sigma_km) ** 2) * (1 - lost)
        miss = 1 - np.where(works, p * (sight.night + (1 - sight.night) * day), 0.0)
        unseen *= np.exp(-loudness * (miss**-phi - 1) / phi) if phi else miss
    return 1 - unseen
