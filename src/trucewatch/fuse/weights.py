"""The levels of each feature and their weights, laid out flat for the kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from trucewatch.errors import ConfigError
from trucewatch.fuse.accounts import Array, known_weapons
from trucewatch.fuse.options import HELD, MODES, FuseOptions, Parameters
from trucewatch.vocabulary import kinds

FEATURES = ("place", "time", "kind", "weapon", "count", "geometry", "actor", "words")
# Upper edges: of distance over spread; of hours between two starts; of the log2 of two lengths.
PLACE_EDGES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)
GAP_EDGES = (0.017, 0.034, 0.05, 0.085, 0.17, 0.34, 0.67, 1.5, 3.0, 6.0, 12.0, 48.0)
LENGTH_EDGES = (0.2, 0.5, 1.0, 2.0, 3.0)
RATIO_EDGES = (0.25, 0.5, 0.7, 0.85, 1.0, 1.18, 1.42, 1.75, 2.3, 4.0)
DELAY_EDGES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
WORDS_EDGES = (0.03, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8)
RETOLD = "one told after the other"
SHARPNESS = ("both by the clock", "one by the hour", "one by the day", "neither by the clock",
             RETOLD)  # fmt: skip
SPANS = ("told by the hour", "told by the day")
BY_DAY_H = 2.0
COUNTED = ("both on the spot", "press against spot", "party against spot", "both from afar", RETOLD)
TELLERS = ("two tellers", "one teller")
# Below this distance two told places are one named place.
ONE_PLACE_KM = 0.1
# Told places of a wider radius are regions: two accounts that name one need not mean one spot.
COARSE_KM = 10.0
NEWS_EDGES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
LEVELS: dict[str, tuple[str, ...]] = {
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
              "nearly all shared", "a copy", "the same figures", "figures brought up to date"),
    "news": ("not seen and told", *(f"up to {edge:g} rounds seen" for edge in NEWS_EDGES), "more"),
    "place": tuple(f"up to {edge:g} times their spread" for edge in PLACE_EDGES),
    "time": tuple(f"up to {edge:g} h" for edge in GAP_EDGES),
}  # fmt: skip
# Tables with a row for each of these cases; the others have one row.
ROWS: dict[str, tuple[str, ...]] = {
    "place": HELD, "time": SHARPNESS, "delay": SPANS, "count": COUNTED, "words": TELLERS,
}  # fmt: skip
FEW = 3
REFERENCE_KM2_H = math.pi * 10.0**2 * 96.0


SIZES = {
    "prior": len(MODES) ** 2,
    **{name: len(levels) * len(ROWS.get(name, ("all",))) for name, levels in LEVELS.items()},
    "kind_pair": len(HELD) * len(kinds()) ** 2, "weapon_share": len(known_weapons()),
    "untold": len(known_weapons()), "laws": 2,
}  # fmt: skip
# Where each table begins in the flat array of weights: one array, since every array handed to a
# kernel costs as much as the arithmetic it serves.
AT = dict(zip(SIZES, np.cumsum([0, *SIZES.values()]).tolist(), strict=False))


def tables(parameters: Parameters, options: FuseOptions) -> Array:
    """Return all weights and the laws of binding as one flat array; AT says what begins where."""
    bits: dict[str, Any] = {
        **parameters.bits, "kind_pair": [_kind_pairs(parameters, held) for held in HELD],
        "weapon_share": _rarity(known_weapons(), parameters.shares["weapon"]),
        "untold": [parameters.bits["untold"].get(name, 0.0) for name in known_weapons()],
        "laws": (options.extent_km, options.duration_h),
    }  # fmt: skip
    flat = [np.asarray(bits[name], np.float64).ravel() for name in SIZES]
    for name, values in zip(SIZES, flat, strict=True):
        if len(values) != SIZES[name]:
            raise ConfigError.at(
                "weights", None, found=f"{len(values)} bits of {name!r}",
                expected=str(SIZES[name]), mend="Estimate them again: trucewatch fuse --estimate",
            )  # fmt: skip
    return np.concatenate(flat)


def _rarity(names: list[str], shares: Mapping[str, float]) -> Any:
    """Bits by which it says more that two agree on a rare term.

    One that the weights never met counts as the commonest: that they did not meet it says nothing
    of how rare it is here.
    """
    commonest = max(shares.values(), default=1.0)
    return np.array([-math.log2(shares.get(name, commonest)) for name in names])


def _kind_pairs(parameters: Parameters, held: str) -> Any:
    """Bits for each pair of kinds: as estimated, else by level and rarity."""
    names, known = list(kinds()), parameters.kind_pairs.get(held, {})
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
                bits[i, j] = known.get(key, bits[i, j])
    return bits
