"""The brief: sentences of the documents put in order, each with the documents it stands on.

Nothing is written that no document says: every line is a sentence of a document as it stands, or
a label over such sentences (a value, a point, a date, a name) with its claims.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trucewatch.dossier.difference import Difference
from trucewatch.dossier.events import WAR_START
from trucewatch.dossier.model import Claim, Contradiction, Dossier

MAX_HIGHLIGHTS, MAX_LINES, MAX_EACH, MAX_ONCE = 6, 8, 6, 40


@dataclass(frozen=True, slots=True)
class Reference:
    """One document behind a line: its number in the brief, the quote and where it stands."""

    number: int
    document: str
    root: str
    quote: str
    start: int
    end: int
    speaker: str | None
    via: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the brief: a label of ours (may be empty), the words, what they stand on."""

    text: str
    references: tuple[Reference, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the brief with its lines; groups part the lines by source, status or side."""

    key: str
    title: str
    groups: tuple[tuple[str, tuple[Line, ...]], ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The whole brief: sections in reading order, and the list of documents."""

    title: str
    sections: tuple[Section, ...]
    documents: tuple[tuple[int, str, str, str, str], ...]
    quarantine: tuple[dict[str, str], ...]


def brief_of(dossier: Dossier, change: Difference | None = None) -> Brief:
    """Return the brief of a dossier; change: what is new in it opens the brief."""
    return _Writer(dossier, change).brief()


class _Writer:
    """Chooses and orders; holds the numbers of the documents."""

    def __init__(self, dossier: Dossier, change: Difference | None) -> None:
        self.dossier, self.change = dossier, change
        self.numbers = {d.id: n for n, d in enumerate(dossier.documents, 1)}
        self.statements = [
            c for c in dossier.claims if c.kind == "statement" and c.predicate == "says"
        ]
        self.weight = _weights(self.statements)

    def brief(self) -> Brief:
        documents = tuple(
            (self.numbers[d.id], d.title, d.path, d.root, "; ".join((*d.root_grounds, *d.notes)))
            for d in self.dossier.documents
        )
        sections = (
            self._changed(), self._highlights(), self._happened(), self._each_source(),
            *self._agreement(),
            self._points(), self._timeline(), self._who(), self._background(), self._watch(),
        )  # fmt: skip
        return Brief("Dossier", tuple(s for s in sections if s.groups), documents,
                     self.dossier.quarantine)  # fmt: skip

    # -- lines ------------------------------------------------------------------------------

    def _reference(self, claim: Claim) -> Reference:
        return Reference(
            self.numbers[claim.document], self.dossier.document(claim.document).title, claim.root,
            claim.quote, claim.start, claim.end, claim.speaker, ", ".join(claim.via) or None,
        )  # fmt: skip

    def _references(self, claims: Iterable[Claim]) -> tuple[Reference, ...]:
        seen: dict[tuple[str, int], Claim] = {}
        for claim in claims:
            seen.setdefault((claim.document, claim.start), claim)
        ordered = sorted(seen.values(), key=lambda c: (self.numbers[c.document], c.start))
        return tuple(self._reference(c) for c in ordered)

    def _line(self, claims: Sequence[Claim], label: str = "") -> Line:
        best = max(claims, key=lambda c: (self.weight.get((c.document, c.start), 0.0), -c.order))
        return Line(_one_line(best.quote), self._references(claims), label)

    def _central(self, claims: Iterable[Claim], most: int) -> list[Line]:
        ranked = sorted(
            claims, key=lambda c: (-self.weight.get((c.document, c.start), 0.0), c.order)
        )
        chosen: list[Claim] = []
        for claim in ranked:
            if len(chosen) >= most:
                break
            if all(not _alike(claim, c) for c in chosen):
                chosen.append(claim)
        chosen.sort(key=lambda c: (self.numbers[c.document], c.start))
        return [self._line([c]) for c in chosen]

    # -- sections ---------------------------------------------------------------------------

    def _changed(self) -> Section:
        if self.change is None:
            return Section("changed", "", ())
        lines = [self._moved(*row) for row in self.change.provisions]
        known = {c.id: c for c in self.dossier.contradictions}
        lines += [
            Line(_sides_text(known[i]), self._references(self._claims(known[i].claims)),
                 f"new contradiction: {SPOKEN[known[i].type]}")
            for i in self.change.contradictions_new
        ]  # fmt: skip
        return Section("changed", "What changed", _group(lines or [Line("", (), "nothing")]))

    def _moved(self, point: str, before: str | None, after: str | None) -> Line:
        now = next((p for p in self.dossier.provisions if p.id == point), None)
        title = now.title if now else point.removeprefix("point:")
        label = f"{title}: {before or 'not spoken of'} before, {after or 'not spoken of'} now"
        says = now.says if now else ()
        # A status that nobody says (contested, a tie) stands on all that is said of the point.
        told = [c for _, status, c in says if status == after] or [c for *_, c in says]
        claims = self._claims(told)
        return self._line(claims, label) if claims else Line("", (), label)

    def _highlights(self) -> Section:
        central = self._central(self.statements, 2)
        agreed = [self._agreed(g) for g in self._wide()[: MAX_HIGHLIGHTS // 3]]
        contradicted = [
            Line(
                _sides_text(c),
                self._references(map(self.dossier.claim, c.claims)),
                f"contradicted: {SPOKEN[c.type]}",
            )
            for c in self.dossier.contradictions[: MAX_HIGHLIGHTS // 2]
        ]
        lines = (*central, *agreed, *contradicted)
        return Section("highlights", "Highlights", (("", tuple(lines)),))

    def _wide(self) -> list[tuple[str, ...]]:
        """Agreed groups, one a sentence."""
        seen: set[tuple[str, int]] = set()
        kept = []
        for group in self.dossier.agreed:
            places = {(c.document, c.start) for c in self._claims(group)}
            if not places & seen:
                kept.append(group)
            seen |= places
        return kept

    def _agreed(self, group: Sequence[str]) -> Line:
        claims = self._claims(group)
        first = claims[0]
        roots = len({c.root for c in claims})
        label = f"agreed by {roots} roots: {_what(first)}"
        return self._line(claims, label.replace("_", " "))

    def _claims(self, ids: Iterable[str]) -> list[Claim]:
        return [self.dossier.claim(i) for i in ids]

    def _happened(self) -> Section:
        done = {
            (c.document, c.start) for c in self.dossier.claims
            if c.kind in ("action", "stance") and c.modality in ("asserted", "reported", "denied")
        }  # fmt: skip
        told = [c for c in self.statements if (c.document, c.start) in done]
        return Section("happened", "What happened", _group(self._central(told, MAX_LINES)))

    def _each_source(self) -> Section:
        groups = []
        for document in self.dossier.documents:
            own = [c for c in self.statements if c.document == document.id]
            lines = self._central(own, MAX_EACH)
            if lines:
                name = f"[{self.numbers[document.id]}] {document.title}"
                groups.append((name, tuple(lines)))
        return Section("sources", "What each source says", tuple(groups))

    def _agreement(self) -> tuple[Section, ...]:
        agreed = tuple(self._agreed(g) for g in self._wide()[: MAX_LINES * 2])
        contested = tuple(
            self._line(self._claims(p.claims), p.title)
            for p in self.dossier.provisions if p.is_contested
        )  # fmt: skip
        contradicted = tuple((self._heading(c), self._side_lines(c))
                             for c in self.dossier.contradictions)  # fmt: skip
        once = [self.dossier.claim(i) for i in self.dossier.said_once]
        lines = [self._line([c]) for c in _one_a_sentence(once)[:MAX_ONCE]]
        return (
            Section("agreed", "Agreed: two independent roots or more", _group(agreed)),
            Section("contested", "Contested: agreed by some, refused by others", _group(contested)),
            Section("contradicted", "Contradicted: these cannot all be true", contradicted),
            Section("once", "Said once: one root only", _group(lines)),
        )

    def _heading(self, contradiction: Contradiction) -> str:
        outlier = f"; alone: {contradiction.outlier}" if contradiction.outlier else ""
        return (f"{SPOKEN[contradiction.type]}: {contradiction.grounds}{outlier}. "
                f"Would settle it: {contradiction.settled_by}")  # fmt: skip

    def _side_lines(self, contradiction: Contradiction) -> tuple[Line, ...]:
        lines = []
        for side in contradiction.sides:
            claims = self._claims(side.claims)
            roots = f"{len(side.roots)} root" + ("s" if len(side.roots) != 1 else "")
            label = f"{_dated(side.value)} ({roots})"
            lines.append(self._line(claims, label))
        return tuple(lines)

    def _points(self) -> Section:
        groups = []
        for point in self.dossier.provisions:
            by_status: dict[str, list[Claim]] = defaultdict(list)
            for _, status, claim_id in point.says:
                by_status[status].append(self.dossier.claim(claim_id))
            lines = tuple(
                self._line(claims, status) for status, claims in sorted(by_status.items())
            )
            groups.append((f"{point.title}: {point.status}", lines))
        return Section("points", "Point by point", tuple(groups))

    def _timeline(self) -> Section:
        dated: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in self.dossier.claims:
            if claim.kind == "date" and claim.date and claim.date.year:
                dated[claim.date.iso, claim.subject or ""].append(claim)
        lines = [self._line(claims, _dated(iso)) for (iso, _), claims in sorted(dated.items())]
        return Section("timeline", "Timeline", _group(lines[:MAX_ONCE]))

    def _who(self) -> Section:
        lines = []
        for name in self.dossier.names:
            holders = {d for documents in name.variants.values() for d in documents}
            claims = [
                self._mention(d, name.variants)
                for d in sorted(holders, key=self.numbers.__getitem__)
            ]
            known = [c for c in claims if c]
            spelled = " / ".join(name.variants)
            label = name.name if spelled in name.name.split() else f"{name.name}: {spelled}"
            if known:
                lines.append(Line(_roles(name.roles), self._references(known), label))
        return Section("who", "Who is who", _group(lines[:MAX_ONCE]))

    def _mention(self, document: str, variants: dict[str, tuple[str, ...]]) -> Claim | None:
        spelled = [v for v, documents in variants.items() if document in documents]
        return next(
            (
                c
                for c in self.statements
                if c.document == document and any(v in c.quote for v in spelled)
            ),
            None,
        )

    def _background(self) -> Section:
        past = {
            (c.document, c.start) for c in self.dossier.claims
            if c.kind == "date" and c.date and (c.date.is_since or c.subject == WAR_START)
        }  # fmt: skip
        told = [c for c in self.statements
                if (c.document, c.start) in past or c.concepts & {"war", "invade"}]  # fmt: skip
        return Section("background", "How we got here", _group(self._central(told, MAX_LINES)))

    def _watch(self) -> Section:
        coming = {
            (c.document, c.start) for c in self.dossier.claims
            if c.predicate in ("undecided", "willing") or c.modality == "conditional"
            or (c.date and c.date.is_deadline)
        }  # fmt: skip
        told = [c for c in self.statements if (c.document, c.start) in coming]
        return Section("watch", "What to watch", _group(self._central(told, MAX_LINES)))


def _group(lines: Sequence[Line]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    return (("", tuple(lines)),) if lines else ()


def _roles(roles: Sequence[str]) -> str:
    return ", ".join(roles)


# How a reader is told the type of a contradiction.
SPOKEN = {
    "referent": "what a figure counts", "quantity": "figure", "date": "date", "actor": "who",
    "modality": "whether", "duration": "how long", "name": "spelling",
}  # fmt: skip
_ISO = re.compile(r"(?P<year>\d{4}|-)-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:/(?P<last>\d\d))?)?$")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _dated(value: str) -> str:
    """A date as people write it: '--11-27' is 27 November; other values stand as they are."""
    match = _ISO.fullmatch(value)
    if not match or not 1 <= int(match["month"]) <= 12:
        return value.replace("_", " ")
    days = "\u2013".join(str(int(d)) for d in (match["day"], match["last"]) if d)
    year = "" if match["year"] == "-" else match["year"]
    return " ".join(p for p in (days, _MONTHS[int(match["month"]) - 1], year) if p)


_VERBS = {
    "accept": "accepts", "reject": "rejects", "propose": "proposes", "demand": "demands",
    "willing": "is open to", "undecided": "is undecided on", "welcome": "welcomes",
    "deny": "denies",
}  # fmt: skip


def _what(claim: Claim) -> str:
    """What a claim says, in a few words: who takes which stance on what, or a value of what."""
    if claim.kind == "stance":
        verb = _VERBS.get(claim.predicate, claim.predicate)
        return " ".join(p for p in (claim.subject, verb, *claim.objects[:1]) if p)
    if isinstance(claim.value, float):
        thing = f" ({', '.join(sorted(claim.actions)[:1])})" if claim.actions else ""
        return f"{claim.value:,.0f} {claim.unit or ''}{thing}".strip()
    about = (claim.subject or "").removeprefix("of:")
    return f"{about}: {_dated(str(claim.value))}" if about else _dated(str(claim.value))


def _one_line(quote: str) -> str:
    return " ".join(quote.split())


def _sides_text(contradiction: Contradiction) -> str:
    values = " / ".join(_dated(side.value) for side in contradiction.sides)
    return f"{values} ({contradiction.grounds})"


def _one_a_sentence(claims: Sequence[Claim]) -> list[Claim]:
    kept: dict[tuple[str, int], Claim] = {}
    for claim in claims:
        kept.setdefault((claim.document, claim.start), claim)
    return list(kept.values())


def _weights(statements: Sequence[Claim]) -> dict[tuple[str, int], float]:
    """How central a sentence is: the share of documents that use its words, early ones first."""
    holders: dict[str, set[str]] = defaultdict(set)
    for claim in statements:
        for word in claim.stems | claim.concepts:
            holders[word].add(claim.document)
    weights = {}
    first: dict[str, int] = {}
    for claim in statements:
        words = claim.stems | claim.concepts
        order = first[claim.document] = first.get(claim.document, 0) + 1
        shared = sum(len(holders[w]) - 1 for w in words) / (len(words) + 4) if words else 0.0
        weights[claim.document, claim.start] = shared + 0.5 / order
    return weights


def _alike(left: Claim, right: Claim) -> bool:
    smaller = min(len(left.stems), len(right.stems))
    return bool(smaller) and len(left.stems & right.stems) / smaller > 0.6
