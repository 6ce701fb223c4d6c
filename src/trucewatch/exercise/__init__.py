"""A synthetic truce with known truth: for training, tests, benchmarks and scoring."""

from trucewatch.exercise.scoring.pairs import PairScores, pair_scores

__all__ = ["PairScores", "pair_scores"]
