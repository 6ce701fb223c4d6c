"""Exercises that several tests look at: drawn once."""

from pathlib import Path

import pytest

from trucewatch.exercise import ExerciseOptions, Summary, write


@pytest.fixture(scope="session")
def small() -> ExerciseOptions:
    return ExerciseOptions(days=16, observations=3000, seed=11)


@pytest.fixture(scope="session")
def written(
    tmp_path_factory: pytest.TempPathFactory, small: ExerciseOptions
) -> tuple[Path, Summary]:
    folder = tmp_path_factory.mktemp("exercise") / "mission"
    return folder, write(folder, small)
