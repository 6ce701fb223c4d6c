"""What the provisions say, what is forecast, what is proposed, and where accounts differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from trucewatch.publish.facts import Report
from trucewatch.publish.facts_judged import (
    ConflictFact,
    FindingFact,
    ProvisionSaidFact,
)
from trucewatch.publish.kinds import is_withdrawal
from trucewatch.publish.page import Cell, Section, Table, TableRow, row, section, text
from trucewatch.publish.reasons import plain_words
from trucewatch.publish.traces import rows_named, trace_of
from trucewatch.publish.words import (
    DASH,
    account_words,
    clock_of,
    instant_words,
    nothing,
    number,
    odds_words,
    zone_name,
)

OUTCOMES = {
    "breach": ("breach", "breach"),
    "undetermined": ("undetermined", "unsure"),
    "none_seen": ("none seen", "clear"),
}
FINDINGS_SHOWN = 8
# Who sees everything and nothing of it can still have missed three (95%). Above twice that less
# than half was seen, and 'none seen' is no good news.
MOST_MISSED_CLEAR = 6.0
# What an agreement calls the reading of its plain words; only other readings need naming.
PLAIN_READING = "as written"


def findings_section(report: Report) -> Section:
    """Return what each provision says about the period, in the order breach, undetermined."""
    rest = [f for f in report.findings if not is_withdrawal(f.provision_kind)]
    found = _findings(report, rest, "findings", "What each provision says")
    if not report.provisions_said:
        return found
    return section(found.id, found.title, *found.blocks, _documents_say(report))


def _documents_say(report: Report) -> Table:
    """What documents say of each provision's status, those first that differ from its text."""
    return Table(
        caption="What documents say of each provision. Where that differs from the agreement's "
        "file, people settle it; the file is not changed",
        columns=("Provision", "Its text", "Documents say", "Who says so, in which documents"),
        rows=tuple(
            row(
                Cell(text=p.provision_id, notes=(p.text_says,) if p.text_says else ()), p.stated,
                Cell(text=p.status, tone="unsure" if p.differs else None,
                     notes=("differs from its text",) if p.differs else ()),
                Cell(text=_told(p), notes=tuple(_backing(p))),
            )
            for p in report.provisions_said
        ),
        folded=len(report.provisions_said) > FINDINGS_SHOWN,
    )  # fmt: skip


def _told(said: ProvisionSaidFact) -> str:
    return "; ".join(
        f"{held['status']}: {', '.join(held['who']) or 'no one named'}, {held['roots']} "
        f"independent root{'s' if held['roots'] != 1 else ''}" for held in _rows(said.says)
    ) or DASH  # fmt: skip


def _backing(said: ProvisionSaidFact) -> Iterable[str]:
    for held in _rows(said.says):
        for document in _rows(held["documents"]):
            yield f"{held['status']}: {document['origin']} ({', '.join(document['claims'][:3])})"


def _rows(found: Any) -> Iterable[dict[str, Any]]:
    """Return the rows of a list that was read from JSON; a long one ends in words, not a row."""
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def withdrawal_section(report: Report) -> Section:
    """Return the findings on disengagement and withdrawal of weapons."""
    rows = [f for f in report.findings if is_withdrawal(f.provision_kind)]
    return _findings(report, rows, "withdrawal", "Disengagement and withdrawal of weapons")


def _findings(
    report: Report, rows: Sequence[FindingFact], anchor: str, title: str
) -> Section:  # fmt: skip
    if not rows:
        return section(
            anchor, title,
            text("No such provision was evaluated for this period. That is not compliance."),
        )  # fmt: skip
    table = Table(
        caption="Findings one by one, with their traces; 'none seen' always carries its power",
        columns=("Outcome", "Provision", "Party", "Place", "How sure", "Acts"),
        rows=tuple(_finding_row(report, f) for f in rows), anchor=f"{anchor}-table",
        folded=len(rows) > FINDINGS_SHOWN,
    )  # fmt: skip
    return section(anchor, title, _overview(report, rows), table)


