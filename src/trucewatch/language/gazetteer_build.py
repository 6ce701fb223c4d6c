"""Building the gazetteer: KATOTTG joined with GeoNames, located, named and inflected.

The join goes by name within an oblast. Where an oblast has several settlements of one name, the
GeoNames point goes to the one whose raion lies nearest. A settlement that GeoNames does not know
gets the middle of its hromada, or of its raion, with a radius that says so.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from trucewatch.config import read_yaml
from trucewatch.language.fold import fold, key
from trucewatch.language.plane import plane_km
from trucewatch.language.registers import (
    NEIGHBOURS,
    POPULATION_ABROAD,
    Draft,
    countries_of_war,
    read_countries,
    read_geonames,
    read_katottg,
)
from trucewatch.language.translit import ru_to_latin, uk_to_latin, uk_to_ru

LEXICON = Path(__file__).parent / "lexicon"
UK_ONLY = re.compile(r"[А-ЩЬЮЯҐЄІЇа-щьюяґєії' -]+")
RU_ONLY = re.compile(r"[А-ЯЁа-яё -]+")
LATIN = re.compile(r"[A-Z][A-Za-z' -]{3,}")
ALIKE = 60
ALIKE_ABROAD, SAME_SOUND = 67, 85
UK_TO_RU_LETTERS = str.maketrans("іїєґ", "ииег")
NEAREST_OF_SEVERAL_KM = 60.0
KIND_ORDER = {"city": 0, "town": 1, "village": 2}


@cache
def oblast_rows() -> list[dict[str, Any]]:
    """Return lexicon/oblasts.yaml."""
    rows: list[dict[str, Any]] = read_yaml(LEXICON / "oblasts.yaml").value
    return rows


def build_drafts() -> list[Draft]:
    """Return every place of the gazetteer with coordinates (where known) and its names."""
    settlements, units = read_katottg()
    rows = read_geonames()
    ukrainian = [row for row in rows if row["countrycode"] == "UA"]
    unmatched = _join(settlements, ukrainian)
    _locate_rest(settlements)
    _rename(settlements)
    drafts = settlements + [_own_place(row) for row in unmatched]
    drafts += _areas(settlements, units)
    drafts += [_abroad(row) for row in rows if row["countrycode"] != "UA"]
    drafts += _regions_abroad() + _countries()
    for draft in drafts:
        _complete_names(draft)
    return drafts


def _join(settlements: list[Draft], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give settlements the coordinates of their GeoNames row; return the rows left over."""
    by_name: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in settlements:
        for name in {key(draft.name), *uk_to_latin(key(draft.name))}:
            by_name[draft.oblast, name].append(draft)
    codes = {row["geonames"]: row["code"] for row in oblast_rows()}
    later: list[tuple[dict[str, Any], list[Draft]]] = []
    left: list[tuple[dict[str, Any], list[Draft]]] = []
    for row in sorted(rows, key=lambda r: -r["population"]):
        found = _fitting(by_name, codes.get(row["admin1code"], ""), row)
        free = [draft for draft in found if draft.located == "none"]
        if len(free) == 1:
            _take(free[0], row)
        else:
            (later if free else left).append((row, free))
    centres = _centres(settlements, "area")
    for row, free in later:
        nearest = _nearest([d for d in free if d.located == "none"], centres, row)
        if nearest is None:
            left.append((row, free))
        else:
            _take(nearest, row)
    return [row for row, _ in left]


def _fitting(
    by_name: dict[tuple[str, str], list[Draft]], oblast: str, row: dict[str, Any]
) -> list[Draft]:
    names = [key(fold(n)) for n in (row["name"], *row["alternatenames"])]
    cyrillic = [n for n in names if not n.isascii()]
    for group in (cyrillic, names[:1]):
        found = {d.place_id: d for n in group for d in by_name.get((oblast, n), ())}
        if found:
            return list(found.values())
    return []


def _nearest(
    drafts: list[Draft], centres: dict[str, tuple[float, float, float]], row: dict[str, Any]
) -> Draft | None:
    ranked = sorted(
        (plane_km(*centres[d.area][:2], row["longitude"], row["latitude"]),
         KIND_ORDER[d.kind], d.place_id, d)
        for d in drafts if d.area in centres
    )  # fmt: skip
    return ranked[0][3] if ranked and ranked[0][0] < NEAREST_OF_SEVERAL_KM else None


