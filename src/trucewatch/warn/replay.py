"""History re-lived day by day: each day's forecast sees the ledger as it was known that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import (
    COLLAPSE,
    HOLDING,
    HORIZONS_H,
    OUTCOMES,
    UNKNOWN,
    Happenings,
    happenings,
    window_outcomes,
)
from trucewatch.rolling import reference, whole_mission
from trucewatch.warn.alarms import (
    Alarms,
    Borne,
    Rule,
    alarm_score,
    any_zone,
    raise_alarms,
    rule_for,
)
from trucewatch.warn.experts import Told, delays_of, mixed
from trucewatch.warn.forecaster import forecast
from trucewatch.warn.ledger import AsKnown, Ledger
from trucewatch.warn.rivals import mean_alarm, state_of, week_score
from trucewatch.warn.signals import NAMES, Signals, signals
from trucewatch.warn.walking import WINDOW_DAYS

Floats = NDArray[np.float64]
Single = NDArray[np.float32]

WHOLE = "mission"
# What can raise an alarm; 'holding' is the absence of one.
ALARMED = OUTCOMES[:3]
# A collapse is told two weeks after its first day: the week, and the week that confirms it.
TOLD_AFTER = 13
PARTS = ("values", "stale_days", "ready", "mean", "size")
CELLS_AT_ONCE = 300_000
# What a day tells of the past is decided on this many days: the definitions reach back 84 from a
# window's start, and that lies up to 52 days back.
TELLING_DAYS = 170


@dataclass(frozen=True, slots=True)
class Replay:
    """Forecasts of every day of a ledger. Axes: zones (the mission last), days, horizons, outcomes.

    probability, low, high: zones x days x horizons x outcomes. values: zones x days x signals.
    mean, size: the count expected for the next day. truth: the counts known in the end.
    told_on: per day, the day at whose close the counts up to it were known.
    """

    zones: tuple[str, ...]
    first_day: date
    probability: Single
    low: Single
    high: Single
    values: Single
    stale_days: NDArray[np.int64]
    ready: NDArray[np.bool_]
    mean: Single
    size: Single
    truth: Floats
    recommitted: int | None
    told_on: NDArray[np.int64]

    @property
    def days(self) -> int:
        """Number of days re-lived."""
        return int(self.truth.shape[1])

    def day(self, index: int) -> date:
        """The date of a day index."""
        return self.first_day + timedelta(days=index)

    def happened(self) -> Happenings:
        """What happened, by the final counts; the mission is decided on its own sum."""
        return happened_with_whole(self.truth, self.recommitted)


def happened_with_whole(truth: Floats, recommitted: int | None) -> Happenings:
    """Decide zones together, and the last row, the mission, by itself where there is one."""
    if truth.shape[0] == 1:
        return happenings(truth, recommitted=recommitted)
    parts = [happenings(truth[:-1], recommitted=recommitted),
             happenings(truth[-1:], recommitted=recommitted)]  # fmt: skip
    names = ("collapse_begins", "in_collapse", "escalation", "erosion", "known")
    return Happenings(*(np.vstack([getattr(p, name) for p in parts]) for name in names))


def with_whole(counts: Floats) -> Floats:
    """Append the mission's sum to zones x days; a single zone is its own mission."""
    return counts if counts.shape[0] == 1 else np.vstack([counts, whole_mission(counts)])


def signals_at(views: Sequence[AsKnown], *, recommitted: int | None, lag: int) -> Signals:
    """Return the signals at the close of each view's own day: zones (the mission last) x views.

    The views are stacked to be walked together; each is padded with unknown days, never with
    anything that another view holds.
    """
    days = max(view.counts.shape[1] for view in views)
    zones = views[0].counts.shape[0]
    stacked = np.full((len(views), zones, days), np.nan)
    for row, view in zip(stacked, views, strict=True):
        row[:, : view.counts.shape[1]] = view.counts
    ends = np.array([view.counts.shape[1] - 1 for view in views])
    weekday = views[0].first_day.weekday()
    whole = whole_mission(stacked)
    series = [stacked] if zones == 1 else [stacked, whole]
    found = [
        signals(
            one, first_weekday=weekday, recommitted=recommitted, whole=whole, lag=lag, close=ends
        )
        for one in series
    ]
    return Signals(*(
        np.concatenate([np.moveaxis(getattr(part, name)[:, :, 0], 0, 1) for part in found])
        for name in PARTS
    ))  # fmt: skip


def relive(ledger: Ledger, *, first: int = 0) -> Replay:
    """Forecast at the close of every day from `first` with what was known then, and no more.

    Each day has its own AsKnown view; the forecaster is given nothing but that view. Days
    before `first` have no forecast (not ready).
    """
    first = min(max(0, first), ledger.days - 1)
    parts = [_blank(ledger, first)] if first else []
    told = _nothing_told(ledger)
    for start, stop in _batches(ledger, first):
        step, lag = _told(ledger, start), ledger.usual_lag
        views = [ledger.as_known(day) for day in range(start, stop)]
        parts.append(signals_at(views, recommitted=step, lag=lag))
        _tell(told, start, views, step if step else None)
    found = Signals(*(
        np.concatenate([getattr(one, name) for one in parts], axis=1) for name in PARTS
    ))  # fmt: skip
    foretold = mixed(forecast(found), found.ready, told)
    zones = ledger.zones if len(ledger.zones) == 1 else (*ledger.zones, WHOLE)
    return Replay(
        zones, ledger.first_day, foretold.probability, foretold.low, foretold.high,
        found.values, found.stale_days, found.ready, found.mean, found.size,
        with_whole(ledger.truth()), ledger.recommitted, ledger.told_on(),
    )  # fmt: skip


