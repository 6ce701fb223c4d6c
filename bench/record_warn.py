"""The track record of each indicator: simulated truces, the SMM series, the exercise.

Prints Markdown. An indicator that tells nothing moves before escalations as often as on any day.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest

from trucewatch.warn.ledger import Ledger, Stated, ledger_of
from trucewatch.warn.record import Record, records
from trucewatch.warn.replay import relive
from trucewatch.warn.simulate import simulate_truce
from trucewatch.warn.tables import read_daily_counts
from trucewatch.warn.training import FIRST_TEST_SEED

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "donbas"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FIRST = date(2021, 1, 4)
PAST_TESTS = 50_000  # seeds beyond those that any other benchmark reads


def pooled(each: Iterable[Mapping[str, Record]]) -> dict[str, Record]:
    """Add the records of many truces up."""
    parts: dict[str, list[Record]] = defaultdict(list)
    for one in each:
        for name, record in one.items():
            parts[name].append(record)
    return {
        name: Record(
            sum(r.events for r in rows), sum(r.before for r in rows), sum(r.days for r in rows),
            sum(r.usual * r.days for r in rows) / max(1, sum(r.days for r in rows)),
        )
        for name, rows in parts.items()
    }  # fmt: skip


def show(title: str, found: Mapping[str, Record]) -> None:
    """Print one table; p: by chance at least as many, were the escalations anywhere."""
    print(f"\n**{title}**\n")
    print("| indicator | escalations | moved before | share | on any day | times | p |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, r in found.items():
        share = r.before / max(1, r.events)
        usual = min(max(r.usual, 1e-9), 1 - 1e-9)
        p = binomtest(r.before, r.events, usual, "greater").pvalue if r.events else 1.0
        lift = f"{share / r.usual:.1f}" if r.usual > 0 else "-"
        print(
            f"| {name} | {r.events} | {r.before} | {share:.0%} | {r.usual:.0%} | {lift} | {p:.3f} |"
        )


def ledger_from(counts: np.ndarray) -> Ledger:
    """A simulated truce as it was reported, a day late."""
    ordinal = FIRST.toordinal()
    return ledger_of([
        Stated(f"zone {z}", date.fromordinal(ordinal + t), date.fromordinal(ordinal + t),
               float(counts[z, t]), date.fromordinal(ordinal + t + 1))
        for z, t in np.argwhere(np.isfinite(counts))
    ])  # fmt: skip


def simulated(level: str, truces: int) -> None:
    """Indicators made of counts, on truces that nothing was learnt from."""
    seeds = range(FIRST_TEST_SEED + PAST_TESTS, FIRST_TEST_SEED + PAST_TESTS + truces)
    made = (simulate_truce(level, seed) for seed in seeds)
    found = pooled(records(relive(ledger_from(one.reported))) for one in made)
    show(f"Simulated truces, level {level}, {truces}, seeds from {seeds.start:,}", found)


def smm() -> None:
    """Indicators made of counts, on the SMM series; the zones' own escalations by definition."""
    ledger = read_daily_counts(DATA / "smm" / "smm_daily_series.csv", recommitted=date(2020, 7, 27))
    show("SMM series, 27 July 2020 to 31 January 2022", records(relive(ledger)))


def fires() -> None:
    """The sign of fires on the example mission, its background learnt from 2001 to 2013."""
    import duckdb

    from trucewatch.mission import read_mission
    from trucewatch.sources.room import run as read
    from trucewatch.store import Run, open_store
    from trucewatch.warn.given import counted
    from trucewatch.warn.other_signs import signs_until

    table = DATA / "firms" / "ukraine_firms_hotspots_2000_2023_latlondate.parquet"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mission"
        shutil.copytree(EXAMPLE, root)
        duckdb.sql(
            f"COPY (SELECT latitude, longitude, acq_date FROM '{table}' WHERE longitude > 34.5 "
            "AND (acq_date < '2014-01-01' OR acq_date BETWEEN '2020-06-01' AND '2022-01-31')) "
            f"TO '{root}/inbox/fires.csv' (HEADER)"
        )
        text = (root / "mission.yaml").read_text(encoding="utf-8")
        listed = "sources:\n  - {source: firms, paths: [inbox/fires.csv]}\n"
        (root / "mission.yaml").write_text(text.replace("sources:\n", listed), encoding="utf-8")
        mission = read_mission(root)
        with open_store(mission.store_path) as store:
            read(store, mission, Run("run-fires", "sources", _end()))
            given: Any = counted(store, mission)
            again = relive(given.ledger)
            last = mission.clock.evening_of(given.ledger.last_day)
            began = time.process_time()
            signs = signs_until(store, mission, last, again.zones, days=given.ledger.days,
                                peace_years=(2001, 2013))  # fmt: skip
            spent = time.process_time() - began
        found = {k: v for k, v in records(again, signs.points).items() if k in ("fires", "silence")}
        show(
            f"Fires in the example mission ({signs.notes.get('fires')}; {spent:.1f} s of CPU)",
            found,
        )


def exercise(truces: int, days: int, seconds: float) -> None:
    """Every sign on missions of the exercise, as their accounts and watches became known."""
    began, each = time.monotonic(), []
    for seed in range(901, 901 + truces):
        if time.monotonic() - began > seconds:
            break
        each.append(_mission_record(seed, days))
    show(f"Exercise, level real, {len(each)} missions of {days} days, seeds from 901", pooled(each))


def _mission_record(seed: int, days: int) -> dict[str, Record]:
    from trucewatch.exercise import ExerciseOptions, write
    from trucewatch.mission import read_mission
    from trucewatch.sources.room import run as read
    from trucewatch.store import Run, open_store
    from trucewatch.warn.given import counted
    from trucewatch.warn.other_signs import signs_until

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mission"
        write(root, ExerciseOptions(days=days, observations=40 * days, seed=seed))
        mission = read_mission(root)
        with open_store(mission.store_path) as store:
            read(store, mission, Run(f"run-{seed}", "sources", _end()))
            given: Any = counted(store, mission)
            again = relive(given.ledger)
            last = mission.clock.evening_of(given.ledger.last_day)
            signs = signs_until(store, mission, last, again.zones, days=given.ledger.days)
            return records(again, signs.points, found=signs.scan)


def _end() -> datetime:
    return datetime.fromisoformat("2026-01-01T00:00:00+00:00")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["simulated", "smm", "fires", "exercise"])
    parser.add_argument("--level", default="real")
    parser.add_argument("--truces", type=int, default=60)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seconds", type=float, default=300.0)
    given = parser.parse_args()
    if given.part == "simulated":
        simulated(given.level, given.truces)
    elif given.part == "exercise":
        exercise(given.truces, given.days, given.seconds)
    elif DATA.is_dir():
        {"smm": smm, "fires": fires}[given.part]()
    else:
        print("skipped: the folder of real data (../shared/data) is not beside the project")
