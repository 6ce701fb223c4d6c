"""The happenings that one clause counts: class, count, split, weapon, range and bearing.

Grammar after the OSCE SMM daily reports: [heard | saw | recorded] COUNT CLASS (n outgoing,
n impacts, n undetermined) [WEAPON, calibre] [direction], all R1-R2 km BEARING(S).
"""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from trucewatch.language import smm_words as words
from trucewatch.language.quantities import Quantity, find
from trucewatch.language.smm_range import Where, direction_in, where_in
from trucewatch.language.smm_split import Span, parts, parts_before, spans

ARTICLE = re.compile(
    r"\b(?:an?|another|a single|a further|a second|a third)\s+(?:[\w()-]+\s+){0,4}$", re.IGNORECASE
)
# What may stand between a count and its class: adjectives, weapons, 'number of'.
MODIFIERS = re.compile(r"[\w\s(),./°\"'-]{0,90}")
STOP_WORD = re.compile(
    r"\b(?:heard|saw|recorded|observed|and|between|km|hrs|to|at|from|while|assessed|including)\b|;",
    re.IGNORECASE,
)
# 'assessed as an impact', 'assessed as outgoing mortar (120mm) rounds' describe, they do not count.
ASSESSED_AS = re.compile(
    r"\b(?:(?:assessed|identified|believed|considered)\s+(?:as|to (?:be|have been))|caused by|"
    r"consistent with|resulting from)\s[\w\s(),.-]{0,50}$",
    re.IGNORECASE,
)
CONNECTED = re.compile(r"\b(?:all|each|both)\b", re.IGNORECASE)
TWO_WAYS = re.compile(
    r"\b(?:outgoing|incoming|undetermined)\s+and\s+(?=outgoing|incoming|undetermined)",
    re.IGNORECASE,
)
# 'an explosion of an 82mm mortar round' is one happening, not two.
PART_OF = re.compile(
    r"\b(?:explosions?|detonations?|bursts?|impacts?|shots?|projectiles?)\s+of\s+an?\s+(?:[\w()-]+\s+){0,4}$",
    re.IGNORECASE,
)
ELLIPSIS = re.compile(
    r"\s+(?:(?:were|was|others?|more|further|which|also)\s+){0,3}(?:assessed|believed|considered)\s+(?:as|to be)\s+(?:outgoing|incoming|impacts?|undetermined)",
    re.IGNORECASE,
)
LIST_LINK = re.compile(r"(?:,|\band|\bas well as|\bfollowed by|\bthen|\bplus)\s+$", re.IGNORECASE)
FIRE_ITSELF = re.compile(
    r"(?:\b(?:heard|saw|recorded|observed|noted)\s+|(?<!gun)(?<!arms)(?:,|\band|\bas well as)\s+)(?:also\s+)?"
    r"(?:(?:sporadic|intense|heavy|occasional|intermittent|single|distant|some|light|sustained|ongoing|exchanges? of|outgoing|incoming)\s+(?:and\s+)?){0,3}$",
    re.IGNORECASE,
)
FIRE_KINDS = {"small_arms": "shot", "mortar": "shelling", "artillery": "shelling", "tank": "shelling",
              "mlrs": "shelling"}  # fmt: skip
# These fire single rounds: a burst or a shot is none of theirs.
HEAVY = (
    "mortar",
    "artillery",
    "howitzer",
    "tank",
    "mlrs",
    "uragan",
    "smerch",
    "mt12",
    "atgm",
    "spg9",
)
FAMILIES = (
    {"explosion", "projectile", "airburst"},
    {"burst", "shot", "tracer", "muzzle_flash"},
)
IN_FLIGHT = {"projectile", "tracer", "flare", "burst", "shot", "muzzle_flash"}
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Item:
    """One counted class of happening in a sentence."""

    start: int
    end: int
    kind: str
    words: str
    means: str | None
    low: float | None
    best: float | None
    high: float | None
    qualifier: str | None
    description: str | None = None
    split: dict[str, float] = field(default_factory=dict)
    weapons: tuple[str, ...] = ()
    calibre_mm: float | None = None
    direction_deg: float | None = None
    where: Where | None = None


def read_items(sentence: str) -> list[Item]:
    """Return what a clause counts, in order; it is folded and without footnote marks."""
    text = words.PLACE_BRACKETS.sub(lambda m: " " * len(m.group()), sentence[:LONGEST])
    quantities = find(text, "en")
    parted = [] if words.SUMMARY_HEAD.search(text) else spans(text)
    found = [
        item
        for match in _classes(text, parted)
        if (item := _counted(text, match, quantities)) is not None
    ]
    found = sorted([*found, *_elliptic(text, found, quantities, parted)], key=lambda i: i.start)
    ends = [*(item.start for item in found[1:]), len(text)][: len(found)]
    detailed = [
        _with_details(text, item, until, parted)
        for item, until in zip(found, ends, strict=True)
    ]  # fmt: skip
    return _respectively(text, _spread(text, detailed))


