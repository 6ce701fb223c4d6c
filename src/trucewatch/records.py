"""The record behind a row: what stands in the captured bytes, or in the text taken out of them."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain
from pathlib import Path
from typing import Any

from trucewatch.errors import ReadError
from trucewatch.store import Store


def record_text(
    store: Store, path: Path, row: dict[str, Any], *, origin: str = "capture"
) -> str | None:
    """Return the record a row was read from, as it stands in the bytes or in their text.

    origin: the name the bytes came under, which hints at their type.

    Offsets index the text that the reader took out of the bytes (a page, a PDF, one entry of a
    feed), so it is taken out again; None where the row's quote does not stand in it.
    """
    if row.get("char_start") is not None:
        return _quoted(path.read_bytes(), row, origin)
    number = row.get("record_no")
    if number is None:
        return None
    if path.read_bytes()[:4] == b"PAR1":
        found = store.query(
            "SELECT * FROM read_parquet($path) LIMIT 1 OFFSET $skip",
            {"path": str(path), "skip": number - 1},
        ).to_pylist()
        return json.dumps(found[0], default=str, ensure_ascii=False) if found else None
    return _nth_record(path, number)


def _quoted(content: bytes, row: dict[str, Any], origin: str) -> str | None:
    start, end, quote = row["char_start"], row["char_end"], row.get("quote")
    texts = _texts(content, origin)
    if quote is None:
        number = row.get("record_no") or 1
        text = texts[number - 1] if number <= len(texts) else texts[0]
        return text[start:end]
    placed = any(text[start:end] == quote for text in texts)
    return str(quote) if placed or any(quote in text for text in texts) else None


def _texts(content: bytes, origin: str) -> list[str]:
    """Return the texts of the documents in captured bytes, and last the bytes as they decode."""
    from trucewatch.language.documents import Limits, read_bytes

    most = Limits(max_bytes=len(content) + 1, max_chars=4 * len(content) + 1)
    try:
        texts = [document.text for document in read_bytes(content, origin, limits=most)]
    except ReadError:
        texts = []
    return [*texts, *_strings(content), content.decode("utf-8", errors="replace")]


def _strings(content: bytes) -> list[str]:
    """Return every string of a JSON answer, whose records keep their texts escaped."""
    if content.lstrip()[:1] not in (b"{", b"["):
        return []
    try:
        waiting = [json.loads(content)]
    except (ValueError, RecursionError):
        return []
    found = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
    return found


def _nth_record(path: Path, number: int) -> str | None:
    from trucewatch.sources.unpacking import unpacked

    with unpacked(path, path.name) as plain, plain.open(encoding="utf-8-sig", newline="") as text:
        first = text.readline()
        if first.lstrip().startswith("{"):
            lines = (line for line in chain([first], text) if line.strip())
            return next((line.strip() for n, line in enumerate(lines, 1) if n == number), None)
        header = next(csv.reader(io.StringIO(first)))
        for n, record in enumerate(csv.reader(text), 1):
            if n == number:
                return json.dumps(dict(zip(header, record, strict=False)), ensure_ascii=False)
    return None
