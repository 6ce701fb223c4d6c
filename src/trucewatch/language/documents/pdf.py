"""PDF: its text layer, page by page, by pypdf; pages are parted by a form feed."""

from __future__ import annotations

import io
import logging
import time

from trucewatch.language.documents.model import Document, Limits, refusal

MAX_SECONDS = 20.0


def read_pdf(raw: bytes, path: str, limits: Limits) -> list[Document]:
    """Return the PDF as one document; raises ReadError where it is broken, locked or too long."""
    text, title = _pages(raw, path, limits)
    return [
        Document(
            path=path,
            text=text,
            media_type="application/pdf",
            encoding="pdf",
            language="other",
            title=title,
        )
    ]


def _pages(raw: bytes, path: str, limits: Limits) -> tuple[str, str | None]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    stop_at = time.monotonic() + MAX_SECONDS
    pages: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refusal(
                path,
                found="a PDF locked by a password",
                expected="an open PDF",
                mend="Unlock it first.",
            )
        _check_pages(len(reader.pages), path, limits)
        for page in reader.pages:
            pages.append(page.extract_text() or "")
            if time.monotonic() > stop_at or sum(map(len, pages)) > limits.max_chars:
                raise refusal(
                    path,
                    found=f"a PDF still not read at page {len(pages)}",
                    expected=f"{MAX_SECONDS:.0f} s and {limits.max_chars} characters",
                    mend="Split the PDF.",
                )
        title = reader.metadata.title if reader.metadata else None
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
        AssertionError,
        NotImplementedError,
        MemoryError,
    ) as error:
        raise refusal(
            path,
            found=f"a broken PDF ({type(error).__name__}: {str(error)[:80]})",
            expected="a PDF with text",
            mend="Save it again.",
        ) from error
    return "\f\n".join(pages), str(title) if title else None


def _check_pages(count: int, path: str, limits: Limits) -> None:
    if count > limits.max_parts:
        raise refusal(
            path,
            found=f"{count} pages",
            expected=f"at most {limits.max_parts}",
            mend="Split the PDF.",
        )
