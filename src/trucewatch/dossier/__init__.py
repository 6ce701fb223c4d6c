"""The dossier: what documents claim, where they disagree, and the brief of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trucewatch.dossier.building import Options, build
    from trucewatch.dossier.difference import Difference, diff
    from trucewatch.dossier.model import Claim, Contradiction, Dossier
    from trucewatch.dossier.rendering import render

__all__ = [
    "Claim", "Contradiction", "Difference", "Dossier", "Options", "build", "diff", "render",
]  # fmt: skip
_HOMES = {
    "Options": "building",
    "build": "building",
    "Difference": "difference",
    "diff": "difference",
    "Claim": "model",
    "Contradiction": "model",
    "Dossier": "model",
    "render": "rendering",
}


def __getattr__(name: str) -> Any:
    """Import on first use: the language libraries stay out of `import trucewatch`."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
