"""Places in text: names in any of their forms, oblasts, front sectors, distances and bearings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from trucewatch.language import gazetteer as register
from trucewatch.language.ambiguity import (
    PlaceContext,
    near_any,
    settle,
)
from trucewatch.language.areas import Area, find_areas
from trucewatch.language.bearings import find_offsets, region_at
from trucewatch.language.coordinates import find_coordinates
from trucewatch.language.cues import (
    ALONE,
    AT_WORDS,
    KIND_BEHIND,
    OBLAST_HEAD,
    STRONG,
    SUBJECT_OF_WAR,
    cue_before,
    links,
    opens_sentence,
)
from trucewatch.language.fold import fold, key
from trucewatch.language.forms import COMMON, PERSON
from trucewatch.language.gazetteer import Gazetteer, Place
from trucewatch.language.senses import Sense, Words, words_of
from trucewatch.language.settling import Found, anchors_of, settle_all
from trucewatch.where import Region, distance_km

__all__ = ["PlaceContext", "PlaceMention", "find_places", "learn_context"]

NAME = re.compile(r"[A-ZА-ЯЁҐЄІЇ][\w'\u00ad-]*")
# A capital after one of these stands inside a word.
INSIDE = frozenset("_'-")
MOST_WORDS = 6
NEXT_WORDS = tuple(
    re.compile(rf"(?:[ \u00ad]{{1,2}}[\w'-]{{1,40}}){{1,{most}}}") for most in range(1, MOST_WORDS)
)
CAPITAL_AFTER = re.compile(r" ([A-Z][\w'-]*)")
CAPITAL_BEFORE = re.compile(r"(?:^|[^\w'-])([A-Z][\w-]*) $")
KIND_AFTER = re.compile(
    r"(?:City|Town|Province|District|Governorate|Oblast|Region|County|State|Airport|Valley|Department|"
    r"Municipality|Prefecture|Territory|Village|Camp|Road|Highway|Bridge|Front|Axis)\b"
)
# A word that only the sentence's beginning makes a capital is no part of a name.
OPENING = frozenset(
    ["the", "in", "at", "near", "from", "after", "before", "as", "while", "when", "and", "but"]
)
# Texts are read in blocks so that a book costs no more memory than a page.
BLOCK = 20_000
TOWN_POPULATION = 10_000
SHORT_ACRONYM = 4
WATERS = (" river", " River", " reservoir", " Reservoir", " canal", " Canal", " estuary")
AREA_KINDS = frozenset({"oblast", "region_abroad", "raion", "country"})


class PlaceMention(NamedTuple):
    """A place named in text.

    start, end: offsets into the text. candidates: every place the words may mean, largest first.
    chosen: the place meant, or None where the text does not settle it. grounds: why, in words.
    role: 'place', 'area' (an oblast or raion), 'sector' (a stretch of front named after a town) or
    'reference' (the town that a distance is measured from). region: where it is, with its radius.
    Coordinates that the text gives have a region and no candidates.
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
    named = _named_in(text, folded, base, gazetteer, context)
    points = find_coordinates(folded)
    if not points:
        return named
    given = [
        PlaceMention(
            base + p.start, base + p.end, text[p.start : p.end], (), None,
            "coordinates that the text gives", region=p.region,
        )
        for p in points
    ]  # fmt: skip
    apart = [m for m in named if not any(p.start < m.end and m.start < p.end for p in given)]
    return sorted([*apart, *given], key=lambda m: m.start)


def _named_in(
    text: str, folded: str, base: int, gazetteer: Gazetteer, context: PlaceContext | None
) -> list[PlaceMention]:
    found = names_in(folded, gazetteer)
    areas = find_areas(folded, gazetteer)
    if areas:
        found = _with_areas(found, areas)
    if not found:
        return []
    if any(f.sense and f.sense.foreign for f in found):
        found = _whole_names(folded, found)
    doubtful: list[Found] = []
    if any(f.sense and f.sense.weak for f in found):
        found, doubtful = _supported(folded, found)
    if not found:
        return []
    _offsets(folded, found)
    settle_all(folded, found, context)
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
    words = words_of(gazetteer)
    found: list[Found] = []
    at = taken = 0
    for word in NAME.findall(folded):
        start = folded.find(word, at)
        at = start + len(word)
        name = words[word]
        if name is None or start < taken:
            continue
        if start and ((mark := folded[start - 1]).isalnum() or mark in INSIDE):
            continue
        sense, end = name.sense, start + name.length
        if name.words:
            sense, end = _longer(folded, at, name.key, name.words, words) or (sense, end)
        if sense is not None and not _something_else(folded, end):
            taken = end
            found.append(Found(start, end, sense.candidates, sense))
    return found


def _something_else(folded: str, end: int) -> bool:
    """Return whether a name is a river's, or that of an oblast that nobody knows."""
    following = folded[end : end + 11]
    if following.startswith(WATERS):
        return True
    following = following[:6]
    return following[1:2] in ("о", "О") and following.casefold().lstrip() == OBLAST_HEAD


