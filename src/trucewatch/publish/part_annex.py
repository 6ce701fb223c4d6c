"""The annex: every row a figure leads to, where its bytes are, the sources, and the footer."""

from __future__ import annotations

from collections import defaultdict

from trucewatch.publish.facts import IncidentFact, ObservationFact, Report, SourceRow
from trucewatch.publish.figures import group_of
from trucewatch.publish.kinds import counted_label, kind_label, kind_rank
from trucewatch.publish.page import (
    Block,
    Cell,
    Section,
    Table,
    TableRow,
    cells,
    row,
    section,
    text,
)
from trucewatch.publish.words import (
    DASH,
    bounded,
    clock_of,
    days_words,
    instant_words,
    number,
    odds_words,
    place_words,
    plural,
    when_words,
)
from trucewatch.vocabulary import terms
from trucewatch.when import MissionClock, iso_utc
from trucewatch.where import bearing_word

QUOTE_MAX = 280
# HTML of more rows is slow on a phone; the CSV and JSON forms carry every listed row.
ROWS_SHOWN = 600
COUNTS_SHOWN = 400


def annex_section(report: Report) -> Section:
    """Return the incidents, observations and counts that the report rests on."""
    blocks: list[Block] = []
    if report.incidents:
        blocks.append(_incident_table(report))
    by_kind: dict[str, list[ObservationFact]] = defaultdict(list)
    for observation in report.observations[:ROWS_SHOWN]:
        by_kind[observation.kind].append(observation)
    for kind in sorted(by_kind, key=kind_rank):
        caption = f"Observations of kind {kind_label(kind)}"
        blocks.append(_observation_table(report, by_kind[kind], caption, f"kind-{kind}"))
    blocks += _count_tables(report)
    over = len(report.observations) - ROWS_SHOWN
    if over > 0:
        blocks.append(text(f"{plural(over, 'further observation')} in the CSV and JSON forms."))
    blocks += [
        text(f"The list of {name} stops at its limit of {n:,} rows; the store holds more.")
        for name, n in sorted(report.not_listed.items())
    ]
    nothing = text("No incident, observation or count stands behind this report.")
    return section("annex", "Annex: incidents, observations and counts", *(blocks or [nothing]))


def _incident_table(report: Report) -> Table:
    clock = clock_of(report.head)
    rows = report.incidents[:ROWS_SHOWN]
    return Table(
        caption=f"Incidents ({len(rows):,} of {len(report.incidents):,} listed)",
        columns=("Time", "Kind", "Where", "Number", "Status", "Likelihood", "Accounts", "Claimed"),
        rows=tuple(_incident_row(report, clock, i) for i in rows),
        anchor="annex-incidents", folded=len(rows) > 40,
    )  # fmt: skip


def _incident_row(report: Report, clock: MissionClock, i: IncidentFact) -> TableRow:
    decisions = tuple(
        r.decision + (f" by {r.who}" if r.who else "") for r in report.reviews
        if r.subject_id == i.id
    )  # fmt: skip
    where = Cell(
        text=i.place_name or i.region or DASH, notes=(place_words(i.lon, i.lat, i.radius_km),)
    )
    weapon = f", {i.weapon}" if i.weapon else ""
    return row(
        when_words(clock, i.start_utc, i.end_utc), kind_label(i.kind) + weapon, where,
        Cell(text=bounded(i.count_low, i.count_best, i.count_high, None), is_number=True),
        Cell(text=i.verification_status, notes=decisions),
        odds_words(i.probability_occurred) if i.probability_occurred is not None else DASH,
        Cell(text=plural(i.observations, "account"), refs=i.member_ids,
             notes=(plural(i.roots, "independent root"), *i.source_ids)),
        i.claimed_actor or DASH, anchor=i.id,
    )  # fmt: skip


