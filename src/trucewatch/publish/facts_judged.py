"""What later rooms and people say about happenings: findings, warnings, directives, coverage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trucewatch.publish.facts_counts import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class HypothesisFact:
    """Who the evidence favours, with odds and grounds; only people attribute."""

    id: str
    finding_id: str
    incident_id: str
    party: str
    likelihood: float
    threshold: float
    grounds: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFact:
    """What one provision says about one place and window, with its trace."""

    id: str
    provision_id: str
    agreement: str | None
    agreement_title: str | None
    article: str | None
    provision_kind: str | None
    says: str | None
    reference: str | None
    ambiguity: str | None
    status: str | None
    reading: str
    party: str
    zone: str
    window_start_utc: datetime
    window_end_utc: datetime
    outcome: str
    probability: float | None
    severity: float | None
    pattern: str | None
    missed_upper: float | None
    incidents: int
    trace: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionSaidFact:
    """What documents say of a provision's status, beside what the agreement's file says.

    says: a list of status, who, roots, documents (id, origin, claims).
    """

    provision_id: str
    article: str | None
    text_says: str | None
    status: str
    stated: str
    differs: bool
    says: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact:
    """A person's decision on an incident, a finding or a directive."""

    id: str
    subject_id: str
    decision: str
    party: str | None
    who: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFact:
    """A forecast with its horizon, its indicators and what its threshold costs.

    lead_h: hours since the alarm that stands was raised; None where none stands.
    """

    id: str
    issued_utc: datetime
    zone: str
    outcome: str
    horizon_h: float
    probability: float
    probability_low: float | None
    probability_high: float | None
    threshold: float
    is_raised: bool
    false_alarms_per_year: float | None
    lead_h: float | None = None
    indicators: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveFact:
    """A step that a scenario proposes; it advises and never orders."""

    id: str
    scenario: str
    step: str
    addressee: str
    says: str
    due_utc: datetime | None
    due_latest_utc: datetime | None
    basis_id: str
    precondition: str | None
    state: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFact:
    """A deconfliction notice in force on the day."""

    id: str
    party: str | None
    topic: str
    start_utc: datetime
    end_utc: datetime
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictFact:
    """Two accounts that differ in one attribute; both are shown."""

    id: str
    incident_id: str | None
    attribute: str
    left: Account
    right: Account
    left_value: str | None
    right_value: str | None
    grounds: str | None
    place_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFact:
    """How much of a zone could be seen in a window, and what may have been missed."""

    id: str
    zone: str
    kind: str
    window_start_utc: datetime
    window_end_utc: datetime
    watches: int | None
    watched_share: float
    outage_share: float
    detection_probability: float | None
    missed_upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostWatchFact:
    """A span in which an observer or instrument could not see, and why."""

    id: str
    observer: str | None
    means: str
    status: str
    start_utc: datetime
    end_utc: datetime
    lon: float | None = None
    lat: float | None = None
