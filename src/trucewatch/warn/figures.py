"""The pictures of a mission's warnings at one moment, by the same forecasts as its table."""

from __future__ import annotations

from typing import Any

import numpy as np

from trucewatch.mission import Mission
from trucewatch.outcomes import COLLAPSE, HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.store import Run, Store
from trucewatch.warn import pictures
from trucewatch.warn.alarms import any_zone, as_probability
from trucewatch.warn.given import counted
from trucewatch.warn.replay import ALARMED
from trucewatch.warn.room import Now, budget_of, present, until
from trucewatch.warn.scenarios import fan, scenarios
from trucewatch.warn.skill import reliability

WEEK = len(HORIZONS_H) - 1
# Below these a reliability diagram shows chance, and a fan starts from nothing.
LEAST_SCORED_DAYS = 60


def figures_of(store: Store, mission: Mission, run: Run) -> dict[str, dict[str, Any]]:
    """Return Vega-Lite pictures by name: counts, warning, scenarios and reliability.

    run: its data time and options are those of the warnings pictured. Empty where no count is
    known by then. Of the scenarios, the mission as it stands and the one with most collapse.
    """
    given = counted(store, mission)
    ledger = until(given.ledger, mission.clock.day_containing(run.data_utc)) if given else None
    if ledger is None:
        return {}
    now = present(store, mission, run, ledger, budget_of(run.options))
    whole = len(now.raised.zones) - 1
    made = {
        "expected counts": pictures.series(now.raised, whole, raised=_standing(now)),
        "warning over time": pictures.warning_over_time(
            now.raised, whole, thresholds=_thresholds(now, whole)
        ),
    }
    return made | _fans(now, whole) | _reliability(now)


def _standing(now: Now) -> Any:
    """Days on which any warning stood in any zone."""
    return np.any([any_zone(alarm.raised) for alarm in now.alarms.values()], axis=0)


def _thresholds(now: Now, zone: int) -> dict[str, float]:
    window = now.raised.probability[zone, -1, WEEK].astype(np.float64)
    return {
        name: as_probability(float(now.alarms[name].threshold[-1]), window, OUTCOMES.index(name))
        for name in ALARMED
    }


def _fans(now: Now, zone: int) -> dict[str, dict[str, Any]]:
    counts = now.raised.truth[zone]
    if not np.isfinite(counts).any():
        return {}
    chance = float(now.raised.probability[zone, -1, WEEK, COLLAPSE])
    every = scenarios()
    chosen = (every[0], max(every, key=lambda one: one.collapse))
    return {
        f"scenario {one.id.replace('_', ' ')}": pictures.fan_chart(
            fan(counts, one, collapse_168h=chance), now.raised, zone
        )
        for one in chosen
    }


def _reliability(now: Now) -> dict[str, dict[str, Any]]:
    """How honest the forecasts of a week were on this mission's own past year."""
    label = window_outcomes(now.raised.happened(), HORIZONS_H[WEEK])
    scored = (label >= 0) & now.raised.ready
    if scored.sum() < LEAST_SCORED_DAYS:
        return {}
    chance = now.raised.probability[:, :, WEEK][scored].astype(np.float64)
    return {
        f"reliability {name.replace('_', ' ')}": pictures.reliability_diagram(
            reliability(chance[:, o], label[scored] == o), outcome=name
        )
        for o, name in enumerate(OUTCOMES) if name in ("local_escalation", "erosion")
    }  # fmt: skip
