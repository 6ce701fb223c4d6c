"""What two claims of different documents are to each other: the same, in conflict, or unrelated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from trucewatch.dossier.model import Claim
from trucewatch.language.names import is_cyrillic, skeleton


@dataclass(frozen=True, slots=True)
class Relation:
    """type: '' where the two agree, else the type of contradiction. strength: 0..1."""

    type: str
    strength: float
    grounds: str

    @property
    def agrees(self) -> bool:
        """Whether the two say the same."""
        return not self.type


Compare = Callable[[Claim, Claim], Relation | None]


def overlap(left: frozenset[str], right: frozenset[str]) -> float:
    """Return the share (0..1) of the smaller set that both hold; 0 where one is empty."""
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0


def disjoint(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether both say something and nothing in common."""
    return bool(left) and bool(right) and not left & right


def elsewhere(left: Claim, right: Claim) -> bool:
    """Whether both say where, and in one script the places differ.

    Across scripts a place's name may only look different, so nothing is concluded.
    """
    apart = disjoint(left.places, right.places)
    return apart and is_cyrillic(left.quote) == is_cyrillic(right.quote)


def dates_differ(left: Claim, right: Claim) -> bool:
    """Whether both sentences name a day and the days differ: two happenings, not one."""
    if not left.time or not right.time or left.time == right.time:
        return False
    mine, theirs = left.time.split("/")[0], right.time.split("/")[0]
    full = len(mine.lstrip("-").split("-")) >= 2 and len(theirs.lstrip("-").split("-")) >= 2
    return full and mine[-5:] != theirs[-5:]


def context(left: Claim, right: Claim, *, without: frozenset[str] = frozenset()) -> float:
    """Return how much two claims speak of the same matter, 0..1: concepts, actors, words.

    What only one of the two has cannot speak against them; words count within one script only.
    without: concepts that the two share by what they are compared for.
    """
    concepts = left.concepts - without, right.concepts - without
    features = [(0.5, *concepts), (0.25, left.actors, right.actors)]
    if is_cyrillic(left.quote) == is_cyrillic(right.quote):
        features.append((0.25, left.stems, right.stems))
    told = [(w, overlap(mine, theirs)) for w, mine, theirs in features if mine and theirs]
    total = sum(w for w, _ in told)
    return sum(w * share for w, share in told) / max(total, 0.5) if told else 0.0


_NAME = re.compile(r"(?<=[a-z\u0400-\u04ff,] )[A-Z\u0400-\u042f\u0490][^\W\d_]{4,}")
# Letters of a sound that two names have in common where they are one.
SAME_SOUND = 4


def share_names(left: Claim, right: Claim) -> bool:
    """Whether both sentences hold one name in their midst that is no actor: mostly a place."""
    return bool(_names(left.quote) & _names(right.quote))


@lru_cache(maxsize=20_000)
def _names(quote: str) -> frozenset[str]:
    sounds = (skeleton(name)[:SAME_SOUND] for name in _NAME.findall(quote[:2000]))
    return frozenset(s for s in sounds if len(s) == SAME_SOUND)
