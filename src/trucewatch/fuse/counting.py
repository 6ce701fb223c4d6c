"""Counting conventions: one store, four ways to count, and when two counts cannot be compared.

The same week counted twice can differ by four fifths: monitors of the SMM enter every explosion
and flares too; the joint forces' rule makes one shelling of 30 rounds and starts a new one after
an hour of silence; a party counts only what the other side did.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from trucewatch.store import Store
from trucewatch.vocabulary import kinds

SQL = Path(__file__).parent / "sql"
STEPS = {
    "every_explosion": "every_explosion.sql", "shelling_of_thirty": "shelling_of_thirty.sql",
    "incident": "incident_count.sql", "party_total": "party_total.sql",
}  # fmt: skip
UNITS = {
    "every_explosion": "rounds", "shelling_of_thirty": "spans of fire", "incident": "incidents",
    "party_total": "a party's claims",
}  # fmt: skip
ROUNDS, GAP_H = 30, 1.0


def counted(
    store: Store, convention: str, *, rounds: int = ROUNDS, gap_h: float = GAP_H
) -> pa.Table:
    """Return the counts of the open incidents in one convention (a key of STEPS).

    rounds, gap_h: what makes one shelling, for shelling_of_thirty. Raises KeyError for another
    convention.
    """
    breaches = [kind for kind, term in kinds().items() if term.facts["breaches"]]
    bound = {"kinds": breaches, "rounds": rounds, "gap_h": gap_h}
    return store.step(SQL / STEPS[convention], bound)


@dataclass(frozen=True, slots=True)
class CountClaim:
    """A figure as somebody counts: by which convention, where, when, of whom, and by whom.

    zone: None for everywhere. claimant, accused: only a party's total has them.
    """

    convention: str
    zone: str | None
    start_utc: datetime
    end_utc: datetime
    claimant: str | None = None
    accused: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two figures can be held against each other, and every reason why not."""

    comparable: bool
    reasons: tuple[str, ...]


def compared(left: CountClaim, right: CountClaim) -> Comparison:
    """Return whether two counts mean the same thing; a difference of figures says nothing else."""
    reasons = []
    if left.convention != right.convention:
        one, two = UNITS[left.convention], UNITS[right.convention]
        reasons.append(f"they count different things: {one} and {two}")
    if left.zone != right.zone:
        one, two = left.zone or "everywhere", right.zone or "everywhere"
        reasons.append(f"they are of different zones: {one} and {two}")
    if (left.start_utc, left.end_utc) != (right.start_utc, right.end_utc):
        reasons.append("they are of different windows of time")
    if left.accused != right.accused:
        reasons.append(
            f"they count the acts of different parties: {left.accused or 'anyone'} and "
            f"{right.accused or 'anyone'}"
        )
    if left.convention == right.convention == "party_total" and left.claimant != right.claimant:
        reasons.append("each party counts by its own means; neither total covers the other's")
    return Comparison(not reasons, tuple(reasons))


def converted(store: Store, claim: CountClaim, convention: str) -> tuple[float, float] | None:
    """Return (low, high) of what a claim's zone and window hold in another convention.

    From the incidents of the store, never from the claim's own figure: a total cannot be turned
    into another kind of total. None where the convention cannot count what the claim is about.
    """
    if claim.accused is not None or "party_total" in (claim.convention, convention):
        return None
    rows = [
        row for row in rows_of(store, replace(claim, convention=convention))
        if row.get("verification_status") != "rejected"
    ]  # fmt: skip
    if convention == "every_explosion":
        low = float(sum(row["counted_low"] for row in rows))
        return low, float(sum(row["counted_high"] or row["counted_best"] for row in rows))
    if convention == "shelling_of_thirty":
        number = float(sum(row["is_shelling"] for row in rows))
        return number, number
    return (
        float(sum(row["incidents"] for row in rows if row["verification_status"] != "reported")),
        float(sum(row["incidents"] for row in rows)),
    )


def rows_of(store: Store, claim: CountClaim) -> list[dict[str, Any]]:
    """Return the rows of a claim's convention that lie in its zone and window and are of its
    parties."""
    wanted = {"zone": claim.zone, "claimant": claim.claimant, "accused": claim.accused}
    return [
        row for row in counted(store, claim.convention).to_pylist()
        if _inside(row, claim)
        and all(row.get(name, value) == value for name, value in wanted.items() if value)
    ]  # fmt: skip


def held_against(store: Store, claim: CountClaim, convention: str) -> dict[str, Any]:
    """Return whether a claim can be held against another convention, why not, and what the store
    holds of the claim's zone and window in that convention (None where it cannot say)."""
    parties = (claim.claimant, claim.accused) if convention == "party_total" else (None, None)
    other = replace(claim, convention=convention, claimant=parties[0], accused=parties[1])
    said, span = compared(claim, other), converted(store, claim, convention)
    return {
        "against": convention, "comparable": said.comparable,
        "answer": "can be compared" if said.comparable else "cannot be compared",
        "reasons": list(said.reasons),
        "converted": None if span is None else {"low": span[0], "high": span[1]},
    }  # fmt: skip


def _inside(row: dict[str, object], claim: CountClaim) -> bool:
    start = row.get("start_utc")
    if isinstance(start, datetime):
        return claim.start_utc <= start < claim.end_utc
    return claim.start_utc.date() <= row["day"] < claim.end_utc.date()  # type: ignore[operator]
