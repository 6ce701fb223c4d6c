"""Casualties and damage in monitors' prose: who was hurt, what was hit, from where."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import replace

from trucewatch.language import smm_words as words
from trucewatch.language.quantities import Quantity
from trucewatch.language.smm_items import weapons_in
from trucewatch.language.smm_notices import Notice, plain_counts, with_count
from trucewatch.language.smm_range import POINT, bearings_in

KILLED = re.compile(r"\b(?:killed|die[sd]|dead|death|deaths|fatal|fatally|fatalit(?:y|ies)|deceased|succumbed|lost (?:his|her|their) li(?:fe|ves))\b", re.IGNORECASE)  # fmt: skip
INJURED = re.compile(r"\b(?:injur(?:ed|y|ies)|wound(?:ed|s)?|hurt|hospitali[sz]ed|sustained|suffer(?:ed|ing)|shrapnel (?:injur|wound)\w*|amputat\w+|concuss\w+|lost (?:a|his|her) (?:leg|arm|hand|foot))\b", re.IGNORECASE)  # fmt: skip
SEXES = (
    ("female", r"women|woman|girls?|females?|wife|daughter|mother|sister|grandmother"),
    ("male", r"men|man|boys?|males?|servicem[ae]n|husband|son|father|brother|grandfather"),
    (None, r"child(?:ren)?|infants?|teenagers?|civilians?|persons?|people|pensioners?|soldiers?|residents?|workers?|drivers?|passengers?|employees?|minors?|others|couple|members? of (?:the )?(?:Ukrainian Armed Forces|armed formations)"),
)  # fmt: skip
WHO = "|".join(f"(?P<s{i}>{nouns})" for i, (_, nouns) in enumerate(SEXES))
PERSON = re.compile(
    rf"\b(?:{WHO})\b(?!\s+(?:casualt|infrastructure|propert|area|house))", re.IGNORECASE
)
MINOR = re.compile(r"boys?|girls?|child|infant|teenager|minor", re.IGNORECASE)
ARTICLE = re.compile(r"\b(?:an?|another|the|his|her|their)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
A_SINGLE = re.compile(r"\b(?:an?|another)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
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
TOTAL = re.compile(r"\b(?:civilian\s+)?(?:casualt(?:y|ies)|fatalit(?:y|ies))\b", re.IGNORECASE)
OPEN = re.compile(
    r"\b(?:not (?:yet )?(?:been )?(?:able to )?(?:corroborate|confirm)|unable to (?:corroborate|confirm)|could not (?:corroborate|confirm)|yet to (?:be )?(?:corroborate|confirm)|(?:has|have|had) not (?:yet )?(?:been )?(?:corroborated|confirmed)|uncorroborated|unconfirmed|followed up on|following up on|continues? to follow up|seeking to (?:corroborate|confirm)|attempt\w* to (?:corroborate|confirm))",
    re.IGNORECASE,
)
FIRM = re.compile(r"\b(?:corroborated|confirmed|verified)\b", re.IGNORECASE)
TOLD = re.compile(
    r"\b(?:told|reported(?:ly)?|according to|said|informed|alleged(?:ly)?)\b", re.IGNORECASE
)
CAUSES = (
    (
        "mine",
        r"\b(?:mines?|unexploded|UXO|tripwire|booby|grenade|improvised explosive|explosive (?:device|object))\b",
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
    if not harmed or words.NOTHING.search(text) or re.search(r"\bno (?:\w+ )?casualt", text):
        return []
    quantities = plain_counts(text)
    persons = [p for m in PERSON.finditer(text) if (p := _person(text, m, quantities))]
    total = next(
        (q for m in TOTAL.finditer(text) for q in quantities if 0 <= m.start() - q.end < 25), None
    )
    if (
        not persons
        and total is None
        and not re.search(r"\ba (?:civilian )?(?:casualty|fatality)\b", text)
    ):
        return []
    return [_casualty(text, persons, total)]


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
    sex = SEXES[int(str(match.lastgroup)[1:])][0]
    after = AGE_AFTER.match(text[match.end() : match.end() + 60])
    age = _age(aged.group(1) if aged else None, after)
    person: dict[str, object] = {"n": number, "harm": _harm(text, match.end())}
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


def _harm(text: str, at: int) -> str | None:
    """Return 'killed' or 'injured': the word that follows first, else the last one before."""
    stop = re.search(r";|\.\s", text[at:])
    end = at + stop.start() if stop else len(text)
    hits = sorted(
        (m.start(), harm)
        for harm, p in (("killed", KILLED), ("injured", INJURED))
        for m in p.finditer(text)
    )
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
        means="inspected" if re.search(r"\bthe SMM saw\b", text) else "reported",
        attributes=attributes,
    )  # fmt: skip
    if total:
        return with_count(notice, total)
    return replace(notice, low=number, best=number, high=number, qualifier="exact")


SPLIT = re.compile(r"(\w+)(?:\s+of (?:whom|which|them))?(?:\s+(?:were|was|people|persons|civilians|being))*\s+(killed|fatal(?:ities|ity|ly injured|)?|injured|wounded|dead|deaths?|injuries)\b|(\w+)\s+of (?:whom|which|them)(?:\s+\w+){0,2}?\s+(killed|fatal|injured|wounded|died)", re.IGNORECASE)  # fmt: skip


def _split(text: str, number: float) -> tuple[float, float] | None:
    """Return killed and injured from '(two killed and three injured)' or 'one of which was fatal'."""
    parts = {"killed": 0.0, "injured": 0.0}
    for match in SPLIT.finditer(text):
        word = (match.group(1) or match.group(3)).lower()
        value = float(word) if word.isdigit() else float(NUMBERS.get(word, 0))
        if value:
            said = match.group(2) or match.group(4)
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
    if OPEN.search(text):
        return False
    if FIRM.search(text):
        return True
    return False if TOLD.search(text) else None


DAMAGE = re.compile(
    r"\b(?:craters?|damage[ds]?|shrapnel (?:marks?|scars?|holes?|damage)|holes?|shattered|broken (?:windows?|glass|roof)|scorch(?:ed)? marks?|impact (?:sites?|points?|marks?)|destroyed|(?:partly|completely|badly) (?:burn(?:ed|t)|collapsed)|bullet (?:holes?|marks?))\b",
    re.IGNORECASE,
)
OBJECTS = re.compile(
    r"\b(craters?|holes?|houses?|homes?|buildings?|apartments?|windows?|roofs?|walls?|fences?|power lines?|pipelines?|gas pipes?|schools?|kindergartens?|hospitals?|church(?:es)?|sheds?|garages?|vehicles?|cars?|marks?|scars?|impact sites?|impact points?)\b",
    re.IGNORECASE,
)
MARKS = re.compile(r"craters?|holes?|marks?|scars?|impact", re.IGNORECASE)
FIRED_FROM = re.compile(
    rf"\b(?:fired from|(?:originat\w+|com(?:e|ing)|came|incoming) from|from)\s+(?:an?\s+|the\s+)?(?P<from>{POINT}(?:(?:\s+to\s+|\s*-\s*|\s+or\s+){POINT})?)(?:\s+directions?)?(?!\s+of\b)",
)
FRESH = re.compile(r"\b(?:fresh|recent|new(?:ly)?)\b", re.IGNORECASE)


def damage(text: str, section: str | None) -> list[Notice]:
    """Return the damage that a clause describes: craters, holes, houses; else none.

    count: craters or holes where counted, else buildings. direction_deg: of flight, opposite to
    where it was fired from. attributes: objects, fresh, corroborated, cause.
    """
    del section
    if not DAMAGE.search(text) or re.search(
        r"\bno (?:\w+ )?(?:damage|craters?)\b|\bcamera\b[^.]*\bdamaged\b|\bmitigat", text
    ):
        return []
    quantities = plain_counts(text)
    objects = list(OBJECTS.finditer(text))
    if not objects:
        return []
    marks = [m for m in objects if MARKS.match(m.group())]
    stated = [
        m for m in (*marks, *objects)
        if _count_of(text, m, quantities)
        or (not m.group().endswith("s") and A_SINGLE.search(text[max(0, m.start() - 40) : m.start()]))
    ]  # fmt: skip
    chosen = stated[0] if stated else objects[0]
    quantity = _count_of(text, chosen, quantities)
    weapons, calibre = weapons_in(text)
    origin = FIRED_FROM.search(text)
    degrees = bearings_in(origin.group("from")) if origin else ()
    cause = next((name for name, p in CAUSES[1:] if re.search(p, text, re.IGNORECASE)), None)
    single = chosen.group().lower().rstrip("s") == chosen.group().lower()
    attributes: dict[str, object] = {
        "objects": sorted({_singular(m.group()) for m in objects}), "fresh": bool(FRESH.search(text)) or None,
        "corroborated": corroborated(text), "cause": cause,
        "fired_from_deg": list(degrees) or None,
    }  # fmt: skip
    notice = Notice(
        "damage", weapon=weapons[0] if weapons else None, calibre_mm=calibre, means=_seen(text),
        direction_deg=(degrees[0] + 180) % 360 if len(degrees) == 1 else None, attributes=attributes,
    )  # fmt: skip
    if quantity is None and not single:
        return [notice]
    return [with_count(notice, quantity)]


def _seen(text: str) -> str:
    if words.UAV.search(text):
        return "uav"
    return (
        "inspected"
        if re.search(r"\b(?:saw|observed|noted|seen|visited|inspected|assess)", text)
        else "reported"
    )


def _singular(word: str) -> str:
    lower = word.lower()
    return "church" if lower.startswith("church") else lower.removesuffix("s")


def _count_of(text: str, noun: re.Match[str], quantities: list[Quantity]) -> Quantity | None:
    own = [q for q in quantities if 0 <= noun.start() - q.end < 40]
    gap = text[own[-1].end : noun.start()] if own else ""
    return own[-1] if own and not re.search(r"[,;()]|\b(?:and|of|in|at|to|from)\b", gap) else None
