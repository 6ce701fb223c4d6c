"""From a read sentence to the facets that claims are compared by: counts, dates, durations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from trucewatch.dossier.cases import is_adjective, lemma
from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import Match, plain, rows
from trucewatch.language.names import is_cyrillic, skeleton
from trucewatch.language.quantities import Quantity

# 'The troops will be brought down in two steps to 6,800': words back to what is counted.
REDUCED_REACH, NEAR = 10, 4


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
    near = [m for m in after if is_filled(reading, last, m.first) and _next(reading, last, m.first)]
    if near:
        chosen = _most_specific(reading, near)
        return Counted(chosen.concept, chosen.first, chosen.last)
    own = _people_named(reading, last)
    if own:
        return own
    direct = _following_word(reading, last, reach=1)
    if direct:
        return direct
    lead = reading.tokens[first - 1].lower if first else ""
    reach = REDUCED_REACH if lead in plain("reduced_to") else NEAR
    before = [m for m in reading.concepts["thing"] if first - reach <= m.first < first]
    same = [m for m in before if reading.clauses[m.first] == reading.clauses[first]]
    if same and not after:
        sized = [m for m in same if class_of(m.concept) == "people"] if reach > NEAR else []
        chosen = (sized or same[::-1])[0]
        return Counted(chosen.concept, chosen.first, chosen.last)
    whom = _of_whom(reading, first)
    if whom:
        return whom
    if _is_strong(reading, last):
        return Counted("troops", last, last + 1)
    return _following_word(reading, last) or _people_of(reading, first, last)


def _of_whom(reading: Reading, first: int) -> Counted | None:
    """'Fighters, of whom there are 7,000': what the clause before names is counted."""
    clause = reading.clauses[first]
    opening = {t.lower for t, c in zip(reading.tokens, reading.clauses, strict=True) if c == clause}
    if not opening & plain("whom"):
        return None
    before = [m for m in reading.concepts["thing"] if m.first < first]
    return Counted(before[-1].concept, before[-1].first, before[-1].last) if before else None


def _people_named(reading: Reading, last: int) -> Counted | None:
    """'20,000 Syrians', '60 тисяч ліванців': a people's name is what is counted."""
    for mention in reading.mentions:
        if not last <= mention.first <= last + 1 or mention.is_place or mention.is_person:
            continue
        if not is_filled(reading, last, mention.first) or _leads_noun(reading, mention.last):
            continue
        between = reading.tokens[last : mention.first]
        if any(not is_adjective(t.lower, reading.language) for t in between):
            continue
        if mention.last - mention.first <= 2 and _is_people(reading, mention.last - 1):
            return Counted("people", mention.first, mention.last)
    return None


