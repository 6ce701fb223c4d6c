"""E-mail: subject and body of one message; attachments are named, not opened."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from trucewatch.language.documents.detect import decode
from trucewatch.language.documents.html import visible_text
from trucewatch.language.documents.model import Document, Limits, refusal

MAX_PARTS = 200


def read_mail(raw: bytes, path: str, limits: Limits) -> list[Document]:
    """Return the message as one document: the subject, a blank line, the body."""
    del limits
    try:
        message = message_from_bytes(raw, policy=policy.default)
        subject, published = str(message["subject"] or ""), str(message["date"] or "") or None
        body, media_type = _body(message, path)
        left_out = _attachments(message)
    except (
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
        LookupError,
        RecursionError,
    ) as error:
        raise refusal(
            path,
            found=f"a broken message ({type(error).__name__})",
            expected="an e-mail (RFC 5322)",
            mend="Export it again.",
        ) from error
    text = "\n\n".join(filter(None, (" ".join(subject.split()), body)))
    notes = tuple(f"attachment not read: {name}" for name in left_out)
    return [
        Document(
            path=path,
            text=text,
            media_type=media_type,
            encoding="mime",
            language="other",
            title=subject or None,
            published=published,
            notes=notes,
        )
    ]


def _body(message: EmailMessage, path: str) -> tuple[str, str]:
    if sum(1 for _ in message.walk()) > MAX_PARTS:
        raise refusal(
            path,
            found=f"more than {MAX_PARTS} parts",
            expected="one message",
            mend="Export the message alone.",
        )
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return "", "message/rfc822"
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    charset = part.get_content_charset()
    text = _text(raw, charset, path)
    is_html = part.get_content_type() == "text/html"
    return (visible_text(text) if is_html else text), "message/rfc822"


def _text(raw: bytes, charset: str | None, path: str) -> str:
    try:
        return raw.decode(charset or "ascii")
    except (LookupError, UnicodeDecodeError):
        return decode(raw, path)[0] if raw.strip() else ""


def _attachments(message: EmailMessage) -> list[str]:
    return [
        str(part.get_filename() or part.get_content_type()) for part in message.iter_attachments()
    ]
