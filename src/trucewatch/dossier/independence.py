"""Independence roots: documents that quote one newspaper or copy each other are one root."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trucewatch.dossier.attribution import house

SHINGLE_WORDS = 5
# Share of the shorter text's shingles that stand in the other: above it one copies the other.
COPIED_SHARE = 0.4
MAX_SHINGLES = 40_000
_WORD = re.compile(r"\w+")


def shingles(text: str) -> frozenset[int]:
    """Return the hashes of every run of five words; at most MAX_SHINGLES of them."""
    words = [w.lower() for w in _WORD.findall(text)[:MAX_SHINGLES]]
    if len(words) < SHINGLE_WORDS:
        return frozenset({hash(tuple(words))}) if words else frozenset()
    runs = zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False)
    return frozenset(hash(run) for run in runs)


def copied_share(left: frozenset[int], right: frozenset[int]) -> float:
    """Return the share (0..1) of the smaller set that the other holds too."""
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0


def roots(
    texts: Mapping[str, str], cited: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return document id -> (root, grounds).

    texts: document id -> its own account (repeats and boilerplate left out). cited: document id ->
    news houses it names as origin. A root is the news house, or the first document of its group.
    """
    groups = _Groups(list(texts))
    _join_copies(texts, groups)
    houses = _join_houses(cited, groups)
    return {doc: (_label(doc, groups, houses), tuple(groups.grounds.get(doc, ()))) for doc in texts}


def _join_copies(texts: Mapping[str, str], groups: _Groups) -> None:
    prints = {doc: shingles(text) for doc, text in texts.items()}
    documents = list(prints)
    for i, left in enumerate(documents):
        for right in documents[i + 1 :]:
            share = copied_share(prints[left], prints[right])
            if share >= COPIED_SHARE:
                why = f"{share:.0%} of its runs of {SHINGLE_WORDS} words stand in another document"
                groups.join(left, right, why)


def _join_houses(cited: Mapping[str, Sequence[str]], groups: _Groups) -> dict[str, list[str]]:
    full = frozenset(house(n) for names in cited.values() for n in names if not n.isupper())
    houses = {
        doc: list(dict.fromkeys(house(n, full) for n in names)) for doc, names in cited.items()
    }
    by_house: dict[str, list[str]] = {}
    for doc, names in houses.items():
        for name in names:
            by_house.setdefault(name, []).append(doc)
    for name, documents in by_house.items():
        for doc in documents[1:]:
            groups.join(documents[0], doc, f"both quote {name}")
    return houses


def _label(doc: str, groups: _Groups, houses: Mapping[str, list[str]]) -> str:
    members = groups.members(doc)
    shared = [h for m in members for h in houses.get(m, ())]
    common = [h for h in dict.fromkeys(shared) if sum(h in houses.get(m, ()) for m in members) > 1]
    if common:
        return f"root:{common[0]}"
    if len(members) == 1 and len(set(shared)) == 1:
        return f"root:{shared[0]}"
    return f"root:{members[0]}"


class _Groups:
    """Documents joined into groups, with the grounds of every joining."""

    def __init__(self, documents: list[str]) -> None:
        self.parent = {doc: doc for doc in documents}
        self.grounds: dict[str, list[str]] = {}

    def find(self, doc: str) -> str:
        while self.parent[doc] != doc:
            doc = self.parent[doc]
        return doc

    def join(self, left: str, right: str, why: str) -> None:
        for doc in (left, right):
            self.grounds.setdefault(doc, []).append(why)
        first, second = sorted((self.find(left), self.find(right)))
        self.parent[second] = first

    def members(self, doc: str) -> list[str]:
        top = self.find(doc)
        return [d for d in self.parent if self.find(d) == top]