def _elliptic(
    text: str, found: list[Item], quantities: list[Quantity], parted: list[Span]
) -> Iterator[Item]:
    """Yield counts whose class is that of the item before: '... and six assessed as impacts'."""
    for quantity in quantities if found else ():
        inside = any(s <= quantity.start < e for s, e in parted)
        before = [i for i in found if i.end <= quantity.start]
        if inside or not before or not ELLIPSIS.match(text, quantity.end):
            continue
        if (
            LIST_LINK.search(text[max(0, quantity.start - 20) : quantity.start])
            and quantity.unit is None
        ):
            blank = replace(before[-1], start=quantity.end, end=quantity.end)
            yield _with_count(text, blank, quantity)


def _classes(text: str, parted: list[Span]) -> Iterator[re.Match[str]]:
    """Yield class words, but for those inside the words that split a count."""
    taken = -1
    for match in words.CLASS.finditer(text):
        inside = any(s <= match.start() < e for s, e in parted)
        if match.start() >= taken and not inside:
            taken = match.end()
            yield match


def _counted(text: str, match: re.Match[str], quantities: list[Quantity]) -> Item | None:
    kind = _kind(match)
    before = text[max(0, match.start() - 70) : match.start()]
    quantity = _quantity_before(text, match.start(), quantities)
    described = ASSESSED_AS.search(before)
    if described and not words.VERB.search(described.group()) and not _listed(text, quantity):
        return None
    if kind == "fire":
        return _fire(text, match)
    means = _means(text, quantity.start if quantity else match.start(), match.end())
    blank = Item(match.start(), match.end(), kind, match.group(), means, None, None, None, None)
    if quantity is not None:
        return _with_count(text, blank, quantity)
    article = None if PART_OF.search(before) else ARTICLE.search(before)
    if article is not None and not match.group().lower().endswith("s"):
        start = match.start() - len(before) + article.start()
        return replace(blank, start=start, low=1.0, best=1.0, high=1.0, qualifier="exact")
    if words.NEEDS_COUNT.fullmatch(match.group()) or not _said(text, match):
        return None
    return blank


def _kind(match: re.Match[str]) -> str:
    return words.CLASSES[int(str(match.lastgroup)[1:])][1]


def _listed(text: str, quantity: Quantity | None) -> bool:
    """Return whether a count opens a new member of a list: '... and two airbursts'."""
    return quantity is not None and bool(
        LIST_LINK.search(text[max(0, quantity.start - 20) : quantity.start])
    )


def _fire(text: str, match: re.Match[str]) -> Item | None:
    """Return uncounted 'small-arms fire' where it is itself what was heard, else None."""
    before = text[max(0, match.start() - 60) : match.start()]
    if not FIRE_ITSELF.search(before):
        return None
    weapons, _ = weapons_in(match.group())
    kind = FIRE_KINDS.get(weapons[0] if weapons else "", "burst")
    means = _means(text, match.start(), match.end())
    return Item(match.start(), match.end(), kind, match.group(), means, None, None, None, None)


def _with_count(text: str, item: Item, quantity: Quantity) -> Item:
    """Give an item its count; 'two outgoing and three incoming explosions' are five, parted."""
    counted = replace(
        item, start=quantity.start, low=quantity.low, best=quantity.best, high=quantity.high,
        qualifier=quantity.qualifier,
    )  # fmt: skip
    start, earlier = parts_before(text, quantity.start)
    split = parts(earlier + text[quantity.start : item.end], None) if earlier else {}
    if len(split) < 2:
        return counted
    total = sum(split.values())
    return replace(
        counted, start=start, low=total, best=total, high=total, qualifier="exact", split=split
    )


def _said(text: str, match: re.Match[str]) -> bool:
    """Return whether an uncounted plural is what was heard or seen: 'heard bursts of fire'."""
    before = text[max(0, match.start() - 80) : match.start()]
    return bool(
        re.search(rf"(?:{words.VERB.pattern})\s+(?:[a-zA-Z,-]+\s+){{0,8}}$|\bas many\s+$", before)
    )


def _quantity_before(text: str, noun_start: int, quantities: list[Quantity]) -> Quantity | None:
    for quantity in reversed(quantities):
        if quantity.end > noun_start:
            continue
        gap = TWO_WAYS.sub("", text[quantity.end : noun_start])
        unbalanced = gap.count(")") > gap.count("(")
        if unbalanced and quantity.unit == "mm":
            continue
        if unbalanced or STOP_WORD.search(gap):
            return None
        if quantity.unit is None and MODIFIERS.fullmatch(gap):
            between = [m for m in words.CLASS.finditer(gap) if _kind(m) != "fire"]
            return None if between else quantity
        if quantity.unit is None or len(gap) > 90:
            return None
    return None


