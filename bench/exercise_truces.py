"""Truces of the exercise as a forecaster sees them, drawn once and kept in a folder if wanted."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from trucewatch.exercise import ExerciseOptions, daily
from trucewatch.exercise.daily import Daily
from trucewatch.warn.ledger import Stated, ledger_of
from trucewatch.warn.preparation import Channel, Scan, scan
from trucewatch.warn.replay import Replay, relive
from trucewatch.warn.sign_channels import channels_of, with_sum
from trucewatch.warn.signs import Seen

DAYS, OBSERVATIONS = 540, 41_000  # just past the size that is drawn in trials
# Of the truces learnt from, every third has other posts, rates and lengths than its level.
VARIED = 3


@dataclass(frozen=True)
class Truce:
    """A truce: its options, its days with the truth, and its counts re-lived."""

    options: ExerciseOptions
    made: Daily
    again: Replay


def truce(level: str, seed: int, *, varied: bool = False, keep: Path | None = None) -> Truce:
    """Draw a truce and re-live its counts; with a folder to keep it in, read it from there."""
    path = keep / f"{level}_{seed}.pkl" if keep else None
    if path is not None and path.exists():
        with path.open("rb") as opened:
            stored = pickle.load(opened)
        return Truce(stored["options"], stored["made"], stored["again"])
    other = _other_dials(seed) if varied and seed % VARIED == 0 else {}
    options = ExerciseOptions(
        days=DAYS, observations=OBSERVATIONS, seed=seed, level=level, overrides=other
    )
    made = daily(options)
    drawn = Truce(options, made, relive(_ledger(made)))
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps({"options": options, "made": made, "again": drawn.again}))
    return drawn


def _ledger(made: Daily):  # type: ignore[no-untyped-def]
    return ledger_of([
        Stated(r["region"], r["period_start_evening"] + timedelta(days=1), r["period_end_evening"],
               float(r["ceasefire_violations"]), r["issued"]) for r in made.counts.to_pylist()
    ])  # fmt: skip


def _other_dials(seed: int) -> dict[str, float]:
    rng = np.random.default_rng([seed, 99])
    return {
        "region_km": float(rng.choice([30, 50, 120])),
        "patrol_gap_km": float(6 * np.exp(rng.uniform(-0.7, 0.7))),
        "camera_gap_km": float(7 * np.exp(rng.uniform(-0.7, 0.7))),
        "build_up_days": float(rng.uniform(6, 20)),
        "movements_km_day": float(0.004 * np.exp(rng.uniform(-1, 1))),
        "drones_km_day": float(0.008 * np.exp(rng.uniform(-1, 1))),
        "weapons_km_day": float(0.01 * np.exp(rng.uniform(-1, 1))),
        "feints": float(rng.uniform(0.2, 1.0)),
    }


def told_of(one: Truce, *, rolled: int = 0) -> tuple[dict[str, Seen], Seen, tuple[int, int]]:
    """Return what was told by sign, the days watched and the shape, the mission's sum last.

    rolled: days by which the signs are moved, round the end: they then announce nothing.
    """
    named = [zone for zone in one.again.zones if zone in one.made.zones]
    rows = [one.made.zones.index(zone) for zone in named]
    start = (one.again.first_day - one.options.first_day).days
    signs, told = dict(one.made.signs), {}
    refused = signs["jamming"] + signs["access_denied"]
    signs["watch_out"] = np.maximum(signs.pop("watch_lost") - refused, 0.0)
    for sign, table in signs.items():
        moved = np.roll(table[rows], rolled, axis=1)
        padded = np.pad(moved, ((0, 0), (0, one.again.days)))
        told[sign] = _seen(padded[:, start : start + one.again.days])
    days = _seen(np.ones((len(rows), one.again.days)))
    if len(one.again.zones) > len(named):
        told = {sign: with_sum(part, len(rows)) for sign, part in told.items()}
        days = with_sum(days, len(rows))
    return told, days, one.again.ready.shape


def scan_of(one: Truce, *, without: frozenset[str] = frozenset(), rolled: int = 0) -> Scan | None:
    """Scan a truce's signs, some channels left out; None where none is left."""
    told, days, shape = told_of(one, rolled=rolled)
    found: dict[str, Channel] = {
        name: part for name, part in channels_of(told, days).items() if name not in without
    }
    return scan(found, shape) if found else None


def _seen(table: np.ndarray) -> Seen:
    zone, day = np.nonzero(table)
    return Seen(zone, day, day, table[zone, day].astype(np.float64))
