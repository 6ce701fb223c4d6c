"""Weights of a mission's own: estimated anew from its observations and from what people judged.

Nothing is taken over by itself. The new weights are a file whose name is the hash of what it
holds; they hold once mission.yaml names it, and what would change then is told beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import TrucewatchError
from trucewatch.fuse.accounts import Array
from trucewatch.fuse.calibrate import (
    LEAST_PAIRS,
    bits_at,
    calibration,
    calibrations,
    held_of,
)
from trucewatch.fuse.estimate import Sample, estimate, sample
from trucewatch.fuse.fusing import Fused, fuse
from trucewatch.fuse.options import FuseOptions, Parameters, read_parameters, write_parameters
from trucewatch.fuse.room import SQL, happenings
from trucewatch.fuse.verdicts import Verdicts, verdicts_of
from trucewatch.fuse.weights import LEVELS, ROWS
from trucewatch.mission import Mission
from trucewatch.store import Store

# Fewer happenings than this say too little of so many weights.
LEAST_ROWS = 2000
MOST_ROWS = 200_000
# The weights begun with stand for so many happenings: a small mission moves them little.
ROWS_BEFORE = 10_000
ROUNDS = 8
# Two accounts are worth binding from about this probability on: half of the pair F1 that can be
# hoped for (Lipton, Elkan and Naryanaswamy 2014), on data where that is far from 1.
BINDS_FROM = 0.25
# So many of the weights that moved most are told.
TOLD = 12


@dataclass(frozen=True, slots=True)
class Anew:
    """Weights estimated anew, and what they would change. detail: plain values for a report."""

    parameters: Parameters
    detail: dict[str, Any]

    def write(self, folder: Path) -> Path:
        """Write the weights into a folder, named by the hash of what they hold."""
        draft = folder / "weights.yaml.part"
        write_parameters(self.parameters, draft)
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()[:12]
        return draft.replace(folder / f"weights-{digest}.yaml")


def estimated_anew(store: Store, mission: Mission, options: FuseOptions) -> Anew:
    """Return weights estimated without labels on a mission's latest happenings (200,000 at most).

    What people judged enters as known pairs; from 1,000 judged pairs on the probability is
    calibrated on them too, else its curves stay. Raises TrucewatchError for fewer than 2,000
    happenings.
    """
    before = read_parameters(mission.root / options.parameters if options.parameters else None)
    table = latest(happenings(store), MOST_ROWS)
    if table.num_rows < LEAST_ROWS:
        raise TrucewatchError(
            f"{table.num_rows} happenings are too few to estimate weights on; "
            f"it takes {LEAST_ROWS} or more"
        )
    verdicts = verdicts_of(store.step(SQL / "verdicts.sql").to_pylist())
    of = sample(table, before, options, known_pairs(verdicts))
    after = estimate(of, before, options, rounds=ROUNDS)
    after = drawn(before, after, table.num_rows / (table.num_rows + ROWS_BEFORE))
    weighed = sample(table, after, options, known_pairs(verdicts))
    after = replace(calibrated(weighed, after), provenance={
        "method": "without labels: expectation and maximisation, with binding as expectation",
        "data": f"{table.num_rows} happenings of the mission {mission.name}, "
        f"{_judged(of)} judged pairs among them",
        "estimated": datetime.now(UTC).date().isoformat(),
    })  # fmt: skip
    # Without the judgements: what the weights say by themselves.
    fused = [fuse(table, weights, options) for weights in (before, after)]
    return Anew(after, {
        "happenings": table.num_rows, "pairs": len(of.pairs), "judged_pairs": _judged(of),
        "judged_agreed_before": _agreed(of, fused[0]), "judged_agreed_after": _agreed(of, fused[1]),
        **_changes(*fused), "moved": moved(before, after),
    })  # fmt: skip


def drawn(before: Parameters, after: Parameters, share: float) -> Parameters:
    """Return weights that lie `share` (0..1) of the way from those before to those after."""
    bits = {name: _between(before.bits.get(name), new, share) for name, new in after.bits.items()}
    pairs = {
        held: {**before.kind_pairs.get(held, {}),
               **_between(before.kind_pairs.get(held), new, share)}
        for held, new in after.kind_pairs.items()
    }  # fmt: skip
    return replace(after, bits=bits, kind_pairs=pairs)


def _between(old: Any, new: Any, share: float) -> Any:
    """A number, a list or a mapping of numbers between two; what is new stays as it is."""
    if isinstance(new, Mapping):
        return {k: _between((old or {}).get(k), v, share) for k, v in new.items()}
    if isinstance(new, list):
        return [_between(one, two, share) for one, two in zip(old, new, strict=True)]
    return new if old is None else round(float(old + share * (new - old)), 3)


def latest(table: pa.Table, most: int) -> pa.Table:
    """Return the latest rows by start, `most` at most; none of a span is left out, for weights
    stand on how many accounts lie near by."""
    if table.num_rows <= most:
        return table
    order = pc.sort_indices(table, [("start_utc", "descending"), ("observation_id", "ascending")])
    return table.take(order[:most])


def known_pairs(verdicts: Verdicts) -> dict[tuple[str, str], bool]:
    """Return what people said of pairs of observations, as estimate.sample takes it."""
    return dict.fromkeys(verdicts.same, True) | dict.fromkeys(verdicts.different, False)


def _judged(of: Sample) -> int:
    return int(np.isfinite(of.known).sum())


def calibrated(weighed: Sample, parameters: Parameters) -> Parameters:
    """Return weights whose curves are fitted on judged pairs, and whose 0 bits mean BINDS_FROM.

    weighed: pairs by these very weights. With fewer than 1,000 judged pairs nothing changes.
    """
    told = np.isfinite(weighed.known)
    if told.sum() < LEAST_PAIRS:
        return parameters
    bits = weighed.pairs.bits[told].astype(np.float64)
    same, held = weighed.known[told] > 0, held_of(weighed.accounts.records, weighed.pairs)[told]
    shift = bits_at(calibration(bits, same), BINDS_FROM)
    prior = np.asarray(parameters.bits["prior"]) - shift
    return replace(
        parameters, bits=dict(parameters.bits) | {"prior": np.round(prior, 3).tolist()},
        calibration=calibrations(bits - shift, same, held),
    )  # fmt: skip


def _agreed(of: Sample, fused: Fused) -> float | None:
    """Share of judged pairs whose weight is on the side that people took; None without any."""
    told = np.isfinite(of.known)
    if not told.any():
        return None
    above = fused.pairs.bits > 0
    kept = _packed(fused.pairs.left[above], fused.pairs.right[above])
    joined = np.isin(_packed(of.pairs.left, of.pairs.right)[told], kept)
    return float((joined == (of.known[told] > 0)).mean())


def _packed(left: Array, right: Array) -> Array:
    return (left.astype(np.int64) << 32) + right


def _changes(before: Fused, after: Fused) -> dict[str, int]:
    """How many incidents there are, and how many accounts get other company."""
    old, new = before.labels(), after.labels()
    _, cell = np.unique(_packed(old, new), return_inverse=True)
    sizes = [np.unique(label, return_inverse=True, return_counts=True) for label in (old, new)]
    stays = np.bincount(cell)[cell]
    other = (sizes[0][2][sizes[0][1]] != stays) | (sizes[1][2][sizes[1][1]] != stays)
    return {
        "incidents_before": len(sizes[0][2]), "incidents_after": len(sizes[1][2]),
        "accounts_in_other_company": int(other.sum()),
    }  # fmt: skip


def moved(before: Parameters, after: Parameters) -> list[dict[str, Any]]:
    """Return the weights that moved most: feature, case and level by name, bits before, after."""
    found: list[tuple[float, dict[str, Any]]] = []
    for name, levels in LEVELS.items():
        rows = ROWS.get(name, ("",))
        old, new = (_rows(each.bits, name, len(rows)) for each in (before, after))
        for r, k in np.argwhere(old != new).tolist():
            was, now = round(float(old[r, k]), 3), round(float(new[r, k]), 3)
            told = {"feature": name, "case": rows[r], "level": levels[k], "before": was,
                    "after": now}  # fmt: skip
            found.append((-abs(now - was), told))
    return [told for _, told in sorted(found, key=lambda each: each[0])[:TOLD]]


def _rows(bits: Mapping[str, Any], name: str, rows: int) -> Array:
    return np.asarray(bits[name], np.float64).reshape(rows, -1)