def _means(text: str, start: int, end: int) -> str | None:
    """Return the verb an item hangs on: 'were heard' after it, else the last one before it."""
    passive = words.PASSIVE.search(text[end : end + 200])
    verbs = list(words.VERB.finditer(text[:start]))
    if passive and not words.VERB.search(text[end : end + passive.start()]):
        return str(passive.lastgroup)
    if not verbs:
        following = words.VERB.search(text, start)
        return str(following.lastgroup) if following else None
    pair = text[max(0, verbs[-1].start() - 25) : verbs[-1].end()]
    return "saw" if words.HEARD_AND_SEEN.search(pair) else str(verbs[-1].lastgroup)


def _with_details(text: str, item: Item, until: int, parted: list[Span]) -> Item:
    tail = text[item.end : until]
    weapons, calibre = weapons_in(text[item.start : until])
    split, plain = dict(item.split), tail
    for start, end in parted:
        if item.end <= start < until:
            split = split or parts(text[start:end], item.best)
            a, b = start - item.end, min(end, until) - item.end
            plain = plain[:a] + " " * (b - a) + plain[b:]
    return replace(
        item, description=_description(text[item.start : item.end], plain, split, item.words),
        split=split, weapons=weapons, calibre_mm=calibre, direction_deg=direction_in(tail),
        where=where_in(plain),
    )  # fmt: skip


def _description(head: str, tail: str, split: dict[str, float], named: str) -> str | None:
    if named.lower().startswith("impact"):
        return "impact"
    if len(split) > 1:
        said = [d for d, pattern in words.DESCRIPTIONS if pattern.search(head)]
        return said[0] if len(said) == 1 and said[0] not in split else None
    for part in (head, tail[:120]):
        hits = [(m.start(), d) for d, p in words.DESCRIPTIONS if (m := p.search(part))]
        if hits:
            return min(hits)[1]
    return None


def weapons_in(text: str) -> tuple[tuple[str, ...], float | None]:
    """Return the weapons named, in order of the text, and the calibre in millimetres."""
    match = words.CALIBRE.search(text)
    calibre = float(match.group(1)) if match else None
    hits: dict[str, int] = {}
    for weapon, pattern in words.WEAPONS if words.ANY_WEAPON.search(text) else ():
        hit = pattern.search(text)
        if hit:
            exact = words.BY_CALIBRE.get((weapon, calibre), weapon) if calibre else weapon
            hits.setdefault(exact, hit.start())
    if {"bmp1", "cannon_30"} <= hits.keys():
        del hits["cannon_30"]
    if hits.keys() & {"mlrs", "uragan", "smerch", "mt12"}:
        hits.pop("artillery", None)
    return tuple(sorted(hits, key=lambda w: hits[w])), calibre


def _spread(text: str, items: list[Item]) -> list[Item]:
    """Give what closes a list to the items before it: 'all 2-3km NE', 'all assessed as outgoing'.

    A closing range belongs to each item since the last range; a weapon, a description and a
    direction only where 'all', 'each' or 'both' says so.
    """
    out = list(items)
    for i in range(len(out) - 1, 0, -1):
        until = items[i + 1].start if i + 1 < len(items) else len(text)
        tail = text[out[i].end : until]
        closing = CONNECTED.search(tail)
        range_holds = out[i].where is not None
        for j in range(i - 1, -1, -1):
            range_holds = range_holds and out[j].where is None
            if range_holds:
                out[j] = replace(out[j], where=out[i].where)
            elif closing is None:
                break
            if closing:
                out[j] = _shared(out[j], out[i], tail[closing.start() :])
    return out


def _respectively(text: str, items: list[Item]) -> list[Item]:
    """Give 'assessed as 82mm mortar and heavy machine gun respectively' to two items in order."""
    if not items or "respectively" not in text[items[-1].end :]:
        return items
    weapons = items[-1].weapons
    if len(weapons) != len(items):
        return items
    return [
        replace(
            item, weapons=(weapon,),
            calibre_mm=items[-1].calibre_mm if weapon in words.BY_CALIBRE.values() else None,
        )
        for item, weapon in zip(items, weapons, strict=True)
    ]  # fmt: skip


def _shared(item: Item, last: Item, closing: str) -> Item:
    weapons, calibre = weapons_in(closing)
    alike = item.kind == last.kind or any({item.kind, last.kind} <= f for f in FAMILIES)
    heavy = any(weapon.startswith(HEAVY) for weapon in weapons)
    if weapons and not item.weapons and (alike or item.kind not in FAMILIES[1] or not heavy):
        item = replace(item, weapons=weapons, calibre_mm=calibre)
    if alike and item.description is None and not item.split:
        item = replace(item, description=_description("", closing, {}, ""))
    aim = direction_in(closing)
    if aim is not None and item.direction_deg is None and item.kind in IN_FLIGHT:
        item = replace(item, direction_deg=aim)
    return item
