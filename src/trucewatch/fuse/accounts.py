"""Observations as one array of records: the form in which pairs are compared.

Grain: one record per observation of a kind that happens (class 'happening'), not null.
Units: kilometres, hours since 1970-01-01T00:00Z, degrees. Missing numbers are NaN, codes -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.compiled import kernel
from trucewatch.fuse.options import MODES, FuseOptions, Parameters
from trucewatch.fuse.threads import shared_out
from trucewatch.fuse.words import WordIndex, word_index
from trucewatch.vocabulary import happening_kinds, kinds, weapons

Array = np.ndarray[Any, Any]
INF = float("inf")

# Fields that every comparison reads come first: they share one cache line.
ACCOUNT = np.dtype([
    ("x", "f8"), ("y", "f8"), ("z", "f8"), ("start_h", "f8"), ("end_h", "f8"),
    ("latest_h", "f8"), ("published_h", "f8"), ("reach_km", "f4"), ("reach_h", "f4"),
    ("radius_km", "f4"), ("family", "i2"), ("kind", "i2"),
    ("cov_ee", "f4"), ("cov_en", "f4"), ("cov_nn", "f4"), ("crowd", "f4"),
    ("calibre_low", "f4"), ("calibre_high", "f4"),
    ("count_low", "f4"), ("count_best", "f4"), ("count_high", "f4"), ("direction", "f4"),
    ("group", "i2"), ("weapon", "i2"), ("weapon_class", "i2"), ("mode", "i2"),
    ("level", "i2"), ("has_geometry", "i2"), ("judged", "i4"),
    ("observer", "i4"), ("source", "i4"), ("actor", "i4"), ("root", "i4"), ("side", "i4"),
    ("row", "i4"), ("teller", "i4"), ("lon", "f4"), ("lat", "f4"),
    ("sin_lon", "f4"), ("cos_lon", "f4"),
    ("sin_lat", "f4"), ("cos_lat", "f4"),
    ("text", "u8"), ("rank", "i4"), ("annexed", "i2"),
], align=True)  # fmt: skip

COLUMNS = (
    "observation_id", "source_id", "kind", "start_utc", "end_utc", "when_precision",
    "published_utc", "lon", "lat", "radius_km", "where_precision", "place_id", "place_name",
    "count_low", "count_best", "count_high", "means", "weapon", "calibre_mm", "direction_deg",
    "observer", "range_low_km", "range_high_km", "bearing_deg", "claimed_actor", "control_side",
    "is_null", "root_id", "quote", "attributes",
)  # fmt: skip
SHARP = ("instant", "minute")
# How a reader marks what a report's annexed table lists, which its prose may tell too.
ANNEXED = '"annex": true'
# What a place is taken to span where the source gives no radius.
RADIUS_BY_PRECISION = {
    "exact": 0.5, "settlement": 3.0, "raion": 15.0, "oblast": 60.0, "country": 300.0,
    "line": 10.0, "unknown": 60.0,
}  # fmt: skip
MODE_BY_MEANS = {
    "thermal": 1, "radar": 1, "optical": 1, "reported": 2, "declared": 3,
    **dict.fromkeys(("heard", "saw", "recorded", "uav", "acoustic", "seismic", "patrol",
                     "inspected"), 0),
}  # fmt: skip
# (greatest own reach in km, greatest length plus slack in hours) by level; two accounts are
# compared on the grid of the wider one. The last level has the bounds of binding.
SCALES = ((2.5, 2.0), (5.0, 4.0), (INF, 4.0), (INF, 28.0), (INF, INF))
HALF_POINT = float(np.sin(np.radians(11.25)))
EQUATOR_KM, ECCENTRICITY_2 = 6378.137, 6.69437999014e-3


@dataclass(frozen=True, slots=True)
class Accounts:
    """The comparable form of a table of observations; `rows` points back into that table."""

    records: Array
    words: WordIndex
    table: pa.Table

    def __len__(self) -> int:
        return len(self.records)


def happening(table: pa.Table) -> pa.Table:
    """Return the rows that fuse: kinds of class 'happening', and something was seen."""
    wanted = happening_kinds()
    keep = pc.and_(
        pc.is_in(table["kind"], pa.array(wanted, table["kind"].type)), pc.invert(table["is_null"])
    )
    return table.filter(keep)


def accounts(table: pa.Table, parameters: Parameters, options: FuseOptions) -> Accounts:
    """Return the records of a table of happenings (columns: COLUMNS), in order of their starts.

    `rank` is the canonical order, by a hash of the id: which of two is left, and who has the first
    turn, goes by it, whatever order the rows came in. Records that are compared stand near each
    other in memory, which is why they are not kept in that order.
    """
    table = table.combine_chunks()
    records = np.zeros(table.num_rows, ACCOUNT)
    with ThreadPoolExecutor(options.threads) as pool:
        parts = [
            pool.submit(_fill_place, records, table, parameters),
            pool.submit(_fill_time_and_terms, records, table, parameters),
        ]
        start_h = hours(table["start_utc"])
        worded = pool.submit(word_index, table["quote"], start_h)
        order = _fill_rank(records, table["observation_id"], start_h)
        words, texts = worded.result()
        for part in parts:
            part.result()
    records["row"] = np.arange(table.num_rows)
    records["text"] = np.where(records["mode"] >= 2, texts, 0)
    _fill_reach(records, parameters.scales)
    _fill_level(records, options)
    ordered = np.empty_like(records)
    shared_out(len(order), options.threads, lambda n: _put_in_order(records, order[n], ordered[n]))
    return Accounts(ordered, words, table)


def _fill_rank(records: Array, ids: Any, start_h: Array) -> Array:
    """Fill the canonical order, and return the order of the starts (where equal: of the ranks)."""
    high, low = order_hashes(ids)
    order = np.argsort(high)
    first = high[order]
    if np.any(first[1:] == first[:-1]):
        order = np.lexsort((low, high))
    records["rank"][order] = np.arange(len(records))
    return order[np.argsort(start_h[order], kind="stable")]


@kernel
def _put_in_order(records: Any, order: Any, out: Any) -> None:
    for n in range(order.size):
        out[n] = records[order[n]]


def _fill_time_and_terms(records: Array, table: pa.Table, parameters: Parameters) -> None:
    _fill_time(records, table)
    _fill_terms(records, table, parameters)
    for name in ("count_low", "count_best", "count_high"):
        records[name] = floats(table[name])
    records["direction"] = floats(table["direction_deg"])


def floats(column: Any) -> Array:
    """Return a column as float64, NaN where it is missing."""
    return np.asarray(
        column.combine_chunks().cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64
    )


def hours(column: Any) -> Array:
    """Return a column of instants as hours since 1970-01-01T00:00Z, NaN where it is missing."""
    micros = column.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
    return floats(micros) / 3.6e9


def codes(column: Any) -> tuple[Array, list[str]]:
    """Return a code per row (-1: missing) and the text that each code stands for."""
    index, dictionary = _encoded(column)
    return index, dictionary.to_pylist()


def _encoded(column: Any) -> tuple[Array, pa.Array]:
    encoded = column.combine_chunks().dictionary_encode()
    index = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return index.astype(np.int32), encoded.dictionary


def order_hashes(ids: Any) -> tuple[Array, Array]:
    """Return two hashes (uint64) of each id, the second for the odd tie of the first."""
    text = ids.combine_chunks().cast(pa.large_string())
    offsets = np.frombuffer(text.buffers()[1], np.int64)[text.offset : text.offset + len(text) + 1]
    body = text.buffers()[2]
    raw = np.frombuffer(body, np.uint8) if body else np.zeros(1, np.uint8)
    high, low = np.empty(len(text), np.uint64), np.empty(len(text), np.uint64)
    _hash(raw, offsets, high, low)
    return high, low


@kernel
def _hash(raw: Any, offsets: Any, highs: Any, lows: Any) -> None:
    for i in range(highs.size):
        high, low = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15)
        for k in range(offsets[i], offsets[i + 1]):
            high = (high ^ np.uint64(raw[k])) * np.uint64(0x100000001B3)
            low = (low + np.uint64(raw[k])) * np.uint64(0xBF58476D1CE4E5B9)
            low ^= low >> np.uint64(31)
        highs[i] = high
        lows[i] = low


def _fill_time(records: Array, table: pa.Table) -> None:
    start, end = hours(table["start_utc"]), hours(table["end_utc"])
    end = np.where(np.isnan(end), start, end)
    records["start_h"], records["end_h"] = start, np.maximum(start, end)
    # From and to by the clock span the happening; an hour or a day only holds it somewhere.
    precision, names = codes(table["when_precision"])
    sharp = np.array([name in SHARP for name in names] + [False])[precision]
    published = hours(table["published_utc"])
    # No report tells what happens after it came out.
    latest = np.maximum(start, np.fmin(records["end_h"], published))
    records["latest_h"] = np.where(sharp, start, latest)
    records["published_h"] = published


def ecef(lon: Array, lat: Array) -> tuple[Array, Array, Array]:
    """Return points on the WGS 84 ellipsoid as kilometres from the centre of the Earth."""
    east, north = np.radians(lon), np.radians(lat)
    normal = EQUATOR_KM / np.sqrt(1 - ECCENTRICITY_2 * np.sin(north) ** 2)
    flat = normal * np.cos(north)
    return flat * np.cos(east), flat * np.sin(east), normal * (1 - ECCENTRICITY_2) * np.sin(north)


def _fill_place(records: Array, table: pa.Table, parameters: Parameters) -> None:
    lon, lat = floats(table["lon"]), floats(table["lat"])
    records["x"], records["y"], records["z"] = ecef(lon, lat)
    records["lon"], records["lat"] = lon, lat
    for name, angle in (("lon", np.radians(lon)), ("lat", np.radians(lat))):
        records[f"sin_{name}"], records[f"cos_{name}"] = np.sin(angle), np.cos(angle)
    precision, names = codes(table["where_precision"])
    usual = np.array([RADIUS_BY_PRECISION.get(name, 60.0) for name in names] + [60.0])[precision]
    radius = floats(table["radius_km"])
    radius = np.where(np.isnan(radius), usual, radius)
    records["radius_km"] = radius
    _fill_spread(records, table, radius, parameters.scales["place_floor_km"])


def _fill_spread(records: Array, table: pa.Table, radius: Array, floor_km: float) -> None:
    """Spread of a place east and north: round, or long and narrow for range and bearing."""
    low, high = floats(table["range_low_km"]), floats(table["range_high_km"])
    high = np.where(np.isnan(high), low, high)
    low = np.where(np.isnan(low), high, low)
    bearing = np.radians(floats(table["bearing_deg"]))
    has = ~np.isnan(high) & ~np.isnan(bearing)
    along = (high - low) ** 2 / 4 + (0.1 * high) ** 2
    across = (high * HALF_POINT) ** 2
    sine, cosine, half = np.sin(bearing), np.cos(bearing), radius**2 / 2
    floor = floor_km**2 / 2
    records["cov_ee"] = np.where(has, along * sine**2 + across * cosine**2, half) + floor
    records["cov_nn"] = np.where(has, along * cosine**2 + across * sine**2, half) + floor
    records["cov_en"] = np.where(has, (along - across) * sine * cosine, 0.0)
    records["has_geometry"] = has


def _by_code(column: Any, fact: Mapping[str, int]) -> Array:
    index, names = codes(column)
    return np.array([fact.get(name, -1) for name in names] + [-1])[index]


def _numbered(values: Sequence[Any]) -> dict[Any, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _fill_terms(records: Array, table: pa.Table, parameters: Parameters) -> None:
    known = kinds()
    numbers = _numbered(list(known))
    families = _numbered([term.facts["family"] for term in known.values()])
    for left, right in parameters.compatible:
        families[right] = families[left]
    groups = {k: g for g, group in enumerate(parameters.siblings) for k in group}
    lone = {k: len(parameters.siblings) + n for k, n in numbers.items()}
    records["kind"] = _by_code(table["kind"], numbers)
    records["family"] = _by_code(
        table["kind"], {k: families[t.facts["family"]] for k, t in known.items()}
    )
    records["group"] = _by_code(table["kind"], lone | groups)
    mode = _by_code(table["means"], MODE_BY_MEANS)
    records["mode"] = np.where(mode < 0, MODES.index("reported"), mode)
    for name, column in (
        ("source", "source_id"),
        ("actor", "claimed_actor"),
        ("root", "root_id"),
        ("side", "control_side"),
    ):
        records[name] = _encoded(table[column])[0]
    observer = _encoded(table["observer"])[0]
    records["observer"] = np.where(records["mode"] == 0, observer, -1)
    records["teller"] = np.where(records["mode"] >= MODES.index("reported"), observer, -1)
    listed = pc.match_substring(table["attributes"].combine_chunks(), ANNEXED)
    records["annexed"] = listed.fill_null(False).to_numpy(zero_copy_only=False)
    _fill_weapon(records, table)


def known_weapons() -> list[str]:
    """Return the weapon terms that say something, in the order of their codes."""
    return [k for k, term in weapons().items() if term.facts.get("class") != "unknown"]


def _fill_weapon(records: Array, table: pa.Table) -> None:
    known = {k: weapons()[k] for k in known_weapons()}
    classes = _numbered([term.facts["class"] for term in known.values()])
    index, names = codes(table["weapon"])
    low = np.array([known[n].facts.get("calibre_low_mm", np.nan) if n in known else np.nan
                    for n in names] + [np.nan])  # fmt: skip
    high = np.array([known[n].facts.get("calibre_high_mm", np.nan) if n in known else np.nan
                     for n in names] + [np.nan])  # fmt: skip
    given = floats(table["calibre_mm"])
    records["calibre_low"] = np.where(np.isnan(given), low[index], given)
    records["calibre_high"] = np.where(np.isnan(given), high[index], given)
    records["weapon"] = _by_code(table["weapon"], _numbered(list(known)))
    records["weapon_class"] = _by_code(
        table["weapon"], {k: classes[t.facts["class"]] for k, t in known.items()}
    )


def _fill_reach(records: Array, scales: Mapping[str, float]) -> None:
    slack = np.array([scales[f"reach_h_{mode}"] for mode in MODES])
    records["reach_h"] = slack[records["mode"]]
    records["reach_km"] = scales["reach_km"] + scales["reach_radii"] * records["radius_km"]


def _fill_level(records: Array, options: FuseOptions) -> None:
    """Sort accounts by how wide one must look for a partner; -1: this one cannot have any.

    An account without place or time, or longer than an incident may last, stands by itself.
    """
    length = records["end_h"] - records["start_h"]
    level = np.full(len(records), len(SCALES) - 1, np.int16)
    for number in range(len(SCALES) - 2, -1, -1):
        reach_km, span_h = SCALES[number]
        fits = (records["reach_km"] <= reach_km) & (length + records["reach_h"] <= span_h)
        level[fits] = number
    alone = (
        ~np.isfinite(records["x"]) | ~np.isfinite(length) | (length > options.duration_h)
        | (records["family"] < 0)
    )  # fmt: skip
    records["level"] = np.where(alone, -1, level)
