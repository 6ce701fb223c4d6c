"""What a pronoun or a bare noun ('the group', 'it', 'вона') stands for, over a document.

Rules, no parser: a pronoun takes the nearest fitting antecedent of the sentences before it, and
only where a deed, a stance or a span of time follows that needs one. A topic's verb (signed, took
effect, lasts) asks for a topic, another verb for who acts. What is found becomes a mention or a
concept at the pronoun's own token: every later rule reads the sentence as if the name stood there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from trucewatch.dossier.cases import is_adjective
from trucewatch.dossier.reading import Mention, Reading
from trucewatch.dossier.stems import LANGUAGES, Match, plain
from trucewatch.language.names import skeleton

# Topics that a later 'it' or 'they' may stand for; what they are said to do.
AGREEMENTS = ("ceasefire", "plan")
LASTING = (*AGREEMENTS, "force", "mission", "mandate", "zone", "phase", "exchange", "guarantees")
PLURAL = ("talks", "war", "troops", "peacekeepers", "monitors", "guarantees", "elections")
AGREEMENT_DEEDS = frozenset(("sign", "begin", "end", "extend", "mediate", "announce", "conclude"))
MISSIONS = ("mission", "force", "mandate", "peacekeeping", "monitoring")
AMONG = frozenset(("sign", "mediate", "conclude", "announce"))
OBJECT_DEEDS = frozenset(("sign", "ratify", "extend", "violate", "mediate", "draft", "end"))
COUNTED = ("troops", "fighters", "peacekeepers", "monitors", "hostages", "prisoners", "displaced",
           "civilians", "police", "staff", "people", "families", "trucks", "tanks")  # fmt: skip
VERB_REACH = 6
# Letters of a word that tells one side from another.
DESCRIBING = 6
# Sentences after which a topic or an actor is forgotten.
MEMORY = 4


# The armed side where no document has named it yet.
UNNAMED = "rebels"


def is_armed(actor: str) -> bool:
    """Whether an actor is an armed group or breakaway side: no state, body or person."""
    is_state = len(actor) == 2 and actor.isupper()
    return not is_state and not actor.startswith("name:") and actor not in plain("no_group")


def unify_roles(readings: Sequence[Reading]) -> None:
    """Where one country stands out in a set, 'the government' and 'the army' are its own."""
    counts = Counter(
        m.actor for r in readings for m in r.mentions if len(m.actor) == 2 and m.actor.isupper()
    )
    ranked = [c for c in counts.most_common(3) if c[0] not in plain("bodies")]
    if not ranked or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return
    for reading in readings:
        reading.mentions = [
            replace(m, actor=ranked[0][0]) if m.actor in ("government", "army") else m
            for m in reading.mentions
        ]


def unify_groups(readings: Sequence[Reading]) -> None:
    """Where a set of documents knows one armed group, 'the rebels' are that group."""
    counts = Counter(m.actor for r in readings for m in r.mentions if is_armed(m.actor))
    del counts[UNNAMED]
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < 4 * ranked[1][1]):
        return
    name = ranked[0][0]
    for reading in readings:
        reading.mentions = [
            replace(m, actor=name) if m.actor == UNNAMED else m for m in reading.mentions
        ]


@dataclass
class _Memory:
    """What the document named last: actors and topics with the number of their sentence."""

    actors: list[tuple[int, Mention]] = field(default_factory=list)
    topics: dict[str, int] = field(default_factory=dict)

    def note(self, number: int, reading: Reading) -> None:
        """Remember a sentence: what stands free in it comes last, as the likelier antecedent."""
        governed = [m for m in reading.mentions if _is_governed(reading, m) or m.is_place]
        free = [m for m in reading.mentions if m not in governed]
        # The subject, the first that stands free, is the likeliest.
        ordered = (*reversed(governed), *reversed(free))
        self.actors = [*self.actors[-8:], *((number, m) for m in ordered)]
        for kind in ("topic", "event", "thing", "force"):
            for match in reading.concepts[kind]:
                # What stands first in its sentence is what the sentence is about.
                self.topics[match.concept] = number * 1000 + max(0, 999 - match.first)

    def actor(self, number: int, *, person: bool, armed: bool = False) -> str | None:
        """Return the last actor that fits, of the sentences still remembered."""
        for said, mention in reversed(self.actors):
            if number - said > MEMORY:
                return None
            if mention.is_person == person and (not armed or is_armed(mention.actor)):
                return mention.actor
        return None

    def is_about_force(self, number: int) -> bool:
        """Whether the sentence before names a mission or its people, and no party that acts."""
        named = any(said == number - 1 for said, _ in self.actors)
        return not named and any(
            self.topics.get(t, -1) // 1000 == number - 1 for t in ("mission", "force")
        )

    def topic(self, number: int, among: Sequence[str]) -> str | None:
        """Return the topic of a list that was named last."""
        known = [(self.topics[t], t) for t in among if t in self.topics]
        recent = [t for at, t in sorted(known) if number - at // 1000 <= MEMORY]
        return recent[-1] if recent else None


def resolve(readings: Sequence[Reading], *, persons: bool) -> None:
    """Put a mention or a topic where a pronoun of a document stands for it; readings change.

    persons: resolve 'he' and 'she' (once people are known), else things, groups and states.
    """
    memory = _Memory()
    for number, reading in enumerate(readings):
        for at in range(len(reading.tokens)):
            _resolve_at(reading, at, memory, number, persons=persons)
        if not persons and number:
            _happened(reading, readings[number - 1])
        reading.mentions.sort(key=lambda m: m.first)
        memory.note(number, reading)


def _resolve_at(reading: Reading, at: int, memory: _Memory, number: int, *, persons: bool) -> None:
    kind = _kind(reading, at)
    if kind is None or (kind == "person") != persons or _is_taken(reading, at):
        return
    if kind == "person":
        actor = memory.actor(number, person=True)
        if actor:
            reading.mentions.append(Mention(actor, at, at + 1, is_person=True))
    elif kind == "counted":
        here = [m.concept for m in reading.concepts["thing"] if m.last < at - 1]
        thing = here[-1] if here else memory.topic(number, COUNTED)
        if thing:
            reading.concepts["thing"].append(Match(thing, at, at + 1))
            reading.concepts["thing"].sort(key=lambda m: m.first)
    elif kind in ("armed", "spoken", "own"):
        _act(reading, at, _side(reading, at, memory, number, kind))
    elif not _is_expletive(reading, at):
        _thing(reading, at, memory, number, plural=kind == "plural")


def _side(reading: Reading, at: int, memory: _Memory, number: int, kind: str) -> str | None:
    """Return which side 'the fighters', 'the delegation', 'their soldiers' stand for."""
    if kind == "armed":
        if any(at < m.first <= at + 1 for m in reading.mentions):
            # 'The group X': the name itself follows.
            return None
        described = _description(reading, at)
        if described:
            return described
        return memory.actor(number, person=False, armed=True) or UNNAMED
    if kind == "own":
        return _subject_before(reading, at) or memory.actor(number, person=False)
    told = _stands(reading, at) and not _named_near(reading, at)
    return memory.actor(number, person=False) if told else None


def _happened(reading: Reading, before: Reading) -> None:
    """'It happened on 17 July': what the sentence before says was done."""
    lower = [t.lower for t in reading.tokens]
    is_short = len(lower) <= 10 and any(t in plain("happened") for t in lower)
    if not is_short or not reading.dates or reading.concepts["action"]:
        return
    at = next(i for i, t in enumerate(lower) if t in plain("happened"))
    deeds = [m.concept for m in before.concepts["action"] if m.concept not in ("hold_talks",)]
    topics = [m.concept for m in before.concepts["topic"] if m.concept in (*AGREEMENTS, "exchange")]
    reading.concepts["action"] = [Match(d, at, at + 1) for d in deeds[:1]]
    reading.concepts["topic"] += [Match(t, at, at + 1) for t in topics[:1]]


def _kind(reading: Reading, at: int) -> str | None:
    tag = reading.language if reading.language in LANGUAGES else "en"
    word = reading.tokens[at].lower
    for name, kind in (("he", "person"), ("it", "single"), ("they", "plural")):
        if word in plain(f"{name}_{tag}"):
            return kind
    if word in plain(f"own_{tag}"):
        is_side = reading.has("authority", at + 1, at + 3) or _counts(reading, at)
        return ("person" if word in plain("his") else "own") if is_side else None
    if word in plain(f"them_{tag}") and at and reading.tokens[at - 1].lower in plain("of"):
        return "counted"
    return _side_noun(reading, at, tag)


def _side_noun(reading: Reading, at: int, tag: str) -> str | None:
    """'The fighters', 'the loyalist gunmen', 'the delegation': a side by a noun."""
    nouns = [reading.tokens[at].lower]
    if tag == "en":
        if nouns != ["the"]:
            return None
        nouns = [t.lower for t in reading.tokens[at + 1 : at + 3]]
    if plain(f"groups_{tag}") & set(nouns):
        return "armed"
    return "spoken" if plain(f"speaking_{tag}") & set(nouns[:1]) else None


def _description(reading: Reading, at: int) -> str | None:
    """'The loyalist paramilitaries': a side known by the word before the noun, by its sound."""
    tag = reading.language if reading.language in LANGUAGES else "en"
    word = reading.tokens[at + 1 if tag == "en" else at - 1] if at or tag == "en" else None
    if word is None or word.lower in plain(f"groups_{tag}") | plain("of"):
        return None
    telling = len(word.lower) >= DESCRIBING and is_adjective(word.lower, reading.language)
    if tag == "en":
        telling = len(word.lower) >= DESCRIBING and word.lower not in plain("idle_adjectives")
    return f"group:{skeleton(word.text)[:5].replace('c', 'k')}" if telling else None


def _named_near(reading: Reading, at: int) -> bool:
    """'The leadership in CAPITAL', 'COUNTRY's delegation': whose it is stands beside it."""
    return any(m.first <= at + 4 and m.last >= at - 2 for m in reading.mentions)


