"""Small named migrations, applied once each, in order; a changed one is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from trucewatch.errors import StoreError

if TYPE_CHECKING:
    from trucewatch.store.engine import Store

FOLDER = Path(__file__).parent


def migrate(store: Store) -> list[str]:
    """Bring a store to the newest tables; return the names applied now."""
    store.execute(
        "CREATE TABLE IF NOT EXISTS migration (name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL)"
    )
    known = {row["name"]: row["sha256"] for row in store.query("FROM migration").to_pylist()}
    applied = []
    for path in sorted(FOLDER.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if path.stem not in known:
            _apply(store, path.stem, text, digest)
            applied.append(path.stem)
        elif known[path.stem] != digest:
            raise StoreError(
                f"migration {path.stem} was changed after this mission's store was made; "
                "keep the store's file aside and run again to rebuild it from the captures"
            )
    return applied


def _apply(store: Store, name: str, text: str, digest: str) -> None:
    with store.transaction():
        store.execute(text)
        store.execute(
            "INSERT INTO migration VALUES ($name, $digest)", {"name": name, "digest": digest}
        )
