"""Who is who: names with every spelling, the documents that use each, and name disagreements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trucewatch.dossier.attribution import is_media
from trucewatch.dossier.claims import Account
from trucewatch.dossier.contradictions import SETTLED_BY
from trucewatch.dossier.model import Claim, Contradiction, NameEntry, Side
from trucewatch.dossier.nations import cities, country_at
from trucewatch.dossier.stems import plain, speech, tokenise
from trucewatch.ids import SEPARATOR, content_id, sha256_hex
from trucewatch.language.names import (
    Merged,
    NameMention,
    find_names,
    full_variants,
    is_cyrillic,
    merge,
)
from trucewatch.language.number_lexicon import words_of

Roots = Mapping[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class _Found:
    """Name mentions of the set, and where the sentences that hold them stand."""

    mentions: dict[str, list[NameMention]]
    sentences: dict[tuple[str, str], tuple[int, int, str]]
    full: dict[str, str]
    inside: frozenset[str]


def names_of(
    accounts: Sequence[Account], roots: Roots
) -> tuple[tuple[NameEntry, ...], list[Claim], list[Contradiction]]:
    """Return the names of a set, the claims that show each spelling, and the disagreements."""
    found = _mentions(accounts)
    common = _common(accounts)
    groups = merge(found.mentions, common=common)
    entries = [_entry(g, found.full) for g in groups if _is_listed(g) and _is_somebody(g, found)]
    entries = _with_places(entries, found, common)
    claims: list[Claim] = []
    conflicts: list[Contradiction] = []
    for entry in entries:
        if len(entry.variants) > 1:
            shown = _claims(entry, found, roots)
            claims += shown
            conflict = _conflict(entry, shown)
            conflicts += [conflict] if conflict else []
    return tuple(entries), claims, conflicts


def _mentions(accounts: Sequence[Account]) -> _Found:
    mentions: dict[str, list[NameMention]] = {}
    sentences: dict[tuple[str, str], tuple[int, int, str]] = {}
    for account in accounts:
        document = account.document.document_id
        for reading in account.readings:
            sentence = reading.sentence
            for mention in find_names(sentence.text):
                kept = _without_title(mention, reading.language)
                mentions.setdefault(document, []).append(kept)
                for word in (*kept.words, " ".join(kept.words[-2:])):
                    place = (sentence.start, sentence.end, sentence.text)
                    sentences.setdefault((document, word), place)
    full = {}
    for mention in (m for ms in mentions.values() for m in ms if len(m.words) > 1):
        first = mention.words[-2]
        text = mention.text[max(0, mention.text.find(first)) :]
        if any(w.islower() for w in text.split()):
            full[" ".join(mention.words[-2:])] = text
    inside = frozenset(
        m.words[-1] for ms in mentions.values() for m in ms if not m.is_first or len(m.words) > 1
    )
    return _Found(mentions, sentences, full, inside)


def _without_title(mention: NameMention, language: str) -> NameMention:
    """Move titles and countries at the head of a run ('President', a people) into its role."""
    words, role = mention.words, mention.role
    authority = speech(language)["authority"]
    while len(words) > 1:
        tokens = tokenise(words[0])
        is_title = bool(tokens and authority.find(tokens)) or words[0].lower() in plain("titles")
        if not is_title and not (tokens and country_at(tokens, 0, language)):
            break
        role, words = (words[0].lower() if is_title else role), words[1:]
    # A particle ('de', 'van der') is no first name: what stands before it is.
    bare = tuple(w for w in words if not w.islower())
    words = bare if len(bare) > 1 else words
    return NameMention(mention.start, mention.end, mention.text, words, role, mention.is_first)


def _common(accounts: Sequence[Account]) -> frozenset[str]:
    """Words that are no names here: also written small, countries, months, weekdays, titles."""
    small: set[str] = set()
    for account in accounts:
        for reading in account.readings:
            small |= {t.lower for t in reading.tokens if not t.is_capital}
            for at, token in enumerate(reading.tokens):
                found = (
                    country_at(reading.tokens, at, reading.language) if token.is_capital else None
                )
                if found and not found[2]:
                    small |= {t.lower for t in reading.tokens[at : at + found[1]]}
    months = {m for language in ("en", "uk", "ru") for m in words_of(language).months}
    return frozenset(small | months | plain("titles") | plain("days"))


def _is_listed(group: Merged) -> bool:
    """A name is listed where it stands with a first name, in two documents, or in two spellings."""
    documents = {d for s in group.spellings for d in s.documents}
    named = any(s.first_names for s in group.spellings)
    return named or len(group.spellings) > 1 or len(documents) > 1


_COMPOUND = re.compile(r"-[a-z]")


def _is_somebody(group: Merged, found: _Found) -> bool:
    """No sentence's first word, no adjective ('X-led') and no news house is a name of somebody."""
    if len(group.spellings) > 1 or any(is_media(f, "en") for s in group.spellings for f in s.full):
        return len(group.spellings) > 1
    surname = group.spellings[0].surname
    named = any(s.first_names for s in group.spellings)
    return not _COMPOUND.search(surname) and (named or surname in found.inside)


