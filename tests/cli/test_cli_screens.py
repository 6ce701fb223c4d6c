"""Progress on screens of any width, and in plain lines where there is none."""

from __future__ import annotations

import io
import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from typer.testing import CliRunner

from trucewatch.cli import common, saying
from trucewatch.cli.main import app


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [24, 40, 80, 160])
def test_progress_fits_and_reckons_each_step_anew(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(
        common, "console", lambda: Console(file=screen, width=width, force_terminal=True)
    )
    with common.progress() as tell:
        assert tell is not None
        tell("a step whose name is longer than any screen is wide, in all likelihood", 3, 9)
        tell("a step that does not know how much there is", 0, None)
        tell("the last", 1, 2)
    lines = [
        line.split("\x1b[2K")[-1] for line in screen.getvalue().replace("\r", "\n").split("\n")
    ]
    text = "".join(lines)
    assert "the last" in text
    assert "1/9" not in text
    assert ("1/2" in text) == (width >= common.NARROW)


def test_without_a_terminal_each_step_is_one_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    monkeypatch.setattr(saying, "SECONDS_BETWEEN", 0.0)
    for quiet in (False, True):
        with common.progress(quiet) as tell:
            assert tell is not None
            for done in range(3):
                tell("reading", done, 3)
            tell("joining", 0, None)
    assert told.getvalue() == "trucewatch: reading\ntrucewatch: joining\n" * 2


def test_a_long_step_is_told_although_it_follows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    monkeypatch.setattr(saying, "SECONDS_BETWEEN", 0.2)
    with common.progress() as tell:
        assert tell is not None
        for step in ("reading", "comparing", "joining"):
            tell(step, 0, None)
        assert told.getvalue() == "trucewatch: reading\n"
        time.sleep(0.5)
        assert told.getvalue() == "trucewatch: reading\ntrucewatch: joining\n"
        tell("writing", 0, None)
        tell("over at once", 0, None)
    time.sleep(0.3)
    assert told.getvalue().endswith("joining\ntrucewatch: writing\n")


def test_a_reader_who_has_gone_stops_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: False, write=gone.write))
    with common.progress() as tell:
        assert tell is not None
        tell("reading", 0, None)


def test_one_document_shows_no_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Screen())
    with common.progress(quiet=True) as tell:
        assert tell is None


def test_a_file_of_counts_becomes_pictures_in_one_command(tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    first = date(2021, 1, 1)
    rows = (f"{first + timedelta(days=n)},north,{(7 * n) % 13}\n" for n in range(150))
    counts.write_text("date,region,count\n" + "".join(rows), encoding="utf-8")
    out = tmp_path / "pictures"
    done = CliRunner().invoke(app, ["backtest", str(counts), "--pictures", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["made"]["last_day"] == "2021-05-30"
    assert done.stderr.startswith("trucewatch: re-living each day")
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "North: " in page
    assert len(list(out.glob("*.svg"))) >= 2
