"""The one redaction: what leaves the house for anyone but the mission itself.

Everything is left out unless it is named here. Rows of sources that may not be republished go
(tallies and incidents made from them stay where the source allows that);
places move to the centre of a cell; times become reporting days; free text, observers, own
movements, notices, directives and what documents say of provisions go; ids become row numbers,
since an id is a hash that somebody who guesses the hidden columns could confirm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from trucewatch.publish import facts as f
from trucewatch.publish.audience import Audience
from trucewatch.publish.facts_counts import CountSpan, Figure
from trucewatch.publish.facts_judged import ConflictFact, CoverageFact, ReviewFact
from trucewatch.publish.figures import EVERYWHERE, figures_from
from trucewatch.publish.kinds import OWN_PLACE_KINDS
from trucewatch.vocabulary import means, weapons
from trucewatch.when import Interval, MissionClock
from trucewatch.where import Grid

COUNT_ATTRIBUTES = frozenset({"count", "count_low", "count_best", "count_high"})
PERSONS_DECISIONS = frozenset({"verified", "rejected"})
SHARE_STEP = 0.1
SURE = frozenset({"corroborated", "verified"})


def redact(report: f.Report, audience: Audience) -> f.Report:
    """Return the report as the audience may read it."""
    return _Redaction(report, audience).report()


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that may be shown at all, before their columns are reduced."""

    spans: tuple[CountSpan, ...]
    counts: tuple[f.ObservationFact, ...]
    observations: tuple[f.ObservationFact, ...]
    incidents: tuple[f.IncidentFact, ...]
    claims: tuple[f.PartyClaim, ...]
    conflicts: tuple[ConflictFact, ...]
    reviews: tuple[ReviewFact, ...]


