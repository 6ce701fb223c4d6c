"""What happened: incidents per region and kind, and the topics of the field's daily report."""

from __future__ import annotations

from trucewatch.publish.facts import KindTally, ObservationFact, RegionTally, Report
from trucewatch.publish.kinds import TOPICS, kind_label
from trucewatch.publish.mapping import map_figure
from trucewatch.publish.page import Cell, Picture, Section, Table, TableRow, row, section, text
from trucewatch.publish.words import (
    DASH,
    account_words,
    bounded,
    clock_of,
    nothing,
    number,
    plural,
    when_words,
)

TOPIC_ROWS_MAX = 60


def incidents_section(report: Report) -> Section:
    """Return incidents per region and accounts per kind."""
    found = [r for r in report.region_tallies if r.incidents or r.incidents_before]
    regions = Table(
        caption="Incidents of kinds that count as violations, by region",
        columns=("Region", "Incidents", "Corroborated", "Before"),
        rows=tuple(map(_region_row, report.region_tallies)),
    )
    kinds = Table(
        caption="Accounts and incidents by kind (an account is what one source reports)",
        columns=("Kind", "Accounts", "Before", "Incidents", "Corroborated", "Looked, saw nothing"),
        rows=tuple(map(_kind_row, report.kinds)),
    )
    none = text(nothing(
        report.head,
        "No single happening was reported in this period. That is not a finding of calm.",
    ))  # fmt: skip
    longer = "; ".join(f"{number(n)} of kind {kind_label(k)}" for k, n in report.long_accounts)
    return section(
        "incidents", "Incidents of the period",
        regions if found else None, kinds if report.kinds else none,
        text(f"Dated only to a longer span, so not counted into this period: {longer}.")
        if longer else None,
    )  # fmt: skip


def _region_row(item: RegionTally) -> TableRow:
    before = Cell(text=number(item.incidents_before), is_number=True)
    count = Cell(
        text=at_least(item.incidents, item.is_partial), refs=item.ids,
        notes=("others withheld",) if item.is_partial else (), group="annex-incidents",
        is_number=True,
    )  # fmt: skip
    return row(
        item.region_name, count, Cell(text=number(item.corroborated), is_number=True), before
    )


def at_least(count: int, is_partial: bool) -> str:
    """Return a count, or its lower bound; nothing left of what was withheld is a dash, not zero."""
    if not is_partial:
        return number(count)
    return f"at least {number(count)}" if count else DASH


def _kind_row(item: KindTally) -> TableRow:
    by_source = tuple(f"{source}: {number(n)}" for source, n in item.by_source if n)
    withheld = ("others withheld",) if item.is_partial else ()
    accounts = Cell(
        text=at_least(item.accounts, item.is_partial),
        group=f"kind-{item.kind}",
        notes=(*by_source, *withheld),
        is_number=True,
    )
    return row(
        kind_label(item.kind), accounts, Cell(text=number(item.accounts_before), is_number=True),
        Cell(text=at_least(item.incidents, item.is_partial), group="annex-incidents",
             is_number=True),
        Cell(text=number(item.corroborated), is_number=True),
        Cell(text=number(item.null_accounts), is_number=True),
    )  # fmt: skip


def topic_section(report: Report, topic: str, title: str, none: str) -> Section:
    """Return the accounts of one topic; where there is none, say so without calling it calm."""
    rows = [o for o in report.observations if o.kind in TOPICS[topic]]
    if not rows:
        return section(topic, title, text(nothing(report.head, none)))
    more = len(rows) - TOPIC_ROWS_MAX
    return section(
        topic, title,
        account_table(report, rows[:TOPIC_ROWS_MAX], "Accounts; the annex holds the rest of each"),
        text(f"{plural(more, 'further account')} in the annex.") if more > 0 else None,
    )  # fmt: skip


def account_table(report: Report, rows: list[ObservationFact], caption: str) -> Table:
    """Return accounts in a few columns; the annex row holds the rest."""
    clock = clock_of(report.head)
    return Table(
        caption=caption,
        columns=("Time", "What", "Number", "Where", "Means", "Source"),
        rows=tuple(
            row(
                when_words(clock, o.start_utc, o.end_utc, o.when_precision),
                Cell(text=_what(o), refs=(o.id,)), _how_many(o), o.place_name or o.region or DASH,
                o.means or DASH, account_words(o.source_id, o.source_record),
            )
            for o in rows
        ),
    )  # fmt: skip


def _what(o: ObservationFact) -> str:
    nothing = "looked, saw no " if o.is_null else ""
    weapon = f", {o.weapon}" if o.weapon else ""
    return f"{nothing}{kind_label(o.kind)}{weapon}" + (
        f": {o.description}" if o.description else ""
    )


def _how_many(o: ObservationFact) -> Cell:
    if o.is_null:
        return Cell(text="0", is_number=True)
    if o.count_best is None and o.quantity is not None:
        return Cell(text=f"{number(o.quantity)} {o.unit or ''}".strip(), is_number=True)
    words = bounded(o.count_low, o.count_best, o.count_high, o.count_qualifier)
    return Cell(text=words, is_number=True)


def restrictions_section(report: Report) -> Section:
    """Return restrictions of movement, with the outages and denials of instruments."""
    accounts = topic_section(
        report, "restrictions", "Restrictions of movement and attacks on instruments",
        "No restriction of movement was reported.",
    )  # fmt: skip
    if not report.lost_watches:
        return accounts
    clock = clock_of(report.head)
    lost = Table(
        caption="Watches that could not see",
        columns=("Observer", "Means", "Status", "From, to"),
        rows=tuple(
            row(w.observer or DASH, w.means, w.status,
                when_words(clock, w.start_utc, w.end_utc), anchor=w.id)
            for w in report.lost_watches
        ),
        folded=len(report.lost_watches) > TOPIC_ROWS_MAX,
    )  # fmt: skip
    return section(accounts.id, accounts.title, *accounts.blocks, lost)


def notices_section(report: Report) -> Section:
    """Return the deconfliction notices in force: demining, repairs, exercises, local truces."""
    title = "Repair truces and deconfliction notices"
    if not report.notices:
        withheld = report.withheld.get("notices", 0)
        words = f"{plural(withheld, 'notice')} withheld." if withheld else "No notice is on record."
        return section("notices", title, text(words))
    clock = clock_of(report.head)
    table = Table(
        caption="Notices in force in the period",
        columns=("Topic", "Party", "From, to", "Says"),
        rows=tuple(
            row(n.topic, n.party or DASH, when_words(clock, n.start_utc, n.end_utc),
                n.says or DASH, anchor=n.id)
            for n in report.notices
        ),
    )  # fmt: skip
    return section("notices", title, table)


def map_section(report: Report) -> Section:
    """Return the map with what it shows said in words."""
    drawn = map_figure(report)
    disputed = [line for line in report.lines if line.status == "disputed"]
    claimed = "; ".join(
        f"{line.name}: claimed by {' and by '.join(line.claimants) or 'nobody named'}"
        for line in disputed
    )
    return section(
        "map", "Map",
        Picture(name="map", title=drawn.title, words=" ".join(drawn.notes), figure=drawn),
        text(f"Drawn as disputed: {claimed}.") if disputed else None,
    )  # fmt: skip
