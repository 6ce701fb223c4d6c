"""The warning room: counts and other signs in, the table `warning` out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import ConfigError
from trucewatch.ids import content_id
from trucewatch.mission import FILE, Mission
from trucewatch.outcomes import HORIZONS_H, OUTCOMES
from trucewatch.rolling import reference
from trucewatch.store import RoomResult, Run, Store
from trucewatch.warn.alarms import Alarms, as_probability
from trucewatch.warn.backtest import Backtest, Setting, backtest_by
from trucewatch.warn.forecaster import forecast
from trucewatch.warn.given import Counted, counted
from trucewatch.warn.indicators import OwnPast, movers, own_past, scan_row, sign_rows_of
from trucewatch.warn.ledger import AsKnown, Ledger
from trucewatch.warn.other_signs import Signs, other_signs, signs_until
from trucewatch.warn.preparation import summary
from trucewatch.warn.raising import alarms_with_signs, raised_by_signs
from trucewatch.warn.record import Record, records
from trucewatch.warn.replay import ALARMED, WHOLE, Replay, alarms_of, relive, signals_at, with_whole
from trucewatch.warn.telling import told_of

Floats = NDArray[np.float64]

# Alarms stand on a year of forecasts: the budget counts the false ones among them.
MEMORY_DAYS = 380
CALM_DAYS = 3
DEFAULT_BUDGET = 2.0
OPTIONS = {
    "budget_per_year": "a number from 0: false alarms accepted a year, for each outcome",
    "peace_years": "[first, last]: years without war, from which the background of fires is learnt",
}


@dataclass(frozen=True, slots=True)
class Now:
    """The present of a mission: what is known, the forecasts and alarms of today.

    again: as the counts alone foretell. raised: with what the other signs of each day add.
    """

    view: AsKnown
    again: Replay
    raised: Replay
    alarms: dict[str, Alarms]
    signs: Signs
    records: dict[str, Record]
    budget: float
    told: dict[str, list[dict[str, Any]]]


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Write the warnings of the run's data time: zones x outcomes x horizons.

    A mission of several zones has a further zone `mission`, on its own sum. Without a single
    count no warning is possible and none is written; the detail says so.
    """
    budget = budget_of(run.options)
    given = counted(store, mission)
    if given is None:
        return RoomResult(0, {"answer": "no counts and no accounts of fire: no warning possible"})
    today = mission.clock.day_containing(run.data_utc)
    ledger = until(given.ledger, today)
    if ledger is None:
        return RoomResult(0, {"answer": "every count lies after the data time"})
    now = present(store, mission, run, ledger, budget)
    rows = warning_rows(now, run, ledger)
    change = store.replace("warning", rows, run, scope="issued_utc = $issued",
                           bound={"issued": run.data_utc})  # fmt: skip
    return RoomResult(change.added, _detail(given, now, rows))


def budget_of(options: dict[str, Any]) -> float:
    """Read the alarm budget from the room's options; raises ConfigError for anything unknown."""
    for key, value in options.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if key == "peace_years":
            peace_years_of(options)
        elif key not in OPTIONS or not number or not 0 <= value <= 1000:
            raise _wrong(key, value)
    return float(options.get("budget_per_year", DEFAULT_BUDGET))


def peace_years_of(options: dict[str, Any]) -> tuple[int, int] | None:
    """Read the years without war; None where none are named; raises ConfigError for no years."""
    years = options.get("peace_years")
    if years is None:
        return None
    whole = isinstance(years, list) and all(type(y) is int for y in years) and len(years) == 2
    if not whole or not 1980 <= years[0] <= years[1] <= 2200:
        raise _wrong("peace_years", years)
    return years[0], years[1]


def _wrong(key: str, value: object) -> ConfigError:
    return ConfigError.at(
        FILE, None, found=f"options: warn: {key}: {value!r}",
        expected="; ".join(f"{k}: {v}" for k, v in OPTIONS.items()),
        mend="Write: options: {warn: {budget_per_year: 2, peace_years: [2001, 2013]}}.",
    )  # fmt: skip


def backtest_mission(
    store: Store, mission: Mission, *, cut: date | None = None, budget_per_year: float = 2.0
) -> Backtest | None:
    """Re-live a mission's counts and signs, fires left out; None where it holds no counts."""
    given = counted(store, mission)
    if given is None:
        return None
    ledger = given.ledger
    zones = ledger.zones if len(ledger.zones) == 1 else (*ledger.zones, WHOLE)
    last = mission.clock.evening_of(ledger.last_day)
    peace = peace_years_of(mission.options.get("warn", {}))
    found = signs_until(store, mission, last, zones, days=ledger.days, peace_years=peace)
    return backtest_by(ledger, Setting(budget_per_year, mission.clock, found.scan), cut=cut)


