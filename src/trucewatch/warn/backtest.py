"""Warnings as they would have been given, and their skill beside the plain forecasts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import ReadError
from trucewatch.outcomes import (
    COLLAPSE,
    ESCALATION,
    HORIZONS_H,
    OUTCOMES,
    Happenings,
)
from trucewatch.vocabulary import icd203_word
from trucewatch.warn.alarms import Alarms, Episode, any_zone, as_probability, episodes
from trucewatch.warn.answering import Shown, answer
from trucewatch.warn.indicators import movers
from trucewatch.warn.ledger import Ledger
from trucewatch.warn.preparation import Scan
from trucewatch.warn.raising import alarms_with_signs, raised_by_signs
from trucewatch.warn.record import records
from trucewatch.warn.replay import ALARMED, Replay, alarms_of, mean_alarms_of, relive
from trucewatch.warn.scoring import scores_of
from trucewatch.warn.skill import LeadRecord, lead_record
from trucewatch.warn.tables import read_daily_counts
from trucewatch.when import MissionClock, iso_utc

Floats = NDArray[np.float64]
JOIN_DAYS = {"collapse": 14, "local_escalation": 7, "erosion": 14}
MOST_WARNINGS = 20_000
ENDS_EARLY_DAYS = 14
MOST_NOTES = 60
# A file of plain counts names no time zone: its days are taken to close at 17:30 UTC.
PLAIN_CLOCK = MissionClock(ZoneInfo("UTC"), time(17, 30))


@dataclass(frozen=True, slots=True)
class Backtest:
    """A back-test: `document` is the JSON of the contract, `replay` the days behind it."""

    document: dict[str, Any]
    replay: Replay
    alarms: dict[str, Alarms]

    def json(self) -> str:
        """The document as text: warnings, skill, baselines, and how it was made."""
        return json.dumps(self.document, ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a back-test is asked: the false alarms a year accepted, and when its days close.

    found: the scan of signs, zones (the mission last) x days that end on the last day.
    """

    budget_per_year: float
    clock: MissionClock
    found: Scan | None = None


def backtest(
    counts: str | Path | Ledger,
    *,
    cut: date | None = None,
    budget_per_year: float = 2.0,
    lag_days: int = 1,
    recommitted: date | None = None,
    clock: MissionClock = PLAIN_CLOCK,
) -> Backtest:
    """Re-live daily counts and score the warnings that would have been given.

    counts: a ledger, or a CSV file or folder (date, region, count; see read_daily_counts).
    cut: only forecasts issued after this day are listed and scored; the days before are history.
    budget_per_year: false alarms accepted a year for each outcome (> 0; 0 raises none).
    clock: when a reporting day closes, for the times of issue; without one 17:30 UTC.
    Raises ReadError where the counts cannot be read, none lie after the cut, or the recommitment
    comes after the last of them; ValueError for a budget that is no number from 0.
    """
    ledger = counts if isinstance(counts, Ledger) else read_daily_counts(
        counts, lag_days=lag_days, recommitted=recommitted
    )  # fmt: skip
    return backtest_by(ledger, Setting(budget_per_year, clock), cut=cut)


def backtest_by(ledger: Ledger, setting: Setting, *, cut: date | None = None) -> Backtest:
    """Re-live a ledger as `backtest` does, raised by the signs that the setting holds."""
    budget = setting.budget_per_year
    if not (math.isfinite(budget) and budget >= 0):
        raise ValueError(f"a budget of {budget} false alarms a year; it is from 0")
    first = 0 if cut is None else ledger.index_of(cut) + 1
    if first >= ledger.days:
        raise ReadError("daily counts", found=f"the last count is of {ledger.last_day}",
                        expected=f"counts after the cut {cut}",
                        mend="Choose an earlier cut or add later files.")  # fmt: skip
    if ledger.recommitted is not None and ledger.recommitted >= ledger.days:
        raise ReadError("daily counts", found=f"the last count is of {ledger.last_day}",
                        expected="counts after the recommitment",
                        mend="Correct the day of the recommitment.")  # fmt: skip
    return _backtest(ledger, max(0, first), setting)


def _backtest(ledger: Ledger, first: int, setting: Setting) -> Backtest:
    again = relive(ledger)
    budget, lag = setting.budget_per_year, ledger.usual_lag
    if setting.found is None:
        alarms = {name: alarms_of(again, name, budget) for name in ALARMED}
    else:
        again = raised_by_signs(again, setting.found)
        alarms = alarms_with_signs(again, budget)
    plain = {name: mean_alarms_of(again, name, budget, lag=lag) for name in ALARMED}
    happened = again.happened()
    model, rivals = scores_of(again, happened, first, lag=lag)
    for scores, raised in ((model, alarms), (rivals["threshold_7_day_mean"], plain)):
        scores["alarms"] = {
            name: _record_row(_lead_of(again, happened, name, raised[name].raised, first))
            for name in ALARMED
        }
    begun = [e for e in events_of(happened, "collapse") if e.start >= first]
    model["answer"] = answer(
        Shown(again, first, begun, alarms["collapse"], plain["collapse"], model, rivals)
    )
    kept = records(again, found=setting.found, first=first)
    model["indicators"] = {name: one.as_json() for name, one in kept.items()}
    document = {
        "warnings": list(_warnings(again, alarms, first, setting)),
        "skill": model,
        "baselines": rivals,
        "made": _made(ledger, again, first, setting),
    }
    return Backtest(document, again, alarms)


