"""News headlines (Ukrainian, Russian, English) into kind, places, claimed actor and claimant.

The actor is who the headline says did it: the genitive after a deed ('обстріл РФ'), the adjective
before it ('російського обстрілу') or the subject before its verb. Who is only hit is never the actor.
"""

# ruff: noqa: E501 - lists of word stems read better unbroken
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from trucewatch.config import read_yaml
from trucewatch.errors import ContractError
from trucewatch.language.fold import fold, key, language_of
from trucewatch.language.places import PlaceContext, PlaceMention, find_places

LEXICON = Path(__file__).parent / "lexicon"
LONGEST = 3_000
WORD_START = re.compile(r"\b[^\W\d_]{2}")
DEED = re.compile(
    r"\b(?:обстр\w+|удар\w*|вдар\w*|атак\w*|авіаудар\w*|авиаудар\w*|бомбард\w*|штурм\w*|наступ\w*|"
    r"дрон\w*|бпла|безпілотник\w*|беспилотник\w*|ракет\w*|снаряд\w*|авіац\w*|авиац\w*|артилер\w*|артиллер\w*|"
    r"війська|военн\w+|військов\w+|арм\w+|сил\w+|окупува\w+|оккупирова\w+|захоп\w+|занял\w*|зайнял\w*|збил\w*|сбил\w*|"
    r"знищ\w*|уничтож\w*|вби\w+|уби\w+|поран\w+|ранил\w*|пошкод\w+|поврежд\w+|затрим\w+|задержа\w+|викри\w+|скин\w*|сброс\w*|завда\w+|нанес\w*|"
    r"освобод\w*|звільн\w*|просун\w*|продвин\w*|штурм\w*|shell\w*|attack\w*|struck|strike\w*|drone\w*)\b"
)
# Nouns of deeds: the side after them did it ('обстріл РФ'); after a verb it is the one hit.
DEED_NOUN = re.compile(
    r"\b(?:обстріл(?:у|ом|и|ів|ами|ах|і)?|обстрел(?:а|ом|ы|ов|ами|ах|е|у)?|удар(?:у|ом|и|ів|а|ы|ов|ами|ах)?|"
    r"атак(?:а|и|у|ою|ой|ами|ах|е)?|наступ(?:у|ом|лени\w)?|штурм(?:у|ом|а)?|авіаудар\w{0,3}|авиаудар\w{0,3}|"
    r"дрон(?:а|у|и|ы|ів|ов|ом|ами)?|бпла|безпілотник\w{0,3}|беспилотник\w{0,3}|ракет\w{0,3}|снаряд\w{0,3}|"
    r"війська|военные|військові|армі\w|арми\w|сил\w?|strikes?|attacks?|shelling|drones?)\s*(?:by\s+)?$"
)
PATIENT = re.compile(
    r"(?:\bпо|\bпроти|\bпротив|\bна|\bсклад\w*|\bпозиц\w*|\bтехнік\w*|\bтехник\w*|\bвід|\bзахист\w*|"
    r"\bзбил\w*|\bсбил\w*|\bзнищ\w*|\bуничтож\w*|\bпораз\w*|\bпоража\w*|\bдля|\bу складі|\bagainst|\bat)"
    r"(?:\s+[\w'-]+){0,2}\s+$"
)
CLAIMANT = re.compile(
    r"(?:[-–—]\s*(?:(?:пов[іи]домля\w+|заявля\w+|заявил\w*|заявив|сообща\w+|сообщил\w*|пише|пишет)\s+)?"
    r"|\b(?:пов[іи]домля\w+|повідоми\w+|сообща\w+|сообщил\w*|заявил\w*|заявив|according to|says)\s+)"
    r"(?:[ув]\s+)?(?P<who>[A-ZА-ЯЁҐЄІЇ][^.,;:()\-–—]{1,58})\s*[.)]?\s*$"
)
# Every claimant follows one of these.
CLAIMANT_HINT = re.compile("-|–|—|повідом|повидом|сообщ|заяви|according to|says")