def _take(draft: Draft, row: dict[str, Any]) -> None:
    draft.lon, draft.lat = float(row["longitude"]), float(row["latitude"])
    draft.population, draft.located = int(row["population"]), "geonames"
    draft.radius_km = settlement_radius_km(draft.population)
    draft.name_en = row["name"].replace("’", "'")
    _add_geonames(draft, row)


def settlement_radius_km(population: int) -> float:
    """Return a radius that covers a built-up area of that many people: 1.5 to 17 km."""
    return round(max(1.5, 0.01 * math.sqrt(max(population, 0))), 1)


def _add_geonames(draft: Draft, row: dict[str, Any]) -> None:
    near = draft.country == "UA" or draft.country in NEIGHBOURS
    if draft.country in countries_of_war() or (draft.country != "UA" and near):
        draft.other_names["en"].update(_spellings(row))
    if not near and draft.population < POPULATION_ABROAD:
        # A village of a far country is not looked for in Ukrainian and Russian text.
        draft.names["en"].add(fold(row["name"]))
        return
    main = skeleton(row["name"])
    for raw in row["alternatenames"]:
        name = fold(raw.strip())
        alike = draft.country != "UA" or fuzz.ratio(skeleton(name), main) >= ALIKE
        names = draft.names if alike else draft.other_names
        if UK_ONLY.fullmatch(name) and re.search("[ієїґ']", name.lower()):
            names["uk"].add(name)
        elif RU_ONLY.fullmatch(name):
            names["ru"].add(name)
        elif draft.country == "UA" and LATIN.fullmatch(name):
            names["en"].add(name)
    draft.names["en"].add(fold(row["name"]))


ARTICLE = re.compile(r"^(?:al|ar|as|at|ad|an|az|ash|el|ed|es|er|et|en|et)[ -]", re.IGNORECASE)


def _spellings(row: dict[str, Any]) -> set[str]:
    """Return the other Latin spellings of a town abroad, without its old and foreign names.

    A spelling is like the main name, article aside ('Raqqa' and 'Ar Raqqah'), or stands in Cyrillic
    too ('Kobani', 'Кобани'): a name in two scripts is in use.
    """
    main = skeleton(ARTICLE.sub("", fold(row["name"])))
    latin = {n for raw in row["alternatenames"] if LATIN.fullmatch(n := fold(raw).strip())}
    shapes = {name: skeleton(ARTICLE.sub("", name)) for name in latin}
    kept = {name for name, shape in shapes.items() if fuzz.ratio(shape, main) >= ALIKE_ABROAD}
    rest = shapes.keys() - kept
    cyrillic = [n for n in row["alternatenames"] if RU_ONLY.fullmatch(n)] if rest else []
    shown = {skeleton(name) for name in cyrillic}
    return kept | {n for n in rest if any(fuzz.ratio(shapes[n], s) >= SAME_SOUND for s in shown)}


def skeleton(name: str) -> str:
    """Return a spelling in which Ukrainian, Russian and Latin forms of one name look alike."""
    latin = (
        name if name.isascii() else min(ru_to_latin(key(fold(name)).translate(UK_TO_RU_LETTERS)))
    )
    plain = latin.lower().replace("kh", "h").replace("zh", "z").replace("y", "i").replace("g", "h")
    return re.sub(
        r"[^a-z]|(?<=i)i|(?<=[bcdfghklmnpqrstvwxz])i(?=[aoue])",
        "",
        plain.replace("ov", "iv").replace("ev", "iv"),
    )


def _own_place(row: dict[str, Any]) -> Draft:
    codes = {r["geonames"]: r["code"] for r in oblast_rows()}
    draft = Draft(
        f"gn:{row['geonameid']}", row["name"], "locality", oblast=codes.get(row["admin1code"], "")
    )
    draft.area = draft.oblast
    _take(draft, row)
    return draft


