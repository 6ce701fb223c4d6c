"""The store: append-only, bitemporal, all or nothing."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trucewatch.errors import ContractError, StoreError
from trucewatch.mission import Mission
from trucewatch.store import Change, Run, Store, open_as_of, open_store

T0 = datetime(2021, 6, 24, 17, 0, tzinfo=UTC)
HOURS = itertools.count()  # no two runs share an id


def run_at(hours: int) -> Run:
    return Run(f"run-{hours}", "fuse", T0 + timedelta(hours=hours))


def incident(incident_id: str, roots: int = 1) -> dict[str, Any]:
    return {
        "incident_id": incident_id, "kind": "shot", "observations": 1, "roots": roots,
        "extent_km": 0.0, "duration_h": 0.0, "verification_status": "reported",
    }  # fmt: skip


def observation(observation_id: str, known: datetime = T0) -> dict[str, Any]:
    return {
        "observation_id": observation_id, "source_id": "s", "capture_id": "cap-1", "kind": "shot",
        "when_precision": "unknown", "where_precision": "unknown", "is_null": False,
        "root_id": "s", "known_from_utc": known,
    }  # fmt: skip


def test_appending_twice_doubles_nothing(store: Store) -> None:
    rows = [observation("obs-1"), observation("obs-2")]
    assert store.append("observation", rows, run_at(0)) == 2
    assert store.append("observation", [*rows, observation("obs-3")], run_at(1)) == 1
    assert store.count("observation") == 3


def test_rows_may_name_different_columns(store: Store) -> None:
    store.append("observation", [observation("obs-1"), {**observation("obs-2"), "quote": "q"}],
                 run_at(0))  # fmt: skip
    assert store.table("observation", ["quote"])["quote"].to_pylist() == [None, "q"]


def test_one_append_with_a_row_twice_keeps_one(store: Store) -> None:
    assert store.append("observation", [observation("obs-1")] * 3, run_at(0)) == 1


def test_replacing_keeps_what_is_the_same_and_closes_what_is_gone(store: Store) -> None:
    first = [incident("inc-1"), incident("inc-2")]
    assert store.replace("incident", first, run_at(0)) == Change(2, 0, 0)
    assert store.replace("incident", first, run_at(1)) == Change(0, 0, 2)
    changed = [incident("inc-1"), incident("inc-2", roots=2), incident("inc-3")]
    assert store.replace("incident", changed, run_at(2)) == Change(2, 1, 1)
    history = store.query(
        "SELECT incident_id, roots, known_to_utc FROM incident_history ORDER BY incident_id, roots"
    ).to_pylist()
    assert [(r["incident_id"], r["roots"], r["known_to_utc"] is None) for r in history] == [
        ("inc-1", 1, True), ("inc-2", 1, False), ("inc-2", 2, True), ("inc-3", 1, True),
    ]  # fmt: skip


def test_a_row_can_come_back_after_it_was_closed(store: Store) -> None:
    for hours, rows in enumerate(([incident("inc-1")], [], [incident("inc-1")])):
        store.replace("incident", rows, run_at(hours))
    assert store.count("incident") == 1


def test_a_scope_leaves_rows_outside_alone(store: Store) -> None:
    store.replace("incident", [incident("inc-1"), incident("inc-2")], run_at(0))
    store.replace(
        "incident", [incident("inc-3")], run_at(1), scope="incident_id = $gone",
        bound={"gone": "inc-1"},
    )  # fmt: skip
    assert store.table("incident", ["incident_id"])["incident_id"].to_pylist() == ["inc-2", "inc-3"]


def test_inputs_are_never_replaced(store: Store) -> None:
    with pytest.raises(ContractError, match="input"):
        store.replace("observation", [observation("obs-1")], run_at(0))


def test_an_unknown_column_is_a_bug_not_a_loss(store: Store) -> None:
    with pytest.raises(ContractError, match="colour"):
        store.append("observation", [{**observation("obs-1"), "colour": "red"}], run_at(0))


def test_a_transaction_happens_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), store.transaction():
        store.append("observation", [observation("obs-1")], run_at(0))
        raise KeyboardInterrupt
    assert store.count("observation") == 0


def test_the_past_shows_what_was_known_then(mission: Mission) -> None:
    later = T0 + timedelta(days=1)
    with open_store(mission.store_path) as store:
        rows = [observation("obs-1"), observation("obs-2", later)]
        store.append("observation", rows, run_at(0))
        store.retire("observation", ["obs-1"], Run("run-9", "x", later), "corrected")
    with open_as_of(mission.store_path, T0) as then:
        assert then.table("observation", ["observation_id"]).to_pylist() == [
            {"observation_id": "obs-1"}
        ]
        assert then.replace("incident", [incident("inc-1")], run_at(0)) == Change(1, 0, 0)
    with open_as_of(mission.store_path, later) as then:
        assert then.table("observation", ["observation_id"]).to_pylist() == [
            {"observation_id": "obs-2"}
        ]
    with open_store(mission.store_path) as store:
        assert store.count("incident") == 0


def test_a_second_writer_waits_and_then_says_so(mission: Mission) -> None:
    import subprocess
    import sys

    with open_store(mission.store_path):
        code = (
            "import sys; from pathlib import Path; from trucewatch.store import open_store\n"
            "from trucewatch.errors import StoreError\n"
            "try: open_store(Path(sys.argv[1]), wait_s=0.3)\n"
            "except StoreError as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(mission.store_path)],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    assert "lock" in done.stdout


def test_the_engine_fetches_nothing(store: Store) -> None:
    with pytest.raises(StoreError):
        store.query("SELECT * FROM 'https://127.0.0.1:9/x.parquet'")


def test_the_engine_draws_nothing_on_standard_output(store: Store) -> None:
    setting = "SELECT current_setting('enable_progress_bar') AS drawn"
    assert store.query(setting)["drawn"].to_pylist() == [False]


def write_step(folder: Path, body: str, **header: str) -> Path:
    fields = {"step": "s", "grain": "one row", "reads": "x", "yields": "a", "law": "always"}
    lines = [f"-- {name}: {text}" for name, text in {**fields, **header}.items()]
    path = folder / f"{abs(hash((body, *header.items())))}.sql"
    path.write_text("\n".join([*lines, body]), encoding="utf-8")
    return path


def test_a_step_is_held_to_its_header(store: Store, tmp_path: Path) -> None:
    assert store.step(write_step(tmp_path, "SELECT $n AS a"), {"n": 3}).to_pylist() == [{"a": 3}]
    for body, header, says in (
        ("SELECT 1 AS b", {}, "promises a"),
        ("SELECT 1 AS a UNION ALL SELECT 1", {"key": "a"}, "grain"),
        ("SELECT -1 AS a", {"holds": "a >= 0"}, "law"),
    ):
        with pytest.raises(ContractError, match=says):
            store.step(write_step(tmp_path, body, **header))
    with pytest.raises(ContractError, match="lacks law"):
        store.step(write_step(tmp_path, "SELECT 1 AS a", law=""))


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sets(st.integers(0, 8)), min_size=1, max_size=6))
def test_open_rows_are_always_the_last_ones_given(store: Store, sets: list[set[int]]) -> None:
    for members in sets:
        rows = [incident(f"inc-{member}") for member in sorted(members)]
        store.replace("incident", rows, run_at(next(HOURS)))
    found = set(store.table("incident", ["incident_id"])["incident_id"].to_pylist())
    assert found == {f"inc-{member}" for member in sets[-1]}
    store.replace("incident", [], run_at(next(HOURS)))


def test_a_transaction_keeps_more_than_a_row_group(store: Store) -> None:
    """The engine stores 122,880 rows to a group; rows beyond the first were once lost."""
    pa = pytest.importorskip("pyarrow")

    def members(first: int, last: int) -> Any:
        ids = [f"{n}" for n in range(first, last)]
        return pa.table({"incident_id": ids, "observation_id": ids})

    with store.transaction():
        assert store.replace("member", members(0, 130_000), run_at(0)) == Change(130_000, 0, 0)
        assert store.query("SELECT count(incident_id) AS n FROM member_now")["n"][0].as_py() == (
            130_000
        )
    with store.transaction():
        change = store.replace("member", members(50_000, 200_000), run_at(1))
    assert change == Change(70_000, 50_000, 80_000)
    assert store.count("member") == 150_000
