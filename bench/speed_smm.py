"""Speed and memory of the reader of monitors' prose: a long text in pieces, dense and sparse."""

from __future__ import annotations

import resource
import sys
import time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from trucewatch.language.smm import ReportOptions, report_rows
from trucewatch.when import MissionClock

HERE = Path(__file__).parent
FILLER = "The Mission continued its work in the region and met officials to speak about services. "


def long_text(characters: int) -> str:
    """Return sentences of the composed set and, in equal parts, prose that counts nothing."""
    cases = yaml.safe_load((HERE / "smm_sentences_composed.yaml").read_text(encoding="utf-8"))
    day = "\n".join(case["text"] for case in cases) + "\n"
    plain = (FILLER * 3 + "\n") * (len(day) // (3 * len(FILLER)))
    return ((day + plain) * (characters // (len(day) * 2) + 2))[:characters]


if __name__ == "__main__":
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    text = long_text(int(millions * 1e6))
    clock = MissionClock(ZoneInfo("Europe/Kyiv"))
    options = ReportOptions(report_day=date(2021, 2, 17))
    sum(1 for _ in report_rows(text[:5_000], clock=clock, options=options))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    begun = time.process_time()
    rows = sum(1 for _ in report_rows(text, clock=clock, options=options))
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(text):,} characters, {rows:,} rows, {spent:.1f} CPU s, ", end="")
    print(
        f"{len(text) / spent:,.0f} characters per CPU s, peak {before} MB before, {peak} MB after"
    )
