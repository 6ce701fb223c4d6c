"""Reading once, correcting, new sources, and the real files where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from trucewatch.errors import SourceError
from trucewatch.mission import Mission, read_mission
from trucewatch.sources import read_path, run
from trucewatch.sources.spec import read_spec
from trucewatch.store import Run, Store

NEW_SOURCE = """\
source: border_posts
title: What border posts write down
publisher: a watchdog group
licence: CC0
republish: "yes"
reliability: C
fields:
  day: {type: date, required: true}
  post: {required: true}
  shots: {type: whole, min: 0}
mapping:
  kind: {value: count_events}
  when: {field: day, as: day}
  where: {region: post}
  count_best: {field: shots, as: number}
"""


def test_a_new_source_needs_a_folder_and_nothing_else(
    mission_folder: Path, store: Store, a_run: Run
) -> None:
    folder = mission_folder / "sources" / "border_posts"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(NEW_SOURCE, encoding="utf-8")
    (mission_folder / "posts.csv").write_text("day,post,shots\n2021-05-01,Donetsk,3\n")
    text = (mission_folder / "mission.yaml").read_text(encoding="utf-8")
    (mission_folder / "mission.yaml").write_text(
        text.replace("sources: []", "sources: [{source: border_posts, paths: [posts.csv]}]")
    )
    mission = read_mission(mission_folder)
    assert run(store, mission, a_run).detail["observations"] == 1
    row = store.table("observation").to_pylist()[0]
    assert (row["kind"], row["place_id"], row["count_best"]) == ("count_events", "donetsk", 3)
    again = run(store, mission, a_run)
    assert (again.rows, again.detail["new_captures"]) == (0, 0)


ALIKE = """\
source: own_fires
title: Fires of a ground station
publisher: a forest service
licence: CC0
republish: "yes"
reliability: B
like: firms
named: true
"""
REFINED = """\
-- step: read_own_fires
-- grain: one row per fire pixel
-- reads: record, read_firms
-- yields: record_no, identity, kind, start_utc, end_utc, observer
-- law: the station is the observer
SELECT record_no, identity, kind, start_utc, end_utc, 'station' AS observer FROM read_firms
"""


def test_a_source_may_be_like_another_and_start_from_its_rows(
    mission: Mission, store: Store, a_run: Run, tmp_path: Path
) -> None:
    folder = mission.root / "sources" / "own_fires"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(ALIKE, encoding="utf-8")
    fires = tmp_path / "x.csv"
    fires.write_text("latitude,longitude,acq_date\n48.1,37.9,2021-01-08\n", encoding="utf-8")
    assert read_path(store, mission, a_run, fires, "own_fires").observations == 1
    plain = read_spec(folder / "source.yaml").version
    (folder / "read.sql").write_text(REFINED, encoding="utf-8")
    assert read_spec(folder / "source.yaml").version != plain
    fires.write_text("latitude,longitude,acq_date\n48.2,37.9,2021-01-08\n", encoding="utf-8")
    read_path(store, mission, a_run, fires, "own_fires")
    rows = store.table("observation", ("source_id", "kind", "lat", "observer")).to_pylist()
    assert {(r["source_id"], r["kind"]) for r in rows} == {("own_fires", "fire")}
    assert {(r["lat"], r["observer"]) for r in rows} == {(48.1, None), (None, "station")}


@pytest.mark.parametrize("name", ["nothing", "ucdp_candidate", "news", "../firms", "7"])
def test_a_source_is_like_a_table_that_stands_by_itself(tmp_path: Path, name: str) -> None:
    path = tmp_path / "own" / "source.yaml"
    path.parent.mkdir()
    path.write_text(ALIKE.replace("like: firms", f"like: {name}"), encoding="utf-8")
    with pytest.raises(SourceError, match="like no other"):
        read_spec(path)


GIVES_UP = """\
from trucewatch.errors import ReadError
from trucewatch.model import Observation


def read(path, mission, capture):
    for number in range({before}):
        yield Observation(source_id="own_pages", kind="shot", record_no=number + 1)
    raise ReadError("page", found="torn", expected="a page", mend="Scan it again.")
