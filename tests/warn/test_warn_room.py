"""The room on a store: what it writes, when it is silent, and that twice changes nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from warn_given import NOW, counts, put

from trucewatch.errors import ConfigError
from trucewatch.ids import content_id
from trucewatch.mission import Mission
from trucewatch.model import Observation
from trucewatch.store import Run, Store
from trucewatch.warn.figures import figures_of
from trucewatch.warn.given import counted
from trucewatch.warn.room import backtest_mission, budget_of, run


def calm(_zone: str, day: int) -> float:
    return float((7 * day) % 13)


def test_it_writes_each_zone_outcome_and_horizon(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 120, calm))
    result = run(store, mission, a_run)
    table = store.table("warning").to_pylist()
    assert result.rows == len(table) == 3 * 4 * 3
    assert {row["zone"] for row in table} == {"donetsk", "luhansk", "mission"}
    for row in table:
        assert 0 <= row["probability_low"] < row["probability"] < row["probability_high"] <= 1
        assert row["issued_utc"] == a_run.data_utc
    for zone in ("donetsk", "mission"):
        for horizon in (24, 72, 168):
            chosen = [r for r in table if r["zone"] == zone and r["horizon_h"] == horizon]
            assert sum(r["probability"] for r in chosen) == pytest.approx(1, abs=1e-4)


def test_indicator_number_one_is_the_count_against_its_own_past(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 120, lambda z, d: 400.0 if d == 119 else calm(z, d)))
    run(store, mission, a_run)
    row = store.table("warning", where="zone = 'donetsk'").to_pylist()[0]
    first = json.loads(row["indicators"])[0]
    assert first["name"] == "own_past"
    assert first["value"] == 400
    assert first["high"] < 400
    assert first["chance_per_year"] < 1
    assert "times a year" in first["grounds"]


def test_a_week_of_fire_raises_a_collapse_warning(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 120, lambda z, d: 300.0 if d > 114 else calm(z, d)))
    result = run(store, mission, a_run)
    raised = store.table("warning", where="is_raised AND outcome = 'collapse'").to_pylist()
    assert {"donetsk", "luhansk", "mission"} <= {row["zone"] for row in raised}
    assert any("collapse" in text for text in result.detail["raised"])  # type: ignore[union-attr]


def test_calm_counts_raise_no_collapse_warning(store: Store, mission: Mission, a_run: Run) -> None:
    put(store, counts(mission, 120, calm))
    run(store, mission, a_run)
    assert not store.table("warning", where="is_raised AND outcome = 'collapse'").num_rows


def test_running_twice_changes_nothing_and_another_day_keeps_the_old(
    store: Store, mission: Mission, a_run: Run
) -> None:
    put(store, counts(mission, 90, calm))
    first = run(store, mission, a_run)
    again = run(store, mission, replace(a_run, run_id="run-again"))
    assert (first.rows, again.rows) == (36, 0)
    run(store, mission, replace(a_run, run_id="run-next", data_utc=NOW + timedelta(days=1)))
    assert store.count("warning") == 72


def test_without_counts_it_says_that_no_warning_is_possible(
    store: Store, mission: Mission, a_run: Run
) -> None:
    result = run(store, mission, a_run)
    assert result.rows == 0
    assert "no warning possible" in str(result.detail["answer"])


def test_a_sign_without_a_record_is_shown_and_moves_nothing(
    store: Store, mission: Mission, a_run: Run
) -> None:
    rows = counts(mission, 120, calm)
    put(store, rows)
    run(store, mission, a_run)
    bare = {r["warning_id"]: r for r in store.table("warning").to_pylist()}
    at = NOW - timedelta(hours=20)
    evacuation = [
        {"kind": "evacuation", "start_utc": at, "end_utc": at, "when_precision": "hour",
         "published_utc": at, "place_id": "donetsk", "where_precision": "oblast",
         "means": "reported"}
    ] * 6  # fmt: skip
    store.append(
        "observation",
        [asdict(Observation(source_id="test", **row))
         | {"observation_id": content_id("observation", "e", n), "capture_id": "cap-2",
            "record_no": n, "root_id": f"root-{n}", "known_from_utc": at}
         for n, row in enumerate(evacuation)],
        Run("run-put-2", "sources", NOW),
    )  # fmt: skip
    run(store, mission, replace(a_run, run_id="run-evacuation"))
    for row in store.table("warning", where="zone = 'donetsk'").to_pylist():
        assert row["probability"] == bare[row["warning_id"]]["probability"]
        assert "evacuation" in row["indicators"]
        assert "preparation" not in row["indicators"]


def test_accounts_of_fire_are_counted_where_no_count_is_stated(
    store: Store, mission: Mission, a_run: Run
) -> None:
    newest = datetime(2021, 6, 23, 9, tzinfo=UTC)
    moments = [
        newest - timedelta(days=back, minutes=n) for back in range(60) for n in range(1 + back % 4)
    ]
    rows = [
        {"kind": "explosion", "start_utc": at, "end_utc": at, "when_precision": "minute",
         "published_utc": at + timedelta(hours=6), "lon": 37.8, "lat": 48.0, "radius_km": 1.0,
         "where_precision": "exact", "means": "heard"}
        for at in moments
    ]  # fmt: skip
    put(store, rows)
    given = counted(store, mission)
    assert given is not None
    assert given.kind == "accounts_of_fire"
    assert np.nansum(given.ledger.truth()) == len(rows)
    assert run(store, mission, a_run).rows == 12


def test_a_mission_is_relived(store: Store, mission: Mission) -> None:
    put(store, counts(mission, 100, calm))
    again = backtest_mission(store, mission, cut=date(2021, 5, 1))
    assert again is not None
    assert {"warnings", "skill", "baselines"} <= again.document.keys()
    assert again.document["made"]["scored_from"] == "2021-05-02"


def test_a_relived_mission_is_stamped_by_its_own_clock(store: Store, mission: Mission) -> None:
    fierce = counts(mission, 260, lambda z, d: 300.0 if d % 120 > 110 else calm(z, d))
    put(store, fierce)
    again = backtest_mission(store, mission, budget_per_year=50)
    assert again is not None
    stamps = {w["issued_utc"] for w in again.document["warnings"]}
    # 19:30 in Kyiv is 17:30 UTC in winter and 16:30 UTC in summer.
    winter = {s for s in stamps if "2020-10-25" < s < "2021-03-28"}
    assert winter
    assert stamps - winter
    assert all("T17:30" in s for s in winter)
    assert all("T16:30" in s for s in stamps - winter)


WRONG = ({"budget": 2}, {"budget_per_year": -1}, {"budget_per_year": "two"})


@pytest.mark.parametrize("options", [*WRONG, {"budget_per_year": True}])
def test_wrong_options_are_named(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="budget_per_year"):
        budget_of(options)


def test_the_pictures_show_the_forecasts_of_the_table(
    store: Store, mission: Mission, a_run: Run
) -> None:
    assert figures_of(store, mission, a_run) == {}
    put(store, counts(mission, 200, lambda z, d: 300.0 if d > 194 else calm(z, d)))
    run(store, mission, a_run)
    made = figures_of(store, mission, a_run)
    assert {"expected counts mission", "warning over time mission", "scenario as it stands",
            "scenario side rejects", "reliability erosion"} <= made.keys()  # fmt: skip
    row = store.table(
        "warning", where="zone = 'mission' AND outcome = 'collapse' AND horizon_h = 168"
    ).to_pylist()[0]
    assert f"{row['probability']:.0%}" in made["warning over time mission"].title
    assert "alarm: " in made["expected counts mission"].wide


def test_pictures_are_kept_until_what_they_show_changes(
    store: Store, mission: Mission, a_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUCEWATCH_CACHE", str(tmp_path / "cache"))
    put(store, counts(mission, 200, calm))
    run(store, mission, a_run)
    made = figures_of(store, mission, a_run)
    kept = list((tmp_path / "cache").glob("pictures-*.json"))
    assert len(kept) == 1
    monkeypatch.setattr("trucewatch.warn.figures.present", lambda *_: pytest.fail("drawn anew"))
    assert figures_of(store, mission, a_run) == made
    kept[0].write_text("torn")
    monkeypatch.undo()
    monkeypatch.setenv("TRUCEWATCH_CACHE", str(tmp_path / "cache"))
    assert figures_of(store, mission, a_run) == made
    figures_of(store, mission, replace(a_run, options={"budget_per_year": 9}))
    assert len(list((tmp_path / "cache").glob("pictures-*.json"))) == 2
