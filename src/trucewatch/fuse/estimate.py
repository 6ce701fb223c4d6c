"""Weights estimated from the observations themselves, without labels.

Expectation and maximisation over the candidate pairs (Fellegi and Sunter 1969; Winkler 1988):
weigh every pair with the present bits, take its probability as its share of being a true pair,
count levels among true and among chance pairs, and repeat. Two things tie it down, where plain EM
drifts: the chance side of place and time is known (an even spread of the accounts that stand
near by), and two records of one observer on the spot are known to be two happenings. Judgements
of people enter as pairs whose probability is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import Accounts, Array, accounts, known_weapons
from trucewatch.fuse.bind import JOINED, bind
from trucewatch.fuse.features import Features, features, place_level
from trucewatch.fuse.levels import COPY
from trucewatch.fuse.neighbours import Pairs, candidate_pairs, count_crowds
from trucewatch.fuse.options import HELD, MODES, FuseOptions, Parameters
from trucewatch.fuse.verdicts import JUDGED_BITS
from trucewatch.fuse.weights import (
    GAP_EDGES,
    LEVELS,
    PLACE_EDGES,
    ROWS,
    SHARPNESS,
    TELLERS,
    tables,
)
from trucewatch.vocabulary import kinds

ROUNDS = 12
# Pairs added to every level so that no level is ever impossible.
GHOSTS = 2.0
LEAST_BITS = -12.0
# No single feature but place and time settles a pair: sources err, and worlds differ from samples.
LEAST_FEATURE, MOST_FEATURE = -7.0, 10.0
# Two reports that hardly share a word may just be in two languages.
LEAST_WORDS, HARDLY_SHARED = -2.0, 2
MOST_BY_TELLER = 3.0
NEAR_KM = 1.0
# A pair of kinds met less often keeps the bits of its level.
LEAST_PAIRS = 3.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Accounts, all their candidate pairs, and what people said of some (NaN: nothing)."""

    accounts: Accounts
    pairs: Pairs
    known: Array


def sample(
    table: pa.Table, parameters: Parameters, options: FuseOptions,
    known: Mapping[tuple[str, str], bool] | None = None,
) -> Sample:  # fmt: skip
    """Return all candidate pairs of a table of happenings; take at most some 200,000 rows.

    known: (observation id, observation id) -> whether a person judged them the same.
    """
    found = accounts(table, parameters, options)
    count_crowds(found.records)
    pairs = candidate_pairs(
        found.records, found.words, tables(parameters, options), options, -math.inf
    )
    judged = np.full(len(pairs), np.nan)
    if known:
        ids = table["observation_id"].to_pylist()
        row = found.records["row"]
        for n, (i, j) in enumerate(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)):
            one, two = ids[row[i]], ids[row[j]]
            verdict = known.get((one, two), known.get((two, one)))
            judged[n] = np.nan if verdict is None else float(verdict)
    return Sample(found, pairs, judged)


def estimate(
    of: Sample, start: Parameters, options: FuseOptions, rounds: int = ROUNDS
) -> Parameters:
    """Return the parameters after some rounds of expectation and maximisation."""
    present = start
    for _ in range(rounds):
        weights = tables(present, options)
        seen = features(of.accounts, weights, of.pairs)
        present = reckoned(of, seen, shares_true(of, seen, weights, options), present)
    return present


def shares_true(of: Sample, seen: Features, weights: Array, options: FuseOptions) -> Array:
    """Return each pair's share of being true: 1 where binding joins the two, else 0.

    Pair by pair, an account would be shared out to all its neighbours; the binding knows that it
    belongs to one incident only.
    """
    bits = seen.bits.sum(axis=1, dtype=np.float64)
    bits[of.known == 1] = JUDGED_BITS
    found = of.accounts
    pairs = replace(of.pairs, bits=bits.astype(np.float32))
    refused = of.known == 0
    different = (of.pairs.left[refused].astype(np.int64) << 32) + of.pairs.right[refused]
    binding = bind(found.records, found.words, weights, pairs, options, different)
    return np.where(np.isnan(of.known), binding.decision == JOINED, of.known).astype(np.float64)


def reckoned(of: Sample, seen: Features, share: Array, before: Parameters) -> Parameters:
    """Return the parameters that fit the pairs, each true with its share."""
    bits: dict[str, Any] = dict(before.bits)
    bits["place"] = _place(seen, share)
    bits["time"] = _time(seen, share)
    bits["delay"] = _by_row(seen, share, "delay", seen.level("span"))
    bits["news"] = _against_chance(seen.level("news"), share, "news")
    bits["untold"] = _untold(seen, share)
    bits["side"] = _against_chance(seen.level("side"), share, "side")
    bits["length"] = _against_chance(seen.level("length"), share, "length")
    bits["direction"] = _against_chance(seen.level("direction"), share, "direction")
    bits["actor"] = _against_chance(seen.level("actor"), share, "actor")
    # Reports name place and hour, which are weighed already: chance is taken near by only.
    close = (seen.measures[:, 0] < NEAR_KM) & (seen.measures[:, 1] <= 0)
    bits["words"] = _words(seen, share, close)
    bits["count"] = _by_row(seen, share, "count", seen.level("counted"))
    bits["kind"] = _with_rarity(seen.level("kind"), share, "kind", agrees=0)
    bits["weapon"] = _with_rarity(seen.level("weapon"), share, "weapon", agrees=1)
    bits["prior"] = _prior(of, seen, share)
    return replace(before, bits=bits, shares=_shares(of), kind_pairs=_kind_pairs(of, seen, share))


