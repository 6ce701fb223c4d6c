"""Stances and deeds compared: one actor in two moods, or one deed by two actors."""

from __future__ import annotations

from trucewatch.dossier.model import Claim
from trucewatch.dossier.relation import Relation, context, dates_differ, disjoint, elsewhere
from trucewatch.dossier.stems import plain

OPPOSED = frozenset(
    frozenset(pair)
    for pair in (
        ("accept", "reject"), ("willing", "reject"), ("welcome", "reject"), ("deny", "accept"),
        ("reject", "undecided"), ("accept", "undecided"), ("deny", "willing"),
    )
)  # fmt: skip
OPPOSITE_DEEDS = frozenset((frozenset(("open", "close")),))
# Stances and deeds that one side has or does and the other then has not.
EXCLUSIVE_STANCES = frozenset(("reject", "propose", "demand"))
EXCLUSIVE_DEEDS = frozenset(
    (
        "violate",
        "attack",
        "mediate",
        "host",
        "lead",
        "supervise",
        "invade",
        "seize",
        "announce",
        "pay",
        "withdraw",
        "release",
        "close",
        "clear",
        "deploy",
        "open",
        "lay",
        "request",
        "draft",
        "guard",
        "stop",
    )
)
# What a stance is about, most telling first; a general word counts only where none of these stands.
GENERAL = frozenset(
    (
        "plan",
        "articles",
        "talks",
        "war",
        "states",
        "people",
        "force",
        "troops",
        "end",
        "lead",
        "begin",
        "phase",
        "mission",
        "announce",
        "create",
        "maintain",
        "pay",
        "offensive",
        "settlements",
        "open",
        "enter",
        "bodies",
        "territory",
        "journalists",
        "staff",
        "officers",
        "police",
        "ministers",
    )
)
SYNONYMS = {
    "peacekeepers": "peacekeeping",
    "multinational_force": "force",
    "disarmament": "disarm",
    "swap": "exchange",
    "monitoring_mission": "monitoring",
    "supervise": "monitoring",
    "join": "membership",
    "operation": "force",
    "return_of_displaced": "return",
}


def compare(left: Claim, right: Claim) -> Relation | None:
    """Return how two stances or two deeds relate, or None where they are of different matters."""
    if left.kind == right.kind == "stance":
        return _stances(left, right)
    if {left.kind, right.kind} == {"stance", "action"}:
        return _word_and_deed(left, right)
    if left.kind == right.kind == "action":
        return _deeds(left, right)
    return None


def _stances(left: Claim, right: Claim) -> Relation | None:
    if "conditional" in (left.modality, right.modality) or not (left.actor and right.actor):
        return None
    matter = _shared_matter(left, right)
    if matter is None:
        return None
    name, telling = matter
    strength = min(1.0, 0.35 + 0.25 * telling + 0.4 * context(left, right))
    if not left.agents & right.agents:
        return _other_actor(left, right, name, strength, telling)
    if left.predicate == right.predicate:
        return Relation("", strength, f"both: {left.subject} {left.predicate}s ({name})")
    if frozenset((left.predicate, right.predicate)) in OPPOSED:
        why = f"{left.subject} on {name}: {left.predicate} in one, {right.predicate} in the other"
        return Relation("modality", strength, why)
    return None


def _other_actor(
    left: Claim, right: Claim, name: str, strength: float, telling: float
) -> Relation | None:
    if left.predicate != right.predicate or left.predicate not in EXCLUSIVE_STANCES:
        return None
    if not comparable(left, right) or (name in OWN_DEEDS and context(left, right) < 0.75):
        return None
    if not telling or left.modality == "proposed" != right.modality:
        return None
    why = f"who {left.predicate}s ({name}): {left.subject} in one, {right.subject} in the other"
    return Relation("actor", strength * 0.9, why)


def _shared_matter(left: Claim, right: Claim) -> tuple[str, float] | None:
    """Return (what both are about, 1 telling or 0 general), or None."""
    mine, theirs = _matters(left), _matters(right)
    telling_mine = [m for m in mine if m not in GENERAL]
    telling_theirs = [m for m in theirs if m not in GENERAL]
    shared = [m for m in telling_mine[:3] if m in telling_theirs[:3]]
    if shared:
        return shared[0], 1.0
    telling_mine, telling_theirs = _listed(telling_mine), _listed(telling_theirs)
    if telling_mine and telling_theirs:
        return None
    mine, theirs = _listed(mine), _listed(theirs)
    general = [m for m in mine[:2] if m in theirs[:2]]
    if general and bool(telling_mine) == bool(telling_theirs):
        return general[0], 0.0
    return None


def _listed(matters: list[str]) -> list[str]:
    """Words known by their sound only speak for a match where both have them, never against."""
    return [m for m in matters if not m.startswith("word:")]


def _matters(claim: Claim) -> list[str]:
    return list(dict.fromkeys(SYNONYMS.get(o, o) for o in claim.objects))


