"""Which of several places of one name a text means, with the grounds; never a silent guess.

In order: the only place of the name; the oblast that the text names beside it; a distance and
bearing; a city far larger than its namesakes; the other places of the text; what the source usually
writes about; a town much larger than its namesakes. Otherwise it stays ambiguous.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from trucewatch.language.gazetteer import Place
from trucewatch.language.plane import KM_PER_DEGREE, plane_km

CITY_FROM = 50_000
CITY_TIMES = 15
TOWN_FROM = 5_000
TOWN_TIMES = 8
# A name that many villages bear needs a larger namesake to stand out.
MANY = 12
TOWN_FROM_MANY = 15_000
ANCHOR_KM = 60.0
BESIDE_KM = 30.0
# Twice ANCHOR_KM and a little, in degrees of latitude.
REACH_DEGREES = 1.2
REACH_SQUARE, ANCHOR_SQUARE, FAR_SQUARE, BESIDE_SQUARE = (
    REACH_DEGREES**2,
    *((km / KM_PER_DEGREE) ** 2 for km in (ANCHOR_KM, 2 * ANCHOR_KM, BESIDE_KM)),
)
TOGETHER_KM = 12.0
USUAL_SHARE = 0.75
STRONG_SHARE = 0.95
STRONG_WEIGHT = 20
Chosen = tuple[Place, str] | None
Near = tuple[float, Place, Place]


@dataclass(frozen=True, slots=True)
class PlaceContext:
    """What is known of a source: how often it writes about each area (raion, region abroad)."""

    usual_areas: Mapping[str, float] = field(default_factory=dict)
    country: str | None = None


def only_one(candidates: Sequence[Place]) -> Chosen:
    """Choose where all candidates are one place, or lie together."""
    first = candidates[0]
    if len(candidates) == 1:
        return first, "the only place of this name"
    if first.kind in ("oblast", "region_abroad"):
        return first, f"the region rather than {len(candidates) - 1} places of the same name"
    if len(candidates) <= 4 and all(
        _apart(first, other) <= TOGETHER_KM for other in candidates[1:]
    ):
        return first, f"{len(candidates)} places of this name lie within {TOGETHER_KM:.0f} km"
    return None


def _apart(first: Place, second: Place) -> float:
    if first.lon is None or first.lat is None or second.lon is None or second.lat is None:
        return float("inf")
    return plane_km(first.lon, first.lat, second.lon, second.lat)


def standing(candidates: tuple[Place, ...]) -> tuple[Chosen, Chosen]:
    """Return what needs no text: the only place of a name, and a city far above its namesakes."""
    return only_one(candidates), by_prominence(candidates, CITY_FROM, CITY_TIMES)


def by_area(candidates: Sequence[Place], areas: Sequence[Place]) -> tuple[Sequence[Place], str]:
    """Keep the candidates inside the first named area that holds any; with the grounds."""
    for area in areas:
        inside = _inside(candidates, area)
        if inside:
            return inside, f"the text names {area.name}"
    return candidates, ""


def _inside(candidates: Sequence[Place], area: Place) -> list[Place]:
    code = area.place_id
    if area.kind == "raion":
        return [p for p in candidates if p.area == code]
    if area.kind == "country":
        return [p for p in candidates if p.country == area.country]
    return [p for p in candidates if p.oblast == code and p.kind != "oblast"]


def by_prominence(candidates: Sequence[Place], least: int, times: int) -> Chosen:
    """Choose a place of at least `least` people, `times` larger than any namesake."""
    first = candidates[0]
    if first.population < least:
        return None
    for other in candidates[1:]:
        if first.population >= times * max(other.population, 1):
            break
        if _apart(first, other) > TOGETHER_KM:
            return None
    return first, f"by far the largest of {len(candidates)} places of this name"


class Spots:
    """The points of some places in the order of their latitude, to find those near others."""

    __slots__ = ("latitudes", "rows")

    def __init__(self, places: Iterable[Place]) -> None:
        self.rows = sorted(
            ((p.lat, p.lon, math.cos(math.radians(p.lat)), p) for p in places
             if p.lat is not None and p.lon is not None),
            key=itemgetter(0),
        )  # fmt: skip
        self.latitudes = [row[0] for row in self.rows]

    def near(self, anchors: Sequence[Place], *, reach: float = REACH_SQUARE) -> list[Near]:
        """Return the places nearer to an anchor than a reach: degrees squared, anchor, place."""
        found: dict[int, Near] = {}
        latitudes, rows = self.latitudes, self.rows
        for anchor in anchors:
            lat, lon = anchor.lat, anchor.lon
            if lat is None or lon is None:
                continue
            first = bisect_left(latitudes, lat - REACH_DEGREES)
            for at in range(first, bisect_right(latitudes, lat + REACH_DEGREES, first)):
                north, east, shrink, place = rows[at]
                north, east = lat - north, (lon - east) * shrink
                square = east * east + north * north
                if square < reach and (at not in found or square < found[at][0]):
                    found[at] = square, anchor, place
        return list(found.values())


def by_anchors(spots: Spots, anchors: Sequence[Place]) -> Chosen:
    """Choose the place near the other places of the text, if no second is nearly as near."""
    near = spots.near(anchors)
    if not near:
        return None
    if len(near) > 1:
        near.sort(key=_nearest_first)
    nearest = KM_PER_DEGREE * math.sqrt(near[0][0])
    if nearest > ANCHOR_KM:
        return None
    _, anchor, place = near[0]
    for square, _, other in near[1:]:
        if KM_PER_DEGREE * math.sqrt(square) >= max(2 * nearest, nearest + 25):
            break
        if _apart(place, other) > TOGETHER_KM:
            return None
    return place, f"{nearest:.0f} km from {anchor.name}, which the text names"


def _nearest_first(row: Near) -> tuple[float, int, str]:
    return row[0], -row[2].population, row[2].place_id


def near_any(candidates: Sequence[Place], anchors: Sequence[Place]) -> bool:
    """Return whether any candidate lies near one of the text's other places."""
    return bool(Spots(candidates).near(anchors, reach=ANCHOR_SQUARE))


