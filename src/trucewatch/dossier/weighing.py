"""How telling the words of a set are, and how much of them two sentences have in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from trucewatch.dossier.terms import Term

# Words elsewhere in the sentence stand less for a clause than its own.
ASIDE = 0.5
LEAST_WEIGHT = 0.15
# What a clause without matter of its own must share by what stands beside it.
ALL_ASIDE = 0.6
# A clause with fewer words of matter than this is read with its whole sentence.
FEW = 2


@dataclass(frozen=True, slots=True)
class Bag:
    """The matter of a clause: key -> 1 in the clause, ASIDE elsewhere in its sentence.

    own: keys within a language; across: keys between languages.
    """

    language: str
    own: Mapping[str, float]
    across: Mapping[str, float]

    def deeds(self) -> frozenset[str]:
        """Return the deeds of the clause itself: what is accepted, refused, confirmed."""
        return frozenset(k for k, held in self.own.items() if held == 1.0 and k.startswith("d:"))

    def keys(self, other: Bag) -> Mapping[str, float]:
        """Return the keys that this bag is compared to another by."""
        return self.own if self.language == other.language else self.across


def bag_of(
    terms: Iterable[Term], clause: int, language: str, *, before: Iterable[Term] = ()
) -> Bag:
    """Return the bag of a clause. before: the terms a pronoun of it looks back to."""
    own: dict[str, float] = {}
    across: dict[str, float] = {}
    terms = list(terms)
    aside = [replace(t, clause=-1) for t in before]
    if sum(t.clause == clause for t in terms) < FEW:
        # 'Half of those who came back need care': the matter stands in the next clause.
        terms = [replace(t, clause=clause) for t in terms]
    for term in (*terms, *aside):
        weight = 1.0 if term.clause == clause else ASIDE
        own[term.key] = max(weight, own.get(term.key, 0.0))
        across[term.sound] = max(weight, across.get(term.sound, 0.0))
        if term.alias:
            own[term.alias] = across[term.alias] = weight
    return Bag(language, own, across)


@dataclass
class Weights:
    """How rare a key is in a set of documents: the logarithm of sentences per sentence with it."""

    sentences: int = 0
    held: Counter[str] = field(default_factory=Counter)
    known: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def note(self, terms: Iterable[Term]) -> None:
        """Count a sentence."""
        self.sentences += 1
        self.known.clear()
        self.held.update({k for t in terms for k in (t.key, t.sound, t.alias) if k})

    def of(self, key: str) -> float:
        """Return the weight of a key, at least LEAST_WEIGHT, 1 for one of half of the rarest."""
        found = self.known.get(key)
        if found is None:
            most = math.log(1 + self.sentences)
            rare = math.log((1 + self.sentences) / (1 + self.held[key]))
            found = self.known[key] = max(LEAST_WEIGHT, rare / most if most else 1.0)
        return found

    def shared(
        self, left: Bag, right: Bag, *, without: frozenset[str] = frozenset()
    ) -> tuple[float, float]:
        """Return (weight of the shared keys, its share of the poorer bag)."""
        mine, theirs = left.keys(right), right.keys(left)
        common = [k for k in mine if k in theirs and k not in without]
        weight = sum(self.of(k) * min(mine[k], theirs[k]) for k in common)
        poorer = min(self._total(mine, without), self._total(theirs, without))
        if not poorer:
            # 'It is led by A': the matter is the sentence before.
            return weight, float(weight >= ALL_ASIDE)
        return weight, min(1.0, weight / poorer)

    def _total(self, keys: Mapping[str, float], without: frozenset[str]) -> float:
        """The matter of the clause itself; who is named in it beside is no matter."""
        own = [k for k, w in keys.items() if k not in without and w == 1.0]
        return sum(self.of(k) for k in own if not k.startswith(("@", "n:")))
