"""Dates of one happening compared: a part that both say and that differs is a contradiction."""

from __future__ import annotations

from trucewatch.dossier.events import TRUCE_START, UNNAMED_EVENT, WAR_START
from trucewatch.dossier.model import Claim
from trucewatch.dossier.relation import Relation, context, disjoint, elsewhere, overlap
from trucewatch.dossier.stems import rows

# Words that date only with what they are about: 'began' alone names no happening.
LIGHT = frozenset(
    (
        "begin",
        "end",
        "extend",
        "announce",
        "resume",
        "create",
        "open",
        "close",
        "lead",
        "pay",
        "deploy",
        "vote",
        "propose",
        "enter",
        "attack",
        "kill",
        "seize",
        "wound",
        "hold_talks",
        "host",
        "maintain",
        "return",
        "release",
        "lift",
    )
)
SAME_EVENT = (
    frozenset(("begin", "announce_begin")),
    frozenset(("hold_talks", "host", "of:talks")),
    frozenset(("release", "swap")),
    frozenset(("resume", "of:talks")),
    frozenset(("resume", "hold_talks")),
    frozenset(("begin", "of:talks")),
    frozenset(("vote", "of:elections")),
    frozenset(("war", WAR_START)),
    frozenset(("join", "of:membership")),
    frozenset(("vote", "of:referendum", "of:elections")),
    frozenset(("withdraw", "return")),
    frozenset(("sign", "ceremony")),
    frozenset(("begin", "of:ceasefire")),
    frozenset(("begin", "of:exchange")),
    frozenset(("swap", "of:exchange")),
    frozenset(("sign", "of:plan")),
    frozenset(("sign", "conclude")),
    frozenset((TRUCE_START, "of:ceasefire")),
    frozenset((TRUCE_START, "begin")),
)


def compare(left: Claim, right: Claim) -> Relation | None:
    """Return how two dated happenings relate, or None where they are not one happening."""
    if left.kind != "date" or right.kind != "date" or left.date is None or right.date is None:
        return None
    if left.date.is_deadline != right.date.is_deadline or not left.date.meets(right.date):
        return None
    strength = _same_event(left, right)
    if strength is None:
        return None
    label = (left.subject or "").replace("_", " ").removeprefix("of:")
    if left.date.agrees(right.date):
        return Relation("", strength, f"both date {label} alike")
    why = f"both date the same happening ({label}): {left.date.text} and {right.date.text}"
    return Relation("date", strength, why)


# What happens again and again: another day is another happening, unless its figures are the same.
REPEATED = frozenset(("kill", "wound", "attack", "violate", "enter", "pay", "hold_talks", "lose",
                      "of:strikes", "of:violations", "destroy"))  # fmt: skip


def _same_event(left: Claim, right: Claim) -> float | None:
    mine, theirs = left.subject or "", right.subject or ""
    planned = "proposed" in (left.modality, right.modality)
    again = bool({mine, theirs} & REPEATED) and not left.figures & right.figures and not planned
    if again or UNNAMED_EVENT in (mine, theirs) or _one_planned(left, right):
        return None
    if mine != theirs and not any({mine, theirs} <= group for group in SAME_EVENT):
        return 0.6 if _same_words(left, right) else None
    if WAR_START in (mine, theirs):
        return 0.9 if not disjoint(left.actors, right.actors) else None
    if elsewhere(left, right) and left.objects[:1] != right.objects[:1]:
        return None
    mine_of, theirs_of = _objects(left), _objects(right)
    shared = overlap(frozenset(mine_of), frozenset(theirs_of))
    if (mine in LIGHT or theirs in LIGHT) and not shared and not _share_names(left, right):
        return None
    if disjoint(_sides(left), _sides(right)) and not shared:
        return None
    if mine_of and theirs_of and mine_of[:1] != theirs_of[:1] and shared < 0.5:
        return None
    base = 0.5 if {mine, theirs} == {"sign", "ceremony"} else 0.4
    return min(1.0, base + 0.3 * shared + 0.3 * context(left, right))


def _one_planned(left: Claim, right: Claim) -> bool:
    """What is to be done on the agreement, and what was: two happenings."""
    return left.subject != right.subject and any(
        (a.modality == "proposed" or "future" in a.marks) and "past" in b.marks - a.marks
        for a, b in ((left, right), (right, left))
    )


# Words for one thing beside a date, and words that say nothing of what is dated.
ONE_THING = {"plan": "ceasefire", "fighters": "troops"}
NO_MATTER = frozenset(("states",))


def _objects(claim: Claim) -> list[str]:
    """What is dated, the agreement and its truce taken as one."""
    objects = [o for o in claim.objects if claim.subject != "sign" or _is_topic(o)]
    return list(dict.fromkeys(ONE_THING.get(o, o) for o in objects if o not in NO_MATTER))[:4]


def _is_topic(concept: str) -> bool:
    """What is signed is no army and no minister, however near they stand."""
    return rows("concepts").get(concept, {}).get("kind") == "topic"


def _same_words(left: Claim, right: Claim) -> bool:
    """Two sentences may date one happening with other verbs: the rest of their words says so."""
    shared = left.stems & right.stems
    return len(shared) >= 4 and len(shared) >= 0.5 * min(len(left.stems), len(right.stems))


def _share_names(left: Claim, right: Claim) -> bool:
    """Two words beside the date in common stand for an object that no lexicon holds."""
    shared = left.stems & right.stems
    return len(shared) >= 2 and len(shared) >= 0.4 * min(len(left.stems), len(right.stems))


def _sides(claim: Claim) -> frozenset[str]:
    """Who is named beside a date; a person whose side is not known may stand for anyone."""
    return frozenset(a for a in claim.actors if not a.startswith("name:"))