def _overview(report: Report, rows: Sequence[FindingFact]) -> Table:
    """Provisions against outcomes, with the places: what a reader looks up first."""
    by_provision: dict[tuple[str, str, str], list[FindingFact]] = {}
    for f in rows:
        by_provision.setdefault((f.provision_id, f.reading, f.party), []).append(f)
    return Table(
        caption="Each provision and the places where it was found breached, undetermined or none "
        "seen; behind 'none seen' the 95% bound of what was missed, green where half was seen",
        columns=("Provision", "Party", "Breach", "Undetermined", "None seen"),
        rows=tuple(
            row(
                Cell(text=provision, notes=tuple(_provision_notes(found[0]))), party,
                *(_places(report, found, outcome) for outcome in OUTCOMES),
            )
            for (provision, _, party), found in by_provision.items()
        ),
    )  # fmt: skip


def _places(report: Report, rows: Sequence[FindingFact], outcome: str) -> Cell:
    found = [f for f in rows if f.outcome == outcome]
    bounds: dict[str, float] = {}
    for f in found:
        place = zone_name(report, f.zone)
        bounds[place] = max(bounds.get(place, 0.0), _missed(f))
    places = ", ".join(place + _bounded(most) for place, most in bounds.items())
    clear = all(most <= MOST_MISSED_CLEAR for most in bounds.values())
    tone = OUTCOMES[outcome][1] if found and clear else None
    topic = "withdrawal" if is_withdrawal(rows[0].provision_kind) else "findings"
    group = f"{topic}-table" if found else None
    return Cell(text=places or DASH, refs=tuple(f.id for f in found), tone=tone, group=group)


def _finding_row(report: Report, finding: FindingFact) -> TableRow:
    words, colour = OUTCOMES.get(finding.outcome, (finding.outcome, "unsure"))
    tone = colour if _missed(finding) <= MOST_MISSED_CLEAR else None
    decisions = tuple(
        f"{r.decision}" + (f" by {r.who}" if r.who else "")
        for r in report.reviews if r.subject_id == finding.id
    )  # fmt: skip
    return row(
        Cell(text=words, tone=tone, notes=decisions),
        Cell(text=finding.provision_id, notes=tuple(_reading_note(finding))),
        finding.party, zone_name(report, finding.zone), Cell(text=_how_sure(finding)),
        Cell(text=number(finding.incidents), refs=rows_named(finding.trace),
             group="annex-incidents", is_number=True),
        anchor=finding.id, trace=trace_of(report, finding),
    )  # fmt: skip


def _provision_notes(finding: FindingFact) -> Iterable[str]:
    if finding.says:
        yield finding.says
    yield ", ".join(_cited(finding))
    yield from _reading_note(finding)
    if finding.status and finding.status != "agreed":
        yield f"status: {finding.status}"
    if finding.ambiguity:
        yield f"ambiguous: {finding.ambiguity}"


def _reading_note(finding: FindingFact) -> Iterable[str]:
    if finding.reading != PLAIN_READING:
        yield f"reading: {finding.reading}"


def _cited(finding: FindingFact) -> Iterable[str]:
    """The instrument and article as people cite them; an agreement may join several instruments."""
    trace = finding.trace if isinstance(finding.trace, dict) else {}
    yield str(trace.get("instrument") or finding.agreement_title or finding.agreement or DASH)
    if trace.get("signed"):
        yield str(trace["signed"])
    if finding.article:
        yield f"article {finding.article}"
    if finding.reference:
        yield finding.reference


