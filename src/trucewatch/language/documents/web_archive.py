"""WARC and WACZ: each HTML or text response is a document; unpacking is bounded all the way."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from trucewatch.errors import ReadError
from trucewatch.language.documents.model import Document, Limits, refusal

MAX_RECORD = 8 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 2000
_STEP = 64 * 1024


def read_archive(raw: bytes, path: str, limits: Limits) -> list[Document]:
    """Return the pages of a WARC, WARC.GZ or WACZ; raises ReadError beyond the limits."""
    if raw.startswith(b"PK\x03\x04"):
        warcs = _members(raw, path, limits)
    else:
        warcs = [unpacked(raw, path, limits)]
    documents: list[Document] = []
    for warc in warcs:
        documents += _responses(warc, path, limits, len(documents))
    if not documents:
        raise refusal(
            path,
            found="no page of text",
            expected="a WARC or WACZ with HTML responses",
            mend="Check that the archive holds pages.",
        )
    return documents


def _members(raw: bytes, path: str, limits: Limits) -> list[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            listed = archive.infolist()
            _check_members(listed, path, limits)
            names = [m for m in listed if m.filename.endswith((".warc", ".warc.gz"))]
            left = limits.max_unpacked
            found = []
            for member in names:
                with archive.open(member) as stream:
                    packed = _take(stream, left, path)
                found.append(unpacked(packed, path, limits))
                left -= len(found[-1])
            return found
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
        OSError,
        ValueError,
    ) as error:
        raise refusal(
            path, found=f"a broken zip ({error})", expected="a WACZ", mend="Fetch it again."
        ) from error


def _check_members(listed: list[zipfile.ZipInfo], path: str, limits: Limits) -> None:
    total = sum(m.file_size for m in listed)
    packed = max(1, sum(m.compress_size for m in listed))
    if len(listed) > MAX_MEMBERS or total > limits.max_unpacked or total > MAX_RATIO * packed:
        raise refusal(
            path,
            found=f"{len(listed)} files, {total} bytes from {packed} packed",
            expected=f"at most {MAX_MEMBERS} files, {limits.max_unpacked} bytes and "
            f"{MAX_RATIO} times the packed size",
            mend="Do not trust this archive.",
        )


def _take(stream: Any, most: int, path: str) -> bytes:
    content: bytes = stream.read(most + 1)
    if len(content) > most:
        raise _bomb(path, most)
    return content


def unpacked(raw: bytes, path: str, limits: Limits) -> bytes:
    """Return gzip members unpacked, or the bytes as they are; never more than max_unpacked."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    most = min(limits.max_unpacked, max(len(raw) * MAX_RATIO, 4 * 1024 * 1024))
    parts: list[bytes] = []
    size, rest = 0, raw
    while rest:
        engine = zlib.decompressobj(wbits=31)
        try:
            for piece in _inflate(engine, rest):
                size += len(piece)
                if size > most:
                    raise _bomb(path, most)
                parts.append(piece)
        except zlib.error as error:
            raise refusal(
                path, found=f"broken gzip ({error})", expected="a WARC.GZ", mend="Fetch it again."
            ) from error
        rest = engine.unused_data
    return b"".join(parts)


def _inflate(engine: Any, rest: bytes) -> Iterator[bytes]:
    pending = rest
    while pending and not engine.eof:
        piece: bytes = engine.decompress(pending, _STEP)
        if not piece and not engine.unconsumed_tail:
            return
        yield piece
        pending = engine.unconsumed_tail


def _bomb(path: str, most: int) -> ReadError:
    return refusal(
        path,
        found=f"more than {most} bytes once unpacked",
        expected="an archive that unpacks to less",
        mend="Do not trust this archive.",
    )


def _responses(warc: bytes, path: str, limits: Limits, before: int) -> list[Document]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    documents: list[Document] = []
    try:
        for number, record in enumerate(ArchiveIterator(io.BytesIO(warc)), 1):
            if number > limits.max_parts * 20 or before + len(documents) > limits.max_parts:
                raise refusal(
                    path,
                    found=f"more than {limits.max_parts} pages",
                    expected="fewer pages",
                    mend="Split the archive.",
                )
            documents += _page(record, path, before + len(documents) + 1, limits)
    except (
        ArchiveLoadFailed,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        EOFError,
        zlib.error,
        OSError,
    ) as error:
        raise refusal(
            path,
            found=f"a broken WARC ({type(error).__name__})",
            expected="a WARC",
            mend="Fetch it again.",
        ) from error
    return documents


def _page(record: Any, path: str, number: int, limits: Limits) -> list[Document]:
    """Return the page of a response record; other records and types give nothing."""
    if record.rec_type not in ("response", "resource") or _status(record) not in ("200", ""):
        return []
    headers = record.http_headers or record.rec_headers
    kind = str(headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    if kind not in ("text/html", "text/plain", "application/xhtml+xml"):
        return []
    content = _take(record.content_stream(), MAX_RECORD, path)
    if not content.strip():
        return []
    return [_named(content, kind, record, f"{path}#{number}", limits)]


def _status(record: Any) -> str:
    return str(record.http_headers.get_statuscode()) if record.http_headers else ""


def _named(content: bytes, kind: str, record: Any, path: str, limits: Limits) -> Document:
    from dataclasses import replace

    from trucewatch.language.documents.detect import decode
    from trucewatch.language.documents.html import read_html

    origin = record.rec_headers.get_header("WARC-Target-URI")
    seen = record.rec_headers.get_header("WARC-Date")
    if kind == "text/plain":
        text, encoding, notes = decode(content, path)
        page = Document(
            path=path, text=text, media_type=kind, encoding=encoding, language="other", notes=notes
        )
    else:
        page = read_html(content, path, limits)[0]
    return replace(page, origin=origin, published=page.published or seen)
