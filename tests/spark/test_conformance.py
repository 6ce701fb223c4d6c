"""Every carried step gives on Spark what it gives on DuckDB, row for row."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from tests.spark.conftest import rows_of

import trucewatch
from trucewatch.errors import ContractError, StoreError, TrucewatchError
from trucewatch.store import read_step
from trucewatch.store.spark import SparkEngine, to_spark

ROOMS = Path(trucewatch.__file__).parent
STEPS = sorted(
    path for room in ("fuse", "coverage", "warn", "agreements")
    for path in (ROOMS / room / "sql").glob("*.sql")
)  # fmt: skip
# Steps that Spark does not run as DuckDB does: (mark, reason, what the engine or the rows say).
# One that runs alike, or fails otherwise, fails the test.
MARKS: dict[str, tuple[str, str, str]] = {}
MARKED = ("not yet", "never")
KINDS = ["explosion", "shelling", "burst", "projectile", "flare"]
BOUND = {
    "kinds": KINDS, "breaches": KINDS, "happening_kinds": KINDS, "standing": ["weapon_presence"],
    "count_kinds": ["count_explosions"], "direct_means": ["heard", "saw", "recorded"],
    "radius_max_km": 3.0, "rounds": 30, "gap_h": 1, "time_zone": "Europe/Kyiv",
    "evening": timedelta(hours=19, minutes=30), "since": datetime(2023, 1, 1, tzinfo=UTC),
    "until_utc": datetime(2024, 1, 1, tzinfo=UTC),
    "west": -180.0, "east": 180.0, "south": -90.0, "north": 90.0,
    "peace_from": 2000, "peace_to": 2022,
}  # fmt: skip
LENT = {"mission_zone": pa.table({
    "zone": ["donetsk", "west", "east"], "lon": [37.8, -57.9, -57.4], "lat": [48.0, 45.0, 45.0],
    "radius_km": [110.0, 30.0, 30.0],
})}  # fmt: skip


def same(left: object, right: object) -> bool:
    """Equal; floats to 1e-9 of the larger; whole numbers whatever their width."""
    if isinstance(left, float) or isinstance(right, float):
        both = left is not None and right is not None
        return both and math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


def compared(path: Path, small: SimpleNamespace, engine: SparkEngine) -> tuple[int, list[str]]:
    """Rows on DuckDB, and what differs on Spark."""
    step = read_step(path)
    tables = {name: rows for name, rows in LENT.items() if name in step.reads}
    some = small.store.query("SELECT min(incident_id) AS i FROM member_now")["i"][0].as_py()
    given = BOUND | {"incident_id": some}
    want = rows_of(small.store.step(path, given, tables), step.key or step.yields)
    got = rows_of(engine.step(path, given, tables), step.key or step.yields)
    differ = [
        f"{name}: {a[name]!r} / {b[name]!r}" for a, b in zip(want, got, strict=False)
        for name in step.yields if not same(a[name], b[name])
    ]  # fmt: skip
    return len(want), differ + ([f"{len(want)} / {len(got)} rows"] * (len(want) != len(got)))


@pytest.mark.parametrize("path", STEPS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_step_gives_the_same_rows_on_both_engines(
    path: Path, small: SimpleNamespace, engine: SparkEngine
) -> None:
    mark = MARKS.get(read_step(path).name)
    try:
        rows, differ = compared(path, small, engine)
    except TrucewatchError as error:
        assert mark, f"{path.stem} does not run on Spark: {error}"
        assert mark[2] in str(error)
        return
    assert rows, f"{path.stem} yields nothing here: the comparison would say nothing"
    if mark is None:
        assert not differ, differ[:3]
    else:
        assert any(mark[2] in line for line in differ), f"{path.stem}: unmark it, or say why anew"


def test_marks_name_steps_that_are_there_and_say_why() -> None:
    names = {read_step(path).name for path in STEPS}
    for name, (mark, why, said) in MARKS.items():
        assert name in names
        assert mark in MARKED
        assert why
        assert said


def test_values_are_bound_and_never_read_as_sql(engine: SparkEngine) -> None:
    hostile = "x' OR '1' = '1"
    rows = engine.query("SELECT $text AS said", {"text": hostile})
    assert rows["said"].to_pylist() == [hostile]
    none = engine.query("SELECT watch_id FROM watch_now WHERE watch_id = $w", {"w": hostile})
    assert none.num_rows == 0


def test_an_instant_and_a_count_of_boundaries_mean_the_same(
    small: SimpleNamespace, engine: SparkEngine
) -> None:
    sql = """
        SELECT timezone('America/St_Johns', $t::TIMESTAMPTZ)::DATE AS day,
            date_diff('hour', $t::TIMESTAMPTZ, $u::TIMESTAMPTZ) AS hours,
            epoch($t::TIMESTAMPTZ) AS s, printf('%g|%.3f', 1234567.5, 0.0005) AS text
    """
    given = {"t": datetime(2023, 3, 12, 2, 59, 59, 250_000, UTC),
             "u": datetime(2023, 3, 12, 4, 0, 1, tzinfo=UTC)}  # fmt: skip
    assert engine.query(sql, given).to_pylist() == small.store.query(sql, given).to_pylist()


def test_a_closed_row_is_closed_on_both_engines(
    small: SimpleNamespace, engine: SparkEngine
) -> None:
    for view in ("member_now", "member_history", "incident_now"):
        sql = f"SELECT count(*) AS n FROM {view}"
        assert engine.query(sql).to_pylist() == small.store.query(sql).to_pylist()
    closed = "SELECT count(*) AS n FROM member_history WHERE known_to_utc IS NOT NULL"
    assert engine.query(closed)["n"][0].as_py() > 0


def test_a_step_that_breaks_its_header_is_a_fault(engine: SparkEngine, tmp_path: Path) -> None:
    head = "-- step: s\n-- grain: g\n-- key: {}\n-- reads: watch_now\n-- yields: {}\n-- law: l\n"
    doubled = tmp_path / "doubled.sql"
    doubled.write_text(head.format("means", "means") + "SELECT means FROM watch_now")
    with pytest.raises(ContractError, match="broke its grain"):
        engine.step(doubled)
    other = tmp_path / "other.sql"
    other.write_text(head.format("watch_id", "watch_id") + "SELECT means FROM watch_now")
    with pytest.raises(ContractError, match="its header promises"):
        engine.step(other)
    with pytest.raises(StoreError, match="no_such_table"):
        engine.query("SELECT 1 FROM no_such_table")


def test_every_step_of_the_house_can_be_written_for_spark() -> None:
    for path in sorted(ROOMS.glob("*/sql/*.sql")):
        assert to_spark(path.read_text(encoding="utf-8")).startswith(("SELECT", "WITH")), path
