"""The dictionaries read many words at once and say what pymorphy3 says of each."""

from __future__ import annotations

import pytest

from trucewatch.language.declension import word_cases
from trucewatch.language.dictionary import CASES, analyser, dictionary

WORDS = [
    "донецьк",
    "горлівка",
    "веселе",
    "миру",
    "залужного",
    "торецьк",
    "орел",
    "орёл",
    "гнізда",
    "ґанок",
    "ганок",
    "київ",
    "одеса",
    "новий",
    "нова",
    "стали",
    "зеленый",
    "мёд",
    "береги",
    "горы",
    "степи",
    "лугу",
    "каховка",
    "щастя",
    "щастье",
    "абракадабренко",
    "і",
    "я",
    "ям",
]


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_readings_and_forms_are_those_of_pymorphy(language: str) -> None:
    held, morph = dictionary(language), analyser(language)
    readings = held.readings(WORDS)
    assert set(readings) == {word for word in WORDS if morph.word_is_known(word)}
    assert len(readings) >= 10
    for word, found in readings.items():
        parses = {p.methods_stack[0][1:]: p for p in morph.parse(word)}
        assert {(held.spelt(word, r[0]), r[1], r[2]) for r in found} == set(parses)
        for reading in found:
            parse = parses[held.spelt(word, reading[0]), reading[1], reading[2]]
            assert held.tag(reading) == parse.tag
            number = "plur" if "plur" in parse.tag else "sing"
            for case, forms in zip(CASES, held.cases(word, reading), strict=True):
                told = parse.inflect({case, number}) or parse.inflect({case})
                assert forms == ({told.word.replace("’", "'")} if told else set())


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_no_word_gives_no_reading(language: str) -> None:
    assert dictionary(language).readings([]) == {}
    assert dictionary(language).readings(["", "qqq", "ъъъ"]) == {}


def test_a_name_with_many_readings_keeps_the_likeliest() -> None:
    genitive, *_ = word_cases("донецьк", "uk")
    assert "донецька" in genitive
