"""The kinds of the vocabulary, grouped as a report groups them."""

from __future__ import annotations

from functools import cache

from trucewatch import vocabulary
from trucewatch.vocabulary import kinds

TOPICS = {
    "casualties": ("casualty", "damage"),
    "weapons": ("weapon_presence", "weapon_absence", "fortification"),
    "mines": ("mine", "mine_laying", "demining", "ied"),
    "restrictions": ("access_denied", "jamming", "instrument_attack"),
}
# Kinds whose place is where the mission's own people or instruments stood.
OWN_PLACE_KINDS = frozenset({"access_denied", "jamming", "instrument_attack"})
WITHDRAWAL_WORDS = ("withdraw", "disengag", "holding", "storage", "heavy_weapon", "presence")


@cache
def counted_kinds() -> tuple[str, ...]:
    """Return the kinds that count violations over a region and window."""
    return tuple(
        k.id for k in kinds().values() if k.facts["class"] == "count" and k.facts["breaches"]
    )


@cache
def breaching_kinds() -> tuple[str, ...]:
    """Return the happenings that monitors count as violations of a ceasefire."""
    return tuple(vocabulary.breaching_kinds())


@cache
def standing_kinds() -> tuple[str, ...]:
    """Return kinds that say nothing about a day: levels and stages of commitments."""
    return tuple(k.id for k in kinds().values() if k.facts["class"] == "level")


@cache
def listing_order() -> dict[str, int]:
    """Return the kinds that the annex lists, with their rank: what a reader needs first is 0."""
    topics = {kind for group in TOPICS.values() for kind in group}
    ranks = {"thermal": 3, "alarm": 4}
    return {
        k.id: 0 if k.id in topics else ranks.get(k.facts["family"], 1 if _breaches(k.id) else 2)
        for k in kinds().values()
        if k.facts["class"] in ("happening", "state", "notice")
    }


def _breaches(kind: str) -> bool:
    return bool(kinds()[kind].facts["breaches"])


def kind_label(kind: str) -> str:
    """Return the words for a kind; an unknown kind is shown by its id, never dropped."""
    term = kinds().get(kind)
    return term.label if term else kind


def counted_label(kind: str) -> str:
    """Return what a kind of count counts: 'ceasefire violations'."""
    return kind_label(kind).removesuffix(" counted")


def kind_rank(kind: str) -> int:
    """Return the place of a kind in the vocabulary's order; unknown kinds come last."""
    order = list(kinds())
    return order.index(kind) if kind in order else len(order)


def is_withdrawal(provision_kind: str | None) -> bool:
    """Return whether a provision is about disengagement or withdrawal of weapons."""
    return any(word in (provision_kind or "").casefold() for word in WITHDRAWAL_WORDS)
