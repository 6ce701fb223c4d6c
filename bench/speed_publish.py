"""How long the daily report of a large mission takes, per format: wall and processor seconds.

python bench/speed_publish.py --observations 1400000
python bench/speed_publish.py --mission DIR      one that has run, its pictures drawn and kept
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "publish"))

FIRES = """
INSERT INTO observation BY NAME
SELECT 'obs-' || printf('%024x', i) AS observation_id, 'run-1' AS run_id,
       TIMESTAMPTZ '2001-01-01 00:00:00+00' + i * INTERVAL 8 MINUTE AS known_from_utc,
       'firms' AS source_id, 'cap-1' AS capture_id, i AS record_no, 'fire' AS kind,
       TIMESTAMPTZ '2000-01-01 00:00:00+00' + i * INTERVAL 8 MINUTE AS start_utc,
       TIMESTAMPTZ '2000-01-02 00:00:00+00' + i * INTERVAL 8 MINUTE AS end_utc,
       'day' AS when_precision, 36 + (i % 500) / 100.0 AS lon, 47 + (i % 211) / 100.0 AS lat,
       0.5 AS radius_km, 'exact' AS where_precision, 'thermal' AS means, FALSE AS is_null,
       'root-' || i AS root_id
FROM range($rows) t(i)
"""
SINGLE = """
INSERT INTO incident BY NAME
SELECT 'inc-' || right(observation_id, 24) AS incident_id, run_id, known_from_utc, kind, start_utc,
       end_utc, lon, lat, radius_km, 1 AS observations, 1 AS roots, 0.0 AS extent_km,
       24.0 AS duration_h, 'reported' AS verification_status
FROM observation WHERE source_id = 'firms'
"""
MEMBERS = """
INSERT INTO member BY NAME
SELECT 'inc-' || right(observation_id, 24) AS incident_id, observation_id, run_id, known_from_utc
FROM observation WHERE source_id = 'firms'
"""


def main() -> None:
    """Build a mission of the size asked for and print a Markdown section."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--observations", type=int, default=1_400_000)
    asked.add_argument("--mission", type=Path, help="a mission folder that has run")
    given = asked.parse_args()
    if given.mission:
        _of_mission(given.mission)
        return
    rows = given.observations
    with tempfile.TemporaryDirectory() as folder:
        store, mission = _build(Path(folder), rows)
        size_mb = (Path(folder) / "mission.duckdb").stat().st_size / 1e6
        print("## Publish: the daily report of a large mission\n")
        print(f"`python bench/speed_publish.py --observations {rows}`: {rows:,} fires, each with "
              f"its incident, 400 evenings of counts, a store of {size_mb:,.0f} MB.\n")  # fmt: skip
        print("| step | wall s | processor s | bytes |\n| --- | ---: | ---: | ---: |")
        _measure(store, mission)


def _of_mission(folder: Path) -> None:
    """The daily report of a mission with its pictures of warnings, in a cache of its own."""
    from trucewatch import desk
    from trucewatch.caching import cache_folder
    from trucewatch.mission import read_mission
    from trucewatch.pipeline import open_mission
    from trucewatch.publish import render

    for drawn in cache_folder().glob("pictures-*.json"):
        drawn.unlink()
    print("| step | wall s | processor s | bytes |\n| --- | ---: | ---: | ---: |")
    mission = read_mission(folder)
    with open_mission(mission) as store:
        report = _timed("facts", lambda: desk.product(store, mission))
        figures = _timed("pictures, first", lambda: desk.warning_figures(store, mission, report))
        _timed("pictures, kept", lambda: desk.warning_figures(store, mission, report))
        for form in ("html", "pdf", "md", "json"):
            _timed(form, lambda form=form: render(report, form, figures=figures))
        _timed("html, again", lambda: render(report, "html", figures=figures))
    print(f"\n{len(figures)} pictures; {time.process_time():.1f} processor seconds in all.")


def _build(folder: Path, rows: int) -> tuple[Any, Any]:
    from publish_world import DAY, World, a_day, mission

    world = World(folder / "mission.duckdb")
    a_day(world)
    for back in range(1, 400):
        world.count(DAY - timedelta(days=back), "Luhansk", float(back % 50))
    world.flush()
    for statement in (FIRES, SINGLE, MEMBERS):
        world.store.execute(statement, {"rows": rows})
    world.store.execute("CHECKPOINT")
    return world.store, mission(folder, recommitted_utc=None)


def _measure(store: Any, mission: Any) -> None:
    from publish_world import DAY, SOURCES

    from trucewatch.publish import FORMATS, Asked, read_report, render

    asked = Asked(sources=SOURCES)
    report = _timed("read, first", lambda: read_report(store, mission, day=DAY, asked=asked))
    _timed("read, again", lambda: read_report(store, mission, day=DAY, asked=asked))
    _timed("read, last day sought", lambda: read_report(store, mission, asked=asked))
    for fmt in FORMATS:
        _timed(fmt, lambda fmt=fmt: render(report, fmt))
    _timed("html, again", lambda: render(report, "html"))
    public = Asked(sources=SOURCES, audience="public")
    _timed("read for the public", lambda: read_report(store, mission, day=DAY, asked=public))


def _timed(name: str, work: Callable[[], Any]) -> Any:
    wall, spent = time.perf_counter(), time.process_time()
    made = work()
    wall, spent = time.perf_counter() - wall, time.process_time() - spent
    size = f"{len(made):,}" if isinstance(made, (str, bytes)) else ""
    print(f"| {name} | {wall:.2f} | {spent:.2f} | {size} |")
    return made


if __name__ == "__main__":
    main()
