"""Every forecast of a back-test as one table, raised or not: what a score needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trucewatch.outcomes import HORIZONS_H, OUTCOMES
from trucewatch.when import MissionClock

if TYPE_CHECKING:
    import pyarrow as pa

    from trucewatch.warn.backtest import Backtest


def every_forecast(found: Backtest, clock: MissionClock) -> pa.Table:
    """Return zones x days x horizons x outcomes, a row each, as the table `warning` names them.

    Columns issued_utc (the evening's close by the clock), zone, outcome, horizon_h, probability
    (0 to 1), is_raised. Days on which nothing could be foretold have no rows.
    """
    import pyarrow as pa

    again = found.replay
    chance = again.probability
    zone, day, horizon, outcome = (part.ravel() for part in np.indices(chance.shape))
    closes = [clock.evening_of(again.day(n)) for n in range(again.days)]
    raised = np.zeros(chance.shape, dtype=np.bool_)
    for name, alarms in found.alarms.items():
        raised[:, :, :, OUTCOMES.index(name)] = alarms.raised[:, :, None]
    keep = np.flatnonzero(again.ready[zone, day])
    zone, day, horizon, outcome = (part[keep] for part in (zone, day, horizon, outcome))
    return pa.table({
        "issued_utc": pa.array(closes, pa.timestamp("us", "UTC")).take(pa.array(day)),
        "zone": pa.array(again.zones).take(pa.array(zone)),
        "outcome": pa.array(OUTCOMES).take(pa.array(outcome)),
        "horizon_h": pa.array(np.array(HORIZONS_H, dtype=np.float64)[horizon]),
        "probability": pa.array(chance.ravel()[keep].astype(np.float64)),
        "is_raised": pa.array(raised.ravel()[keep]),
    })  # fmt: skip
