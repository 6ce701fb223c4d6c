"""Where the monitors stood in a clause: place, control side, instrument, region."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from trucewatch.language import smm_words as words
from trucewatch.language.bearings import bearing_of, region_at
from trucewatch.language.places import PlaceMention
from trucewatch.language.smm_nominal import flat
from trucewatch.language.smm_range import POINT
from trucewatch.where import Region

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CAPITAL = rf"(?!(?:{MONTHS}|SMM|OSCE|UAVs?|Mission|JCCC|EECPs?|BCPs?|MLRS|IFVs?|APCs?|It|The)\b)[A-Z][\w'-]*(?:[./]\w+)*"
# Words that a place's name may go on with, or that a landmark is called by.
NOUNS = (
    "mine|station|bridge|village|town|city|centre|checkpoint|school|coke|chemical|plant|factory|filtration|pumping|railway|central|"
    "hotel|market|airport|quarry|reservoir|dam|works|power|thermal|water|bus|hospital|crossing|point|kindergarten|church|settlement|depot|substation|supply|treatment|facility|training|ground|base|area|colliery|farm|disengagement|district|neighbourhood"
)
NAME = re.compile(
    rf"(?:the\s+)?({CAPITAL}(?:\s+(?:{CAPITAL}|(?:{NOUNS})\b|of(?=\s+[A-Z])))*(?:'s\s+{CAPITAL}\s+(?:district|neighbourhood|suburb))?(?:(?:\s+(?!(?:and|in|on|at|near)\b)[a-z][a-z-]*){{1,3}}(?=\s*\([^()]*(?:controlled|\dkm)))?)"
)
# What is called so is a place of its own, though no list of settlements knows it.
LANDMARK = re.compile(rf"\w\s(?:{NOUNS})$", re.IGNORECASE)
OFFSET = re.compile(
    rf"(?:(?i:about|approximately|some|roughly|around|less than|within)\s+)?(?P<km>\d{{1,4}}(?:[.,]\d+)?)(?:-\d{{1,4}}(?:\.\d+)?)?\s?(?P<unit>km|kilomet\w+|m|met\w+)\s+(?:to the )?(?P<bearing>{POINT})(?:(?:\s+and|,)\s+{POINT})*\s+of\s+"
)
# 'the central railway station in', 'three locations near the disengagement area near'
LEAD_IN = re.compile(
    r"(?:(?!(?:heard|saw|recorded|observed|noted|between|during|while|and|for|its|same|this|that)\b)[a-z][a-z-]*\s+){0,7}(?:in|at|of|on|to|near)\s+(?:the\s+)?(?:(?:(?:north|south|east|west|central|upper|lower|downtown|nearby|rural)[a-z-]*)\s+)?"
    r"|(?:central|upper|lower|downtown|nearby|(?:north|south|east|west)[a-z-]*)\s+"
)
BRACKETS = re.compile(r"\s*,?\s*\(([^()]{0,160})\)")
# '(positioned in Zolote; government-controlled, ...)'
INSIDE = re.compile(r"\s*[;,]\s*([^();]{0,120}controlled[^();]{0,80})\)")
# People who fly a UAV hear and see with their own ears and eyes.
OPERATING = re.compile(
    r"\b(?:operating|launching|preparing|controlling|recovering)\s+(?:an?|its|the)\s+(?:SMM\s+)?[\w-]*\s?UAV"
)
BRACKETED = re.compile(rf"\b(?={NAME.pattern}\s*\([^()]*(?:controlled|\dkm))")
IN_TOWN = re.compile(rf"\s+(?:in|near|of)\s+(?:the\s+)?(?:[a-z-]+\s+of\s+)?{NAME.pattern}")
# 'in "DPR"-controlled Makiivka', 'in the government-controlled town of Popasna'
HELD_BY = re.compile(
    r"(?:the\s+)?[\"“”'«]?[\w-]{2,20}[\"“”'»]?-controlled\s+(?:(?:town|village|city|settlement)(?:\s+of)?\s+)?(?=[A-Z])"
)
# Who stands there is no place: 'a checkpoint of the State Border Guard Service in Milove'.
INSTITUTION = re.compile(
    r"\b(?:Service|Police|Forces?|Guards?|Ministry|Agency|Committee|Company|Administration|Council|Army|Federation|Cross|Nations|Office|Authority|Union|Street|Avenue|Lane|Boulevard|Square|Highway)\b"
)
LINKS = re.compile(
    r"(?:\s*\([^()]{0,160}\))?\s*(?:,\s*(?:and\s+)?|\s+and\s+|\s+as well as\s+|;\s*)(?:(?:the\s+)?(?:SMM\s+)?cameras?\s+)?(?:(?:in|at|near|on)\s+)?(?:the\s+)?"
)
NO_POSITION = re.compile(
    r"sequence|flight|violation|the (?:previous|reporting)|total|Donetsk region|Luhansk region"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where observers stood. own: whether the clause itself says so (else carried over)."""

    place_name: str | None = None
    place_id: str | None = None
    region: Region | None = None
    precision: str = "unknown"
    control: str | None = None
    means: str | None = None
    observer: str = "SMM"
    own: bool = False
    end: int = 0

    def each(self, folded: str, mentions: list[PlaceMention]) -> Iterator[Scene]:
        """Yield one scene for each place of a list: 'cameras in A, B and at C'."""
        yield self
        if not self.own or self.place_name is None:
            return
        at = self.end
        link = LINKS.match(folded, at)
        while link:
            scene = _at(folded, link.end(), mentions)
            if scene is None or link.end() <= at:
                return
            at = scene.end
            yield replace(scene, means=self.means, observer=_observer(self.means, scene.place_name))
            link = LINKS.match(folded, at)


