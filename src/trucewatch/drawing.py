"""Charts as SVG, drawn here: no browser, no script, nothing fetched, in colours a page can theme.

A figure is drawn twice, for a page and for a phone, so that its words keep their size. Colours
are named (`var(--ink)`): a page gives them their value, PAPER those of a white sheet. The four
outcomes follow Okabe and Ito, darkened to 3:1 on white; none is told by its colour alone.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

WIDE, NARROW = 620.0, 340.0
TEXT_PX, SMALL_PX = 12.0, 11.0
GLYPH = 0.56
PAPER = {
    "paper": "#ffffff", "ink": "#1c2530", "soft": "#5a6672", "rule": "#d5dbe1", "count": "#2f6690",
    "span": "#8a5a00", "gap": "#7d8791", "breach": "#a3271f", "unsure": "#8a5a00",
    "sea": "#eef2f5", "land": "#fdfdfb", "expected": "#9cc9e8", "level": "#0072b2",
    "collapse": "#c24e00", "escalation": "#a87400", "erosion": "#0072b2", "holding": "#00795a",
}  # fmt: skip
# The same names on a dark screen; the report's style sheet gives the same values.
NIGHT = {
    "paper": "#14181d", "ink": "#e4e8ec", "soft": "#9fabb7", "rule": "#353d46", "count": "#6fa8d4",
    "span": "#d9a441", "gap": "#8b96a1", "breach": "#f0887f", "unsure": "#d9a441",
    "sea": "#181e24", "land": "#20272e", "expected": "#2f5f80", "level": "#6fb7ec",
    "collapse": "#ff9159", "escalation": "#e8bd4a", "erosion": "#6fb7ec", "holding": "#4fcba0",
}  # fmt: skip
_NAMED = re.compile(r"var\(--([a-z]+)\)")
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 600)
TICK_PX = 74.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, which says the answer, and notes on how to read it.

    wide, narrow: the same facts as SVG for a page and for a phone.
    """

    title: str
    notes: tuple[str, ...]
    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Values onto pixels, kept within both ends. bend 0: evenly; else evenly up to it, then by
    the logarithm, so that zero and thousands show alike."""

    low: float
    high: float
    start: float
    end: float
    bend: float = 0.0

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self._bent(self.low), self._bent(self.high)
        share = (self._bent(value) - low) / (high - low) if high > low else 0.5
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))

    def _bent(self, value: float) -> float:
        return math.log1p(max(0.0, value) / self.bend) if self.bend else value


def figure(
    title: str, notes: Iterable[str], draw: Callable[[float], tuple[float, Sequence[str]]]
) -> Figure:
    """Return a figure. draw: a width in pixels to (height, fragments of SVG)."""
    wide, narrow = (_svg(title, width, *draw(width)) for width in (WIDE, NARROW))
    return Figure(title, tuple(note for note in notes if note), wide, narrow)


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:.0f}" '
        f'font-family="system-ui, DejaVu Sans, Arial, sans-serif" font-size="{TEXT_PX:g}" '
        f'role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        + "".join(parts) + "</svg>"
    )  # fmt: skip


def on_paper(svg: str) -> str:
    """Return a drawing with the colours of a white sheet in place of the page's."""
    return _NAMED.sub(lambda m: PAPER[m[1]], svg)


def standalone(drawn: Figure) -> str:
    """Return a figure as an SVG file of its own: title, drawing and notes on white."""
    title = textwrap.wrap(drawn.title, 72)
    notes = [line for note in drawn.notes for line in textwrap.wrap(note, 98)]
    view = re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', drawn.wide)
    inner, top = float(view[1]) if view else 0.0, 20.0 * len(title) + 10
    height = top + inner + 16 * len(notes) + 14
    head = [words((8, 20 + 20 * n), line, size=15, weight=600) for n, line in enumerate(title)]
    foot = [words((8, top + inner + 16 * (n + 1)), line, fill="soft", size=SMALL_PX)
            for n, line in enumerate(notes)]  # fmt: skip
    inside = drawn.wide.replace("<svg ", f'<svg y="{top:g}" width="{WIDE:g}" height="{inner:g}" ')
    page = box((0, 0), (WIDE, height), fill="paper")
    return on_paper(_svg(drawn.title, WIDE, height, [page, *head, inside, *foot])).replace(
        "<svg ", f'<svg width="{WIDE:g}" height="{height:.0f}" ', 1
    )