def _centres(drafts: Iterable[Draft], level: str) -> dict[str, tuple[float, float, float]]:
    """Return lon, lat and radius in km of each unit from its located settlements."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for draft in drafts:
        if draft.located == "geonames" and draft.lon is not None and draft.lat is not None:
            points[getattr(draft, level)].append((draft.lon, draft.lat))
    return {code: _middle(found) for code, found in points.items()}


def _middle(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    lon = sum(p[0] for p in points) / len(points)
    lat = sum(p[1] for p in points) / len(points)
    distances = sorted(plane_km(lon, lat, *p) for p in points)
    return lon, lat, distances[int(0.95 * (len(distances) - 1))]


def _locate_rest(settlements: list[Draft]) -> None:
    hromadas, raions = _centres(settlements, "hromada"), _centres(settlements, "area")
    for draft in settlements:
        if draft.located != "none":
            continue
        for level, centres, least_km in (("hromada", hromadas, 12.0), ("raion", raions, 35.0)):
            unit = draft.hromada if level == "hromada" else draft.area
            if unit in centres:
                draft.lon, draft.lat, spread = centres[unit]
                draft.radius_km, draft.located = round(max(least_km, spread), 1), level
                break


def _rename(settlements: list[Draft]) -> None:
    by_name = {(d.oblast, key(d.name)): d for d in sorted(settlements, key=lambda d: d.population)}
    for row in read_yaml(LEXICON / "renamed_places.yaml").value:
        oblast, name = row["place"]
        draft = by_name.get((oblast, key(name)))
        if draft is not None:
            for language in ("uk", "ru", "en"):
                draft.names[language].update(row[language])


def _areas(settlements: list[Draft], units: list[tuple[str, str, str]]) -> list[Draft]:
    oblasts, raions = _centres(settlements, "oblast"), _centres(settlements, "area")
    rows = [row for row in oblast_rows() if not row.get("city")]
    drafts = [_oblast(row, oblasts[row["code"]]) for row in rows]
    for code, kind, adjective in units:
        if kind == "raion":
            draft = Draft(
                code, f"{adjective} район", "raion", oblast=code[:4], area=code, located="raion"
            )
            if code in raions:
                draft.lon, draft.lat, spread = raions[code]
                draft.radius_km = round(max(20.0, spread), 1)
            drafts.append(draft)
    return drafts


def _oblast(row: dict[str, Any], centre: tuple[float, float, float]) -> Draft:
    name = (
        row["uk"][0]
        if row["uk"] and not row["uk_adj"]
        else f"{row['uk_adj'].capitalize()}а область"
    )
    draft = Draft(
        row["code"], name, "oblast", oblast=row["code"], area=row["code"],
        lon=centre[0], lat=centre[1], radius_km=round(centre[2], 1), located="oblast",
        name_en=row["en"], region_names=tuple(row["en_more"]),
    )  # fmt: skip
    for language in ("uk", "ru"):
        draft.names[language].update(row[language])
    own_noun = row["code"] in ("UA01", "UA07", "UA21")
    draft.names["en"].update([row["en"], *row["en_more"]] if own_noun else ())
    return draft


def _abroad(row: dict[str, Any]) -> Draft:
    country = row["countrycode"]
    draft = Draft(f"gn:{row['geonameid']}", row["name"], "city_abroad", country=country)
    draft.oblast = draft.area = f"{country}.{row['admin1code']}"
    _take(draft, row)
    return draft


def _regions_abroad() -> list[Draft]:
    drafts = []
    for row in read_yaml(LEXICON / "regions_abroad.yaml").value:
        draft = Draft(
            row["id"], row["en"], "region_abroad", country=row["id"][:2], oblast=row["id"],
            area=row["id"], lon=row["lon"], lat=row["lat"], radius_km=row["radius_km"],
            located="oblast", name_en=row["en"],
        )  # fmt: skip
        draft.names["uk"].update(row["uk"])
        draft.names["ru"].update(row["ru"])
        if not (row["uk_adj"] or row["ru_adj"]):
            draft.names["en"].add(row["en"])
        drafts.append(draft)
    return drafts


def _countries() -> list[Draft]:
    drafts = read_countries()
    more = read_yaml(LEXICON / "countries_more.yaml").value
    for draft in drafts:
        for language, names in more.get(draft.country, {}).items():
            draft.names[language].update(names)
    return drafts


def _complete_names(draft: Draft) -> None:
    """Add Russian and Latin spellings by rule where the registers give none."""
    if draft.kind not in ("city", "town", "village"):
        return
    uk = key(draft.name)
    if not draft.names["ru"]:
        draft.names["ru"] |= uk_to_ru(uk)
    draft.names["en"] |= uk_to_latin(uk)
    for name in draft.names["ru"]:
        draft.names["en"] |= ru_to_latin(key(name))
    if not draft.name_en:
        official = min(uk_to_latin(uk), key=lambda s: (len(s), s))
        draft.name_en = official.title()
