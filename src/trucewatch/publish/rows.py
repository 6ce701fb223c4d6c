"""Rows of the store as facts: UTC instants, finite numbers, text without control characters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

Fact = TypeVar("Fact")
Row = Mapping[str, Any]

# C0 and C1 controls are not allowed in XML; direction marks let text pose as other text.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_WEB = re.compile(r"https?://[^\s\"'<>\\^`{|}]{3,1900}\Z", re.IGNORECASE)
ADDRESS_KEYS = ("address", "source_url", "url", "link", "source_address")
RECORD_KEYS = ("report_no", "report_id", "report")
DEPTH_MAX, ITEMS_MAX = 12, 200


def clean(value: Any) -> Any:
    """Return a value fit to publish: safe text, UTC instants, finite numbers; others unchanged."""
    if isinstance(value, str):
        return _UNSAFE.sub("\ufffd", value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def fact(kind: type[Fact], row: Row, **more: Any) -> Fact:
    """Build a fact from the columns of a row that carry its field names; `more` wins."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    given = {name: clean(row[name]) for name in names if name in row}
    return kind(**{**given, **more})


def tree(text: str | None) -> Any:
    """Return JSON text as plain values, cut at a depth and width people can read.

    Text that is no JSON comes back as text: it is shown, never dropped.
    """
    if text is None:
        return None
    try:
        return _trimmed(json.loads(text), DEPTH_MAX)
    except (ValueError, RecursionError):
        return clean(text)


def _trimmed(value: Any, depth: int) -> Any:
    if isinstance(value, (dict, list)) and depth == 0:
        return "\u2026"
    if isinstance(value, dict):
        kept = list(value.items())[:ITEMS_MAX]
        return {clean(str(key)): _trimmed(item, depth - 1) for key, item in kept}
    if isinstance(value, list):
        more = [f"\u2026 {len(value) - ITEMS_MAX} more"] if len(value) > ITEMS_MAX else []
        return [*(_trimmed(item, depth - 1) for item in value[:ITEMS_MAX]), *more]
    return clean(value)


def address_of(attributes: str | None, origin: str | None) -> str | None:
    """Return the web address a source gives for a record, or of the capture, or None.

    Only http and https pass: no other scheme may become a link.
    """
    given = tree(attributes) if attributes else None
    candidates = [given.get(key) for key in ADDRESS_KEYS] if isinstance(given, dict) else []
    for candidate in (*candidates, origin):
        if isinstance(candidate, str) and _WEB.match(candidate.strip()):
            return candidate.strip()
    return None


def record_of(source_record: str | None, attributes: str | None) -> str | None:
    """Return what the source calls its record: its own id, or the number of its report.

    A figure that a report repeats from the one before says so: it is another account.
    """
    given = tree(attributes) if attributes else None
    fields = given if isinstance(given, dict) else {}
    named = source_record or next((str(fields[k]) for k in RECORD_KEYS if fields.get(k)), None)
    basis = str(fields.get("basis") or "own_report").replace("_", " ")
    said = named if basis == "own report" else f"{named or 'record'} ({basis})"
    return None if said is None else str(clean(said))