@dataclass(frozen=True, slots=True)
class Headline:
    """What a headline says.

    kinds: kinds of vocabulary/kinds.yaml, the leading one first; empty where it reports none.
    places: as language.places finds them. claimed_actor: a party id, None where it names none.
    claimant: the words of who says so, None where the headline itself speaks.
    """

    kinds: tuple[str, ...]
    places: tuple[PlaceMention, ...]
    claimed_actor: str | None
    claimant: str | None
    grounds: str

    @property
    def kind(self) -> str | None:
        """The leading kind, or None."""
        return self.kinds[0] if self.kinds else None


@dataclass(frozen=True, slots=True)
class Actor:
    """A side and the stems that name it, compiled; heads: their first two letters, if letters."""

    id: str
    stems: re.Pattern[str]
    foes: re.Pattern[str] | None
    heads: frozenset[str] | None


class Kind(NamedTuple):
    """A kind, its place in the order of precedence, and the words that report it."""

    order: int
    id: str
    words: re.Pattern[str]


@cache
def _kinds() -> dict[str, list[Kind]]:
    """Return the kinds by the first three letters of the words that may report them."""
    by_head: dict[str, list[Kind]] = {}
    for order, (kind, words) in enumerate(read_yaml(LEXICON / "headline_kinds.yaml").value):
        for head in _heads(words, 3):
            rule = Kind(order, kind, re.compile(rf"\b(?:{words})"))
            by_head.setdefault(head, []).append(rule)
    return by_head


def _heads(words: str, size: int) -> frozenset[str]:
    """Return the first letters of each alternative: a word that begins otherwise cannot match.

    ContractError where an alternative does not begin with so many plain letters, or with a group of
    such: it would have to be tried at every letter of every text.
    """
    depth, start, alternatives = 0, 0, []
    for i, char in enumerate(words + "|"):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            alternatives.append(words[start:i])
            start = i + 1
    heads: set[str] = set()
    for alternative in alternatives:
        group = re.match(r"\(\?:([^()]*)\)", alternative)
        for one in group.group(1).split("|") if group else [alternative]:
            head = one.removeprefix("\\b")[:size]
            if len(head) < size or not head.isalpha():
                raise ContractError(f"{one!r} of {words!r} opens with fewer than {size} letters")
            heads.add(head)
    return frozenset(heads)


@cache
def default_actors() -> tuple[Actor, ...]:
    """Return the sides of lexicon/headline_actors.yaml."""
    return actors_from(read_yaml(LEXICON / "headline_actors.yaml").value)


def actors_from(rows: Sequence[dict[str, object]]) -> tuple[Actor, ...]:
    """Return sides from rows {id, stems, foe_uk}; stems are starts of words, lower case."""
    actors = []
    for row in rows:
        stems, foes = list(_texts(row["stems"])), list(_texts(row.get("foe_uk", ())))
        actors.append(
            Actor(
                str(row["id"]), re.compile(rf"\b(?:{'|'.join(stems)})\w*"),
                re.compile(rf"\b(?:{'|'.join(foes)})\w*") if foes else None,
                _first_letters([*stems, *foes]),
            )
        )  # fmt: skip
    return tuple(actors)


def _first_letters(stems: Sequence[str]) -> frozenset[str] | None:
    heads = frozenset(stem[:2] for stem in stems)
    return heads if all(len(h) == 2 and h.isalpha() for h in heads) else None


def party_actors(parties: Sequence[tuple[str, Sequence[str]]]) -> tuple[Actor, ...]:
    """Return a mission's sides from (party id, its names): each by its own names in any ending.

    A party whose name the lexicon knows ('Ukraine') takes the lexicon's stems for it as well.
    """
    known = read_yaml(LEXICON / "headline_actors.yaml").value
    rows: list[dict[str, object]] = []
    for party_id, names in parties:
        own = [key(fold(name)).strip() for name in names if name.strip()]
        stems, foes = [_stem(name) for name in own], []
        for row, actor in zip(known, default_actors(), strict=True):
            if any(actor.stems.match(name) for name in own):
                stems, foes = stems + _texts(row["stems"]), _texts(row.get("foe_uk", ()))
        rows.append({"id": party_id, "stems": stems, "foe_uk": foes})
    return actors_from(rows)


