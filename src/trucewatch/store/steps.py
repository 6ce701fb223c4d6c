"""Steps: one SELECT in one `.sql` file, with a header that says what it promises.

-- step: name
-- grain: one row per ...
-- key: column, column        (optional: the grain, checked)
-- reads: table_now, ...
-- yields: column, column
-- law: the sentence that always holds
-- holds: SQL condition       (optional: the law, checked on every row)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.errors import ContractError, StoreError

if TYPE_CHECKING:
    import pyarrow as pa

_HEADER = re.compile(r"--\s*(step|grain|key|reads|yields|law|holds):\s*(.*)")
_REQUIRED = ("step", "grain", "reads", "yields", "law")


@dataclass(frozen=True, slots=True)
class Step:
    """One set-based step and its contract."""

    path: Path
    name: str
    grain: str
    reads: tuple[str, ...]
    yields: tuple[str, ...]
    law: str
    sql: str
    key: tuple[str, ...] = ()
    holds: str | None = None


@cache
def read_step(path: Path) -> Step:
    """Read a step and its header; raises ContractError where a promise is missing."""
    text = path.read_text(encoding="utf-8")
    header = _header_of(text)
    missing = [name for name in _REQUIRED if not header.get(name)]
    if missing:
        raise ContractError(f"{path}: the header lacks {', '.join(missing)}")
    return Step(
        path=path,
        name=header["step"],
        grain=header["grain"],
        reads=_names(header["reads"]),
        yields=_names(header["yields"]),
        law=header["law"],
        sql=text,
        key=_names(header.get("key", "")),
        holds=header.get("holds"),
    )


def held(step: Step, query: Callable[[], pa.Table]) -> pa.Table:
    """Return what a step's query gives on any engine; errors carry the step's name.

    Raises StoreError where the engine fails, ContractError where the columns are not those that
    the header promises.
    """
    try:
        result = query()
    except StoreError as error:
        raise StoreError(f"step {step.name}: {error}") from error
    found = tuple(result.column_names)
    if found != step.yields:
        raise ContractError(
            f"step {step.name} yields {', '.join(found)}; its header promises "
            f"{', '.join(step.yields)}"
        )
    return result


def _header_of(text: str) -> dict[str, str]:
    """A comment line that starts no field continues the one before it."""
    header: dict[str, str] = {}
    current: str | None = None
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if match := _HEADER.match(line):
            current = match[1]
            header[current] = match[2].strip()
        elif current:
            header[current] += " " + line.lstrip("- ").strip()
    return header


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
