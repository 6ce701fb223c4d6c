"""Pairs in conflict gathered into contradictions: sides, roots, grounds, what settles them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from trucewatch.dossier import compare_counts, compare_dates, compare_durations, compare_stances
from trucewatch.dossier.facets import class_of
from trucewatch.dossier.model import Claim, Contradiction, Side
from trucewatch.dossier.nations import label as shown
from trucewatch.dossier.relation import Compare, Relation
from trucewatch.ids import SEPARATOR, sha256_hex

COMPARE: dict[str, Compare] = {
    "quantity": compare_counts.compare, "date": compare_dates.compare,
    "duration": compare_durations.compare, "stance": compare_stances.compare,
    "action": compare_stances.compare,
}  # fmt: skip
SETTLED_BY = {
    "referent": "the text of the agreement or the statement that first gave the figure",
    "quantity": "a list, register or count by the body that keeps it",
    "date": "the dated record of the happening: the signed text, a log, a calendar of the time",
    "actor": "a statement of the named party itself, or a record of the act",
    "modality": "a statement of the party after the latest of these documents",
    "duration": "the clause of the text that says how long it holds",
    "name": "the person's or place's own spelling in an official list",
}
# Pairs compared within one slot; a set with more says the same thing too often to be read.
MAX_SLOT = 1500
MIN_STRENGTH = 0.45
SUPPORT = 0.6
Pair = tuple[str, str]


def relations_of(claims: Sequence[Claim]) -> dict[Pair, Relation]:
    """Return every relation between claims of different documents, by pair of claim ids."""
    found: dict[Pair, Relation] = {}
    for kind, group in _slots(claims).items():
        compare = COMPARE[kind[0]]
        for left, right in combinations(group[:MAX_SLOT], 2):
            if left.document != right.document:
                relation = compare(left, right)
                if relation:
                    found.setdefault((left.id, right.id), relation)
    return found


def _slots(claims: Sequence[Claim]) -> dict[tuple[str, str], list[Claim]]:
    """Claims that may concern one matter: by kind, and by what is counted or done."""
    slots: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.kind in COMPARE:
            kind = "stance" if claim.kind == "action" else claim.kind
            slots[kind, _slot(claim)].append(claim)
    return slots


def _slot(claim: Claim) -> str:
    if claim.kind == "quantity":
        kind = class_of(claim.objects[0]).replace("mile", "km")
        return "word" if kind.startswith("word:") else kind
    if claim.kind != "duration":
        return ""
    return "ceasefire" if claim.subject == "plan" else claim.subject or ""


@dataclass(frozen=True)
class _Held:
    """The claims by id, and for each claim those that agree with it, with the strength."""

    by_id: dict[str, Claim]
    agreeing: dict[str, list[tuple[str, float]]]


def _held(claims: Sequence[Claim], relations: dict[Pair, Relation]) -> _Held:
    agreeing: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for (left, right), relation in relations.items():
        if relation.agrees:
            agreeing[left].append((right, relation.strength))
            agreeing[right].append((left, relation.strength))
    return _Held({c.id: c for c in claims}, agreeing)


def contradictions_of(
    claims: Sequence[Claim], relations: dict[Pair, Relation]
) -> list[Contradiction]:
    """Return contradictions, strongest first, from the relations of a set's claims."""
    held = _held(claims, relations)
    found: list[Contradiction] = []
    for kind in ("referent", "quantity", "date", "actor", "modality", "duration"):
        pairs = {
            p: r for p, r in relations.items()
            if r.type == kind and r.strength >= MIN_STRENGTH and not _explained(p, r, held)
        }  # fmt: skip
        found += [_contradiction(k, kind, pairs, held) for k in _components(pairs)]
    return sorted(found, key=lambda c: (-c.strength, c.type, c.id))


def _explained(pair: Pair, relation: Relation, held: _Held) -> bool:
    """A pair is no contradiction where one document also says, as closely, what the other says."""
    left, right = (held.by_id[p] for p in pair)
    for mine, other in ((left, right), (right, left)):
        for partner_id, strength in held.agreeing.get(mine.id, ()):
            partner = held.by_id[partner_id]
            elsewhere = partner.document == other.document and partner.id != other.id
            if elsewhere and relation.type != "referent" and partner.speaker != other.speaker:
                continue
            close = relation.type == "referent" or strength >= relation.strength - 0.1
            if elsewhere and partner.kind == other.kind and close:
                return True
    return False


