"""How much two accounts speak for one happening: bits, feature by feature.

A weight is log2 of the odds that both describe one happening: prior odds from how many unrelated
accounts are to be expected near by (the denser the spot, the lower), times, for each feature, how
much more often true pairs show what these two show (Fellegi and Sunter 1969). Place and time are
densities: the chance per km2 and hour that a second account of one happening lies there, against
an even spread over the widest bounds. All units: km, hours, degrees, bits.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.options import FuseOptions, Parameters
from trucewatch.fuse.words import WordIndex, shared_words

FEATURES = ("place", "time", "kind", "weapon", "count", "geometry", "actor", "words")
PRIOR = len(FEATURES)
# Upper edges: of distance over spread; of hours between two intervals; of the longer interval.
PLACE_EDGES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
GAP_EDGES = (0.05, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 48.0)
LENGTH_EDGES = (0.5, 3.0)
WORDS_EDGES = (0.03, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8)
LEVELS = {
    "kind": ("same", "related", "other"),
    "weapon": ("not given", "same", "same class or calibre", "different"),
    "count": ("not given", "equal, 1 or 2", "equal, 3 to 9", "equal, 10 or more",
              "within a fifth", "within a factor of 2", "within a factor of 4", "further apart"),
    "direction": ("not given", "within 30 degrees", "within 75 degrees", "opposed"),
    "actor": ("not given", "same", "different"),
    "words": ("no words", *(f"up to {edge:g} shared" for edge in WORDS_EDGES), "a copy"),
}  # fmt: skip
REFERENCE_KM2_H = math.pi * 10.0**2 * 96.0


class Tables(NamedTuple):
    """The estimated weights as arrays; one row per pair of modes or class of length."""

    place: Any
    time: Any
    kind: Any
    weapon: Any
    count: Any
    direction: Any
    actor: Any
    words: Any
    prior: Any
    place_middles: Any
    place_edges: Any
    gap_edges: Any
    length_edges: Any
    words_edges: Any
    extent_km: float
    duration_h: float


def tables(parameters: Parameters, options: FuseOptions) -> Tables:
    """Return the weights in the form the kernels read."""
    bits = {name: np.asarray(parameters.bits[name], np.float64)
            for name in ("place", "time", "prior", *LEVELS)}  # fmt: skip
    edges = np.array((0.0, *PLACE_EDGES))
    return Tables(
        **bits, place_middles=(edges[1:] + edges[:-1]) / 2, place_edges=edges[1:],
        gap_edges=np.array(GAP_EDGES), length_edges=np.array(LENGTH_EDGES),
        words_edges=np.array(WORDS_EDGES),
        extent_km=float(options.extent_km), duration_h=float(options.duration_h),
    )  # fmt: skip


@kernel
def apart_km(a: Any, b: Any) -> float:
    """Distance on the ellipsoid from the straight line through it: within 1 m up to 100 km."""
    dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
    squared = dx * dx + dy * dy + dz * dz
    return float(math.sqrt(squared) * (1.0 + squared / 974_000_000.0))


@kernel
def gap_hours(a: Any, b: Any) -> float:
    """Hours between two intervals; 0 where they touch."""
    return float(max(0.0, max(a.start_h, b.start_h) - min(a.end_h, b.end_h)))


@kernel
def within_reach(a: Any, b: Any, km: float, gap: float, t: Tables) -> bool:
    """Whether two accounts are compared at all: one family, near in space and time, lawful."""
    if a.family != b.family or km > min(t.extent_km, a.reach_km + b.reach_km):
        return False
    if gap > a.reach_h + b.reach_h:
        return False
    return bool(max(a.end_h, b.end_h) - min(a.start_h, b.start_h) <= t.duration_h)


@kernel
def apart_by_observer(a: Any, b: Any) -> bool:
    """One observer on the spot who made two records saw two happenings."""
    return bool(a.observer >= 0 and a.observer == b.observer and a.source == b.source)


@kernel
def prior_bits(a: Any, b: Any, t: Tables) -> float:
    """Odds before looking closer: partners to be had, over accounts to be met by chance."""
    return float(t.prior[a.mode, b.mode] - math.log2(max(1.0, 0.5 * (a.crowd + b.crowd))))


@kernel
def place_bits(a: Any, b: Any, km: float, t: Tables) -> float:
    """Bits for the distance, given how widely each place is known (round)."""
    spread = a.cov_ee + a.cov_nn + b.cov_ee + b.cov_nn
    return density_bits(km * km / spread, spread, t)


@kernel
def density_bits(z_squared: float, spread: float, t: Tables) -> float:
    """Log2 density per km2 of partners at this standard distance, over the even one."""
    middles, level = t.place_middles, t.place
    z = math.sqrt(z_squared)
    last = middles.size - 1
    if z >= middles[last]:
        bits = level[last]
    elif z <= middles[0]:
        bits = level[0]
    else:
        k = np.searchsorted(middles, z) - 1
        share = (z - middles[k]) / (middles[k + 1] - middles[k])
        bits = level[k] * (1 - share) + level[k + 1] * share
    return float(bits - math.log2(spread) + 8.295)  # log2 of pi 10 km squared


@kernel
def geometry_bits(a: Any, b: Any, km: float, t: Tables) -> float:
    """What range and bearing add to the round places, and the directions of fire."""
    bits = t.direction[direction_level(a, b)]
    if a.has_geometry == 0 and b.has_geometry == 0:
        return float(bits)
    ee, nn, en = a.cov_ee + b.cov_ee, a.cov_nn + b.cov_nn, a.cov_en + b.cov_en
    determinant = ee * nn - en * en
    if determinant <= 0.0 or km <= 0.0:
        return float(bits)
    east, north = east_north(a, b)
    z_squared = (nn * east * east - 2.0 * en * east * north + ee * north * north) / determinant
    narrow = density_bits(0.5 * z_squared, 2.0 * math.sqrt(determinant), t)
    return float(bits + narrow - place_bits(a, b, km, t))


@kernel
def east_north(a: Any, b: Any) -> tuple[float, float]:
    """Kilometres east and north from one place to the other, at the first's horizon."""
    lon, lat = math.radians(a.lon), math.radians(a.lat)
    dx, dy, dz = b.x - a.x, b.y - a.y, b.z - a.z
    east = -math.sin(lon) * dx + math.cos(lon) * dy
    out = math.cos(lon) * dx + math.sin(lon) * dy
    return east, math.cos(lat) * dz - math.sin(lat) * out


