"""Oblasts, raions and front sectors by adjective: 'Харківської області', 'Donetsk region'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from trucewatch.language.fold import key
from trucewatch.language.gazetteer import Gazetteer, Place

AREA_NOUN = re.compile(
    r"\b(?:(?P<oblast>област\w{0,4}|обл\b\.?|ОВА\b|ОДА\b|край\b|края\b|крае\b|регион\w{0,2}\b|регіон\w{0,2}\b|"
    r"[Oo]blasts?\b|[Rr]egions?\b|[Pp]rovince\b|[Kk]rai\b|обласн\w{1,4}|областн\w{1,4}|губерн\w{1,4})|"
    r"(?P<raion>район\w{0,4}|агломерац\w{1,3}|округ\w{0,3}|окрузі|р-н\w?\b|[Rr]a[iy]on\b|[Dd]istrict\b|[Hh]romada\b|громад\w{1,3}\b|ТГ\b|МТГ\b|ОТГ\b|МВА\b|адміністрац\w{1,3}\b)|"
    r"(?P<sector>напрям\w{0,4}|направлени\w{1,3}|фронт\w{0,3}\b|ділян\w{1,4}|участ\w{1,4}|[Dd]irection\b|[Ss]ector\b|[Aa]xis\b))"
)
# How each noun above begins. Each alternative opens with a plain letter: the search is then quick.
AREA_HINT = re.compile(
    "обл|рег[іи]о|район|напр|фронт|кра[йяе]|О[ВДТ][АГ]|губерн|агломер|окр|р-н|громад|МТГ|ТГ|МВА|адмін|"
    "ділян|участ|region|oblast|province|krai|raion|rayon|hromada|district|direction|sector|axis|"
    "Region|Oblast|Province|Krai|Raion|Rayon|Hromada|District|Direction|Sector|Axis"
)
BETWEEN = re.compile(r"(?:військов|военн|міськ|городск|сільськ)\w{2,4}")
FIRST_BETWEEN = frozenset("вмгс")
AND = frozenset({"та", "і", "й", "и", "and"})
WORD_MARKS = "'\u00ad-"
SHORTEST, LONGEST = 3, 40
MOST_LINKED = 12
WANTED = {
    "oblast": ("oblast", "region_abroad"),
    "raion": ("raion", "city", "town", "region_abroad"),
    "sector": ("city", "town", "village", "raion", "region_abroad", "oblast"),
}


class Area(NamedTuple):
    """An area found: its span and the places its adjective may mean."""

    start: int
    end: int
    candidates: tuple[Place, ...]
    chosen: Place | None
    grounds: str
    role: str


Meant = tuple[tuple[Place, ...], Place | None, str, str]


def find_areas(folded: str, gazetteer: Gazetteer) -> list[Area]:
    """Return the areas that a folded text names by adjective and noun, in order."""
    areas: list[Area] = []
    for hint in AREA_HINT.finditer(folded):
        match = AREA_NOUN.match(folded, hint.start())
        if match is None:
            continue
        sort, end = str(match.lastgroup), match.end()
        for start, word_end in _adjectives_before(folded, match.start()):
            meant = _meant(folded[start:word_end], sort, gazetteer)
            if meant is None:
                break
            areas.append(Area(start, end or word_end, *meant))
            end = 0
    return sorted(areas, key=_start) if len(areas) > 1 else areas


def _start(area: Area) -> int:
    return area.start


def _adjectives_before(folded: str, noun_start: int) -> Iterator[tuple[int, int]]:
    """Yield the span of the adjective before a noun, then of those linked to it, backwards."""
    start, end = _word_before(folded, noun_start)
    if folded[start : start + 1] in FIRST_BETWEEN and BETWEEN.fullmatch(folded[start:end]):
        start, end = _word_before(folded, start)
    for _ in range(MOST_LINKED):
        if not SHORTEST <= end - start <= LONGEST:
            return
        yield start, end
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
    last = folded[max(0, end - LONGEST) : end].rpartition(" ")
    if last[1] and last[2].isalpha():
        return end - len(last[2]), end
    start = end
    while start > 0 and end - start <= LONGEST:
        mark = folded[start - 1]
        if not (mark.isalnum() or mark in WORD_MARKS):
            break
        start -= 1
    return start, end


@lru_cache(maxsize=16_384)
def _meant(adjective: str, sort: str, gazetteer: Gazetteer) -> Meant | None:
    """Return the places that an adjective with a noun of a sort may mean, as fields of Area."""
    candidates = gazetteer.adjective(key(adjective))
    wanted = [p for kind in WANTED[sort] for p in candidates if p.kind == kind]
    if not wanted:
        return None
    kind = wanted[0].kind
    same = tuple(p for p in wanted if p.kind == kind)
    chosen = same[0] if len(same) == 1 else _raion_seat(same, candidates)
    grounds = f"{sort} named after {chosen.name}" if chosen else ""
    return same, chosen, grounds, "sector" if sort == "sector" else "area"


def _raion_seat(places: tuple[Place, ...], candidates: tuple[Place, ...]) -> Place | None:
    """Return the seat of the one raion that has this adjective: sectors are named after seats."""
    raions = {p.place_id for p in candidates if p.kind == "raion"}
    seats = [p for p in places if p.area in raions]
    return seats[0] if len(raions) == 1 and seats else None
