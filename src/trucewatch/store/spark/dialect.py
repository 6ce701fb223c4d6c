"""A step's DuckDB SQL as Spark SQL, through sqlglot and a few rules where the two differ.

Each rule stands for a difference in meaning that sqlglot does not carry: clocks of a zone, lists
in order, C's printf, filters inside windows, and counts of clock boundaries.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

PRINTF = "trucewatch_printf"
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600}


@cache
def to_spark(sql: str) -> str:
    """Return a DuckDB statement as Spark SQL; $name becomes the marker :name."""
    import sqlglot

    tree: exp.Expr = sqlglot.parse_one(sql, read="duckdb")
    # One rule after the other: what a rule puts in place of a node is not looked into again.
    for rule in (_marker, _epoch, _boundaries, _call_of_ours, _ordered_list, _filtered_window):
        tree = tree.transform(rule)
    return tree.sql(dialect="spark", comments=False)


def _marker(node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.Placeholder(this=node.name) if isinstance(node, exp.Parameter) else node


def _call_of_ours(node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    rule = _CALLS.get(node.name.lower()) if isinstance(node, exp.Anonymous) else None
    return rule(node.expressions) if rule else node


def _epoch(node: exp.Expr) -> exp.Expr:
    """epoch(instant) keeps fractions of a second; Spark's unix_timestamp drops them."""
    from sqlglot import exp

    if not isinstance(node, exp.TimeToUnix):
        return node
    return exp.paren(
        exp.maybe_parse(
            f"UNIX_MICROS({node.this.sql(dialect='spark')}) / 1000000D", dialect="spark"
        )
    )


def _ordered_list(node: exp.Expr) -> exp.Expr:
    """list(DISTINCT x ORDER BY x): Spark's lists have no order of their own."""
    from sqlglot import exp

    distinct = node.find(exp.Distinct) if isinstance(node, exp.ArrayAgg) else None
    if distinct is None or node.find(exp.Order) is None:
        return node
    return exp.func("SORT_ARRAY", exp.Anonymous(this="COLLECT_SET", expressions=[
        distinct.expressions[0].copy()]))  # fmt: skip


def _filtered_window(node: exp.Expr) -> exp.Expr:
    """count(*) FILTER (WHERE c) OVER w: Spark takes no filter inside a window."""
    from sqlglot import exp

    is_filtered = isinstance(node, exp.Window) and isinstance(node.this, exp.Filter)
    if not (is_filtered and isinstance(node.this.this, exp.Count)):
        return node
    condition = node.this.expression.this.copy()
    counted = exp.Count(this=exp.Case().when(condition, exp.Literal.number(1)))
    out = node.copy()
    out.set("this", counted)
    return out


def _boundaries(node: exp.Expr) -> exp.Expr:
    """date_diff counts the boundaries passed; Spark's counts whole units elapsed."""
    from sqlglot import exp

    if not isinstance(node, exp.DateDiff):
        return node
    unit = _SECONDS.get(str(node.args.get("unit") or "DAY").strip("'").upper())
    return node if unit is None else _minus(node.this, node.expression, unit)


def _minus(later: exp.Expr, earlier: exp.Expr, unit: int) -> exp.Expr:
    from sqlglot import exp

    sides = [f"FLOOR(UNIX_SECONDS({side.sql(dialect='spark')}) / {unit})"
             for side in (later, earlier)]  # fmt: skip
    text = f"(CAST({sides[0]} - {sides[1]} AS BIGINT))"
    return exp.maybe_parse(text, dialect="spark")


def _at_zone(arguments: list[Any]) -> exp.Expr:
    """timezone(zone, instant): what the clocks of a zone showed."""
    from sqlglot import exp

    zone, instant = arguments
    shifted = exp.Anonymous(this="FROM_UTC_TIMESTAMP", expressions=[instant.copy(), zone.copy()])
    return exp.cast(shifted, "TIMESTAMP_NTZ", dialect="spark")


def _printf(arguments: list[Any]) -> exp.Expr:
    """C's printf: Java's writes %g and halves in another way."""
    from sqlglot import exp

    values = [exp.cast(value.copy(), "double", dialect="spark") for value in arguments[1:]]
    listed = exp.Anonymous(this="ARRAY", expressions=values)
    return exp.Anonymous(this=PRINTF, expressions=[arguments[0].copy(), listed])


def _call(name: str) -> Any:
    def called(arguments: list[Any]) -> exp.Expr:
        from sqlglot import exp

        return exp.Anonymous(this=name, expressions=[a.copy() for a in arguments])

    return called


def _finite(arguments: list[Any]) -> exp.Expr:
    from sqlglot import exp

    text = f"ABS({arguments[0].sql(dialect='spark')}) < DOUBLE('Infinity')"
    return exp.paren(exp.maybe_parse(text, dialect="spark"))


_CALLS: dict[str, Any] = {
    "timezone": _at_zone, "printf": _printf, "isfinite": _finite,
    "epoch_us": _call("UNIX_MICROS"),
}  # fmt: skip
