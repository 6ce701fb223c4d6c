"""ReliefWeb's reports (API v2, JSON) into observations, where a happening and a place are found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trucewatch.errors import ReadError
from trucewatch.evidence import Capture
from trucewatch.language.documents import Document
from trucewatch.language.fold import language_of
from trucewatch.mission import Mission
from trucewatch.model import Observation
from trucewatch.sources.articles import Intake, actors_of, observations

MAX_BYTES = 64_000_000
# Titles and first sentences are read; a report may be a book.
MOST_TEXT = 20_000


def read(path: Path, mission: Mission, capture: Capture) -> Iterator[Observation | ReadError]:
    """Yield the observations of each report of an answer; a ReadError for each without a title.

    Raises ReadError where the bytes are no answer of the API.
    """
    intake, actors = Intake(mission, capture, "reliefweb"), actors_of(mission)
    for number, item in enumerate(_items(path, capture.origin), start=1):
        fields = item.get("fields") if isinstance(item, dict) else None
        title = fields.get("title") if isinstance(fields, dict) else None
        if not isinstance(fields, dict) or not isinstance(title, str) or not title.strip():
            yield _fault(capture.origin, f"report {number} of the answer without a title")
            continue
        article = _article(title.strip(), fields, capture)
        yield from observations(article, number, intake, actors, publisher=_publisher(fields))


def _items(path: Path, origin: str) -> list[Any]:
    if path.stat().st_size > MAX_BYTES:
        raise _fault(origin, f"more than {MAX_BYTES:,} bytes")
    try:
        answer = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _fault(origin, "bytes that are no JSON") from error
    items = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        raise _fault(origin, "no list 'data'")
    return items


def _article(title: str, fields: dict[str, Any], capture: Capture) -> Document:
    """Return a report as an article: its title, then its text; the day it was first published."""
    body = fields.get("body")
    text = f"{title}\n{body[:MOST_TEXT]}" if isinstance(body, str) else title
    dates = fields.get("date")
    dates = dates if isinstance(dates, dict) else {}
    published = dates.get("original") or dates.get("created")
    link = fields.get("url") or fields.get("url_alias")
    return Document(
        path=capture.origin, text=text, media_type="text/plain", encoding="utf-8",
        language=language_of(text), title=title,
        published=published if isinstance(published, str) else None,
        origin=link if isinstance(link, str) else None,
    )  # fmt: skip


def _publisher(fields: dict[str, Any]) -> str | None:
    """Return who the report is of: the names of its sources."""
    sources = fields.get("source")
    listed = sources if isinstance(sources, list) else []
    names = [one.get("shortname") or one.get("name") for one in listed if isinstance(one, dict)]
    return ", ".join(name for name in names if isinstance(name, str)) or None


def _fault(origin: str, found: str) -> ReadError:
    return ReadError(
        origin, found=found,
        expected="an answer of ReliefWeb's API: data, each with fields (title, body, date, url)",
        mend="Ask the API for these fields: fields[include][]=title, body, date, source, url.",
    )  # fmt: skip
