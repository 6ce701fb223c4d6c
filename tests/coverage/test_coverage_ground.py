"""Light, lattices, detection figures and weather: the ground coverage stands on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from coverage_given import LAT, LON, zone
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.coverage.detection import Sight, read_detection, stated_sight
from trucewatch.coverage.lattice import lattice
from trucewatch.coverage.light import daylight_share, solar_elevation_deg
from trucewatch.coverage.weather import clouds, read_weather
from trucewatch.errors import ConfigError
from trucewatch.mission import Mission
from trucewatch.when import MissionClock
from trucewatch.where import Region, distance_km


def elevation(lon: float, lat: float, moment: datetime) -> float:
    stamp = np.array([moment.timestamp()])
    return float(solar_elevation_deg(np.array([lon]), np.array([lat]), stamp)[0])


@pytest.mark.parametrize(
    ("lon", "lat", "moment", "expected"),
    [
        # Noon at the solstices: 90 - latitude -/+ 23.44; the equation of time shifts the hour.
        (30.52, 50.45, datetime(2021, 6, 21, 10, 0, tzinfo=UTC), 62.99),
        (30.52, 50.45, datetime(2021, 12, 21, 9, 56, tzinfo=UTC), 16.11),
        # Sunrise in Kyiv on 20 Mar 2021, 06:04 local (UTC+2): at the horizon.
        (30.52, 50.45, datetime(2021, 3, 20, 4, 5, tzinfo=UTC), 0.0),
        (0.0, 0.0, datetime(2024, 3, 20, 12, 7, tzinfo=UTC), 90.0),
        (0.0, -33.0, datetime(2024, 12, 21, 11, 58, tzinfo=UTC), 80.44),
        (37.8, 48.2, datetime(2021, 6, 21, 21, 31, tzinfo=UTC), -18.36),
    ],
)
def test_sun_stands_where_the_almanac_says(
    lon: float, lat: float, moment: datetime, expected: float
) -> None:
    assert elevation(lon, lat, moment) == pytest.approx(expected, abs=0.8)


def test_daylight_falls_from_horizon_to_civil_twilight() -> None:
    share = daylight_share(np.array([30.0, 0.0, -3.0, -6.0, -40.0]))
    assert share.tolist() == [1.0, 1.0, 0.5, 0.0, 0.0]


def test_disc_points_stand_for_equal_area() -> None:
    points = lattice(Region(LON, LAT, 100), 2000)
    assert points.cell_km2 * 2000 == pytest.approx(np.pi * 100**2, rel=1e-3)
    inner = [distance_km(LON, LAT, x, y) <= 50 for x, y in zip(points.lon, points.lat, strict=True)]
    assert np.mean(inner) == pytest.approx(0.25, abs=0.01)
    assert (np.diff(points.lat) >= 0).all()


@pytest.mark.parametrize("wkt", [
    "POLYGON((37 48, 39 48, 39 49, 37 49, 37 48))",
    "POLYGON((37 48, 39 48, 37 49, 37 48))",
    "MULTIPOLYGON(((37 48, 38 48, 38 49, 37 49, 37 48)), ((39 48, 40 48, 40 49, 39 49, 39 48)))",
])  # fmt: skip
def test_polygon_points_lie_inside_and_keep_the_area(wkt: str) -> None:
    import shapely
    from pyproj import Geod

    points = lattice(Region(38, 48.5, polygon_wkt=wkt), 1000)
    shape = shapely.from_wkt(wkt)
    assert shapely.contains_xy(shape, points.lon, points.lat).all()
    area_km2 = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6
    assert points.cell_km2 * len(points.lon) == pytest.approx(area_km2, rel=0.03)
    assert 700 < len(points.lon) < 1400


@pytest.mark.parametrize("wkt", ["POINT(1 2)", "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))", "no", "",
                                 "POLYGON EMPTY"])  # fmt: skip
def test_what_is_no_polygon_is_refused(wkt: str) -> None:
    with pytest.raises(ValueError):
        lattice(Region(0, 0, polygon_wkt=wkt or " "), 10)


@settings(deadline=None, max_examples=25)
@given(st.floats(-179, 179), st.floats(-85, 85), st.floats(0.1, 300), st.integers(1, 300))
def test_disc_points_never_leave_the_disc(lon: float, lat: float, km: float, n: int) -> None:
    points = lattice(Region(lon, lat, km), n)
    far = max(distance_km(lon, lat, x, y) for x, y in zip(points.lon, points.lat, strict=True))
    assert far <= km * 1.01
    assert len(points.lon) == n


def test_every_figure_of_the_library_has_a_source() -> None:
    figures = read_detection()
    sights = [sight for means in figures.means.values() for sight in means.sees.values()]
    assert len(sights) > 40
    assert all(sight.source for sight in sights)
    assert {"fire", "explosion", "movement", "holdings", "damage"} <= set(figures.row_kinds)


def test_a_missions_own_figures_may_leave_the_rest_to_the_library(tmp_path: Path) -> None:
    path = tmp_path / "detection.yaml"
    path.write_text("means: {patrol: {sees: {fire: {p: 0.7, source: trials}}}}\n")
    figures = read_detection(path)
    assert figures.own == read_detection().own
    assert figures.dependence == read_detection().dependence == 0.25
    assert set(figures.means) == {"patrol"}
    path.write_text(
        "own: {}\ndependence: {phi: 0}\nmeans: {patrol: {sees: {fire: {p: 0.7, source: trials}}}}\n"
    )
    assert read_detection(path).row_kinds == ("fire",)


def test_a_kind_falls_back_on_its_family_and_fire_is_the_family() -> None:
    figures = read_detection()
    assert figures.row_kind("explosion") == "explosion"
    assert figures.row_kind("burst") == "fire"
    assert figures.row_kind("fire") == "thermal"
    assert figures.row_kind("protest") is None
    assert figures.sight("recorded", "explosion") == figures.sight("recorded", "fire")
    assert figures.sight("thermal", "movement") is None
    assert figures.sight("reported", "fire") is None


def test_faults_of_figures_are_listed_together_with_lines(tmp_path: Path) -> None:
    path = tmp_path / "detection.yaml"
    path.write_text(
        "own: {access: {p: 5, source: x}}\nmeans:\n  patrol:\n    cloud: 3\n"
        "    sees:\n      fire: {p: 2}\n"
        "      ghosts: {p: 0.5, source: x}\n  telepathy:\n    sees: {}\n"
    )
    with pytest.raises(ConfigError) as caught:
        read_detection(path)
    lines = {fault.line for fault in caught.value.faults}
    assert len(caught.value.faults) == 6
    assert {1, 4, 6, 7, 8} <= lines


@pytest.mark.parametrize(("text", "p"), [
    (None, 0.5), ("", 0.5), ('{"*": 0.9}', 0.9), ('{"fire": {"p": 0.2}}', 0.2),
    ('{"shot": 0.1, "fire": 0.3}', 0.3), ('{"air": 0.1}', 0.5),
])  # fmt: skip
def test_a_watch_may_state_its_own_detection(text: str | None, p: float) -> None:
    sight = stated_sight(text, "explosion", Sight(0.5))
    assert sight is not None
    assert sight.p == p


@pytest.mark.parametrize("text", ["{", "[1]", '{"*": 7}', '{"*": "high"}', '{"*": {"p": -1}}',
                                  '{"*": {"p": 1, "sigma_km": 0}}', "[" * 100_000])  # fmt: skip
def test_detection_that_cannot_be_read_has_no_power(text: str) -> None:
    assert stated_sight(text, "explosion", Sight(0.5)) is None


def mission(root: Path) -> Mission:
    from zoneinfo import ZoneInfo

    return Mission(root, "m", "m", MissionClock(ZoneInfo("Europe/Kyiv")), "received", (),
                   (zone(), zone(zone_id="south")), (), ())  # fmt: skip


def test_weather_is_read_by_name_and_local_day(tmp_path: Path) -> None:
    path = tmp_path / "sky.csv"
    path.write_text("region,day,cloud_share\nNorth,2021-06-01,0.25\nelsewhere,2021-06-01,1\n"
                    "south,2021-06-02,\n")  # fmt: skip
    assert clouds(read_weather(path), mission(tmp_path), path) == {
        ("north", date(2021, 6, 1)): 0.25
    }


@pytest.mark.parametrize(
    "line", ["north,2021-06-01,80", "north,yesterday,0.5", "north,2021-06-01,-0.1"]
)
def test_weather_in_per_cent_or_without_a_day_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "sky.csv"
    path.write_text(f"region,day,cloud_share\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        clouds(read_weather(path), mission(tmp_path), path)
    assert caught.value.faults[0].line == 2


def test_weather_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sky.csv"
    path.write_text("oblast,day\nnorth,2021-06-01\n")
    with pytest.raises(ConfigError, match="no column region, cloud_share"):
        read_weather(path)
    with pytest.raises(ConfigError):
        read_weather(tmp_path / "absent.csv")


def test_rows_as_plain_arrow_serve_too(tmp_path: Path) -> None:
    rows = pa.table({"region": ["north"], "day": [date(2021, 6, 1)], "cloud_share": [1.0]})
    assert clouds(rows, mission(tmp_path)) == {("north", date(2021, 6, 1)): 1.0}
