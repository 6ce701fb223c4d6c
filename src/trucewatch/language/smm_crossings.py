"""Who and what passes a crossing of the border or the line of contact, in monitors' prose."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

from trucewatch.language.smm_nominal import Head, flat, heads
from trucewatch.language.smm_notices import Notice, with_count
from trucewatch.language.smm_split import COUNTED_CLASS

BORDER = re.compile(
    r"\b(?:border crossing points?|BCPs?|pedestrian (?:border )?crossings?|border (?:crossings?|areas?)|(?:railway|train) station[^,.;]{0,60}(?:near|close to) the border|close to the border|crossing points?)\b",
    re.IGNORECASE,
)
# Of the line of contact: a checkpoint is a crossing only where people cross or wait.
CHECKPOINT = re.compile(
    r"\b(?:EECPs?|entry-exit checkpoints?|checkpoints?|contact line|line of contact|corridor)\b",
    re.IGNORECASE,
)
PASSING = re.compile(
    r"\b(?:cross(?:ed|ing)|queu\w+|wait\w* in line|wait(?:ed|ing) to|lin(?:ed|ing) up|passing|travel\w* (?:to|towards|in both)|enter\w*|exit\w*|leav\w+|depart\w*|arriv\w*|traffic)\b",
    re.IGNORECASE,
)
TRAVELLER = re.compile(
    r"\b(?:pedestrians?(?! (?:border )?crossing)|cars?|covered (?:cargo )?trucks?|(?:cargo |dump |fuel |tanker )?trucks?|lorries|buses|bus|minibus(?:es)?|vans?|minivans?|motorcycles?|bicycles?|people|persons?|civilians|travellers?|(?:cargo |passenger |freight )?trains?|ambulances?|vehicles?|men|women|children|pensioners?|residents|families|commuters|traffic)\b",
    re.IGNORECASE,
)
EXIT = re.compile(
    r"\bexit(?!-)\w*(?! checkpoint)|\bleav\w+|\bout of Ukraine\b|\bdepart\w*|\bleft\b",
    re.IGNORECASE,
)
ENTRY = re.compile(r"(?<!exit )\benter\w*|\binto Ukraine\b|\barriv\w*", re.IGNORECASE)


def traffic(text: str, section: str | None) -> list[Notice]:
    """Return who passed a crossing: kind crossing_traffic, attributes counted and direction.

    'no traffic' is a zero. Those who stop the monitors there are no traffic.
    """
    del section
    bare = flat(text)
    if COUNTED_CLASS.search(text) or not _at_crossing(bare):
        return []
    named = heads(text, TRAVELLER)
    found = [_notice(bare, head) for head in named if head.stated and not head.place]
    if found:
        return found
    none = next((h for h in named if h.none or _nothing_before(bare, h)), None)
    if none is None:
        return []
    attributes: dict[str, object] = {
        "counted": none.noun.lower(),
        "direction": _way(bare, none.end),
    }
    return [Notice("crossing_traffic", 0.0, 0.0, 0.0, "exact", means="saw", attributes=attributes)]


def _at_crossing(bare: str) -> bool:
    if BORDER.search(bare):
        return True
    return PASSING.search(bare) is not None and CHECKPOINT.search(bare) is not None


def _nothing_before(bare: str, head: Head) -> bool:
    return re.search(r"\bnot\s+\w+\s+any\b[^,;]{0,30}$", bare[: head.start]) is not None


def _notice(bare: str, head: Head) -> Notice:
    attributes: dict[str, object] = {
        "counted": head.noun.lower(),
        "direction": _way(bare, head.end),
    }
    notice = Notice("crossing_traffic", means="saw", attributes=attributes)
    return with_count(notice, head.quantity)


def _way(bare: str, at: int) -> str | None:
    hits: list[tuple[int, str]] = sorted(
        (m.start(), way) for way, p in (("exit", EXIT), ("entry", ENTRY)) for m in p.finditer(bare)
    )
    after = [way for position, way in hits if position >= at]
    before = [way for position, way in hits if position < at]
    return next(iter(after or before[-1:]), None)