def beside(candidates: Sequence[Place], anchors: Sequence[Place]) -> bool:
    """Return whether a namesake lies beside the text's places and the city far away."""
    if not anchors or Spots(candidates[:1]).near(anchors, reach=FAR_SQUARE):
        return False
    return bool(Spots(candidates[1:]).near(anchors, reach=BESIDE_SQUARE))


def by_usual(
    candidates: Sequence[Place],
    context: PlaceContext | None,
    *,
    share: float = USUAL_SHARE,
    least: float = 1,
) -> Chosen:
    """Choose the candidate in the area that the source usually writes about."""
    if context is None or not context.usual_areas:
        return None
    weights = [(context.usual_areas.get(p.area, 0.0), p) for p in candidates]
    total = sum({p.area: w for w, p in weights}.values())
    weight, place = max(weights, key=lambda pair: (pair[0], pair[1].population))
    alone = sum(p.area == place.area and _apart(p, place) > TOGETHER_KM for p in candidates) == 0
    if weight < max(least, share * total) or not alone:
        return None
    return (
        place,
        f"the source usually writes about this area ({weight / total:.0%} of the namesakes' areas)",
    )


def settle(
    candidates: Sequence[Place],
    *,
    areas: Sequence[Place] = (),
    anchors: Sequence[Place] = (),
    context: PlaceContext | None = None,
    spots: Spots | None = None,
) -> tuple[Place | None, str]:
    """Return the place meant and the grounds, or None and why it stays open.

    spots: Spots(candidates) where the caller keeps them.
    """
    narrowed, named = by_area(candidates, areas) if areas else (candidates, "")
    if not named and context is not None and context.country:
        own = [p for p in candidates if p.country == context.country]
        narrowed, named = (own, "the source's country") if own else (narrowed, "")
    if named or spots is None:
        spots = Spots(narrowed) if anchors else None
    chosen = _settled(narrowed, anchors, context, spots)
    if chosen is None:
        where = f" where {named}" if named else ""
        return None, f"ambiguous: {len(narrowed)} places of this name{where}"
    return chosen if not named else (chosen[0], f"{named}; {chosen[1]}")


def _settled(
    candidates: Sequence[Place],
    anchors: Sequence[Place],
    context: PlaceContext | None,
    spots: Spots | None,
) -> Chosen:
    chosen = only_one(candidates)
    if chosen is None and context is not None and not anchors:
        chosen = by_usual(candidates, context, share=STRONG_SHARE, least=STRONG_WEIGHT)
    if chosen is None:
        chosen = by_prominence(candidates, CITY_FROM, CITY_TIMES)
        if chosen is not None and beside(candidates, anchors):
            chosen = None
    if chosen is None and anchors and spots is not None:
        chosen = by_anchors(spots, anchors)
    if chosen is None and context is not None:
        chosen = by_usual(candidates, context)
    town = TOWN_FROM_MANY if len(candidates) > MANY else TOWN_FROM
    return chosen or by_prominence(candidates, town, TOWN_TIMES)
