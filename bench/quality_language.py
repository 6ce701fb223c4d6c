"""Quality of the language room: places on VIINA headlines, records of SMM sentences.

    python bench/quality_language.py [--part dev|held] [--show wrong|missed|ambiguous]

Prints a Markdown section. VIINA (Zhukov and Ayers, ODbL) is read from ../shared/data and never copied.
"""

# ruff: noqa: E501 - printed rows and labels read better unbroken
from __future__ import annotations

import argparse
import csv
import hashlib
import re
from collections import Counter
from pathlib import Path

from trucewatch.language.fold import fold
from trucewatch.language.places import PlaceContext, PlaceMention, find_places, learn_context
from trucewatch.language.translit import ru_to_latin, uk_to_latin
from trucewatch.where import distance_km

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
WITHIN_KM = 25.0
NAME_KM = 3.0
WORD = re.compile(r"[^\W\d_][\w'-]*")
# 'Харківщина' and 'Харківської області' name the oblast, not the town.
OBLAST_WORD = re.compile(r"(?:щин|ччин|тчин)[\w]{1,3}$")
OBLAST_NEXT = re.compile(
    r"\s+(?:(?:та|і|и|й)\s+[\w-]+\s+)?(?:област|обл\b|ОВА|ОДА|облас|регион|регіон)"
)
VOWELS = "aeiouyаеєиіїоуюяыэё'’ьй"


def part_of(headline: str) -> str:
    """Return the half of the file a headline belongs to: 'dev' (looked at) or 'held'."""
    return "held" if hashlib.sha256(headline.encode()).digest()[0] % 2 else "dev"


def geonames_rows(path: Path) -> list[tuple[float, float, list[str]]]:
    """Return lon, lat and names of each GeoNames row of Ukraine."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            (
                float(r["longitude"]),
                float(r["latitude"]),
                [r["name"], *r["alternatenames"].split("|")],
            )
            for r in csv.DictReader(stream)
        ]


def stems(name: str) -> list[str]:
    """Return the unchanging start of each word of a name, lower case."""
    words = WORD.findall(fold(name).lower())
    return [w.rstrip(VOWELS)[: max(3, len(w) - 2)] if len(w) > 4 else w[:3] for w in words]


def named_at(headline: str, names: list[str]) -> list[tuple[int, int]]:
    """Return the spans of the headline's words that hold one of the names, by stem or translit."""
    folded = fold(headline)
    words = [(m.start(), m.end(), m.group()) for m in WORD.finditer(folded)]
    latin = [{*uk_to_latin(w.lower()), *ru_to_latin(w.lower())} for _, _, w in words]
    spans = []
    for name in names:
        parts = stems(name)
        if not parts or len(parts[0]) < 3:
            continue
        for i in range(len(words) - len(parts) + 1):
            if words[i][2][0].isupper() and all(
                _starts(words[i + k][2].lower(), latin[i + k], part) for k, part in enumerate(parts)
            ):
                end = words[i + len(parts) - 1][1]
                if not OBLAST_WORD.search(words[i][2]) and not OBLAST_NEXT.match(folded, end):
                    spans.append((words[i][0], end))
    return spans


def _starts(word: str, latin: set[str], stem: str) -> bool:
    longest = len(stem) + 5
    return (word.startswith(stem) and len(word) <= longest) or any(
        w.startswith(stem) and len(w) <= longest + 2 for w in latin
    )


def verdict(
    mentions: list[PlaceMention], spans: list[tuple[int, int]], lon: float, lat: float
) -> str:
    """Return resolved, wrong, ambiguous or missed for one named place."""
    for m in mentions:
        if (
            m.region
            and m.role != "area"
            and distance_km(m.region.lon, m.region.lat, lon, lat) <= WITHIN_KM
        ):
            return "resolved"
    over = [m for m in mentions if any(m.start < e and s < m.end for s, e in spans)]
    if not over:
        return "missed"
    if any(m.role == "area" for m in over):
        return "read as its oblast or raion"
    return "wrong" if any(m.chosen for m in over) else "ambiguous"


def viina(
    path: Path, part: str, context: PlaceContext | None
) -> tuple[Counter[str], list[tuple[str, ...]]]:
    """Return the count of verdicts over headlines that name their place, and the rows behind them."""
    geonames = geonames_rows(DATA / "gazetteer" / "geonames_ua_cities500.csv")
    verdicts: Counter[str] = Counter()
    detail, names_at = [], {}
    for row in _rows(path, part):
        lon, lat = float(row["lon"]), float(row["lat"])
        if (lon, lat) not in names_at:
            near = [n for x, y, names in geonames if abs(x - lon) < 0.06 and abs(y - lat) < 0.04
                    and distance_km(x, y, lon, lat) <= NAME_KM for n in names if not n.isascii()]  # fmt: skip
            names_at[lon, lat] = sorted({row["place_name"], *near})
        spans = named_at(row["headline"], names_at[lon, lat])
        if not spans:
            verdicts["does not name it"] += 1
            continue
        mentions = find_places(row["headline"], context=context)
        found = verdict(mentions, spans, lon, lat)
        verdicts[found] += 1
        detail.append((found, row["place_name"], f"{lon},{lat}", row["headline"],
                       "; ".join(f"{m.text}={m.chosen and m.chosen.name}/{m.chosen and m.chosen.oblast}[{m.grounds}]" for m in mentions)))  # fmt: skip
    return verdicts, detail


def _rows(path: Path, part: str) -> list[dict[str, str]]:
    seen, rows = set(), []
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            mark = (row["headline"], row["place_name"])
            if row["headline"] and mark not in seen and part_of(row["headline"]) == part:
                seen.add(mark)
                rows.append(row)
    return rows


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default="held", choices=("dev", "held"))
    parser.add_argument("--show", help="print the rows of one verdict")
    options = parser.parse_args()
    path = DATA / "viina" / "viina_incidents_2024_08.csv"
    if not path.is_file():
        print(f"skipped: {path} is absent")
        return
    context = learn_context(row["headline"] for row in _rows(path, "dev"))
    for title, used in (
        ("no source prior", None),
        ("source prior learnt on the other half", context),
    ):
        verdicts, detail = viina(path, options.part, used)
        named = sum(verdicts.values()) - verdicts["does not name it"]
        print(f"\n{title}: {named} headline-place pairs name their place\n")
        for name, count in verdicts.most_common():
            share = "" if name == "does not name it" else f"{count / named:.1%}"
            print(f"| {name} | {count} | {share} |")
        if options.show and used:
            for row in [d for d in detail if d[0] == options.show][:60]:
                print(" ## ".join(row[1:]))


if __name__ == "__main__":
    main()
