"""Oblasts, raions and front sectors by adjective: 'Харківської області', 'Donetsk region'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trucewatch.language.fold import key
from trucewatch.language.gazetteer import Gazetteer, Place

AREA_NOUN = re.compile(
    r"\b(?:(?P<oblast>област\w{0,4}|обл\b\.?|ОВА\b|ОДА\b|край\b|края\b|крае\b|регион\w{0,2}\b|регіон\w{0,2}\b|"
    r"[Oo]blasts?\b|[Rr]egions?\b|[Pp]rovince\b|[Kk]rai\b|обласн\w{1,4}|областн\w{1,4}|губерн\w{1,4})|"
    r"(?P<raion>район\w{0,4}|агломерац\w{1,3}|округ\w{0,3}|окрузі|р-н\w?\b|[Rr]aion\b|[Dd]istrict\b|громад\w{1,3}\b|ТГ\b|МТГ\b|ОТГ\b|МВА\b|адміністрац\w{1,3}\b)|"
    r"(?P<sector>напрям\w{0,4}|направлени\w{1,3}|фронт\w{0,3}\b|ділян\w{1,4}|участ\w{1,4}|[Dd]irection\b|[Ss]ector\b|[Aa]xis\b))"
)
AREA_CUE = AREA_NOUN
BETWEEN = re.compile(r"(?:військов|военн|міськ|городск|сільськ)\w{2,4}")
AND = frozenset({"та", "і", "й", "и", "and"})
WORD_MARKS = "'\u00ad-"
SHORTEST, LONGEST = 3, 40
MOST_LINKED = 12
WANTED = {
    "oblast": ("oblast", "region_abroad"),
    "raion": ("raion", "city", "town", "region_abroad"),
    "sector": ("city", "town", "village", "raion", "region_abroad", "oblast"),
}


@dataclass(frozen=True, slots=True)
class Area:
    """An area found: its span and the places its adjective may mean."""

    start: int
    end: int
    candidates: tuple[Place, ...]
    chosen: Place | None
    grounds: str
    role: str


def find_areas(folded: str, gazetteer: Gazetteer) -> list[Area]:
    """Return the areas that a folded text names by adjective and noun, in order."""
    areas: list[Area] = []
    for match in AREA_NOUN.finditer(folded):
        sort = str(match.lastgroup)
        words = list(_adjectives_before(folded, match.start()))
        for i, (start, end, word) in enumerate(words):
            area = _area(start, match.end() if i == 0 else end, word, sort, gazetteer)
            if area is None:
                break
            areas.append(area)
    return sorted(areas, key=lambda a: a.start)


def _adjectives_before(folded: str, noun_start: int) -> Iterator[tuple[int, int, str]]:
    """Yield the adjective before a noun, then those linked to it by commas and 'and', backwards."""
    start, end = _word_before(folded, noun_start)
    if BETWEEN.fullmatch(folded[start:end]):
        start, end = _word_before(folded, start)
    for _ in range(MOST_LINKED):
        if not SHORTEST <= end - start <= LONGEST:
            return
        yield start, end, key(folded[start:end])
        start, end = _linked_before(folded, start)


def _linked_before(folded: str, at: int) -> tuple[int, int]:
    """Return the word before a comma or 'and'; an empty span where neither stands there."""
    if folded[max(0, at - 2) : at] == ", ":
        return _word_before(folded, at - 2)
    start, end = _word_before(folded, at)
    return _word_before(folded, start) if folded[start:end] in AND else (at, at)


def _word_before(folded: str, at: int) -> tuple[int, int]:
    """Return the span of the word before a position, at most two marks away."""
    end = at
    while end > 0 and at - end < 2 and folded[end - 1] in " \u00ad,":
        end -= 1
    start = end
    while start > 0 and end - start <= LONGEST:
        mark = folded[start - 1]
        if not (mark.isalnum() or mark in WORD_MARKS):
            break
        start -= 1
    return start, end


def _area(start: int, end: int, word: str, sort: str, gazetteer: Gazetteer) -> Area | None:
    candidates = gazetteer.adjective(word)
    if not candidates:
        return None
    wanted = [p for kind in WANTED[sort] for p in candidates if p.kind == kind]
    if not wanted:
        return None
    kind = wanted[0].kind
    same = tuple(p for p in wanted if p.kind == kind)
    role = "sector" if sort == "sector" else "area"
    chosen = same[0] if len(same) == 1 else _raion_seat(same, candidates)
    grounds = f"{sort} named after {chosen.name}" if chosen else ""
    return Area(start, end, same, chosen, grounds, role)


def _raion_seat(places: tuple[Place, ...], candidates: tuple[Place, ...]) -> Place | None:
    """Return the seat of the one raion that has this adjective: sectors are named after seats."""
    raions = {p.place_id for p in candidates if p.kind == "raion"}
    seats = [p for p in places if p.area in raions]
    return seats[0] if len(raions) == 1 and seats else None
