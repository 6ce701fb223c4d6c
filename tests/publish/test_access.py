"""What people with other eyes, or none, get: contrast, names of pictures, roles of tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trucewatch.publish
from trucewatch import drawing
from trucewatch.publish import Report, render

CSS = (Path(trucewatch.publish.__file__).parent / "templates" / "report.css").read_text("utf-8")
TEXT = ("ink", "soft", "link", "breach", "unsure", "clear")
# WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what a picture is read by.
MARKS = ("count", "span", "gap", "level", "collapse", "escalation", "erosion", "holding")


def theme(number: int) -> dict[str, str]:
    block = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[number]
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))


def light(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("number", [0, 1], ids=["light", "dark"])
def test_every_colour_stands_out(number: int) -> None:
    colours = theme(number)
    for name in TEXT:
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    for name in MARKS:
        for ground in ("paper", "land"):
            assert contrast(colours[name], colours[ground]) >= 3.0, (name, ground)


@pytest.mark.parametrize(("number", "palette"), [(0, drawing.PAPER), (1, drawing.NIGHT)])
def test_the_page_gives_the_drawings_colours_the_same_values(
    number: int, palette: dict[str, str]
) -> None:
    colours = theme(number)
    assert {name: colours[name] for name in palette} == palette


def test_pictures_and_tables_have_names_and_roles(daily: Report) -> None:
    page = str(render(daily, "html"))
    for svg in re.findall(r"<svg xmlns[^>]*>", page):
        assert 'role="img"' in svg
        assert re.search(r'aria-label="[^"]{8,}"', svg)
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert tables
    for table in tables:
        assert re.search(r"<caption>[^<]+", table)
        assert '<th scope="col"' in table
        assert ('role="cell"' in table) == ('role="table"' in table)
    for words in ("Discs are incidents", "no count: unknown"):
        assert words in page
