"""Columns out of Arrow tables or plain rows, as numpy arrays: missing is NaN, -1 or None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


class Frame:
    """One input table, given as a pyarrow Table or as a list of mappings; columns may be absent."""

    def __init__(self, table: Any) -> None:
        self._rows: Sequence[Mapping[str, Any]] | None = None
        self._table: Any = None
        if table is None or isinstance(table, list | tuple):
            self._rows = list(table or ())
            self.rows = len(self._rows)
        else:
            self._table = table
            self.rows = int(table.num_rows)

    def _listed(self, name: str) -> list[Any]:
        if self._rows is not None:
            return [row.get(name) for row in self._rows]
        if name not in self._table.column_names:
            return [None] * self.rows
        return list(self._table.column(name).to_pylist())

    def _arrow(self, name: str) -> Any:
        if self._table is None or name not in self._table.column_names:
            return None
        return self._table.column(name).combine_chunks()

    def _absent(self, name: str) -> bool:
        return self._table is not None and name not in self._table.column_names

    def floats(self, name: str) -> Floats:
        """Return a column of numbers, NaN where missing."""
        if self._absent(name):
            return np.full(self.rows, np.nan)
        column = self._arrow(name)
        if column is not None:
            import pyarrow as pa

            out = column.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
            return np.array(out, dtype=np.float64)
        return np.array([_number(v) for v in self._listed(name)], dtype=np.float64)

    def seconds(self, name: str) -> Floats:
        """Return a column of instants as seconds since 1970 UTC, NaN where missing."""
        if self._absent(name):
            return np.full(self.rows, np.nan)
        column = self._arrow(name)
        if column is not None and str(column.type).startswith("timestamp"):
            import pyarrow as pa

            whole = column.cast(pa.timestamp("us", tz=column.type.tz)).cast(pa.int64())
            micros = whole.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
            return np.array(micros, dtype=np.float64) / 1e6
        return np.array([_second(v) for v in self._listed(name)], dtype=np.float64)

    def codes(self, name: str) -> tuple[Codes, list[str]]:
        """Return (codes, words): -1 where missing, else the index of the word."""
        if self._absent(name):
            return np.full(self.rows, -1, dtype=np.int32), []
        column = self._arrow(name)
        if column is not None:
            coded = column if hasattr(column, "indices") else column.dictionary_encode()
            codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            return np.array(codes, dtype=np.int32), [str(w) for w in coded.dictionary.to_pylist()]
        listed = self._listed(name)
        words = list(dict.fromkeys(str(v) for v in listed if v is not None))
        index = {word: i for i, word in enumerate(words)}
        out = [-1 if v is None else index[str(v)] for v in listed]
        return np.array(out, dtype=np.int32), words

    def texts(self, name: str) -> NDArray[np.object_]:
        """Return a column of texts as objects, None where missing."""
        if self._absent(name):
            return np.full(self.rows, None, dtype=object)
        column = self._arrow(name)
        if column is not None:
            return np.array(column.to_numpy(zero_copy_only=False), dtype=object)
        out = np.empty(self.rows, dtype=object)
        out[:] = [None if v is None else str(v) for v in self._listed(name)]
        return out

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Return a column of true and false; missing is false."""
        if self._absent(name):
            return np.zeros(self.rows, dtype=np.bool_)
        column = self._arrow(name)
        if column is not None:
            return np.array(column.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)
        return np.array([bool(v) for v in self._listed(name)], dtype=np.bool_)

    def some(self, rows: Sequence[int]) -> list[dict[str, Any]]:
        """Return some rows as mappings, without turning the others into any."""
        if self._rows is None:
            return list(self._table.take(list(rows)).to_pylist()) if len(rows) else []
        return [dict(self._rows[r]) for r in rows]

    def row(self, index: int) -> dict[str, Any]:
        """Return one row as a mapping; the first call turns the whole table into rows."""
        if self._rows is None:
            self._rows = self._table.to_pylist()
        return dict(self._rows[index])


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _second(value: Any) -> float:
    if value is None:
        return float("nan")
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError(f"{value!s} has no zone; times here are aware")
    return float(moment.timestamp())


def joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays end to end."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def recoded(parts: Sequence[tuple[Codes, list[str]]]) -> tuple[Codes, list[str]]:
    """Return coded columns end to end over one list of words."""
    words = list(dict.fromkeys(w for _, listed in parts for w in listed))
    index = {word: i for i, word in enumerate(words)}
    out = []
    for codes, listed in parts:
        table = np.array([*(index[w] for w in listed), -1], dtype=np.int32)
        out.append(table[codes])
    return joined(out) if out else np.zeros(0, dtype=np.int32), words
