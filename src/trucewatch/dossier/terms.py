"""The words of a sentence that carry matter, each under a key that other sentences share.

A deed of the thesaurus ('attend', 'boycott') has one key and a sign; what no list holds goes by its
stem within a language and by its sound across languages. Negation, refusal and denial turn the
sign of what they govern: 'refused to leave' is 'stayed'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from trucewatch.dossier.facets import stem, token_span
from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import LANGUAGES, Match, StemIndex, plain, rows
from trucewatch.language.names import skeleton

NEGATIVE = "not_"
# Deeds whose opposite pole turns what they govern: 'refused to open', 'denied having fired'.
TURNING = frozenset(("accept", "confirm"))
# Deeds whose both poles are done by doing something: to plan one is no refusal of the other.
STATES = frozenset(("d:hold", "d:goes_on", "d:open", "d:lift", "d:disarm"))
# Terms of matter that a negation reaches over, by language.
REACH = {"en": 2, "uk": 1, "ru": 1}
SOUND = 6
# Words between a negation and the word it says is not so.
NEXT = 1
LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A word of matter at tokens at..last of its sentence.

    key: what it is compared by within a language, sound: across. sign: -1 where it is said not
    to be so. mood: asserted, planned, refused, due, wished or named.
    is_negated: a negation stands right before it. alias: its key as a name, where a capital may be
    the sentence's only.
    """

    key: str
    sound: str
    at: int
    last: int
    clause: int
    sign: int = 1
    mood: str = "asserted"
    is_deed: bool = False
    is_name: bool = False
    is_negated: bool = False
    is_listed: bool = False
    alias: str = ""


def terms_of(reading: Reading) -> tuple[Term, ...]:
    """Return the terms of a sentence in reading order, with sign and mood; a question has none."""
    if reading.sentence.text.rstrip().endswith("?"):
        return ()
    return tuple(_signed(reading, list(_bare(reading))))


# -- which words -------------------------------------------------------------------------------


def _bare(reading: Reading) -> Iterator[Term]:
    named = {t: m for m in reading.mentions for t in range(m.first, m.last)}
    dated = {t for d in reading.dates for t in range(reading.token_at(d.start),
                                                     reading.token_at(d.end - 1) + 1)}  # fmt: skip
    counted = {t for q in reading.quantities for t in range(*token_span(reading, q))}
    listed, dated = _listed(reading), dated | counted
    at = 0
    while at < len(reading.tokens):
        mention = named.get(at)
        if mention and not mention.is_person and mention.first == at:
            key = f"@{mention.actor}"
            yield Term(key, key, at, mention.last, reading.clauses[at], is_name=True)
            at = mention.last
            continue
        match = listed.get(at)
        if match and at not in dated:
            yield from _found(reading, match)
            at = match.last
            continue
        if at not in dated:
            yield from _unlisted(reading, at)
        at += 1


def _found(reading: Reading, match: Match) -> Iterator[Term]:
    if match.concept == "idle":
        return
    concept = str(rows("thesaurus")["same"].get(match.concept.removeprefix("c:"), match.concept))
    concept = concept.replace("-d:", f"{NEGATIVE}d:")
    sign = -1 if concept.startswith(NEGATIVE) else 1
    key = concept.removeprefix(NEGATIVE)
    is_deed = key.startswith("d:")
    yield Term(key, key, match.first, match.last, reading.clauses[match.first], sign,
               is_deed=is_deed, is_listed=match.last - match.first > 1)  # fmt: skip


def _unlisted(reading: Reading, at: int) -> Iterator[Term]:
    token = reading.tokens[at]
    word = token.lower
    if len(word) < LEAST_LETTERS or word[0].isdigit() or word in plain("stop"):
        return
    is_name = token.is_capital and _is_inside(reading, at)
    key = _name_key(token.text) if is_name else f"w:{stem(word, reading.language)}"
    if _is_negation(reading, at):
        return
    alias = _name_key(token.text) if token.is_capital and not is_name else ""
    sound = f"s:{skeleton(token.text).replace('c', 'k')[:SOUND]}"
    yield Term(
        key,
        key if is_name else sound,
        at,
        at + 1,
        reading.clauses[at],
        is_name=is_name,
        alias=alias,
    )


