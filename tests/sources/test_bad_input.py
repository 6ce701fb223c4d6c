"""Bad files and bad records: a clear message or a quarantine row, and the rest goes on."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trucewatch.errors import SourceError
from trucewatch.mission import Mission, read_mission
from trucewatch.sources import Reading, read_path, run
from trucewatch.store import Run, Store

HEAD = "latitude,longitude,acq_date\n"
GOOD = "48.1,37.9,2021-01-08\n"


@pytest.fixture
def take(mission: Mission, store: Store, a_run: Run, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write bytes, read them as fires, return (reading, quarantine rows)."""

    def taken(content: bytes, name: str = "fires.csv") -> tuple[Reading, list[dict[str, object]]]:
        path = tmp_path / name
        path.write_bytes(content)
        reading = read_path(store, mission, a_run, path, "firms")
        return reading, store.table("quarantine").to_pylist()

    return taken


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        ((HEAD + GOOD).encode("utf-16"), "UTF-16"),
        (b"latitude,acq_date\n48.1,2021-01-08\n", "no column longitude"),
        (b"latitude,latitude,longitude,acq_date\n1,2,3,4\n", "twice latitude"),
        (b"\x00\x01\x02\x03binary", "NUL"),
        ((HEAD + GOOD).encode()[:3] + b"\xff\xfe" + b"rest", "not UTF-8"),
        (gzip.compress((HEAD + GOOD * 2000).encode())[:-20], "gzip file that ends early"),
        (b"PAR1 this is no parquet file", ""),
        (b"x" * 100_000, "a first line longer"),
        ((HEAD + GOOD).replace("\n", "\r").encode(), "carriage returns"),
    ],
    ids=["empty", "utf16", "column gone", "column twice", "binary", "bad header bytes",
         "half a gzip", "false parquet", "endless header",
         "old Macintosh"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(take, content: bytes, found: str) -> None:  # type: ignore[no-untyped-def]
    reading, kept_out = take(content)
    assert reading.observations == 0
    assert reading.quarantined == 1
    told = next(row for row in kept_out if row["record_no"] is None)
    assert found in str(told["found"])
    assert told["expected"] and told["mend"]


def test_a_header_alone_is_read_as_nothing(take) -> None:  # type: ignore[no-untyped-def]
    reading, kept_out = take(HEAD.encode())
    assert (reading.records, reading.quarantined, kept_out) == (0, 0, [])


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (HEAD + GOOD).encode(),
        (HEAD + GOOD).replace("\n", "\r\n").encode(),
        gzip.compress((HEAD + GOOD).encode()),
        (HEAD + GOOD.strip()).encode(),
        b"latitude,longitude,acq_date,\n48.1,37.9,2021-01-08,\n",
    ],
    ids=["bom", "crlf", "gzip", "no last newline", "trailing comma"],
)
def test_harmless_shapes_are_read(take, content: bytes) -> None:  # type: ignore[no-untyped-def]
    reading, kept_out = take(content)
    assert (reading.observations, kept_out) == (1, [])


def test_a_new_column_is_signalled_and_the_records_read(take) -> None:  # type: ignore[no-untyped-def]
    reading, kept_out = take(b"latitude,longitude,acq_date,mood\n48.1,37.9,2021-01-08,calm\n")
    assert reading.observations == 1
    assert [row["field"] for row in kept_out] == ["mood"]


@pytest.mark.parametrize(
    "line",
    [b"48.1,37.9\n", b"48.1,37.9,2021-01-08,more,and more\n", b"48.1,\xff\xfe,2021-01-08\n",
     b"48.1,37.9,2021-01-08" + b"9" * (5 << 20) + b"\n", b"48.\x001,37.9,2021-01-08\n"],
    ids=["short", "long", "bad bytes", "huge", "nul"],
)  # fmt: skip
def test_a_line_that_cannot_be_split_waits_and_the_rest_goes_on(take, line: bytes) -> None:  # type: ignore[no-untyped-def]
    reading, kept_out = take(HEAD.encode() + GOOD.encode() + line + b"48.2,37.8,2021-01-09\n")
    assert reading.observations == 2
    assert reading.quarantined == 1
    assert len(kept_out) == 1
    assert reading.records == 3


def test_a_gzip_bomb_is_stopped(take) -> None:  # type: ignore[no-untyped-def]
    bomb = gzip.compress(HEAD.encode() + b"0" * (80 << 20), compresslevel=9)
    _, kept_out = take(bomb)
    assert "swells" in str(kept_out[0]["found"])


def test_a_sparse_gigabyte_in_one_line_ends_quickly(take, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "fires.csv"
    with path.open("wb") as opened:
        opened.write(HEAD.encode())
        opened.truncate(256 << 20)
    reading, kept_out = take(path.read_bytes()[: 256 << 20], "big.csv")
    assert reading.observations == 0
    assert kept_out


def test_links_and_paths_out_of_the_mission_are_refused(
    mission_folder: Path, store: Store, a_run: Run, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(HEAD + GOOD, encoding="utf-8")
    (mission_folder / "inbox").mkdir()
    (mission_folder / "inbox" / "link.csv").symlink_to(outside)
    text = (mission_folder / "mission.yaml").read_text(encoding="utf-8")
    for pattern, says in (
        ("../outside.csv", "below the mission"), ("inbox/link.csv", "link out"),
        (str(outside), "below the mission"), ("inbox/none.csv", "no file"),
    ):  # fmt: skip
        sources = f"sources: [{{source: firms, paths: ['{pattern}']}}]"
        (mission_folder / "mission.yaml").write_text(
            text.replace("sources: []", sources), encoding="utf-8"
        )
        with pytest.raises(SourceError, match=says):
            run(store, read_mission(mission_folder), a_run)
    assert store.count("observation") == 0


def test_an_unreadable_file_is_told(
    mission: Mission, store: Store, a_run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "secret.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user can read any file, so a refusal cannot be tried")
    with pytest.raises(Exception, match="read"):
        read_path(store, mission, a_run, path, "firms")


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=600))
def test_any_bytes_end_in_rows_or_in_a_reason(take, content: bytes) -> None:  # type: ignore[no-untyped-def]
    reading, _ = take(HEAD.encode() + content)
    if reading.is_new:
        assert reading.records == reading.observations + reading.repeats + reading.quarantined or (
            reading.observations == 0 and reading.quarantined == 1
        )


@pytest.mark.parametrize(
    "slip", ['48.1,"37.9,2021-01-07', '"48.1,37.9,2021-01-07', '48.1,37.9,"2021-01-07""']
)
def test_a_quote_never_closed_takes_nothing_else_with_it(take, slip: str) -> None:  # type: ignore[no-untyped-def]
    later = "".join(f"48.1,37.9,2021-01-{day:02d}\n" for day in range(9, 20))
    reading, kept_out = take((HEAD + GOOD + slip + "\n" + later).encode())
    assert (reading.records, reading.observations, reading.quarantined) == (13, 12, 1)
    assert "cannot be split" in str(kept_out[0]["found"])


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            "Date,Region,Count",
            "generic_csv, which lacks date, region, count and does not know Date",
        ),
        ("date,region,count,notes", "generic_csv, which does not know notes"),
        ("date,count", "generic_csv, which lacks region"),
    ],
)
def test_a_table_that_nearly_fits_is_told_what_keeps_it_apart(
    mission: Mission, store: Store, a_run: Run, tmp_path: Path, header: str, words: str
) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(header + "\n", encoding="utf-8")
    with pytest.raises(SourceError) as told:
        read_path(store, mission, a_run, path)
    assert words in str(told.value)
