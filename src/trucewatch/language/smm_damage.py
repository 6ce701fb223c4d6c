"""Damage in monitors' prose: what was hit, how often, from where, and whether it was confirmed."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re

from trucewatch.language import smm_words as words
from trucewatch.language.smm_harm import CAUSES, corroborated
from trucewatch.language.smm_holdings import IMAGERY
from trucewatch.language.smm_items import weapons_in
from trucewatch.language.smm_nominal import Head, heads
from trucewatch.language.smm_notices import Notice, with_count
from trucewatch.language.smm_range import POINT, bearings_in
from trucewatch.language.smm_split import COUNTED_CLASS

MARK = r"craters?|holes?|marks?|scars?|impact (?:sites?|points?|marks?|craters?)|impacts|pockmarks?|gouges?|cracks?"
THING = (
    r"houses?|homes?|buildings?|apartments?|flats?|windows?|window panes?|panes?|roofs?|walls?|fences?|gates?|balcon(?:y|ies)|doors?|facades?|ceilings?|garages?|sheds?|barns?|kitchens?|outbuildings?|"
    r"power lines?|cables?|wires?|pylons?|poles?|transformers?|substations?|pipelines?|(?:gas |water )?pipes?|schools?|kindergartens?|hospitals?|clinics?|church(?:es)?|shops?|vehicles?|cars?|bus(?:es)?|trucks?|bridges?|roads?|greenhouses?|tracks?"
)
OBJECTS = re.compile(rf"\b(?:{MARK}|{THING})\b", re.IGNORECASE)
MARKS = re.compile(MARK, re.IGNORECASE)
HARMED = r"damaged|destroyed|shattered|broken|severed|cut|torn|pierced|punctured|hit|struck|collapsed|burn(?:ed|t)|gutted|scorched|cracked|blown out|ripped|perforated|riddled|caved in"
DAMAGE = re.compile(
    rf"\b(?:craters?|damages?|shrapnel (?:marks?|scars?|holes?|damage)|(?:bullet |shell |shrapnel )?holes?|bullet marks?|scorch marks?|impact (?:sites?|points?|marks?)|(?:shattered|broken|damaged|destroyed|collapsed|burnt|cracked|severed) (?:[\w-]+ ){{0,3}}?(?:{THING}|glass)|(?:was|were|been|being|had|got)\s+(?:\w+ly\s+)?(?:{HARMED})|destroyed|bore (?:[\w-]+ )?(?:marks|scars|traces)|debris|rubble)\b",
    re.IGNORECASE,
)
ON_THE_GROUND = re.compile(
    r"\bimpacts\s+(?:\w+\s+){0,2}?(?:visible|in an?|on an?|on the (?:ground|road|roof))\b",
    re.IGNORECASE,
)
NO_DAMAGE = re.compile(
    r"\b(?:no|any|without) (?:\w+ )?(?:damage|craters?)\b|\bcamera\b[^.]*\bdamaged\b|\bmitigat|\bdid not cause\b",
    re.IGNORECASE,
)
FIRED_FROM = re.compile(
    rf"\b(?:fired from|(?:originat\w+|com(?:e|ing)|came|incoming) from|from)\s+(?:an?\s+|the\s+)?(?P<from>{POINT}(?:(?:\s+to\s+|\s*-\s*|\s+or\s+){POINT})?)(?:\s+directions?)?(?!\s+of\b)",
)
DID_IT = re.compile(
    r"\b(?:caused by|results? of|resulting from|consistent with|due to|by|after|when|impact of)\s+(?:(?:an?|the|two|three|several|multiple)\s+)?(?:[\w()-]+\s+){0,4}$",
    re.IGNORECASE,
)
FRESH = re.compile(r"\b(?:fresh|recent(?:ly)?|new(?:ly)?)\b", re.IGNORECASE)
SAW = re.compile(
    r"\b(?:saw|observed|noted|seen|visited|inspected|examin\w+|analy[sz]\w+|survey\w*|assess\w*|showed|shown|visible|found)\b",
    re.IGNORECASE,
)


def damage(text: str, section: str | None) -> list[Notice]:
    """Return the damage that a clause describes: craters, holes, houses; else none.

    count: craters or holes where counted, else buildings. direction_deg: of flight, opposite to
    where it was fired from. attributes: objects, fresh, corroborated, cause.
    """
    del section
    ground = ON_THE_GROUND.search(text)
    if not (DAMAGE.search(text) or ground) or NO_DAMAGE.search(text):
        return []
    if COUNTED_CLASS.search(text) and not _described_only(text):
        return []
    objects = heads(text, OBJECTS)
    objects = [h for h in objects if ground or h.noun.lower() != "impacts"]
    if not objects:
        return []
    chosen = _counted_object(objects)
    weapons, calibre = weapons_in(text)
    origin = FIRED_FROM.search(text)
    degrees = bearings_in(origin.group("from")) if origin else ()
    cause = next((name for name, p in CAUSES[1:] if re.search(p, text, re.IGNORECASE)), None)
    attributes: dict[str, object] = {
        "objects": sorted({_singular(h.noun) for h in objects}),
        "fresh": bool(FRESH.search(text)) or None,
        "corroborated": corroborated(text), "cause": cause,
        "fired_from_deg": list(degrees) or None,
    }  # fmt: skip
    notice = Notice(
        "damage", weapon=weapons[0] if weapons else None, calibre_mm=calibre, means=_seen(text),
        direction_deg=(degrees[0] + 180) % 360 if len(degrees) == 1 else None, attributes=attributes,
    )  # fmt: skip
    plural = _singular(chosen.noun) != chosen.noun.lower()
    return [notice] if chosen.quantity is None and plural else [with_count(notice, chosen.quantity)]


def _counted_object(objects: list[Head]) -> Head:
    """Return what the damage is counted by: marks before things, what is hit before where it is."""
    marks = [h for h in objects if MARKS.match(h.noun)]
    stated = [h for h in (*marks, *objects) if h.stated]
    hit = [h for h in stated if not h.place]
    if not any(h.stated for h in marks):
        hit = [h for h in hit if h.quantity] or hit
    return next(iter(hit or stated or objects))


def _described_only(text: str) -> bool:
    """Return whether the words of fire only say what did the damage: 'caused by an explosion'."""
    return all(
        DID_IT.search(text[max(0, m.start() - 60) : m.start()])
        for m in COUNTED_CLASS.finditer(text)
    )


def _seen(text: str) -> str:
    if words.UAV.search(text):
        return "uav"
    if IMAGERY.search(text):
        return "optical"
    return "inspected" if SAW.search(text) else "reported"


def _singular(word: str) -> str:
    lower = word.lower()
    if lower.startswith("impact crater"):
        return "crater"
    if lower.endswith(("churches", "buses")):
        return lower[:-2]
    return lower[:-3] + "y" if lower.endswith("ies") else lower.removesuffix("s")
