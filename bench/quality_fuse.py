"""How well fuse finds who speaks of one happening: against known truth, peers and real repeats.

    python bench/quality_fuse.py                       # the figures of bench/RESULTS.md
    python bench/quality_fuse.py --estimate OUT.yaml   # estimate and calibrate the weights anew
    python bench/quality_fuse.py --seeds 404 505 606 --alone     # fresh seeds, fuse alone
    python bench/quality_fuse.py --splink DIR          # with Splink installed in DIR

Seed 11 serves estimating, seeds 12, 17 and 18 calibrating; the seeds reported are others.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.exercise import ExerciseOptions, observations, pair_scores
from trucewatch.fuse.accounts import COLUMNS, happening
from trucewatch.fuse.anew import calibrated
from trucewatch.fuse.calibrate import (
    calibrations,
    expected_calibration_error,
    held_of,
    probability,
)
from trucewatch.fuse.estimate import estimate, sample
from trucewatch.fuse.fusing import fuse
from trucewatch.fuse.incidents import groups
from trucewatch.fuse.options import FuseOptions, read_parameters, write_parameters
from trucewatch.fuse.roots import copies, root_of, roots_per_group

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
OPTIONS = FuseOptions()
CALIBRATED_ON = (12, 17, 18)


def world(rows: int, seed: int, level: str = "real"):
    """Happenings of a synthetic truce and their true incidents (-1: none)."""
    table, truth = observations(
        ExerciseOptions(days=max(30, rows // 1000), observations=rows, seed=seed, level=level)
    )
    table = happening(table.append_column("truth", pa.array(truth)))
    return table.select(COLUMNS).combine_chunks(), table["truth"].to_numpy()


def labelled(parameters, rows: int, seed: int, level: str = "real"):
    """All candidate pairs of a world: bits, whether they are truly one, how many were told."""
    table, truth = world(rows, seed, level)
    of = sample(table, parameters, OPTIONS)
    true = truth[of.accounts.records["row"]]
    same = (true[of.pairs.left] == true[of.pairs.right]) & (true[of.pairs.left] >= 0)
    return of.pairs.bits.astype(float), same, held_of(of.accounts.records, of.pairs)


def estimated(out: Path, rows: int) -> None:
    start = read_parameters()
    weights = estimate(sample(world(2 * rows, 11)[0], start, OPTIONS), start, OPTIONS, rounds=8)
    pooled = zip(*(labelled(weights, rows, seed) for seed in CALIBRATED_ON), strict=True)
    curves = calibrations(*(np.concatenate(part) for part in pooled))
    told = {
        "method": "without labels: expectation and maximisation, with binding as expectation; "
        "calibrated on known truth",
        "data": f"synthetic truce, level real: {2 * rows} rows of seed 11 (weights), {rows} rows "
        f"each of seeds {', '.join(map(str, CALIBRATED_ON))} (calibration)",
        "estimated": datetime.now(UTC).date().isoformat(),
    }
    write_parameters(replace(weights, calibration=curves, provenance=told), out)


def components(count: int, left, right):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def near(table, km: float, hours: float):
    """Pairs within km and hours of their starts, by a tree over place and scaled time."""
    from scipy.spatial import cKDTree

    lat, lon = (table[c].to_numpy() for c in ("lat", "lon"))
    start = pc.cast(table["start_utc"], pa.int64()).to_numpy() / 3.6e9
    flat = np.column_stack([lon * 111.3 * np.cos(np.radians(lat.mean())), lat * 111.3,
                            start * km / hours])  # fmt: skip
    pairs = cKDTree(flat).query_pairs(km * 2**0.5, output_type="ndarray")
    d = flat[pairs[:, 0]] - flat[pairs[:, 1]]
    keep = (np.hypot(d[:, 0], d[:, 1]) <= km) & (np.abs(d[:, 2]) <= km)
    return pairs[keep, 0], pairs[keep, 1]


def fixed_windows(table, km: float, hours: float, *, kinds: bool):
    """MELTT's idea: within a window of space and time, and of one kind, is one event."""
    left, right = near(table, km, hours)
    if kinds:
        kind = table["kind"].to_numpy(zero_copy_only=False)
        same = kind[left] == kind[right]
        left, right = left[same], right[same]
    return components(table.num_rows, left, right)


