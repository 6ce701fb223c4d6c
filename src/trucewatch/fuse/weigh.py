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

from trucewatch.compiled import kernel
from trucewatch.fuse.levels import (
    PRESS,
    actor_level,
    apart_km,
    class_of,
    coarsely_placed,
    count_level,
    counted_by,
    delay_level,
    direction_level,
    held_level,
    length_level,
    named_level,
    news_level,
    one_teller,
    side_level,
    span_level,
    time_level,
    time_width,
    untold,
    weapon_level,
    words_level,
)
from trucewatch.fuse.options import HELD, MODES
from trucewatch.fuse.weights import AT, LEVELS, PLACE_EDGES
from trucewatch.fuse.words import WordIndex
from trucewatch.vocabulary import kinds

# As arrays and numbers for the kernels, which freeze them when they are compiled.
PLACE_MIDDLES = (np.array((0.0, *PLACE_EDGES[:-1])) + np.array(PLACE_EDGES)) / 2
PLACE, TIME, PRIOR, LENGTH = AT["place"], AT["time"], AT["prior"], AT["length"]
WEAPON, COUNT, DIRECTION, ACTOR = AT["weapon"], AT["count"], AT["direction"], AT["actor"]
WORDS, DELAY, SIDE, KIND_PAIR = AT["words"], AT["delay"], AT["side"], AT["kind_pair"]
WEAPON_SHARE, LAWS = AT["weapon_share"], AT["laws"]
NEWS, UNTOLD = AT["news"], AT["untold"]
BOTH_TOLD = HELD.index("both told")
MODE_COUNT, KIND_COUNT = len(MODES), len(kinds())
PLACE_LEVELS, DELAY_LEVELS = len(LEVELS["place"]), len(LEVELS["delay"])
TIME_LEVELS = len(LEVELS["time"])
COUNT_LEVELS, WORDS_LEVELS = len(LEVELS["count"]), len(LEVELS["words"])


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
    """One observer on the spot who made two records saw two happenings.

    But a report's prose and its annexed table are two tellings of what its observer saw.
    """
    if a.observer < 0 or a.observer != b.observer or a.source != b.source:
        return False
    return bool(a.annexed == b.annexed)


@kernel
def prior_bits(a: Any, b: Any, t: Any) -> float:
    """Odds before looking closer: partners to be had, over accounts to be met by chance."""
    return float(
        t[PRIOR + MODE_COUNT * a.mode + b.mode] - math.log2(max(1.0, 0.5 * (a.crowd + b.crowd)))
    )


@kernel
def place_bits(a: Any, b: Any, km: float, t: Any) -> float:
    """Bits for the distance, given how widely each place is known (round).

    Places that are told lie where settlements lie, not anywhere: agreeing on one says as much as
    it is rarer among chance pairs, and no more; agreeing on a region says nothing.
    """
    spread = a.cov_ee + a.cov_nn + b.cov_ee + b.cov_nn
    held = held_level(a, b)
    if held == BOTH_TOLD:
        if coarsely_placed(a, b):
            return 0.0
        return float(t[PLACE + PLACE_LEVELS * held + named_level(km, spread)])
    return density_bits(km * km / spread, spread, PLACE + PLACE_LEVELS * held, t)


@kernel
def where_bits(a: Any, b: Any, km: float, t: Any) -> float:
    """Bits for the distance and for who holds the place."""
    return float(place_bits(a, b, km, t) + t[SIDE + side_level(a, b)])


@kernel
def density_bits(z_squared: float, spread: float, at: int, t: Any) -> float:
    """Log2 density per km2 of partners at this standard distance, over the even one.

    at: where the row of densities begins.
    """
    z = math.sqrt(z_squared)
    k = class_of(PLACE_MIDDLES, z)
    if k in (0, PLACE_MIDDLES.size):
        bits = t[at + min(k, PLACE_MIDDLES.size - 1)]
    else:
        share = (z - PLACE_MIDDLES[k - 1]) / (PLACE_MIDDLES[k] - PLACE_MIDDLES[k - 1])
        bits = t[at + k - 1] * (1 - share) + t[at + k] * share
    return float(bits - math.log2(spread) + 8.295)  # log2 of pi 10 km squared


@kernel
def geometry_bits(a: Any, b: Any, km: float, t: Any) -> float:
    """What range and bearing add to the round places, and the directions of fire."""
    bits = t[DIRECTION + direction_level(a, b)]
    held = held_level(a, b)
    if (a.has_geometry == 0 and b.has_geometry == 0) or held == BOTH_TOLD:
        return float(bits)
    ee, nn, en = a.cov_ee + b.cov_ee, a.cov_nn + b.cov_nn, a.cov_en + b.cov_en
    determinant = ee * nn - en * en
    if determinant <= 0.0 or km <= 0.0:
        return float(bits)
    east, north = east_north(a, b)
    z_squared = (nn * east * east - 2.0 * en * east * north + ee * north * north) / determinant
    at = PLACE + PLACE_LEVELS * held
    narrow = density_bits(0.5 * z_squared, 2.0 * math.sqrt(determinant), at, t)
    return float(bits + narrow - place_bits(a, b, km, t))


@kernel
def east_north(a: Any, b: Any) -> tuple[float, float]:
    """Kilometres east and north from one place to the other, at the first's horizon."""
    dx, dy, dz = b.x - a.x, b.y - a.y, b.z - a.z
    east = -a.sin_lon * dx + a.cos_lon * dy
    out = a.cos_lon * dx + a.sin_lon * dy
    return east, a.cos_lat * dz - a.sin_lat * out


@kernel
def time_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the time between, against chance: wide spans meet without meaning much."""
    sharpness, k = time_level(a, b)
    bits = (
        t[TIME + TIME_LEVELS * sharpness + k] - math.log2(time_width(a, b, k)) + 6.585
    )  # log2 of 96 h
    delay = t[DELAY + DELAY_LEVELS * span_level(a, b) + delay_level(a, b)]
    return float(bits + t[LENGTH + length_level(a, b)] + delay)


@kernel
def kind_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the two kinds; the press has words of its own for what observers name."""
    row = KIND_COUNT * held_level(a, b) + a.kind
    return float(t[KIND_PAIR + KIND_COUNT * row + b.kind])


@kernel
def weapon_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the weapon and calibre; agreeing on a rare one says more.

    Where a report leaves the weapon out, the one that was seen still says how likely it was told.
    """
    level = weapon_level(a, b)
    if level == 0:
        seen = untold(a, b)
        return float(t[UNTOLD + seen]) if seen >= 0 else 0.0
    return float(t[WEAPON + level] + (t[WEAPON_SHARE + a.weapon] if level == 1 else 0.0))


@kernel
def count_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for the two counts, and for how much there was to tell."""
    bits = t[COUNT + COUNT_LEVELS * counted_by(a, b) + count_level(a, b)]
    return float(bits + t[NEWS + news_level(a, b)])


@kernel
def actor_bits(a: Any, b: Any, t: Any) -> float:
    """Bits for who is said to have done it."""
    return float(t[ACTOR + actor_level(a, b)])


@kernel
def words_bits(a: Any, b: Any, words: WordIndex, t: Any) -> float:
    """Bits for the words of the two reports."""
    row = WORDS_LEVELS if one_teller(a, b) else 0
    return float(t[WORDS + row + words_level(a, b, words)])


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
