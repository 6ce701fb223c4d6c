"""A synthetic truce with known truth: for training, tests, benchmarks and scoring."""

from trucewatch.exercise.daily import Daily, daily
from trucewatch.exercise.dials import Dials, ExerciseOptions
from trucewatch.exercise.scoring.forecasts import score_warnings
from trucewatch.exercise.scoring.pairs import PairScores, pair_scores
from trucewatch.exercise.scoring.report import Score, score
from trucewatch.exercise.tables import observations
from trucewatch.exercise.writing import Summary, write

__all__ = [
    "Daily",
    "Dials",
    "ExerciseOptions",
    "PairScores",
    "Score",
    "Summary",
    "daily",
    "observations",
    "pair_scores",
    "score",
    "score_warnings",
    "write",
]
