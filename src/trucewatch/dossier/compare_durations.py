"""How long a thing lasts, compared: spans in days, and lasting against limited."""

from __future__ import annotations

from trucewatch.dossier.model import Claim
from trucewatch.dossier.relation import Relation, context, disjoint

SPAN_SLACK = 0.03


def compare(left: Claim, right: Claim) -> Relation | None:
    """Return how two durations relate, or None where they are of different things."""
    if left.kind != "duration" or right.kind != "duration":
        return None
    if not _one_subject(left, right):
        return None
    wished = "proposed" in (left.modality, right.modality)
    if wished and (_is_word(left) or _is_word(right)):
        return None
    if disjoint(left.marks & _PARTS, right.marks & _PARTS):
        return None
    strength = 0.5 + 0.4 * context(left, right)
    thing = (left.subject or "the same deed").replace("_", " ")
    if agree(left, right):
        return Relation("", strength, f"how long ({thing}): both say so, compatibly")
    why = f"how long ({thing}): {left.value} in one, {right.value} in the other"
    return Relation("duration", strength, why)


def _one_subject(left: Claim, right: Claim) -> bool:
    """A truce lasts as long as the agreement on it; what is named by neither needs one deed."""
    if not left.subject or not right.subject:
        return left.subject == right.subject and _one_deed(left, right)
    if left.subject == right.subject:
        return True
    return {left.subject, right.subject} == {"plan", "ceasefire"}


# Deeds beside so many dates and spans that they name no matter.
PLAIN_DEEDS = frozenset(("kill", "wound", "begin", "end", "announce", "maintain", "lead", "attack"))
LEAST_CONTEXT = 0.5


def _one_deed(left: Claim, right: Claim) -> bool:
    """Spans of a deed that both name, in sentences of one matter, said to be no age or past."""
    deeds = (left.actions & right.actions) - PLAIN_DEEDS
    return bool(deeds) and context(left, right) >= LEAST_CONTEXT


_PARTS = frozenset(("first", "second", "each"))


def _is_word(claim: Claim) -> bool:
    return claim.best is None


def agree(left: Claim, right: Claim) -> bool:
    """Whether two spans, or a span and a word for one, can both be true."""
    if _is_word(left) and _is_word(right):
        return left.value == right.value
    if _is_word(left) or _is_word(right):
        word, span = (left, right) if _is_word(left) else (right, left)
        return word.value == "temporary" or (span.best or 0) >= 3650
    return (left.low or 0) * (1 - SPAN_SLACK) <= (right.high or 0) and (right.low or 0) * (
        1 - SPAN_SLACK
    ) <= (left.high or 0)
