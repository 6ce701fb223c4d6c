"""Quantities: cases that a reader of the three languages can check, and the laws of any text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.language import quantities

CASES = yaml.safe_load((Path(__file__).parent / "quantities.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, text, rows) for language, cases in CASES.items() for text, rows in cases],
)
def test_case(language: str, text: str, expected: list[list[object]]) -> None:
    found = quantities.find(text, language)
    got = [[q.low, q.best, q.high, q.qualifier, q.unit] for q in found]
    assert [row[3:] for row in got] == [row[3:] for row in expected]
    for mine, theirs in zip(got, expected, strict=True):
        assert mine[:3] == [None if v is None else pytest.approx(v) for v in theirs[:3]]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("about", "at", "least", "5", "1,000", "10-15", "%", "km", "-", "two", "hundred"),
                *(
                    "and",
                    ".",
                    ",",
                    "$",
                    "млн",
                    "2022",
                    "тисяч",
                    "из",
                    "a",
                    "half",
                    "dozen",
                    "–",
                    "+",
                ),
                *("million", "to", "between", "3.5", "18:06", "December", "\u202f", "nearly"),
            ]
        ),
        max_size=30,
    ),
    st.sampled_from(["en", "uk", "ru", "xx"]),
)
def test_any_words(words: list[str], language: str) -> None:
    text = " ".join(words)
    found = quantities.find(text, language)
    assert all(text[q.start : q.end] == q.text for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for q in found:
        bounds = [v for v in (q.low, q.best, q.high) if v is not None]
        assert bounds == sorted(bounds)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    for language in ("en", "uk", "ru"):
        assert all(text[q.start : q.end] == q.text for q in quantities.find(text, language))


def test_time_is_bounded() -> None:
    assert len(quantities.find("five hundred " * 20_000, "en")) <= 40_000
    assert quantities.find("9" * 200_000, "en") == []
