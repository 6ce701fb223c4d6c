"""Instants, observed intervals and the mission's evenings.

An instant is a zone-aware datetime in UTC; a time without a zone is refused, never guessed.
The mission's own zone serves display and the 'evening to evening' periods only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class WhenPrecision(StrEnum):
    """How exactly a time is known; the interval itself holds the bounds."""

    INSTANT = "instant"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    EVENING = "evening"
    PERIOD = "period"
    UNKNOWN = "unknown"


def instant(value: str | datetime) -> datetime:
    """Return an aware UTC instant from ISO 8601 text or a datetime.

    Raises ValueError where no zone or offset is given: a naive time is never guessed.
    """
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError(f"{value!s} has no zone; write it with Z or an offset such as +02:00")
    return moment.astimezone(UTC)


def iso_utc(moment: datetime) -> str:
    """Return the one text form of an instant: 2021-03-05T17:30:00Z, microseconds only if any."""
    return instant(moment).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of UTC time, start included, end excluded; a moment has start equal to end."""

    start_utc: datetime
    end_utc: datetime
    precision: WhenPrecision = WhenPrecision.PERIOD

    def __post_init__(self) -> None:
        if instant(self.start_utc) > instant(self.end_utc):
            raise ValueError(f"interval ends before it starts: {self.start_utc} > {self.end_utc}")

    @property
    def duration_h(self) -> float:
        """Length in hours."""
        return (self.end_utc - self.start_utc).total_seconds() / 3600

    def gap_h(self, other: Interval) -> float:
        """Return the hours between two intervals; 0 where they touch or overlap."""
        later, earlier = max(self.start_utc, other.start_utc), min(self.end_utc, other.end_utc)
        return max(0.0, (later - earlier).total_seconds() / 3600)


@dataclass(frozen=True, slots=True)
class MissionClock:
    """The mission's zone and the local hour at which its reporting day ends."""

    zone: ZoneInfo
    evening: time = time(19, 30)

    def at(self, day: date, local_time: time) -> datetime:
        """Return the UTC instant of a local wall-clock time.

        A time that a clock change skips is read as if the change had not happened yet;
        one that occurs twice is read as the first (PEP 495, fold 0).
        """
        return datetime.combine(day, local_time, tzinfo=self.zone).astimezone(UTC)

    def evening_of(self, day: date) -> datetime:
        """Return the instant at which the reporting day `day` ends."""
        return self.at(day, self.evening)

    def reporting_day(self, day: date) -> Interval:
        """Return evening to evening: from the evening before to the evening of `day`.

        23 or 25 hours long where the clock changes in that night.
        """
        start = self.evening_of(day - timedelta(days=1))
        return Interval(start, self.evening_of(day), WhenPrecision.EVENING)

    def reporting_span(self, first_evening: date, last_evening: date) -> Interval:
        """Return the span from one evening to a later one, as multi-day totals are given."""
        return Interval(
            self.evening_of(first_evening), self.evening_of(last_evening), WhenPrecision.PERIOD
        )

    def day_containing(self, moment: datetime) -> date:
        """Return the reporting day that an instant falls in; the evening itself ends its day."""
        local = instant(moment).astimezone(self.zone)
        return local.date() if local.time() <= self.evening else local.date() + timedelta(days=1)

    def calendar_day(self, day: date) -> Interval:
        """Return local midnight to midnight of a calendar day."""
        midnight = time(0, 0)
        return Interval(
            self.at(day, midnight), self.at(day + timedelta(days=1), midnight), WhenPrecision.DAY
        )

    def local_text(self, moment: datetime) -> str:
        """Return an instant as people of the mission read it: 2021-03-05 19:30 EET."""
        return instant(moment).astimezone(self.zone).strftime("%Y-%m-%d %H:%M %Z")