"""


@pytest.mark.parametrize("before", [0, 2, 5_001])
def test_a_reader_that_gives_up_midway_keeps_what_it_read(
    mission: Mission, store: Store, a_run: Run, tmp_path: Path, before: int
) -> None:
    folder = mission.root / "sources" / "own_pages"
    folder.mkdir(parents=True)
    text = ALIKE.replace("own_fires", "own_pages").replace("like: firms", "fields: {}")
    (folder / "source.yaml").write_text(text + "format: document\n", encoding="utf-8")
    (folder / "read.py").write_text(GIVES_UP.format(before=before), encoding="utf-8")
    page = tmp_path / "page.txt"
    page.write_text("shots", encoding="utf-8")
    reading = read_path(store, mission, a_run, page, "own_pages")
    assert reading.observations == before == store.count("observation")
    assert [row["found"] for row in store.table("quarantine").to_pylist()] == ["torn"]
    assert (reading.quarantined, reading.records) == (1, before + 1 if before else 0)


def test_a_file_is_told_by_its_columns(
    mission: Mission, store: Store, a_run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("latitude,longitude,acq_date\n48.1,37.9,2021-01-08\n", encoding="utf-8")
    assert read_path(store, mission, a_run, path).source_id == "firms"
    path.write_text("date,region,count\n2021-01-08,Donetsk,3\n", encoding="utf-8")
    assert read_path(store, mission, a_run, path).source_id == "generic_csv"
    path.write_text('{"date": "2021-01-09", "region": "Donetsk", "count": 3}\n', encoding="utf-8")
    assert read_path(store, mission, a_run, path).source_id == "generic_jsonl"
    path.write_text("colour,taste\nred,sweet\n", encoding="utf-8")
    with pytest.raises(SourceError, match="colour, taste"):
        read_path(store, mission, a_run, path)


def test_a_corrected_record_closes_the_old_one(
    mission: Mission, store: Store, a_run: Run, tmp_path: Path
) -> None:
    head = "report_id,record,team,kind,start,end,position_lon,position_lat,means,count\n"
    line = "r1,observation,patrol,shot,2021-05-01T10:00Z,2021-05-01T10:05Z,37.8,48.0,heard,{}\n"
    for count in (5, 7):
        path = tmp_path / f"{count}.csv"
        path.write_text(head + line.format(count), encoding="utf-8")
        read_path(store, mission, a_run, path, "field_report")
    assert [row["count_best"] for row in store.table("observation").to_pylist()] == [7]
    closed = store.query(
        "SELECT count_best, closed_because FROM observation_history WHERE known_to_utc IS NOT NULL"
    ).to_pylist()
    assert closed == [{"count_best": 5, "closed_because": "corrected by the source"}]


def test_a_source_that_is_wrong_tells_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "source.yaml"
    path.write_text(
        "source: x\ntitle: x\npublisher: x\nrepublish: 'yes'\nreliability: Z\ncolour: red\n"
        "fields:\n  a: {type: colour}\n  record_no: {}\n", encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(SourceError) as caught:
        read_spec(path)
    assert len(caught.value.faults) == 5
    assert {fault.line for fault in caught.value.faults} >= {5, 6, 8, 9}


@pytest.mark.parametrize(
    ("name", "records", "observations"),
    [
        ("ucdp/ucdp_ged_ukraine_2014_2022feb23.csv", 3077, 3077),
        ("viina/viina_incidents_2024_08.csv", 8615, 8583),
        ("smm/smm_daily_report_counts.csv", 402, 1035),
        ("firms/firms_modis_full_columns_se_asia_2018.csv", 614, 614),
        ("firms/donbas_firms_hotspots_2018_2023.csv", 153014, 153014),
        ("airraid/air_raid_official_2022_03_15_2024_03.parquet", 40968, 40968),
        ("claims/party_daily_claims.csv", 9, 9),
    ],
)
def test_the_real_files_are_read_whole(
    mission: Mission, store: Store, a_run: Run, shared_data: Path,
    name: str, records: int, observations: int,
) -> None:  # fmt: skip
    reading = read_path(store, mission, a_run, shared_data / name)
    assert (reading.records, reading.observations) == (records, observations)
    assert reading.quarantined == 0
