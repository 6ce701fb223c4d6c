"""Why a warning stands where it does: each indicator with its grounds and its record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from trucewatch.publish.facts import Report
from trucewatch.publish.facts_judged import WarningFact
from trucewatch.publish.page import Cell, Table, TableRow, row
from trucewatch.publish.words import DASH, number, percent, zone_name

HOLDING, WHOLE = "holding", "mission"
LOWERS = "would_lower"
# Odds that change by less than this are not worth a word.
LEAST_MOVE = math.log(1.05)
ZONES_OPEN = 3
# Beyond this a factor of the odds says no more.
TIMES_MAX = 100


def reasons(report: Report) -> Iterable[Table]:
    """Return a table a zone: what moves its worst outcome, on which grounds, with which record.

    Zones with a warning raised stand open, the others folded.
    """
    opened = 0
    zones = dict.fromkeys(w.zone for w in report.warnings)
    for zone in sorted(zones, key=lambda zone: zone != WHOLE):
        worst = _worst([w for w in report.warnings if w.zone == zone])
        rows = [] if worst is None else [_row(i) for i in _indicators(worst) if _is_sign(i)]
        if worst is None or not rows:
            continue
        opened += worst.is_raised
        yield Table(
            caption=f"Why, {zone_name(report, zone)}: what moves {plain_words(worst.outcome)} "
            f"within {number(worst.horizon_h)} h",
            columns=("Indicator", "Now", "Odds", "Before escalations", "Grounds"),
            rows=tuple(rows),
            folded=not worst.is_raised or opened > ZONES_OPEN,
        )


def _worst(warnings: list[WarningFact]) -> WarningFact | None:
    """The raised warning, else the most probable one but holding, of the longest horizon."""
    asked = [w for w in warnings if w.outcome != HOLDING]
    return max(asked, key=lambda w: (w.is_raised, w.horizon_h, w.probability, w.id), default=None)


def _indicators(warning: WarningFact) -> list[Mapping[str, Any]]:
    given = warning.indicators
    return [i for i in given if isinstance(i, dict)] if isinstance(given, list) else []


def _is_sign(indicator: Mapping[str, Any]) -> bool:
    return indicator.get("name") != LOWERS


def lowering(warning: WarningFact) -> str:
    """Return what would lower a warning, in words; a dash where nothing is said of it."""
    found = next((i for i in _indicators(warning) if i.get("name") == LOWERS), None)
    if found is None or not found.get("grounds"):
        return DASH
    then = found.get("value")
    lowers = not _is_number(then) or then < warning.probability
    return f"{found['grounds']}{'' if lowers else ': not lower'}"


def _row(indicator: Mapping[str, Any]) -> TableRow:
    return row(
        plain_words(indicator.get("name", "unnamed")),
        Cell(text=plain_words(indicator.get("value")), is_number=True),
        _moved(indicator.get("weight")), _record(indicator.get("record")),
        str(indicator.get("grounds") or DASH),
    )  # fmt: skip


def _moved(weight: Any) -> str:
    """What a share of the log-odds does to the odds."""
    if not _is_number(weight) or abs(weight) < LEAST_MOVE:
        return DASH
    times = math.exp(min(abs(weight), 20.0))
    said = f"over {TIMES_MAX}" if times > TIMES_MAX else number(round(times, 1))
    return f"{'raises' if weight > 0 else 'lowers'} them {said} times"


def _record(record: Any) -> Cell:
    """How often it moved in the week before an escalation, beside how often it moves anyway."""
    if not isinstance(record, dict) or not _is_number(record.get("events")):
        return Cell(text=DASH)
    usual = record.get("usual_share")
    notes = (f"moved on {percent(usual)} of days",) if _is_number(usual) else ()
    said = f"{plain_words(record.get('moved_before'))} of {plain_words(record['events'])}"
    return Cell(text=said, notes=notes)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def plain_words(value: Any) -> str:
    """Return a value of an indicator as people read it; None is a dash."""
    if _is_number(value):
        return number(round(float(value), 2))
    return DASH if value is None else str(value).replace("_", " ")
