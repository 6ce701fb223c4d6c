"""The country of an exercise: a line of contact with settlements and regions on a real ellipsoid.

It lies in the open North Atlantic, so that nobody takes it for a place; distances hold all the
same. Party 0 stands north of the line, party 1 south of it. `along_km` runs west to east.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from trucewatch.config import read_yaml
from trucewatch.exercise.dials import Dials, ExerciseOptions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LON_WEST, LAT_MIDDLE = -58.0, 45.0
DEPTH_KM = 30.0  # the regions reach this far from the line on both sides
# WGS 84 at 45 degrees north: a degree of longitude, its change per degree of latitude, and a
# degree of latitude, in kilometres.
_EAST_KM, _EAST_SLOPE, _NORTH_KM = 78.8468, -1.3715, 111.1318
_PARTIES = (("arden", "Arden"), ("belmar", "Belmar"))
_ONSETS = ("B", "D", "G", "H", "K", "L", "M", "N", "P", "R", "S", "T", "V", "Br", "Dr", "St", "Tr")
_MIDDLES = ("al", "an", "ar", "el", "en", "er", "il", "in", "ol", "on", "or", "ul", "un", "ur")
_ENDS = ("a", "bo", "dal", "da", "en", "feld", "ga", "holt", "ka", "mar", "no", "sk", "ta", "vik")


def km_per_degree(lat: Any) -> tuple[Any, Any]:
    """Return kilometres per degree of longitude and of latitude near LAT_MIDDLE.

    A straight line in place of the cosine: within one degree of LAT_MIDDLE true to 0.02%.
    """
    return _EAST_KM + _EAST_SLOPE * (lat - LAT_MIDDLE), _NORTH_KM


def moved(lon: Floats, lat: Floats, east_km: Any, north_km: Any) -> tuple[Floats, Floats]:
    """Return points moved by kilometres east and north; true to 0.1% within 30 km."""
    end_lat = lat + north_km / km_per_degree(lat)[1]
    return lon + east_km / km_per_degree((lat + end_lat) / 2)[0], end_lat


def apart(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> tuple[Any, Any]:
    """Return kilometres east and north from the first points to the second."""
    east, north = km_per_degree((np.asarray(lat1) + lat2) / 2)
    return (lon2 - np.asarray(lon1)) * east, (lat2 - np.asarray(lat1)) * north


@dataclass(frozen=True, slots=True)
class Arms:
    """The kinds of fire as arrays, one entry a row of arms.yaml."""

    ids: list[str]
    kinds: list[str]
    weapons: list[str]
    figures: dict[str, Floats]
    FIGURES: ClassVar = (
        *("calibre", "share", "heavy", "count", "spread", "minutes"),
        *("heard_km", "seen_km", "depth_km", "news", "fire"),
    )

    def __getitem__(self, name: str) -> Floats:
        return self.figures[name]


@cache
def arms() -> Arms:
    """Return the table of what is fired."""
    rows: list[dict[str, Any]] = read_yaml(Path(__file__).parent / "arms.yaml").value
    figures = {name: np.array([float(r[name]) for r in rows]) for name in Arms.FIGURES}
    return Arms(
        [r["id"] for r in rows], [r["kind"] for r in rows], [r["weapon"] for r in rows], figures
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """Line, settlements and regions; arrays of settlements are sorted from west to east."""

    line_km: float
    bends: Floats  # (n, 3): amplitude_km, wavelength_km, phase of the line's meander
    place_lon: Floats
    place_lat: Floats
    place_along_km: Floats
    place_draw: Floats  # probability that fire aims near the settlement, within its region
    place_names: list[str]
    region_names: list[str]
    parties: tuple[tuple[str, str], tuple[str, str]]

    @property
    def regions(self) -> int:
        """Number of regions."""
        return len(self.region_names)

    @property
    def region_ids(self) -> list[str]:
        """Ids of the regions, west to east."""
        return [name.lower() for name in self.region_names]

    @property
    def party_ids(self) -> list[str]:
        """Ids of the parties: north, south."""
        return [party[0] for party in self.parties]

    def lon_of(self, along_km: Any) -> Any:
        """Return the longitude at a distance along the line."""
        return LON_WEST + along_km / km_per_degree(LAT_MIDDLE)[0]

    def along_of(self, lon: Any) -> Any:
        """Return the distance along the line of a longitude."""
        return (lon - LON_WEST) * km_per_degree(LAT_MIDDLE)[0]

    def line_lat(self, lon: Any) -> Any:
        """Return the latitude of the line of contact at a longitude."""
        along = np.asarray(self.along_of(lon))[..., None]
        size, length, phase = self.bends.T
        north = (size * np.sin(2 * np.pi * along / length + phase)).sum(axis=-1)
        return LAT_MIDDLE + north / km_per_degree(LAT_MIDDLE)[1]

    def region_of(self, lon: Any) -> Ints:
        """Return the region index of longitudes; outside the line, the nearest region."""
        share = self.along_of(np.asarray(lon)) / self.line_km
        return np.asarray(np.clip((share * self.regions).astype(np.int64), 0, self.regions - 1))

    def side_of(self, lon: Floats, lat: Floats) -> Ints:
        """Return which party controls a point: 0 north of the line, 1 south of it."""
        return np.asarray(lat < self.line_lat(lon), dtype=np.int64)

    def nearest_place(self, lon: Floats, lat: Floats) -> Ints:
        """Return the settlement nearest to each point among the six nearest along the line."""
        at = np.searchsorted(self.place_lon, lon)
        best = np.zeros(len(lon), dtype=np.int64)
        best_km = np.full(len(lon), np.inf)
        for step in range(-6, 6):
            place = np.clip(at + step, 0, len(self.place_lon) - 1)
            east, north = apart(lon, lat, self.place_lon[place], self.place_lat[place])
            away = np.hypot(east, north)
            best, best_km = np.where(away < best_km, place, best), np.minimum(away, best_km)
        return best

    def polygon(self, region: int) -> list[tuple[float, float]]:
        """Return the closed ring of a region: DEPTH_KM either side of the line."""
        edge = np.linspace(region, region + 1, 9) / self.regions * self.line_km
        lon = np.asarray(self.lon_of(edge))
        lat, depth = self.line_lat(lon), DEPTH_KM / km_per_degree(LAT_MIDDLE)[1]
        north = list(zip(lon.tolist(), (lat + depth).tolist(), strict=True))
        south = list(zip(lon.tolist(), (lat - depth).tolist(), strict=True))
        return [*south, *reversed(north), south[0]]


def line_km_for(options: ExerciseOptions) -> float:
    """Return the length of line that gives the level's density: a denser truce is a longer one."""
    dials = options.dials
    wanted = options.observations / options.days / dials.observations_per_km_day
    return min(max(wanted, dials.line_km_least), dials.line_km_most)


