"""What the tests of the dossier share: the founding documents where they are, and small sets."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.dossier.building import build, dossier_of
from trucewatch.dossier.model import Contradiction, Dossier
from trucewatch.evidence.captures import Capture, CaptureFolder
from trucewatch.language.documents import read_bytes
from trucewatch.mission import Mission
from trucewatch.store import Run, Store

ROOT = Path(__file__).resolve().parents[2]
FOUNDING = ROOT.parent / "shared" / "documents" / "berlin-2025"
Make = Callable[..., Dossier]


@pytest.fixture(scope="session")
def founding() -> Dossier:
    if not FOUNDING.is_dir():
        pytest.skip(f"the founding documents are not at {FOUNDING}")
    return build([FOUNDING])


@pytest.fixture(scope="session")
def make() -> Make:
    """Build a dossier from texts, named a, b, c ... in order."""

    def of(*texts: str) -> Dossier:
        names = "abcdefghij"
        return dossier_of(
            [
                read_bytes(text.encode(), f"{name}.txt")[0]
                for name, text in zip(names, texts, strict=False)
            ]
        )

    return of


def types(dossier: Dossier) -> list[str]:
    return sorted(c.type for c in dossier.contradictions)


def sides(contradiction: Contradiction) -> set[str]:
    return {side.value for side in contradiction.sides}


def keep(store: Store, mission: Mission, a_run: Run, text: str, day: int) -> None:
    """File a text as news of a day of December 2022, bytes and row."""
    kind = "text/html" if text.startswith("<") else "text/plain"
    sha256, size = CaptureFolder(mission.captures_path).keep(io.BytesIO(text.encode()))
    moment = datetime(2022, 12, day, tzinfo=UTC)
    kept = Capture(sha256, size, kind, str(day), moment, "news")
    row = {
        "capture_id": kept.capture_id, "sha256": sha256, "size_bytes": size, "media_type": kind,
        "origin": kept.origin, "received_utc": moment, "source_id": "news", "licence": None,
        "known_from_utc": moment,
    }  # fmt: skip
    store.append("capture", [row], a_run)
