"""Which of several places of one name a text means, with the grounds; never a silent guess.

In order: the only place of the name; the oblast that the text names beside it; a distance and
bearing; a city far larger than its namesakes; the other places of the text; what the source usually
writes about; a town much larger than its namesakes. Otherwise it stays ambiguous.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
TOGETHER_KM = 12.0
USUAL_SHARE = 0.75
STRONG_SHARE = 0.95
STRONG_WEIGHT = 20
Chosen = tuple[Place, str] | None


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
        inside = [p for p in candidates if _inside(p, area)]
        if inside:
            return inside, f"the text names {area.name}"
    return candidates, ""


def _inside(place: Place, area: Place) -> bool:
    if area.kind == "raion":
        return place.area == area.place_id
    if area.kind == "country":
        return place.country == area.country
    return place.oblast == area.place_id and place.kind != "oblast"


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


def _nearest(place: Place, anchors: Sequence[Place]) -> tuple[float, Place]:
    """Return the distance to the nearest anchor, and the anchor."""
    best, nearest = float("inf"), anchors[0]
    lon, lat = place.lon, place.lat
    if lon is None or lat is None:
        return best, nearest
    shrink = math.cos(math.radians(lat))
    for anchor in anchors:
        if anchor.lon is None or anchor.lat is None:
            continue
        east, north = (anchor.lon - lon) * shrink, anchor.lat - lat
        square = east * east + north * north
        if square < best:
            best, nearest = square, anchor
    return KM_PER_DEGREE * math.sqrt(best), nearest


def by_anchors(candidates: Sequence[Place], anchors: Sequence[Place]) -> Chosen:
    """Choose the candidate near the other places of the text, if no second is nearly as near."""
    ranked = sorted(
        (
            (*_nearest(place, anchors), place)
            for place in candidates
            if _within_reach(place, anchors)
        ),
        key=lambda row: (row[0], -row[2].population, row[2].place_id),
    )
    if not ranked or ranked[0][0] > ANCHOR_KM:
        return None
    nearest, anchor, place = ranked[0]
    for distance, _, other in ranked[1:]:
        if distance >= max(2 * nearest, nearest + 25):
            break
        if _apart(place, other) > TOGETHER_KM:
            return None
    return place, f"{nearest:.0f} km from {anchor.name}, which the text names"


def _within_reach(place: Place, anchors: Sequence[Place]) -> bool:
    """Return whether a place can lie within twice ANCHOR_KM of an anchor, by latitude alone."""
    lat = place.lat
    if lat is None:
        return False
    return any(a.lat is not None and abs(a.lat - lat) < REACH_DEGREES for a in anchors)


def near_any(candidates: Sequence[Place], anchors: Sequence[Place]) -> bool:
    """Return whether any candidate lies near one of the text's other places."""
    return any(
        _within_reach(p, anchors) and _nearest(p, anchors)[0] <= ANCHOR_KM for p in candidates
    )


def beside(candidates: Sequence[Place], anchors: Sequence[Place]) -> bool:
    """Return whether a namesake lies beside the text's places and the city far away."""
    city, others = candidates[0], candidates[1:]
    if not anchors or _nearest(city, anchors)[0] <= 2 * ANCHOR_KM:
        return False
    return any(_within_reach(p, anchors) and _nearest(p, anchors)[0] <= BESIDE_KM for p in others)


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
) -> tuple[Place | None, str]:
    """Return the place meant and the grounds, or None and why it stays open."""
    narrowed, named = by_area(candidates, areas) if areas else (candidates, "")
    town = TOWN_FROM_MANY if len(narrowed) > MANY else TOWN_FROM
    steps: tuple[Callable[[], Chosen], ...] = (
        lambda: only_one(narrowed),
        lambda: (
            by_usual(narrowed, context, share=STRONG_SHARE, least=STRONG_WEIGHT)
            if not anchors
            else None
        ),
        lambda: (
            None if beside(narrowed, anchors) else by_prominence(narrowed, CITY_FROM, CITY_TIMES)
        ),
        lambda: by_anchors(narrowed, anchors) if anchors else None,
        lambda: by_usual(narrowed, context),
        lambda: by_prominence(narrowed, town, TOWN_TIMES),
    )
    for step in steps:
        chosen = step()
        if chosen is not None:
            place, grounds = chosen
            return place, f"{named}; {grounds}" if named else grounds
    return None, f"ambiguous: {len(narrowed)} places of this name" + (
        f" where {named}" if named else ""
    )
