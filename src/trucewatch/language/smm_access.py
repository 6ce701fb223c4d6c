"""Freedom of movement, repair works under a local ceasefire and traffic at crossings."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

from trucewatch.language import smm_words as words
from trucewatch.language.smm_notices import Notice, plain_counts, with_count
from trucewatch.language.smm_split import COUNTED_CLASS

FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("denied", r"\b(?:den(?:ied|y|ying|ials?)|refus(?:ed|al|ing)|(?:did|would) not (?:allow|permit|let)|not (?:allowed|permitted)|turned (?:the SMM |it |them )?(?:back|away)|prevented|barred|block(?:ed|ing)|prohibit\w*|forb(?:ade|idden)|(?:unable|not able) to (?:travel|proceed|access|pass|cross|enter)|could not (?:travel|proceed|access|pass))\b"),
        ("conditional", r"\b(?:on (?:the )?condition|conditional|only (?:after|if|when|under escort|accompanied)|under escort|escorted|insist\w+ (?:on|that)|unless|provided that)\b"),
        ("delayed", r"\b(?:delay(?:ed|s|ing)?|wait(?:ed|ing)?|held (?:up )?for|for (?:about |over |more than |approximately )?\w+ minutes? before)\b"),
        ("impeded", r"\b(?:imped\w+|interfer\w+ with|restrict\w+|obstruct\w+|limited|hinder\w+)\b"),
    )
)  # fmt: skip
SUBJECT = re.compile(
    r"\b(?:the SMM|the Mission|SMM (?:patrols?|monitors?|vehicles?|teams?|convoys?)|monitors?|patrols?|freedom of movement|passage|access|entry|proceed|cross)\b",
    re.IGNORECASE,
)
PLACES = re.compile(r"\b(?:checkpoints?|passage|access|entry|enter|pass|proceed|travel|cross(?:ing)?|movement|road|bridge|compound|site|area|patrol|village|stop(?:ped)?)\b", re.IGNORECASE)  # fmt: skip
FREE = re.compile(r"\b(?:did not (?:experience|encounter|face)|without (?:any )?(?:restriction|delay|hindrance)|no (?:\w+ )?(?:restrictions?|impediments?|delays?)|granted|allowed (?:the SMM )?to (?:pass|proceed|cross)(?! only))\b", re.IGNORECASE)  # fmt: skip
STILL_BOUND = re.compile(
    r"\bonly\b|\bunless\b|\bcondition|\bwait(?:ed|ing)\b|\bescort", re.IGNORECASE
)
BY = (
    ("armed formations", r"\b[Aa]rmed formations?\b|\b[Aa]rmed (?:members?|m[ae]n|persons?|individuals?)\b|\bso-called\b|\"?\b[DL]PR\b"),
    ("Ukrainian Armed Forces", r"\bUkrainian (?:Armed Forces|army|soldiers?|officers?|servicem[ae]n|military)\b|\bArmed Forces of Ukraine\b|\bUkrainian\b"),
    ("National Police", r"\bNational Police\b"), ("border guards", r"\bborder guard\w*\b|\bState Border\b"),
    ("civilians", r"\b(?:residents|civilians|protest\w+|locals)\b"),
)  # fmt: skip
REASONS = (
    ("mines", r"\bmines?\b|\bUXO\b|\bunexploded\b|\bde-?mining\b|\bnot been cleared\b"), ("orders", r"\border\w*\b|\binstruct\w+\b|\bcommand\w*\b|\bpermission\b|\bsuperiors?\b"),
    ("security", r"\bsecurity\b|\bsafety\b|\bshelling\b|\bfighting\b|\bfire\b"), ("covid", r"\bCOVID|\bquarantine\b|\bpandemic\b"),
    ("works", r"\b(?:road|repair|construction|maintenance) works?\b"), ("disengagement", r"\bdisengagement\b"),
)  # fmt: skip
DURATION = re.compile(r"(?:for|after|waited|waiting)\s+(?:about |over |more than |approximately |nearly |some |around )?([\w-]+)\s+(minutes?|hours?)", re.IGNORECASE)  # fmt: skip


def restrictions(text: str, section: str | None) -> list[Notice]:
    """Return a restriction of the monitors' movement: denied, delayed, conditional or impeded.

    attributes: form, by, reason, delay_min.
    """
    del section
    if COUNTED_CLASS.search(text) or words.NOTHING.search(text):
        return []
    if FREE.search(text) and not STILL_BOUND.search(text):
        return []
    form = next((name for name, pattern in FORMS if pattern.search(text)), None)
    if form is None or not SUBJECT.search(text) or not PLACES.search(text):
        return []
    if (
        form == "denied"
        and FORMS[1][1].search(text)
        and re.search(r"\ballow\w*\b[^.]*\bonly\b|\bonly\b[^.]*\ballow", text)
    ):
        form = "conditional"
    by = next((name for name, pattern in BY if re.search(pattern, text)), None)
    stated = re.split(
        r"\b(?:citing|due to|because|owing to|saying|stating|referring to|explaining|reason)\b",
        text,
        maxsplit=1,
    )
    reason = next(
        (name for name, p in REASONS if len(stated) > 1 and re.search(p, stated[1], re.IGNORECASE)),
        None,
    )
    attributes: dict[str, object] = {
        "form": form,
        "by": by,
        "reason": reason,
        "delay_min": _delay(text),
    }
    return [Notice("access_denied", attributes=attributes)]


def _delay(text: str) -> float | None:
    match = DURATION.search(text)
    if match is None:
        return None
    number = next((q.best for q in plain_counts(match.group(1)) if q.best), None)
    if number is None and match.group(1).lower() in ("a", "an"):
        number = 1.0
    return None if number is None else number * (60 if match.group(2).startswith("hour") else 1)


REPAIR = re.compile(r"\b(?:repair\w*|maintenance|construction|restor\w+|reconnect\w*|operation of|inspection|works?)\b", re.IGNORECASE)  # fmt: skip
FACILITATED = re.compile(r"\b(?:facilitat\w+|monitor\w* (?:adherence|localized)|localized ceasefires?|security guarantees|windows? of silence)\b", re.IGNORECASE)  # fmt: skip
WORKS = (
    ("water", r"\bwater\b|\bpumping\b|\bFiltration Station\b|\bpipeline of\b|\bVoda\b"), ("power", r"\b(?:power|electric\w*|transformer|substation)\b"),
    ("gas", r"\bgas\b"), ("road", r"\b(?:roads?|bridge)\b"), ("railway", r"\brail\w*\b"), ("phone", r"\b(?:mobile|phone|communication)\w*\b"),
    ("houses", r"\b(?:houses?|homes|residential)\b"), ("demining", r"\bde-?mining\b"), ("mine_water", r"\bmine shaft\b"),
)  # fmt: skip


def repairs(text: str, section: str | None) -> list[Notice]:
    """Return repair works that monitors facilitated: kind incident_other, attributes.notice 'repair'.

    attributes: works (water, power, gas ...), ceasefire_facilitated.
    """
    del section
    if COUNTED_CLASS.search(text) or not REPAIR.search(text) or not FACILITATED.search(text):
        return []
    works = [name for name, p in WORKS if re.search(p, text, re.IGNORECASE)]
    local = bool(
        re.search(r"localized ceasefire|adherence|windows? of silence", text, re.IGNORECASE)
    )
    return [Notice("incident_other", attributes={"notice": "repair", "works": works or None, "ceasefire_facilitated": local or None})]  # fmt: skip


CROSSING = re.compile(r"\b(?:border crossing point|BCP|pedestrian (?:border )?crossing|border (?:crossing|area)|railway station near the border)\b", re.IGNORECASE)  # fmt: skip
TRAVELLERS = re.compile(r"\b(?P<noun>pedestrians?|cars?|covered (?:cargo )?trucks?|(?:cargo |dump |fuel )?trucks?|buses|bus|minibus(?:es)?|vans?|minivans?|people|persons?|trains?|ambulances?|vehicles?|men|women|children)\b", re.IGNORECASE)  # fmt: skip
A_SINGLE = re.compile(r"\b(?:an?|one)\s+(?:\w+\s+)?$")
EXIT, ENTRY = re.compile(r"\bexit\w*|\bleav\w+|\bout of Ukraine\b|\bdepart\w*|\bleft\b", re.IGNORECASE), re.compile(r"\benter\w*|\binto Ukraine\b|\barriv\w*", re.IGNORECASE)  # fmt: skip


def traffic(text: str, section: str | None) -> list[Notice]:
    """Return who passed a border crossing: kind count_events, attributes counted and direction."""
    del section
    if COUNTED_CLASS.search(text) or not CROSSING.search(text):
        return []
    quantities = plain_counts(text)
    found: list[Notice] = []
    for match in TRAVELLERS.finditer(text):
        own = [
            q
            for q in quantities
            if 0 <= match.start() - q.end < 25 and "(" not in text[q.end : match.start()]
        ]
        between = text[own[-1].end : match.start()] if own else ","
        apart = re.search(r"[,;]|\band\b", between) is not None
        single = A_SINGLE.search(text[max(0, match.start() - 25) : match.start()])
        if apart and single is None:
            continue
        attributes: dict[str, object] = {
            "counted": match.group("noun").lower(),
            "direction": _way(text, match.end()),
        }
        found.append(
            with_count(
                Notice("count_events", means="saw", attributes=attributes),
                None if apart else own[-1],
            )
        )
    return found


def _way(text: str, at: int) -> str | None:
    hits: list[tuple[int, str | None]] = sorted(
        (m.start(), way) for way, p in (("exit", EXIT), ("entry", ENTRY)) for m in p.finditer(text)
    )
    after = [way for position, way in hits if position >= at]
    before = [way for position, way in hits if position < at]
    return next(iter(after or before[-1:]), None)
