"""People and bodies named in a set of documents, as actors: whom a title says they speak for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from trucewatch.dossier.nations import country_at
from trucewatch.dossier.reading import Mention, Reading
from trucewatch.dossier.stems import plain, speech, tokenise
from trucewatch.language.names import NameMention, find_names, skeleton

MIN_SOUND = 4
LONG_SOUND = 6


def name_actors(readings: Sequence[Reading]) -> None:
    """Add a mention for every person or body named; readings change in place.

    A name of two words or more makes a person known; where a title with a country or party stands
    before it ('a country's minister NAME'), the person acts for that country or party throughout.
    """
    known = _known(readings)
    for reading in readings:
        taken = {t for m in reading.mentions for t in range(m.first, m.last)}
        for mention in find_names(reading.sentence.text):
            found = _mention(reading, mention, known, taken)
            if found:
                reading.mentions.append(found)
        reading.mentions.sort(key=lambda m: m.first)


def _known(readings: Sequence[Reading]) -> dict[str, str]:
    """Return sound of a surname -> actor: a country or party, or the person."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    heads: dict[str, set[str]] = defaultdict(set)
    for reading in readings:
        for mention in find_names(reading.sentence.text):
            words = _without_titles(mention, reading)
            sound = skeleton(words[-1])
            if len(words) < 2 or len(sound) < MIN_SOUND or _is_listed(reading, mention):
                continue
            seen[sound][_affiliation(reading, mention) or ""] += 1
            for title in _head_titles(mention, reading):
                heads[title].add(sound)
    known = {sound: _actor(sound, found) for sound, found in seen.items()}
    for named in heads.values():
        alone = {s for s in named if known[s].startswith("name:")}
        if len(alone) == 1:
            # The only president whose country nobody names is the one of the place itself.
            known[alone.pop()] = "government"
    return {sound: _like(sound, actor, known) for sound, actor in known.items()}


def _head_titles(mention: NameMention, reading: Reading) -> frozenset[str]:
    """'President NAME' without a country: the title of one who heads a state."""
    start = mention.start + reading.sentence.start
    before = [t.lower for t in reading.tokens if t.end <= start][-2:]
    inside = [word.lower() for word in mention.words[:2]]
    return frozenset((*before, *inside)) & plain("heads")


def _like(sound: str, actor: str, known: dict[str, str]) -> str:
    """A name one letter off a person's whose side is known is that person misspelt."""
    if not actor.startswith("name:") or len(sound) < LONG_SOUND:
        return actor
    from rapidfuzz.distance import Levenshtein

    sided = {o: s for o, s in known.items() if not s.startswith("name:") and o[0] == sound[0]}
    close = [side for other, side in sided.items() if Levenshtein.distance(other, sound) == 1]
    return close[0] if len(close) == 1 else actor


def _actor(sound: str, found: Counter[str]) -> str:
    sides = [side for side, _ in found.most_common() if side]
    return sides[0] if sides else f"name:{sound}"


def _without_titles(mention: NameMention, reading: Reading) -> tuple[str, ...]:
    words = mention.words
    authority = speech(reading.language)["authority"]
    while len(words) > 1:
        tokens = tokenise(words[0])
        title = bool(tokens) and (
            bool(authority.find(tokens)) or words[0].lower() in plain("titles")
        )
        if not title and not (tokens and country_at(tokens, 0, reading.language)):
            break
        words = words[1:]
    return words


def _is_listed(reading: Reading, mention: NameMention) -> bool:
    """Whether the last word is already a party or country."""
    end = mention.end + reading.sentence.start
    return any(
        reading.tokens[m.last - 1].end >= end - 2 and reading.tokens[m.first].start < end
        for m in reading.mentions
    )


def _affiliation(reading: Reading, mention: NameMention) -> str | None:
    """The party or country within the title that stands right before or inside the name's run."""
    start, end = mention.start + reading.sentence.start, mention.end + reading.sentence.start
    near = [m for m in reading.mentions if reading.tokens[m.last - 1].end <= end]
    if not near:
        return None
    last = near[-1]
    between = [t for t in reading.tokens[last.last :] if t.end <= end]
    outside = [t for t in between if t.end <= start]
    if len(outside) > 5 or _parted(reading, last, start):
        return None
    at = reading.tokens.index(between[0]) if between else last.last
    stop = at + len(between)
    titled = reading.has("authority", max(0, last.first - 3), stop) or any(
        t.lower in plain("titles") for t in between
    )
    return last.actor if titled else None


def _parted(reading: Reading, last: Mention, start: int) -> bool:
    offset = reading.sentence.start
    left = reading.tokens[last.last - 1].end
    if left >= start:
        return False
    gap = reading.sentence.text[left - offset : start - offset]
    words = {w.lower().strip(",") for w in gap.split()}
    if gap.rstrip().endswith(",") and words and words <= plain("titles"):
        # 'Its president, NAME': the comma only sets the name beside the title.
        return False
    return bool(set(gap) & set(",.;:()")) or bool(words & {"and", "with", "та", "і", "й", "и"})


def _mention(
    reading: Reading, mention: NameMention, known: dict[str, str], taken: set[int]
) -> Mention | None:
    actor = known.get(skeleton(mention.words[-1]))
    if actor is None:
        return None
    start, end = mention.start + reading.sentence.start, mention.end + reading.sentence.start
    inside = [i for i, t in enumerate(reading.tokens) if start <= t.start and t.end <= end + 2]
    free = [i for i in inside if i not in taken]
    return Mention(actor, free[0], free[-1] + 1, is_person=True) if free else None
