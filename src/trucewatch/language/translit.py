"""Place names from one spelling to another: Ukrainian to Latin and to Russian, Russian to Latin.

Latin after Cabinet of Ministers resolution 55 (2010) with the older spellings still met in print;
Russian names by the regular correspondences of sounds, which hold for most villages (an official
Russian name that differs comes from GeoNames).
"""

from __future__ import annotations

import re
from functools import cache

UK_LATIN = dict(
    zip(
        "абвгґдежзийіклмнопрстуфхцчшщ",
        re.findall(r"[a-z]+", "a b v h g d e zh z y i i k l m n o p r s t u f kh ts ch sh shch"),
        strict=True,
    )
) | {"є": "ie", "ї": "i", "ю": "iu", "я": "ia", "ь": "", "'": ""}
UK_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
RU_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщыэюя",
        re.findall(
            r"[a-z]+", "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya"
        ),
        strict=True,
    )
) | {"ъ": "", "ь": ""}
UK_RU = (
    (r"ський\b", "ский"), (r"цький\b", "цкий"), (r"ська\b", "ская"), (r"цька\b", "цкая"),
    (r"ське\b", "ское"), (r"цьке\b", "цкое"), (r"ськ", "ск"), (r"цьк", "цк"),
    (r"(?<=[жчшщцйь])івка\b", "евка"), (r"івка\b", "овка"), (r"ївка\b", "евка"),
    (r"івськ", "овск"), (r"івц", "овц"), (r"ів\b", "ов"), (r"їв\b", "ев"),
    (r"(?<=[ол])ове\b", "овое"), (r"ове\b", "овое"), (r"еве\b", "евое"), (r"не\b", "ное"),
    (r"ре\b", "рое"), (r"ле\b", "лое"), (r"те\b", "тое"), (r"(?<=[в])а\b", "а"),
    (r"кий\b", "кий"), (r"гий\b", "гий"), (r"ий\b", "ый"), (r"'я", "ья"), (r"'ю", "ью"),
    (r"'є", "ье"), (r"'ї", "ьи"), (r"йо", "йо"), (r"ьо", "ё"), (r"ці\b", "цы"), (r"\bбіл", "бел"),
    (r"\bліс", "лес"), (r"\bріч", "реч"), (r"сві", "све"), (r"\bниж", "ниж"),
    (r"\bвелик(ий|а|е)\b", r"большо\1"), (r"нова\b", "новая"),
)  # fmt: skip
UK_RU_COMPILED = tuple((re.compile(pattern), into) for pattern, into in UK_RU)
UK_RU_LETTERS = str.maketrans("іїєґ", "ииег")
FIRST_WORDS = {
    "нова": "новая", "стара": "старая", "велика": "большая", "мала": "малая", "верхня": "верхняя",
    "нижня": "нижняя", "біла": "белая", "чорна": "черная", "красна": "красная", "суха": "сухая",
    "новий": "новый", "старий": "старый", "великий": "большой", "малий": "малый", "нове": "новое",
    "старе": "старое", "велике": "большое", "мале": "малое", "верхнє": "верхнее",
    "нижнє": "нижнее", "червона": "красная", "червоний": "красный", "червоне": "красное",
    "кам'янка": "каменка", "вільне": "вольное", "вільна": "вольная", "північне": "северное",
    "мирне": "мирное", "веселе": "веселое", "верхній": "верхний", "нижній": "нижний",
    "нові": "новые", "старі": "старые", "великі": "большие", "малі": "малые",
}  # fmt: skip
SOFTENERS = re.compile(r"[жчшщ]ы")


@cache
def uk_to_latin(name: str) -> frozenset[str]:
    """Return the Latin spellings of a lower-case Ukrainian name: the official and older ones."""
    text = name.replace("зг", "zgh")
    official = re.sub(
        r"(?<![а-яіїєґ'a-z])[єїйюя]|[^\W\d_]|'",
        lambda m: (UK_START if m.start() == 0 or not _inside(text, m.start()) else UK_LATIN).get(
            m.group(), UK_LATIN.get(m.group(), m.group())
        ),
        text,
    )
    older = official.replace("yi", "y").replace("iia", "iya").replace("ii", "iyi")
    spellings = {official, older, official.replace("yi", "yy").replace("ia", "ya")}
    spellings |= {s.replace("iu", "yu").replace("ie", "ye") for s in spellings}
    return frozenset(spellings)


def _inside(text: str, position: int) -> bool:
    return position > 0 and (text[position - 1].isalpha() or text[position - 1] == "'")


@cache
def ru_to_latin(name: str) -> frozenset[str]:
    """Return Latin spellings of a lower-case Russian name."""
    text = "".join(RU_LATIN.get(c, c) for c in name)
    return frozenset((text, text.replace("yy", "y").replace("iy", "y"), text.replace("yy", "iy")))


@cache
def uk_to_ru(name: str) -> frozenset[str]:
    """Return the Russian names that answer to a lower-case Ukrainian one by regular sounds.

    Ukrainian 'и' stands for Russian 'ы' or 'и' (Суми, Липці): both spellings are given.
    """
    return frozenset(
        " ".join(_ru_word(word, i_as) for word in name.split(" ")) for i_as in ("ы", "и")
    )


def forget() -> None:
    """Give back the spellings kept while the gazetteer is built: villages share their names."""
    for kept in (uk_to_latin, ru_to_latin, uk_to_ru, _ru_word):
        kept.cache_clear()


@cache
def _ru_word(word: str, i_as: str) -> str:
    if word in FIRST_WORDS:
        return FIRST_WORDS[word]
    for pattern, into in UK_RU_COMPILED:
        word = pattern.sub(into, word)
    word = re.sub(r"(цы|ный|вый|кий|рый|лый|тый|гий|ший|чий)$", lambda m: m.group().upper(), word)
    word = word.replace("и", i_as).translate(UK_RU_LETTERS).lower()
    return SOFTENERS.sub(lambda m: m.group()[0] + "и", word).replace("кы", "ки").replace("гы", "ги")
