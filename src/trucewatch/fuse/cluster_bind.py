"""Binding on the cluster: whole components come together, and are bound as on one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fuse.accounts import Accounts, Array
from trucewatch.fuse.bind import bind
from trucewatch.fuse.cluster_blocks import Broadcast, as_accounts
from trucewatch.fuse.conflicts import conflict_rows
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.incidents import groups
from trucewatch.fuse.missed import watched
from trucewatch.fuse.neighbours import Pairs
from trucewatch.fuse.room import _known, _standing
from trucewatch.fuse.roots import root_of
from trucewatch.fuse.rows import incident_rows, member_rows, pair_rows
from trucewatch.fuse.tellers import TALLY, tally
from trucewatch.fuse.verdicts import Verdicts, with_verdicts
from trucewatch.fuse.weights import tables
from trucewatch.store import Store

WRITTEN = pa.schema([("noun", pa.string()), ("rows", pa.int64()), ("arrow", pa.binary())])


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers fetched once, in place of a store: steps by their file's stem, and the watchers."""

    steps: Mapping[str, pa.Table]
    lookers: pa.Table

    def step(self, path: Path) -> pa.Table:
        """Return the rows of a step that was run before."""
        return self.steps[path.stem]

    def query(self, _sql: str, _bound: Mapping[str, Any]) -> pa.Table:
        """Return who looked; the only query asked of a store while binding."""
        return self.lookers


@dataclass(frozen=True, slots=True)
class ForBinding:
    """What every bucket of components is told; record: of the tellers, once it is learnt."""

    told: Broadcast
    verdicts: Verdicts
    asked: Asked
    record: pa.Table | None = None


def tallied(rows: pa.Table, pairs: pa.Table, given: ForBinding) -> pa.Table:
    """Return what some components tell of their tellers' records (tellers.TALLY).

    rows, pairs: as bound takes them.
    """
    if not rows.num_rows:
        return TALLY.empty_table()
    fused = _fused(rows, pairs, given)
    of = groups(fused)
    root = root_of(fused.accounts, of.members, of.starts)
    seen = watched(fused, of, given.asked.lookers, given.told.options.threads)
    return tally(fused, of, root, seen)


def bound(rows: pa.Table, pairs: pa.Table, given: ForBinding) -> pa.Table:
    """Return the rows of pair, incident, member and conflict of some components (WRITTEN).

    rows: accounts with their crowd. pairs: schema PAIR, both sides among the rows.
    """
    if not rows.num_rows:
        return WRITTEN.empty_table()
    fused = _fused(rows, pairs, given)
    of, threads = groups(fused), given.told.options.threads
    known = _known(cast(Store, given.asked), fused, given.told.options, given.record)
    standing = _standing(fused, of, known, given.told.options)
    written = {
        "pair": pair_rows(fused, given.told.parameters, threads),
        "incident": incident_rows(fused, of, standing, threads),
        "member": member_rows(fused, of, standing.ids),
        "conflict": conflict_rows(fused, of, standing.ids, threads),
    }
    return pa.table([
        pa.array(list(written), pa.string()),
        pa.array([table.num_rows for table in written.values()], pa.int64()),
        pa.array([_sealed(table) for table in written.values()], pa.binary()),
    ], schema=WRITTEN)  # fmt: skip


def _fused(rows: pa.Table, pairs: pa.Table, given: ForBinding) -> Fused:
    told = given.told
    found = as_accounts(rows, told)
    weights = tables(told.parameters, told.options)
    joined, different = with_verdicts(found, _numbered(found, pairs), given.verdicts)
    binding = bind(found.records, found.words, weights, joined, told.options, different)
    return Fused(found, weights, joined, binding, different)


def _numbered(found: Accounts, pairs: pa.Table) -> Pairs:
    left, right = (_numbers(found, pairs[name]) for name in ("left_id", "right_id"))
    bits = pairs["bits"].combine_chunks().to_numpy(zero_copy_only=False)
    return Pairs(left.astype(np.int32), right.astype(np.int32), bits.astype(np.float32))


def _numbers(found: Accounts, ids: pa.ChunkedArray) -> Array:
    known = found.table["observation_id"].combine_chunks()
    row = pc.index_in(ids.combine_chunks().cast(known.type), known)
    number = np.empty(len(found), np.int64)
    number[found.records["row"]] = np.arange(len(found))
    return np.asarray(number[row.to_numpy(zero_copy_only=False)])


def _sealed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return cast(bytes, sink.getvalue().to_pybytes())


def opened(sealed: bytes) -> pa.Table:
    """Return a table that `bound` sealed."""
    return pa.ipc.open_stream(sealed).read_all()
