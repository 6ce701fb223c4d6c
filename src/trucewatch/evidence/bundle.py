"""A bundle: captures, their chain and the tables made from them, in one file to hand over.

It is for those who may see everything. What goes to the public is a report, never a bundle.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trucewatch.evidence.captures import CaptureFolder
from trucewatch.evidence.chain import head, links, sworn

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = "trucewatch-bundle/1"
MANIFEST = "manifest.json"
_BLOCK = 1 << 20
# A fixed date in the archive: the same store gives the same bytes.
_DATED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes in: captures by their rows, the tables' open rows, and whose bytes stay here.

    withheld: source ids that may not be handed on; of these the hash goes, the bytes and every
    column but ids do not.
    """

    title: str
    known_utc: str | None
    captures: list[dict[str, Any]]
    tables: Mapping[str, pa.Table]
    withheld: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bundled:
    """What was written: where, how many captures and rows, and the head to note elsewhere."""

    path: Path
    head: str
    captures: int
    withheld: int
    rows: int


def write_bundle(path: Path, folder: CaptureFolder, contents: Contents) -> Bundled:
    """Write a bundle, whole or not at all; raises EvidenceError where bytes are gone or changed."""
    part = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            files = [*_captures(archive, folder, contents), *_tables(archive, contents)]
            _put(archive, MANIFEST, _manifest(contents, files))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    kept = [row for row in contents.captures if row["source_id"] not in contents.withheld]
    return Bundled(
        path, head(links(contents.captures)), len(kept), len(contents.captures) - len(kept),
        sum(rows.num_rows for rows in contents.tables.values()),
    )  # fmt: skip


def _captures(
    archive: zipfile.ZipFile, folder: CaptureFolder, contents: Contents
) -> list[dict[str, Any]]:
    given = [row for row in contents.captures if row["source_id"] not in contents.withheld]
    files = []
    for sha256 in sorted({row["sha256"] for row in given}):
        folder.verify(sha256)
        name = f"captures/{sha256}"
        size = 0
        with folder.open(sha256).open("rb") as kept, archive.open(_entry(name), "w") as target:
            while block := kept.read(_BLOCK):
                target.write(block)
                size += len(block)
        files.append({"name": name, "sha256": sha256, "size_bytes": size})
    return files


def _tables(archive: zipfile.ZipFile, contents: Contents) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    files = []
    for table, rows in sorted(contents.tables.items()):
        sink = io.BytesIO()
        pq.write_table(redacted(rows, contents.withheld), sink)
        files.append(_put(archive, f"tables/{table}.parquet", sink.getvalue()))
    return files


def redacted(rows: pa.Table, withheld: Set[str]) -> pa.Table:
    """Blank every column but ids in rows of sources that may not be handed on."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "source_id" not in rows.column_names or not withheld:
        return rows
    closed = pc.is_in(rows["source_id"], value_set=pa.array(sorted(withheld), pa.string()))
    for n, name in enumerate(rows.column_names):
        if not (name.endswith("_id") or name == "known_from_utc"):
            blank = pa.scalar(None, rows.schema.field(name).type)
            rows = rows.set_column(n, name, pc.if_else(closed, blank, rows[name]))
    return rows


def _manifest(contents: Contents, files: list[dict[str, Any]]) -> bytes:
    chain = links(contents.captures)
    document = {
        "format": FORMAT, "title": contents.title, "known_utc": contents.known_utc,
        "captures": [
            {**sworn(row), "link": link, "withheld": row["source_id"] in contents.withheld}
            for row, link in zip(contents.captures, chain, strict=True)
        ],
        "head": head(chain), "files": files,
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _put(archive: zipfile.ZipFile, name: str, body: bytes) -> dict[str, Any]:
    archive.writestr(_entry(name), body)
    return {"name": name, "sha256": hashlib.sha256(body).hexdigest(), "size_bytes": len(body)}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