def _stem(name: str) -> str:
    """Return a pattern for a name: an abbreviation as it is, a longer name without its ending."""
    if len(name) <= 4:
        return re.escape(name) + r"\b"
    return re.escape(name[:-1] if name[-1] in "aeiyаяоеиіїьй" else name)


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, (list, tuple)) else []


def classify(
    text: str,
    *,
    context: PlaceContext | None = None,
    actors: Sequence[Actor] | None = None,
) -> Headline:
    """Return what one headline says; only its first 3,000 characters are read."""
    text = text[:LONGEST]
    folded = fold(text)
    lower = key(folded)
    starts = [match.start() for match in WORD_START.finditer(lower)]
    kinds = _kinds_at(lower, starts)
    who, grounds = None, "no happening"
    if kinds:
        who, grounds = _actor(lower, starts, default_actors() if actors is None else actors)
    places = tuple(find_places(text, context=context))
    return Headline(kinds, places, who, _claimant(folded, places), grounds)


def _claimant(folded: str, places: tuple[PlaceMention, ...]) -> str | None:
    if not CLAIMANT_HINT.search(folded):
        return None
    match = CLAIMANT.search(folded)
    if match is None:
        return None
    who = match.group("who").strip()
    return None if any(p.text == who for p in places) else who


def _kinds_at(lower: str, starts: list[int]) -> tuple[str, ...]:
    """Return the kinds a lower-case headline reports, the leading one first, each once."""
    by_head = _kinds()
    found: dict[int, str] = {}
    for start in starts:
        for kind in by_head.get(lower[start : start + 3], ()):
            if kind.order not in found and kind.words.match(lower, start):
                found[kind.order] = kind.id
    return tuple(dict.fromkeys(found[order] for order in sorted(found)))


def _named(lower: str, starts: list[int], actor: Actor) -> Iterator[re.Match[str]]:
    """Yield where the words of a headline name a side."""
    uses_foe = actor.foes is not None and language_of(lower) == "uk"
    for words in (actor.stems, actor.foes if uses_foe else None):
        if words is None:
            continue
        if actor.heads is None:
            yield from words.finditer(lower)
            continue
        end = 0
        for start in starts:
            if lower[start : start + 2] in actor.heads and start >= end:
                match = words.match(lower, start)
                if match:
                    end = match.end()
                    yield match


def _actor(lower: str, starts: list[int], actors: Sequence[Actor]) -> tuple[str | None, str]:
    """Return the side a headline names as the doer, with the grounds."""
    scored = []
    for actor in actors:
        for match in _named(lower, starts, actor):
            score, why = _agency(lower, match)
            if score:
                scored.append((-score, match.start(), actor.id, why))
    if not scored:
        return None, "no side named as the doer"
    scored.sort()
    best, _, actor_id, why = scored[0]
    if any(s == best and other != actor_id for s, _, other, _ in scored[1:]):
        first = min(scored, key=lambda row: row[1])
        return (first[2], "the first side named") if best > -3 else (None, "both sides named alike")
    return actor_id, why


def _agency(lower: str, match: re.Match[str]) -> tuple[int, str]:
    """Score how plainly words name the doer: 3 genitive after a deed, 3 adjective, 2 subject."""
    before, after = lower[max(0, match.start() - 40) : match.start()], lower[match.end() :]
    if PATIENT.search(before):
        return 0, "the side that is hit"
    deed = DEED_NOUN.search(before)
    if deed:
        return 3, f"the deed is theirs: '{deed.group().strip()} {match.group()}'"
    if DEED.search(before[-20:]) and not re.search(r"[,.:;–—-]", before[-20:]):
        return 0, "the object of a verb before it"
    following = DEED.match(after.lstrip())
    if following:
        return 3, f"'{match.group()} {following.group()}'"
    reach = DEED.search(after[:60])
    if reach:
        return 2, f"the subject of '{reach.group()}'"
    return 0, ""
