"""Claims out of a document: one row a facet of a sentence, with its exact quote and offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from trucewatch.dossier import facets, spans
from trucewatch.dossier.attribution import speaker_of, via_of
from trucewatch.dossier.dates import DateMention
from trucewatch.dossier.events import event_of, unnamed
from trucewatch.dossier.frames import Frame, frames_of
from trucewatch.dossier.model import Claim
from trucewatch.dossier.nations import label
from trucewatch.dossier.reading import Reading, read
from trucewatch.dossier.stems import LANGUAGES, plain
from trucewatch.ids import content_id
from trucewatch.language.documents import Document
from trucewatch.language.documents.boilerplate import reasons
from trucewatch.language.names import skeleton
from trucewatch.language.quantities import Quantity
from trucewatch.language.sentences import Sentence, split

MAX_SENTENCES = 4000
HOLDING = frozenset(("maintain", "deploy", "lose", "withdraw"))
# What 'taken prisoner' and 'abducted' make of people.
TAKEN = {"troops": "prisoners", "fighters": "prisoners", "people": "hostages",
         "civilians": "hostages"}  # fmt: skip
FATES = ("kill", "wound", "displace")
_QUOTED = re.compile(r"[\"“«„]([^\"“”«»„]{4,160})[\"”»]")


@dataclass(frozen=True)
class Account:
    """What a document says in its own words: readings of its sentences, repeats left out."""

    document: Document
    readings: tuple[Reading, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentences kept, a line each."""
        return "\n".join(r.sentence.text for r in self.readings)

    @property
    def cited(self) -> list[str]:
        """News houses the document names as its origin, in reading order."""
        return [name for reading in self.readings for name in via_of(reading)]


def account_of(document: Document) -> Account:
    """Read a document's sentences; at most MAX_SENTENCES, said in the notes where cut."""
    sentences = split(document.text)
    kept = sentences[:MAX_SENTENCES]
    notes: tuple[str, ...] = ()
    if len(sentences) > MAX_SENTENCES:
        notes = (f"only the first {MAX_SENTENCES} of {len(sentences)} sentences are read",)
    why = reasons(kept)
    readings = tuple(
        read(sentence, _language(sentence, document.language))
        for index, sentence in enumerate(kept) if index not in why
    )  # fmt: skip
    counts: dict[str, int] = {}
    for reason in why.values():
        counts[reason] = counts.get(reason, 0) + 1
    return Account(document, readings, counts, notes)


def _language(sentence: Sentence, language: str) -> str:
    """A sentence in another script than its document is read in that script's language."""
    cyrillic = len(re.findall(r"[А-Яа-яЁёІіЇїЄєҐґ]", sentence.text))
    latin = len(re.findall(r"[A-Za-z]", sentence.text))
    if language in ("uk", "ru"):
        return "en" if latin > cyrillic * 2 else language
    if cyrillic > latin:
        return "uk" if re.search("[іїєґІЇЄҐ]", sentence.text) else "ru"
    return "en"


def claims_of(account: Account, root: str) -> list[Claim]:
    """Return the claims of an account in reading order; ids are hashed from what is said where."""
    found: dict[str, Claim] = {}
    for reading in account.readings:
        for claim in SentenceClaims(account.document.document_id, root, reading).claims():
            found.setdefault(claim.id, claim)
    return list(found.values())


