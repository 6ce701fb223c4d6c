"""One door for every format: the type is found from the bytes, the name only helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from trucewatch.language.documents.detect import decode, language_of
from trucewatch.language.documents.model import Document, Limits, refusal

Reader = Callable[[bytes, str, Limits], list[Document]]


def read_path(path: Path, *, limits: Limits | None = None) -> list[Document]:
    """Return the documents of one file: one, or each entry of a feed or web archive.

    Raises ReadError where the file as a whole cannot be read or is beyond the limits.
    """
    limits = limits or Limits()
    try:
        if not path.is_file():
            raise refusal(str(path), found="no file", expected="a document", mend="Check the path.")
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise refusal(
                str(path),
                found=f"{size} bytes",
                expected=f"at most {limits.max_bytes}",
                mend="Split the file.",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise refusal(
            str(path),
            found=error.strerror or str(error),
            expected="a readable file",
            mend="Check the path and its permissions.",
        ) from error
    return read_bytes(raw, str(path), limits=limits)


def read_bytes(raw: bytes, path: str, *, limits: Limits | None = None) -> list[Document]:
    """Return the documents that bytes hold; path names them and hints at their type."""
    limits = limits or Limits()
    documents = _reader(raw, path)(raw, path, limits)
    return [_checked(document, limits) for document in documents]


def _reader(raw: bytes, path: str) -> Reader:
    head = raw[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    name = path.lower()
    for rule in _RULES:
        if raw.startswith(rule.magic) or name.endswith(rule.suffixes):
            return rule.reader
    if any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return _feed
    if head.startswith(b"<") and any(m in head for m in (b"<html", b"<!doctype html", b"<body")):
        return _html
    return _plain


def _checked(document: Document, limits: Limits) -> Document:
    text = document.text
    if len(text) > limits.max_chars:
        raise refusal(
            document.path,
            found=f"{len(text)} characters of text",
            expected=f"at most {limits.max_chars}",
            mend="Split the document.",
        )
    if not any(c.isalnum() for c in text):
        raise refusal(
            document.path,
            found="no words",
            expected="a document with text",
            mend="Leave the file out; a scanned page needs its text recognised first.",
        )
    return replace(document, language=language_of(text))


def _plain(raw: bytes, path: str, limits: Limits) -> list[Document]:
    if len(raw) > limits.max_chars * 4:
        raise refusal(
            path,
            found=f"{len(raw)} bytes of text",
            expected=f"at most {limits.max_chars} characters",
            mend="Split the file.",
        )
    text, encoding, notes = decode(raw, path)
    return [
        Document(
            path=path,
            text=text,
            media_type="text/plain",
            encoding=encoding,
            language="other",
            notes=notes,
        )
    ]


def _html(raw: bytes, path: str, limits: Limits) -> list[Document]:
    from trucewatch.language.documents.html import read_html

    return read_html(raw, path, limits)


def _feed(raw: bytes, path: str, limits: Limits) -> list[Document]:
    from trucewatch.language.documents.feed import read_feed

    return read_feed(raw, path, limits)


def _pdf(raw: bytes, path: str, limits: Limits) -> list[Document]:
    from trucewatch.language.documents.pdf import read_pdf

    return read_pdf(raw, path, limits)


def _mail(raw: bytes, path: str, limits: Limits) -> list[Document]:
    from trucewatch.language.documents.mail import read_mail

    return read_mail(raw, path, limits)


def _archive(raw: bytes, path: str, limits: Limits) -> list[Document]:
    from trucewatch.language.documents.web_archive import read_archive

    return read_archive(raw, path, limits)


@dataclass(frozen=True, slots=True)
class _Rule:
    reader: Reader
    magic: tuple[bytes, ...] = ()
    suffixes: tuple[str, ...] = ()


_RULES = (
    _Rule(_pdf, (b"%PDF-",)),
    _Rule(_archive, (b"WARC/", b"PK\x03\x04", b"\x1f\x8b"), (".warc", ".warc.gz", ".wacz")),
    _Rule(_mail, (), (".eml",)),
    _Rule(_feed, (), (".rss", ".atom")),
    _Rule(_html, (), (".html", ".htm", ".xhtml")),
)
