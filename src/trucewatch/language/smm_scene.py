"""Where the monitors stood in a sentence: place, control side, instrument, region."""

# ruff: noqa: E501 - patterns read better unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from trucewatch.language import smm_words as words
from trucewatch.language.places import PlaceMention
from trucewatch.where import Region

NAME_PART = re.compile(
    r"(?:the\s+)?(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|SMM|OSCE)\b)[A-Z][\w'.-]*(?:\s+(?:[A-Z][\w'.-]*|of|on|mine|station|bridge|village|city|checkpoint|school))*"
)
NAME_AFTER = re.compile(
    rf"\s*(?:the\s+)?(?:[a-z-]+\s+(?:edge|part|outskirts|side)\s+of\s+)?({NAME_PART.pattern})"
)
BRACKETS = re.compile(r"\s*\(([^()]{0,160})\)")
LINKS = re.compile(
    r"(?:\s*\([^()]{0,160}\))?\s*(?:,\s*(?:and\s+)?|\s+and\s+|;\s*)(?:(?:in|at|near|on)\s+)?(?:the\s+)?"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where observers stood. own: whether the sentence itself says so (else carried over)."""

    place_name: str | None = None
    place_id: str | None = None
    region: Region | None = None
    precision: str = "unknown"
    control: str | None = None
    means: str | None = None
    observer: str = "SMM"
    own: bool = False

    def each(self, folded: str, mentions: list[PlaceMention]) -> Iterator[Scene]:
        """Yield one scene for each place of a list: 'cameras in A, B and at C'."""
        if not self.own or self.place_name is None:
            yield self
            return
        at = folded.find(self.place_name) + len(self.place_name)
        yield self
        link = LINKS.match(folded, at)
        while link:
            scene = _at(folded, link.end(), mentions)
            if scene is None or link.end() <= at:
                return
            at = folded.find(scene.place_name or "", link.end()) + len(scene.place_name or "")
            yield replace(scene, means=self.means, observer=f"SMM camera at {scene.place_name}")
            link = LINKS.match(folded, at)


def scene_of(folded: str, mentions: list[PlaceMention], before: Scene | None) -> Scene:
    """Return where the observers of a sentence stood; carried over where it says 'the same place'."""
    means = _instrument(folded)
    for match in words.POSITION.finditer(folded):
        if _is_other(folded, match):
            continue
        scene = _at(folded, match.end(), mentions)
        if scene is not None:
            return replace(scene, means=means, observer=_observer(means, scene.place_name))
    if before is not None and (
        words.SAME_POSITION.search(folded)
        or re.match(
            r"(?:It|The (?:SMM|patrol|camera)|The Mission) (?:also|then|later|further)\b", folded
        )
    ):
        return replace(before, own=False, means=means or before.means)
    return Scene(means=means, observer=_observer(means, None))


def _is_other(folded: str, match: re.Match[str]) -> bool:
    """Return whether a bare 'near' or 'in' opens something else than a position: 'in sequence'."""
    following = folded[match.end() : match.end() + 24]
    return bool(
        re.match(
            r"sequence|flight|violation|the (?:previous|reporting)|total|Donetsk region|Luhansk region",
            following,
        )
        or re.search(
            r"\bregions?\b",
            folded[match.end() : match.end() + 40]
            .split(",", maxsplit=1)[0]
            .split("(", maxsplit=1)[0],
        )
    )


def _instrument(folded: str) -> str | None:
    if words.CAMERA.search(folded) and not re.search(
        r"\b(?:towards?|at) (?:the |an )?SMM camera\b[^.]*\bheard\b", folded
    ):
        return "recorded"
    if words.UAV.search(folded):
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
    named = NAME_AFTER.match(folded, start)
    offset = next(
        (
            m
            for m in mentions
            if start <= m.end
            and m.start <= start + 40
            and m.region
            and "km from" in m.grounds
            and m.role == "place"
        ),
        None,
    )
    if named is None and offset is None:
        return None
    name = (
        named.group(1).strip().removeprefix("the ") if named else str(offset.text if offset else "")
    )
    end = named.end() if named else (offset.end if offset else start)
    brackets = BRACKETS.match(folded, end)
    inner = brackets.group(1) if brackets else ""
    mention = _mention_of(name, named.start(1) if named else start, end, mentions)
    if mention is None and brackets:
        mention = next(
            (
                m
                for m in mentions
                if brackets.start() <= m.start < brackets.end()
                and m.region
                and "km from" in m.grounds
            ),
            None,
        )
    if mention is None and offset is not None:
        mention = offset
    if mention is None and not brackets:
        return None
    return _scene(name, mention, inner)


def _mention_of(
    name: str, start: int, end: int, mentions: list[PlaceMention]
) -> PlaceMention | None:
    """Return the mention that is the whole name: 'Donetsk' is not 'Donetsk Filtration Station'."""
    for m in mentions:
        if start - 4 <= m.start < end and m.role in ("place", "sector"):
            rest = name.replace(m.text, "", 1).strip(" .")
            if not rest or rest in ("city", "village", "town"):
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
