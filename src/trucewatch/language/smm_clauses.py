"""The clauses of a sentence that each have their own observers: 'while in A ..., and, while in B ...'."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from itertools import pairwise

from trucewatch.language import smm_words as words
from trucewatch.language.smm_range import POINT

# Words that open a position of their own; a bare 'in' or 'near' does not.
ANCHOR = re.compile(
    r"\b(?:while\s+(?:in|at|near|on|positioned|patrolling|about|approximately|\d)|positioned\s+(?:in|at|near|on|about|approximately|some|\d)|"
    r"(?:the|an|another|its|a)\s+(?:SMM\s+)?(?:thermal\s+|static\s+)?cameras?\s+(?:in|at|on|near|about|approximately|located|\d)|"
    r"(?:the\s+SMM|patrols?|monitors|it)\s+(?:in|at|near|on|then)\s+(?=(?:the\s)?[A-Z])|"
    r"an?\s+(?:SMM\s+)?(?:mini-|mid-range |long-range |short-range )?(?:UAV|unmanned aerial vehicle)|"
    r"(?:in|near|at)\s+(?:the\s+)?(?-i:[A-Z][\w'-]*(?:\s[A-Z][\w'-]*){0,3})\s+\((?=[^()]{0,60}(?:controlled|\dkm))|"
    r"while\s+(?:back\s+)?in\s+the\s+(?:town|village|city)\b|from\s+(?:its|a|their)\s+position\s+(?:in|at|near)\b)",
    re.IGNORECASE,
)
BREAK = re.compile(
    r";\s*|,?\s+(?:and|whereas|but)(?=\W)(?:\s*,)?\s*|,\s+(?=while\b)|:\s+(?=while\b)",
    re.IGNORECASE,
)
# A semicolon parts two clauses that each say what was heard or seen, and where.
APART = re.compile(r";\s+(?![^()]*\))")
PLACED = re.compile(r"\b(?:in|near|at|over)\s+(?:the\s+)?(?-i:[A-Z])")
BEARING = re.compile(POINT)
COUNTED = re.compile(
    rf"{words.CLASS.pattern}|{words.NOTHING.pattern}|recorded nothing"
    r"|\b(?:tanks?|mortars?|howitzers?|systems?|vehicles?|carriers?|guns?|IFVs?|APCs?|MLRS|mines|craters?)\b",
    re.IGNORECASE,
)


def clauses(text: str) -> list[tuple[int, int]]:
    """Return start and end of the clauses that name observers of their own; one at least."""
    anchors = list(ANCHOR.finditer(text))
    cuts: list[int] = []
    for before, anchor in pairwise(anchors):
        begin = cuts[-1] if cuts else 0
        cut = _cut(text, begin, before, anchor)
        if cut is not None:
            cuts.append(cut)
    cuts = sorted({*cuts, *(m.end() for m in APART.finditer(text) if _both_count(text, m))})
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def _both_count(text: str, gap: re.Match[str]) -> bool:
    parts = (text[: gap.start()], text[gap.end() :])
    return all(words.VERB.search(p) and COUNTED.search(p) and PLACED.search(p) for p in parts)


def _cut(text: str, begin: int, before: re.Match[str], anchor: re.Match[str]) -> int | None:
    """Return where the clause before an anchor ends, or None where both are of one clause.

    Leading style ('while in A, 3 shots, and, while in B, 2 shots'): the last break before the
    anchor. Trailing style ('3 shots while in A and 2 shots while in B'): the first break after A.
    """
    counted = list(COUNTED.finditer(text, begin, anchor.start()))
    if not counted:
        return None
    near = list(BREAK.finditer(text, counted[-1].end(), anchor.start()))
    if near and COUNTED.search(text, anchor.end()):
        return near[-1].start()
    if counted[0].start() > before.start() or counted[-1].start() < before.end():
        return None
    breaks = [
        m for m in BREAK.finditer(text, before.end(), counted[-1].start())
        if not BEARING.match(text, m.end())
        and text.count("(", before.start(), m.start()) == text.count(")", before.start(), m.start())
    ]  # fmt: skip
    return breaks[0].start() if breaks else None
