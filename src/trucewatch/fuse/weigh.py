"""How much two accounts speak for one happening: bits, feature by feature.

A weight is log2 of the odds that both describe one happening: prior odds from how many unrelated
accounts are to be expected near by (the denser the spot, the lower), times, for each feature, how
much more often true pairs show what these two show (Fellegi and Sunter 1969). Place and time are
densities: the chance per km2 and hour that a second account of one happening lies there, against
an even spread over the widest bounds. All units: km, hours, degrees, bits.

In every kernel a and b are records (accounts.ACCOUNT) in canonical order and t is the flat array
of weights.tables.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.options import MODES
from trucewatch.fuse.weights import (
    AT,
    DELAY_EDGES,
    FEW,
    GAP_EDGES,
    LENGTH_EDGES,
    LEVELS,
    PLACE_EDGES,
    RATIO_EDGES,
    WORDS_EDGES,
)
from trucewatch.fuse.words import WordIndex, shared_words
from trucewatch.vocabulary import kinds

# As arrays and numbers for the kernels, which freeze them when they are compiled.
TIME_EDGES, SPAN_EDGES = np.array(GAP_EDGES), np.array(LENGTH_EDGES)
LATE_EDGES = np.array(DELAY_EDGES)
COUNT_EDGES, SHARED_EDGES = np.array(RATIO_EDGES), np.array(WORDS_EDGES)
PLACE_MIDDLES = (np.array((0.0, *PLACE_EDGES[:-1])) + np.array(PLACE_EDGES)) / 2
PLACE, TIME, PRIOR, LENGTH = AT["place"], AT["time"], AT["prior"], AT["length"]
WEAPON, COUNT, DIRECTION, ACTOR = AT["weapon"], AT["count"], AT["direction"], AT["actor"]
WORDS, DELAY, SIDE, KIND_PAIR = AT["words"], AT["delay"], AT["side"], AT["kind_pair"]
WEAPON_SHARE, LAWS = AT["weapon_share"], AT["laws"]
PRESS = MODES.index("reported")
MODE_COUNT, KIND_COUNT = len(MODES), len(kinds())
COUNT_LEVELS, WORDS_LEVELS = len(LEVELS["count"]), len(LEVELS["words"])


@kernel
def class_of(edges: Any, value: float) -> int:
    """Return the first class whose upper edge is not below the value; NaN falls into the first."""
    k = 0
    while k < edges.size and value > edges[k]:
        k += 1
    return k


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
def within_reach(a: Any, b: Any, km: float, gap: float, t: Any) -> bool:
    """Whether two accounts are compared at all: one family, near in space and time, lawful."""
    if a.family != b.family or km > min(t[LAWS], a.reach_km + b.reach_km):
        return False
    if gap > a.reach_h + b.reach_h:
        return False
    return bool(max(a.end_h, b.end_h) - min(a.start_h, b.start_h) <= t[LAWS + 1])


@kernel
def apart_by_observer(a: Any, b: Any) -> bool:
    """One observer on the spot who made two records saw two happenings."""
    return bool(a.observer >= 0 and a.observer == b.observer and a.source == b.source)


@kernel
def prior_bits(a: Any, b: Any, t: Any) -> float:
    """Odds before looking closer: partners to be had, over accounts to be met by chance."""
    return float(
        t[PRIOR + MODE_COUNT * a.mode + b.mode] - math.log2(max(1.0, 0.5 * (a.crowd + b.crowd)))
    )


@kernel
def place_bits(a: Any, b: Any, km: float, t: Any) -> float:
    """Bits for the distance, given how widely each place is known (round)."""
    spread = a.cov_ee + a.cov_nn + b.cov_ee + b.cov_nn
    return density_bits(km * km / spread, spread, t)


@kernel
def where_bits(a: Any, b: Any, km: float, t: Any) -> float:
    """Bits for the distance and for who holds the place."""
    return float(place_bits(a, b, km, t) + t[SIDE + side_level(a, b)])


@kernel
def density_bits(z_squared: float, spread: float, t: Any) -> float:
    """Log2 density per km2 of partners at this standard distance, over the even one."""
    z = math.sqrt(z_squared)
    k = class_of(PLACE_MIDDLES, z)
    if k in (0, PLACE_MIDDLES.size):
        bits = t[PLACE + min(k, PLACE_MIDDLES.size - 1)]
    else:
        share = (z - PLACE_MIDDLES[k - 1]) / (PLACE_MIDDLES[k] - PLACE_MIDDLES[k - 1])
        bits = t[PLACE + k - 1] * (1 - share) + t[PLACE + k] * share
    return float(bits - math.log2(spread) + 8.295)  # log2 of pi 10 km squared


@kernel
def geometry_bits(a: Any, b: Any, km: float, t: Any) -> float:
    """What range and bearing add to the round places, and the directions of fire."""
    bits = t[DIRECTION + direction_level(a, b)]
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
    dx, dy, dz = b.x - a.x, b.y - a.y, b.z - a.z
    east = -a.sin_lon * dx + a.cos_lon * dy
    out = a.cos_lon * dx + a.sin_lon * dy
    return east, a.cos_lat * dz - a.sin_lat * out


@kernel
def time_level(a: Any, b: Any) -> tuple[int, int]:
    """Class of sharpness and class of the gap between the spans that hold the two starts."""
    sharpness = int(a.latest_h > a.start_h) + int(b.latest_h > b.start_h)
    gap = max(0.0, max(a.start_h, b.start_h) - min(a.latest_h, b.latest_h))
    return sharpness, min(class_of(TIME_EDGES, gap), TIME_EDGES.size - 1)


@kernel
def time_width(a: Any, b: Any, k: int) -> float:
    """Hours over which chance could have put the second start, to fall into this class of gap."""
    spans = a.latest_h - a.start_h + b.latest_h - b.start_h
    if k == 0:
        return float(spans + 2.0 * TIME_EDGES[0])
    return float(2.0 * (TIME_EDGES[k] - TIME_EDGES[k - 1]))


@kernel
def time_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the time between, against chance: wide spans meet without meaning much."""
    sharpness, k = time_level(a, b)
    bits = (
        t[TIME + TIME_EDGES.size * sharpness + k] - math.log2(time_width(a, b, k)) + 6.585
    )  # log2 of 96 h
    return float(bits + t[LENGTH + length_level(a, b)] + t[DELAY + delay_level(a, b)])


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
    return 1 + class_of(SPAN_EDGES, ratio)


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
    return 4 + class_of(COUNT_EDGES, ratio)


