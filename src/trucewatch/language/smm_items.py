"""The happenings that one sentence counts: class, count, split, weapon, range and bearing.

Grammar after the OSCE SMM daily reports: [heard | saw | recorded] COUNT CLASS (n outgoing,
n impacts, n undetermined) [WEAPON, calibre] [direction], all R1-R2 km BEARING(S).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from trucewatch.language import smm_words as words
from trucewatch.language.bearings import bearing_of
from trucewatch.language.quantities import Quantity, find

ARTICLE = re.compile(r"\b(?:an?|another|a single|a further)\s+(?:[\w()-]+\s+){0,4}$", re.IGNORECASE)
# What may stand between a count and its class: adjectives, weapons, 'number of'.
MODIFIERS = re.compile(r"[\w\s(),./°-]{0,90}")
STOP_WORD = re.compile(
    r"\b(?:heard|saw|recorded|observed|and|between|km|hrs|to|at|from|while|assessed|including)\b|;",
    re.IGNORECASE,
)
# 'assessed as an impact', 'assessed as outgoing mortar (120mm) rounds' describe, they do not count.
ASSESSED_AS = re.compile(r"\bassessed (?:as|to be) [\w\s(),.-]{0,50}$", re.IGNORECASE)
REMAINDER = re.compile(r"\b(?:remainder|remaining|rest|others?)\b", re.IGNORECASE)
PAREN = re.compile(r"\(([^()]{0,300})\)")
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Where:
    """Range and bearing from the observer: kilometres and degrees; None where not given."""

    low_km: float | None = None
    high_km: float | None = None
    bearings: tuple[float, ...] = ()


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
    where: Where = Where()


def read_items(sentence: str) -> list[Item]:
    """Return what a sentence counts, in order; it is folded and without footnote marks."""
    text = sentence[:LONGEST]
    quantities = find(text, "en")
    found = [
        item for match in _classes(text) if (item := _counted(text, match, quantities)) is not None
    ]
    detailed = [
        _with_details(text, item, found[i + 1].start if i + 1 < len(found) else len(text))
        for i, item in enumerate(found)
    ]
    return _spread(text, detailed)


def _classes(text: str) -> Iterator[re.Match[str]]:
    """Yield class words, but for those inside the brackets that split a count."""
    splits = [
        (m.start(), m.end())
        for m in PAREN.finditer(text)
        if words.SPLIT_WORD.search(m.group(1)) or words.WEAPON_HINT.search(m.group(1))
    ]
    taken = -1
    for match in words.CLASS.finditer(text):
        inside = any(s <= match.start() < e for s, e in splits)
        if match.start() >= taken and not inside:
            taken = match.end()
            yield match


def _counted(text: str, match: re.Match[str], quantities: list[Quantity]) -> Item | None:
    kind = words.CLASSES[int(str(match.lastgroup)[1:])][1]
    quantity = _quantity_before(text, match.start(), quantities)
    article = None if quantity else ARTICLE.search(text[max(0, match.start() - 60) : match.start()])
    singular = not match.group().lower().endswith("s")
    if ASSESSED_AS.search(text[max(0, match.start() - 70) : match.start()]):
        return None
    counted = quantity is not None or (article is not None and singular)
    if not counted and (words.NEEDS_COUNT.fullmatch(match.group()) or not _said(text, match)):
        return None
    low = best = high = 1.0
    qualifier: str | None = "exact"
    start = match.start()
    if quantity is not None:
        low, best, high, qualifier = _bounds(quantity)  # type: ignore[assignment]
        start = quantity.start
    elif article is not None and singular:
        start = max(0, match.start() - 60) + article.start()
    else:
        low = best = high = qualifier = None  # type: ignore[assignment]
    means = _means(text, start)
    return Item(start, match.end(), kind, match.group(), means, low, best, high, qualifier)


def _bounds(q: Quantity) -> tuple[float | None, float | None, float | None, str]:
    return q.low, q.best, q.high, q.qualifier


def _said(text: str, match: re.Match[str]) -> bool:
    """Return whether an uncounted plural is what was heard or seen: 'heard bursts of fire'."""
    before = text[max(0, match.start() - 80) : match.start()]
    return bool(re.search(r"\b(?:heard|saw|recorded|observed)\s+(?:[a-zA-Z-]+\s+){0,8}$", before))


def _quantity_before(text: str, noun_start: int, quantities: list[Quantity]) -> Quantity | None:
    for quantity in reversed(quantities):
        if quantity.end > noun_start:
            continue
        gap = text[quantity.end : noun_start]
        unbalanced = gap.count(")") > gap.count("(")
        if unbalanced or STOP_WORD.search(gap):
            return None
        if quantity.unit is None and MODIFIERS.fullmatch(gap):
            return None if words.CLASS.search(gap) and "(" not in gap else quantity
        if quantity.unit is None or len(gap) > 90:
            return None
    return None


def _means(text: str, start: int) -> str | None:
    verbs = list(words.VERB.finditer(text[:start]))
    if not verbs:
        following = words.VERB.search(text, start)
        return str(following.lastgroup) if following else None
    return str(verbs[-1].lastgroup)


def _with_details(text: str, item: Item, until: int) -> Item:
    tail = text[item.end : until]
    whole = text[item.start : until]
    weapons, calibre = weapons_in(whole)
    split = _split_of(tail, item.best)
    named = [d for d, pattern in words.DESCRIPTIONS if pattern.search(text[item.start : item.end])]
    if not named and not split:
        named = [d for d, pattern in words.DESCRIPTIONS if pattern.search(tail[:60])]
    description = named[0] if named else next(iter(split), None) if len(split) == 1 else None
    if item.words.lower().startswith("impact"):
        description = "impact"
    return replace(
        item, description=description, split=split, weapons=weapons, calibre_mm=calibre,
        direction_deg=direction_in(tail), where=where_in(tail),
    )  # fmt: skip


def _split_of(tail: str, total: float | None) -> dict[str, float]:
    """Return {'outgoing': 2, 'impact': 3} from the first brackets that split a count."""
    for paren in PAREN.finditer(tail[:300]):
        split = _parts(paren.group(1), total)
        if split:
            return split
    return {}


def _parts(inner: str, total: float | None) -> dict[str, float]:
    """Read 'five outgoing, the remainder undetermined'; each count serves one word."""
    quantities = [q for q in find(inner, "en") if q.unit is None]
    split: dict[str, float] = {}
    used = 0
    for match in words.SPLIT_WORD.finditer(inner):
        word = match.group(1).lower()
        name = "impact" if word.startswith("impact") else word
        own = [q for q in quantities if used <= q.start and q.end <= match.start()]
        count = own[-1] if own else None
        if count is not None and count.best is not None and match.start() - count.end < 30:
            split[name] = split.get(name, 0.0) + count.best
        elif total is not None and REMAINDER.search(inner[used : match.start()]):
            split[name] = total - sum(split.values())
        used = match.end()
    return split


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


def direction_in(text: str) -> float | None:
    """Return the direction of flight in degrees: where 'from west to east' goes, 90.

    None where a count is parted among several directions.
    """
    aims = {bearing_of(both.group("aim")) for both in words.FROM_TO.finditer(text)}
    if aims:
        return aims.pop() if len(aims) == 1 else None
    towards = words.TOWARDS.search(text)
    if towards:
        return bearing_of(towards.group("aim"))
    origin = words.ONLY_FROM.search(text)
    degrees = bearing_of(origin.group("origin")) if origin else None
    return None if degrees is None else (degrees + 180) % 360


def where_in(text: str) -> Where:
    """Return range and bearings: 'all 3-5km east, south-east' is 3..5 km, 90 and 135 degrees."""
    for match in words.RANGE.finditer(text):
        if re.match(r"\s+of\b", text[match.end() :]) or text[match.end() : match.end() + 2] == "mm":
            continue
        low = _km(match.group("low"), match.group("low_unit") or match.group("unit"))
        high = _km(match.group("high"), match.group("unit")) if match.group("high") else low
        if match.group("cap"):
            low = 0.0
        return Where(min(low, high), max(low, high), bearings_in(match.group("bearing") or ""))
    blank = words.NO_RANGE.search(text)
    if blank:
        return Where(None, None, bearings_in(blank.group("bearing") or ""))
    return Where(None, None, ())


def _km(number: str, unit: str) -> float:
    value = float(number.replace(",", ""))
    return value / 1000 if unit.lower() in ("m", "metre", "metres", "meter", "meters") else value


def bearings_in(text: str) -> tuple[float, ...]:
    """Return the degrees of each bearing named, in order."""
    found = (bearing_of(match.group()) for match in words.POINT_RE.finditer(text))
    return tuple(degrees for degrees in found if degrees is not None)


def _spread(text: str, items: list[Item]) -> list[Item]:
    """Give a closing 'all 2-3km NE' to every item before it that has no range of its own."""
    out = list(items)
    for i, item in enumerate(items):
        if item.where == Where():
            continue
        until = items[i + 1].start if i + 1 < len(items) else len(text)
        tail = text[item.end : until]
        if not re.search(r"\b(?:all|each|both)\b", tail):
            continue
        for j in range(i - 1, -1, -1):
            if out[j].where != Where():
                break
            out[j] = replace(out[j], where=item.where)
    return out
