"""Claims against the provisions of an agreement: by the words that the agreement itself gives.

An entry of `words` holds where all its words stand near one another in a claim's sentence, and the
claim is about what the entry names. Without `words`, what the provision says is compared.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from trucewatch.dossier.model import Claim, Dossier, ProvisionStatus
from trucewatch.dossier.nations import label
from trucewatch.dossier.provisions import status_of
from trucewatch.dossier.stems import LANGUAGES, Part, Token, index_of, tokenise
from trucewatch.store import Store

KINDS = ("quantity", "date", "duration", "stance", "action", "quotation")
# All words of an entry within so many words; and so far from the deed or stance they belong to.
WINDOW, REACH = 14, 14
# Of a text without `words`: so many of its own words, and so much of their weight, must be met.
LEAST_SHARED, LEAST_WEIGHT, LONG_WORD, STEM = 3, 0.45, 5, 6
KEY = 3
# A sentence of one word repeated is hostile; where an entry stands first is enough.
MOST = 50
_NOT_DIGITS = re.compile(r"\D")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Words that together name a provision, and the concepts that they stand for.

    keys: the first letters of its words; a sentence without one of them need not be searched.
    """

    text: str
    parts: tuple[Part, ...]
    concepts: frozenset[str]
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Obligation:
    """A provision as claims are held against it; of and not_of are names of parties, folded.

    stated: the status that the agreement's file gives. stems and concepts: of what it says, where
    it has no entries.
    """

    id: str
    article: str
    says: str
    stated: str
    entries: tuple[Entry, ...] = ()
    of: frozenset[str] = frozenset()
    not_of: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    concepts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """A claim about a provision; status None: it speaks of it and takes no stand."""

    provision: str
    claim: Claim
    status: str | None
    grounds: str

    @property
    def who(self) -> str | None:
        """Whose stance or deed it is: the actor, else the speaker."""
        return label(self.claim.actor) if self.claim.actor else self.claim.speaker


def obligations(store: Store) -> tuple[Obligation, ...]:
    """Return the provisions of the mission's agreements, in the order of their ids."""
    texts = store.table("agreement", ("agreement_id", "text")).to_pylist()
    parties = {row["agreement_id"]: _party_names(json.loads(row["text"])) for row in texts}
    columns = ("provision_id", "agreement_id", "article", "says", "status", "parameters")
    rows = store.table("provision", columns).to_pylist()
    return tuple(obligation(row, parties.get(row["agreement_id"], {})) for row in rows)


def obligation(row: Mapping[str, Any], parties: Mapping[str, frozenset[str]]) -> Obligation:
    """Return one row of `provision` as claims are held against it.

    parties: of its agreement, id -> every name, case folded.
    """
    words = json.loads(row["parameters"]).get("words") or {}
    entries = [_entry(text, lang) for lang in LANGUAGES for text in words.get(lang, ())]
    of, not_of = (
        frozenset(n for party in words.get(key, ()) for n in parties.get(party, {party}))
        for key in ("of", "not_of")
    )
    says = [] if entries else tokenise(row["says"])
    concepts = frozenset(m.concept for m in index_of("concepts", "en").find(says))
    return Obligation(
        row["provision_id"], row["article"], row["says"], row["status"],
        tuple(e for e in entries if e.parts), of, not_of, _stems(says), concepts,
    )  # fmt: skip


