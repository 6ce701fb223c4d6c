"""The coverage room: watches and null observations in, the table `coverage` out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from trucewatch import vocabulary
from trucewatch.coverage.continuity import PatrolPlan, bears, what_is_left
from trucewatch.coverage.continuity import best_next_patrol as _best_next_patrol
from trucewatch.coverage.exposure import Accounts
from trucewatch.coverage.ledger import Ledger
from trucewatch.coverage.settings import DAYS_MAX, Settings, settings_of
from trucewatch.coverage.stations import null_stations, stations
from trucewatch.errors import ConfigError
from trucewatch.ids import content_id
from trucewatch.mission import FILE, Mission, NamedRegion
from trucewatch.store import RoomResult, Run, Store
from trucewatch.when import Interval

# An account whose place is wider than this does not say where happenings are.
PLACE_MAX_KM = 5.0
# Questions about the last days need no longer memory of where happenings were.
RECENT = timedelta(days=56)
STEPS = Path(__file__).parent / "sql"
WATCH_COLUMNS = (
    *("watch_id", "observer", "means", "start_utc", "end_utc", "lon", "lat", "radius_km"),
    *("polygon_wkt", "bearing_deg", "field_of_view_deg", "status", "detection", "control_side"),
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What the store holds for coverage: watches, null looks, spans of counts, located accounts."""

    watches: list[dict[str, Any]]
    nulls: list[dict[str, Any]]
    counted: list[dict[str, Any]]
    accounts: Accounts | None


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Write coverage for every reporting day with watches, null looks or counts, and option days.

    A day with a count but without any watch gets watched_share 0 and no bound: a report was
    issued, so the mission worked, but what it could see is not known.
    """
    settings = settings_of(mission)
    given = _given(store, settings)
    days = _days(given, settings, mission, run.data_utc)
    ledger = _ledger(given.watches, given.nulls, given, settings)
    rows = _rows(ledger, mission, days[-settings.days_max :], settings, run.tell)
    change = store.replace("coverage", rows, run)
    used = {i for station in ledger.stations for *_, i in station.ids}
    return RoomResult(
        rows=change.added,
        detail={
            "days": min(len(days), settings.days_max),
            "days_left_out": max(0, len(days) - settings.days_max),
            "stations": len(ledger.stations),
            "watches_without_power": sum(w["watch_id"] not in used for w in given.watches),
            "retired": change.retired,
        },
    )


def continuity(
    store: Store, mission: Mission, name: str, *, days: int = 14
) -> list[dict[str, Any]]:
    """Return what certainty is left without an observer, means or control side of this name.

    Over the last `days` reporting days that had watches; one row per zone and kind, with shares
    and bounds `_before` and `_after`. Raises ConfigError where no watch has the name.
    """
    settings = settings_of(mission)
    whole = _given(store, settings)
    recent = _watched_days(whole.watches, mission)[-days:]
    if not any(bears(row, name) for row in whole.watches):
        # A check that takes nothing away would say that nothing is lost.
        names = sorted({str(row["observer"]) for row in whole.watches})[:8]
        raise _unknown(name, f"an observer, means or control side, such as {', '.join(names)}")
    given = _lately(whole, mission, recent)
    left = [row for row in given.watches if not bears(row, name)]
    kept = {row["observer"] for row in left}
    nulls = [row for row in given.nulls if row["observer"] in kept]
    before = _rows(_ledger(given.watches, given.nulls, given, settings), mission, recent, settings)
    after = _rows(_ledger(left, nulls, given, settings), mission, recent, settings)
    return what_is_left(before, after)


def best_next_patrol(
    store: Store, mission: Mission, *, kind: str = "fire", day: date | None = None,
    plan: PatrolPlan | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return per zone where and when one more patrol would have added most, best zone first.

    day: a reporting day; by default the last whole one with watches, as a guide for the next.
    """
    settings = settings_of(mission)
    given = _given(store, settings)
    if kind not in settings.detection.row_kinds:
        kinds = ", ".join(settings.detection.row_kinds)
        raise _unknown(kind, f"one of {kinds}")
    chosen = day or _last_whole_day(given.watches, mission)
    if chosen is None:
        return []
    given = _lately(given, mission, [chosen])
    window = mission.clock.reporting_day(chosen)
    ledger = _ledger(given.watches, given.nulls, given, settings)
    return _best_next_patrol(ledger, mission.regions, window, kind, plan)


def _unknown(name: str, expected: str) -> ConfigError:
    return ConfigError.at("the question", None, found=repr(name), expected=expected,
                          mend="Choose one of these words.")  # fmt: skip


