"""Every count series of a mission: per zone, kind, claimed party and day, and by six hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.mission import Mission
from trucewatch.store import Store
from trucewatch.warn.changes import Change, change_points, undivided
from trucewatch.warn.given import STEPS, bound_of, stated_counts, zones_table
from trucewatch.warn.ledger import Stated, ledger_of
from trucewatch.warn.signs import tail_points

Floats = NDArray[np.float64]

SERIES_DAYS = 441
ANY_PARTY = ""
QUARTERS = 4
# Six hours are used where this share of a month's accounts can be told to six hours.
TIMED_SHARE = 0.8
TIMED_DAYS = 28
PAST_DAYS = 56
LEAST_EXPOSURE = 0.05
MOST_SERIES = 400


@dataclass(frozen=True, slots=True)
class Key:
    """What a series counts: kind, and the party claimed to have done it ('' where none is said)."""

    kind: str
    party: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series of one zone as known at one day's close.

    counts: per day to that close, NaN where unknown; a total over several days stands whole on
    its last day. exposure: usual days each count stands for, above 0. changes: of its level.
    """

    zone: str
    key: Key
    first_day: date
    counts: Floats
    exposure: Floats
    changes: tuple[Change, ...]

    def day(self, index: int) -> date:
        """The date of a day index."""
        return self.first_day + timedelta(days=index)


@dataclass(frozen=True, slots=True)
class SixHours:
    """The newest complete six hours of a zone against the same hours of eight weeks.

    ends: hours after the close of the day before (6, 12, 18 or 24). points: of surprise, 0..3.
    """

    zone: str
    day: date
    ends_h: int
    count: float
    usual: float
    points: float


def series_of(store: Store, mission: Mission, now: datetime) -> Iterator[Series]:
    """Yield the series of a mission as known at `now`: stated counts, then accounts.

    At most 400 series, those with the most entries first. Corrections stand from the day they
    were known; exposure is the share of the zone that was watched, against its own mean, where
    coverage is on record, and days of a total.
    """
    today = mission.clock.day_containing(now)
    watched = _watched(store, mission)
    books = _books(store, mission, now)
    for key, stated in sorted(books.items(), key=lambda item: -len(item[1]))[:MOST_SERIES]:
        ledger = ledger_of(stated)
        counts, exposure = undivided(ledger, ledger.as_known(ledger.index_of(today)))
        for z, zone in enumerate(ledger.zones):
            share = _exposure(watched.get(zone, {}), ledger.first_day, counts.shape[1])
            usual = exposure[z] * share
            found = tuple(change_points(counts[z], usual))
            yield Series(zone, key, ledger.first_day, counts[z], usual, found)


def _books(store: Store, mission: Mission, now: datetime) -> dict[Key, list[Stated]]:
    """What was stated of each kind and party by now, over the last days."""
    today = mission.clock.day_containing(now)
    since, books = today - timedelta(days=SERIES_DAYS), dict[Key, list[Stated]]()
    names = _parties(mission)
    for r in stated_counts(store, mission):
        if r["known_day"] <= today and since <= r["first_day"] and r["last_day"] <= today:
            key = Key(r["kind"], _party(r["party"], names))
            one = Stated(r["zone"], r["first_day"], r["last_day"], r["count"], r["known_day"])
            books.setdefault(key, []).append(one)
    rows = accounts(store, mission, now - timedelta(days=SERIES_DAYS))
    told: dict[Key, dict[tuple[str, date], float]] = {}
    for r in rows:
        if since <= r["day"] <= today and r["known_day"] <= today:
            days = told.setdefault(Key(r["kind"], _party(r["party"], names)), {})
            days[r["zone"], r["day"]] = days.get((r["zone"], r["day"]), 0.0) + r["n"]
    seen = _seen_days(rows, since, today)
    for key, days in told.items():
        books[key] = [Stated(zone, day, day, n, today) for (zone, day), n in days.items()]
        zones = {zone for zone, _ in days}
        books[key] += [Stated(zone, day, day, 0.0, day) for zone in zones for day in seen
                       if (zone, day) not in days]  # fmt: skip
    return books


