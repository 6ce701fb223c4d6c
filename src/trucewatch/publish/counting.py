"""Reading the counts of violations and the parties' claims from the store."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from trucewatch.publish.evenings import days_covered
from trucewatch.publish.facts import Head, ObservationFact, PartyClaim
from trucewatch.publish.facts_counts import CountSpan
from trucewatch.publish.figures import figures_from
from trucewatch.publish.kinds import counted_kinds
from trucewatch.publish.placing import shapes_of
from trucewatch.publish.rows import Row, address_of, clean, fact, record_of
from trucewatch.publish.window import Window

SERIES_DAYS = 90
COUNTS_MAX = 50_000
OPEN_QUALIFIERS = frozenset({"at_least", "over", "hundreds", "numerous", "uncountable"})


def count_facts(window: Window) -> dict[str, Any]:
    """Return the report's parts about counts: spans, summary, counter, annex rows, claims."""
    head = window.head
    first = _first_day(head)
    from_utc = window.mission.clock.evening_of(first - timedelta(days=1))
    found = window.rows(
        "counts_in_window", {"from_utc": from_utc, "row_limit": COUNTS_MAX + 1},
        counted_kind=counted_kinds(),
    )  # fmt: skip
    read = [(row, count_span(window, row)) for row in reversed(found[:COUNTS_MAX])]
    kept = [(row, span) for row, span in read if span.first_day <= head.day]
    spans = tuple(span for _, span in kept)
    return {
        "spans": spans,
        "counts": tuple(observation_fact(row, region=span.region) for row, span in kept),
        "claims": _claims(window),
        "not_listed": {"counts": COUNTS_MAX} if len(found) > COUNTS_MAX else {},
        **figures_from(head, shapes_of(window.mission), spans),
    }


def _first_day(head: Head) -> date:
    """The first evening that any part of this kind of report needs."""
    before = head.day - timedelta(days=2 * head.days - 1)
    if head.kind == "spot":
        return before
    series = head.day - timedelta(days=SERIES_DAYS - 1)
    return min(series, before, head.recommitted_day or head.day)


def count_span(window: Window, row: Row) -> CountSpan:
    """Return a count as the evenings it covers, with its bounds as its qualifier leaves them."""
    first, last = days_covered(
        window.mission.clock, clean(row["start_utc"]), clean(row["end_utc"]), row["when_precision"]
    )
    low, best, high = bounds(row)
    return CountSpan(
        id=row["observation_id"], source_id=row["source_id"],
        record=record_of(row["source_record"], row["attributes"]),
        region=window.placer.count_key(clean(row["place_id"]), clean(row["place_name"])),
        kind=row["kind"], first_day=first, last_day=last, low=low, best=best, high=high,
        qualifier=row["count_qualifier"],
    )  # fmt: skip


def bounds(row: Row) -> tuple[float | None, float | None, float | None]:
    """Return low, best and high of a row; looking and seeing nothing is zero, unknown is None."""
    low, best, high = (clean(row[f"count_{end}"]) for end in ("low", "best", "high"))
    if row["is_null"] and best is None and low is None:
        return 0.0, 0.0, 0.0
    low = best if low is None else low
    if high is None and row["count_qualifier"] not in OPEN_QUALIFIERS:
        high = best
    return low, best, high


def _claims(window: Window) -> tuple[PartyClaim, ...]:
    return tuple(
        fact(
            PartyClaim, row, id=row["observation_id"], accused=clean(row["claimed_actor"]),
            low=clean(row["count_low"]), best=clean(row["count_best"]),
            high=clean(row["count_high"]),
        )
        for row in window.rows("claims_in_window")[: window.listed_max]
    )  # fmt: skip


def observation_fact(row: Row, *, region: str | None) -> ObservationFact:
    """Return an annex row with its region and, where the source gives one, its address."""
    return fact(
        ObservationFact, row, id=row["observation_id"], region=region,
        source_record=record_of(row["source_record"], row["attributes"]),
        address=clean(address_of(row["attributes"], row["origin"])),
    )  # fmt: skip
