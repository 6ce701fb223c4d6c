"""Mines, unexploded ordnance, signs that warn of them, and their clearing, in monitors' prose."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

from trucewatch.language.smm_nominal import heads
from trucewatch.language.smm_notices import Notice, with_count
from trucewatch.language.smm_split import COUNTED_CLASS

ORDNANCE = r"(?:rockets?|shells?|mortar (?:rounds?|mines?|bombs?)|(?:artillery |tank |RPG )?rounds?|bombs?|projectiles?|grenades?|missiles?|sub-?munitions?|warheads?)"
LEFT = r"(?:unexploded|undetonated|live|spent|buried|remnants? of|remains of|tail sections? of|tail fins? of|fins? of|(?:a )?parts? of|fragments? of|casings? of)"
STUCK = r"(?:embedded|stuck|sticking|lodged|protrud\w+|lying|half-buried|wedged)"
MINE = re.compile(
    r"\b(?:(?:anti-tank |anti-personnel |anti-vehicle |directional |land|sea )?mines?(?!\s+(?:hazard|danger|warning|clear\w*|action|signs?|risk|shaft|water))(?!['\"\u2019])"
    r"|unexploded ordnance|UXOs?|explosive remnants of war|ERW|explosive objects?|tripwires?|booby[- ]traps?|hand grenades?|cluster munitions?\w*|improvised explosive devices?|IEDs?"
    rf"|{LEFT}\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){{0,3}}?{ORDNANCE}|{ORDNANCE}(?=\s+(?:was\s+|were\s+|still\s+)*{STUCK})"
    r"|(?:(?:mine|danger|warning|hazard)[\w -]{0,20}\b)?(?:signs?|boards?|placards?|plates?)\b(?=.{0,60}\b[Mm]ines?\b)|(?:mine|danger)[\w -]{0,20}\bsigns?)\b",
    re.IGNORECASE,
)  # fmt: skip
SIGN = re.compile(r"(?:signs?|boards?|placards?|plates?)$", re.IGNORECASE)
COLLIERY = re.compile(
    r"\b(?:coal|[A-Z]\w+ska|[A-Z]\w+skyi|[A-Z]\w+'s)\s+mine\b|\bmine\b(?=\s+(?:No|number|shaft)\b)"
)
CLEARING = re.compile(
    r"\b(?:de-?min(?:ing|ed|ers?)|mine[- ]clear\w+|(?:clear(?:ed|ing|ance)?|search(?:ed|ing)?|sweep(?:ing)?|swept|neutrali[sz]\w+|defus\w+|dispos\w+|remov(?:ed|ing|al)|destroy(?:ed|ing)|collect(?:ed|ing)|dismantl\w+)(?=.{0,60}\b(?:mines?|UXOs?|ordnance|explosives?|remnants|devices?|objects?|grenades?|tripwires?)\b)|metal detectors?)",
    re.IGNORECASE,
)
CLEARED = re.compile(
    r"\b(?:were|was|been|being)\s+(?:\w+\s+){0,2}?(?:cleared|neutrali[sz]ed|defused|disposed|removed|destroyed|collected|dismantled|lifted|detonated)\b",
    re.IGNORECASE,
)
CONTROLLED = re.compile(r"\bcontrolled (?:detonation|explosion)s?\b", re.IGNORECASE)
LAYING = re.compile(
    r"\b(?:laid|laying|planted|planting|emplac\w+|placed|placing|installing)\b", re.IGNORECASE
)
MINE_MODEL = re.compile(r"\b((?:TM|PMN|MON|OZM|PFM|PTM|POM)-?\s?\d+\w?)\b")
FIRST = re.compile(
    r"\bfor the first time\b|\bnewly\b|\bnot (?:previously|seen|been|there)\b", re.IGNORECASE
)
SEEN = re.compile(
    r"\b(?:saw|seen|see|spotted|observed|noted|recorded|detected|found|noticed|reveal\w*|presence|show\w*|visible)\b",
    re.IGNORECASE,
)
NOT_THERE = re.compile(
    r"\bdue to\b|\bbecause\b|\bnot been cleared\b|\bnot (?:cleared|demined)\b", re.IGNORECASE
)


def mines(text: str, section: str | None) -> list[Notice]:
    """Return mines, unexploded ordnance, mine signs and clearing work that a clause names.

    kind: mine; demining where it was cleared; mine_laying where it was laid. attributes: object
    (mine, uxo, sign, tripwire), model, first_time.
    """
    del section
    if COUNTED_CLASS.search(_without_remnants(text)):
        return []
    cleared = CLEARING.search(text) or CLEARED.search(text)
    if not (cleared or SEEN.search(text)):
        return []
    named = [h for h in heads(text, MINE) if not h.none and not _colliery(text, h.start, h.end)]
    counted = [h for h in named if h.stated]
    signs = any(SIGN.search(h.noun) for h in counted)
    found = []
    for head in counted if counted or not cleared else named:
        sign = SIGN.search(head.noun) is not None
        if (signs and not sign and not head.stated) or (head.place and not sign and cleared):
            continue
        kind = (
            "mine"
            if sign
            else "demining"
            if cleared
            else "mine_laying"
            if LAYING.search(text)
            else "mine"
        )
        model = MINE_MODEL.search(text[head.start : head.end + 40])
        extra: dict[str, object] = {
            "object": _object(head.noun), "model": model.group(1) if model else None,
            "first_time": bool(FIRST.search(text)) or None,
        }  # fmt: skip
        notice = Notice(kind, means="saw", attributes=extra)
        found.append(with_count(notice, head.quantity) if head.stated else notice)
    if not found and named and not cleared and not NOT_THERE.search(text):
        notice = Notice("mine", means="saw", attributes={"object": _object(named[0].noun)})
        return [notice if named[0].noun.lower().endswith("s") else with_count(notice, None)]
    if (
        not found
        and cleared
        and (named or re.search(r"de-?min|mine[- ]clear", text, re.IGNORECASE))
    ):
        return [Notice("demining", means="saw")]
    return found


def _without_remnants(text: str) -> str:
    """Return the text without what is left of fire and what deminers blow up."""
    return MINE.sub(" ", CONTROLLED.sub(" ", text))


def _colliery(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 15) : end + 12]
    return COLLIERY.search(around) is not None and "anti" not in text[start:end]


def _object(noun: str) -> str:
    lower = noun.lower()
    if SIGN.search(noun):
        return "sign"
    if "tripwire" in lower:
        return "tripwire"
    plain = re.search(r"mines?$", lower) and not re.search(rf"{LEFT}|mortar", lower)
    return "mine" if plain else "uxo"
