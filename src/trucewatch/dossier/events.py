"""Which happening a date dates: the nearest deed or event of its clause, under one name."""

from __future__ import annotations

from trucewatch.dossier.dates import DateMention
from trucewatch.dossier.reading import Reading
from trucewatch.dossier.stems import Match, plain

# What is dated has no name in any list.
UNNAMED_EVENT = "unnamed"
WAR_START = "war_start"
# The truce begins, the fighting stops: one happening however it is said.
TRUCE_START = "truce_start"
# Deeds done in a moment: nothing of the kind happened 'since May' in May.
MOMENTARY = frozenset(
    ("sign", "kill", "wound", "displace", "lose", "conclude", "announce", "attack", "violate",
     "release", "return", "destroy", "hold_talks", "vote")
)  # fmt: skip
# Deeds that go on: 'the truce has been watched since May' dates the truce.
RUNNING = frozenset(("mediate", "monitor", "supervise", "maintain"))


def event_of(reading: Reading, mention: DateMention) -> tuple[str, tuple[str, ...], int] | None:
    """Return (event, objects, token) that a date dates: the nearest action or event, or None."""
    at = reading.token_at(mention.start)
    led = _antecedent(reading, at)
    if led:
        return f"of:{led.concept}", (led.concept,), at
    near = [m for kind in ("action", "event") for m in reading.concepts[kind]]
    inside = [m for m in near if reading.clauses[m.first] in clauses_of(reading, at)]
    acts = [m for m in inside if m.concept not in ("war", "mediate", "monitor", "supervise")]
    ranked = sorted(acts or inside or near, key=lambda m: (_distance(m, at), m.first))
    topics = _topics(reading, at)
    if not ranked or _distance(ranked[0], at) > 16:
        if mention.is_since and topics[:1] == ("ceasefire",):
            return TRUCE_START, topics, at
        return (f"of:{topics[0]}", topics, at) if topics else None
    chosen = ranked[0]
    names = {m.concept for m in inside or near if _distance(m, at) <= 16}
    is_running = chosen.concept in RUNNING and not names - RUNNING
    if mention.is_since and is_running and topics[:1] == ("ceasefire",):
        return TRUCE_START, topics, at
    if "ceasefire" in topics[:1] and {"begin", "end"} <= names:
        # 'The truce that ended the war took effect': no war began.
        return TRUCE_START, topics, chosen.first
    if "invade" in names or ("war" in names and ("begin" in names or mention.is_since)):
        return WAR_START, (), chosen.first
    if (chosen.concept in ("end", "stop") and "war" in names) or _opens_truce(chosen, topics):
        return TRUCE_START, topics, chosen.first
    return _named(chosen, names, topics, mention, at)


def _antecedent(reading: Reading, at: int) -> Match | None:
    """'Elections, which are due in May': the topic before 'which', where no deed follows."""
    clause = reading.clauses[at]
    opening = reading.clauses.index(clause)
    if not opening or reading.tokens[opening].lower not in plain("relative"):
        return None
    if any(reading.clauses[m.first] == clause for m in reading.concepts["action"]):
        return None
    near = [m for m in reading.concepts["topic"] if m.last == opening]
    return near[-1] if near else None


def unnamed(reading: Reading, mention: DateMention) -> tuple[str, tuple[str, ...], int] | None:
    """A day of something that no list names: it is compared by the words beside it."""
    return None if mention.is_since else (UNNAMED_EVENT, (), reading.token_at(mention.start))


def _named(
    chosen: Match, names: set[str], topics: tuple[str, ...], mention: DateMention, at: int
) -> tuple[str, tuple[str, ...], int] | None:
    """Name a dated deed that starts neither war nor truce."""
    if mention.is_since and chosen.concept in MOMENTARY:
        # 'Eight deals have been signed since May': none of them in May.
        return None
    if chosen.concept == "hold_talks" and "ceremony" in names:
        return "ceremony", topics, chosen.first
    if chosen.concept == "hold_talks" and topics and topics[0] != "talks":
        return f"of:{topics[0]}", topics, chosen.first
    if chosen.concept == "war":
        return ("war", topics, chosen.first) if not mention.is_since else (WAR_START, (), at)
    return chosen.concept, topics, chosen.first


def _opens_truce(chosen: Match, topics: tuple[str, ...]) -> bool:
    """'The truce took effect', 'the agreement entered into force', 'the guns fell silent'."""
    if chosen.concept == "create":
        return topics[:1] == ("ceasefire",)
    if chosen.concept == "stop":
        return not topics or topics[0] in ("war", "ceasefire", "guns", "heavy_weapons")
    return chosen.concept == "begin" and topics[:1] in (("ceasefire",), ("plan",))


def clauses_of(reading: Reading, at: int) -> tuple[int, ...]:
    """The clause of a token, and the one before where 'which' opens it."""
    clause = reading.clauses[at]
    opening = next(
        t.lower for t, c in zip(reading.tokens, reading.clauses, strict=True) if c == clause
    )
    is_relative = clause > 0 and opening in plain("relative")
    return (clause - 1, clause) if is_relative else (clause,)


def _distance(match: Match, at: int) -> int:
    return at - match.last + 1 if match.first < at else (match.first - at) * 2


def _topics(reading: Reading, at: int) -> tuple[str, ...]:
    clause = reading.clauses[at]
    everything = [m for kind in ("topic", "force", "thing") for m in reading.concepts[kind]]
    found = [m for m in everything if reading.clauses[m.first] == clause]
    found = found or [m for m in everything if reading.clauses[m.first] in clauses_of(reading, at)]
    ranked = sorted(found, key=lambda m: abs(m.first - at))
    return tuple(dict.fromkeys(m.concept for m in ranked))
