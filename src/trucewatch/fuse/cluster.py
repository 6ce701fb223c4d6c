"""Fuse on a Spark cluster: the same incidents, row for row, as one machine finds.

Blocks of place and time (cluster_seam) find pairs with the kernels of one machine
(cluster_blocks); what hangs together across blocks is found on Spark (cluster_parts) and bound
whole (cluster_bind). Everything global (weights, rarity of words, verdicts, watchers) is reckoned
once and told to all, so that neither block size nor number of machines changes a row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trucewatch.fuse.cluster_bind import Asked, ForBinding, bound, opened, tallied
from trucewatch.fuse.cluster_blocks import Broadcast, block_pairs, crowded, nodes
from trucewatch.fuse.cluster_parts import labels
from trucewatch.fuse.cluster_seam import CROWD_H, CROWD_KM, Seam, with_blocks
from trucewatch.fuse.cluster_words import counted, rarity_from
from trucewatch.fuse.conflicts import SCHEMA
from trucewatch.fuse.occurred import priors
from trucewatch.fuse.options import FuseOptions, fuse_options, read_parameters
from trucewatch.fuse.room import _HAPPENING, SQL, _parameters_path, lookers
from trucewatch.fuse.tellers import RECORD, TALLY, added_up, learnt
from trucewatch.fuse.verdicts import Verdicts, verdicts_of
from trucewatch.mission import Mission
from trucewatch.store import RoomResult, Run, Store
from trucewatch.store.spark import SparkEngine, export_tables, open_session
from trucewatch.vocabulary import happening_kinds

READS = ("observation", "watch", "judgement", "review", "member")
STEPS = ("verdicts", "review_status", "track_record")
_COUNTS = "SELECT week, bucket, sum(seen) AS seen FROM word_part GROUP BY week, bucket"
_SPAN = "SELECT min(start_utc) AS low, max(start_utc) AS high, count(*) AS many FROM crowded"
_TALLY = (
    "source_id string, mode string, teller string, family string, bits bigint, confirmed boolean, "
    "accounts bigint"
)
_BOUND = "noun string, rows bigint, arrow binary"
_PAIR = (
    "left_id string, right_id string, bits float, left_node bigint, right_node bigint, cut bigint"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions:
    """Where and in what pieces to work; none of it changes a result.

    master: a Spark master URL. folder: one that every machine reads and writes under this path
    (None: a temporary one, for local masters). block_km, block_h: size of a block (at least 4 km,
    1 h). accounts_a_bucket: how many are bound at a time. partitions: of a shuffle.
    spark: further settings of Spark.
    """

    master: str = "local[2]"
    folder: Path | None = None
    block_km: float = 400.0
    block_h: float = 24.0 * 28
    accounts_a_bucket: int = 50_000
    partitions: int = 8
    spark: Mapping[str, str] = field(default_factory=dict)

    def settings(self) -> dict[str, str]:
        """Spark's settings for these options."""
        return {
            "spark.sql.shuffle.partitions": str(self.partitions),
            # Few bytes can mean much work here: small partitions are not to be put together.
            "spark.sql.adaptive.coalescePartitions.enabled": "false",
            **self.spark,
        }


def run_cluster(store: Store, mission: Mission, run: Run, cluster: ClusterOptions) -> RoomResult:
    """Fuse the open observations on a cluster and write what changed into the mission's store.

    The room's contract with one thing more. Raises MissingExtra without pyspark or Java.
    """
    with (
        _folder(cluster) as folder,
        open_session(cluster.master, folder / "spark", cluster.settings()) as session,
    ):
        return fused_on(SparkEngine(session, folder), store, mission, run, cluster)


@contextmanager
def _folder(cluster: ClusterOptions) -> Iterator[Path]:
    if cluster.folder is not None:
        cluster.folder.mkdir(parents=True, exist_ok=True)
        yield cluster.folder
        return
    with tempfile.TemporaryDirectory(prefix="trucewatch-") as made:
        yield Path(made)


