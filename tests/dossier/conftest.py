"""What the tests of the dossier share: the founding documents where they are, and small sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from trucewatch.dossier.building import build, dossier_of
from trucewatch.dossier.model import Contradiction, Dossier
from trucewatch.language.documents import read_bytes

ROOT = Path(__file__).resolve().parents[2]
FOUNDING = ROOT.parent / "shared" / "documents" / "berlin-2025"
Make = Callable[..., Dossier]


@pytest.fixture(scope="session")
def founding() -> Dossier:
    if not FOUNDING.is_dir():
        pytest.skip(f"the founding documents are not at {FOUNDING}")
    return build([FOUNDING])


@pytest.fixture(scope="session")
def make() -> Make:
    """Build a dossier from texts, named a, b, c ... in order."""

    def of(*texts: str) -> Dossier:
        names = "abcdefghij"
        return dossier_of(
            [
                read_bytes(text.encode(), f"{name}.txt")[0]
                for name, text in zip(names, texts, strict=False)
            ]
        )

    return of


def types(dossier: Dossier) -> list[str]:
    return sorted(c.type for c in dossier.contradictions)


def sides(contradiction: Contradiction) -> set[str]:
    return {side.value for side in contradiction.sides}
