"""Warnings where nothing was learnt: the exercise, worlds of other make, real counts. Markdown."""

from __future__ import annotations

import argparse
import csv
import time as clock
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from plain_alarms import mean_rule, watched_mean
from trucewatch.outcomes import HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.rolling import reference
from trucewatch.warn.alarms import rule_for
from trucewatch.warn.backtest import Backtest
from trucewatch.warn.calibration import alarm_record, chances_of, standing, watched
from trucewatch.warn.indicators import added_over_days
from trucewatch.warn.ledger import Stated, ledger_of
from trucewatch.warn.listing import every_forecast
from trucewatch.warn.raising import raised_by_signs
from trucewatch.warn.replay import (
    ALARMED,
    Replay,
    alarms_of,
    happened_with_whole,
    relive,
    with_whole,
)
from trucewatch.warn.rivals import week_ratio
from trucewatch.warn.scoring import rival_forecasts
from trucewatch.warn.signs import Seen, sign_points
from trucewatch.warn.skill import LeadRecord
from worlds import WORLDS, world

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
BUDGET = 2.0
MULTIPLES = (1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 6.0)
SIGN_GROUPS = {
    "heavier_calibres": ("heavy",), "instruments": ("jamming",), "access": ("access_denied",),
    "movement": ("movement", "weapon_presence"), "observers_leave": ("watch_lost",),
}  # fmt: skip
RATE = 41_000  # observations of an exercise of 540 days: just past the size that is drawn in trials


# --- worlds of other make, and real counts: plain matrices of zones x days ---


def scored(matrices: list[np.ndarray], lag: int = 1) -> dict[str, np.ndarray]:
    """Sum of Brier scores, truces x horizons, by forecast; the windows scored under 'n'."""
    sums: dict[str, np.ndarray] = {}
    for place, reported in enumerate(matrices):
        series = with_whole(reported)
        chances = {"ours": chances_of(reported, lag=lag),
                   "model alone": chances_of(reported, lag=lag, alone=True)}  # fmt: skip
        happened = happened_with_whole(series, None)
        ready = chances["ours"].sum(axis=-1)[:, :, 0] > 0.5
        for h, hours in enumerate(HORIZONS_H):
            label = window_outcomes(happened, hours)
            rows = (label >= 0) & ready
            came = np.eye(len(OUTCOMES))[label[rows]]
            every = {name: p[:, :, h] for name, p in chances.items()}
            every |= rival_forecasts(series, happened, label, horizon=h, lag=lag)
            for name, p in every.items():
                table = sums.setdefault(name, np.zeros((len(matrices), 3)))
                table[place, h] = ((p[rows] - came) ** 2).sum()
            sums.setdefault("n", np.zeros((len(matrices), 3)))[place, h] = rows.sum()
    return sums


def print_scored(name: str, sums: dict[str, np.ndarray], alarms: str) -> None:
    """One row a world: skill against climatology at each horizon, and the worst against rivals."""
    base = sums["climatology"].sum(axis=0)
    cells = [
        "/".join(f"{x:.2f}" for x in 1 - sums[who].sum(axis=0) / base)
        for who in ("ours", "model alone", "persistence", "last_value", "threshold_7_day_mean")
    ]
    plain = ("climatology", "persistence", "last_value", "threshold_7_day_mean")
    best = np.min([sums[who] for who in plain], axis=0)
    usable = sums["n"][:, 2] > 0
    gap = ((sums["ours"] - best)[usable] / np.maximum(sums["n"][usable], 1))[:, 2]
    worst = f"{np.mean(gap > 0.02):.0%} | {gap.max():.3f}"
    print(
        f"| {name} | {int(usable.sum())} | {' | '.join(cells)} | {worst} | {alarms} |", flush=True
    )


