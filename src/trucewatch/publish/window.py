"""The period a report is read for, and reading the rows inside it step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from trucewatch.errors import ConfigError
from trucewatch.mission import FILE, Mission
from trucewatch.publish.facts import Head
from trucewatch.publish.kinds import listing_order
from trucewatch.publish.placing import Placer

if TYPE_CHECKING:
    import pyarrow as pa

SQL = Path(__file__).parent / "sql"
LISTED_MAX = 2_000
# Lent tables carry one column; where its name is not `<table less listed_>_id`, it stands here.
_COLUMNS = {"counted_kind": "kind", "standing_kind": "kind", "listed_kind": "kind"}


class Steps(Protocol):
    """What a report needs of a store: running a checked step."""

    as_of_utc: datetime | None

    def step(
        self,
        path: Path,
        bound: Mapping[str, Any] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Run one `.sql` step and return its rows."""


def rows_of(
    store: Steps, step: str, bound: Mapping[str, Any], **tables: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the rows of one of this room's steps; tables: lists it may join by name."""
    lent = {name: _lent(name, values) for name, values in tables.items()}
    found: list[dict[str, Any]] = store.step(SQL / f"{step}.sql", bound, lent).to_pylist()
    return found


def _lent(name: str, values: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    column = _COLUMNS.get(name, f"{name.removeprefix('listed_')}_id")
    columns = {column: pa.array(values, pa.string())}
    if name == "listed_kind":
        order = listing_order()
        columns["listing_rank"] = pa.array([order[v] for v in values], pa.int32())
    return pa.table(columns)


@dataclass(frozen=True, slots=True)
class Window:
    """The store, the mission and the period that every part of a report is read for."""

    store: Steps
    mission: Mission
    head: Head
    placer: Placer

    @property
    def listed_max(self) -> int:
        """Most rows of one list, 1 to 20,000; what is beyond is counted and said.

        Raises ConfigError where options.publish.listed_max is no whole number.
        """
        given = self.mission.options.get("publish", {}).get("listed_max", LISTED_MAX)
        if not isinstance(given, int) or isinstance(given, bool):
            raise ConfigError.at(
                self.mission.root / FILE, None, found=f"options.publish.listed_max: {given!r}",
                expected="a whole number from 1 to 20000", mend="Correct the value.",
            )  # fmt: skip
        return max(1, min(given, 20_000))

    def rows(
        self, step: str, bound: Mapping[str, Any] | None = None, **tables: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Return the rows of a step over the period; `bound` may move or limit it."""
        period = self.head.period
        given = {
            "from_utc": period.start_utc, "to_utc": period.end_utc,
            "row_limit": self.listed_max + 1, **(bound or {}),
        }  # fmt: skip
        return rows_of(self.store, step, given, **tables)
