"""Who says it: the newspaper a document quotes, and the official the sentence quotes."""

from __future__ import annotations

import re
from functools import lru_cache

from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import index_of, plain, tokenise

_CAPITAL = r"[^\W\d_a-zа-яіїєґ][\w'’.&-]*"
_NAME = rf"[\"«“]?(?:[Tt]he\s+)?{_CAPITAL}(?:\s+(?:of\s+)?{_CAPITAL}){{0,4}}[\"»”]?"
_EN_AFTER = re.compile(
    rf"(?P<name>{_NAME})\s+(?:(?:newspaper|magazine|news agency|agency|broadcaster)\s+)?"
    r"(?P<verb>reports?|reported|notes?|noted|writes?|wrote|highlights?|says|said|quotes?)\b"
)
_EN_BEFORE = re.compile(
    r"\b(?i:according to|citing|quoting|quoted by|told|reported by|seen by)\s+(?:the\s+)?"
    rf"(?P<name>{_NAME})"
)
_CY_BEFORE = re.compile(
    r"\b(?i:пише|пишуть|повідомляє|повідомило|повідомила|передає|передало|за даними|"
    r"за інформацією|з посиланням на|посилаючись на|сообщает|сообщило|сообщила|пишет|передает|"
    r"передаёт|по данным|по информации|со ссылкой на|ссылаясь на)\s+"
    r"(?P<kind>(?i:газет|агентств|агенці|видан|издан|телеканал|журнал|радіо|радио)\w*\s+)?"
    rf"(?P<name>{_NAME}|[«\"“][^»\"”]{{2,40}}[»\"”])"
)
_ACCORDING = re.compile(r"\b(?:according to|за словами|по словам)\s+([^,.;]{3,80})", re.IGNORECASE)
_PRESENT = frozenset(("reports", "notes", "writes", "highlights"))
_TRIM = '"«»“”., '


def via_of(reading: Reading) -> tuple[str, ...]:
    """Return the news houses a sentence names as its origin, as written, nearest first."""
    return tuple(dict.fromkeys(_cited(reading.sentence.text, reading.language)))


@lru_cache(maxsize=4096)
def _cited(text: str, language: str) -> tuple[str, ...]:
    found: list[str] = []
    if language in ("uk", "ru"):
        for match in _CY_BEFORE.finditer(text):
            name = match["name"].strip(_TRIM)
            quoted = match["name"][:1] in '«"“'
            if match["kind"] or quoted or is_media(name, language) or name.isascii():
                found.append(name)
        return tuple(n for n in found if _is_new(n, language))
    for match in (*_EN_AFTER.finditer(text), *_EN_BEFORE.finditer(text)):
        name = re.sub(r"^[Tt]he\s+", "", match["name"].strip(_TRIM))
        verb = match.groupdict().get("verb") or ""
        alone = verb in _PRESENT and " " not in name and match.start() == 0
        if is_media(name, language) or (alone and _is_name(name, language)):
            found.append(name)
    return tuple(n for n in found if _is_new(n, language))


def is_media(name: str, language: str) -> bool:
    """Whether a name is a news house by its words, or an acronym of one."""
    from trucewatch.dossier.stems import speech

    tokens = tokenise(name)
    words = speech(language)["media"].find(tokens) or speech("en")["media"].find(tokens)
    known = index_of("media", language).find(tokens) or index_of("media", "en").find(tokens)
    is_acronym = bool(re.fullmatch(r"[A-Z]{1,4}T", name))
    return bool(words or known or is_acronym) and name[:1].isupper()


def _is_name(name: str, language: str) -> bool:
    """A single capitalised word that is no party, country or common word."""
    from trucewatch.dossier.nations import country_at

    tokens = tokenise(name)
    if not tokens or len(name) < 4 or index_of("parties", language).find(tokens):
        return False
    return country_at(tokens, 0, language) is None and name.lower() not in plain("no_house")


def _is_new(name: str, language: str) -> bool:
    tokens = tokenise(name)
    parties = index_of("parties", language).find(tokens)
    return bool(tokens) and not parties


def house(name: str, known: frozenset[str] = frozenset()) -> str:
    """Return one key for a news house: its listed name, or its words; 'NYT' joins its full name.

    known: keys of other houses of the set, among which an abbreviation is looked up.
    """
    tokens = tokenise(name)
    for language in ("en", "uk", "ru"):
        listed = index_of("media", language).find(tokens)
        if listed:
            return listed[0].concept
    key = " ".join(t.lower for t in tokens if t.lower != "the")
    if name.isupper() and len(name) <= 5:
        full = [k for k in sorted(known) if "".join(w[0] for w in k.split()) == name.lower()]
        return full[0] if full else key
    return key


def speaker_of(reading: Reading) -> str | None:
    """Return who the sentence says is speaking, as written, or None where it is the document."""
    text, offset = reading.sentence.text, reading.sentence.start
    according = _ACCORDING.search(text)
    if according:
        return according[1].strip()
    for match in reading.words.get("say", ()):
        clause = reading.clauses[match.first]
        inside = [i for i in range(match.first) if reading.clauses[i] == clause]
        named = [i for i in inside if reading.tokens[i].is_capital and (i or len(inside) > 1)]
        official = [m.first for m in reading.words.get("authority", ()) if m.first in set(inside)]
        chosen = sorted({*named, *official})
        if chosen:
            start, stop = max(chosen[0], chosen[-1] - 6), chosen[-1]
            return text[reading.tokens[start].start - offset : reading.tokens[stop].end - offset]
    return None
