"""Places in text: names in any of their forms, oblasts, front sectors, distances and bearings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from trucewatch.language import gazetteer as register
from trucewatch.language.ambiguity import (
    PlaceContext,
    near_any,
    settle,
)
from trucewatch.language.areas import AREA_CUE, Area, find_areas
from trucewatch.language.bearings import find_offsets, region_at
from trucewatch.language.cues import (
    AT_WORDS,
    CUE_BEFORE,
    LIST_GAP,
    OBLAST_HEADS,
    SENTENCE_START,
    STRONG_CUE,
    cued_by,
)
from trucewatch.language.fold import JOINER, fold, key
from trucewatch.language.forms import COMMON, PERSON
from trucewatch.language.gazetteer import Gazetteer, Place
from trucewatch.language.settling import Found, anchors_of, settle_all
from trucewatch.where import Region, distance_km

__all__ = ["PlaceContext", "PlaceMention", "find_places", "learn_context"]

NAME = re.compile(r"(?<![\w'-])[A-ZА-ЯЁҐЄІЇ][\w'\u00ad-]*")
NEXT_WORDS = re.compile(r"(?:[ \u00ad]{1,2}[\w'-]{1,40}){1,5}")
LONGEST_NAME = 60
# Texts are read in blocks so that a book costs no more memory than a page.
BLOCK = 20_000
TOWN_POPULATION = 10_000
SHORT_ACRONYM = 4
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
    found = names_in(folded, gazetteer)
    if AREA_CUE.search(folded):
        found = _with_areas(folded, found, gazetteer)
    if not found:
        return []
    doubtful: list[Found] = []
    if any(f.weak for f in found):
        found, doubtful = _supported(folded, found)
    if not found:
        return []
    _offsets(folded, found)
    settle_all(folded, found, gazetteer, context)
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


def names_in(folded: str, gazetteer: Gazetteer) -> list[Found]:
    """Return the names that stand in a folded text, their places not yet settled."""
    number, starts, flags = gazetteer.names.number, gazetteer.names.starts, gazetteer.names.flags
    found: list[Found] = []
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
            found.append(Found(start, end, gazetteer.candidates_of(hit), flags[hit], hit))
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


def _with_areas(folded: str, found: list[Found], gazetteer: Gazetteer) -> list[Found]:
    areas = find_areas(folded, gazetteer)
    if not areas:
        return found
    starts = [a.start for a in areas]
    kept = [f for f in found if not _covered(f, areas[bisect_right(starts, f.start) - 1])]
    kept += [Found(a.start, a.end, a.candidates, 0, -1, a.role, a.chosen, a.grounds) for a in areas]
    return sorted(kept, key=lambda f: f.start)


def _covered(f: Found, area: Area) -> bool:
    return area.start <= f.start < area.end


def _supported(folded: str, found: list[Found]) -> tuple[list[Found], list[Found]]:
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
    folded: str, found: list[Found], doubtful: list[Found], context: PlaceContext | None
) -> list[Found]:
    """Take back an ordinary word that fits the text's other places."""
    anchors = anchors_of(found)
    for f in doubtful if anchors else ():
        before = folded[max(0, f.start - 24) : f.start]
        if SENTENCE_START.search(before) or folded[f.start : f.end].isupper():
            continue
        if near_any(f.candidates, anchors):
            f.chosen, f.grounds = settle(f.candidates, anchors=anchors, context=context)
            found = [*found, f]
    return sorted(found, key=lambda f: f.start)


def _cued(folded: str, f: Found) -> bool:
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


def _listed(folded: str, one: Found, other: Found) -> bool:
    first, second = (one, other) if one.start < other.start else (other, one)
    gap = folded[first.end : second.start]
    return len(gap) <= 8 and LIST_GAP.fullmatch(gap) is not None and gap.strip() not in ("", ".")


def _offsets(folded: str, found: list[Found]) -> None:
    """Read 'NAME (..., 57km north-east of TOWN)': the town is a reference, the name lies there."""
    starts = [f.start for f in found]
    for offset in find_offsets(folded):
        at = bisect_left(starts, offset.end)
        if at == len(found) or starts[at] > offset.end + 12:
            continue
        reference = found[at]
        town, grounds = settle(reference.candidates)
        if town is None or town.lon is None or town.lat is None:
            continue
        reference.chosen, reference.grounds = town, grounds
        reference.role, there = (
            "reference",
            region_at(town.lon, town.lat, offset.distance_km, offset.bearing_deg),
        )
        named = _named_before(folded, found[max(0, at - 3) : at], offset.start)
        if named is None:
            reference.role, reference.region = "place", there
            reference.grounds = f"{offset.distance_km:g} km from {town.name}; {grounds}"
        else:
            _at_offset(named, there, offset.distance_km, town)


def _named_before(folded: str, found: Sequence[Found], start: int) -> Found | None:
    for f in reversed(found):
        if f.end <= start and f.role == "place":
            gap = folded[f.end : start]
            in_brackets = len(gap) <= 60 and gap.lstrip().startswith("(") and ")" not in gap
            return f if in_brackets or (len(gap) <= 3 and gap.strip() in (",", "")) else None
    return None


def _at_offset(named: Found, there: Region, distance: float, town: Place) -> None:
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


def learn_context(texts: Iterable[str]) -> PlaceContext:
    """Return what a source usually writes about, from the places its texts settle by themselves."""
    counts: dict[str, float] = {}
    for text in texts:
        for area in {
            m.chosen.area for m in find_places(text) if m.chosen and m.role != "reference"
        }:
            counts[area] = counts.get(area, 0.0) + 1
    return PlaceContext(usual_areas=counts)
