"""Pair figures by kind and by pair of sources, from counts of groups alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trucewatch.exercise.scoring.linked import Linked
from trucewatch.exercise.scoring.pairs import Codes, Rates, codes_of, pair_scores, rates

Mask = NDArray[np.bool_]


def by_kind(rows: Linked) -> dict[str, dict[str, Any]]:
    """Return pair scores among observations of one kind, by kind."""
    code, kinds = _encoded(rows.kind)
    return {
        str(kind): pair_scores(rows.true[code == n], rows.found[code == n]).as_json()
        for n, kind in enumerate(kinds)
    }


def by_source_pair(rows: Linked) -> dict[str, dict[str, Any]]:
    """Return pair rates between two sources (or within one), by 'source+source'."""
    code, sources = _encoded(rows.source)
    true, found = codes_of(rows.true), codes_of(rows.found)
    joint = codes_of(true * (int(found.max(initial=0)) + 1) + found)
    scored = {}
    for left, name in enumerate(sources):
        for right in range(left, len(sources)):
            pairs = [_between(g, code == left, code == right) for g in (joint, found, true)]
            scored[f"{name}+{sources[right]}"] = _as_json(rates(*pairs), pairs)
    return scored


def _as_json(rate: Rates, pairs: list[int]) -> dict[str, Any]:
    return {
        "precision": rate.precision, "recall": rate.recall, "f1": rate.f1,
        "joint_pairs": pairs[0], "found_pairs": pairs[1], "true_pairs": pairs[2],
    }  # fmt: skip


def _between(groups: Codes, left: Mask, right: Mask) -> int:
    """Return the number of pairs in one group with one side in left and one in right."""
    width = int(groups.max(initial=-1)) + 1
    ours = np.bincount(groups[left], minlength=width)
    if left is right or (left == right).all():
        return int((ours * (ours - 1) // 2).sum())
    return int((ours * np.bincount(groups[right], minlength=width)).sum())


def _encoded(column: pa.Array) -> tuple[Codes, list[str]]:
    encoded = column.dictionary_encode()
    return np.asarray(encoded.indices, dtype=np.int64), encoded.dictionary.to_pylist()
