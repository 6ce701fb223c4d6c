"""An incident stands under one region: the report's and the finding's are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from trucewatch.agreements.acts import Evidence, Setting, gather
from trucewatch.agreements.load import read_agreement
from trucewatch.mission import NamedRegion
from trucewatch.publish.placing import Placer
from trucewatch.where import Region

START = datetime(2021, 6, 1, tzinfo=UTC)
GRID = st.integers(-4, 4).map(lambda n: n / 4)
# Lines of the grid are rims, and its points lie midway: ties and overlaps are the rule.
SHAPE = st.tuples(GRID, GRID, st.sampled_from([30.0, 60.0, 120.0]), st.booleans())
POINT = st.tuples(
    GRID, GRID, st.sampled_from([0.5, 9.9, 10.0, 40.0]),
    st.sampled_from(["R0", "the first", "Nowhere", None]), st.booleans(),
)  # fmt: skip


def named(number: int, lon: float, lat: float, radius_km: float, drawn: bool) -> NamedRegion:
    half = 0.25 if radius_km < 50 else 0.75
    wkt = box(lon - half, 48 + lat - half, lon + half, 48 + lat + half).wkt if drawn else None
    # The names fall the other way than the order, which alone decides between equals.
    return NamedRegion(
        f"R{9 - number}", f"Region {number}", Region(lon, 48 + lat, radius_km, wkt),
        ("the first",) if number == 0 else (),
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(SHAPE, min_size=1, max_size=5), st.lists(POINT, min_size=1, max_size=12))
def test_report_and_finding_put_an_incident_in_one_region(shapes, points):
    regions = [named(n, *shape) for n, shape in enumerate(shapes)]
    rows = [
        {"incident_id": f"inc-{n:03}", "kind": "explosion", "start_utc": START, "end_utc": START,
         "lon": None if lost else lon, "lat": None if lost else 48 + lat, "radius_km": radius_km,
         "place_name": name}
        for n, (lon, lat, radius_km, name, lost) in enumerate(points)
    ]  # fmt: skip
    window = (START - timedelta(hours=1), START + timedelta(hours=1))
    acts = gather(read_agreement("minsk"), Evidence(rows), Setting([window], regions))
    found = {i: regions[r].id if r >= 0 else None
             for i, r in zip(acts.ids.tolist(), acts.region.tolist(), strict=True)}  # fmt: skip
    reported = Placer(regions).each(
        (row["lon"], row["lat"], row["radius_km"], row["place_name"]) for row in rows
    )
    assert reported == [found[row["incident_id"]] for row in rows]


def test_midway_between_two_the_first_named_has_it():
    two = [named(0, -1.0, 0.0, 120.0, False), named(1, 1.0, 0.0, 120.0, False)]
    here = (0.0, 48.0, 0.5, None)
    assert Placer(two).each([here]) == [two[0].id]
    assert Placer(two[::-1]).each([here]) == [two[1].id]
    assert Placer([]).each([here]) == [None]