@kernel
def counted_by(a: Any, b: Any) -> int:
    """Index into COUNTED: people and instruments on the spot count better than the press."""
    nearer, farther = min(a.mode, b.mode), max(a.mode, b.mode)
    if nearer >= PRESS:
        return 3
    return 0 if farther <= 1 else farther - 1


@kernel
def delay_level(a: Any, b: Any) -> int:
    """Index into LEVELS['delay']: hours from a start by the clock to a report of the press."""
    if a.mode == PRESS and b.mode < PRESS and b.latest_h == b.start_h:
        delay = a.published_h - b.start_h
    elif b.mode == PRESS and a.mode < PRESS and a.latest_h == a.start_h:
        delay = b.published_h - a.start_h
    else:
        return 0
    return 0 if math.isnan(delay) else 1 + class_of(LATE_EDGES, delay)


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
def words_level(a: Any, b: Any, words: WordIndex) -> int:
    """Index into LEVELS['words']; only what the press and the parties write is compared."""
    if a.mode < PRESS or b.mode < PRESS:
        return 0
    if a.text != 0 and a.text == b.text:
        return WORDS_LEVELS - 1
    share = shared_words(words, a.row, b.row)[1]
    if share < 0.0:
        return 0
    return 1 + class_of(SHARED_EDGES, share)


@kernel
def kind_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the two kinds."""
    return float(t[KIND_PAIR + KIND_COUNT * a.kind + b.kind])


@kernel
def weapon_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the weapon and calibre; agreeing on a rare one says more."""
    level = weapon_level(a, b)
    return float(t[WEAPON + level] + (t[WEAPON_SHARE + a.weapon] if level == 1 else 0.0))


@kernel
def count_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the two counts."""
    return float(t[COUNT + COUNT_LEVELS * counted_by(a, b) + count_level(a, b)])


@kernel
def actor_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for who is said to have done it."""
    return float(t[ACTOR + actor_level(a, b)])


@kernel
def words_bits(a: Any, b: Any, words: WordIndex, t: Any) -> float:
    """Bits for the words of the two reports."""
    return float(t[WORDS + words_level(a, b, words)])


@kernel
def weight(a: Any, b: Any, words: WordIndex, t: Any) -> float:
    """Bits for two accounts as one happening: prior and all features."""
    km = apart_km(a, b)
    bits = prior_bits(a, b, t) + where_bits(a, b, km, t) + time_bits(a, b, t)
    bits += kind_bits(a, b, t) + weapon_bits(a, b, t) + count_bits(a, b, t)
    bits += actor_bits(a, b, t) + geometry_bits(a, b, km, t)
    if a.mode >= PRESS and b.mode >= PRESS:
        bits += words_bits(a, b, words, t)
    return float(bits)
