"""The short form on a screen: whole words at any width, and no colour where none is wanted."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from trucewatch.publish import Report, terminal


def printed(report: Report, width: int, **options: bool) -> str:
    console = Console(width=width, file=io.StringIO(), **options)  # type: ignore[arg-type]
    console.print(terminal(report))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [30, 44, 71, 80, 200])
def test_every_width_keeps_the_parts_and_no_line_runs_over(daily: Report, width: int) -> None:
    said = printed(daily, width)
    assert max(map(len, said.splitlines())) <= width
    flat = " ".join(said.split())
    for part in ("At a glance", "What each provision says", "Warnings", "What could not be seen"):
        assert part in flat


def test_a_narrow_screen_names_what_was_counted_in_full(daily: Report) -> None:
    assert "ceasefire violations" in printed(daily, 44)


def test_a_wide_screen_says_the_reason_for_a_missing_figure(daily: Report) -> None:
    assert len(printed(daily, 120)) > len(printed(daily, 44))


def test_no_colour_where_none_is_wanted(
    daily: Report, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    assert "\x1b[" not in printed(daily, 80)
    assert "\x1b[1;31m" in printed(daily, 80, force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in printed(daily, 80, force_terminal=True)
