"""Every written form of every place: names inflected, adjectives, and which forms are weak.

A form is weak where the same word is mostly something else: an ordinary word of the language
('Веселе', cheerful) or a person's name ('Залужного'). Weak forms need support from the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from trucewatch.config import read_yaml
from trucewatch.language.declension import learn, name_forms
from trucewatch.language.dictionary import dictionary
from trucewatch.language.fold import key
from trucewatch.language.registers import NEIGHBOURS, POPULATION_ABROAD, Draft, read_katottg
from trucewatch.language.translit import uk_to_latin, uk_to_ru

LEXICON = Path(__file__).parent / "lexicon"
# COMMON: an ordinary word; PERSON: a person's name; STRICT: only a cue makes it a place.
COMMON, PERSON, STRICT = 1, 2, 4
FAR_INFLECTED_FROM = 100_000
TOWN_FROM = 3_000
CITY_FROM = 50_000
GEO = {"Geox", "Orgn", "Trad"}
PEOPLE = {"Surn", "Name", "Patr", "surn", "name", "patr"}
# How a name's ending makes its adjective, where that is regular.
DERIVED = {
    "uk": (("івка", "івськ"), ("ївка", "ївськ"), ("ове", "івськ"), ("еве", "івськ"),
           ("ине", "инськ"), ("ськ", "ськ"), ("цьк", "цьк")),
    "ru": (("овка", "овск"), ("евка", "евск"), ("ово", "овск"), ("ево", "евск"), ("ино", "инск"),
           ("ск", "ск"), ("цк", "цк")),
}  # fmt: skip
ADJECTIVE_ENDINGS = {
    "uk": ("ий", "ого", "ому", "им", "ім", "а", "ої", "ій", "у", "ою", "е", "і", "их", "ими"),
    "ru": ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими"),
}


def collect_forms(drafts: list[Draft]) -> dict[str, list[int]]:
    """Return each form (as fold.key writes it) with the positions of the places it may mean."""
    forms: dict[str, list[int]] = defaultdict(list)
    memo: dict[tuple[str, str], set[str]] = {}
    _learn_words(drafts)
    for position, draft in enumerate(drafts):
        for form in _draft_forms(draft, draft.names, memo):
            forms[form].append(position)
    others: dict[str, list[int]] = defaultdict(list)
    for position, draft in enumerate(drafts):
        for form in _draft_forms(draft, draft.other_names, memo):
            if form not in forms:
                others[form].append(position)
    return forms | others


def _learn_words(drafts: list[Draft]) -> None:
    for language in ("uk", "ru"):
        held = (names for draft in drafts for names in (draft.names, draft.other_names))
        names = {key(name) for group in held for name in group[language]}
        words = {word for name in names for word in name.split(" ")}
        learn(words | {part for word in words for part in word.split("-")}, language)


def _draft_forms(
    draft: Draft, names: dict[str, set[str]], memo: dict[tuple[str, str], set[str]]
) -> set[str]:
    shortest = 2 if draft.kind == "country" else 3
    return set().union(
        *(
            _forms(lower, language, draft, memo)
            for language, group in names.items()
            for lower in set(map(key, group))
            if len(lower) >= shortest
        )
    )


def _forms(
    name: str, language: str, draft: Draft, memo: dict[tuple[str, str], set[str]]
) -> set[str]:
    if language == "en":
        return {name}
    far = draft.kind == "city_abroad" and draft.country not in ("RU", "BY", "MD")
    if far and draft.population < FAR_INFLECTED_FROM:
        return {name}
    if (language, name) not in memo:
        # One line break joins all forms: a single pass over them writes each as a key.
        memo[language, name] = set(key("\n".join(name_forms(name, language))).split("\n"))
    return memo[language, name]


def adjective_forms(drafts: list[Draft]) -> dict[str, list[int]]:
    """Return forms of adjectives ('покровському') with the towns or regions they are made from."""
    forms: dict[str, list[int]] = defaultdict(list)
    for position, stem, language in (*_seat_stems(drafts), *_region_stems(drafts)):
        for ending in ADJECTIVE_ENDINGS[language]:
            forms[stem + ending].append(position)
        if language == "uk" and drafts[position].kind in ("oblast", "raion"):
            # 'Kharkivska oblast', 'Kramatorskyi raion' in English text.
            for latin in uk_to_latin(stem + "ий") | uk_to_latin(stem + "а"):
                forms[latin].append(position)
    _same_in_russian(forms)
    for position, draft in enumerate(drafts):
        if draft.kind in ("oblast", "region_abroad"):
            # English takes the noun itself: 'Donetsk region'.
            for name in {draft.name_en, *draft.names["en"], *draft.region_names}:
                forms[key(name)].append(position)
    return {form: sorted(set(positions)) for form, positions in forms.items()}


def _same_in_russian(forms: dict[str, list[int]]) -> None:
    """Give the Russian adjective of an oblast the towns that the Ukrainian one has."""
    for row in read_yaml(LEXICON / "oblasts.yaml").value:
        if row["ru_adj"]:
            for ending in ADJECTIVE_ENDINGS["ru"]:
                forms[row["ru_adj"] + ending] += forms[row["uk_adj"] + "ий"]


def _seat_stems(drafts: list[Draft]) -> list[tuple[int, str, str]]:
    """Return (position of the seat, stem, language) for each raion and hromada."""
    by_unit: dict[str, list[int]] = defaultdict(list)
    for position, draft in enumerate(drafts):
        if draft.kind in ("city", "town", "village"):
            by_unit[draft.hromada].append(position)
            by_unit[draft.area].append(position)
    raions = {d.place_id: i for i, d in enumerate(drafts) if d.kind == "raion"}
    stems = []
    for code, kind, adjective in read_katottg()[1]:
        stem = re.sub(r"(ий|а|е|ій)$", "", key(adjective))
        seat = _seat([drafts[i] for i in by_unit.get(code, ())], stem)
        positions = [i for i in by_unit.get(code, ()) if seat is not None and drafts[i] is seat]
        if kind == "raion" and code in raions:
            positions.append(raions[code])
        for position in positions:
            stems += _both_languages(position, stem)
    known = {stem for _, stem, _ in stems}
    for position, draft in enumerate(drafts):
        if draft.kind in ("city", "town", "village"):
            derived = _derived_stem(key(draft.name), DERIVED["uk"])
            if derived and derived not in known:
                stems += _both_languages(position, derived)
            russian = {_derived_stem(key(name), DERIVED["ru"]) for name in draft.names["ru"]}
            stems += [(position, s, "ru") for s in russian if s and s not in known]
    return stems


def _both_languages(position: int, stem: str) -> list[tuple[int, str, str]]:
    russian = [(position, s[:-2], "ru") for s in uk_to_ru(stem + "ий") if s.endswith("ий")]
    return [(position, stem, "uk"), *russian]


def _derived_stem(name: str, endings: tuple[tuple[str, str], ...]) -> str:
    """Return the stem of the adjective of a name where its ending makes it plain, else ''."""
    for ending, into in endings:
        if name.endswith(ending) and " " not in name:
            return name[: -len(ending)] + into
    return ""


def _seat(drafts: list[Draft], stem: str) -> Draft | None:
    order = {"city": 0, "town": 1, "village": 2}
    ranked = sorted(
        (order[d.kind], -d.population, d.place_id, d) for d in drafts if key(d.name)[:4] == stem[:4]
    )
    return ranked[0][3] if ranked else None


def _region_stems(drafts: list[Draft]) -> list[tuple[int, str, str]]:
    positions = {
        d.place_id: i for i, d in enumerate(drafts) if d.kind in ("oblast", "region_abroad")
    }
    stems = []
    for row in (
        *read_yaml(LEXICON / "oblasts.yaml").value,
        *read_yaml(LEXICON / "regions_abroad.yaml").value,
    ):
        position = positions.get(row.get("code") or row.get("id"))
        for language in ("uk", "ru"):
            given = row[f"{language}_adj"]
            given = [given] if isinstance(given, str) else given
            if position is not None:
                stems += [(position, key(stem), language) for stem in given if stem]
    return stems


def weak_flags(
    forms: dict[str, list[int]], adjectives: dict[str, list[int]], drafts: list[Draft]
) -> dict[str, int]:
    """Return the weak forms' bits COMMON, PERSON, STRICT; a city's name is never COMMON."""
    spelt = _spelt_abroad(drafts)
    weak = {w for row in read_yaml(LEXICON / "weak_words.yaml").value for w in row}
    bits_of = _dictionary_bits([f for f in forms if not f.isascii() and " " not in f])
    flags: dict[str, int] = {}
    populations = [draft.population for draft in drafts]
    for form, positions in forms.items():
        people = max(map(populations.__getitem__, positions))
        bits = COMMON if form in weak or len(form) <= 3 or form in spelt else 0
        bits |= STRICT if form in weak else 0
        if not form.isascii() and " " not in form:
            bits |= bits_of.get(form, 0)
            bits |= PERSON if form in adjectives and people < TOWN_FROM else 0
        if people >= CITY_FROM and form not in weak and len(form) > 3:
            bits &= ~COMMON
        if bits:
            flags[form] = bits
    return flags


def _spelt_abroad(drafts: list[Draft]) -> set[str]:
    """Return the single words by which far towns are also known, or villages at all."""
    far = [d for d in drafts if d.kind == "city_abroad" and d.country not in NEIGHBOURS]
    names = [name for d in far for name in d.other_names["en"]]
    names += [n for d in far if d.population < POPULATION_ABROAD for n in d.names["en"]]
    return {key(name) for name in names if name.isalpha()}


def _dictionary_bits(forms: list[str]) -> dict[str, int]:
    """Return COMMON and PERSON as the dictionaries of both languages have it; 0 is left out."""
    import numpy as np

    bits = np.zeros(len(forms), dtype=np.uint8)
    for language in ("uk", "ru"):
        held = dictionary(language)
        number, _, tags = held.found(forms)
        kinds, which = np.unique(tags, return_inverse=True)
        of_kind = [_tag_bits(held.tag((0, t >> 16, t & 0xFFFF)).grammemes) for t in kinds.tolist()]
        np.bitwise_or.at(bits, number, np.array(of_kind, dtype=np.uint8)[which])
    return dict(zip(forms, bits.tolist(), strict=True))


def _tag_bits(grammemes: frozenset[str]) -> int:
    if grammemes & GEO:
        return 0
    return PERSON if grammemes & PEOPLE else COMMON
