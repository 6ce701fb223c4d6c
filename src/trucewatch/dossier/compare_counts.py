"""Counts compared: roundings agree; another figure, or another thing counted, does not."""

from __future__ import annotations

import math

from trucewatch.dossier.facets import class_of, same_word
from trucewatch.dossier.model import Claim
from trucewatch.dossier.nations import label
from trucewatch.dossier.relation import (
    Relation,
    context,
    dates_differ,
    disjoint,
    overlap,
    share_names,
)
from trucewatch.dossier.stems import plain

# A bare round figure stands for its neighbours: 1,000 may be 1,027, but 33 is 33.
ROUND_SHARE, ABOUT_SHARE, OVER_FACTOR, AT_LEAST_FACTOR = 0.05, 0.15, 1.5, 2.0
SAME_ACT = (
    frozenset(("release", "swap", "return")),
    frozenset(("deploy", "maintain", "create", "enter", "guard", "supervise")),
    frozenset(("attack", "violate")),
    frozenset(("control", "supervise", "guard")),
    frozenset(("pay", "deploy")),
    frozenset(("pay", "announce", "enter")),
    frozenset(("kill", "destroy", "lose")),
    frozenset(("displace", "withdraw")),
    frozenset(("withdraw", "return", "end")),
    frozenset(("enter", "open")),
    frozenset(("disarm", "end")),
)
VAGUE_ACTS = frozenset(
    (
        "announce",
        "begin",
        "sign",
        "lead",
        "end",
        "host",
        "hold_talks",
        "extend",
        "conclude",
        "resume",
        "supervise",
        "mediate",
        "vote",
        "violate",
    )
)
KM_PER_MILE = 1.609344
# What befalls people: one figure for two of these is one figure for two things.
OUTCOMES = frozenset(("kill", "wound", "displace", "release", "lose", "detain", "attack", "return"))
LOSSES = frozenset(("kill", "wound"))
FATES = frozenset(("kill", "wound", "displace", "detain"))
# People in general are counted for many reasons: without a shared deed more must be alike.
GENERIC_LEAST = 0.6
GENERIC_PEOPLE = frozenset(("people", "civilians"))
DISTINCTIVE = 13
# What a name of a place or body that both sentences hold adds.
NAMED = 0.12
# What one holder of the counted adds.
HELD = 0.08
# Figures further apart than this count different matters, whatever the words say.
MOST_APART = 30


def compare(left: Claim, right: Claim) -> Relation | None:
    """Return how two counts relate, or None where they count different matters."""
    if left.kind != "quantity" or right.kind != "quantity":
        return None
    slot = _same_slot(left, right)
    if slot is None:
        return _referent(left, right)
    return told(left, right, *slot)


def told(left: Claim, right: Claim, grounds: str, strength: float) -> Relation:
    """Return the relation of two counts of one matter: their bounds overlap or not."""
    mine, theirs = bounds(left), bounds(right)
    if mine[0] <= theirs[1] and theirs[0] <= mine[1]:
        return Relation("", strength, f"both count {_thing(left)}; the figures are compatible")
    why = f"both count {_thing(left)} ({grounds}); {_said(left)} and {_said(right)} do not overlap"
    return Relation("quantity", strength, why)


def bounds(claim: Claim) -> tuple[float, float]:
    """Return the interval (low, high) a count stands for once roundings are allowed for."""
    best = claim.best or 0.0
    factor = KM_PER_MILE if claim.unit == "mile" else 1.0
    low, high = _allowed(claim, best)
    return low * factor, high * factor


def _allowed(claim: Claim, best: float) -> tuple[float, float]:
    match claim.qualifier:
        case "about":
            return best * (1 - _about(best)), best * (1 + _about(best))
        case "at_least":
            return best, best * AT_LEAST_FACTOR
        case "over":
            return best, best * OVER_FACTOR
        case "almost":
            return best * (1 - ABOUT_SHARE), best
        case "up_to" | "under":
            return best * 0.75, best
        case "range":
            return claim.low or best, claim.high or best
        case _:
            slack = _round_slack(best)
            return best - slack, best + slack