def alarms_over(matrices: list[np.ndarray]) -> str:
    """Collapse alarms at the budget: ours, the 7-day mean's by the same rule and with hindsight."""
    ours, mean = LeadRecord((), 0, 0, 0.0), LeadRecord((), 0, 0, 0.0)
    told = {multiple: LeadRecord((), 0, 0, 0.0) for multiple in MULTIPLES}
    for reported in matrices:
        series = with_whole(reported)
        seen, plain = (watched(chances_of(reported), series, "collapse"),
                       watched_mean(series, "collapse"))  # fmt: skip
        ours += alarm_record(seen, rule_for("collapse", BUDGET, len(series)))
        mean += alarm_record(plain, mean_rule("collapse", len(series)))
        for multiple in MULTIPLES:
            told[multiple] += alarm_record(plain, standing(multiple / (1 + multiple)))
    within = [r for r in told.values() if r.false_per_year <= BUDGET]
    best = max(within, key=lambda r: len(r.leads_h), default=told[MULTIPLES[-1]])
    return " | ".join(_alarm_cells(r) for r in (ours, mean, best))


def _alarm_cells(record: LeadRecord) -> str:
    events = len(record.leads_h) + record.missed
    lead = "-" if record.median_lead_h is None else f"{record.median_lead_h:.0f}"
    return f"{record.false_per_year:.1f}, {len(record.leads_h)} of {events}, {lead} h"