def _count_tables(report: Report) -> list[Block]:
    groups: dict[str, list[ObservationFact]] = defaultdict(list)
    for count in report.counts:
        groups[group_of(count.region or "", count.kind)].append(count)
    names = {r.id: r.name for r in report.regions}
    tables: list[Block] = []
    for anchor, rows in sorted(groups.items()):
        region = names.get(rows[0].region or "", rows[0].region or DASH)
        newest = sorted(rows, key=lambda o: (str(o.end_utc), o.id), reverse=True)[:COUNTS_SHOWN]
        of = f"{len(newest):,} newest of {len(rows):,}; all in the CSV and JSON forms"
        many = of if len(newest) < len(rows) else plural(len(rows), "account")
        caption = f"Counts: {region}, {counted_label(rows[0].kind)} ({many})"
        tables.append(_count_table(report, newest, caption, anchor))
    return tables


def _count_table(report: Report, rows: list[ObservationFact], caption: str, anchor: str) -> Table:
    """Counts have no place but their region: fewer columns, since there are many of them."""
    clock = clock_of(report.head)
    return Table(
        caption=caption, columns=("Window", "Number", "Source and record", "Bytes"),
        rows=tuple(
            row(
                when_words(clock, o.start_utc, o.end_utc, o.when_precision), _how_many(o),
                Cell(text=o.source_id, href=o.address, notes=(*_record(o), *_aside(o))),
                _bytes(o), anchor=o.id,
            )
            for o in rows
        ),
        anchor=anchor, folded=True,
    )  # fmt: skip


def _aside(o: ObservationFact) -> tuple[str, ...]:
    return tuple(part for part in (o.description, o.quote) if part)


def _how_many(o: ObservationFact) -> Cell:
    words = bounded(o.count_low, o.count_best, o.count_high, o.count_qualifier)
    if o.is_null and o.count_best is None:
        words = "0 (looked, saw nothing)"
    elif o.count_best is None and o.quantity is not None:
        words = f"{number(o.quantity)} {o.unit or ''}".strip()
    return Cell(text=words, is_number=True)


def _observation_table(
    report: Report, rows: list[ObservationFact], caption: str, anchor: str
) -> Table:
    clock = clock_of(report.head)
    return Table(
        caption=caption,
        columns=("Time", "Number", "Where", "Seen", "Said", "Source and record", "Bytes"),
        rows=tuple(_observation_row(clock, o) for o in rows), anchor=anchor, folded=True,
    )  # fmt: skip


def _observation_row(clock: MissionClock, o: ObservationFact) -> TableRow:
    spot = place_words(o.lon, o.lat, o.radius_km)
    return row(
        when_words(clock, o.start_utc, o.end_utc, o.when_precision),
        _how_many(o),
        Cell(text=o.place_name or o.region or DASH, notes=() if spot == DASH else (spot,)),
        Cell(text=o.means or DASH, notes=_from_where(o)), _said(o),
        Cell(text=o.source_id, href=o.address, notes=_record(o)), _bytes(o), anchor=o.id,
    )  # fmt: skip


def _from_where(o: ObservationFact) -> tuple[str, ...]:
    notes = [o.observer] if o.observer else []
    if o.range_high_km is not None:
        towards = f" {bearing_word(o.bearing_deg)}" if o.bearing_deg is not None else ""
        span = bounded(o.range_low_km, None, o.range_high_km, None)
        notes.append(f"{span} km{towards} of the observer")
    return tuple(notes)


def _said(o: ObservationFact) -> Cell:
    quote = o.quote or ""
    shown = quote if len(quote) <= QUOTE_MAX else quote[:QUOTE_MAX] + "\u2026"
    parts = [p for p in (o.description, f"\u2018{shown}\u2019" if shown else None) if p]
    who = (f"claimed actor: {o.claimed_actor}",) if o.claimed_actor else ()
    weapon = (f"weapon: {o.weapon}",) if o.weapon else ()
    return Cell(text="; ".join(parts) or DASH, notes=(*who, *weapon))


