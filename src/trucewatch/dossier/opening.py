"""The second look at a set: sentences that no list of concepts brought together.

The first look compares claims by concepts. Here points (deeds with their matter), and counts, spans
and dates that the first look left alone, are compared by the words they share, the rarer the more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trucewatch.dossier.claims import Account
from trucewatch.dossier.compare_open import relations_of_rest
from trucewatch.dossier.compare_points import relations_of_points
from trucewatch.dossier.contradictions import MIN_STRENGTH, Pair
from trucewatch.dossier.model import Claim, Contradiction
from trucewatch.dossier.points import points_of, tellings_of, weights_of
from trucewatch.dossier.relation import Relation


@dataclass(frozen=True, slots=True)
class Opened:
    """What the second look adds: points as claims, and relations between claims."""

    claims: tuple[Claim, ...]
    relations: dict[Pair, Relation]


def opened_by(
    accounts: Sequence[Account],
    roots: Mapping[str, tuple[str, tuple[str, ...]]],
    claims: Sequence[Claim],
    relations: Mapping[Pair, Relation],
) -> Opened:
    """Return the points of a set and relations that the first look did not find."""
    tellings = [
        t for a in accounts
        for t in tellings_of(a, roots[a.document.document_id][0])
    ]  # fmt: skip
    weights = weights_of(tellings)
    points = points_of(tellings)
    found = relations_of_points(points, weights)
    found |= relations_of_rest(claims, relations, tellings, weights)
    by_id = {c.id: c for c in (*claims, *(p.claim for p in points))}
    known = _told(relations, by_id)
    kept = {p: r for p, r in found.items() if not _is_told(p, r, by_id, known)}
    used = {c for pair in kept for c in pair}
    return Opened(tuple(p.claim for p in points if p.claim.id in used), kept)


Quotes = tuple[tuple[str, int], tuple[str, int]]


def _told(relations: Mapping[Pair, Relation], by_id: Mapping[str, Claim]) -> set[Quotes]:
    """Pairs of sentences between which the first look has drawn a contradiction."""
    return {
        _quotes(pair, by_id)
        for pair, relation in relations.items()
        if relation.type and relation.strength >= MIN_STRENGTH
    }


def _is_told(
    pair: Pair, relation: Relation, by_id: Mapping[str, Claim], known: set[Quotes]
) -> bool:
    return bool(relation.type) and _quotes(pair, by_id) in known


def _quotes(pair: Pair, by_id: Mapping[str, Claim]) -> Quotes:
    left, right = sorted((by_id[c].document, by_id[c].start) for c in pair)
    return left, right


def without_unused(claims: Sequence[Claim], contradictions: Sequence[Contradiction]) -> list[Claim]:
    """Leave out the points that no contradiction stands on: their sentences say them already."""
    used = {claim for c in contradictions for claim in c.claims}
    return [c for c in claims if c.kind != "point" or c.id in used]
