"""Scores of times and quantities in three languages on texts written before they were read."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from trucewatch.language.quantities import find
from trucewatch.language.times import find_times
from trucewatch.when import MissionClock

HERE = Path(__file__).parent
CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
DAY = date(2021, 2, 17)


def local(moment: datetime) -> str:
    """Return an instant as local text to the minute."""
    return moment.astimezone(CLOCK.zone).isoformat()[:16]


def times(text: str) -> list[list[str]]:
    """Return the spans a text names, as a label has them."""
    found = find_times(text, reference_date=DAY, clock=CLOCK)
    return [[local(m.interval.start_utc), local(m.interval.end_utc)] for m in found]


def quantities(text: str, language: str) -> list[list[object]]:
    """Return the quantities a text names, as a label has them; bounds to a tenth."""
    return [
        [
            *(None if b is None else round(b, 2) for b in (q.low, q.best, q.high)),
            q.qualifier,
            q.unit,
        ]
        for q in find(text, language)
    ]


def faults(part: str) -> tuple[int, list[str]]:
    """Return how many texts a part of the sets holds, and a line for each that is misread."""
    lines: list[str] = []
    size = 0
    for case in yaml.safe_load((HERE / "times_three_languages.yaml").read_text())[part]:
        size += 1
        if (found := times(case["text"])) != case["spans"]:
            lines.append(f"{case['text']}: {case['spans']} != {found}")
    for case in yaml.safe_load((HERE / "quantities_three_languages.yaml").read_text())[part]:
        size += 1
        if (got := quantities(case["text"], case["language"])) != case["found"]:
            lines.append(f"{case['text']}: {case['found']} != {got}")
    return size, lines


if __name__ == "__main__":
    for part in ("named", "more"):
        size, lines = faults(part)
        print(part, size - len(lines), "of", size, *lines, sep="\n  ")
