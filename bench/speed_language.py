"""Speed of the language room on news headlines, beside spaCy's PhraseMatcher.

    python bench/speed_language.py [--spacy-python PATH]

CPU seconds of one process. The peer runs in an interpreter of its own that has spaCy
(python -m venv X; X/bin/pip install spacy) and is skipped, with the reason, where none is named.
"""

# ruff: noqa: E501 - printed rows and labels read better unbroken
from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from trucewatch.language import gazetteer, places, quantities
from trucewatch.language.fold import fold, language_of
from trucewatch.language.headlines import classify
from trucewatch.language.times import find_times
from trucewatch.when import MissionClock

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
PEER = Path(__file__).with_name("spacy_matcher.py")
DAY = date(2024, 8, 31)
CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"))
PEER_FORMS = 30_000


def headlines() -> list[str]:
    """Return the distinct headlines of VIINA, August 2024."""
    path = DATA / "viina" / "viina_incidents_2024_08.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(dict.fromkeys(r["headline"] for r in csv.DictReader(stream) if r["headline"]))


def rate(work: Callable[[str], object], texts: list[str]) -> float:
    """Return texts per CPU second, the best of three."""
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        for text in texts:
            work(text)
        best = max(best, len(texts) / (time.process_time() - began))
    return best


def happenings(text: str) -> None:
    """Read places, kinds, actor, times and quantities of one text."""
    classify(text)
    find_times(text, reference_date=DAY, clock=CLOCK)
    quantities.find(text, language_of(text))


def peer(python: str, texts: list[str], forms: list[str]) -> dict[str, float]:
    """Return spaCy's figures over the same texts."""
    with tempfile.TemporaryDirectory() as folder:
        names, given = Path(folder) / "forms.txt", Path(folder) / "texts.json"
        names.write_text("\n".join(forms), encoding="utf-8")
        given.write_text(json.dumps(texts), encoding="utf-8")
        done = subprocess.run(
            [python, str(PEER), str(names), str(given)], check=True, capture_output=True, text=True
        )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spacy-python", help="an interpreter that has spaCy")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} is absent")
        return
    texts = headlines()
    began = time.process_time()
    held = gazetteer.load()
    load_s = time.process_time() - began
    print(f"{len(texts)} headlines, {len(held.names.number)} forms of {len(held)} places\n")
    print("| work | texts per CPU second |\n| --- | --- |")
    print(f"| names found in text | {rate(lambda t: places.names_in(fold(t), held), texts):,.0f} |")
    print(f"| places settled, with grounds | {rate(places.find_places, texts):,.0f} |")
    print(f"| places, kinds, actor | {rate(classify, texts):,.0f} |")
    print(f"| the whole: and times, quantities | {rate(happenings, texts):,.0f} |")
    if options.spacy_python:
        ukrainian = [
            f for f in held.names.number if any(p.country == "UA" for p in held.candidates(f))
        ]
        for forms in (sorted(ukrainian)[:: max(1, len(ukrainian) // PEER_FORMS)], ukrainian):
            found = peer(options.spacy_python, texts, forms)
            print(f"| spaCy PhraseMatcher, {found['forms']:,} forms, {found['peak_mb']:,.0f} MB,"
                  f" {found['matches']:,} matches | {found['texts'] / found['cpu_s']:,.0f} |")  # fmt: skip
    else:
        print("\nspaCy: skipped, no interpreter named (--spacy-python)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nGazetteer read from its cache in {load_s:.2f} CPU s; peak memory {peak:,.0f} MB.")


if __name__ == "__main__":
    main()
