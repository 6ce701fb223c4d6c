"""Weapons seen, present or missing, in monitors' prose."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import replace

from trucewatch.language import smm_words as words
from trucewatch.language.smm_items import weapons_in
from trucewatch.language.smm_nominal import Head, flat, heads
from trucewatch.language.smm_notices import Notice, with_count
from trucewatch.language.smm_split import COUNTED_CLASS

# What the heading or the sentence says the weapons were found as; the first that fits.
STATUS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("beyond_lines", r"\bbeyond (?:the )?(?:respective )?(?:withdrawal )?lines\b|\boutside (?:of )?(?:a |their |the )?(?:designated )?(?:weapons? )?(?:storage|holding|assigned)"),
        ("violation", r"\b(?:in )?violation of (?:the )?(?:respective )?(?:withdrawal )?lines\b|\bin violation of withdrawal\b|\bviolat\w+ (?:the )?(?:respective )?withdrawal lines\b"),
        ("storage", r"\b(?:permanent (?:weapons? )?storage|(?:weapons? )?storage (?:sites?|areas?|facilit\w+)|holding areas?|(?:registered|recorded) at the site)\b"),
        ("security_zone", r"\b(?:security zone|military and military-type presence|residential area)\b"),
    )
)  # fmt: skip
# A model says which weapon it is, alone ('two BMP-2s') or in the bracket of its noun.
MODELS = (
    (r"BM-27|9P140|Uragan", "uragan"), (r"BM-30|9A52|Smerch", "smerch"), (r"Tornado-S", "tornado_s"),
    (r"BM-21|Grad\b|9P138|Tornado-G", "mlrs"), (r"Tochka|9K79", "tochka"), (r"2S7\b|Pion", "gun_203"),
    (r"D-30|2S1\b|Gvozdika|M-30", "howitzer_122"), (r"2S3\b|2S5\b|2S19|2A36|2A65|D-20|Akatsiya|Msta|Giatsint", "howitzer_152"),
    (r"2B11|2S12|Sani|2B16|2S9\b|Nona", "mortar_120"), (r"2B9|Vasilek|2B14|Podnos", "mortar_82"),
    (r"MT-12|T-12\b|Rapira", "mt12"), (r"D-44|D-48", "d44"), (r"\bT-(?:54|55|62|64|72|80|90)", "tank"),
    (r"ZU-23", "zu23"), (r"SPG-9", "spg9"), (r"AGS-17", "agl"), (r"BMP-1", "bmp1"), (r"BMP-2", "cannon_30"),
    (r"9K1\d\d|9M1\d\d|9P1[45]8|Fagot|Konkurs|Stugna|Kornet|Javelin", "atgm"),
)  # fmt: skip
MODEL_NAME = r"(?:BMP|BTR|BRDM|BMD|BM|BREM|MT-LB|MT|T|2[SAB]|ZU|D|9[KAPM]|SPG|AGS)-?\d[\w-]*|MT-LB(?:s|u)?|Grads?|Uragans?|Strela-\d+|R-330\w*"
NOUNS = (
    r"tanks?|mortars?|howitzers?|(?:multiple[ -]launch[ -])?rocket[ -](?:launch(?:er)?[ -])?systems?|(?:multiple |grenade |missile )?rocket launchers?|MLRS|anti-tank guns?|anti-aircraft (?:guns?|systems?|cannons?|missile systems?)|surface-to-air missile systems?|"
    r"(?:armou?red )?(?:infantry )?fighting vehicles?|armou?red (?:personnel carriers?|combat vehicles?|reconnaissance vehicles?|recovery vehicles?|vehicles?)|IFVs?|APCs?|artillery (?:pieces?|systems?)|guns?|anti-tank guided missile (?:systems?|launchers?)|"
    r"self-propelled guns?|pieces of [\w-]+ artillery|(?:electronic[ -]warfare|jamming|radar|radio-?jamming|air[ -]defence|missile|reconnaissance)(?: and [\w-]+)? (?:systems?|stations?|complex(?:es)?)|radars?"
)
WEAPON = re.compile(
    rf"(?<![\w-])(?P<noun>{NOUNS}|(?-i:(?:{MODEL_NAME})s?)(?!\s+(?:[\w-]+\s+){{0,3}}?(?:{NOUNS})\b))(?!-)\b(?!\s+(?:rounds?|rockets?|mines?|fire|shells?|tracks?|crews?|museums?|monuments?|memorials?|commanders?|drivers?|units?|battalions?|brigades?|batter(?:y|ies)|ranges?|repair|plants?|school|ditch\w*|barrels?|turrets?|cannons?|signal\w*|variant|type))",
    re.IGNORECASE,
)  # fmt: skip
MISSING = re.compile(
    r"\bmissing\b|\babsent\b|\bnot (?:present|there|in (?:the )?storage|seen|observed|found)\b|\bno longer (?:present|there|stored|in)\b|\babandoned\b|\bremoved\b|\bempty\b|\bwhereabouts\b|\bunaccounted\b|\bnot (?:be )?(?:accounted|located)\b",
    re.IGNORECASE,
)
PRESENT = re.compile(
    r"\bpresent\b|\bpresence\b|\bin place\b|\bremain\w* (?:in|at|there)\b|\bstored\b|\breturned\b|\baccounted for\b",
    re.IGNORECASE,
)
SEEN = re.compile(
    r"\b(?:saw|seen|see|spotted|observed|noted|recorded|detected|counted|missing|present|presence|found|stored|imagery|reveal\w*|photograph\w*|sighted|noticed|identified|show\w*)\b",
    re.IGNORECASE,
)
# A clause with a state of its own; commas that only part its list do not end it.
PARTS = re.compile(
    r";|,\s+(?:and\s+|but\s+)?(?:that\s+)?(?!which\b|who\b|that had\b|recorded\b|previously\b)(?=[^,;]*\b(?:missing|present|absent)\b)|\b(?:and|but) that\b|\bwhile\b|\bwhereas\b|\bexcept(?:ing)?(?: for)?\b|\bapart from\b|\bwith the exception of\b|\bbut\b",
    re.IGNORECASE,
)
# What is painted or built of a weapon is no weapon.
LIKENESS = re.compile(
    r"\b(?:graffiti|pictures?|photo\w*|drawings?|paintings?|models?|mock-?ups?|monuments?|dumm(?:y|ies)|remains|wreck\w*|parts?) of (?:an?|the|two|several)?\s*(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
EXCEPTION = re.compile(
    r"(?:\bexcept(?:ing)?(?: for)?|\bapart from|\bwith the exception of|\ball but)\s*$",
    re.IGNORECASE,
)
EXTRA = (
    ("sam", r"surface-to-air|Strela|\bOsa\b|Buk|anti-aircraft missile|air[ -]defence"),
    ("electronic_warfare", r"electronic[ -]warfare|jamming|R-330|Zhitel|Leer|Krasukha"),
    ("radar", r"radar"),
    ("apc", r"personnel carrier|\bAPC|MT-LB|BTR"),
    ("ifv", r"fighting vehicle|\bIFV|BMP|BMD"),
    ("armoured_vehicle", r"armou?red|BRDM"),
)
UNNAMED = re.compile(
    r"\b(?:types?|models?|calibres?)\b.*\b(?:unknown|undetermined|not)\b|\bunknown\b|\bundetermined\b|^\d+\s?-?mm$|^(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|all|some|most)\s",
    re.IGNORECASE,
)
FIRST = re.compile(r"\bfor the first time\b|\bnewly\b", re.IGNORECASE)
IMAGERY = re.compile(
    r"\b(?:satellite|aerial) (?:imagery|images?|photograph\w*)\b|\bimagery available\b",
    re.IGNORECASE,
)


def section_of(text: str) -> str | None:
    """Return the status that a heading or an opening sentence sets for the lines below it."""
    return next((name for name, pattern in STATUS if pattern.search(text)), None)


def eyes(text: str, status: str | None = None) -> str:
    """Return by which means something that stands there was seen."""
    if IMAGERY.search(text):
        return "optical"
    return "uav" if words.UAV.search(text) else "inspected" if status == "storage" else "saw"


def holdings(text: str, section: str | None) -> list[Notice]:
    """Return the weapons that a clause counts: weapon_presence, or weapon_absence where missing.

    attributes: status (violation, beyond_lines, storage, security_zone), model, type, first_time.
    """
    if COUNTED_CLASS.search(text) or not (section or SEEN.search(text)):
        return []
    status = section_of(text) or section
    bare = flat(text)
    cuts = [0, *(m.end() for m in PARTS.finditer(bare)), len(text)]
    found: list[Notice] = []
    for head in heads(text, WEAPON):
        if (
            not head.stated
            or head.none
            or LIKENESS.search(bare[max(0, head.start - 60) : head.start])
        ):
            continue
        begin = max(c for c in cuts if c <= head.start)
        end = min(c for c in cuts if c >= head.end)
        kind = "weapon_absence" if _missing(bare, head, begin, end) else "weapon_presence"
        notice = replace(_weapon(kind, head, {"status": status}, text), means=eyes(text, status))
        found.append(with_count(notice, head.quantity))
    return found


def _missing(bare: str, head: Head, begin: int, end: int) -> bool:
    """Return whether a weapon is said to be missing: the word after it decides, else before it."""
    states = sorted(
        (m.start(), p is MISSING) for p in (MISSING, PRESENT) for m in p.finditer(bare, begin, end)
    )
    after = [missing for at, missing in states if at >= head.end]
    before = [missing for at, missing in states if at < head.start]
    if after or before:
        return after[0] if after else before[-1]
    # 'all were present except four tanks' turns the state of what stands before it.
    if EXCEPTION.search(bare[max(0, begin - 25) : begin]):
        earlier = list(PRESENT.finditer(bare, 0, begin))
        return bool(earlier) and not MISSING.search(bare, 0, begin)
    return False


def _weapon(kind: str, head: Head, attributes: dict[str, object], text: str) -> Notice:
    named = f"{head.before} {head.noun} ({head.bracket})"
    weapons, calibre = weapons_in(named)
    model = head.bracket.split(",")[0].strip()
    other = next((n for n, pattern in EXTRA if re.search(pattern, named, re.IGNORECASE)), None)
    kept = attributes | {
        "model": None if not model or UNNAMED.search(model) else model, "type": other,
        "first_time": bool(FIRST.search(text)) or None,
    }  # fmt: skip
    weapon = _by_model(named, calibre) or (weapons[0] if weapons else None)
    return Notice(kind, weapon=weapon, calibre_mm=calibre, attributes=kept)


def _by_model(named: str, calibre: float | None) -> str | None:
    """Return the weapon by its model, then by its noun with a calibre in millimetres."""
    for pattern, weapon in MODELS:
        if re.search(pattern, named, re.IGNORECASE):
            return weapon
    if "howitzer" in named.lower() and calibre:
        return words.BY_CALIBRE.get(("artillery", calibre))
    return None