class SentenceClaims:
    """Builds the claims of one sentence; all share quote, speaker and chain."""

    def __init__(self, document: str, root: str, reading: Reading) -> None:
        self.document, self.root, self.reading = document, root, reading
        self.speaker, self.via = speaker_of(reading), via_of(reading)
        self.frames = frames_of(reading)
        self.figures = frozenset(q.best for q in reading.quantities if q.best is not None)

    def claims(self) -> Iterator[Claim]:
        counted = [*self._quantities()]
        dated = [*self._dates()]
        yield from counted
        yield from dated
        yield from self._durations()
        yield from (self._frame(f) for f in self.frames if f.objects or f.actor)
        yield from self._quotations()
        heads = self.reading.sentence.kind == "heading"
        yield self.claim("statement", "heads" if heads else "says", 0, len(self.reading.tokens))

    def claim(self, kind: str, predicate: str, first: int, last: int, **facts: Any) -> Claim:
        sentence, reading = self.reading.sentence, self.reading
        clause = reading.clauses[min(first, len(reading.clauses) - 1)] if reading.clauses else 0
        facts.setdefault("subject", None)
        facts.setdefault("modality", self._mood(first))
        names = frozenset(m.actor for m in reading.mentions if reading.clauses[m.first] == clause)
        return Claim(
            id=content_id("claim", self.document, kind, sentence.start, first, predicate,
                          facts["subject"], facts.get("value")),
            document=self.document, root=self.root, quote=sentence.text, start=sentence.start,
            end=sentence.end, kind=kind, predicate=predicate, speaker=self.speaker, via=self.via,
            concepts=facets.concepts_in(reading), actors=names, order=sentence.start * 100 + first,
            places=_places(reading, clause if kind in ("stance", "action") else None),
            stems=facets.content_stems(reading, first, last),
            marks=facets.marks_of(reading, first, last), figures=self.figures,
            time=self._when(facts), **facts,
        )  # fmt: skip

    def _mood(self, first: int) -> str:
        near = [f for f in self.frames if f.first <= first]
        if near and near[-1].modality != "asserted":
            return near[-1].modality
        return "reported" if self.via else "asserted"

    def _time(self) -> str | None:
        dates = self.reading.dates
        return dates[0].iso if dates else None

    def _when(self, facts: dict[str, Any]) -> str | None:
        given = facts.pop("time", None)
        return self._time() if given is None else given or None

    def _time_of(self, at: int) -> str | None:
        """The date within the clause of a token: another clause's dates something else."""
        clause = self.reading.clauses[at]
        inside = [d for d in self.reading.dates
                  if self.reading.clauses[self.reading.token_at(d.start)] == clause]  # fmt: skip
        return inside[0].iso if inside else None

    def _time_counted(self, at: int) -> str | None:
        """The day of a count: its clause's date, else the sentence's day; 'since May' is none."""
        clause = self.reading.clauses[at]
        told = [d for d in self.reading.dates if not d.is_since]
        inside = [d for d in told
                  if self.reading.clauses[self.reading.token_at(d.start)] == clause]  # fmt: skip
        days = [d for d in told if d.day_first]
        return next((d.iso for d in (*inside, *days)), None)

    # -- counts -----------------------------------------------------------------------------

    def _quantities(self) -> Iterator[Claim]:
        for quantity in self.reading.quantities:
            if quantity.best is None or spans.days_of(quantity):
                continue
            claim = self._quantity(quantity)
            if claim:
                yield claim

    def _quantity(self, quantity: Quantity) -> Claim | None:
        reading = self.reading
        first, last = facets.token_span(reading, quantity)
        counted = None if quantity.unit else facets.counted_by(reading, quantity)
        if quantity.unit is None and counted is None:
            return None
        clause = reading.clauses[first]
        actions = _near(reading, "action", clause, first, 12)
        topics = _near(reading, "topic", clause, first, 12)
        thing = quantity.unit or (counted.thing if counted else "")
        thing = self._sized(thing, actions, clause, first)
        actions = _one_fate(actions)
        if "detain" in actions:
            thing = TAKEN.get(thing, thing)
        if thing in TAKEN.values():
            actions = [a for a in actions if a != "attack"]
        owner = self._owner(counted, last)
        holder = owner or self._holder(clause)
        return self.claim(
            "quantity", "counts", first, last,
            subject=_subject(_shown(owner), thing, actions, topics),
            value=quantity.best, unit=thing.removeprefix("word:"), low=quantity.low,
            best=quantity.best, high=quantity.high, qualifier=quantity.qualifier,
            objects=(thing, *topics), actions=frozenset(actions), owner=owner, actor=holder,
            modality="denied" if self._is_denied(clause) else self._mood(first),
            forces=frozenset(_forces(reading, clause, first)), time=self._time_counted(first) or "",
        )  # fmt: skip

    def _sized(self, thing: str, actions: list[str], clause: int, first: int) -> str:
        """'The force numbers 5,000 people', '150 people will observe': who the people are."""
        if thing != "people":
            return thing
        if "supervise" in actions:
            return "monitors"
        if "lose" in actions and "national_army" in _near(self.reading, "force", clause, first, 8):
            return "troops"
        before = [
            m.concept for m in self.reading.concepts["thing"]
            if m.first < first and self.reading.clauses[m.first] == clause
            and facets.class_of(m.concept) == "people" and m.concept not in ("people", "civilians")
        ]  # fmt: skip
        return before[-1] if before and "maintain" in actions else thing

    def _is_denied(self, clause: int) -> bool:
        """'Seven of the groups did not sign': what is counted here did not do it."""
        inside = [f for f in self.frames if self.reading.clauses[f.first] == clause]
        return bool(inside) and all(f.modality == "denied" for f in inside)

    def _holder(self, clause: int) -> str | None:
        """Who keeps, sends or loses the counted: the actor of such a deed in the clause."""
        for frame in self.frames:
            if frame.action in HOLDING and self.reading.clauses[frame.first] == clause:
                return frame.actor
        return None

    def _owner(self, counted: facets.Counted | None, last: int) -> str | None:
        """Whose the counted are: a party between number and thing, or right after 'of'."""
        if counted is None:
            return None
        for mention in self.reading.mentions:
            nearest = max(last, counted.first - 3) if counted.first >= last else counted.first - 3
            if nearest <= mention.first and mention.last <= counted.first + 1:
                return mention.actor
        return self._of_whom(counted.last)

    def _of_whom(self, last: int) -> str | None:
        """'residents of A', 'мешканців півночі А': the country named right after the counted."""
        reading = self.reading
        for mention in reading.mentions:
            gap = [t.lower for t in reading.tokens[last : mention.first]]
            if mention.first < last or len(gap) > 3 or mention.is_person:
                continue
            if reading.clauses[mention.first] != reading.clauses[last - 1]:
                return None
            if reading.language not in ("uk", "ru"):
                return mention.actor if gap[:1] == ["of"] else None
            is_near = len(gap) <= 1 and not set(gap) & plain("prepositions")
            return mention.actor if is_near else None
        return None

    # -- dates ------------------------------------------------------------------------------

    def _dates(self) -> Iterator[Claim]:
        for mention in (*self.reading.dates, *self.reading.weekdays):
            event = event_of(self.reading, mention) or unnamed(self.reading, mention)
            if event:
                name, objects, at = event
                yield self._date(mention, name, objects, at)

    def _date(self, mention: DateMention, name: str, objects: tuple[str, ...], at: int) -> Claim:
        label = "by" if mention.is_deadline else "on"
        return self.claim(
            "date", f"{name}:{label}", at, at + 1, subject=name, value=mention.iso, date=mention,
            objects=objects, time=mention.iso, actions=frozenset({name}),
        )  # fmt: skip

    # -- durations --------------------------------------------------------------------------

    def _durations(self) -> Iterator[Claim]:
        reading = self.reading
        for name in ("permanent", "temporary"):
            for match in reading.words.get(name, ()):
                subject = spans.lasting_subject(reading, match.first, match.last)
                if subject:
                    yield self._lasting(name, match.first, match.last, subject)
        for quantity in reading.quantities:
            days = spans.days_of(quantity)
            if days is None or spans.is_ago(reading, quantity):
                continue
            first, last = facets.token_span(reading, quantity)
            subject = spans.lasting_subject(reading, first, last)
            yield self.claim(
                "duration", "lasts", first, last, subject=subject, value=quantity.text,
                unit="day", low=days[0], high=days[1], best=sum(days) / 2,
                objects=(subject,) if subject else (),
                actions=frozenset(_near(reading, "action", reading.clauses[first], first, 12)),
            )  # fmt: skip

    def _lasting(self, name: str, first: int, last: int, subject: str) -> Claim:
        reading = self.reading
        negated = any(
            first - 4 <= n.first < first and reading.clauses[n.first] == reading.clauses[first]
            for n in reading.words.get("negation", ())
        )
        value = name if not negated else ("temporary" if name == "permanent" else "permanent")
        is_goal = reading.has("goal", max(0, first - 7), first)
        return self.claim(
            "duration", "lasts", first, last, subject=subject, value=value, objects=(subject,),
            modality="proposed" if is_goal else "asserted",
        )  # fmt: skip

    # -- stances and actions ------------------------------------------------------------------

    def _frame(self, frame: Frame) -> Claim:
        kind = "action" if frame.action else "stance"
        predicate = frame.action or frame.stance
        return self.claim(
            kind, predicate, frame.first, frame.last,
            subject=_shown(frame.actor), actor=frame.actor,
            agents=frame.agents,
            value=" ".join(frame.objects[:3]) or None, objects=frame.objects,
            modality=frame.modality if frame.modality != "asserted" or not self.via else "reported",
            time=self._time_of(frame.first) or "",
        )  # fmt: skip

    def _quotations(self) -> Iterator[Claim]:
        for match in _QUOTED.finditer(self.reading.sentence.text):
            first = self.reading.token_at(match.start(1) + self.reading.sentence.start)
            yield self.claim("quotation", "quoted words", first, first + 1, subject=self.speaker,
                              value=match[1].strip())  # fmt: skip


