"""Text made comparable without losing its offsets.

`fold` returns text of the same length: apostrophes and dashes of one form, accents off Latin
letters, invisible marks replaced. Words that mix Latin and Cyrillic letters are read in the script
that most of their letters have (Unicode TR 39 calls such look-alikes confusables).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

APOSTROPHES = "’ʼ`´‘ʹ′"
DASHES = "‐‑‒−"
# Marks that show nothing become one mark that joins letters, so that offsets and words hold.
INVISIBLE = "\u00ad\u061c\ufeff" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)))
)
JOINER = "\u00ad"
CYRILLIC = "АВЕІЇКМНОРСТХУЅЈаеіїорсухѕј"
LATIN = "ABEIÏKMHOPCTXYSJaeiïopcyxsj"
MIXED = re.compile(r"[A-Za-z][А-Яа-яЁёҐґЄєІіЇї]|[А-Яа-яЁёҐґЄєІіЇї][A-Za-z]")
WORD = re.compile(r"[^\W\d_]{2,64}")
UKRAINIAN, RUSSIAN = re.compile("[іїєґІЇЄҐ]"), re.compile("[ыэъёЫЭЪЁ]")
CYRILLIC_LETTER, LATIN_LETTER = re.compile("[а-я]"), re.compile("[a-z]")
TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)
TO_LATIN = str.maketrans(CYRILLIC, LATIN)
# Letters that some systems write as a base letter and a combining mark.
DECOMPOSED = {
    "и\u0306": "й",
    "И\u0306": "Й",
    "і\u0308": "ї",
    "І\u0308": "Ї",
    "е\u0308": "ё",
    "Е\u0308": "Ё",
}


@cache
def _table() -> dict[int, str]:
    table = {ord(c): "'" for c in APOSTROPHES} | {ord(c): "-" for c in DASHES}
    table |= {ord(c): JOINER for c in INVISIBLE} | {0: " ", 0xA0: " ", 0x2009: " ", 0x202F: " "}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFD", chr(code))[0]
        if plain.isascii():
            table[code] = plain
    return table | {ord("ı"): "i", ord("ł"): "l", ord("Ł"): "L", ord("ø"): "o", ord("Ø"): "O"}


@cache
def _odd() -> re.Pattern[str]:
    """Match what plain Cyrillic text lacks: marks to fold, parts of letters, Latin letters."""
    marks = re.escape("".join(map(chr, _table())))
    return re.compile(f"[{marks}\u0306\u0308A-Za-z]")


def fold(text: str) -> str:
    """Return text of the same length with one form of apostrophe, dash and Latin letter."""
    if text.isascii():
        return text.replace("\0", " ") if "\0" in text else text
    if not _odd().search(text):
        return text
    folded = text.translate(_table())
    if "\u0306" in folded or "\u0308" in folded:
        for pair, letter in DECOMPOSED.items():
            folded = folded.replace(pair, letter + JOINER)
    return WORD.sub(_one_script, folded) if MIXED.search(folded) else folded


def _one_script(match: re.Match[str]) -> str:
    word = match.group()
    if not MIXED.search(word):
        return word
    latin = sum(c.isascii() for c in word)
    # On a tie the letters that only one script has decide; look-alikes say nothing.
    own_latin = sum(c.isascii() and c not in LATIN for c in word)
    own_cyrillic = sum(not c.isascii() and c not in CYRILLIC for c in word)
    if (own_latin, latin) > (own_cyrillic, len(word) - latin):
        return word.translate(TO_LATIN)
    return word.translate(TO_CYRILLIC)


def key(word: str) -> str:
    """Return the form under which a folded word or name is looked up."""
    return word.replace(JOINER, "").casefold().replace("ё", "е")


def language_of(text: str) -> str:
    """Return 'uk', 'ru' or 'en' by the letters of a text; '' where no letter decides."""
    sample = text[:4000]
    uk, ru = len(UKRAINIAN.findall(sample)), len(RUSSIAN.findall(sample))
    if uk or ru:
        return "uk" if uk >= ru else "ru"
    lower = sample.lower()
    cyrillic, latin = len(CYRILLIC_LETTER.findall(lower)), len(LATIN_LETTER.findall(lower))
    if not cyrillic and not latin:
        return ""
    return "ru" if cyrillic > latin else "en"