def _subject_before(reading: Reading, at: int) -> str | None:
    """'The fighters had halted their attacks': whose it is may stand in the sentence itself."""
    free = [
        m for m in reading.mentions
        if m.last <= at and not m.is_place and not _is_governed(reading, m)
    ]  # fmt: skip
    return max(free, key=lambda m: m.first).actor if free else None


def _counts(reading: Reading, at: int) -> bool:
    """'its 3,000 soldiers', 'its soldiers': a thing that is somebody's follows."""
    return any(at < m.first <= at + 3 for m in reading.concepts["thing"])


def _is_taken(reading: Reading, at: int) -> bool:
    return any(m.first <= at < m.last for m in reading.mentions)


def _is_expletive(reading: Reading, at: int) -> bool:
    """'It is unclear', 'it was A which ...', 'it took a week': nothing is meant by 'it'."""
    if reading.language != "en" and reading.language in LANGUAGES:
        return False
    rest = [t.lower for t in reading.tokens[at + 1 : at + 4]]
    if not rest or reading.tokens[at].lower != "it":
        return False
    if rest[0] == "took":
        return len(rest) < 2 or rest[1] not in ("effect", "hold")
    cleft = rest[0] in plain("be") and any(
        m.first in (at + 2, at + 3) for m in reading.mentions
    )  # fmt: skip
    return cleft or any(w in plain("expletive") for w in rest)


