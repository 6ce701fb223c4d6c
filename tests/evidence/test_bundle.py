"""Bundles: what is handed over holds, and whatever is done to it is found offline."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import EvidenceError
from trucewatch.evidence import CaptureFolder, Contents, verify_bundle, write_bundle
from trucewatch.evidence.chain import head, links

Entries = dict[str, bytes]


def capture(folder: CaptureFolder, body: bytes, source_id: str) -> dict[str, Any]:
    sha256, size = folder.keep(io.BytesIO(body))
    return {
        "capture_id": f"cap-{sha256[:8]}", "sha256": sha256, "size_bytes": size,
        "media_type": "text/csv", "origin": f"inbox/{source_id}.csv", "source_id": source_id,
        "received_utc": datetime(2025, 12, 15, 10, tzinfo=UTC), "licence": None,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> CaptureFolder:
    return CaptureFolder(tmp_path / "captures")


@pytest.fixture
def contents(folder: CaptureFolder) -> Contents:
    rows = [capture(folder, b"one bang heard\n", "patrol"), capture(folder, b"secret\n", "vendor")]
    told = pa.table({
        "observation_id": ["obs-1", "obs-2"], "capture_id": [r["capture_id"] for r in rows],
        "source_id": ["patrol", "vendor"], "quote": ["one bang heard", "secret"],
    })  # fmt: skip
    return Contents("A truce", "2025-12-15T10:00:00+00:00", rows, {"observation": told}, {"vendor"})


@pytest.fixture
def made(tmp_path: Path, folder: CaptureFolder, contents: Contents) -> Path:
    return write_bundle(tmp_path / "evidence.zip", folder, contents).path


def rewritten(path: Path, change: Callable[[Entries], None]) -> Path:
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return target


def kinds(path: Path, noted_head: str | None = None) -> set[str]:
    return {fault.kind for fault in verify_bundle(path, noted_head=noted_head)}


def evidence(entries: Entries) -> str:
    return next(name for name in entries if name.startswith("captures/"))


def remade(entries: Entries, edit: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads(entries["manifest.json"])
    edit(manifest)
    entries["manifest.json"] = json.dumps(manifest).encode()


def test_what_was_written_holds_and_is_the_same_each_time(
    made: Path, tmp_path: Path, folder: CaptureFolder, contents: Contents
) -> None:
    assert verify_bundle(made, noted_head=head(links(contents.captures))) == []
    again = write_bundle(tmp_path / "again.zip", folder, contents).path
    assert again.read_bytes() == made.read_bytes()


def test_what_may_not_be_passed_on_leaves_only_its_hash(made: Path, contents: Contents) -> None:
    with zipfile.ZipFile(made) as archive:
        assert f"captures/{contents.captures[1]['sha256']}" not in archive.namelist()
        assert not any(b"secret" in archive.read(name) for name in archive.namelist())
        assert contents.captures[1]["sha256"].encode() in archive.read("manifest.json")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda e: e.update({evidence(e): b"one bang HEARD\n"}), "hash"),
        (lambda e: e.update({evidence(e): b"one bang heard, or two\n"}), "size"),
        (lambda e: e.pop(evidence(e)), "missing"),
        (lambda e: e.update({"note.txt": b"more"}), "unlisted"),
        (lambda e: e.update({"../../note.txt": b"more"}), "unsafe_name"),
        (lambda e: e.update({"manifest.json": b"{}"}), "format"),
        (lambda e: e.update({"manifest.json": b"[" * 100_000}), "format"),
        (lambda e: remade(e, lambda m: m["captures"][0].update(origin="elsewhere")), "chain"),
        (lambda e: remade(e, lambda m: m.update(head="0" * 64)), "head"),
        (lambda e: remade(e, lambda m: m["captures"].pop()), "lineage"),
    ],
)  # fmt: skip
def test_every_change_is_found(made: Path, change: Callable[[Entries], None], kind: str) -> None:
    assert kind in kinds(rewritten(made, change))


def test_a_bundle_rewritten_as_a_whole_is_found_by_the_noted_head(
    tmp_path: Path, folder: CaptureFolder, contents: Contents
) -> None:
    noted = head(links(contents.captures))
    forged = Contents("A truce", None, [capture(folder, b"nothing heard\n", "patrol")], {})
    path = write_bundle(tmp_path / "forged.zip", folder, forged).path
    assert kinds(path) == set()
    assert kinds(path, noted) == {"head"}


def test_changed_bytes_are_not_bundled(
    tmp_path: Path, folder: CaptureFolder, contents: Contents
) -> None:
    kept = folder.path_of(contents.captures[0]["sha256"])
    kept.chmod(0o644)
    kept.write_bytes(b"no bang heard\n")
    with pytest.raises(EvidenceError):
        write_bundle(tmp_path / "evidence.zip", folder, contents)
    assert list(tmp_path.glob("*.zip")) == list(tmp_path.glob(".*.part")) == []


def test_a_bomb_is_not_unpacked(made: Path) -> None:
    def swell(entries: Entries) -> None:
        entries[evidence(entries)] = b"\0" * (64 << 20)

    assert kinds(rewritten(made, swell)) == {"size"}


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=400), at=st.integers(0, 2000), flip=st.integers(1, 255))
def test_hostile_bytes_give_faults_and_never_an_error(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, at: int, flip: int
) -> None:
    base = tmp_path_factory.mktemp("hostile")
    folder = CaptureFolder(base / "captures")
    good = Contents("t", None, [capture(folder, b"bang\n" * 9, "patrol")], {})
    original = bytearray(write_bundle(base / "good.zip", folder, good).path.read_bytes())
    original[at % len(original)] ^= flip
    for n, hostile in enumerate((body, bytes(original), bytes(original[: at % len(original)]))):
        path = base / f"{n}.zip"
        path.write_bytes(hostile)
        verify_bundle(path)
