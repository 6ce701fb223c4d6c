"""Places in text: names in any of their forms, oblasts, front sectors, distances and bearings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from trucewatch.language import gazetteer as register
from trucewatch.language.ambiguity import (
    CITY_FROM,
    Chosen,
    PlaceContext,
    near_any,
    settle,
    standing,
)
from trucewatch.language.areas import AREA_CUE, find_areas
from trucewatch.language.bearings import find_offsets, region_at
from trucewatch.language.cues import (
    ANEW,
    AT_WORDS,
    CUE_BEFORE,
    LIST_GAP,
    NEW_SENTENCE,
    OBLAST_HEADS,
    SENTENCE_START,
    STRONG_CUE,
    cued_by,
)
from trucewatch.language.fold import JOINER, fold, key
from trucewatch.language.forms import COMMON, PERSON
from trucewatch.language.gazetteer import Gazetteer, Place
from trucewatch.where import Region, distance_km

__all__ = ["PlaceContext", "PlaceMention", "find_places", "learn_context"]

NAME = re.compile(r"(?<![\w'-])[A-ZА-ЯЁҐЄІЇ][\w'\u00ad-]*")
NEXT_WORDS = re.compile(r"(?:[ \u00ad]{1,2}[\w'-]{1,40}){1,5}")
LONGEST_NAME = 60
# Texts are read in blocks so that a book costs no more memory than a page.
BLOCK = 200_000
TOWN_POPULATION = 10_000
MOST_ANCHORS = 20
SHORT_ACRONYM = 4
REGION_KINDS = frozenset({"oblast", "region_abroad", "raion"})
ANCHOR_KINDS = frozenset({"city", "town", "village", "locality", "city_abroad"})
AREA_KINDS = frozenset({"oblast", "region_abroad", "raion", "country"})


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in text.

    start, end: offsets into the text. candidates: every place the words may mean, largest first.
    chosen: the place meant, or None where the text does not settle it. grounds: why, in words.
    role: 'place', 'area' (an oblast or raion), 'sector' (a stretch of front named after a town) or
    'reference' (the town that a distance is measured from). region: where it is, with its radius.
    """

    start: int
    end: int
    text: str
    candidates: tuple[Place, ...]
    chosen: Place | None
    grounds: str
    role: str = "place"
    region: Region | None = None


@dataclass(slots=True)
class _Found:
    """A name seen in a text, before its place is settled."""

    start: int
    end: int
    candidates: tuple[Place, ...]
    weak: int = 0
    number: int = -1
    role: str = "place"
    chosen: Place | None = None
    grounds: str = ""
    region: Region | None = None


def find_places(
    text: str,
    *,
    language: str | None = None,  # noqa: ARG001 - kept in the interface: callers know it
    context: PlaceContext | None = None,
) -> list[PlaceMention]:
    """Return the places that a text names, in order of their offsets.

    language: 'en', 'uk' or 'ru' where known; all three are looked for in any case, since sources
    quote one another. context: what the source usually writes about. Time is linear in the text.
    """
    gazetteer = register.load()
    if len(text) <= BLOCK:
        return _in_block(text, 0, gazetteer, context)
    mentions: list[PlaceMention] = []
    for start, end in _blocks(text):
        mentions += _in_block(text[start:end], start, gazetteer, context)
    return mentions


