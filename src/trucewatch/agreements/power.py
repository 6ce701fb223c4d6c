"""The power behind 'none seen': what the ledger of coverage says of a zone, kinds and a window."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from trucewatch.agreements.frames import Frame
from trucewatch.vocabulary.terms import kinds

# Windows that leave less than this share of the asked one open still count as covering it.
OPEN_SHARE = 0.01
MOST_IDS = 20
ALL_KINDS = ("any", "all", "*")


@dataclass(frozen=True, slots=True)
class Power:
    """What was watched. missed_upper: 95% bound of what happened unseen; None: unbounded.

    lacking: families no ledger row with a finite bound stands for; where there is one, 'none seen'
    cannot be said.
    """

    missed_upper: float | None
    detection: float | None
    watched_share: float
    outage_share: float
    watches: int
    lacking: tuple[str, ...]
    rows: tuple[str, ...] = ()
    watch_ids: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether 'none seen' may be said at all."""
        return not self.lacking and self.missed_upper is not None and bool(self.rows)

    def facts(self) -> dict[str, Any]:
        """Return the figures for a trace."""
        return {
            "missed_upper": self.missed_upper, "detection_probability": self.detection,
            "watched_share": self.watched_share, "outage_share": self.outage_share,
            "watches": self.watches, "not_watched": list(self.lacking),
            "coverage_ids": list(self.rows[:MOST_IDS]),
            "watch_ids": list(self.watch_ids[:MOST_IDS]),
        }  # fmt: skip


NOTHING = Power(None, None, 0.0, 0.0, 0, ("any",))


@dataclass(slots=True)
class CoverageBook:
    """The ledger's rows by zone and kind, found by window."""

    frame: Frame
    _rows: dict[tuple[str, str], list[tuple[float, float, int]]] = field(init=False)
    _known: dict[Any, Power] = field(init=False)

    def __post_init__(self) -> None:
        self._known = {}
        self._rows = {}
        zones, names = self.frame.codes("zone")
        listed, words = self.frame.codes("kind")
        starts = self.frame.seconds("window_start_utc")
        ends = self.frame.seconds("window_end_utc")
        for row in range(self.frame.rows):
            key = (names[zones[row]], words[listed[row]])
            self._rows.setdefault(key, []).append((float(starts[row]), float(ends[row]), row))
        for rows in self._rows.values():
            rows.sort()

    def power(
        self, zones: Iterable[str], acts: frozenset[str], window: tuple[float, float]
    ) -> Power:
        """Return the power for the first of these zone names that the ledger knows."""
        for zone in zones:
            key = (zone, acts, window)
            if key not in self._known:
                self._known[key] = self._power(zone, acts, window)
            if self._known[key].rows:
                return self._known[key]
        return NOTHING

    def _power(self, zone: str, acts: frozenset[str], window: tuple[float, float]) -> Power:
        found, lacking = [], []
        for family, members in _families(acts).items():
            rows = self._rows_for(zone, family, members, window)
            whole = self._combined(rows)
            if whole is None or whole[0] is None:
                lacking.append(family)
            if whole is not None:
                found.append((whole, rows))
        if not found:
            return NOTHING
        worst = max(found, key=lambda f: float("inf") if f[0][0] is None else f[0][0])
        missed, detection, watched, outage = worst[0]
        used = [r for _, rows in found for r in rows]
        return Power(
            missed, detection, watched, outage, self._most_watches(worst[1]), tuple(lacking),
            tuple(str(self.frame.row(r).get("coverage_id") or "") for r in used[:MOST_IDS]),
            self._watch_ids(worst[1]),
        )  # fmt: skip

    def _rows_for(
        self, zone: str, family: str, members: list[str], window: tuple[float, float]
    ) -> list[int]:
        """Return the ledger rows that answer for a family: its own, or each of its kinds'."""
        for kind in (family, *ALL_KINDS):
            rows = self._covering(zone, kind, window)
            if rows:
                return rows
        each = [self._covering(zone, kind, window) for kind in members]
        return [r for rows in each for r in rows] if all(each) else []

    def _covering(self, zone: str, kind: str, window: tuple[float, float]) -> list[int]:
        """Return the row that covers a window most closely, or rows that tile it, or none."""
        rows = self._rows.get((zone, kind), [])
        start, end = window
        upto = rows[: bisect_right(rows, (start + 1e-3, float("inf"), 0))]
        whole = [r for r in upto[-64:] if r[1] >= end - 1e-3]
        if whole:
            return [min(whole, key=lambda r: r[1] - r[0])[2]]
        inside = [r for r in rows[bisect_left(rows, (start - 1e-3, 0.0, 0)) :][:10_000]
                  if r[0] < end and r[1] <= end + 1e-3]  # fmt: skip
        covered, at = 0.0, start
        for first, last, _ in inside:
            covered += max(0.0, last - max(first, at))
            at = max(at, last)
        full = end > start and covered >= (1 - OPEN_SHARE) * (end - start)
        return [r[2] for r in inside] if full else []

    def _combined(self, rows: list[int]) -> tuple[float | None, float | None, float, float] | None:
        """Join tiles or kinds: bounds add up, the least chance and shares stand for all."""
        if not rows:
            return None
        taken = [self.frame.row(r) for r in rows]
        bounds = [float(b) for r in taken if (b := r.get("missed_upper")) is not None]
        chances = [float(c) for r in taken if (c := r.get("detection_probability"))]
        blind = len(bounds) < len(taken) or len(chances) < len(taken)
        return (
            None if blind else sum(bounds), None if blind else min(chances),
            min(float(r.get("watched_share") or 0) for r in taken),
            max(float(r.get("outage_share") or 0) for r in taken),
        )  # fmt: skip

    def _most_watches(self, rows: list[int]) -> int:
        return max((int(self.frame.row(r).get("watches") or 0) for r in rows), default=0)

    def _watch_ids(self, rows: list[int]) -> tuple[str, ...]:
        texts = [self.frame.row(r).get("watch_ids") for r in rows[:MOST_IDS]]
        return tuple(dict.fromkeys(str(i) for t in texts if t for i in json.loads(t)))


def _families(acts: frozenset[str]) -> dict[str, list[str]]:
    """Return the kinds of a rule by family; what no vocabulary knows stands for itself."""
    out: dict[str, list[str]] = {}
    for kind in sorted(acts):
        term = kinds().get(kind)
        family = kind if term is None else str(term.facts["family"])
        if family != "count":
            out.setdefault(family, []).append(kind)
    return out
