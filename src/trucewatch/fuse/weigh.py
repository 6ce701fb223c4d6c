"""How much two accounts speak for one happening: bits, feature by feature.

A weight is log2 of the odds that both describe one happening: prior odds from how many unrelated
accounts are to be expected near by (the denser the spot, the lower), times, for each feature, how
much more often true pairs show what these two show (Fellegi and Sunter 1969). Place and time are
densities: the chance per km2 and hour that a second account of one happening lies there, against
an even spread over the widest bounds. All units: km, hours, degrees, bits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from trucewatch.fuse.accounts import known_weapons
from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.options import FuseOptions, Parameters
from trucewatch.fuse.words import WordIndex, shared_words
from trucewatch.vocabulary import kinds

FEATURES = ("place", "time", "kind", "weapon", "count", "geometry", "actor", "words")
PRIOR = len(FEATURES)
# Upper edges: of distance over spread; of hours between two starts; of the log2 of two lengths.
PLACE_EDGES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
GAP_EDGES = (0.017, 0.034, 0.05, 0.085, 0.17, 0.34, 0.67, 1.5, 3.0, 6.0, 12.0, 48.0)
LENGTH_EDGES = (0.2, 0.5, 1.0, 2.0, 3.0)
RATIO_EDGES = (0.25, 0.5, 0.7, 0.85, 1.0, 1.18, 1.42, 1.75, 2.3, 4.0)
DELAY_EDGES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
WORDS_EDGES = (0.03, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8)
SHARPNESS = ("both by the clock", "one by the clock", "neither by the clock")
COUNTED = ("both on the spot", "press against spot", "party against spot", "both from afar")
LEVELS = {
    "length": ("not given", *(f"within a factor of {2**e:.2g}" for e in LENGTH_EDGES), "unlike"),
    "kind": ("same", "related", "other"),
    "weapon": ("not given", "same", "same class or calibre", "different"),
    "count": ("not given", "few and equal", "few, one apart", "few, unlike",
              *(f"up to {edge:g} times" for edge in RATIO_EDGES), "more"),
    "delay": ("not given", "told before it began",
              *(f"told within {edge:g} h" for edge in DELAY_EDGES[1:]), "told later"),
    "side": ("not given", "same", "different"),
    "direction": ("not given", "within 30 degrees", "within 75 degrees", "opposed"),
    "actor": ("not given", "same", "different"),
    "words": ("no words", *(f"up to {edge:g} shared" for edge in WORDS_EDGES),
              "nearly all shared", "a copy"),
}  # fmt: skip
FEW = 3
# As arrays for the kernels, which freeze them when they are compiled.
TIME_EDGES, SPAN_EDGES = np.array(GAP_EDGES), np.array(LENGTH_EDGES)
LATE_EDGES = np.array(DELAY_EDGES)
COUNT_EDGES, SHARED_EDGES = np.array(RATIO_EDGES), np.array(WORDS_EDGES)
PLACE_MIDDLES = (np.array((0.0, *PLACE_EDGES[:-1])) + np.array(PLACE_EDGES)) / 2
REFERENCE_KM2_H = math.pi * 10.0**2 * 96.0


class Tables(NamedTuple):
    """The estimated weights as arrays; one row per pair of modes or class of length."""

    place: Any
    time: Any
    length: Any
    kind: Any
    kind_pair: Any
    delay: Any
    side: Any
    weapon: Any
    count: Any
    direction: Any
    actor: Any
    words: Any
    prior: Any
    weapon_share: Any
    extent_km: float
    duration_h: float


def tables(parameters: Parameters, options: FuseOptions) -> Tables:
    """Return the weights in the form the kernels read."""
    bits = {name: np.asarray(parameters.bits[name], np.float64)
            for name in ("place", "time", "prior", *LEVELS)}  # fmt: skip
    return Tables(
        **bits, kind_pair=_kind_pairs(parameters),
        weapon_share=_rarity(known_weapons(), parameters.shares["weapon"]),
        extent_km=float(options.extent_km), duration_h=float(options.duration_h),
    )  # fmt: skip


def _rarity(names: list[str], shares: Mapping[str, float]) -> Any:
    """Bits by which it says more that two agree on a rare term; an unknown one counts as rare."""
    rarest = min(shares.values(), default=0.01)
    return np.array([-math.log2(shares.get(name, rarest)) for name in names])


def _kind_pairs(parameters: Parameters) -> Any:
    """Bits for each pair of kinds: as estimated, else by level and rarity."""
    names = list(kinds())
    rarity = _rarity(names, parameters.shares["kind"])
    group = {k: n for n, same in enumerate(parameters.siblings) for k in same}
    same, related, other = parameters.bits["kind"]
    bits = np.full((len(names), len(names)), float(other))
    for i, one in enumerate(names):
        for j, two in enumerate(names):
            if i == j:
                bits[i, j] = same + rarity[i]
            elif one in group and group[one] == group.get(two):
                bits[i, j] = related
            for key in (f"{one}+{two}", f"{two}+{one}"):
                bits[i, j] = parameters.kind_pairs.get(key, bits[i, j])
    return bits


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
def where_bits(a: Any, b: Any, km: float, t: Tables) -> float:
    """Bits for the distance and for who holds the place."""
    return float(place_bits(a, b, km, t) + t.side[side_level(a, b)])


@kernel
def density_bits(z_squared: float, spread: float, t: Tables) -> float:
    """Log2 density per km2 of partners at this standard distance, over the even one."""
    middles, level = PLACE_MIDDLES, t.place
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
def time_level(a: Any, b: Any) -> tuple[int, int]:
    """Class of sharpness and class of the gap between the spans that hold the two starts."""
    sharpness = int(a.latest_h > a.start_h) + int(b.latest_h > b.start_h)
    gap = max(0.0, max(a.start_h, b.start_h) - min(a.latest_h, b.latest_h))
    return sharpness, min(int(np.searchsorted(TIME_EDGES, gap)), TIME_EDGES.size - 1)


@kernel
def time_width(a: Any, b: Any, k: int) -> float:
    """Hours over which chance could have put the second start, to fall into this class of gap."""
    spans = a.latest_h - a.start_h + b.latest_h - b.start_h
    if k == 0:
        return float(spans + 2.0 * TIME_EDGES[0])
    return float(2.0 * (TIME_EDGES[k] - TIME_EDGES[k - 1]))


@kernel
def time_bits(a: Any, b: Any, t: Tables) -> float:
    """Bits for the time between, against chance: wide spans meet without meaning much."""
    sharpness, k = time_level(a, b)
    bits = t.time[sharpness, k] - math.log2(time_width(a, b, k)) + 6.585  # log2 of 96 h
    return float(bits + t.length[length_level(a, b)] + t.delay[delay_level(a, b)])


@kernel
def length_level(a: Any, b: Any) -> int:
    """Index into LEVELS['length']; only what was timed from and to by the clock has a length."""
    if a.latest_h > a.start_h or b.latest_h > b.start_h:
        return 0
    left, right = a.end_h - a.start_h, b.end_h - b.start_h
    if left <= 0.0 or right <= 0.0:
        return 0
    # Half a minute more: short bangs are timed to the minute.
    ratio = abs(math.log2((left + 0.0083) / (right + 0.0083)))
    return 1 + int(np.searchsorted(SPAN_EDGES, ratio))


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
    """Index into LEVELS['count']; the ratio is that of the account from farther off."""
    left, right = a.count_best, b.count_best
    if math.isnan(left) or math.isnan(right) or left < 0 or right < 0:
        return 0
    if max(left, right) <= FEW:
        return 1 + min(2, int(abs(left - right)))
    ratio = (right + 0.5) / (left + 0.5)
    if a.mode > b.mode or (a.mode == b.mode and ratio < 1.0):
        ratio = 1.0 / ratio
    return 4 + int(np.searchsorted(COUNT_EDGES, ratio))


@kernel
def counted_by(a: Any, b: Any) -> int:
    """Index into COUNTED: people and instruments on the spot count better than the press."""
    nearer, farther = min(a.mode, b.mode), max(a.mode, b.mode)
    if nearer >= 2:
        return 3
    return 0 if farther <= 1 else farther - 1


@kernel
def delay_level(a: Any, b: Any) -> int:
    """Index into LEVELS['delay']: hours from a start by the clock to a report of the press."""
    if a.mode == 2 and b.mode <= 1 and b.latest_h == b.start_h:
        delay = a.published_h - b.start_h
    elif b.mode == 2 and a.mode <= 1 and a.latest_h == a.start_h:
        delay = b.published_h - a.start_h
    else:
        return 0
    return 0 if math.isnan(delay) else 1 + int(np.searchsorted(LATE_EDGES, delay))


@kernel
def side_level(a: Any, b: Any) -> int:
    """Index into LEVELS['side']: who holds the place."""
    if a.side < 0 or b.side < 0:
        return 0
    return 1 if a.side == b.side else 2


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
    return 1 + int(np.searchsorted(SHARED_EDGES, share))


@kernel
def weapon_bits(a: Any, b: Any, t: Tables) -> float:
    """Bits for the weapon and calibre; agreeing on a rare one says more."""
    level = weapon_level(a, b)
    return float(t.weapon[level] + (t.weapon_share[a.weapon] if level == 1 else 0.0))


@kernel
def weight(a: Any, b: Any, words: WordIndex, t: Tables) -> float:
    """Bits for two accounts as one happening: prior and all features."""
    km = apart_km(a, b)
    bits = prior_bits(a, b, t) + where_bits(a, b, km, t) + time_bits(a, b, t)
    bits += t.kind_pair[a.kind, b.kind] + weapon_bits(a, b, t)
    bits += t.count[counted_by(a, b), count_level(a, b)] + t.actor[actor_level(a, b)]
    bits += geometry_bits(a, b, km, t)
    return float(bits + t.words[words_level(a, b, words, t)])