def _thing(reading: Reading, at: int, memory: _Memory, number: int, *, plural: bool) -> None:
    deed = _deed(reading, at)
    lasts = _lasts(reading, at)
    if deed in AGREEMENT_DEEDS or lasts:
        among = MISSIONS if deed == "maintain" and not plural else _among(deed, plural=plural)
        topic = memory.topic(number, among)
        if topic and not (deed in ("announce", "sign") and _is_active(reading, at)):
            kind = "event" if topic == "war" else "topic"
            reading.concepts[kind].append(Match(topic, at, at + 1))
            reading.concepts[kind].sort(key=lambda m: m.first)
            return
    if deed is None and _is_object(reading, at):
        topic = memory.topic(number, AGREEMENTS)
        if topic:
            reading.concepts["topic"].append(Match(topic, at, at + 1))
            reading.concepts["topic"].sort(key=lambda m: m.first)
        return
    if (deed or _stands(reading, at)) and not memory.is_about_force(number):
        _act(reading, at, memory.actor(number, person=False))


def _among(deed: str | None, *, plural: bool) -> tuple[str, ...]:
    if plural:
        return PLURAL
    return AGREEMENTS if deed in AMONG else LASTING


def _is_object(reading: Reading, at: int) -> bool:
    """'put their names to it', 'rejected it': the pronoun is what is signed or refused."""
    acts = [m for m in reading.concepts["action"] if m.concept in OBJECT_DEEDS]
    stances = [m for m in reading.words["stances"] if m.concept in ("accept", "reject", "welcome")]
    near = [m.last for m in (*acts, *stances) if m.last <= at]
    return bool(near) and at - max(near) <= 2 and reading.language == "en"


def _deed(reading: Reading, at: int) -> str | None:
    clause = reading.clauses[at]
    found = [
        m for m in reading.concepts["action"]
        if at < m.first <= at + VERB_REACH and reading.clauses[m.first] == clause
    ]  # fmt: skip
    return found[0].concept if found else None


def _lasts(reading: Reading, at: int) -> bool:
    clause = reading.clauses[at]
    near = [i for i in range(at + 1, min(at + 5, len(reading.tokens)))
            if reading.clauses[i] == clause]  # fmt: skip
    spans = bool(reading.quantities) or any(
        reading.has(n, at, at + 8) for n in ("permanent", "temporary")
    )
    is_said = any(reading.has("lasting", i, i + 1) for i in near)
    return spans and (is_said or any(reading.tokens[i].lower in plain("be") for i in near[:1]))


def _is_active(reading: Reading, at: int) -> bool:
    """'It signed', 'they announced': who acts, not what was signed."""
    if reading.language in ("uk", "ru"):
        return not any(
            t.lower.endswith(("о", "ся", "ась", "ось", "ось", "лось", "лась", "ан", "ана", "ано"))
            for t in reading.tokens[at + 1 : at + 4]
        )
    return not any(t.lower in plain("be") for t in reading.tokens[at + 1 : at + 4])


def _stands(reading: Reading, at: int) -> bool:
    clause = reading.clauses[at]
    return any(
        at < m.first <= at + VERB_REACH and reading.clauses[m.first] == clause
        for m in reading.words["stances"]
    )


def _act(reading: Reading, at: int, actor: str | None) -> None:
    if actor:
        reading.mentions.append(Mention(actor, at, at + 1))


def _is_governed(reading: Reading, mention: Mention) -> bool:
    before = reading.tokens[mention.first - 1].lower if mention.first else ""
    earlier = reading.tokens[mention.first - 2].lower if mention.first > 1 else ""
    words = plain("prepositions")
    return before in words or (before in ("the", "a", "an", "its") and earlier in words)
