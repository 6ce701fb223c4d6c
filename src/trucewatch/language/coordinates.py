"""Coordinates in prose: decimal degrees, degrees with minutes and seconds, MGRS and UTM.

'48.015, 37.803', '48°00′54″N 37°48′10″E', '37U DP 8512 1890', 'UTM 37N 410512 5318904'. The region's
radius is half a step of the last digit given. WGS 84; MGRS after NGA.STND.0037, UTM after Krüger.
"""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from trucewatch.language.plane import KM_PER_DEGREE
from trucewatch.where import Region

DIGIT = re.compile(r"\d")
CUE = re.compile(r"\d[.°º]\d|\d\s?[°º]|\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d|\bUTM\b")
SIGN = r"[-−+]?"
DECIMAL = re.compile(
    rf"(?<![\d.,])(?P<lat>{SIGN}\d{{1,2}}\.\d{{2,8}})(?:\s?°)?(?:\s?(?P<ns>[NS])\b)?\s?[,;/ ]\s?(?P<lon>{SIGN}\d{{1,3}}\.\d{{2,8}})(?:\s?°)?(?:\s?(?P<ew>[EW])\b)?(?![\d.]|\s?(?:km|per|%|m\b|mm))"
)
MINUTES = r"(?P<{0}d>\d{{1,3}})\s?[°º]\s?(?P<{0}m>\d{{1,2}}(?:\.\d{{1,5}})?)\s?['′’]\s?(?:(?P<{0}s>\d{{1,2}}(?:\.\d{{1,3}})?)\s?(?:[\"″”]|'')\s?)?(?P<{0}h>[{1}])"
DEGREES = re.compile(MINUTES.format("lat", "NS") + r"[\s,;]{0,3}" + MINUTES.format("lon", "EW"))
MGRS = re.compile(
    r"\b(?P<zone>\d{1,2})(?P<band>[C-HJ-NP-X])\s?(?P<square>[A-HJ-NP-Z]{2})\s?(?P<digits>\d{1,5}\s?\d{1,5})\b"
)
UTM = re.compile(
    r"\b(?:UTM\s+(?:zone\s+)?)(?P<zone>\d{1,2})\s?(?P<band>[C-HJ-NP-X])\s+(?P<east>\d{6})(?:\.\d+)?\s?(?:m?E)?[,\s]+(?P<north>\d{6,7})(?:\.\d+)?(?:\s?m?N)?\b"
)
BANDS = "CDEFGHJKLMNPQRSTUVWX"
COLUMNS, ROWS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "ABCDEFGHJKLMNPQRSTUV"
# WGS 84, and the series of the inverse transverse Mercator to the third order.
AXIS, FLAT, SCALE = 6_378_137.0, 1 / 298.257223563, 0.9996
N = FLAT / (2 - FLAT)
RADIUS = AXIS / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
BETA = (N / 2 - 2 / 3 * N**2 + 37 / 96 * N**3, N**2 / 48 + N**3 / 15, 17 / 480 * N**3)
DELTA = (2 * N - 2 / 3 * N**2 - 2 * N**3, 7 / 3 * N**2 - 8 / 5 * N**3, 56 / 15 * N**3)


@dataclass(frozen=True, slots=True)
class Point:
    """Coordinates found at start to end of a text."""

    start: int
    end: int
    region: Region


def find_coordinates(text: str) -> list[Point]:
    """Return the coordinates that a text gives, in order; what lies off the globe is left out."""
    if not DIGIT.search(text) or not CUE.search(text):
        return []
    found = sorted((*_decimal(text), *_degrees(text), *_grids(text)), key=lambda p: p.start)
    kept: list[Point] = []
    for point in found:
        if not kept or point.start >= kept[-1].end:
            kept.append(point)
    return kept


