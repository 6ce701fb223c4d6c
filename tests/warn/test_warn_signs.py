"""Signs beside the counts: as known each day, never calmed by what was not seen; their record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warn_given import NOW, counts, put, stated_of, wild_truce

from trucewatch.errors import ConfigError
from trucewatch.mission import Mission
from trucewatch.store import Run, Store
from trucewatch.warn.indicators import catalogue, hiding
from trucewatch.warn.ledger import ledger_of
from trucewatch.warn.other_signs import other_signs
from trucewatch.warn.record import Record, records
from trucewatch.warn.replay import relive
from trucewatch.warn.room import budget_of, peace_years_of, run, widened
from trucewatch.warn.signs import Points, Seen, hidden_points, sign_points, silence_points

ROOT = Path(__file__).parents[2]
ISSUE_ELEVEN = {
    "level", "new_places", "heavier_calibres", "instruments", "access", "movement",
    "observers_leave", "evacuation", "party_claims", "fires", "silence",
}  # fmt: skip


def seen(table: np.ndarray, *, lag: int = 0) -> Seen:
    """Entries of zones x days, NaN left out, each known `lag` days later."""
    zone, day = np.nonzero(np.isfinite(table))
    return Seen(zone, day, day + lag, table[zone, day])


def points_of(table: np.ndarray, *, lag: int = 0) -> Points:
    watched = np.where(np.isfinite(table), 1.0, np.nan)
    return sign_points(seen(table, lag=lag), seen(watched, lag=lag), table.shape)


def noisy(seed: int, days: int = 90) -> np.ndarray:
    table = np.random.default_rng(seed).poisson(1.0, (2, days)).astype(float)
    table[:, days - 12 : days - 8] += 6
    return table


def test_the_eleven_of_the_issue_each_stand_in_the_catalogue() -> None:
    assert {one.name for one in catalogue()} >= ISSUE_ELEVEN


def test_the_page_for_users_lists_each_indicator_as_it_is() -> None:
    page = (ROOT / "docs" / "warning.md").read_text(encoding="utf-8")
    for one in catalogue():
        assert f"| {one.name} | {one.asks} | {one.range} |" in page


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), silent=st.integers(1, 25))
def test_law_days_not_seen_never_calm_a_sign_and_widen_the_range(seed: int, silent: int) -> None:
    table = noisy(seed)
    hidden = table.copy()
    hidden[:, 90 - silent :] = np.nan
    found = points_of(hidden)
    assert np.array_equal(found.points[:, -1], points_of(table[:, : 90 - silent]).points[:, -1])
    assert (found.blind_days[:, -1] == silent).all()
    widths = [hiding({"fires": float(d)}) for d in found.blind_days[0, -silent - 1 :]]
    assert widths == sorted(widths)
    assert widths[-1] > widths[0] == 0


@settings(max_examples=30, deadline=None)
@given(wider=st.floats(0, 5), chance=st.floats(0, 1))
def test_law_a_wider_range_holds_the_narrow_one(wider: float, chance: float) -> None:
    low, high = widened(chance, -wider), widened(chance, wider)
    assert low <= chance + 1e-8
    assert high >= chance - 1e-8


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), at=st.integers(20, 89), lag=st.integers(0, 3))
def test_law_no_close_sees_what_is_known_later(seed: int, at: int, lag: int) -> None:
    table = noisy(seed)
    rigged = table.copy()
    rigged[:, max(0, at - lag) + 1 :] = 500.0
    first, second = points_of(table, lag=lag), points_of(rigged, lag=lag)
    assert np.array_equal(first.points[:, : at + 1], second.points[:, : at + 1])


def test_a_surge_is_a_sign_and_an_ordinary_day_is_none() -> None:
    table = np.ones((1, 80))
    assert points_of(table).points[0, -1] == 0
    table[0, -3:] = 12
    assert points_of(table).points[0, -1] > 1
    assert points_of(np.full((1, 80), np.nan)).points.max() == 0


def test_silence_is_few_accounts_where_many_were_usual_on_these_weekdays() -> None:
    table = np.full((1, 90), 20.0)
    table[0, ::7] = np.nan  # a weekly day of rest is no silence
    calm = silence_points(seen(table), table.shape)
    assert calm.points.max() == 0
    table[0, -3:] = np.nan
    assert silence_points(seen(table), table.shape).points[0, -1] > 1.5
    few = np.where(np.arange(90) % 9 == 0, 1.0, np.nan)[None]
    assert silence_points(seen(few), few.shape).points.max() == 0


def test_what_a_blind_sign_hides_grows_to_its_most() -> None:
    grown = [hidden_points(d) for d in (0, 1, 7, 700)]
    assert grown[0] == 0
    assert grown == sorted(grown)
    assert grown[2] == pytest.approx(1.5)
    assert grown[3] <= 3


def test_the_record_counts_what_moved_before_and_what_moved_idly() -> None:
    counts = np.full((1, 300), 10.0)
    counts[0, [150, 151, 152, 250, 251, 252]] = 60
    again = relive(ledger_of(stated_of(counts, lag=0)))
    points = np.zeros((1, 300))
    points[0, 147] = 2.0  # three days before the first
    points[0, 60] = 2.0  # idle
    found = records(again, {"evacuation": Points(points, np.zeros((1, 300), dtype=np.int64))})
    record = found["evacuation"]
    assert (record.events, record.before) == (2, 1)
    assert record.usual == pytest.approx(14 / record.days, abs=0.002)
    assert "moved in the week before 1 of 2 escalations" in record.words()
    assert "no escalation on record" in Record(0, 0, 90, 0.1).words()
    assert {one.name for one in catalogue() if one.signals} <= found.keys()


def test_a_record_knows_no_more_than_the_replay_behind_it() -> None:
    counts = wild_truce(5, 200)
    short = records(relive(ledger_of(stated_of(counts[:, :120], lag=0))))
    assert all(0 <= r.usual <= 1 and r.before <= r.events for r in short.values())
    assert max(r.days for r in short.values()) <= 240


# --- on a store -------------------------------------------------------------------------------


def fire(day: datetime, lon: float, lat: float) -> dict[str, Any]:
    return {"kind": "fire", "start_utc": day, "end_utc": day + timedelta(days=1),
            "when_precision": "day", "published_utc": day + timedelta(days=1, hours=3),
            "lon": lon, "lat": lat, "radius_km": 0.7, "where_precision": "exact",
            "means": "thermal"}  # fmt: skip


def peace_and_war(*, war: bool) -> list[dict[str, Any]]:
    """Three summers of fires all over, and this June's; with war a burst in one place."""
    rng = np.random.default_rng(3)
    rows = []
    for year in (2010, 2011, 2012, 2021):
        last = 175 if year == 2021 else 240
        for day in range(60, last):
            at = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day)
            rows += [fire(at, rng.uniform(35.5, 41), rng.uniform(46, 50.5)) for _ in range(3)]
            if war and year == 2021 and day > 170:
                rows += [fire(at, 37.8 + k / 100, 48.01) for k in range(15)]
    return rows


