"""Scores of a replay and of the plain forecasts, over the same days, windows and outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.outcomes import HORIZONS_H, OUTCOMES, Happenings, window_outcomes
from trucewatch.rolling import reference
from trucewatch.warn import skill
from trucewatch.warn.replay import Replay
from trucewatch.warn.rivals import (
    RIVALS,
    TOLD_AFTER,
    carried,
    conditional,
    sign_of,
    state_of,
    week_ratio,
)

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]


def rival_forecasts(
    truth: Floats, happened: Happenings, labels: Labels, *, horizon: int, lag: int
) -> dict[str, Floats]:
    """Return each plain forecast's probabilities (zones x days x outcomes), as causal as ours.

    Persistence carries the state that the definitions give the newest known day.
    """
    days = HORIZONS_H[horizon] // 24
    delay = days + TOLD_AFTER + lag
    level = reference(truth)
    with np.errstate(invalid="ignore"):
        today = sign_of(_late(truth / level, lag))
        week = sign_of(_late(week_ratio(truth, level), lag))
    flat = np.zeros_like(labels)
    state = state_of(happened)
    held = state if lag == 0 else np.pad(state, ((0, 0), (lag, 0)), mode="edge")[:, :-lag]
    signs = (flat, held, today, week)
    return {
        name: conditional(sign, labels, horizon=horizon, delay=delay)
        for name, sign in zip(RIVALS, signs, strict=True)
    }


def _late(values: Floats, lag: int) -> Floats:
    """Carry values over unknown days and delay them as their publication does."""
    held = carried(values)
    return held if lag == 0 else np.pad(held, ((0, 0), (lag, 0)), constant_values=1.0)[:, :-lag]


def scores_of(
    again: Replay, happened: Happenings, first: int, *, lag: int = 1
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return (the model's scores, the plain forecasts' scores) for days from `first` on."""
    model: dict[str, Any] = {"horizons": {}, "next_day_count": _count_scores(again, first)}
    rivals: dict[str, dict[str, Any]] = {name: {"horizons": {}} for name in RIVALS}
    for horizon, hours in enumerate(HORIZONS_H):
        labels = window_outcomes(happened, hours)
        scored = (labels >= 0) & again.ready
        scored[:, :first] = False
        plain = rival_forecasts(again.truth, happened, labels, horizon=horizon, lag=lag)
        rows = {name: p[scored] for name, p in plain.items()}
        ours = again.probability[:, :, horizon][scored].astype(np.float64)
        model["horizons"][str(hours)] = score_rows(ours, labels[scored], rows["climatology"])
        for name, found in rows.items():
            rivals[name]["horizons"][str(hours)] = score_rows(
                found, labels[scored], rows["climatology"]
            )
    return model, rivals


def score_rows(chance: Floats, label: Labels, climate: Floats) -> dict[str, Any]:
    """Scores of rows x outcomes; `brier_skill` is against climatology. Empty where no row is."""
    if len(label) == 0:
        return {"days": 0, "brier": None, "brier_skill": None, "log_score": None, "outcomes": {}}
    base = skill.brier(climate, label)
    return {
        "days": len(label),
        "brier": skill.brier(chance, label),
        "brier_skill": skill.skill(skill.brier(chance, label), base),
        "log_score": skill.log_score(chance, label),
        "outcomes": {
            name: _outcome_scores(chance[:, o], label == o, climate[:, o])
            for o, name in enumerate(OUTCOMES)
        },
    }


def _outcome_scores(chance: Floats, came: NDArray[np.bool_], climate: Floats) -> dict[str, Any]:
    points, area = skill.roc(chance, came)
    own, base = skill.brier_of(chance, came), skill.brier_of(climate, came)
    return {
        "came": int(came.sum()),
        "brier": own,
        "brier_skill": skill.skill(own, base) if came.any() else None,
        "roc_area": area,
        "roc": points,
        "reliability": skill.reliability(chance, came),
    }


def _count_scores(again: Replay, first: int) -> dict[str, Any]:
    """CRPS of the next day's count beside that of the last value held on."""
    coming = again.truth[:, 1:]
    usable = np.isfinite(coming) & again.ready[:, :-1]
    usable[:, : max(0, first - 1)] = False
    if not usable.any():
        return {"days": 0, "crps": None, "crps_last_value": None}
    mean = again.mean[:, :-1][usable].astype(np.float64)
    size = again.size[:, :-1][usable].astype(np.float64)
    held = _late(again.truth, 0)[:, :-1][usable]
    return {
        "days": int(usable.sum()),
        "crps": float(np.mean(skill.crps_counts(mean, size, coming[usable]))),
        "crps_last_value": float(np.mean(np.abs(held - coming[usable]))),
    }
