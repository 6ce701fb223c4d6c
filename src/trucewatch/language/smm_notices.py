"""What monitors' reports hold beside fire: a notice is one such matter of a sentence.

`notices_in` asks each recogniser in turn; the first that knows the sentence answers for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from trucewatch.language.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Notice:
    """One matter of a sentence: a kind of vocabulary/kinds.yaml, a count and attributes."""

    kind: str
    low: float | None = None
    best: float | None = None
    high: float | None = None
    qualifier: str | None = None
    description: str | None = None
    weapon: str | None = None
    calibre_mm: float | None = None
    means: str | None = None
    direction_deg: float | None = None
    attributes: dict[str, object] = field(default_factory=dict)

    @property
    def count(self) -> tuple[float | None, float | None, float | None, str | None]:
        return self.low, self.best, self.high, self.qualifier


def with_count(notice: Notice, quantity: Quantity | None) -> Notice:
    """Return a notice with its count; one where an article stands for the number."""
    if quantity is None:
        return replace(notice, low=1.0, best=1.0, high=1.0, qualifier="exact")
    return replace(
        notice, low=quantity.low, best=quantity.best, high=quantity.high,
        qualifier=quantity.qualifier,
    )  # fmt: skip


Recogniser = Callable[[str, str | None], list[Notice]]


def notices_in(text: str, section: str | None) -> list[Notice]:
    """Return the notices of a folded clause; section: what the heading above it speaks of."""
    from trucewatch.language import (
        smm_access,
        smm_crossings,
        smm_damage,
        smm_harm,
        smm_holdings,
        smm_mines,
        smm_sights,
        smm_works,
    )  # fmt: skip

    recognisers: tuple[Recogniser, ...] = (
        smm_harm.casualties, smm_works.repairs, smm_damage.damage, smm_access.restrictions,
        smm_mines.mines, smm_holdings.holdings, smm_crossings.traffic, smm_sights.sights,
    )  # fmt: skip
    for recognise in recognisers:
        found = recognise(text, section)
        if found:
            return found
    return []
