"""From a read sentence to the facets that claims are compared by: counts, dates, durations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from trucewatch.dossier.cases import lemma
from trucewatch.dossier.dates import DateMention
from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import Match, plain, rows
from trucewatch.language.names import is_cyrillic, skeleton
from trucewatch.language.quantities import Quantity

DAYS = {
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),
    "year": (360, 366),
    "hour": (1 / 24, 1 / 24),
    "minute": (1 / 1440, 1 / 1440),
}
LASTING = frozenset(
    (
        "ceasefire",
        "guarantees",
        "force",
        "multinational_force",
        "peacekeeping",
        "peacekeepers",
        "plan",
        "zone",
        "mandate",
        "mission",
        "phase",
        "deploy",
        "withdraw",
        "talks",
        "monitoring",
        "monitoring_mission",
        "corridor",
        "autonomy",
        "amnesty",
        "extend",
        "sanctions",
        "troops",
        "blockade",
        "exchange",
        "war",
        "disarmament",
        "disarm",
    )
)
# Deeds that have a time limit: 'within 60 days' is said of them, not of who does them.
DEADLINED = frozenset(("mandate", "withdraw", "disarm", "extend", "exchange", "return"))
WAR_START = "war_start"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a number counts: the thing's concept or word, and tokens it stands at."""

    thing: str
    first: int
    last: int


def counted_by(reading: Reading, quantity: Quantity) -> Counted | None:
    """Return what a quantity without a unit of measure counts, or None."""
    first, last = token_span(reading, quantity)
    after = [m for m in reading.concepts["thing"] if last <= m.first <= last + 4]
    near = [m for m in after if _filled(reading, last, m.first) and _next(reading, last, m.first)]
    if near:
        chosen = _most_specific(near)
        return Counted(chosen.concept, chosen.first, chosen.last)
    direct = _following_word(reading, last, reach=1)
    if direct:
        return direct
    before = [m for m in reading.concepts["thing"] if first - 4 <= m.first < first]
    same = [m for m in before if reading.clauses[m.first] == reading.clauses[first]]
    if same and not after:
        return Counted(same[-1].concept, same[-1].first, same[-1].last)
    if _is_strong(reading, last):
        return Counted("troops", last, last + 1)
    return _following_word(reading, last) or _people_of(reading, first, last)


