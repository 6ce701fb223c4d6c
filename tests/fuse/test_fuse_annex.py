"""A monitors' report tells an event in its prose and lists it in its annexed table: one root."""

from __future__ import annotations

from dataclasses import asdict
from zoneinfo import ZoneInfo

import fuse_scenes as scenes
import fuse_store
import pytest

from trucewatch.errors import ReadError
from trucewatch.language.smm import ReportOptions, report_day_in, report_rows
from trucewatch.model import Observation
from trucewatch.when import MissionClock

CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
CAMERA = "SMM camera in Avdiivka (government-controlled, 17km N of Donetsk)"
TEXT = """Daily Report 52/2021 issued on 5 March 2021

{prose}

SMM position | Event location | Means | No. | Observation | Description | Weapon | Date, time
{rows}
"""


def listed(count: int, time: str, kind: str = "Projectile", place: str = CAMERA) -> str:
    return f"{place} | 4-6km E | Recorded | {count} | {kind} | From W to E | N/K | 4-Mar, {time}"


def seen(words: str, when: str) -> str:
    return (
        f"On 4 March, {when}, the SMM camera in Avdiivka (government-controlled, 17km north of "
        f"Donetsk) recorded {words}, all 4-6km east."
    )


def incidents(tmp_path, prose: str, *rows: str) -> list[dict[str, object]]:
    text = TEXT.format(prose=prose, rows="\n".join(rows))
    day = report_day_in(text)
    options = ReportOptions(
        report_day=day, source_id="smm_report", root_id="smm_report",
        published_utc=CLOCK.calendar_day(day).end_utc,
    )  # fmt: skip
    told = [row for row in report_rows(text, clock=CLOCK, options=options)
            if not isinstance(row, ReadError) and isinstance(row, Observation)]  # fmt: skip
    table = scenes.table([
        asdict(row) | {"observation_id": f"obs-{n:024x}"} for n, row in enumerate(told)
    ])  # fmt: skip
    with fuse_store.stored(tmp_path, table) as store:
        fuse_store.fused(store, tmp_path)
        return sorted(store.table("incident").to_pylist(), key=lambda row: row["start_utc"])


def test_prose_and_table_are_one_happening_from_one_root(tmp_path):
    found = incidents(tmp_path, seen("two projectiles", "at 20:17"), listed(2, "20:17"))
    assert [(row["observations"], row["roots"]) for row in found] == [(2, 1)]
    assert found[0]["verification_status"] == "reported"
    assert found[0]["count_best"] == 2


def test_rows_of_one_table_stay_apart(tmp_path):
    found = incidents(
        tmp_path, seen("two projectiles", "at 20:17"), listed(2, "20:17"), listed(3, "20:18")
    )
    assert [(row["observations"], row["count_best"]) for row in found] == [(2, 2), (1, 3)]
    assert {row["roots"] for row in found} == {1}


def test_prose_that_sums_up_the_rows_is_counted_once(tmp_path):
    prose = seen("nine projectiles", "between 20:10 and 20:14")
    rows = [listed(4, "20:10"), listed(3, "20:11"), listed(2, "20:13")]
    found = incidents(tmp_path, prose, *rows)
    assert [(row["observations"], row["count_best"], row["roots"]) for row in found] == [(4, 9, 1)]


@pytest.mark.parametrize(("words", "when"), [
    ("three projectiles", "between 20:10 and 20:14"),
    ("nine projectiles", "between 19:10 and 19:14"),
])  # fmt: skip
def test_prose_of_fewer_or_of_another_time_sums_up_nothing(tmp_path, words, when):
    rows = [listed(4, "20:10"), listed(3, "20:11"), listed(2, "20:13")]
    found = incidents(tmp_path, seen(words, when), *rows)
    assert len(found) >= 3
    assert {row["roots"] for row in found} == {1}


def test_two_sentences_of_one_observer_stay_two(tmp_path):
    prose = seen("two projectiles", "at 20:17") + "\n\n" + seen("two bursts", "at 20:17")
    assert len(incidents(tmp_path, prose, listed(1, "22:40"))) == 3