def _log2(ratio: Array) -> list[float]:
    return [round(float(b), 3) for b in np.maximum(np.log2(np.maximum(ratio, 1e-9)), LEAST_BITS)]


def _counts(level: Array, share: Array, size: int, where: Array | None = None) -> Array:
    weights = share if where is None else np.where(where, share, 0.0)
    return np.bincount(level, weights, size)[:size]


def _place(seen: Features, share: Array) -> list[list[float]]:
    """A row for each of HELD: log2 density of standard distance among true pairs, per unit of its
    area, never rising; of two told places how much more often true pairs than chance show it."""
    level, held = place_level(seen), seen.level("held")
    edges = np.array((0.0, *PLACE_EDGES))
    area = np.pi * np.diff(edges**2)
    rows = []
    for row in range(len(HELD) - 1):
        found = _counts(level, share, len(area), held == row) + GHOSTS * area / area.sum()
        rows.append(_log2(_falling(found / found.sum() / area, area)))
    told = (held == len(HELD) - 1) & np.isfinite(seen.measures[:, 2])
    true, chance = (_counts(level, part, len(area), told) for part in (share, 1 - share))
    return [*rows, _rising_no_more(_smoothed(true, chance))]


def _smoothed(true: Array, chance: Array) -> Array:
    """Shares among true over shares among chance pairs; what is never met says nothing."""
    met = (true + chance + 1e-9) / (true + chance + 1e-9).sum()
    sides = [(part + GHOSTS * met) / (part.sum() + GHOSTS) for part in (true, chance)]
    return np.asarray(sides[0] / sides[1])


def _rising_no_more(ratio: Array) -> list[float]:
    """Bits of a ratio that cannot rise with the distance."""
    return _capped(np.minimum.accumulate(ratio))


def _falling(density: Array, weight: Array) -> Array:
    """Pool neighbours until the density never rises (isotonic regression)."""
    pooled: list[list[float]] = []
    for value, mass in zip(density, weight, strict=True):
        pooled.append([float(value), float(mass), 1])
        while len(pooled) > 1 and pooled[-2][0] < pooled[-1][0]:
            value2, mass2, many = pooled.pop()
            last = pooled[-1]
            last[0] = (last[0] * last[1] + value2 * mass2) / (last[1] + mass2)
            last[1] += mass2
            last[2] += many
    return np.concatenate([np.full(int(many), value) for value, _, many in pooled])


def _time(seen: Features, share: Array) -> list[list[float]]:
    """Log2 share of true pairs by class of gap, against how far chance exceeds an even spread."""
    rows = []
    for sharp in range(len(SHARPNESS)):
        here = seen.level("sharpness") == sharp
        true = _counts(seen.level("time"), share, len(GAP_EDGES), here)
        width = np.diff(np.array((0.0, *GAP_EDGES)))
        true += GHOSTS * width / width.sum()
        rows.append(_log2(true / true.sum()))
    return rows


def _against_chance(
    level: Array, share: Array, name: str, where: Array | None = None
) -> list[float]:
    """Bits by level: how much more often among true pairs than among chance pairs.

    Level 0 is 'not given' and weighs nothing: silence is no evidence.
    """
    size = len(LEVELS[name])
    given = np.ones(len(level), bool) if where is None else where
    true = _counts(level, share, size, given) + GHOSTS / size
    chance = _counts(level, 1 - share, size, given) + GHOSTS / size
    true[0] = chance[0] = 0.0
    ratio = (true / true.sum()) / np.maximum(chance / chance.sum(), 1e-12)
    ratio[0] = 1.0
    if name == "words":
        floor = np.where(np.arange(size) <= HARDLY_SHARED, LEAST_WORDS, LEAST_FEATURE)
        return [max(bits, float(least)) for bits, least in zip(_capped(ratio), floor, strict=True)]
    return _capped(ratio)


def _by_row(seen: Features, share: Array, name: str, row: Array) -> list[list[float]]:
    """Bits by level for each row of a table that weights.ROWS names."""
    level = seen.level(name)
    return [_against_chance(level, share, name, row == n) for n in range(len(ROWS[name]))]