def st_dbscan(table, km: float, hours: float, least: int):
    """ST-DBSCAN (Birant and Kut 2007): cores have `least` neighbours; borders join one core."""
    left, right = near(table, km, hours)
    many = np.bincount(np.concatenate((left, right)), minlength=table.num_rows) + 1
    core = many >= least
    both = core[left] & core[right]
    label = components(table.num_rows, left[both], right[both])
    for a, b in ((left, right), (right, left)):
        border = core[a] & ~core[b]
        label[b[border]] = label[a[border]]
    return label


def splinked(table, folder: str):
    """Splink with the same fields, trained as its manual says; labels by threshold, seconds."""
    sys.path.append(folder)
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frame = table.select(["observation_id", "kind", "weapon", "count_best", "lat", "lon",
                          "claimed_actor"]).to_pandas()  # fmt: skip
    frame["unique_id"] = frame.pop("observation_id")
    start = pc.cast(table["start_utc"], pa.int64()).to_numpy() / 6e7
    frame["minute"] = start
    frame["day"] = (start // 1440).astype(int)
    frame["half"] = ((start + 720) // 1440).astype(int)
    frame["cell"] = [f"{a:.0f}:{b:.0f}" for a, b in zip(frame.lon * 8, frame.lat * 12, strict=True)]
    frame["shift"] = [f"{a:.0f}:{b:.0f}" for a, b in
                      zip(frame.lon * 8 + 0.5, frame.lat * 12 + 0.5, strict=True)]  # fmt: skip
    gap = cl.CustomComparison(
        output_column_name="minute",
        comparison_levels=[
            cll.NullLevel("minute"),
            *(cll.AbsoluteDifferenceLevel("minute", n) for n in (2, 10, 60, 360)),
            cll.ElseLevel(),
        ],
    )
    figure = cl.CustomComparison(
        output_column_name="count_best",
        comparison_levels=[
            cll.NullLevel("count_best"),
            cll.ExactMatchLevel("count_best"),
            cll.PercentageDifferenceLevel("count_best", 0.25),
            cll.PercentageDifferenceLevel("count_best", 0.6),
            cll.ElseLevel(),
        ],
    )
    rules = [block_on("day", "cell"), block_on("half", "cell"), block_on("day", "shift"),
             block_on("half", "shift")]  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only", blocking_rules_to_generate_predictions=rules,
        comparisons=[gap, figure, cl.ExactMatch("kind"), cl.ExactMatch("weapon"),
                     cl.ExactMatch("claimed_actor"),
                     cl.DistanceInKMAtThresholds("lat", "lon", [0.5, 1, 2, 5])],
    )  # fmt: skip
    linker = Linker(DuckDBAPI().register(frame), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("day", "cell", "kind", "weapon")], recall=0.3
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("day", "cell"))
    started = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_probability=0.05)
    labels = []
    for least in (0.05, 0.3, 0.6, 0.9, 0.99):
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, least)
        if not labels:
            seconds = time.perf_counter() - started
        cluster = found.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
        named = cluster.loc[table["observation_id"].to_pylist()].astype(str).to_numpy()
        labels.append(np.unique(named, return_inverse=True)[1])
    return labels, seconds


def peers(table, truth, folder: str | None) -> list[tuple[str, float, float, float]]:
    """Each peer at the best of its settings on this very world: a generous comparison."""
    windows = [(km, h) for km in (1.0, 2.0, 3.0) for h in (0.1, 0.5, 2.0)]
    ways = {
        "fixed windows (MELTT), best of 18": [
            fixed_windows(table, *w, kinds=k) for w in windows for k in (True, False)],
        "ST-DBSCAN, best of 18": [st_dbscan(table, *w, n) for w in windows for n in (2, 3)],
    }  # fmt: skip
    if folder:
        ways["Splink, the same fields, best of 5 thresholds"] = splinked(table, folder)[0]
    rows = []
    for name, labels in ways.items():
        best = max((pair_scores(truth, label) for label in labels), key=lambda s: s.f1 or 0)
        rows.append((name, best.precision, best.recall, best.f1))
    return rows


