"""Sentences of a text with their offsets: text[s.start:s.end] is the sentence.

Lines are paragraphs unless the text is hard-wrapped (mail, PDF), where a line that ends without
a full stop runs on. English, Ukrainian and Russian abbreviations do not end a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Nobody writes longer sentences; a longer one is a table or an attack and is cut at a space.
MAX_CHARS = 1200
HEADING_CHARS = 110
_LINE = re.compile(r"[^\r\n]+")
_BULLET = re.compile(r"\s*(?:[-*•·–—▪◦]\s+|\d{1,2}[.)]\s+)?")
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]?[^\W_a-zа-яіїєґё])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-ZА-ЯІЇЄҐ]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Maj|Sen|Rep|Gov|Pres|St|Sr|Jr|vs|No"
    r"|Art|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Ltd|Co|approx|e\.g|i\.e|U\.S|U\.N|U\.K"
    r"|тис|млн|млрд|грн|обл|вул|ім|св|див|напр|проф|ген|тыс|руб|ул|им|см|г|р|рр|гг|ст|п|с|м))\.$"
)
# A year and 'р.' before a capital letter ends its sentence.
_YEAR_END = re.compile(r"\d{4}\s(?:р|рр|г|гг)\.$")
# 'at 5 p.m. Indian time': a clock time ends its sentence only before a word that opens one.
_CLOCK_END = re.compile(r"\b[ap]\.m\.$")
_OPENER = re.compile(
    r"\s+[\"'“‘«(\[]?(?:The|A|An|It|He|She|They|We|This|That|These|In|On|At|By|But|And|His|Her|Its"
    r"|Their|After|Before|Both|Some|No|Under|For|As|If|When|While|Two|All|According)\b"
)
_TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at start..end of its text; paragraph counts lines from 0.

    kind: body, item (a list item) or heading (a short line without a full stop).
    """

    start: int
    end: int
    text: str
    paragraph: int
    kind: str


def split(text: str) -> list[Sentence]:
    """Return the sentences of a text in order; blank text gives none."""
    return [
        sentence
        for number, (start, end) in enumerate(_paragraphs(text))
        for sentence in _of_paragraph(text, start, end, number)
    ]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text) if m[0].strip()]
    wrapped = _is_wrapped(text, lines)
    open_start: int | None = None
    for index, (start, end) in enumerate(lines):
        first = start if open_start is None else open_start
        following = lines[index + 1] if index + 1 < len(lines) else None
        if following and _runs_on(text, (start, end), following, wrapped):
            open_start = first
            continue
        open_start = None
        yield first, end


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """A text is hard-wrapped where a third of its lines run on in lower case."""
    pairs = [(a, b) for a, b in pairwise(lines) if a[1] - a[0] > 40]
    if len(pairs) < 3:
        return False
    lower = sum(text[b[0] : b[1]].lstrip()[:1].islower() for _, b in pairs)
    return lower * 3 >= len(pairs)


def _runs_on(text: str, line: tuple[int, int], following: tuple[int, int], wrapped: bool) -> bool:
    between = text[line[1] : following[0]]
    here, there = text[line[0] : line[1]], text[following[0] : following[1]].lstrip()
    if between.replace("\r\n", "\n").count("\n") != 1 or _TERMINAL.search(here):
        return False
    if following[1] - line[0] > MAX_CHARS * 4:
        return False
    lower = there[:1].islower() and len(here) > 30
    return lower or (wrapped and len(here) > 40 and not there.startswith(("-", "*", "•")))


def _of_paragraph(text: str, start: int, end: int, number: int) -> Iterator[Sentence]:
    bullet = _BULLET.match(text, start, end)
    first = bullet.end() if bullet else start
    is_item = bool(bullet and bullet[0].strip())
    spans = [s for s in _spans(text, first, end) if any(c.isalnum() for c in text[s[0] : s[1]])]
    for left, right in spans:
        kind = "item" if is_item else "body"
        if len(spans) == 1 and not is_item and right - left <= HEADING_CHARS:
            kind = "body" if _TERMINAL.search(text[left:right]) else "heading"
        yield Sentence(left, right, text[left:right], number, kind)


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for stop in _STOP.finditer(text, start, end):
        before = text[max(at, stop.start() - 12) : stop.start() + 1]
        short = _ABBREVIATION.search(before) and not _YEAR_END.search(before)
        if stop[0].startswith(".") and short:
            continue
        if _CLOCK_END.search(before) and not _OPENER.match(text, stop.end()):
            continue
        yield from _bounded(text, at, stop.end())
        at = stop.end()
    yield from _bounded(text, at, end)


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim blanks; cut what is longer than a sentence can be, at a space where there is one."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_CHARS:
        cut = text.rfind(" ", start + MAX_CHARS // 2, start + MAX_CHARS)
        cut = start + MAX_CHARS if cut < 0 else cut
        yield start, cut
        start = cut + 1 if text[cut].isspace() else cut
    if end > start:
        yield start, end