def _one_fate(actions: list[str]) -> list[str]:
    """'8,000 dead and 200,000 driven out': the nearest fate is the number's own."""
    fates = [a for a in actions if a in FATES]
    return [a for a in actions if a not in fates[1:]]


def _near(reading: Reading, kind: str, clause: int, at: int, reach: int) -> list[str]:
    found = [m for m in reading.concepts[kind]
             if reading.clauses[m.first] == clause and abs(m.first - at) <= reach]  # fmt: skip
    ranked = sorted(found, key=lambda m: (_steps(reading, m.first, at), m.first < at))
    return list(dict.fromkeys(m.concept for m in ranked))


# An 'and' between two words parts them more than its one step says.
AND_STEPS = 4


def _steps(reading: Reading, one: int, other: int) -> int:
    between = reading.tokens[min(one, other) + 1 : max(one, other)]
    joined = any(t.lower in ("and", "та", "і", "й", "и") for t in between)
    return abs(one - other) + AND_STEPS * joined


def _shown(actor: str | None) -> str | None:
    return label(actor) if actor else None


def _forces(reading: Reading, clause: int, at: int) -> list[str]:
    """Whose people: named in the clause, or before the 'which' that opens it."""
    here = _near(reading, "force", clause, at, 14)
    opening = next(
        t.lower for t, c in zip(reading.tokens, reading.clauses, strict=True) if c == clause
    )
    tag = reading.language if reading.language in LANGUAGES else "en"
    if here or clause == 0 or opening not in plain(f"subordinate_{tag}"):
        return here
    return _near(reading, "force", clause - 1, at, 10)[:1]


def _subject(owner: str | None, thing: str, actions: list[str], topics: list[str]) -> str:
    parts = (owner, thing.removeprefix("word:"), *actions[:1], *topics[:1])
    return " ".join(p for p in parts if p)


def _places(reading: Reading, clause: int | None = None) -> frozenset[str]:
    """Capitalised words after 'in', 'at', 'у', 'в': where it happened; months are no places."""
    dated = {reading.token_at(d.start) for d in reading.dates}
    return frozenset(
        skeleton(token.text)
        for at, (before, token) in enumerate(pairwise(reading.tokens), start=1)
        if before.lower in plain("inside")
        and token.is_capital
        and at not in dated
        and (clause is None or reading.clauses[at] == clause)
    )
