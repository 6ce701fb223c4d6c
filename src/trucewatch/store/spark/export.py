"""A mission's tables as Parquet files, for the cluster to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trucewatch.store.engine import Store

ALWAYS = ("retired",)


def export_tables(store: Store, folder: Path, tables: Sequence[str]) -> None:
    """Write whole tables (open and closed rows) and the closings as <folder>/<table>.parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in (*tables, *ALWAYS):
        path = str(folder / f"{table}.parquet").replace("'", "''")
        store.execute(
            f"COPY (SELECT * FROM {table}) TO '{path}' "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
        )
