"""The dossier as a room: claims of the mission's captured documents, as rows of `claim`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from trucewatch.errors import EvidenceError, ReadError
from trucewatch.evidence.captures import CaptureFolder
from trucewatch.ids import content_id
from trucewatch.mission import Mission
from trucewatch.store import RoomResult, Run, Store

if TYPE_CHECKING:
    from trucewatch.dossier.dates import DateMention
    from trucewatch.dossier.model import Claim
    from trucewatch.language.documents import Document

DOCUMENT_TYPES = (
    "text/plain", "text/html", "application/xhtml+xml", "application/pdf", "message/rfc822",
    "application/warc", "application/wacz", "application/xml", "text/xml", "application/rss+xml",
    "application/atom+xml",
)  # fmt: skip
KINDS = ("quantity", "date", "duration", "stance", "action", "quotation")
# Monitors' reports and tables have readers of their own; news is what a dossier is made of.
SOURCES = ("news",)
MAX_DOCUMENTS = 200


@dataclass
class Captured:
    """A mission's documents as read: each with its capture row, and the captures refused."""

    documents: list[Document] = field(default_factory=list)
    captures: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[tuple[dict[str, Any], ReadError]] = field(default_factory=list)


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Add the claims of every captured document; a claim already known is not doubled.

    Options: sources (ids whose captures are documents; default news), max_documents (the newest
    so many; default 200). A capture that cannot be read is a row of quarantine; a claim that
    the documents no longer give is closed. A mission without documents is left as it is.
    """
    rows = _captures(store, run.options)
    if not rows:
        return RoomResult(0, {"documents": 0, "quarantined": 0})
    found = _read(mission, rows)
    # A look at the past shows the claims known then: inputs are not written there.
    is_now = store.as_of_utc is None
    refused = [_refusal(row, error) for row, error in found.refused if is_now]
    quarantined = store.append("quarantine", refused, run) if refused else 0
    if not found.documents:
        return RoomResult(0, {"documents": 0, "quarantined": quarantined})
    from trucewatch.dossier.building import dossier_of

    dossier = dossier_of(found.documents)
    claims = [c for c in dossier.claims if c.kind in KINDS]
    told = [_row(c, found.captures[c.document]) for c in claims]
    added = store.append("claim", told, run) if told and is_now else 0
    at = replace(run, data_utc=max(run.data_utc, *(r["received_utc"] for r in rows)))
    closed = _close_stale(store, rows, {c.id for c in claims}, at) if is_now else 0
    linked, differing = _link(store, claims, found, at)
    return RoomResult(
        added + closed + linked,
        {"documents": len(found.documents), "claims": len(told), "closed": closed,
         "quarantined": quarantined, "contradictions": len(dossier.contradictions),
         "linked": linked, "provisions_differing": differing},
    )  # fmt: skip


def _link(store: Store, claims: Sequence[Claim], found: Captured, run: Run) -> tuple[int, int]:
    """Write what the claims say of the provisions; return rows changed and statuses that differ."""
    from trucewatch.dossier.linking import link, link_rows, obligations, said, said_rows

    texts = obligations(store)
    links = link(claims, texts)
    origins = {d: str(row["origin"]) for d, row in found.captures.items()}
    rows = said_rows(said(links, texts), links, texts, origins)
    changes = (
        store.replace("provision_claim", link_rows(links), run),
        store.replace("provision_said", rows, run),
    )
    return sum(c.added + c.retired for c in changes), sum(row["differs"] for row in rows)


def captured(
    store: Store, mission: Mission, options: dict[str, Any], *, until: datetime | None = None
) -> Captured:
    """Return the mission's documents as they stand in its captures, oldest first.

    until: only what had been received by then. Raises EvidenceError where bytes are missing.
    """
    rows = _captures(store, options)
    return _read(mission, [r for r in rows if until is None or r["received_utc"] <= until])


def _captures(store: Store, options: dict[str, Any]) -> list[dict[str, Any]]:
    sources = list(options.get("sources") or SOURCES)
    most = int(options.get("max_documents") or MAX_DOCUMENTS)
    rows: list[dict[str, Any]] = store.query(
        "SELECT * FROM capture_now WHERE list_contains($sources, source_id) "
        "AND list_contains($types, media_type) ORDER BY received_utc DESC, capture_id LIMIT $most",
        {"sources": sources, "types": list(DOCUMENT_TYPES), "most": most},
    ).to_pylist()
    return rows[::-1]


def _read(mission: Mission, rows: list[dict[str, Any]]) -> Captured:
    from trucewatch.language.documents import read_bytes

    found = Captured()
    for row in rows:
        try:
            documents = read_bytes(_bytes(mission, row), str(row["origin"]))
        except ReadError as error:
            found.refused.append((row, error))
            continue
        found.documents += documents
        found.captures |= {d.document_id: row for d in documents}
    return found


def _bytes(mission: Mission, row: dict[str, Any]) -> bytes:
    path = CaptureFolder(mission.captures_path).path_of(row["sha256"])
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"capture {row['capture_id']} is not at {path}") from error


def _close_stale(store: Store, rows: list[dict[str, Any]], current: set[str], run: Run) -> int:
    """Close claims of these captures that a newer reading does not give any more."""
    known = store.query(
        "SELECT claim_id FROM claim_now WHERE list_contains($captures, capture_id)",
        {"captures": [r["capture_id"] for r in rows]},
    )["claim_id"].to_pylist()
    stale = sorted(set(known) - current)
    return store.retire("claim", stale, run, "read anew") if stale else 0


def _refusal(row: dict[str, Any], error: ReadError) -> dict[str, Any]:
    key = content_id("quarantine", row["capture_id"], error.found)
    return {
        "quarantine_id": key, "source_id": row["source_id"], "capture_id": row["capture_id"],
        "record_no": None, "field": None, "found": error.found, "expected": error.expected,
        "mend": error.mend, "record": None,
    }  # fmt: skip


def _row(claim: Claim, capture: dict[str, Any]) -> dict[str, Any]:
    start, end = _span(claim.date)
    return {
        "claim_id": claim.id, "capture_id": capture["capture_id"], "document_id": claim.document,
        "known_from_utc": capture["received_utc"],
        "char_start": claim.start, "char_end": claim.end, "quote": claim.quote,
        "speaker": claim.speaker, "via": json.dumps(list(claim.via), ensure_ascii=False),
        "subject": claim.subject, "predicate": claim.predicate,
        "value_text": None if claim.value is None else str(claim.value),
        "value_low": claim.low, "value_high": claim.high, "unit": claim.unit,
        "modality": claim.modality, "start_utc": start, "end_utc": end, "root_id": claim.root,
    }  # fmt: skip


def _span(date: DateMention | None) -> tuple[datetime | None, datetime | None]:
    """Return the UTC days a date covers; None where its year is not said or it is no date."""
    if date is None or not date.year:
        return None, None
    month, day = date.month or 1, date.day_first or 1
    try:
        start = datetime(date.year, month, day, tzinfo=UTC)
        if date.day_last and date.month:
            return start, datetime(date.year, month, date.day_last, tzinfo=UTC) + timedelta(days=1)
        if date.month:
            after = (date.year + month // 12, month % 12 + 1)
            return start, datetime(*after, 1, tzinfo=UTC)
        return start, datetime(date.year + 1, 1, 1, tzinfo=UTC)
    except ValueError:
        return None, None
