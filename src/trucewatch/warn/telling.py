"""What the series say beside the forecast: new levels, and the newest six hours."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from trucewatch import vocabulary
from trucewatch.mission import Mission
from trucewatch.store import Store
from trucewatch.warn.changes import Change
from trucewatch.warn.series import Series, SixHours, series_of, six_hours

# A change is news for a month; the count model's own memory has it from then on.
NEWS_DAYS = 28
MOST_CHANGES = 3
LATE_DAYS = 14


def told_of(store: Store, mission: Mission, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return zone -> indicators of weight 0: its newest changes of level, and its six hours.

    They stand in the warning for people to read; the forecast has the same counts already.
    """
    today = mission.clock.day_containing(now)
    found: dict[str, list[tuple[Series, Change]]] = {}
    for one in series_of(store, mission, now):
        for change in [c for c in one.changes if _is_told(one, c, today)][-1:]:
            found.setdefault(one.zone, []).append((one, change))
    told: dict[str, list[dict[str, Any]]] = {}
    for zone, pairs in found.items():
        strongest = sorted(pairs, key=lambda pair: -pair[1].gain)[:MOST_CHANGES]
        told[zone] = [_change_row(*pair) for pair in strongest]
    for part in six_hours(store, mission, now):
        told.setdefault(part.zone, []).append(_six_hours_row(part))
    return told


def _is_told(one: Series, change: Change, today: date) -> bool:
    """Rises are told at once; a fall only once it cannot be accounts that are still to come."""
    fell = change.after < change.before
    age = (today - one.day(change.day)).days
    return (LATE_DAYS if fell else 0) <= age < NEWS_DAYS


def _change_row(one: Series, change: Change) -> dict[str, Any]:
    label = vocabulary.kinds()[one.key.kind].label
    whose = f", claimed to be of {one.key.party}" if one.key.party else ""
    way = "rose" if change.after > change.before else "fell"
    grounds = (
        f"{label}{whose}: the level {way} about {one.day(change.day)}, from {change.before:.1f} "
        f"to {change.after:.1f} a day"
    )
    return {"name": "change_point", "value": round(change.after, 2), "weight": 0.0,
            "grounds": grounds, "day": one.day(change.day).isoformat(), "kind": one.key.kind,
            "party": one.key.party or None, "before": round(change.before, 2)}  # fmt: skip


def _six_hours_row(part: SixHours) -> dict[str, Any]:
    grounds = (
        f"{part.count:.0f} accounts in the six hours to hour {part.ends_h} of {part.day}, where "
        f"{part.usual:.1f} are usual; {part.points:.1f} points of surprise"
    )
    return {"name": "six_hours", "value": part.count, "weight": 0.0, "grounds": grounds,
            "usual": round(part.usual, 2), "points": round(part.points, 2)}  # fmt: skip
