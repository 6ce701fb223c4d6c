"""Counted nouns of a clause: 'the two tanks', 'both houses', 'six of the nine howitzers (2S1)'.

Brackets are blanked before a clause is cut or a noun is looked for, so that '(2S1, 122mm) and' is
no end of a clause; what a bracket says of the noun before it is read afterwards.
"""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import dataclass

from trucewatch.language.number_bounds import VAGUE
from trucewatch.language.quantities import Quantity, find

BRACKET = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
# A noun's count stands before it with nothing but adjectives and its model between.
MODIFIERS = re.compile(
    r"(?:\s*(?!(?:and|or|of|in|at|to|from|near|on|by|with|for|who|which|that|were|was|had|has|\w{3,}ing)\b)[\w./'\"+-]+){0,6}\s*"
)
PIECES = re.compile(
    r"(?:pieces?|items?|units?|pairs?|rows?|sets?|types?|groups?) of ", re.IGNORECASE
)
ARTICLE = re.compile(
    r"\b(?:an?|one|another|a (?:further|second|third|single))\s+(?:(?!(?:and|or|of|in|at|to|from|near|on|by|with|for|who|which|that|were|was|had|has|(?-i:SMM))\b)[\w./'\"+-]+\s+){0,5}(?:(?:piece|item) of\s+)?$",
    re.IGNORECASE,
)
BOTH = re.compile(
    r"\bboth\s+(?:of\s+)?(?:the\s+)?(?:[\w-]+\s+){0,3}$|\ba (?:couple|pair) of\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
NONE = re.compile(r"\b(?:no|not any|any|neither)\s+(?:[\w-]+\s+){0,4}$", re.IGNORECASE)
# 'at least four of them T-72s' parts a count that is given already.
PART_OF = re.compile(r"\bof (?:them|these|those|which|whom)\b", re.IGNORECASE)
LOCATIVE = re.compile(
    r"\b(?:in|inside|near|beside|behind|from|next to|close to|along|outside|towards?|to|by|at|over|above|around|opposite|between)\s+(?:(?:the|its|their|this|that|some|several)\s+(?:(?!\w+ed\b|saw\b|SMM\b|Mission\b)[\w-]+\s+){0,2})?$",
    re.IGNORECASE,
)
TWO = Quantity(0, 0, 2.0, 2.0, 2.0, "exact", None, "both")


@dataclass(frozen=True, slots=True)
class Head:
    """A noun with its count: quantity None and stated is one; not stated is not counted.

    place: whether it only says where something is ('near a trench'). none: 'no tanks'.
    """

    start: int
    end: int
    noun: str
    quantity: Quantity | None
    stated: bool
    place: bool
    none: bool
    bracket: str
    before: str = ""

    @property
    def many(self) -> float:
        """Return the number as far as it is known, one where an article stands for it."""
        if self.quantity is None:
            return 1.0
        return self.quantity.best or self.quantity.low or 1.0


def flat(text: str) -> str:
    """Return text of the same length with its brackets blanked."""
    return BRACKET.sub(lambda m: " " * len(m.group()), text)


def plain_counts(text: str) -> list[Quantity]:
    """Return the quantities of a text that have no unit of measure."""
    return [q for q in find(text, "en") if q.unit is None]


def heads(text: str, noun: re.Pattern[str]) -> list[Head]:
    """Return the nouns of a pattern outside brackets, with count and bracket, in order."""
    bare = flat(text)
    quantities = plain_counts(bare)
    return [_head(text, bare, match, quantities) for match in noun.finditer(bare)]


def _head(text: str, bare: str, match: re.Match[str], quantities: list[Quantity]) -> Head:
    quantity, start = _quantity(bare, match, quantities), match.start()
    before = bare[max(0, start - 70) : start]
    if quantity is None and BOTH.search(before):
        quantity = TWO
    article = ARTICLE.search(before)
    begin = start - len(before) + article.start() if article else start
    begin = quantity.start if quantity and quantity is not TWO else begin
    bracket = re.match(rf"\s*({BRACKET.pattern})", text[match.end() :])
    return Head(
        start, match.end(), match.group(), quantity,
        stated=quantity is not None or article is not None,
        place=LOCATIVE.search(bare[max(0, begin - 40) : begin]) is not None,
        none=quantity is None and NONE.search(before) is not None,
        bracket=bracket.group(1)[1:-1] if bracket else "",
        before=bare[max(quantity.end, start - 60) : start] if quantity and quantity is not TWO else "",
    )  # fmt: skip


def _quantity(bare: str, match: re.Match[str], quantities: list[Quantity]) -> Quantity | None:
    for quantity in reversed(quantities):
        if quantity.end > match.start():
            continue
        if match.start() - quantity.end > 60:
            return None
        gap = bare[quantity.end : match.start()]
        # The 2 of '2S1' and the 64 of 'T-64' are parts of a name.
        glued = (
            gap[:1].isalnum()
            or gap[:1] == "-"
            or bare[max(0, quantity.start - 1) : quantity.start] in ("-", "/")
        )
        if glued or PART_OF.match(gap.strip()):
            continue
        return (
            quantity if MODIFIERS.fullmatch(PIECES.sub("", gap)) or _vague(quantity, gap) else None
        )
    return None


def _vague(quantity: Quantity, gap: str) -> bool:
    """Return whether 'dozens of' or 'a number of' stands before the noun."""
    tail = re.sub(r"^\s*of(?:\s+(?:the|its))?\b", "", PIECES.sub("", gap))
    return quantity.qualifier in VAGUE and MODIFIERS.fullmatch(tail) is not None


def denied(text: str, verbs: str) -> bool:
    """Return whether one of the verbs stands under a negation: 'was not in a position to verify'."""
    return re.search(
        rf"\b(?:not|un(?:able|willing)|cannot|could ?n[o']t|never|nor|yet to|no(?: one)?|without|refus\w+|fail\w+|impossible|declined)\b(?:\W+\w+){{0,6}}?\W+(?:{verbs})",
        text, re.IGNORECASE,
    ) is not None  # fmt: skip


HOURS = re.compile(
    r"\b(?P<half>half an hour|half-hour|half hour)\b|\b(?P<n>[\w-]+)(?: and a (?P<more>half))?\s+(?P<unit>minutes?|hours?)(?: and a (?P<tail>half))?",
    re.IGNORECASE,
)  # fmt: skip


def minutes_in(text: str) -> float | None:
    """Return the first span of time of a clause in minutes: 'half an hour' is 30, else None."""
    for match in HOURS.finditer(text):
        if match.group("half"):
            return 30.0
        word = match.group("n").lower()
        number = 1.0 if word in ("a", "an") else next((q.best for q in plain_counts(word)), None)
        if number is not None:
            number += 0.5 if match.group("more") or match.group("tail") else 0.0
            return number * (60 if match.group("unit").lower().startswith("hour") else 1)
    return None
