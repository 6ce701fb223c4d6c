"""The coverage ledger: per zone, kind and window, what was watched and what could be missed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.coverage import sweep
from trucewatch.coverage.bounds import happened_upper
from trucewatch.coverage.detection import Detection, family_of
from trucewatch.coverage.exposure import Accounts, Exposure
from trucewatch.coverage.footprint import Chances, Cover, chances, cover, sights
from trucewatch.coverage.lattice import Lattice, lattice
from trucewatch.coverage.light import daylight_share, solar_elevation_deg
from trucewatch.coverage.stations import Station, joined
from trucewatch.mission import NamedRegion
from trucewatch.when import Interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Clouds = Mapping[tuple[str, date], float]

# Longer windows are measured in pieces and averaged, so that memory stays bounded.
PIECE_H = 48.0


@dataclass(frozen=True, slots=True)
class LedgerOptions:
    """points: sample points a zone; slot_min: minutes of a time slot; zone: for cloud's days."""

    points: int = 2000
    slot_min: float = 30.0
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Ground:
    """One zone made ready: its points, what the stations cover of them, its clouds by day."""

    zone: NamedRegion
    points: Lattice
    covered: Cover


@dataclass(frozen=True, slots=True)
class Outlook:
    """One zone and one row kind: chances per station and point; traces and nights per station."""

    ground: Ground
    kind: str
    chances: Chances
    trace_s: Floats
    night: Floats
    exposure: Exposure | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """0..1: chance to detect; share of area-hours watched, and watched had nothing failed."""

    detected: float = 0.0
    watched: float = 0.0
    would: float = 0.0