HEADER = (
    "| world | truces | ours | model alone | persistence | last value | 7-day mean | "
    "over 0.02 worse than the best rival (168 h) | worst truce | "
    "collapse alarms: false a year, warned of, median lead | 7-day mean, same rule | "
    "7-day mean, with hindsight |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def worlds(truces: int, first_seed: int) -> None:
    """Truces of worlds.py, scored by the definitions on their own counts."""
    print(HEADER)
    for name in WORLDS:
        made = [world(name, seed) for seed in range(first_seed, first_seed + truces)]
        print_scored(name, scored(made), alarms_over(made))


def real() -> None:
    """Real daily counts of other shape: a conflict's dead and events, and air-raid alarms."""
    import duckdb

    print(HEADER)
    with (DATA / "ucdp" / "ucdp_ged_ukraine_2014_2022feb23.csv").open() as lines:
        rows = [(r["adm_1"], r["date_start"][:10]) for r in csv.DictReader(lines)]
    made = [_matrix(rows, 4)]
    print_scored("UCDP events, Ukraine 2014-2022", scored(made), alarms_over(made))
    path = DATA / "airraid" / "air_raid_official_2022_03_15_2024_03.parquet"
    engine = duckdb.connect()
    names = [c[0] for c in engine.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    start = next(n for n in names if "start" in n)
    found = engine.sql(f"SELECT oblast, CAST({start} AS DATE)::VARCHAR FROM '{path}'").fetchall()
    made = [_matrix(found, 12)]
    print_scored("air-raid alarms 2022-2024", scored(made), alarms_over(made))


def _matrix(rows: list[tuple[str, str]], most: int) -> np.ndarray:
    """Rows of (region, day) as counts of the regions that hold most; a day without a row is 0."""
    regions, counts = np.unique([r for r, _ in rows], return_counts=True)
    kept = regions[np.argsort(-counts)][:most].tolist()
    days = np.array([np.datetime64(day) for _, day in rows])
    table = np.zeros((len(kept), int((days.max() - days.min()).astype(int)) + 1))
    for (region, _), at in zip(rows, (days - days.min()).astype(int), strict=True):
        if region in kept:
            table[kept.index(region), at] += 1
    return table


# --- the exercise, by its own truth ---


def exercise(level: str, truces: int, seconds: float, first_seed: int) -> None:
    """Truces of the exercise, each re-lived as a mission would, scored by `score_warnings`."""
    from trucewatch.exercise import ExerciseOptions, daily, score_warnings
    from trucewatch.exercise.evenings import CLOCK

    began, scores = clock.monotonic(), {}
    for seed in range(first_seed, first_seed + truces):
        if clock.monotonic() - began > seconds:
            break
        options = ExerciseOptions(days=540, observations=RATE, seed=seed, level=level)
        made = daily(options)
        found = _relived(made)
        kept = set(made.zones) | {"mission"}
        for who, one in _forecasters(found, made, options.first_day).items():
            table = every_forecast(one, CLOCK)
            assert set(table["zone"].unique().to_pylist()) <= kept
            scores.setdefault(who, []).append(score_warnings(table, made.outcomes, made.episodes))
    _print_exercise(level, scores, first_seed)


def _relived(made: Any) -> Backtest:
    """The counts re-lived as a mission reads them, with the alarms that they alone raise."""
    ledger = ledger_of([
        Stated(r["region"], r["period_start_evening"] + timedelta(days=1), r["period_end_evening"],
               float(r["ceasefire_violations"]), r["issued"]) for r in made.counts.to_pylist()
    ])  # fmt: skip
    again = relive(ledger)
    alarms = {name: alarms_of(again, name, BUDGET) for name in ALARMED}
    return Backtest({"lag": ledger.usual_lag}, again, alarms)


def _forecasters(found: Backtest, made: Any, first_day: date) -> dict[str, Backtest]:
    """Ours with the signs and by counts alone, and the plain ones, each with its alarms."""
    again = found.replay
    points = _points(made, again.zones)
    lift = added_over_days(points)
    start = (again.first_day - first_day).days
    lift = np.pad(lift, ((0, 0), (0, again.days)))[:, start : start + again.days]
    raised = raised_by_signs(again, lift)
    alarms = {name: alarms_of(raised, name, BUDGET) for name in ALARMED}
    every = {"with signs": Backtest(found.document, raised, alarms), "counts alone": found}
    return every | _plain(found)


def _points(made: Any, zones: tuple[str, ...]) -> dict[str, np.ndarray]:
    named = [zone for zone in zones if zone in made.zones]
    rows = [made.zones.index(zone) for zone in named]
    points = {}
    for indicator, signs in SIGN_GROUPS.items():
        table = np.sum([made.signs[s] for s in signs], axis=0)[rows]
        if indicator == "observers_leave":  # a mission counts lost watches over all its zones
            table = np.repeat(table.sum(axis=0, keepdims=True), len(rows), axis=0)
        zone, day = np.nonzero(table)
        every, days = (part.ravel() for part in np.indices(table.shape))
        watched_days = Seen(every, days, days, np.ones(len(days)))
        counted = Seen(zone, day, day, table[zone, day])
        found = sign_points(counted, watched_days, table.shape).points
        highest = found.max(axis=0, keepdims=True)
        points[indicator] = np.vstack([found, highest]) if len(zones) > len(named) else found
    return points


def _plain(found: Backtest) -> dict[str, Backtest]:
    """The plain forecasts in the form of back-tests; their collapse alarms by the state or mean."""
    again = found.replay
    happened, every = again.happened(), {}
    lag = int(found.document["lag"])
    for h, hours in enumerate(HORIZONS_H):
        labels = window_outcomes(happened, hours)
        rivals = rival_forecasts(again.truth, happened, labels, horizon=h, lag=lag)
        for name, p in rivals.items():
            every.setdefault(name, np.zeros_like(again.probability))[:, :, h] = p
    with np.errstate(invalid="ignore"):
        ratio = np.nan_to_num(week_ratio(again.truth, reference(again.truth)))
    late = np.pad(ratio, ((0, 0), (1, 0)))[:, :-1]
    made = {name: _with_alarms(found, p, np.zeros(late.shape, bool)) for name, p in every.items()}
    for multiple in MULTIPLES:
        made[f"7-day mean at {multiple:g}"] = _with_alarms(
            found, every["threshold_7_day_mean"], late >= multiple
        )
    run = np.pad(happened.escalation, ((0, 0), (lag, 0)))[:, : again.days]
    made["persistence"] = _with_alarms(found, every["persistence"], run)
    return made


def _with_alarms(found: Backtest, chance: np.ndarray, raised: np.ndarray) -> Backtest:
    from dataclasses import replace

    from trucewatch.warn.alarms import Alarms

    again: Replay = replace(found.replay, probability=chance.astype(np.float32))
    return Backtest(found.document, again, {"collapse": Alarms(raised, np.ones(again.days))})


def _print_exercise(level: str, scores: dict[str, list], first_seed: int) -> None:
    number = len(scores["with signs"])
    days = sum(s["years"] for s in scores["with signs"]) * 365.25
    print(
        f"\n**Exercise, level {level}**, {number} truces of 540 days (seeds from {first_seed}; "
        f"{days:.0f} days scored), by `exercise.score_warnings` against what truly happened. "
        "Skill: pooled, against each outcome's share over each whole truce, which no forecaster "
        "could know. Collapse alarms at a budget of two a year.\n"
    )
    print("| forecast | Brier skill | collapse 168 h | local escalation 168 h | erosion 168 h | "
          "holding 168 h | false a year | collapses | warned of | median lead, warned (h) | "
          "median lead, all (h) |")  # fmt: skip
    print("|" + " --- |" * 11)
    for who, each in scores.items():
        print(f"| {who} | " + " | ".join(_exercise_cells(each)) + " |")
    _print_reliability("with signs", scores["with signs"])
    _print_reliability("counts alone", scores["counts alone"])


def _exercise_cells(each: list[dict]) -> list[str]:
    base = [s["brier"] / (1 - s["brier_skill"]) * s["scored"] for s in each]
    total = 1 - sum(s["brier"] * s["scored"] for s in each) / sum(base)
    own = []
    for outcome in OUTCOMES:
        known = [s["by_outcome"][f"{outcome} 168"] for s in each]
        share = [k["share"] * (1 - k["share"]) for k in known]
        lost = sum((1 - (k["brier_skill"] or 0.0)) * v for k, v in zip(known, share, strict=True))
        own.append(f"{1 - lost / sum(share):.2f}")
    false = sum(s["false_alarms"] for s in each) / sum(s["years"] for s in each)
    events, warned = (sum(s[k] for s in each) for k in ("collapses", "warned"))
    leads = [x for s in each for x in s["leads_h"]]
    every = [*leads, *[0.0] * (events - warned)]
    median = f"{np.median(leads):.0f}" if leads else "-"
    return [f"{total:.3f}", *own, f"{false:.2f}", str(events), f"{warned}", median,
            f"{np.median(every):.0f}" if every else "-"]  # fmt: skip


def _print_reliability(who: str, each: list[dict]) -> None:
    bins: dict[float, list[tuple[float, float, int]]] = {}
    for one in each:
        for b in one["calibration"]["reliability"]:
            row = (b["mean_probability"], b["share_true"], b["rows"])
            bins.setdefault(b["from"], []).append(row)
    cells = []
    for start in sorted(bins):
        n = sum(r[2] for r in bins[start])
        said, came = (sum(r[i] * r[2] for r in bins[start]) / n for i in (0, 1))
        cells.append(f"{said:.2f} -> {came:.2f} ({n:,})")
    print(f"\nReliability, {who}, all outcomes and horizons: {', '.join(cells)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["worlds", "real", "exercise"])
    parser.add_argument("--level", choices=["easy", "real", "hard"], default="real")
    parser.add_argument("--truces", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=500.0, help="for the exercise, at most")
    given = parser.parse_args()
    if given.part == "worlds":
        worlds(given.truces, given.first_seed)
    elif given.part == "exercise":
        exercise(given.level, given.truces, given.seconds, given.first_seed)
    elif not DATA.is_dir():
        print("skipped: the folder of real data (../shared/data) is not beside the project")
    else:
        real()
