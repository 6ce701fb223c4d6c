"""Range, bearing and direction of flight as monitors write them: 'all 3-5km east, south-east'."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from dataclasses import dataclass

from trucewatch.language.bearings import bearing_of

POINT = r"(?:(?:north|south|east|west)(?:[ -]?(?:north|south|east|west)){0,2}(?:erly|wards?)?|NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW|NE|SE|SW|NW|[NESW])\b(?!-)"
# 'of Zolote' measures from a place; 'of its position' from the observer.
OF_PLACE = (
    r"(?!\s+of\s+(?!its\b|their\b|the\s+(?:SMM|patrol|camera|monitor|mission|position|observ)))"
)
BEARINGS = rf"{POINT}(?:(?:\s?,\s?|\s?/\s?|\s+(?:and|to|or|as well as)\s+|\s?,\s?(?:and|or)\s+)(?:to the\s+)?{POINT}{OF_PLACE})*"
LEAD = r"(?:away\s+|distant\s+)?(?:to(?:wards)? the\s+|to its\s+|in (?:an?|the)\s+|in\s+|at\s+|on the\s+)?(?:both\s+|generally\s+|mainly\s+)?"
KM_NUMBER = r"\d{1,2},?\d{3}|\d{1,3}(?:\.\d{1,2})?"
RANGE = re.compile(
    r"(?:(?P<cap>within|less than|under|up to|no more than|not more than)\s+(?:about\s+|approximately\s+|a\s+)?)?"
    rf"(?<![\d.,])(?P<low>{KM_NUMBER})(?:\s?(?P<low_unit>km|m)?\s?(?:-|–|—|to|and|or)\s?(?P<high>{KM_NUMBER}))?[\s-]?"
    r"(?P<unit>km|kilomet(?:re|er)s?|m|met(?:re|er)s?)\b(?!\s+(?:apart|wide|deep|high|long|above|altitude))"
    rf"(?:\s+{LEAD}(?P<bearing>{BEARINGS})(?:\s+directions?)?)?"
)
OF_SOMEWHERE = re.compile(
    rf"(?:(?:\s+and|,|\s+or)\s+{POINT})*\s+of\s+(?!(?:its|their)\s+(?:\w+\s+)?(?:position|location|camera|patrol|take-off|launch|vehicle|observation)|the\s+(?:SMM|patrol|camera|monitor|mission|observ|UAV)|the\s+position)|\s+(?:inside|into)\b"
    r"|\s+from\s+(?:the\s+|each\s+|one\s+)?(?!SMM|its\b|their\b|camera|patrol|monitor|position)[a-z]"
)
NO_RANGE = re.compile(
    r"(?:undetermined|unknown|undefined|unspecified|indeterminate)\s+(?:distance|range|location)s?"
    rf"(?:\s+{LEAD}(?P<bearing>{BEARINGS})(?:\s+directions?)?)?"
)
BEARING_BEFORE = re.compile(
    rf"(?P<bearing>{BEARINGS})(?:\s+directions?)?(?:\s+of\s+(?:its|their|the)\s+(?:patrol\s+|own\s+|camera\s+)?(?:position|location|camera)s?)?"
    r"[,\s(]+(?:at\s+|and\s+at\s+)?(?:(?:an?|the)\s+)?(?:estimated\s+|approximate\s+)?(?:(?:distance|range)s?\s+)?(?:of\s+|ranging from\s+|between\s+)?(?:about\s+|approximately\s+|some\s+)?$"
)
LONE = re.compile(
    rf"\b(?:to the|in an?|in the)\s+(?P<to>{BEARINGS})(?!\s+(?:of\s+(?!its|their|the\s+(?:SMM|camera|patrol))|part|edge|side|outskirts|and\b))"
    rf"|\bin\s+(?P<toward>{BEARINGS})\s+directions?"
    rf"|(?P<of>{BEARINGS})\s+of\s+(?:its|their|the (?:SMM'?s?|camera'?s?|patrol'?s?))(?:\s+(?:own\s+|patrol\s+)?(?:position|location|camera))?"
    rf"|,\s+(?P<bare>{BEARINGS})\s*(?=[.;)]|,\s+(?:and|assessed|all)\b|\s+and\s+(?:heard|saw)|$)"
)
FROM_TO = re.compile(
    rf"\bfrom\s+(?:the\s+)?(?P<origin>{POINT})\s*(?:,\s*)?to(?:wards)?\s+(?:the\s+)?(?P<aim>{POINT})"
    rf"|(?<![\w-])(?P<origin2>{POINT})[- ]to[- ](?P<aim2>{POINT})(?=\s+(?:direction|flight|trajectory))"
)
TOWARDS = re.compile(
    rf"\b(?:towards?|flying|fl(?:ew|own)|in flight|heading|travelling|moving)\s+(?:to\s+|towards\s+)?(?:the\s+|in an?\s+)?(?P<aim>{POINT})"
)
ONLY_FROM = re.compile(
    rf"\bfrom\s+(?:the\s+|an?\s+)?(?P<origin>{POINT})(?!\s+of\b)(?:\s+directions?)?"
)
POINT_RE = re.compile(rf"\b(?:{POINT})")
METRES = ("m", "metre", "metres", "meter", "meters")


@dataclass(frozen=True, slots=True)
class Where:
    """Range and bearing from the observer: kilometres and degrees; None where not given."""

    low_km: float | None = None
    high_km: float | None = None
    bearings: tuple[float, ...] = ()


def where_in(text: str) -> Where | None:
    """Return range and bearings: 'all 3-5km east, south-east' is 3..5 km, 90 and 135 degrees.

    None where the text gives neither; Where() where it says that the distance is not known.
    """
    plain = _without_flight(text)
    blank = NO_RANGE.search(plain)
    for match in RANGE.finditer(plain):
        if OF_SOMEWHERE.match(plain, match.end()):
            continue
        if blank and blank.start() < match.start():
            break
        return _ranged(plain, match)
    if blank:
        return Where(None, None, bearings_in(blank.group("bearing") or ""))
    lone = LONE.search(plain)
    if lone:
        return Where(None, None, bearings_in(next(filter(None, lone.groups()), "")))
    return None


def _ranged(text: str, match: re.Match[str]) -> Where:
    low = _km(match.group("low"), match.group("low_unit") or match.group("unit"))
    high = _km(match.group("high"), match.group("unit")) if match.group("high") else low
    if match.group("cap"):
        low = 0.0
    bearing = match.group("bearing")
    if bearing is None:
        before = BEARING_BEFORE.search(text[max(0, match.start() - 110) : match.start()])
        bearing = before.group("bearing") if before else ""
    return Where(min(low, high), max(low, high), bearings_in(bearing))


def _without_flight(text: str) -> str:
    """Return the text with 'from west to east' blanked: a direction of flight is no bearing."""
    for pattern in (FROM_TO, TOWARDS, ONLY_FROM):
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    return text


def _km(number: str, unit: str) -> float:
    value = float(number.replace(",", ""))
    return value / 1000 if unit.lower() in METRES else value


def bearings_in(text: str) -> tuple[float, ...]:
    """Return the degrees of each bearing named, in order, none twice."""
    found = (bearing_of(match.group()) for match in POINT_RE.finditer(text))
    return tuple(dict.fromkeys(degrees for degrees in found if degrees is not None))


def direction_in(text: str) -> float | None:
    """Return the direction of flight in degrees: where 'from west to east' goes, 90.

    None where a count is parted among several directions.
    """
    aims = {bearing_of(m.group("aim") or m.group("aim2")) for m in FROM_TO.finditer(text)}
    if aims:
        return aims.pop() if len(aims) == 1 else None
    towards = TOWARDS.search(text)
    if towards:
        return bearing_of(towards.group("aim"))
    origin = ONLY_FROM.search(text)
    degrees = bearing_of(origin.group("origin")) if origin else None
    return None if degrees is None else (degrees + 180) % 360
