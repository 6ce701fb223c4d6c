"""How a count is parted: '(five outgoing, the rest undetermined)', 'of which nine were impacts'.

Such counts say more about a happening that is counted already; read as happenings of their own they
would be counted twice. `spans` finds where they stand, `parts` reads them.
"""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from collections.abc import Iterator

from trucewatch.language import smm_words as words
from trucewatch.language.number_lexicon import starters_of
from trucewatch.language.quantities import Quantity
from trucewatch.language.smm_nominal import plain_counts

PAREN = re.compile(r"\(([^()]{0,300}(?:\([^()]{0,40}\)[^()]{0,120}){0,4})\)")
NUMBER = (
    r"(?:\d[\d,]*|"
    + "|".join(sorted(w for w in starters_of("en") if len(w) > 2))
    + r"|most|all but \w+)"
)
QUALIFIED = rf"(?:(?:at least|about|around|approximately|up to|over|more than|nearly|some|only)\s+)?{NUMBER}(?:[ -]{NUMBER})?"
OF_WHICH = re.compile(
    rf"(?:\b{QUALIFIED}\s+)?\b(?:of|among|amongst|out of) (?:which|them|these|those)\b",
    re.IGNORECASE,
)
# 'all of which were impacts' parts nothing: it closes the list.
WHOLE = re.compile(r"\b(?:all|each|both|none)\s+of (?:which|them|these|those)$", re.IGNORECASE)
POINTING = re.compile(r"which|them|these|those", re.IGNORECASE)
STATED = r"(?:(?:were|was|being|had been|likely|probably|possibly|each|also|as|to be|assessed|believed|considered)\s+){0,5}"
LISTED = re.compile(
    rf"(?:[,:;(–—-]|\bincluding|\bcomprising)\s*(?:including\s+|comprising\s+)?{QUALIFIED}\s+(?:of\s+(?:them|these)\s+)?{STATED}"
    r"(?:outgoing|incoming|undetermined|impacts?)\b(?!\s+(?:of\s|[\w\s()/-]{0,45}?\b(?:explosions?|detonations?|bursts?|rounds?|rockets?|salvos?|shells?|projectiles?|shots?|fire)\b))",
    re.IGNORECASE,
)
# A parting ends where a range, another verb or another counted class begins.
ENDING = re.compile(
    rf"[;)]|,\s+(?=(?:all|both|each|at|within|less than|about|approximately|some|from|in|to)\b[^,;]{{0,40}}\d\s?k?m\b)"
    r"|,?\s+(?=\d[\d.]*(?:\s?(?:-|–|to)\s?\d[\d.]*)?\s?(?:km|kilomet\w+|m|met(?:re|er)s?)\b)"
    r"|,\s+(?=(?:in an?|at an?|to the)\b)|,?\s+(?:and|as well as|but)\s+(?:also\s+|then\s+)?(?=(?:heard|saw|recorded|observed|noted|spotted)\b)"
    rf"|,?\s+(?:and\s+|as well as\s+|followed by\s+|plus\s+)*(?={QUALIFIED}\s+[\w\s(),/-]{{0,50}}?\b(?:explosions?|detonations?|bursts?|shots?|projectiles?|tracers?|muzzle|flares?|airbursts?|illumination)\b)"
    r"|,\s+(?=while\b|positioned\b|(?:north|south|east|west)|[NESW]{1,3}\b)",
    re.IGNORECASE,
)
REMAINDER = re.compile(r"\b(?:remainder|remaining|rest|others?)\b", re.IGNORECASE)
COUNTED_CLASS = re.compile(
    r"\b(?:explosions?|detonations?|bursts?|shots?|projectiles?|tracers?|flares?|flash(?:es)?)\b",
    re.IGNORECASE,
)
WEAPON = re.compile(f"{words.WEAPON_HINT.pattern}|{words.ANY_WEAPON.pattern}", re.IGNORECASE)
LONGEST_SPAN = 240

Span = tuple[int, int]


def spans(text: str) -> list[Span]:
    """Return where a sentence parts counts already given, in order, none overlapping."""
    found = [*_brackets(text), *_clauses(text)]
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s[0], -s[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _brackets(text: str) -> Iterator[Span]:
    for match in PAREN.finditer(text):
        inner = match.group(1)
        if words.SPLIT_WORD.search(inner) or WEAPON.search(inner):
            yield match.start(), match.end()


def _clauses(text: str) -> Iterator[Span]:
    pointing = POINTING.search(text)
    for match in OF_WHICH.finditer(text) if pointing else ():
        if WHOLE.search(text[max(0, match.start() - 8) : match.end()]):
            continue
        if COUNTED_CLASS.search(text[max(0, match.start() - 160) : match.start()]):
            yield match.start(), _end(text, match.end())
    for match in LISTED.finditer(text):
        if COUNTED_CLASS.search(text[max(0, match.start() - 60) : match.start()]):
            yield match.start(), _end(text, match.end())


def _end(text: str, start: int) -> int:
    stop = ENDING.search(text, start, start + LONGEST_SPAN)
    return stop.start() if stop else min(len(text), start + LONGEST_SPAN)


def parts(inner: str, total: float | None) -> dict[str, float]:
    """Read 'five outgoing, the remainder undetermined'; each count serves one word."""
    quantities = plain_counts(inner)
    split: dict[str, float] = {}
    used = 0
    for match in words.SPLIT_WORD.finditer(inner):
        word = match.group(1).lower()
        name = word.removesuffix("s")
        count = _count_before(quantities, used, match.start())
        if count is not None and count.best is not None and match.start() - count.end < 60:
            split[name] = split.get(name, 0.0) + count.best
        elif total is not None and REMAINDER.search(inner[used : match.start()]):
            split[name] = total - sum(split.values())
        used = match.end()
    return split


def _count_before(quantities: list[Quantity], start: int, end: int) -> Quantity | None:
    own = [q for q in quantities if start <= q.start and q.end <= end]
    return own[-1] if own else None


PRE_SPLIT = re.compile(
    rf"((?:{QUALIFIED}\s+(?:outgoing|incoming|undetermined|impact)\s*(?:,\s*and|,|and|as well as)\s+)+)$",
    re.IGNORECASE,
)


def parts_before(text: str, start: int) -> tuple[int, str]:
    """Return where 'two outgoing and' before 'three incoming explosions' begins, and its words."""
    before = text[max(0, start - 120) : start]
    match = PRE_SPLIT.search(before) if words.SPLIT_WORD.search(before) else None
    if match is None:
        return start, ""
    return max(0, start - 120) + match.start(1), match.group(1)