@dataclass(slots=True)
class Ledger:
    """Stations laid over zones; `rows` yields the table `coverage`, `unseen` what is left open.

    Law: one more working watch never lowers a share, an outage never raises one.
    """

    stations: list[Station]
    detection: Detection
    clouds: Clouds = field(default_factory=dict)
    options: LedgerOptions = field(default_factory=LedgerOptions)
    accounts: Accounts | None = None
    _spans: _Spans = field(init=False)
    _records: _Spans = field(init=False)
    _ids: list[str] = field(init=False)
    _lost: Floats = field(init=False)
    _group: Ints = field(init=False)
    _exposures: dict[tuple[str, str], Exposure] = field(init=False, default_factory=dict)
    _buffers: dict[tuple[int, int], tuple[Floats, Floats]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.stations = sorted(self.stations, key=lambda station: station.view.group)
        names = [station.view.group for station in self.stations]
        self._group = np.unique(names, return_inverse=True)[1].astype(np.int64)
        self._spans = _Spans.of(
            (k, *span, works) for k, station in enumerate(self.stations)
            for spans, works in ((station.working, True), (station.lost, False))
            for span in spans
        )  # fmt: skip
        records = [(k, *record) for k, s in enumerate(self.stations) for record in s.ids]
        self._records = _Spans.of((k, low, high, True) for k, low, high, _ in records)
        self._ids = [record[-1] for record in records]
        losses = [self.detection.means[station.view.means].cloud for station in self.stations]
        self._lost = np.array(losses, dtype=np.float64)

    def ground(self, zone: NamedRegion) -> Ground:
        """Return a zone made ready; raises ValueError where its polygon cannot be read."""
        points = lattice(zone.region, self.options.points)
        return Ground(zone, points, cover(points, self.stations))

    def outlook(self, ground: Ground, kind: str) -> Outlook:
        """Return how the stations see one row kind in one zone."""
        outlook = self._outlook(ground, kind)
        return replace(outlook, exposure=self._exposure(ground, kind))

    def _outlook(self, ground: Ground, kind: str) -> Outlook:
        seeing = sights(self.stations, self.detection, kind)
        traces = np.array([0.0 if s is None else s.trace_h * 3600 for s in seeing])
        nights = np.array([1.0 if s is None else s.night for s in seeing])
        return Outlook(ground, kind, chances(ground.covered, seeing), traces, nights)

    def _exposure(self, ground: Ground, kind: str) -> Exposure | None:
        """Return where happenings of the kind's family are, as the zone's accounts show it."""
        key = ground.zone.id, family_of(kind)
        if self.accounts is None or not len(self._spans.low):
            return None
        if key not in self._exposures:
            seeing = self._outlook(ground, key[1])
            accounts = self.accounts.of(key[1])
            looks = partial(self._looks, seeing)
            self._exposures[key] = Exposure.of(ground.points, accounts, looks)
        return self._exposures[key]

    def _looks(self, outlook: Outlook, cell: Ints, time_s: Floats) -> Floats:
        """Return how many looks happenings at these points and instants had on average."""
        chance, spans = outlook.chances, self._spans
        station = np.repeat(np.arange(len(self.stations)), np.diff(chance.starts))
        order = np.argsort(chance.cells, kind="stable")
        cells = np.arange(len(outlook.ground.points.lon) + 1)
        entries = (
            np.searchsorted(chance.cells[order], cells), station[order],
            np.ascontiguousarray(chance.values[sweep.DETECTED][order]),
        )  # fmt: skip
        works = np.flatnonzero(spans.works)
        works = works[np.lexsort((spans.low[works], spans.station[works]))]
        firsts = np.searchsorted(spans.station[works], np.arange(len(self.stations) + 1))
        events = cell, time_s, self._light(outlook, time_s), self._cloud(outlook, time_s)
        return np.asarray(sweep.looks(
            events, entries, (firsts, spans.low[works], spans.high[works]),
            (self._group, outlook.night, self._lost, outlook.trace_s),
        ))  # fmt: skip

    def rows(
        self, zones: Sequence[NamedRegion], windows: Sequence[Interval], kinds: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        """Yield one row per zone, kind and window with the columns of `coverage` but its id."""
        near, later = (
            [(self._spans.near(w, trace_s), self._records.near(w, trace_s)) for w in windows]
            for trace_s in (0.0, _Spans.TRACE_S)
        )
        for zone in zones:
            ground = self.ground(zone)
            for kind in kinds:
                if kind in self.detection.own:
                    yield from self._own_rows(ground, kind, windows, near)
                    continue
                outlook = self.outlook(ground, kind)
                looking = later if outlook.trace_s.any() else near
                for window, (spans, records) in zip(windows, looking, strict=True):
                    ids = self._watch_ids(outlook, window, records)
                    share = self.share(outlook, window, spans)
                    yield _row(zone.id, kind, window, share, ids)

    def _own_rows(
        self, ground: Ground, kind: str, windows: Sequence[Interval],
        near: Sequence[tuple[Ints, Ints]],
    ) -> Iterator[dict[str, Any]]:  # fmt: skip
        """What befalls the watches themselves is noticed while any of them is in the zone."""
        here = np.zeros(len(self.stations), dtype=bool)
        here[ground.covered.station] = True
        for window, (spans, records) in zip(windows, near, strict=True):
            at = spans[here[self._spans.station[spans]]]
            share = _share_of_hours(window, self._spans.low[at], self._spans.high[at])
            ids = self._records.within(window, records[here[self._records.station[records]]])
            seen = Share(share * self.detection.own[kind], share, share)
            yield _row(ground.zone.id, kind, window, seen, sorted({self._ids[k] for k in ids}))

    def share(self, outlook: Outlook, window: Interval, spans: Ints | None = None) -> Share:
        """Return the shares of a window; a long one is the mean of its pieces by hours."""
        spans = self._spans.near(window) if spans is None else spans
        spans = self._active(outlook, window, self._spans, spans)
        if not len(spans) or window.duration_h == 0:
            return Share()
        total = np.zeros(3)
        for piece in _pieces(window):
            out = self.unseen(outlook, piece, spans)
            means = 1 - out.mean(axis=(1, 2))
            weights = self.weights(outlook, window, piece)
            if weights is not None:
                means[sweep.DETECTED] = 1 - np.vdot(weights, out[sweep.DETECTED])
            total += means * piece.duration_h / window.duration_h
        return Share(*(min(1.0, max(0.0, float(part))) for part in total))

    def weights(self, outlook: Outlook, window: Interval, piece: Interval) -> Floats | None:
        """Return what each slot and point of a piece weighs, summing to 1; None: all alike."""
        if outlook.exposure is None:
            return None
        edges = _edges(piece, self.options.slot_min)
        return outlook.exposure.weights(window.start_utc.timestamp(), edges)

    def left_unseen(self, outlook: Outlook, window: Interval) -> Floats:
        """Return a copy of what is left unseen in a window of at most two days."""
        spans = self._active(outlook, window, self._spans, self._spans.near(window))
        return self.unseen(outlook, window, spans).copy()

    def unseen(self, outlook: Outlook, piece: Interval, spans: Ints) -> Floats:
        """Return what is left unseen (layer, slot, cell), layers as in `sweep`; reused memory."""
        edges = _edges(piece, self.options.slot_min)
        rows, times = self._times(outlook, edges, spans)
        out, scratch = self._buffer(len(edges) - 1, len(outlook.ground.points.lon))
        entries = (*outlook.chances, self.detection.halvings)
        sweep.unseen(rows, self._group[rows], entries, times, out, scratch)
        return out

    @staticmethod
    def _active(outlook: Outlook, window: Interval, of: _Spans, spans: Ints) -> Ints:
        """Return the spans that look into a window, at ground where their station sees."""
        starts, station = outlook.chances.starts, of.station[spans]
        low, high, begin = of.low[spans], of.high[spans], window.start_utc.timestamp()
        late = window.end_utc.timestamp() + outlook.trace_s[station]
        # A pass of a satellite has no length, but it looks.
        here = (low < late) & ((high > begin) | ((high == low) & (low >= begin)))
        active: Ints = spans[here & (starts[station + 1] > starts[station])]
        return active

    def _buffer(self, slots: int, cells: int) -> tuple[Floats, Floats]:
        shape = (slots, cells)
        if shape not in self._buffers:
            self._buffers.clear()
            self._buffers[shape] = (np.empty((3, *shape)), np.zeros((3, *shape)))
        out, scratch = self._buffers[shape]
        out.fill(1.0)
        return out, scratch

    def _times(self, outlook: Outlook, edges: Floats, spans: Ints) -> tuple[Ints, Floats]:
        """Return the stations at work and, per layer, row and slot, the share they look."""
        rows, where = np.unique(self._spans.station[spans], return_inverse=True)
        share = self._spans.shares(spans, edges, outlook.trace_s, (where, len(rows)))
        middles = (edges[:-1] + edges[1:]) / 2
        light, cloud = self._light(outlook, middles), self._cloud(outlook, middles)
        lost = self._lost[rows][:, None] * cloud
        factor = _factor(outlook.night[rows][:, None], light, lost)
        working, would = share
        return rows, np.stack([working * factor, working * (factor > 0), would * (factor > 0)])

    def sight_factor(self, outlook: Outlook, means: str, middles: Floats) -> Floats:
        """Return the factor of light and cloud on a means' sight at instants (seconds)."""
        sight = self.detection.sight(means, outlook.kind)
        lost = self.detection.means[means].cloud * self._cloud(outlook, middles)
        return _factor(1.0 if sight is None else sight.night, self._light(outlook, middles), lost)

    @staticmethod
    def _light(outlook: Outlook, middles: Floats) -> Floats:
        centre = outlook.ground.zone.region
        place = np.array([centre.lon]), np.array([centre.lat])
        return daylight_share(solar_elevation_deg(*place, middles))

    def _cloud(self, outlook: Outlook, middles: Floats) -> Floats:
        """Cloud share per slot; 1 where the day's cloud is not known."""
        zone = outlook.ground.zone.id
        days = [datetime.fromtimestamp(m, self.options.zone).date() for m in middles]
        return np.array([self.clouds.get((zone, day), 1.0) for day in days])

    def _watch_ids(self, outlook: Outlook, window: Interval, records: Ints) -> list[str]:
        used = self._active(outlook, window, self._records, records)
        return sorted({self._ids[k] for k in used})


@dataclass(frozen=True, slots=True)
class _Spans:
    """Spans of stations (seconds since 1970); `works` tells work from mere intent."""

    station: Ints
    low: Floats
    high: Floats
    works: NDArray[np.bool_]

    TRACE_S = 31 * 86_400.0

    @classmethod
    def of(cls, found: Iterable[tuple[int, float, float, bool]]) -> _Spans:
        table = np.array(list(found), dtype=np.float64).reshape(-1, 4)
        return cls(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3] > 0)

    def near(self, window: Interval, trace_s: float = TRACE_S) -> Ints:
        """Return the spans that may look into a window, back as far as a trace lasts."""
        low, high = window.start_utc.timestamp(), window.end_utc.timestamp()
        return np.flatnonzero((self.high >= low) & (self.low <= high + trace_s))

    def within(self, window: Interval, spans: Ints) -> Ints:
        """Return the spans that share time with a window."""
        low, high = window.start_utc.timestamp(), window.end_utc.timestamp()
        shared: Ints = spans[(self.low[spans] < high) & (self.high[spans] > low)]
        return shared

    def shares(
        self, spans: Ints, edges: Floats, traces: Floats, rows: tuple[Ints, int]
    ) -> tuple[Floats, Floats]:
        """Return per row and slot the share at work, and the share had nothing been lost.

        A look also covers the hours before it for which a trace still shows.
        """
        where, count = rows
        low = (self.low[spans] - traces[self.station[spans]])[:, None]
        part = np.minimum(self.high[spans][:, None], edges[1:]) - np.maximum(low, edges[:-1])
        part = np.clip(part, 0, None) / np.diff(edges)
        working, would = np.zeros((2, count, len(edges) - 1))
        np.add.at(working, where, part * self.works[spans][:, None])
        np.add.at(would, where, part)
        return np.minimum(working, 1), np.minimum(would, 1)


def _row(zone: str, kind: str, window: Interval, share: Share, ids: list[str]) -> dict[str, Any]:
    # A chance that rounds to nothing is no chance: a bound of billions says less than NULL.
    detected = round(share.detected, 9) or None
    return {
        "zone": zone, "kind": kind,
        "window_start_utc": window.start_utc, "window_end_utc": window.end_utc,
        "watches": len(ids), "watched_share": round(share.watched, 9),
        "outage_share": round(max(0.0, share.would - share.watched), 9),
        "detection_probability": detected, "missed_upper": happened_upper(0, detected),
        "watch_ids": json.dumps(ids),
    }  # fmt: skip


def _share_of_hours(window: Interval, low: Floats, high: Floats) -> float:
    """Return the share of a window that the union of spans holds."""
    start, end = window.start_utc.timestamp(), window.end_utc.timestamp()
    clipped = zip(np.maximum(low, start).tolist(), np.minimum(high, end).tolist(), strict=True)
    held = sum(b - a for a, b in joined((a, b) for a, b in clipped if b > a))
    return float(held / (end - start)) if end > start else 0.0


def _factor(night: Any, light: Floats, lost: Floats) -> Floats:
    return np.asarray((night + (1 - night) * light) * (1 - lost))


def _pieces(window: Interval) -> Iterator[Interval]:
    start = window.start_utc
    while start < window.end_utc:
        end = min(window.end_utc, start + timedelta(hours=PIECE_H))
        yield Interval(start, end)
        start = end


def _edges(piece: Interval, slot_min: float) -> Floats:
    slots = max(1, round(piece.duration_h * 60 / slot_min))
    return np.linspace(piece.start_utc.timestamp(), piece.end_utc.timestamp(), slots + 1)
