"""Each teller's record, learnt without labels: how often others who watched tell the same.

Where watchers on the spot would have noticed what a teller tells, a teller who is right is borne
out as often as those on the spot bear out each other, and one who invents hardly ever. One rule
for all: the record decides, and a source's letter and reviews stand for some accounts before it.
Grain: a teller is a source's way of knowing (options.MODES) and, for what is told, the outlet or
office that tells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import Accounts, Array, codes
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.incidents import Groups
from trucewatch.fuse.missed import Watched
from trucewatch.fuse.occurred import Prior, usual_prior
from trucewatch.fuse.options import MODES
from trucewatch.vocabulary import kinds

TELLER = ("source_id", "mode", "teller")
# Classes of a quarter of a bit; what more watchers would add says no more.
BITS_A_CLASS, CLASSES, UNTIMED = 0.25, 24, -1
# Silence of watchers weighs so much of what it would, were they independent of each other; as
# found on synthetic truces, and held for this many accounts on the spot.
NOTICING, NOTICING_ACCOUNTS = 0.6, 200
# A kind of happening that so few on the spot tell of is not what they watch for.
LEAST_ON_SPOT = 200
# Watchers miss things together (noise, weather): together they count for no more than this.
MOST_BITS = 3.0
# Share of invented accounts that something else near by seems to bear out.
BY_CHANCE = 0.02
SHARES = np.linspace(0.005, 0.995, 100)
TALLY = pa.schema([
    *((name, pa.string()) for name in TELLER), ("family", pa.string()), ("bits", pa.int64()),
    ("confirmed", pa.bool_()), ("accounts", pa.int64()),
])  # fmt: skip
RECORD = pa.schema([
    *((name, pa.string()) for name in TELLER), ("accounts", pa.int64()), ("watched", pa.int64()),
    ("expected", pa.float64()), ("confirmed", pa.int64()), ("prior_share", pa.float64()),
    ("right_share", pa.float64()), ("noticing", pa.float64()),
])  # fmt: skip


def tally(fused: Fused, of: Groups, root: Array, seen: Watched) -> pa.Table:
    """Return how many accounts there are of each teller and family (schema TALLY), by how well
    others watched (class of bits; -1: it cannot be said, or it repeats the root of another of its
    incident) and whether one on the spot tells the same.
    """
    records = fused.accounts.records
    family = [term.facts["family"] for term in kinds().values()]
    says = np.isfinite(seen.others) & (root == np.arange(len(root)))
    level = np.full(len(root), UNTIMED, np.int8)
    level[says] = np.minimum(seen.others[says] / BITS_A_CLASS, CLASSES - 1).astype(np.int8)
    number, names = tellers(fused.accounts)
    (who, kind, bits, confirmed), many = _cases(
        (number, records["kind"], level - UNTIMED, _confirmed(records, of, root)),
        (len(names), len(family), CLASSES + 1, 2),
    )
    told = [names[n] for n in who.tolist()]
    counted = pa.table([
        *(pa.array([name[k] for name in told], pa.string()) for k in range(len(TELLER))),
        pa.array([family[k] for k in kind.tolist()], pa.string()),
        pa.array(bits + UNTIMED), pa.array(confirmed > 0), pa.array(many.astype(np.int64)),
    ], schema=TALLY)  # fmt: skip
    return added_up(counted)


def added_up(counted: pa.Table) -> pa.Table:
    """Return tallies as one, a row for each case, in an order that says nothing of their making."""
    cases = [name for name in TALLY.names if name != "accounts"]
    summed = counted.group_by(cases).aggregate([("accounts", "sum")])
    summed = summed.rename_columns([*summed.column_names[:-1], "accounts"])
    return summed.select(TALLY.names).sort_by([(name, "ascending") for name in cases])


def tellers(accounts: Accounts) -> tuple[Array, list[tuple[str, str, str]]]:
    """Return the number of each record's teller, and the tellers by number."""
    records, table = accounts.records, accounts.table
    source, names = codes(table["source_id"])
    said, who = codes(table["observer"])
    names, who = [*names, ""], [*who, ""]
    # What is on the spot or far above has no teller of its own: its source answers for it.
    own = np.where(records["teller"] >= 0, said[records["row"]], -1)
    key = np.ravel_multi_index(
        (source[records["row"]] % len(names), records["mode"], own % len(who)),
        (len(names), len(MODES), len(who)),
    )
    met, number = np.unique(key, return_inverse=True)
    sides = np.unravel_index(met, (len(names), len(MODES), len(who)))
    rows = zip(*(side.tolist() for side in sides), strict=True)
    return number, [(names[s], MODES[m], who[o]) for s, m, o in rows]


def _cases(codes: tuple[Array, ...], sizes: tuple[int, ...]) -> tuple[tuple[Array, ...], Array]:
    """Return the cases that are met, code by code, and how often each is."""
    met, many = np.unique(np.ravel_multi_index(codes, sizes), return_counts=True)
    return np.unravel_index(met, sizes), many


