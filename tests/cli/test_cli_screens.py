"""Progress on screens of any width, and silence where nobody watches."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from trucewatch.cli import common


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


def test_nothing_is_shown_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with common.progress() as tell:
        assert tell is None
    monkeypatch.setattr(sys, "stderr", Screen())
    with common.progress(quiet=True) as tell:
        assert tell is None
