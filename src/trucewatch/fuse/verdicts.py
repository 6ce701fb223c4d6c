"""What people judged: pairs that are one happening, pairs that are two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fuse.accounts import Accounts, Array
from trucewatch.fuse.neighbours import Pairs, canonical

# The weight of a judgement: above any that features reach, and joined without a look at the mean.
JUDGED_BITS = 1000.0
# A judgement names two ids; of incidents this many members each are set apart or joined.
MOST_IDS = 5000


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Pairs of observation ids that people judged the same, and those they judged different."""

    same: tuple[tuple[str, str], ...] = ()
    different: tuple[tuple[str, str], ...] = ()


def verdicts_of(rows: Iterable[Mapping[str, Any]]) -> Verdicts:
    """Return the pairs of observations that judged pairs of ids stand for.

    rows: as the step `verdicts` yields. 'same' for two incidents joins all their members, in a
    chain; 'different' sets every member of one apart from every member of the other. An
    observation judged different from the incident that holds it is set apart from the rest of it.
    """
    same: list[tuple[str, str]] = []
    different: list[tuple[str, str]] = []
    for row in rows:
        one, two = row["one_ids"][:MOST_IDS], row["two_ids"][:MOST_IDS]
        if row["verdict"] == "same":
            same.extend(pairwise(sorted({*one, *two})))
        elif row["verdict"] == "different":
            shared = set(one) & set(two)
            keep_one = [i for i in one if i not in shared or len(one) == 1]
            keep_two = [i for i in two if i not in shared or len(two) == 1]
            different.extend((a, b) for a in keep_one for b in keep_two if a != b)
    return Verdicts(tuple(same), tuple(different))


def with_verdicts(accounts: Accounts, pairs: Pairs, verdicts: Verdicts) -> tuple[Pairs, Array]:
    """Return the pairs with those judged the same added or lifted, and the packed different ones.

    Ids that are not among the accounts are passed over.
    """
    same = _numbers(accounts, verdicts.same)
    different = _packed(*_numbers(accounts, verdicts.different).T)
    if not len(same):
        return pairs, np.sort(different)
    judged = np.unique(_packed(*same.T))
    fresh = ~np.isin(_packed(pairs.left, pairs.right), judged)
    one, two = (judged >> 32).astype(np.int32), (judged & 0xFFFFFFFF).astype(np.int32)
    left, right = canonical(accounts.records, one, two)
    return Pairs(
        np.concatenate((pairs.left[fresh], left)), np.concatenate((pairs.right[fresh], right)),
        np.concatenate((pairs.bits[fresh], np.full(len(left), JUDGED_BITS, np.float32))),
        pairs.cut,
    ), np.sort(different)  # fmt: skip


def _packed(left: Array, right: Array) -> Array:
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right)
    return (low << 32) + high


def _numbers(accounts: Accounts, named: tuple[tuple[str, str], ...]) -> Array:
    """Record numbers of pairs of ids, both known."""
    if not named:
        return np.empty((0, 2), np.int64)
    ids = accounts.table["observation_id"].combine_chunks()
    wanted = pa.array([side for pair in named for side in pair], ids.type)
    row = pc.index_in(wanted, ids).fill_null(-1).to_numpy(zero_copy_only=False)
    number = np.full(len(ids) + 1, -1, np.int64)
    number[accounts.records["row"]] = np.arange(len(accounts))
    pairs = number[row].reshape(-1, 2)
    return np.asarray(pairs[(pairs >= 0).all(axis=1)])
