"""A day's new observations bind anew only what they touch, and come to what a full run would.

What is new changes how many stand near by (within 48 h) and how rare words are (within the week),
so the weeks of all that is new are weighed again, with a week to either side. Of that, whatever
hangs together with a touched week by a pair above 0 bits, before or now, is bound again; the rest
keeps its rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fuse.accounts import Accounts, Array, hours
from trucewatch.fuse.bind import bind
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.neighbours import Pairs, hanging_together
from trucewatch.fuse.options import FuseOptions
from trucewatch.fuse.words import WEEK_H
from trucewatch.store import Run, Store
from trucewatch.version import code_version

# Crowds reach 48 h, and so does a pair; what hangs together must end well inside what was loaded.
MARGIN_H = 96.0
MOST_WEEKS_MORE = 6
_LAST = """
    SELECT inputs, code_version, parameters, known_from_utc FROM run
    WHERE room = 'fuse' ORDER BY rowid DESC LIMIT 1
"""
_CLOSED = """
    SELECT count(*) AS closed, count(*) FILTER (WHERE known_to_utc >= $since) AS lately
    FROM retired WHERE table_name = $name
"""


@dataclass(frozen=True, slots=True)
class Touched:
    """The weeks (since 1970, last one included) in which something new lies."""

    first_week: int
    last_week: int

    def widened(self, weeks: int) -> Touched:
        """Return the span with weeks more on either side."""
        return Touched(self.first_week - weeks, self.last_week + weeks)

    @property
    def start_utc(self) -> datetime:
        """Start of the first week."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=WEEK_H * self.first_week)

    @property
    def end_utc(self) -> datetime:
        """End of the last week."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=WEEK_H * (self.last_week + 1))


def touched(store: Store, run: Run, options: FuseOptions) -> Touched | None:
    """Return the weeks that new rows touch; None where everything must be bound again.

    Everything is: on a first run, with other code, options or weights, with new judgements,
    reviews or corrections, and with observations that have no time.
    """
    last = store.query(_LAST).to_pylist()
    if not last or options.parameters or options.pair_floor_bits > 0:
        return None
    before = json.loads(last[0]["inputs"])
    now = store.versions(("observation", "watch", "judgement", "review"))
    same = json.dumps(run.options, sort_keys=True, default=str) == last[0]["parameters"]
    if not same or last[0]["code_version"] != code_version():
        return None
    if any(before.get(name) != now[name] for name in ("judgement", "review")):
        return None
    spans = [_new_span(store, name, before.get(name), last[0]["known_from_utc"])
             for name in ("observation", "watch")]  # fmt: skip
    if any(span is None for span in spans):
        return None
    found = [span for span in spans if span]
    if not found:
        return None
    low, high = min(span[0] for span in found), max(span[1] for span in found)
    return Touched(int((low - 48) // WEEK_H), int((high + 48) // WEEK_H))


def _new_span(
    store: Store, name: str, version: int | None, since: datetime
) -> tuple[float, float] | tuple[()] | None:
    """First start and last end (hours) of new rows; empty: none are new; None: cannot be told."""
    closed = store.query(_CLOSED, {"name": name, "since": since}).to_pylist()[0]
    if version is None or closed["lately"]:
        return None
    rows = store.query(
        f"SELECT min(start_utc) AS low, max(coalesce(end_utc, start_utc)) AS high, "
        f"count(*) AS many, count(start_utc) AS timed FROM {name} WHERE rowid >= $old",
        {"old": version - closed["closed"]},
    )
    row = rows.to_pylist()[0]
    if row["many"] == 0:
        return ()
    if row["timed"] < row["many"]:
        return None
    return float(hours(rows["low"])[0]), float(hours(rows["high"])[0])


def rebound(
    fused: Fused, old_pairs: pa.Table, core: Touched, slice_: Touched, whole: Touched
) -> Array | None:
    """Return which records of a slice must be bound again; None where the slice is too narrow.

    fused: the slice's accounts and pairs. old_pairs: pairs kept by the last run, by observation
    ids. whole: the weeks in which there is anything at all.
    """
    records = fused.accounts.records
    left, right = _numbered(fused.accounts, old_pairs)
    group = hanging_together(
        len(records), np.concatenate((fused.pairs.left, left)),
        np.concatenate((fused.pairs.right, right)),
    )  # fmt: skip
    week = np.floor(records["start_h"] / WEEK_H)
    inside = (week >= core.first_week) & (week <= core.last_week)
    chosen = np.zeros(len(records), bool)
    chosen[group[inside]] = True
    chosen = chosen[group]
    early, late = slice_.first_week * WEEK_H + MARGIN_H, (slice_.last_week + 1) * WEEK_H - MARGIN_H
    start = records["start_h"][chosen]
    if slice_.first_week > whole.first_week and np.any(start < early):
        return None
    if slice_.last_week < whole.last_week and np.any(start > late):
        return None
    return np.asarray(chosen)


def _numbered(accounts: Accounts, old_pairs: pa.Table) -> tuple[Array, Array]:
    """Record numbers of pairs of ids, both in the slice."""
    ids = accounts.table["observation_id"].combine_chunks()
    number = np.empty(len(ids) + 1, np.int32)
    number[accounts.records["row"]] = np.arange(len(accounts))
    number[-1] = -1
    sides = [
        number[pc.index_in(old_pairs[name].combine_chunks(), ids).fill_null(-1).to_numpy(
            zero_copy_only=False)]
        for name in ("left_observation_id", "right_observation_id")
    ]  # fmt: skip
    both = (sides[0] >= 0) & (sides[1] >= 0)
    return sides[0][both], sides[1][both]


def restricted(fused: Fused, chosen: Array, options: FuseOptions, different: Array) -> Fused:
    """Return the binding of the chosen records alone, which hang together with nothing else."""
    number = np.cumsum(chosen, dtype=np.int64) - 1
    both = chosen[fused.pairs.left] & chosen[fused.pairs.right]
    pairs = Pairs(
        number[fused.pairs.left[both]].astype(np.int32),
        number[fused.pairs.right[both]].astype(np.int32), fused.pairs.bits[both], fused.pairs.cut,
    )  # fmt: skip
    accounts = replace(fused.accounts, records=fused.accounts.records[chosen])
    apart = different[chosen[different >> 32] & chosen[different & 0xFFFFFFFF]]
    packed = (number[apart >> 32] << 32) + number[apart & 0xFFFFFFFF]
    binding = bind(accounts.records, accounts.words, fused.weights, pairs, options, packed)
    return Fused(accounts, fused.weights, pairs, binding, packed)