_ALBUM_STYLE = (
    ":root{color-scheme:light dark;%s}@media(prefers-color-scheme:dark){:root{%s}}"
    "body{margin:1.2rem auto;max-width:84rem;padding:0 1rem;background:var(--paper);"
    "color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%%,30rem),1fr));"
    "gap:1rem 2.2rem}figure{margin:0}figure p{font-weight:650;margin:0}svg{width:100%%;height:auto}"
    "figcaption{color:var(--soft);font-size:.9em}.at-narrow{display:none}"
    "@media(max-width:40rem){.at-wide{display:none}.at-narrow{display:block}}"
)


def album(title: str, figures: Iterable[Figure]) -> str:
    """Return one page that holds figures side by side; no script, nothing fetched."""
    light, dark = (";".join(f"--{name}:{value}" for name, value in theme.items())
                   for theme in (PAPER, NIGHT))  # fmt: skip
    shown = "".join(
        f'<figure><p>{escape(one.title)}</p><div class="at-wide">{one.wide}</div>'
        f'<div class="at-narrow">{one.narrow}</div>'
        f"<figcaption>{escape(' '.join(one.notes))}</figcaption></figure>"
        for one in figures
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_ALBUM_STYLE % (light, dark)}</style></head>"
        f"<body><h1>{escape(title)}</h1><main>{shown}</main></body></html>\n"
    )


def colour(name: str) -> str:
    """Return a named colour as the page gives it its value."""
    return f"var(--{name})"


def words(
    at: Point, text: str, *, fill: str = "ink", anchor: str = "start", size: float = TEXT_PX,
    weight: int = 400,
) -> str:  # fmt: skip
    """Return text at a point of its base line. Its rim keeps it legible over lines."""
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" fill="{colour(fill)}" text-anchor="{anchor}" '
        f'font-size="{size:g}"{heavy} paint-order="stroke" stroke="{colour("paper")}" '
        f'stroke-width="3" stroke-linejoin="round">{escape(text)}</text>'
    )


def width_of(text: str, size: float = TEXT_PX) -> float:
    """Return about how wide a text is in pixels, on the side of too wide."""
    return GLYPH * size * len(text)


