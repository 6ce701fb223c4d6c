"""The response clock: opened by a person's 'verified', with the interval of the first breach."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from trucewatch.respond.episodes import Episode, row_id
from trucewatch.respond.reviews import Decision
from trucewatch.respond.scenario import Scenario, Step
from trucewatch.when import Interval

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clock:
    """From when hours are counted: not before `start`'s beginning, not after its end.

    running: False shows a clock that would open once a person verifies the first breach.
    """

    basis: Row
    start: Interval
    running: bool
    opened_by: str | None = None

    def due(self, step: Step) -> tuple[datetime, datetime]:
        """Return (due_utc, due_latest_utc): counted from the earliest and latest start."""
        hours = timedelta(hours=step.due_h)
        return self.start.start_utc + hours, self.start.end_utc + hours


def clock_of(episode: Episode, scenario: Scenario, standing: Mapping[str, Decision]) -> Clock:
    """Return an episode's clock.

    An adjudicated clock opens at the first finding that a person verified; without one it is
    shown from the first finding, and does not run. Other clocks run from the first row.
    """
    if scenario.trigger.on == "warning":
        moment = episode.first["issued_utc"]
        return Clock(episode.first, Interval(moment, moment), True)
    if not scenario.adjudicated:
        return Clock(episode.first, _interval(episode.first), True)
    for row in episode.rows:
        decision = standing.get(row_id(row))
        if decision is not None and decision.decision == "verified":
            return Clock(row, _interval(row), True, decision.who)
    return Clock(episode.first, _interval(episode.first), False)


def _interval(finding: Row) -> Interval:
    return Interval(finding["window_start_utc"], finding["window_end_utc"])


Calm = Mapping[tuple[str, str], Sequence[Row]]


def calm_by_place(findings: Iterable[Row]) -> Calm:
    """Return the 'none seen' findings by (zone, provision), those with a stated power only.

    Each list is in the order of time.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in findings:
        if row["outcome"] == "none_seen" and row["missed_upper"] is not None:
            found[row["zone"], row["provision_id"]].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["window_start_utc"], row["window_end_utc"]))
    return found


def quiet_since(episode: Episode, scenario: Scenario, calm: Calm) -> datetime | None:
    """Return when an episode had been quiet, and watched, for the scenario's quiet_h; else None.

    Only 'none seen' with power counts, for every zone and provision of the episode: hours that
    nobody watched are not quiet hours.
    """
    if scenario.trigger.on == "warning" or not scenario.quiet_h:
        return None
    wanted, last = timedelta(hours=scenario.quiet_h), episode.chain_end_utc
    moments = []
    for pair in {(row["zone"], row["provision_id"]) for row in episode.rows}:
        rows = calm.get(pair, ())
        # A long mission has a thousand quiet days a pair: only those from the episode's end on.
        since = bisect_left(rows, last, key=lambda row: row["window_start_utc"])
        spans = (
            (row["window_start_utc"], row["window_end_utc"])
            for row in islice(rows, since, None) if _strong(row, scenario)
        )  # fmt: skip
        moments.append(_reached(spans, wanted))
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def _strong(row: Row, scenario: Scenario) -> bool:
    most = scenario.missed_upper_at_most
    return most is None or bool(row["missed_upper"] <= most)


def _reached(spans: Iterable[tuple[datetime, datetime]], wanted: timedelta) -> datetime | None:
    """Return when the union of spans, in the order of time, first adds up to what is wanted."""
    total, covered_to = timedelta(), None
    for start, end in spans:
        begin = start if covered_to is None else max(start, covered_to)
        if end <= begin:
            continue
        if total + (end - begin) >= wanted:
            return begin + (wanted - total)
        total += end - begin
        covered_to = end
    return None
