"""What is forecast, with its odds and its cost, and what could not be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from trucewatch.publish.facts import Report
from trucewatch.publish.facts_judged import CoverageFact, WarningFact
from trucewatch.publish.page import Cell, Section, Table, TableRow, row, section, text
from trucewatch.publish.traces import tidy
from trucewatch.publish.words import (
    DASH,
    clock_of,
    instant_words,
    number,
    odds_words,
    percent,
    plural,
    when_words,
    zone_name,
)

INDICATORS_NAMED = 4
COVERAGE_SHOWN = 200


def warnings_section(report: Report) -> Section:
    """Return the warnings: zones and outcomes against horizons, then each with its grounds."""
    if not report.warnings:
        return section("warnings", "Warnings", text("No warning was computed for this period."))
    raised = [w for w in report.warnings if w.is_raised]
    rest = [w for w in report.warnings if not w.is_raised]
    return section(
        "warnings", "Warnings",
        _details(report, raised, "Raised") if raised else text("No warning is raised."),
        _overview(report),
        _details(report, rest, "Not raised: each forecast with its threshold and indicators",
                 folded=True) if rest else None,
    )  # fmt: skip


def _overview(report: Report) -> Table:
    horizons = sorted({w.horizon_h for w in report.warnings})
    by_row: dict[tuple[str, str], dict[float, WarningFact]] = {}
    for w in report.warnings:
        by_row.setdefault((w.zone, w.outcome), {})[w.horizon_h] = w
    return Table(
        caption="Probability of each outcome within each horizon, in ICD 203 words",
        columns=("Zone", "Outcome", *(f"{number(h)} h" for h in horizons)),
        rows=tuple(
            row(zone_name(report, zone), _plain(outcome), *(_odds(found.get(h)) for h in horizons))
            for (zone, outcome), found in by_row.items()
        ),
    )


def _odds(warning: WarningFact | None) -> Cell:
    if warning is None:
        return Cell(text=DASH)
    low, high = warning.probability_low, warning.probability_high
    between = (f"{percent(low)} to {percent(high)}",) if low is not None else ()
    return Cell(
        text=odds_words(warning.probability), refs=(warning.id,), notes=between,
        tone="breach" if warning.is_raised else None,
    )  # fmt: skip


def _details(
    report: Report, rows: Sequence[WarningFact], caption: str, *, folded: bool = False
) -> Table:
    clock = clock_of(report.head)
    return Table(
        caption=caption,
        columns=("Outcome", "Zone", "Within", "Probability", "Raised above, at the cost of",
                 "Indicators", "Issued"),
        rows=tuple(
            row(
                Cell(text=_plain(w.outcome), tone="breach" if w.is_raised else None),
                zone_name(report, w.zone), f"{number(w.horizon_h)} h", _odds(w), _cost(w),
                "; ".join(_indicators(w.indicators)) or DASH,
                instant_words(clock, w.issued_utc), anchor=w.id, trace=tidy(w.indicators),
            )
            for w in rows
        ),
        anchor="warnings-raised" if not folded else "warnings-quiet", folded=folded,
    )  # fmt: skip


def _cost(warning: WarningFact) -> str:
    if warning.threshold >= 1:
        return "never raised"
    rate = warning.false_alarms_per_year
    cost = "false alarms not known" if rate is None else f"{number(rate)} false alarms a year"
    return f"{percent(warning.threshold)}; {cost}"


def _indicators(given: Any) -> Iterable[str]:
    rows = [i for i in given if isinstance(i, dict)] if isinstance(given, list) else []
    for indicator in rows[:INDICATORS_NAMED]:
        yield f"{_plain(indicator.get('name', 'unnamed'))} {_plain(indicator.get('value'))}"
    if len(rows) > INDICATORS_NAMED:
        yield f"{len(rows) - INDICATORS_NAMED} more"


def _plain(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(round(float(value), 2))
    return DASH if value is None else str(value).replace("_", " ")


def coverage_section(report: Report) -> Section:
    """Return what could not be seen, zone by zone."""
    title = "What could not be seen"
    if not report.coverage:
        return section("coverage", title, text(
            "No watch is on record for this period: nothing can be said about what went unseen, "
            "and no finding of 'none seen' is possible."
        ))  # fmt: skip
    table = Table(
        caption="Share of each zone's area and hours that was watched; 'may be missed' is the 95% "
        "upper bound of what happened unseen",
        columns=("Zone", "Kinds", "Watched", "Out", "Chance to detect", "May be missed", "Window"),
        rows=tuple(_coverage_row(report, rows) for rows in _alike(report.coverage)),
        folded=len(report.coverage) > COVERAGE_SHOWN,
    )
    return section("coverage", title, table)


def _alike(coverage: Sequence[CoverageFact]) -> list[list[CoverageFact]]:
    """Kinds that were watched exactly alike share a row."""
    groups: dict[tuple[object, ...], list[CoverageFact]] = {}
    for c in coverage:
        key = (c.zone, c.window_start_utc, c.window_end_utc, c.watches, c.watched_share,
               c.outage_share, c.detection_probability, c.missed_upper)  # fmt: skip
        groups.setdefault(key, []).append(c)
    return list(groups.values())


def _coverage_row(report: Report, rows: list[CoverageFact]) -> TableRow:
    c = rows[0]
    seen = () if c.watches is None else (plural(c.watches, "watch", "watches"),)
    missed = "no bound" if c.missed_upper is None else number(round(c.missed_upper, 2))
    clock = clock_of(report.head)
    return row(
        zone_name(report, c.zone), ", ".join(r.kind for r in rows),
        Cell(text=percent(c.watched_share), is_number=True, notes=seen,
             tone="missing" if c.watched_share == 0 else None),
        Cell(text=percent(c.outage_share), is_number=True),
        Cell(text=percent(c.detection_probability), is_number=True),
        Cell(text=missed, is_number=True),
        when_words(clock, c.window_start_utc, c.window_end_utc), anchor=c.id,
    )  # fmt: skip
