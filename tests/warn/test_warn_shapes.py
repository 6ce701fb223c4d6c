"""Truces of other shapes, through the command line: each has a stated answer in bounded time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from trucewatch.cli.main import app

FIRST = date(2016, 3, 1)


def few_a_day(seed: int, mean: np.ndarray, size: float = 2.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.negative_binomial(size, size / (size + mean)).astype(float)


def level(zones: int, *parts: tuple[int, float]) -> np.ndarray:
    return np.tile(np.concatenate([np.full(days, float(mean)) for days, mean in parts]), (zones, 1))


def rows_of(counts: np.ndarray, names: Callable[[int, int], str]) -> list[str]:
    return [
        f"{FIRST + timedelta(days=day)},{names(zone, day)},{counts[zone, day]:.0f}"
        for day in range(counts.shape[1])
        for zone in range(counts.shape[0])
        if np.isfinite(counts[zone, day])
    ]


def call(folder: Path, *words: str, code: int = 0) -> Any:
    done = CliRunner().invoke(app, ["backtest", str(folder), *words, "--json"])
    assert done.exit_code == code, (done.stderr, done.exception)
    return json.loads(done.stdout) if code == 0 else done.stderr


def told(folder: Path, rows: list[str], *words: str, code: int = 0, name: str = "a.csv") -> Any:
    text = "\n".join(["date,region,count", *rows]) + "\n"
    (folder / name).write_text(text, encoding="utf-8")
    return call(folder, *words, code=code)


def plain(zone: int, day: int) -> str:
    return f"zone {zone}"


def weekly() -> np.ndarray:
    counts = np.full((2, 300), np.nan)
    counts[:, ::7] = few_a_day(1, np.full((2, 43), 40.0))
    return counts


def falling_silent() -> np.ndarray:
    counts = few_a_day(2, level(3, (200, 20)))
    counts[:, 170:195] = np.nan
    return counts


def rotting() -> np.ndarray:
    return few_a_day(3, 8 * np.exp(np.linspace(0, 1.2, 300))[None] * np.ones((2, 1)), size=8)


SHAPES = {
    "a truce of sixty days": (few_a_day(0, level(2, (60, 5))), "Only 60 days are scored"),
    "totals of weeks": (weekly(), "about every 7 days"),
    "one event a week": (few_a_day(4, level(3, (400, 0.14))), "No collapse by the definition"),
    "thirty zones and a war": (few_a_day(5, level(30, (120, 1), (40, 9))), "The collapse that"),
    "two phases, failing in steps": (
        few_a_day(6, level(2, (150, 5), (80, 9), (40, 18), (30, 70))), "The collapse that began"),
    "sudden war": (few_a_day(7, level(2, (200, 4), (40, 80))), "no warning was possible in time"),
    "silence": (falling_silent(), "silence is not calm"),
    "a hundred thousand a day": (few_a_day(8, level(2, (200, 1e5)), 9), "were better than"),
    "nothing at all": (np.zeros((2, 200)), "No collapse by the definition"),
    "a week": (few_a_day(9, level(1, (8, 5))), "no warning was possible"),
    "five days": (few_a_day(9, level(1, (5, 5))), "Fewer than seven days are known (5)"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_truce_of_any_shape_has_its_answer(name: str, tmp_path: Path) -> None:
    counts, words = SHAPES[name]
    document = told(tmp_path, rows_of(counts, plain))
    assert words in document["skill"]["answer"]
    collapse = document["skill"]["alarms"]["collapse"]
    assert collapse["false_alarms"] <= 3 + 3 * collapse["years"]


def test_a_slow_rot_is_warned_of_as_erosion(tmp_path: Path) -> None:
    document = told(tmp_path, rows_of(rotting(), plain))
    assert document["skill"]["alarms"]["erosion"]["warned_before"] >= 1


def test_the_answer_tells_what_the_plain_mean_did_at_the_same_budget(tmp_path: Path) -> None:
    counts, _ = SHAPES["sudden war"]
    document = told(tmp_path, rows_of(counts, plain))
    assert "A plain 7-day mean held to the same budget" in document["skill"]["answer"]
    mean = document["baselines"]["threshold_7_day_mean"]["alarms"]["collapse"]
    assert {"events", "warned_before", "false_per_year"} <= mean.keys()


def test_a_region_renamed_on_the_way_is_noted(tmp_path: Path) -> None:
    counts = few_a_day(10, level(2, (200, 6)))
    renamed = rows_of(counts, lambda zone, day: "new name" if zone and day > 99 else plain(zone, 0))
    notes = told(tmp_path, renamed)["made"]["notes"]
    assert any(note.startswith("zone 1: the last count is of") for note in notes)
    assert any(note.startswith("new name: the first count is of") for note in notes)


def test_days_given_twice_by_overlapping_files_are_noted_and_the_higher_stands(
    tmp_path: Path,
) -> None:
    counts = few_a_day(11, level(1, (120, 6)))
    told(tmp_path, rows_of(counts, plain))
    again = rows_of(counts + 1, plain)[60:]
    document = told(tmp_path, again, name="b.csv")
    assert any("60 days stated more than once" in note for note in document["made"]["notes"])


def test_a_folder_with_files_later_than_the_cut_foretells_the_same_before_it(
    tmp_path: Path,
) -> None:
    counts = few_a_day(12, level(2, (240, 6)))
    every = rows_of(counts, plain)
    short = told(tmp_path, every[:400])
    later = told(tmp_path, every[400:], name="b.csv")
    cut = f"{FIRST + timedelta(days=190)}T"
    kept = [[w for w in one["warnings"] if w["issued_utc"] < cut] for one in (short, later)]
    dull = ("lowered_utc",)
    assert [{k: v for k, v in w.items() if k not in dull} for w in kept[0]] == [
        {k: v for k, v in w.items() if k not in dull} for w in kept[1]
    ]


@pytest.mark.parametrize(("day", "code"), [(-400, 0), (0, 0), (98, 0), (99, 2), (900, 2)])
def test_a_cut_anywhere_is_answered_or_refused(day: int, code: int, tmp_path: Path) -> None:
    rows = rows_of(few_a_day(13, level(2, (100, 6))), plain)
    cut = str(FIRST + timedelta(days=day))
    found = told(tmp_path, rows, "--cut", cut, code=code)
    if code:
        assert cut in found and "counts after the cut" in found
    else:
        assert found["made"]["scored_from"] >= str(FIRST)
        assert found["skill"]["answer"]


def test_semicolons_a_byte_order_mark_and_parted_thousands_are_read(tmp_path: Path) -> None:
    rows = rows_of(few_a_day(14, level(1, (90, 3000))), plain)
    parted = [
        f"{a};{b};{int(c):,}".replace(",", "\u00a0") for a, b, c in (r.split(",") for r in rows)
    ]
    text = "\ufeffDate;Region;Count\r\n" + "\r\n".join([*parted[:60], "2016-05-01;zone 0;NaN"])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert call(tmp_path)["made"]["known_days"] == 60


@pytest.mark.parametrize(
    "row",
    ["01.03.2016;a;3", "2016-03-01;a;3,5", "2016-03-01;a;1.234", "2016-03-01;a;-3",
     "2016-03-01;a;many", "Total;;900", "2016-13-01;a;3", "2016-03-01;a;" + 140_000 * "9"],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_line(row: str, tmp_path: Path) -> None:
    text = f"date;region;count\n2016-02-28;a;2\n{row}\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert "a.csv:3" in call(tmp_path / "a.csv", code=2)


def test_a_quote_left_open_is_named_and_not_repeated_whole(tmp_path: Path) -> None:
    rows = "2016-03-02,a,4\n" * 2000
    (tmp_path / "a.csv").write_text(f'date,region,count\n2016-03-01,a,"3\n{rows}', encoding="utf-8")
    said = call(tmp_path, code=2)
    assert "a.csv:2" in said
    assert len(said) < 600
