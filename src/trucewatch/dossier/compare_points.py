"""Points compared: said to be so in one document and not so in another, or done by another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from trucewatch.dossier.compare_stances import comparable
from trucewatch.dossier.discourse import UNNAMED, is_armed
from trucewatch.dossier.model import Claim
from trucewatch.dossier.points import Point
from trucewatch.dossier.relation import Relation, dates_differ, disjoint, elsewhere
from trucewatch.dossier.stems import plain
from trucewatch.dossier.weighing import Weights

# Points of one key that are compared; a set with more says the same thing too often to be read.
MAX_KEY = 400
# Least weight of the shared matter, and its least share of the poorer sentence.
LEAST_WEIGHT, LEAST_SHARE = 0.75, 0.4
# One agent adds this much; all of the poorer sentence in the other lets less weight do.
ONE_AGENT, FULL_SHARE, FULL_LESS = 0.45, 0.8, 0.4
# A word of no list that one document negates: more must be alike.
BARE_WEIGHT, BARE_SHARE = 1.1, 0.5
# Deeds of anything: what they are of must stand beside them.
LIGHT = frozenset(("goes_on", "exist", "include", "decide", "confirm", "know", "reach"))
# So much in common needs no deed in common.
MUCH = 1.3
GOVERNING = frozenset(("d:accept", "d:confirm"))
# Offices are held for good; what was done is told as done.
OFFICES = frozenset(("lead", "mediate", "host", "monitor", "guard"))
# Who is named alone tells one deed of many.
ACTOR_WEIGHT, ACTOR_SHARE = 0.75, 0.5
OFFICE_WEIGHT, OFFICE_SHARE = 0.4, 0.4
# What each does for itself: that one does and the other does not is no contradiction.
PERSONAL = frozenset(("accept", "attend", "sign", "join", "vote", "disarm", "confirm", "comply",
                      "free", "meet", "know", "ask", "apologise", "trust", "arm", "resign", "win",
                      "send", "pay", "attack", "hold", "begin", "reach", "goes_on"))  # fmt: skip
# A pole that is neither kept nor broken by more of it: figures tell, not signs.
VAGUE = frozenset(("kill", "wound", "whole", "begin", "last", "blame", "rise", "return", "safe"))
# One does it, or the other.
EXCLUSIVE = frozenset(("lead", "mediate", "host", "hold", "announce", "monitor", "guard", "draft",
                       "attack", "build", "clear_mines"))  # fmt: skip


def relations_of_points(
    points: Sequence[Point], weights: Weights
) -> dict[tuple[str, str], Relation]:
    """Return relations between points of different documents, by pair of claim ids."""
    found: dict[tuple[str, str], Relation] = {}
    for group in _by_key(points).values():
        for left, right in combinations(group[:MAX_KEY], 2):
            if left.claim.document == right.claim.document:
                continue
            relation = compare(left, right, weights)
            if relation:
                found.setdefault((left.claim.id, right.claim.id), relation)
    return found


def _by_key(points: Sequence[Point]) -> dict[str, list[Point]]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        for key in {point.term.key, point.term.sound}:
            groups[key].append(point)
    return {k: v for k, v in groups.items() if len({p.claim.document for p in v}) > 1}


def compare(left: Point, right: Point, weights: Weights) -> Relation | None:
    """Return how two points of one key relate, or None where they are of different matters."""
    moods = {left.term.mood, right.term.mood}
    if (
        moods & {"wished", "named"}
        or moods == {"due", "asserted"}
        or _apart(left.claim, right.claim)
    ):
        return None
    if left.term.sign == right.term.sign:
        return _alike(left, right, weights)
    return _opposed(left, right, weights)


def _apart(left: Claim, right: Claim) -> bool:
    return dates_differ(left, right) or elsewhere(left, right)


def _opposed(left: Point, right: Point, weights: Weights) -> Relation | None:
    name = left.claim.predicate
    if name in VAGUE or _only_planned(left, right) or not _same_agents(left, right, weights):
        return None
    strength = _likeness(left, right, weights)
    if strength is None:
        return None
    why = f"{name.replace('_', ' ')}: it is said to be so in one and not so in the other"
    return Relation("modality", strength, why)


def _likeness(left: Point, right: Point, weights: Weights) -> float | None:
    """Return how surely two points are of one matter (0..1), or None."""
    one_agent = bool(left.claim.agents & right.claim.agents) or _names(left, right)
    brief = left.is_brief + right.is_brief
    is_told = one_agent and left.claim.predicate not in LIGHT
    is_told = (is_told and brief > 0) or (not left.term.is_deed and brief > 1)
    is_near = _share_near(left, right)
    if not is_near and not is_told:
        return None
    without = _keys(left, right) if left.term.is_deed else frozenset[str]()
    weight, share = weights.shared(left.bag, right.bag, without=without)
    if not is_near and share < FULL_SHARE:
        return None
    if not left.term.is_deed and (weight < BARE_WEIGHT or share < BARE_SHARE):
        return None
    is_much = weight >= MUCH and share >= UNNAMED_SHARE
    if left.term.key in GOVERNING and not is_much and disjoint(_deeds(left), _deeds(right)):
        return None
    weight += ONE_AGENT * one_agent
    if weight < LEAST_WEIGHT - FULL_LESS * (share >= FULL_SHARE) or round(share, 2) < LEAST_SHARE:
        return None
    return min(0.95, 0.4 + 0.3 * share + 0.08 * weight)


def _share_near(left: Point, right: Point) -> bool:
    """Whether a word of matter right beside the one deed stands right beside the other."""
    one = left.bag.language == right.bag.language
    mine, theirs = (p.near if one else p.near_across for p in (left, right))
    return bool(mine & theirs)


def _deeds(point: Point) -> frozenset[str]:
    """The deeds beside a point in its clause, but for those that govern another."""
    return point.bag.deeds() - GOVERNING


def _only_planned(left: Point, right: Point) -> bool:
    """'Will leave' and 'has not left' can both be true, 'refuses to leave' and 'left' cannot."""
    moods = {left.term.mood, right.term.mood}
    return left.term.is_deed and "asserted" in moods and bool(moods & {"planned", "due"})


# Of these each side's word is its own: who is not named is not meant.
STRICT = frozenset(("accept", "attend", "sign", "confirm", "join", "vote", "know", "trust",
                    "goes_on", "hold", "meet", "ask"))  # fmt: skip
UNNAMED_SHARE = 0.6


def _same_agents(left: Point, right: Point, weights: Weights) -> bool:
    mine, theirs = left.claim.agents, right.claim.agents
    if mine & theirs or _one_side(mine, theirs) or _one_side(theirs, mine) or _names(left, right):
        return True
    if mine and theirs:
        return False
    if left.claim.predicate in STRICT and not _at_place(left, right):
        return False
    if left.claim.predicate not in PERSONAL:
        return True
    _, share = weights.shared(left.bag, right.bag, without=_keys(left, right))
    return share >= UNNAMED_SHARE


def _at_place(left: Point, right: Point) -> bool:
    """'They left A', 'soldiers are still in A': the place tells who is meant."""
    shared = left.near & right.near
    return left.claim.predicate == "hold" and any(k.startswith("n:") for k in shared)


def _names(left: Point, right: Point) -> bool:
    """Whether one name that is no known side stands before both deeds: who does it."""
    return bool(left.named & right.named)


def _one_side(role: frozenset[str], named: frozenset[str]) -> bool:
    """'The rebels' may be any armed group, 'the government' any state."""
    if UNNAMED in role:
        return any(is_armed(a) for a in named)
    return bool(role & plain("any_state")) and any(len(a) == 2 and a.isupper() for a in named)


def _keys(left: Point, right: Point) -> frozenset[str]:
    return frozenset((left.term.key, left.term.sound, right.term.key, right.term.sound))


def _alike(left: Point, right: Point, weights: Weights) -> Relation | None:
    if disjoint(left.claim.agents, right.claim.agents):
        return _other_actor(left, right, weights)
    strength = _likeness(left, right, weights)
    if strength is not None:
        return Relation("", strength, f"both: {left.claim.predicate}")
    return None


def _sided(point: Point) -> Point:
    """A person whose side is named beside counts as that side."""
    sides = frozenset(a for a in point.claim.agents if not a.startswith("name:"))
    if not sides or sides == point.claim.agents:
        return point
    return replace(point, claim=replace(point.claim, agents=sides))


def _names_in(left: Point, right: Point) -> bool:
    """Whether the one clause also names who does it in the other."""
    named = {f"@{a}" for a in right.claim.agents}
    named |= {f"n:{a.removeprefix('name:')[:6]}" for a in right.claim.agents}
    return bool(named & left.bag.own.keys())


def _other_actor(left: Point, right: Point, weights: Weights) -> Relation | None:
    name = left.claim.predicate
    left, right = _sided(left), _sided(right)
    if name not in EXCLUSIVE or left.term.sign < 0 or not comparable(left.claim, right.claim):
        return None
    if _names_in(left, right) or _names_in(right, left):
        return None
    if name not in OFFICES and {left.term.mood, right.term.mood} != {"asserted"}:
        return None
    named = frozenset(f"@{a}" for p in (left, right) for a in p.claim.agents)
    weight, share = weights.shared(left.bag, right.bag, without=_keys(left, right) | named)
    least = (OFFICE_WEIGHT, OFFICE_SHARE) if name in OFFICES else (ACTOR_WEIGHT, ACTOR_SHARE)
    if weight < least[0] or share < least[1]:
        return None
    why = f"who did it ({name.replace('_', ' ')}): {left.claim.subject} or {right.claim.subject}"
    return Relation("actor", min(0.9, 0.4 + 0.3 * share + 0.05 * weight), why)
