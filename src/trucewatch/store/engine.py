"""The embedded engine: one DuckDB file per mission, opened by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from trucewatch.errors import ContractError, StoreError
from trucewatch.store.run import Change, Run
from trucewatch.store.steps import Step, held, read_step
from trucewatch.store.tables import INPUT_TABLES, KEYS, row_id_sql

if TYPE_CHECKING:
    import pyarrow as pa


class Store:
    """The tables of one mission, open rows first; see the module's functions to open one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, data_utc: datetime | None) -> None:
        self._connection = connection
        self.as_of_utc = data_utc

    def close(self) -> None:
        """Close the engine; the file can then be opened by another process."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def table(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        where: str | None = None,
        bound: Mapping[str, Any] | None = None,
    ) -> pa.Table:
        """Return the open rows of a table as Arrow, ordered by the table's key.

        where: a condition written in code; its values are bound as $name.
        """
        chosen = ", ".join(columns) if columns else "*"
        condition = f"WHERE {where}" if where else ""
        order = ", ".join(KEYS[name])
        return self.query(f"SELECT {chosen} FROM {name}_now {condition} ORDER BY {order}", bound)

    def count(self, name: str) -> int:
        """Return the number of open rows of a table."""
        return int(self.query(f"SELECT count(*) AS n FROM {name}_now")["n"][0].as_py())

    def versions(self, names: Sequence[str]) -> dict[str, int]:
        """Return, per table, how many rows were appended or closed: any change raises it."""
        found = {}
        for name in names:
            rows = self.query(
                f"SELECT (SELECT count(*) FROM {name}) + (SELECT count(*) FROM retired "
                "WHERE table_name = $name) AS n",
                {"name": name},
            )
            found[name] = int(rows["n"][0].as_py())
        return found

    def query(self, sql: str, bound: Mapping[str, Any] | None = None) -> pa.Table:
        """Return the result of one SELECT as Arrow; values are bound, never formatted in."""
        with _named(sql):
            values = _used(sql, bound)
            return self._connection.sql(sql, params=values or None).to_arrow_table()

    def execute(
        self, sql: str, bound: Mapping[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Run one statement; raises StoreError with its first line where the engine refuses."""
        with _named(sql):
            return self._connection.execute(sql, _used(sql, bound))

    def step(
        self,
        path: Path,
        bound: Mapping[str, Any] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Run a `.sql` step and hold it to its header; raises ContractError where it breaks it."""
        step = read_step(path)
        with self.lending(tables or {}):
            result = held(step, lambda: self.query(step.sql, bound))
            self._hold(step, result)
        return result

    @contextmanager
    def lending(self, tables: Mapping[str, pa.Table]) -> Iterator[None]:
        """Let statements read Arrow tables by name while the block runs."""
        for name, rows in tables.items():
            self._connection.register(name, rows)
        try:
            yield
        finally:
            for name in tables:
                self._connection.unregister(name)

    def _hold(self, step: Step, result: pa.Table) -> None:
        if not (step.key or step.holds):
            return
        with self.lending({"step_result": result}):
            if step.key:
                self._hold_key(step)
            if step.holds:
                self._hold_law(step, step.holds)

    def _hold_key(self, step: Step) -> None:
        columns = ", ".join(step.key)
        doubled = self.query(
            f"SELECT {columns} FROM step_result GROUP BY {columns} HAVING count(*) > 1 LIMIT 1"
        )
        if doubled.num_rows:
            raise ContractError(
                f"step {step.name} broke its grain ({step.grain}): twice {doubled.to_pylist()[0]}"
            )

    def _hold_law(self, step: Step, holds: str) -> None:
        broken = self.query(f"SELECT * FROM step_result WHERE NOT coalesce({holds}, TRUE) LIMIT 1")
        if broken.num_rows:
            raise ContractError(
                f"step {step.name} broke its law ({step.law}): {broken.to_pylist()[0]}"
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen at once or, on any error or Ctrl-C, not at all."""
        self.execute("BEGIN TRANSACTION")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def append(self, table: str, rows: Any, run: Run) -> int:
        """Append rows whose key the table does not hold yet; return how many were new.

        rows: Arrow or a list of mappings, every column of the table but run_id and
        known_from_utc (known_from_utc may be given; else it is the run's data time).
        """
        arrow = _as_arrow(rows)
        if arrow is None:
            return 0
        with self.lending({"incoming": arrow}):
            return self.append_from(table, "incoming", arrow.column_names, run)

    def append_from(self, table: str, relation: str, given: Sequence[str], run: Run) -> int:
        """Append from a table, view or registered relation; the set-based form of `append`."""
        key = ", ".join(KEYS[table])
        before = self.size(table)
        self.execute(
            f"INSERT INTO {table} BY NAME SELECT DISTINCT ON ({key}) {self._select(table, given)} "
            f"FROM {relation} ANTI JOIN {table} USING ({key})",
            self._stamp(run),
        )
        return self.size(table) - before

    def replace(
        self, table: str, rows: Any, run: Run, scope: str | None = None,
        bound: Mapping[str, Any] | None = None,
    ) -> Change:  # fmt: skip
        """Make `rows` the open rows of a derived table: add what is new, close what is gone.

        A row that is open with the same content stays as it is. scope: a condition that limits
        which open rows the new ones replace; rows outside it are left alone.
        """
        if table in INPUT_TABLES:
            raise ContractError(f"{table} is an input: its rows are appended, never replaced")
        arrow = _as_arrow(rows)
        if arrow is None:
            closed = self._close(table, f"SELECT * FROM {table}_now", scope, run, bound)
            return Change(0, closed, 0)
        with self.lending({"incoming": arrow}):
            return self._replace(table, arrow.column_names, run, scope, bound)

    def _replace(
        self, table: str, given: Sequence[str], run: Run, scope: str | None,
        bound: Mapping[str, Any] | None,
    ) -> Change:  # fmt: skip
        stamp = self._stamp(run)
        select = self._select(table, given)
        if not self.query(f"SELECT 1 FROM {table}_now LIMIT 1").num_rows:
            before = self.size(table)
            with self._texts_as_they_are():
                self.execute(f"INSERT INTO {table} BY NAME SELECT {select} FROM incoming", stamp)
            return Change(self.size(table) - before, 0, 0)
        # Made and filled in one statement: DuckDB 2.0 does not read back what a transaction
        # inserted into a table it created, once that is more than one row group (122,880 rows).
        self.execute(
            f"CREATE OR REPLACE TEMP TABLE wanted AS (SELECT * FROM {table} LIMIT 0) "
            f"UNION ALL BY NAME SELECT {select} FROM incoming",
            stamp,
        )
        content = [c for c in self._columns(table) if c not in ("run_id", "known_from_utc")]
        same = " AND ".join(f"n.{c} IS NOT DISTINCT FROM w.{c}" for c in content)
        gone = f"SELECT n.* FROM {table}_now n ANTI JOIN wanted w ON {same}"
        retired = self._close(table, gone, scope, run, bound)
        before = self.size(table)
        self.execute(
            f"INSERT INTO {table} SELECT w.* FROM wanted w "
            f"ANTI JOIN {table}_now n ON {_key_match(table, 'w', 'n')}"
        )
        added = self.size(table) - before
        total = int(self.query("SELECT count(*) AS n FROM wanted")["n"][0].as_py())
        self.execute("DROP TABLE wanted")
        return Change(added, retired, total - added)

    @contextmanager
    def _texts_as_they_are(self) -> Iterator[None]:
        """Write rows without looking for what their texts share, while the block runs.

        A first run's texts are ids: hashes, which the engine takes as long again to halve.
        """
        self.execute("SET disabled_compression_methods = 'dict_fsst'")
        try:
            yield
        finally:
            self.execute("RESET disabled_compression_methods")

    def retire(self, table: str, ids: Sequence[str], run: Run, reason: str) -> int:
        """Close the open rows with these ids (single-key tables); return how many there were."""
        import pyarrow as pa

        with self.lending({"closing": pa.table({"closing_id": pa.array(ids, pa.string())})}):
            gone = (
                f"SELECT n.* FROM {table}_now n SEMI JOIN closing c "
                f"ON c.closing_id = {row_id_sql(table, 'n')}"
            )
            return self._close(table, gone, None, run, {}, reason=reason)

    def _close(
        self, table: str, gone: str, scope: str | None, run: Run,
        bound: Mapping[str, Any] | None, *, reason: str = "superseded",
    ) -> int:  # fmt: skip
        before = self.size("retired")
        condition = f"WHERE {scope}" if scope else ""
        self.execute(
            f"INSERT INTO retired SELECT $closed_table, {row_id_sql(table, 'g')}, g.run_id, "
            f"$closed_utc, $closed_run, $closed_reason FROM (SELECT * FROM ({gone}) {condition}) g",
            {
                "closed_table": table,
                "closed_utc": run.data_utc,
                "closed_run": run.run_id,
                "closed_reason": reason,
                **(bound or {}),
            },
        )
        return self.size("retired") - before

    def size(self, table: str) -> int:
        """Return the number of rows of a table or view, open and closed."""
        return int(self.query(f"SELECT count(*) AS n FROM {table}")["n"][0].as_py())

    def _columns(self, table: str) -> list[str]:
        return list(self.query(f"SELECT * FROM {table} LIMIT 0").column_names)

    def _select(self, table: str, given: Sequence[str]) -> str:
        """Every column of the table from what is given; the store stamps run and knowledge."""
        stamped = {"run_id": "$stamp_run"}
        if "known_from_utc" not in given:
            stamped["known_from_utc"] = "$stamp_utc"
        unknown = sorted(set(given) - set(self._columns(table)))
        if unknown:
            raise ContractError(f"{table} has no column {', '.join(unknown)}")
        names = [c for c in self._columns(table) if c in given or c in stamped]
        return ", ".join(f"{stamped[c]} AS {c}" if c in stamped else c for c in names)

    @staticmethod
    def _stamp(run: Run) -> dict[str, Any]:
        return {"stamp_run": run.run_id, "stamp_utc": run.data_utc}


@contextmanager
def _named(sql: str) -> Iterator[None]:
    """Turn the engine's errors into ours, once, with the statement's first line."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        raise StoreError(f"{_first_line(sql)}: {error}") from error


def _used(sql: str, bound: Mapping[str, Any] | None) -> dict[str, Any]:
    """The engine refuses values that a statement does not name: pass on only those it does."""
    return {name: value for name, value in (bound or {}).items() if f"${name}" in sql}


def _key_match(table: str, left: str, right: str) -> str:
    return " AND ".join(f"{left}.{c} = {right}.{c}" for c in KEYS[table])


def _as_arrow(rows: Any) -> pa.Table | None:
    import pyarrow as pa

    if not isinstance(rows, pa.Table):
        # from_pylist looks at the first row alone: a column that only later rows have would go.
        names = list(dict.fromkeys(name for row in rows for name in row))
        rows = pa.table({name: [row.get(name) for row in rows] for name in names})
    return rows if rows.num_rows else None


def _first_line(sql: str) -> str:
    lines = [line for line in sql.splitlines() if line.strip() and not line.startswith("--")]
    return lines[0].strip()[:120] if lines else "empty statement"