def _entry(group: Merged, shown: Mapping[str, str]) -> NameEntry:
    variants = {s.surname: tuple(sorted(s.documents)) for s in group.spellings}
    latin = [s for s in variants if not is_cyrillic(s)]
    if len(latin) == 1:
        alike = {n: tuple(sorted(d)) for n, d in sorted(full_variants(group).items())}
        variants = alike | {s: d for s, d in variants.items() if not alike or s not in latin}
    full = sorted({f for s in group.spellings for f in s.full}, key=lambda f: (-len(f), f))
    roles = sorted({r for s in group.spellings for r in s.roles if r in plain("titles")})
    name = full[0] if full else group.spellings[0].surname
    return NameEntry(shown.get(name, name), variants, group.grounds, tuple(roles[:4]))


# -- places that GeoNames knows by both names -----------------------------------------------


def _with_places(
    entries: list[NameEntry], found: _Found, common: frozenset[str]
) -> list[NameEntry]:
    """Join spellings that GeoNames lists as names of one city."""
    known = {v for e in entries if len(e.variants) > 1 for v in e.variants}
    places = _city_groups(found, common, known)
    joined = {v for e in places for v in e.variants}
    return [e for e in entries if not set(e.variants) & joined] + places


def _city_groups(found: _Found, common: frozenset[str], known: set[str]) -> list[NameEntry]:
    where: dict[str, set[str]] = {}
    for document, mentions in found.mentions.items():
        for mention in mentions:
            for word in (" ".join(mention.words),):
                if len(word) >= 4 and word.lower() not in common and word not in known:
                    where.setdefault(word, set()).add(document)
    groups: list[NameEntry] = []
    for row in _largest_first(where):
        names = {str(row["name"]), *row["alternatenames"]}
        spelled = sorted(w for w in where if w in names and not is_cyrillic(w))
        if len(spelled) > 1:
            variants = {w: tuple(sorted(where.pop(w))) for w in spelled}
            why = f"{' / '.join(spelled)}: GeoNames lists both as names of one city"
            groups.append(NameEntry(str(row["name"]), variants, (why,), ("city",)))
    return groups


def _largest_first(where: Mapping[str, set[str]]) -> list[dict[str, Any]]:
    words = set(where)
    hits = [
        r
        for r in cities().values()
        if len(words.intersection(map(str, (r["name"], *r["alternatenames"])))) > 1
    ]
    return sorted(hits, key=lambda r: -int(str(r["population"])))


# -- claims and disagreements ---------------------------------------------------------------


def _claims(entry: NameEntry, found: _Found, roots: Roots) -> list[Claim]:
    claims = []
    for spelling, documents in entry.variants.items():
        for document in documents:
            place = found.sentences.get((document, spelling)) or found.sentences.get(
                (document, spelling.split()[-1])
            )
            if place:
                claims.append(_claim(entry, spelling, document, place, roots))
    return claims


def _claim(
    entry: NameEntry, spelling: str, document: str, place: tuple[int, int, str], roots: Roots
) -> Claim:
    start, end, quote = place
    return Claim(
        id=content_id("claim", document, "name", start, spelling), document=document,
        root=roots[document][0], quote=quote, start=start, end=end, kind="name",
        predicate="spelt", subject=entry.name, value=spelling, order=start * 100,
    )  # fmt: skip


def _conflict(entry: NameEntry, claims: Sequence[Claim]) -> Contradiction | None:
    """A disagreement is two spellings in one script, not all used by the same documents."""
    latin = {c.id: c for c in claims if not is_cyrillic(str(c.value))}
    spelled = {_plain(str(c.value)) for c in latin.values()}
    users = {tuple(sorted(d for d in entry.variants[str(c.value)])) for c in latin.values()}
    if len(spelled) < 2 or (len(users) < 2 and all(len(u) < 2 for u in users)):
        return None
    sides = [_side(v, [c for c in latin.values() if c.value == v]) for v in entry.variants]
    sides = [s for s in sides if s.claims]
    key = SEPARATOR.join(("name", *sorted(latin)))
    return Contradiction(
        f"ctr-{sha256_hex(key.encode())[:16]}", "name", entry.name, tuple(sides),
        "; ".join(entry.grounds) or "first names that sound alike beside one surname",
        SETTLED_BY["name"], 0.7,
    )  # fmt: skip


def _plain(spelling: str) -> str:
    return re.sub(r"s$|['’]s?$", "", spelling).lower()


def _side(value: str, claims: Sequence[Claim]) -> Side:
    return Side(
        value, tuple(c.id for c in claims), tuple(sorted({c.root for c in claims})),
        tuple(sorted({c.document for c in claims})),
    )  # fmt: skip
