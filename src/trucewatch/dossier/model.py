"""The nouns of a dossier: claims, contradictions, names, provisions, and their JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trucewatch.dossier.dates import DateMention

TYPES = ("referent", "quantity", "date", "actor", "modality", "duration", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a document says that somebody says; text[start:end] == quote.

    kind: stance, action, quantity, date, duration, name, quotation or statement. via: who stands
    between speaker and document, nearest to the document first. low <= high bound a value;
    objects, concepts, actors and marks are what claims are aligned by.
    """

    id: str
    document: str
    root: str
    quote: str
    start: int
    end: int
    kind: str
    predicate: str
    subject: str | None = None
    speaker: str | None = None
    via: tuple[str, ...] = ()
    value: str | float | None = None
    unit: str | None = None
    modality: str = "asserted"
    time: str | None = None
    low: float | None = None
    best: float | None = None
    high: float | None = None
    qualifier: str | None = None
    date: DateMention | None = None
    actor: str | None = None
    agents: frozenset[str] = frozenset()
    owner: str | None = None
    objects: tuple[str, ...] = ()
    forces: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    concepts: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    figures: frozenset[float] = frozenset()
    order: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the claim as others build on it."""
        keys = ("id", "document", "quote", "start", "end", "speaker", "subject", "predicate",
                "value", "unit", "modality", "time", "kind", "root", "actor")  # fmt: skip
        row = {key: getattr(self, key) for key in keys}
        return row | {"via": list(self.via), "value_low": self.low, "value_high": self.high}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that cannot all be true, with the claims and roots that hold it."""

    value: str
    claims: tuple[str, ...]
    roots: tuple[str, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Claims that cannot all be true, of one type, with the grounds and what would settle it.

    outlier: the value of a side that one root holds against two or more; None where there is none.
    """

    id: str
    type: str
    subject: str
    sides: tuple[Side, ...]
    grounds: str
    settled_by: str
    strength: float
    outlier: str | None = None

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims of all sides."""
        return tuple(claim for side in self.sides for claim in side.claims)

    def as_json(self) -> dict[str, Any]:
        """Return the contradiction as others build on it."""
        return {
            "id": self.id, "type": self.type, "subject": self.subject, "claims": list(self.claims),
            "grounds": self.grounds, "roots_per_side": [list(s.roots) for s in self.sides],
            "settled_by": self.settled_by, "outlier": self.outlier,
            "sides": [{"value": s.value, "claims": list(s.claims), "roots": list(s.roots),
                       "documents": list(s.documents)} for s in self.sides],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One person or place with every spelling: spelling -> documents that use it."""

    name: str
    variants: dict[str, tuple[str, ...]]
    grounds: tuple[str, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvisionStatus:
    """One point of the agreement: agreed, open or rejected, and every claim that says so.

    says: one row a document and reading: (document, status, claim id).
    """

    id: str
    title: str
    status: str
    claims: tuple[str, ...]
    says: tuple[tuple[str, str, str], ...]
    is_contested: bool


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document of the dossier with its independence root and the grounds of it."""

    id: str
    path: str
    root: str
    title: str
    language: str
    media_type: str
    encoding: str
    published: str | None
    text: str
    root_grounds: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dossier:
    """Everything the brief is made of; every sentence of the brief stands on its claims."""

    documents: tuple[DocumentEntry, ...]
    claims: tuple[Claim, ...]
    contradictions: tuple[Contradiction, ...]
    said_once: tuple[str, ...]
    agreed: tuple[tuple[str, ...], ...]
    names: tuple[NameEntry, ...]
    provisions: tuple[ProvisionStatus, ...]
    quarantine: tuple[dict[str, str], ...] = ()
    repeats: dict[str, int] = field(default_factory=dict)

    def claim(self, claim_id: str) -> Claim:
        """Return a claim by its id; raises KeyError where there is none."""
        return self._by_id[claim_id]

    def document(self, document_id: str) -> DocumentEntry:
        """Return a document by its id; raises KeyError where there is none."""
        return self._documents[document_id]

    @property
    def _by_id(self) -> dict[str, Claim]:
        if "_claims" not in self.__dict__:
            self.__dict__["_claims"] = {c.id: c for c in self.claims}
        found: dict[str, Claim] = self.__dict__["_claims"]
        return found

    @property
    def _documents(self) -> dict[str, DocumentEntry]:
        if "_entries" not in self.__dict__:
            self.__dict__["_entries"] = {d.id: d for d in self.documents}
        found: dict[str, DocumentEntry] = self.__dict__["_entries"]
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the dossier as one JSON value; offsets of claims index documents[].text."""
        return {
            "documents": [
                {"id": d.id, "path": d.path, "root": d.root, "title": d.title,
                 "language": d.language, "media_type": d.media_type, "encoding": d.encoding,
                 "published": d.published, "root_grounds": list(d.root_grounds),
                 "notes": list(d.notes), "text": d.text}
                for d in self.documents
            ],
            "claims": [c.as_json() for c in self.claims],
            "contradictions": [c.as_json() for c in self.contradictions],
            "said_once": list(self.said_once),
            "agreed": [list(group) for group in self.agreed],
            "names": [{"name": n.name, "variants": sorted(n.variants), "grounds": list(n.grounds),
                       "documents": {k: list(v) for k, v in n.variants.items()}}
                      for n in self.names],
            "provisions": [
                {"id": p.id, "title": p.title, "status": p.status, "claims": list(p.claims),
                 "contested": p.is_contested,
                 "says": [{"document": d, "status": s, "claim": c} for d, s, c in p.says]}
                for p in self.provisions
            ],
            "quarantine": list(self.quarantine),
            "repeats": self.repeats,
        }  # fmt: skip
