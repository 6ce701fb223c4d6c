"""Web pages: the article's text by trafilatura; nothing runs and nothing is fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from trucewatch.language.documents.detect import decode
from trucewatch.language.documents.model import Document, Limits, refusal

# lxml recurses over the tree: a page nested deeper than this is an attack, no article.
MAX_DEPTH, MAX_TAGS, MAX_HTML = 400, 150_000, 8 * 1024 * 1024
_SKIP = frozenset(("script", "style", "noscript", "template", "iframe", "svg", "nav", "head"))
_BLOCK = frozenset(
    ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "tr", "article", "section", "ul")
)
_VOID = frozenset(
    ("br", "img", "hr", "meta", "link", "input", "source", "area", "base", "col", "wbr")
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(/?)>")


def read_html(raw: bytes, path: str, limits: Limits) -> list[Document]:
    """Return the page as one document; its text is the extracted article, or all visible text."""
    if len(raw) > min(MAX_HTML, limits.max_bytes):
        raise refusal(
            path,
            found=f"{len(raw)} bytes of HTML",
            expected=f"at most {MAX_HTML}",
            mend="Save the article alone.",
        )
    page, encoding, notes = decode(raw, path)
    _check_depth(page, path)
    text, title, published = _article(page)
    if not text:
        text, notes = visible_text(page), (*notes, "no article found: all visible text is read")
    return [
        Document(
            path=path,
            text=text,
            media_type="text/html",
            encoding=encoding,
            language="other",
            title=title,
            published=published,
            notes=notes,
        )
    ]


def _check_depth(page: str, path: str) -> None:
    depth = deepest = tags = 0
    for match in _TAG.finditer(page):
        tags += 1
        if match[2].lower() in _VOID or match[3]:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH * 5 or tags > MAX_TAGS:
        raise refusal(
            path,
            found=f"{tags} tags, nested {deepest} deep",
            expected=f"at most {MAX_TAGS} tags nested {MAX_DEPTH * 5} deep",
            mend="Save the article as plain text.",
        )


def _article(page: str) -> tuple[str, str | None, str | None]:
    import trafilatura
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        found = trafilatura.bare_extraction(
            page,
            include_comments=False,
            include_tables=True,
            favor_precision=False,
            with_metadata=True,
            deduplicate=False,
        )
    except (LxmlError, ValueError, RecursionError, AttributeError, TypeError):
        return "", None, None
    if found is None:
        return "", None, None
    return (found.text or "").strip(), found.title or None, found.date or None


def visible_text(page: str) -> str:
    """Return the text of a page without scripts and styles, one line a block."""
    reader = _Visible()
    reader.feed(page)
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


class _Visible(HTMLParser):
    """Collects text outside scripts and the like."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.hidden += tag in _SKIP
        if tag in _BLOCK:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIP:
            self.hidden = max(0, self.hidden - 1)
        if tag in _BLOCK:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)