def ground_for(options: ExerciseOptions) -> Ground:
    """Return the country of an exercise; the same options give the same country."""
    dials, line_km = options.dials, line_km_for(options)
    rng = np.random.default_rng([options.seed, 1])
    bends = np.column_stack(
        [[7.0, 3.0, 1.2], rng.uniform([120, 45, 18], [180, 70, 28]), rng.uniform(0, 6.28, 3)]
    )
    names = _names(rng, int(line_km / dials.settlement_gap_km) + 30)
    regions = max(2, round(line_km / dials.region_km))
    parties = _PARTIES[::-1] if options.swap_parties else _PARTIES
    none = np.empty(0)
    bare = Ground(line_km, bends, none, none, none, none, [], names[:regions], parties)
    return _settled(bare, rng, dials, names[regions:])


def _settled(bare: Ground, rng: np.random.Generator, dials: Dials, names: list[str]) -> Ground:
    count = max(2 * bare.regions, int(bare.line_km / dials.settlement_gap_km))
    along = np.sort((np.arange(count) + rng.uniform(0.1, 0.9, count)) * bare.line_km / count)
    lon = np.asarray(bare.lon_of(along))
    away = rng.gamma(1.6, 2.2, count) * rng.choice([-1, 1], count)
    lat = bare.line_lat(lon) + away / km_per_degree(LAT_MIDDLE)[1]
    draw = rng.permutation(count).astype(float) + 1
    draw = draw**-dials.hot_spots * np.exp(-np.abs(away) / 4)
    region = bare.region_of(lon)
    draw /= np.bincount(region, draw, bare.regions)[region]
    return Ground(
        bare.line_km, bare.bends, lon, lat, along, draw, names[:count], bare.region_names,
        bare.parties,
    )  # fmt: skip


def _names(rng: np.random.Generator, count: int) -> list[str]:
    """Return distinct invented names; a second round of endings serves long lines."""
    plain = [a + m + e for a in _ONSETS for m in _MIDDLES for e in _ENDS]
    order = rng.permutation(len(plain))[:count]
    return [plain[i] for i in order]
