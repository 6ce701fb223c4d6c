"""The folder of captures: `captures/ab/abcd...`, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from trucewatch.errors import EvidenceError
from trucewatch.ids import content_id

_BLOCK = 1 << 20
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".geojson": "application/geo+json",
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".pdf": "application/pdf",
    ".eml": "message/rfc822",
    ".warc": "application/warc",
    ".wacz": "application/wacz",
    ".gz": "application/gzip",
}


@dataclass(frozen=True, slots=True)
class Capture:
    """One arrival of bytes from one source: their hash, size, kind, origin and time."""

    sha256: str
    size_bytes: int
    media_type: str
    origin: str
    received_utc: datetime
    source_id: str
    licence: str | None = None

    @property
    def capture_id(self) -> str:
        """The id: the same bytes from the same source are one capture, however often they come."""
        return content_id("capture", self.source_id, self.sha256)


def media_type_of(name: str) -> str:
    """Return the media type that a file's name announces; octet-stream where it says nothing."""
    return _MEDIA_TYPES.get(Path(name).suffix.lower(), "application/octet-stream")


@dataclass(frozen=True, slots=True)
class CaptureFolder:
    """Where a mission keeps its captures."""

    root: Path

    def path_of(self, sha256: str) -> Path:
        """Return where bytes with this hash lie, present or not."""
        return self.root / sha256[:2] / sha256

    def keep(self, source: BinaryIO) -> tuple[str, int]:
        """Copy a stream in; return (SHA-256, size). Bytes already kept are not written again.

        The copy is hashed while it is written, synced, and only then takes its name: a crash
        leaves a temporary file, never half a capture.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        descriptor, name = tempfile.mkstemp(dir=self.root, prefix=".incoming-")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    target.write(block)
                    size += len(block)
                target.flush()
                os.fsync(target.fileno())
            self._settle(part, digest.hexdigest())
        finally:
            part.unlink(missing_ok=True)
        return digest.hexdigest(), size

    def _settle(self, part: Path, sha256: str) -> None:
        target = self.path_of(sha256)
        if target.exists():
            return
        target.parent.mkdir(exist_ok=True)
        part.chmod(0o444)
        part.replace(target)

    def open(self, sha256: str) -> Path:
        """Return the path of kept bytes; raises EvidenceError where they are gone."""
        path = self.path_of(sha256)
        if not path.is_file():
            raise EvidenceError(f"the bytes {sha256} are not in {self.root}")
        return path

    def verify(self, sha256: str) -> None:
        """Raise EvidenceError unless the kept bytes still have the hash they are filed under."""
        with self.open(sha256).open("rb") as kept:
            found = hashlib.file_digest(kept, "sha256").hexdigest()
        if found != sha256:
            raise EvidenceError(f"the bytes filed under {sha256} now have the hash {found}")

    def sweep(self) -> int:
        """Remove what interrupted arrivals left behind; return how many files."""
        parts = list(self.root.glob(".incoming-*")) if self.root.is_dir() else []
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)
