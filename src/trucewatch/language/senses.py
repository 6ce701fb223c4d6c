"""What capitalised words of text may name, looked up once and kept.

Text repeats its words: what a word names, how it may go on and which place it means without any
text are worked out the first time it is met.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from trucewatch.language.ambiguity import Chosen, Spots, standing
from trucewatch.language.fold import key
from trucewatch.language.gazetteer import Gazetteer, Place

LONGEST_NAME = 60
GREAT_CITY, VILLAGE = 500_000, 10_000
# A feed uses some tens of thousands of words; hostile text no more than this.
MOST_KEPT = 200_000


class Sense(NamedTuple):
    """What a form means without any text.

    weak: COMMON and PERSON bits of forms. only: the one place, with the grounds, or None. city: a
    city far above its namesakes, or None. spots: the candidates by latitude. foreign: whether it
    means villages, or nothing but towns abroad and none of them a great city.
    """

    candidates: tuple[Place, ...]
    weak: int
    only: Chosen
    city: Chosen
    spots: Spots
    foreign: bool = False


class Name(NamedTuple):
    """A word that names something or begins a longer name.

    length: how many characters of the word are the name. key: the word as forms are written.
    words: of the longest name that begins with it, 0 where none does.
    """

    sense: Sense | None
    length: int
    key: str
    words: int


class Words(dict[str, Name | None]):
    """Words of folded text and what they name; None for most, which name nothing."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self.gazetteer = gazetteer
        self.number = gazetteer.names.number
        self._senses: dict[int, Sense] = {}

    def __missing__(self, word: str) -> Name | None:
        if len(word) > LONGEST_NAME:
            return None
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[word] = self._name(word)
        return found

    def sense(self, number: int) -> Sense:
        """Return what one form means, by its number in the gazetteer."""
        found = self._senses.get(number)
        if found is None:
            candidates = self.gazetteer.candidates_of(number)
            weak = self.gazetteer.names.flags[number]
            found = self._senses[number] = Sense(
                candidates, weak, *standing(candidates), Spots(candidates),
                candidates[0].population < VILLAGE
                or (candidates[0].population < GREAT_CITY
                    and all(p.kind == "city_abroad" for p in candidates)),
            )  # fmt: skip
        return found

    def _name(self, word: str) -> Name | None:
        lower = key(word)
        number, length = self.number.get(lower), len(word)
        if number is None and ("-" in lower or "'" in lower):
            part, length = _part(lower, length)
            number = self.number.get(part)
        words = self.gazetteer.names.starts.get(lower, 0)
        if number is None and not words:
            return None
        return Name(None if number is None else self.sense(number), length, lower, words)


@cache
def words_of(gazetteer: Gazetteer) -> Words:
    """Return the words met so far with one gazetteer."""
    return Words(gazetteer)


def _part(word: str, length: int) -> tuple[str, int]:
    """Return a word without its possessive 's, or the first part of a hyphenated word."""
    if word.endswith("'s"):
        return word[:-2], length - 2
    head = word.partition("-")[0]
    return (head, len(head)) if 3 < len(head) < len(word) else ("", length)
