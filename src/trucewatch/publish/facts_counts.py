"""Counts with what is known, what is missing and why, what differs, and their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One source's value for a figure that others give differently."""

    id: str
    source_id: str
    record: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSpan:
    """A count over one or more whole evenings, as its source gives it; never divided."""

    id: str
    source_id: str
    record: str | None
    region: str
    kind: str
    first_day: date
    last_day: date
    low: float | None
    best: float | None
    high: float | None
    qualifier: str | None = None

    @property
    def evenings(self) -> int:
        """Number of evenings the count covers."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A count over a period: bounds, what is missing, what differs, and its rows.

    low and high are None only where nothing is known; then `missing` says why. high None beside
    a low is an open bound ('at least'). best is None where accounts differ.
    """

    low: float | None = None
    best: float | None = None
    high: float | None = None
    qualifier: str | None = None
    missing: str | None = None
    evenings: int = 1
    missing_days: tuple[date, ...] = ()
    spans: tuple[CountSpan, ...] = ()
    straddling: tuple[CountSpan, ...] = ()
    accounts: tuple[Account, ...] = ()
    conflicting_days: tuple[date, ...] = ()
    ids: tuple[str, ...] = ()
    group: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether any evening of the period has a count."""
        return self.low is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFigure:
    """One region and kind: this period, the period before, and the last count before it."""

    region: str
    region_name: str
    kind: str
    now: Figure
    before: Figure
    last_known: CountSpan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRow:
    """A region's total since the last recommitment."""

    region: str
    region_name: str
    kind: str
    figure: Figure