def _nothing_told(ledger: Ledger) -> Told:
    shape = (len(ledger.zones) + (len(ledger.zones) > 1), ledger.days)
    state = np.full(shape, HOLDING, dtype=np.int8)
    outcome = np.full((*shape, len(HORIZONS_H)), UNKNOWN, dtype=np.int8)
    return Told(state, outcome, delays_of(ledger.usual_lag))


def _tell(told: Told, first: int, views: Sequence[AsKnown], recommitted: int | None) -> None:
    """Fill in what each day's close told of the past, from that day's view alone.

    Views are cut to their last TELLING_DAYS and stacked; where a recommitment lies in them its
    place differs from view to view, and they are taken one by one.
    """
    if recommitted is not None and len(views) > 1:
        for day, view in enumerate(views, first):
            _tell(told, day, [view], recommitted)
        return
    zones = views[0].counts.shape[0]
    stacked = np.full((len(views), zones, TELLING_DAYS), np.nan)
    for row, view in zip(stacked, views, strict=True):
        kept = view.counts[:, -TELLING_DAYS:]
        row[:, TELLING_DAYS - kept.shape[1] :] = kept
    step = None
    if recommitted is not None:
        step = recommitted - (views[0].counts.shape[1] - TELLING_DAYS)
    parts = [stacked] if zones == 1 else [stacked, whole_mission(stacked)]
    found = [happenings(part, recommitted=step) for part in parts]
    days = slice(first, first + len(views))
    told.state[:, days] = _by_zone([state_of(one)[:, -1] for one in found], len(views))
    for h, hours in enumerate(HORIZONS_H):
        at = TELLING_DAYS - 1 - int(told.delays[h])
        labels = [window_outcomes(one, hours)[:, at] for one in found]
        told.outcome[:, days, h] = _by_zone(labels, len(views))


def _by_zone(parts: list[NDArray[np.int8]], views: int) -> NDArray[np.int8]:
    """Rows of views x zones as zones x views, the mission last."""
    return np.concatenate([part.reshape(views, -1).T for part in parts])


def _told(ledger: Ledger, day: int) -> int | None:
    """The recommitment, once it has come; before, it must move nothing."""
    step = ledger.recommitted
    return step if step is not None and step <= day else None


def _batches(ledger: Ledger, first: int) -> Iterator[tuple[int, int]]:
    """Cut the days at the recommitment, and so that stacked views stay within bounded memory."""
    start = first
    while start < ledger.days:
        size = max(1, int(CELLS_AT_ONCE / (len(ledger.zones) * (start + 64))))
        stop = min(ledger.days, start + size)
        if ledger.recommitted is not None and start < ledger.recommitted < stop:
            stop = ledger.recommitted
        yield start, stop
        start = stop


def _blank(ledger: Ledger, days: int) -> Signals:
    shape = (len(ledger.zones) + (len(ledger.zones) > 1), days)
    zero = np.zeros(shape, dtype=np.float32)
    values = np.zeros((*shape, len(NAMES)), dtype=np.float32)
    never = np.zeros(shape, dtype=np.bool_)
    return Signals(values, never.astype(np.int64), never, zero, np.ones_like(zero))


def borne_out(happened: Happenings, outcome: int, told_on: NDArray[np.int64]) -> Borne:
    """Return the days that bear an outcome out, as the counts up to each could tell.

    A collapse is told two weeks after its first day, and then day by day while it lasts.
    """
    if outcome != COLLAPSE:
        escalates = OUTCOMES[outcome] == "local_escalation"
        return Borne(any_zone(happened.escalation if escalates else happened.erosion), told_on)
    begins, under_way = happened.collapse_begins, happened.in_collapse
    begun, held = (
        np.pad(part, ((0, 0), (TOLD_AFTER, 0)))[:, : begins.shape[1]]
        for part in (begins, under_way)
    )
    told = any_zone(begun | (held & under_way))
    return Borne(told, told_on, WINDOW_DAYS + TOLD_AFTER)


def alarms_of(
    again: Replay, outcome: str, budget_per_year: float, rule: Rule | None = None
) -> Alarms:
    """Raise the alarms of one outcome over the replay, on the widest horizon.

    The false alarms so far are those of this mission, as far as they could be told each day. A
    budget of 0 raises none. rule: another than that of the counts.
    """
    score = alarm_score(again.probability[:, :, -1], OUTCOMES.index(outcome))
    if rule is None and budget_per_year > 0:
        rule = rule_for(outcome, budget_per_year, len(again.zones))
    return _walked(again, score, outcome, rule)


def mean_alarms_of(again: Replay, outcome: str, budget_per_year: float, *, lag: int) -> Alarms:
    """Raise the alarms that the 7-day mean alone would give, by the same rule and budget.

    lag: days until a count can be read.
    """
    score = week_score(again.truth, reference(again.truth), lag=lag)
    zones, wanted = len(again.zones), budget_per_year > 0
    rule = rule_for(mean_alarm(outcome), budget_per_year, zones) if wanted else None
    return _walked(again, score, outcome, rule)


def _walked(again: Replay, score: Floats, outcome: str, rule: Rule | None) -> Alarms:
    borne = borne_out(again.happened(), OUTCOMES.index(outcome), again.told_on)
    return raise_alarms(np.where(again.ready, score, 0.0), borne, rule)


__all__ = ["ALARMED", "HORIZONS_H", "NAMES", "OUTCOMES", "WHOLE", "Replay", "alarms_of", "relive"]
