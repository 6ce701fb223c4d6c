"""Truces and ledgers for the warning tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from trucewatch.ids import content_id
from trucewatch.mission import Mission
from trucewatch.model import Observation
from trucewatch.store import Run, Store
from trucewatch.warn.ledger import Ledger, Stated, ledger_of

FIRST = date(2021, 1, 4)
NOW = datetime(2021, 6, 24, 17, 0, tzinfo=UTC)


def stated_of(counts: np.ndarray, *, lag: int = 1) -> list[Stated]:
    """State every known count of zones x days, each known `lag` days later."""
    return [
        Stated(f"zone {z}", day, day, float(counts[z, t]), day + timedelta(days=lag))
        for z in range(counts.shape[0])
        for t in range(counts.shape[1])
        if np.isfinite(counts[z, t])
        for day in [FIRST + timedelta(days=t)]
    ]


def wild_truce(seed: int = 7, days: int = 150) -> np.ndarray:
    """Two zones of wild counts about 20 a day."""
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(1.5, 1.5 / 21.5, (2, days)).astype(float)


def wild_ledger() -> Ledger:
    """The same as a ledger with a lag of one day."""
    return ledger_of(stated_of(wild_truce()))


def put(store: Store, rows: list[dict[str, Any]], capture: str = "cap-1") -> None:
    """Append observations, each known from its published_utc."""
    store.append(
        "observation",
        [
            asdict(Observation(source_id="test", **row))
            | {"observation_id": content_id("observation", capture, n), "capture_id": capture,
               "record_no": n, "root_id": "test", "known_from_utc": row["published_utc"]}
            for n, row in enumerate(rows)
        ],
        Run(f"run-put-{capture}", "sources", NOW),
    )  # fmt: skip


def counts(mission: Mission, days: int, value: Callable[[str, int], float]) -> list[dict[str, Any]]:
    """Counts of both regions for the days up to 23 June 2021, published the day after."""
    last = date(2021, 6, 23)
    rows = []
    for back in range(days):
        span = mission.clock.reporting_day(last - timedelta(days=back))
        for zone in ("donetsk", "luhansk"):
            n = value(zone, days - 1 - back)
            rows.append(
                {"kind": "count_violations", "start_utc": span.start_utc, "end_utc": span.end_utc,
                 "when_precision": "evening", "published_utc": span.end_utc + timedelta(hours=22),
                 "place_id": zone, "where_precision": "oblast", "count_low": n, "count_best": n,
                 "count_high": n, "means": "reported", "is_null": n == 0}
            )  # fmt: skip
    return rows