def _is_people(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    if reading.language in ("uk", "ru"):
        return not token.is_capital and not is_adjective(token.lower, reading.language)
    return token.text.endswith(("s", "ese"))


def _leads_noun(reading: Reading, at: int) -> bool:
    """A thing that is counted follows right after the name."""
    return any(at <= m.first <= at + 1 for m in reading.concepts["thing"]) and is_filled(
        reading, at, min(at + 1, len(reading.tokens) - 1)
    )


def token_span(reading: Reading, quantity: Quantity) -> tuple[int, int]:
    """Return the tokens (first, last excluded) a quantity covers."""
    start, end = quantity.start + reading.sentence.start, quantity.end + reading.sentence.start
    inside = [i for i, t in enumerate(reading.tokens) if t.start < end and start < t.end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def is_filled(reading: Reading, start: int, stop: int) -> bool:
    """Only adjectives and names may stand between a number and what it counts."""
    text = reading.sentence.text
    offset = reading.sentence.start
    left = reading.tokens[start - 1].end if start else 0
    return not set(text[left - offset : reading.tokens[stop].start - offset]) & set(",;:()")


def _next(reading: Reading, start: int, stop: int) -> bool:
    """No other number stands between a number and what it counts."""
    between = [token_span(reading, q)[0] for q in reading.quantities]
    return not any(start <= at < stop and not _is_share(reading, start, at) for at in between)


def _is_share(reading: Reading, start: int, at: int) -> bool:
    """'15 of the 28 hostages': the second number is the whole of the first."""
    words = {t.lower for t in reading.tokens[start:at]}
    return bool(words) and words <= plain("of") | {"the", "all", "its", "their", "усіх", "всех"}


def _most_specific(reading: Reading, near: list[Match]) -> Match:
    """'33 of the hostages' counts hostages; '33 people' counts people only where alone."""
    first = near[0]
    if first.concept == "people" and len(near) > 1:
        between = {t.lower for t in reading.tokens[first.last : near[1].first]}
        if between & plain("from"):
            return first
    head = first
    for following in near[1:]:
        # 'landmine victims', 'військових спостерігачів': the last of a chain is what is counted.
        is_one = following.concept == "people" and class_of(head.concept) == "people"
        head = following if following.first == head.last and not is_one else head
    if head is not first:
        return head
    specific = [m for m in near if m.concept != "people"]
    return (specific or near)[0]


def _is_strong(reading: Reading, last: int) -> bool:
    words = [t.lower for t in reading.tokens[last : last + 1]]
    return bool(words) and bool(re.match(r"strong$|тисячн|тысячн", words[0]))


def _following_word(reading: Reading, last: int, *, reach: int = 3) -> Counted | None:
    for at in range(last, min(last + reach, len(reading.tokens))):
        token = reading.tokens[at]
        if not is_filled(reading, last, at) or token.text[0].isdigit():
            return None
        if is_adjective(token.lower, reading.language):
            continue
        if token.lower in plain("no_thing") | plain("done"):
            return None
        is_word = len(token.lower) > 2 and not token.is_capital
        head = _head_noun(reading, at)
        if (
            is_word
            and token.lower not in plain("fillers")
            and (head > at or not _is_verb(reading, at))
        ):
            word = reading.tokens[head].lower
            return Counted(f"word:{stem(word, reading.language)}", head, head + 1)
    return None


def _head_noun(reading: Reading, at: int) -> int:
    """'Four cabinet posts': in English the plural right after is what is counted."""
    following = reading.tokens[at + 1] if at + 1 < len(reading.tokens) else None
    if reading.language != "en" or following is None or not is_filled(reading, at, at + 1):
        return at
    own, word = reading.tokens[at].lower, following.lower
    is_plural = word.endswith("s") and not word.endswith("ss") and len(word) > LEAST_PLURAL
    singular = not own.endswith("s") and own not in ("people", "men", "women", "children")
    free = word not in plain("no_thing") and word not in plain("stop") and not following.is_capital
    return at + 1 if is_plural and singular and free and not _is_verb(reading, at + 1) else at


LEAST_PLURAL = 3


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


def marks_of(reading: Reading, first: int, last: int) -> frozenset[str]:
    """Return which part is counted: first or later phase, total, per day."""
    names = ("first", "second", "together", "each")
    found = {n for n in names if reading.has(n, max(0, first - 8), last + 8)}
    near = {n for n in ("living", "dead") if reading.has(n, max(0, first - 4), last + 4)}
    if any(t.lower in plain("future") for t in reading.tokens[max(0, first - 10) : last + 10]):
        found.add("future")
    if reading.has("unsettled", max(0, first - 6), last + 6):
        found.add("unsettled")
    if _is_past(reading, first):
        found.add("past")
    following = [t.lower for t in reading.tokens[last : last + 2]]
    is_part = not _is_all(reading, first, following) and _is_share_of(reading, last, following)
    return frozenset(found | near | ({"part"} if is_part else set()))


def _is_share_of(reading: Reading, last: int, following: list[str]) -> bool:
    if len(following) < 2 or following[0] not in plain("of"):
        return False
    them = plain("them_en") | plain("them_uk") | plain("them_ru")
    counted = following[1].isdigit() or _counts_at(reading, last, last + 3)
    return counted or following[1] in them


def _is_all(reading: Reading, first: int, following: list[str]) -> bool:
    """'The refugees, 65,000 of them, went home': all of them, where no other number stands."""
    start = reading.tokens[first].start - reading.sentence.start
    is_led = reading.sentence.text[:start].rstrip().endswith(",")
    return (
        is_led and following[1:] == ["them"] and all(q.start >= start for q in reading.quantities)
    )


def _counts_at(reading: Reading, first: int, last: int) -> bool:
    return any(first < token_span(reading, q)[0] < last for q in reading.quantities)


_PAST_CY = re.compile(r"(?:[аяиіеуо][вл]|л[аои]|л[аои]с[яь]|в[сш][яи]сь?|[єн]о|то)$")


def _is_past(reading: Reading, first: int) -> bool:
    """Whether the deeds beside a number have been done: by the form of their verb."""
    clause = reading.clauses[first]
    deeds = [m.first for m in reading.concepts["action"] if reading.clauses[m.first] == clause]
    for at in deeds:
        word = reading.tokens[at].lower
        if reading.language in ("uk", "ru"):
            if _PAST_CY.search(word):
                return True
            continue
        before = {t.lower for t in reading.tokens[max(0, at - 3) : at]}
        if before & plain("done") and not before & plain("future"):
            return True
        if word.endswith("ed") and not before & (plain("be") | plain("future") | {"to"}):
            return True
    return False


def concepts_in(reading: Reading, clause: int | None = None) -> frozenset[str]:
    """Return the concepts of a sentence, or of one clause of it."""
    return frozenset(m.concept for m in _within(reading, clause))


def _within(reading: Reading, clause: int | None) -> Iterable[Match]:
    every = reading.all_concepts()
    return every if clause is None else [m for m in every if reading.clauses[m.first] == clause]
