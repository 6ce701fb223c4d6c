"""Laws of the forecast: silence never calms, bad input has a stated answer, scores are right."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warn_given import FIRST, stated_of, wild_ledger, wild_truce

from trucewatch.errors import ReadError
from trucewatch.outcomes import OUTCOMES
from trucewatch.warn import backtest, negbin, read_daily_counts, skill
from trucewatch.warn.calibration import chances_of
from trucewatch.warn.forecaster import coefficients, contributions, forecast
from trucewatch.warn.indicators import (
    catalogue,
    movers,
    own_past,
    sign_rows_of,
)
from trucewatch.warn.ledger import ledger_of
from trucewatch.warn.replay import relive
from trucewatch.warn.signals import NAMES, signals


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 50), silent=st.integers(1, 20))
def test_law_missing_days_widen_and_never_calm(seed: int, silent: int) -> None:
    counts = wild_truce(seed, 120)
    counts[:, 110:] *= 3
    quiet = counts.copy()
    quiet[:, 120 - silent :] = np.nan
    found = forecast(signals(quiet))
    last_known = found.probability[:, 119 - silent]
    assert np.array_equal(found.probability[:, 119], last_known)
    assert (found.high[:, 119] >= found.high[:, 119 - silent]).all()
    assert (found.low[:, 119] <= found.low[:, 119 - silent]).all()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 50))
def test_law_probabilities_sum_to_one_within_their_range(seed: int) -> None:
    found = forecast(signals(wild_truce(seed)))
    assert found.probability.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    assert (found.low <= found.probability + 1e-6).all()
    assert (found.high >= found.probability - 1e-6).all()


def test_a_matrix_and_its_replay_agree_where_nothing_comes_late() -> None:
    counts = wild_truce(3, 100)
    again = relive(ledger_of(stated_of(counts, lag=0)))
    assert FIRST.weekday() == 0
    whole = np.where(again.ready[:, :, None, None], again.probability, 0.0)
    assert whole == pytest.approx(chances_of(counts, lag=0), abs=1e-4)


def test_the_shares_of_the_indicators_add_up_to_the_log_odds() -> None:
    found = signals(wild_truce())
    values, chance = found.values[0, -1], forecast(found).probability[0, -1, 1].astype(float)
    parts = contributions(values, 0, 1)
    learnt = coefficients()
    constant = learnt.weights[1, -1, 0] - learnt.weights[1, -1, -1]
    assert sum(parts.values()) + constant == pytest.approx(np.log(chance[0] / chance[3]), abs=0.01)
    named = {row["name"] for row in movers(values, 0, 1)}
    assert named == {one.name for one in catalogue() if one.signals}
    assert {s for one in catalogue() for s in one.signals} == set(NAMES)


def test_every_indicator_says_what_it_asks_its_range_and_its_record() -> None:
    for one in catalogue():
        assert one.asks.endswith("?")
        assert one.range
        assert len(one.says.split()) >= 12
        assert one.record
        assert bool(one.signals) != bool(one.kinds)
        assert (one.hides > 0) == bool(one.kinds)


def test_signs_are_shown_where_they_stand_above_their_past() -> None:
    assert sign_rows_of({one.name: 0.0 for one in catalogue()}) == []
    rows = sign_rows_of({"evacuation": 2.0, "alarms": 1.0})
    assert [row["name"] for row in rows] == ["evacuation", "alarms"]
    assert [row["value"] for row in rows] == [2.0, 1.0]


def test_a_count_against_its_own_past_states_its_false_alarm_rate() -> None:
    counts = np.append(wild_truce(1, 200)[0], 500.0)
    past = own_past(counts)
    assert past is not None
    assert past.count == 500
    assert past.high < 500
    assert past.chance_per_year < 2
    assert own_past(np.full(30, np.nan)) is None


BAD = {
    "constant": "10\n" * 80,
    "zeros": "0\n" * 80,
    "one day": "5\n",
    "a jump of a thousand": "10\n" * 60 + "10000\n" + "10\n" * 19,
    "mostly unknown": ("7\n" + "\n" * 6) * 12,
    "ends early": "10\n" * 40,
}


@pytest.mark.parametrize("name", BAD)
def test_odd_series_have_an_answer_with_its_range(name: str, tmp_path: Path) -> None:
    days = [str(np.datetime64("2021-03-01") + d) for d in range(200)]
    rows = [f"{day},x,{n}" for day, n in zip(days, BAD[name].splitlines(), strict=False)]
    path = tmp_path / "counts.csv"
    path.write_text("date,region,count\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = backtest(path)
    document = json.loads(found.json())
    assert {"warnings", "skill", "baselines"} <= document.keys()
    assert document["skill"]["answer"]
    assert np.isfinite(found.replay.probability).all()
    if name in ("constant", "zeros", "one day", "mostly unknown", "ends early"):
        assert not [w for w in document["warnings"] if w["outcome"] == "collapse"]
    if name == "one day":
        assert "no warning was possible" in document["skill"]["answer"]


@pytest.mark.parametrize(
    ("row", "found"),
    [("2021-03-01,x,-4", "'-4' as a count"), ("2021-02-30,x,4", "'2021-02-30' as a date"),
     ("2021-03-01,x,many", "'many' as a count"), ("2021-03-01,x,inf", "'inf' as a count")],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_line(row: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(f"date,region,count\n2021-02-28,x,3\n{row}\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"counts\.csv:3") as caught:
        read_daily_counts(path)
    assert found in str(caught.value)


def test_a_folder_of_later_files_is_read_as_one_and_the_cut_is_kept(tmp_path: Path) -> None:
    for month in (3, 4, 5, 6):
        rows = [f"2021-{month:02d}-{d:02d},x,{(d * month) % 17}" for d in range(1, 29)]
        text = "date,region,count\n" + "\n".join(rows) + "\n"
        (tmp_path / f"{month}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    found = backtest(tmp_path, cut=np.datetime64("2021-05-31").item())
    assert found.document["made"]["scored_from"] == "2021-06-01"
    assert found.document["made"]["first_day"] == "2021-03-01"
    assert "notes.csv: not read, no columns date and count" in found.document["made"]["notes"]
    with pytest.raises(ReadError, match="after the cut"):
        backtest(tmp_path, cut=np.datetime64("2022-01-01").item())


def test_a_collapse_is_found_and_a_bolt_from_the_blue_is_called_so() -> None:
    counts = np.random.default_rng(2).poisson(12, (1, 160)).astype(float)
    counts[0, 130:] = np.random.default_rng(3).poisson(150, 30)
    found = backtest(ledger_of(stated_of(counts)))
    raised = [w for w in found.document["warnings"] if w["outcome"] == "collapse"]
    assert raised
    assert min(w["issued_utc"] for w in raised) < str(FIRST + np.timedelta64(136, "D").item())
    assert "no warning in the counts before" in found.document["skill"]["answer"]


def test_scores_agree_with_the_scores_package() -> None:
    pytest.importorskip("scores")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import xarray as xr
        from scores.probability import brier_score, crps_for_ensemble
    rng = np.random.default_rng(4)
    p, came = rng.random(300), rng.random(300) < 0.4
    theirs = float(brier_score(xr.DataArray(p, dims="t"), xr.DataArray(came * 1.0, dims="t")))
    assert skill.brier_of(p, came) == pytest.approx(theirs)
    mean, size = np.full(40, 12.0), np.full(40, 2.0)
    counts = rng.negative_binomial(2, 2 / 14, 40).astype(float)
    members = rng.negative_binomial(2, 2 / 14, (40, 4000)).astype(float)
    ensemble = crps_for_ensemble(
        xr.DataArray(members, dims=("t", "m")), xr.DataArray(counts, dims="t"), "m"
    )
    assert skill.crps_counts(mean, size, counts).mean() == pytest.approx(float(ensemble), rel=0.03)


def test_roc_and_reliability_of_a_known_case() -> None:
    came = np.array([True, True, False, False])
    assert skill.roc(np.array([0.9, 0.8, 0.2, 0.1]), came)[1] == 1.0
    assert skill.roc(np.array([0.5, 0.5, 0.5, 0.5]), came)[1] == 0.5
    assert skill.roc(np.array([0.5, 0.5]), np.array([True, True])) == ([], None)
    rows = skill.reliability(np.array([0.15, 0.15, 0.85, 0.85]), came)
    assert [(r["from"], r["came"], r["n"]) for r in rows] == [(0.1, 1.0, 2), (0.8, 0.0, 2)]


def test_the_document_is_plain_json_with_each_baseline() -> None:
    document = json.loads(backtest(wild_ledger()).json())
    assert set(document["baselines"]) == {
        "climatology", "persistence", "last_value", "threshold_7_day_mean",
    }  # fmt: skip
    for hours in ("24", "72", "168"):
        assert document["skill"]["horizons"][hours]["outcomes"].keys() == set(OUTCOMES)


def counts_file(folder: Path, rows: list[str], heading: str = "date,region,count") -> Path:
    path = folder / "counts.csv"
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def test_what_is_unknown_or_ends_early_is_said(tmp_path: Path) -> None:
    days = [str(np.datetime64("2021-03-01") + d) for d in range(80)]
    rows = [f"{day},north,{n % 7}" for n, day in enumerate(days)]
    rows += [f"{day},south,{n % 5}" for n, day in enumerate(days[:40])]
    rows += [f"{day},west," for day in days]
    notes = backtest(counts_file(tmp_path, rows)).document["made"]["notes"]
    assert "west: no count at all, left out" in notes
    assert any(n.startswith("40 of 160 days of zones have no count") for n in notes)
    assert any(n.startswith("south: the last count is of 2021-04-09, 40 days") for n in notes)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_read(separator: str, tmp_path: Path) -> None:
    rows = [separator.join((f"2021-03-{d:02d}", "x", str(d))) for d in range(1, 29)]
    path = counts_file(tmp_path, rows, separator.join(("Date", "Region", "Count")))
    assert read_daily_counts(path).truth().sum() == sum(range(1, 29))


def test_a_clock_change_moves_no_day(tmp_path: Path) -> None:
    rows = [f"2021-03-{d:02d}T23:30:00+0{2 + (d > 28)}:00,x,{d}" for d in range(20, 32)]
    ledger = read_daily_counts(counts_file(tmp_path, rows))
    assert ledger.truth()[0].tolist() == [float(d) for d in range(20, 32)]


def test_the_answer_says_whether_a_plain_forecast_does_as_well() -> None:
    document = backtest(wild_ledger()).document
    assert "best plain one" in document["skill"]["answer"]
    week = document["skill"]["horizons"]["168"]["brier"]
    least = min(b["horizons"]["168"]["brier"] for b in document["baselines"].values())
    assert ("were better" in document["skill"]["answer"]) is (week < least)
    kept = document["skill"]["indicators"]
    assert kept.keys() == {one.name for one in catalogue() if one.signals}
    assert all(row["moved_before"] <= row["events"] for row in kept.values())


def test_a_budget_or_recommitment_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="false alarms a year"):
        backtest(wild_ledger(), budget_per_year=-1)
    with pytest.raises(ReadError, match="after the recommitment"):
        backtest(replace(wild_ledger(), recommitted=10_000))


@settings(max_examples=40, deadline=None)
@given(mean=st.floats(0.01, 5000), size=st.floats(0.05, 60), share=st.floats(0.01, 0.99))
def test_law_tails_and_quantiles_of_the_negative_binomial_agree(
    mean: float, size: float, share: float
) -> None:
    m, k = np.array([mean]), np.array([size])
    least = negbin.quantile(share, m, k)
    assert negbin.at_most(least, m, k)[0] >= share - 1e-9
    assert least[0] == 0 or negbin.at_most(least - 1, m, k)[0] < share + 1e-9
    both = negbin.at_most(least, m, k) + negbin.at_least(least + 1, m, k)
    assert both[0] == pytest.approx(1, abs=1e-9)
    assert negbin.at_least(np.zeros(1), m, k)[0] == 1
