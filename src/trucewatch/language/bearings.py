"""Distance-and-bearing phrases: '57km north-east of Donetsk', 'за 15 км на північ від Донецька'."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from trucewatch.where import Region, bearing_from_word, destination

NUMBER = r"(\d{1,4}(?:[.,]\d{1,2})?)"
EN_BEARING = r"((?:north|south|east|west)(?:[ -]?(?:north|south|east|west)){0,2}|[NSEW]{1,3})"
RU_BEARING = (
    r"((?:северо|юго)?-?(?:север|юг|восток|запад)(?:у|е|о-восток\w*|о-запад\w*)?|"
    r"(?:северо-|юго-)?(?:север|юж|восточ|запад)(?:нее))"
)
UK_BEARING = (
    r"((?:північно|південно|північний|південний)?[ -]?(?:північ|південь|схід|захід)\w{0,3}|"
    r"(?:північніше|південніше|східніше|західніше))"
)
PATTERNS = tuple(
    re.compile(NUMBER + unit + bearing + after)
    for unit, bearing, after in (
        (r"\s?(?:km|kilomet(?:re|er)s?)\s+(?:to the\s+)?", EN_BEARING, r"\s+(?:of|from)\s+"),
        (r"\s?(?:км|километр\w{0,3})\s+(?:к\s+|на\s+)?", RU_BEARING,
         r"(?:\s+от)?(?:\s+(?:г|с|п)\.)?\s+"),
        (r"\s?(?:км|кілометр\w{0,3})\s+(?:на\s+|до\s+)?", UK_BEARING,
         r"(?:\s+від)?(?:\s+(?:м|с|смт)\.)?\s+"),
    )
)  # fmt: skip
CUE = re.compile(r"\d\s?(?:km|kilom|км|килом|кілом)")
PARTS = (
    ("N", ("north", "север", "північ")),
    ("S", ("south", "юг", "юж", "юго", "півден")),
    ("E", ("east", "восто", "схід", "східн", "сход")),
    ("W", ("west", "запад", "захід", "західн", "заход")),
)
# A monitor's kilometre is rounded and its bearing is one of 8 or 16 points.
BEARING_DOUBT_DEG = 22.5
# Longest phrase a pattern can match; keeps each look-up bounded.
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance and bearing found in text; the reference place starts at `end`."""

    start: int
    end: int
    distance_km: float
    bearing_deg: float


def bearing_of(words: str) -> float | None:
    """Return the degrees of a bearing in English, Russian or Ukrainian words, or None."""
    plain = words.strip().strip(".,;()")
    if re.fullmatch(r"[NSEW]{1,3}", plain):
        try:
            return bearing_from_word(plain)
        except ValueError:
            return None
    lower = plain.lower()
    hits = sorted(
        (place, letter)
        for letter, stems in PARTS
        for stem in stems
        for place in _places_of(lower, stem)
    )
    letters = "".join(letter for _, letter in sorted(set(hits)))
    return _degrees(_once(letters))


def _places_of(text: str, stem: str) -> list[int]:
    return [m.start() for m in re.finditer(re.escape(stem), text)]


def _once(letters: str) -> str:
    # Overlapping stems ('схід' in 'східн') report one letter twice at one place.
    return letters[:3]


def _degrees(letters: str) -> float | None:
    try:
        return bearing_from_word(letters) if letters else None
    except ValueError:
        return None


def find_offsets(folded: str) -> list[Offset]:
    """Return the distance-and-bearing phrases of a folded text, in order."""
    if not CUE.search(folded):
        return []
    found: list[Offset] = []
    for cue in CUE.finditer(folded):
        start = _number_start(folded, cue.start())
        if found and start < found[-1].end:
            continue
        window = folded[start : start + LONGEST]
        for pattern in PATTERNS:
            match = pattern.match(window)
            degrees = bearing_of(match.group(2)) if match else None
            if match and degrees is not None:
                distance = float(match.group(1).replace(",", "."))
                found.append(Offset(start, start + match.end(), distance, degrees))
                break
    return found


def _number_start(text: str, last_digit: int) -> int:
    start = last_digit
    while start > max(0, last_digit - 6) and text[start - 1] in "0123456789.,":
        start -= 1
    while not text[start].isdigit():
        start += 1
    return start


def region_at(lon: float, lat: float, distance_km: float, bearing_deg: float) -> Region:
    """Return the region that lies so far in that direction from a point.

    The radius holds the doubt of a rounded distance and of half a step on an 8-point compass.
    """
    there = destination(lon, lat, bearing_deg, distance_km)
    across = distance_km * math.sin(math.radians(BEARING_DOUBT_DEG))
    return Region(*there, radius_km=round(max(1.0, across), 1))
