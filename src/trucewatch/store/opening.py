"""Opening a mission's store: now, or as it stood at a past instant."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from trucewatch.errors import StoreError
from trucewatch.store.engine import Store
from trucewatch.store.migrations import migrate
from trucewatch.store.tables import DERIVED_TABLES, INPUT_TABLES, KEYS, view_sql

_SETTINGS = {
    # Nothing is fetched: an extension that is not built in is an error, not a download.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

# The engine alone would take four fifths of the machine; the rooms hold their arrays beside it.
_ENGINE_SHARE = 0.25
_ENGINE_LEAST = 2 << 30


def open_store(
    path: Path, *, read_only: bool = False, wait_s: float = 60,
    waiting: Callable[[], None] | None = None,
) -> Store:  # fmt: skip
    """Open (and where needed create or migrate) a mission's store.

    One process at a time may write: another waits up to wait_s seconds, then StoreError.
    waiting: called once when another process holds the store.
    """
    connection = _connect(str(path), read_only, wait_s, waiting)
    store = Store(connection, None)
    if not read_only:
        migrate(store)
        _create_views(store)
    return store


def open_as_of(path: Path, as_of_utc: datetime) -> Store:
    """Open a store as it stood at a past instant.

    Inputs are shown as they were known then; derived tables are empty, in memory, to be filled
    by running the rooms again. Nothing that is done here changes the mission.
    """
    connection = _connect(":memory:", False, 0, None)
    spill = str(Path(tempfile.gettempdir()) / f"trucewatch-{os.getpid()}")
    connection.execute(f"SET temp_directory = {_literal(spill)}")
    store = Store(connection, as_of_utc)
    migrate(store)
    store.execute(f"ATTACH {_literal(str(path))} AS mission (READ_ONLY)")
    instant = f"TIMESTAMPTZ {_literal(as_of_utc.isoformat())}"
    store.execute(
        f"CREATE VIEW closed_then AS SELECT * FROM mission.retired WHERE known_to_utc <= {instant}"
    )
    for table in INPUT_TABLES:
        store.execute(f"DROP TABLE {table}")
        store.execute(
            f"CREATE VIEW {table} AS SELECT * FROM mission.{table} "
            f"WHERE known_from_utc <= {instant}"
        )
        _run_all(store, view_sql(table, base=table, closed="closed_then"))
    for table in DERIVED_TABLES:
        _run_all(store, view_sql(table, base=table, closed="retired"))
    return store


def _create_views(store: Store) -> None:
    for table in KEYS:
        _run_all(store, view_sql(table, base=table, closed="retired"))


def _run_all(store: Store, statements: Sequence[str]) -> None:
    for statement in statements:
        store.execute(statement)


def _connect(
    database: str, read_only: bool, wait_s: float, waiting: Callable[[], None] | None
) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        try:
            connection = duckdb.connect(database, read_only=read_only, config=_settings())
            # The engine draws its bar on standard output, where only our JSON may stand.
            connection.execute("SET enable_progress_bar = false")
            return connection.execute("SET TimeZone = 'UTC'")
        except duckdb.IOException as error:
            if "lock" not in str(error).lower() or time.monotonic() > deadline:
                raise StoreError(f"opening {database}: {error}") from error
            if waiting and not told:
                waiting()
            told = True
            time.sleep(0.1)
        except duckdb.Error as error:
            raise StoreError(f"opening {database}: {error}") from error


def _settings() -> dict[str, Any]:
    """Settings of a connection: how much memory the engine may take before it writes to disk."""
    limit = max(_ENGINE_LEAST, int(_memory_bytes() * _ENGINE_SHARE))
    return {**_SETTINGS, "memory_limit": f"{limit >> 20}MiB"}


def _memory_bytes() -> int:
    """The machine's memory; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
