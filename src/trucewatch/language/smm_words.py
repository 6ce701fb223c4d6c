"""The words of monitors' reports (OSCE SMM daily reports, annex columns) as patterns."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

# Class of a happening as reports name it -> kind of vocabulary/kinds.yaml; longer names first.
CLASSES: tuple[tuple[str, str], ...] = (
    (r"ceasefire violations?|violations? of the ceasefire", "count_violations"),
    (r"bursts? and shots?|shots? and bursts?", "burst"),
    (r"muzzle[ -]flash(?:es)?", "muzzle_flash"),
    (r"(?:illumination|signal|parachute)[ -]flares?|flares?", "flare"),
    (r"tracer(?:[ -]rounds?)?s?", "tracer"),
    (r"airbursts?", "airburst"),
    (r"explosions?|detonations?", "explosion"),
    (r"projectiles?", "projectile"),
    (r"bursts?", "burst"),
    (r"shots?", "shot"),
    (r"impacts?", "explosion"),
    (r"rounds?|rockets?", "explosion"),
)
CLASS = re.compile(
    r"\b(?:" + "|".join(f"(?P<c{i}>{words})" for i, (words, _) in enumerate(CLASSES)) + r")\b(?!-)",
    re.IGNORECASE,
)
# Only with their own count are these a happening; else they describe one ('assessed as rounds of').
NEEDS_COUNT = re.compile(r"impacts?|rounds?|rockets?|ceasefire violations?", re.IGNORECASE)
DESCRIPTIONS = (
    ("outgoing", re.compile(r"\boutgoing\b", re.IGNORECASE)),
    ("incoming", re.compile(r"\bincoming\b", re.IGNORECASE)),
    ("impact", re.compile(r"\bimpacts?\b|\bimpacting\b", re.IGNORECASE)),
    ("undetermined", re.compile(r"\bundetermined\b(?! (?:distance|range|direction|weapon|type))", re.IGNORECASE)),
)  # fmt: skip
SPLIT_WORD = re.compile(r"\b(outgoing|incoming|impacts?|undetermined|airbursts?)\b", re.IGNORECASE)
# Weapons by name, heaviest class first within one name; the calibre in brackets refines them.
WEAPONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (weapon, re.compile(words, re.IGNORECASE))
    for weapon, words in (
        ("uragan", r"\buragan\b|\bBM-27\b"),
        ("smerch", r"\bsmerch\b|\bBM-30\b"),
        ("mlrs", r"multiple[ -]launch[ -]rocket[ -]system|\bMLRS\b|\bgrad\b|\bBM-21\b"),
        ("zu23", r"\bZU-23(?:-2)?\b|anti-aircraft (?:gun|cannon|artillery|fire)"),
        ("uglbg", r"under-?barrel[ -]grenade|\bUGL\b"),
        ("agl", r"automatic[ -]grenade[ -]launcher|\bAGL\b|\bAGS-17\b"),
        ("atgm", r"anti-tank guided missile|\bATGM\b"),
        ("rpg", r"rocket-propelled[ -]grenade|\bRPG\b"),
        ("spg9", r"\bSPG-9\b|recoilless[ -](?:gun|rifle)"),
        ("bmp1", r"\bBMP-1\b"),
        (
            "cannon_30",
            r"\bBMP-2\b|infantry fighting vehicle|\bIFV\b|armoured combat vehicle[^.;]{0,20}cannon",
        ),
        ("mt12", r"\bMT-12\b"),
        ("d44", r"\bD-44\b"),
        ("mortar", r"\bmortars?\b"),
        ("tank", r"\btanks?\b(?!-)"),
        ("artillery", r"\bartillery\b|\bhowitzers?\b"),
        ("hmg", r"heavy[ -]machine[ -]gun|\bHMG\b"),
        ("small_arms", r"small[ -]arms|\bSA\b|\brifles?\b"),
    )
)
ANY_WEAPON = re.compile("|".join(pattern.pattern for _, pattern in WEAPONS), re.IGNORECASE)
BY_CALIBRE = {
    ("mortar", 60.0): "mortar_60", ("mortar", 82.0): "mortar_82", ("mortar", 120.0): "mortar_120",
    ("artillery", 122.0): "howitzer_122", ("artillery", 152.0): "howitzer_152",
    ("artillery", 155.0): "howitzer_155", ("cannon_30", 73.0): "bmp1",
}  # fmt: skip
CALIBRE = re.compile(r"\b(\d{1,3}(?:\.\d{1,2})?)\s?-?mm\b", re.IGNORECASE)

POINT = r"(?:north|south|east|west)(?:[ -]?(?:north|south|east|west)){0,2}|NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW|NE|SE|SW|NW|[NESW]"
BEARINGS = rf"(?:{POINT})(?:(?:\s?,\s?|\s?/\s?|\s+(?:and|to|or)\s+|\s?,\s?and\s+)(?:{POINT})\b(?!\s+of\b))*"
KM_NUMBER = r"\d{1,2},?\d{3}|\d{1,3}(?:\.\d)?"
RANGE = re.compile(
    r"(?:(?P<cap>within|less than|up to)\s+(?:about\s+)?)?"
    rf"(?<![\d.,])(?P<low>{KM_NUMBER})(?:\s?(?P<low_unit>km|m)?\s?(?:-|–|to)\s?(?P<high>{KM_NUMBER}))?\s?"
    r"(?P<unit>km|kilometres?|kilometers?|m|metres?|meters?)\b"
    rf"(?:\s+(?:to the\s+)?(?P<bearing>{BEARINGS})\b)?"
)
NO_RANGE = re.compile(
    rf"(?:undetermined|unknown) (?:distance|range)s?(?:\s+(?:to the\s+|in a\s+)?(?P<bearing>{BEARINGS})\b)?"
)
FROM_TO = re.compile(
    rf"\bfrom\s+(?:the\s+)?(?P<origin>{POINT})\b\s+to(?:wards)?\s+(?:the\s+)?(?P<aim>{POINT})\b"
)
TOWARDS = re.compile(rf"\b(?:towards?|flying|in flight)\s+(?:the\s+)?(?P<aim>{POINT})\b")
ONLY_FROM = re.compile(rf"\bfrom\s+(?:the\s+)?(?P<origin>{POINT})\b")
POINT_RE = re.compile(rf"\b(?:{POINT})\b")

VERBS: tuple[tuple[str, str], ...] = (
    ("heard", r"heard|hearing"),
    ("saw", r"saw|seen|seeing|observed|observing|spotted|noted"),
    ("recorded", r"recorded|recording|registered"),
)
VERB = re.compile(r"\b(?:" + "|".join(f"(?P<{m}>{w})" for m, w in VERBS) + r")\b", re.IGNORECASE)
CAMERA = re.compile(r"\bcameras?\b", re.IGNORECASE)
UAV = re.compile(
    r"\b(?:mini-|mid-range |long-range |short-range )?(?:UAVs?|unmanned aerial vehicles?)\b",
    re.IGNORECASE,
)
ACOUSTIC = re.compile(r"\bacoustic sensors?\b", re.IGNORECASE)

NOTHING = re.compile(
    r"\b(?:did not|didn't|has not|had not)\s+(?:\w+\s+(?:or|and)\s+)?(?P<verb>observe|record|hear|see|register|detect)\w*\s+"
    r"(?:(?:or|and|nor)\s+\w+\s+)?any\b|"
    r"\b(?:heard|saw|recorded|observed|registered|detected)\s+(?:no|zero)\b|"
    r"\bno\s+(?P<passive>ceasefire violations?|explosions?|bursts?|shots?|projectiles?|small-arms fire)\s+(?:were|was|had been)\b",
    re.IGNORECASE,
)
OUTAGE = re.compile(
    r"\b(?:(?:was|were|has been|have been|had been|is|are|remained)\s+(?:not\s+(?:fully\s+)?(?:operational|working|functioning|functional|"
    r"operating|available)|non-operational|inoperative|offline|out of (?:order|service|operation)|down|unavailable|"
    r"switched off|disabled)|did not (?:operate|function|work)|(?:has|have|had) not been (?:operational|working|functioning|operating)|stopped (?:working|operating|functioning)|ceased (?:to operate|operating|functioning)|"
    r"could not be (?:accessed|operated)|experienced (?:an? )?outages?|lost (?:power|connection))\b",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:den(?:ied|ying|ials?)|refus(?:ed|ing)|prevent(?:ed|ing)|block(?:ed|ing)|turned (?:the SMM )?(?:back|away)|"
    r"did not (?:allow|permit|let)|would not (?:allow|permit|let)|barred|restrict(?:ed|ing)|delay(?:ed|ing)|stopped)\b",
    re.IGNORECASE,
)
PASSAGE = re.compile(
    r"\b(?:passage|access|entry|the SMM|the Mission|SMM patrol|patrol|monitors?|crossing|from (?:passing|proceeding|entering))\b",
    re.IGNORECASE,
)
JAMMING = re.compile(
    r"\b(?:jamm(?:ed|ing)|(?:GPS|dual GPS|signal|control) (?:signal )?interference|lost (?:its )?(?:GPS|control) signal)\b",
    re.IGNORECASE,
)
INSTRUMENT = re.compile(rf"\bcameras?\b|\bSMM (?:vehicles?|patrol)\b|{UAV.pattern}", re.IGNORECASE)
ATTACK = re.compile(
    r"\b(?:(?:shot|fired|firing|shooting) (?:at|down|towards)|targeting|targeted|targeted by|came under|crashed|lost (?:spatial )?control|"
    r"lost (?:its|an?|the)\b[^.]{0,25}\bUAV|directed at|struck|hit by|laser|blinded|destroyed|damaged|downed|small-arms fire (?:at|towards))\b",
    re.IGNORECASE,
)
DEMINING = re.compile(
    r"\bdemining\b|controlled (?:detonation|explosion)s?|disposal of unexploded", re.IGNORECASE
)
TRAINING = re.compile(r"\b(?:live-fire|training|exercises?)\b", re.IGNORECASE)
COMPARED = re.compile(
    r"\b(?:compared (?:with|to)|in the previous reporting period|previously)\b", re.IGNORECASE
)
CONTROL = re.compile(
    r"(?P<non>non-)?government-controlled|[\"“”'«]?(?P<side>[A-Z][A-Za-z-]{1,15}?)[\"“”'»]?-controlled|(?P<none>between government and non-government positions)",
)
POSITION = re.compile(
    r"\b(?P<marker>while (?:positioned )?(?:in|at|near|on|about)|positioned (?:in|at|near|on|about)|while (?:patrolling|stationed) (?:in|at|near)|"
    r"(?:SMM )?cameras? (?:\w+ )?(?:in|at|on|near)|(?:from|at) (?:its|their|the) (?:patrol )?positions? (?:in|at|near)|stationed (?:in|at|near)|"
    r"(?:UAVs?|acoustic sensors?) (?:over|above|near|in|at)|(?:based|from) in|patrol in|checkpoint (?:in|at|near)|near|in|at|over|from)\s+",
    re.IGNORECASE,
)
SAME_POSITION = re.compile(
    r"\b(?:same|this|that) (?:position|location|place|camera)\b", re.IGNORECASE
)
FOOTNOTE = re.compile(r"\[\d{1,3}\]|[\u00b9\u00b2\u00b3\u2070-\u2079]|\(fn\.? ?\d+\)")
PERIOD = re.compile(
    r"\b(?:during|throughout|over|for) (?:the )?(?:entire |whole )?reporting period\b",
    re.IGNORECASE,
)
WEAPON_HINT = re.compile(r"\d\s?mm\b|type unknown|BMP|ZU-23|SPG|AGS|BM-2", re.IGNORECASE)