def _components(pairs: Iterable[Pair]) -> list[set[str]]:
    components: list[set[str]] = []
    for left, right in sorted(pairs):
        touching = [c for c in components if left in c or right in c]
        merged = {left, right}.union(*touching)
        components = [c for c in components if c not in touching] + [merged]
    return components


def _contradiction(
    component: set[str], kind: str, pairs: dict[Pair, Relation], held: _Held
) -> Contradiction:
    inside = [r for p, r in sorted(pairs.items()) if p[0] in component]
    best = max(inside, key=lambda r: r.strength)
    sides = _sides(kind, component, held)
    first = min((held.by_id[c] for c in component), key=lambda c: (c.document, c.order))
    documents = {held.by_id[c].document for c in component}
    strength = min(1.0, best.strength + 0.05 * (len(documents) - 2))
    key = SEPARATOR.join((kind, *sorted(component)))
    return Contradiction(
        f"ctr-{sha256_hex(key.encode())[:16]}", kind, first.subject or kind, tuple(sides),
        best.grounds, SETTLED_BY[kind], round(strength, 3), _outlier(sides),
    )  # fmt: skip


def _sides(kind: str, component: set[str], held: _Held) -> list[Side]:
    """Group the component's claims by what they say; add claims elsewhere that say it too."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    ordered = sorted(component, key=lambda c: (held.by_id[c].document, held.by_id[c].order))
    for claim_id in ordered:
        claim = held.by_id[claim_id]
        groups[_label(kind, claim, groups)].append(claim)
    known = {c.id for group in groups.values() for c in group}
    for group in groups.values():
        for claim in _supporters(group, held):
            if claim.id not in known:
                group.append(claim)
                known.add(claim.id)
    return [_side(label, group) for label, group in groups.items()]


def _label(kind: str, claim: Claim, groups: dict[str, list[Claim]]) -> str:
    if kind == "quantity":
        for label, members in groups.items():
            mine, theirs = compare_counts.bounds(claim), compare_counts.bounds(members[0])
            if mine[0] <= theirs[1] and theirs[0] <= mine[1]:
                return label
        return f"{claim.value:,.0f} {claim.unit}" if claim.unit else f"{claim.value:,.0f}"
    if kind == "date":
        for label, members in groups.items():
            if claim.date and members[0].date and claim.date.agrees(members[0].date):
                return label
        return str(claim.value)
    if kind == "referent":
        return _referent_label(claim)
    if kind == "actor":
        return shown(claim.actor) if claim.actor else "not said"
    if kind == "modality":
        return _mood(claim)
    return _span_label(claim, groups)


def _span_label(claim: Claim, groups: dict[str, list[Claim]]) -> str:
    """Spans that overlap stand on one side."""
    for label, members in groups.items():
        if compare_durations.agree(claim, members[0]):
            return label
    return str(claim.value)


def _referent_label(claim: Claim) -> str:
    sides = compare_counts.sides_of(claim)
    holder = claim.owner or claim.actor
    whose = shown(holder) if holder else None
    parts = sorted(sides) if sides else (whose, claim.objects[0].removeprefix("word:"))
    told = sorted(claim.actions & compare_counts.OUTCOMES)
    return " ".join(p for p in (*parts, *told[:1]) if p).replace("_", " ")


def _mood(claim: Claim) -> str:
    if claim.kind == "stance":
        return claim.predicate
    return f"not {claim.predicate}" if claim.modality == "denied" else claim.predicate


def _supporters(group: Sequence[Claim], held: _Held) -> list[Claim]:
    """Claims outside the component that agree with a side: further documents behind it."""
    found = {
        other: held.by_id[other]
        for claim in group
        for other, strength in held.agreeing.get(claim.id, ())
        if strength >= SUPPORT
    }
    return list(found.values())


def _side(label: str, group: Sequence[Claim]) -> Side:
    return Side(
        label, tuple(dict.fromkeys(c.id for c in group)), tuple(sorted({c.root for c in group})),
        tuple(sorted({c.document for c in group})),
    )  # fmt: skip


def _outlier(sides: Sequence[Side]) -> str | None:
    """The one side that a single root holds while the others together have two or more."""
    lone = [s for s in sides if len(s.roots) == 1]
    others = {r for s in sides for r in s.roots if s not in lone}
    return lone[0].value if len(lone) == 1 and len(others) >= 2 else None
