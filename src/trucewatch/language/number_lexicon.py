"""The words of number_words.yaml and measure_words.yaml, indexed for lookup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Words:
    """Number words of one language; keys are folded (lower case, plain apostrophe, no ё)."""

    numbers: dict[str, float]
    multipliers: dict[str, float]
    singular_multipliers: frozenset[str]
    dozen: dict[str, float]
    half: frozenset[str]
    joiners: frozenset[str]
    articles: frozenset[str]
    ranges: frozenset[tuple[str, str]]
    openers: frozenset[str]
    vague: dict[str, str]
    before: dict[str, str]
    after: dict[str, str]
    pronoun_after: frozenset[str]
    pronoun_before: frozenset[str]
    not_a_count: frozenset[str]
    year_before: frozenset[str]
    year_after: frozenset[str]
    months: frozenset[str]


@cache
def words_of(language: str) -> Words:
    """Return the number words of en, uk or ru; English where the language is another."""
    every = read_yaml(FOLDER / "number_words.yaml").value
    return _words(every.get(language) or every["en"])


@cache
def starters_of(language: str) -> frozenset[str]:
    """Return the words that a quantity without digits can begin with."""
    words = words_of(language)
    vague = {phrase.split(" ")[0] for phrase in words.vague}
    return frozenset(
        {*vague, *words.numbers, *words.multipliers, *words.dozen, *words.articles, *words.half}
    )


def _words(row: dict[str, Any]) -> Words:
    ranges = frozenset((str(a), str(b)) for a, b in row["ranges"])
    multipliers = _valued(row["multipliers"])
    return Words(
        numbers=_valued(row["numbers"]), multipliers=multipliers,
        singular_multipliers=frozenset(_first_words(row["multipliers"])),
        dozen=dict.fromkeys(row["dozen"].split(), 12.0), half=frozenset(row["half"].split()),
        joiners=frozenset(row["joiners"].split()), articles=frozenset(row["articles"].split()),
        ranges=ranges, openers=frozenset(a for a, _ in ranges if a),
        vague=_phrases(row["vague"]), before=_phrases(row["before"]),
        after=_phrases(row["after"]), **{key: _plain(row[key]) for key in _PLAIN_KEYS},
    )  # fmt: skip


_PLAIN_KEYS = (
    "pronoun_after", "pronoun_before", "not_a_count", "year_before", "year_after", "months",
)  # fmt: skip


def _valued(row: dict[Any, str]) -> dict[str, float]:
    return {word.replace("ё", "е"): float(value) for value, words in row.items()
            for word in words.split()}  # fmt: skip


def _first_words(row: dict[Any, str]) -> Iterable[str]:
    """A multiplier may stand alone in the singular only: 'тисяча' is 1,000, 'тисяч' is none."""
    return (words.split()[0] for words in row.values() if not words.split()[0].isascii())


def _phrases(row: dict[str, list[str]]) -> dict[str, str]:
    return {str(phrase): name for name, phrases in row.items() for phrase in phrases}


def _plain(words: Iterable[object]) -> frozenset[str]:
    return frozenset(str(word).replace("ё", "е") for word in words)


@cache
def _units() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    rows = read_yaml(FOLDER / "measure_words.yaml").value
    whole = {str(form): unit for unit, forms in rows.items() for form in forms}
    stems = tuple((f[:-1], u) for f, u in whole.items() if f.endswith("*"))
    return {f: u for f, u in whole.items() if not f.endswith("*")}, stems


@lru_cache(maxsize=8192)
def unit_of(phrase: str) -> str | None:
    """Return the unit of measure that a folded word or phrase names, or None."""
    whole, stems = _units()
    if phrase in whole:
        return whole[phrase]
    if " " in phrase or not phrase:
        return None
    return next((unit for stem, unit in stems if phrase.startswith(stem)), None)
