"""Each source's record: how often people found right what it told, beside what was stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trucewatch.fuse.occurred import LETTER_COUNTS, UNGRADED
from trucewatch.fuse.options import FuseOptions
from trucewatch.store import Store
from trucewatch.vocabulary import happening_kinds, terms

SQL = Path(__file__).parent / "sql"
_TELLERS = """
    SELECT mode, teller, accounts, watched, expected, confirmed, right_share
    FROM teller_record_now WHERE source_id = $source_id ORDER BY mode, teller
"""


def source_records(store: Store, options: FuseOptions) -> list[dict[str, Any]]:
    """Return one row per source with accounts of happenings, by id.

    letter and prior: its Admiralty letter and what that stands for. reviewed, verified: incidents
    with an account of its own on which people decided. right: the share verified, drawn towards
    the prior as if that were ten reviewed; from the next run on fuse begins with it where it
    learns each teller's record. tellers: these records, as table teller_record. stated: mean
    probability of those incidents before people decided; bias: stated less found; brier: mean
    squared difference, 0 is perfect (None where nothing was reviewed).
    """
    rows = store.step(SQL / "source_record.sql", {"kinds": happening_kinds()}).to_pylist()
    priors = {key: float(term.facts["prior"]) for key, term in terms("reliability").items()}
    return [
        _record(row, options.reliability.get(row["source_id"]), priors)
        | {"tellers": store.query(_TELLERS, {"source_id": row["source_id"]}).to_pylist()}
        for row in rows
    ]


def _record(row: dict[str, Any], letter: str | None, priors: dict[str, float]) -> dict[str, Any]:
    prior, reviewed = priors[letter or UNGRADED], row["reviewed"]
    stated, found = row["stated"], row["verified"] / reviewed if reviewed else None
    return {
        "source_id": row["source_id"], "letter": letter, "prior": prior,
        "accounts": row["accounts"], "reviewed": reviewed, "verified": row["verified"],
        "right": (prior * LETTER_COUNTS + row["verified"]) / (LETTER_COUNTS + reviewed),
        "stated": stated, "bias": None if stated is None or found is None else stated - found,
        "brier": row["brier"],
    }  # fmt: skip