def _about(best: float) -> float:
    """'About 185' is said closer than 'about 200': by the digits that are not zero."""
    digits = len(str(int(best)).rstrip("0"))
    return ABOUT_SHARE if digits <= 1 else ABOUT_SHARE * CLOSER ** (digits - 1)


CLOSER = 0.6


def _round_slack(value: float) -> float:
    """Half a unit of the last digit that is not zero, at most ROUND_SHARE; 0 for small figures."""
    if value < 100 or value != int(value):
        return 0.0
    digits = str(int(value))
    zeros = len(digits) - len(digits.rstrip("0"))
    return min(value * ROUND_SHARE, 10**zeros / 2) if zeros >= 2 else 0.0


def _same_slot(left: Claim, right: Claim) -> tuple[str, float] | None:
    """Return (grounds, strength) where both can count the same, or None."""
    thing = _same_thing(left, right)
    if thing is None or not can_meet(left, right):
        return None
    acts = _acts(left, right) or 0.0
    holders = _holder(left), _holder(right)
    things = frozenset((left.objects[0], right.objects[0]))
    silent = acts < 1 and bool(left.actions | right.actions)
    near = context(left, right, without=things if silent else frozenset())
    shared = left.objects[1:] and set(left.objects[1:]) & set(right.objects[1:])
    forces = bool(left.forces & right.forces)
    strength = 0.25 * thing + 0.3 * acts + 0.35 * near + 0.1 * bool(shared) + 0.1 * forces
    strength += NAMED * share_names(left, right) + HELD * (all(holders) and len(set(holders)) == 1)
    if (
        acts < 1
        and {left.objects[0], right.objects[0]} & GENERIC_PEOPLE
        and strength < GENERIC_LEAST
    ):
        return None
    if strength < (0.42 if class_of(left.objects[0]) == left.objects[0] else 0.34):
        return None
    return ", ".join(sorted(left.actions & right.actions)) or "same context", min(1.0, strength)


def can_meet(left: Claim, right: Claim) -> bool:
    """Whether nothing said beside two counts shows that they count different matters."""
    if (left.modality == "denied") != (right.modality == "denied"):
        return False
    if dates_differ(left, right) or _marks_part(left, right):
        return False
    if max(left.best or 0, right.best or 0) > MOST_APART * max(
        1, min(left.best or 0, right.best or 0)
    ):
        return False
    holders = _holder(left), _holder(right)
    if disjoint(sides_of(left), sides_of(right)) or (all(holders) and holders[0] != holders[1]):
        return False
    if _acts(left, right) is None:
        return False
    return not any(part(left, right) for part in (_one_dated, _is_part, _one_planned))


# What goes on for weeks: so many are to be let go, so many have been so far.
PROGRESSIVE = frozenset(("release", "swap", "return", "enter", "pay"))


def _one_planned(left: Claim, right: Claim) -> bool:
    """One says how many are to be, the other how many were so far: fewer is no contradiction."""
    if not left.actions & right.actions & PROGRESSIVE:
        return False
    for goal, done in ((left, right), (right, left)):
        is_goal = goal.modality == "proposed" or "future" in goal.marks
        is_done = "past" in done.marks and "future" not in done.marks
        if is_goal and is_done and "past" not in goal.marks:
            return True
    return False


def _one_dated(left: Claim, right: Claim) -> bool:
    """One day's dead are among all the dead: fewer is no contradiction."""
    if not left.actions & right.actions & {"kill", "wound", "attack", "destroy", "violate"}:
        return False
    days = [bool(c.time and c.time.count("-") >= 2) for c in (left, right)]
    if days[0] == days[1]:
        return False
    day, whole = (left, right) if days[0] else (right, left)
    return "together" not in day.marks and bounds(day)[0] <= bounds(whole)[1]


