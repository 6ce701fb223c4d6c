"""What each kind of post can notice: the figures the exercise draws by, and the mission's trials.

Noticing falls with distance as a half-normal (Buckland et al. 2001, Introduction to Distance
Sampling), with its own width for each arm; a mission knows only the mean over the arms of a kind.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from trucewatch.exercise.dials import Dials
from trucewatch.exercise.ground import Floats, Ints, arms
from trucewatch.exercise.posts import CAMERA, PATROL, POST_MEANS, RANGE_KM, STATION, UAV

HEAVY_HEARD_KM = 5.0  # a station notices only what is at least this loud
SEES = 0.9  # what is in plain view is noticed
# Cameras are mounted high: they see farther than people, but only where they look.
SIGHT = {CAMERA: 1.8, UAV: 1.5, PATROL: 0.7, STATION: 0.0}
STATION_HEARS, STATION_FACTOR = 0.85, 3.0
# Happenings that are no fire: width in km, and how keenly patrols and flights look for them.
APPEARS_KM = {"movement": 4.0, "weapon_presence": 3.0, "uav": 2.5, "advance": 4.0}
APPEARS, KEEN = 0.85, {CAMERA: 0.0, UAV: 1.5, PATROL: 0.6, STATION: 0.0}
FIRE_SEEN = 0.8  # a fire that burns below a clear pass is detected
FAMILIES = {"fire": None, "explosion": ("explosion",), "shot": ("shot",)}
SOURCE = "trials of the exercise"


def reach_of(arm: Ints) -> Floats:
    """Return how far from an incident a post may notice it: 3.2 widths, and no post's range more.

    Beyond 3.2 widths a half-normal is below 0.6%: it is left out, to compare fewer.
    """
    table = arms()
    loud = np.where(table["heard_km"] >= HEAVY_HEARD_KM, STATION_FACTOR, 1.0)
    width = np.maximum(loud * table["heard_km"], max(SIGHT.values()) * table["seen_km"])
    return np.asarray(np.minimum(3.2 * width, max(RANGE_KM))[arm])


def by_post(figures: dict[int, float], kind: Ints) -> Floats:
    """Return the figure of each post by its kind."""
    return np.array([figures[k] for k in range(len(figures))])[kind]


def fades(away_km: Any, sigma_km: Any) -> Floats:
    """Return how noticing falls with distance: 1 close by."""
    return np.asarray(np.exp(-((away_km / np.maximum(sigma_km, 0.05)) ** 2) / 2))


def hears(dials: Dials, kind: Ints, arm: Ints, away_km: Floats) -> Floats:
    """Return the chance that a post of a kind hears an arm at a distance."""
    heard_km = arms()["heard_km"][arm]
    patrol = np.where(kind == PATROL, dials.hearing * fades(away_km, heard_km), 0.0)
    loud = (kind == STATION) & (heard_km >= HEAVY_HEARD_KM)
    return np.where(loud, STATION_HEARS * fades(away_km, STATION_FACTOR * heard_km), patrol)


def sees(kind: Ints, arm: Ints, away_km: Floats, sight: Any = 1.0) -> Floats:
    """Return the chance that a post of a kind sees an arm in its view; sight: 1 is clear."""
    reach = arms()["seen_km"][arm] * sight * by_post(SIGHT, kind)
    return np.where(reach > 0, SEES * fades(away_km, reach), 0.0)


def detection_file(dials: Dials) -> dict[str, Any]:
    """Return the mission's detection figures, in the form of coverage/detection.yaml.

    p is the mean chance beside the post; sigma_km gives the half-normal of that p the effective
    area of the mean over the arms fired in quiet times. Fog is in the mean.
    """
    means: dict[str, Any] = {}
    for kind, name in enumerate(POST_MEANS):
        rows = {family: _mean_sight(dials, kind, only) for family, only in FAMILIES.items()}
        rows |= _appearances(kind)
        rows = {family: row for family, row in rows.items() if row["p"] > 0}
        means[name] = {"reach_km": RANGE_KM[kind], "cloud": 0, "sees": rows}
    thermal = {"p": FIRE_SEEN, "sigma_km": None, "trace_h": 0, "source": SOURCE}
    means["thermal"] = {"reach_km": None, "cloud": 1, "sees": {"thermal": thermal}}
    return {"version": 1, "means": means}


def _mean_sight(dials: Dials, kind: int, only: tuple[str, ...] | None) -> dict[str, Any]:
    table = arms()
    chosen = np.flatnonzero([only is None or k in only for k in table.kinds])
    away = np.linspace(0, RANGE_KM[kind], 600)
    arm, at = np.repeat(chosen, len(away)), np.tile(away, len(chosen))
    post = np.full(len(arm), kind)
    clear = (1 - hears(dials, post, arm, at)) * (1 - sees(post, arm, at))
    fog = (1 - hears(dials, post, arm, at)) * (1 - sees(post, arm, at, 0.3))
    noticed = 1 - (1 - dials.fog) * clear - dials.fog * fog
    share = table["share"][chosen] / table["share"][chosen].sum()
    curve = (share[:, None] * noticed.reshape(len(chosen), -1)).sum(axis=0)
    return _figures(curve, away)


def _figures(curve: Floats, away: Floats) -> dict[str, Any]:
    p = float(curve[0])
    # The plane integral of a half-normal is 2 pi p sigma^2.
    sigma = float(np.sqrt(np.trapezoid(curve * away, away) / p)) if p > 0 else 0.0
    return {"p": round(p, 3), "sigma_km": round(max(sigma, 0.01), 3),
            "range_km": float(away[-1]), "night": 1, "source": SOURCE}  # fmt: skip


def _appearances(kind: int) -> dict[str, Any]:
    families = {"movement": "movement", "weapon_presence": "holdings", "uav": "air"}
    return {
        family: {"p": APPEARS if KEEN[kind] else 0.0, "night": 1, "source": SOURCE,
                 "sigma_km": round(max(APPEARS_KM[name] * KEEN[kind], 0.01), 3)}
        for name, family in families.items()
    }  # fmt: skip
