"""What befell the monitors' instruments: jamming, fire at them, losses."""

from __future__ import annotations

import re
from dataclasses import replace

from trucewatch.language import smm_words as words
from trucewatch.language.smm_items import read_items, weapons_in
from trucewatch.language.smm_nominal import flat, plain_counts
from trucewatch.language.smm_notices import Notice, with_count

LOST = re.compile(
    r"\bcrash\w*|\b(?:UAV|vehicle)s? lost\b|\b(?:was|were|is) lost\b|\bthe SMM lost\b|"
    r"\blost (?:spatial )?(?:control|connection)|\bdowned\b|\bshot down\b|"
    r"\b(?:unable to|could not) (?:recover|retrieve)|\bfell (?:to|into|down)\b",
    re.IGNORECASE,
)
OCCASIONS = re.compile(
    r"\b(?:once|twice|thrice)\b|\b(?:[\w-]+ ){1,4}?(?:occasions?|instances?|times|cases)\b",
    re.IGNORECASE,
)
ADVERBS = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
SHOTS = re.compile(r"\([^()]{0,30}(?:shots?|bursts?|rounds?)[^()]{0,20}\)", re.IGNORECASE)


def instrument_events(text: str) -> list[Notice]:
    """Return a notice of jamming or of an attack on an instrument, else none.

    count: occasions of jamming, or shots fired. attributes: lost, where the instrument was.
    """
    lost: dict[str, object] = {"lost": True if LOST.search(text) else None}
    if words.JAMMING.search(text) and words.INSTRUMENT.search(text):
        return [_times(text, Notice("jamming", attributes=lost))]
    if not words.ATTACK.search(text) or not at_instrument(flat(text)):
        return []
    weapons, calibre = weapons_in(text)
    notice = Notice(
        "instrument_attack", weapon=weapons[0] if weapons else None, calibre_mm=calibre,
        attributes=lost,
    )  # fmt: skip
    return [_with_shots(text, notice)]


def _times(text: str, notice: Notice) -> Notice:
    """Return jamming with how often: 'on three occasions', 'twice'."""
    for match in OCCASIONS.finditer(text):
        often = ADVERBS.get(match.group().strip().lower())
        if often is not None:
            return replace(notice, low=often, best=often, high=often, qualifier="exact")
        if told := plain_counts(match.group()):
            return with_count(notice, told[-1])
    return notice


def _with_shots(text: str, notice: Notice) -> Notice:
    fired = [i for i in read_items(text) if i.best is not None]
    if len(fired) == 1:
        item = fired[0]
        return replace(
            notice, low=item.low, best=item.best, high=item.high, qualifier=item.qualifier
        )
    if fired:
        total = sum(i.best or 0.0 for i in fired)
        exact = all(i.qualifier == "exact" for i in fired)
        low, high = (total, total) if exact else (sum(i.low or 0.0 for i in fired), None)
        return replace(
            notice, low=low, best=total, high=high, qualifier="exact" if exact else "about"
        )
    told = SHOTS.search(text)
    shots = plain_counts(told.group()) if told else []
    return with_count(notice, shots[0]) if shots else notice


def at_instrument(folded: str) -> bool:
    """Return whether the fire was aimed at an instrument, not recorded by one."""
    return bool(
        re.search(
            r"\b(?:at|towards|down|hit|struck|damaged|destroyed|targeting|blinded|lost|control|fire)\b"
            r"[^.]{0,60}\b(?:UAV|camera|SMM (?:patrol|vehicle|base|monitor))",
            folded,
        )
        or re.search(
            r"\b(?:UAV|camera|vehicle)s?\b[^.]{0,160}\b(?:came under|(?:was|were) (?:shot|hit|"
            r"struck|damaged|destroyed|targeted|blinded|downed|lost|slashed|stolen|smashed|pelted|"
            r"rammed|set)|crashed|lost)\b",
            folded,
        )
    )
