"""The inflected forms of place names, Ukrainian and Russian.

Words that the pymorphy3 dictionaries hold are inflected by them; every name is also inflected by
the endings of lexicon/declension.yaml, since a dictionary reads 'Часів' as 'of hours'. More forms
than people use do no harm: a form that fits two names is an ambiguity that the text has to settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml
from trucewatch.language.dictionary import Reading, analyser, dictionary

LEXICON = Path(__file__).parent / "lexicon"
CASES = 5
MOST_READINGS = 2
MOST_FORMS = 40
Paradigm = tuple[frozenset[str], ...]
# What was looked up, by language; emptied when the gazetteer is built.
ASKED: dict[str, dict[str, list[Reading]]] = {"uk": {}, "ru": {}}


@cache
def _rows(language: str) -> dict[str, list[tuple[int, tuple[tuple[str, ...], ...]]]]:
    rows: dict[str, list[tuple[int, tuple[tuple[str, ...], ...]]]] = {}
    for ending, cut, *cases in read_yaml(LEXICON / "declension.yaml").value[language]:
        rows.setdefault(str(ending), []).append((cut, tuple(tuple(c.split("/")) for c in cases)))
    return rows


@cache
def word_cases(word: str, language: str, *, before_noun: bool = False) -> Paradigm:
    """Return the forms of a lower-case word in the five oblique cases, genitive to locative."""
    cases: list[set[str]] = [set() for _ in range(CASES)]
    for cut, endings in _fitting(word, language, before_noun):
        stem = word[: len(word) - cut]
        for forms, alternatives in zip(cases, endings, strict=True):
            forms.update(word if e == "=" else stem + e for e in alternatives)
    learn((word,), language)
    if ASKED[language][word]:
        for forms, more in zip(cases, _dictionary_cases(word, language), strict=True):
            forms.update(more)
    return tuple(frozenset(forms) for forms in cases)


def _fitting(
    word: str, language: str, before_noun: bool
) -> list[tuple[int, tuple[tuple[str, ...], ...]]]:
    rows = _rows(language)
    for length in range(min(5, len(word)), -1, -1):
        ending = word[len(word) - length :]
        found = (rows.get(ending + "^") if before_noun else None) or rows.get(ending)
        if found:
            return found
    return []


def _dictionary_cases(word: str, language: str) -> Iterator[set[str]]:
    held = dictionary(language)
    readings = [r for r in ASKED[language][word] if _is_name_like(held.tag(r))]
    chosen = readings if len(readings) <= MOST_READINGS else _likeliest(word, language)
    paradigms = [held.cases(word, reading) for reading in chosen]
    for case in range(CASES):
        yield {form for paradigm in paradigms for form in paradigm[case]}


def _is_name_like(tag: Any) -> bool:
    return "nomn" in tag and ("NOUN" in tag.grammemes or "ADJF" in tag)


def _likeliest(word: str, language: str) -> list[Reading]:
    """Return the first readings in the order that pymorphy3 gives them by their frequency."""
    parses = [p for p in analyser(language).parse(word) if p.is_known and _is_name_like(p.tag)]
    rows = [p.methods_stack[0] for p in parses[:MOST_READINGS]]
    # The spelling that pymorphy3 found ('орёл') holds no letter that may stand for another.
    by_place: dict[tuple[int, int], list[Reading]] = {}
    for reading in ASKED[language][word]:
        by_place.setdefault(reading[1:], []).append(reading)
    held = dictionary(language)
    return [
        next(r for r in by_place[row[2], row[3]] if held.spelt(word, r[0]) == row[1])
        for row in rows
    ]


def learn(words: Iterable[str], language: str) -> None:
    """Look many words up at once, which is far quicker than one by one."""
    asked = ASKED[language]
    new = {word for word in words if word not in asked}
    if not new:
        return
    found = dictionary(language).readings(new)
    asked.update((word, found.get(word, [])) for word in new)


def forget() -> None:
    """Give back what building holds: the dictionaries and everything asked of them."""
    for asked in ASKED.values():
        asked.clear()
    for held in (word_cases, dictionary, analyser):
        held.cache_clear()


def name_forms(name: str, language: str) -> set[str]:
    """Return every form of a lower-case name of one or more words, itself included."""
    words = name.split(" ")
    if len(words) == 1 and "-" in name:
        return {form.replace(" - ", "-") for form in _joined(name.split("-"), language, "-")} | {
            name
        }
    return _joined(words, language, " ") | {name}


def _most(case: frozenset[str]) -> Iterable[str]:
    return case if len(case) <= MOST_FORMS else sorted(case)[:MOST_FORMS]


def _joined(words: list[str], language: str, glue: str) -> set[str]:
    if len(words) == 1:
        return {form for case in word_cases(words[0], language) for form in _most(case)}
    paradigms = [
        word_cases(word, language, before_noun=i + 1 < len(words)) for i, word in enumerate(words)
    ]
    forms: set[str] = set()
    for case in range(CASES):
        # In 'Rostov-na-Donu' and 'Nova Kakhovka' alike every word may or may not change.
        choices = [sorted(p[case] or {w}) for w, p in zip(words, paradigms, strict=True)]
        forms.update(glue.join(c) for c in list(product(*choices))[:MOST_FORMS])
        if glue == "-":
            last = [[w] for w in words[:-1]] + [choices[-1]]
            first = [choices[0]] + [[w] for w in words[1:]]
            forms.update(glue.join(c) for c in (*product(*last), *product(*first)))
    return forms
