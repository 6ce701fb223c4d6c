"""Tables written beside the making of rows: order, bounds and errors as if one after the other."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from trucewatch.fuse.writing import Writing
from trucewatch.store import Change, Run

RUN = Run("run-1", "fuse", datetime(2030, 1, 1, tzinfo=UTC), {})
ROWS = pa.table({"n": [1, 2]})


class _Shelf:
    """Stands in for a store: notes what is replaced, and refuses one table."""

    def __init__(self, refused: str = "") -> None:
        self.refused, self.seen = refused, []

    def replace(self, name: str, rows: pa.Table, run: Run, scope: str | None = None) -> Change:
        if name == self.refused:
            raise ValueError(name)
        self.seen.append((name, scope))
        return Change(rows.num_rows, 0, 0)


@pytest.mark.parametrize("ahead", [True, False])
def test_tables_are_written_in_turn_each_within_its_scope(ahead: bool) -> None:
    shelf = _Shelf()
    with Writing(shelf, RUN, {"b": "here"}, ahead=ahead) as writing:
        for name in "abc":
            writing.replace(name, ROWS)
        assert writing.added() == 6
    assert shelf.seen == [("a", None), ("b", "here"), ("c", None)]


@pytest.mark.parametrize("ahead", [True, False])
def test_an_error_reaches_the_caller_and_nothing_is_written_after_it(ahead: bool) -> None:
    shelf = _Shelf(refused="b")
    with pytest.raises(ValueError, match="b"), Writing(shelf, RUN, {}, ahead=ahead) as writing:
        for name in "abc":
            writing.replace(name, ROWS)
    assert shelf.seen == [("a", None)]


def test_an_error_in_the_last_table_is_not_lost() -> None:
    with (
        pytest.raises(ValueError, match="a"),
        Writing(_Shelf(refused="a"), RUN, {}, ahead=True) as writing,
    ):
        writing.replace("a", ROWS)
