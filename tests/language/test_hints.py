"""Quick searches that spare slow ones must never miss what the slow ones find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.language.areas import AREA_HINT, AREA_NOUN
from trucewatch.language.cues import opens_sentence
from trucewatch.language.fold import fold, key
from trucewatch.language.headlines import CLAIMANT, CLAIMANT_HINT

NOUNS = [
    "області",
    "обл.",
    "ОВА",
    "ОДА",
    "край",
    "края",
    "крае",
    "регіон",
    "регион",
    "регионе",
    "область",
    "oblast",
    "Oblasts",
    "region",
    "Region",
    "Province",
    "Krai",
    "обласної",
    "областной",
    "губернатор",
    "району",
    "район",
    "агломерації",
    "округу",
    "окрузі",
    "р-ні",
    "raion",
    "Raion",
    "district",
    "громада",
    "ТГ",
    "МТГ",
    "ОТГ",
    "МВА",
    "адміністрація",
    "напрямку",
    "направлении",
    "фронті",
    "ділянці",
    "участке",
    "direction",
    "Direction",
    "sector",
    "Sector",
    "axis",
    "Axis",
]
# The rule in one pattern, as slow as it is plain.
START = re.compile(r"(?:^|[.!?…:•|\n])[\s\"'«»“”()\u00ad-]*$")


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_of_an_area_is_hinted_at_where_it_begins(noun: str) -> None:
    text = f"на Покровському {noun} тихо"
    found = AREA_NOUN.search(text)
    assert found is not None
    assert found.start() in [hint.start() for hint in AREA_HINT.finditer(text)]


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="абві АБ.-–—'\" \n\u00a0…!?:•|«»()x", max_size=30))
def test_a_sentence_opens_after_its_end_and_nothing_else(before: str) -> None:
    assert opens_sentence(before) == (START.search(before) is not None)
    assert opens_sentence(before + ". ")
    assert not opens_sentence(before + "слово ")


@settings(deadline=None, max_examples=200)
@given(
    st.text(alphabet="аб ,", max_size=10),
    st.sampled_from(["- ", "– ", "— повідомляє ", "повідомили у ", "сообщил ", "заявив ", "says "]),
)
def test_every_claimant_is_hinted_at(before: str, verb: str) -> None:
    text = f"{before} {verb}Генштаб"
    assert CLAIMANT.search(text) is not None
    assert CLAIMANT_HINT.search(text) is not None


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_folding_keeps_the_length_and_folding_twice_changes_nothing_that_is_looked_up(
    text: str,
) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert key(fold(folded)) == key(folded)