def _seen_days(rows: list[dict[str, Any]], since: date, today: date) -> list[date]:
    """Days of which something is known: without an account of a kind these hold none of it."""
    return sorted(
        {r["day"] for r in rows if since <= r["day"] <= today and r["known_day"] <= today}
    )


def accounts(store: Store, mission: Mission, since: datetime) -> list[dict[str, Any]]:
    """Run the step series_accounts from an instant on."""
    bound = {**bound_of(mission), "since": since, "breaches": vocabulary.breaching_kinds()}
    tables = {"mission_zone": zones_table(mission)}
    rows: list[dict[str, Any]] = store.step(
        STEPS / "series_accounts.sql", bound, tables=tables
    ).to_pylist()
    return rows


def _parties(mission: Mission) -> dict[str, str]:
    return {
        name.casefold(): party.id
        for party in mission.parties
        for name in (party.id, party.name, *party.aliases)
    }


def _party(said: str | None, names: Mapping[str, str]) -> str:
    """The mission's party of that name; a name it does not know stands as it was said."""
    text = (said or ANY_PARTY).strip()
    return names.get(text.casefold(), text)


def _watched(store: Store, mission: Mission) -> dict[str, dict[date, float]]:
    """Share of each zone that was watched on each day, over all kinds, where it is on record."""
    rows = store.step(STEPS / "watched_days.sql", bound_of(mission)).to_pylist()
    found: dict[str, dict[date, float]] = {}
    for row in rows:
        found.setdefault(row["zone"], {})[row["day"]] = row["watched_share"]
    return found


def _exposure(watched: Mapping[date, float], first: date, days: int) -> Floats:
    """Watched share of each day against the mean of the days on record; 1 where it is not."""
    share = np.array([watched.get(first + timedelta(days=d), np.nan) for d in range(days)])
    usual = np.nanmean(share) if np.isfinite(share).any() else 1.0
    return np.maximum(np.where(np.isfinite(share), share / max(usual, 1e-9), 1.0), LEAST_EXPOSURE)


def six_hours(store: Store, mission: Mission, now: datetime) -> list[SixHours]:
    """Return the newest complete six hours of each zone whose accounts are timed well enough.

    The day's close begins the count of hours, so that steps never straddle two reporting days.
    """
    today = mission.clock.day_containing(now)
    opened = mission.clock.reporting_day(today).start_utc
    passed = int((now - opened) / timedelta(hours=6))
    day, quarter = (today, passed - 1) if passed else (today - timedelta(days=1), QUARTERS - 1)
    rows = [r for r in accounts(store, mission, now - timedelta(days=PAST_DAYS + 2))
            if r["known_day"] <= today]  # fmt: skip
    found = []
    for zone in sorted({r["zone"] for r in rows}):
        mine = [r for r in rows if r["zone"] == zone]
        if _timed(mine, today):
            found.append(_newest(mine, zone, day, min(quarter, QUARTERS - 1)))
    return found


def _timed(rows: list[dict[str, Any]], today: date) -> bool:
    """Whether a month's accounts are known to six hours, and are many enough: one a day."""
    month = [r for r in rows if (today - r["day"]).days <= TIMED_DAYS]
    total = sum(r["n"] for r in month)
    timed = sum(r["n"] for r in month if r["quarter"] >= 0)
    return bool(total >= TIMED_DAYS and timed >= TIMED_SHARE * total)


def _newest(rows: list[dict[str, Any]], zone: str, day: date, quarter: int) -> SixHours:
    same = [r for r in rows if r["quarter"] == quarter]
    count = float(sum(r["n"] for r in same if r["day"] == day))
    past = float(sum(r["n"] for r in same if r["day"] < day))
    days = max(1, len({r["day"] for r in rows if r["day"] < day}))
    usual = (past + 0.5) / days
    points = tail_points(np.array([count]), np.array([usual]), np.array([float(days)]))
    return SixHours(zone, day, 6 * (quarter + 1), count, usual, float(points[0]))
