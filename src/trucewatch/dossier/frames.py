"""Who takes which stance on what, and who did what: frames out of a read sentence.

Rules over clauses, no parser: the actor is the nearest party before the word (after 'by' in the
passive, in the nominative in Ukrainian and Russian where the form tells), the object what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from trucewatch.dossier.reading import Mention, Reading
from trucewatch.dossier.stems import Match, Token, plain
from trucewatch.language.names import skeleton

OBJECT_SPAN = 11
_NOUN_STANCE = re.compile(
    r"(?:rejection|refusal|opposition|dismissal|acceptance|approval|support|consent|proposal|offer|"
    r"demand|denial|insistence|backing|veto|відмов|згод|пропозиц|вимог|отказ|соглас|предложен|"
    r"требован|поддержк|підтримк|mediation|supervision|command|leadership|oversight|auspices|"
    r"посередництв|посредничеств|нагляд|надзор|керівництв|руководств)"
)
_PASSIVE_CY = re.compile(r"(?:ен|ан|ят|ит|ут)(?:о|а|ий|ый|і|ы|ні|ны|но|на)?$|(?:ся|сь)$")
_PLURAL_CY = re.compile(r"(?:ли|лися|лись|ють|ать|ять|ут|ют|ат|ят)$")
REVERSED = {
    "accept": "reject",
    "willing": "reject",
    "propose": "none",
    "demand": "none",
    "reject": "willing",
    "welcome": "none",
    "undecided": "none",
    "deny": "none",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """An actor with a stance on objects, or an action done (stance 'did').

    agents: the actor and those joined to it by 'and'.
    objects: concepts in the order they stand. first, last: tokens it spans. modality: asserted,
    denied, proposed or conditional. is_goal: the objects are only aimed at.
    """

    actor: str | None
    agents: frozenset[str]
    stance: str
    objects: tuple[str, ...]
    first: int
    last: int
    modality: str
    action: str | None = None
    is_passive: bool = False


def frames_of(reading: Reading) -> list[Frame]:
    """Return the stance frames and action frames of a sentence, in reading order."""
    stances = _stances(reading)
    governed = [(f.first, f.last) for f in stances]
    actions = [
        frame for match in reading.concepts["action"]
        if not any(s < match.first < e for s, e in governed)
        for frame in [_action(reading, match)]
    ]  # fmt: skip
    denied = [f for stance in stances for f in _denied_deeds(reading, stance)]
    return sorted((*stances, *actions, *denied), key=lambda f: f.first)


def _denied_deeds(reading: Reading, stance: Frame) -> list[Frame]:
    """'He denied that the fighters had stopped': the deed that follows is said not to be so."""
    if stance.stance != "deny":
        return []
    inside = [m for m in reading.concepts["action"] if stance.first < m.first < stance.last]
    frames = [_action(reading, m) for m in inside[:1]]
    return [
        replace(f, modality="denied", actor=f.actor or stance.actor,
                agents=f.agents or stance.agents)
        for f in frames if f.modality != "denied"
    ]  # fmt: skip


def _stances(reading: Reading) -> list[Frame]:
    found: list[Frame] = []
    for match in reading.words["stances"]:
        if any(f.first < match.first < f.last for f in found):
            continue
        found.append(_stance(reading, match))
    return found


def _stance(reading: Reading, match: Match) -> Frame:
    stance = match.concept
    if _is_negated(reading, match):
        stance = REVERSED[stance]
    passive = is_passive(reading, match)
    actor, agents = actor_of(reading, match, passive=passive)
    objects = _objects(reading, match, passive=passive)
    last = max([match.last, *(o.last for o in objects)])
    names = _names(objects) or _unlisted(reading, match)
    return Frame(actor, agents, stance, names, match.first, last,
                 _modality(reading, match.first), is_passive=passive)  # fmt: skip


def _action(reading: Reading, match: Match) -> Frame:
    passive = is_passive(reading, match)
    negated = _is_negated(reading, match, inside=True)
    objects = _objects(reading, match, passive=passive)
    modality = "denied" if negated else _modality(reading, match.first)
    last = max([match.last, *(o.last for o in objects)])
    actor, agents = actor_of(reading, match, passive=passive)
    names = _names(objects)
    words = _unlisted(reading, match)[:1] if reading.language not in ("uk", "ru") else ()
    return Frame(actor, agents, "did", (*names, *words), match.first, last,
                 modality, action=match.concept, is_passive=passive)  # fmt: skip


# Words this long mostly carry a meaning of their own, and often across languages.
LONG_WORD, UNLISTED_SPAN, SOUND = 7, 7, 5


def _unlisted(reading: Reading, match: Match) -> tuple[str, ...]:
    """What a stance is about where no list holds it: the long words after it, by their sound."""
    clause = reading.clauses[match.first]
    taken = {t for m in reading.mentions for t in range(m.first, m.last)}
    found = [
        f"word:{skeleton(token.text)[:SOUND].replace('c', 'k')}"
        for at, token in enumerate(reading.tokens[match.last : match.last + UNLISTED_SPAN])
        if len(token.text) >= LONG_WORD and reading.clauses[match.last + at] == clause
        and not token.is_capital and match.last + at not in taken and not token.text[0].isdigit()
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))[:3]


def _names(matches: Iterable[Match]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(m.concept for m in matches))


# -- objects ------------------------------------------------------------------------------------


def _objects(reading: Reading, match: Match, *, passive: bool) -> list[Match]:
    """What the word is about: concepts after it in its clause, before it where none or passive."""
    clause = reading.clauses[match.first]
    inside = [
        m for m in reading.all_concepts()
        if reading.clauses[m.first] == clause and not _overlap(m, match)
    ]  # fmt: skip
    after = [m for m in inside if match.last <= m.first <= match.last + OBJECT_SPAN]
    before = [m for m in inside if match.first - OBJECT_SPAN <= m.first < match.first][::-1]
    is_way = match.concept in WAY_DEEDS and any(m.concept in WAYS for m in before)
    if passive or is_way:
        return before or after
    return after or before or _next_clause(reading, match)


# 'The road is open to lorries': what is open stands before.
WAY_DEEDS = frozenset(("open", "close"))
WAYS = frozenset(("corridor", "crossing", "port", "airport"))


def _next_clause(reading: Reading, match: Match) -> list[Match]:
    """'said it would not accept' may have its object in the neighbouring clause."""
    clause = reading.clauses[match.first]
    near = [m for m in reading.all_concepts() if abs(reading.clauses[m.first] - clause) == 1]
    close = [m for m in near if abs(m.first - match.first) <= OBJECT_SPAN]
    return sorted(close, key=lambda m: abs(m.first - match.first))[:2]


def _overlap(left: Match, right: Match) -> bool:
    return left.first < right.last and right.first < left.last


# -- negation, passive, mood ----------------------------------------------------------------------


def _is_negated(reading: Reading, match: Match, *, inside: bool = False) -> bool:
    """Negated where 'not', 'no longer', 'не' stands close before in the same clause.

    inside: the words matched may themselves hold it ('have not left').
    """
    stop = match.last if inside else match.first
    reach = 2 if reading.language in ("uk", "ru") else 4
    for word in reading.words.get("negation", ()):
        near = match.first - reach <= word.first < stop
        if near and reading.clauses[word.first] == reading.clauses[match.first]:
            return not _not_only(reading.tokens, word.first)
    return False


def _not_only(tokens: list[Token], at: int) -> bool:
    following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
    return following in ("only", "лише", "тільки", "только", "merely", "doubt")


def is_passive(reading: Reading, match: Match) -> bool:
    """Return True where the verb is passive: who does it follows 'by' or stands in a case."""
    word = reading.tokens[match.first].lower
    if reading.language in ("uk", "ru"):
        return bool(_PASSIVE_CY.search(word)) and _instrumental(reading, match) is not None
    if word in plain("be"):
        # 'be run', 'be held': the phrase holds its own auxiliary.
        return match.last - match.first > 1
    if not re.search(r"(?:ed|en|un|wn|ht|de|ld|ut|uck|ilt|ne)$", word):
        return False
    before = [t.lower for t in reading.tokens[max(0, match.first - 3) : match.first]]
    after = [t.lower for t in reading.tokens[match.last : match.last + 4]]
    return bool(plain("be") & set(before)) or "by" in after[:3]


def _modality(reading: Reading, at: int) -> str:
    clause = reading.clauses[at]
    for name in ("conditional", "proposed"):
        for word in reading.words.get(name, ()):
            if word.first <= at and reading.clauses[word.first] == clause:
                return name
    return "asserted"


# -- actors -------------------------------------------------------------------------------------


def actor_of(reading: Reading, match: Match, *, passive: bool) -> tuple[str | None, frozenset[str]]:
    """Return who does what a match says, and that actor with those joined to it; None if unsaid."""
    mention = _actor_mention(reading, match, passive=passive)
    if mention is None:
        return None, frozenset()
    return mention.actor, frozenset(m.actor for m in _joined(reading, mention))


def _joined(reading: Reading, mention: Mention) -> list[Mention]:
    """The mention and those that 'and' or a comma joins to it: 'X, Y and the Z'."""
    found = [mention]
    everyone = reading.mentions
    at = everyone.index(mention)
    for step, stop in ((-1, -1), (1, len(everyone))):
        for index in range(at + step, stop, step):
            near = sorted((everyone[index], everyone[index - step]), key=lambda m: m.first)
            if not _is_link(reading, near[0], near[1]):
                break
            found.append(everyone[index])
    return found


def _is_link(reading: Reading, left: Mention, right: Mention) -> bool:
    between = [t.lower for t in reading.tokens[left.last : right.first]]
    gap = reading.sentence.text[
        reading.tokens[left.last - 1].end - reading.sentence.start :
        reading.tokens[right.first].start - reading.sentence.start
    ]  # fmt: skip
    if not between:
        return "," in gap
    is_and = bool({"and", "та", "і", "й", "и"} & set(between))
    return (
        is_and and len(between) <= 4 and reading.clauses[left.first] == reading.clauses[right.first]
    )


def _actor_mention(reading: Reading, match: Match, *, passive: bool) -> Mention | None:
    clause = reading.clauses[match.first]
    inside = [m for m in reading.mentions if reading.clauses[m.first] == clause]
    word = reading.tokens[match.first].lower
    if passive:
        return _agent(reading, inside, match)
    if _NOUN_STANCE.match(word):
        owner = _owner(reading, inside, match)
        if owner:
            return owner
    before = [m for m in inside if m.last <= match.first]
    chosen = _subject(reading, before, match.first)
    if chosen:
        return chosen
    if reading.language in ("uk", "ru"):
        reach = 9 if match.concept in ("mediate", "host", "lead") else 4
        after = [m for m in inside if match.last <= m.first <= match.last + reach]
        free = [m for m in after if not _is_governed(reading, m)]
        nominative = [m for m in free if _is_nominative(reading, m)]
        if nominative:
            return nominative[0]
    return _carried(reading, match, clause)


def _agent(reading: Reading, inside: list[Mention], match: Match) -> Mention | None:
    if reading.language in ("uk", "ru"):
        return _instrumental(reading, match)
    for mention in inside:
        lead = [t.lower for t in reading.tokens[max(0, mention.first - 3) : mention.first]]
        if mention.first >= match.last and "by" in lead:
            return mention
    return None


def _instrumental(reading: Reading, match: Match) -> Mention | None:
    for mention in reading.mentions:
        led = reading.tokens[mention.first - 1].lower if mention.first else ""
        if match.last <= mention.first <= match.last + 4 and led not in plain("prepositions"):
            ending = reading.tokens[mention.first].lower
            if re.search(r"(?:ом|ем|єм|ою|ею|єю|ами|ями|ими|им|ой|ей)$", ending):
                return mention
    return None


def _owner(reading: Reading, inside: list[Mention], match: Match) -> Mention | None:
    """'A's refusal', 'rejection from A', 'відмова А'."""
    for mention in inside:
        if mention.last == match.first or mention.last == match.first - 1:
            return mention
    for mention in inside:
        gap = mention.first - match.last
        if 0 <= gap <= 6:
            between = {t.lower for t in reading.tokens[match.last : mention.first]}
            if between & plain("of") or (gap == 0 and reading.language != "en"):
                return mention
    return None


