"""Names: which spellings are one name, on which grounds, and which are not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.language.names import Merged, find_names, merge, skeleton


def merged(*texts: str) -> list[Merged]:
    found = {str(n): find_names(t) for n, t in enumerate(texts)}
    return merge(found, common=frozenset({"general"}))


def spellings(*texts: str) -> list[set[str]]:
    return [
        {s.surname for s in group.spellings} for group in merged(*texts) if len(group.spellings) > 1
    ]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Pashinyan", "Pashinian"), ("Burhan", "Burhane"), ("Hodeidah", "Hodeida"),
        ("Yusuf", "Yousuf"), ("Mahmoud", "Mahmud"),
    ],
)  # fmt: skip
def test_one_sound(left: str, right: str) -> None:
    assert skeleton(left) == skeleton(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Кіїр", "Kiir"),
        ("Пашинян", "Pashinyan"),
        ("Гриффитс", "Griffits"),
        ("Саакашвілі", "Саакашвили"),
    ],
)
def test_across_scripts(left: str, right: str) -> None:
    assert skeleton(left) == skeleton(right)


def test_merged_on_first_name() -> None:
    assert spellings("envoy Martin Griffiths spoke", "envoy Martin Grifitts left") == [
        {"Griffiths", "Grifitts"}
    ]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Anna Karlsen spoke", "Peter Karlson left"),
        ("Martin Mayer spoke", "Martin Maxwell left"),
        ("the General Salva spoke", "the General Silva left"),
        ("Hamid Karzai spoke", "Hassan Karzan left"),
    ],
)
def test_not_merged(left: str, right: str) -> None:
    assert spellings(left, right) == []


def test_inflected_forms_are_one() -> None:
    (group,) = [g for g in merged("Мартін Грифітс сказав", "Мартіна Грифітса бачили")
                if g.spellings[0].surname.startswith("Гри")]  # fmt: skip
    assert len(group.spellings) == 2
    assert group.grounds


def test_articles_on_names() -> None:
    assert [m.words for m in find_names("He met Abdel Fattah al-Burhan there")] == [
        ("He",), ("Abdel", "Fattah", "Burhan"),
    ]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    found = find_names(text)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    merge({"a": found})
