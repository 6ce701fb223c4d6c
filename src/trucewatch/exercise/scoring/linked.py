"""Observations of a store joined with the truth of an exercise, row by row.

A record is known by the file it came from and its number in that file; copies and merges of
sources do not change either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from trucewatch.errors import ConfigError
from trucewatch.exercise.scoring.pairs import ALONE, Codes

ROW_BITS = 40


class Tables(Protocol):
    """Anything that gives tables by name; a store does."""

    def table(self, name: str, columns: Any = None) -> pa.Table:
        """Return the open rows of a table."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Tables by name in the manner of a store; an absent one has no rows."""

    tables: Mapping[str, pa.Table]

    def table(self, name: str, columns: Any = None) -> pa.Table:
        """Return the rows of a table, or an empty table of the columns asked for."""
        found = self.tables.get(name)
        if found is None:
            return pa.table({column: pa.nulls(0, pa.string()) for column in columns or ()})
        return found.select(list(columns)) if columns else found


@dataclass(frozen=True, slots=True)
class Linked:
    """Scorable observations: true and found group of each, its kind and source.

    true: code of the happening, found: code of the incident or -1 where it is in none.
    """

    observation_id: pa.Array
    true: Codes
    found: Codes
    kind: pa.Array
    source: pa.Array
    is_copy: NDArray[np.bool_]
    truth_ids: pa.Array  # the happening's id in the truth, by its code
    incident_ids: pa.Array  # the incident's id in the store, by its code

    def __len__(self) -> int:
        return len(self.true)


def read_truth(truth: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """Return one table of the truth; raises ConfigError where the folder is no truth."""
    path = truth / f"{name}.csv"
    if not path.is_file():
        raise ConfigError.at(
            path, None, found="no such file", expected="the truth folder of an exercise",
            mend="Name the folder 'truth' of a folder that `trucewatch exercise` wrote.",
        )  # fmt: skip
    text = ("file", "report_id", "incident_id", "copy_of", "zone", "caused_by", "special")
    types = {column: pa.string() for column in text}
    convert = csv.ConvertOptions(
        include_columns=columns, strings_can_be_null=True, column_types=types
    )
    return csv.read_csv(path, convert_options=convert)


def linked(tables: Tables, truth: Path) -> Linked:
    """Join observations, their members and the truth.

    Scorable is every observation of a happening that was read from a file of the exercise: copies
    and staged reports too (they tell of one alleged happening), null observations and totals not.
    """
    members = read_truth(truth, "members", ["file", "record_no", "incident_id", "copy_of"])
    members = members.filter(pc.is_valid(members["incident_id"]))
    seen = _observations(tables)
    at = _places(seen, members)
    kept = np.flatnonzero(at >= 0)
    seen, told = seen.take(pa.array(kept)), members.take(pa.array(at[kept]))
    true = told["incident_id"].combine_chunks().dictionary_encode()
    found, incident_ids = _found(seen["observation_id"], tables)
    return Linked(
        flat(seen["observation_id"]), np.asarray(true.indices, dtype=np.int64), found,
        flat(seen["kind"]), flat(seen["source_id"]),
        np.asarray(pc.is_valid(told["copy_of"]).combine_chunks(), dtype=bool),
        true.dictionary, incident_ids,
    )  # fmt: skip


def flat(column: Any) -> pa.Array:
    """Return a column as one array, whether it came in chunks or not."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _observations(tables: Tables) -> pa.Table:
    columns = ["observation_id", "capture_id", "record_no", "kind", "source_id"]
    seen = tables.table("observation", columns)
    captures = tables.table("capture", ["capture_id", "origin"])
    at = pc.index_in(seen["capture_id"], value_set=flat(captures["capture_id"]))
    return seen.append_column("origin", captures["origin"].take(at))


def _places(seen: pa.Table, members: pa.Table) -> Codes:
    """Return the row of `members` for each observation by file and record number, or -1."""
    files = flat(pc.unique(members["file"])) if members.num_rows else pa.array([], pa.string())
    keys = _keys(members["file"], members["record_no"], files)
    wanted = _keys(seen["origin"], seen["record_no"], files)
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted)
    at = np.minimum(at, max(len(order) - 1, 0))
    hit = keys[order[at]] == wanted if len(order) else np.zeros(len(wanted), dtype=bool)
    return np.where(hit & (wanted >= 0), order[at] if len(order) else -1, -1)


def _keys(file: Any, record_no: Any, files: pa.Array) -> Codes:
    code = pc.fill_null(pc.index_in(file, value_set=files), -1)
    number = pc.fill_null(pc.cast(record_no, pa.int64()), -1)
    code_at, number_at = (np.asarray(column, dtype=np.int64) for column in (code, number))
    return np.where((code_at >= 0) & (number_at >= 0), (code_at << ROW_BITS) + number_at, -1)


def _found(observation_ids: pa.ChunkedArray, tables: Tables) -> tuple[Codes, pa.Array]:
    members = tables.table("member", ["incident_id", "observation_id"])
    if not members.num_rows:
        return np.full(len(observation_ids), ALONE), pa.array([], pa.string())
    incident = flat(members["incident_id"]).dictionary_encode()
    at = pc.index_in(observation_ids, value_set=flat(members["observation_id"]))
    codes = pc.fill_null(incident.indices.take(flat(at)), ALONE)
    return np.asarray(codes, dtype=np.int64), incident.dictionary
