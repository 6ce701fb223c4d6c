"""Finding the lexicon's words in tokens: stems, phrases, whole words; no dictionary is loaded.

A pattern is words joined by '_'; '*' ends a stem that takes any ending; '?' stands for s, z or c
('demilitari?ed'). Hyphens part words, in patterns as in texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml

FOLDER = Path(__file__).parent / "lexicon"
LANGUAGES = ("en", "uk", "ru")
_KEY = 3
_WORD = re.compile(
    r"\d+(?:[.,:\u00a0\u202f ]\d+)*|[^\W\d_]+(?:['\u2019\u02bc][^\W\d_]+)*\.?(?<!\.)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word at start..end; lower is folded (plain apostrophe, no possessive 's, ё as е)."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def is_capital(self) -> bool:
        """Whether the word starts with a capital letter."""
        return self.text[:1].isupper()


def tokenise(text: str, offset: int = 0) -> list[Token]:
    """Return the words of a text; start and end are shifted by offset."""
    return [
        Token(m.start() + offset, m.end() + offset, m[0], folded(m[0]))
        for m in _WORD.finditer(text)
    ]


def folded(word: str) -> str:
    """Return a word as the lexicon writes it."""
    lower = word.lower().replace("\u2019", "'").replace("\u02bc", "'").replace("ё", "е")
    return lower[:-2] if lower.endswith("'s") else lower


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a pattern: a whole word, or a stem with any ending."""

    text: str
    is_stem: bool

    def fits(self, lower: str) -> bool:
        """Whether a folded word is this part."""
        return lower.startswith(self.text) if self.is_stem else lower == self.text


@dataclass(frozen=True, slots=True)
class Match:
    """A concept found at tokens first..last (last excluded)."""

    concept: str
    first: int
    last: int


@dataclass
class StemIndex:
    """Patterns by the first letters of their first word."""

    by_key: dict[str, list[tuple[tuple[Part, ...], str]]] = field(default_factory=dict)

    def add(self, pattern: str, concept: str) -> None:
        """Add one pattern in the lexicon's notation."""
        for spelled in _spellings(pattern):
            parts = tuple(_part(word) for word in re.split(r"[_\-]", spelled) if word.strip("*"))
            if parts:
                rows = self.by_key.setdefault(parts[0].text[:_KEY], [])
                rows.append((parts, concept))

    def at(self, tokens: Sequence[Token], first: int) -> Iterator[Match]:
        """Yield every concept whose pattern starts at a token."""
        lower = tokens[first].lower
        for size in range(1, _KEY + 1):
            for parts, concept in self.by_key.get(lower[:size], ()):
                if size < _KEY and len(parts[0].text) >= _KEY:
                    continue
                if len(parts[0].text[:_KEY]) == size and _fits(parts, tokens, first):
                    yield Match(concept, first, first + len(parts))
            if size >= len(lower):
                return

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """Return every concept of a token row, longest first at each place."""
        found = [m for first in range(len(tokens)) for m in self.at(tokens, first)]
        return sorted(set(found), key=lambda m: (m.first, m.first - m.last, m.concept))


def _spellings(pattern: str) -> Iterable[str]:
    return (pattern.replace("?", letter) for letter in "szc") if "?" in pattern else (pattern,)


def _part(word: str) -> Part:
    plain = word.replace("ё", "е")
    return Part(plain.rstrip("*"), plain.endswith("*"))


def _fits(parts: tuple[Part, ...], tokens: Sequence[Token], first: int) -> bool:
    if first + len(parts) > len(tokens):
        return False
    return all(
        part.fits(token.lower) for part, token in zip(parts, tokens[first:], strict=False)
    )  # fmt: skip


@cache
def rows(name: str) -> dict[str, dict[str, Any]]:
    """Return one lexicon file as written: id -> its fields."""
    value: dict[str, dict[str, Any]] = read_yaml(FOLDER / f"{name}.yaml").value
    return value


@cache
def plain(name: str) -> frozenset[str]:
    """Return one list of whole words of plain.yaml."""
    return frozenset(str(rows("plain")[name]).split())


@cache
def index_of(name: str, language: str, kind: str | None = None) -> StemIndex:
    """Return the patterns of one lexicon file in one language, of one kind where given."""
    index = StemIndex()
    for concept, row in rows(name).items():
        if kind is None or row.get("kind") == kind:
            for pattern in str(row.get(language) or "").split():
                index.add(pattern, concept)
    return index


@cache
def speech(language: str) -> dict[str, StemIndex]:
    """Return an index for each word list of speech.yaml; stances are one index together."""
    lists = {key: row for key, row in rows("speech").items() if key != "stances"}
    found = {key: _index(key, row, language) for key, row in lists.items()}
    stances = StemIndex()
    for stance, row in rows("speech")["stances"].items():
        for pattern in str(row.get(language) or "").split():
            stances.add(pattern, stance)
    return found | {"stances": stances}


def _index(key: str, row: dict[str, Any], language: str) -> StemIndex:
    index = StemIndex()
    for pattern in str(row.get(language) or "").split():
        index.add(pattern, key)
    return index
