"""What changes when tomorrow's documents change the dossier."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from trucewatch.dossier.model import Claim, Contradiction, Dossier


@dataclass(frozen=True, slots=True)
class Difference:
    """An old dossier against a new one.

    provisions: (point, old status or None, new status or None) where they differ. backing: (point,
    status, new documents) where documents new to a status stand behind it. claims and
    contradictions are ids; a contradiction is the same where type and values are.
    """

    documents_new: tuple[str, ...]
    documents_gone: tuple[str, ...]
    provisions: tuple[tuple[str, str | None, str | None], ...]
    contradictions_new: tuple[str, ...]
    contradictions_gone: tuple[str, ...]
    claims_new: tuple[str, ...]
    claims_gone: tuple[str, ...]
    backing: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not any(asdict(self).values())

    def as_json(self) -> dict[str, Any]:
        """Return the difference as one JSON value."""
        return asdict(self)


def diff(old: Dossier, new: Dossier) -> Difference:
    """Return what the new dossier changes; diff(d, d) is empty."""
    before, after = ({p.id: p.status for p in d.provisions} for d in (old, new))
    points = tuple(
        (point, before.get(point), after.get(point))
        for point in dict.fromkeys((*before, *after)) if before.get(point) != after.get(point)
    )  # fmt: skip
    conflicts_old = {_meaning(c): c.id for c in old.contradictions}
    conflicts_new = {_meaning(c): c.id for c in new.contradictions}
    claims_old, claims_new = ({_words(c): c.id for c in d.claims} for d in (old, new))
    return Difference(
        _only({d.id: d.id for d in new.documents}, {d.id: d.id for d in old.documents}),
        _only({d.id: d.id for d in old.documents}, {d.id: d.id for d in new.documents}),
        points, _only(conflicts_new, conflicts_old), _only(conflicts_old, conflicts_new),
        _only(claims_new, claims_old), _only(claims_old, claims_new), _backing(old, new),
    )  # fmt: skip


def _backing(old: Dossier, new: Dossier) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Documents that say of a point what they, or its other documents, did not say before."""
    known = {(p.id, status, document) for p in old.provisions for document, status, _ in p.says}
    found: dict[tuple[str, str], dict[str, None]] = {}
    for point in new.provisions:
        for document, status, _ in point.says:
            if (point.id, status, document) not in known:
                found.setdefault((point.id, status), {})[document] = None
    return tuple((point, status, tuple(held)) for (point, status), held in found.items())


def _only(here: dict[Any, str], there: dict[Any, str]) -> tuple[str, ...]:
    return tuple(sorted(value for key, value in here.items() if key not in there))


def _meaning(contradiction: Contradiction) -> tuple[str, str, tuple[str, ...]]:
    return (contradiction.type, contradiction.subject,
            tuple(sorted(s.value for s in contradiction.sides)))  # fmt: skip


def _words(claim: Claim) -> tuple[str, str, str, str]:
    return claim.document, claim.kind, claim.id, str(claim.value)
