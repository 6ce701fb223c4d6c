"""Counts per evening and region: which evenings a count covers, and sums that hide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trucewatch.publish.facts_counts import Account, CountSpan, Figure
from trucewatch.when import MissionClock

ONE_DAY = timedelta(days=1)


def days_covered(
    clock: MissionClock, start_utc: datetime, end_utc: datetime, precision: str
) -> tuple[date, date]:
    """Return the first and last reporting day that a count's window covers.

    A window from evening to evening covers the days that end in it; a window of calendar days
    (precision 'day') keeps its calendar dates; one that starts after the evening, as on the day
    of a truce, covers the day that it ends in.
    """
    if precision == "day":
        last = (end_utc - timedelta(microseconds=1)).astimezone(clock.zone).date()
        return min(start_utc.astimezone(clock.zone).date(), last), last
    first = clock.day_containing(start_utc + timedelta(microseconds=1))
    return min(first, clock.day_containing(end_utc)), clock.day_containing(end_utc)


def days_between(first: date, last: date) -> list[date]:
    """Return every date from first to last, both included."""
    return [first + ONE_DAY * n for n in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class _Parts:
    """A period cut up: accounts by single evening, totals used, totals that stick out."""

    singles: dict[date, list[CountSpan]]
    spans: list[CountSpan]
    straddling: list[CountSpan]
    missing: list[date]


def figure_for(
    counts: Iterable[CountSpan], first: date, last: date, *, group: str | None = None
) -> Figure:
    """Return the figure of one region and kind over the reporting days first..last.

    Single evenings are added; a total of several evenings is added whole where none of its
    evenings is known by itself, and it lies inside the period. Evenings that no account covers
    are named as missing; where accounts of one evening differ, the bounds hold them all.
    """
    parts = _cut(counts, first, last)
    evenings = (last - first).days + 1
    if not parts.singles and not parts.spans:
        return Figure(
            missing=_why_missing(parts, evenings), evenings=evenings,
            missing_days=tuple(parts.missing), straddling=tuple(parts.straddling),
            ids=tuple(s.id for s in parts.straddling), group=group,
        )  # fmt: skip
    low, best, high = _sum([_evening(rows) for rows in parts.singles.values()], parts.spans)
    used = [row for day in sorted(parts.singles) for row in parts.singles[day]] + parts.spans
    differing = sorted(day for day, rows in parts.singles.items() if _differ(rows))
    return Figure(
        low=low, best=best, high=high, qualifier=_qualifier(used), evenings=evenings,
        missing_days=tuple(parts.missing), spans=tuple(parts.spans),
        straddling=tuple(parts.straddling),
        accounts=tuple(_account(r) for day in differing for r in parts.singles[day]),
        conflicting_days=tuple(differing), ids=tuple(r.id for r in used), group=group,
    )  # fmt: skip


def _cut(counts: Iterable[CountSpan], first: date, last: date) -> _Parts:
    touching = [c for c in counts if c.first_day <= last and c.last_day >= first]
    known = [c for c in touching if c.low is not None]
    singles: dict[date, list[CountSpan]] = {}
    for count in sorted((c for c in known if c.evenings == 1), key=_order):
        singles.setdefault(count.first_day, []).append(count)
    spans, covered = _spans_inside(known, first, last, set(singles))
    straddling = sorted(
        (c for c in known if c.evenings > 1 and not (c.first_day >= first and c.last_day <= last)),
        key=_order,
    )
    missing = [day for day in days_between(first, last) if day not in covered]
    return _Parts(singles, spans, straddling, missing)


def _spans_inside(
    known: Sequence[CountSpan], first: date, last: date, covered: set[date]
) -> tuple[list[CountSpan], set[date]]:
    """Shorter totals first, so that a week's total never displaces what is known more finely."""
    used: list[CountSpan] = []
    inside = (c for c in known if c.evenings > 1 and c.first_day >= first and c.last_day <= last)
    for span in sorted(inside, key=lambda c: (c.evenings, *_order(c))):
        days = days_between(span.first_day, span.last_day)
        if not covered.intersection(days):
            used.append(span)
            covered.update(days)
    return sorted(used, key=_order), covered


def _order(count: CountSpan) -> tuple[date, date, str, str]:
    return (count.first_day, count.last_day, count.source_id, count.id)


def _evening(rows: Sequence[CountSpan]) -> CountSpan:
    """Join the accounts of one evening: equal ones are one, differing ones become bounds."""
    if not _differ(rows):
        return rows[0]
    lows = [r.low for r in rows if r.low is not None]
    highs = [r.high for r in rows]
    high = None if None in highs else max(h for h in highs if h is not None)
    first = rows[0]
    return CountSpan(
        id=first.id, source_id=first.source_id, record=first.record, region=first.region,
        kind=first.kind, first_day=first.first_day, last_day=first.last_day,
        low=min(lows), best=None, high=high,
    )  # fmt: skip


def _differ(rows: Sequence[CountSpan]) -> bool:
    return len({(r.low, r.best, r.high) for r in rows}) > 1


def _sum(
    evenings: Sequence[CountSpan], spans: Sequence[CountSpan]
) -> tuple[float, float | None, float | None]:
    parts = [*evenings, *spans]
    low = sum(p.low or 0.0 for p in parts)
    best = None if any(p.best is None for p in parts) else sum(p.best or 0.0 for p in parts)
    high = None if any(p.high is None for p in parts) else sum(p.high or 0.0 for p in parts)
    return low, best, high


def _qualifier(used: Sequence[CountSpan]) -> str | None:
    loose = {r.qualifier for r in used if r.qualifier not in (None, "exact")}
    return loose.pop() if len(loose) == 1 and len(used) == 1 else ("about" if loose else None)


def _account(row: CountSpan) -> Account:
    return Account(
        id=row.id, source_id=row.source_id, record=row.record, low=row.low, high=row.high
    )


def _why_missing(parts: _Parts, evenings: int) -> str:
    if parts.straddling:
        return "only in a total of several evenings"
    return "no count for the evening" if evenings == 1 else "no count for any evening"
