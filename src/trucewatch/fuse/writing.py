"""Tables written on a thread of their own, while the rows of the next one are made."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

import pyarrow as pa

from trucewatch.store import Change, Run, Store

# The engine reads an Arrow table batch by batch, each on a thread; a row group of its holds this.
BATCH = 122_880


class Writing:
    """Replaces tables in the order they are given; nobody else may use the store meanwhile.

    scopes: by table, the condition that limits which open rows are replaced. ahead: whether the
    caller goes on while a table is written, which holds the rows of two tables at once. Leaving
    the block waits for all; the first error goes on to the caller, and nothing is written after it.
    """

    def __init__(self, store: Store, run: Run, scopes: Mapping[str, str], *, ahead: bool) -> None:
        self._store, self._run, self._scopes, self._ahead = store, run, scopes, ahead
        self._pool = ThreadPoolExecutor(1)
        self._last: Future[Change] | None = None
        self._added = 0

    def replace(self, name: str, rows: pa.Table) -> None:
        """Have a table replaced once the one before it is written."""
        self._wait()
        cut = pa.Table.from_batches(rows.to_batches(max_chunksize=BATCH), rows.schema)
        self._last = self._pool.submit(
            self._store.replace, name, cut, self._run, scope=self._scopes.get(name)
        )
        if not self._ahead:
            self._wait()

    def added(self) -> int:
        """Return how many rows were new in all tables; waits for the last."""
        self._wait()
        return self._added

    def _wait(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            self._added += last.result().added
            if not self._ahead:
                # What Arrow keeps of one table for later would stand beside the next one.
                pa.default_memory_pool().release_unused()

    def __enter__(self) -> Writing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        try:
            if kind is None:
                self._wait()
        finally:
            self._pool.shutdown()
