"""The pictures of a mission's warnings at one moment, by the same forecasts as its table."""

from __future__ import annotations

import numpy as np

from trucewatch.drawing import Figure
from trucewatch.mission import Mission
from trucewatch.outcomes import COLLAPSE, HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.store import Run, Store
from trucewatch.warn import pictures, pictures_of_skill
from trucewatch.warn.given import counted
from trucewatch.warn.kept import kept_pictures, pictures_key
from trucewatch.warn.room import Now, budget_of, present, until
from trucewatch.warn.scenarios import fan, scenarios
from trucewatch.warn.skill import reliability

WEEK = len(HORIZONS_H) - 1
# Below these a reliability diagram shows chance, and a fan starts from nothing.
LEAST_SCORED_DAYS = 60
ZONES_PICTURED = 2


def figures_of(store: Store, mission: Mission, run: Run) -> dict[str, Figure]:
    """Return pictures by name: counts, warning, scenarios and reliability.

    run: its data time and options are those of the warnings pictured. Empty where no count is
    known by then. Of the scenarios, the mission as it stands and the one with most collapse.
    """
    given = counted(store, mission)
    ledger = until(given.ledger, mission.clock.day_containing(run.data_utc)) if given else None
    if ledger is None:
        return {}
    key = pictures_key(store, run, (ledger, *sorted(mission.options.get("warn", {}).items())))
    return kept_pictures(key, lambda: _drawn(present(
        store, mission, run, ledger, budget_of(run.options)
    )))  # fmt: skip


def _drawn(now: Now) -> dict[str, Figure]:
    whole = len(now.raised.zones) - 1
    made = {
        f"{what} {now.raised.zones[zone]}": draw(now.raised, zone, alarms=now.alarms)
        for zone in (whole, *_alarmed(now, whole))
        for what, draw in (
            ("expected counts", pictures.series), ("warning over time", pictures.warning_over_time)
        )
    }  # fmt: skip
    return made | _fans(now, whole) | _reliability(now)


def _alarmed(now: Now, whole: int) -> list[int]:
    """The first zones in which an alarm stands today: each is pictured by itself."""
    standing = np.any([alarm.raised[:whole, -1] for alarm in now.alarms.values()], axis=0)
    return [int(zone) for zone in np.flatnonzero(standing)[:ZONES_PICTURED]]


def _fans(now: Now, zone: int) -> dict[str, Figure]:
    counts = now.raised.truth[zone]
    if not np.isfinite(counts).any():
        return {}
    chance = float(now.raised.probability[zone, -1, WEEK, COLLAPSE])
    every = scenarios()
    chosen = (every[0], max(every, key=lambda one: one.collapse))
    return {
        f"scenario {one.id.replace('_', ' ')}": pictures_of_skill.fan_chart(
            fan(counts, one, collapse_168h=chance), now.raised, zone
        )
        for one in chosen
    }


def _reliability(now: Now) -> dict[str, Figure]:
    """How honest the forecasts of a week were on this mission's own past year."""
    label = window_outcomes(now.raised.happened(), HORIZONS_H[WEEK])
    scored = (label >= 0) & now.raised.ready
    if scored.sum() < LEAST_SCORED_DAYS:
        return {}
    chance = now.raised.probability[:, :, WEEK][scored].astype(np.float64)
    return {
        f"reliability {name.replace('_', ' ')}": pictures_of_skill.reliability_diagram(
            reliability(chance[:, o], label[scored] == o), outcome=name
        )
        for o, name in enumerate(OUTCOMES) if name in ("local_escalation", "erosion")
    }  # fmt: skip
