"""Freedom of movement in monitors' prose: who stopped them, how, why and for how long."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

from trucewatch.language import smm_words as words
from trucewatch.language.smm_nominal import flat, minutes_in
from trucewatch.language.smm_notices import Notice
from trucewatch.language.smm_split import COUNTED_CLASS

# What monitors do when they move and look; to be kept from one of these is a restriction.
MOVES = r"access\w*|enter\w*|entry|pass(?:ed|ing|age)?|proceed\w*|travel\w*|cross\w*|continu\w*|visit\w*|reach\w*|inspect\w*|verify the presence|verify (?:the )?weapons|patrol\w*|monitor\w*|leave|observe (?:the )?(?:inside|interior)|count the|fly\w*"
PERMIT = r"allow\w*|permi(?:t\w*|ssion)|let\b|letting|grant\w*|authori[sz]\w*|admit\w*|given? access|(?:provid|giv)\w* (?:the SMM |it )?(?:with )?(?:any )?(?:security )?guarantees|open(?:ed)? the (?:gate|barrier)"
US = r"(?:the SMM(?:'s)?(?: (?:patrols?|monitors?|vehicles?|teams?))?|SMM \w+|the Mission|the (?:patrol|monitors|team)|monitors|it|them)"
FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("denied", rf"\b(?:den(?:ied|y|ies|ying|ials?)|refus(?:ed|al|ing|es)|turned (?:{US} )?(?:back|away|around)|prevented|barred|block(?:ed|ing)|prohibit\w*|forb(?:ade|idden)|impassable|"
                   rf"(?:not|no|never|without|nor)\b(?:\W+\w+){{0,4}}?\W+(?:{PERMIT})|(?:unable|not able|could ?n[o']t|cannot|not in a position|impossible)\b(?:\W+\w+){{0,4}}?\W+(?:{MOVES})|"
                   rf"(?:ordered|instructed|told|asked|demanded that|requested|urged) {US}(?: should)?(?: to)?(?: immediately)? (?:leave|turn|return|go back|stop|depart|withdraw)|"
                   rf"(?:was|were) (?:ordered|instructed|told|asked) to (?:leave|turn|return|go back|depart|withdraw))\b"),
        ("conditional", r"\b(?:on (?:the )?condition|conditional|only (?:in the presence|after|if|when|once|upon|under escort|accompanied)|escort(?:ed|ing|s)?|accompanied (?:it|them|the (?:SMM|patrol))|insist\w+ (?:on|that)|unless|until|provided that)\b"),
        ("delayed", rf"\b(?:delay(?:ed|s|ing)?|wait(?:ed|ing)?|held (?:up|for)|kept {US} |(?:for|after|in) (?:[\w-]+ ){{0,4}}?(?:minutes?|hours?|half an hour|an hour)\b(?=.*\b(?:{PERMIT}|before|proceed\w*|pass\w*|through|continu\w*)))"),
        ("impeded", rf"\b(?:imped\w+|interfer\w+ with|restrict\w+|obstruct\w+|limited|hinder\w+|(?:followed|follow(?:s|ing)|film(?:ed|ing)|tail(?:ed|ing)|chas(?:ed|ing)|threaten(?:ed|ing)|insult(?:ed|ing)|harass\w*|intimidat\w+|approached|pursu(?:ed|ing)|surround(?:ed|ing)|shout(?:ed|ing) at|swor?e at|pointed (?:[\w-]+ ){{1,4}}(?:at|towards)) {US}\b)"),
    )
)  # fmt: skip
SUBJECT = re.compile(
    r"\b(?:the SMM|the Mission|SMM (?:patrols?|monitors?|vehicles?|teams?|convoys?|base|members?)|monitors?|patrols?|freedom of movement|passage|access|entry|proceed|cross)\b",
    re.IGNORECASE,
)
# What a restriction bars the way to; without one of these, 'restricted' is of something else.
PLACES = re.compile(
    rf"\b(?:checkpoints?|crossing|movement|roads?|bridge|compound|sites?|areas?|patrol(?:ling)?|village|stop(?:ped)?|the SMM through|through|vehicles?|premises|building|{MOVES}|{US} (?:by car|through|on foot))\b",
    re.IGNORECASE,
)
FREE = re.compile(
    r"\b(?:did not (?:experience|encounter|face)|(?:without|no) (?:(?:any|\w+) )?(?:restrictions?|delays?|hindrances?|impediments?|difficult\w+)|unhindered|unimpeded|granted|(?:allowed|permitted) (?:the SMM )?to (?:pass|proceed|cross|enter|continue)(?! only))\b",
    re.IGNORECASE,
)
STILL_BOUND = re.compile(
    r"\bonly\b|\bunless\b|\bcondition|\bwait(?:ed|ing)\b|\bescort|\bnot\b|\bminutes\b|\bhours?\b|\bden(?:ied|y)|\brefus",
    re.IGNORECASE,
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
# Standing remarks on how things are tell no happening.
# What others told the monitors is their own matter unless the monitors are in it.
TOLD_US = re.compile(
    r"\b(?:told|informed)\s+(?:the SMM|the Mission|monitors|it)\s+(?:by \w+ )?that\b(?!\s+it\b)(?!.*\b(?:SMM|Mission|monitors|patrol)\b)",
    re.IGNORECASE,
)
HOSTILE = re.compile(
    r"\b(?:threaten\w*|insult\w*|harass\w*|intimidat\w+|confiscat\w+|seiz\w+|search(?:ed|ing)|film(?:ed|ing)|demand(?:ed|ing) to (?:see|check|search|know))\b.{0,60}\b(?:SMM|its|monitors?|patrol)\b",
    re.IGNORECASE,
)
GENERAL = re.compile(
    r"\b(?:frequently|routinely|often|usually|generally|var(?:y|ies) from|mandate provides|have (?:also )?agreed|constitutes?|should contribute|requires?)\b",
    re.IGNORECASE,
)
# A restriction's reason stands behind one of these words.
REASON_IS = re.compile(
    r"\b(?:citing|due to|because|owing to|on account of|saying|stating|said|referring to|explaining|explained|claiming|reasons?|as (?=the|a|an|it|there|demining|repair))\b"
)
WAITED = re.compile(
    r"\b(?:wait(?:ed|ing)|held|kept)\b(?!.*\b(?:only|escort\w*|unless)\b).*\buntil\b"
)
ALLOWED_ONLY = re.compile(
    r"\b(?:allow|permit|let)\w*\b[^.]*\b(?:only|after|until)\b|\bonly\b[^.]*\b(?:allow|permit|let)|\buntil\b",
    re.IGNORECASE,
)


def restrictions(text: str, section: str | None) -> list[Notice]:
    """Return a restriction of the monitors' movement: denied, delayed, conditional or impeded.

    attributes: form, by, reason, delay_min.
    """
    del section
    if COUNTED_CLASS.search(text) or words.NOTHING.search(text):
        return []
    if FREE.search(text) and not STILL_BOUND.search(text):
        return []
    form = _form(text)
    if form is None and HOSTILE.search(text):
        form = "impeded"
    elif not PLACES.search(flat(text)):
        return []
    if form is None or GENERAL.search(text) or TOLD_US.search(text) or not SUBJECT.search(text):
        return []
    by = next((name for name, pattern in BY if re.search(pattern, text)), None)
    stated = REASON_IS.split(text, maxsplit=1)
    reason = next(
        (name for name, p in REASONS if len(stated) > 1 and re.search(p, stated[1], re.IGNORECASE)),
        None,
    )
    attributes: dict[str, object] = {
        "form": form, "by": by, "reason": reason, "delay_min": minutes_in(text),
    }  # fmt: skip
    return [Notice("access_denied", attributes=attributes)]


def _form(text: str) -> str | None:
    form = next((name for name, pattern in FORMS if pattern.search(text)), None)
    conditional, delayed = FORMS[1][1].search(text), FORMS[2][1].search(text)
    if form == "denied" and conditional and ALLOWED_ONLY.search(text):
        return "conditional"
    if (
        form == "denied"
        and delayed
        and re.search(r"\b(?:before|until|then|eventually|later)\b", text)
    ):
        return "delayed"
    if form == "conditional" and delayed and WAITED.search(text):
        return "delayed"
    return form
