"""The points of the agreement and their status: agreed, open, rejected, and who says so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from trucewatch.dossier.model import Claim, ProvisionStatus
from trucewatch.dossier.stems import rows

_BY_STANCE = {
    "accept": "agreed",
    "willing": "open",
    "reject": "rejected",
    "undecided": "open",
    "propose": "open",
    "demand": "open",
    "deny": "rejected",
    "none": "open",
}
_DONE = frozenset(
    (
        "sign",
        "conclude",
        "ratify",
        "extend",
        "release",
        "withdraw",
        "deploy",
        "open",
        "begin",
        "swap",
        "create",
        "maintain",
        "supervise",
        "lead",
        "pay",
        "enter",
        "disarm",
        "lift",
        "return",
        "clear",
        "resume",
    )
)


def provisions_of(claims: Sequence[Claim]) -> tuple[ProvisionStatus, ...]:
    """Return the status of each point any claim speaks to, in the order of the lexicon.

    The status is what most roots say; a tie, or a party's refusal against others' word, is open.
    """
    says: dict[str, list[tuple[Claim, str]]] = defaultdict(list)
    for claim in claims:
        status = status_of(claim)
        if status:
            for point in points_of(claim.objects, claim.predicate):
                says[point].append((claim, status))
    return tuple(_provision(point, says[point]) for point in rows("points") if point in says)


def points_of(objects: Iterable[str], predicate: str = "") -> list[str]:
    """Return the points that concepts name, in the order of the lexicon."""
    named = {*objects, predicate}
    return [
        point
        for point, row in rows("points").items()
        if named & set(row["any"]) and (not row.get("with") or named & set(row["with"]))
    ]


def status_of(claim: Claim) -> str | None:
    """Return agreed, open or rejected where a claim takes a stand, else None."""
    unsure = claim.modality in ("proposed", "conditional") or "unsettled" in claim.marks
    if claim.kind == "stance":
        status = _BY_STANCE.get(claim.predicate)
        return "open" if status == "agreed" and unsure else status
    if claim.kind != "action" or claim.predicate not in _DONE:
        return None
    if claim.modality == "denied":
        return "rejected"
    return "open" if unsure else "agreed"


def _provision(point: str, said: list[tuple[Claim, str]]) -> ProvisionStatus:
    roots: dict[str, set[str]] = defaultdict(set)
    for claim, status in said:
        roots[status].add(claim.root)
    counted = Counter({status: len(found) for status, found in roots.items()})
    best = counted.most_common()
    status = best[0][0] if len(best) == 1 or best[0][1] > best[1][1] else "open"
    status = "open" if "rejected" in counted and status == "agreed" else status
    rows_said = [(c.document, s, c.id) for c, s in said]
    return ProvisionStatus(
        f"point:{point}",
        str(rows("points")[point]["title"]),
        status,
        tuple(dict.fromkeys(c.id for c, _ in said)),
        tuple(rows_said),
        is_contested={"agreed", "rejected"} <= set(counted),
    )
