"""How fast warnings are: many series, a day's update, fires. Prints Markdown."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from trucewatch.outcomes import happenings, window_outcomes
from trucewatch.warn.fires import Cells, Fires, Surroundings, fit_background, score_fires
from trucewatch.warn.forecaster import forecast
from trucewatch.warn.ledger import Ledger, Stated, ledger_of
from trucewatch.warn.replay import relive
from trucewatch.warn.scoring import score_rows
from trucewatch.warn.signals import signals


def timed(what: str, work: Callable[[], object], runs: int, warm: Callable[[], object]) -> None:
    """Compile on a small part, then print the median."""
    warm()
    spent, busy = [], []
    for _ in range(runs):
        start, cpu = time.perf_counter(), time.process_time()
        work()
        spent.append(time.perf_counter() - start)
        busy.append(time.process_time() - cpu)
    print(
        f"| {what} | {statistics.median(spent):.2f} | {statistics.median(busy):.2f} |", flush=True
    )


def fit_and_score(counts: np.ndarray) -> object:
    """Baselines, signals, probabilities, outcomes and scores of every series and day."""
    found = signals(counts)
    chance = forecast(found).probability
    happened = happenings(counts)
    rows = []
    for h, hours in enumerate((24, 72, 168)):
        label = window_outcomes(happened, hours)
        scored = (label >= 0) & found.ready
        p = chance[:, :, h][scored]
        climate = np.broadcast_to(np.array([0.05, 0.1, 0.15, 0.7]), p.shape)
        rows.append(score_rows(p, label[scored], climate))
    return rows


def mission(zones: int, days: int) -> Ledger:
    """A mission of a year and more, a day late."""
    rng = np.random.default_rng(3)
    first = date(2021, 1, 1)
    return ledger_of([
        Stated(f"zone {z}", first + timedelta(days=d), first + timedelta(days=d),
               float(rng.negative_binomial(1, 0.02)), first + timedelta(days=d + 1))
        for z in range(zones) for d in range(days) if rng.random() > 0.2
    ])  # fmt: skip


def fires(number: int) -> tuple[Fires, Surroundings]:
    """Fires over twenty years and a country of 18 by 8 degrees."""
    rng = np.random.default_rng(5)
    day = np.datetime64("2001-01-01") + rng.integers(0, 365 * 20, number)
    every = Fires(rng.uniform(22, 40, number), rng.uniform(44.4, 52.3, number), day)
    cells = Cells.around(every.lon, every.lat)
    return every, Surroundings(cells, cells.blocks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--fires", type=int, default=1_260_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    made = np.random.default_rng(1).negative_binomial(1, 1 / 31, (given.series, 365)).astype(float)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load of the machine while measuring {load:.1f}.\n")
    print("| what | seconds | of which CPU, all cores |\n| --- | --- | --- |", flush=True)
    book = mission(5, 400)
    timed("a day's update: 5 zones, alarms re-lived over 380 days",
          lambda: relive(book, first=book.days - 380), given.runs,
          lambda: relive(book, first=book.days - 9))  # fmt: skip
    every, around = fires(given.fires)
    model = fit_background(every, around, range(2001, 2021))
    timed(f"{given.fires:,} fires scored against the background model",
          lambda: score_fires(every, model), given.runs, lambda: None)  # fmt: skip
    # A hundred at a time: each is a mission of its own, and memory stays in the cache.
    timed(f"{given.series:,} series x 365 days: fitted, foretold, scored",
          lambda: [fit_and_score(made[k : k + 100]) for k in range(0, len(made), 100)],
          given.runs, lambda: fit_and_score(made[:300]))  # fmt: skip
