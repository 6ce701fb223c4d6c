"""Signs of preparation read together: one factor over several channels and windows of days.

Each channel is set against its own eight weeks before, with its own over-dispersion; a common
factor of 1 and more is then fitted by maximum likelihood, for windows of 3 to 14 days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.warn.signs import Seen, fresh_closes, held, over_window

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WINDOWS = (3, 5, 7, 10, 14)
FACTORS = np.exp(np.linspace(0.0, np.log(8.0), 25))
# The usual is of the eight weeks before the longest window, so that no build-up is its own past.
FIRST_PAST, WEEKS_PAST = 14, 8
PAST_DAYS = 7 * WEEKS_PAST
REACH_DAYS = FIRST_PAST + PAST_DAYS
LEAST_PAST_DAYS = 14
# Over-dispersion of a week's count before the past tells its own; of shares, one fight is told of
# by many. A prior of eight weeks, as long as the past itself.
PRIOR_DISPERSION, PRIOR_SHARE_DISPERSION, PRIOR_WEEKS = 1.2, 3.0, 8.0
MOST_DISPERSION = 30.0
LEAST_VARIANCE = 0.05
# A sign is named with a scan where it holds this much of the evidence.
LEAST_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Channel:
    """What is counted of one sign, and what it is counted among.

    counted: reports of it. among: for each day that could be seen the exposure: 1, or the number
    of watches; for a share the whole that it is part of. is_share: the factor is one on odds.
    """

    counted: Seen
    among: Seen
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan at the close of each day, as known then; a channel not seen stands as last seen.

    names: channels. evidence: channels x windows x zones x days x factors, log likelihood ratio
    against the usual in nats, 0 where too little of the past is known. seen, usual: channels x
    windows x zones x days. ready: zones x days with at least one channel to go by.
    """

    names: tuple[str, ...]
    evidence: Floats
    seen: Floats
    usual: Floats
    ready: Bools

    @property
    def together(self) -> Floats:
        """Evidence of all channels, windows x zones x days x factors."""
        return np.asarray(self.evidence.sum(axis=0))


def scan(channels: Mapping[str, Channel], shape: tuple[int, int]) -> Scan:
    """Return the scan of one or more channels over zones x days."""
    every = [_channel(one, shape) for one in channels.values()]
    evidence, seen, usual, ready = zip(*every, strict=True)
    return Scan(
        tuple(channels), np.stack(evidence), np.stack(seen), np.stack(usual), np.any(ready, axis=0)
    )


def _channel(one: Channel, shape: tuple[int, int]) -> tuple[Floats, Floats, Floats, Bools]:
    past, before = (_sum(part, shape, FIRST_PAST, PAST_DAYS) for part in (one.counted, one.among))
    days = _sum(_once_a_day(one.among), shape, FIRST_PAST, PAST_DAYS)
    # Where reports of a kind begin there is no usual yet: a new source is no preparation.
    begun = _sum(one.counted, shape, FIRST_PAST, shape[1]) > 0
    ready = (days >= LEAST_PAST_DAYS) & begun
    rate = (past + 0.5) / np.maximum(before + (1.0 if one.is_share else 0.5), 1.0)
    spread = _dispersion(one, rate, shape)
    told = fresh_closes(one.among, shape)
    evidence, seen, usual = [], [], []
    for window in WINDOWS:
        count, among = (_sum(part, shape, 0, window) for part in (one.counted, one.among))
        # What is usual is itself known from so many days only.
        width = spread * (1 + among / np.maximum(before, 1.0))
        ratio = _ratio(count, among, rate, is_share=one.is_share) / width[..., None]
        evidence.append(np.where(ready[..., None], held(ratio, told), 0.0))
        seen.append(np.where(ready, held(count, told), 0.0))
        usual.append(np.where(ready, held(rate * among, told), 0.0))
    return np.stack(evidence), np.stack(seen), np.stack(usual), ready


def _sum(part: Seen, shape: tuple[int, int], first: int, days: int) -> Floats:
    return over_window(part, shape, first, first + days - 1)


def _ratio(count: Floats, among: Floats, rate: Floats, *, is_share: bool) -> Floats:
    """Log likelihood ratio of each factor against 1: Poisson, or binomial with odds times it."""
    count, among, rate = count[..., None], among[..., None], rate[..., None]
    if is_share:
        return np.asarray(count * np.log(FACTORS) - among * np.log1p(rate * (FACTORS - 1)))
    return np.asarray(count * np.log(FACTORS) - rate * among * (FACTORS - 1))


def _dispersion(one: Channel, rate: Floats, shape: tuple[int, int]) -> Floats:
    """Variance of a week's count over that of its model, from the weeks of the past; from 1."""
    squares, weeks = np.zeros(shape), np.zeros(shape)
    for first in range(FIRST_PAST, REACH_DAYS, 7):
        count, among = (_sum(part, shape, first, 7) for part in (one.counted, one.among))
        mean = rate * among
        variance = mean * np.maximum(1 - rate, 0.0) if one.is_share else mean
        known = among > 0
        squares += np.where(known, (count - mean) ** 2 / np.maximum(variance, LEAST_VARIANCE), 0.0)
        weeks += known
    prior = PRIOR_SHARE_DISPERSION if one.is_share else PRIOR_DISPERSION
    found = (squares + PRIOR_WEEKS * prior) / (np.maximum(weeks - 1, 0) + PRIOR_WEEKS)
    return np.asarray(np.clip(found, 1.0, MOST_DISPERSION))


def _once_a_day(among: Seen) -> Seen:
    """One for each day on which something could be seen, from when that was first known."""
    order = np.lexsort((among.known, among.day, among.zone))
    keys = np.stack([among.zone[order], among.day[order]])
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    at = order[first]
    return Seen(among.zone[at], among.day[at], among.known[at], np.ones(len(at)))


def summary(found: Scan, zone: int, day: int) -> dict[str, Any] | None:
    """Say what the scan shows of a zone and day: None where too little of the past is known.

    value: the common factor; at 1 nothing stands above its usual. evidence: log likelihood ratio
    in nats. window_days; seen and usual: reports within it, shares left out; most: the channels
    that hold most evidence;
    is_rising: the last three days stand at least as high as the last ten.
    """
    evidence = found.together[:, zone, day]
    window, factor = np.unravel_index(int(evidence.argmax()), evidence.shape)
    if not found.ready[zone, day]:
        return None
    parts = found.evidence[:, window, zone, day, factor]
    least = LEAST_SHARE * evidence[window, factor]
    most = [found.names[k] for k in np.argsort(-parts) if parts[k] > max(least, 0.0)]
    short, long = (evidence[WINDOWS.index(days)].argmax() for days in (3, 10))
    counts = [k for k, name in enumerate(found.names) if name != SHARE_CHANNEL]
    seen, usual = (
        float(part[counts, window, zone, day].sum()) for part in (found.seen, found.usual)
    )
    return {
        "value": round(float(FACTORS[factor]), 2), "window_days": WINDOWS[window],
        "evidence": round(float(evidence[window, factor]), 2), "seen": round(seen),
        "usual": round(usual, 1), "most": most, "is_rising": bool(short >= long),
    }  # fmt: skip


# The one channel that is a share: its whole is the fire itself, which the counts already hold.
SHARE_CHANNEL = "heavier_calibres"
