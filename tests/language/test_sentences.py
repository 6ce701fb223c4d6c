"""Sentences: where they end in three languages, and offsets for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.language.documents.boilerplate import reasons
from trucewatch.language.sentences import MAX_CHARS, split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "On Jan. 15 the U.S. President spoke. Done!",
            ["On Jan. 15 the U.S. President spoke.", "Done!"],
        ),
        (
            "Сторони обміняли 5 тис. осіб. Далі тиша.",
            ["Сторони обміняли 5 тис. осіб.", "Далі тиша."],
        ),
        ("Войска ушли из г. Киев. Всё тихо.", ["Войска ушли из г. Киев.", "Всё тихо."]),
        ('"We agree." He left.', ['"We agree."', "He left."]),
        (
            "Угоду підписали у 2022 р. Сторони задоволені.",
            ["Угоду підписали у 2022 р.", "Сторони задоволені."],
        ),
        ("- first point\n- second point", ["first point", "second point"]),
        ("A heading\nA sentence follows.", ["A heading", "A sentence follows."]),
        ("", []),
        ("...\n***\n", []),
    ],
)
def test_split(text: str, sentences: list[str]) -> None:
    assert [s.text for s in split(text)] == sentences


def test_wrapped_lines_run_on() -> None:
    text = (
        "The parties to the conflict have agreed on the text of the\n"
        "accord after long talks in the capital, the mediators in the\n"
        "city said on Monday, and they will sign it within the next\n"
        "days if nothing else happens.\n"
    )
    (only,) = split(text)
    assert only.end == len(text) - 1


def test_kinds() -> None:
    kinds = [s.kind for s in split("A heading\n- an item\nA sentence that ends with a stop.")]
    assert kinds == ["heading", "item", "body"]


def test_boilerplate() -> None:
    text = (
        "The truce holds in the whole country.\nRead also: Prices rise\n"
        "The truce holds in the whole country.\nMore on these topics\nThe river is long."
    )
    assert reasons(split(text)) == {1: "navigation", 2: "repeated", 3: "tail", 4: "tail"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='aБ. \n\r!?…"«»-1\u2028\u202eт', max_size=300))
def test_offsets(text: str) -> None:
    found = split(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_one_long_sentence_is_cut() -> None:
    found = split("word " * 20_000)
    assert max(s.end - s.start for s in found) <= MAX_CHARS
    assert len(split("x" * 100_000)) == -(-100_000 // MAX_CHARS)
