"""What each pair shows, feature by feature: for the table of pairs, for people, for estimating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Accounts, Array
from trucewatch.fuse.levels import (
    actor_level,
    apart_km,
    coarsely_placed,
    count_level,
    counted_by,
    delay_level,
    direction_level,
    gap_hours,
    held_level,
    kind_level,
    length_level,
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
from trucewatch.fuse.neighbours import Pairs
from trucewatch.fuse.options import HELD
from trucewatch.fuse.threads import shared_out
from trucewatch.fuse.weigh import (
    actor_bits,
    apart_by_observer,
    count_bits,
    east_north,
    geometry_bits,
    kind_bits,
    prior_bits,
    time_bits,
    weapon_bits,
    where_bits,
    words_bits,
)
from trucewatch.fuse.weights import FEATURES, ONE_PLACE_KM, PLACE_EDGES
from trucewatch.fuse.words import WordIndex

LEVEL_FIELDS = (
    "sharpness", "time", "length", "kind", "weapon", "counted", "count", "direction", "actor",
    "words", "left_mode", "right_mode", "apart", "delay", "side", "left_kind", "right_kind",
    "held", "span", "teller", "news", "untold",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Features:
    """bits: n x (FEATURES and prior). measures: n x (km, gap_h, standard distance, hours of
    chance, crowd). levels: n x LEVEL_FIELDS."""

    bits: Array
    measures: Array
    levels: Array

    def level(self, name: str) -> Array:
        """Return one column of levels."""
        return self.levels[:, LEVEL_FIELDS.index(name)]


def features(accounts: Accounts, weights: Array, pairs: Pairs) -> Features:
    """Return bits, measures and levels of each pair, in the order of the pairs."""
    measures = np.empty((len(pairs), 5), np.float32)
    levels = np.empty((len(pairs), len(LEVEL_FIELDS)), np.int16)
    _levels(accounts.records, accounts.words, (pairs.left, pairs.right), (measures, levels))
    return Features(feature_bits(accounts, weights, pairs, 1), measures, levels)


def feature_bits(accounts: Accounts, weights: Array, pairs: Pairs, threads: int) -> Array:
    """Return the bits alone: n x (FEATURES and prior), float32."""
    bits = np.empty((len(pairs), len(FEATURES) + 1), np.float32)

    def filled(part: slice) -> None:
        sides = (pairs.left[part], pairs.right[part])
        _bits(accounts.records, accounts.words, weights, sides, bits[part])

    shared_out(len(pairs), threads, filled)
    return bits


@kernel
def _bits(records: Any, words: WordIndex, t: Any, sides: Any, bits: Any) -> None:
    for n in range(sides[0].size):
        a, b = records[sides[0][n]], records[sides[1][n]]
        km = apart_km(a, b)
        bits[n, 0] = where_bits(a, b, km, t)
        bits[n, 1] = time_bits(a, b, t)
        bits[n, 2] = kind_bits(a, b, t)
        bits[n, 3] = weapon_bits(a, b, t)
        bits[n, 4] = count_bits(a, b, t)
        bits[n, 5] = geometry_bits(a, b, km, t)
        bits[n, 6] = actor_bits(a, b, t)
        bits[n, 7] = words_bits(a, b, words, t)
        bits[n, 8] = prior_bits(a, b, t)


@kernel
def _levels(records: Any, words: WordIndex, sides: Any, out: Any) -> None:
    measures, levels = out
    for n in range(sides[0].size):
        a, b = records[sides[0][n]], records[sides[1][n]]
        measures[n, 0] = apart_km(a, b)
        measures[n, 1] = gap_hours(a, b)
        measures[n, 2] = standard_distance(a, b, measures[n, 0])
        sharpness, gap = time_level(a, b)
        measures[n, 3] = time_width(a, b, gap)
        measures[n, 4] = max(1.0, 0.5 * (a.crowd + b.crowd))
        levels[n, 0] = sharpness
        levels[n, 1] = gap
        levels[n, 2] = length_level(a, b)
        levels[n, 3] = kind_level(a, b)
        levels[n, 4] = weapon_level(a, b)
        levels[n, 5] = counted_by(a, b)
        levels[n, 6] = count_level(a, b)
        levels[n, 7] = direction_level(a, b)
        levels[n, 8] = actor_level(a, b)
        levels[n, 9] = words_level(a, b, words)
        levels[n, 10] = a.mode
        levels[n, 11] = b.mode
        levels[n, 12] = 1 if apart_by_observer(a, b) else 0
        levels[n, 13] = delay_level(a, b)
        levels[n, 14] = side_level(a, b)
        levels[n, 15] = min(a.kind, b.kind)
        levels[n, 16] = max(a.kind, b.kind)
        levels[n, 17] = held_level(a, b)
        levels[n, 18] = span_level(a, b)
        levels[n, 19] = 1 if one_teller(a, b) else 0
        levels[n, 20] = news_level(a, b)
        levels[n, 21] = 1 + untold(a, b)


@kernel
def standard_distance(a: Any, b: Any, km: float) -> float:
    """Distance over spread: along and across the bearings where there are any; NaN for regions."""
    ee, nn, en = a.cov_ee + b.cov_ee, a.cov_nn + b.cov_nn, a.cov_en + b.cov_en
    determinant = ee * nn - en * en
    if coarsely_placed(a, b):
        return float(np.nan)
    if (a.has_geometry == 0 and b.has_geometry == 0) or determinant <= 0.0 or km <= 0.0:
        return float(km / np.sqrt(ee + nn))
    east, north = east_north(a, b)
    squared = (nn * east * east - 2.0 * en * east * north + ee * north * north) / determinant
    return float(np.sqrt(0.5 * squared))


def place_level(seen: Features) -> Array:
    """Return the class of standard distance that each pair falls into.

    Of two told places class 0 means one and the same.
    """
    level = np.minimum(np.searchsorted(PLACE_EDGES, seen.measures[:, 2]), len(PLACE_EDGES) - 1)
    named = np.where(seen.measures[:, 0] < ONE_PLACE_KM, 0, np.maximum(level, 1))
    return np.where(seen.level("held") == HELD.index("both told"), named, level)
