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
BEFORE = re.compile(
    r"([\w'\u00ad-]{3,40})(?:\s+(?:військов|военн|міськ|городск|сільськ)\w{2,4})?\s{1,2}$"
)
LINKED = re.compile(r"([\w'\u00ad-]{3,40})(?:,?\s+(?:та|і|й|и|and)\s+|,\s*)$")
LOOK_BACK = 70
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
    pattern, at = BEFORE, noun_start
    for _ in range(MOST_LINKED):
        base = max(0, at - LOOK_BACK)
        match = pattern.search(folded[base:at])
        if match is None:
            return
        yield base + match.start(1), base + match.end(1), key(match.group(1))
        pattern, at = LINKED, base + match.start(1)


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