def token_span(reading: Reading, quantity: Quantity) -> tuple[int, int]:
    """Return the tokens (first, last excluded) a quantity covers."""
    start, end = quantity.start + reading.sentence.start, quantity.end + reading.sentence.start
    inside = [i for i, t in enumerate(reading.tokens) if t.start < end and start < t.end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _filled(reading: Reading, start: int, stop: int) -> bool:
    """Only adjectives and names may stand between a number and what it counts."""
    text = reading.sentence.text
    offset = reading.sentence.start
    left = reading.tokens[start - 1].end if start else 0
    return not set(text[left - offset : reading.tokens[stop].start - offset]) & set(",;:()")


def _next(reading: Reading, start: int, stop: int) -> bool:
    """No other number stands between a number and what it counts."""
    return not any(start <= token_span(reading, q)[0] < stop for q in reading.quantities)


def _most_specific(near: list[Match]) -> Match:
    """'33 of the hostages' counts hostages; '33 people' counts people only where alone."""
    specific = [m for m in near if m.concept != "people"]
    return (specific or near)[0]


def _is_strong(reading: Reading, last: int) -> bool:
    words = [t.lower for t in reading.tokens[last : last + 1]]
    return bool(words) and bool(re.match(r"strong$|тисячн|тысячн", words[0]))


def _following_word(reading: Reading, last: int, *, reach: int = 3) -> Counted | None:
    for at in range(last, min(last + reach, len(reading.tokens))):
        token = reading.tokens[at]
        if not _filled(reading, last, at) or token.text[0].isdigit():
            return None
        is_word = len(token.lower) > 2 and not token.is_capital
        if is_word and token.lower not in plain("fillers") and not _is_verb(reading, at):
            return Counted(f"word:{stem(token.lower, reading.language)}", at, at + 1)
    return None


def _is_verb(reading: Reading, at: int) -> bool:
    word = reading.tokens[at].lower
    return word in ("were", "was", "are", "have", "had", "has", "will", "killed", "wounded") or any(
        m.first == at for m in reading.concepts["action"]
    )


def _people_of(reading: Reading, first: int, last: int) -> Counted | None:
    """'1,200 were killed' counts people."""
    for match in reading.concepts["action"]:
        if match.concept in ("kill", "wound", "displace", "release") and (
            first - 4 <= match.first <= last + 3
        ):
            return Counted("people", first, last)
    return None


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    """Return a word without its commonest endings, to compare words of one language."""
    if language in ("uk", "ru"):
        return lemma(word, language)[:7]
    for ending in (
        "ations",
        "ation",
        "ings",
        "ing",
        "ies",
        "ied",
        "ers",
        "ed",
        "es",
        "s",
        "y",
        "e",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def content_stems(reading: Reading, first: int, last: int) -> frozenset[str]:
    """Return the stems of the words around tokens first..last that carry meaning."""
    window = reading.tokens[max(0, first - 14) : last + 14]
    return frozenset(
        stem(t.lower, reading.language)
        for t in window
        if len(t.lower) > 3 and t.lower not in plain("stop") and not t.text[0].isdigit()
    )


def same_word(left: str, right: str) -> bool:
    """Whether two counted words that no lexicon holds are one: by stem, or by sound."""
    if not (left.startswith("word:") and right.startswith("word:")):
        return False
    mine, theirs = left.removeprefix("word:"), right.removeprefix("word:")
    if is_cyrillic(mine) == is_cyrillic(theirs) and mine[:5] == theirs[:5]:
        return True
    return skeleton(mine)[:5] == skeleton(theirs)[:5] and len(mine) > 4


def class_of(thing: str) -> str:
    """Return the class of a counted thing: people, vehicles ... or the thing itself."""
    return str(rows("concepts").get(thing, {}).get("of") or thing)


# -- durations ------------------------------------------------------------------------------------


def days_of(quantity: Quantity) -> tuple[float, float] | None:
    """Return a time span in days as (low, high), or None where its unit is no time."""
    if quantity.unit not in DAYS or quantity.best is None:
        return None
    least, most = DAYS[quantity.unit]
    low = quantity.low if quantity.low is not None else quantity.best
    high = quantity.high if quantity.high is not None else quantity.best * 2
    return low * least, high * most


def lasting_subject(reading: Reading, first: int, last: int) -> str | None:
    """Return what is said to last: the topic right after the words, else before, in the clause."""
    clause = reading.clauses[first]
    near = [m for m in reading.all_concepts() if m.concept in LASTING]
    inside = [m for m in near if reading.clauses[m.first] == clause]
    after = [m for m in inside if last <= m.first <= last + 4]
    before = [m for m in inside if m.first < first]
    if after:
        return _generic(after[0].concept)
    if not before or not _says_of(reading, first, last):
        return None
    deeds = [m for m in before if m.concept in DEADLINED]
    return _generic((deeds or before)[-1].concept)


def _says_of(reading: Reading, first: int, last: int) -> bool:
    """'The truce is permanent': the words end the clause, or 'is', 'for' or 'not' leads to them."""
    ends = last >= len(reading.tokens) or reading.clauses[last] != reading.clauses[first]
    lead = {t.lower for t in reading.tokens[max(0, first - 4) : first]}
    return ends or bool(lead & plain("leads"))


def _generic(concept: str) -> str:
    same = {
        "multinational_force": "force",
        "peacekeepers": "force",
        "peacekeeping": "force",
        "troops": "force",
        "deploy": "force",
        "monitoring_mission": "mission",
        "monitoring": "mission",
        "disarmament": "disarm",
    }
    return same.get(concept, concept)


# -- events ---------------------------------------------------------------------------------------


def event_of(reading: Reading, mention: DateMention) -> tuple[str, tuple[str, ...], int] | None:
    """Return (event, objects, token) that a date dates: the nearest action or event, or None."""
    at = reading.token_at(mention.start)
    near = [m for kind in ("action", "event") for m in reading.concepts[kind]]
    inside = [m for m in near if reading.clauses[m.first] in clauses_of(reading, at)]
    acts = [m for m in inside if m.concept not in ("war", "mediate", "monitor", "supervise")]
    ranked = sorted(acts or inside or near, key=lambda m: (_distance(m, at), m.first))
    topics = _topics(reading, at)
    if not ranked or _distance(ranked[0], at) > 16:
        return (f"of:{topics[0]}", topics, at) if topics else None
    chosen = ranked[0]
    names = {m.concept for m in inside or near if _distance(m, at) <= 16}
    if "invade" in names or ("war" in names and ("begin" in names or mention.is_since)):
        return WAR_START, (), chosen.first
    if chosen.concept == "war":
        return ("war", topics, chosen.first) if not mention.is_since else (WAR_START, (), at)
    return chosen.concept, topics, chosen.first


def clauses_of(reading: Reading, at: int) -> tuple[int, ...]:
    """The clause of a token, and the one before where 'which' opens it."""
    clause = reading.clauses[at]
    opening = next(
        t.lower for t, c in zip(reading.tokens, reading.clauses, strict=True) if c == clause
    )
    is_relative = clause > 0 and opening in plain("relative")
    return (clause - 1, clause) if is_relative else (clause,)


def _distance(match: Match, at: int) -> int:
    return at - match.last + 1 if match.first < at else (match.first - at) * 2


def _topics(reading: Reading, at: int) -> tuple[str, ...]:
    clause = reading.clauses[at]
    found = [
        m
        for kind in ("topic", "force", "thing")
        for m in reading.concepts[kind]
        if reading.clauses[m.first] == clause
    ]
    ranked = sorted(found, key=lambda m: abs(m.first - at))
    return tuple(dict.fromkeys(m.concept for m in ranked))


def marks_of(reading: Reading, first: int, last: int) -> frozenset[str]:
    """Return which part is counted: first or later phase, total, per day."""
    names = ("first", "second", "together", "each")
    found = {n for n in names if reading.has(n, max(0, first - 8), last + 8)}
    near = {n for n in ("living", "dead") if reading.has(n, max(0, first - 4), last + 4)}
    following = [t.lower for t in reading.tokens[last : last + 2]]
    is_part = len(following) == 2 and following[0] in plain("of") and following[1].isdigit()
    return frozenset(found | near | ({"part"} if is_part else set()))


def concepts_in(reading: Reading, clause: int | None = None) -> frozenset[str]:
    """Return the concepts of a sentence, or of one clause of it."""
    return frozenset(m.concept for m in _within(reading, clause))


def _within(reading: Reading, clause: int | None) -> Iterable[Match]:
    every = reading.all_concepts()
    return every if clause is None else [m for m in every if reading.clauses[m.first] == clause]
