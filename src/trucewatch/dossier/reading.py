"""A sentence read once: its words, concepts, stances, named actors, numbers, dates and clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from trucewatch.dossier.dates import DateMention, find_dates, find_weekdays
from trucewatch.dossier.figures import figures_in
from trucewatch.dossier.nations import country_at
from trucewatch.dossier.stems import LANGUAGES, Match, Token, index_of, plain, speech, tokenise
from trucewatch.language.names import skeleton
from trucewatch.language.quantities import Quantity
from trucewatch.language.sentences import Sentence

KINDS = ("thing", "force", "topic", "action", "event")
_BREAK = re.compile(r"[;()\u2014]|\s[\u2013-]\s|[:](?=\s)")
_COPULA = re.compile(r"^\s[\u2013\u2014-]\s$")
# Blank, dash, blank.
DATELINE_GAP = 3
# Words between 'said' and the day it was said on.
SAID_REACH = 6
_COMMA = re.compile(r",")


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor named at tokens first..last; is_place where the words only say where.

    is_person: a person's name, whose actor is the side the person speaks for.
    """

    actor: str
    first: int
    last: int
    is_place: bool = False
    is_person: bool = False


@dataclass
class Reading:
    """One sentence with what the lexicon finds in it; token indices throughout."""

    sentence: Sentence
    language: str
    tokens: list[Token]
    concepts: dict[str, list[Match]] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)

    @cached_property
    def words(self) -> dict[str, list[Match]]:
        """Matches of the speech lists, by list; stances under their own names."""
        found: dict[str, list[Match]] = {"stances": []}
        for name, index in speech(self.language).items():
            matches = index.find(self.tokens)
            if name == "stances":
                found["stances"] = _longest(matches)
            else:
                found[name] = matches
        # The month is no 'may'.
        found["proposed"] = [m for m in found["proposed"] if self.tokens[m.first].text != "May"]
        return found

    @cached_property
    def clauses(self) -> list[int]:
        """The clause number of each token."""
        return _clauses(self.sentence.text, self.sentence.start, self.tokens, self.language)

    @cached_property
    def dates(self) -> list[DateMention]:
        """Dates with offsets into the document."""
        return find_dates(self.sentence.text, self.language, offset=self.sentence.start)

    @cached_property
    def weekdays(self) -> list[DateMention]:
        """Days of the week that date something in this sentence; 'said on Friday' dates nothing."""
        found = find_weekdays(self.sentence.text, offset=self.sentence.start)
        taken = [(d.start, d.end) for d in self.dates]
        free = [d for d in found if not any(s <= d.end + 2 and d.start <= e + 2 for s, e in taken)]
        return [d for d in free if not self._is_said(self.token_at(d.start))]

    def _is_said(self, at: int) -> bool:
        """Whether only a word of saying stands before a token in its clause."""
        acts = {m.first for m in self.concepts["action"]}
        near = [m for m in self.words["say"] if at - SAID_REACH <= m.first < at]
        near = [m for m in near if m.first not in acts]
        return any(self.clauses[m.first] == self.clauses[at] for m in near)

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Quantities with offsets into the sentence; numbers inside dates are left out."""
        spans = [(d.start - self.sentence.start, d.end - self.sentence.start) for d in self.dates]
        return [
            q for q in figures_in(self.sentence.text, self.language)
            if not any(s < q.end and q.start < e for s, e in spans)
        ]  # fmt: skip

    def all_concepts(self) -> list[Match]:
        """Every concept of every kind, in reading order."""
        return sorted(
            (m for kind in KINDS for m in self.concepts.get(kind, ())), key=lambda m: m.first
        )

    def token_at(self, offset: int) -> int:
        """Return the index of the token that holds or follows an offset of the document."""
        for index, token in enumerate(self.tokens):
            if token.end > offset:
                return index
        return max(0, len(self.tokens) - 1)

    def has(self, name: str, first: int, last: int) -> bool:
        """Whether a word of a speech list stands at tokens first..last (last excluded)."""
        return any(first <= m.first < last for m in self.words.get(name, ()))


def read(sentence: Sentence, language: str) -> Reading:
    """Return the reading of one sentence in en, uk or ru."""
    tokens = tokenise(sentence.text, sentence.start)
    reading = Reading(sentence, language, tokens)
    for kind in KINDS:
        reading.concepts[kind] = _longest(index_of("concepts", language, kind).find(tokens))
    # 'hostilities' inside 'cessation of hostilities' is no war of its own.
    phrases = [m for m in reading.concepts["topic"] if m.last - m.first > 1]
    reading.concepts["event"] = [
        m for m in reading.concepts["event"]
        if not any(p.first <= m.first < p.last for p in phrases)
    ]  # fmt: skip
    reading.mentions = _mentions(tokens, language)
    _drop_inside_names(reading)
    _mark_leaving(reading)
    return reading


def _mark_leaving(reading: Reading) -> None:
    """'They left the country': leaving a country by name is a withdrawal."""
    starts = {m.first for m in reading.mentions}
    for at, token in enumerate(reading.tokens):
        skip = reading.tokens[at + 1].lower == "the" if at + 1 < len(reading.tokens) else False
        if token.lower in plain("leaving") and at + 1 + skip in starts:
            actions = [m for m in reading.concepts["action"] if m.first != at]
            actions.append(Match("withdraw", at, at + 1))
            reading.concepts["action"] = sorted(actions, key=lambda m: m.first)


def _drop_inside_names(reading: Reading) -> None:
    """'Rapid Support Forces' supports nobody, 'United Nations' are no nations."""
    names, tokens = [m for m in reading.mentions if m.last - m.first > 1], reading.tokens
    spans: list[Mention | Match] = [*names]
    spans += [*reading.words["permanent"], *reading.words["temporary"]]
    inside = {t for m in spans if m.last - m.first > 1 for t in range(m.first, m.last)}
    for kind in ("thing", "topic", "action", "event"):
        reading.concepts[kind] = [m for m in reading.concepts[kind] if m.first not in inside]
    reading.concepts["topic"] = [
        m for m in reading.concepts["topic"] if not (m.concept == "aid" and _is_verb(tokens, m))
    ]
    stances = reading.words["stances"]
    stances[:] = [m for m in stances if m.first not in inside]


def _is_verb(tokens: list[Token], match: Match) -> bool:
    """'to aid a country': no aid is named."""
    following = tokens[match.last] if match.last < len(tokens) else None
    led = bool(match.first) and tokens[match.first - 1].lower == "to"
    return led and (following is None or following.is_capital or following.lower == "the")


def _longest(matches: Sequence[Match]) -> list[Match]:
    """Keep the longest match at each place, and none inside another."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.first - m.last, m.first)):
        if not any(k.first < match.last and match.first < k.last for k in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: m.first)