def noise(count: int) -> str:
    """Unrelated accounts, evenly spread: nothing of it is one happening."""
    draw = np.random.default_rng(99)
    base = datetime(2022, 1, 1, tzinfo=UTC)
    start = [base + timedelta(hours=float(h)) for h in draw.uniform(0, 365 * 24, count)]
    names = [f"obs-{n:024x}" for n in range(count)]
    given = {
        "observation_id": names, "source_id": ["noise"] * count, "kind": ["explosion"] * count,
        "start_utc": start, "end_utc": start, "when_precision": ["minute"] * count,
        "lon": draw.uniform(30, 40, count), "lat": draw.uniform(45, 52, count),
        "radius_km": draw.choice([0.5, 1.0, 3.0], count), "where_precision": ["exact"] * count,
        "means": ["heard"] * count, "is_null": [False] * count, "root_id": names,
        "count_best": draw.integers(1, 20, count).astype(float),
    }  # fmt: skip
    schema = world(3000, 1)[0].schema
    table = pa.table([
        pa.array(given[f.name]).cast(f.type) if f.name in given else pa.nulls(count, f.type)
        for f in schema
    ], schema=schema)  # fmt: skip
    of = groups(fuse(table, read_parameters(), OPTIONS))
    many = of.sizes > 1
    merged = of.sizes[many].sum() / count
    return (f"| noise, {count:,} accounts: falsely merged | {merged:.4%} "
            f"(widest {of.extent_km.max(initial=0):.1f} km, {of.duration_h[many].max(initial=0):.1f}"  # noqa: E501
            " h) |")  # fmt: skip


def viina() -> str | None:
    """91 clusters of one text in VIINA 2022: every repeat must be found as a copy."""
    path = DATA / "viina" / "viina_2022_exact_duplicate_clusters.csv"
    if not path.is_file():
        return None
    rows, cluster = [], []
    with path.open(encoding="utf-8-sig") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            members = row["MemberEventIDs"].split("|")
            rows += [row["RepresentativeText"]] * len(members)
            cluster += [(row["RepresentativeText"], number)] * len(members)
    text = np.array(copies(pa.table({"quote": rows})))
    whole = {t: set() for t, _ in cluster}
    for (said, _), root in zip(cluster, text.tolist(), strict=True):
        whole[said].add(root)
    found = sum(len(roots) == 1 for roots in whole.values())
    return f"| VIINA 2022: texts whose repeats are one root | {found} of {len(whole)} |"


def corroborated_repeats() -> str | None:
    """Repeats put at one place and day: they must fuse with one root each."""
    path = DATA / "viina" / "viina_2022_exact_duplicate_clusters.csv"
    if not path.is_file():
        return None
    schema = world(3000, 1)[0].schema
    rows = []
    with path.open(encoding="utf-8-sig") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            day = datetime.strptime(row["MemberDates"].split("|")[0], "%Y%m%d").replace(tzinfo=UTC)
            for member in row["MemberEventIDs"].split("|"):
                rows.append({  # noqa: PERF401
                    "observation_id": f"obs-{number}-{member}", "source_id": "viina",
                    "kind": "shelling", "start_utc": day, "end_utc": day + timedelta(days=1),
                    "when_precision": "day", "lon": 20 + number * 0.4 % 20, "lat": 45.0,
                    "radius_km": 3.0, "where_precision": "settlement", "means": "reported",
                    "is_null": False, "root_id": member, "quote": row["RepresentativeText"],
                })  # fmt: skip
    table = pa.Table.from_pylist([{n: r.get(n) for n in schema.names} for r in rows], schema)
    fused = fuse(table, read_parameters(), OPTIONS)
    of = groups(fused)
    roots = roots_per_group(root_of(fused.accounts, of.members, of.starts), of.members, of.starts)
    return (f"| VIINA 2022, repeats put at one place and day: {len(of.sizes)} incidents, "
            f"most roots | {roots.max()} |")  # fmt: skip


def articles() -> dict[tuple[datetime, str, str], set[str]]:
    """UCDP's news items with a date and a headline, and the events that each tells of."""
    path = DATA / "ucdp" / "ucdp_ukraine_event_sources_long.csv"
    items: dict[tuple[datetime, str, str], set[str]] = {}
    if not path.is_file():
        return items
    with path.open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            if row["source_headline"].strip() and row["source_date"].count(".") == 2:
                day = datetime.strptime(row["source_date"], "%d.%m.%Y").replace(tzinfo=UTC)
                key = (day, row["office_name"], row["source_headline"])
                items.setdefault(key, set()).add(row["event_id"])
    return items


def as_accounts(names, schema):
    """Articles as accounts of one kind, somewhere in the country, on the day of the article."""
    rows = [
        {
            "observation_id": f"obs-{number:05d}", "source_id": "ucdp", "kind": "clash",
            "start_utc": day, "end_utc": day + timedelta(days=1), "when_precision": "day",
            "lon": 38.0, "lat": 48.0, "radius_km": 300.0, "where_precision": "country",
            "means": "reported", "is_null": False, "root_id": office, "observer": office,
            "quote": headline,
        }
        for number, (day, office, headline) in enumerate(names)
    ]  # fmt: skip
    return pa.Table.from_pylist([{n: r.get(n) for n in schema.names} for r in rows], schema)