def _longer(folded: str, end: int, first: str, most: int, words: Words) -> tuple[Sense, int] | None:
    following = NEXT_WORDS[min(most, MOST_WORDS) - 2].match(folded, end)
    if following is None:
        return None
    more = key(following.group()).split()
    for count in range(len(more), 0, -1):
        number = words.number.get(" ".join((first, *more[:count])))
        if number is not None:
            return words.sense(number), _end_of(folded, end, count)
    return None


def _end_of(folded: str, end: int, count: int) -> int:
    for _ in range(count):
        while folded[end] in " \u00ad":
            end += 1
        while end < len(folded) and (folded[end].isalnum() or folded[end] in "_'-\u00ad"):
            end += 1
    return end


def _with_areas(found: list[Found], areas: list[Area]) -> list[Found]:
    starts = [a.start for a in areas]
    kept = [f for f in found if not _covered(f, areas[bisect_right(starts, f.start) - 1])]
    kept += [Found(a.start, a.end, a.candidates, None, a.role, a.chosen, a.grounds) for a in areas]
    return sorted(kept, key=_start)


def _start(f: Found) -> int:
    return f.start


def _covered(f: Found, area: Area) -> bool:
    return area.start <= f.start < area.end


def _whole_names(folded: str, found: list[Found]) -> list[Found]:
    """Leave out towns abroad whose name is a part of a longer one: 'Human Rights', 'Ali Hassan'."""
    ends, starts = {f.end for f in found}, {f.start for f in found}
    return [
        f for f in found
        if not (f.sense and f.sense.foreign and folded[f.start].isascii())
        or not folded[f.start : f.end].isalpha()
        or not _in_longer_name(folded, f, ends, starts)
    ]  # fmt: skip


def _in_longer_name(folded: str, f: Found, ends: set[int], starts: set[int]) -> bool:
    after = CAPITAL_AFTER.match(folded, f.end)
    if after and after.start(1) not in starts and not KIND_AFTER.match(after.group(1)):
        return True
    before = folded[max(0, f.start - 40) : f.start]
    head = CAPITAL_BEFORE.search(before)
    if head is None or f.start - 1 in ends or cue_before(before):
        return False
    return not opens_sentence(before[: head.start(1)]) or head.group(1).lower() not in OPENING


def _supported(folded: str, found: list[Found]) -> tuple[list[Found], list[Found]]:
    """Part the names that their words support from those that only their neighbourhood could."""
    strong = [not (f.sense and f.sense.weak) or _cued(folded, f, f.sense) for f in found]
    if all(strong):
        return found, []
    last = len(found) - 1
    for i in range(1, last + 1):
        if strong[i - 1] and not strong[i]:
            strong[i] = _listed(folded, found[i - 1], found[i])
    for i in range(last - 1, -1, -1):
        if strong[i + 1] and not strong[i]:
            strong[i] = _listed(folded, found[i], found[i + 1])
    weak = [f for f, kept in zip(found, strong, strict=True) if not kept]
    doubtful = [f for f in weak if f.sense and f.sense.weak == COMMON]
    return [f for f, kept in zip(found, strong, strict=True) if kept], doubtful


def _near_the_rest(
    folded: str, found: list[Found], doubtful: list[Found], context: PlaceContext | None
) -> list[Found]:
    """Take back an ordinary word that fits the text's other places."""
    anchors = anchors_of(found)
    for f in doubtful if anchors else ():
        before = folded[max(0, f.start - 24) : f.start]
        if opens_sentence(before) or folded[f.start : f.end].isupper():
            continue
        if near_any(f.candidates, anchors):
            f.chosen, f.grounds = settle(f.candidates, anchors=anchors, context=context)
            found = [*found, f]
    return sorted(found, key=_start)


def _cued(folded: str, f: Found, sense: Sense) -> bool:
    largest, weak = f.candidates[0], sense.weak
    if largest.kind == "country":
        return True
    if f.end - f.start <= SHORT_ACRONYM and folded[f.start : f.end].isupper():
        return False
    before = folded[max(0, f.start - 24) : f.start]
    if before[-1:] == " " and before.split()[-1:] and before.split()[-1].lower() in AT_WORDS:
        return True
    people, cue = largest.population, cue_before(before)
    if weak & PERSON and people < TOWN_POPULATION:
        return cue == STRONG
    if cue:
        return True
    if sense.foreign and folded[f.start].isascii():
        return _is_town(folded, f, before, weak)
    if weak == COMMON and people >= TOWN_POPULATION:
        at_start = opens_sentence(before) and not SUBJECT_OF_WAR.match(folded, f.end)
        return not at_start and not folded[f.start : f.end].isupper()
    return bool(weak & PERSON) and people >= 10 * TOWN_POPULATION


def _is_town(folded: str, f: Found, before: str, weak: int) -> bool:
    """Return whether the words around a weak Latin name say or let it be a town's."""
    if KIND_BEHIND.match(folded, f.end):
        return True
    if weak != COMMON:
        return False
    if opens_sentence(before):
        return ALONE.match(folded, f.end) is not None
    return f.candidates[0].population >= TOWN_POPULATION and not folded[f.start : f.end].isupper()


def _listed(folded: str, first: Found, second: Found) -> bool:
    gap = folded[first.end : second.start]
    return len(gap) <= 8 and links(gap)


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
