"""The room: claims of captured documents become rows, once, with quotes that lead to bytes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from trucewatch.dossier.room import run
from trucewatch.evidence.captures import Capture, CaptureFolder
from trucewatch.language.documents import read_bytes
from trucewatch.mission import Mission
from trucewatch.store import Run, Store

TEXT = "The truce took effect on 19 January 2025. Some 600 trucks of aid enter each day."


def capture(store: Store, mission: Mission, content: bytes, name: str, a_run: Run) -> str:
    sha256, size = CaptureFolder(mission.captures_path).keep(io.BytesIO(content))
    moment = datetime(2025, 1, 20, tzinfo=UTC)
    kept = Capture(sha256, size, "text/plain", name, moment, "news")
    row = {
        "capture_id": kept.capture_id, "sha256": sha256, "size_bytes": size,
        "media_type": "text/plain", "origin": name, "received_utc": moment,
        "source_id": "news", "licence": None,
    }  # fmt: skip
    store.append("capture", [row], a_run)
    return kept.capture_id


def test_claims_are_added_once(store: Store, mission: Mission, a_run: Run) -> None:
    capture_id = capture(store, mission, TEXT.encode(), "a.txt", a_run)
    first = run(store, mission, a_run)
    assert first.rows > 0
    assert run(store, mission, a_run).rows == 0
    rows = store.table("claim").to_pylist()
    text = read_bytes(TEXT.encode(), "a.txt")[0].text
    assert {r["capture_id"] for r in rows} == {capture_id}
    assert all(text[r["char_start"] : r["char_end"]] == r["quote"] for r in rows)
    dated = [r for r in rows if r["start_utc"] is not None]
    assert {r["start_utc"].date().isoformat() for r in dated} == {"2025-01-19"}


def test_unreadable_capture_is_quarantined(store: Store, mission: Mission, a_run: Run) -> None:
    capture(store, mission, b"\x00\x01\x02binary\x00", "b.txt", a_run)
    assert run(store, mission, a_run).detail["quarantined"] == 1
    assert store.count("quarantine") == 1
