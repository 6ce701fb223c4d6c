"""The first parts of a report: at a glance, counts per region, the counter, what parties claim."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

from trucewatch.publish.charts import counts_figure
from trucewatch.publish.evenings import days_between, figure_for
from trucewatch.publish.facts import Report
from trucewatch.publish.facts_counts import CounterRow, Figure, RegionFigure
from trucewatch.publish.facts_judged import FindingFact
from trucewatch.publish.kinds import counted_label
from trucewatch.publish.page import (
    Cell,
    Picture,
    Section,
    Table,
    TableRow,
    Text,
    row,
    section,
    text,
)
from trucewatch.publish.reasons import HOLDING, plain_words
from trucewatch.publish.words import (
    DASH,
    bounded,
    change_words,
    days_words,
    figure_notes,
    figure_words,
    nothing,
    number,
    odds_words,
    percent,
    plural,
    span_words,
    zone_name,
)

RECENT_DAYS = 14


def figure_cell(figure: Figure) -> Cell:
    """Return a figure as a cell that leads to its rows."""
    tone = None if figure.is_known else "missing"
    if figure.conflicting_days:
        tone = "unsure"
    return Cell(
        text=figure_words(figure), refs=figure.ids, group=figure.group,
        notes=tuple(figure_notes(figure)), tone=tone, is_number=True,
    )  # fmt: skip


def glance(report: Report) -> Section:
    """Return the report in a few lines."""
    lines = [
        *_count_lines(report),
        _incident_line(report),
        _breach_line(report),
        _warning_line(report),
        _unseen(report),
    ]
    return section("glance", "At a glance", *(line for line in lines if line))


def _count_lines(report: Report) -> Iterable[Text]:
    for item in report.summary:
        if item.kind != report.summary[0].kind:
            continue
        yield text(
            Cell(text=f"{item.region_name}: "), figure_cell(item.now),
            f" {counted_label(item.kind)}; the period before: ", figure_cell(item.before), ".",
            listed=True,
        )  # fmt: skip
    if not report.summary:
        yield text(nothing(report.head, "No counts of violations are kept in this mission."),
                   listed=True)  # fmt: skip


def _incident_line(report: Report) -> Text:
    found = [i for tally in report.region_tallies for i in tally.ids]
    sure = sum(tally.corroborated for tally in report.region_tallies)
    earlier = [tally.incidents_before for tally in report.region_tallies]
    before = None if None in earlier else sum(n or 0 for n in earlier)
    count = Cell(
        text=plural(len(found), "incident"), refs=tuple(found), group="annex-incidents",
    )  # fmt: skip
    if any(tally.is_partial for tally in report.region_tallies):
        if not found:
            return text("Incidents of violation were reported; they are withheld.", listed=True)
        return text(count, " of violation may be shown; others are withheld.", listed=True)
    return text(
        "Reported one by one: ", count, f", {number(sure)} corroborated; the period before: "
        f"{number(before)}.", listed=True,
    )  # fmt: skip


def _breach_line(report: Report) -> Text:
    by_outcome = {
        outcome: [f for f in report.findings if f.outcome == outcome]
        for outcome in ("breach", "undetermined", "none_seen")
    }
    if not report.findings:
        return text("No provision was evaluated for this period.", listed=True)
    breaches, unsure, clear = by_outcome.values()
    return text(
        Cell(text=plural(len(breaches), "finding of breach", "findings of breach"),
             refs=tuple(f.id for f in breaches), group="findings",
             tone="breach" if breaches else None),
        f"; {len(unsure)} undetermined; {len(clear)} none seen{_weakest(clear)}.",
        listed=True,
    )  # fmt: skip


def _weakest(clear: Sequence[FindingFact]) -> str:
    """How much the least watched 'none seen' may have missed."""
    bounds = [f.missed_upper for f in clear if f.missed_upper is not None]
    if not bounds:
        return ""
    return f", of the least watched at most {number(math.ceil(max(bounds)))} missed (95%)"


def _warning_line(report: Report) -> Text:
    raised = [w for w in report.warnings if w.is_raised]
    if not report.warnings:
        return text("No warning was computed for this period.", listed=True)
    count = Cell(
        text=plural(len(raised), "warning"), refs=tuple(w.id for w in raised), group="warnings",
        tone="breach" if raised else None,
    )  # fmt: skip
    likely = max((w for w in report.warnings if w.outcome != HOLDING),
                 key=lambda w: (w.is_raised, w.probability, w.id), default=None)  # fmt: skip
    most = "" if likely is None else (
        f" Most probable{' of these' if likely.is_raised else ' but holding'}: "
        f"{plain_words(likely.outcome)} in {zone_name(report, likely.zone)} within "
        f"{number(likely.horizon_h)} h, {odds_words(likely.probability)}."
    )  # fmt: skip
    return text(count, f" raised of {len(report.warnings)} computed.{most}", listed=True)


def _unseen(report: Report) -> Text:
    if not report.coverage:
        return text("What could not be seen is not known: no watch is on record.", listed=True)
    out = plural(len(report.lost_watches), "outage or denial", "outages or denials")
    lost = f"; {out}." if report.head.redaction is None else "."
    if all(c.watched_share == 0 for c in report.coverage):
        unwatched = Cell(text="Nothing was watched", group="coverage", tone="missing")
        return text(unwatched, f": calm cannot be told from silence{lost}", listed=True)
    least = min(report.coverage, key=lambda c: (c.watched_share, c.zone, c.kind))
    words = f"{zone_name(report, least.zone)}, {percent(least.watched_share)} watched"
    least_seen = Cell(text=words, refs=(least.id,), group="coverage")
    return text("Least seen: ", least_seen, lost, listed=True)


def counts_section(report: Report) -> Section:
    """Return the counts per region against the period before, with their pictures."""
    missing = text(nothing(report.head, "Counts per region are not kept, so none is compared."))
    return section(
        "summary", "Summary: ceasefire violations and explosions",
        _counts_table(report) if report.summary else missing,
        _pictures(report),
        _recent_table(report) if report.summary else None,
        _gaps(report),
    )  # fmt: skip


def _counts_table(report: Report) -> Table:
    head = report.head
    period = f"evening of {head.day}" if head.days == 1 else f"{head.days} evenings to {head.day}"
    return Table(
        caption=f"Counts per region, {period}, against the period before",
        columns=("Region", "Counted", "This period", "Before", "Change", "Last known before"),
        rows=tuple(
            row(
                item.region_name, counted_label(item.kind), figure_cell(item.now),
                figure_cell(item.before),
                Cell(text=change_words(item.now, item.before), is_number=True), _last(item),
            )
            for item in report.summary
        ),
    )  # fmt: skip


def _last(item: RegionFigure) -> Cell:
    if item.last_known is None:
        return Cell(text=DASH, notes=("none on record",), tone="missing")
    group = item.now.group
    return Cell(text=span_words(item.last_known), refs=(item.last_known.id,), group=group)


def _pictures(report: Report) -> Picture | None:
    if not any(s.low is not None for s in report.spans):
        return None
    drawn = counts_figure(report)
    return Picture(name="counts", title=drawn.title, words=" ".join(drawn.notes), figure=drawn)


def _recent_table(report: Report) -> Table:
    """The last evenings as a table, so that nobody depends on the picture."""
    days = days_between(report.head.day - timedelta(days=RECENT_DAYS - 1), report.head.day)
    keys = [(i.region, i.region_name, i.kind, i.now.group) for i in report.summary]
    kept = {
        key: [s for s in report.spans if (s.region, s.kind) == (key[0], key[2])
              and s.last_day >= days[0]]
        for key in keys
    }  # fmt: skip
    return Table(
        caption=f"The last {RECENT_DAYS} evenings, as the picture draws them",
        columns=("Evening", *(f"{name}: {counted_label(kind)}" for _, name, kind, _ in keys)),
        rows=tuple(
            row(str(day), *(figure_cell(figure_for(kept[k], day, day, group=k[3])) for k in keys))
            for day in reversed(days)
        ),
        folded=True,
    )  # fmt: skip


def _gaps(report: Report) -> Text | None:
    lacking = [i for i in report.summary if i.now.missing_days]
    if not lacking:
        return None
    words = "; ".join(
        f"{i.region_name}, {counted_label(i.kind)}: {days_words(i.now.missing_days)}"
        for i in lacking
    )
    return text(Cell(text="Evenings without a count in this period: ", tone="missing"), words, ".")


def counter_section(report: Report) -> Section | None:
    """Return the total since the last recommitment, with the evenings it does not know."""
    since = report.head.recommitted_day
    if since is None:
        unset = text("No recommitment date is set (recommitted in mission.yaml).")
        return section("counter", "Since the last recommitment", unset)
    table = Table(
        caption=f"Known since {since} (evenings without a count are not filled in)",
        columns=("Region", "Counted", "Total known", "Evenings missing"),
        rows=tuple(map(_counter_row, report.counter)),
    )
    none = text(nothing(report.head, "No counts are kept, so there is nothing to add up."))
    return section("counter", f"Since the recommitment of {since}",
                   table if report.counter else none)  # fmt: skip


def _counter_row(item: CounterRow) -> TableRow:
    figure = item.figure
    missing = Cell(
        text=number(len(figure.missing_days)),
        notes=(days_words(figure.missing_days),) if figure.missing_days else (), is_number=True,
    )  # fmt: skip
    return row(item.region_name, counted_label(item.kind), figure_cell(figure), missing)


def claims_section(report: Report) -> Section | None:
    """Return what the parties claim, each in its own unit."""
    if not report.claims:
        return None
    table = Table(
        caption="Totals claimed by the parties; units differ, so they are never added or compared",
        columns=("Claimed by", "Against", "Number", "Of what", "Source"),
        rows=tuple(
            row(
                c.claimant or DASH, c.accused or DASH,
                Cell(text=bounded(c.low, c.best, c.high, None), refs=(c.id,), is_number=True),
                c.unit or c.description or DASH, c.source_id, anchor=c.id,
            )
            for c in report.claims
        ),
    )  # fmt: skip
    return section("claims", "What the parties claim", table)