def _subject(reading: Reading, before: list[Mention], at: int) -> Mention | None:
    """Prefer what no preposition governs and what the case allows; the nearest of those."""
    acting = [m for m in before if not m.is_place or _is_authority(reading, m)]
    free = [m for m in acting if not _is_governed(reading, m)]
    if reading.language in ("uk", "ru"):
        nominative = [m for m in free if _is_nominative(reading, m)]
        free = nominative or free
        place = _speaking_place(reading, before, at)
        if place and free and _is_acronym(reading, free[-1]) and free[-1].first < place.first:
            # 'Посередництво США в Делі відкидають': the acronym only says whose.
            return place
    if free:
        return free[-1]
    if acting and acting[-1].last == at:
        return acting[-1]
    owned = [m for m in acting if _governor(reading, m) in plain("of")]
    if owned:
        return owned[-1]
    return _speaking_place(reading, before, at)


def _is_acronym(reading: Reading, mention: Mention) -> bool:
    return reading.tokens[mention.first].text.isupper()


def _speaking_place(reading: Reading, before: list[Mention], at: int) -> Mention | None:
    """'В столице отвергают': a plural verb without a subject is what its government does."""
    if reading.language not in ("uk", "ru"):
        return None
    places = [m for m in before if m.is_place]
    is_plural = bool(_PLURAL_CY.search(reading.tokens[at].lower))
    return places[-1] if places and is_plural else None


