"""Repair works that monitors facilitate under a local ceasefire, in their prose."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

from trucewatch.language.smm_notices import Notice
from trucewatch.language.smm_split import COUNTED_CLASS

WORK = re.compile(
    r"\b(?:repair\w*|maintenance|maintain\w*|construct\w*|restor\w+|re-?connect\w*|operation of|operation and|inspect\w*|assess(?:ment|ed|ing)?|works?\b|replac\w+|fix(?:ed|ing)?|rebuil\w+|renovat\w+|install\w+|leaks?|clear\w+|resum\w+|supply|laying of|harvest\w*|demining)\b",
    re.IGNORECASE,
)
# What monitors give to works: nothing else they watch is of this kind.
TRUCE = re.compile(
    r"\b(?:locali[sz]ed (?:ceasefires?|truces?)|local (?:ceasefires?|truces?)|mirror (?:orders?|agreements?|patrols?)|adherence to|security guarantees|guarantees of security|windows? of (?:silence|opportunity)|regime of silence)\b",
    re.IGNORECASE,
)
FACILITATED = re.compile(r"\bfacilitat\w+", re.IGNORECASE)
KINDS = (
    ("water", r"\bwater\b(?! tower)|\bpumping\b|\bFiltration\b|\bVoda\b|\bsewage\b|\bsewer\w*"),
    ("power", r"\b(?:power|electric\w*|transformers?|substations?|pylons?|\d+\s?kV|cables?|high-voltage)\b"),
    ("gas", r"\bgas\b"), ("road", r"\b(?:roads?|bridge)\b"), ("railway", r"\brail\w*\b"),
    ("phone", r"\b(?:mobile|phone|communications?|telecom\w*|fibre)\b"), ("houses", r"\b(?:houses?|homes|residential|school|hospital)\b"),
    ("demining", r"\bde-?mining\b"), ("mine_water", r"\bmine shaft\b"), ("harvest", r"\bharvest\w*|\bagricultur\w*"),
)  # fmt: skip


def repairs(text: str, section: str | None) -> list[Notice]:
    """Return works that monitors facilitated: kind repair.

    attributes: works (water, power, gas ...), ceasefire_facilitated.
    """
    del section
    truce = TRUCE.search(text)
    if COUNTED_CLASS.search(text) or not WORK.search(text):
        return []
    if not (truce or FACILITATED.search(text)):
        return []
    works = [name for name, p in KINDS if re.search(p, text, re.IGNORECASE)]
    return [
        Notice(
            "repair",
            attributes={"works": works or None, "ceasefire_facilitated": True if truce else None},
        )
    ]
