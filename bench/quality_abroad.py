"""Places of other wars: UCDP's own words for where an event was, beside its coordinates.

    python bench/quality_abroad.py [--part develop|held] [--show 30]

The file is parted by a hash of the event's id. A pair is an event whose text (headlines and
description of the place) holds the name of the place that UCDP coded, to a town or near one
(where_prec 1 or 2). Stray: a place named in the text, settled in a country that is not the event's.
"""

from __future__ import annotations

import argparse
import csv
import re
import zlib
from collections import Counter
from pathlib import Path

from quality_places import became
from trucewatch.language.fold import fold, key
from trucewatch.language.places import PlaceMention, find_places

EVENTS = (
    Path(__file__).parents[1] / "../shared/data/ucdp/ucdp_ged_global_sample_1000.csv"
).resolve()
KIND = re.compile(
    r"\s+(?:town|city|village|municipality|district|camp|area|locality|settlement|suburb|commune)$"
)


def pairs(part: str) -> list[tuple[str, str, tuple[float, float], str]]:
    """Return text, name, lon and lat, country of each event of one half."""
    found = []
    with EVENTS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            held = zlib.crc32(row["id"].encode()) % 2 == 0
            if held != (part == "held") or row["where_prec"] not in ("1.0", "2.0"):
                continue
            name = KIND.sub("", row["where_coordinates"].strip())
            text = f"{row['source_headline']}. {row['where_description']}"
            found.append(
                (text, name, (float(row["longitude"]), float(row["latitude"])), row["country"])
            )
    return found


def verdict(text: str, name: str, at: tuple[float, float]) -> str:
    """Return what became of the name in the text: resolved, wrong, ambiguous, missed, not named."""
    folded, wanted = key(fold(text)), key(fold(name))
    start = folded.find(wanted)
    if start < 0 or not wanted:
        return "not named"
    shown = ((key(fold(m.text)), m) for m in find_places(text))
    return became([m for said, m in shown if said in wanted or wanted in said], at)


def strays(text: str, country: str) -> list[PlaceMention]:
    """Return the places of a text that were settled in another country than the event's."""
    mentions = find_places(text)
    named = {m.chosen.country for m in mentions if m.chosen and m.chosen.kind == "country"}
    own = {m.chosen.country for m in find_places(country) if m.chosen}
    return [
        m for m in mentions
        if own and m.chosen and m.chosen.kind not in ("country", "oblast")
        and m.chosen.country not in own | named
    ]  # fmt: skip


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("develop", "held"), default="develop")
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    if not EVENTS.exists():
        raise SystemExit(f"{EVENTS} is not here")
    counts: Counter[str] = Counter()
    astray = 0
    rows = pairs(options.part)
    for text, name, at, country in rows:
        found = verdict(text, name, at)
        counts[found] += 1
        away = strays(text, country)
        astray += len(away)
        if options.show and (found in ("missed", "wrong", "ambiguous") or away):
            options.show -= 1
            print(f"{found}: {name} | {text[:160]} | astray {[m.text for m in away]}")
    named = sum(counts.values()) - counts.pop("not named", 0)
    print(f"{len(rows)} events, {named} name their place")
    for what, number in counts.most_common():
        print(f"| {what} | {number} | {number / named:.1%} |")
    print(f"{astray} strays")


if __name__ == "__main__":
    main()
