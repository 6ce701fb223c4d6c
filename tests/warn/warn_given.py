"""Truces and ledgers for the warning tests."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from trucewatch.warn.ledger import Ledger, Stated, ledger_of

FIRST = date(2021, 1, 4)


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
