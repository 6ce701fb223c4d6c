"""The nouns that Python code passes about: an observation, a watch, a claim.

One dataclass field is one column of the table of the same name; a test holds the two together.
Set-based steps never build these: they stay in SQL and Arrow. They serve readers of forms and
documents, the exercise, and tests.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

# How far a commitment came, in order.
STAGES = ("pledged", "in_law", "appropriated", "allocated", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One source's account of one happening: what, when, where, how many, by which means.

    Not an event we believe in; `claimed_actor` is who a source says did it, never attribution.
    """

    source_id: str
    kind: str
    start_utc: datetime | None = None
    end_utc: datetime | None = None
    when_precision: str = "unknown"
    local_time: str | None = None
    published_utc: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None
    polygon_wkt: str | None = None
    where_precision: str = "unknown"
    place_id: str | None = None
    place_name: str | None = None
    count_low: float | None = None
    count_best: float | None = None
    count_high: float | None = None
    count_qualifier: str | None = None
    means: str | None = None
    description: str | None = None
    weapon: str | None = None
    calibre_mm: float | None = None
    direction_deg: float | None = None
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
    root_id: str | None = None
    quote: str | None = None
    attributes: str | None = None
    capture_id: str | None = None
    record_no: int | None = None
    source_record: str | None = None
    char_start: int | None = None
    char_end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A span in which an observer could see a region, or could not: outage, denied, jammed."""

    source_id: str
    observer: str
    means: str
    start_utc: datetime
    end_utc: datetime
    lon: float | None = None
    lat: float | None = None
    radius_km: float | None = None
    polygon_wkt: str | None = None
    bearing_deg: float | None = None
    field_of_view_deg: float | None = None
    status: str = "working"
    detection: str | None = None
    control_side: str | None = None
    attributes: str | None = None
    capture_id: str | None = None
    record_no: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a document says that somebody says; never a fact of ours."""

    document_id: str
    char_start: int
    char_end: int
    quote: str
    predicate: str
    modality: str = "asserted"
    speaker: str | None = None
    via: str | None = None
    subject: str | None = None
    value_text: str | None = None
    value_low: float | None = None
    value_high: float | None = None
    unit: str | None = None
    start_utc: datetime | None = None
    end_utc: datetime | None = None
    root_id: str | None = None
    capture_id: str | None = None


def columns(noun: type) -> list[str]:
    """Return the column names of a noun, in the order of its dataclass."""
    return [field.name for field in fields(noun)]
