"""Incidents from groups of accounts: preferred values, each with the observation it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.compiled import kernel
from trucewatch.fuse.accounts import Array
from trucewatch.fuse.digest import content_ids, text_bytes
from trucewatch.fuse.fusing import Fused
from trucewatch.fuse.levels import apart_km
from trucewatch.ids import SEPARATOR

ATTRIBUTES = ("kind", "when", "where", "place", "count", "weapon", "direction", "claimed_actor")
KIND, WHEN, WHERE, PLACE, COUNT, WEAPON, DIRECTION, ACTOR = range(len(ATTRIBUTES))
# Votes are counted among this many members at most; incidents rarely have ten.
VOTERS = 64


@dataclass(frozen=True, slots=True)
class Groups:
    """Members by group. members: record numbers, group after group; starts: where each begins.

    Within a group members stand in order of their observation ids. preferred: per group and
    attribute the record it is taken from, or -1. extent_km, duration_h: of the whole group.
    """

    members: Array
    starts: Array
    preferred: Array
    extent_km: Array
    duration_h: Array

    @property
    def sizes(self) -> Array:
        """Members of each group."""
        return np.diff(self.starts)


def groups(fused: Fused) -> Groups:
    """Return the groups of a binding, every account in exactly one, with preferred values."""
    records = fused.accounts.records
    members = np.argsort(fused.binding.label, kind="stable").astype(np.int32)
    label = fused.binding.label[members]
    begins = np.concatenate(([True], label[1:] != label[:-1]))[: len(label)]
    starts = np.append(np.flatnonzero(begins), len(label)).astype(np.int64)
    ids = fused.accounts.table["observation_id"].combine_chunks().cast(pa.large_string())
    _sort_by_id(members, starts, records["row"].copy(), text_bytes(ids))
    count = len(starts) - 1
    preferred = np.full((count, len(ATTRIBUTES)), -1, np.int32)
    extent, duration = np.zeros(count), np.zeros(count)
    table = fused.accounts.table
    named = pc.or_(pc.is_valid(table["place_name"]), pc.is_valid(table["place_id"]))
    has_place = named.to_numpy()
    _prefer(records, members, starts, has_place, (preferred, extent, duration))
    return Groups(members, starts, preferred, extent, duration)


@kernel
def _sort_by_id(members: Any, starts: Any, row: Any, ids: Any) -> None:
    for group in range(starts.size - 1):
        for n in range(starts[group] + 1, starts[group + 1]):
            moved, at = members[n], n
            while at > starts[group] and is_before(ids, row[moved], row[members[at - 1]]):
                members[at] = members[at - 1]
                at -= 1
            members[at] = moved


@kernel
def is_before(ids: Any, one: int, two: int) -> bool:
    """Whether one text (by place in text_bytes) comes before another, byte by byte."""
    offsets, raw = ids
    a, b = offsets[one], offsets[two]
    length = min(offsets[one + 1] - a, offsets[two + 1] - b)
    for k in range(length):
        if raw[a + k] != raw[b + k]:
            return bool(raw[a + k] < raw[b + k])
    return bool(offsets[one + 1] - a < offsets[two + 1] - b)


@kernel
def _prefer(records: Any, members: Any, starts: Any, has_place: Any, out: Any) -> None:
    preferred, extent, duration = out
    for group in range(starts.size - 1):
        own = members[starts[group] : starts[group + 1]]
        chosen = preferred[group]
        chosen[KIND] = _voted_kind(records, own)
        chosen[WHEN] = _sharpest(records, own)
        chosen[WHERE], chosen[PLACE] = _nearest(records, own, has_place)
        chosen[COUNT] = _counted(records, own)
        chosen[WEAPON] = _voted_weapon(records, own)
        chosen[DIRECTION] = _directed(records, own)
        chosen[ACTOR] = _voted_actor(records, own)
        extent[group] = _extent(records, own)
        duration[group] = _duration(records, own)


@kernel
def _voted_kind(records: Any, own: Any) -> int:
    """The kind that most accounts give; those on the spot count before those from afar."""
    best, most = own[0], -1.0
    for i in own[:VOTERS]:
        votes = -0.01 * records[i].mode
        for j in own[:VOTERS]:
            if records[j].kind == records[i].kind:
                votes += 1.0 if records[j].mode <= 1 else 0.34
        if votes > most:
            best, most = i, votes
    return int(best)


@kernel
def _voted_weapon(records: Any, own: Any) -> int:
    """The weapon that most accounts name, the nearest of them; -1 where none names one."""
    best, most = -1, -1.0
    for i in own[:VOTERS]:
        if records[i].weapon < 0:
            continue
        votes = -0.01 * records[i].mode - 0.0001 * records[i].radius_km
        for j in own[:VOTERS]:
            if records[j].weapon == records[i].weapon:
                votes += 1.0
        if votes > most:
            best, most = i, votes
    return int(best)


@kernel
def _voted_actor(records: Any, own: Any) -> int:
    """The actor that most independent accounts name; -1 where none does or two are even."""
    best, most, even = -1, 0, False
    for i in own[:VOTERS]:
        if records[i].actor < 0:
            continue
        votes = 0
        for j in own[:VOTERS]:
            votes += 1 if records[j].actor == records[i].actor else 0
        if votes > most:
            best, most, even = i, votes, False
        elif votes == most and records[i].actor != records[best].actor:
            even = True
    return -1 if even else int(best)


@kernel
def _sharpest(records: Any, own: Any) -> int:
    """The account with the narrowest span for its start; nearest to the event's place if even."""
    best = own[0]
    for i in own:
        a, b = records[i], records[best]
        left, right = a.latest_h - a.start_h, b.latest_h - b.start_h
        if (left, a.mode, a.radius_km) < (right, b.mode, b.radius_km):
            best = i
    return int(best)


