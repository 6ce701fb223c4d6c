"""Series per zone, kind, party and day, by six hours where they can be told, and their changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warn_given import NOW, put

from trucewatch.mission import Mission
from trucewatch.store import Run, Store
from trucewatch.warn.changes import change_points, size_of, undivided
from trucewatch.warn.ledger import Stated, ledger_of
from trucewatch.warn.room import run
from trucewatch.warn.series import Key, Series, series_of, six_hours
from trucewatch.warn.telling import told_of

FIRST = date(2021, 3, 1)


def nb(mean: float, size: float, days: int, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).negative_binomial(size, size / (size + mean), days)
    return drawn.astype(float)


def test_a_step_is_found_at_its_day_with_its_levels() -> None:
    counts = np.append(nb(10, 3, 150, 1), nb(60, 3, 60, 2))
    (change,) = change_points(counts)
    assert abs(change.day - 150) <= 2
    assert change.before == pytest.approx(10, rel=0.3)
    assert change.after == pytest.approx(60, rel=0.3)
    assert change.gain > 0


def test_one_wild_day_and_a_constant_are_no_change() -> None:
    spike = nb(10, 3, 200, 3)
    spike[120] = 400
    assert all(c.day not in range(119, 122) for c in change_points(spike))
    assert change_points(np.full(200, 7.0)) == []
    assert change_points(np.zeros(200)) == []
    assert change_points(np.full(50, np.nan)) == []
    assert change_points(np.array([3.0])) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), scale=st.sampled_from([2.0, 5.0]))
def test_law_a_day_half_watched_with_half_the_count_is_the_same_level(
    seed: int, scale: float
) -> None:
    counts = np.append(nb(40, 5, 80, seed), nb(40 * scale * 3, 5, 60, seed + 1))
    halved = counts.copy()
    halved[::2] /= 2
    exposure = np.where(np.arange(140) % 2 == 0, 0.5, 1.0)
    found = change_points(halved, exposure)
    assert any(abs(c.day - 80) <= 3 for c in found)
    at = next(c for c in found if abs(c.day - 80) <= 3)
    assert at.after / at.before > 1.5


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 999), known=st.floats(0.5, 1.0))
def test_law_unknown_days_make_no_change_and_move_none(seed: int, known: float) -> None:
    counts = np.append(nb(10, 5, 120, seed), nb(90, 5, 60, seed + 1))
    gaps = np.random.default_rng(seed).random(180) > known
    counts[gaps] = np.nan
    found = change_points(counts)
    assert any(abs(c.day - 120) <= 12 for c in found)
    padded = np.append(counts, np.full(30, np.nan))
    assert [c.day for c in change_points(padded)] == [c.day for c in found]


def test_changes_of_series_without_any_are_rare() -> None:
    found = sum(len(change_points(nb(20, 1, 365, seed))) for seed in range(40))
    assert found <= 14  # 0.15 a year were measured on others


def test_what_cannot_be_is_refused_and_wildness_is_kept_in_bounds() -> None:
    with pytest.raises(ValueError, match="never negative"):
        change_points(np.array([1.0, -2.0]))
    with pytest.raises(ValueError, match="exposure"):
        change_points(np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    assert 0.3 <= size_of(nb(50, 0.1, 300, 1), np.ones(300)) <= 50
    assert 2 <= size_of(nb(50, 2, 3000, 1), np.ones(3000)) <= 4  # the wildest steps are left out


def test_a_total_stands_whole_on_its_last_day() -> None:
    days = [FIRST + timedelta(days=n) for n in range(6)]
    given_as = ((0, 0, 5), (1, 3, 90), (2, 2, 30), (5, 5, 4))
    stated = [Stated("z", days[a], days[b], n, days[b]) for a, b, n in given_as]
    ledger = ledger_of(stated)
    counts, exposure = undivided(ledger, ledger.as_known(5))
    assert np.nansum(counts) == 99
    assert counts[0, [0, 2, 5]].tolist() == [5, 30, 4]
    assert exposure[0, 5] == 1


# --- on a store -------------------------------------------------------------------------------


def stated(mission: Mission, back: int, count: float, **more: Any) -> dict[str, Any]:
    span = mission.clock.reporting_day(date(2021, 6, 23) - timedelta(days=back))
    return {"kind": "count_violations", "start_utc": span.start_utc, "end_utc": span.end_utc,
            "when_precision": "evening", "published_utc": span.end_utc + timedelta(hours=20),
            "place_id": "donetsk", "where_precision": "oblast", "count_best": count,
            "count_low": count, "count_high": count, "means": "reported",
            "is_null": count == 0} | more  # fmt: skip


def by_key(store: Store, mission: Mission, now: datetime = NOW) -> dict[tuple[str, str], Series]:
    return {(s.key.kind, s.key.party): s for s in series_of(store, mission, now)}


def test_each_kind_and_claimed_party_has_its_own_series(store: Store, mission: Mission) -> None:
    rows = [stated(mission, back, 10.0) for back in range(40)]
    rows += [stated(mission, back, 3.0, kind="count_claimed", claimed_actor="Ukraine")
             for back in range(40)]  # fmt: skip
    rows += [stated(mission, back, 4.0, kind="count_claimed", claimed_actor="someone else")
             for back in range(40)]  # fmt: skip
    put(store, rows)
    found = by_key(store, mission)
    assert set(found) == {
        ("count_violations", ""), ("count_claimed", "UAF"), ("count_claimed", "someone else"),
    }  # fmt: skip
    one = found["count_claimed", "UAF"]
    assert one.key == Key("count_claimed", "UAF")
    assert one.counts[np.isfinite(one.counts)].tolist() == [3.0] * 40
    assert one.day(len(one.counts) - 1) <= mission.clock.day_containing(NOW)


def test_a_series_is_as_known_then(store: Store, mission: Mission) -> None:
    rows = [stated(mission, back, 10.0) for back in range(20)]
    rows.append(stated(mission, 5, 70.0, published_utc=NOW - timedelta(days=2)))
    put(store, rows)
    early = by_key(store, mission, NOW - timedelta(days=3))["count_violations", ""]
    late = by_key(store, mission)["count_violations", ""]
    assert np.nanmax(early.counts) == 10
    assert np.nanmax(late.counts) == 70
    assert len(early.counts) < len(late.counts)


def test_a_new_level_of_one_party_stands_in_the_warning(
    store: Store, mission: Mission, a_run: Run
) -> None:
    rows = [stated(mission, back, float(10 + back % 3)) for back in range(90)]
    rows += [stated(mission, back, 50.0 + back if back < 12 else 5.0, kind="count_claimed",
                    claimed_actor="UAF") for back in range(90)]  # fmt: skip
    put(store, rows)
    run(store, mission, a_run)
    row = store.table("warning", where="zone = 'donetsk'").to_pylist()[0]
    told = [i for i in json.loads(row["indicators"]) if i["name"] == "change_point"]
    assert [(i["party"], i["weight"]) for i in told] == [("UAF", 0.0)]
    assert "rose about 2021-06-12" in told[0]["grounds"]
    assert "claimed to be of UAF" in told[0]["grounds"]


def shots(hours: list[float], day: date, mission: Mission) -> list[dict[str, Any]]:
    opened = mission.clock.reporting_day(day).start_utc
    return [
        {"kind": "explosion", "start_utc": at, "end_utc": at, "when_precision": "minute",
         "published_utc": at + timedelta(minutes=40), "lon": 37.8, "lat": 48.0, "radius_km": 1.0,
         "where_precision": "exact", "means": "heard"}
        for hour in hours for at in [opened + timedelta(hours=hour)]
    ]  # fmt: skip


def test_six_hours_are_told_where_accounts_are_timed(store: Store, mission: Mission) -> None:
    last = mission.clock.day_containing(NOW)
    rows = [r for back in range(1, 60) for r in shots([2.0, 8.5, 14.0, 14.5], last
            - timedelta(days=back), mission)]  # fmt: skip
    rows += shots([0.1 + k / 100 for k in range(9)], last, mission)
    put(store, rows)
    opened = mission.clock.reporting_day(last).start_utc
    (found,) = six_hours(store, mission, opened + timedelta(hours=7))
    assert (found.zone, found.day, found.ends_h, found.count) == ("donetsk", last, 6, 9.0)
    assert found.usual == pytest.approx(1, abs=0.1)
    assert found.points > 2
    (before,) = six_hours(store, mission, opened + timedelta(hours=1))
    assert (before.day, before.ends_h, before.count) == (last - timedelta(days=1), 24, 0.0)
    assert before.points == 0


def test_accounts_known_to_the_day_make_no_six_hours(store: Store, mission: Mission) -> None:
    last = mission.clock.day_containing(NOW)
    rows = [r | {"when_precision": "day"} for back in range(60)
            for r in shots([1.0, 9.0], last - timedelta(days=back), mission)]  # fmt: skip
    put(store, rows)
    assert six_hours(store, mission, NOW) == []
    kinds = by_key(store, mission)
    assert set(kinds) == {("explosion", "")}
    assert np.nansum(kinds["explosion", ""].counts) >= 118


def test_days_less_watched_weigh_less(store: Store, mission: Mission, a_run: Run) -> None:
    put(store, [stated(mission, back, 10.0) for back in range(30)])
    day = date(2021, 6, 10)
    span = mission.clock.reporting_day(day)
    row = {"zone": "donetsk", "kind": "explosion", "watches": 1, "outage_share": 0.0,
           "detection_probability": 0.5, "missed_upper": None, "watch_ids": "[]"}  # fmt: skip
    rows = []
    for back, share in ((0, 0.2), (1, 0.8), (2, 0.8)):
        moved = timedelta(days=back)
        rows.append(row | {"coverage_id": f"cov-{back}", "watched_share": share,
                           "window_start_utc": span.start_utc - moved,
                           "window_end_utc": span.end_utc - moved})  # fmt: skip
    store.append("coverage", rows, replace(a_run, room="coverage"))
    one = by_key(store, mission)["count_violations", ""]
    at = (day - one.first_day).days
    assert one.exposure[at] == pytest.approx(0.2 / 0.6)
    assert one.exposure[at - 1] == pytest.approx(0.8 / 0.6)
    assert one.exposure[at + 1] == 1


def test_a_fall_that_may_be_lateness_is_not_told_and_an_old_one_is(
    store: Store, mission: Mission
) -> None:
    put(store, [stated(mission, back, 3.0 if back < 8 else 60.0 + back % 5) for back in range(90)])
    assert told_of(store, mission, NOW) == {}
    later = told_of(store, mission, NOW + timedelta(days=8))
    assert ["fell" in row["grounds"] for row in later["donetsk"]] == [True]
