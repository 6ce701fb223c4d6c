"""Leads and false alarms of collapse warnings, counted as docs/warning.md counts them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.exercise.scoring.incidents import seconds_of

DAY_S = 86_400.0
WEEK_S, YEAR_S = 7 * DAY_S, 365.25 * DAY_S
LONGEST_LEAD_S = 14 * DAY_S
JOIN_S = 14 * DAY_S

Span = tuple[float, float]


def collapse_alarms(given: pa.Table, outcomes: pa.Table, episodes: pa.Table) -> dict[str, Any]:
    """Return median leads in hours, false alarms a year, collapses and how many were warned of.

    Of the mission, whichever zone alarms. An alarm is a run of days on which a collapse warning
    stands; it warns of a collapse that begins after its first day and at most a week after its
    last. Lead: from the first day's issue to the start of the collapse's first reporting day, at
    most 14 days. Each week of a standing alarm is false unless a collapse is under way in it or
    begins within a week of its end.
    """
    events = _joined(_spans_of(episodes), JOIN_S)
    alarms = _runs(given)
    leads = [lead for event in events if (lead := _lead(alarms, event)) is not None]
    every = [*leads, *[0.0] * (len(events) - len(leads))]
    false = sum(not any(_borne_out(week, e) for e in events) for week in _weeks(alarms))
    seconds = seconds_of(outcomes["issued_utc"])
    years = float(seconds.max() - seconds.min() + DAY_S) / YEAR_S
    return {
        "median_lead_h": float(np.median(leads)) if leads else None,
        "median_lead_all_h": float(np.median(every)) if every else None,
        "leads_h": leads, "false_per_year": false / years, "false_alarms": false, "years": years,
        "warned": len(leads), "collapses": len(events),
    }  # fmt: skip


def _spans_of(episodes: pa.Table) -> list[Span]:
    chosen = episodes.filter(pc.equal(pc.cast(episodes["phase"], pa.string()), "collapse"))
    starts, ends = (seconds_of(chosen[name]).tolist() for name in ("start_utc", "end_utc"))
    return sorted(zip(starts, ends, strict=True))


def _joined(spans: list[Span], gap_s: float) -> list[Span]:
    found: list[Span] = []
    for start, end in spans:
        if found and start - found[-1][1] <= gap_s:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _runs(given: pa.Table) -> list[Span]:
    """Stretches on which a collapse warning stood; gaps of up to a week are closed."""
    raised = given.filter(pc.and_(
        pc.equal(given["outcome"], "collapse"), pc.fill_null(given["is_raised"], False)
    ))  # fmt: skip
    issued = np.unique(seconds_of(raised["issued_utc"])).tolist()
    return _joined([(at, at) for at in issued], 8.5 * DAY_S)


def _lead(alarms: list[Span], event: Span) -> float | None:
    # The day's own close may be stamped a little after the next reporting day has begun.
    before = [a for a in alarms if a[0] < event[0] + 3600 and event[0] <= a[1] + WEEK_S + DAY_S]
    if not before:
        return None
    return max(0.0, min(event[0] - min(a[0] for a in before), LONGEST_LEAD_S)) / 3600


def _weeks(alarms: list[Span]) -> list[Span]:
    cuts = [np.arange(start, end + WEEK_S, WEEK_S).tolist() for start, end in alarms]
    return [
        (low, min(high - DAY_S, alarm[1]))
        for alarm, edges in zip(alarms, cuts, strict=True)
        for low, high in pairwise([*edges, edges[-1] + WEEK_S])
        if low <= alarm[1]
    ]


def _borne_out(week: Span, event: Span) -> bool:
    return week[0] <= event[1] and event[0] <= week[1] + WEEK_S + DAY_S
