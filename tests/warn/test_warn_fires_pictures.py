"""Background fires, scenarios and pictures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from warn_given import wild_ledger

from trucewatch import drawing
from trucewatch.errors import ConfigError, ReadError
from trucewatch.warn import pictures, pictures_of_skill
from trucewatch.warn.alarms import Alarms
from trucewatch.warn.backtest import backtest
from trucewatch.warn.fires import (
    Background,
    Cells,
    Fires,
    Surroundings,
    daily_war_fires,
    fit_background,
    score_fires,
    war_fire_days,
    war_fires_by_region,
)
from trucewatch.warn.scenarios import fan, scenarios


def farm_year(year: int, rng: np.random.Generator) -> Fires:
    """Farm burning in March and August all over a country of four by two degrees."""
    start = np.datetime64(f"{year}-01-01")
    day = np.concatenate([rng.integers(60, 90, 900), rng.integers(213, 240, 900)])
    lon, lat = 30 + 4 * rng.random(1800), 48 + 2 * rng.random(1800)
    return Fires(lon, lat, start + day)


def joined(*parts: Fires) -> Fires:
    return Fires(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("lon", "lat", "day")))


@pytest.fixture(scope="module")
def peace() -> tuple[Fires, Background]:
    rng = np.random.default_rng(1)
    every = joined(*(farm_year(y, rng) for y in range(2010, 2020)))
    cells = Cells.around(every.lon, every.lat)
    return every, fit_background(every, Surroundings(cells, cells.blocks), range(2010, 2020))


def test_farm_burning_is_mostly_background_and_fire_out_of_season_is_not(
    peace: tuple[Fires, Background],
) -> None:
    rng = np.random.default_rng(2)
    year = farm_year(2020, rng)
    day = np.datetime64("2020-05-20") + rng.integers(0, 10, 200)
    war = Fires(32 + 0.2 * rng.random(200), 49 + 0.2 * rng.random(200), day)
    scored = score_fires(joined(year, war), peace[1])
    daily = daily_war_fires(scored, np.datetime64("2020-01-01"), 366)
    may = slice(140, 152)
    assert daily[may].sum() >= 190
    assert daily.sum() - daily[may].sum() < 0.25 * 1800


def test_under_cloud_no_fire_is_unknown_and_not_none(peace: tuple[Fires, Background]) -> None:
    model, first = peace[1], np.datetime64("2020-06-01")
    around = model.around
    cloud = np.zeros((around.region.max() + 1, 30))
    cloud[:, 10:20] = 0.95
    clouded = Background(
        Surroundings(around.cells, around.region, None, cloud, first),
        model.rate, model.cloud_effect, model.cut,
    )  # fmt: skip
    none = Fires(np.array([31.0]), np.array([48.5]), np.array([first - 40]))
    table = war_fires_by_region(score_fires(none, clouded), clouded, first, 30)
    assert np.isnan(table[:, 10:20]).all()
    assert (table[:, :10] == 0).all()


def test_a_war_day_needs_more_than_any_peace_has_had() -> None:
    peace_year = np.full((1, 365), 30.0)
    war = np.full((1, 365), 30.0)
    war[0, 100] = 60
    assert np.flatnonzero(war_fire_days(war, [peace_year])[0]).tolist() == [100]


def test_swapped_or_missing_positions_are_refused() -> None:
    day = np.array(["2020-01-01"], dtype="datetime64[D]")
    with pytest.raises(ReadError, match="outside the globe"):
        Fires(np.array([30.0]), np.array([131.0]), day)
    with pytest.raises(ReadError, match="no fire"):
        Cells.around(np.array([]), np.array([]))


def test_a_worse_scenario_has_more_war_in_it_and_each_says_what_it_assumes() -> None:
    counts = np.random.default_rng(3).negative_binomial(2, 0.1, 150).astype(float)
    made = {s.id: fan(counts, s, collapse_168h=0.03, paths=800) for s in scenarios()}
    share = {name: one.collapse_share for name, one in made.items()}
    assert share["force_deployed"] < share["as_it_stands"] < share["side_rejects"]
    for one in made.values():
        assert one.scenario.assumes.endswith(".")
        assert (np.diff(one.quantiles, axis=0) >= 0).all()
    with pytest.raises(ValueError, match="no count is known"):
        fan(np.full(9, np.nan), scenarios()[0], collapse_168h=0.1)


def test_a_scenario_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("- {id: a, title: A, assumes: B., drift_per_week: 1}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="multipliers above 0"):
        scenarios(path)


def test_every_picture_says_its_answer_and_fetches_nothing() -> None:
    found = backtest(wild_ledger())
    again, alarms = found.replay, found.alarms
    made = fan(again.truth[0], scenarios()[0], collapse_168h=0.02, paths=200)
    rows = found.document["skill"]["horizons"]["168"]["outcomes"]["holding"]["reliability"]
    curves = {"ours": [(1.0, 24.0), (2.0, 48.0)], "plain": [(2.0, 0.0), (3.0, 72.0)]}
    whole = len(again.zones) - 1
    drawn = {
        "series": pictures.series(again, 0, alarms=alarms),
        "warning": pictures.warning_over_time(again, whole, alarms=alarms),
        "bare": pictures.warning_over_time(again, 0),
        "reliability": pictures_of_skill.reliability_diagram(rows, outcome="holding"),
        "whole": pictures.series(again, whole),
        "lead": pictures_of_skill.lead_curve(curves, outcome="collapse", budget=2.0),
        "fan": pictures_of_skill.fan_chart(made, again, 0),
    }
    assert drawn["whole"].title.startswith("The whole mission: ")
    assert drawn["lead"].title.endswith("a year or fewer: ours 48 h, plain 0 h")
    for name, one in drawn.items():
        for svg in (one.wide, one.narrow, drawing.standalone(one)):
            root = ElementTree.fromstring(svg)
            assert root.get("role") == "img", name
            assert "http" not in svg.replace("http://www.w3.org", "")
            assert "nan" not in svg.lower().replace("nanum", "")
        assert "var(" not in drawing.standalone(one)


def test_alarms_and_unknown_days_are_marked_and_not_by_colour_alone() -> None:
    found = backtest(wild_ledger())
    again = found.replay
    stood = np.zeros_like(found.alarms["collapse"].raised)
    stood[0, -5:] = True
    alarms = {"collapse": Alarms(stood, np.full(again.days, 0.4))}
    truth = again.truth.copy()
    truth[0, -2:] = np.nan
    again = replace(again, truth=truth)
    drawn = pictures.warning_over_time(again, 0, alarms=alarms)
    assert re.match(r"Alarm for collapse \(.+%\) stands for ", drawn.title)
    assert drawn.wide.count('class="alarm"') == 1
    assert "alarm since" in drawn.wide
    whole = pictures.warning_over_time(again, len(again.zones) - 1, alarms=alarms).title
    assert whole.startswith("No alarm stands for the whole mission, but in ")
    series = pictures.series(again, 0, alarms=alarms)
    assert "alarm: collapse" in series.wide
    assert "no count: unknown" in series.wide
    assert "alarm: collapse" not in pictures.series(again, 0).wide
