"""The in-memory exercise: columns of the store, one seed one exercise, labels with a meaning."""

import numpy as np
import pyarrow as pa
import pytest

from trucewatch.exercise import ExerciseOptions, observations
from trucewatch.model import Observation, columns

OPTIONS = ExerciseOptions(days=10, observations=3000, seed=11)


@pytest.fixture(scope="module")
def made() -> tuple[pa.Table, np.ndarray]:
    return observations(OPTIONS)


def test_columns_are_those_of_an_observation(made: tuple[pa.Table, np.ndarray]) -> None:
    assert set(made[0].column_names) == {*columns(Observation), "observation_id"}


def test_ids_are_distinct_and_of_the_common_form(made: tuple[pa.Table, np.ndarray]) -> None:
    ids = made[0]["observation_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert all(len(i) == 28 and i.startswith("obs-") for i in ids)


def test_the_same_seed_gives_the_same_exercise(made: tuple[pa.Table, np.ndarray]) -> None:
    again, labels = observations(OPTIONS)
    assert again.equals(made[0])
    assert (labels == made[1]).all()


def test_null_observations_tell_of_no_incident(made: tuple[pa.Table, np.ndarray]) -> None:
    table, labels = made
    null = table["is_null"].to_numpy()
    assert null.any()
    assert (labels[null] == -1).all()