def scene_of(folded: str, mentions: list[PlaceMention], before: Scene | None) -> Scene:
    """Return where the observers of a clause stood; carried over where it says 'the same place'."""
    means = _instrument(folded)
    if before is not None and words.SAME_POSITION.search(folded):
        return replace(before, own=False, means=means)
    for pattern in (words.STRONG_POSITION, words.WEAK_POSITION):
        for match in pattern.finditer(folded):
            scene = None if _is_other(folded, match) else _at(folded, match.end(), mentions)
            if scene is not None:
                return replace(scene, means=means, observer=_observer(means, scene.place_name))
    if before is not None and re.match(
        r"\s*(?:It|The (?:SMM|patrol|camera)|The Mission) (?:also|then|later|further|subsequently)\b",
        folded,
    ):
        return replace(before, own=False, means=means or before.means)
    bracketed = BRACKETED.search(folded)
    scene = _at(folded, bracketed.start(), mentions) if bracketed else None
    for match in () if scene else words.PASSING_POSITION.finditer(flat(folded)):
        scene = scene or _at(folded, match.end(), mentions)
    if scene is not None:
        return replace(scene, means=means, observer=_observer(means, scene.place_name))
    return Scene(means=means, observer=_observer(means, None))


CAMERA_AT = re.compile(r"\bcameras?\s+(?:in|at|near|on)\s+(?:the\s+)?")


def scenes_of_cameras(folded: str, mentions: list[PlaceMention], scene: Scene) -> Iterator[Scene]:
    """Yield a scene for each 'camera in A' of a sentence that names several."""
    for match in CAMERA_AT.finditer(folded):
        found = _at(folded, match.end(), mentions)
        if found is not None:
            means = scene.means
            yield replace(found, means=means, observer=_observer(means, found.place_name))


def _is_other(folded: str, match: re.Match[str]) -> bool:
    """Return whether a bare 'near' or 'in' opens something else than a position: 'in sequence'."""
    before = folded[: match.start()]
    if before.count("(") > before.count(")") and not match.group().strip():
        return True
    following = folded[match.end() : match.end() + 40]
    if NO_POSITION.match(following):
        return True
    named = following.split(",", maxsplit=1)[0].split("(", maxsplit=1)[0]
    return bool(re.search(r"\bregions?\b", named))


def _instrument(folded: str) -> str | None:
    if words.CAMERA.search(words.BESIDE_CAMERA.sub("", folded)):
        return "recorded"
    if words.UAV.search(OPERATING.sub("", folded)):
        return "uav"
    return "acoustic" if words.ACOUSTIC.search(folded) else None


def _observer(means: str | None, place: str | None) -> str:
    name = {"recorded": "SMM camera", "uav": "SMM UAV", "acoustic": "SMM acoustic sensor"}.get(
        means or ""
    )
    if name is None:
        return "SMM"
    return f"{name} at {place}" if place and means != "uav" else name


