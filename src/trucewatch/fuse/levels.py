"""What two accounts show beside each other: the class of each feature.

In every kernel a and b are records (accounts.ACCOUNT); it does not matter which is which. A class
is an index into a list of weights.LEVELS or weights.ROWS. All units: km, hours, degrees.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from trucewatch.compiled import kernel
from trucewatch.fuse.options import MODES
from trucewatch.fuse.weights import (
    BY_DAY_H,
    COARSE_KM,
    COUNTED,
    DELAY_EDGES,
    FEW,
    GAP_EDGES,
    LENGTH_EDGES,
    LEVELS,
    NEWS_EDGES,
    ONE_PLACE_KM,
    PLACE_EDGES,
    RATIO_EDGES,
    RETOLD,
    SHARPNESS,
    WORDS_EDGES,
)
from trucewatch.fuse.words import WordIndex, shared_words

# As arrays and numbers for the kernels, which freeze them when they are compiled.
TIME_EDGES, SPAN_EDGES = np.array(GAP_EDGES), np.array(LENGTH_EDGES)
LATE_EDGES, STANDARD_EDGES = np.array(DELAY_EDGES), np.array(PLACE_EDGES)
COUNT_EDGES, SHARED_EDGES = np.array(RATIO_EDGES), np.array(WORDS_EDGES)
SEEN_EDGES = np.array(NEWS_EDGES)
PRESS = MODES.index("reported")
RETOLD_TIME, NEITHER = SHARPNESS.index(RETOLD), SHARPNESS.index("neither by the clock")
FROM_AFAR, RETOLD_COUNT = COUNTED.index("both from afar"), COUNTED.index(RETOLD)
COPY, FIGURES, UPDATE = (
    LEVELS["words"].index(level)
    for level in ("a copy", "the same figures", "figures brought up to date")
)
# Hours or days that touch without a common moment.
BESIDE = 1
# From these shares of their words on, two reports of one time and place are not told apart.
FIGURES_SHARE, UPDATE_SHARE = 0.15, 0.4


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
def held_level(a: Any, b: Any) -> int:
    """Index into HELD: how many of the two were told by the press or a party."""
    return int(a.mode >= PRESS) + int(b.mode >= PRESS)


@kernel
def coarsely_placed(a: Any, b: Any) -> bool:
    """Whether one of two told places is a region wider than an incident may be."""
    told = a.mode >= PRESS and b.mode >= PRESS
    return bool(told and max(a.radius_km, b.radius_km) > COARSE_KM)


@kernel
def named_level(km: float, spread: float) -> int:
    """Class of distance between two told places: 0 where they are one."""
    if km < ONE_PLACE_KM:
        return 0
    return max(1, min(STANDARD_EDGES.size - 1, class_of(STANDARD_EDGES, km / math.sqrt(spread))))


@kernel
def time_level(a: Any, b: Any) -> tuple[int, int]:
    """Index into SHARPNESS, and class of the gap between the spans that hold the two starts."""
    dull = int(a.latest_h > a.start_h) + int(b.latest_h > b.start_h)
    gap = max(a.start_h, b.start_h) - min(a.latest_h, b.latest_h)
    k = min(class_of(TIME_EDGES, max(0.0, gap)), TIME_EDGES.size - 1)
    if dull < 2:
        return (1 + span_level(a, b) if dull == 1 else 0), k
    if gap >= 0.0:
        beside = max(a.start_h, b.start_h) <= min(a.end_h, b.end_h)
        k = BESIDE if beside else max(k, BESIDE + 1)
    return (RETOLD_TIME if one_figure(a, b) else NEITHER), k


@kernel
def time_width(a: Any, b: Any, k: int) -> float:
    """Hours over which chance could have put the second start, to fall into this class of gap.

    Hours and days are cells side by side: of three that touch one, two only lie beside it.
    """
    left, right = a.latest_h - a.start_h, b.latest_h - b.start_h
    both = left > 0.0 and right > 0.0
    if k == 0:
        return float((max(left, right) if both else left + right) + 2.0 * TIME_EDGES[0])
    if k == BESIDE and both:
        return float(2.0 * min(left, right))
    return float(2.0 * (TIME_EDGES[k] - TIME_EDGES[k - 1]))


@kernel
def span_level(a: Any, b: Any) -> int:
    """Index into SPANS: whether the duller of the two gives an hour or more of a day."""
    return 1 if max(a.latest_h - a.start_h, b.latest_h - b.start_h) > BY_DAY_H else 0


@kernel
def one_account(a: Any, b: Any) -> bool:
    """Whether two told accounts give one time and one place, to the letter."""
    if a.mode < PRESS or a.mode != b.mode or a.start_h != b.start_h or a.end_h != b.end_h:
        return False
    return bool(apart_km(a, b) < ONE_PLACE_KM)


@kernel
def one_figure(a: Any, b: Any) -> bool:
    """Whether two told accounts give one time, one place and one count."""
    return bool(one_account(a, b) and a.count_best == b.count_best)


@kernel
def one_teller(a: Any, b: Any) -> bool:
    """Whether one outlet or office tells both."""
    return bool(a.teller >= 0 and a.teller == b.teller and a.source == b.source)


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
        update = one_account(a, b) and one_teller(a, b)
        return RETOLD_COUNT if update or one_figure(a, b) else FROM_AFAR
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
        return COPY
    share = shared_words(words, a.row, b.row)[1]
    if share < 0.0:
        return 0
    if share >= FIGURES_SHARE and one_figure(a, b):
        return FIGURES
    if share >= UPDATE_SHARE and one_teller(a, b) and one_account(a, b):
        return UPDATE
    return 1 + class_of(SHARED_EDGES, share)


@kernel
def news_level(a: Any, b: Any) -> int:
    """Index into LEVELS['news']: the count of one on the spot, beside a report of the press."""
    if a.mode + b.mode != PRESS or a.mode * b.mode != 0:
        return 0
    count = a.count_best if a.mode == 0 else b.count_best
    return 0 if math.isnan(count) else 1 + class_of(SEEN_EDGES, count)


@kernel
def untold(a: Any, b: Any) -> int:
    """The weapon that one on the spot names beside a report of the press that does not; or -1."""
    if a.mode == 0 and b.mode == PRESS:
        return int(a.weapon)
    if b.mode == 0 and a.mode == PRESS:
        return int(b.weapon)
    return -1