def _record(o: ObservationFact) -> tuple[str, ...]:
    notes = [o.source_record] if o.source_record else []
    if o.record_no is not None:
        notes.append(f"record {o.record_no}")
    if o.published_utc is not None:
        notes.append(f"published {iso_utc(o.published_utc)}")
    return tuple(notes)


def _bytes(o: ObservationFact) -> Cell:
    if o.sha256 is None:
        return Cell(text=DASH)
    return Cell(text=f"{o.sha256[:12]}\u2026", notes=(o.sha256,))


def sources_section(report: Report) -> Section:
    """Return each source with its grade and licence, and what became of its records."""
    table = Table(
        caption="Reliability is the NATO Admiralty grade of the source, A to F",
        columns=("Source", "Publisher", "Grade", "Licence", "Records", "Rows", "Quarantined"),
        rows=tuple(map(_source_row, report.sources)),
    )
    none = text("No source was read.")
    withheld = report.withheld.get("sources", 0)
    return section(
        "sources", "Sources", table if report.sources else none,
        text(f"{plural(withheld, 'source')} may not be republished and left out.")
        if withheld else None,
    )  # fmt: skip


def _source_row(item: SourceRow) -> TableRow:
    facts = item.facts
    grades = terms("reliability")
    grade = grades.get(facts.reliability)
    rows = item.observations + item.watches + item.claims
    return row(
        Cell(text=facts.title or facts.source_id, href=facts.address or None,
             notes=(facts.source_id,) if facts.title else ()),
        facts.publisher or DASH,
        Cell(text=facts.reliability or DASH, notes=(grade.label,) if grade else ()),
        facts.licence or DASH,
        Cell(text=number(item.records), is_number=True,
             notes=(plural(item.captures, "capture"),)),
        Cell(text=number(rows), is_number=True,
             notes=(plural(item.repeats, "repeat"),) if item.repeats else ()),
        Cell(text=number(item.quarantined), is_number=True,
             tone="unsure" if item.quarantined else None),
        anchor=f"source-{facts.source_id}",
    )  # fmt: skip


def footer_section(report: Report, facts_sha256: str) -> Section:
    """Return what the report could not read or does not hold, and what it was made from."""
    head = report.head
    shown = "" if head.redaction is None else " that may be shown"
    quarantined = sum(q.records for q in report.quarantine)
    kind = report.summary[0].kind if report.summary else ""
    missing = {d for i in report.summary if i.kind == kind for d in i.now.missing_days}
    lost = {d for c in report.counter if c.kind == kind for d in c.figure.missing_days}
    reasons = Table(
        caption="Records in quarantine, by reason", columns=("Source", "Field", "Expected",
                                                            "Records"),
        rows=tuple(
            row(q.source_id, q.field or DASH, q.expected,
                Cell(text=number(q.records), is_number=True))
            for q in report.quarantine
        ),
        folded=True,
    )  # fmt: skip
    made = Table(
        caption="How this report was made", columns=("What", "Value"),
        rows=tuple(
            row(*cells(name, value)) for name, value in (
                ("Data time (known up to)", instant_words(clock_of(head), head.data_utc)),
                ("Run", head.run_id or DASH), ("Code", head.code_version or DASH),
                ("SHA-256 of the facts", facts_sha256),
            )
        ),
    )  # fmt: skip
    return section(
        "footer", "What stands behind this report",
        text(f"{plural(quarantined, 'record')} could not be read and wait in quarantine.",
             listed=True),
        text(f"Evenings of this period without a count{shown} in some region: "
             f"{days_words(sorted(missing)) if missing else 'none'}.", listed=True),
        text(f"Since the recommitment {plural(len(lost), 'evening')} without a count of "
             f"{counted_label(kind)} in some region.", listed=True)
        if report.counter else None,
        reasons if report.quarantine else None, made,
    )  # fmt: skip