def line(points: Iterable[Point | None], stroke: str, *, width: float = 2.0, dash: str = "") -> str:
    """Return a line through points; None breaks it. A point between two breaks becomes a dot."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    drawn = "".join("M" + "L".join(_xy(p) for p in (run if len(run) > 1 else run * 2))
                    for run in runs if run)  # fmt: skip
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{drawn}" fill="none" stroke="{colour(stroke)}" stroke-width="{width:g}" '
        f'stroke-linejoin="round" stroke-linecap="{"butt" if dash else "round"}"{dashed}/>'
    )


def steps(days: Sequence[Point | None], day_px: float) -> list[Point | None]:
    """Return the points of a line that holds each value from its day to the next."""
    held: list[Point | None] = []
    for point in days:
        held += [point, (point[0] + day_px, point[1])] if point else [None]
    return held


def area(upper: Sequence[Point], lower: Sequence[Point], fill: str, opacity: float) -> str:
    """Return the area between two lines of points from left to right."""
    if not upper:
        return ""
    around = "L".join(_xy(p) for p in [*upper, *reversed(lower)])
    return f'<path d="M{around}Z" fill="{colour(fill)}" fill-opacity="{opacity:g}"/>'


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def box(
    corner: Point, across: Point, *, fill: str, opacity: float = 1.0, dashed: bool = False,
    mark: str = "",
) -> str:  # fmt: skip
    """Return a box between two corners; dashed: with a rim, its fill faint. mark: its class."""
    (x, y), (x2, y2) = corner, across
    left, top = min(x, x2), min(y, y2)
    rim = f' stroke="{colour(fill)}" stroke-width="1.2" stroke-dasharray="3 2"' if dashed else ""
    named = f' class="{mark}"' if mark else ""
    return (
        f'<rect{named} x="{left:.1f}" y="{top:.1f}" width="{abs(x2 - x):.1f}" '
        f'height="{abs(y2 - y):.1f}" fill="{colour(fill)}" fill-opacity="{opacity:g}"{rim}/>'
    )


def dot(x: float, y: float, r: float, fill: str, *, mark: str = "", hollow: bool = False) -> str:
    """Return a disc, or a ring where hollow. mark: its class."""
    named = f' class="{mark}"' if mark else ""
    inside = colour("paper") if hollow else colour(fill)
    return (
        f'<circle{named} cx="{x:.1f}" cy="{y:.1f}" r="{r:g}" fill="{inside}" '
        f'stroke="{colour(fill)}" stroke-width="1.5"/>'
    )


def diamond(x: float, y: float, r: float, fill: str) -> str:
    """Return a diamond, which differs from a dot without its colour."""
    return (
        f'<path d="M{x:.1f},{y - r:.1f}L{x + r:.1f},{y:.1f}L{x:.1f},{y + r:.1f}'
        f'L{x - r:.1f},{y:.1f}Z" fill="{colour(fill)}" class="above"/>'
    )


def legend(y: float, width: float, entries: Sequence[tuple[str, str]]) -> tuple[list[str], float]:
    """Return rows of (mark, words) that fit a width, and the y below. A mark is drawn about 0,0."""
    parts, x = [], 4.0
    for mark, said in entries:
        wide = 24 + width_of(said, SMALL_PX)
        if x > 4 and x + wide > width:
            x, y = 4.0, y + 17
        parts.append(f'<g transform="translate({x + 8:.1f},{y + 7:.1f})">{mark}</g>')
        parts.append(words((x + 20, y + 11), said, size=SMALL_PX))
        x += wide + 10
    return parts, y + 19


def grid(scale: Scale, x: float, x2: float, ticks: Iterable[tuple[float, str]]) -> list[str]:
    """Return level rules from x to x2 with their labels to the left."""
    parts = []
    for value, label in ticks:
        y = scale.at(value)
        parts.append(line([(x, y), (x2, y)], "rule", width=1))
        parts.append(words((x - 6, y + 4), label, fill="soft", anchor="end", size=SMALL_PX))
    return parts


def count_ticks(high: float) -> list[tuple[float, str]]:
    """Return ticks for counts of 0 to `high` on a bent scale."""
    known = [0, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 1_000_000, 10_000_000]
    kept = [value for value in known if value <= high] or [0]
    every = max(1, math.ceil(len(kept) / 6))
    # The largest stays, and zero always.
    shown = sorted({0, *kept[::-every]})
    return [(float(v), f"{v:,}") for v in shown]


def even_ticks(high: float, wanted: int = 4) -> list[tuple[float, str]]:
    """Return round ticks from 0 that end at or above `high`."""
    rough = max(high, 1e-9) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    count = math.ceil(high / step - 1e-9)
    return [(n * step, f"{n * step:,.10g}") for n in range(max(1, count) + 1)]


def time_axis(scale: Scale, y: float, first: date) -> list[str]:
    """Return the base line of days with ticks at weeks, months or years. scale: days from first."""
    parts = [line([(scale.start, y), (scale.end, y)], "soft", width=1)]
    ticks = _day_ticks(scale, first)
    for n, (day, label) in enumerate(ticks):
        x = scale.at((day - first).days)
        parts.append(line([(x, y), (x, y + 4)], "soft", width=1))
        # The first label needs the year; so does the first of each year.
        is_new = n == 0 or ticks[n - 1][0].year < day.year
        named = f"{label} {day.year}" if is_new and not label.isdigit() else label
        half = width_of(named, SMALL_PX) / 2
        at = min(max(x, half + 2), scale.end + 14 - half)
        parts.append(words((at, y + 17), named, fill="soft", anchor="middle", size=SMALL_PX))
    return parts


def _day_ticks(scale: Scale, first: date) -> list[tuple[date, str]]:
    days = int(scale.high - scale.low)
    most = max(2, int((scale.end - scale.start) / TICK_PX))
    for step in DAY_STEPS:
        if days / step <= most:
            skip = (-first.weekday()) % 7 if step >= 7 else 0
            found = [first + timedelta(days=n) for n in range(skip, days + 1, step)]
            return [(day, f"{day.day} {day:%b}") for day in found]
    for months in MONTH_STEPS:
        if days / (30.44 * months) <= most:
            named = "%Y" if months >= 12 else "%b"
            return [(day, f"{day:{named}}") for day in _months(first, days, months)]
    return []


def _months(first: date, days: int, step: int) -> list[date]:
    last = first + timedelta(days=days)
    found: list[date] = []
    at = first.year * 12 + first.month - 1
    at += (-at) % step
    while True:
        day = date(at // 12, at % 12 + 1, 1)
        if day > last:
            return found
        if day >= first:
            found.append(day)
        at += step