def until(ledger: Ledger, today: date) -> Ledger | None:
    """Return the ledger stretched or cut to end today, or None where it begins later.

    Days without a count are unknown days.
    """
    days = ledger.index_of(today) + 1
    if days < 1:
        return None
    keep = (ledger.known < days) & (ledger.end < days)
    return Ledger(
        ledger.zones, ledger.first_day, days, ledger.zone[keep], ledger.start[keep],
        ledger.end[keep], ledger.value[keep], ledger.known[keep], ledger.recommitted, ledger.notes,
    )  # fmt: skip


def present(store: Store, mission: Mission, run: Run, ledger: Ledger, budget: float) -> Now:
    """Return the mission's present: ledger ends today; budget is of false alarms a year."""
    again = relive(ledger, first=ledger.days - MEMORY_DAYS)
    peace = peace_years_of(run.options)
    signs = other_signs(store, mission, run, again.zones, peace_years=peace)
    # The false alarms of the past year are those that the signs of each day then raised.
    if signs.scan is None:
        raised, alarms = again, {name: alarms_of(again, name, budget) for name in ALARMED}
    else:
        raised = raised_by_signs(again, signs.scan)
        alarms = alarms_with_signs(raised, budget)
    first = ledger.days - MEMORY_DAYS
    kept = records(again, signs.points, found=signs.scan, first=first)
    told = told_of(store, mission, run.data_utc)
    return Now(ledger.as_known(ledger.days - 1), again, raised, alarms, signs, kept, budget, told)


def warning_rows(now: Now, run: Run, ledger: Ledger) -> list[dict[str, Any]]:
    """Return the rows of the table `warning` for today."""
    calmed = _if_calm(now, ledger)
    known = with_whole(now.view.counts)
    weekday = now.view.first_day.weekday()
    rows: list[dict[str, Any]] = []
    for zone in range(len(now.again.zones)):
        past = own_past(known[zone], first_weekday=weekday)
        first = [_first_indicator(past)] if past is not None else []
        others = sign_rows_of(now.signs.today(zone))
        blind = _blind(now.signs, zone)
        for outcome in range(len(OUTCOMES)):
            for horizon in range(len(HORIZONS_H)):
                shares = movers(now.again.values[zone, -1], outcome, horizon)
                calm = _lowering(float(calmed[zone, horizon, outcome]))
                row = _row(now, run, (zone, outcome, horizon))
                told = [
                    *first,
                    *now.told.get(now.again.zones[zone], ()),
                    *_with_record(now, _scan_rows(now, (zone, outcome, horizon))),
                    *_with_record(now, others),
                    *_with_record(now, shares),
                ]
                rows.append(row | {"indicators": _json([*told, *blind, calm])})
    return rows


def _scan_rows(now: Now, where: tuple[int, int, int]) -> list[dict[str, Any]]:
    """What the signs of preparation show together, and the log-odds they moved here."""
    zone, outcome, horizon = where
    told = None if now.signs.scan is None else summary(now.signs.scan, zone, -1)
    before, after = (
        min(max(float(one.probability[zone, -1, horizon, outcome]), 1e-9), 1 - 1e-9)
        for one in (now.again, now.raised)
    )
    moved = float(np.log(after / (1 - after)) - np.log(before / (1 - before)))
    return [] if told is None else [scan_row(told, moved)]


def _row(now: Now, run: Run, where: tuple[int, int, int]) -> dict[str, Any]:
    zone, outcome, horizon = where
    name = OUTCOMES[outcome]
    window = now.raised.probability[zone, -1, horizon].astype(np.float64)
    low, best, high = (
        float(part[zone, -1, horizon, outcome])
        for part in (now.raised.low, now.raised.probability, now.raised.high)
    )
    wider = now.signs.widening(zone)
    low, high = widened(low, -wider), widened(high, wider)
    alarm = now.alarms.get(name)
    threshold = as_probability(float(alarm.threshold[-1]), window, outcome) if alarm else 1.0
    raised = bool(alarm and alarm.raised[zone, -1] and now.again.ready[zone, -1])
    return {
        "warning_id": content_id("warning", run.data_utc, now.again.zones[zone], name,
                                 HORIZONS_H[horizon]),
        "issued_utc": run.data_utc, "zone": now.again.zones[zone],
        "outcome": name, "horizon_h": float(HORIZONS_H[horizon]),
        "probability": best, "probability_low": min(low, best), "probability_high": max(high, best),
        "threshold": threshold, "is_raised": raised,
        "false_alarms_per_year": now.budget if alarm else None,
        "lead_h": _standing_h(alarm, zone) if alarm and raised else None,
    }  # fmt: skip


