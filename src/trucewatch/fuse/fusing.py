"""From a table of observations to groups: the pure core, without a store."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import Accounts, Array, accounts
from trucewatch.fuse.bind import Binding, bind
from trucewatch.fuse.neighbours import Pairs, candidate_pairs, count_crowds
from trucewatch.fuse.options import FuseOptions, Parameters
from trucewatch.fuse.verdicts import Verdicts, with_verdicts
from trucewatch.fuse.weights import tables

NO_VERDICTS = Verdicts()


@dataclass(frozen=True, slots=True)
class Fused:
    """What fusing found: accounts in canonical order, the pairs kept, and their binding.

    different: packed pairs of record numbers that people judged to be two happenings.
    """

    accounts: Accounts
    weights: Array
    pairs: Pairs
    binding: Binding
    different: Array

    def labels(self) -> Array:
        """Return the group of each row of the table that went in."""
        label = np.empty(len(self.accounts), np.int32)
        label[self.accounts.records["row"]] = self.binding.label
        return label


def fuse(
    table: pa.Table, parameters: Parameters, options: FuseOptions,
    verdicts: Verdicts = NO_VERDICTS,
) -> Fused:  # fmt: skip
    """Fuse happenings (columns: accounts.COLUMNS; kinds of class 'happening', not null).

    The order of the rows changes nothing but the order of the rows of the answer.
    """
    found = accounts(table, parameters, options)
    count_crowds(found.records, options.threads)
    weights = tables(parameters, options)
    pairs = candidate_pairs(found.records, found.words, weights, options, options.pair_floor_bits)
    pairs, different = with_verdicts(found, pairs, verdicts)
    binding = bind(found.records, found.words, weights, pairs, options, different)
    return Fused(found, weights, pairs, binding, different)
