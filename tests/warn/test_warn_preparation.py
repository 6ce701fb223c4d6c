"""Signs of preparation read together: by hand, as known each day, and what they may not do."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warn_given import NOW, counts, put, stated_of, wild_truce

from trucewatch.config import read_yaml
from trucewatch.ids import content_id
from trucewatch.mission import Mission
from trucewatch.model import Watch
from trucewatch.outcomes import COLLAPSE, HOLDING
from trucewatch.store import Run, Store
from trucewatch.warn.backtest import PLAIN_CLOCK, Setting, backtest_by
from trucewatch.warn.ledger import ledger_of
from trucewatch.warn.other_signs import other_signs
from trucewatch.warn.preparation import Channel, Scan, scan, summary
from trucewatch.warn.raising import alarms_with_signs, raised_by_signs
from trucewatch.warn.replay import relive
from trucewatch.warn.room import run
from trucewatch.warn.sign_channels import channels_of, with_sum
from trucewatch.warn.signs import Seen
from trucewatch.warn.weighing import MOST_LOWERED, rule_with_signs, sign_weights, weighed

CASES: Any = read_yaml(Path(__file__).with_name("scan_cases.yaml")).value
DAYS = 97


def seen(table: np.ndarray, *, lag: int = 0) -> Seen:
    """Entries of zones x days, NaN left out, each known `lag` days later."""
    zone, day = np.nonzero(np.isfinite(table))
    return Seen(zone, day, day + lag, table[zone, day])


def channel(table: np.ndarray, *, lag: int = 0) -> Channel:
    return Channel(seen(table, lag=lag), seen(np.where(np.isfinite(table), 1.0, np.nan), lag=lag))


def scanned(*tables: np.ndarray) -> Scan:
    made = {f"sign {n}": channel(table) for n, table in enumerate(tables)}
    return scan(made, tables[0].shape)


def noisy(seed: int, days: int = 90, rate: float = 1.0) -> np.ndarray:
    table = np.random.default_rng(seed).poisson(rate, (2, days)).astype(float)
    table[:, days - 6 :] += 3
    return table


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_scan_says_what_a_monitor_would(case: dict[str, Any]) -> None:
    made = {}
    for name, usual in case["usual"].items():
        table = np.full((1, DAYS), float(usual))
        table[:, DAYS - case["days"] :] = case["lately"][name]
        made[name] = channel(table)
    found = scan(made, (1, DAYS))
    told = summary(found, 0, -1)
    assert told is not None
    assert case["times"][0] <= told["value"] <= case["times"][1]
    assert case["evidence"][0] <= told["evidence"] <= case["evidence"][1]


def test_the_summary_names_what_was_seen_and_what_is_usual() -> None:
    loud, usual = np.ones((1, DAYS)), np.ones((1, DAYS))
    loud[0, -5:] = 6
    told = summary(scan({"access": channel(loud), "drones": channel(usual)}, (1, DAYS)), 0, -1)
    assert told is not None
    assert told["most"] == ["access"]
    assert told["seen"] == 6 * told["window_days"] + told["window_days"]
    assert told["usual"] == pytest.approx(2 * told["window_days"], rel=0.05)
    assert told["is_rising"]
    assert summary(scan({"drones": channel(usual)}, (1, DAYS)), 0, 5) is None


def test_a_wild_past_asks_for_more() -> None:
    even, wild = np.ones((1, DAYS)), np.tile([0.0] * 13 + [14.0], 7)[None, :DAYS].copy()
    for table in (even, wild):
        table[0, -7:] = 4.0
    strong, weak = (scanned(table).together[:, 0, -1].max() for table in (even, wild))
    assert weak < strong / 2


def test_more_fire_is_no_sign_but_a_larger_share_of_heavy_fire_is() -> None:
    named, heavy = np.full((1, DAYS), 10.0), np.full((1, DAYS), 2.0)
    named[0, -7:], heavy[0, -7:] = 40.0, 8.0
    louder = {"heavier_calibres": Channel(seen(heavy), seen(named), is_share=True)}
    assert scan(louder, (1, DAYS)).together[:, 0, -1].max() < 0.5
    heavy[0, -7:] = 24.0
    heavier = {"heavier_calibres": Channel(seen(heavy), seen(named), is_share=True)}
    found = scan(heavier, (1, DAYS))
    assert found.together[:, 0, -1].max() > 5
    told = summary(found, 0, -1)
    assert told is not None
    assert told["seen"] == 0  # the counts hold the fire itself


def test_reports_of_a_new_source_are_no_preparation() -> None:
    table = np.zeros((1, DAYS))
    table[0, -6:] = 9.0
    assert scanned(table).together.max() == 0


def test_channels_are_those_on_record() -> None:
    some, none = np.full((1, DAYS), 1.0), np.zeros((1, 0))
    told = {
        "jamming": seen(some), "instrument_attack": seen(none), "uav": seen(none),
        "heavy": seen(none), "calibre_named": seen(some), "watch_out": seen(some),
        "watches": seen(20 * some),
    }  # fmt: skip
    made = channels_of(told, seen(some))
    assert set(made) == {"instruments", "observers_leave"}
    assert made["observers_leave"].among.n[0] == 20


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), silent=st.integers(1, 25))
def test_law_blind_days_move_no_evidence(seed: int, silent: int) -> None:
    table, other = noisy(seed, 110), noisy(seed + 1, 110)
    hidden = table.copy()
    hidden[:, 110 - silent :] = np.nan
    short = scanned(table[:, : 110 - silent])
    assert np.array_equal(scanned(hidden).together[:, :, -1], short.together[:, :, -1])
    # With one channel blind and another seen, the blind one stands as it stood.
    part = scanned(hidden, other).evidence[0, :, :, -1]
    assert np.array_equal(part, short.evidence[0, :, :, -1])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), at=st.integers(75, 89), lag=st.integers(0, 3))
def test_law_no_scan_sees_what_is_known_later(seed: int, at: int, lag: int) -> None:
    table = noisy(seed)
    rigged = table.copy()
    rigged[:, max(0, at - lag) + 1 :] = 500.0
    first, second = (
        scan({"access": channel(one, lag=lag)}, one.shape).evidence for one in (table, rigged)
    )
    assert np.array_equal(first[..., : at + 1, :], second[..., : at + 1, :])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 99), more=st.integers(0, 12), chance=st.floats(0.001, 0.3))
def test_law_more_signs_never_lower_a_collapse_against_holding(
    seed: int, more: int, chance: float
) -> None:
    window = np.array([[chance, 0.1, 0.1, 0.8 - chance]])
    few = noisy(seed)[:1]
    many = few.copy()
    many[0, -3:] += more
    before, after = (
        weighed(scanned(table).together[:, :, -1], window, 2)[0] for table in (few, many)
    )
    assert before.sum() == pytest.approx(1)
    assert after[COLLAPSE] / after[HOLDING] >= before[COLLAPSE] / before[HOLDING] * (1 - 1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 99), chance=st.floats(0.001, 0.9))
def test_law_usual_signs_lower_a_collapse_within_a_bound(seed: int, chance: float) -> None:
    rest = (1 - chance) / 3
    window = np.array([[chance, rest, rest, rest]])
    quiet = np.random.default_rng(seed).poisson(5.0, (1, DAYS)).astype(float)
    quiet[0, -10:] = 0
    found = weighed(scanned(quiet, quiet, quiet).together[:, :, -1], window, 2)[0]
    assert found.sum() == pytest.approx(1)
    lowered = np.log(chance / (1 - chance)) - np.log(found[COLLAPSE] / (1 - found[COLLAPSE]))
    assert lowered <= MOST_LOWERED + 1e-6


def test_with_a_sum_each_entry_counts_in_its_zone_and_in_the_mission() -> None:
    one = seen(np.ones((2, 3)))
    both = with_sum(one, 2)
    assert both.n.sum() == 2 * one.n.sum()
    assert (both.zone == 2).sum() == 6


# --- on a replay and on a store ----------------------------------------------------------------


def test_without_signs_nothing_moves() -> None:
    ledger = ledger_of(stated_of(wild_truce(3, 120)))
    again = relive(ledger)
    blank = scanned(np.zeros((3, 120)))
    assert not blank.ready.any()
    found = raised_by_signs(again, blank)
    for name in ("probability", "low", "high"):
        assert np.array_equal(getattr(found, name), getattr(again, name))
    plain = backtest_by(ledger, Setting(2.0, PLAIN_CLOCK)).document
    assert plain == backtest_by(ledger, Setting(2.0, PLAIN_CLOCK, None)).document


def test_signs_of_a_day_move_that_day_and_its_range_with_it() -> None:
    again = relive(ledger_of(stated_of(wild_truce(2, 120))))
    loud = np.ones((3, 120))
    loud[:, 116:] = 8.0
    usual = np.ones((3, 120))
    high, low = (raised_by_signs(again, scanned(one, one, one, one, one)) for one in (loud, usual))
    assert np.array_equal(high.probability[:, :100], low.probability[:, :100])
    assert (high.probability[:, -1, :, COLLAPSE] > 3 * low.probability[:, -1, :, COLLAPSE]).all()
    assert (high.high[:, -1, :, COLLAPSE] > again.high[:, -1, :, COLLAPSE]).all()
    assert high.probability.sum(axis=-1)[again.ready] == pytest.approx(1, abs=1e-5)
    assert alarms_with_signs(high, 2.0)["collapse"].raised[:, -1].any()
    assert not alarms_with_signs(low, 2.0)["collapse"].raised[:, -1].any()
    assert not alarms_with_signs(high, 0.0)["collapse"].raised.any()


def test_the_weights_say_what_they_were_made_from() -> None:
    learnt = sign_weights()
    assert "seeds from" in learnt.made_from
    assert (np.diff(learnt.false_weeks[:, 0]) > 0).all()
    assert (np.diff(learnt.false_weeks[:, 1]) <= 0).all()
    asked = [rule_with_signs("collapse", budget, 1) for budget in (0.5, 2.0, 8.0)]
    scores = [float(rule.scores[0]) for rule in asked if rule is not None]
    assert scores == sorted(scores, reverse=True)
    wide = rule_with_signs("collapse", 2.0, 40)
    assert wide is not None
    assert wide.scores[0] > scores[1]
    assert rule_with_signs("erosion", 2.0, 1) is None


def sign(kind: str, day: int, number: int) -> list[dict[str, Any]]:
    """Accounts of one kind in donetsk, `day` days before the data time."""
    at = NOW - timedelta(days=day, hours=5)
    row = {"kind": kind, "start_utc": at, "end_utc": at, "when_precision": "hour",
           "published_utc": at + timedelta(hours=1), "place_id": "donetsk",
           "where_precision": "oblast", "means": "saw"}  # fmt: skip
    return [row] * number


def watches(store: Store, mission: Mission, days: int, lost: int) -> None:
    """Ten watches a day in donetsk, one of them lost, and `lost` of them in the last five days."""
    zone = next(r.region for r in mission.regions if r.id == "donetsk")
    rows = []
    for day in range(days):
        start = datetime.combine(NOW.date() - timedelta(days=day + 1), time(6), tzinfo=UTC)
        for n in range(10):
            out = n < (lost if day < 5 else 1)
            made = Watch(
                source_id="test", observer=f"p{n}", means="patrol", start_utc=start,
                end_utc=start + timedelta(hours=3), lon=zone.lon, lat=zone.lat, radius_km=5.0,
                status="outage" if out else "working",
            )  # fmt: skip
            rows.append(asdict(made) | {
                "watch_id": content_id("watch", day, n), "capture_id": "cap-w", "record_no": n,
                "known_from_utc": start + timedelta(hours=4),
            })  # fmt: skip
    store.append("watch", rows, Run("run-watch", "sources", NOW))


def chance_of(store: Store, zone: str) -> tuple[float, dict[str, dict[str, Any]]]:
    where = f"zone = '{zone}' AND outcome = 'collapse' AND horizon_h = 168"
    row = store.table("warning", where=where).to_pylist()[0]
    return row["probability"], {one["name"]: one for one in json.loads(row["indicators"])}


@pytest.mark.parametrize("lately", [1, 6])
def test_the_room_tells_of_preparation_in_its_own_zone(
    store: Store, mission: Mission, a_run: Run, lately: int
) -> None:
    put(store, counts(mission, 120, lambda _z, d: float(7 * d % 13)), "counts")
    rows = [
        row for day in range(120) for kind in ("access_denied", "jamming", "movement", "uav")
        for row in sign(kind, day, lately if day < 6 else 1)
    ]  # fmt: skip
    put(store, rows, "signs")
    watches(store, mission, 120, lately)
    run(store, mission, a_run)
    chance, told = chance_of(store, "donetsk")
    calm, elsewhere = chance_of(store, "luhansk")
    assert "preparation" not in elsewhere
    if lately > 1:
        row = told["preparation"]
        assert row["value"] > 2.5
        assert "times their usual over" in row["grounds"]
        assert row["weight"] > 1
        assert chance > 3 * calm
        assert told["access"]["weight"] == 0
        assert "no collapse on record" in row["grounds"]
    else:
        assert told["preparation"]["evidence"] < 1
        words = told["preparation"]["grounds"]
        assert "no higher than usual" in words or "comes by chance" in words
    found = other_signs(store, mission, a_run, ("donetsk", "luhansk", "mission"))
    assert found.scan is not None
    assert "observers_leave" in found.scan.names
    gone = found.scan.names.index("observers_leave")
    assert found.scan.seen[gone, 1, 0, -1] >= 5 * lately - 2
    assert found.scan.seen[gone, 1, 1, -1] == 0


def test_signs_that_fall_silent_with_everything_do_not_calm_the_room(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 120, lambda _z, d: float(7 * d % 13)), "counts")
    rows = [
        row for day in range(120) for kind in ("access_denied", "jamming", "movement", "uav")
        for row in sign(kind, day, 6 if day < 6 else 1)
    ]  # fmt: skip
    put(store, rows, "signs")
    run(store, mission, a_run)
    before, _ = chance_of(store, "donetsk")
    later = NOW + timedelta(days=6)
    run(store, mission, replace(a_run, run_id="run-later", data_utc=later))
    where = f"zone = 'donetsk' AND outcome = 'collapse' AND issued_utc = '{later.isoformat()}'"
    after = store.table("warning", where=f"{where} AND horizon_h = 168").to_pylist()[0]
    assert after["probability"] >= before - 1e-6
    assert "not_seen" in after["indicators"]
