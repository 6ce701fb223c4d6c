"""Places in sentences of our own: three languages, Ukraine, its border and other wars.

    python bench/quality_places.py [--show]

Each named place is resolved (within 25 km), wrong, ambiguous (candidates given) or missed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from trucewatch.config import read_yaml
from trucewatch.language.places import PlaceMention, find_places
from trucewatch.where import distance_km

WITHIN_KM = 25.0
WRITTEN = Path(__file__).with_name("places_written.yaml")
# Inside this box a place is of Ukraine and its border; outside, of another war.
WEST, EAST, SOUTH, NORTH = 22.0, 41.0, 44.0, 54.0


def verdict(mentions: list[PlaceMention], start: int, end: int, at: tuple[float, float]) -> str:
    """Return what became of one name that stands at start to end in its sentence."""
    return became([m for m in mentions if m.start < end and start < m.end], at)


def became(mentions: list[PlaceMention], at: tuple[float, float]) -> str:
    """Return what the mentions of one name came to, of a place that lies at lon and lat."""
    if not mentions:
        return "missed"
    regions = [m.region for m in mentions if m.region is not None]
    if any(distance_km(r.lon, r.lat, *at) <= WITHIN_KM for r in regions):
        return "resolved"
    return "wrong" if regions else "ambiguous"


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print every name not resolved")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = {}
    rows = read_yaml(WRITTEN).value
    for language, sentence, named in rows:
        mentions = find_places(sentence)
        for words, (lon, lat) in named.items():
            start = sentence.index(words)
            found = verdict(mentions, start, start + len(words), (lon, lat))
            near = WEST <= lon <= EAST and SOUTH <= lat <= NORTH
            group = f"{language}, {'Ukraine and its border' if near else 'elsewhere'}"
            counts.setdefault(group, Counter())[found] += 1
            if options.show and found != "resolved":
                print(f"{found}: {words} | {sentence}")
    total = sum(counts.values(), Counter[str]())
    print(f"{len(rows)} sentences, {total.total()} names\n")
    print("| names | resolved | wrong | ambiguous | missed |\n| --- | --- | --- | --- | --- |")
    for group, count in [*sorted(counts.items()), ("all", total)]:
        cells = " | ".join(str(count[v]) for v in ("resolved", "wrong", "ambiguous", "missed"))
        print(f"| {group} ({count.total()}) | {cells} |")
    shares = (f"{v} {total[v] / total.total():.1%}" for v in ("resolved", "wrong"))
    print(f"\n{', '.join(shares)}")


if __name__ == "__main__":
    main()