def _deeds(left: Claim, right: Claim) -> Relation | None:
    if frozenset((left.predicate, right.predicate)) in OPPOSITE_DEEDS:
        return _opposite(left, right)
    if left.predicate != right.predicate or dates_differ(left, right):
        return None
    moods = {left.modality, right.modality}
    planned = "proposed" in moods and "denied" not in moods and left.predicate not in OFFICES
    if moods & {"conditional"} or planned:
        return None
    matter = _role(left, right) or _shared_matter(left, right) or _own_deed(left, right)
    if matter is None or elsewhere(left, right):
        return None
    name, telling = matter
    clear = telling or left.predicate in OFFICES
    strength = min(1.0, 0.3 + 0.25 * clear + 0.45 * context(left, right))
    denied = (left.modality == "denied") != (right.modality == "denied")
    if denied:
        return _denied(left, right, name, strength, telling)
    if left.agents & right.agents or not (left.agents and right.agents):
        return Relation("", strength, f"both: {left.predicate} ({name})")
    exclusive = left.predicate in EXCLUSIVE_DEEDS and (telling or left.predicate in OFFICES)
    if exclusive and "denied" not in moods and comparable(left, right):
        deed = left.predicate if name == left.predicate else f"{left.predicate}, {name}"
        why = f"who did it ({deed}): {left.subject} or {right.subject}"
        return Relation("actor", strength * 0.85, why)
    return None


# Deeds of an office that is given once: whoever holds it, the other does not.
OFFICES = frozenset(("supervise", "lead", "mediate", "host"))
# What several do together: that one did not is no denial that it was done.
JOINT = frozenset(("sign", "ratify", "take_part", "hold_talks", "join", "vote", "mediate", "host"))
# What each side does with its own people and arms: both may refuse it.
OWN_DEEDS = frozenset(("withdraw", "disarm", "release", "exchange", "return", "deploy", "extend",
                       "disband"))  # fmt: skip


def comparable(left: Claim, right: Claim) -> bool:
    """A person whose side is not known may act for either: no disagreement is drawn from that."""
    person = [any(a.startswith("name:") for a in c.agents) for c in (left, right)]
    role = [bool(c.agents & plain("roles")) for c in (left, right)]
    return person[0] == person[1] and role[0] == role[1]


# Roles that one has for the whole matter: the word itself says what it is about.
ROLES = frozenset(("mediate", "host"))
FIRST = frozenset(("attack", "violate"))


def _role(left: Claim, right: Claim) -> tuple[str, float] | None:
    """'Mediated by' and 'broke the truce first' tell their matter without an object."""
    if left.predicate in ROLES:
        return left.predicate, 1.0
    if left.predicate in FIRST and "first" in left.marks & right.marks:
        return "first", 1.0
    return None


def _own_deed(left: Claim, right: Claim) -> tuple[str, float] | None:
    """'They left' and 'its troops have not left': one actor's deed, the object named in one."""
    bare = not left.objects or not right.objects
    same = bool(left.agents & right.agents) and left.predicate in OWN_DEEDS
    return (left.predicate, 1.0) if bare and same else None


def _opposite(left: Claim, right: Claim) -> Relation | None:
    """A road is open in one and closed in the other."""
    matter = _shared_matter(left, right)
    moods = {left.modality, right.modality}
    if matter is None or not matter[1] or moods & {"proposed", "conditional", "denied"}:
        return None
    if dates_differ(left, right) or elsewhere(left, right):
        return None
    why = f"{matter[0]}: {left.predicate} in one, {right.predicate} in the other"
    return Relation("modality", 0.6 + 0.3 * context(left, right), why)


def _word_and_deed(left: Claim, right: Claim) -> Relation | None:
    """'Refuses to withdraw' in one, 'withdrew' in the other."""
    stance, deed = (left, right) if left.kind == "stance" else (right, left)
    refused = stance.predicate in ("reject", "deny") and deed.modality in ("asserted", "reported")
    granted = stance.predicate in ("accept", "willing") and deed.modality == "denied"
    if not (refused or granted):
        return None
    if not stance.agents & deed.agents or stance.objects[:1] != (deed.predicate,):
        return None
    others = set(stance.objects[1:]) & set(deed.objects)
    bare = deed.predicate in OWN_DEEDS and not (stance.objects[1:] and deed.objects)
    if not (others or bare) or elsewhere(stance, deed):
        return None
    who = f"{stance.subject} on {deed.predicate}"
    why = f"{who}: {stance.predicate} in one, {deed.modality} in the other"
    return Relation("modality", 0.5 + 0.4 * context(left, right), why)


def _denied(
    left: Claim, right: Claim, name: str, strength: float, telling: float
) -> Relation | None:
    if disjoint(left.agents, right.agents):
        return None
    if left.predicate in JOINT and not left.agents & right.agents:
        return None
    if not telling and (left.actor is None or right.actor is None):
        return None
    if "proposed" in (left.modality, right.modality) or _is_to_come(left, right):
        return None
    why = f"{left.predicate} ({name}): it is said to be so in one and not so in the other"
    return Relation("modality", strength, why)


def _is_to_come(left: Claim, right: Claim) -> bool:
    """'Will leave' and 'has not left' can both be true."""
    denied, said = (left, right) if left.modality == "denied" else (right, left)
    return "future" in said.marks and "future" not in denied.marks
