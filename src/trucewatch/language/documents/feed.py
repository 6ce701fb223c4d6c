"""RSS and Atom: one document an entry. XML with a document type or entities is refused."""

from __future__ import annotations

import re
from typing import Any

from trucewatch.language.documents.detect import decode
from trucewatch.language.documents.html import visible_text
from trucewatch.language.documents.model import Document, Limits, refusal

_HOSTILE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MAX_FEED = 16 * 1024 * 1024


def read_feed(raw: bytes, path: str, limits: Limits) -> list[Document]:
    """Return each entry of a feed as a document; its text is title and body, a line between."""
    if len(raw) > MAX_FEED:
        raise refusal(
            path,
            found=f"{len(raw)} bytes of feed",
            expected=f"at most {MAX_FEED}",
            mend="Fetch fewer entries.",
        )
    source, encoding, notes = decode(raw, path)
    if _HOSTILE.search(source):
        raise refusal(
            path,
            found="a document type or entity declaration",
            expected="plain RSS or Atom",
            mend="Remove the declaration; entities are never expanded.",
        )
    entries = _entries(source, path)
    if len(entries) > limits.max_parts:
        raise refusal(
            path,
            found=f"{len(entries)} entries",
            expected=f"at most {limits.max_parts}",
            mend="Split the feed.",
        )
    documents = [
        _document(entry, number, path, encoding, notes) for number, entry in enumerate(entries, 1)
    ]
    kept = [d for d in documents if any(c.isalnum() for c in d.text)]
    if not kept:
        raise refusal(
            path,
            found="a feed without entries that hold text",
            expected="RSS or Atom",
            mend="Check that the file is a feed.",
        )
    return kept


def _entries(source: str, path: str) -> list[Any]:
    import feedparser

    # A feed given as text must not name another encoding, or the parser decodes it twice.
    plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", source, count=1)
    try:
        return list(feedparser.parse(plain.encode(), sanitize_html=True).entries)
    except (ValueError, RecursionError, AssertionError, LookupError) as error:
        raise refusal(
            path,
            found=f"a feed that cannot be parsed ({type(error).__name__})",
            expected="RSS or Atom",
            mend="Fetch it again.",
        ) from error


def _document(
    entry: Any, number: int, path: str, encoding: str, notes: tuple[str, ...]
) -> Document:
    bodies = [c.get("value", "") for c in entry.get("content", ())] or [entry.get("summary", "")]
    body = visible_text("\n".join(map(str, bodies)))
    title = visible_text(str(entry.get("title", ""))) or None
    return Document(
        path=f"{path}#{number}",
        text="\n".join(filter(None, (title, body))),
        media_type="application/feed",
        encoding=encoding,
        language="other",
        title=title,
        published=entry.get("published") or entry.get("updated"),
        origin=entry.get("link"),
        notes=notes,
    )