def _name_key(word: str) -> str:
    """A name by its sound, without the vowels that cases and transcriptions change at its end."""
    sound = skeleton(word)
    return f"n:{(sound.rstrip('aeiou') or sound)[:SOUND]}"


def _is_negation(reading: Reading, at: int) -> bool:
    return any(n.first <= at < n.last for n in reading.words.get("negation", ()))


def _is_inside(reading: Reading, at: int) -> bool:
    """A capital at the start of a sentence tells nothing, but where a name follows or is known."""
    if at == 0:
        known = {t for m in reading.mentions for t in range(m.first, m.last)}
        return at in known
    return True


def _listed(reading: Reading) -> dict[int, Match]:
    """Return the listed words by the token they start at: the longest, deeds before things."""
    tag = reading.language if reading.language in LANGUAGES else "en"
    found: dict[int, Match] = {}
    general = [m for index in _thesaurus(tag) for m in index.find(reading.tokens)]
    known = [
        replace(m, concept=f"c:{m.concept}") for m in reading.all_concepts()
    ]  # fmt: skip
    for match in (*general, *known):
        best = found.get(match.first)
        if match.concept == "c:settlements":
            # Cities, villages and provinces are three things.
            continue
        if best is None or match.last > best.last:
            found[match.first] = match
    return found


@cache
def _thesaurus(tag: str) -> tuple[StemIndex, ...]:
    """Return the indexes of deeds, things and idle words of a language, in order of preference."""
    deeds, things, idle = StemIndex(), StemIndex(), StemIndex()
    for name, row in rows("thesaurus")["deeds"].items():
        for pole in ("", NEGATIVE):
            for pattern in str(row.get(f"{pole}{tag}") or "").split():
                for form in _forms(pattern) if tag == "en" else (pattern,):
                    deeds.add(form, f"{pole}d:{name}")
    for name, row in rows("thesaurus")["things"].items():
        for pattern in str(row.get(tag) or "").split():
            things.add(pattern, f"t:{name}")
    for pattern in str(rows("thesaurus")["idle"].get(tag) or "").split():
        idle.add(pattern, "idle")
    return deeds, things, idle


def _forms(pattern: str) -> tuple[str, ...]:
    """An English verb written in full stands for its other regular forms too."""
    if re.search(r"[*_?-]|(?:ed|ing|s)$", pattern) or len(pattern) < LEAST_VERB:
        return (pattern,)
    stem = pattern.removesuffix("e")
    return pattern, f"{pattern}s", f"{stem}ed", f"{stem}ing"


LEAST_VERB = 3


def things_of(tag: str) -> StemIndex:
    """Return the index of the thesaurus' nouns in a language."""
    return _thesaurus(tag)[1]


@cache
def _moods(tag: str) -> dict[str, StemIndex]:
    found = {}
    for mood in ("wished", "due", "planned"):
        found[mood] = StemIndex()
        for pattern in str(rows("thesaurus")[mood].get(tag) or "").split():
            found[mood].add(pattern, mood)
    return found


# -- sign and mood -----------------------------------------------------------------------------


def _signed(reading: Reading, terms: list[Term]) -> Iterator[Term]:
    tag = reading.language if reading.language in LANGUAGES else "en"
    negations = _negations(reading, terms)
    moods = {
        mood: index.find(reading.tokens) for mood, index in _moods(tag).items()
    }  # fmt: skip
    ending = _ending(reading)
    for place, term in enumerate(terms):
        denied = [n for n in negations if _reaches(reading, terms, place, n, REACH[tag])]
        is_next = any(term.at - n.last <= NEXT for n in denied)
        turned = [t for t in terms[:place] if _turns(reading, t, term)]
        sign = term.sign * (-1) ** (len(denied) + len(turned))
        mood = next((m for m, found in moods.items() if _in_mood(reading, found, term)), "asserted")
        mood = "due" if mood == "asserted" and _is_halted(terms[:place], term) else mood
        mood = "wished" if term.clause in ending else mood
        if mood == "asserted" and term.is_deed and _is_noun(reading, term):
            mood = "named"
        if mood == "planned" and (denied or turned or (term.sign < 0 and term.key not in STATES)):
            mood = "refused"
        yield replace(term, sign=sign, mood=mood, is_negated=is_next)