def _party_names(text: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {
        p["id"]: frozenset(str(n).casefold() for n in (p["id"], p["name"], *p.get("aliases", ())))
        for p in text.get("parties", ())
    }


def _entry(text: str, language: str) -> Entry:
    words = [w for w in re.split(r"[\s\-]+", text.strip()) if w.strip("*")]
    parts = tuple(Part(_folded(w.rstrip("*")), w.endswith("*")) for w in words)
    tokens = tokenise(text.replace("*", ""))
    found = index_of("concepts", language).find(tokens)
    keys = frozenset(p.text[:KEY] for p in parts if len(p.text) >= KEY)
    return Entry(text, parts, frozenset(m.concept for m in found), keys)


def _folded(word: str) -> str:
    lower = word.lower().replace("\u2019", "'").replace("\u02bc", "'").replace("ё", "е")
    return _NOT_DIGITS.sub("", lower) if lower[:1].isdigit() else lower


@lru_cache(maxsize=4096)
def _words(quote: str) -> tuple[tuple[Token, ...], frozenset[str], frozenset[str]]:
    """Return the words of a sentence, their first letters, their stems."""
    tokens = tuple(Token(t.start, t.end, t.text, _folded(t.lower)) for t in tokenise(quote))
    return tokens, frozenset(t.lower[:KEY] for t in tokens), _stems(tokens)


def _stems(tokens: Iterable[Token]) -> frozenset[str]:
    return frozenset(
        t.lower[:STEM] for t in tokens if len(t.lower) >= LONG_WORD or t.lower[:1].isdigit()
    )


def link(claims: Sequence[Claim], texts: Sequence[Obligation]) -> tuple[Link, ...]:
    """Return every claim about a provision, by provision and then in the order of the claims."""
    told = [c for c in claims if c.kind in KINDS]
    weights = _weights(texts)
    found = [
        Link(text.id, claim, _stand(claim, text, entry), entry.text)
        for claim in told for text in texts
        for entry in [_entry_met(claim, text, weights)] if entry and _may_say(claim, text)
    ]  # fmt: skip
    order = {text.id: number for number, text in enumerate(texts)}
    return tuple(sorted(found, key=lambda one: order[one.provision]))


def _stand(claim: Claim, text: Obligation, entry: Entry) -> str | None:
    """Return the status that a claim gives, None where it only speaks of the provision.

    'It would keep 100 men' tells what a text holds, and not whether it is agreed. A deed counts
    where it is done to what the entry names; whether a party stays as it was is no consent.
    """
    if claim.kind == "action":
        if claim.modality in ("proposed", "conditional") or not entry.concepts & _own(claim):
            return None
        if text.of and claim.predicate == "maintain":
            return None
    return status_of(claim)


def _own(claim: Claim) -> set[str]:
    return {claim.predicate, *claim.objects, *claim.actions}


def _may_say(claim: Claim, text: Obligation) -> bool:
    if not text.of and not text.not_of:
        return True
    actors = {a for a in (claim.actor, claim.owner, *claim.agents) if a}
    names = {n.casefold() for a in actors for n in (a, label(a))}
    return not names & text.not_of and (not text.of or bool(names & text.of))


def _entry_met(claim: Claim, text: Obligation, weights: Mapping[str, float]) -> Entry | None:
    tokens, keys, stems = _words(claim.quote)
    if not text.entries:
        return _shared(text, weights, stems)
    at = claim.order - claim.start * 100
    for entry in text.entries:
        span = _span(entry, tokens) if entry.keys <= keys else None
        if span is None or (entry.concepts and not entry.concepts & _own(claim)):
            continue
        if span[0] - REACH <= at <= span[1] + REACH:
            return entry
    return None


def _span(entry: Entry, tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Return the first and last token of an entry's words, None where they stand too far apart."""
    heads = [at for at, token in enumerate(tokens) if entry.parts[0].fits(token.lower)][:MOST]
    for head in heads:
        found = [head]
        for part in entry.parts[1:]:
            near = [at for at in range(max(0, head - WINDOW), min(len(tokens), head + WINDOW + 1))
                    if at not in found and part.fits(tokens[at].lower)]  # fmt: skip
            if not near:
                break
            found.append(min(near, key=lambda at: abs(at - head)))
        if len(found) == len(entry.parts) and max(found) - min(found) <= WINDOW:
            return min(found), max(found)
    return None


def _weights(texts: Sequence[Obligation]) -> dict[str, float]:
    """Return how telling each word of the texts is: one that half of them have tells little."""
    holders: dict[str, int] = defaultdict(int)
    for text in texts:
        for stem in text.stems:
            holders[stem] += 1
    return {stem: 1 / count for stem, count in holders.items()}


def _shared(text: Obligation, weights: Mapping[str, float], stems: frozenset[str]) -> Entry | None:
    shared = sorted(text.stems & stems)
    if len(shared) < LEAST_SHARED:
        return None
    whole = sum(weights[s] for s in text.stems)
    if sum(weights[s] for s in shared) < LEAST_WEIGHT * whole:
        return None
    return Entry("what it says: " + ", ".join(shared), (), text.concepts)


def said(links: Sequence[Link], texts: Sequence[Obligation]) -> tuple[ProvisionStatus, ...]:
    """Return the status of each provision that claims take a stand on, as the documents say.

    Each root counts once: a firm word of it (agreed, rejected) goes before a tentative one. Agreed
    by some and rejected by others is contested; else most roots tell, and a tie is open.
    """
    by_text: dict[str, list[Link]] = defaultdict(list)
    for one in links:
        by_text[one.provision].append(one)
    return tuple(
        _status(text, by_text[text.id]) for text in texts
        if any(one.status for one in by_text.get(text.id, ()))
    )  # fmt: skip


def _status(text: Obligation, links: Sequence[Link]) -> ProvisionStatus:
    roots: dict[str, set[str]] = defaultdict(set)
    for one in links:
        if one.status:
            roots[one.claim.root].add(one.status)
    votes: dict[str, int] = defaultdict(int)
    for statuses in roots.values():
        for status in statuses - {"open"} or statuses:
            votes[status] += 1
    contested = {"agreed", "rejected"} <= votes.keys()
    most = [s for s, n in votes.items() if n == max(votes.values())]
    status = "contested" if contested else most[0] if len(most) == 1 else "open"
    return ProvisionStatus(
        text.id, f"{text.id}: {text.says} (its text: {text.stated})", status,
        tuple(dict.fromkeys(one.claim.id for one in links)),
        tuple((one.claim.document, one.status, one.claim.id) for one in links if one.status),
        is_contested=contested,
    )  # fmt: skip


def with_provisions(dossier: Dossier, texts: Sequence[Obligation]) -> Dossier:
    """Return a dossier whose provisions begin with those of the mission's agreements."""
    found = said(link(dossier.claims, texts), texts)
    return replace(dossier, provisions=(*found, *dossier.provisions)) if found else dossier


def link_rows(links: Sequence[Link]) -> list[Row]:
    """Return the rows of `provision_claim`."""
    return [
        {"provision_id": one.provision, "claim_id": one.claim.id, "status": one.status,
         "who": one.who, "document_id": one.claim.document, "root_id": one.claim.root,
         "grounds": one.grounds}
        for one in links
    ]  # fmt: skip


def said_rows(
    statuses: Sequence[ProvisionStatus], links: Sequence[Link], texts: Sequence[Obligation],
    origins: Mapping[str, str],
) -> list[Row]:  # fmt: skip
    """Return the rows of `provision_said`; origins: document id -> where it came from."""
    stated = {text.id: text.stated for text in texts}
    return [
        {"provision_id": found.id, "status": found.status, "stated": stated[found.id],
         "differs": found.status != stated[found.id],
         "says": json.dumps(
             _says([one for one in links if one.provision == found.id], origins),
             ensure_ascii=False, sort_keys=True)}
        for found in statuses
    ]  # fmt: skip


def _says(links: Sequence[Link], origins: Mapping[str, str]) -> list[Row]:
    """One entry a status: who is said to hold it, in how many roots, by which documents."""
    by_status: dict[str, list[Link]] = defaultdict(list)
    for one in links:
        if one.status:
            by_status[one.status].append(one)
    out = []
    for status, held in sorted(by_status.items()):
        documents: dict[str, list[str]] = defaultdict(list)
        for one in held:
            documents[one.claim.document].append(one.claim.id)
        out.append({
            "status": status, "roots": len({one.claim.root for one in held}),
            "who": sorted({one.who for one in held if one.who}),
            "documents": [{"id": d, "origin": origins.get(d, d), "claims": ids}
                          for d, ids in documents.items()],
        })  # fmt: skip
    return out