def _mentions(tokens: list[Token], language: str) -> list[Mention]:
    acronyms = {at: _acronym(tokens, at) for at in range(len(tokens))}
    parties = {m.first: m for m in reversed(index_of("parties", language).find(tokens))}
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        named = (
            _party(parties.get(at), tokens), _country(tokens, at, language), acronyms.get(at),
        )  # fmt: skip
        mention = max((m for m in named if m), key=lambda m: m.last, default=None)
        if mention:
            found.append(mention)
        at = mention.last if mention else at + 1
    return _with_roles(found, tokens)


def _with_roles(found: list[Mention], tokens: list[Token]) -> list[Mention]:
    """'The government in its capital', 'a country's army': the country acts, under one name."""
    kept: list[Mention] = []
    for at, mention in enumerate(found):
        if mention.actor not in plain("roles"):
            kept.append(mention)
            continue
        before = kept[-1] if kept else None
        after = found[at + 1] if at + 1 < len(found) else None
        if before and before.last == mention.first and before.actor not in plain("roles"):
            continue
        link = {t.lower for t in tokens[mention.last : after.first]} if after else {"-"}
        is_owned = len(link) <= 1 and link <= plain("of") | plain("inside") | {"the"}
        kept.append(replace(mention, actor=after.actor) if after and is_owned else mention)
    return kept


