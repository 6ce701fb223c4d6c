"""What is forecast, with its odds and its cost, and what could not be seen."""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.publish.facts import Report
from trucewatch.publish.facts_judged import CoverageFact, WarningFact
from trucewatch.publish.page import Cell, Section, Table, TableRow, row, section, text
from trucewatch.publish.reasons import lowering, plain_words, reasons
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

COVERAGE_SHOWN = 200
IN_DAYS_H = 72.0
FROM_WORST = ("collapse", "local_escalation", "erosion", "holding")
NOT_RAISED = "Each other forecast with its threshold and what would lower it"


def warnings_section(report: Report) -> Section:
    """Return the warnings: zones and outcomes against horizons, then each with its grounds."""
    if not report.warnings:
        return section("warnings", "Warnings", text("No warning was computed for this period."))
    raised = _widest([w for w in report.warnings if w.is_raised])
    rest = [w for w in report.warnings if w not in raised]
    return section(
        "warnings", "Warnings",
        _details(report, raised, "Raised") if raised else text("No warning is raised."),
        _overview(report),
        *reasons(report),
        _details(report, rest, NOT_RAISED,
                 folded=True) if rest else None,
    )  # fmt: skip


def _widest(warnings: Sequence[WarningFact]) -> list[WarningFact]:
    """Each alarm once, on its widest horizon; the others stand in the overview."""
    found: dict[tuple[str, str], WarningFact] = {}
    for w in sorted(warnings, key=lambda w: (_from_worst((w.zone, w.outcome)), w.horizon_h, w.id)):
        found[w.zone, w.outcome] = w
    return list(found.values())


def _overview(report: Report) -> Table:
    horizons = sorted({w.horizon_h for w in report.warnings})
    by_row: dict[tuple[str, str], dict[float, WarningFact]] = {}
    for w in report.warnings:
        by_row.setdefault((w.zone, w.outcome), {})[w.horizon_h] = w
    return Table(
        caption="Probability of each outcome within each horizon, in ICD 203 words",
        columns=("Zone", "Outcome", *(f"{number(h)} h" for h in horizons)),
        rows=tuple(
            row(
                zone_name(report, zone),
                plain_words(outcome),
                *(_odds(by_row[zone, outcome].get(h)) for h in horizons),
            )
            for zone, outcome in sorted(by_row, key=_from_worst)
        ),
    )


def _from_worst(key: tuple[str, str]) -> tuple[bool, str, int, str]:
    """The whole mission first; in each zone the worst outcome first."""
    zone, outcome = key
    rank = FROM_WORST.index(outcome) if outcome in FROM_WORST else len(FROM_WORST)
    return zone != "mission", zone, rank, outcome


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
                 "Standing for", "What would lower it", "Issued"),
        rows=tuple(
            row(
                Cell(text=plain_words(w.outcome), tone="breach" if w.is_raised else None),
                zone_name(report, w.zone), f"{number(w.horizon_h)} h", _odds(w), _cost(w),
                _standing(w), lowering(w), instant_words(clock, w.issued_utc),
                anchor=w.id, trace=tidy(w.indicators),
            )
            for w in rows
        ),
        anchor="warnings-raised" if not folded else "warnings-quiet", folded=folded,
    )  # fmt: skip


def _standing(warning: WarningFact) -> str:
    """The lead so far: how long the alarm has stood."""
    if not warning.is_raised or warning.lead_h is None:
        return DASH
    if warning.lead_h <= 0:
        return "raised with this forecast"
    days = f" ({warning.lead_h / 24:.0f} days)" if warning.lead_h >= IN_DAYS_H else ""
    return f"{number(warning.lead_h)} h{days}"


def _cost(warning: WarningFact) -> str:
    if warning.threshold >= 1:
        return "never raised"
    rate = warning.false_alarms_per_year
    cost = "false alarms not known" if rate is None else f"{number(rate)} false alarms a year"
    return f"{percent(warning.threshold)}; {cost}"


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
