"""Where words stand on the map: beside what they name, and not on each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trucewatch.drawing import Point, width_of

Box = tuple[float, float, float, float]


class Labels:
    """Keeps the room that words and marks take up on a plane of width x height pixels."""

    def __init__(self, width: float, height: float) -> None:
        self._edge = (0.0, 0.0, width, height)
        self._taken: list[Box] = []
        self._marks: list[Point] = []

    def mark(self, points: Iterable[Point]) -> None:
        """Name points that words should leave free, such as a line's or an incident's."""
        self._marks.extend(points)

    def around(self, at: Point, text: str, size: float) -> tuple[Point, str] | None:
        """Return (base line point, anchor) beside a point where nothing stands, or None."""
        wide = width_of(text, size)
        for (dx, dy), anchor in _BESIDE:
            x, y = at[0] + dx, at[1] + dy
            left = x - (wide if anchor == "end" else wide / 2 if anchor == "middle" else 0)
            box = (left - 2, y - size, left + wide + 2, y + 3)
            if self._is_free(box):
                self._taken.append(box)
                return (x, y), anchor
        return None

    def within(self, area: Box, lines: Sequence[str], size: float) -> Point:
        """Return the middle of a first base line inside an area, where it covers least.

        Words of a region must stand somewhere: where all places are taken, on the least.
        """
        wide, high = max(width_of(text, size) for text in lines), 15.0 * len(lines)
        best, least = ((area[0] + area[2]) / 2, (area[1] + area[3]) / 2), float("inf")
        for middle, top in _over(area, high):
            box = (middle - wide / 2 - 2, top, middle + wide / 2 + 2, top + high)
            if (cost := self._cost(box)) < least:
                best, least = (middle, top + size), cost
        top = best[1] - size
        self._taken.append((best[0] - wide / 2 - 2, top, best[0] + wide / 2 + 2, top + high))
        return best

    def _is_free(self, box: Box) -> bool:
        return (
            _inside(box, self._edge)
            and not any(_meet(box, other) for other in self._taken)
            and not any(_holds(box, point) for point in self._marks)
        )

    def _cost(self, box: Box) -> float:
        outside = 0.0 if _inside(box, self._edge) else 1000.0
        words = sum(100.0 for other in self._taken if _meet(box, other))
        return outside + words + sum(_holds(box, point) for point in self._marks)


_BESIDE = (
    ((7.0, 4.0), "start"), ((-7.0, 4.0), "end"), ((0.0, -7.0), "middle"), ((0.0, 15.0), "middle"),
    ((6.0, -5.0), "start"), ((6.0, 13.0), "start"), ((-6.0, -5.0), "end"), ((-6.0, 13.0), "end"),
)  # fmt: skip


def _over(area: Box, high: float) -> Iterator[Point]:
    """Middles and tops over an area, its middle first."""
    west, north, east, south = area
    for down in (0.5, 0.35, 0.65, 0.2, 0.8, 0.08, 0.92):
        for across in (0.5, 0.35, 0.65, 0.2, 0.8):
            yield west + across * (east - west), north + down * (south - north) - high / 2


def _inside(box: Box, edge: Box) -> bool:
    return box[0] >= edge[0] and box[1] >= edge[1] and box[2] <= edge[2] and box[3] <= edge[3]


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _holds(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