def _given(store: Store, settings: Settings) -> Given:
    counts = [k for k, term in vocabulary.kinds().items() if term.facts["class"] == "count"]
    counted = store.step(STEPS / "counted_spans.sql", {"count_kinds": counts})
    return Given(
        store.table("watch", WATCH_COLUMNS).to_pylist(),
        store.step(STEPS / "null_looks.sql").to_pylist(),
        counted.to_pylist(),
        _accounts(store) if settings.by_accounts else None,
    )


def _accounts(store: Store) -> Accounts:
    direct = [k for k, term in vocabulary.means().items() if term.facts["direct"]]
    bound = {
        "direct_means": direct, "happening_kinds": vocabulary.happening_kinds(),
        "radius_max_km": PLACE_MAX_KM,
    }  # fmt: skip
    rows = store.step(STEPS / "located_accounts.sql", bound)
    kinds = np.array(rows["kind"].to_pylist(), dtype=np.str_)
    return Accounts(kinds, *(rows[name].to_numpy() for name in ("start_s", "lon", "lat")))


def _ledger(
    watches: Sequence[Row], nulls: Sequence[Row], given: Given, settings: Settings
) -> Ledger:
    known = stations(watches, settings.detection)
    looked = null_stations(nulls, known, settings.detection)
    return Ledger(
        [*known, *looked], settings.detection, settings.clouds, settings.ledger, given.accounts
    )


def _rows(
    ledger: Ledger, mission: Mission, days: Sequence[date], settings: Settings,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> list[Row]:  # fmt: skip
    windows = [mission.clock.reporting_day(day) for day in days]
    found: list[Row] = []
    for done, zone in enumerate(mission.regions):
        if tell:
            tell("zones measured", done, len(mission.regions))
        found += _zone_rows(ledger, zone, windows, settings, mission)
    return found


def _zone_rows(
    ledger: Ledger, zone: NamedRegion, windows: Sequence[Interval], settings: Settings,
    mission: Mission,
) -> Iterator[Row]:  # fmt: skip
    try:
        for row in ledger.rows([zone], windows, settings.kinds):
            span = row["window_start_utc"], row["window_end_utc"]
            yield {"coverage_id": content_id("coverage", row["zone"], row["kind"], *span), **row}
    except ValueError as error:
        raise ConfigError.at(
            mission.root / FILE, None, found=f"region {zone.id}: {error}",
            expected="a polygon in WKT or a radius", mend="Correct the region.",
        ) from error  # fmt: skip


def _days(given: Given, settings: Settings, mission: Mission, data_utc: datetime) -> list[date]:
    spans = [*given.watches, *given.nulls, *given.counted]
    found = _days_of(spans, mission) | set(settings.days)
    last = mission.clock.day_containing(data_utc)
    return sorted(day for day in found if day <= last)


def _lately(given: Given, mission: Mission, days: Sequence[date]) -> Given:
    """Return what bears on some days: nothing older than RECENT before them."""
    if not days:
        return given
    first = mission.clock.reporting_day(days[0]).start_utc - RECENT
    watches = [row for row in given.watches if row["end_utc"] >= first]
    nulls = [row for row in given.nulls if row["end_utc"] >= first]
    accounts = given.accounts
    return Given(watches, nulls, [], accounts and accounts.since(first.timestamp()))


def _last_whole_day(watches: Sequence[Row], mission: Mission) -> date | None:
    days = _watched_days(watches, mission)
    last = max((row["end_utc"] for row in watches), default=None)
    whole = [day for day in days if last and mission.clock.evening_of(day) <= last]
    return whole[-1] if whole else (days[-1] if days else None)


def _watched_days(watches: Iterable[Row], mission: Mission) -> list[date]:
    return sorted(_days_of(watches, mission))


def _days_of(spans: Iterable[Row], mission: Mission) -> set[date]:
    """Return the reporting days that spans touch; a span over years gives its last DAYS_MAX."""
    found: set[date] = set()
    for first, last in {_ends(span, mission) for span in spans}:
        length = min((last - first).days, DAYS_MAX)
        found |= {last - timedelta(days=n) for n in range(length + 1)}
    return found


def _ends(span: Row, mission: Mission) -> tuple[date, date]:
    """Return first and last reporting day; the evening itself belongs to the day it ends."""
    inside = span["start_utc"] + timedelta(microseconds=1)
    first = mission.clock.day_containing(min(inside, span["end_utc"]))
    return first, max(first, mission.clock.day_containing(span["end_utc"]))
