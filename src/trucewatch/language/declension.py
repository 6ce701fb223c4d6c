"""The inflected forms of place names, Ukrainian and Russian.

Words that the pymorphy3 dictionaries hold are inflected by them; every name is also inflected by
the endings of lexicon/declension.yaml, since a dictionary reads 'Часів' as 'of hours'. More forms
than people use do no harm: a form that fits two names is an ambiguity that the text has to settle.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml

LEXICON = Path(__file__).parent / "lexicon"
CASES = 5
PYMORPHY_CASES = ("gent", "datv", "accs", "ablt", "loct")
MOST_FORMS = 40
Paradigm = tuple[frozenset[str], ...]


@cache
def _rows(language: str) -> dict[str, list[tuple[int, tuple[tuple[str, ...], ...]]]]:
    rows: dict[str, list[tuple[int, tuple[tuple[str, ...], ...]]]] = {}
    for ending, cut, *cases in read_yaml(LEXICON / "declension.yaml").value[language]:
        rows.setdefault(str(ending), []).append((cut, tuple(tuple(c.split("/")) for c in cases)))
    return rows


@cache
def analyser(language: str) -> Any:
    """Return the pymorphy3 analyser of 'uk' or 'ru'; about 50 MB and half a second each."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang=language)


def word_cases(word: str, language: str, *, before_noun: bool = False) -> list[frozenset[str]]:
    """Return the forms of a lower-case word in the five oblique cases, genitive to locative."""
    cases: list[set[str]] = [set() for _ in range(CASES)]
    for cut, endings in _fitting(word, language, before_noun):
        stem = word[: len(word) - cut]
        for forms, alternatives in zip(cases, endings, strict=True):
            forms.update(word if e == "=" else stem + e for e in alternatives)
    for forms, more in zip(cases, _dictionary_cases(word, language), strict=True):
        forms.update(more)
    return [frozenset(forms) for forms in cases]


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
    morph = analyser(language)
    parses = [
        p for p in morph.parse(word)
        if p.is_known and "nomn" in p.tag and ({"NOUN"} & p.tag.grammemes or "ADJF" in p.tag)
    ][:2] if morph.word_is_known(word) else []  # fmt: skip
    for case in PYMORPHY_CASES:
        inflected = (_inflect(parse, case) for parse in parses)
        yield {form for form in inflected if form}


def _inflect(parse: Any, case: str) -> str | None:
    number = "plur" if "plur" in parse.tag else "sing"
    form = parse.inflect({case, number}) or parse.inflect({case})
    return None if form is None else str(form.word).replace("’", "'")


def name_forms(name: str, language: str) -> set[str]:
    """Return every form of a lower-case name of one or more words, itself included."""
    words = name.split(" ")
    if len(words) == 1 and "-" in name:
        return {form.replace(" - ", "-") for form in _joined(name.split("-"), language, "-")} | {
            name
        }
    return _joined(words, language, " ") | {name}


def _joined(words: list[str], language: str, glue: str) -> set[str]:
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
