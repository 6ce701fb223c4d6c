"""What a room is given when it runs, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Tell = Callable[[str, int, int | None], None]


def _silent(_what: str, _done: int, _total: int | None) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of one room.

    run_id: hashed from room, inputs, code, parameters and its place in the store's sequence.
    data_utc: everything known up to here was read; derived rows are known from here.
    tell(what, done, total): progress for people; total None where it is not known.
    """

    run_id: str
    room: str
    data_utc: datetime
    options: dict[str, Any] = field(default_factory=dict)
    tell: Tell = _silent


@dataclass(frozen=True, slots=True)
class RoomResult:
    """What a room wrote: rows added to its tables, and figures worth telling."""

    rows: int
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What replacing derived rows did: new rows, rows closed, rows left as they were."""

    added: int
    retired: int
    kept: int
