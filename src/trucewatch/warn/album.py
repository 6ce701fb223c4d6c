"""The pictures of a back-test, written as one page and as files, offline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from trucewatch.drawing import Figure, album, standalone
from trucewatch.filing import write_whole
from trucewatch.outcomes import HORIZONS_H, Happenings
from trucewatch.rolling import reference
from trucewatch.warn import pictures, pictures_of_skill
from trucewatch.warn.alarms import any_zone, episodes
from trucewatch.warn.backtest import Backtest, events_of
from trucewatch.warn.picturing import LABELS, Bools
from trucewatch.warn.replay import ALARMED, Replay, alarms_of
from trucewatch.warn.rivals import late_week_ratio
from trucewatch.warn.skill import LeadRecord, lead_record

WEEK = str(HORIZONS_H[-1])
BUDGETS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
# The plain alarm: the 7-day mean stands at so many times its level of the eight weeks before.
MULTIPLES = (1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
JOINED_DAYS = 7
LONGEST_DAYS = 730
ZONES_PICTURED = 4


def backtest_pictures(found: Backtest) -> dict[str, Figure]:
    """Return pictures by name: counts and warnings, reliability, lead over false alarms.

    The whole mission first, then the zones in which an alarm stood or fighting returned.
    """
    again, made = found.replay, found.document["made"]
    first = (date.fromisoformat(made["scored_from"]) - again.first_day).days
    days = min(LONGEST_DAYS, again.days - first)
    happened = again.happened()
    drawn: dict[str, Figure] = {}
    for zone in _zones(found, happened, first):
        name = again.zones[zone]
        drawn[f"counts {name}"] = pictures.series(again, zone, last_days=days, alarms=found.alarms)
        drawn[f"warnings {name}"] = pictures.warning_over_time(
            again, zone, last_days=days, alarms=found.alarms
        )
    for outcome in ALARMED:
        curves = _curves(again, happened, outcome, first)
        if curves:
            drawn[f"lead {LABELS[outcome]}"] = pictures_of_skill.lead_curve(
                curves, outcome=outcome, budget=made["budget_per_year"]
            )
    week = found.document["skill"]["horizons"][WEEK]
    for outcome, scores in week.get("outcomes", {}).items():
        if scores.get("reliability"):
            drawn[f"reliability {LABELS[outcome]}"] = pictures_of_skill.reliability_diagram(
                scores["reliability"], outcome=outcome
            )
    return drawn


def _zones(found: Backtest, happened: Happenings, first: int) -> list[int]:
    whole = len(found.replay.zones) - 1
    stood = [alarm.raised[:, first:].any(axis=1) for alarm in found.alarms.values()]
    eventful = np.any([*stood, happened.in_collapse[:, first:].any(axis=1)], axis=0)
    return [whole, *(int(z) for z in np.flatnonzero(eventful[:whole])[:ZONES_PICTURED])]


def _curves(
    again: Replay, happened: Happenings, outcome: str, first: int
) -> dict[str, list[tuple[float, float]]]:
    """Points (false alarms a year, median lead) of our alarms and of the plain threshold."""
    ours = [
        _record(happened, outcome, alarms_of(again, outcome, budget).raised, first)
        for budget in BUDGETS
    ]
    # A count is known the day after: the plain alarm knows no more than ours.
    late = late_week_ratio(again.truth, reference(again.truth), lag=1)
    plain = [_record(happened, outcome, late >= multiple, first) for multiple in MULTIPLES]
    found = {"trucewatch": _points(ours), "plain 7-day mean": _points(plain)}
    return {who: points for who, points in found.items() if points}


def _record(happened: Happenings, outcome: str, raised: Bools, first: int) -> LeadRecord:
    stood = episodes(any_zone(raised), join_days=JOINED_DAYS)
    return lead_record(
        [one for one in stood if one.end >= first],
        [one for one in events_of(happened, outcome) if one.end >= first],
        days=raised.shape[1] - first, first=first,
    )  # fmt: skip


def _points(records: list[LeadRecord]) -> list[tuple[float, float]]:
    return [(one.false_per_year, one.median_lead_all_h) for one in records
            if one.median_lead_all_h is not None]  # fmt: skip


def write_album(drawn: Mapping[str, Figure], title: str, folder: Path) -> Path:
    """Write each picture as SVG and all as index.html; return the page's path.

    Raises StoreError where the folder takes no file.
    """
    pages = {f"{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}.svg": standalone(one)
             for name, one in drawn.items()}  # fmt: skip
    pages["index.html"] = album(title, list(drawn.values()))
    for name, text in pages.items():
        write_whole(folder / name, text)
    return folder / "index.html"