def widened(chance: float, log_odds: float) -> float:
    """Move an end of a range by log-odds; 0 moves nothing."""
    safe = min(max(chance, 1e-9), 1 - 1e-9)
    return float(1 / (1 + np.exp(-np.log(safe / (1 - safe)) - log_odds))) if log_odds else chance


def _with_record(now: Now, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Indicators with what they did before in this mission."""
    return [
        row | {"grounds": f"{row['grounds']} It {now.records[row['name']].words()}.",
               "record": now.records[row["name"]].as_json()}
        if row["name"] in now.records else row
        for row in rows
    ]  # fmt: skip


def _blind(signs: Signs, zone: int) -> list[dict[str, Any]]:
    """The signs that cannot be seen today: they move nothing and widen the range."""
    days = {name: n for name, n in signs.blind_today(zone).items() if n > 0}
    if not days:
        return []
    each = ", ".join(f"{name.replace('_', ' ')} for {n:.0f} days" for name, n in days.items())
    return [{"name": "not_seen", "value": len(days), "weight": 0.0,
             "grounds": f"not seen: {each}; the range is wider by what they may hide"}]  # fmt: skip


def _standing_h(alarm: Alarms, zone: int) -> float:
    """Hours since the alarm that stands today was raised: the lead time so far."""
    down = np.flatnonzero(~alarm.raised[zone])
    since = int(down[-1]) + 1 if len(down) else 0
    return 24.0 * max(0, int(alarm.raised.shape[1]) - 1 - since)


def _first_indicator(past: OwnPast) -> dict[str, Any]:
    """Indicator number one: the count against its own past, with its false-alarm rate."""
    stale = f"; the newest count is {past.stale_days} days old" if past.stale_days > 1 else ""
    grounds = (
        f"{past.count:.0f} where {past.low:.0f} to {past.high:.0f} held nine days in ten; such a "
        f"day comes by chance {past.chance_per_year:.1f} times a year and came "
        f"{past.seen_per_year:.1f} times a year here{stale}"
    )
    return {
        "name": "own_past", "value": past.count, "weight": 0.0, "grounds": grounds,
        "expected": round(past.expected, 2), "low": past.low, "high": past.high,
        "chance_per_year": round(past.chance_per_year, 3),
        "seen_per_year": round(past.seen_per_year, 3),
    }  # fmt: skip


def _lowering(calm: float) -> dict[str, Any]:
    """What would lower it: three days known to be at the usual level."""
    grounds = f"three known days at the usual level would bring it to {calm:.2f}"
    return {"name": "would_lower", "value": round(calm, 4), "weight": 0.0, "grounds": grounds}


def _if_calm(now: Now, ledger: Ledger) -> Floats:
    """Probabilities zones x horizons x outcomes, were three usual days to follow."""
    level = reference(np.pad(now.view.counts, ((0, 0), (0, 1)), constant_values=np.nan),
                      recommitted=ledger.recommitted)[:, -1:]  # fmt: skip
    usual = np.repeat(np.round(level), CALM_DAYS, axis=1)
    counts = np.hstack([now.view.counts, usual])
    spread = np.zeros(counts.shape, dtype=np.bool_)
    ahead = AsKnown(now.view.zones, now.view.first_day, counts, spread)
    found = signals_at([ahead], recommitted=ledger.recommitted, lag=ledger.usual_lag)
    return np.asarray(forecast(found).probability[:, 0], dtype=np.float64)


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True)


def _detail(given: Counted, now: Now, rows: list[dict[str, Any]]) -> dict[str, object]:
    raised = sorted({(r["zone"], r["outcome"]) for r in rows if r["is_raised"]})
    newest = now.view.first_day + timedelta(days=int(_newest(now.view.counts)))
    return {
        "counted": given.kind, "stated": given.stated, "newest_count": newest.isoformat(),
        "raised": [f"{outcome} in {zone}" for zone, outcome in raised],
        "whole": WHOLE if len(now.again.zones) > 1 else None, "signs": now.signs.notes,
    }  # fmt: skip


def _newest(counts: Floats) -> int:
    known = np.flatnonzero(np.isfinite(counts).any(axis=0))
    return int(known[-1]) if len(known) else 0
