"""What monitors see beside weapons: convoys, trenches, aircraft and drones of others, protests."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import replace

from trucewatch.language.bearings import bearing_of
from trucewatch.language.smm_holdings import FIRST, SEEN, eyes
from trucewatch.language.smm_nominal import Head, flat, heads
from trucewatch.language.smm_notices import Notice, with_count
from trucewatch.language.smm_range import POINT, direction_in
from trucewatch.language.smm_split import COUNTED_CLASS

DUG = re.compile(
    r"\b(?:(?:extensions?|sections?|stretch(?:es)?) (?:of|to) (?:an? |the )?(?:existing |previously \w+ )?)?(?:trench(?:es)?(?:[ -](?:systems?|lines?|networks?|extensions?))?|dugouts?|bunkers?|(?:fighting|firing|fortified|defensive) positions?|fortifications?|pillbox(?:es)?|earthworks?|berms?|anti-tank ditch(?:es)?)\b",
    re.IGNORECASE,
)
NEW = re.compile(r"\b(?:new|fresh|recent\w*)\s+(?:[\w-]+\s+){0,3}$")
CONVOY = re.compile(
    r"\b(?:convoys?|columns?)\b(?! of (?:smoke|humanitarian|aid|civilian))", re.IGNORECASE
)
MILITARY = re.compile(
    r"\bmilitary|\barm(?:y|ed|ou?red)\b|\bambulances?\b|\btrucks?\b", re.IGNORECASE
)
HUMANITARIAN = re.compile(
    r"\bhumanitarian|\baid\b|\bUN\b|\bICRC\b|\bRed Cross\b|\bcivilian vehicles?\b"
)
VEHICLE = re.compile(
    r"\b(?:trucks?|vehicles?|ambulances?|jeeps?|cars?|lorries|tankers?|trailers?|buses|vans?)\b",
    re.IGNORECASE,
)
TYPES = re.compile(r"\bmilitary|\b(?:Ural|Kam[aA][zZ]|KAMAZ|KrAZ|ZIL|MAZ|GAZ|UAZ|Tigr)\b")
MOTION = re.compile(
    rf"\b(?:travel\w*|mov\w+|head\w+|driv\w+|drove|go(?:ing|es)|went|proceed\w*|pass\w+|fl(?:y\w*|ew|own))\s+(?:in an?\s+|to(?:wards)? the\s+)?(?P<aim>{POINT})(?!\s+of\b)"
)
MOVING = re.compile(
    r"\b(?:travel\w*|mov(?:ed|ing)|head(?:ed|ing)|driv\w+|drove|went|going|proceed\w*|pass(?:ed|ing)|enter\w*|leav\w+|left|arriv\w+)\b",
    re.IGNORECASE,
)
AIR = re.compile(
    r"(?<!SMM )(?<!SMM's )\b(?:(?P<uav>UAVs?|unmanned aerial vehicles?|drones?|(?:quad|hexa|octo|multi)-?copters?)|(?P<aircraft>helicopters?|(?:fighter |military |jet |transport )*(?:aircraft|jets?|planes?|aeroplanes?)))\b(?!\s+(?:flights?|images?|imagery|footage|camera|base))",
    re.IGNORECASE,
)
FLEW = re.compile(r"\s+(?:\w+\s+){0,2}?(?:fl(?:ew|ying)|hover\w*|pass(?:ed|ing)|circl\w+)\b")
OWN = re.compile(
    r"\b(?:tail|wing|wreckage|debris|parts?|remains|remnants|fragments?) of (?:an?|the)\s+$|\bSMM\s+(?:[\w-]+\s+){0,2}$"
)
DRONE = re.compile(r"UAV|unmanned|drone|(?:quad|hexa|octo|multi)-?copter", re.IGNORECASE)
SAW_IT = re.compile(
    r"\b(?:saw|heard|observed|spotted|noticed|seen|recorded|noted|sighted)\b(?:(?!\b(?:while|when|which|that|as|from|by|using|with|on)\b)[^,;]){0,60}$",
    re.IGNORECASE,
)
PROTEST = re.compile(
    r"\b(?:protest\w*|demonstrat\w+|rall(?:y|ies)|picket\w*|marche[ds]\b|blockade)\b", re.IGNORECASE
)
CROWD = re.compile(
    r"\b(?:participants?|protest(?:e|o)rs?|demonstrators?|people|persons?|activists?|residents|men|women|miners|workers|supporters|members)\b",
    re.IGNORECASE,
)


def sights(text: str, section: str | None) -> list[Notice]:
    """Return movement of forces, fortification, uav, aircraft or protest that a clause counts.

    direction_deg: where it moved, where told. attributes: first_time.
    """
    del section
    if COUNTED_CLASS.search(text):
        return []
    for found in (_protest(text), _moving(text), _in_the_air(text), _dug(text)):
        if found is not None:
            return [found]
    return []


def _counted(kind: str, head: Head, text: str, means: str) -> Notice:
    aim = MOTION.search(text)
    degrees = bearing_of(aim.group("aim")) if aim else direction_in(text)
    first: dict[str, object] = {"first_time": True if FIRST.search(text) else None}
    return with_count(
        Notice(kind, means=means, direction_deg=degrees, attributes=first), head.quantity
    )


def _moving(text: str) -> Notice | None:
    """Return a convoy or vehicles of forces on the move; the vehicles are counted, not the convoys."""
    convoy = CONVOY.search(text)
    if HUMANITARIAN.search(text) or not MILITARY.search(text) or not SEEN.search(text):
        return None
    if convoy is None and not (TYPES.search(text) and MOVING.search(text)):
        return None
    counted = [h for h in heads(text, VEHICLE) if h.stated]
    if not counted:
        return None if convoy is None else Notice("movement", means=eyes(text))
    first = _counted("movement", counted[0], text, eyes(text))
    if len(counted) == 1:
        return first
    total = sum(h.many for h in counted)
    return replace(first, low=total, best=total, high=total, qualifier="exact")


def _in_the_air(text: str) -> Notice | None:
    bare = flat(text)
    for head in heads(text, AIR):
        before = bare[max(0, head.start - 90) : head.start]
        flying = FLEW.match(bare, head.end) and SEEN.search(text)
        if head.stated and not OWN.search(before) and (flying or SAW_IT.search(before)):
            kind = "uav" if DRONE.search(head.noun) else "aircraft"
            return _counted(kind, head, text, "heard" if re.search(r"\bheard\b", before) else "saw")
    return None


def _dug(text: str) -> Notice | None:
    if not SEEN.search(text):
        return None
    named = [h for h in heads(text, DUG) if not h.place and not h.none]
    head = next((h for h in named if h.stated), None)
    if head is not None:
        return replace(_counted("fortification", head, text, eyes(text)), direction_deg=None)
    bare = flat(text)
    new = any(FIRST.search(text) or NEW.search(bare[: h.start]) for h in named)
    return Notice("fortification", means=eyes(text)) if new else None


def _protest(text: str) -> Notice | None:
    if not PROTEST.search(text) or re.search(r"\bno protest", text):
        return None
    head = next((h for h in heads(text, CROWD) if h.stated and h.quantity), None)
    told = re.search(r"\breport(?:s|ed|edly)?\b|\btold\b|\baccording\b|\bmedia\b", text)
    notice = Notice("protest", means="reported" if told else "saw")
    if head is None:
        return notice if re.search(r"\b(?:saw|observed|monitored)\b", text) else None
    return with_count(notice, head.quantity)
