"""Counts, spans and dates that no concept brought together, compared by the words beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from trucewatch.dossier import compare_counts, compare_dates, compare_durations
from trucewatch.dossier.contradictions import MIN_STRENGTH, Pair
from trucewatch.dossier.model import Claim
from trucewatch.dossier.points import Telling
from trucewatch.dossier.relation import Relation, disjoint, elsewhere
from trucewatch.dossier.stems import LANGUAGES, rows, tokenise
from trucewatch.dossier.terms import things_of
from trucewatch.dossier.weighing import Bag, Weights
from trucewatch.language.names import skeleton

MAX_GROUP = 400
# A word right beside both figures that few sentences of the set hold.
NEAREST, RARE, NEAR_WEIGHT, NEAR_SHARE = 2, 0.6, 0.6, 0.25
# Words from a figure to what it measures.
OF_REACH = 6
# Units of measure count many things: more of the matter must be shared.
MEASURES = frozenset(("percent", "usd", "eur", "uah", "rub", "gbp", "km", "mile", "m", "tonne"))
# Least weight of what two clauses share, and its least share of the poorer one.
MEASURE, COUNT, SPAN, DATE = (0.8, 0.38), (0.5, 0.3), (0.8, 0.45), (1.0, 0.5)
# What is measured, or what is said to last, is the same word: little else need be shared.
SAME_MATTER = (0.25, 0.1)
LASTING = (0.15, 0.15)
# Two figures further apart than this count different matters.
MOST_APART = 12


@dataclass(frozen=True, slots=True)
class Held:
    """A claim with the matter of its clause and the keys it may meet others by.

    matter: what is measured ('tonnes of grain'), or the agreement that is said to last.
    is_only: no document counts the same twice. deed: key and sign of the deed nearest before.
    near: keys of the words of matter right beside it.
    """

    claim: Claim
    bag: Bag
    heads: frozenset[str]
    matter: str | None = None
    is_only: bool = False
    deed: tuple[str, int] | None = None
    near: frozenset[str] = frozenset()


def relations_of_rest(
    claims: Sequence[Claim],
    known: Mapping[Pair, Relation],
    tellings: Sequence[Telling],
    weights: Weights,
) -> dict[Pair, Relation]:
    """Return relations between counts, spans and dates that have none yet."""
    held = _marked(_held(claims, tellings))
    found: dict[Pair, Relation] = {}
    for group in _groups(held):
        for left, right in combinations(group[:MAX_GROUP], 2):
            pair = (left.claim.id, right.claim.id)
            if left.claim.document == right.claim.document or pair in found:
                continue
            if pair in known and known[pair].strength >= MIN_STRENGTH:
                continue
            relation = _compare(left, right, weights)
            if relation:
                found[pair] = relation
    return found


def _held(claims: Sequence[Claim], tellings: Sequence[Telling]) -> list[Held]:
    by_place = {(t.maker.document, t.reading.sentence.start): t for t in tellings}
    found = []
    for claim in claims:
        telling = by_place.get((claim.document, claim.start))
        if telling is None or claim.kind not in ("quantity", "duration", "date"):
            continue
        at = min(claim.order - claim.start * 100, len(telling.reading.clauses) - 1)
        bag = telling.bag(telling.reading.clauses[at])
        heads = _heads(claim, telling.reading.language)
        matter, deed = _matter(claim, telling, at), _deed(telling, at)
        found.append(Held(claim, bag, heads, matter, deed=deed, near=_near(telling, at)))
    return found


# Counted for many reasons, so that two figures of them are mostly of two matters.
COMMON = frozenset((
    "t:civilians", "t:soldiers", "t:clause", "t:deal", "t:territory",
    "t:aid", "settlements", "d:attack", "-d:comply",
    "t:captives", "t:body", "t:children", "t:weapons", "shells", "patrols",
    "police", "displaced", "women", "officers",
    "staff", "journalists", "ministers", "women"
))  # fmt: skip


def _marked(held: Sequence[Held]) -> list[Held]:
    """Mark counts of what every document that counts it counts once: mostly one figure."""
    seen: Counter[tuple[str, str]] = Counter()
    most: Counter[str] = Counter()
    for one in held:
        for head in one.heads:
            seen[head, one.claim.document] += 1
            most[head] = max(most[head], seen[head, one.claim.document])
    return [
        replace(one, is_only=one.claim.kind == "quantity" and not one.heads & (MEASURES | COMMON)
                and all(most[h] == 1 for h in one.heads))
        for one in held
    ]  # fmt: skip


def _near(telling: Telling, at: int) -> frozenset[str]:
    clause = telling.reading.clauses[at]
    inside = [t for t in telling.terms if t.clause == clause and not t.is_name and not t.is_deed]
    ranked = sorted(inside, key=lambda t: abs(t.at - at))
    return frozenset(t.key for t in ranked[:NEAREST] if abs(t.at - at) <= OF_REACH)


def _deed(telling: Telling, at: int) -> tuple[str, int] | None:
    clause = telling.reading.clauses[at]
    before = [t for t in telling.terms if t.is_deed and t.clause == clause and t.at <= at]
    return (before[-1].key, before[-1].sign) if before else None


def _matter(claim: Claim, telling: Telling, at: int) -> str | None:
    clause = telling.reading.clauses[at]
    inside = [t for t in telling.terms if t.clause == clause]
    if claim.kind == "quantity":
        after = [t.key for t in inside if at < t.at <= at + OF_REACH and not t.is_name]
        return after[0] if claim.unit in MEASURES and after else None
    lasts = telling.reading.has("lasting", max(0, at - 6), at)
    deals = [t.key for t in inside if t.key in ("t:deal", "t:exchange", "t:observers")]
    return deals[0] if claim.kind == "duration" and lasts and deals else None


def _heads(claim: Claim, language: str) -> frozenset[str]:
    if claim.kind != "quantity":
        return frozenset({claim.kind})
    thing = claim.objects[0]
    if not thing.startswith("word:"):
        return frozenset({str(rows("thesaurus")["same"].get(thing, thing))})
    stem = thing.removeprefix("word:")
    tag = language if language in LANGUAGES else "en"
    listed = {m.concept for m in things_of(tag).find(tokenise(stem))}
    return frozenset(listed or {f"w:{stem}", f"s:{skeleton(stem).replace('c', 'k')[:6]}"})


def _groups(held: Sequence[Held]) -> Iterator[list[Held]]:
    groups: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        for head in one.heads:
            groups[head].append(one)
    yield from (g for g in groups.values() if len({h.claim.document for h in g}) > 1)


def _compare(left: Held, right: Held, weights: Weights) -> Relation | None:
    if elsewhere(left.claim, right.claim):
        return None
    match left.claim.kind:
        case "quantity":
            return _counts(left, right, weights)
        case "duration":
            return _spans(left, right, weights)
        case _:
            return _dates(left, right, weights)


def _likeness(
    left: Held, right: Held, weights: Weights, *, least: tuple[float, float]
) -> float | None:
    weight, share = weights.shared(left.bag, right.bag, without=left.heads | right.heads)
    near = any(weights.of(k) >= RARE for k in left.near & right.near)
    one_deed = not (left.deed and right.deed and left.deed[0] != right.deed[0])
    if near and one_deed and weight >= NEAR_WEIGHT and share >= NEAR_SHARE:
        return 0.55 + 0.2 * share
    if weight < least[0] or share < least[1]:
        return None
    return min(0.85, 0.4 + 0.25 * share + 0.06 * weight)


def _counts(left: Held, right: Held, weights: Weights) -> Relation | None:
    mine, theirs = left.claim, right.claim
    small, large = sorted((mine.best or 0, theirs.best or 0))
    if not compare_counts.can_meet(mine, theirs) or large > MOST_APART * max(1, small):
        return None
    things = mine.objects[0], theirs.objects[0]
    if compare_counts.is_among(*things) or compare_counts.is_among(*things[::-1]):
        return None
    wide = bool((left.heads | right.heads) & MEASURES)
    least = MEASURE if wide else COUNT
    if left.matter and right.matter and wide:
        if left.bag.language == right.bag.language and left.matter != right.matter:
            return None
        least = SAME_MATTER if left.matter == right.matter else least
    if left.is_only and right.is_only and not disjoint(left.bag.deeds(), right.bag.deeds()):
        least = (0.0, 0.0)
    strength = _likeness(left, right, weights, least=least)
    if strength is None:
        return None
    strength = max(strength, ONLY_STRENGTH)
    return compare_counts.told(mine, theirs, "shared words", strength)


ONLY_STRENGTH = 0.47


_PARTS = frozenset(("first", "second"))


def _spans(left: Held, right: Held, weights: Weights) -> Relation | None:
    mine, theirs = left.claim, right.claim
    if (
        mine.best is None
        or theirs.best is None
        or disjoint(mine.marks & _PARTS, theirs.marks & _PARTS)
    ):
        return None
    if left.deed and right.deed and left.deed[0] != right.deed[0] and not left.near & right.near:
        return None
    same = left.matter is not None and left.matter == right.matter
    strength = _likeness(left, right, weights, least=LASTING if same else SPAN)
    if strength is None:
        return None
    if compare_durations.agree(mine, theirs):
        return Relation("", strength, "how long: both say so, compatibly")
    return Relation("duration", strength, f"how long: {mine.value} or {theirs.value}")


def _dates(left: Held, right: Held, weights: Weights) -> Relation | None:
    mine, theirs = left.claim.date, right.claim.date
    if mine is None or theirs is None or mine.is_deadline != theirs.is_deadline:
        return None
    if not mine.meets(theirs):
        return None
    if left.deed and right.deed and left.deed != right.deed:
        return None
    repeated = {left.claim.subject, right.claim.subject} & compare_dates.REPEATED
    strength = _likeness(left, right, weights, least=DATE)
    if strength is None or repeated:
        return None
    if mine.agrees(theirs):
        return Relation("", strength, "both date it alike")
    why = f"both date the same happening: {mine.text} and {theirs.text}"
    return Relation("date", strength, why)
