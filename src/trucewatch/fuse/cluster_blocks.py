"""What one block reckons: the crowds of those at home, and the pairs that belong to it.

The kernels are those of one machine. What they need from beyond the block comes with the rows
(crowd) or was counted once for all (rarity of words).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import Accounts, Array, accounts, order_hashes
from trucewatch.fuse.cluster_words import Rarity, with_rarity
from trucewatch.fuse.neighbours import candidate_pairs, count_crowds, hanging_together
from trucewatch.fuse.options import FuseOptions, Parameters
from trucewatch.fuse.weights import tables

PAIR = pa.schema([
    ("left_id", pa.string()), ("right_id", pa.string()), ("bits", pa.float32()),
    ("left_node", pa.int64()), ("right_node", pa.int64()), ("cut", pa.int64()),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What every block is told: the weights, the options and how rare each word was."""

    parameters: Parameters
    options: FuseOptions
    rarity: Rarity | None = None


def crowded(block: pa.Table, told: Broadcast) -> pa.Table:
    """Return the rows at home in a block (columns as with_blocks gives) with their crowd."""
    bare = block.set_column(
        block.column_names.index("quote"), "quote", pa.nulls(block.num_rows, pa.string())
    )
    found = accounts(bare, told.parameters, told.options)
    count_crowds(found.records)
    crowd = np.zeros(len(found), np.float32)
    # Who cannot have a partner is in no crowd, whoever else stands in the block.
    crowd[found.records["row"]] = np.where(found.records["level"] < 0, 0, found.records["crowd"])
    rows = block.append_column("crowd", pa.array(crowd))
    rows = rows.append_column("node", pa.array(nodes(block["observation_id"])))
    return rows.filter(rows["home"]).drop_columns(["block", "home"])


def nodes(ids: pa.ChunkedArray) -> Array:
    """Return the number by which an account stands in the graph of pairs: a hash of its id.

    Two accounts of one number would only be looked at together; no pair comes of it.
    """
    return order_hashes(ids)[0].view(np.int64)


def as_accounts(table: pa.Table, told: Broadcast) -> Accounts:
    """Return the accounts of rows that carry their crowd, with words as rare as in the whole."""
    found = accounts(table, told.parameters, told.options)
    row = found.records["row"]
    found.records["crowd"] = found.table["crowd"].to_numpy()[row]
    if told.rarity is None:
        return found
    start_h = np.empty(len(row))
    start_h[row] = found.records["start_h"]
    return replace(found, words=with_rarity(found.words, start_h, told.rarity))


def block_pairs(block: pa.Table, told: Broadcast) -> pa.Table:
    """Return the pairs that belong to a block (schema PAIR): their left account is at home."""
    found = as_accounts(block, told)
    weights = tables(told.parameters, told.options)
    pairs = candidate_pairs(
        found.records, found.words, weights, told.options, told.options.pair_floor_bits
    )
    row = found.records["row"]
    own = found.table["home"].to_numpy(zero_copy_only=False)[row[pairs.left]]
    left, right = row[pairs.left[own]], row[pairs.right[own]]
    ids = found.table["observation_id"].combine_chunks().cast(pa.string())
    node = nodes(found.table["observation_id"])
    cut = np.zeros(len(left), np.int64)
    cut[:1] = pairs.cut
    return pa.table([
        ids.take(pa.array(left)), ids.take(pa.array(right)), pa.array(pairs.bits[own]),
        pa.array(node[left]), pa.array(node[right]), pa.array(cut),
    ], schema=PAIR)  # fmt: skip


def contracted(left: Array, right: Array) -> tuple[Array, Array]:
    """Return edges that join the same nodes with fewer steps: each node to its part's least."""
    names, at = np.unique(np.concatenate((left, right)), return_inverse=True)
    half = len(left)
    head = hanging_together(len(names), at[:half], at[half:])
    moved = np.flatnonzero(head != np.arange(len(names)))
    return names[moved], names[head[moved]]
