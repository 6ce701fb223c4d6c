"""A synthetic truce with known truth: for training, tests, benchmarks and scoring."""

from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.scoring.pairs import PairScores, pair_scores
from trucewatch.exercise.tables import observations

__all__ = ["Dials", "ExerciseOptions", "PairScores", "observations", "pair_scores"]
