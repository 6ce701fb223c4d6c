"""What follows from the happenings: findings, warnings, directives, conflicts, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from trucewatch.publish.facts import QuarantineRow, Report, SourceFacts, SourceRow
from trucewatch.publish.facts_counts import Account
from trucewatch.publish.facts_judged import (
    ConflictFact,
    CoverageFact,
    DirectiveFact,
    FindingFact,
    HypothesisFact,
    ProvisionSaidFact,
    ReviewFact,
    WarningFact,
)
from trucewatch.publish.rows import Row, clean, fact, record_of, tree
from trucewatch.publish.window import Window

AFTER_EVENING = timedelta(hours=72)


def judged_facts(
    window: Window, report: Report, sources: Mapping[str, SourceFacts]
) -> dict[str, Any]:
    """Return the report's parts that later rooms and people added, and where all came from."""
    findings, more = _findings(window)
    hypotheses, more_hypotheses = _hypotheses(window, findings)
    warnings = _warnings(window)
    directives = _directives(window, findings, warnings)
    cut = {"findings": more, "hypotheses": more_hypotheses}
    return {
        "findings": findings,
        "provisions_said": tuple(
            fact(ProvisionSaidFact, row, says=tree(row["says"]))
            for row in window.rows("provisions_said")[: window.listed_max]
        ),
        "hypotheses": hypotheses,
        "reviews": _reviews(window, report, findings, directives),
        "warnings": warnings,
        "directives": directives,
        "conflicts": _conflicts(window),
        "coverage": tuple(
            fact(CoverageFact, row, id=row["coverage_id"])
            for row in window.rows("coverage_in_window")[: window.listed_max]
        ),
        "sources": tuple(_source(row, sources) for row in window.rows("sources_read")),
        "quarantine": tuple(
            fact(QuarantineRow, row)
            for row in window.rows("quarantine_reasons")[: window.listed_max]
        ),
        "not_listed": report.not_listed | {name: window.listed_max for name, n in cut.items() if n},
    }


def _findings(window: Window) -> tuple[tuple[FindingFact, ...], int]:
    found = window.rows("findings_in_window")
    rows = found[: window.listed_max]
    facts = (fact(FindingFact, r, id=r["finding_id"], trace=tree(r["trace"])) for r in rows)
    return tuple(facts), len(found) - len(rows)


def _hypotheses(
    window: Window, findings: tuple[FindingFact, ...]
) -> tuple[tuple[HypothesisFact, ...], int]:
    breaches = [f.id for f in findings if f.outcome == "breach"]
    if not breaches:
        return (), 0
    found = window.rows("hypotheses_of_findings", listed_finding=breaches)
    rows = found[: window.listed_max]
    facts = (
        fact(HypothesisFact, r, id=r["hypothesis_id"], grounds=tree(r["grounds"])) for r in rows
    )
    return tuple(facts), len(found) - len(rows)


def _warnings(window: Window) -> tuple[WarningFact, ...]:
    # Forecasts are made once the evening's accounts are in, which may take some days.
    latest_utc = min(window.head.data_utc, window.head.period.end_utc + AFTER_EVENING)
    return tuple(
        fact(WarningFact, row, id=row["warning_id"], indicators=tree(row["indicators"]))
        for row in window.rows("warnings_in_window", {"latest_utc": latest_utc})[
            : window.listed_max
        ]
    )


def _directives(
    window: Window, findings: tuple[FindingFact, ...], warnings: tuple[WarningFact, ...]
) -> tuple[DirectiveFact, ...]:
    bases = sorted({*(f.id for f in findings), *(w.id for w in warnings)})
    return tuple(
        fact(DirectiveFact, row, id=row["directive_id"])
        for row in window.rows("directives_open", listed_basis=bases)[: window.listed_max]
    )


def _reviews(
    window: Window, report: Report, findings: tuple[FindingFact, ...],
    directives: tuple[DirectiveFact, ...],
) -> tuple[ReviewFact, ...]:  # fmt: skip
    subjects = {row.id for rows in (report.incidents, findings, directives) for row in rows}
    if not subjects:
        return ()
    return tuple(
        fact(ReviewFact, row, id=row["review_id"])
        for row in window.rows("reviews_known", listed_subject=sorted(subjects))
    )


def _conflicts(window: Window) -> tuple[ConflictFact, ...]:
    return tuple(
        fact(
            ConflictFact, row, id=row["conflict_id"],
            left=_side(row, "left"), right=_side(row, "right"),
        )
        for row in window.rows("conflicts_in_window")[: window.listed_max]
    )  # fmt: skip


def _side(row: Row, side: str) -> Account:
    return Account(
        id=row[f"{side}_observation_id"], source_id=row[f"{side}_source_id"],
        record=record_of(row[f"{side}_record"], row[f"{side}_attributes"]), low=None, high=None,
    )  # fmt: skip


def _source(row: Row, sources: Mapping[str, SourceFacts]) -> SourceRow:
    known = sources.get(row["source_id"]) or SourceFacts(
        source_id=row["source_id"], licence=clean(row["licence"] or "")
    )
    return fact(
        SourceRow, row, facts=known,
        capture_hashes=tuple(h for h in row["capture_hashes"] or () if h),
    )  # fmt: skip
