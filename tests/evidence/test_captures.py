"""Captures: kept once, whole, under their hash."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import EvidenceError
from trucewatch.evidence import CaptureFolder


def test_bytes_are_kept_once_under_their_hash(tmp_path: Path) -> None:
    folder = CaptureFolder(tmp_path / "captures")
    for _ in range(2):
        assert folder.keep(io.BytesIO(b"evening")) == (hashlib.sha256(b"evening").hexdigest(), 7)
    assert [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()] == [b"evening"]


def test_a_changed_or_missing_capture_does_not_hold(tmp_path: Path) -> None:
    folder = CaptureFolder(tmp_path)
    sha256, _ = folder.keep(io.BytesIO(b"evening"))
    folder.verify(sha256)
    folder.path_of(sha256).chmod(0o644)
    folder.path_of(sha256).write_bytes(b"Evening")
    with pytest.raises(EvidenceError, match="now have the hash"):
        folder.verify(sha256)
    folder.path_of(sha256).unlink()
    with pytest.raises(EvidenceError, match="not in"):
        folder.open(sha256)


class Breaking(io.BytesIO):
    """A stream that fails half-way, as a disk or a feed does."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError(28, "No space left on device")
        return super().read(3)


def test_a_broken_arrival_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        CaptureFolder(tmp_path).keep(Breaking(b"evening"))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_a_crash_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".incoming-x").write_bytes(b"half")
    assert CaptureFolder(tmp_path).sweep() == 1
    assert list(tmp_path.iterdir()) == []


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=4096))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = CaptureFolder(tmp_path_factory.mktemp("captures"))
    sha256, size = folder.keep(io.BytesIO(content))
    assert folder.open(sha256).read_bytes() == content
    assert size == len(content)
