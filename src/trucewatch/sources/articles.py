"""Articles into observations: where a headline or first sentence reports a happening at a place.

Shared by the sources whose records are articles: news feeds, reports of relief agencies.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from trucewatch.evidence import Capture
from trucewatch.language.documents import Document
from trucewatch.language.headlines import Actor, Headline, classify, party_actors
from trucewatch.language.places import PlaceMention
from trucewatch.language.sentences import split
from trucewatch.language.times import find_times
from trucewatch.mission import Mission
from trucewatch.model import Observation

# A headline and the two sentences after it: what comes later tells of other days and places.
PIECES, HEAD_CHARS, MOST_PLACES = 3, 4_000, 5
# News tells of the day before it, unless it says when.
LOOKS_BACK = timedelta(hours=24)
RUN = 5
WORD = re.compile(r"[^\W\d_]+")


class Intake(NamedTuple):
    """Where articles come from and where they go."""

    mission: Mission
    capture: Capture
    source_id: str


class Piece(NamedTuple):
    """A sentence of a document with its offsets and what it says."""

    start: int
    end: int
    text: str
    says: Headline


def actors_of(mission: Mission) -> tuple[Actor, ...]:
    """Return the mission's parties as the sides that articles may name."""
    return party_actors([(p.id, (p.id, p.name, *p.aliases)) for p in mission.parties])


def observations(
    article: Document,
    number: int,
    intake: Intake,
    actors: Sequence[Actor],
    *,
    publisher: str | None = None,
) -> Iterator[Observation]:
    """Yield one observation for each settled place of an article that reports a happening.

    number: of the article in its capture. publisher: who the article is of where it names nobody
    itself. Offsets index the article's text. An article without a
    date counts as written when it was received.
    """
    mission, capture = intake.mission, intake.capture
    pieces = [
        Piece(s.start, s.end, s.text, classify(s.text, actors=actors))
        for s in split(article.text[:HEAD_CHARS])[:PIECES]
    ]
    told = next((p for p in pieces if p.says.kind), None)
    placed = next((p for p in pieces if _settled(p.says)), None)
    if told is None or placed is None:
        return
    published = published_utc(article.published)
    start, end, precision = _when(pieces, published or capture.received_utc, mission)
    actor = next((p.says.claimed_actor for p in pieces if p.says.claimed_actor), None)
    claimant = next((p.says.claimant for p in pieces if p.says.claimant), publisher)
    for place in _settled(placed.says)[:MOST_PLACES]:
        region = place.region
        if region is None or place.chosen is None:
            continue
        yield Observation(
            source_id=intake.source_id, kind=str(told.says.kind), start_utc=start, end_utc=end,
            when_precision=precision, published_utc=published, means="reported",
            lon=region.lon, lat=region.lat, radius_km=region.radius_km,
            where_precision=str(region.precision), place_id=place.chosen.place_id,
            place_name=place.chosen.name_en or place.chosen.name, claimed_actor=actor,
            claimant=claimant, root_id=root_of(article.text[: pieces[-1].end]), quote=placed.text,
            char_start=placed.start, char_end=placed.end, record_no=number,
            source_record=article.origin,
        )  # fmt: skip


def _settled(says: Headline) -> list[PlaceMention]:
    by_id = {
        p.chosen.place_id: p for p in says.places if p.role == "place" and p.chosen and p.region
    }
    return list(by_id.values())


def _when(
    pieces: list[Piece], written: datetime, mission: Mission
) -> tuple[datetime, datetime, str]:
    """Return the first time named before the article was written, else the day before it."""
    day = written.astimezone(mission.clock.zone).date()
    for piece in pieces:
        for found in find_times(piece.text, reference_date=day, clock=mission.clock):
            if found.interval.start_utc <= written:
                return (
                    found.interval.start_utc,
                    found.interval.end_utc,
                    str(found.interval.precision),
                )
    return written - LOOKS_BACK, written, "period"


def published_utc(words: str | None) -> datetime | None:
    """Return a feed's date (RFC 822 or ISO 8601) in UTC; None where it has none with an offset."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse((words or "").strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    return None


def root_of(text: str) -> str:
    """Return the root of a text: reprints with few words changed mostly share it.

    The least hash of its runs of five words: two texts agree in it as often as they share runs
    (min-wise hashing, Broder 1997).
    """
    words = [w.casefold() for w in WORD.findall(text)]
    runs = [" ".join(words[i : i + RUN]) for i in range(max(1, len(words) - RUN + 1))]
    return "text-" + min(hashlib.blake2b(run.encode(), digest_size=8).hexdigest() for run in runs)
