"""What a mission's store holds for warning: the ledger of counts, and the other signs by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.mission import Mission
from trucewatch.store import Store
from trucewatch.warn.indicators import catalogue
from trucewatch.warn.ledger import Ledger, Stated, ledger_of
from trucewatch.warn.sign_channels import COUNTED

if TYPE_CHECKING:
    import pyarrow as pa

Floats = NDArray[np.float64]

STEPS = Path(__file__).parent / "sql"
PREFERRED = ("count_violations", "count_events", "count_explosions")
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Counted:
    """A ledger and what it counts: the kind, and how many stated counts it was made of."""

    ledger: Ledger
    kind: str
    stated: int


def bound_of(mission: Mission) -> dict[str, Any]:
    """The values that every step binds: the mission's zone and evening."""
    evening = mission.clock.evening
    return {
        "time_zone": mission.clock.zone.key,
        "evening": timedelta(hours=evening.hour, minutes=evening.minute),
    }


def zones_table(mission: Mission) -> pa.Table:
    """The mission's regions as the table mission_zone."""
    import pyarrow as pa

    regions = mission.regions
    return pa.table({
        "zone": pa.array([r.id for r in regions], pa.string()),
        "lon": pa.array([r.region.lon for r in regions], pa.float64()),
        "lat": pa.array([r.region.lat for r in regions], pa.float64()),
        "radius_km": pa.array([r.region.radius_km for r in regions], pa.float64()),
    })  # fmt: skip


def stated_counts(store: Store, mission: Mission) -> list[dict[str, Any]]:
    """Return every stated count of a zone, claimed ones too: the rows of the step counted."""
    tables = {"mission_zone": zones_table(mission)}
    rows = store.step(STEPS / "counted.sql", bound_of(mission), tables=tables)
    return list(rows.to_pylist())


def counted(store: Store, mission: Mission) -> Counted | None:
    """Return the mission's ledger of daily counts, or None where it holds none.

    Stated counts come first (violations, else events, else explosions); without them the
    accounts of fire are counted per day, as each became known.
    """
    rows = stated_counts(store, mission)
    kind = next((k for k in PREFERRED if any(row["kind"] == k for row in rows)), None)
    if kind is None:
        return _from_accounts(store, mission)
    chosen = [row for row in rows if row["kind"] == kind]
    stated = [
        Stated(r["zone"], r["first_day"], r["last_day"], r["count"], r["known_day"]) for r in chosen
    ]
    return Counted(_ledger(stated, mission), kind, len(stated))


def _from_accounts(store: Store, mission: Mission) -> Counted | None:
    rows = sign_rows(store, mission, EARLIEST)
    by_key: dict[tuple[str, date], dict[date, list[float]]] = {}
    for row in rows:
        if row["sign"] in ("any", "fire_heard"):
            known = by_key.setdefault((row["zone"], row["day"]), {})
            known.setdefault(row["known_day"], [0.0, 0.0])[row["sign"] == "fire_heard"] += row["n"]
    stated = [
        Stated(zone, day, day, total, known)
        for (zone, day), found in by_key.items()
        for known, total in _running(found)
    ]
    if not stated:
        return None
    return Counted(_ledger(stated, mission), "accounts_of_fire", len(stated))


def _running(found: Mapping[date, list[float]]) -> list[tuple[date, float]]:
    """The total as it stood on each day that more became known; zero where only nulls were."""
    total, rows = 0.0, []
    for known in sorted(found):
        total += found[known][1]
        rows.append((known, total))
    return rows


def _ledger(stated: list[Stated], mission: Mission) -> Ledger:
    step = mission.recommitted_utc
    zones = [r.id for r in mission.regions if any(s.zone == r.id for s in stated)]
    day = None if step is None else mission.clock.day_containing(step)
    return ledger_of(stated, zones=zones, recommitted=day)


def sign_rows(store: Store, mission: Mission, since: datetime) -> list[dict[str, Any]]:
    """Run the step `signs` from an instant on."""
    named = {*chain(*COUNTED.values()), *chain(*(one.kinds for one in catalogue()))}
    wanted = sorted(named & vocabulary.kinds().keys())
    told = {"breaches": vocabulary.breaching_kinds(), "kinds": wanted}
    bound = {**bound_of(mission), "since": since, **told}
    zones = {"mission_zone": zones_table(mission)}
    rows: list[dict[str, Any]] = store.step(STEPS / "signs.sql", bound, tables=zones).to_pylist()
    return rows


def watch_rows(store: Store, mission: Mission, since: datetime) -> list[dict[str, Any]]:
    """Run the step `signs_watches` from an instant on."""
    bound, zones = {**bound_of(mission), "since": since}, {"mission_zone": zones_table(mission)}
    rows = store.step(STEPS / "signs_watches.sql", bound, tables=zones)
    return list(rows.to_pylist())