# 'No more than', 'not only', 'not until', 'no later than', 'не менш': no negation of what follows.
_QUALIFIES = plain("qualifies")


def _negations(reading: Reading, terms: list[Term]) -> list[Match]:
    found = []
    inside = {t for term in terms if term.is_listed for t in range(term.at, term.last)}
    for match in reading.words.get("negation", ()):
        if match.first in inside:
            continue
        following = reading.tokens[match.last].lower if match.last < len(reading.tokens) else ""
        if following not in _QUALIFIES:
            found.append(match)
    return found


def _reaches(reading: Reading, terms: list[Term], place: int, negation: Match, reach: int) -> bool:
    """Whether a negation governs a term: before it in its clause, few terms between."""
    term = terms[place]
    if negation.last > term.at or reading.clauses[negation.first] != term.clause:
        return False
    return _between(terms, negation, place) <= reach - 1 + (term.is_deed and reach > 1)


def _between(terms: list[Term], negation: Match, place: int) -> int:
    return sum(negation.last <= t.at < terms[place].at for t in terms[:place])


def _turns(reading: Reading, operator: Term, term: Term) -> bool:
    """'Refused to leave', 'denied that they had left': the deed governed is turned."""
    if operator.sign > 0 or not operator.is_deed or operator.last > term.at:
        return False
    name = operator.key.removeprefix("d:")
    if name not in TURNING:
        return False
    same = operator.clause == term.clause
    if same or name != "confirm" or term.clause != operator.clause + 1:
        return same
    opening = reading.tokens[reading.clauses.index(term.clause)].lower
    return opening in plain("that") or opening.endswith("ing")


# Endings of a deed as a noun: it is named, not told ('acceptance', 'the withdrawal').
_NOUN = re.compile(r"(?:tion|sion|ment|ance|ence|al|ity|ure)s?$")
# 'Gave the accord his support' tells what 'support' alone only names.
GIVEN = 6
OFFICES = frozenset(("d:lead", "d:mediate", "d:host", "d:monitor", "d:whole", "d:inside"))


def _is_noun(reading: Reading, term: Term) -> bool:
    if reading.language != "en" or term.is_negated or term.key in OFFICES:
        return False
    if term.last - term.at > 1:
        return False
    word = reading.tokens[term.at]
    before = reading.tokens[term.at - 1] if term.at else word
    led = before.lower in plain("noun_leads") or before.text.endswith(("'s", "\u2019s", "s'"))
    given = {t.lower for t in reading.tokens[max(0, term.at - GIVEN) : term.at]} & plain("gave")
    return not given and (bool(_NOUN.search(word.lower)) or led)


def _is_halted(before: list[Term], term: Term) -> bool:
    """'A pause in strikes', 'to stop attacks': the deed is forbidden by a rule, not done."""
    near = [t for t in before[-2:] if t.clause == term.clause]
    return term.key == "d:attack" and any(
        t.key == "t:deal" or (t.key == "d:goes_on" and t.sign < 0) for t in near
    )


def _ending(reading: Reading) -> frozenset[int]:
    """Clauses that say until when: 'stayed until May' and 'left in May' can both be true."""
    words = {i for i, t in enumerate(reading.tokens) if t.lower in ("until", "till")}
    opening = {i for i, t in enumerate(reading.tokens) if t.lower in plain("if")}
    words |= opening | {i - 1 for i in opening if i}
    if reading.language in ("uk", "ru"):
        words |= {reading.token_at(d.start) for d in reading.dates if d.is_deadline}
    return frozenset(reading.clauses[i] for i in words)


def _in_mood(reading: Reading, found: list[Match], term: Term) -> bool:
    return any(m.last <= term.at and _governs(reading, m, term.clause) for m in found)


def _governs(reading: Reading, word: Match, clause: int) -> bool:
    """'Insisting that he leave': a word of mood right before 'that' speaks of what follows."""
    own = reading.clauses[word.first]
    if own == clause:
        return True
    opening = reading.clauses.index(clause)
    led = own == clause - 1 and word.last == opening
    return led and reading.tokens[opening].lower in plain("that")