def _words(seen: Features, share: Array, close: Array) -> list[list[float]]:
    """Bits of shared words, by whether one teller tells both.

    That one teller tells two stories speaks against a pair, but outlets also tell one twice. More
    shared words never speak less for a pair: a few phrases of one sample are no rule for others.
    """
    level, rows = seen.level("words"), []
    for row in range(len(TELLERS)):
        met = close & (seen.level("teller") == row)
        many = _counts(level, np.ones(len(level)), len(LEVELS["words"]), met) + GHOSTS
        rows.append(_rising_with_words(_against_chance(level, share, "words", met), many))
    two, one = rows
    return [two, [max(a, b - MOST_BY_TELLER) for a, b in zip(one, two, strict=True)]]


def _rising_with_words(bits: list[float], many: Array) -> list[float]:
    """Bits that never fall from hardly a shared word to a copy; other levels stay."""
    shared = slice(1, COPY + 1)
    rising = -_falling(-np.array(bits[shared]), many[shared])
    return [*bits[:1], *(round(float(b), 3) for b in rising), *bits[COPY + 1 :]]


def _untold(seen: Features, share: Array) -> dict[str, float]:
    """Bits of the weapon that was seen where a report leaves it out; only weapons that were met."""
    names, level = known_weapons(), seen.level("untold")
    silent = seen.level("weapon") == 0
    sides = [_counts(level, part, len(names) + 1, silent)[1:] for part in (share, 1 - share)]
    bits = _capped(_smoothed(*sides))
    met = sides[0] + sides[1]
    return {name: bits[n] for n, name in enumerate(names) if met[n] >= LEAST_PAIRS}


def _capped(ratio: Array) -> list[float]:
    return [min(MOST_FEATURE, max(LEAST_FEATURE, bits)) for bits in _log2(ratio)]


def _with_rarity(level: Array, share: Array, name: str, *, agrees: int) -> list[float]:
    """Bits by level, where agreement is weighed further by how rare the term is."""
    size = len(LEVELS[name])
    true = _counts(level, share, size) + GHOSTS / size
    chance = _counts(level, 1 - share, size) + GHOSTS / size
    first = 0 if name == "kind" else 1
    true[:first] = chance[:first] = 0.0
    true, chance = true / true.sum(), chance / chance.sum()
    ratio = true / np.maximum(chance, 1e-12)
    ratio[agrees] = true[agrees]
    ratio[:first] = 1.0
    return _capped(ratio)


def _kind_pairs(of: Sample, seen: Features, share: Array) -> dict[str, dict[str, float]]:
    """Bits of each pair of kinds that true pairs show, for each of HELD: against how often chance
    shows the two, by what those on the spot and those who tell report."""
    told = of.accounts.records["mode"] >= MODES.index("reported")
    common = [_common(of.accounts.records["kind"][side]) for side in (~told, told)]
    found = {}
    for row, held in enumerate(HELD):
        chance = np.outer(common[row == 2], common[row >= 1])
        chance = np.where(np.eye(len(chance)) > 0, chance, chance + chance.T)
        found[held] = _kinds_met(seen, np.where(seen.level("held") == row, share, 0.0), chance)
    return found


def _common(kind: Array) -> Array:
    many = np.bincount(kind, minlength=len(kinds())) + 0.5
    return np.asarray(many / many.sum())


def _kinds_met(seen: Features, share: Array, chance: Array) -> dict[str, float]:
    names, size = list(kinds()), len(chance)
    at = seen.level("left_kind").astype(np.int64) * size + seen.level("right_kind")
    true = np.bincount(at, share, size * size).reshape(size, size)
    ratio = (true + GHOSTS * chance) / (true.sum() + GHOSTS) / chance
    return {
        f"{names[i]}+{names[j]}": _capped(ratio[i, j : j + 1])[0]
        for i, j in zip(*np.nonzero(true >= LEAST_PAIRS), strict=True)
    }


def _prior(of: Sample, seen: Features, share: Array) -> list[list[float]]:
    """Log2 of partners to be had, by the modes of the two, over that mode's part of the crowd."""
    size = len(MODES)
    many = np.bincount(of.accounts.records["mode"], minlength=size).astype(float) + 0.5
    at = seen.level("left_mode") * size + seen.level("right_mode")
    true = _counts(at, share, size * size).reshape(size, size)
    true = true + true.T + 0.02
    return [_log2(row) for row in true * many.sum() / np.outer(many, many)]


def _shares(of: Sample) -> dict[str, dict[str, float]]:
    records = of.accounts.records
    return {
        "kind": _share_of(records["kind"], list(kinds())),
        "weapon": _share_of(records["weapon"], known_weapons()),
    }


def _share_of(codes: Array, names: list[str]) -> dict[str, float]:
    many = np.bincount(codes[codes >= 0], minlength=len(names)) + 0.5
    share = many / many.sum()
    return {name: round(float(share[n]), 5) for n, name in enumerate(names) if many[n] >= 1} or {
        names[0]: 1.0
    }
