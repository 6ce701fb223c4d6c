"""The track record of each indicator: how often it moved before an escalation, or idly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import Happenings
from trucewatch.warn.alarms import episodes
from trucewatch.warn.indicators import catalogue
from trucewatch.warn.preparation import Scan
from trucewatch.warn.replay import Replay
from trucewatch.warn.signals import NAMES
from trucewatch.warn.signs import Points

Bools = NDArray[np.bool_]

WEEK = 7
# A run of local escalation is told on its third day.
RUN_DAYS = 3
LEAST_DAYS = 30
# An indicator made of counts has moved on the tenth of days on which it stood highest.
MOVED_SHARE = 0.1
# One made of points has moved where a day as surprising comes about once a month by chance.
MOVED_POINTS = 1.5
# The scan of preparation has moved where the evidence is twenty to one.
MOVED_EVIDENCE = 3.0


@dataclass(frozen=True, slots=True)
class Record:
    """What an indicator did over the days of a record.

    events: first days of what `of` names: escalations (collapses among them), or collapses alone.
    before: of these, how many it moved before, within the week. days: zones' days looked at.
    usual: share of all days, 0..1, on which it had moved within the week: what chance alone would
    have given.
    """

    events: int
    before: int
    days: int
    usual: float
    of: str = "escalations"

    def words(self) -> str:
        """The record as people read it."""
        often = f"had moved within the week on {100 * self.usual:.0f} days in 100"
        if not self.events:
            return f"no {self.of[:-1]} on record to judge it by; it {often}"
        return f"moved in the week before {self.before} of {self.events} {self.of}; it {often}"

    def as_json(self) -> dict[str, Any]:
        """The record as plain values."""
        return {"events": self.events, "moved_before": self.before, "days": self.days,
                "usual_share": round(self.usual, 4)}  # fmt: skip


def records(
    again: Replay,
    signs: Mapping[str, Points] | None = None,
    *,
    found: Scan | None = None,
    first: int = 0,
) -> dict[str, Record]:
    """Return the record of every indicator that the replay, or the signs, can show.

    signs, found: points and the scan of preparation, zones x days that end on the replay's last
    day, as known each day. first: day index from which the record is kept. Zones are pooled; the
    mission's own sum is left out.
    """
    zones = max(1, len(again.zones) - 1)
    ready = again.ready[:zones].copy()
    ready[:, :first] = False
    happened = again.happened()
    begun = _first_days(happened, zones, ready)
    moved = {
        one.name: _moved_counts(again.values[:zones, :, NAMES.index(one.signals[0])], ready)
        for one in catalogue() if one.signals
    }  # fmt: skip
    for name, sign in (signs or {}).items():
        moved[name] = _ending_with(sign.points[:zones] >= MOVED_POINTS, again.days)
    scanned = {}
    if found is not None:
        # Nobody prepares a local escalation: the scan is judged by collapses alone.
        falls = _falls(happened, zones, ready)
        strong = found.together.max(axis=(0, 3))[:zones] >= MOVED_EVIDENCE
        prepared = _record(_ending_with(strong, again.days), falls, ready)
        scanned = {"preparation": replace(prepared, of="collapses")}
    return {name: _record(flags, begun, ready) for name, flags in moved.items()} | scanned


def _first_days(happened: Happenings, zones: int, ready: Bools) -> list[tuple[int, int]]:
    """Zone and first day of each escalation or collapse that a forecast stood before."""
    found = []
    for zone in range(zones):
        runs = [
            e.start - RUN_DAYS + 1
            for e in episodes(
                happened.escalation[zone] & ~happened.in_collapse[zone], join_days=WEEK
            )
        ]
        falls = np.flatnonzero(happened.collapse_begins[zone]).tolist()
        starts: list[int] = []
        for day in sorted({*runs, *falls}):
            if day > 0 and ready[zone, day - 1] and (not starts or day - starts[-1] > WEEK):
                starts.append(day)
        found += [(zone, day) for day in starts]
    return found  # fmt: skip


def _falls(happened: Happenings, zones: int, ready: Bools) -> list[tuple[int, int]]:
    """Zone and first day of each collapse that a forecast stood before."""
    days = np.argwhere(happened.collapse_begins[:zones]).tolist()
    return [(zone, day) for zone, day in days if day > 0 and ready[zone, day - 1]]


def _moved_counts(value: NDArray[np.float32], ready: Bools) -> Bools:
    moved = np.zeros(value.shape, dtype=np.bool_)
    for zone in range(len(value)):
        days = ready[zone]
        if days.sum() >= LEAST_DAYS:
            bar = max(0.0, float(np.quantile(value[zone, days], 1 - MOVED_SHARE)))
            moved[zone] = days & (value[zone] >= bar) & (value[zone] > 0)
    return moved


def _ending_with(flags: Bools, days: int) -> Bools:
    """Flags laid over the last days of a replay."""
    out = np.zeros((flags.shape[0], days), dtype=np.bool_)
    kept = min(days, flags.shape[1])
    out[:, days - kept :] = flags[:, flags.shape[1] - kept :]
    return out


def _record(moved: Bools, begun: list[tuple[int, int]], ready: Bools) -> Record:
    total = np.cumsum(np.pad(moved.astype(np.int64), ((0, 0), (WEEK, 0))), axis=1)
    within = (total[:, WEEK:] - total[:, :-WEEK]) > 0
    before = sum(bool(within[zone, day - 1]) for zone, day in begun)
    days = int(ready.sum())
    return Record(len(begun), before, days, float(within[ready].mean()) if days else 0.0)