@kernel
def _nearest(records: Any, own: Any, has_place: Any) -> tuple[int, int]:
    """The account with the smallest spread of its place, and the best one that names a place."""
    best, named = own[0], -1
    for i in own:
        if _spread(records[i]) < _spread(records[best]):
            best = i
        if has_place[records[i].row] and (
            named < 0 or _spread(records[i]) < _spread(records[named])
        ):
            named = i
    return int(best), int(named)


@kernel
def _spread(a: Any) -> float:
    return float(a.cov_ee * a.cov_nn - a.cov_en * a.cov_en)


@kernel
def _counted(records: Any, own: Any) -> int:
    """The highest count of one observer on the spot; else the latest of the press, then parties.

    An observer misses rounds and seldom invents any; figures of the press are revised.
    """
    best = -1
    for i in own:
        a = records[i]
        if np.isnan(a.count_best):
            continue
        if best < 0 or a.mode < records[best].mode:
            best = i
        elif a.mode == records[best].mode:
            later = a.published_h > records[best].published_h
            if later if a.mode >= 2 else a.count_best > records[best].count_best:
                best = i
    return int(best)


@kernel
def _directed(records: Any, own: Any) -> int:
    """The direction of the account with the smallest spread of place that gives one; or -1."""
    best = -1
    for i in own:
        if np.isnan(records[i].direction):
            continue
        if best < 0 or _spread(records[i]) < _spread(records[best]):
            best = i
    return int(best)


@kernel
def _extent(records: Any, own: Any) -> float:
    """Greatest distance between two places of the group, in km; 0 where a place is missing."""
    widest = 0.0
    for n in range(own.size):
        for m in range(n):
            widest = max(widest, apart_km(records[own[n]], records[own[m]]))
    return widest


@kernel
def _duration(records: Any, own: Any) -> float:
    """Hours from the first start to the last end; 0 where no time is given."""
    start, end = records[own[0]].start_h, records[own[0]].end_h
    for i in own:
        start, end = min(start, records[i].start_h), max(end, records[i].end_h)
    return 0.0 if np.isnan(end - start) else float(end - start)


def incident_ids(fused: Fused, of: Groups, threads: int) -> pa.Array:
    """Return one id per group: the content hash of its observations' ids in rising order."""
    row = fused.accounts.records["row"][of.members]
    ids = fused.accounts.table["observation_id"].combine_chunks().cast(pa.string())
    listed = pa.ListArray.from_arrays(pa.array(of.starts.astype(np.int32)), ids.take(pa.array(row)))
    return content_ids("incident", pc.binary_join(listed, SEPARATOR), threads)
