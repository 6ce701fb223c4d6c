"""Settling the names of one text: which place each means, from the text's other places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trucewatch.language.ambiguity import CITY_FROM, PlaceContext, only_one, settle
from trucewatch.language.cues import ANEW, NEW_SENTENCE
from trucewatch.language.gazetteer import Place
from trucewatch.language.senses import Sense
from trucewatch.where import Region

# How many names to either side may settle one.
NEIGHBOURHOOD = 40
MOST_ANCHORS = 20
MOST_AREAS = 6
REGION_KINDS = frozenset({"oblast", "region_abroad", "raion"})
ANCHOR_KINDS = frozenset({"city", "town", "village", "locality", "city_abroad"})


@dataclass(slots=True)
class Found:
    """A name seen in a text, before its place is settled."""

    start: int
    end: int
    candidates: tuple[Place, ...]
    sense: Sense | None = None
    role: str = "place"
    chosen: Place | None = None
    grounds: str = ""
    region: Region | None = None


def settle_all(folded: str, found: list[Found], context: PlaceContext | None) -> None:
    """Settle every name that its words, the text or the source settle; the rest stay open."""
    open_ones = []
    for index, f in enumerate(found):
        if f.chosen is None and f.region is None:
            chosen = f.sense.only if f.sense else only_one(f.candidates)
            if chosen is None:
                open_ones.append(index)
            else:
                f.chosen, f.grounds = chosen
    if open_ones and context is None:
        open_ones = _without_cities(found, open_ones)
    if open_ones:
        Settler(folded, found, context).run(open_ones)


def _without_cities(found: list[Found], open_ones: list[int]) -> list[int]:
    """Where a text names nothing but cities and countries, cities mean themselves."""
    if not all(f.role == "place" and f.candidates[0].population >= CITY_FROM for f in found):
        return open_ones
    left = []
    for index in open_ones:
        f = found[index]
        if f.sense and f.sense.city:
            f.chosen, f.grounds = f.sense.city
        else:
            left.append(index)
    return left


class Settler:
    """Settles the names of one text that their words alone leave open."""

    def __init__(self, folded: str, found: list[Found], context: PlaceContext | None) -> None:
        self.folded, self.found, self.context = folded, found, context
        self.countries = [f.chosen for f in found if f.chosen and f.chosen.kind == "country"][:4]
        self.areas = [i for i, f in enumerate(found) if f.chosen and f.chosen.kind in REGION_KINDS]

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
        self._by(f, areas, self.neighbours(index))
        if f.chosen is None and self.countries and all(p.country != "UA" for p in f.candidates):
            self._by(f, self.countries, ())
        if f.chosen is None and len(self.found) > 4:
            beside = self.found[max(0, index - NEIGHBOURHOOD) : index + NEIGHBOURHOOD]
            self._by(f, areas, anchors_of(beside))
        return f.chosen is not None

    def _by(self, f: Found, areas: Sequence[Place], anchors: Sequence[Place]) -> None:
        f.chosen, f.grounds = settle(
            f.candidates, areas=areas, anchors=anchors, context=self.context,
            spots=f.sense.spots if f.sense else None,
        )  # fmt: skip

    def neighbours(self, index: int) -> list[Place]:
        """Return the settled places among the three names beside one."""
        beside = (index - 1, index + 1, index - 2)
        return anchors_of(self.found[i] for i in beside if 0 <= i < len(self.found))

    def areas_for(self, index: int) -> list[Place]:
        """Order the text's areas for a name: the one closing its list, the one before, the rest."""
        f = self.found[index]
        at = bisect_left(self.areas, index)
        before, later = self.areas[max(0, at - MOST_AREAS) : at], self.areas[at : at + MOST_AREAS]
        later = [i for i in later if i != index]
        ordered = before[::-1] + later
        if later and self._closes(f, index, later[0]):
            ordered = [later[0], *before[::-1], *later[1:]]
        return [place for i in ordered if (place := self.found[i].chosen) is not None]

    def _closes(self, f: Found, index: int, after: int) -> bool:
        between = after - index - 1
        start = self.found[after].start
        names = sum(f.end - f.start for f in self.found[index + 1 : after])
        if start - f.end - names > 14 + 12 * between:
            return False
        gap = self.folded[f.end : start]
        return not NEW_SENTENCE.search(gap) and not ANEW.search(gap[-8:])


def anchors_of(found: Iterable[Found]) -> list[Place]:
    """Return the settled points among some names, at most MOST_ANCHORS."""
    places = (f.chosen for f in found if f.chosen and f.region is None)
    return [p for p in places if p.kind in ANCHOR_KINDS][:MOST_ANCHORS]