def _decimal(text: str) -> Iterator[Point]:
    for match in DECIMAL.finditer(text):
        lat, lon = (float(match.group(g).replace("−", "-")) for g in ("lat", "lon"))
        if match.group("ns") == "S":
            lat = -lat
        if match.group("ew") == "W":
            lon = -lon
        digits = min(len(match.group(g).partition(".")[2]) for g in ("lat", "lon"))
        # Two numbers side by side are coordinates only where they are fine or say which way.
        if digits >= 3 or match.group("ns") or match.group("ew"):
            yield from _point(match, lat, lon, KM_PER_DEGREE * 10.0**-digits / 2)


def _degrees(text: str) -> Iterator[Point]:
    for match in DEGREES.finditer(text):
        values = []
        for axis in ("lat", "lon"):
            degrees, minutes, seconds = (float(match.group(axis + part) or 0) for part in "dms")
            value = degrees + minutes / 60 + seconds / 3600
            values.append(-value if match.group(axis + "h") in "SW" else value)
            if minutes >= 60 or seconds >= 60:
                break
        if len(values) == 2:
            step = 1 / 3600 if match.group("lats") else 1 / 60
            yield from _point(match, values[0], values[1], KM_PER_DEGREE * step / 2)


def _point(match: re.Match[str], lat: float, lon: float, radius_km: float) -> Iterator[Point]:
    if abs(lat) <= 90 and abs(lon) <= 180:
        region = Region(lon, lat, radius_km=round(max(0.1, radius_km), 2))
        yield Point(match.start(), match.end(), region)


def _grids(text: str) -> Iterator[Point]:
    for match in MGRS.finditer(text):
        digits = match.group("digits").replace(" ", "")
        metres = _of_square(
            int(match.group("zone")), match.group("band"), match.group("square"), digits
        )
        if metres is not None:
            lat, lon = from_utm(int(match.group("zone")), *metres, south=match.group("band") < "N")
            yield from _point(match, lat, lon, 10.0 ** (5 - len(digits) // 2) / 2000)
    for match in UTM.finditer(text):
        zone, east, north = (int(match.group(g)) for g in ("zone", "east", "north"))
        if 1 <= zone <= 60:
            lat, lon = from_utm(zone, east, north, south=match.group("band") < "N")
            yield from _point(match, lat, lon, 0.1)


def _of_square(zone: int, band: str, square: str, digits: str) -> tuple[float, float] | None:
    """Return UTM easting and northing in metres of the middle of an MGRS cell, or None."""
    column = COLUMNS.find(square[0]) - (zone - 1) % 3 * 8
    row = ROWS.find(square[1])
    if not 1 <= zone <= 60 or not 0 <= column < 8 or row < 0 or len(digits) % 2:
        return None
    half = len(digits) // 2
    step = 10.0 ** (5 - half)
    east = (column + 1) * 100_000 + (int(digits[:half]) + 0.5) * step
    north = ((row - (5 if zone % 2 == 0 else 0)) % 20) * 100_000 + (int(digits[half:]) + 0.5) * step
    # Rows repeat every 2,000 km: the band says which of them is meant.
    least = _northing(BANDS.index(band) * 8 - 80)
    while north < least - 100_000:
        north += 2_000_000
    return east, north


def _northing(lat: float) -> float:
    """Return the northing of a parallel on the middle meridian, to about a kilometre."""
    arc = SCALE * RADIUS * math.radians(lat) - 16_000 * math.sin(2 * math.radians(lat))
    return arc if lat >= 0 else arc + 10_000_000


def from_utm(zone: int, east: float, north: float, *, south: bool) -> tuple[float, float]:
    """Return latitude and longitude in degrees (WGS 84) of UTM metres; error below a metre."""
    xi = (north - (10_000_000 if south else 0)) / (SCALE * RADIUS)
    eta = (east - 500_000) / (SCALE * RADIUS)
    x = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in enumerate(BETA, 1))
    y = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in enumerate(BETA, 1))
    chi = math.asin(max(-1.0, min(1.0, math.sin(x) / math.cosh(y))))
    lat = chi + sum(d * math.sin(2 * j * chi) for j, d in enumerate(DELTA, 1))
    return math.degrees(lat), zone * 6 - 183 + math.degrees(math.atan2(math.sinh(y), math.cos(x)))
