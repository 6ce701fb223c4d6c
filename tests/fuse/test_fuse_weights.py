"""Weights: symmetric, explained, estimated without labels, calibrated and monotone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import fuse_scenes as scenes
import numpy as np
import pytest

from trucewatch.errors import ConfigError
from trucewatch.exercise import ExerciseOptions, observations, pair_scores
from trucewatch.fuse.accounts import COLUMNS, happening
from trucewatch.fuse.calibrate import calibrations, expected_calibration_error, probability
from trucewatch.fuse.estimate import estimate, sample
from trucewatch.fuse.explain import explain
from trucewatch.fuse.features import features
from trucewatch.fuse.fusing import fuse
from trucewatch.fuse.levels import COPY
from trucewatch.fuse.options import HELD, FuseOptions, read_parameters, write_parameters
from trucewatch.fuse.weights import FEATURES, tables

PARAMETERS, OPTIONS = read_parameters(), FuseOptions()


@pytest.fixture(scope="module")
def world():
    table, truth = observations(ExerciseOptions(days=30, observations=9000, seed=77))
    import pyarrow as pa

    table = happening(table.append_column("truth", pa.array(truth)))
    return table.select(COLUMNS).combine_chunks(), table["truth"].to_numpy()


def test_a_synthetic_truce_is_fused_as_it_was(world):
    table, truth = world
    score = pair_scores(truth, fuse(table, PARAMETERS, OPTIONS).labels())
    assert score.f1 > 0.94


def test_estimating_without_labels_mends_spoilt_weights(world):
    table, truth = world
    bits = dict(PARAMETERS.bits)
    bits["prior"] = (np.array(bits["prior"]) + 4).tolist()
    bits["kind"], bits["weapon"] = [0, 0, 0], [0, 0, 0, 0]
    spoilt = replace(PARAMETERS, bits=bits, kind_pairs={})
    before = pair_scores(truth, fuse(table, spoilt, OPTIONS).labels()).f1
    mended = estimate(sample(table, spoilt, OPTIONS), spoilt, OPTIONS, rounds=4)
    after = pair_scores(truth, fuse(table, mended, OPTIONS).labels()).f1
    assert after > before + 0.02


def test_judgements_enter_the_estimate(world):
    table, _ = world
    found = sample(table, PARAMETERS, OPTIONS)
    ids, row = table["observation_id"].to_pylist(), found.accounts.records["row"]
    pair = ids[row[found.pairs.left[0]]], ids[row[found.pairs.right[0]]]
    told = sample(table, PARAMETERS, OPTIONS, known={pair[::-1]: True})
    assert told.known[0] == 1 and np.isnan(told.known[1:]).all()


@pytest.mark.parametrize("held", range(len(HELD)))
def test_probability_never_falls_with_the_weight(held):
    bits = np.linspace(-40, 60, 2000)
    stated = probability(bits, np.full(2000, held), PARAMETERS)
    assert (np.diff(stated) >= 0).all() and 0 < stated[0] < stated[-1] < 1


def test_calibration_finds_the_odds_that_made_the_labels_in_each_class():
    draw = np.random.default_rng(1)
    bits, held = draw.uniform(-12, 12, 60_000), draw.integers(0, 3, 60_000)
    same = draw.random(60_000) < 1 / (1 + 2.0 ** -(0.5 * bits - held))
    fitted = replace(PARAMETERS, calibration=calibrations(bits, same, held))
    stated = probability(bits, held, fitted)
    for row in range(3):
        assert expected_calibration_error(stated[held == row], same[held == row]) < 0.03


def test_a_class_of_few_pairs_takes_the_curve_of_all():
    draw = np.random.default_rng(2)
    bits, held = draw.uniform(-12, 12, 20_000), np.zeros(20_000, int)
    held[:500] = 2
    same = draw.random(20_000) < 1 / (1 + 2.0**-bits)
    curves = calibrations(bits, same, held)
    assert curves[HELD[2]] == curves[HELD[1]]


def test_a_weights_file_reads_back_as_it_was_written(tmp_path):
    write_parameters(PARAMETERS, tmp_path / "weights.yaml")
    assert read_parameters(tmp_path / "weights.yaml") == PARAMETERS


def test_a_calibration_that_falls_is_refused(tmp_path):
    path = tmp_path / "weights.yaml"
    falling = dict.fromkeys(HELD, ((0.0, 0.9), (1.0, 0.2)))
    write_parameters(replace(PARAMETERS, calibration=falling), path)
    with pytest.raises(ConfigError, match="do not rise"):
        read_parameters(path)


def test_every_feature_says_why():
    pair = [scenes.account("a", weapon="mortar_120", count_best=6.0, observer="P1"),
            scenes.account("b", weapon="howitzer_152", count_best=40.0, observer="P2")]  # fmt: skip
    said = explain(scenes.table(pair), PARAMETERS, OPTIONS)
    assert len(said) == 10
    assert any("weapon" in line and "different" in line for line in said)
    assert explain(scenes.table(pair[::-1]), PARAMETERS, OPTIONS) == said


def two_articles(**fields):
    told = {
        "source_id": "news",
        "means": "reported",
        "when_precision": "day",
        "end_utc": scenes.START + timedelta(days=1),
    } | fields
    table = scenes.table([
        scenes.account("one", observer="Post", **told),
        scenes.account("two", observer="Wire", **told),
    ])  # fmt: skip
    return sample(table, PARAMETERS, OPTIONS)


def bits_of(found, name):
    seen = features(found.accounts, tables(PARAMETERS, OPTIONS), found.pairs)
    return seen.bits[:, FEATURES.index(name)].tolist()


def test_a_region_is_no_place_that_two_accounts_agree_on():
    region = two_articles(radius_km=300.0, where_precision="country")
    assert bits_of(region, "place") == [0.0]
    town = two_articles(radius_km=3.0, where_precision="settlement")
    assert bits_of(town, "place")[0] > 0.5


def test_a_kind_that_the_weights_never_met_counts_as_common():
    assert "clash" not in PARAMETERS.shares["kind"]
    unmet = bits_of(two_articles(kind="clash"), "kind")[0]
    commonest = -np.log2(max(PARAMETERS.shares["kind"].values()))
    assert unmet == pytest.approx(PARAMETERS.bits["kind"][0] + commonest, abs=1e-3)


def test_more_shared_words_never_speak_less_for_a_pair(world):
    made = estimate(sample(world[0], PARAMETERS, OPTIONS), PARAMETERS, OPTIONS, rounds=1)
    for weights in (PARAMETERS, made):
        for row in weights.bits["words"]:
            assert np.all(np.diff(row[1 : COPY + 1]) >= 0)
