"""Does a bundle hold? Checked offline, from its bytes alone; nothing is unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from trucewatch.evidence.bundle import FORMAT, MANIFEST
from trucewatch.evidence.chain import SWORN, head, links

_BLOCK = 1 << 20
# A manifest of a million captures is about 0.5 GB; a table is read whole to follow its lineage.
_LARGEST_MANIFEST = 1 << 30
_LARGEST_TABLE = 1 << 30
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError),
)
# Which ids of a table must be found in which other table.
_PARENTS = {
    "observation": {"capture_id": "capture"}, "watch": {"capture_id": "capture"},
    "claim": {"capture_id": "capture"},
    "member": {"observation_id": "observation", "incident_id": "incident"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FaultFound:
    """One thing that does not hold: its kind and where it is."""

    kind: str
    where: str


def verify_bundle(path: Path, *, noted_head: str | None = None) -> list[FaultFound]:
    """Return everything that does not hold in a bundle; an empty list means that it holds.

    noted_head: the head that was noted elsewhere when the bundle was made; without it a bundle
    rewritten as a whole cannot be told from the original. Kinds: unreadable, format, unsafe_name,
    doubled, unlisted, missing, size, hash, chain, head, withheld, lineage.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return list(_faults(archive, noted_head))
    except _BROKEN as error:
        return [FaultFound("unreadable", f"{path.name}: {error}")]


def _faults(archive: zipfile.ZipFile, noted_head: str | None) -> Iterator[FaultFound]:
    manifest = _manifest(archive)
    if manifest is None:
        yield FaultFound("format", f"no readable {MANIFEST} of the form {FORMAT}")
        return
    listed = {file["name"]: file for file in manifest["files"]}
    yield from _names(archive, set(listed))
    present = set(archive.namelist())
    for name, file in listed.items():
        if name in present:
            yield from _file(archive, file)
        else:
            yield FaultFound("missing", name)
    yield from _chain(manifest, noted_head)
    yield from _captured(manifest, set(listed))
    yield from _lineage(archive, manifest, present & set(listed))


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any] | None:
    """The manifest, or None where it is absent, too large, or lacks what it must hold."""
    try:
        entry = archive.getinfo(MANIFEST)
        if entry.file_size > _LARGEST_MANIFEST:
            return None
        with archive.open(entry) as stream:
            found = json.loads(stream.read(_LARGEST_MANIFEST))
    except (KeyError, RecursionError, *_BROKEN):
        return None
    return found if _well_formed(found) else None


def _well_formed(found: Any) -> bool:
    if not (isinstance(found, dict) and found.get("format") == FORMAT):
        return False
    fields = {"files": ("name", "sha256", "size_bytes"), "captures": (*SWORN, "link", "withheld")}
    return all(
        isinstance(found.get(part), list)
        and all(isinstance(row, dict) and set(names) <= set(row) for row in found[part])
        for part, names in fields.items()
    ) and all(isinstance(file["name"], str) for file in found["files"])


def _names(archive: zipfile.ZipFile, listed: set[str]) -> Iterator[FaultFound]:
    for name, times in Counter(archive.namelist()).items():
        if times > 1:
            yield FaultFound("doubled", name)
        if name.startswith(("/", "\\")) or ".." in name.split("/") or ":" in name:
            yield FaultFound("unsafe_name", name)
        if name != MANIFEST and name not in listed:
            yield FaultFound("unlisted", name)


def _file(archive: zipfile.ZipFile, file: dict[str, Any]) -> Iterator[FaultFound]:
    """Hash one entry, reading no more than it is said to hold: a zip bomb ends there."""
    name, size = file["name"], file["size_bytes"]
    try:
        with archive.open(name) as stream:
            found, more = _hashed(stream, size if isinstance(size, int) else 0)
    except _BROKEN as error:
        yield FaultFound("unreadable", f"{name}: {error}")
        return
    if more != 0:
        yield FaultFound("size", name)
    elif found != file["sha256"]:
        yield FaultFound("hash", name)


def _hashed(stream: IO[bytes], size: int) -> tuple[str, int]:
    """Return (hash, how many bytes there are beyond or short of `size`, at most one beyond)."""
    digest, left = hashlib.sha256(), size
    while left > 0 and (block := stream.read(min(_BLOCK, left))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest(), len(stream.read(1)) if left == 0 else -left


def _chain(manifest: dict[str, Any], noted_head: str | None) -> Iterator[FaultFound]:
    chain = links(manifest["captures"])
    for row, link in zip(manifest["captures"], chain, strict=True):
        if row["link"] != link:
            yield FaultFound("chain", str(row["capture_id"]))
            break
    if head(chain) != manifest.get("head"):
        yield FaultFound("head", "the manifest's head is not its last link")
    if noted_head is not None and head(chain) != noted_head:
        yield FaultFound("head", "the head is not the one that was noted")


def _captured(manifest: dict[str, Any], listed: set[str]) -> Iterator[FaultFound]:
    for row in manifest["captures"]:
        name = f"captures/{row['sha256']}"
        if not row["withheld"] and name not in listed:
            yield FaultFound("missing", name)


def _lineage(
    archive: zipfile.ZipFile, manifest: dict[str, Any], present: set[str]
) -> Iterator[FaultFound]:
    """Every row's parents are in the bundle: a figure leads back to bytes, or it is a fault."""
    known = {"capture": {row["capture_id"] for row in manifest["captures"]}}
    for table, parents in _PARENTS.items():
        for column, parent in parents.items():
            if f"tables/{table}.parquet" not in present:
                continue
            have = known.setdefault(parent, _ids(archive, parent, f"{parent}_id", present))
            for lost in sorted(_ids(archive, table, column, present) - have)[:10]:
                yield FaultFound("lineage", f"{table}.{column}: {lost}")


def _ids(archive: zipfile.ZipFile, table: str, column: str, present: set[str]) -> set[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = f"tables/{table}.parquet"
    if name not in present or archive.getinfo(name).file_size > _LARGEST_TABLE:
        return set()
    try:
        rows = pq.read_table(io.BytesIO(archive.read(name)), columns=[column])
    except (pa.ArrowException, *_BROKEN):
        return set()
    return set(rows[column].to_pylist()) if column in rows.column_names else set()
