"""How surely a weapon, as far as it was named, falls under a rule's classes and calibres."""

from __future__ import annotations

import numpy as np

from trucewatch.agreements.agreement import WeaponRule
from trucewatch.vocabulary.terms import weapons


def weapon_chance(rule: WeaponRule, weapon: str | None, calibre_mm: float) -> tuple[float, float]:
    """Return (low, high): how surely a weapon with a calibre (NaN: unknown) falls under a rule.

    A known calibre decides; a weapon's span of calibres counts by the share of it that the rule
    covers; what is unknown counts 0 in low and 1 in high.
    """
    parts = [weapon_chance(part, weapon, calibre_mm) for part in rule.any_of]
    own = rule.classes or rule.systems or rule.low_mm is not None or rule.high_mm is not None
    if own:
        kind, size = (
            _type_chance(rule, weapon, calibre_mm),
            _calibre_chance(rule, weapon, calibre_mm),
        )
        parts.append((kind[0] * size[0], kind[1] * size[1]))
    low, high = max(p[0] for p in parts), max(p[1] for p in parts)
    if rule.excluded:
        out = _type_chance(WeaponRule(systems=rule.excluded), weapon, calibre_mm)
        low, high = low * (1 - out[1]), high * (1 - out[0])
    return low, high


def _type_chance(rule: WeaponRule, weapon: str | None, calibre_mm: float) -> tuple[float, float]:
    if not rule.classes and not rule.systems:
        return 1.0, 1.0
    if weapon is None:
        return 0.0, 1.0
    term = weapons()[weapon]
    if term.facts["class"] in rule.classes or weapon in rule.systems:
        return 1.0, 1.0
    return _system_chance(rule, weapon, calibre_mm)


def _system_chance(rule: WeaponRule, weapon: str, calibre_mm: float) -> tuple[float, float]:
    """A weapon named only by its kind may be a listed system of that kind; its calibre can tell."""
    facts = weapons()[weapon].facts
    low, high = facts.get("calibre_low_mm"), facts.get("calibre_high_mm")
    general = low is not None and high is not None and low < high
    for name in rule.systems if general else ():
        other = weapons()[name].facts
        size = other.get("calibre_low_mm")
        if other["class"] == facts["class"] and size is not None and low <= size <= high:
            if np.isnan(calibre_mm):
                return 0.0, 1.0
            if calibre_mm == size:
                return 1.0, 1.0
    return 0.0, 0.0


def _calibre_chance(rule: WeaponRule, weapon: str | None, calibre_mm: float) -> tuple[float, float]:
    if rule.low_mm is None and rule.high_mm is None:
        return 1.0, 1.0
    facts = {} if weapon is None else weapons()[weapon].facts
    low = facts.get("calibre_low_mm") if np.isnan(calibre_mm) else calibre_mm
    high = facts.get("calibre_high_mm") if np.isnan(calibre_mm) else calibre_mm
    if low is None or high is None:
        return 0.0, 1.0
    share = _span_share(rule, float(low), float(high))
    return share, share


def _span_share(rule: WeaponRule, low: float, high: float) -> float:
    """Return the share of a span of calibres that the rule covers; a single one is in or out."""
    if low == high:
        above = (
            rule.low_mm is None or low > rule.low_mm or (low == rule.low_mm and not rule.low_open)
        )
        below = rule.high_mm is None or low < rule.high_mm or (
            low == rule.high_mm and not rule.high_open)  # fmt: skip
        return float(above and below)
    first = low if rule.low_mm is None else max(low, rule.low_mm)
    last = high if rule.high_mm is None else min(high, rule.high_mm)
    return max(0.0, last - first) / (high - low)
