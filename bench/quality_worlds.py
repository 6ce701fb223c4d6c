"""Warnings where nothing was learnt: worlds of other make, real counts. Markdown."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from trucewatch.outcomes import HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.warn.alarms import rule_for
from trucewatch.warn.calibration import alarm_record, chances_of, standing, watched, watched_mean
from trucewatch.warn.replay import (
    happened_with_whole,
    with_whole,
)
from trucewatch.warn.rivals import mean_alarm
from trucewatch.warn.scoring import rival_forecasts
from trucewatch.warn.skill import LeadRecord
from worlds import WORLDS, world

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
BUDGET = 2.0
MULTIPLES = (1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 6.0)


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
        mean += alarm_record(plain, rule_for(mean_alarm("collapse"), BUDGET, len(series)))
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["worlds", "real"])
    parser.add_argument("--truces", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=1)
    given = parser.parse_args()
    if given.part == "worlds":
        worlds(given.truces, given.first_seed)
    elif not DATA.is_dir():
        print("skipped: the folder of real data (../shared/data) is not beside the project")
    else:
        real()
