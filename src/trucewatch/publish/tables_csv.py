"""A report as one tidy CSV: one row per figure, finding, warning, incident or account."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from trucewatch.publish.facts import Report
from trucewatch.publish.facts_counts import Figure
from trucewatch.publish.words import figure_notes
from trucewatch.when import iso_utc

COLUMNS = (
    "section", "id", "region", "kind", "low", "best", "high", "qualifier", "missing", "outcome",
    "probability", "start_utc", "end_utc", "lon", "lat", "radius_km", "place", "says", "party",
    "source", "record", "address", "sha256", "rows",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(report: Report) -> str:
    """Return the tidy table; text that a spreadsheet would run as a formula gets a quote mark."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({key: _safe(value) for key, value in row.items() if value is not None})
    return out.getvalue()


def _safe(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, tuple):
        value = " ".join(value)
    if isinstance(value, str):
        text = value.replace("\r", " ").replace("\n", " ")
        return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    return value


def _rows(report: Report) -> Iterable[dict[str, Any]]:
    period = {"start_utc": report.head.period.start_utc, "end_utc": report.head.period.end_utc}
    yield {"section": "report", "id": report.head.run_id, "kind": report.head.kind,
           "says": report.head.title, "party": report.head.audience, **period}  # fmt: skip
    for item in report.summary:
        yield {"section": "summary", **_figure(item.region, item.kind, item.now), **period}
    for counter in report.counter:
        yield {"section": "counter", **_figure(counter.region, counter.kind, counter.figure),
               "start_utc": report.head.recommitted_utc,
               "end_utc": report.head.period.end_utc}  # fmt: skip
    for tally in report.kinds:
        yield {"section": "kind", "kind": tally.kind, "best": float(tally.accounts), **period}
    yield from _judged(report)
    yield from _listed(report)


def _figure(region: str, kind: str, figure: Figure) -> dict[str, Any]:
    return {
        "region": region, "kind": kind, "low": figure.low, "best": figure.best,
        "high": figure.high, "qualifier": figure.qualifier, "missing": figure.missing,
        "says": "; ".join(figure_notes(figure)), "rows": figure.ids,
    }  # fmt: skip


def _judged(report: Report) -> Iterable[dict[str, Any]]:
    for f in report.findings:
        yield {"section": "finding", "id": f.id, "region": f.zone, "kind": f.provision_id,
               "outcome": f.outcome, "probability": f.probability, "high": f.missed_upper,
               "start_utc": f.window_start_utc, "end_utc": f.window_end_utc, "says": f.says,
               "party": f.party, "record": f.reading}  # fmt: skip
    for w in report.warnings:
        yield {"section": "warning", "id": w.id, "region": w.zone, "kind": w.outcome,
               "outcome": "raised" if w.is_raised else "not raised", "probability": w.probability,
               "low": w.probability_low, "high": w.probability_high,
               "start_utc": w.issued_utc}  # fmt: skip
    for d in report.directives:
        yield {"section": "directive", "id": d.id, "kind": f"{d.scenario}: {d.step}",
               "outcome": d.state, "end_utc": d.due_utc, "says": d.says, "party": d.addressee,
               "rows": (d.basis_id,)}  # fmt: skip
    for c in report.conflicts:
        yield {"section": "conflict", "id": c.id, "kind": c.attribute, "place": c.place_name,
               "says": f"{c.left_value} / {c.right_value}",
               "source": f"{c.left.source_id} / {c.right.source_id}",
               "rows": (c.left.id, c.right.id)}  # fmt: skip
    for v in report.coverage:
        yield {"section": "coverage", "id": v.id, "region": v.zone, "kind": v.kind,
               "best": v.watched_share, "high": v.missed_upper,
               "probability": v.detection_probability, "start_utc": v.window_start_utc,
               "end_utc": v.window_end_utc}  # fmt: skip


def _listed(report: Report) -> Iterable[dict[str, Any]]:
    for i in report.incidents:
        yield {"section": "incident", "id": i.id, "region": i.region, "kind": i.kind,
               "low": i.count_low, "best": i.count_best, "high": i.count_high,
               "outcome": i.verification_status, "probability": i.probability_occurred,
               "start_utc": i.start_utc, "end_utc": i.end_utc, "lon": i.lon, "lat": i.lat,
               "radius_km": i.radius_km, "place": i.place_name, "party": i.claimed_actor,
               "source": " ".join(i.source_ids), "rows": i.member_ids}  # fmt: skip
    for section, rows in (("observation", report.observations), ("count", report.counts)):
        for o in rows:
            yield {"section": section, "id": o.id, "region": o.region, "kind": o.kind,
                   "low": o.count_low, "best": o.count_best, "high": o.count_high,
                   "qualifier": o.count_qualifier, "outcome": "saw nothing" if o.is_null else None,
                   "start_utc": o.start_utc, "end_utc": o.end_utc, "lon": o.lon, "lat": o.lat,
                   "radius_km": o.radius_km, "place": o.place_name, "says": o.quote or
                   o.description, "party": o.claimed_actor, "source": o.source_id,
                   "record": o.source_record or o.record_no, "address": o.address,
                   "sha256": o.sha256}  # fmt: skip
