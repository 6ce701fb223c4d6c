"""What the pictures of warnings share: days laid out, lanes of alarms, odds in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from trucewatch import drawing as d
from trucewatch.drawing import Scale
from trucewatch.outcomes import OUTCOMES
from trucewatch.vocabulary import icd203_word
from trucewatch.warn.replay import Replay

Bools = NDArray[np.bool_]

COLOURS = dict(zip(OUTCOMES, ("collapse", "escalation", "erosion", "holding"), strict=True))
LABELS = {name: name.replace("_", " ") for name in OUTCOMES}
LEFT, RIGHT, TOP = 58.0, 14.0, 4.0
PLOT_PX, LANE_PX = 210.0, 23.0
# Counts up to this are drawn evenly, larger ones by their logarithm.
BEND = 3.0
# On a phone half the days are drawn, the newest.
NARROW_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of a replay's days laid out from left to right."""

    again: Replay
    first: int
    x: Scale

    @classmethod
    def last(cls, again: Replay, most: int, width: float) -> Days:
        """The newest days that a width has room for."""
        kept = most if width > d.NARROW else max(14, int(most * NARROW_SHARE))
        first = max(0, again.days - kept)
        return cls(again, first, Scale(0.0, again.days - first, LEFT, width - RIGHT))

    @property
    def day_px(self) -> float:
        """Width of a day."""
        return self.x.at(1.0) - self.x.at(0.0)

    def left(self, day: int) -> float:
        """Where a day begins."""
        return self.x.at(day - self.first)

    def middle(self, day: int) -> float:
        """Where a day's middle is."""
        return self.left(day) + self.day_px / 2

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.again.days))

    def runs(self, flags: Bools) -> list[tuple[float, float]]:
        """Stretches of flagged days, from edge to edge."""
        padded = np.diff(np.concatenate([[0], flags[self.first :].astype(np.int8), [0]]))
        ends = zip(np.flatnonzero(padded == 1), np.flatnonzero(padded == -1), strict=True)
        return [(self.x.at(float(a)), self.x.at(float(b))) for a, b in ends]

    def axis(self, y: float) -> list[str]:
        """The base line with its dates."""
        return d.time_axis(self.x, y, self.again.day(self.first))


@dataclass(frozen=True, slots=True)
class Lane:
    """Days of one kind in a strip under a picture."""

    name: str
    fill: str
    flags: Bools


def place_of(again: Replay, zone: int) -> str:
    """A zone as people read it: the mission's own sum is the whole mission."""
    last_of_several = zone % len(again.zones) == len(again.zones) - 1 > 0
    return "the whole mission" if last_of_several else _named(again.zones[zone])


def _named(zone: str) -> str:
    """A region's id as a name."""
    return zone[:1].upper() + zone[1:]


def day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def odds(chance: float) -> str:
    """A probability in ICD 203 words and in per cent: 'unlikely, 30%'; never 0 or 100%."""
    inside = min(0.9999, max(0.0001, chance))
    per_cent = "under 1%" if inside < 0.005 else "over 99%" if inside > 0.995 else f"{inside:.0%}"
    return f"{icd203_word(inside)}, {per_cent}"


def lanes_under(days: Days, lanes: Iterable[Lane], y: float) -> tuple[list[str], float]:
    """Strips of flagged days, each under its name; a lane without a day is left out."""
    parts = []
    for lane in lanes:
        runs = days.runs(lane.flags)
        if not runs:
            continue
        parts.append(d.words((LEFT, y + 9), lane.name, size=d.SMALL_PX))
        parts += [d.box((a, y + 12), (max(b, a + 1), y + 18), fill=lane.fill, mark="lane")
                  for a, b in runs]  # fmt: skip
        parts.append(d.line([(LEFT, y + 18), (days.x.end, y + 18)], "rule", width=1))
        y += LANE_PX
    return parts, y + 2


def upright(said: str, y: float) -> list[str]:
    drawn = d.words((0, 0), said, fill="soft", anchor="middle", size=d.SMALL_PX)
    return [f'<g transform="translate(10,{y:.1f}) rotate(-90)">{drawn}</g>']
