"""A report as plain values, the same for the same facts: JSON, and the hash of the facts."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from trucewatch.ids import sha256_hex
from trucewatch.publish.facts import Report
from trucewatch.when import Interval, iso_utc

FORMAT = "trucewatch-report/1"


def plain(value: Any) -> Any:
    """Return a fact as dicts, lists, text and numbers; instants as ISO 8601 UTC text."""
    if isinstance(value, Interval):
        return {"start_utc": iso_utc(value.start_utc), "end_utc": iso_utc(value.end_utc)}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return iso_utc(value)
    return value.isoformat() if isinstance(value, date) else value


def as_json(report: Report) -> str:
    """Return the whole report as one JSON document, keys sorted, with the hash of its facts."""
    document = {"format": FORMAT, "facts_sha256": facts_sha256(report), **_facts(report)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def facts_sha256(report: Report) -> str:
    """Return the SHA-256 of the facts' canonical JSON, so that two copies can be compared."""
    return _opened(report)[1]


def _facts(report: Report) -> dict[str, Any]:
    return _opened(report)[0]


def _opened(report: Report) -> tuple[dict[str, Any], str]:
    """The facts as plain values and their hash; every form of one report asks for them in turn."""
    global _last  # noqa: PLW0603 - one report at a time: opening a large one takes a second
    if _last is None or _last[0] is not report:
        facts = plain(report)
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        _last = (report, facts, sha256_hex(text.encode()))
    return _last[1], _last[2]


_last: tuple[Report, dict[str, Any], str] | None = None
