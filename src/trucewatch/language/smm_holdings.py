"""Weapons seen, present or missing, and mines, in monitors' prose."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import replace

from trucewatch.language import smm_words as words
from trucewatch.language.quantities import Quantity
from trucewatch.language.smm_items import weapons_in
from trucewatch.language.smm_notices import Notice, plain_counts, with_count
from trucewatch.language.smm_split import COUNTED_CLASS

# What the heading or the sentence says the weapons were found as; the first that fits.
STATUS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("beyond_lines", r"\bbeyond (?:the )?(?:respective )?(?:withdrawal )?lines\b|\boutside (?:of )?(?:a |their |the )?(?:designated )?(?:weapons? )?(?:storage|holding|assigned)"),
        ("violation", r"\bin violation of (?:the )?(?:respective )?(?:withdrawal )?lines\b|\bin violation of withdrawal\b|\bviolat\w+ (?:the )?(?:respective )?withdrawal lines\b"),
        ("storage", r"\b(?:permanent (?:weapons? )?storage|storage sites?|holding areas?|storage areas?|storage facilit\w+)\b"),
        ("security_zone", r"\b(?:security zone|military and military-type presence|residential area)\b"),
    )
)  # fmt: skip
NOUNS = (
    r"tanks?|mortars?|howitzers?|(?:multiple[ -]launch[ -]rocket[ -]systems?|MLRS)|anti-tank guns?|anti-aircraft (?:guns?|systems?|cannons?)|surface-to-air missile systems?|"
    r"(?:armou?red )?(?:infantry )?fighting vehicles?|armou?red (?:personnel carriers?|combat vehicles?|reconnaissance vehicles?|vehicles?)|IFVs?|APCs?|artillery (?:pieces?|systems?)|guns?|anti-tank guided missile systems?|self-propelled guns?|pieces of [\w-]+ artillery"
)
WEAPON = re.compile(rf"(?<![\w-])(?P<noun>{NOUNS})\b(?!-)(?!\s+(?:rounds?|rockets?|mines?|fire|shells?|tracks?|crews?|ditch\w*))(?:\s*\((?P<model>[^()]{{1,60}}(?:\([^()]{{1,30}}\)[^()]{{0,30}})?)\))?", re.IGNORECASE)  # fmt: skip
APART = re.compile(r"[,;()]|\b(?:and|of|in|at|to|from|near|deminers?|members?|teams?|\w{3,}ing)\b")
MISSING = re.compile(r"\bmissing\b|\babsent\b|\bnot (?:present|there|in (?:the )?storage)\b|\bno longer (?:present|there)\b|\babandoned\b", re.IGNORECASE)  # fmt: skip
PRESENT = re.compile(r"\bpresent\b|\bin place\b|\bremain\w* (?:in|at|there)\b|\bstored\b|\breturned\b", re.IGNORECASE)  # fmt: skip
SEEN = re.compile(r"\b(?:saw|seen|spotted|observed|noted|recorded|detected|counted|missing|present|found|stored|imagery)\b", re.IGNORECASE)  # fmt: skip
PARTS = re.compile(r";|,\s+(?:and\s+)?(?:that\s+)?(?!which\b|who\b)(?=[^,;]*\b(?:missing|present)\b)|\band that\b|\bwhile\b|\bwhereas\b", re.IGNORECASE)  # fmt: skip
EXTRA = (
    ("sam", r"surface-to-air|Strela|\bOsa\b|Buk"),
    ("apc", r"personnel carrier|\bAPC|MT-LB|BTR"),
    ("ifv", r"fighting vehicle|\bIFV|BMP|BMD"),
    ("armoured_vehicle", r"armou?red"),
)
FIRST = re.compile(r"\bfor the first time\b|\bnewly\b", re.IGNORECASE)


def section_of(text: str) -> str | None:
    """Return the status that a heading or an opening sentence sets for the lines below it."""
    return next((name for name, pattern in STATUS if pattern.search(text)), None)


def holdings(text: str, section: str | None) -> list[Notice]:
    """Return the weapons that a clause counts: weapon_presence, or weapon_absence where missing.

    attributes: status (violation, beyond_lines, storage, security_zone), model, type, first_time.
    """
    if COUNTED_CLASS.search(text) or not (section or SEEN.search(text)):
        return []
    status = section_of(text) or section
    means = "uav" if words.UAV.search(text) else "inspected" if status == "storage" else "saw"
    if re.search(r"\b(?:satellite|aerial) imagery\b", text, re.IGNORECASE):
        means = "optical"
    quantities = plain_counts(text)
    found: list[Notice] = []
    cuts = [0, *(m.end() for m in PARTS.finditer(text)), len(text)]
    for match in WEAPON.finditer(text):
        quantity, stated = _count_before(text, match, quantities)
        if not stated:
            continue
        begin = max(c for c in cuts if c <= match.start())
        end = min(c for c in cuts if c >= match.end())
        kind = "weapon_absence" if _missing(text, match, begin, end) else "weapon_presence"
        notice = _weapon(kind, match, text, {"status": status})
        found.append(with_count(replace(notice, means=means), quantity))
    return found


def _missing(text: str, match: re.Match[str], begin: int, end: int) -> bool:
    """Return whether a weapon is said to be missing: the word after it decides, else before it."""
    after = sorted((m.start(), m.re is MISSING) for p in (MISSING, PRESENT) for m in p.finditer(text, match.end(), end))  # fmt: skip
    if after:
        return after[0][1]
    before = sorted((m.start(), m.re is MISSING) for p in (MISSING, PRESENT) for m in p.finditer(text, begin, match.start()))  # fmt: skip
    return before[-1][1] if before else False


def _count_before(
    text: str, match: re.Match[str], quantities: list[Quantity]
) -> tuple[Quantity | None, bool]:
    own = [q for q in quantities if 0 <= match.start() - q.end < 50]
    gap = text[own[-1].end : match.start()] if own else ","
    if own and not APART.search(gap):
        return own[-1], True
    article = re.search(r"\b(?:an?|another)\s+(?:[\w-]+\s+){0,4}$", text[max(0, match.start() - 60) : match.start()])  # fmt: skip
    return None, bool(article)


def _weapon(kind: str, match: re.Match[str], text: str, attributes: dict[str, object]) -> Notice:
    named = match.group()
    weapons, calibre = weapons_in(named)
    model = (match.group("model") or "").split(",")[0].strip() or None
    other = next(
        (name for name, pattern in EXTRA if re.search(pattern, named, re.IGNORECASE)), None
    )
    kept = attributes | {
        "model": None if model in ("type unknown", "unknown type") else model, "type": other,
        "first_time": bool(FIRST.search(text)) or None,
    }  # fmt: skip
    weapon = _by_model(named, calibre) or (weapons[0] if weapons else None)
    return Notice(kind, weapon=weapon, calibre_mm=calibre, attributes=kept)


MODELS = (
    (r"D-30|2S1\b|Gvozdika", "howitzer_122"), (r"2S3\b|2S19|2A65|D-20|Akatsiya|Msta|Giatsint", "howitzer_152"),
    (r"2B11|Sani|2S12|2B16|Nona", "mortar_120"), (r"2B9|Vasilek|2B14|Podnos", "mortar_82"),
    (r"MT-12|Rapira", "mt12"), (r"D-44|D-48", "d44"), (r"T-(?:54|55|62|64|72|80|90)", "tank"),
    (r"BM-21|Grad", "mlrs"), (r"ZU-23", "zu23"), (r"BMP-1", "bmp1"), (r"BMP-2", "cannon_30"),
)  # fmt: skip


def _by_model(named: str, calibre: float | None) -> str | None:
    """Return the weapon by its model, then by its noun with a calibre in millimetres."""
    for pattern, weapon in MODELS:
        if re.search(pattern, named, re.IGNORECASE):
            return weapon
    if "howitzer" in named.lower() and calibre:
        return words.BY_CALIBRE.get(("artillery", calibre))
    return None


MINE = re.compile(
    r"\b(?P<noun>(?:anti-tank |anti-personnel |anti-vehicle |directional |land)?mines?(?!\s+(?:hazard|danger|warning|clear|action|signs?|risk))|(?:pieces? of |items? of )?(?:unexploded ordnance|UXO)|explosive remnants of war|tripwires?|(?:mine|danger)[\w\s-]{0,20}\bsigns?|hand grenades?|cluster munition\w*|(?:unexploded|live)\s+(?:[\w-]+\s+){0,3}?(?:rockets?|shells?|rounds?|mines?|bombs?|projectiles?)|improvised explosive devices?)\b",
    re.IGNORECASE,
)
COLLIERY = re.compile(r"\b(?:coal |[A-Z]\w+ )mine\b")
CLEARING = re.compile(r"\b(?:de-?mining|mine clearance|clear(?:ed|ing)?|neutrali[sz]ed|defus\w+|dispos\w+ of|removed)\b", re.IGNORECASE)  # fmt: skip
LAYING = re.compile(r"\b(?:laid|laying|planted|emplaced|placed|installing)\b", re.IGNORECASE)
MINE_MODEL = re.compile(r"\b((?:TM|PMN|MON|OZM|PFM|PTM|POM)-?\s?\d+\w?)\b")


def mines(text: str, section: str | None) -> list[Notice]:
    """Return mines, unexploded ordnance, mine signs and clearing work that a clause names.

    kind: mine; demining where it was cleared; mine_laying where it was laid. attributes: object
    (mine, uxo, sign, tripwire), model, first_time.
    """
    del section
    if COUNTED_CLASS.search(text):
        return []
    quantities = plain_counts(text)
    cleared = CLEARING.search(text)
    found: list[Notice] = []
    for match in MINE.finditer(text):
        if (
            COLLIERY.search(text[max(0, match.start() - 15) : match.end()])
            and "anti" not in match.group()
        ):
            continue
        quantity, stated = _count_before(text, match, quantities)
        if not (stated or cleared or SEEN.search(text)):
            continue
        kind = "demining" if cleared else "mine_laying" if LAYING.search(text) else "mine"
        model = MINE_MODEL.search(text[match.start() : match.end() + 40])
        extra: dict[str, object] = {
            "object": _object(match.group()), "model": model.group(1) if model else None,
            "first_time": bool(FIRST.search(text)) or None,
        }  # fmt: skip
        notice = Notice(kind, means="saw", attributes=extra)
        found.append(with_count(notice, quantity) if stated else notice)
    if not found and re.search(r"\bde-?mining\b", text, re.IGNORECASE) and SEEN.search(text):
        return [Notice("demining", means="saw")]
    return found


def _object(noun: str) -> str:
    lower = noun.lower()
    if "sign" in lower:
        return "sign"
    if "tripwire" in lower:
        return "tripwire"
    return "mine" if re.search(r"mines?$", lower) and "unexploded" not in lower else "uxo"
