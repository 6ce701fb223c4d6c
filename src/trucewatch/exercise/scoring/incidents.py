"""Incidents against happenings: counts per evening and zone, attributes, splits and merges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trucewatch.exercise.evenings import Evenings, evenings_of
from trucewatch.exercise.ground import apart
from trucewatch.exercise.scoring.calibration import calibration
from trucewatch.exercise.scoring.linked import Linked, Tables, flat, read_truth
from trucewatch.exercise.scoring.pairs import Codes, codes_of

WORST = 10
Floats = NDArray[np.float64]
INCIDENT = (
    *("incident_id", "kind", "start_utc", "lon", "lat", "count_best", "weapon", "calibre_mm"),
    *("claimed_actor", "probability_occurred"),
)
HAPPENING = (
    *("incident_id", "kind", "start_utc", "lon", "lat", "count", "weapon", "calibre_mm", "party"),
    *("zone", "occurred"),
)


@dataclass(frozen=True, slots=True)
class Matched:
    """Each found incident with the happening most of its scorable observations tell of."""

    incident: pa.Table
    happening: pa.Table
    share: Floats  # of the incident's observations that tell of that happening


def seconds_of(column: Any) -> Floats:
    """Return seconds since 1970 of a timestamp column; null is NaN."""
    micro = pc.cast(pc.cast(column, pa.timestamp("us", "UTC")), pa.int64())
    return np.asarray(pc.cast(micro, pa.float64()), dtype=float) / 1e6


def zones_and_evenings(truth: Path) -> tuple[Floats, list[str], Evenings]:
    """Return the western edges of the zones, their names, and the exercise's evenings."""
    zones = read_truth(truth, "zones")
    first, last = (zones[name][0].as_py() for name in ("first_evening", "last_evening"))
    return (
        np.asarray(zones["lon_west"], dtype=float), zones["zone"].to_pylist(),
        evenings_of(first, (last - first).days),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """Incidents found and happenings told of: evening x zone of each, and its kind."""

    evening: Codes
    zone: Codes
    kind: pa.Array


def count_errors(tables: Tables, rows: Linked, truth: Path) -> dict[str, Any]:
    """Return how many incidents were found per evening and zone against happenings reported.

    Only happenings that some observation tells of can be found; those nobody saw are the business
    of coverage. Grain: evening x zone in which either count is not zero; by kind: of that kind.
    A scorable observation in no incident stands for a happening by itself.
    """
    west, zones, evenings = zones_and_evenings(truth)
    incidents = tables.table("incident", ["incident_id", "start_utc", "lon", "kind"])
    ours = incidents.filter(pc.is_in(incidents["incident_id"], value_set=rows.incident_ids))
    seen = tables.table("observation", ["observation_id", "start_utc", "lon", "kind"])
    lone = rows.observation_id.filter(pa.array(rows.found < 0))
    alone = seen.filter(pc.is_in(seen["observation_id"], value_set=lone))
    told = _happenings(truth)
    told = told.filter(pc.is_in(told["incident_id"], value_set=rows.truth_ids))
    found = [_counted(part, evenings, west) for part in (ours, alone)]
    true = [_counted(told, evenings, west)]
    shape = (len(evenings), len(zones))
    kinds = pc.unique(told["kind"]).to_pylist()
    return {
        **_errors(_cells(shape, found), _cells(shape, true)),
        "by_kind": {
            kind: _errors(_cells(shape, found, kind), _cells(shape, true, kind)) for kind in kinds
        },
        "worst": _worst_cells(_cells(shape, found), _cells(shape, true), evenings, zones),
    }


def _counted(table: pa.Table, evenings: Evenings, west: Floats) -> Counted:
    seconds, lon = seconds_of(table["start_utc"]), _floats(table["lon"])
    known = np.isfinite(seconds) & np.isfinite(lon)
    zone = np.clip(np.searchsorted(west, lon[known], side="right") - 1, 0, len(west) - 1)
    return Counted(evenings.of(seconds[known]), zone, flat(table["kind"]).filter(pa.array(known)))


def _cells(shape: tuple[int, int], parts: list[Counted], kind: str | None = None) -> Floats:
    total = np.zeros(shape)
    for part in parts:
        at: Any = slice(None) if kind is None else np.asarray(pc.equal(part.kind, kind), dtype=bool)
        np.add.at(total, (part.evening[at], part.zone[at]), 1)
    return total


def _errors(found: Floats, true: Floats) -> dict[str, Any]:
    used = (found > 0) | (true > 0)
    error = (found - true)[used]
    if not len(error):
        return {"cells": 0, "mean_absolute_error": None, "bias": None, "total_ratio": None}
    return {
        "cells": int(used.sum()), "mean_absolute_error": float(np.abs(error).mean()),
        "bias": float(error.mean()), "mean_true": float(true[used].mean()),
        "total_ratio": float(found.sum() / true.sum()) if true.sum() else None,
    }  # fmt: skip


def _worst_cells(
    found: Floats, true: Floats, evenings: Evenings, zones: list[str]
) -> list[dict[str, Any]]:
    wrong = np.abs(found - true)
    cells = np.argsort(-wrong, axis=None, kind="stable")[:WORST]
    return [
        {"evening": evenings.day(int(e)).isoformat(), "zone": zones[z],
         "found": int(found[e, z]), "true": int(true[e, z])}
        for e, z in zip(*np.unravel_index(cells, wrong.shape), strict=True) if wrong[e, z]
    ]  # fmt: skip


def _happenings(truth: Path) -> pa.Table:
    return read_truth(truth, "incidents", list(HAPPENING))


def _floats(column: Any) -> Floats:
    return np.asarray(pc.cast(column, pa.float64()), dtype=float)


def matched(tables: Tables, rows: Linked, truth: Path) -> Matched:
    """Match each incident with the happening that most of its observations tell of."""
    bound = rows.found >= 0
    true, found = rows.true[bound], rows.found[bound]
    width = len(rows.truth_ids) or 1
    keys, sizes = np.unique(found * width + true, return_counts=True)
    order = np.lexsort((-sizes, keys // width))
    first = order[np.unique((keys // width)[order], return_index=True)[1]]
    incident, happening = keys[first] // width, keys[first] % width
    total = np.bincount(found, minlength=int(found.max(initial=0)) + 1)[incident]
    incidents, happenings = tables.table("incident", list(INCIDENT)), _happenings(truth)
    ours = rows.incident_ids.take(pa.array(incident))
    theirs = rows.truth_ids.take(pa.array(happening))
    at = pc.index_in(ours, value_set=flat(incidents["incident_id"]))
    there = pc.index_in(theirs, value_set=flat(happenings["incident_id"]))
    return Matched(incidents.take(at), happenings.take(there), sizes[first] / total)


def attributes(of: Matched) -> dict[str, Any]:
    """Return how well preferred values meet the truth, over incidents mostly of one happening."""
    pure = of.share > 0.5
    kinds = flat(of.happening["kind"])
    return {
        **_attributes(of, pure),
        "by_kind": {
            kind: _attributes(of, pure & np.asarray(pc.equal(kinds, kind), dtype=bool))
            for kind in pc.unique(kinds).to_pylist()
        },
    }


def _attributes(of: Matched, chosen: NDArray[np.bool_]) -> dict[str, Any]:
    ours, theirs = (table.filter(pa.array(chosen)) for table in (of.incident, of.happening))
    east, north = apart(*(_floats(t[n]) for t in (ours, theirs) for n in ("lon", "lat")))
    late = (seconds_of(ours["start_utc"]) - seconds_of(theirs["start_utc"])) / 60
    ratio = _floats(ours["count_best"]) / np.maximum(_floats(theirs["count"]), 1)
    return {
        "incidents": ours.num_rows,
        **{f"{name}_accuracy": _agreement(ours[name], theirs[other]) for name, other in (
            ("kind", "kind"), ("weapon", "weapon"), ("calibre_mm", "calibre_mm"),
            ("claimed_actor", "party"))},
        "distance_km": _spread(np.hypot(east, north)),
        "start_error_min": _spread(np.abs(late)),
        "count_ratio": _spread(ratio),
    }  # fmt: skip


def _agreement(ours: Any, theirs: Any) -> float | None:
    """Return the share that agree where both are known; None where neither ever is."""
    if not len(ours):
        return None
    share = pc.mean(pc.cast(pc.equal(ours, theirs), pa.float64())).as_py()
    return None if share is None else float(share)


def _spread(values: Floats) -> dict[str, float] | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, middle, high = np.quantile(known, [0.1, 0.5, 0.9])
    return {"p10": float(low), "median": float(middle), "p90": float(high)}


def occurred(of: Matched) -> dict[str, Any]:
    """Return the calibration of 'this happened at all' against what was staged and what was not."""
    stated = _floats(of.incident["probability_occurred"])
    return calibration(stated, np.asarray(of.happening["occurred"], dtype=bool)).as_json()


def worst_groups(rows: Linked) -> dict[str, list[dict[str, Any]]]:
    """Return incidents that join most wrong pairs and happenings that are torn apart most."""
    true, found = codes_of(rows.true), codes_of(rows.found)
    joint = _pairs(codes_of(true * (int(found.max(initial=0)) + 1) + found))
    return {
        "merged": _worst(found, joint, rows.found, rows.incident_ids, "incident_id"),
        "split": _worst(true, joint, rows.true, rows.truth_ids, "happening_id"),
    }


def _pairs(groups: Codes) -> Floats:
    """Return for each row its share of the pairs within its group."""
    return (np.bincount(groups)[groups] - 1) / 2


def _worst(
    groups: Codes, joint: Floats, codes: Codes, ids: pa.Array, name: str
) -> list[dict[str, Any]]:
    wrong = np.bincount(groups, _pairs(groups) - joint)
    first = np.zeros(len(wrong), dtype=np.int64)
    first[groups[::-1]] = np.arange(len(groups))[::-1]
    top = [g for g in np.argsort(-wrong, kind="stable")[:WORST] if wrong[g] > 0.5]
    sizes = np.bincount(groups)
    return [
        {name: ids[int(codes[first[g]])].as_py(), "observations": int(sizes[g]),
         "wrong_pairs": round(wrong[g])}
        for g in top
    ]  # fmt: skip
