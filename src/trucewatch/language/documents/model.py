"""What a document is once read, and the bounds that hostile input meets."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.errors import ReadError
from trucewatch.ids import SEPARATOR, sha256_hex


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read; beyond them a document is refused with a reason, never cut silently.

    max_bytes: a file as received. max_chars: the text of one document. max_parts: entries of a
    feed, records of a web archive, pages of a PDF. max_unpacked: bytes of an archive unpacked.
    """

    max_bytes: int = 64 * 1024 * 1024
    max_chars: int = 2_000_000
    max_parts: int = 500
    max_unpacked: int = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text as decoded, with where it came from; offsets everywhere index `text`.

    path: the file, with '#n' for part n of a feed or archive. language: en, uk, ru or other.
    notes: what a reader of the dossier should know (attachments left out, characters replaced).
    """

    path: str
    text: str
    media_type: str
    encoding: str
    language: str
    title: str | None = None
    published: str | None = None
    origin: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def document_id(self) -> str:
        """The id: hashed from the file's name and the text, the same on every machine."""
        name = self.path.replace("\\", "/").rsplit("/", 1)[-1]
        return f"doc-{sha256_hex(SEPARATOR.join((name, self.text)).encode())[:16]}"


def refusal(path: str, *, found: str, expected: str, mend: str) -> ReadError:
    """Build the error that says why a document as a whole is not read."""
    return ReadError(path, found=found, expected=expected, mend=mend)
