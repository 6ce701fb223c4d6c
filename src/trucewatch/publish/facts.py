"""What a report holds: pure facts, each with the ids of the rows it came from.

A figure is never a bare number. It says what is known, what is missing and why, which totals
cover several evenings, and where accounts differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from trucewatch.publish.facts_counts import CounterRow, CountSpan, RegionFigure
from trucewatch.publish.facts_judged import (
    ConflictFact,
    CoverageFact,
    DirectiveFact,
    FindingFact,
    HypothesisFact,
    LostWatchFact,
    NoticeFact,
    ProvisionSaidFact,
    ReviewFact,
    WarningFact,
)
from trucewatch.when import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What a source's folder says about it; given by the caller, since sources are another room.

    republish: its rows may be shown to anyone. derived: tallies and incidents made from it may be
    shown, its rows not. Where neither is said, nothing of it leaves the mission.
    """

    source_id: str
    title: str = ""
    publisher: str = ""
    licence: str = ""
    reliability: str = ""
    address: str = ""
    republish: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTally:
    """How often one kind was reported in the period, and in how many incidents.

    is_partial: accounts or incidents were withheld, so that its numbers are lower bounds.
    """

    kind: str
    null_accounts: int | None
    incidents: int
    corroborated: int
    by_source: tuple[tuple[str, int], ...]
    before_by_source: tuple[tuple[str, int], ...]
    is_partial: bool = False

    @property
    def accounts(self) -> int:
        """Accounts of this period; null observations are not among them."""
        return sum(n for _, n in self.by_source)

    @property
    def accounts_before(self) -> int:
        """Accounts of the period before."""
        return sum(n for _, n in self.before_by_source)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTally:
    """Incidents per region of the mission; region None lies outside all of them.

    is_partial: incidents were withheld, so that its numbers are lower bounds.
    """

    region: str | None
    region_name: str
    incidents: int
    corroborated: int
    incidents_before: int | None
    ids: tuple[str, ...]
    is_partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationFact:
    """One row of the annex: an account, and where its bytes are."""

    id: str
    source_id: str
    kind: str
    region: str | None = None
    start_utc: datetime | None = None
    end_utc: datetime | None = None
    when_precision: str = "unknown"
    published_utc: datetime | None = None
    known_from_utc: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None
    place_name: str | None = None
    count_low: float | None = None
    count_best: float | None = None
    count_high: float | None = None
    count_qualifier: str | None = None
    means: str | None = None
    description: str | None = None
    weapon: str | None = None
    calibre_mm: float | None = None
    observer: str | None = None
    observer_lon: float | None = None
    observer_lat: float | None = None
    range_low_km: float | None = None
    range_high_km: float | None = None
    bearing_deg: float | None = None
    claimed_actor: str | None = None
    claimant: str | None = None
    control_side: str | None = None
    quantity: float | None = None
    unit: str | None = None
    is_null: bool = False
    quote: str | None = None
    source_record: str | None = None
    record_no: int | None = None
    capture_id: str | None = None
    sha256: str | None = None
    origin: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFact:
    """One bounded happening with its preferred values, its roots and its accounts."""

    id: str
    kind: str
    region: str | None = None
    start_utc: datetime | None = None
    end_utc: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None
    place_name: str | None = None
    count_low: float | None = None
    count_best: float | None = None
    count_high: float | None = None
    weapon: str | None = None
    calibre_mm: float | None = None
    claimed_actor: str | None = None
    roots: int = 0
    observations: int = 0
    extent_km: float | None = None
    duration_h: float | None = None
    probability_occurred: float | None = None
    verification_status: str = "reported"
    source_ids: tuple[str, ...] = ()
    member_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyClaim:
    """A total that a party claims; shown beside others, never summed with them."""

    id: str
    claimant: str | None
    accused: str | None
    low: float | None
    best: float | None
    high: float | None
    unit: str | None
    description: str | None
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source that was read: its grade, its licence, and what became of its records."""

    facts: SourceFacts
    captures: int
    records: int
    observations: int
    watches: int
    claims: int
    quarantined: int
    repeats: int
    capture_hashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """Records of a source that could not be read, by reason."""

    source_id: str
    field: str | None
    expected: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionShape:
    """A region of the mission as the map draws it."""

    id: str
    name: str
    lon: float
    lat: float
    radius_km: float = 0.0
    polygon_wkt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """A line or area of the mission's own map; disputed ones name who claims them.

    is_published: whether mission.yaml names it for the map; a line out of an agreement is not.
    """

    name: str
    wkt: str
    status: str = "recognised"
    claimants: tuple[str, ...] = ()
    is_published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A place known to everybody, by which a reader finds his way on the map."""

    name: str
    lon: float
    lat: float
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the report is, of which period, and what was known when it was made."""

    kind: str
    mission: str
    title: str
    day: date
    period: Interval
    previous: Interval
    days: int
    zone: str
    evening: str
    data_utc: datetime
    audience: str
    recommitted_utc: datetime | None = None
    recommitted_day: date | None = None
    run_id: str | None = None
    code_version: str | None = None
    alert_status: str = "Actual"
    redaction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A published product at a stated data time: the same facts give the same bytes."""

    head: Head
    regions: tuple[RegionShape, ...] = ()
    lines: tuple[MapLine, ...] = ()
    towns: tuple[Town, ...] = ()
    summary: tuple[RegionFigure, ...] = ()
    spans: tuple[CountSpan, ...] = ()
    counter: tuple[CounterRow, ...] = ()
    claims: tuple[PartyClaim, ...] = ()
    kinds: tuple[KindTally, ...] = ()
    region_tallies: tuple[RegionTally, ...] = ()
    long_accounts: tuple[tuple[str, int], ...] = ()
    observations: tuple[ObservationFact, ...] = ()
    counts: tuple[ObservationFact, ...] = ()
    incidents: tuple[IncidentFact, ...] = ()
    findings: tuple[FindingFact, ...] = ()
    provisions_said: tuple[ProvisionSaidFact, ...] = ()
    hypotheses: tuple[HypothesisFact, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    warnings: tuple[WarningFact, ...] = ()
    directives: tuple[DirectiveFact, ...] = ()
    notices: tuple[NoticeFact, ...] = ()
    conflicts: tuple[ConflictFact, ...] = ()
    coverage: tuple[CoverageFact, ...] = ()
    lost_watches: tuple[LostWatchFact, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    quarantine: tuple[QuarantineRow, ...] = ()
    not_listed: dict[str, int] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)
