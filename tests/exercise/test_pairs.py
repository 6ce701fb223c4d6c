"""Pair and B-cubed figures against their definitions, spelt out by hand and by brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.exercise.scoring.pairs import pair_scores

LABELS = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), min_size=1, max_size=30)


def test_a_case_by_hand() -> None:
    # True pairs: (0,1), (2,3). Found pairs: the three within rows 0, 1, 2. Joint: (0,1).
    scores = pair_scores(np.array([0, 0, 1, 1, -1, -1]), np.array([0, 0, 0, 1, -1, 2]))
    assert (scores.true_pairs, scores.found_pairs, scores.joint_pairs) == (2, 3, 1)
    assert scores.precision == pytest.approx(1 / 3)
    assert scores.recall == pytest.approx(1 / 2)
    assert scores.f1 == pytest.approx(0.4)


def test_text_labels_and_missing_ones() -> None:
    scores = pair_scores(np.array(["a", "a", "", None], object), np.array(["x", "x", "", ""]))
    assert (scores.precision, scores.recall, scores.f1) == (1.0, 1.0, 1.0)


def test_no_pairs_give_no_rate_rather_than_a_flattering_one() -> None:
    scores = pair_scores(np.array([1, 2, 3]), np.array([1, 2, 3]))
    assert (scores.precision, scores.recall, scores.f1) == (None, None, None)
    assert scores.bcubed.f1 == 1.0


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 true labels for 1"):
        pair_scores(np.array([1, 2]), np.array([1]))


@given(LABELS)
@settings(deadline=None, max_examples=60)
def test_equal_to_enumerating_every_pair(rows: list[tuple[int, int]]) -> None:
    true, found = (np.array(column) for column in zip(*rows, strict=True))

    def together(labels: np.ndarray, i: int, j: int) -> bool:
        return bool(labels[i] == labels[j] and labels[i] != -1)

    pairs = list(combinations(range(len(rows)), 2))
    scores = pair_scores(true, found)
    assert scores.true_pairs == sum(together(true, i, j) for i, j in pairs)
    assert scores.found_pairs == sum(together(found, i, j) for i, j in pairs)
    assert scores.joint_pairs == sum(
        together(true, i, j) and together(found, i, j) for i, j in pairs
    )
    assert scores.bcubed.precision == pytest.approx(_bcubed_precision(true, found))
    assert scores.bcubed.recall == pytest.approx(_bcubed_precision(found, true))


def _bcubed_precision(true: np.ndarray, found: np.ndarray) -> float:
    def same(labels: np.ndarray, i: int) -> np.ndarray:
        alone = np.arange(len(labels)) == i
        return alone | ((labels == labels[i]) & (labels[i] != -1))

    shares = [
        (same(true, i) & same(found, i)).sum() / same(found, i).sum() for i in range(len(true))
    ]
    return float(np.mean(shares))