def _is_authority(reading: Reading, mention: Mention) -> bool:
    """'the leadership in' a capital acts, however it is only said where."""
    return reading.has("authority", max(0, mention.first - 3), mention.first)


def _governor(reading: Reading, mention: Mention) -> str:
    for back in range(1, 4):
        at = mention.first - back
        if at < 0:
            return ""
        word = reading.tokens[at].lower
        if word in plain("prepositions"):
            return word
        if word not in ("the", "a", "an", "its", "both") and not reading.tokens[at].is_capital:
            return ""
    return ""


def _is_governed(reading: Reading, mention: Mention) -> bool:
    return _governor(reading, mention) in plain("prepositions")


def _is_nominative(reading: Reading, mention: Mention) -> bool:
    """Whether the form of the name can be a subject; indeclinable names can."""
    from trucewatch.dossier.cases import can_be_subject

    return can_be_subject(reading.tokens[mention.first].lower, reading.language)


def _carried(reading: Reading, match: Match, clause: int) -> Mention | None:
    """The subject of the clause before carries on: 'X met Y, rejecting ...'."""
    earlier = [m for m in reading.mentions if reading.clauses[m.first] < clause]
    near = [m for m in earlier if reading.clauses[m.first] == clause - 1] or earlier
    first_word = next(
        (t.lower for t, c in zip(reading.tokens, reading.clauses, strict=True) if c == clause), ""
    )
    if first_word in plain("who"):
        return near[-1] if near else None
    free = [m for m in near if not m.is_place and not _is_governed(reading, m)]
    return free[0] if free and match.first - free[0].last <= 25 else None
