"""What people decided: the standing decision of each subject, and each directive's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]

ADJUDICATIONS = ("verified", "rejected")
# What a person may make of a directive, in order; a step back is not taken.
STATES = ("proposed", "issued", "acknowledged", "done")
PEOPLES_STATES = ("issued", "acknowledged", "done", "lapsed")
SOFTWARE = "trucewatch"


class Decision(NamedTuple):
    """A person's decision on one subject."""

    decision: str
    who: str
    review_id: str


def standing(reviews: Iterable[Row]) -> dict[str, Decision]:
    """Return, per finding or other subject, whether people last said verified or rejected.

    A superseded review no longer counts; of several the one known last does. Dissent is kept in
    its own rows and settles nothing.
    """
    found: dict[str, Decision] = {}
    for row in _in_order(reviews):
        if row["decision"] in ADJUDICATIONS:
            found[row["subject_id"]] = Decision(row["decision"], row["who"], row["review_id"])
    return found


def states(reviews: Iterable[Row]) -> dict[str, Decision]:
    """Return, per directive, the state that people gave it: issued, acknowledged, done, lapsed.

    States only move on; 'rejected' means lapsed. After 'done' or 'lapsed' nothing follows, but a
    person may correct a review by superseding it.
    """
    found: dict[str, Decision] = {}
    for row in _in_order(reviews):
        state = "lapsed" if row["decision"] == "rejected" else row["decision"]
        if state not in PEOPLES_STATES or not str(row["subject_id"]).startswith("dir-"):
            continue
        before = found.get(row["subject_id"])
        if before is None or _moves_on(before.decision, state):
            found[row["subject_id"]] = Decision(state, row["who"], row["review_id"])
    return found


def _moves_on(before: str, after: str) -> bool:
    if before in ("done", "lapsed"):
        return False
    return after == "lapsed" or STATES.index(after) > STATES.index(before)


def _in_order(reviews: Iterable[Row]) -> list[Row]:
    rows = list(reviews)
    gone = {row["supersedes"] for row in rows if row.get("supersedes")}
    kept = [row for row in rows if row["review_id"] not in gone]
    return sorted(kept, key=lambda row: (row["known_from_utc"], row["review_id"]))
