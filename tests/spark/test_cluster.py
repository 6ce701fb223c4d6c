"""The cluster finds the incidents of one machine, row for row, whatever its blocks."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest
from tests.spark.conftest import KNOWN

from trucewatch.errors import ContractError
from trucewatch.fuse import cluster_parts
from trucewatch.fuse.cluster import ClusterOptions, fused_on
from trucewatch.fuse.cluster_parts import labels
from trucewatch.fuse.room import lookers
from trucewatch.store import Run
from trucewatch.store.spark import SparkEngine

WRITTEN = ("pair", "incident", "member", "conflict", "teller_record")
CUTS = (
    ClusterOptions(partitions=2),
    ClusterOptions(partitions=2, block_km=40.0, block_h=150.0, accounts_a_bucket=150),
)


@pytest.mark.parametrize("cluster", CUTS, ids=["few", "many"])
def test_the_cluster_changes_no_row_of_one_machine(
    small: SimpleNamespace, engine: SparkEngine, cluster: ClusterOptions
) -> None:
    store = small.store
    before = {name: store.table(name) for name in WRITTEN}
    closed = store.size("retired")
    result = fused_on(engine, store, small.mission, Run("run-cluster", "fuse", KNOWN, {}), cluster)
    assert result.rows == 0
    assert store.size("retired") == closed
    for name in WRITTEN:
        assert before[name].num_rows > 0
        assert store.table(name).equals(before[name]), name
    # Of two null accounts only the one of a happening is a look, on the cluster as on one machine.
    span = {"low": datetime(2023, 1, 1, tzinfo=UTC), "high": datetime(2023, 2, 1, tzinfo=UTC)}
    looked = set(lookers(store, span)["observer"].to_pylist())
    assert {one for one in looked if one.startswith("gate of")} == {"gate of explosion"}
    # People's words were among what was bound: else the test would say less than it seems to.
    status = set(before["incident"]["verification_status"].to_pylist())
    assert {"verified", "rejected", "corroborated"} <= status
    assert 1000.0 in before["pair"]["weight_bits"].to_pylist()


def test_long_chains_hang_together_within_few_rounds(
    engine: SparkEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Spark hands each row of this frame to one of two machines: neither sees the whole chain.
    chain = pa.table({"one": [*range(40), 90], "two": [*range(1, 41), 91]})
    engine.lend("chain", chain)
    frame = engine.session.table("chain").repartition(2)
    found, rounds = labels(engine, frame)
    rows = engine.arrow(found).to_pylist()
    assert {row["node"]: row["label"] for row in rows} == dict.fromkeys(range(41), 0) | {
        90: 90, 91: 90,
    }  # fmt: skip
    assert rounds <= 12
    monkeypatch.setattr(cluster_parts, "MOST_ROUNDS", 1)
    with pytest.raises(ContractError, match="did not come to rest"):
        labels(engine, frame)
