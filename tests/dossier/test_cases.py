"""What a reader finds in two short texts, the rules find."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from trucewatch.dossier.model import TYPES, Dossier

from .conftest import types

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_case(case: dict[str, object], make: Callable[..., Dossier]) -> None:
    dossier = make(*case["texts"])  # type: ignore[misc]
    assert types(dossier) == sorted(case["finds"]), [c.grounds for c in dossier.contradictions]  # type: ignore[call-overload]


def test_every_type_has_a_case() -> None:
    assert {kind for case in CASES for kind in case["finds"]} == set(TYPES)