def _is_part(left: Claim, right: Claim) -> bool:
    """So many soldiers of one side are among so many people in all: no contradiction."""
    if not left.actions & right.actions & OUTCOMES:
        return False
    for whole, part in ((left, right), (right, left)):
        if is_among(part.objects[0], whole.objects[0]):
            return bounds(part)[0] <= bounds(whole)[1]
    return False


def is_among(part: str, whole: str) -> bool:
    """Return True where the one thing is among the other, as soldiers are among people."""
    if part == whole:
        return False
    return whole == "people" or (whole in GENERIC_PEOPLE and part not in GENERIC_PEOPLE)


def _holder(claim: Claim) -> str | None:
    """Whose the counted are; 'the army' may be anybody's."""
    holder = claim.owner or claim.actor
    return None if holder in plain("roles") else holder


FOREIGN_LABEL = "multinational force or mission"
FOREIGN = frozenset(("multinational_force", "monitoring_mission"))


def sides_of(claim: Claim) -> frozenset[str]:
    """Return whose people are counted: foreign forces, missions and bodies' own taken as one."""
    if not claim.forces and (claim.owner or claim.actor or "") in plain("bodies"):
        return frozenset({FOREIGN_LABEL})
    return frozenset(FOREIGN_LABEL if f in FOREIGN else f for f in claim.forces)


def _same_thing(left: Claim, right: Claim) -> float | None:
    mine, theirs = left.objects[0], right.objects[0]
    if mine == theirs or same_word(mine, theirs):
        return 1.0
    if {mine, theirs} == {"km", "mile"}:
        return 1.0
    same_class = class_of(mine) == class_of(theirs) == "people"
    if _are_foes(mine, theirs, everyone=False):
        return None
    if same_class and (GENERIC_PEOPLE & {mine, theirs}) and left.actions & right.actions:
        return 0.6
    same_class = class_of(mine) == class_of(theirs) == "vehicles"
    return 0.5 if same_class and "vehicles" in (mine, theirs) else None


def _acts(left: Claim, right: Claim) -> float | None:
    """Return 1 for one action, 0.3 where one says none, None where they differ."""
    mine, theirs = left.actions - VAGUE_ACTS, right.actions - VAGUE_ACTS
    if disjoint(mine & LOSSES, theirs & LOSSES):
        return None
    if mine & theirs:
        return 1.0
    if any(group & mine and group & theirs for group in SAME_ACT):
        vague = GENERIC_PEOPLE & {left.objects[0], right.objects[0]} and not mine & OUTCOMES
        return 0.3 if vague else 1.0
    sized = "maintain" in mine | theirs and not (mine | theirs) & OUTCOMES
    return None if mine and theirs and not sized else 0.3


PARTS = (frozenset(("first", "second", "together")), frozenset(("living", "dead")))


CAPTIVES = frozenset(("hostages", "prisoners", "bodies"))


def _marks_part(left: Claim, right: Claim) -> bool:
    mine, theirs = left.marks, right.marks
    if any(disjoint(mine & part, theirs & part) for part in PARTS):
        return True
    if "dead" in mine ^ theirs and {left.objects[0], right.objects[0]} <= CAPTIVES:
        return True
    if "part" in mine ^ theirs and (left.figures & right.figures) - {left.best, right.best}:
        # '96 of the 117', '117, of which 56': parts of one whole.
        return "each" in mine ^ theirs
    return bool((mine ^ theirs) & {"each", "part"}) and left.best != right.best


def _referent(left: Claim, right: Claim) -> Relation | None:
    """One figure that counts two things: whose people, or which of two kinds."""
    if left.best != right.best or (left.best or 0) < DISTINCTIVE:
        return None
    mine, theirs = left.objects[0], right.objects[0]
    telling = _is_telling(left, right)
    if class_of(mine) != class_of(theirs) or (class_of(mine) == mine != theirs and not telling):
        return None
    reasons = _different(left, right)
    if not reasons:
        return None
    rare = 1.0 if _is_rare(left.best or 0) else 0.0
    strength = 0.45 + 0.2 * overlap(left.concepts, right.concepts) + 0.2 * rare
    strength += 0.1 * disjoint(sides_of(left), sides_of(right))
    why = f"{_said(left)} stands for different things: {'; '.join(reasons)}"
    return Relation("referent", min(1.0, strength), why)


