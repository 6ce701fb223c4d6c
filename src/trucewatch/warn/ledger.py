"""Counts with the day they became known, and a view of them that cannot serve later knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import ReadError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Longer than any truce on record; a longer span is a slip in a date.
MAX_DAYS = 40_000
MAX_CELLS = 60_000_000
LARGEST_COUNT = 1e12
# The definitions of the outcomes look back three months at most.
SETTLED_DAYS = 91


@dataclass(frozen=True, slots=True)
class AsKnown:
    """What was known at the close of one day: it owns copies of that and holds nothing later.

    counts: zones x days, NaN where nothing was known; the last column is the day of issue.
    spread: True where a multi-day total was shared out evenly over days unknown by themselves.
    """

    zones: tuple[str, ...]
    first_day: date
    counts: Floats
    spread: NDArray[np.bool_]

    @property
    def issue_day(self) -> date:
        """The day whose close this view stands at."""
        return self.first_day + timedelta(days=self.counts.shape[1] - 1)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every count ever stated: which zone, which days, how many, and from which day known.

    Entries are parallel arrays: `zone` (index into zones), `start` and `end` (day index from
    first_day, both included), `value` (count, >= 0, finite), `known` (day index at whose close
    the entry could be read). A later entry for the same days corrects the earlier one.
    """

    zones: tuple[str, ...]
    first_day: date
    days: int
    zone: Ints
    start: Ints
    end: Ints
    value: Floats
    known: Ints
    recommitted: int | None = None
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        _check(self)

    @property
    def last_day(self) -> date:
        """The last day any entry speaks of."""
        return self.first_day + timedelta(days=self.days - 1)

    def index_of(self, day: date) -> int:
        """Return the day index of a date."""
        return (day - self.first_day).days

    def as_known(self, issue: int) -> AsKnown:
        """Return what was known at the close of day `issue` (an index, 0 or more)."""
        if issue < 0:
            raise ValueError(f"day index {issue} is before the first day")
        readable = (self.known <= issue) & (self.end <= issue)
        counts, spread = self._matrix(np.flatnonzero(readable), issue + 1)
        return AsKnown(self.zones, self.first_day, counts, spread)

    def truth(self) -> Floats:
        """Return the matrix that is known in the end: for scoring only, never for a forecast."""
        return self._matrix(np.arange(len(self.value)), self.days)[0]

    @property
    def usual_lag(self) -> int:
        """Days from a day to the moment its count can usually be read (median), 0 to 30."""
        delay = (self.known - self.end)[self.start == self.end]
        return int(np.clip(np.median(delay), 0, 30)) if len(delay) else 0

    def told_on(self) -> Ints:
        """Return per day the day at whose close all of the 91 days up to it had been read.

        Never falling, never before the day itself: what the counts of a day decide can be told
        from then on, and no sooner.
        """
        latest = np.arange(self.days)
        np.maximum.at(latest, self.end, self.known)
        reached = latest.copy()
        for back in range(1, min(SETTLED_DAYS, self.days)):
            np.maximum(reached[back:], latest[:-back], out=reached[back:])
        return np.asarray(np.maximum.accumulate(reached))

    def _matrix(self, chosen: Ints, days: int) -> tuple[Floats, NDArray[np.bool_]]:
        counts = np.full((len(self.zones), days), np.nan)
        single = chosen[self.start[chosen] == self.end[chosen]]
        # Same day, same moment of knowledge, two values: the higher stands, for caution.
        order = np.lexsort((self.value[single], self.known[single]))
        single = single[order]
        counts[self.zone[single], self.start[single]] = self.value[single]
        spread = np.zeros(counts.shape, dtype=np.bool_)
        several = chosen[self.start[chosen] < self.end[chosen]]
        for entry in several[np.argsort(self.known[several], kind="stable")]:
            self._share_out(counts, spread, int(entry))
        return counts, spread

    def _share_out(self, counts: Floats, spread: NDArray[np.bool_], entry: int) -> None:
        """Give the part of a total that single days leave open evenly to the open days."""
        zone, span = self.zone[entry], slice(self.start[entry], self.end[entry] + 1)
        open_days = np.isnan(counts[zone, span]) | spread[zone, span]
        if not open_days.any():
            return
        rest = self.value[entry] - counts[zone, span][~open_days].sum()
        counts[zone, span] = np.where(
            open_days, max(0.0, rest) / open_days.sum(), counts[zone, span]
        )
        spread[zone, span] |= open_days


def _check(ledger: Ledger) -> None:
    if not (1 <= ledger.days <= MAX_DAYS) or ledger.days * len(ledger.zones) > MAX_CELLS:
        raise _unreadable(
            f"{ledger.days} days x {len(ledger.zones)} zones", f"1 to {MAX_DAYS} days",
            "Look for a mistyped date.",
        )  # fmt: skip
    bad = ~np.isfinite(ledger.value) | (ledger.value < 0) | (ledger.value > LARGEST_COUNT)
    if bad.any():
        where = int(np.flatnonzero(bad)[0])
        day = ledger.first_day + timedelta(days=int(ledger.start[where]))
        raise _unreadable(
            f"count {ledger.value[where]} for {ledger.zones[ledger.zone[where]]} on {day}",
            "a number from 0", "Leave an unknown count empty; a count is never negative.",
        )  # fmt: skip
    if (ledger.end < ledger.start).any():
        raise _unreadable("a period that ends before it starts", "start <= end", "Swap the dates.")


def _unreadable(found: str, expected: str, mend: str) -> ReadError:
    return ReadError("daily counts", found=found, expected=expected, mend=mend)


@dataclass(frozen=True, slots=True)
class Stated:
    """One stated count: zone, the days it covers (both included), how many, from when known."""

    zone: str
    start: date
    end: date
    count: float
    known: date


def ledger_of(
    stated: Sequence[Stated],
    *,
    zones: Sequence[str] | None = None,
    recommitted: date | None = None,
    notes: Sequence[str] = (),
) -> Ledger:
    """Build a ledger; raises ReadError where nothing is stated or a value cannot be a count."""
    if not stated:
        raise _unreadable("no count at all", "at least one day", "Give rows: date,region,count.")
    names = tuple(zones) if zones is not None else tuple(sorted({s.zone for s in stated}))
    first = min(s.start for s in stated)
    place = {name: i for i, name in enumerate(names)}
    columns = np.array(
        [(place[s.zone], (s.start - first).days, (s.end - first).days,
          max((s.known - first).days, (s.end - first).days)) for s in stated],
        dtype=np.int64,
    )  # fmt: skip
    repeated = len(stated) - len({(s.zone, s.start, s.end) for s in stated})
    told = f"{repeated} days stated more than once: the latest known stands, of equals the higher"
    remarks = [*notes, *([told] if repeated else [])]
    return Ledger(
        names, first, int(columns[:, 2].max()) + 1, columns[:, 0], columns[:, 1], columns[:, 2],
        np.array([s.count for s in stated], dtype=np.float64), columns[:, 3],
        None if recommitted is None else (recommitted - first).days, tuple(remarks),
    )  # fmt: skip