def _how_sure(finding: FindingFact) -> str:
    """The power of 'none seen' is the bound of what may have been missed."""
    if finding.outcome == "none_seen":
        if finding.missed_upper is None:
            return "power not stated"
        return f"at most {_whole(finding.missed_upper)} missed (95%)"
    if finding.outcome == "undetermined":
        return "cannot be told"
    grade = f"; severity {number(round(finding.severity, 2))}" if finding.severity else ""
    pattern = f"; {finding.pattern}" if finding.pattern else ""
    return odds_words(finding.probability) + grade + pattern


def _missed(finding: FindingFact) -> float:
    """The bound of a 'none seen'; 0 for other outcomes, without end where none is stated."""
    if finding.outcome != "none_seen":
        return 0.0
    return math.inf if finding.missed_upper is None else finding.missed_upper


def _bounded(most: float) -> str:
    """What stands behind a place: nothing where no bound applies."""
    if most == 0:
        return ""
    return " (power not stated)" if math.isinf(most) else f" (at most {_whole(most)} missed)"


def _whole(bound: float) -> str:
    """A bound in whole happenings, upwards: nobody misses a fraction, nor fewer than stated."""
    return number(math.ceil(bound))


def directives_section(report: Report) -> Section:
    """Return the directives that scenarios propose; they advise and never order."""
    title = "Directives proposed"
    if not report.directives:
        withheld = report.withheld.get("directives", 0)
        words = f"{withheld} withheld." if withheld else "No directive is open for this period."
        return section("directives", title, text(words))
    clock = clock_of(report.head)
    table = Table(
        caption="Steps of scenarios; each names the finding or warning it follows from",
        columns=("Due", "Addressee", "Step", "Says", "Follows from", "State"),
        rows=tuple(
            row(
                Cell(text=instant_words(clock, d.due_utc), notes=_latest(report, d.due_latest_utc)),
                d.addressee.replace("_", " "), f"{d.scenario}: {d.step}",
                Cell(text=d.says, notes=(f"if {d.precondition}",) if d.precondition else ()),
                _basis(report, d.basis_id), d.state, anchor=d.id,
            )
            for d in report.directives
        ),
    )  # fmt: skip
    return section("directives", title, table)


def _basis(report: Report, basis_id: str) -> Cell:
    """What a directive follows from, in words where the report holds it."""
    finding = next((f for f in report.findings if f.id == basis_id), None)
    warning = next((w for w in report.warnings if w.id == basis_id), None)
    said = basis_id
    if finding is not None:
        said = f"{finding.provision_id} in {zone_name(report, finding.zone)}"
    elif warning is not None:
        said = f"warning of {plain_words(warning.outcome)} in {zone_name(report, warning.zone)}"
    return Cell(text=said, refs=(basis_id,), notes=() if said == basis_id else (basis_id,))


def _latest(report: Report, due_latest: Any) -> tuple[str, ...]:
    if due_latest is None:
        return ()
    return (f"at the latest {instant_words(clock_of(report.head), due_latest)}",)


def conflicts_section(report: Report) -> Section:
    """Return where sources differ; both values are shown."""
    title = "Conflicts between accounts"
    if not report.conflicts:
        return section("conflicts", title, text(nothing(report.head, "No conflict was found.")))
    table = Table(
        caption="Both accounts stand until a person decides",
        columns=("About", "Where", "One account", "The other", "Grounds"),
        rows=tuple(
            row(
                Cell(text=c.attribute, refs=(c.incident_id,) if c.incident_id else ()),
                c.place_name or DASH, _side(c, "left"), _side(c, "right"), c.grounds or DASH,
                anchor=c.id,
            )
            for c in report.conflicts
        ),
        folded=len(report.conflicts) > 30,
    )  # fmt: skip
    return section("conflicts", title, table)


def _side(conflict: ConflictFact, side: str) -> Cell:
    account = conflict.left if side == "left" else conflict.right
    value = conflict.left_value if side == "left" else conflict.right_value
    named = account_words(account.source_id, account.record)
    return Cell(text=f"{named}: {value if value is not None else DASH}", refs=(account.id,))
