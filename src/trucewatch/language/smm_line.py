"""One clause of a report with what was found in it, and the span of its times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.language.places import PlaceMention
from trucewatch.language.smm_scene import Scene
from trucewatch.language.times import TimeMention
from trucewatch.when import Interval, WhenPrecision

NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Line:
    """One clause: `raw` is its whole sentence, at `base` of the report.

    folded: the sentence with all but this clause blanked, so that offsets hold. verb: the means of
    the clause before, for one that has no verb of its own. section: what the heading speaks of.
    """

    raw: str
    folded: str
    base: int
    scene: Scene
    mentions: list[PlaceMention]
    times: list[TimeMention]
    verb: str | None = None
    section: str | None = None

    @property
    def time_text(self) -> str | None:
        return self.times[0].text if self.times else None

    def window(self) -> Interval:
        """Return the span of the clause's times: clock times and parts of days before dates."""
        return span_of([t.interval for t in self.times])

    def times_within(self, start: int, end: int) -> list[Interval]:
        """Return the clock times named between two offsets."""
        return [
            t.interval for t in self.times
            if start <= t.start < end and t.interval.precision != WhenPrecision.DAY
        ]  # fmt: skip


def span_of(times: list[Interval]) -> Interval:
    """Return the span of several times; a part of a day is kept where only dates stand beside it.

    An empty list gives an interval of unknown precision at the epoch.
    """
    if not times:
        return Interval(NEVER, NEVER, WhenPrecision.UNKNOWN)
    narrow = [t for t in times if t.precision not in (WhenPrecision.DAY,)] or times
    exact = [t for t in narrow if t.duration_h < 20] or narrow
    # 'On the night of 15-16 February, between 22:15 and 01:45': the clock is within the night.
    exact = [t for t in exact if not any(_within(u, t) for u in exact)] or exact
    start = min(t.start_utc for t in exact)
    # The minute of a moment does not lengthen a span that it closes.
    end = max(_closing(t) if len(exact) > 1 else t.end_utc for t in exact)
    return Interval(start, end, exact[0].precision if len(exact) == 1 else WhenPrecision.PERIOD)


def _within(inner: Interval, outer: Interval) -> bool:
    inside = outer.start_utc <= inner.start_utc and inner.end_utc <= outer.end_utc
    return inside and inner.duration_h < outer.duration_h


def _closing(time: Interval) -> datetime:
    return time.start_utc if time.precision == WhenPrecision.MINUTE else time.end_utc