def indicators(store: Store, zone: str) -> dict[str, dict[str, Any]]:
    row = store.table("warning", where=f"zone = '{zone}' AND outcome = 'collapse'").to_pylist()[0]
    return {one["name"]: one for one in json.loads(row["indicators"])}


@pytest.mark.parametrize("war", [False, True])
def test_fires_above_background_are_a_sign_of_the_room(
    store: Store, mission: Mission, a_run: Run, war: bool
) -> None:
    put(store, counts(mission, 100, lambda _z, d: float(7 * d % 13)), "counts")
    put(store, peace_and_war(war=war), "fires")
    with_years = replace(a_run, options={"peace_years": [2010, 2012]})
    result = run(store, mission, with_years)
    assert "background of 3 years" in result.detail["signs"]["fires"]  # type: ignore[index]
    assert ("fires" in indicators(store, "donetsk")) is war
    assert "fires" not in indicators(store, "luhansk")
    if war:
        assert "no escalation on record" in indicators(store, "donetsk")["fires"]["grounds"]


def test_without_years_of_peace_fires_say_nothing_and_say_so(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 60, lambda _z, d: 5.0), "counts")
    put(store, peace_and_war(war=True)[:40], "fires")
    few = run(store, mission, replace(a_run, options={"peace_years": [2010, 2012]}))
    assert "too few" in few.detail["signs"]["fires"]  # type: ignore[index]
    assert "fires" not in indicators(store, "donetsk")


def test_signs_not_seen_widen_the_warning_of_the_room(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 100, lambda _z, d: 5.0), "counts")
    put(store, peace_and_war(war=False), "fires")
    options = {"peace_years": [2010, 2012]}
    run(store, mission, replace(a_run, options=options))
    near = store.table("warning", where="zone = 'donetsk'").to_pylist()
    later = NOW + timedelta(days=9)  # nine days of cloud and of no report
    run(store, mission, replace(a_run, run_id="run-later", data_utc=later, options=options))
    far = store.table("warning", where=f"issued_utc = '{later.isoformat()}' AND zone = 'donetsk'")
    by_key = {(r["outcome"], r["horizon_h"]): r for r in near}
    for row in far.to_pylist():
        before = by_key[row["outcome"], row["horizon_h"]]
        assert row["probability_low"] <= before["probability_low"]
        if row["outcome"] in ("collapse", "local_escalation"):
            assert row["probability_high"] >= before["probability_high"]
            assert row["probability"] >= before["probability"] - 1e-6
        assert "not_seen" in row["indicators"]


def test_signs_of_today_are_those_known_today(store: Store, mission: Mission, a_run: Run) -> None:
    put(store, counts(mission, 100, lambda _z, d: 5.0), "counts")
    at = NOW - timedelta(hours=20)
    late = {"kind": "evacuation", "start_utc": at, "end_utc": at, "when_precision": "hour",
            "published_utc": NOW + timedelta(days=2), "place_id": "donetsk",
            "where_precision": "oblast", "means": "reported"}  # fmt: skip
    put(store, [late] * 5, "late")
    zones = ("donetsk", "luhansk", "mission")
    assert other_signs(store, mission, a_run, zones).today(0).get("evacuation", 0.0) == 0
    then = replace(a_run, data_utc=NOW + timedelta(days=2, hours=1))
    found = other_signs(store, mission, then, zones)
    assert found.today(0)["evacuation"] == found.today(2)["evacuation"] > 1
    assert found.today(1)["evacuation"] == 0


@pytest.mark.parametrize("years", [2010, [2012, 2010], [2010], ["2010", "2012"], [1, 2], [True, 9]])
def test_years_of_peace_that_are_none_are_named(years: object) -> None:
    with pytest.raises(ConfigError, match="peace_years"):
        budget_of({"peace_years": years})
    assert peace_years_of({"peace_years": [2001, 2013]}) == (2001, 2013)
