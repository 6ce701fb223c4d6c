"""The deconfliction register: what was announced, matched to what was observed, with grounds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch import vocabulary
from trucewatch.config import read_yaml

Row = Mapping[str, Any]
Floats = NDArray[np.float64]

# Kinds that are in order when announced and an anomaly when not, with the topics that announce.
NEEDS_NOTICE = {
    "demining": ("demining", "disposal"),
    "training": ("training", "exercise"),
}
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far outside its hours and its place a notice still answers for a happening."""

    gap_h: float = 0.5
    gap_km: float = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """One line of the register.

    verdict: explained (announced before, inside place and hours), announced_late (the notice was
    known only after the happening began), against_truce (fire inside a truce), unannounced (work
    or training that nobody announced). notice_id is None for the last.
    """

    subject_id: str
    verdict: str
    notice_id: str | None
    gap_h: float | None
    gap_km: float | None
    grounds: tuple[str, ...]


@cache
def topics() -> dict[str, dict[str, Any]]:
    """Return what each topic explains and rules out."""
    rows = read_yaml(Path(__file__).parent / "topics.yaml").value
    return {row["topic"]: row for row in rows}


def matches(
    notices: Iterable[Row], happenings: Sequence[Row], tolerance: Tolerance | None = None
) -> list[Match]:
    """Return the register: every notice against every happening it answers for; pure.

    notices: rows of `notice` with known_from_utc. happenings: observations or incidents, each
    with its id, kind, start_utc, end_utc, lon, lat, radius_km. What has no time or place is not
    matched; a notice of unknown topic explains nothing. The same rule whoever gave notice.
    """
    tolerance = tolerance or Tolerance()
    placed = [row for row in happenings if _placed(row) and not row.get("is_null")]
    index = _Index.of(placed)
    found = [
        match for notice in notices if _placed(notice)
        for match in _of_notice(notice, index, tolerance)
    ]  # fmt: skip
    answered = {match.subject_id for match in found if match.verdict == "explained"}
    found += [_unannounced(row) for row in placed
              if row["kind"] in NEEDS_NOTICE and subject_id(row) not in answered]  # fmt: skip
    return sorted(found, key=lambda match: (match.subject_id, match.notice_id or "", match.verdict))


def subject_id(row: Row) -> str:
    """Return the id of an incident or an observation."""
    return str(row.get("incident_id") or row.get("observation_id"))


def _placed(row: Row) -> bool:
    known = (row.get("start_utc"), row.get("end_utc"), row.get("lon"), row.get("lat"))
    return all(value is not None for value in known)


@dataclass(frozen=True, slots=True)
class _Index:
    """Happenings by start, so that a notice meets only those near its hours."""

    rows: Sequence[Row]
    start: Floats
    end: Floats
    lon: Floats
    lat: Floats
    radius: Floats
    longest: float

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Index:
        order = sorted(rows, key=lambda row: (row["start_utc"], subject_id(row)))
        start = np.array([row["start_utc"].timestamp() for row in order])
        end = np.array([row["end_utc"].timestamp() for row in order])
        lon, lat, radius = (
            np.array([float(row.get(k) or 0.0) for row in order])
            for k in ("lon", "lat", "radius_km")
        )
        return cls(order, start, end, lon, lat, radius, float(np.max(end - start, initial=0.0)))

    def near(self, notice: Row, tolerance: Tolerance) -> Iterator[tuple[Row, float, float]]:
        """Yield happenings within tolerance, with the hours and kilometres they lie outside."""
        begin, finish = notice["start_utc"].timestamp(), notice["end_utc"].timestamp()
        slack = tolerance.gap_h * 3600
        low = int(np.searchsorted(self.start, begin - slack - self.longest))
        high = int(np.searchsorted(self.start, finish + slack, side="right"))
        part = slice(low, high)
        gap_s = np.maximum(np.maximum(self.start[part] - finish, begin - self.end[part]), 0)
        apart = _apart_km(notice, self.lon[part], self.lat[part])
        gap_km = np.maximum(apart - float(notice.get("radius_km") or 0) - self.radius[part], 0)
        for k in np.flatnonzero((gap_s <= slack) & (gap_km <= tolerance.gap_km)).tolist():
            yield self.rows[low + k], float(gap_s[k]) / 3600, float(gap_km[k])


def _apart_km(notice: Row, lon: Floats, lat: Floats) -> Floats:
    phi, phis = math.radians(notice["lat"]), np.radians(lat)
    east = np.radians(lon - notice["lon"])
    half = np.sin((phis - phi) / 2) ** 2 + math.cos(phi) * np.cos(phis) * np.sin(east / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def _of_notice(notice: Row, index: _Index, tolerance: Tolerance) -> Iterator[Match]:
    topic = topics().get(str(notice["topic"]))
    if topic is None:
        return
    for row, gap_h, gap_km in index.near(notice, tolerance):
        verdict = _verdict(notice, topic, row)
        if verdict is not None:
            grounds = _grounds(notice, row, verdict, gap_h, gap_km)
            yield Match(subject_id(row), verdict, str(notice["notice_id"]), round(gap_h, 3),
                        round(gap_km, 3), grounds)  # fmt: skip


def _verdict(notice: Row, topic: Mapping[str, Any], row: Row) -> str | None:
    term = vocabulary.kinds().get(row["kind"])
    # Work that was announced is no breach of the truce it was announced for.
    if term is not None and term.facts["family"] in topic["against"] and term.facts["breaches"]:
        return "against_truce"
    if row["kind"] not in topic["explains"]:
        return None
    return "announced_late" if _late(notice, row) else "explained"


def _late(notice: Row, row: Row) -> bool:
    known: datetime | None = notice.get("known_from_utc")
    return known is None or known > row["start_utc"]


def _grounds(notice: Row, row: Row, verdict: str, gap_h: float, gap_km: float) -> tuple[str, ...]:
    when = "within its hours" if gap_h == 0 else f"{gap_h:.1f} h outside its hours"
    where = "inside its place" if gap_km == 0 else f"{gap_km:.1f} km outside its place"
    told = "known after it began" if _late(notice, row) else "known before it began"
    rule = {
        "explained": f"{notice['topic']} can cause {row['kind']}",
        "announced_late": f"{notice['topic']} can cause {row['kind']}, but was announced late",
        "against_truce": f"{row['kind']} during {notice['topic']}",
    }[verdict]
    return rule, when, where, told


def _unannounced(row: Row) -> Match:
    wanted = " or ".join(NEEDS_NOTICE[row["kind"]])
    ground = f"{row['kind']} without a notice of {wanted} known before it began"
    return Match(subject_id(row), "unannounced", None, None, None, (ground,))
