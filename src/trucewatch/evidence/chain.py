"""The chain of captures: each link hashes the one before it, so none can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

# What a link swears to. Run and knowledge time are the store's own and may differ between copies.
SWORN = (
    *("capture_id", "sha256", "size_bytes", "media_type", "origin"),
    *("received_utc", "source_id", "licence"),
)
GENESIS = "0" * 64


def sworn(capture: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a link swears to of one capture, its instant as ISO 8601 text in UTC."""
    row = {name: capture[name] for name in SWORN}
    received = row["received_utc"]
    if isinstance(received, datetime):
        row["received_utc"] = received.astimezone(UTC).isoformat()
    return row


def links(captures: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the link of each capture in order; the last is the head, to be noted elsewhere.

    captures: rows with the fields of SWORN. A link is the SHA-256 of the previous link and of the
    row as JSON with sorted keys, as in a hash-linked time-stamp (Haber and Stornetta 1991).
    """
    found, last = [], GENESIS
    for capture in captures:
        text = json.dumps(sworn(capture), ensure_ascii=False, sort_keys=True)
        last = hashlib.sha256(f"{last}\n{text}".encode()).hexdigest()
        found.append(last)
    return found


def head(chain: list[str]) -> str:
    """Return the last link, or the beginning where nothing was captured."""
    return chain[-1] if chain else GENESIS
