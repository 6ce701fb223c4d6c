"""A mission's dossier, and what stands behind one id of it: clm-, ctr-, doc-."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trucewatch.dossier.building import dossier_of
from trucewatch.dossier.linking import obligations, with_provisions
from trucewatch.dossier.model import Claim, Dossier
from trucewatch.dossier.room import Captured, captured
from trucewatch.errors import ConfigError
from trucewatch.evidence.captures import CaptureFolder
from trucewatch.mission import Mission
from trucewatch.store import Store

PREFIXES = ("clm-", "ctr-", "doc-")
MAX_SHOWN = 50
Tree = dict[str, Any]


def mission_dossier(store: Store, mission: Mission, *, until: datetime | None = None) -> Dossier:
    """Return the dossier of a mission's captured documents, or of those received by an instant.

    Raises ConfigError where the mission has no document.
    """
    found = captured(store, mission, mission.options.get("dossier", {}), until=until)
    return with_provisions(_dossier(found), obligations(store))


def grounds(store: Store, mission: Mission, row_id: str) -> Tree:
    """Return what stands behind an id of the dossier, down to the quote in the captured bytes.

    The tree has the shape of the other nouns' lineage: id, noun, row, capture, from. Raises
    ConfigError where the mission's documents give no such id.
    """
    found = captured(store, mission, mission.options.get("dossier", {}))
    dossier = _dossier(found)
    builders = {"clm": _claim_of, "ctr": _contradiction_of, "doc": _document_of}
    tree = builders[row_id[:3]](dossier, found, mission, row_id)
    if tree is None:
        raise ConfigError.at(
            "the command line", None, found=f"the id {row_id!r}",
            expected="an id of this mission's documents",
            mend="Ids stand in the dossier (trucewatch dossier --mission DIR --json).",
        )  # fmt: skip
    return tree


def _dossier(found: Captured) -> Dossier:
    if not found.documents:
        raise ConfigError.at(
            "the mission", None, found="no captured document", expected="news among its captures",
            mend="Name documents (trucewatch dossier PATH...), or read them into the mission.",
        )  # fmt: skip
    refused = tuple(
        {"path": e.capture, "found": e.found, "expected": e.expected, "mend": e.mend}
        for _, e in found.refused
    )
    return dossier_of(found.documents, quarantine=refused)


def _claim_of(dossier: Dossier, found: Captured, mission: Mission, row_id: str) -> Tree | None:
    claim = next((c for c in dossier.claims if c.id == row_id), None)
    return _claim_tree(dossier, claim, found, mission) if claim else None


def _claim_tree(dossier: Dossier, claim: Claim, found: Captured, mission: Mission) -> Tree:
    text = dossier.document(claim.document).text
    return {
        "id": claim.id, "noun": "claim", "row": _told(claim.as_json()),
        "capture": _capture(found, mission, claim.document, text[claim.start : claim.end]),
    }  # fmt: skip


def _contradiction_of(
    dossier: Dossier, found: Captured, mission: Mission, row_id: str
) -> Tree | None:
    item = next((c for c in dossier.contradictions if c.id == row_id), None)
    if item is None:
        return None
    row = {k: v for k, v in item.as_json().items() if k not in ("claims", "sides")}
    row["sides"] = "; ".join(f"{s.value} ({len(s.roots)} roots)" for s in item.sides)
    claims = [dossier.claim(c) for c in item.claims]
    return {
        "id": item.id, "noun": "contradiction", "row": _told(row), "from_count": len(claims),
        "from": [_claim_tree(dossier, c, found, mission) for c in claims[:MAX_SHOWN]],
    }  # fmt: skip


def _document_of(dossier: Dossier, found: Captured, mission: Mission, row_id: str) -> Tree | None:
    entry = next((d for d in dossier.documents if d.id == row_id), None)
    if entry is None:
        return None
    claims = [c for c in dossier.claims if c.document == row_id and c.kind != "statement"]
    row = {
        "id": entry.id, "path": entry.path, "title": entry.title, "root": entry.root,
        "language": entry.language, "published": entry.published, "claims": len(claims),
        "root_grounds": "; ".join(entry.root_grounds) or None,
    }  # fmt: skip
    return {
        "id": entry.id, "noun": "document", "row": _told(row),
        "capture": _capture(found, mission, entry.id, None), "from_count": len(claims),
        "from": [_claim_tree(dossier, c, found, mission) for c in claims[:MAX_SHOWN]],
    }  # fmt: skip


def _capture(found: Captured, mission: Mission, document: str, quote: str | None) -> Tree:
    row = found.captures[document]
    path = CaptureFolder(mission.captures_path).open(row["sha256"])
    return _told({**row, "path": str(path), "record": quote})


def _told(row: Tree) -> Tree:
    return {name: value for name, value in row.items() if value is not None}