def same_event(items, names) -> dict[tuple[int, int], bool]:
    """Pairs of articles within three days of each other or of one event: is it one event?"""
    return {
        (j, i): bool(items[names[i]] & items[names[j]])
        for i in range(len(names)) for j in range(i)
        if abs((names[i][0] - names[j][0]).days) < 4 or items[names[i]] & items[names[j]]
    }  # fmt: skip


def ucdp() -> list[str]:
    """Which articles tell of one UCDP event, by date, office and headline; some tell of several.

    Half of the articles, drawn by the hash of what they say, serve tuning; the other is scored.
    """
    items = articles()
    halves = [[], []]
    for name in items:
        halves[int(hashlib.sha256(repr(name).encode()).hexdigest(), 16) % 2].append(name)
    if not items:
        return []
    schema, start = world(3000, 1)[0].schema, read_parameters()
    tuned_on, asked = halves
    told = {(f"obs-{j:05d}", f"obs-{i:05d}"): same
            for (j, i), same in same_event(items, tuned_on).items()}  # fmt: skip
    tuning, scored = (as_accounts(half, schema) for half in halves)
    ways = {"fuse, weights as shipped": start}
    for name, known, rounds in (("no labels", None, 8), ("judgements", told, 3)):
        found = estimate(sample(tuning, start, OPTIONS, known), start, OPTIONS, rounds=rounds)
        found = calibrated(sample(tuning, found, OPTIONS, known), found)
        ways[f"fuse, weights estimated on the other half, {name}"] = found
    labels = {way: fuse(scored, weights, OPTIONS).labels() for way, weights in ways.items()}
    labels["same date"] = np.unique([n[0].isoformat() for n in asked], return_inverse=True)[1]
    labels["same date and same headline"] = np.unique(
        [f"{n[0]} {n[2].casefold()}" for n in asked], return_inverse=True)[1]  # fmt: skip
    true = {pair for pair, same in same_event(items, asked).items() if same}
    return [_event_line(len(asked), way, label.tolist(), true) for way, label in labels.items()]


def _event_line(count: int, way: str, label: list[int], true: set[tuple[int, int]]) -> str:
    found = {(j, i) for i in range(count) for j in range(i) if label[i] == label[j]}
    joint = len(found & true)
    precision, recall = joint / max(1, len(found)), joint / max(1, len(true))
    f1 = 2 * joint / max(1, len(found) + len(true))
    return (f"| UCDP, {count} articles: {way} | "
            f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} |")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303])
    parser.add_argument("--level", default="real", help="level of the exercise")
    parser.add_argument("--noise", type=int, default=400_000)
    parser.add_argument("--estimate", type=Path)
    parser.add_argument("--splink")
    parser.add_argument("--ucdp", action="store_true", help="UCDP's articles, nothing else")
    parser.add_argument("--alone", action="store_true", help="fuse on the exercise, nothing else")
    given = parser.parse_args()
    if given.estimate:
        estimated(given.estimate, given.rows)
        return
    if given.ucdp:
        print("\n".join(ucdp()))
        return
    parameters = read_parameters()
    print(f"Command: `python {' '.join(sys.argv)}`\n")
    print(
        f"| exercise, level {given.level} | precision | recall | F1 | B-cubed F1 | ECE |\n|---|---|---|---|---|---|"  # noqa: E501
    )
    for number, seed in enumerate(given.seeds):
        table, truth = world(given.rows, seed, given.level)
        score = pair_scores(truth, fuse(table, parameters, OPTIONS).labels())
        bits, same, told = labelled(parameters, given.rows, seed, given.level)
        kept = bits >= 0
        stated = probability(bits[kept], told[kept], parameters)
        ece = expected_calibration_error(stated, same[kept])
        print(f"| fuse, seed {seed}, {table.num_rows:,} happenings | {score.precision:.4f} | "
              f"{score.recall:.4f} | **{score.f1:.4f}** | {score.bcubed.f1:.4f} | {ece:.4f} |")  # fmt: skip  # noqa: E501
        if number == 0:
            first = table, truth
    if given.alone:
        return
    for name, precision, recall, f1 in peers(*first, given.splink):
        print(f"| {name}, seed {given.seeds[0]} | {precision:.4f} | {recall:.4f} | {f1:.4f} | | |")
    print("\n| check | figure |\n|---|---|")
    print(noise(given.noise))
    for line in (viina(), corroborated_repeats(), *ucdp()):
        if line:
            print(line)


if __name__ == "__main__":
    main()
