"""The dossier as a room: claims of the mission's captured documents, as rows of `claim`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from trucewatch.dossier.building import dossier_of
from trucewatch.dossier.dates import DateMention
from trucewatch.dossier.model import Claim
from trucewatch.errors import EvidenceError, ReadError
from trucewatch.evidence.captures import CaptureFolder
from trucewatch.ids import content_id
from trucewatch.language.documents import Document, read_bytes
from trucewatch.mission import Mission
from trucewatch.store import RoomResult, Run, Store

DOCUMENT_TYPES = (
    "text/plain", "text/html", "application/pdf", "message/rfc822", "application/warc",
    "application/wacz", "application/xml",
)  # fmt: skip
KINDS = ("quantity", "date", "duration", "stance", "action", "quotation")


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Add the claims of every captured document; a claim already known is not doubled.

    A capture that cannot be read is a row of quarantine.
    """
    documents: list[Document] = []
    captures: dict[str, str] = {}
    refused: list[dict[str, Any]] = []
    for row in _captures(store):
        try:
            for document in read_bytes(_bytes(mission, row), str(row["origin"])):
                documents.append(document)
                captures[document.document_id] = row["capture_id"]
        except ReadError as error:
            refused.append(_refusal(row, error))
    quarantined = store.append("quarantine", refused, run) if refused else 0
    if not documents:
        return RoomResult(0, {"documents": 0, "quarantined": quarantined})
    dossier = dossier_of(documents)
    rows = [_row(c, captures[c.document]) for c in dossier.claims if c.kind in KINDS]
    added = store.append("claim", rows, run) if rows else 0
    return RoomResult(
        added,
        {"documents": len(documents), "claims": len(rows), "quarantined": quarantined,
         "contradictions": len(dossier.contradictions)},
    )  # fmt: skip


def _captures(store: Store) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = store.table("capture").to_pylist()
    return [row for row in rows if row["media_type"] in DOCUMENT_TYPES]


def _bytes(mission: Mission, row: dict[str, Any]) -> bytes:
    path = CaptureFolder(mission.captures_path).path_of(row["sha256"])
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"capture {row['capture_id']} is not at {path}") from error


def _refusal(row: dict[str, Any], error: ReadError) -> dict[str, Any]:
    key = content_id("quarantine", row["capture_id"], error.found)
    return {
        "quarantine_id": key, "source_id": row["source_id"], "capture_id": row["capture_id"],
        "record_no": None, "field": None, "found": error.found, "expected": error.expected,
        "mend": error.mend, "record": None,
    }  # fmt: skip


def _row(claim: Claim, capture_id: str) -> dict[str, Any]:
    start, end = _span(claim.date)
    return {
        "claim_id": claim.id, "capture_id": capture_id, "document_id": claim.document,
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
