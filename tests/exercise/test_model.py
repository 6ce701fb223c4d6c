"""What the synthetic truce is made of: geometry, clusters, observers, spoilers, episodes."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch import where
from trucewatch.exercise import ExerciseOptions
from trucewatch.exercise.evenings import evenings_of
from trucewatch.exercise.following import collapse_table, outcome_table
from trucewatch.exercise.ground import apart, arms, moved
from trucewatch.exercise.happen import DEMINING, FIRE
from trucewatch.exercise.plan import BUILD_UP, OFFENSIVE, PEAK, plan_for
from trucewatch.exercise.posts import WORKING
from trucewatch.exercise.rows import KIND, MEAN, STREAM, size, taken
from trucewatch.exercise.stream import Drawn, Exercise, exercise_for, spans
from trucewatch.exercise.tables import located
from trucewatch.exercise.truth import new_tally

OPTIONS = ExerciseOptions(days=40, observations=8000, seed=3)


@pytest.fixture(scope="module")
def made() -> Exercise:
    return exercise_for(OPTIONS)


@pytest.fixture(scope="module")
def drawn(made: Exercise) -> list[Drawn]:
    return list(made.stream())


@given(
    st.floats(-58, -20), st.floats(44.4, 45.6), st.floats(-30, 30), st.floats(-30, 30)
)  # fmt: skip
@settings(deadline=None, max_examples=50)
def test_kilometres_are_those_of_the_ellipsoid(
    lon: float, lat: float, east: float, north: float
) -> None:
    there = moved(np.array([lon]), np.array([lat]), east, north)
    real = where.distance_km(lon, lat, float(there[0][0]), float(there[1][0]))
    assert real == pytest.approx(np.hypot(east, north), rel=2e-3, abs=0.005)
    back = apart(lon, lat, *there)
    assert (back[0][0], back[1][0]) == pytest.approx((east, north), abs=1e-6)


def test_places_by_range_and_bearing_follow_the_common_rule(drawn: list[Drawn]) -> None:
    reports = drawn[0].reports
    ranged = taken(reports, np.flatnonzero(~np.isnan(reports["bearing_deg"]))[:40])
    lon, lat, radius = located(ranged)
    for n in range(size(ranged)):
        region = where.region_from_observer(
            *(float(ranged[name][n]) for name in (
                "observer_lon", "observer_lat", "bearing_deg", "range_low_km", "range_high_km"))
        )  # fmt: skip
        assert where.distance_km(region.lon, region.lat, lon[n], lat[n]) < 0.05
        assert radius[n] == pytest.approx(region.radius_km)


def test_rows_are_about_as_many_as_asked(drawn: list[Drawn]) -> None:
    rows = sum(size(d.reports) for d in drawn)
    assert rows == pytest.approx(OPTIONS.observations, rel=0.1)


def test_scenes_cover_every_day_once_and_no_scene_straddles_a_month() -> None:
    options = ExerciseOptions(days=400, observations=400_000, seed=0)
    days = [day for first, last in spans(options) for day in range(first, last)]
    assert days == list(range(400))
    first = np.datetime64(options.first_day)
    for start, end in spans(options):
        months = {str((first + day).astype("datetime64[M]")) for day in range(start, end)}
        assert len(months) == 1


def test_incidents_cluster_in_time_and_space(drawn: list[Drawn]) -> None:
    """More neighbours within 1 h and 2 km than the same incidents with their days shuffled."""
    start = np.concatenate([d.happened.start_s for d in drawn])
    lon, lat = (np.concatenate([getattr(d.happened, n) for d in drawn]) for n in ("lon", "lat"))
    rng = np.random.default_rng(0)
    other = start + rng.integers(-10, 11, len(start)) * 86_400

    def neighbours(seconds: np.ndarray) -> int:
        order = np.argsort(seconds)
        x, y, t = lon[order], lat[order], seconds[order]
        found = 0
        for lag in range(1, 15):
            near = np.hypot(*apart(x[:-lag], y[:-lag], x[lag:], y[lag:])) < 2
            found += int((near & (t[lag:] - t[:-lag] < 3600)).sum())
        return found

    assert neighbours(start) > 2 * neighbours(other)


def test_night_holds_the_share_of_fire_it_should(made: Exercise, drawn: list[Drawn]) -> None:
    hour = np.concatenate([d.happened.start_s[d.happened.special == FIRE] for d in drawn]) % 86_400
    night = ((hour < 6 * 3600) | (hour >= 18 * 3600)).mean()
    assert made.dials.night_share - 0.1 < night < made.dials.night_share + 0.1


def test_direct_observers_report_only_while_their_watch_works(drawn: list[Drawn]) -> None:
    for d in drawn[:2]:
        direct = (d.reports["stream"] == STREAM["field"]) & ~d.reports["is_null"]
        fire = taken(d.reports, direct & (d.reports["label"] < 1 << 40))
        start = {int(n): s for n, s in zip(d.happened.number, d.happened.start_s, strict=True)}
        up = d.posts.taken(d.posts.status == WORKING)
        for observer, label in zip(fire["observer"][:300], fire["label"][:300], strict=True):
            mine = up.observer == observer
            when = start[int(label)]
            assert ((up.start_s[mine] <= when) & (when < up.end_s[mine])).any()


def test_a_null_observation_means_that_the_watch_noticed_nothing(drawn: list[Drawn]) -> None:
    for d in drawn:
        null = taken(d.reports, d.reports["is_null"])
        assert (null["label"] == -1).all()
        heard = taken(d.reports, d.reports["means"] == MEAN["heard"])
        for n in range(0, size(null), 25):
            same = heard["observer"] == null["observer"][n]
            inside = (heard["start_s"] > null["start_s"][n] + 600) & (
                heard["end_s"] < null["end_s"][n] - 600
            )
            assert not (same & inside).any()


def test_parties_claim_the_other_side_only(drawn: list[Drawn]) -> None:
    for d in drawn:
        claims = taken(d.reports, d.reports["stream"] == STREAM["claims"])
        assert (claims["claimed_actor"] == 1 - claims["claimant"]).all()


def test_copies_repeat_their_original_or_cite_it(drawn: list[Drawn]) -> None:
    for d in drawn:
        serial = d.reports["serial"]
        copies = taken(d.reports, d.reports["copy_of"] >= 0)
        original = taken(d.reports, np.searchsorted(serial, copies["copy_of"]))
        assert (original["label"] == copies["label"]).all()
        assert (original["observer"] != copies["observer"]).all()
        assert (original["published_s"] < copies["published_s"]).all()
        verbatim = copies["verbatim"]
        assert (copies["cites"][~verbatim] == original["observer"][~verbatim]).all()
        for name in ("cites", "text"):
            assert (copies[name][verbatim] == original[name][verbatim]).all()
        first = np.where(original["root"] >= 0, original["root"], original["serial"])
        assert (copies["root"] == first).all()


def test_staged_shellings_have_reports_and_no_direct_witness(drawn: list[Drawn]) -> None:
    told = 0
    for d in drawn:
        staged = d.signs.number[~d.signs.occurred]
        reports = taken(d.reports, np.isin(d.reports["label"], staged))
        told += size(reports)
        assert np.isin(reports["stream"], [STREAM["media"], STREAM["claims"]]).all()
    assert told > 0


def test_notices_are_of_training_and_demining_only(drawn: list[Drawn]) -> None:
    for d in drawn:
        assert (d.notices.incident.special >= DEMINING).all()


def test_clouds_hide_fires() -> None:
    def seen(cloud: float) -> int:
        options = ExerciseOptions(
            days=20, observations=4000, seed=5, start=date(2023, 8, 10),
            overrides={"cloud": cloud, "farm_fires_km_day": 1},
        )  # fmt: skip
        return sum(
            int((d.reports["kind"] == KIND["fire"]).sum()) for d in exercise_for(options).stream()
        )

    clear = seen(0.1)
    assert clear > 200
    assert seen(0.9) < clear / 2


def test_an_offensive_follows_its_build_up_and_a_single_peak_lasts_a_day() -> None:
    found = 0
    for seed in range(12):
        options = ExerciseOptions(
            days=200, observations=5000, seed=seed, overrides={"offensives": 3, "surprises": 0}
        )
        plan = plan_for(options, 4)
        for region, day in plan.starts(OFFENSIVE):
            found += 1
            assert any(
                e.end_day == day and e.region == region
                for e in plan.episodes if e.phase == BUILD_UP
            )  # fmt: skip
        assert all(e.end_day - e.start_day == 1 for e in plan.episodes if e.phase == PEAK)
    assert found > 5


def test_a_build_up_shifts_fire_to_heavy_weapons() -> None:
    options = ExerciseOptions(
        days=80, observations=8000, seed=1, overrides={"offensives": 9, "build_up_days": 20}
    )
    made = exercise_for(options)
    heavy = {True: [0, 0], False: [0, 0]}
    for d in made.stream():
        day = d.scene.day_of(d.happened.start_s)
        late = d.scene.signs[day, d.happened.region] > 2.5
        big = arms()["calibre"][d.happened.arm] >= 100
        for key in (True, False):
            heavy[key][0] += int(big[late == key].sum())
            heavy[key][1] += int((late == key).sum())
    assert heavy[True][0] / heavy[True][1] > 1.5 * heavy[False][0] / heavy[False][1]


def test_outcomes_are_those_of_the_definitions_on_what_truly_happened() -> None:
    """A collapse by hand: four times the level from one evening on, and every window before it."""
    options = ExerciseOptions(days=90, observations=2000, seed=4)
    made = exercise_for(options)
    evenings = evenings_of(options.first_day, options.days)
    tally = new_tally(evenings, made.ground.regions)
    tally.sums[0, :, 0, 0] = 10
    tally.sums[0, 60:, 0, 0] = 50
    zone = made.ground.region_ids[0]
    rows = [r for r in outcome_table(made, evenings, tally).to_pylist() if r["zone"] == zone]
    first = np.datetime64(options.first_day)
    days = {h: {int((np.datetime64(r["evening"]) - first).astype(int)): r["outcome"]
                for r in rows if r["horizon_h"] == h} for h in (24, 72, 168)}  # fmt: skip
    for hours, window in ((24, 1), (72, 3), (168, 7)):
        assert days[hours][60 - window] == days[hours][59] == "collapse"
        assert days[hours][60 - window - 1] == "holding"
        assert 67 not in days[hours]  # a truce that has collapsed is not warned about
        assert min(days[hours]) >= 7
        assert max(days[hours]) < 90 - window
    spells = collapse_table(made, evenings, tally).to_pylist()
    assert [s["zone"] for s in spells] == [zone, "mission"]
    start = np.datetime64(spells[0]["start_utc"].rstrip("Z"))
    assert start.astype("datetime64[D]") == first + 59


def test_an_offensive_without_a_build_up_comes_too() -> None:
    bolts = {"surprises": 20, "offensives": 0}
    plan = plan_for(ExerciseOptions(days=200, observations=5000, seed=2, overrides=bolts), 3)
    assert plan.starts(OFFENSIVE)
    assert not plan.starts(BUILD_UP)