def fused_on(
    engine: SparkEngine, store: Store, mission: Mission, run: Run, cluster: ClusterOptions
) -> RoomResult:
    """Fuse on an engine that is already open; its folder takes the tables as Parquet."""
    run.tell("writing tables for the cluster", 0, None)
    export_tables(store, engine.folder, READS)
    engine.register(READS)
    work = Work(engine, store, mission, run, cluster)
    written = work.written()
    written["conflict"] = _with_counts(engine, written["conflict"])
    changes = {name: store.replace(name, rows, run) for name, rows in written.items()}
    return RoomResult(
        sum(change.added for change in changes.values()),
        {"incidents": written["incident"].num_rows, "pairs": written["pair"].num_rows,
         "conflicts": written["conflict"].num_rows, **work.detail, "bound": "all"},
    )  # fmt: skip


def _with_counts(engine: SparkEngine, conflicts: pa.Table) -> pa.Table:
    counts = engine.step(SQL / "count_conflicts.sql")
    return pa.concat_tables([conflicts, counts.select(conflicts.column_names).cast(
        conflicts.schema)])  # fmt: skip


class Work:
    """One fusing on the cluster, stage after stage; every stage ends in Parquet files."""

    def __init__(
        self, engine: SparkEngine, store: Store, mission: Mission, run: Run,
        cluster: ClusterOptions,
    ) -> None:  # fmt: skip
        self.engine, self.store, self.run, self.cluster = engine, store, run, cluster
        # One machine of the cluster works on many blocks at once: one thread for each.
        self.options: FuseOptions = replace(fuse_options(run.options), threads=1)
        self.parameters = read_parameters(_parameters_path(mission, self.options))
        self.detail: dict[str, object] = {}
        self.record = RECORD.empty_table()

    def written(self) -> dict[str, pa.Table]:
        """Return the rows of pair, incident, member, teller_record and conflict (in incidents)."""
        self._say("counting words and neighbours")
        happenings = self.engine.frame(_HAPPENING, {"kinds": happening_kinds()})
        told = Broadcast(self.parameters, self.options, self._rarity(happenings))
        accounts = self._crowded(happenings, told)
        self._say("comparing accounts")
        pairs = self._pairs(accounts, told)
        verdicts = verdicts_of(self.engine.step(SQL / "verdicts.sql").to_pylist())
        self._say("binding accounts")
        label, rounds = labels(self.engine, self._edges(pairs, verdicts))
        self.detail["rounds"] = rounds
        found = _collected(self._bound((accounts, pairs, label), told, verdicts))
        return {**found, "teller_record": self.record}

    def _say(self, what: str) -> None:
        self.run.tell(what, 0, None)

    def _shared(self, value: Any) -> Any:
        return self.engine.session.sparkContext.broadcast(value)

    def _rarity(self, happenings: Any) -> Any:
        def parts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from counted(pa.Table.from_batches([batch])).to_batches()

        said = happenings.select("quote", "start_utc")
        frame = self.engine.mapped(said, parts, "week int, bucket int, seen bigint")
        frame.createOrReplaceTempView("word_part")
        return rarity_from(self.engine.query(_COUNTS))

    def _in_blocks(self, frame: Any, guest_km: float, guest_h: float) -> Any:
        # Guests must not outnumber those at home: blocks are at least as wide as their rims.
        seam = Seam(
            max(self.cluster.block_km, guest_km), max(self.cluster.block_h, guest_h),
            guest_km, guest_h,
        )  # fmt: skip

        def shown(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from with_blocks(pa.Table.from_batches([batch]), seam).to_batches()

        schema = _extended(frame.schema, block="bigint", home="boolean")
        return self.engine.mapped(frame, shown, schema)

    def _crowded(self, happenings: Any, told: Broadcast) -> Any:
        bare = self._shared(replace(told, rarity=None))
        schema = _extended(happenings.schema, crowd="float", node="bigint")
        frame = self.engine.grouped(
            self._in_blocks(happenings, CROWD_KM, CROWD_H), "block",
            lambda block: crowded(block, bare.value), schema,
        )  # fmt: skip
        return self.engine.stored(frame, "crowded")

    def _pairs(self, accounts: Any, told: Broadcast) -> Any:
        shared = self._shared(told)
        blocks = self._in_blocks(accounts, self.options.extent_km, self.options.duration_h)
        frame = self.engine.grouped(
            blocks, "block", lambda block: block_pairs(block, shared.value), _PAIR
        )
        return self.engine.stored(frame, "pairs")

    def _edges(self, pairs: Any, verdicts: Verdicts) -> Any:
        edges = pairs.selectExpr("left_node AS one", "right_node AS two")
        if not verdicts.same:
            return edges
        sides = [nodes(pa.chunked_array([pa.array(side)])) for side in zip(*verdicts.same,
                                                                         strict=True)]  # fmt: skip
        self.engine.lend("judged_same", pa.table(dict(zip(("one", "two"), sides, strict=True))))
        return edges.unionByName(self.engine.session.table("judged_same"))

    def _bound(self, parts: tuple[Any, Any, Any], told: Broadcast, verdicts: Verdicts) -> Path:
        for name, frame in zip(("crowded", "paired", "label"), parts, strict=True):
            frame.createOrReplaceTempView(name)
        span = self.engine.query(_SPAN).to_pylist()[0]
        many = span.pop("many")
        cut = self.engine.query("SELECT coalesce(sum(cut), 0) AS n FROM paired")["n"][0].as_py()
        self.detail |= {"observations": many, "cut_in_dense_spots": cut}
        asked = Asked(
            {name: self.engine.step(SQL / f"{name}.sql") for name in STEPS},
            lookers(self.store, span),
        )
        buckets = max(self.cluster.partitions, many // self.cluster.accounts_a_bucket)
        given = ForBinding(told, verdicts, asked)
        counted = self._in_buckets(tallied, given, buckets, "tallied", _TALLY)
        reviewed = asked.steps["track_record"].to_pylist()
        self.record = learnt(
            added_up(pq.read_table(counted).cast(TALLY)), priors(self.options.reliability, reviewed)
        )
        return self._in_buckets(bound, replace(given, record=self.record), buckets, "bound", _BOUND)

    def _in_buckets(
        self, work: Callable[[pa.Table, pa.Table, ForBinding], pa.Table], given: ForBinding,
        buckets: int, name: str, schema: str,
    ) -> Path:  # fmt: skip
        """Bind bucket by bucket, and leave what the work makes of each in a folder of Parquet."""
        shared = self._shared(given)
        frame = self.engine.paired(
            self._by_bucket("crowded", "node", buckets),
            self._by_bucket("paired", "left_node", buckets), "bucket",
            lambda rows, pairs: work(rows, pairs, shared.value), schema,
        )  # fmt: skip
        self.engine.stored(frame, name)
        return self.engine.folder / name

    def _by_bucket(self, view: str, node: str, buckets: int) -> Any:
        """Rows with the bucket of what they hang together with; whole components stay together."""
        return self.engine.session.sql(
            f"SELECT t.*, pmod(xxhash64(coalesce(l.label, t.{node})), :buckets) AS bucket "
            f"FROM {view} t LEFT JOIN label l ON l.node = t.{node}",
            args={"buckets": buckets},
        )


def _extended(schema: Any, **columns: str) -> str:
    """A frame's schema with columns more, as Spark writes schemas."""
    told = [f"{f.name} {f.dataType.simpleString()}" for f in schema.fields]
    return ", ".join(told + [f"{name} {kind}" for name, kind in columns.items()])


def _collected(folder: Path) -> dict[str, pa.Table]:
    """Open what the buckets sealed, noun by noun."""
    found: dict[str, list[pa.Table]] = {}
    sealed = pq.read_table(folder).filter(pc.field("rows") > 0)
    for noun, arrow in zip(sealed["noun"].to_pylist(), sealed["arrow"], strict=True):
        found.setdefault(noun, []).append(opened(cast(bytes, arrow.as_py())))
    found.setdefault("conflict", []).append(SCHEMA.empty_table())
    nouns = ("pair", "incident", "member", "conflict")
    return {
        noun: pa.concat_tables(found[noun], promote_options="permissive")
        if noun in found else pa.table({}) for noun in nouns
    }  # fmt: skip
