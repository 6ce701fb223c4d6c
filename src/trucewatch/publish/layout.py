"""The order of each kind of report: the daily one follows the field's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from trucewatch.drawing import Figure
from trucewatch.publish import (
    part_annex,
    part_counts,
    part_findings,
    part_happenings,
    part_warnings,
)
from trucewatch.publish.facts import Report
from trucewatch.publish.page import Page, Picture, Section, Table, section
from trucewatch.publish.plain import facts_sha256
from trucewatch.publish.words import clock_of, instant_words

Part = Callable[[Report], Section | None]

NAMES = {"daily": "Daily report", "status": "Status report", "spot": "Spot report"}
_CASUALTIES = partial(
    part_happenings.topic_section, topic="casualties", title="Casualties and damage",
    none="No casualty and no damage was reported.",
)  # fmt: skip
_WEAPONS = partial(
    part_happenings.topic_section, topic="weapons", title="Weapons and positions seen",
    none="No weapon, missing weapon or fortification was reported.",
)  # fmt: skip
_MINES = partial(
    part_happenings.topic_section, topic="mines", title="Mines",
    none="No mine, laying of mines or demining was reported.",
)  # fmt: skip
DAILY: tuple[Part, ...] = (
    part_counts.glance,
    part_counts.counts_section,
    part_counts.counter_section,
    part_counts.claims_section,
    part_happenings.incidents_section,
    _CASUALTIES,
    part_findings.withdrawal_section,
    _WEAPONS,
    _MINES,
    part_happenings.notices_section,
    part_happenings.restrictions_section,
    part_findings.findings_section,
    part_warnings.warnings_section,
    part_findings.directives_section,
    part_findings.conflicts_section,
    part_warnings.coverage_section,
    part_happenings.map_section,
    part_annex.sources_section,
    part_annex.annex_section,
)
STATUS: tuple[Part, ...] = (
    part_counts.glance,
    part_counts.counts_section,
    part_counts.counter_section,
    part_happenings.incidents_section,
    part_findings.findings_section,
    part_findings.withdrawal_section,
    part_warnings.warnings_section,
    part_findings.directives_section,
    part_warnings.coverage_section,
    part_happenings.map_section,
    part_annex.sources_section,
    part_annex.annex_section,
)
SPOT: tuple[Part, ...] = (
    part_counts.glance,
    part_happenings.incidents_section,
    _CASUALTIES,
    part_findings.findings_section,
    part_warnings.warnings_section,
    part_findings.directives_section,
    part_happenings.map_section,
    part_annex.sources_section,
    part_annex.annex_section,
)
PARTS = {"daily": DAILY, "status": STATUS, "spot": SPOT}


def lay_out(report: Report, *, figures: Mapping[str, Figure] | None = None) -> Page:
    """Return the report as a page; the anchors are the ids that links can lead to.

    figures: pictures of the warnings by name, shown right after them.
    """
    parts = PARTS[report.head.kind]
    sections = [part(report) for part in parts]
    if figures:
        after = parts.index(part_warnings.warnings_section) + 1
        sections.insert(after, section("figures", "Warnings in pictures", *_drawn(figures)))
    sections.append(part_annex.footer_section(report, facts_sha256(report)))
    kept = tuple(s for s in sections if s is not None)
    head = report.head
    span = f"evening of {head.day}" if head.days == 1 else f"{head.days} evenings to {head.day}"
    return Page(
        title=f"{head.title}: {NAMES[head.kind].lower()}, {head.day}",
        subtitle=f"{NAMES[head.kind]} for the {span}, as of "
        f"{instant_words(clock_of(head), head.period.end_utc)}. "
        f"Known up to {instant_words(clock_of(head), head.data_utc)}.",
        sections=kept, report=report, anchors=_anchors(kept),
    )  # fmt: skip


def _drawn(figures: Mapping[str, Figure]) -> Iterator[Picture]:
    for name, one in figures.items():
        yield Picture(name=name, title=one.title, words=" ".join(one.notes), figure=one)


def _anchors(sections: tuple[Section, ...]) -> frozenset[str]:
    found = {s.id for s in sections}
    for block in (b for s in sections for b in s.blocks):
        if isinstance(block, Table):
            found.update(r.anchor for r in block.rows if r.anchor)
            if block.anchor:
                found.add(block.anchor)
    return frozenset(found)
