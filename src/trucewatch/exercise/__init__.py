"""A synthetic truce with known truth: for training, tests, benchmarks and scoring."""

from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.scoring.pairs import PairScores, pair_scores
from trucewatch.exercise.tables import observations
from trucewatch.exercise.write import Summary, write

__all__ = [
    "Dials",
    "ExerciseOptions",
    "PairScores",
    "Summary",
    "observations",
    "pair_scores",
    "write",
]