def _different(left: Claim, right: Claim) -> list[str]:
    reasons = []
    owned = class_of(left.objects[0]) in ("people", "vehicles", "weapons")
    if owned and disjoint(sides_of(left), sides_of(right)):
        reasons.append(f"{_words(sides_of(left))} or {_words(sides_of(right))}")
    holders = _holder(left), _holder(right)
    if not reasons and all(holders) and holders[0] != holders[1]:
        reasons.append(" or ".join(f"of {label(str(h))}" for h in holders))
    mine, theirs = left.objects[0], right.objects[0]
    telling = _is_telling(left, right)
    apart = _are_foes(mine, theirs, everyone=telling) or _are_all_dead(left, right)
    alike = left.owner == right.owner and any({mine, theirs} <= group for group in ALIKE)
    if mine != theirs and not alike and (not GENERIC_PEOPLE & {mine, theirs} or apart):
        reasons.append(f"{_word(mine)} or {_word(theirs)}")
    acts_left, acts_right = left.actions - VAGUE_ACTS, right.actions - VAGUE_ACTS
    alike = mine == theirs or _is_rare_count(left.best or 0)
    if _acts(left, right) is None and not reasons and alike:
        told = (acts_left & OUTCOMES and acts_right & OUTCOMES) or (
            mine == theirs not in GENERIC_PEOPLE and (acts_left | acts_right) & FATES
        )
        reasons += [f"{_words(acts_left)} or {_words(acts_right)}"] if told else []
    return reasons


def _are_foes(mine: str, theirs: str, *, everyone: bool) -> bool:
    """Civilians are no fighters; one telling figure for all people and for fighters is one too."""
    unarmed = GENERIC_PEOPLE if everyone else {"civilians"}
    return bool({mine, theirs} & unarmed and {mine, theirs} & ARMED)


def _are_all_dead(left: Claim, right: Claim) -> bool:
    """One telling figure for all the dead and for the civilians among them."""
    both = {left.objects[0], right.objects[0]} == GENERIC_PEOPLE
    return both and "kill" in left.actions & right.actions and _is_rare_count(left.best or 0)


# Two words for the same men.
ALIKE = (
    frozenset(("troops", "peacekeepers")), frozenset(("monitors", "officers")),
    frozenset(("monitors", "peacekeepers")), frozenset(("troops", "officers")),
)  # fmt: skip


# A figure this large stands for one thing, however round.
LARGE = 100_000
# So many dead are one toll.
LARGE_TOLL = 500
ARMED = frozenset(("troops", "fighters", "police", "peacekeepers", "officers", "prisoners"))


def _is_rare_count(value: float) -> bool:
    """Three digits that are not zero: no two matters have such a figure by chance."""
    return len(str(int(value)).rstrip("0")) >= 3


def _is_telling(left: Claim, right: Claim) -> bool:
    """Whether the figure that both give is so large or so odd that it is one figure."""
    many = LARGE_TOLL if "kill" in left.actions & right.actions else LARGE
    return _is_rare_count(left.best or 0) or (left.best or 0) >= many


def _is_rare(value: float) -> bool:
    """A figure is telling where it is large or has two digits that are not zero."""
    digits = str(int(value)).rstrip("0")
    return value >= LARGE or len(digits) >= 2


def _thing(claim: Claim) -> str:
    return _word(claim.objects[0])


def _word(concept: str) -> str:
    return concept.removeprefix("word:").replace("_", " ")


def _words(concepts: frozenset[str]) -> str:
    return ", ".join(sorted(map(_word, concepts)))


def _said(claim: Claim) -> str:
    best = claim.best or 0.0
    figure = f"{best:,.0f}" if math.isclose(best, round(best)) else f"{best:,.1f}"
    words = {"exact": "", "range": "about "}.get(claim.qualifier or "", f"{claim.qualifier} ")
    return f"{words}{figure}".replace("_", " ")
