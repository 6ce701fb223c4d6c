"""Pair and B-cubed figures of a partition against the truth, from contingency counts.

No pair is ever enumerated: a partition of n rows costs two sorts, whatever the group sizes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALONE = -1  # a label that stands for no group: the row is a group of its own
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and their harmonic mean, each in 0..1; None where nothing was there."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class PairScores(Rates):
    """Pair rates, the pair counts they stand on, and B-cubed rates over the same rows."""

    true_pairs: int
    found_pairs: int
    joint_pairs: int
    rows: int
    bcubed: Rates

    def as_json(self) -> dict[str, Any]:
        """Return the scores as plain values for a JSON document."""
        return asdict(self)


def rates(joint: float, found: float, true: float) -> Rates:
    """Return precision joint/found, recall joint/true and F1 = 2 joint / (found + true)."""
    f1 = 2 * joint / (found + true) if found + true else None
    return Rates(joint / found if found else None, joint / true if true else None, f1)


def codes_of(labels: NDArray[Any]) -> Codes:
    """Return dense group codes 0..k-1; every row labelled -1, None or '' becomes its own group."""
    if labels.dtype.kind in "iu":
        lone = labels == ALONE
        _, codes = np.unique(labels, return_inverse=True)
    else:
        text = np.array(["" if label is None else str(label) for label in labels], dtype=object)
        lone = np.asarray(text == "", dtype=bool)
        _, codes = np.unique(text.astype(str), return_inverse=True)
    codes = codes.astype(np.int64)
    codes[lone] = int(codes.max(initial=0)) + 1 + np.arange(int(lone.sum()))
    return codes


def _cells(true: Codes, found: Codes) -> tuple[Codes, Codes, Codes]:
    """Return (true code, found code, rows) of every cell of the contingency table in use."""
    width = int(found.max(initial=0)) + 1
    keys, sizes = np.unique(true * width + found, return_counts=True)
    return keys // width, keys % width, sizes.astype(np.int64)


def _pairs_in(sizes: Codes) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def pair_scores(labels_true: NDArray[Any], labels_found: NDArray[Any]) -> PairScores:
    """Return pair and B-cubed precision, recall and F1 of a found partition.

    labels_true, labels_found: one label a row, integers or text, in the same order; -1, None
    and '' mean 'in no group'. Two rows are a true pair when they share a true label. O(n log n).
    Raises ValueError where the lengths differ. B-cubed: Bagga and Baldwin (1998).
    """
    if len(labels_true) != len(labels_found):
        raise ValueError(f"{len(labels_true)} true labels for {len(labels_found)} found ones")
    true, found = codes_of(np.asarray(labels_true)), codes_of(np.asarray(labels_found))
    true_sizes, found_sizes = np.bincount(true), np.bincount(found)
    cell_true, cell_found, sizes = _cells(true, found)
    counts = _pairs_in(true_sizes), _pairs_in(found_sizes), _pairs_in(sizes)
    pair = rates(counts[2], counts[1], counts[0])
    squares = sizes.astype(np.float64) ** 2
    bcubed = _bcubed(squares, true_sizes[cell_true], found_sizes[cell_found], len(true))
    return PairScores(pair.precision, pair.recall, pair.f1, *counts, len(true), bcubed)


def _bcubed(squares: NDArray[Any], true_sizes: Codes, found_sizes: Codes, rows: int) -> Rates:
    if not rows:
        return Rates(None, None, None)
    precision = float((squares / found_sizes).sum()) / rows
    recall = float((squares / true_sizes).sum()) / rows
    return Rates(precision, recall, 2 * precision * recall / (precision + recall))
