"""The pictures of a back-test: one page, and the same answers as its document."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from warn_given import wild_ledger

from trucewatch.errors import StoreError
from trucewatch.warn.album import backtest_pictures, write_album
from trucewatch.warn.backtest import Backtest, backtest


@pytest.fixture(scope="module")
def found() -> Backtest:
    return backtest(wild_ledger())


def test_the_album_is_one_page_that_fetches_nothing(found: Backtest, tmp_path: Path) -> None:
    drawn = backtest_pictures(found)
    page = write_album(drawn, "Re-lived <here>", tmp_path / "out")
    text = page.read_text(encoding="utf-8")
    assert "Re-lived &lt;here&gt;" in text
    assert "<script" not in text
    assert not re.search(r"(src|href)=", text)
    assert len(list((tmp_path / "out").glob("*.svg"))) == len(drawn)
    for path in (tmp_path / "out").glob("*.svg"):
        ElementTree.parse(path)


def test_reliability_and_alarms_are_those_of_the_document(found: Backtest) -> None:
    drawn = backtest_pictures(found)
    outcomes = found.document["skill"]["horizons"]["168"]["outcomes"]
    for name, scores in outcomes.items():
        days = sum(row["n"] for row in scores["reliability"])
        assert f"{days:,.0f} of them" in drawn[f"reliability {name.replace('_', ' ')}"].notes[0]
    raised = {row["zone"] for row in found.document["warnings"]} - {"mission"}
    pictured = {name.removeprefix("counts ") for name in drawn if name.startswith("counts ")}
    assert pictured - {"mission"} <= set(found.replay.zones)
    assert len(raised & pictured) == min(len(raised), 4)


def test_a_folder_that_takes_no_file_is_named(found: Backtest, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(StoreError, match="writing"):
        write_album({}, "nothing", in_the_way)