def _blocks(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = min(len(text), start + BLOCK)
        if end < len(text):
            cut = max(text.rfind("\n", start + BLOCK // 2, end), text.rfind(" ", end - 200, end))
            end = cut if cut > start else end
        yield start, end
        start = end


def _in_block(
    text: str, base: int, gazetteer: Gazetteer, context: PlaceContext | None
) -> list[PlaceMention]:
    folded = fold(text)
    found = _names(folded, gazetteer)
    if AREA_CUE.search(folded):
        found = _with_areas(folded, found, gazetteer)
    if not found:
        return []
    doubtful: list[_Found] = []
    if any(f.weak for f in found):
        found, doubtful = _supported(folded, found)
    if not found:
        return []
    _offsets(folded, found)
    _settle_all(folded, found, gazetteer, context)
    if doubtful:
        found = _near_the_rest(folded, found, doubtful, context)
    return [
        PlaceMention(
            base + f.start, base + f.end, text[f.start : f.end], f.candidates, f.chosen, f.grounds,
            "area" if f.chosen and f.chosen.kind in AREA_KINDS else f.role,
            f.region or (gazetteer.region(f.chosen) if f.chosen else None),
        )
        for f in found
    ]  # fmt: skip


def _names(folded: str, gazetteer: Gazetteer) -> list[_Found]:
    number, starts, flags = gazetteer.names.number, gazetteer.names.starts, gazetteer.names.flags
    found: list[_Found] = []
    taken = 0
    lower = folded.lower().replace("ё", "е")
    if len(lower) != len(folded):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)
    for match in NAME.finditer(folded):
        start, end = match.span()
        if start < taken or end - start > LONGEST_NAME:
            continue
        word = lower[start:end]
        if JOINER in word:
            word = word.replace(JOINER, "")
        hit = number.get(word)
        if word in starts:
            longer = _longer(folded, end, word, starts[word], number)
            if longer is not None:
                hit, end = longer
        if hit is None and ("-" in word or "'" in word):
            hit, end = _partly(word, start, end, number)
        if hit is not None and folded[end : end + 6].casefold().lstrip() not in OBLAST_HEADS:
            taken = end
            found.append(_Found(start, end, gazetteer.candidates_of(hit), flags[hit], hit))
    return found


def _longer(
    folded: str, end: int, word: str, most: int, number: dict[str, int]
) -> tuple[int, int] | None:
    following = NEXT_WORDS.match(folded, end)
    if following is None:
        return None
    words = key(following.group()).split()
    for count in range(min(most - 1, len(words)), 0, -1):
        hit = number.get(" ".join((word, *words[:count])))
        if hit is not None:
            return hit, _end_of(folded, end, count)
    return None


def _end_of(folded: str, end: int, count: int) -> int:
    for _ in range(count):
        while folded[end] in " \u00ad":
            end += 1
        while end < len(folded) and (folded[end].isalnum() or folded[end] in "_'-\u00ad"):
            end += 1
    return end


def _partly(word: str, start: int, end: int, number: dict[str, int]) -> tuple[int | None, int]:
    """Look up a word without its possessive 's, or the first part of a hyphenated word."""
    if word.endswith("'s"):
        return number.get(word[:-2]), end - 2
    head = word.partition("-")[0]
    if head is not word and len(head) > 3 and len(head) < len(word):
        return number.get(head), start + len(head)
    return None, end


def _with_areas(folded: str, found: list[_Found], gazetteer: Gazetteer) -> list[_Found]:
    areas = find_areas(folded, gazetteer)
    if not areas:
        return found
    spans = [(a.start, a.end) for a in areas]
    kept = [f for f in found if not any(s <= f.start < e for s, e in spans)]
    kept += [
        _Found(a.start, a.end, a.candidates, 0, -1, a.role, a.chosen, a.grounds) for a in areas
    ]
    return sorted(kept, key=lambda f: f.start)


def _supported(folded: str, found: list[_Found]) -> tuple[list[_Found], list[_Found]]:
    """Part the names that their words support from those that only their neighbourhood could."""
    strong = [not f.weak or _cued(folded, f) for f in found]
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            if not strong[i] and strong[i + step] and _listed(folded, found[i], found[i + step]):
                strong[i] = True
    pairs = list(zip(found, strong, strict=True))
    doubtful = [f for f, kept in pairs if not kept and f.weak == COMMON]
    return [f for f, kept in pairs if kept], doubtful


def _near_the_rest(
    folded: str, found: list[_Found], doubtful: list[_Found], context: PlaceContext | None
) -> list[_Found]:
    """Take back an ordinary word that fits the text's other places."""
    anchors = _anchors(found)
    for f in doubtful if anchors else ():
        before = folded[max(0, f.start - 24) : f.start]
        if SENTENCE_START.search(before) or folded[f.start : f.end].isupper():
            continue
        if near_any(f.candidates, anchors):
            f.chosen, f.grounds = settle(f.candidates, anchors=anchors, context=context)
            found = [*found, f]
    return sorted(found, key=lambda f: f.start)


def _cued(folded: str, f: _Found) -> bool:
    if f.candidates[0].kind == "country":
        return True
    if f.end - f.start <= SHORT_ACRONYM and folded[f.start : f.end].isupper():
        return False
    before = folded[max(0, f.start - 24) : f.start]
    last = before.split()[-1:]
    if last and last[0].lower() in AT_WORDS and before[-1:] == " ":
        return True
    if f.weak & PERSON and f.candidates[0].population < TOWN_POPULATION:
        return cued_by(before, STRONG_CUE)
    if cued_by(before, CUE_BEFORE):
        return True
    if f.weak == COMMON and f.candidates[0].population >= TOWN_POPULATION:
        return not SENTENCE_START.search(before) and not folded[f.start : f.end].isupper()
    return bool(f.weak & PERSON) and f.candidates[0].population >= 10 * TOWN_POPULATION


def _listed(folded: str, one: _Found, other: _Found) -> bool:
    first, second = (one, other) if one.start < other.start else (other, one)
    gap = folded[first.end : second.start]
    return len(gap) <= 8 and LIST_GAP.fullmatch(gap) is not None and gap.strip() != "."


def _offsets(folded: str, found: list[_Found]) -> None:
    """Read 'NAME (..., 57km north-east of TOWN)': the town is a reference, the name lies there."""
    for offset in find_offsets(folded):
        reference = next((f for f in found if offset.end <= f.start <= offset.end + 12), None)
        if reference is None:
            continue
        town, grounds = settle(reference.candidates)
        if town is None or town.lon is None or town.lat is None:
            continue
        reference.chosen, reference.grounds = town, grounds
        reference.role, there = (
            "reference",
            region_at(town.lon, town.lat, offset.distance_km, offset.bearing_deg),
        )
        named = _named_before(folded, found, offset.start)
        if named is None:
            reference.role, reference.region = "place", there
            reference.grounds = f"{offset.distance_km:g} km from {town.name}; {grounds}"
        else:
            _at_offset(named, there, offset.distance_km, town)


def _named_before(folded: str, found: Sequence[_Found], start: int) -> _Found | None:
    for f in reversed(found):
        if f.end <= start and f.role == "place":
            gap = folded[f.end : start]
            in_brackets = len(gap) <= 60 and gap.lstrip().startswith("(") and ")" not in gap
            return f if in_brackets or (len(gap) <= 3 and gap.strip() in (",", "")) else None
    return None


def _at_offset(named: _Found, there: Region, distance: float, town: Place) -> None:
    allowed_km = max(6.0, there.radius_km + 3)
    gaps = [
        (distance_km(there.lon, there.lat, p.lon, p.lat), i, p)
        for i, p in enumerate(named.candidates)
        if p.lon is not None and p.lat is not None
    ]
    near = [(gap - p.radius_km, i, p) for gap, i, p in gaps if gap <= allowed_km + p.radius_km]
    if near:
        named.chosen = min(near)[2]
        named.grounds = f"{distance:g} km from {town.name} as the text says"
        if named.chosen.located != "geonames":
            named.region = replace(there, radius_km=there.radius_km)
    else:
        named.region = there
        named.grounds = (
            f"the text puts it {distance:g} km from {town.name}; none of the name is there"
        )


def _settle_all(
    folded: str, found: list[_Found], gazetteer: Gazetteer, context: PlaceContext | None
) -> None:
    # Where a text names nothing but cities and countries, cities mean themselves.
    quiet = context is None and all(
        f.role == "place" and f.candidates[0].population >= CITY_FROM for f in found
    )
    open_ones = []
    for index, f in enumerate(found):
        if f.chosen is None and f.region is None:
            only, city = _standing(f, gazetteer)
            chosen = only or (city if quiet else None)
            if chosen is None:
                open_ones.append(index)
            else:
                f.chosen, f.grounds = chosen
    if open_ones:
        _Settler(folded, found, context).run(open_ones)


def _standing(f: _Found, gazetteer: Gazetteer) -> tuple[Chosen, Chosen]:
    held = gazetteer.standing.get(f.number)
    if held is None or f.number < 0:
        held = standing(f.candidates)
        if f.number >= 0:
            gazetteer.standing[f.number] = held
    return held


class _Settler:
    """Settles the names of one text that their words alone leave open."""

    def __init__(self, folded: str, found: list[_Found], context: PlaceContext | None) -> None:
        self.folded, self.found, self.context = folded, found, context
        self.areas = [i for i, f in enumerate(found) if f.chosen and f.chosen.kind in REGION_KINDS]
        self.lengths = list(accumulate((f.end - f.start for f in found), initial=0))

    def run(self, open_ones: list[int]) -> None:
        """Settle what can be, again while each round settles something."""
        while open_ones:
            left = [index for index in open_ones if not self.settle(index)]
            if len(left) == len(open_ones):
                return
            open_ones = left

    def settle(self, index: int) -> bool:
        """Settle one name by the text's areas, its neighbours, then all its places."""
        f = self.found[index]
        areas = self.areas_for(index) if self.areas else ()
        anchors = self.neighbours(index)
        f.chosen, f.grounds = settle(
            f.candidates, areas=areas, anchors=anchors, context=self.context
        )
        if f.chosen is None and len(self.found) > 4:
            every = _anchors(self.found)
            f.chosen, f.grounds = settle(
                f.candidates, areas=areas, anchors=every, context=self.context
            )
        return f.chosen is not None

    def neighbours(self, index: int) -> list[Place]:
        """Return the settled places among the three names beside one."""
        beside = (index - 1, index + 1, index - 2)
        return _anchors(self.found[i] for i in beside if 0 <= i < len(self.found))

    def areas_for(self, index: int) -> list[Place]:
        """Order the text's areas for a name: the one closing its list, the one before, the rest."""
        f = self.found[index]
        after = next((i for i in self.areas if i > index), None)
        ordered = [i for i in reversed(self.areas) if i < index]
        if after is not None and self._closes(f, index, after):
            ordered.insert(0, after)
        ordered += [i for i in self.areas if i not in ordered and i != index]
        return [place for i in ordered if (place := self.found[i].chosen) is not None]

    def _closes(self, f: _Found, index: int, after: int) -> bool:
        between = after - index - 1
        start = self.found[after].start
        words = start - f.end - (self.lengths[after] - self.lengths[index + 1])
        if words > 14 + 12 * between:
            return False
        gap = self.folded[f.end : start]
        return not NEW_SENTENCE.search(gap) and not ANEW.search(gap[-8:])


def _anchors(found: Iterable[_Found]) -> list[Place]:
    places = (f.chosen for f in found if f.chosen and f.region is None)
    return [p for p in places if p.kind in ANCHOR_KINDS][:MOST_ANCHORS]


def learn_context(texts: Iterable[str]) -> PlaceContext:
    """Return what a source usually writes about, from the places its texts settle by themselves."""
    counts: dict[str, float] = {}
    for text in texts:
        for area in {
            m.chosen.area for m in find_places(text) if m.chosen and m.role != "reference"
        }:
            counts[area] = counts.get(area, 0.0) + 1
    return PlaceContext(usual_areas=counts)
