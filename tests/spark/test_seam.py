"""The seam rule in plain Python: pairs found block by block are the pairs found at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.fuse.accounts import COLUMNS, accounts, hours
from trucewatch.fuse.cluster_blocks import PAIR, Broadcast, block_pairs, contracted, crowded
from trucewatch.fuse.cluster_seam import CROWD_H, CROWD_KM, Seam, shown, with_blocks
from trucewatch.fuse.cluster_words import counted, rarity_from, with_rarity
from trucewatch.fuse.neighbours import candidate_pairs, count_crowds
from trucewatch.fuse.options import FuseOptions, read_parameters
from trucewatch.fuse.weights import tables
from trucewatch.fuse.words import word_index

START = datetime(2024, 3, 1, tzinfo=UTC)
OPTIONS, PARAMETERS = FuseOptions(threads=1, pair_floor_bits=-40.0), read_parameters()
TIMES = ("start_utc", "end_utc", "published_utc")
NUMBERS = (
    "lon", "lat", "radius_km", "count_low", "count_best", "count_high", "calibre_mm",
    "direction_deg", "observer_lon", "observer_lat", "range_low_km", "range_high_km", "bearing_deg",
)  # fmt: skip
SCHEMA = pa.schema([
    (name, pa.timestamp("us", "UTC") if name in TIMES else pa.float64() if name in NUMBERS
     else pa.bool_() if name == "is_null" else pa.string()) for name in COLUMNS
])  # fmt: skip
PLACES = {"front": (37.8, 48.1), "date line": (179.95, 52.0), "pole": (20.0, 89.95)}


def scene(seed: int, count: int, place: str) -> pa.Table:
    """Accounts thrown around a place, some without place or time, some long, some wide."""
    draw = np.random.default_rng(seed)
    lon, lat = PLACES[place]
    wide = 180.0 if place == "pole" else 0.4
    rows = []
    for n in range(count):
        start = START + timedelta(hours=float(draw.uniform(0, 200)))
        rows.append({
            "observation_id": f"obs-{seed}-{n}", "source_id": "s", "source_record": str(n),
            "kind": str(draw.choice(["explosion", "shelling", "burst"])), "start_utc": start,
            "end_utc": start + timedelta(hours=float(draw.choice([0, 0.5, 20]))),
            "when_precision": "minute", "where_precision": "exact", "is_null": False,
            "lon": (lon + draw.uniform(-wide, wide) + 180) % 360 - 180,
            "lat": min(90.0, lat + draw.uniform(-0.2, 0.2)), "root_id": str(n),
            "radius_km": float(draw.choice([0.5, 2, 6])),
            "means": str(draw.choice(["heard", "reported"])),
            "quote": " ".join(draw.choice(["shell", "fell", "street", "north", "night"], 3)),
        })  # fmt: skip
    rows[0]["lon"] = rows[0]["lat"] = None
    rows[1]["start_utc"] = rows[1]["end_utc"] = None
    return pa.Table.from_pylist([{n: row.get(n) for n in COLUMNS} for row in rows], SCHEMA)


def by_block(table: pa.Table, seam: Seam) -> list[pa.Table]:
    blocks = with_blocks(table, seam)
    return [blocks.filter(pc.equal(blocks["block"], b)) for b in pc.unique(blocks["block"])]


def in_blocks(table: pa.Table, block_km: float, block_h: float) -> set[tuple[object, ...]]:
    """The pairs as the cluster finds them; a pair found twice is a fault."""
    told = Broadcast(PARAMETERS, OPTIONS, rarity_from(counted(table)))
    crowds = Seam(max(block_km, CROWD_KM), block_h, CROWD_KM, CROWD_H)
    homes = pa.concat_tables([crowded(block, told) for block in by_block(table, crowds)])
    assert homes.num_rows == table.num_rows
    seam = Seam(block_km, block_h, OPTIONS.extent_km, OPTIONS.duration_h)
    found = pa.concat_tables([block_pairs(block, told) for block in by_block(homes, seam)])
    rows = list(zip(*(found[name].to_pylist() for name in PAIR.names[:3]), strict=True))
    assert len(rows) == len(set(rows)), "a pair was found in two blocks"
    return set(rows)


def at_once(table: pa.Table) -> set[tuple[object, ...]]:
    found = accounts(table, PARAMETERS, OPTIONS)
    count_crowds(found.records)
    weights = tables(PARAMETERS, OPTIONS)
    pairs = candidate_pairs(found.records, found.words, weights, OPTIONS, OPTIONS.pair_floor_bits)
    ids = np.array(table["observation_id"].to_pylist())[found.records["row"]]
    return set(zip(ids[pairs.left].tolist(), ids[pairs.right].tolist(), pairs.bits.tolist(),
                   strict=True))  # fmt: skip


@settings(deadline=None, max_examples=3)
@given(
    seed=st.integers(0, 10_000), place=st.sampled_from(sorted(PLACES)),
    block_km=st.sampled_from([40.0, 400.0]), block_h=st.sampled_from([72.0, 672.0]),
)  # fmt: skip
def test_pairs_of_the_blocks_are_the_pairs_of_the_whole(
    seed: int, place: str, block_km: float, block_h: float
) -> None:
    table = scene(seed, 40, place)
    assert in_blocks(table, block_km, block_h) == at_once(table)


def test_the_scenes_have_pairs_to_lose() -> None:
    assert all(len(at_once(scene(3, 60, place))) > 5 for place in PLACES)


def test_without_guests_pairs_across_a_seam_are_lost() -> None:
    table = scene(3, 60, "front")
    told = Broadcast(PARAMETERS, OPTIONS, rarity_from(counted(table)))
    homes = pa.concat_tables([
        crowded(block, told) for block in by_block(table, Seam(80.0, 70.0, CROWD_KM, CROWD_H))
    ])  # fmt: skip
    found = [block_pairs(block, told).num_rows for block in by_block(homes, Seam(30.0, 72.0, 0, 0))]
    assert sum(found) < len(at_once(table))


def test_every_account_has_one_home_and_nowhere_is_one_block() -> None:
    table = scene(5, 60, "date line")
    where = shown(table, Seam(25.0, 24.0, 10.0, 48.0))
    assert np.bincount(where.row[where.home]).tolist() == [1] * 60
    assert (where.row == 0).sum() == (where.row == 1).sum() == 1
    with pytest.raises(ValueError, match="at least 4 km"):
        Seam(1.0, 24.0, 10.0, 48.0)


def test_words_counted_in_parts_are_as_rare_as_in_the_whole() -> None:
    table = scene(7, 60, "front")
    start_h = hours(table["start_utc"])
    whole, _ = word_index(table["quote"], start_h)
    parts = pa.concat_tables([counted(table.slice(n, 13)) for n in range(0, 60, 13)])
    summed = parts.group_by(["week", "bucket"]).aggregate([("seen", "sum")])
    counts = pa.table([summed["week"], summed["bucket"], summed["seen_sum"]],
                      names=["week", "bucket", "seen"])  # fmt: skip
    some = table.slice(20, 15)
    index, _ = word_index(some["quote"], start_h[20:35])
    again = with_rarity(index, start_h[20:35], rarity_from(counts))
    low, high = whole.starts[20], whole.starts[35]
    assert again.rarity.tolist() == whole.rarity[low:high].tolist()
    assert again.total.tolist() == whole.total[20:35].tolist()
    assert index.rarity.tolist() != again.rarity.tolist()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=30))
def test_shortened_edges_join_the_same_nodes(edges: list[tuple[int, int]]) -> None:
    def parts(pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
        group = {n: {n} for pair in edges for n in pair}
        for a, b in pairs:
            joined = group[a] | group[b]
            for n in joined:
                group[n] = joined
        return {frozenset(g) for g in group.values()}

    one, two = (np.array([pair[k] for pair in edges], np.int64) for k in range(2))
    stars = list(zip(*(side.tolist() for side in contracted(one, two)), strict=True))
    assert parts(stars) == parts(edges)
    assert len(stars) < max(1, len({n for pair in edges for n in pair}))