def _at(folded: str, start: int, mentions: list[PlaceMention]) -> Scene | None:
    """Return the scene at a place name that starts at a position, with its brackets."""
    held = HELD_BY.match(folded, start)
    if held:
        scene = _at(folded, held.end(), mentions)
        return replace(scene, control=scene.control or control_in(held.group())) if scene else None
    lead = LEAD_IN.match(folded, start)
    at = lead.end() if lead and not NAME.match(folded, start) else start
    offset = OFFSET.match(folded, at)
    named = NAME.match(folded, offset.end() if offset else at)
    if named is None:
        return None
    name = named.group(1).strip()
    if INSTITUTION.search(name):
        within = IN_TOWN.match(folded, named.end())
        return _at(folded, within.start(1), mentions) if within else None
    mention = _mention_of(name, named.start(1), named.end(), mentions)
    end, whole = named.end(), mention is not None
    town = IN_TOWN.match(folded, end) if mention is None else None
    if town:
        end = town.end()
        mention = _mention_of(town.group(1), town.start(1), end, mentions)
    brackets = BRACKETS.match(folded, end) or INSIDE.match(folded, end)
    if mention is None and brackets:
        mention = _measured(brackets, mentions)
    if mention is None:
        mention = _landmark_in(name, named.start(1), named.end(), mentions)
    if mention is None and not brackets and not LANDMARK.search(name):
        return None
    scene = _scene(name, mention, brackets.group(1) if brackets else "")
    scene = replace(scene, end=brackets.end() if brackets else end)
    if not whole:
        scene = replace(scene, place_id=None)
    return _moved(scene, offset) if offset else scene


def _landmark_in(
    name: str, start: int, end: int, mentions: list[PlaceMention]
) -> PlaceMention | None:
    """Return the town that a landmark is named after: 'Avdiivka coke plant'."""
    if name == name.title() or name[-1:].isupper():
        return None
    return next((m for m in mentions if start - 4 <= m.start < end and m.role == "place"), None)


def _measured(brackets: re.Match[str], mentions: list[PlaceMention]) -> PlaceMention | None:
    """Return the mention that brackets place by distance: '(8km north-west of Donetsk)'."""
    return next(
        (m for m in mentions
         if brackets.start() <= m.start < brackets.end() and m.region and "km from" in m.grounds),
        None,
    )  # fmt: skip


def _moved(scene: Scene, offset: re.Match[str]) -> Scene:
    """Return a scene as far from its place as the words before it say."""
    degrees, here = bearing_of(offset.group("bearing")), scene.region
    if degrees is None or here is None:
        return scene
    value = float(offset.group("km").replace(",", "."))
    far = value if offset.group("unit").startswith("k") else value / 1000
    there = region_at(here.lon, here.lat, far, degrees)
    return replace(
        scene, place_id=None, region=replace(there, radius_km=there.radius_km + here.radius_km)
    )


def _mention_of(
    name: str, start: int, end: int, mentions: list[PlaceMention]
) -> PlaceMention | None:
    """Return the mention that is the whole name: 'Donetsk' is not 'Donetsk Filtration Station'."""
    for m in mentions:
        if start - 4 <= m.start < end and m.role in ("place", "sector", "reference"):
            rest = name.replace(m.text, "", 1).strip(" .")
            if not rest or rest in ("city", "village", "town", "city centre"):
                return m
    return None


def _scene(name: str, mention: PlaceMention | None, inner: str) -> Scene:
    place = mention.chosen if mention else None
    region = mention.region if mention else None
    whole = mention is not None and mention.text in name
    return Scene(
        place_name=name, place_id=place.place_id if place and whole else None, region=region,
        precision="settlement" if region else "unknown", control=control_in(inner), own=True,
    )  # fmt: skip


def control_in(text: str) -> str | None:
    """Return 'government', 'non-government' or the name a side is given in quotes."""
    match = words.CONTROL.search(text)
    if match is None:
        return None
    if match.group("side") and match.group("side").lower() not in ("government", "non-government"):
        return match.group("side")
    if match.group("none"):
        return "between"
    return "non-government" if match.group("non") else "government"