def _acronym(tokens: list[Token], at: int) -> Mention | None:
    """An armed group or body that no list holds, named by its capitals: 'LURD', 'POLISARIO'."""
    text = tokens[at].text
    if not 3 <= len(text) <= 6 or not text.isupper():
        return None
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    if following in plain("compounds"):
        return None
    if at == 0 and len(tokens) > 1 and tokens[1].start - tokens[0].end >= DATELINE_GAP:
        # 'DOHA — ...': where the report was written.
        return None
    return None if text in plain("no_acronym") else Mention(f"group:{skeleton(text)}", at, at + 1)


def _party(match: Match | None, tokens: list[Token]) -> Mention | None:
    if match is None:
        return None
    token = tokens[match.first]
    is_short = match.last - match.first == 1 and len(token.lower) <= 4
    is_name = match.concept not in plain("roles")
    if is_short and is_name and not token.text[:2].isupper():
        return None
    return Mention(match.concept, match.first, match.last)


def _country(tokens: list[Token], at: int, language: str) -> Mention | None:
    found = country_at(tokens, at, language)
    if found is None:
        return None
    code, used, is_city = found
    before = tokens[at - 1].lower if at else ""
    is_place = is_city and before in plain(f"where_{language if language in LANGUAGES else 'en'}")
    return Mention(code, at, at + used, is_place)


def _clauses(text: str, offset: int, tokens: list[Token], language: str) -> list[int]:
    tag = language if language in LANGUAGES else "en"
    starts, bare = plain(f"subordinate_{tag}"), plain(f"bare_{tag}")
    said = {m.first for m in speech(language)["say"].find(tokens)}
    numbers: list[int] = []
    outer: int | None = None
    end = offset
    for at, token in enumerate(tokens):
        between = text[end - offset : token.start - offset]
        has_comma = bool(_COMMA.search(between))
        is_new = bool(_BREAK.search(between)) or token.lower in bare
        if language in ("uk", "ru") and _COPULA.search(between) and token.text[0].isdigit():
            # 'Довжина дороги — 32 кілометри': the dash is the verb.
            is_new = False
        if has_comma:
            is_new = (
                is_new or _opens(token, starts, language) or _tail(text, offset, tokens, at, said)
            )
        number = _next_clause(numbers, outer, is_new=is_new, closes=has_comma)
        if is_new or (has_comma and number == outer):
            is_relative = has_comma and token.lower in plain("inserted")
            outer = numbers[-1] if is_relative and numbers else None
        numbers.append(number)
        end = token.end
    return numbers


def _next_clause(numbers: list[int], outer: int | None, *, is_new: bool, closes: bool) -> int:
    """The clause of the next word: a new one, the one a relative clause cut in two, or the same."""
    if not numbers:
        return 0
    if is_new:
        return max(numbers) + 1
    inner = sum(n == numbers[-1] for n in numbers)
    return outer if closes and outer is not None and inner > 1 else numbers[-1]


def _tail(text: str, offset: int, tokens: list[Token], at: int, said: set[int]) -> bool:
    """', the mediators said' at the end of a sentence is a clause of its own."""
    verb = next((v for v in sorted(said) if at <= v <= at + 5), None)
    if verb is None:
        return False
    return "," not in text[tokens[at].start - offset : tokens[verb].end - offset]


def _opens(token: Token, starts: frozenset[str], language: str) -> bool:
    return token.lower in starts or (
        language == "en" and token.lower.endswith("ing") and not token.is_capital
    )