class _Redaction:
    def __init__(self, report: f.Report, audience: Audience) -> None:
        self.old, self.audience = report, audience
        self.open = {row.facts.source_id for row in report.sources if row.facts.republish}
        self.derived = self.open | {
            row.facts.source_id for row in report.sources if row.facts.derived
        }
        self.regions = {r.id for r in report.regions} | {EVERYWHERE}
        self.clock = MissionClock(
            ZoneInfo(report.head.zone), time.fromisoformat(report.head.evening)
        )
        self.grid = Grid(audience.coarsen_km)
        self.rows = self._rows()
        self.alias = self._aliases()

    def report(self) -> f.Report:
        old, rows = self.old, self.rows
        spans = tuple(replace(s, id=self.alias[s.id]) for s in rows.spans)
        incidents = tuple(map(self._incident, rows.incidents))
        return f.Report(
            head=replace(old.head, redaction=self._words(), run_id=None),
            regions=old.regions, spans=spans, towns=old.towns,
            lines=tuple(line for line in old.lines if line.is_published),
            **self._figures(spans),
            counts=tuple(map(self._count, rows.counts)),
            observations=tuple(map(self._observation, rows.observations)),
            incidents=incidents,
            claims=tuple(
                replace(c, id=self.alias[c.id], description=None, unit=None) for c in rows.claims
            ),
            conflicts=tuple(map(self._conflict, rows.conflicts)),
            kinds=tuple(self._kinds(incidents)),
            region_tallies=tuple(self._regions(incidents)),
            findings=tuple(replace(x, id=self.alias[x.id], trace=None) for x in old.findings),
            reviews=tuple(map(self._review, rows.reviews)),
            warnings=tuple(
                replace(w, id=self.alias[w.id], indicators=None) for w in old.warnings
                if w.issued_utc <= self.audience.latest_utc(old.head.data_utc)
            ),
            coverage=tuple(map(self._coverage, old.coverage)),
            sources=tuple(
                replace(s, capture_hashes=())
                for s in old.sources if s.facts.source_id in self.derived
            ),
            quarantine=tuple(self._quarantine()),
            not_listed=dict(old.not_listed), withheld=self._withheld(),
        )  # fmt: skip

    def _rows(self) -> _Rows:
        old = self.old
        incidents = tuple(i for i in old.incidents if self._may_show(i))
        shown = {i.id for i in incidents}
        return _Rows(
            spans=tuple(s for s in old.spans if self._may_count(s)),
            counts=tuple(o for o in old.counts if self._may_count(o)),
            observations=tuple(
                o for o in old.observations
                if o.source_id in self.open and o.kind not in OWN_PLACE_KINDS
            ),
            incidents=incidents,
            claims=tuple(c for c in old.claims if c.source_id in self.open),
            conflicts=tuple(c for c in old.conflicts if self._may_show_conflict(c)),
            reviews=tuple(
                r for r in old.reviews
                if r.decision in PERSONS_DECISIONS and r.subject_id in shown
            ),
        )  # fmt: skip

    def _may_count(self, row: CountSpan | f.ObservationFact) -> bool:
        """A count of a place that is no region of the mission would name that place."""
        return row.source_id in self.open and row.region in self.regions

    def _may_show(self, incident: f.IncidentFact) -> bool:
        """An incident goes where any of its accounts may not be shown: its place came from all."""
        sources = set(incident.source_ids)
        return bool(sources) and sources <= self.derived and incident.kind not in OWN_PLACE_KINDS

    def _may_show_conflict(self, conflict: ConflictFact) -> bool:
        values = (conflict.left_value, conflict.right_value)
        return (
            {conflict.left.source_id, conflict.right.source_id} <= self.open
            and conflict.attribute in COUNT_ATTRIBUTES
            and all(v is None or _is_number(v) for v in values)
        )

    def _aliases(self) -> dict[str, str]:
        rows = self.rows
        ids: set[str] = set()
        listed: Iterable[Iterable[Any]] = (
            rows.spans, rows.counts, rows.observations, rows.incidents, rows.claims,
            rows.conflicts, rows.reviews, self.old.findings, self.old.warnings, self.old.coverage,
        )  # fmt: skip
        for group in listed:
            ids.update(row.id for row in group)
        for conflict in rows.conflicts:
            ids.update((conflict.left.id, conflict.right.id))
        return {old: f"row-{n}" for n, old in enumerate(sorted(ids), start=1)}

    def _words(self) -> str:
        return (
            f"Redacted for the audience '{self.audience.id}': published at least "
            f"{self.audience.delay_h:g} h after the evening; places moved to cells of "
            f"{self.audience.coarsen_km:g} km; times given as reporting days; sources that may "
            "not be republished, observers, own movements, notices, directives, attribution, what "
            "documents say of provisions and free text left out."
        )

    def _day(self, start: datetime | None, end: datetime | None) -> Interval | None:
        if start is None or end is None:
            return None
        return self.clock.reporting_day(self.clock.day_containing(start + (end - start) / 2))

    def _place(self, row: Any) -> dict[str, Any]:
        if row.lon is None or row.lat is None:
            return {"lon": None, "lat": None, "radius_km": None}
        band, column = self.grid.cell(row.lon, row.lat)
        lat = (band + 0.5) * 180 / self.grid.bands - 90
        lon = (column + 0.5) * 360 / self.grid.columns(band) - 180
        # Half a cell's diagonal, in whole kilometres: the finer radius would tell the source.
        radius = float(-(-max(row.radius_km or 0.0, 0.75 * self.audience.coarsen_km) // 1))
        return {"lon": round(lon, 3), "lat": round(lat, 3), "radius_km": radius}

    def _incident(self, old: f.IncidentFact) -> f.IncidentFact:
        day = self._day(old.start_utc, old.end_utc)
        return f.IncidentFact(
            id=self.alias[old.id], kind=old.kind, region=old.region,
            start_utc=day.start_utc if day else None, end_utc=day.end_utc if day else None,
            count_low=old.count_low, count_best=old.count_best, count_high=old.count_high,
            weapon=_known_weapon(old.weapon), roots=old.roots, observations=old.observations,
            probability_occurred=old.probability_occurred,
            verification_status=old.verification_status,
            source_ids=tuple(s for s in old.source_ids if s in self.open),
            member_ids=tuple(self.alias[m] for m in old.member_ids if m in self.alias),
            **self._place(old),
        )  # fmt: skip

    def _observation(self, old: f.ObservationFact) -> f.ObservationFact:
        day = self._day(old.start_utc, old.end_utc)
        return f.ObservationFact(
            id=self.alias[old.id], source_id=old.source_id, kind=old.kind, region=old.region,
            start_utc=day.start_utc if day else None, end_utc=day.end_utc if day else None,
            when_precision="day", count_low=old.count_low, count_best=old.count_best,
            count_high=old.count_high, count_qualifier=old.count_qualifier,
            means=old.means if old.means in means() else None,
            weapon=_known_weapon(old.weapon), is_null=old.is_null, **self._place(old),
        )  # fmt: skip

    def _count(self, old: f.ObservationFact) -> f.ObservationFact:
        """A total over a region shows nobody's place: it keeps its record, hash and address."""
        return f.ObservationFact(
            id=self.alias[old.id], source_id=old.source_id, kind=old.kind, region=old.region,
            start_utc=old.start_utc, end_utc=old.end_utc, when_precision=old.when_precision,
            count_low=old.count_low, count_best=old.count_best, count_high=old.count_high,
            count_qualifier=old.count_qualifier, is_null=old.is_null,
            source_record=old.source_record, record_no=old.record_no, sha256=old.sha256,
            address=old.address,
        )  # fmt: skip

    def _conflict(self, old: ConflictFact) -> ConflictFact:
        return replace(
            old, id=self.alias[old.id], grounds=None, place_name=None,
            incident_id=self.alias.get(old.incident_id or ""),
            left=replace(old.left, id=self.alias[old.left.id], record=None),
            right=replace(old.right, id=self.alias[old.right.id], record=None),
        )  # fmt: skip

    def _review(self, old: ReviewFact) -> ReviewFact:
        return ReviewFact(
            id=self.alias[old.id], subject_id=self.alias[old.subject_id], decision=old.decision,
            party=None, who=None, why=None,
        )  # fmt: skip

    def _coverage(self, old: CoverageFact) -> CoverageFact:
        """Shares are rounded, so that a patrol's presence cannot be read from them."""
        return replace(
            old, id=self.alias[old.id], watches=None, detection_probability=None,
            watched_share=_rounded(old.watched_share), outage_share=_rounded(old.outage_share),
        )  # fmt: skip

    def _kinds(self, incidents: tuple[f.IncidentFact, ...]) -> Iterable[f.KindTally]:
        """What is withheld is not zero: a kind with nothing left to show is not shown."""
        found = Counter(i.kind for i in incidents)
        sure = Counter(i.kind for i in incidents if i.verification_status in SURE)
        for old in self.old.kinds:
            new = replace(
                old, null_accounts=None, incidents=found[old.kind], corroborated=sure[old.kind],
                by_source=self._may_tell(old.by_source),
                before_by_source=self._may_tell(old.before_by_source),
            )  # fmt: skip
            if new.accounts or new.incidents:
                less = new.accounts < old.accounts or new.incidents < old.incidents
                yield replace(new, is_partial=less)

    def _may_tell(self, by_source: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        return tuple((source, n) for source, n in by_source if source in self.derived)

    def _regions(self, incidents: tuple[f.IncidentFact, ...]) -> Iterable[f.RegionTally]:
        for old in self.old.region_tallies:
            kept = {self.alias[i] for i in old.ids if i in self.alias}
            here = [i for i in incidents if i.id in kept]
            sure = sum(i.verification_status in SURE for i in here)
            yield replace(
                old, incidents=len(here), corroborated=sure, incidents_before=None,
                ids=tuple(i.id for i in here), is_partial=len(here) < old.incidents,
            )  # fmt: skip

    def _figures(self, spans: tuple[CountSpan, ...]) -> dict[str, Any]:
        """Figures from what is left; a gap that may come from withholding does not say 'none'."""
        made = figures_from(self.old.head, self.old.regions, spans)
        if len(spans) == len(self.old.spans):
            return made
        return {
            "summary": tuple(
                replace(i, now=_may_be_withheld(i.now), before=_may_be_withheld(i.before))
                for i in made["summary"]
            ),
            "counter": tuple(
                replace(c, figure=_may_be_withheld(c.figure)) for c in made["counter"]
            ),
        }

    def _quarantine(self) -> Iterable[f.QuarantineRow]:
        for source in sorted(self.derived):
            rows = [q.records for q in self.old.quarantine if q.source_id == source]
            if rows:
                yield f.QuarantineRow(
                    source_id=source, field=None, expected="not told here", records=sum(rows)
                )

    def _withheld(self) -> dict[str, int]:
        old, rows = self.old, self.rows
        return {
            "sources": len(old.sources) - len(self.derived),
            "observations": len(old.observations) - len(rows.observations),
            "incidents": len(old.incidents) - len(rows.incidents),
            "counts": len(old.counts) - len(rows.counts),
            "conflicts": len(old.conflicts) - len(rows.conflicts),
            "notices": len(old.notices),
            "directives": len(old.directives),
        }


def _may_be_withheld(figure: Figure) -> Figure:
    return replace(figure, missing="none that may be shown") if figure.missing else figure


def _known_weapon(weapon: str | None) -> str | None:
    return weapon if weapon in weapons() else None


def _rounded(share: float) -> float:
    return round(round(share / SHARE_STEP) * SHARE_STEP, 1)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
