"""What a pronoun stands for, across sentences and in three languages; and numbers in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from trucewatch.dossier.building import dossier_of
from trucewatch.dossier.figures import figures_in
from trucewatch.language.documents import read_bytes

CASES = yaml.safe_load((Path(__file__).parent / "discourse.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["claims"], ids=lambda c: c["name"])
def test_claim(case: dict[str, Any]) -> None:
    """One claim of the text has every field the case names."""
    claims = dossier_of([read_bytes(case["text"].encode(), "a.txt")[0]]).claims
    wanted = {k: tuple(v) if isinstance(v, list) else v for k, v in case["gives"].items()}
    rows = [{name: getattr(c, name) for name in wanted} for c in claims if c.kind == case["kind"]]
    assert wanted in rows


@pytest.mark.parametrize("case", CASES["figures"], ids=lambda c: c["text"])
def test_figure(case: dict[str, Any]) -> None:
    (found,) = figures_in(case["text"], case["language"])
    assert found.text == case["text"][found.start : found.end]
    assert (found.low, found.high, found.unit) == (case["low"], case["high"], case["unit"])
