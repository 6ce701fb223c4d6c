"""Small worlds with known truth, for tests that must not wait for the exercise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.fuse.accounts import COLUMNS
from trucewatch.ids import content_id

START = datetime(2024, 3, 1, tzinfo=UTC)
TYPES = {
    "start_utc": pa.timestamp("us", "UTC"), "end_utc": pa.timestamp("us", "UTC"),
    "published_utc": pa.timestamp("us", "UTC"), "is_null": pa.bool_(),
    **dict.fromkeys(("lon", "lat", "radius_km", "count_low", "count_best", "count_high",
                     "calibre_mm", "direction_deg", "range_low_km", "range_high_km",
                     "bearing_deg"), pa.float64()),
}  # fmt: skip
NAMES = (*COLUMNS, "claimant")
SCHEMA = pa.schema([(name, TYPES.get(name, pa.string())) for name in NAMES])


def account(name: str, hours: float = 0.0, **fields: Any) -> dict[str, Any]:
    """One observation `hours` after START, with what a test does not name left plain."""
    start = START + timedelta(hours=hours)
    row: dict[str, Any] = {
        "observation_id": content_id("observation", name), "source_id": "patrols",
        "kind": "explosion", "start_utc": start, "end_utc": start, "when_precision": "minute",
        "lon": 37.8, "lat": 48.1, "radius_km": 1.0, "where_precision": "exact",
        "means": "heard", "is_null": False, "root_id": name,
    }  # fmt: skip
    return row | fields


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """The rows as Arrow with every column that fuse reads."""
    return pa.Table.from_pylist([{n: row.get(n) for n in NAMES} for row in rows], SCHEMA)


def scatter(count: int, seed: int, **bounds: Any) -> pa.Table:
    """`count` unrelated accounts, evenly spread over a box and a span of hours."""
    draw = np.random.default_rng(seed)
    lon = draw.uniform(*bounds.get("lon", (37.0, 38.0)), count)
    lat = draw.uniform(*bounds.get("lat", (47.8, 48.4)), count)
    hours = draw.uniform(0, bounds.get("hours", 48.0), count)
    lengths = draw.choice(bounds.get("lengths", (0.0, 0.25, 6.0, 24.0)), count)
    radii = draw.choice(bounds.get("radii", (0.5, 1.0, 3.0)), count)
    kinds = draw.choice(bounds.get("kinds", ("explosion", "shelling", "burst", "uav")), count)
    means = draw.choice(bounds.get("means", ("heard", "recorded", "reported")), count)
    return table([
        account(f"{seed}-{n}", hours[n], lon=(lon[n] + 180) % 360 - 180, lat=lat[n],
                end_utc=START + timedelta(hours=hours[n] + lengths[n]), radius_km=radii[n],
                kind=str(kinds[n]), means=str(means[n]), count_best=float(draw.integers(1, 9)))
        for n in range(count)
    ])  # fmt: skip