@kernel
def time_bits(a: Any, b: Any, gap: float, t: Tables) -> float:
    """Bits for the hours between, against chance: long intervals overlap without meaning much."""
    longer = max(a.end_h - a.start_h, b.end_h - b.start_h)
    sharpness = np.searchsorted(t.length_edges, longer)
    k = min(np.searchsorted(t.gap_edges, gap), t.gap_edges.size - 1)
    if k == 0:
        width = a.end_h - a.start_h + b.end_h - b.start_h + 2.0 * t.gap_edges[0]
    else:
        width = 2.0 * (t.gap_edges[k] - t.gap_edges[k - 1])
    return float(t.time[sharpness, k] - math.log2(width) + 6.585)  # log2 of 96 h


@kernel
def kind_level(a: Any, b: Any) -> int:
    """Index into LEVELS['kind']."""
    if a.kind == b.kind:
        return 0
    return 1 if a.group == b.group else 2


@kernel
def weapon_level(a: Any, b: Any) -> int:
    """Index into LEVELS['weapon']."""
    if a.weapon >= 0 and a.weapon == b.weapon:
        return 1
    known = not (math.isnan(a.calibre_low) or math.isnan(b.calibre_low))
    if known and a.calibre_low <= b.calibre_high and b.calibre_low <= a.calibre_high:
        return 2
    if a.weapon >= 0 and b.weapon >= 0:
        return 2 if a.weapon_class == b.weapon_class else 3
    return 3 if known else 0


@kernel
def count_level(a: Any, b: Any) -> int:
    """Index into LEVELS['count']."""
    left, right = a.count_best, b.count_best
    if math.isnan(left) or math.isnan(right) or left < 0 or right < 0:
        return 0
    if left == right:
        return 1 if left < 3 else (2 if left < 10 else 3)
    ratio = (max(left, right) + 0.5) / (min(left, right) + 0.5)
    if ratio <= 1.2:
        return 4
    if ratio <= 2.0:
        return 5
    return 6 if ratio <= 4.0 else 7


@kernel
def direction_level(a: Any, b: Any) -> int:
    """Index into LEVELS['direction']."""
    if math.isnan(a.direction) or math.isnan(b.direction):
        return 0
    turn = abs((a.direction - b.direction + 180.0) % 360.0 - 180.0)
    return 1 if turn <= 30.0 else (2 if turn <= 75.0 else 3)


@kernel
def actor_level(a: Any, b: Any) -> int:
    """Index into LEVELS['actor']."""
    if a.actor < 0 or b.actor < 0:
        return 0
    return 1 if a.actor == b.actor else 2


@kernel
def words_level(a: Any, b: Any, words: WordIndex, t: Tables) -> int:
    """Index into LEVELS['words']; only what the press and the parties write is compared."""
    if a.mode < 2 or b.mode < 2:
        return 0
    if a.text != 0 and a.text == b.text:
        return int(t.words.size) - 1
    share = shared_words(words, a.row, b.row)[1]
    if share < 0.0:
        return 0
    return 1 + int(np.searchsorted(t.words_edges, share))


@kernel
def weight(a: Any, b: Any, words: WordIndex, t: Tables) -> float:
    """Bits for two accounts as one happening: prior and all features."""
    km, gap = apart_km(a, b), gap_hours(a, b)
    bits = prior_bits(a, b, t) + place_bits(a, b, km, t) + time_bits(a, b, gap, t)
    bits += t.kind[kind_level(a, b)] + t.weapon[weapon_level(a, b)]
    bits += t.count[count_level(a, b)] + t.actor[actor_level(a, b)]
    bits += geometry_bits(a, b, km, t)
    return float(bits + t.words[words_level(a, b, words, t)])
