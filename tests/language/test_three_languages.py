"""Times and quantities in English, Ukrainian and Russian, by labelled texts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.parametrize(("part", "least"), [("named", 1.0), ("more", 0.95)])
def test_texts_are_read_as_labelled(part: str, least: float) -> None:
    sys.path.insert(0, str(BENCH))
    try:
        from quality_words import faults
    finally:
        sys.path.remove(str(BENCH))
    size, lines = faults(part)
    assert size >= 36
    assert 1 - len(lines) / size >= least, "\n".join(lines)
