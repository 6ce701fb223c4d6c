"""Which accounts hang together by pairs, across all blocks: connected components on Spark.

Each machine first shortens its own pairs to stars. Then labels spread: a node takes the least
label of its neighbours, and the label of that label (path halving), until a round changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.errors import ContractError
from trucewatch.fuse.cluster_blocks import contracted
from trucewatch.store.spark import SparkEngine

MOST_ROUNDS = 64
_EDGE = "one BIGINT, two BIGINT"
_SPREAD = """
    SELECT node, min(label) AS label FROM (
        SELECT e.two AS node, l.label FROM edge_both e JOIN label_now l ON l.node = e.one
        UNION ALL SELECT node, label FROM label_now
    ) AS told GROUP BY node
"""
_HALVE = """
    SELECT s.node, least(s.label, coalesce(t.label, s.label)) AS label
    FROM label_spread s LEFT JOIN label_spread t ON t.node = s.label
"""
_BOTH = """
    SELECT one, two FROM edge_once UNION ALL SELECT two AS one, one AS two FROM edge_once
"""
_FIRST = "SELECT one AS node, min(least(one, two)) AS label FROM edge_both GROUP BY one"
_SUM = "SELECT CAST(coalesce(sum(CAST(label AS DECIMAL(38, 0))), 0) AS VARCHAR) AS total " \
       "FROM label_now"  # fmt: skip


def shortened(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Return one machine's edges as stars; a later batch goes on from what is known."""
    one, two = np.empty(0, np.int64), np.empty(0, np.int64)
    for batch in batches:
        one = np.concatenate((one, batch["one"].to_numpy()))
        two = np.concatenate((two, batch["two"].to_numpy()))
        one, two = contracted(one, two)
    yield pa.record_batch({"one": pa.array(one), "two": pa.array(two)})


def labels(engine: SparkEngine, edges: Any) -> tuple[Any, int]:
    """Return a frame (node, label), equal for all that hang together, and the rounds it took.

    edges: a frame of (one, two). Raises ContractError beyond MOST_ROUNDS.
    """
    stars = engine.stored(engine.mapped(edges, shortened, _EDGE), "edge")
    stars.createOrReplaceTempView("edge_once")
    engine.frame(_BOTH).createOrReplaceTempView("edge_both")
    frame = engine.stored(engine.frame(_FIRST), "label_0")
    before = None
    for number in range(1, MOST_ROUNDS + 1):
        frame.createOrReplaceTempView("label_now")
        total = engine.query(_SUM)["total"][0].as_py()
        if total == before:
            return frame, number - 1
        before = total
        engine.frame(_SPREAD).createOrReplaceTempView("label_spread")
        frame = engine.stored(engine.frame(_HALVE), f"label_{number}")
    raise ContractError(f"components did not come to rest within {MOST_ROUNDS} rounds")
