"""Coverage: do the 95% bounds hold as often as they say, is detection right, how long it takes.

Prints a Markdown section. Simulated zones only: tests/coverage/coverage_world.py draws watches and
happenings and sees them by its own code, apart from the ledger.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / p) for p in ("src", "tests/coverage", "bench/coverage_fit")]

from coverage_world import simulate  # noqa: E402

from trucewatch import vocabulary  # noqa: E402
from trucewatch.coverage.bounds import happened_upper  # noqa: E402
from trucewatch.coverage.detection import DEPENDENCE, read_detection  # noqa: E402
from trucewatch.coverage.ledger import Ledger, LedgerOptions  # noqa: E402
from trucewatch.coverage.stations import stations  # noqa: E402
from trucewatch.mission import NamedRegion, read_mission  # noqa: E402
from trucewatch.store import open_store  # noqa: E402
from trucewatch.when import Interval  # noqa: E402
from trucewatch.where import Region  # noqa: E402

START = datetime(2021, 1, 1, tzinfo=UTC)


def bounds(zones: int) -> list[str]:
    lines = ["| kind | zones | stated | holds for the expected number | for the realised number |",
             "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for kind in ("fire", "explosion", "movement"):
        found = [simulate(seed, kind) for seed in range(zones)]
        stated = [o for o in found if o.upper is not None]
        rate = np.mean([o.upper >= o.expected for o in stated])  # type: ignore[operator]
        number = np.mean([o.upper >= o.happened for o in stated])  # type: ignore[operator]
        lines.append(f"| {kind} | {zones} | {len(stated)} | {rate:.1%} | {number:.1%} |")
    return lines


def detection(zones: int) -> list[str]:
    lines = ["| points a zone | mean true p | mean error | mean absolute error | largest |",
             "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for points in (100, 400, 2000):
        found = [simulate(9000 + n, "explosion", points=points, probes=20_000)
                 for n in range(zones)]  # fmt: skip
        told = np.array([o.detection or 0.0 for o in found])
        true = np.array([o.true_detection for o in found], dtype=float)
        off = told - true
        lines.append(f"| {points} | {true.mean():.3f} | {off.mean():+.4f} | "
                     f"{np.abs(off).mean():.4f} | {np.abs(off).max():.4f} |")  # fmt: skip
    return lines


def speed(days: int, zones: int, watches: int) -> list[str]:
    rows = list(_year(days, zones, watches))
    places = [NamedRegion(f"z{n}", f"Z{n}", Region(36.5 + 0.9 * n, 48.2, 60)) for n in range(zones)]
    windows = [Interval(START + timedelta(days=d), START + timedelta(days=d + 1))
               for d in range(days)]  # fmt: skip
    figures = read_detection()
    list(_ledger(rows[:50]).rows(places[:1], windows[:1], ["fire"]))  # compile first
    began, worked = time.perf_counter(), time.process_time()
    book = _ledger(rows)
    found = sum(1 for _ in book.rows(places, windows, figures.row_kinds))
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return [
        "| days | zones | watches a day | kinds | rows | seconds | CPU seconds | peak GiB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        f"| {days} | {zones} | {watches} | {len(figures.row_kinds)} | {found} | {seconds:.1f} | "
        f"{cpu:.1f} | {peak:.1f} |",
    ]


def against_truth(folder: Path) -> list[str]:
    """An exercise mission that was run: bounds from the number seen against what truth says.

    'rate': the bound of the rooms, exact Poisson, on the number expected. 'number': the exact
    binomial bound on the very number that happened; 'mid-P': the same with half of the chance of
    the very number seen, which is what 93 to 97% can be asked of where counts are small.
    """
    mission = read_mission(folder)
    with open_store(mission.store_path, read_only=True) as store:
        rows = store.table("coverage").to_pylist()
    evening = mission.clock.day_containing
    told = {(r["zone"], r["kind"], evening(r["window_end_utc"])): r for r in rows}
    true: dict[tuple[str, str, date], list[int]] = defaultdict(lambda: [0, 0])
    with (folder / "truth" / "counts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            family = str(vocabulary.kinds()[row["kind"]].facts["family"])
            for kind in {family, row["kind"]}:
                cell = true[row["zone"], kind, date.fromisoformat(row["evening"])]
                cell[0] += int(row["happened"])
                cell[1] += int(row["seen"])
    names = ("kind", "zone-days", "happened", "seen", "true share seen", "told", "rate holds",
             "number holds", "mid-P", "mid-P, true share", "days with none seen", "unseen a day",
             "allowed a day", "holds")  # fmt: skip
    lines = [f"| {' | '.join(names)} |", "|" + " --- |" * len(names)]
    for kind in sorted({key[1] for key in told}):
        pairs = [(told[key], *true[key]) for key in sorted(true) if key[1] == kind and key in told]
        stated = [(r["detection_probability"], h, s) for r, h, s in pairs
                  if r["detection_probability"] is not None]  # fmt: skip
        if sum(h for _, h, _ in stated) >= 100:
            lines.append(_kind_line(kind, stated)
                         + _none_seen([(r, h) for r, h, s in pairs if s == 0]))  # fmt: skip
    return lines


def _kind_line(kind: str, stated: list[tuple[float, int, int]]) -> str:
    happened, seen = sum(h for _, h, _ in stated), sum(s for _, _, s in stated)
    true_p = seen / happened
    told = sum(p * h for p, h, _ in stated) / happened
    rate = np.mean([happened_upper(s, p) >= h for p, h, s in stated])  # type: ignore[operator]
    number = np.mean([_number_upper(s, p) >= h for p, h, s in stated])
    middle = np.mean([_number_upper(s, p, middle=True) >= h for p, h, s in stated])
    known = np.mean([_number_upper(s, true_p, middle=True) >= h for _, h, s in stated])
    return (f"| {kind} | {len(stated)} | {happened} | {seen} | {true_p:.2f} | {told:.2f} "
            f"| {rate:.1%} | {number:.1%} | {middle:.1%} | {known:.1%} | ")  # fmt: skip


def _none_seen(silent: list[tuple[dict[str, Any], int]]) -> str:
    bounded = [(r["missed_upper"], h) for r, h in silent if r["missed_upper"] is not None]
    if not bounded:
        return "0 | | | |"
    upper, unseen = np.array(bounded, dtype=float).T
    return (f"{len(bounded)} | {unseen.mean():.2f} | {np.median(upper):.1f} | "
            f"{np.mean(unseen <= upper):.1%} |")  # fmt: skip


def _number_upper(seen: int, chance: float, *, middle: bool = False) -> int:
    """The most that can have happened, of which so few or fewer are seen in 5% of cases.

    middle: 'so few' counts half (mid-P, Lancaster 1961). A number is discrete, so that the exact
    bound holds more often than it says; the mid-P bound is for judging, never given to users.
    """
    from scipy.stats import binom

    def tail(number: int) -> float:
        half = 0.5 * binom.pmf(seen, number, chance) if middle else 0.0
        return float(binom.cdf(seen, number, chance) - half)

    low, high = seen, seen + 1
    while tail(high) > 0.05:
        low, high = high, 2 * high
    while high - low > 1:
        between = (low + high) // 2
        low, high = (between, high) if tail(between) > 0.05 else (low, between)
    return low


def overlap(folders: list[Path]) -> list[str]:
    """Log likelihood of who else saw what one observer saw, by the dependence assumed.

    Incidents of fire as fused, seen at least once; the observers' own chances as the mission's
    figures give them. Missed links of the fuse room make overlap seem rarer: phi errs low.
    """
    from overlap import log_likelihood

    lines = ["| dependence | log likelihood | |", "| --- | --- | --- |"]
    found = {phi: sum(log_likelihood(f, phi) for f in folders) for phi in sorted(DEPENDENCE)}
    best = max(found, key=lambda phi: found[phi])
    for phi, value in found.items():
        lines.append(f"| {phi:g} | {value:.0f} | {'best' if phi == best else ''} |")
    return lines


def _ledger(rows: list[dict[str, Any]]) -> Ledger:
    figures = read_detection()
    return Ledger(stations(rows, figures), figures, options=LedgerOptions())


def _year(days: int, zones: int, watches: int) -> Any:
    rng = np.random.default_rng(7)
    cameras = watches // 4
    fixed = [(36.5 + rng.uniform(-0.7, 0.9 * zones), 48.2 + rng.uniform(-0.5, 0.5))
             for _ in range(cameras)]  # fmt: skip
    for day in range(days):
        for n in range(watches):
            camera = n < cameras
            lon, lat = fixed[n] if camera else (36.5 + rng.uniform(-0.7, 0.9 * zones),
                                                48.2 + rng.uniform(-0.5, 0.5))  # fmt: skip
            start = START + timedelta(days=day, hours=0 if camera else rng.uniform(5, 15))
            yield {
                "watch_id": f"w{day}-{n}", "observer": f"o{n}", "lon": lon, "lat": lat,
                "means": "recorded" if camera else str(rng.choice(["patrol", "uav", "acoustic"])),
                "start_utc": start, "end_utc": start + timedelta(hours=24 if camera else 5),
                "radius_km": 5.0 if camera else 10.0, "polygon_wkt": None, "detection": None,
                "bearing_deg": 90.0 if camera else None, "control_side": None,
                "field_of_view_deg": 75.0 if camera else None,
                "status": "outage" if rng.random() < 0.05 else "working",
            }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=500, help="simulated zones per kind")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--watches", type=int, default=300, help="watches a day, for speed")
    parser.add_argument("--exercise", type=Path, help="an exercise mission that was run")
    parser.add_argument("--overlap", type=Path, nargs="+", help="exercise missions that were run")
    given = parser.parse_args()
    if given.overlap is not None:
        print("Dependence of observers, by their overlap:\n")
        print("\n".join(overlap(given.overlap)))
        return
    if given.exercise is not None:
        print("Coverage against the truth of an exercise:\n")
        print("\n".join(against_truth(given.exercise)))
        return
    print("## Coverage: bounds, detection, speed (2 cores, shared with other work)\n")
    print(f"`python bench/quality_coverage.py --zones {given.zones} --days {given.days} "
          f"--watches {given.watches}`\n")  # fmt: skip
    print("95% upper bounds from the number seen and the detection probability (asked: 93-97%):\n")
    print("\n".join(bounds(given.zones)))
    print("\nDetection probability of the ledger against happenings in continuous space:\n")
    print("\n".join(detection(max(20, given.zones // 10))))
    print("\nA year of coverage, 2,000 points a zone, slots of 30 minutes:\n")
    print("\n".join(speed(given.days, 5, given.watches)))


if __name__ == "__main__":
    main()
