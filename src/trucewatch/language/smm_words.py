"""The words of monitors' reports (OSCE SMM daily reports, annex columns) as patterns."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

# Class of a happening as reports name it -> kind of vocabulary/kinds.yaml; longer names first.
CLASSES: tuple[tuple[str, str], ...] = (
    (r"ceasefire violations?|violations? of the ceasefire", "count_violations"),
    (r"bursts? and shots?|shots? and bursts?", "burst"),
    (r"(?:muzzle[ -])?flash(?:es)?", "muzzle_flash"),
    (r"(?:illumination|signal|parachute)[ -]flares?|flares?", "flare"),
    (r"tracer(?:[ -]rounds?)?s?", "tracer"),
    (r"airbursts?", "airburst"),
    (r"explosions?|detonations?", "explosion"),
    (r"projectiles?", "projectile"),
    (r"bursts?", "burst"),
    (r"shots?(?! (?:down|dead)\b)", "shot"),
    (r"impacts?", "explosion"),
    (
        r"(?:(?:small[- ]arms|heavy[- ]machine[- ]gun|machine[- ]gun|automatic[- ]weapons?|automatic[- ]grenade[- ]launcher|mortar|artillery|tank|MLRS|gun|sniper|HMG|AGL)(?:\s*(?:,|and|/)\s*)?(?:\s*\([^()]{1,20}\)\s*)?){1,4}\s*(?:fire|shelling)",
        "fire",
    ),
    (r"(?:ATGM |missile )?launch(?:es)?|missiles?(?! systems?)", "projectile"),
    (r"rounds?|rockets?|salvos?|salvoes|volleys?", "explosion"),
)
CLASS = re.compile(
    r"\b(?:" + "|".join(f"(?P<c{i}>{words})" for i, (words, _) in enumerate(CLASSES)) + r")\b(?!-)",
    re.IGNORECASE,
)
# Only with their own count are these a happening; else they describe one ('assessed as rounds of').
NEEDS_COUNT = re.compile(
    r"impacts?|rounds?|rockets?|(?:ATGM |missile )?launch(?:es)?|missiles?|salvos?|salvoes|volleys?|ceasefire violations?|violations? of the ceasefire",
    re.IGNORECASE,
)
DESCRIPTIONS = (
    ("outgoing", re.compile(r"\boutgoing\b", re.IGNORECASE)),
    ("incoming", re.compile(r"\bincoming\b", re.IGNORECASE)),
    ("impact", re.compile(r"\bimpacts?\b|\bimpacting\b", re.IGNORECASE)),
    ("undetermined", re.compile(r"\bundetermined\b(?! (?:distances?|ranges?|directions?|weapons?|types?|origins?|calibres?|locations?|systems?)\b)", re.IGNORECASE)),
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
        ("atgm", r"anti-tank guided missile|\bATGMs?\b"),
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

VERBS: tuple[tuple[str, str], ...] = (
    ("heard", r"heard|hearing|hear"),
    (
        "saw",
        r"saw|seen|seeing|see|observed|observing|observe|spotted|noted|noticed|witnessed|sighted|watched",
    ),
    (
        "recorded",
        r"recorded|recording|record|registered|captured|detected|filmed|picked up|documented|logged",
    ),
)
VERB = re.compile(r"\b(?:" + "|".join(f"(?P<{m}>{w})" for m, w in VERBS) + r")\b", re.IGNORECASE)
PASSIVE = re.compile(
    rf"\b(?:was|were|had been|being)\s+(?:also\s+|then\s+|both\s+)?(?:{VERB.pattern})",
    re.IGNORECASE,
)
HEARD_AND_SEEN = re.compile(
    r"\b(?:heard|hear)\s+(?:and|as well as)\s+(?:also\s+)?(?:saw|seen|observed|see)\b|\b(?:saw|seen|observed|see)\s+(?:and|as well as)\s+(?:also\s+)?(?:heard|hear)\b",
    re.IGNORECASE,
)
CAMERA = re.compile(r"\bcameras?\b", re.IGNORECASE)
# Beside a camera stand people: what they hear or see is not its recording.
BESIDE_CAMERA = re.compile(
    r"(?:\b(?:near|next to|beside|behind|close to|of|at)|m from)\s+(?:the\s+|an\s+|its\s+)?(?:SMM\s+)?cameras?\b",
    re.IGNORECASE,
)
UAV = re.compile(
    r"\b(?:mini-|mid-range |long-range |short-range )?(?:UAVs?|unmanned aerial vehicles?)\b",
    re.IGNORECASE,
)
ACOUSTIC = re.compile(r"\bacoustic sensors?\b", re.IGNORECASE)

NOTHING = re.compile(
    r"\b(?:did not|didn't|has not|had not|neither)\s+(?:\w+\s+(?:or|and|nor)\s+)?(?P<verb>observe|record|hear|see|saw|register|detect|note|spot)\w*\s+"
    r"(?:(?:or|and|nor)\s+\w+\s+)?(?:any|a single|(?=ceasefire violations|explosions|bursts|projectiles|shots))\b|"
    r"\bwithout\s+(?:\w+ing\s+or\s+)?(?P<gerund>observing|recording|hearing|seeing|noting|detecting|registering)\s+(?:any|a single)\b|"
    r"\b(?:heard|saw|seen|recorded|observed|registered|detected|noted)\s+(?:and\s+\w+\s+)?(?:(?:in|at|near)\s+(?-i:[A-Z])[^,;()]{0,60}(?:\([^()]{0,100}\)\s+)?)?(?:no|zero|not a single|nothing)\b(?! (?:(?:fewer|less|more) than|longer|change|new|such|sign|indication|of note))|"
    r"\b(?:no|zero)\s+(?:[\w-]+\s+){0,3}?(?P<passive>ceasefire violations?|explosions?|bursts?|shots?|projectiles?|rounds|flares?|tracers?|fire)(?:\s+or\s+[\w\s-]{3,40}?)?\s+(?:were|was|had been)\b",
    re.IGNORECASE,
)
OUTAGE = re.compile(
    r"\b(?:(?:was|were|has been|have been|had been|is|are|remained)\s+(?:\w+ly\s+|again\s+|still\s+|also\s+)?(?:not\s+(?:fully\s+)?(?:operational|working|functioning|functional|"
    r"operating|available)|non-operational|inoperative|offline|out of (?:order|service|operation)|down|unavailable|"
    r"switched off|disabled)|did not (?:operate|function|work)|(?:has|have|had) not been (?:operational|working|functioning|operating)|(?:not|no longer) (?:been )?(?:transmit|stream|send|record|deliver|provid)\w*\s+(?:any\s+)?(?:images?|footage|video|data|pictures)|stopped (?:working|operating|functioning)|ceased (?:to operate|operating|functioning)|"
    r"could not be (?:accessed|operated)|experienced (?:an? )?outages?|lost power|(?<!SMM )(?<!Mission )lost connection(?! (?:with|to) an?\b))\b",
    re.IGNORECASE,
)
JAMMING = re.compile(
    r"\b(?:jamm(?:ed|ing)|(?:GPS|dual GPS|signal|control) (?:signal )?interference|lost (?:its )?(?:GPS|control) signal)\b",
    re.IGNORECASE,
)
INSTRUMENT = re.compile(rf"\bcameras?\b|\bSMM (?:vehicles?|patrol)\b|{UAV.pattern}", re.IGNORECASE)
ATTACK = re.compile(
    r"\b(?:(?:shot|fired|firing|shooting) (?:at|down|towards)|targeting|targeted|aimed (?:at|towards)|in the direction of|came under|crashed|lost (?:spatial )?control|"
    r"lost (?:its|an?|the)\b[^.]{0,25}\bUAV|(?:directed|fired) (?:at|towards|in)|struck|hit by|slashed|vandali[sz]ed|stolen|smashed|pelted|rammed|set on fire|laser|blinded|destroyed|damaged|downed|small-arms fire (?:at|towards))\b",
    re.IGNORECASE,
)
DEMINING = re.compile(
    r"\bdemining\b|controlled (?:detonation|explosion)s?|disposal of unexploded", re.IGNORECASE
)
TRAINING = re.compile(r"\b(?:live-fire|training|exercises?)\b", re.IGNORECASE)
# A comparison with another period, up to where the report speaks of its own again.
COMPARED = re.compile(
    r"(?:\b(?:as\s+)?(?:compared|in comparison) (?:with|to)\b|\bin the (?:previous|preceding|prior|last) (?:reporting )?(?:period|day|report)\b|\bpreviously\b|\bthan (?:in|during|on|the)\b|"
    r"\b(?:up|down) from\b|\bas against\b|\bversus\b|\bas opposed to\b|\(previous|\bthe (?:previous|preceding|prior|last) (?:reporting )?(?:period|day|report)\b)"
    r"[^;]*?(?=,\s+(?:the SMM|the Mission|it)\b|;|$)",
    re.IGNORECASE,
)
NONE_OF = re.compile(
    r"\bnone of (?:which|them|these)\s+(?:\w+\s+){0,3}?(?:explosions?|bursts?|projectiles?)",
    re.IGNORECASE,
)
# What another period had, where the sentence opens with it.
OTHER_PERIOD = re.compile(
    r"^\W*(?:in|during|over|for) the (?:previous|preceding|prior|last) (?:reporting )?(?:period|day|report|week)s?\b",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"(?:\d[\d.]*\s?(?:%|per ?cent)|\b(?:half|most|majority|a third|two thirds|three quarters|a quarter))\s+of\s+(?:all\s+|the\s+|these\s+|those\s+|all the\s+)*(?:\d[\d,]*\s+)?(?:total\s+)?(?:ceasefire violations?|explosions?|violations)",
    re.IGNORECASE,
)
CONTROL = re.compile(
    r"(?P<non>non-)?government-controlled|[\"“”'«]?(?P<side>[A-Z][A-Za-z-]{1,15}?)[\"“”'»]?-controlled|(?P<none>between government and non-government positions)",
)
# How reports say where observers stood, surest first; a bare 'in' or 'near' may open anything.
_AT = r"(?:(?:in|at|near|on|from|along|inside|outside|close to)\s+|(?=(?:about |approximately |some |roughly |around )?\d[\d.,]*\s?k?m\b|\d[\d.]* (?:kilo)?met))"
STRONG_POSITION = re.compile(
    rf"\b(?:(?:while|whilst|when)\s+(?:still\s+|back\s+|also\s+|again\s+)?(?:(?:positioned|patrolling|stationed|located|standing|observing|present)\s+)?{_AT}|"
    rf"(?:positioned|stationed|located|standing|deployed|present|based|patrolling)\s+{_AT}|"
    rf"cameras?\s+(?:(?!recorded|observed|saw|also)\w+\s+)?{_AT}|"
    rf"(?:from|at)\s+(?:an?|its|their|the)\s+(?:\w+\s+)?(?:patrol\s+)?(?:positions?|location|base|observation post)\s+{_AT}|"
    rf"(?:UAVs?|acoustic sensors?|patrols?|monitors|members|team)\s+(?:flying\s+|hovering\s+|then\s+)?(?:(?:over|above)\s+|{_AT})|"
    rf"SMM,?\s+(?:then\s+)?{_AT}|checkpoints?\s+(?:in|at|near)\s+|flying\s+(?:over|near|above)\s+(?:areas\s+(?:near|of)\s+)?)",
    re.IGNORECASE,
)
WEAK_POSITION = re.compile(
    r"\b(?:near|in|at|over|from|close to|on(?=\s+the\s+(?:[a-z-]+\s+){0,2}(?:edge|outskirts|side|part|bank)))\s+|\b(?=(?:(?:about|approximately|some|less than|within) )?\d[\d.]*(?:-\d[\d.]*)?\s?k?m\s+[a-z-]+(?:(?:\s+and|,)\s+[a-z-]+){0,2}\s+of\s+(?-i:[A-Z]))",
    re.IGNORECASE,
)
# Weakest of all: a road or a line between two places, or towards one.
PASSING_POSITION = re.compile(
    r"\b(?:between|(?:leading|road) (?:to|towards)|connecting|linking|towards|(?:operation|inspection|assessment) of|(?:repairs?|maintenance|works?) (?:to|of|at|on)|(?:north|south|east|west)[a-z-]* of)\s+"
)
SAME_POSITION = re.compile(
    r"\b(?:same|this|that|latter) (?:position|location|place|camera|town|village|city|site|spot|settlement|area)\b|\b(?:in|at|from) (?:the )?(?:town|village|city|latter)\b|\b(?:from|still|while|also) there\b",
    re.IGNORECASE,
)
SAME_TIME = re.compile(
    r"\b(?:(?:in|during|within|over|at|for)\s+(?:the|that|this)\s+(?:same\s+)?(?:time\s?-?frame|timeframe|time\s+span|time|period|window|interval)(?!\s+(?:of|on))|simultaneously|at the same time)\b",
    re.IGNORECASE,
)
FOOTNOTE = re.compile(r"\[\d{1,3}\]|[\u00b9\u00b2\u00b3\u2070-\u2079]|\(fn\.? ?\d+\)")
# Brackets after a place; a place's own distance is no range of what was heard there.
PLACE_BRACKETS = re.compile(
    r"\((?=[^()]{0,160}(?:controlled|\bof [A-Z]|\bbetween government|\bcontested))[^()]{0,160}\)"
)
SUMMARY_HEAD = re.compile(
    r"\b(?:ceasefire violations?|(?<!in )violations? of the ceasefire)\b", re.IGNORECASE
)
WEAPON_HINT = re.compile(r"\d\s?mm\b|type unknown|BMP|ZU-23|SPG|AGS|BM-2", re.IGNORECASE)
# What was not there, or was last seen, on another day says nothing of when this was seen.
EARLIER = re.compile(
    r"\b(?:not (?:been )?(?:there|present|seen|observed|visible|recorded)|last (?:seen|observed|visited|recorded|noted)|previously (?:seen|observed|recorded|noted|reported)|"
    r"(?:was|were|had been) (?:last|first|previously) \w+|(?:compared|comparison) (?:with|to)|than (?:on|in|during|the))\b[^,;().]*$",
    re.IGNORECASE,
)