def _confirmed(records: Array, of: Groups, root: Array) -> Array:
    """Whether a root on the spot, other than its own, tells what a record tells."""
    group = np.empty(len(root), np.int64)
    group[of.members] = np.repeat(np.arange(len(of.sizes)), of.sizes)
    here = np.zeros(len(root), bool)
    here[root[records["mode"] == 0]] = True
    many = np.bincount(group[here], minlength=len(of.sizes))
    return np.asarray(many[group] > here[root])


def learnt(counted: pa.Table, priors: Mapping[str, Prior]) -> pa.Table:
    """Return the record of each teller (schema RECORD, by teller) from a tally.

    priors: by source id, where a letter or reviews say anything; else by way of knowing.
    """
    rows = counted.to_pylist()
    told = _watched_for(rows)
    noticing = _noticing(told)
    by_teller: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_teller.setdefault(tuple(row[name] for name in TELLER), []).append(row)
    spoken_for = {id(row) for row in told}
    records = [
        _record(key, own, [row for row in own if id(row) in spoken_for], priors, noticing)
        for key, own in sorted(by_teller.items())
    ]
    return pa.Table.from_pylist(records, schema=RECORD)


def right_shares(accounts: Accounts, record: pa.Table, priors: Mapping[str, Prior]) -> Array:
    """Return, for each record, the share of its teller's accounts held to be right.

    record: as learnt gives it; a teller that is not in it goes by its prior.
    """
    number, names = tellers(accounts)
    known = zip(*(record[name].to_pylist() for name in (*TELLER, "right_share")), strict=True)
    share = {tuple(row[:-1]): row[-1] for row in known}
    by_teller = [
        share.get(name, (priors.get(name[0]) or usual_prior(name[1])).share) for name in names
    ]
    return np.array(by_teller)[number]


def silence_bits(seen: Watched, record: pa.Table) -> Array:
    """Return per group the bits (0 or below) that silent watchers take from it."""
    noticing = record["noticing"][0].as_py() if record.num_rows else NOTICING
    return np.asarray(-np.minimum(MOST_BITS, noticing * seen.silent))


def _watched_for(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that say something: others watched, and for what those on the spot do tell of."""
    told = [row for row in rows if row["bits"] > 0]
    many: dict[str, int] = {}
    for row in told:
        if row["mode"] == MODES[0]:
            many[row["family"]] = many.get(row["family"], 0) + row["accounts"]
    return [row for row in told if many.get(row["family"], 0) >= LEAST_ON_SPOT]


def _arrays(rows: list[dict[str, Any]]) -> tuple[Array, Array, Array]:
    bits = np.array([(row["bits"] + 0.5) * BITS_A_CLASS for row in rows])
    yes = np.array([row["accounts"] if row["confirmed"] else 0 for row in rows], float)
    no = np.array([0 if row["confirmed"] else row["accounts"] for row in rows], float)
    return bits, yes, no


def chance(bits: Array, noticing: float) -> Array:
    """Return the chance that somebody else on the spot tells what happened, watched with so many
    bits."""
    return np.asarray(1.0 - np.exp2(-np.minimum(MOST_BITS, noticing * bits)))


def _noticing(told: list[dict[str, Any]]) -> float:
    """How much silence weighs, by how often those on the spot bear out each other."""
    bits, yes, no = _arrays([row for row in told if row["mode"] == MODES[0]])
    many = float(yes.sum() + no.sum())
    if not many:
        return NOTICING
    tried = np.linspace(0.05, 1.5, 59)
    likely = [
        float(yes @ np.log(chance(bits, one)) + no @ np.log(1 - chance(bits, one)))
        for one in tried.tolist()
    ]
    found = float(tried[int(np.argmax(likely))])
    drawn = (many * found + NOTICING_ACCOUNTS * NOTICING) / (many + NOTICING_ACCOUNTS)
    return round(drawn, 3)


def _record(
    key: tuple[str, ...], own: list[dict[str, Any]], told: list[dict[str, Any]],
    priors: Mapping[str, Prior], noticing: float,
) -> dict[str, Any]:  # fmt: skip
    source, mode, _ = key
    prior = priors.get(source) or usual_prior(mode)
    bits, yes, no = _arrays(told)
    expected = chance(bits, noticing)
    return {
        **dict(zip(TELLER, key, strict=True)), "accounts": sum(row["accounts"] for row in own),
        "watched": int(yes.sum() + no.sum()), "expected": round(float((yes + no) @ expected), 3),
        "confirmed": int(yes.sum()), "prior_share": round(prior.share, 4),
        "right_share": round(_share(prior, expected, yes, no), 4), "noticing": noticing,
    }  # fmt: skip


def _share(prior: Prior, expected: Array, yes: Array, no: Array) -> float:
    """Mean of the share that is right, given how often it was borne out and how often expected."""
    if not len(expected):
        return prior.share
    borne_out = np.outer(SHARES, expected) + np.outer(1 - SHARES, np.full(len(yes), BY_CHANCE))
    likely = np.log(borne_out) @ yes + np.log1p(-borne_out) @ no
    right, wrong = prior.share * prior.accounts, (1 - prior.share) * prior.accounts
    likely += (right - 1) * np.log(SHARES) + (wrong - 1) * np.log1p(-SHARES)
    weight = np.exp(likely - likely.max())
    return float(weight @ SHARES / weight.sum())
