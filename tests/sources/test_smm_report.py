"""Reports as captures: whatever comes in, rows or a reason, and nothing hangs."""

# ruff: noqa: E501 - pieces read better side by side
from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trucewatch.mission import Mission
from trucewatch.sources import Reading, read_path
from trucewatch.store import Run, Store

HEAD = "Daily Report 52/2021 issued on 5 March 2021\n\n"
SENTENCE = (
    "On 4 March, between 18:06 and 19:10, while in Horlivka (39km north-east of Donetsk), the SMM "
    "heard 12 undetermined explosions, all 3-5km west.\n"
)


@pytest.fixture
def take(mission: Mission, store: Store, a_run: Run, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write bytes, read them as a report, return (reading, observations, quarantine rows)."""

    def taken(content: bytes, name: str = "report.txt") -> tuple[Reading, list[dict], list[dict]]:
        path = tmp_path / name
        path.write_bytes(content)
        reading = read_path(store, mission, a_run, path, "smm_report")
        tables = [store.table(t).to_pylist() for t in ("observation", "quarantine")]
        return reading, *tables

    return taken


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc.gz", gzip.compress(b"WARC/1.0\r\n" + b"\0" * 40_000_000))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"", "report.txt", ""),
        (bytes(range(256)) * 20, "report.bin", "binary"),
        (b"\xff\xfea\x00b", "report.txt", "utf-16"),
        (SENTENCE.encode(), "report.txt", "names no day"),
        (b"%PDF-1.7\n1 0 obj <<", "report.pdf", ""),
        (bomb(), "report.wacz", "packed"),
        (b"<!DOCTYPE r [<!ENTITY a 'x'>]><rss>&a;</rss>", "report.rss", "entity"),
        (b"<html><script>alert(1)</script></html>", "report.html", ""),
    ],
    ids=["empty", "binary", "odd utf-16", "no day", "broken pdf", "bomb", "entity", "script only"],
)
def test_a_report_that_cannot_be_read_waits_in_quarantine(take, content, name, found) -> None:  # type: ignore[no-untyped-def]
    reading, rows, kept_out = take(content, name)
    assert (reading.observations, rows) == (0, [])
    assert reading.quarantined == 1
    told = next(row for row in kept_out if row["record_no"] is None)
    assert found in str(told["found"])
    assert told["mend"]


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        SENTENCE.replace("o", "о"),  # Cyrillic о in every word
        SENTENCE.replace("Horlivka", "\u202eHorlivka\u202c").replace("heard", "he\u200bard"),
        SENTENCE.replace("-", "\u2011").replace(" ", "\u00a0"),
    ],
    ids=["plain", "homoglyphs", "right-to-left marks", "no-break"],
)
def test_disguised_letters_say_the_same(take, text: str) -> None:  # type: ignore[no-untyped-def]
    _, rows, _ = take((HEAD + text).encode())
    (row,) = rows
    assert (row["kind"], row["count_best"], row["means"]) == ("explosion", 12, "heard")
    assert (row["range_low_km"], row["range_high_km"], row["bearing_deg"]) == (3, 5, 270)
    assert row["lon"] is not None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(take, encoding: str) -> None:  # type: ignore[no-untyped-def]
    _, rows, _ = take((HEAD + SENTENCE + "Caf\u00e9 \u2013 end.\n").encode(encoding))
    assert [row["count_best"] for row in rows] == [12]


def test_a_script_is_not_run_and_not_read(take) -> None:  # type: ignore[no-untyped-def]
    page = (
        f"<html><body><article><p>{HEAD}</p><p>{SENTENCE}</p></article><script>the SMM heard 99 "
        "explosions</script><img src='http://203.0.113.1/x'></body></html>"
    )
    _, rows, _ = take(page.encode(), "report.html")
    assert [row["count_best"] for row in rows] == [12]


def test_one_sentence_of_a_megabyte(take) -> None:  # type: ignore[no-untyped-def]
    begun = time.process_time()
    reading, _, _ = take((HEAD + "and the monitors went on " * 40_000).encode())
    assert reading.quarantined == 0
    assert time.process_time() - begun < 60


PIECES = (
    "killed ", "a man (aged ", "three tanks (T-64", "missing ", "denied passage to the SMM ", "9" * 40,
    "SMM position | Event location | Means | No. | Observation\n", "| 4-6km E | Heard | 3 | Burst | ",
    "99-Feb, 25:99\n", "4-Mar, 20:17\n", "between the evenings of 31 March and 2 April ", " of which ",
    "respectively", "the following day ", "in the same time frame ", "craters from the west ", "(", ")",
    "\u202e", "\0", "0 to 0km N, ", "the SMM camera in Avdiivka ", "12 explosions ", ". The SMM heard ",
    "мин ", "5 March 0001 ", "31 December 9999 ", ";", "\n", "all assessed as mortar (120mm) ",
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_report_gives_rows_or_a_reason(take, body: str) -> None:  # type: ignore[no-untyped-def]
    reading, rows, kept_out = take((HEAD + body).encode())
    assert reading.records >= 0
    for row in rows:
        assert row["start_utc"] <= row["end_utc"]
        low, best, high = row["count_low"], row["count_best"], row["count_high"]
        assert low is None or high is None or low <= high
        assert best is None or low is None or low <= best
    assert all(row["mend"] for row in kept_out)
