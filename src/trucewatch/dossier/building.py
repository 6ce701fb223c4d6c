"""Documents to a dossier: read, find roots, take claims, compare, gather."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trucewatch.dossier import independence
from trucewatch.dossier.claims import Account, account_of, claims_of
from trucewatch.dossier.contradictions import Pair, contradictions_of, relations_of
from trucewatch.dossier.discourse import resolve, unify_groups, unify_roles
from trucewatch.dossier.model import Claim, DocumentEntry, Dossier
from trucewatch.dossier.names import names_of
from trucewatch.dossier.opening import opened_by, without_unused
from trucewatch.dossier.people import name_actors
from trucewatch.dossier.provisions import provisions_of
from trucewatch.dossier.relation import Relation
from trucewatch.errors import ReadError
from trucewatch.language.documents import Document, Limits, read_path

MAX_DOCUMENTS = 500


@dataclass(frozen=True, slots=True)
class Options:
    """How a dossier is built. limits: bounds on what is read. max_documents: of one dossier."""

    limits: Limits = field(default_factory=Limits)
    max_documents: int = MAX_DOCUMENTS


def build(paths: Sequence[Path], *, options: Options | None = None) -> Dossier:
    """Return the dossier of the documents at paths (files, or folders read without descent).

    A document that cannot be read is a row of `quarantine`; raises ReadError where none can.
    """
    options = options or Options()
    documents, quarantine = _read(paths, options)
    if not documents:
        first = quarantine[0] if quarantine else {}
        raise ReadError(
            first.get("path", "no path"), found=first.get("found", "no document"),
            expected=first.get("expected", "at least one document that can be read"),
            mend=first.get("mend", "Give the path of a document."),
        )  # fmt: skip
    return dossier_of(documents, quarantine=tuple(quarantine))


def _read(paths: Sequence[Path], options: Options) -> tuple[list[Document], list[dict[str, str]]]:
    documents: list[Document] = []
    quarantine: list[dict[str, str]] = []
    for path in _files(paths):
        try:
            documents += read_path(path, limits=options.limits)
        except ReadError as error:
            quarantine.append({"path": error.capture, "found": error.found,
                               "expected": error.expected, "mend": error.mend})  # fmt: skip
    if len(documents) > options.max_documents:
        raise ReadError("the documents together", found=f"{len(documents)} documents",
                        expected=f"at most {options.max_documents}",
                        mend="Make one dossier a day, or one a topic.")  # fmt: skip
    return documents, quarantine


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
        found += [p for p in inside if not p.name.startswith(".")]
    return list(dict.fromkeys(found))


def dossier_of(
    documents: Sequence[Document], *, quarantine: tuple[dict[str, str], ...] = ()
) -> Dossier:
    """Return the dossier of documents already read; the same documents give the same dossier."""
    unique = list({d.document_id: d for d in documents}.values())
    accounts = [account_of(d) for d in unique]
    for account in accounts:
        resolve(account.readings, persons=False)
    readings = [reading for account in accounts for reading in account.readings]
    unify_groups(readings)
    unify_roles(readings)
    name_actors(readings)
    unify_roles(readings)
    for account in accounts:
        resolve(account.readings, persons=True)
    roots = independence.roots(
        {a.document.document_id: a.text for a in accounts},
        {a.document.document_id: a.cited for a in accounts},
    )
    claims = [c for a in accounts for c in claims_of(a, roots[a.document.document_id][0])]
    names, name_claims, name_conflicts = names_of(accounts, roots)
    relations = relations_of(claims)
    opened = opened_by(accounts, roots, claims, relations)
    claims, relations = [*claims, *opened.claims], relations | opened.relations
    found = contradictions_of(claims, relations)
    every = (*without_unused(claims, found), *name_claims)
    return Dossier(
        documents=tuple(_entry(a, *roots[a.document.document_id]) for a in accounts),
        claims=every,
        contradictions=tuple(sorted((*found, *name_conflicts), key=lambda c: (-c.strength, c.id))),
        said_once=_said_once(claims, relations),
        agreed=_agreed(claims, relations),
        names=names,
        provisions=provisions_of(claims),
        quarantine=quarantine,
        repeats={a.document.document_id: a.left_out.get("repeated", 0) for a in accounts},
    )


def _entry(account: Account, root: str, grounds: tuple[str, ...]) -> DocumentEntry:
    document = account.document
    title = document.title or next((r.sentence.text for r in account.readings), document.path)
    return DocumentEntry(
        document.document_id, document.path, root, title[:200], document.language,
        document.media_type, document.encoding, document.published, document.text,
        tuple(dict.fromkeys(grounds)), (*document.notes, *account.notes),
    )  # fmt: skip


def _said_once(claims: Sequence[Claim], relations: dict[Pair, Relation]) -> tuple[str, ...]:
    """Claims with a value that no other root holds or contests."""
    by_id = {c.id: c for c in claims}
    met = set()
    for (left, right), relation in relations.items():
        if relation.strength >= 0.4 and by_id[left].root != by_id[right].root:
            met |= {left, right}
    return tuple(c.id for c in claims if c.kind in SINGLE_KINDS and c.id not in met)


SINGLE_KINDS = ("quantity", "date", "duration", "stance", "quotation")


def _agreed(
    claims: Sequence[Claim], relations: dict[Pair, Relation]
) -> tuple[tuple[str, ...], ...]:
    """Groups of claims of two roots or more that say the same, largest first."""
    by_id = {c.id: c for c in claims}
    agreeing = sorted(
        (p for p, r in relations.items() if _is_firm(r, by_id[p[0]], by_id[p[1]])),
        key=lambda p: (-relations[p].strength, p),
    )
    groups: dict[str, list[str]] = {}
    taken: dict[str, str] = {}
    for left, right in agreeing:
        head = taken.get(left) or taken.get(right) or left
        if head not in (left, right):
            # A third claim joins only where it agrees with the first of the group itself.
            continue
        other = right if head == left else left
        if taken.get(other) is None:
            groups.setdefault(head, [head]).append(other)
            taken[head] = taken[other] = head
    wide = [g for g in groups.values() if len({by_id[c].root for c in g}) > 1]
    ordered = sorted(wide, key=lambda g: (-len({by_id[c].root for c in g}), g[0]))
    return tuple(
        tuple(sorted(g, key=lambda c: (by_id[c].document, by_id[c].order))) for g in ordered
    )


def _is_firm(relation: Relation, left: Claim, right: Claim) -> bool:
    """Agreement worth showing: a value or a stance alike, of something both name."""
    if not relation.agrees or relation.strength < FIRM:
        return False
    if left.kind == right.kind == "stance":
        return relation.strength >= FIRM_STANCE
    return left.kind in ("quantity", "date", "duration")


FIRM, FIRM_STANCE = 0.6, 0.75
