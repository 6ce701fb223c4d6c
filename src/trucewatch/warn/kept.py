"""Pictures once drawn are kept in the user's cache: a report read again need not re-live a year."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import numpy as np

from trucewatch.caching import cache_folder
from trucewatch.drawing import Figure
from trucewatch.filing import keep
from trucewatch.store import Run, Store
from trucewatch.version import code_version

KEPT = 40
Pictures = dict[str, Figure]


def pictures_key(store: Store, run: Run, drawn_from: Iterable[Any]) -> str | None:
    """Return what the pictures of a moment are kept under: a hash of all they are drawn from.

    The rows of `warning` stand for the signs beside the counts: their ids, odds, thresholds and
    the run that wrote them. drawn_from: the ledger and the room's options. None where the moment
    has no warnings yet: nothing is kept for it.
    """
    rows = store.table("warning", where="issued_utc = $issued", bound={"issued": run.data_utc})
    told = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows.to_pylist())
    if not told:
        return None
    digest = hashlib.sha256(code_version().encode())
    for part in (run.data_utc.isoformat(), run.options, *told, *drawn_from):
        _feed(digest, part)
    return digest.hexdigest()[:32]


def _feed(digest: Any, part: Any) -> None:
    if isinstance(part, np.ndarray):
        digest.update(f"{part.dtype}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    elif is_dataclass(part):
        for field in fields(part):
            _feed(digest, getattr(part, field.name))
    else:
        digest.update(repr(part).encode() + b"\0")


def kept_pictures(key: str | None, draw: Callable[[], Pictures]) -> Pictures:
    """Return the pictures kept under a key, else draw and keep them; a torn file is drawn anew."""
    if key is None:
        return draw()
    path = cache_folder() / f"pictures-{key}.json"
    with suppress(OSError, ValueError, TypeError, AttributeError):
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: Figure(**one | {"notes": tuple(one["notes"])}) for name, one in found.items()}
    made = draw()
    keep(path.name, json.dumps({n: asdict(f) for n, f in made.items()}),
         pattern="pictures-*.json", most=KEPT)  # fmt: skip
    return made
