"""Facts as words and figures that people read: one place for dashes, bounds, dates and odds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from trucewatch.publish.facts import Head, Report
from trucewatch.publish.facts_counts import CountSpan, Figure
from trucewatch.vocabulary import icd203_word
from trucewatch.when import MissionClock, iso_utc

DASH = "\u2014"
TO = "\u2013"
MINUS = "\u2212"
DAYS_NAMED = 6
QUALIFIERS = {
    "about": "about {}", "at_least": "at least {}", "over": "over {}", "almost": "almost {}",
    "hundreds": "hundreds ({})", "numerous": "numerous ({})", "uncountable": "uncountable ({})",
}  # fmt: skip


def number(value: float | None) -> str:
    """Return a number as text: 1,234; 0 is 0; None is a dash."""
    if value is None:
        return DASH
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def bounded(
    low: float | None, best: float | None, high: float | None, qualifier: str | None
) -> str:
    """Return a count with its bounds: 5; 5 to 9 as '5-9' with an en dash; 'at least 5'."""
    if low is None and best is None and high is None:
        return DASH if qualifier is None else QUALIFIERS.get(qualifier, "{}").format(DASH)
    if qualifier in QUALIFIERS and best is not None:
        return QUALIFIERS[qualifier].format(number(best))
    if high is None:
        return f"at least {number(low if low is not None else best)}"
    if low is None or low == high:
        return number(high)
    return f"{number(low)}{TO}{number(high)}"


def figure_words(figure: Figure) -> str:
    """Return a figure as text: differing accounts side by side, unknown as a dash."""
    if not figure.is_known:
        return DASH
    if figure.evenings == 1 and figure.accounts:
        values = dict.fromkeys(number(a.low) for a in figure.accounts)
        return " or ".join(values)
    return bounded(figure.low, figure.best, figure.high, figure.qualifier)


def figure_notes(figure: Figure) -> list[str]:
    """Return what must be said beside a figure: reasons, gaps, totals, conflicts."""
    notes = [figure.missing] if figure.missing else []
    if figure.missing_days:
        notes += [f"{span_words(s)}: not divided" for s in figure.straddling[:3]]
    if figure.is_known and figure.missing_days:
        known = figure.evenings - len(figure.missing_days)
        notes.append(f"{number(known)} of {number(figure.evenings)} evenings")
    if figure.spans:
        notes.append(f"with {plural(len(figure.spans), 'total')} of several evenings, added whole")
    if figure.evenings == 1:
        notes += [f"{account_words(a.source_id, a.record)}: {number(a.low)}"
                  for a in figure.accounts]  # fmt: skip
    elif figure.conflicting_days:
        notes.append(f"accounts differ on {plural(len(figure.conflicting_days), 'evening')}")
    return notes


def account_words(source_id: str, record: str | None) -> str:
    """Return how an account is named: its source and the source's own record."""
    return f"{source_id} {record}" if record else source_id


def span_words(span: CountSpan) -> str:
    """Return a total with the evenings it covers."""
    value = bounded(span.low, span.best, span.high, span.qualifier)
    if span.evenings == 1:
        return f"{value} on {span.first_day}"
    return f"{value} over {span.evenings} evenings, {span.first_day} to {span.last_day}"


def days_words(days: Sequence[date]) -> str:
    """Return dates as runs, a long list cut with its count: 2021-03-01 to 2021-03-03."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    named = [str(r[0]) if len(r) == 1 else f"{r[0]} to {r[-1]}" for r in runs[:DAYS_NAMED]]
    more = f" and {len(runs) - DAYS_NAMED} more runs" if len(runs) > DAYS_NAMED else ""
    return ", ".join(named) + more


def change_words(now: Figure, before: Figure) -> str:
    """Return the change against the period before; a dash where either is not fully known."""
    exact = (
        now.best is not None and before.best is not None
        and not now.missing_days and not before.missing_days
    )  # fmt: skip
    if not exact or now.best is None or before.best is None:
        return DASH
    change = now.best - before.best
    sign = "+" if change > 0 else MINUS
    return "no change" if change == 0 else f"{sign}{number(abs(change))}"


def percent(share: float | None) -> str:
    """Return a share of 0..1 in per cent; a share that only rounds to 0 or 100 is told apart."""
    if share is None:
        return DASH
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else f"{share * 100:.0f}%"


def odds_words(probability: float | None) -> str:
    """Return a probability in per cent with its ICD 203 words: 'likely, 63%'; never 0 or 100%."""
    if probability is None:
        return "no probability stated"
    inside = min(0.9999, max(0.0001, probability))
    return f"{icd203_word(inside)}, {percent(inside)}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return '1 incident', '2 incidents', '0 incidents'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def nothing(head: Head, words: str) -> str:
    """Return the words for an empty part; a redacted report cannot say that there was nothing."""
    return words if head.redaction is None else "Nothing that may be shown to this audience."


def clock_of(head: Head) -> MissionClock:
    """Return the mission's clock as the report's head holds it."""
    return MissionClock(ZoneInfo(head.zone), time.fromisoformat(head.evening))


def when_words(
    clock: MissionClock, start: datetime | None, end: datetime | None, precision: str = "minute"
) -> str:
    """Return a span in the mission's local time, as exact as it is known and no more."""
    if start is None:
        return DASH
    zone = clock.zone
    first, last = start.astimezone(zone), (end or start).astimezone(zone)
    if precision == "day":
        middle = first + (last - first) / 2
        return middle.strftime("%Y-%m-%d")
    if first == last:
        return first.strftime("%Y-%m-%d %H:%M %Z")
    if first.date() == last.date():
        return f"{first:%Y-%m-%d %H:%M}{TO}{last:%H:%M %Z}"
    return f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M %Z}"


def instant_words(clock: MissionClock, moment: datetime | None) -> str:
    """Return an instant in local time with UTC beside it."""
    if moment is None:
        return DASH
    return f"{clock.local_text(moment)} ({iso_utc(moment)})"


def place_words(lon: float | None, lat: float | None, radius_km: float | None) -> str:
    """Return a point with its uncertainty, four decimals (about 10 m)."""
    if lon is None or lat is None:
        return DASH
    around = f" \u00b1 {number(round(radius_km, 1))} km" if radius_km else ""
    return f"{lat:.4f}, {lon:.4f}{around}"


def zone_name(report: Report, zone: str) -> str:
    """Return a zone's name where it is a region of the mission, else its id."""
    if zone == "mission":
        return "whole mission"
    return next((r.name for r in report.regions if r.id == zone), zone)
