"""How long a thing is said to last: a span in days, and the thing it is said of."""

from __future__ import annotations

from trucewatch.dossier.facets import is_filled, token_span
from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import Match, plain
from trucewatch.language.quantities import Quantity

# Weeks, months and years are said in round numbers: from this many on, a part of one more or less.
ROUND_FROM, ROUND_LESS, ROUND_MORE = 3, 0.25, 0.35
DAYS = {
    "day": (1, 1),
    "week": (7, 7),
    "month": (28, 31),
    "year": (360, 366),
    "hour": (1 / 24, 1 / 24),
    "minute": (1 / 1440, 1 / 1440),
}
LASTING = frozenset(
    (
        "ceasefire",
        "guarantees",
        "force",
        "multinational_force",
        "peacekeeping",
        "peacekeepers",
        "plan",
        "zone",
        "mandate",
        "mission",
        "phase",
        "deploy",
        "withdraw",
        "talks",
        "monitoring",
        "monitoring_mission",
        "corridor",
        "autonomy",
        "amnesty",
        "extend",
        "sanctions",
        "troops",
        "blockade",
        "government",
        "lease",
        "gather",
        "exchange",
        "war",
        "disarmament",
        "disarm",
        "train",
    )
)
# Deeds that have a time limit: 'within 60 days' is said of them, not of who does them.
DEADLINED = frozenset(
    ("mandate", "withdraw", "disarm", "extend", "exchange", "return", "gather", "train")
)


def days_of(quantity: Quantity) -> tuple[float, float] | None:
    """Return a time span in days as (low, high), or None where its unit is no time."""
    if quantity.unit not in DAYS or quantity.best is None:
        return None
    least, most = DAYS[quantity.unit]
    low = quantity.low if quantity.low is not None else quantity.best
    high = quantity.high if quantity.high is not None else quantity.best * 2
    if quantity.unit in ("week", "month", "year") and low >= ROUND_FROM:
        return (low - ROUND_LESS) * least, (high + ROUND_MORE) * most
    return low * least, high * most


def lasting_subject(reading: Reading, first: int, last: int) -> str | None:
    """Return what is said to last: the topic right after the words, else before, in the clause."""
    clause = reading.clauses[first]
    near = [
        m for m in reading.all_concepts()
        if m.concept in LASTING and (m.concept != "extend" or first - 3 <= m.first < first)
    ]  # fmt: skip
    inside = [m for m in near if reading.clauses[m.first] == clause]
    after = [m for m in inside if last <= m.first <= last + 4]
    before = [m for m in inside if m.first < first]
    if _is_allowance(reading, first, last):
        due = [m for m in inside if m.concept in DEADLINED and last < m.first <= last + 3]
        return _generic(due[0].concept) if due else None
    due = [m for m in inside if m.concept in DEADLINED and abs(m.first - first) <= 9]
    if due and _has_before(reading, first, "within"):
        return _generic(min(due, key=lambda m: abs(m.first - first)).concept)
    if after:
        return _generic(after[0].concept)
    if before and _says_of(reading, first, last):
        deeds = [m for m in before if m.concept in DEADLINED]
        if any(m.concept == "mandate" for m in before):
            # 'The mandate is renewed every six months': how long the mandate is.
            deeds = [m for m in deeds if m.concept != "extend"]
        return _generic((deeds or before)[-1].concept)
    return None if before else _carried_subject(reading, near, first)


def _is_allowance(reading: Reading, first: int, last: int) -> bool:
    """'They have 90 days to do so': a deadline, of a deed that may be named elsewhere."""
    following = [t.lower for t in reading.tokens[last : last + 1]]
    return following == ["to"] and not _has_before(reading, first, "within")


def _has_before(reading: Reading, first: int, name: str) -> bool:
    return any(t.lower in plain(name) for t in reading.tokens[max(0, first - 3) : first])


def _carried_subject(reading: Reading, near: list[Match], first: int) -> str | None:
    """'The talks, which began in May, lasted two years'; 'a first phase that is to last a week'."""
    if not reading.has("lasting", max(0, first - 5), first):
        return None
    clause = reading.clauses[first]
    opening = reading.clauses.index(clause)
    earlier = [m for m in near if reading.clauses[m.first] < clause]
    if reading.tokens[opening].lower in plain("relative"):
        return _generic(earlier[-1].concept) if earlier else None
    main = [m for m in earlier if reading.clauses[m.first] == 0] or earlier
    return _generic(main[0].concept) if main else None


def _says_of(reading: Reading, first: int, last: int) -> bool:
    """'The truce is permanent': the words end the clause, or 'is', 'for' or 'not' leads to them."""
    ends = last >= len(reading.tokens) or reading.clauses[last] != reading.clauses[first]
    ends = ends or not is_filled(reading, last, last)
    if first and reading.tokens[first - 1].lower in ("of", "в", "у", "на"):
        return True
    lead = {t.lower for t in reading.tokens[max(0, first - 4) : first]}
    return ends or bool(lead & plain("leads")) or reading.has("lasting", max(0, first - 4), first)


def _generic(concept: str) -> str:
    same = {
        "multinational_force": "mission",
        "force": "mission",
        "peacekeepers": "mission",
        "peacekeeping": "mission",
        "troops": "mission",
        "deploy": "mission",
        "mandate": "mission",
        "monitoring_mission": "mission",
        "monitoring": "mission",
        "disarmament": "disarm",
    }
    return same.get(concept, concept)


def is_ago(reading: Reading, quantity: Quantity) -> bool:
    """'six months ago', 'after ten days': a distance in time, no duration of a thing."""
    _, last = token_span(reading, quantity)
    after = [t.lower for t in reading.tokens[last : last + 2]]
    ago = {"ago", "earlier", "later", "old", "on", "тому", "назад", "пізніше", "спустя", "позже"}
    first, _ = token_span(reading, quantity)
    before = {t.lower for t in reading.tokens[max(0, first - 5) : first]}
    lead = reading.tokens[first - 1].lower if first else ""
    bare = lead in plain("after") and not any(
        last <= m.first <= last + 2 for m in reading.all_concepts() if m.concept in LASTING
    )
    if lead == "in" and before & {"first", "time", "worst", "most"}:
        # 'the first truce in six years'.
        return True
    held = {"has", "have"} & before and reading.has("lasting", max(0, first - 3), first)
    truce = any(m.concept in ("ceasefire", "plan") for m in reading.concepts["topic"])
    if held and truce:
        # How long it has held so far is no term.
        return True
    return bare or bool(ago & set(after)) or bool(before & plain("delay"))
