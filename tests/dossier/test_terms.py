"""Words of matter, their sign and mood; and how much of them two sentences share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.dossier.reading import read
from trucewatch.dossier.terms import terms_of
from trucewatch.dossier.weighing import Weights, bag_of
from trucewatch.language.sentences import split

CASES = yaml.safe_load((Path(__file__).parent / "terms.yaml").read_text(encoding="utf-8"))
_PIECES = "the army|did not|refused to|open|leave|the bridge|no|grain|Varosh|said that|, which|5"
SENTENCES = st.lists(st.sampled_from(_PIECES.split("|")), min_size=1, max_size=12).map(" ".join)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:40])
def test_terms(case: dict[str, Any]) -> None:
    terms = terms_of(read(split(case["text"])[0], case["language"]))
    found = {(t.key, t.sign, t.mood) for t in terms}
    assert {tuple(wanted) for wanted in case["has"]} <= found


def test_a_question_says_nothing() -> None:
    assert terms_of(read(split("Did the army leave the bridge?")[0], "en")) == ()


@settings(max_examples=30, deadline=None)
@given(SENTENCES, SENTENCES)
def test_shared_matter(left: str, right: str) -> None:
    """What two bags share does not depend on their order; a bag shares all of itself."""
    rows = [terms_of(read(split(text)[0], "en")) for text in (left, right)]
    weights = Weights()
    for row in rows:
        weights.note(row)
    mine, theirs = (bag_of(row, 0, "en") for row in rows)
    assert weights.shared(mine, theirs) == pytest.approx(weights.shared(theirs, mine))
    weight, share = weights.shared(mine, mine)
    assert 0 <= weights.shared(mine, theirs)[1] <= 1
    assert weight >= weights.shared(mine, theirs)[0] - 1e-9
    assert share in (0.0, 1.0) or share == pytest.approx(1.0)
