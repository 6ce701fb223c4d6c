"""Which encoding bytes are in and which language a text is in, from letters alone."""

from __future__ import annotations

import codecs
import re

from trucewatch.language.documents.model import refusal

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("cp1251", "koi8-u", "cp866", "iso8859-5", "cp1252")
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_.:-]{2,30})""")
SAMPLE = 64 * 1024
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
# Only Ukrainian parts a consonant and a soft vowel by an apostrophe.
_APOSTROPHE = re.compile("[а-яґ]['’ʼ][яюєї]")
_RUSSIAN = re.compile("[ыэъёЫЭЪЁ]")
_CYRILLIC = re.compile("[А-Яа-яЁёІіЇїЄєҐґ]")
_LATIN = re.compile("[A-Za-z]")
_ENGLISH = re.compile(
    r"\b(?:the|of|and|to|in|is|was|were|that|for|with|on|has|have|by|said|not|will|from|an?)\b",
    re.IGNORECASE,
)
_COMMON = frozenset("оеаиінтсрвлкмдпуяыьзйбгчюєїґйхжшщцфэъёОЕАИІНТСРВЛКМДПУ")


def decode(raw: bytes, path: str) -> tuple[str, str, tuple[str, ...]]:
    """Return (text, encoding, notes); raises ReadError for bytes that are no text."""
    if not raw.strip(b"\0 \t\r\n"):
        raise refusal(
            path,
            found="an empty file",
            expected="a document with text",
            mend="Leave the file out or fetch it again.",
        )
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return _strict(raw, encoding, path), encoding, ()
    if _is_binary(raw):
        raise refusal(
            path,
            found="binary bytes of no known document type",
            expected="text, HTML, RSS, Atom, PDF, e-mail, WARC or WACZ",
            mend="Convert it to one of these.",
        )
    for encoding in ("utf-8", *_declared(raw)):
        try:
            return raw.decode(encoding), encoding, ()
        except (UnicodeDecodeError, LookupError):
            continue
    encoding = max(CANDIDATES, key=lambda name: _plausible(raw[:SAMPLE], name))
    text = raw.decode(encoding, errors="replace")
    note = f"encoding {encoding} was found by its letters, not declared"
    return text, encoding, (note,)


def _strict(raw: bytes, encoding: str, path: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise refusal(
            path,
            found=f"bytes that are no {encoding} ({error.reason})",
            expected=f"{encoding}, as the byte order mark says",
            mend="Save the file as UTF-8.",
        ) from error


def _declared(raw: bytes) -> list[str]:
    named = [m[1].decode("ascii") for m in DECLARED.finditer(raw[:2048])]
    known = []
    for name in named:
        try:
            info = codecs.lookup(name)
        except LookupError:
            continue
        # Codecs such as 'zlib' or 'idna' are no text encodings; some expand without bound.
        if getattr(info, "_is_text_encoding", True) and info.name not in ("idna", "punycode"):
            known.append(info.name)
    return [
        name for name in known if name not in ("unicode_escape", "raw_unicode_escape", "undefined")
    ]


def _is_binary(raw: bytes) -> bool:
    sample = raw[:SAMPLE]
    controls = sum(b < 9 or 13 < b < 32 for b in sample)
    return b"\0" in sample or controls * 50 > len(sample)


def _plausible(raw: bytes, encoding: str) -> float:
    """Score a decoding: frequent letters count for it, case jumps inside words against it."""
    text = raw.decode(encoding, errors="replace")
    letters = [c for c in text if ord(c) > 127]
    if not letters:
        return 0.0
    common = sum(c in _COMMON for c in letters)
    strange = sum(not c.isalpha() and c not in "«»–—…“”„’№ \u00a0" for c in letters)
    jumps = len(re.findall(r"[а-яіїєґ][А-ЯІЇЄҐ]", text))
    latin = sum(c.isalpha() and c < "\u0400" for c in letters)
    dense = latin * 4 < len(re.findall(r"[A-Za-z]", text))
    return (common - 2 * strange - 2 * jumps + (latin if dense else 0)) / len(letters)


def language_of(text: str) -> str:
    """Return en, uk, ru or other, by the letters that only one of them has.

    Looks at the first 64 kB. Cyrillic without letters of either is taken for Russian only where
    no Ukrainian letter stands at all.
    """
    sample = text[:SAMPLE]
    cyrillic, latin = len(_CYRILLIC.findall(sample)), len(_LATIN.findall(sample))
    if cyrillic > latin:
        ukrainian = len(_UKRAINIAN.findall(sample)) + len(_APOSTROPHE.findall(sample))
        russian = len(_RUSSIAN.findall(sample))
        if ukrainian == russian == 0:
            return "ru" if cyrillic else "other"
        return "uk" if ukrainian > russian else "ru"
    words = max(1, len(re.findall(r"\b\w+\b", sample)))
    return "en" if latin and len(_ENGLISH.findall(sample)) * 12 >= words else "other"