def events_of(happened: Happenings, outcome: str) -> list[Episode]:
    """The events of one outcome over a mission, any zone or the whole; near ones are joined."""
    index = OUTCOMES.index(outcome)
    if index == COLLAPSE:
        return episodes(any_zone(happened.in_collapse), join_days=JOIN_DAYS[outcome])
    flags = happened.escalation if index == ESCALATION else happened.erosion
    return episodes(any_zone(flags), join_days=JOIN_DAYS[outcome])


def _lead_of(
    again: Replay, happened: Happenings, outcome: str, raised: NDArray[np.bool_], first: int
) -> LeadRecord:
    every = episodes(any_zone(raised), join_days=7)
    return lead_record(
        [a for a in every if a.end >= first],
        [e for e in events_of(happened, outcome) if e.end >= first],
        days=again.days - first,
        first=first,
    )


def _record_row(record: LeadRecord) -> dict[str, Any]:
    return {
        "events": len(record.leads_h) + record.missed,
        "warned_before": len(record.leads_h),
        "leads_h": list(record.leads_h),
        "median_lead_h": record.median_lead_h,
        "median_lead_all_h": record.median_lead_all_h,
        "false_alarms": record.false,
        "false_per_year": record.false_per_year,
        "years": record.years,
    }


def _warnings(
    again: Replay, alarms: dict[str, Alarms], first: int, setting: Setting
) -> Iterator[dict[str, Any]]:
    """One row per raised alarm, zone and horizon, at the day it was raised."""
    given = 0
    for outcome in ALARMED:
        index = OUTCOMES.index(outcome)
        for zone in range(len(again.zones)):
            for alarm in episodes(alarms[outcome].raised[zone]):
                if alarm.end < first or given >= MOST_WARNINGS:
                    continue
                given += 1
                for horizon in range(len(HORIZONS_H)):
                    yield _warning(again, (zone, alarm, index, horizon), alarms[outcome], setting)


def _warning(
    again: Replay, where: tuple[int, Episode, int, int], alarms: Alarms, setting: Setting
) -> dict[str, Any]:
    zone, alarm, outcome, horizon = where
    window = again.probability[zone, alarm.start, horizon]
    threshold = as_probability(float(alarms.threshold[alarm.start]), window, outcome)
    chance = float(window[outcome])
    issued = setting.clock.evening_of(again.day(alarm.start))
    lowered = setting.clock.evening_of(again.day(alarm.start) + timedelta(days=alarm.days))
    return {
        "issued_utc": iso_utc(issued),
        "lowered_utc": iso_utc(lowered),
        "zone": again.zones[zone],
        "outcome": OUTCOMES[outcome],
        "horizon_h": HORIZONS_H[horizon],
        "probability": round(chance, 4),
        "probability_low": round(float(again.low[zone, alarm.start, horizon, outcome]), 4),
        "probability_high": round(float(again.high[zone, alarm.start, horizon, outcome]), 4),
        "words": icd203_word(min(1.0, max(0.0, chance))),
        "threshold": round(threshold, 4),
        "indicators": movers(again.values[zone, alarm.start], outcome, horizon),
    }


def _made(ledger: Ledger, again: Replay, first: int, setting: Setting) -> dict[str, Any]:
    return {
        "first_day": again.first_day.isoformat(),
        "scored_from": again.day(first).isoformat(),
        "last_day": ledger.last_day.isoformat(),
        "zones": list(again.zones),
        "budget_per_year": setting.budget_per_year,
        "usual_lag_days": ledger.usual_lag,
        "known_days": int(np.isfinite(again.truth).sum()),
        "unknown_days": int(np.isnan(again.truth).sum()),
        "notes": [*ledger.notes, *_gaps(again)],
    }


def _gaps(again: Replay) -> list[str]:
    """What the user should know of the counts: unknown days, and zones that end early."""
    zones = max(1, len(again.zones) - 1)
    known = np.isfinite(again.truth[:zones])
    notes = []
    if not known.all():
        notes.append(f"{int((~known).sum())} of {known.size} days of zones have no count and are "
                     "unknown, never zero: where no row means none, write 0")  # fmt: skip
    for zone in range(zones):
        days = np.flatnonzero(known[zone])
        last = int(days[-1]) if len(days) else -1
        if len(days) and days[0] > ENDS_EARLY_DAYS:
            notes.append(f"{again.zones[zone]}: the first count is of {again.day(int(days[0]))}; "
                         "the whole mission is unknown before it")  # fmt: skip
        early = again.days - 1 - last
        if early > ENDS_EARLY_DAYS:
            newest = again.day(max(last, 0))
            notes.append(
                f"{again.zones[zone]}: the last count is of {newest}, {early} days before the "
                "end; its forecasts only widen from there"
            )
    return notes[:MOST_NOTES]
