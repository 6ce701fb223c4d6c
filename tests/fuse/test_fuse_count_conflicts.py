"""Two figures for one count are a conflict, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import fuse_scenes as scenes
import fuse_store


def count(name, day, figure, days=1, **fields):
    start = scenes.START + timedelta(days=day)
    return scenes.account(name, **{
        "kind": "count_violations", "start_utc": start, "end_utc": start + timedelta(days=days),
        "when_precision": "evening", "place_id": "luhansk", "count_best": figure,
        "count_low": figure, "count_high": figure, "means": "reported",
    } | fields)  # fmt: skip


def conflicts(tmp_path, *rows):
    with fuse_store.stored(tmp_path, scenes.table(list(rows))) as store:
        fuse_store.fused(store, tmp_path)
        return store.table("conflict").to_pylist()


def test_a_report_that_contradicts_the_one_before(tmp_path):
    # SMM: report 231/2021 gives the Luhansk count of the evening before as 28; report 230/2021
    # itself had given 47.
    found = conflicts(tmp_path, count("230 itself", 0, 47.0), count("231 of 230", 0, 28.0))
    assert [sorted((c["left_value"], c["right_value"])) for c in found] == [["28", "47"]]
    assert found[0]["incident_id"] is None and "one place and window" in found[0]["grounds"]


def test_a_total_over_days_against_the_days(tmp_path):
    days = [count("friday", 0, 4.0), count("saturday", 1, 5.0)]
    found = conflicts(tmp_path, *days, count("weekend", 0, 12.0, days=2))
    assert [(c["left_value"], c["right_value"]) for c in found] == [("12", "9")]
    assert "2 windows" in found[0]["grounds"]


def test_no_conflict_where_figures_or_what_is_counted_agree(tmp_path):
    rows = [
        count("a", 0, 4.0), count("again", 0, 4.0), count("b", 1, 5.0),
        count("sum", 0, 9.0, days=2), count("part missing", 0, 50.0, days=4),
        count("elsewhere", 0, 8.0, place_id="donetsk"),
        count("by a party", 0, 80.0, claimant="north"),
        count("about", 1, 6.0, count_low=4.0, count_high=8.0),
    ]  # fmt: skip
    assert conflicts(tmp_path, *rows) == []
