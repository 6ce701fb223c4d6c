"""Acts of one rule gathered per window, zone and party: how surely one of them was a breach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.agreements.acts import Acts
from trucewatch.agreements.frames import Floats
from trucewatch.agreements.match import Matched, Rows

# A shelling by the Joint Forces' counting: 30 rounds or more, ended by an hour without fire.
SHELLING_ROUNDS, SHELLING_GAP_S = 30, 3600.0
HEAVY_MM = 100.0
SYSTEMIC_CELLS, SYSTEMIC_DAYS, SYSTEMIC_OF_DAYS = 5, 4, 7


@dataclass(frozen=True, slots=True)
class Groups:
    """One row per (window, region, party) of a rule: region -1 elsewhere, party -1 any side.

    first, last: the slice of `matched.rows` that belongs to it (rows in the order `order`).
    """

    window: NDArray[np.int64]
    region: NDArray[np.int64]
    party: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    order: Rows
    low: Floats
    high: Floats
    rounds: Floats
    heaviest_mm: Floats
    span_s: Floats
    cells: Floats
    casualties: NDArray[np.bool_]


def grouped(acts: Acts, matched: Matched, *, by_region: bool) -> Groups:
    """Gather the matched acts; by_region False: the rule's own zone is the only one."""
    rows = matched.rows
    region = acts.region[rows] if by_region else np.zeros(len(rows), dtype=np.int32)
    key = (
        ((acts.window[rows].astype(np.int64) * 100_000) + region + 1) * 1_000 + acts.party[rows] + 1
    )
    # The acts come sorted by window, region, party: only without regions is there work to do.
    order = np.arange(len(rows)) if by_region else np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else order
    ends = np.append(starts[1:], len(key)) if len(key) else order
    at = key[starts]
    low, high = _any_of(matched, order, starts)
    picked = rows[order]
    return Groups(
        window=at // 1_000 // 100_000, region=at // 1_000 % 100_000 - 1, party=at % 1_000 - 1,
        first=starts, last=ends, order=order, low=low, high=high,
        **_sums(acts, picked, starts),
    )  # fmt: skip


def _any_of(matched: Matched, order: Rows, starts: Rows) -> tuple[Floats, Floats]:
    """Return per group the chance that at least one act was a breach, low and high.

    Acts are independent but for the errors that they share (a line drawn too far to one side):
    under each such error they are taken apart, and the errors are averaged over.
    """
    if not len(starts):
        return np.zeros(0), np.zeros(0)
    low, high = matched.low[order], matched.high[order]
    free = 1 - np.exp(np.add.reduceat(_log_none(low), starts))
    upper = 1 - np.exp(np.add.reduceat(_log_none(high), starts))
    if not len(matched.unsure):
        return free, upper
    each = 1 - np.exp(_log_none_shared(matched, order, starts))
    most = np.maximum.reduceat(low, starts)
    shared = np.clip(each.mean(axis=1), most, free)
    return shared, np.maximum(shared, np.where(high.sum() > low.sum(), upper, shared))


def _log_none_shared(matched: Matched, order: Rows, starts: Rows) -> Floats:
    """Return per group and shared error the log of the chance that no act was a breach."""
    sure = _log_none(matched.low)
    sure[matched.unsure] = 0
    out = np.repeat(np.add.reduceat(sure[order], starts)[:, None], matched.nodes.shape[1], axis=1)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    group = np.searchsorted(starts, place[matched.unsure], side="right") - 1
    logs = _log_none(matched.nodes)
    for number in range(logs.shape[1]):
        out[:, number] += np.bincount(group, logs[:, number], minlength=len(starts))
    return out


def _log_none(chance: Floats) -> Floats:
    return np.asarray(np.log1p(-np.minimum(chance, 1 - 1e-12)))


def _sums(acts: Acts, picked: Rows, starts: Rows) -> dict[str, Any]:
    if not len(starts):
        empty = np.zeros(0)
        return {"rounds": empty, "heaviest_mm": empty, "span_s": empty, "cells": empty,
                "casualties": empty.astype(bool)}  # fmt: skip
    count = np.nan_to_num(acts.count[picked], nan=1.0)
    calibre = np.array([c for _, c in acts.combos] or [np.nan])[acts.combo[picked]]
    cell = acts.cell[picked]
    new_cell = np.ones(len(picked))
    new_cell[1:] = cell[1:] != cell[:-1]
    new_cell[starts] = 1
    hurt = np.array([w == "casualty" for w in acts.kind_words] + [False])[acts.kind[picked]]
    return {
        "rounds": np.add.reduceat(count, starts),
        "heaviest_mm": np.maximum.reduceat(np.nan_to_num(calibre), starts),
        "span_s": np.maximum.reduceat(acts.end_s[picked], starts)
        - np.minimum.reduceat(acts.start_s[picked], starts),
        "cells": np.add.reduceat(new_cell, starts),
        "casualties": np.logical_or.reduceat(hurt, starts),
    }  # fmt: skip


def severity(base: float, rounds: float, heaviest_mm: float, *, casualties: bool) -> float:
    """Return how grave a breach is, 0..1: the provision's weight by rounds and calibre.

    base * (0.4 + 0.3 * min(1, log10(1 + rounds) / 3) + 0.3 * heavy), heavy being 1 from 100 mm,
    0.5 from 60 mm; casualties make it 1. A working scale of this project, the same for all parties.
    """
    if casualties:
        return 1.0
    heavy = 1.0 if heaviest_mm >= HEAVY_MM else 0.5 if heaviest_mm >= 60 else 0.0
    spread = min(1.0, float(np.log10(1 + max(0.0, rounds))) / 3)
    return round(base * (0.4 + 0.3 * spread + 0.3 * heavy), 4)


def pattern(
    *, acts: int, rounds: float, span_s: float, cells: float, heaviest_mm: float, days: int
) -> tuple[str, str]:
    """Return accident, local or systemic, with the test that told it.

    systemic: five cells of 0.1 degree or more in one window, or breaches in 4 of the last 7 days.
    accident: within one hour and one cell, fewer than 30 rounds and nothing of 100 mm or more.
    local: everything between. days: windows with a breach among the last seven days.
    """
    if cells >= SYSTEMIC_CELLS:
        return "systemic", f"{int(cells)} cells of 0.1 degree in one window (5 or more)"
    if days >= SYSTEMIC_DAYS:
        return "systemic", f"breaches on {days} of the last 7 days (4 or more)"
    short = acts == 1 or span_s <= SHELLING_GAP_S
    if short and cells <= 1 and rounds < SHELLING_ROUNDS and heaviest_mm < HEAVY_MM:
        return "accident", "one hour, one cell, under 30 rounds, nothing of 100 mm or more"
    return "local", "neither the test for accident nor that for systemic is met"
