"""What need not be evaluated again: provisions whose words and whose evidence are as they were.

Each provision on record keeps two hashes: of all that its words depend on, and of the evidence and
settings that it was last held against. Where both are the same, its findings stand as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import trucewatch
from trucewatch.agreements.acts import Setting
from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.evaluate import provision_key
from trucewatch.store import Store

# Every table that the steps of this room read.
READS = ("observation", "incident", "member", "coverage", "watch", "notice", "review")
CODE = ("*.py", "agreements/*.py", "agreements/sql/*.sql",
        "vocabulary/*.py", "vocabulary/*.yaml")  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """A provision on record: the text it stands in, the hash of its words, of its evidence."""

    agreement_id: str
    fingerprint: str | None
    inputs: str | None


def stated(store: Store) -> dict[str, Stated]:
    """Return the provisions on record by their id."""
    rows = store.table("provision", ("provision_id", "agreement_id", "parameters")).to_pylist()
    told = {r["provision_id"]: (r["agreement_id"], json.loads(r["parameters"])) for r in rows}
    return {key: Stated(text, given.get("fingerprint"), given.get("inputs"))
            for key, (text, given) in told.items()}  # fmt: skip


def inputs_sha256(store: Store, agreement: Agreement, setting: Setting, most: int) -> str:
    """Hash what every provision of an agreement is held against, words aside.

    The lines and parties of the text are among it: the newest line tells who holds the ground.
    most: the greatest number of incidents that get hypotheses.
    """
    given = {
        "tables": store.versions(READS), "code": _code(), "most": most,
        "parties": agreement.raw.get("parties"), "lines": agreement.raw.get("lines"),
        "windows": [[a.timestamp(), b.timestamp()] for a, b in setting.windows],
        "complete": sorted(setting.complete or ()), "now": str(setting.now_utc),
        "regions": repr(setting.regions), "sides": repr(setting.parties),
        "choices": [setting.hypothetical, setting.exact_lines, setting.certainty, setting.clear],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


@cache
def _code() -> str:
    """Hash the code that a finding depends on: not the texts, which have hashes of their own."""
    package, digest = Path(trucewatch.__file__).parent, hashlib.sha256()
    for pattern in CODE:
        for path in sorted(package.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def to_evaluate(agreement: Agreement, known: Mapping[str, Stated], inputs: str) -> frozenset[str]:
    """Return the ids of the provisions whose words or evidence changed, in any version."""
    return frozenset(
        p.id for p in agreement.provisions
        if (found := known.get(provision_key(agreement, p))) is None
        or (found.fingerprint, found.inputs) != (p.fingerprint, inputs)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """Hypotheses on record: per incident its rows, and the provision that its finding is of."""

    rows: Mapping[str, Sequence[Row]]
    provision: Mapping[str, str]

    @classmethod
    def of(cls, store: Store) -> Held:
        """Return what the store holds."""
        found = store.table("finding", ("finding_id", "provision_id")).to_pylist()
        provisions = {row["finding_id"]: row["provision_id"] for row in found}
        rows: dict[str, list[Row]] = {}
        for row in store.table("hypothesis").to_pylist():
            rows.setdefault(row["incident_id"], []).append(row)
        owners = {i: provisions.get(found[0]["finding_id"], "") for i, found in rows.items()}
        return cls(rows, owners)


def shared_out(
    agreement: Agreement, held: Held, changed: frozenset[str], fresh: Mapping[str, str]
) -> frozenset[str] | None:
    """Return the incidents whose hypotheses stand as they are; None: all must be weighed anew.

    fresh: incident -> provision (its id in this agreement) of those that changed and now call for
    hypotheses. An incident belongs to the first provision of the text whose breach it stands in;
    where one that changed lets go of it, another may have to take it up: only a whole evaluation
    tells which.
    """
    order = {provision_key(agreement, p): n for n, p in enumerate(agreement.provisions)}
    altered = {provision_key(agreement, p) for p in agreement.provisions if p.id in changed}
    mine = {i: p for i, p in held.provision.items() if p in order}
    if any(p in altered and i not in fresh for i, p in mine.items()):
        return None
    return frozenset(
        incident for incident, provision in mine.items()
        if provision not in altered
        and order[provision] <= order.get(fresh.get(incident, ""), len(order))
    )  # fmt: skip


def bare(rows: Sequence[Row]) -> list[Row]:
    """Return rows of the store without what the store adds to them."""
    return [{k: v for k, v in r.items() if k not in ("run_id", "known_from_utc")} for r in rows]
