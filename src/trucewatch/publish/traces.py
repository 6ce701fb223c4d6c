"""Traces made readable: the reasons first, one line for each act, who the evidence favours last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trucewatch.publish.facts import Report
from trucewatch.publish.facts_judged import FindingFact, HypothesisFact
from trucewatch.publish.words import odds_words, percent

FIRST = ("reasons", "figures", "pattern", "incident_count", "incidents")
ROWS_PREFIXES = ("inc-", "obs-")


def trace_of(report: Report, finding: FindingFact) -> Any:
    """Return a finding's trace with its hypotheses: offered by software, decided by people."""
    ordered = tidy(finding.trace)
    mine = [h for h in report.hypotheses if h.finding_id == finding.id]
    if not mine:
        return ordered
    inner = ordered if isinstance(ordered, dict) else {"trace": ordered}
    return {**inner, "who (only people attribute)": list(_odds(mine))}


def _odds(hypotheses: Iterable[HypothesisFact]) -> Iterable[dict[str, Any]]:
    by_incident: dict[str, list[HypothesisFact]] = {}
    for h in hypotheses:
        by_incident.setdefault(h.incident_id, []).append(h)
    for incident, rows in by_incident.items():
        odds = {h.party: odds_words(h.likelihood) for h in rows}
        grounds = "; ".join(dict.fromkeys(g for h in rows for g in _grounds(h.grounds)))
        asked = {"threshold": percent(rows[0].threshold)}
        yield {"id": incident, **odds, **asked, **({"grounds": grounds} if grounds else {})}


def _grounds(given: Any) -> Iterable[str]:
    for ground in given if isinstance(given, list) else [given]:
        if isinstance(ground, Mapping):
            yield str(ground.get("says") or ", ".join(f"{k}: {v}" for k, v in ground.items()))
        elif ground:
            yield str(ground)


def tidy(value: Any) -> Any:
    """Return a trace without empty parts, its reasons first, an id first in each line."""
    if isinstance(value, dict):
        kept = {key: tidy(item) for key, item in value.items()}
        order = sorted(kept, key=lambda key: (_rank(key), list(kept).index(key)))
        return {key: kept[key] for key in order if kept[key] not in (None, [], {}, "")}
    if isinstance(value, list):
        return [tidy(item) for item in value if item not in (None, [], {}, "")]
    if isinstance(value, float):
        return f"{round(value, 3):,}".removesuffix(".0")
    return value


def _rank(key: str) -> int:
    return -1 if key == "id" else FIRST.index(key) if key in FIRST else len(FIRST)


def is_flat(value: Any) -> bool:
    """Return whether a part of a trace fits on one line: a mapping of plain values."""
    return isinstance(value, dict) and not any(
        isinstance(item, (dict, list)) for item in value.values()
    )


def rows_named(trace: Any) -> tuple[str, ...]:
    """Return the ids of incidents and accounts named anywhere in a trace, in its order."""
    found: dict[str, None] = {}
    stack = [trace]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(reversed(list(item.values())))
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, str) and item.startswith(ROWS_PREFIXES):
            found[item] = None
    return tuple(found)
