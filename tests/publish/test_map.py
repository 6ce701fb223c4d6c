"""The map: a reader knows where he is, and nobody learns more than he may."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publish_world import DAY, SOURCES

from conftest import Built
from trucewatch.errors import ConfigError
from trucewatch.publish import Asked, Report, read_report, render
from trucewatch.publish.facts import RegionShape, Town
from trucewatch.publish.ground import _agreed, bounds_of
from trucewatch.publish.map_labels import Labels
from trucewatch.publish.map_plane import Plane, graticule
from trucewatch.publish.mapping import map_figure
from trucewatch.when import instant


def test_it_says_where_it_is(daily: Report) -> None:
    drawn = map_figure(daily).wide
    ElementTree.fromstring(drawn)
    degrees = re.findall(r">([\d.]+)\u00b0([NSEW])<", drawn)
    assert {side for _, side in degrees} == {"N", "E"}
    assert re.search(r">\d+ km<", drawn)
    assert ">N<" in drawn
    assert "Donetsk" in drawn


def test_towns_stand_apart_and_the_largest_is_named(daily: Report) -> None:
    region = daily.regions[0]
    towns = (
        Town(name="Large", lon=region.lon, lat=region.lat, population=900_000),
        Town(name="Suburb", lon=region.lon + 0.01, lat=region.lat, population=20_000),
        Town(name="Elsewhere", lon=region.lon + 40, lat=region.lat, population=900_000),
    )
    drawn = map_figure(replace(daily, towns=towns)).wide
    assert "Large" in drawn
    assert "Suburb" not in drawn
    assert "Elsewhere" not in drawn


def test_places_of_the_mission_come_first_and_wrong_ones_are_named(built: Built) -> None:
    own = [{"name": "Patrol <base>", "lon": 37.8, "lat": 48.0}]
    mission = replace(built.mission, options={"publish": {"places": own}})
    report = read_report(built.store, mission, day=DAY)
    assert report.towns[0].name == "Patrol <base>"
    assert "Patrol &lt;base&gt;" in str(render(report, "html"))
    wrong = replace(built.mission, options={"publish": {"places": [{"name": "x", "lon": 999}]}})
    with pytest.raises(ConfigError, match=r"options\.publish\.places"):
        read_report(built.store, wrong, day=DAY)


LINE = {
    "name": "line of contact", "in_force": {"from": "2015-02-19T00:00Z", "to": "2022-01-01T00:00Z"},
    "points": [{"at": [37.0, 47.0]}, {"at": [38.5, 48.5]}],
}  # fmt: skip


def test_an_agreements_line_is_drawn_while_in_force() -> None:
    text = json.dumps({"lines": [LINE]})
    assert [one.status for one in _agreed(text, instant("2021-03-05T18:00Z"))] == ["contact"]
    assert list(_agreed(text, instant("2022-03-05T18:00Z"))) == []
    disputed = json.dumps({"lines": [LINE | {"claimants": ["A", "B"]}]})
    assert [o.status for o in _agreed(disputed, instant("2021-03-05T18:00Z"))] == ["disputed"]


@pytest.mark.parametrize(
    "text",
    [None, "", "no json", "[]", '{"lines": 3}', '{"lines": [1, {"points": [{"at": ["a", 1]}]}]}',
     '{"lines": [{"points": [{"at": [1e999, 1]}, {"at": [2, 2]}], "name": "x"}]}',
     '{"lines": [{"sectors": [3], "points": 7}]}'],
)  # fmt: skip
def test_text_that_is_no_line_draws_none(text: str | None) -> None:
    assert list(_agreed(text, instant("2021-03-05T18:00Z"))) == []


def test_a_line_out_of_an_agreement_is_not_for_the_public(built: Built) -> None:
    built_for = Asked(sources=SOURCES, audience="public")
    public = read_report(built.store, built.mission, day=DAY, asked=built_for)
    assert all(line.is_published for line in public.lines)


@settings(deadline=None, max_examples=40)
@given(
    st.floats(-180, 180), st.floats(-89, 89), st.floats(0.1, 2000), st.sampled_from([340.0, 620.0])
)
def test_every_region_lies_within_its_map(
    lon: float, lat: float, radius_km: float, width: float
) -> None:
    region = RegionShape(id="r", name="R", lon=lon, lat=lat, radius_km=radius_km)
    bounds = bounds_of([region])
    assert bounds is not None
    plane = Plane.over(bounds, width)
    assert plane.shows(plane.xy(lon, lat))
    assert plane.height <= plane.width
    assert len(list(graticule(plane))) < 60


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 400)), max_size=40))
def test_no_two_names_stand_on_each_other(points: list[tuple[float, float]]) -> None:
    labels = Labels(600.0, 400.0)
    for point in points:
        labels.around(point, "a town", 11.0)
    taken = labels._taken
    for n, a in enumerate(taken):
        for b in taken[:n]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
