"""Steps on Spark: the mission's Parquet files as views, results as Arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.errors import ContractError, StoreError
from trucewatch.store.spark.dialect import PRINTF, to_spark
from trucewatch.store.spark.quiet import without_pandas
from trucewatch.store.steps import Step, held, read_step
from trucewatch.store.tables import KEYS, view_sql

if TYPE_CHECKING:
    import pyarrow as pa


class SparkEngine:
    """One Spark session over the Parquet files of one mission."""

    def __init__(self, session: Any, folder: Path) -> None:
        self.session = session
        self.folder = folder
        session.udf.register(PRINTF, _printf, "string")

    def register(self, tables: Sequence[str]) -> None:
        """Make views of exported tables: <table>, <table>_now and <table>_history."""
        for name in (*tables, "retired"):
            frame = self.session.read.parquet(str(self.folder / f"{name}.parquet"))
            frame.createOrReplaceTempView(name)
        for name in tables:
            if name in KEYS:
                for statement in view_sql(name, base=name, closed="retired"):
                    self._create_view(statement)

    def _create_view(self, statement: str) -> None:
        head, _, select = statement.partition(" AS ")
        view = head.split()[-1]
        self.frame(select).createOrReplaceTempView(view)

    def frame(self, sql: str, bound: Mapping[str, Any] | None = None) -> Any:
        """Return a DuckDB SELECT as a Spark frame; values are bound as typed literals."""
        from pyspark.errors import PySparkException

        values = {n: _literal(v) for n, v in (bound or {}).items() if f"${n}" in sql}
        try:
            return self.session.sql(to_spark(sql), args=values)
        except PySparkException as error:
            raise StoreError(f"Spark: {_first(error)}") from error

    def query(self, sql: str, bound: Mapping[str, Any] | None = None) -> pa.Table:
        """Return the result of one SELECT as Arrow."""
        return self.arrow(self.frame(sql, bound))

    def arrow(self, frame: Any) -> pa.Table:
        """Return a frame as Arrow; raises StoreError where the engine fails."""
        from pyspark.errors import PySparkException

        try:
            with without_pandas():
                return frame.toArrow()
        except PySparkException as error:
            raise StoreError(f"Spark: {_first(error)}") from error

    def step(
        self,
        path: Path,
        bound: Mapping[str, Any] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Run a `.sql` step and hold its columns and grain to its header; as Store.step."""
        step = read_step(path)
        for name, rows in (tables or {}).items():
            self.lend(name, rows)
        result = held(step, lambda: self.query(step.sql, bound))
        _hold_key(step, result)
        return result

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let statements read an Arrow table by name."""
        with without_pandas():
            self.session.createDataFrame(rows).createOrReplaceTempView(name)

    def stored(self, frame: Any, name: str) -> Any:
        """Write a frame as Parquet beside the tables and return it as read back from there.

        What comes after starts from files: nothing is reckoned twice, a lost machine costs little.
        """
        from pyspark.errors import PySparkException

        path = str(self.folder / name)
        try:
            frame.write.mode("overwrite").parquet(path)
        except PySparkException as error:
            raise StoreError(f"Spark, writing {name}: {_first(error)}") from error
        return self.session.read.schema(frame.schema).parquet(path)

    @staticmethod
    def mapped(frame: Any, change: Callable[..., Any], schema: str) -> Any:
        """Map a frame's Arrow batches, partition by partition."""
        with without_pandas():
            return frame.mapInArrow(change, schema)

    @staticmethod
    def grouped(frame: Any, by: str, change: Callable[..., Any], schema: str) -> Any:
        """Map each group of a frame as one Arrow table."""
        with without_pandas():
            return frame.groupBy(by).applyInArrow(change, schema)

    @staticmethod
    def paired(left: Any, right: Any, by: str, change: Callable[..., Any], schema: str) -> Any:
        """Map the groups of two frames that share a key as two Arrow tables."""
        with without_pandas():
            return left.groupBy(by).cogroup(right.groupBy(by)).applyInArrow(change, schema)


def _printf(form: str, values: list[float | None]) -> str | None:
    return None if any(v is None for v in values) else form % tuple(values)


def _literal(value: Any) -> Any:
    """A list as an array literal; empty ones keep their type."""
    from pyspark.sql import functions

    if isinstance(value, (list, tuple)):
        made = functions.array(*(functions.lit(v) for v in value))
        return made if value else made.cast("array<string>")
    return value


def _hold_key(step: Step, result: pa.Table) -> None:
    if step.key and result.num_rows:
        import pyarrow.compute as pc

        counts = result.group_by(list(step.key)).aggregate([([], "count_all")])["count_all"]
        if pc.max(counts).as_py() > 1:
            raise ContractError(f"step {step.name} broke its grain ({step.grain})")


def _first(error: BaseException) -> str:
    """What the engine said first, and what a worker's Python said last."""
    try:
        lines = str(error).strip().splitlines()
    except AttributeError:  # Spark's own text of a worker's error can fail
        lines = [type(error).__name__, *str(getattr(error, "_desc", "")).strip().splitlines()]
    return " ... ".join(dict.fromkeys(line.strip()[:300] for line in (lines[:1] + lines[-1:])))
