"""Casualties in monitors' prose: who was killed or injured, by what, and whether it was confirmed."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import replace

from trucewatch.language import smm_words as words
from trucewatch.language.quantities import Quantity
from trucewatch.language.smm_items import weapons_in
from trucewatch.language.smm_nominal import denied, plain_counts
from trucewatch.language.smm_notices import Notice, with_count

DEATH = r"killed|die[sd]|dead|deaths?|fatal|fatally|fatalit(?:y|ies)|deceased|succumb\w*|perished|(?:did|does|not) (?:not )?survive[d]?|lost (?:his|her|their) li(?:fe|ves)|bod(?:y|ies) of|corpses? of|remains of (?=an?\s+(?:\w+\s+)?(?:man|woman|person|soldier|child|boy|girl))"
KILLED = re.compile(rf"\b(?:{DEATH})\b", re.IGNORECASE)
PARTS_OF_BODY = r"arms?|legs?|thighs?|knees?|f(?:oo|ee)t|hands?|fingers?|heads?|face|necks?|chests?|back|shoulders?|abdomen|stomach|eyes?|skull|torso|hips?|bod(?:y|ies)"
# Harm by its own words, or by what happened to a part of the body.
INJURED = re.compile(
    rf"\b(?:injur(?:ed|y|ies)|wound(?:ed|s)?|hurt|hospitali[sz]ed|maimed|(?:rushed|taken|admitted|brought) to (?:the |an? )?(?:\w+ )?hospital|with (?:\w+ )?burns|sustained|suffer(?:ed|ing)|shrapnel (?:injur|wound)\w*|amputat\w+|concuss\w+|contusions?|fractur\w+|lost (?:an?|his|her) (?:{PARTS_OF_BODY})|(?:cuts?|burn\w*|bruis\w+|lacerat\w+|bleeding|shrapnel|bandaged|bullet)\b[^,;.]{{0,25}}?\b(?:{PARTS_OF_BODY}))\b",
    re.IGNORECASE,
)
SEXES = (
    ("female", r"women|woman|girls?|females?|wives|(?:wife|daughter|mother|sister|grandmother|granddaughter)s?"),
    ("male", r"men|man|boys?|males?|servicem[ae]n|(?:husband|son|father|brother|grandfather|grandson)s?"),
    (None, r"child(?:ren)?|infants?|teenagers?|civilians?|persons?|people|pensioners?|soldiers?|residents?|workers?|drivers?|passengers?|employees?|minors?|victims?|patients?|pupils?|students?|farmers?|miners?|officers?|fighters?|cyclists?|pedestrians?|others|couple|members? of (?:the )?(?:Ukrainian Armed Forces|armed formations)"),
)  # fmt: skip
WHO = "|".join(f"(?P<s{i}>{nouns})" for i, (_, nouns) in enumerate(SEXES))
PERSON = re.compile(
    rf"\b(?:{WHO})\b(?!\s+(?:casualt|infrastructure|propert|area|house))", re.IGNORECASE
)
MINOR = re.compile(r"boys?|girls?|child|infant|teenager|minor", re.IGNORECASE)
ARTICLE = re.compile(r"\b(?:an?|another|the|his|her|their)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
ALL = re.compile(
    r"\b(?:all|both|each)\s+(?:of (?:whom|them|which)\s+)?(?:(?:were|was|being)\s+)?(?:injured|wounded|killed|fatal|died)\b",
    re.IGNORECASE,
)
AGE_BEFORE = re.compile(r"\b([\w-]{1,14})-year-old\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
AGE_AFTER = re.compile(
    r"^[\s,]*\(?(?:(?:both\s+|each\s+)?aged\s+|both\s+)?(?:(?P<one>\d{1,3})(?:\s*(?:and|,)\s*(?P<two>\d{1,3}))?(?=\s*(?:\)|,|\s+years|\s+and\b|\s+(?:who|was|were|died)))"
    r"|(?P<word>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)(?=\s*(?:\)|,)|\s+(?:years|and|who|was)))|^[\s,]*\(?(?:both\s+|all\s+)?(?:in (?:his|her|their)\s+)?(?:mid-|late |early )?(?P<decade>(?:twen|thir|for|fif|six|seven|eigh|nine)ties|\d0s)\b",
    re.IGNORECASE,
)
DECADES = {"twenties": "20s", "thirties": "30s", "forties": "40s", "fifties": "50s", "sixties": "60s",
           "seventies": "70s", "eighties": "80s", "nineties": "90s"}  # fmt: skip
# A person who tells is not the one who was hurt, unless nobody else is named.
TELLER = re.compile(
    r"\s+(?:\([^()]*\)\s+)?(?:(?:from|of|in|at) [^,;]{0,40}?)?(?:also\s+)?(?:told|said|informed|showed|reported|stated|explained)\b",
    re.IGNORECASE,
)
BODY_OF = re.compile(r"\b(?:bod(?:y|ies)|corpses?|remains) of\s+[\w\s-]{1,40}$", re.IGNORECASE)
OF_SELF = re.compile(r"\bthat\s+(?:s?he|they)\s+(?:and|had|was|were|too|also)\b")
DIED_OF_IT = re.compile(
    r"\b(?:succumbed|(?:had |has )?(?:later|subsequently|since|then) (?:died|passed away)|died (?:later|of|from|in|on the way|as a result)|pronounced dead)\b",
    re.IGNORECASE,
)
UNHURT = re.compile(
    r"\b(?:no one|nobody|not|none|without(?: any)?|no)\s+(?:(?:of the|was|were|been|any|civilians?|further|people|persons?|residents|them|reported)\s+){0,4}(?:injur|hurt|wound|kill|harm|casualt|fatal)",
    re.IGNORECASE,
)
TOLL = re.compile(r"\b(?:fatalit(?:y|ies)|deaths?|injur(?:y|ies))\b", re.IGNORECASE)
A_CASUALTY = re.compile(r"\ba (?:civilian )?(?:casualty|fatality)\b", re.IGNORECASE)
TOTAL = re.compile(r"\b(?:civilian\s+)?(?:casualt(?:y|ies)|fatalit(?:y|ies))\b", re.IGNORECASE)
OPEN = re.compile(
    r"\b(?:uncorroborated|unconfirmed|unverified|follow(?:ed|ing|s)?[- ]up on|(?:seeking|attempt\w*|trying|yet) to (?:be )?(?:corroborate|confirm|verify)\w*)\b",
    re.IGNORECASE,
)
CONFIRM = r"corroborat\w+|confirm\w*|verif\w+"
# Monitors who saw the injured or the dead themselves, not what had hurt them.
WITNESSED = re.compile(
    r"\b(?:the SMM|monitors|patrol|it) (?:also |itself )?(?:saw|observed)\b", re.IGNORECASE
)
FIRM = re.compile(r"\b(?:corroborate[ds]?|confirm(?:ed|s)?|verif(?:y|ied|ies))\b", re.IGNORECASE)
TOLD = re.compile(
    r"\b(?:told|report(?:s|ed|edly)?|according to|said|informed|alleged(?:ly)?|claim(?:s|ed))\b",
    re.IGNORECASE,
)
CAUSES = (
    (
        "mine",
        r"\b(?:mines?|unexploded|UXO|tripwires?|booby[- ]?traps?|(?:hand )?grenades?(?! launcher)|improvised explosive|IED|explosive (?:device|object|remnants))\b",
    ),
    ("shelling", r"\b(?:shell(?:s|ing|ed)?|mortar|artillery|rockets?|MLRS|tank|howitzer)\b"),
    ("small_arms", r"\b(?:small[- ]arms|bullets?|gunshots?|snip(?:er|ing)|shots?)\b"),
    ("uav", r"\b(?:UAV|drone|dropped)\b"),
)
NUMBERS = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], range(1, 20), strict=True))  # fmt: skip


def casualties(text: str, section: str | None) -> list[Notice]:
    """Return one notice of the people a clause says were killed or injured, else none.

    attributes: killed, injured, persons ({n, sex, age, harm}), corroborated, cause.
    """
    del section
    harmed = KILLED.search(text) or INJURED.search(text) or TOTAL.search(text)
    if not harmed or words.NOTHING.search(text) or UNHURT.search(text):
        return []
    quantities = plain_counts(text)
    named = [(m, p) for m in PERSON.finditer(text) if (p := _person(text, m, quantities))]
    victims = [(m, p) for m, p in named if not _only_tells(text, m.end())] or named
    ends = [*(m.start() for m, _ in victims[1:]), len(text)]
    persons = [
        p | {"harm": _harm(text, m.end(), end, p)}
        for (m, p), end in zip(victims, ends, strict=False)
    ]
    total = next(
        (q for m in TOTAL.finditer(text) for q in quantities if 0 <= m.start() - q.end < 25), None
    )
    if parted := _parted(text, quantities):
        return [parted]
    if not persons and total is None and not A_CASUALTY.search(text):
        return []
    return [_casualty(text, persons, total)]


def _only_tells(text: str, at: int) -> bool:
    """Return whether a person tells of others: not 'a woman told the SMM that she was hurt'."""
    teller = TELLER.match(text, at)
    return teller is not None and not OF_SELF.search(text, teller.end())


def _parted(text: str, quantities: list[Quantity]) -> Notice | None:
    """Return a toll that is told by its parts alone: 'nine fatalities and 31 injuries'."""
    if re.search(r"\bcasualt", text, re.IGNORECASE):
        return None
    told: dict[str, float] = {}
    for match in TOLL.finditer(text):
        own = [q for q in quantities if 0 <= match.start() - q.end < 25 and q.best]
        if own:
            harm = "killed" if KILLED.match(match.group()) else "injured"
            told[harm] = told.get(harm, 0.0) + (own[-1].best or 0.0)
    if len(told) < 2:
        return None
    total = sum(told.values())
    attributes: dict[str, object] = {**told, "corroborated": corroborated(text)}
    return Notice("casualty", total, total, total, "exact", means="reported", attributes=attributes)


def _person(
    text: str, match: re.Match[str], quantities: list[Quantity]
) -> dict[str, object] | None:
    before = text[max(0, match.start() - 60) : match.start()]
    aged = AGE_BEFORE.search(before)
    own = [
        q
        for q in quantities
        if 0 <= match.start() - q.end < 30
        and not re.search(r"[,;(]|\band\b|year-old", text[q.end : match.start()])
    ]
    number = own[-1].best if own else 1.0 if ARTICLE.search(before) or aged else None
    if number is None:
        return None
    if match.group().lower() == "couple":
        number = 2 * number
    sex = SEXES[int(str(match.lastgroup)[1:])][0]
    after = AGE_AFTER.match(text[match.end() : match.end() + 60])
    age = _age(aged.group(1) if aged else None, after)
    person: dict[str, object] = {"n": number}
    if sex:
        person["sex"] = sex
    if age is not None:
        person["age"] = age
    if MINOR.match(match.group()):
        person["minor"] = True
    return person


def _age(before: str | None, after: re.Match[str] | None) -> object:
    if before:
        return int(before) if before.isdigit() else NUMBERS.get(before.lower())
    if after is None:
        return None
    if after.group("decade"):
        return DECADES.get(after.group("decade").lower(), after.group("decade").lower())
    if after.group("word"):
        return NUMBERS[after.group("word").lower()]
    ages = [int(a) for a in (after.group("one"), after.group("two")) if a]
    return ages if len(ages) > 1 else ages[0] if ages else None


def _harm(text: str, at: int, until: int, person: dict[str, object]) -> str | None:
    """Return 'killed' or 'injured': the word that follows first, else the last one before.

    One person who was injured and then died was killed.
    """
    stop = re.search(r";|\.\s", text[at:])
    end = at + stop.start() if stop else len(text)
    hits = sorted(
        (m.start(), harm)
        for harm, p in (("killed", KILLED), ("injured", INJURED))
        for m in p.finditer(text)
    )
    if BODY_OF.search(text, max(0, at - 80), at):
        return "killed"
    if person["n"] == 1.0 and DIED_OF_IT.search(text, at, until):
        return "killed"
    after = [h for position, h in hits if at <= position < end]
    before = [h for position, h in hits if position < at]
    return next(iter(after or before[-1:]), None)


def _casualty(text: str, persons: list[dict[str, object]], total: Quantity | None) -> Notice:
    heads = [float(str(p["n"])) for p in persons]
    number = total.best if total and total.best is not None else sum(heads) or 1.0
    killed = sum(float(str(p["n"])) for p in persons if p["harm"] == "killed")
    injured = sum(float(str(p["n"])) for p in persons if p["harm"] == "injured")
    split = _split(text, number)
    if split:
        killed, injured = split
    cause = next(
        (name for name, pattern in CAUSES if re.search(pattern, text, re.IGNORECASE)), None
    )
    attributes: dict[str, object] = {
        "killed": killed or None, "injured": injured or None, "persons": persons or None,
        "cause": cause, "corroborated": corroborated(text),
    }  # fmt: skip
    weapons, calibre = weapons_in(text)
    notice = Notice(
        "casualty", weapon=weapons[0] if weapons and cause != "mine" else None, calibre_mm=calibre,
        means="inspected" if WITNESSED.search(text) else "reported",
        attributes=attributes,
    )  # fmt: skip
    if total:
        return with_count(notice, total)
    return replace(notice, low=number, best=number, high=number, qualifier="exact")


SPLIT = re.compile(r"(\w+)(?:\s+of (?:whom|which|them))?(?:\s+(?:were|was|people|persons|civilians|being))*\s+(killed|fatal(?:ities|ity|ly injured|)?|injured|wounded|dead|deaths?|injuries)\b|(\w+)\s+of (?:whom|which|them)(?:\s+\w+){0,2}?\s+(killed|fatal|injured|wounded|died|survive)", re.IGNORECASE)  # fmt: skip


def _split(text: str, number: float) -> tuple[float, float] | None:
    """Return killed and injured from '(two killed and three injured)' or 'one of which was fatal'."""
    parts = {"killed": 0.0, "injured": 0.0}
    for match in SPLIT.finditer(text):
        word = (match.group(1) or match.group(3)).lower()
        value = float(word) if word.isdigit() else float(NUMBERS.get(word, 0))
        if value:
            said = match.group(2) or match.group(4)
            if said.lower() == "survive" and " not " not in match.group():
                continue
            hurt = re.match(r"injur|wound", said, re.IGNORECASE) and "fatally" not in match.group()
            parts["injured" if hurt else "killed"] += value
    every = ALL.search(text)
    if every and not any(parts.values()):
        parts["killed" if KILLED.search(every.group()) else "injured"] = number
        return parts["killed"], parts["injured"]
    if not any(parts.values()) or max(parts.values()) > number:
        return None
    if not parts["injured"]:
        parts["injured"] = number - parts["killed"]
    return parts["killed"], parts["injured"]


def corroborated(text: str) -> bool | None:
    """Return whether monitors say that they corroborated it; None where they say neither."""
    if OPEN.search(text) or denied(text, CONFIRM):
        return False
    if FIRM.search(text):
        return True
    return False if TOLD.search(text) else None
