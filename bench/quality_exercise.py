"""Warnings on truces of the exercise that nothing was learnt from, by the exercise's own truth.

    python bench/quality_exercise.py --level real --truces 200 --first-seed 3001 --keep FOLDER

Truces and their scores are kept in the folder: a run that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from exercise_truces import Truce, scan_of, truce
from learn_signs import labels_of
from trucewatch.exercise import score_warnings
from trucewatch.exercise.evenings import CLOCK
from trucewatch.exercise.scoring import alarms as scored
from trucewatch.exercise.scoring.incidents import seconds_of
from trucewatch.outcomes import COLLAPSE, HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.rolling import reference
from trucewatch.warn.alarms import Alarms
from trucewatch.warn.backtest import Backtest
from trucewatch.warn.forecaster import COEFFICIENTS
from trucewatch.warn.listing import every_forecast
from trucewatch.warn.raising import alarms_with_signs, raised_by_signs
from trucewatch.warn.replay import ALARMED, Replay, alarms_of
from trucewatch.warn.rivals import late_week_ratio
from trucewatch.warn.scoring import rival_forecasts
from trucewatch.warn.weighing import WEIGHTS

BUDGET = 2.0
MULTIPLES = (1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 4.0)
OURS = ("with signs", "counts alone")
DAY_S = 86_400.0
LEAST_ROWS = 1000


@dataclass(frozen=True)
class Told:
    """One forecaster on one truce: scores, alarms against the events, chances and outcomes."""

    scores: dict[str, Any]
    alarms: dict[str, Any]
    chance: np.ndarray
    label: np.ndarray


def forecasters(one: Truce) -> dict[str, Backtest]:
    """Ours with the signs and by counts alone, and the plain ones, each with its alarms."""
    again, found = one.again, scan_of(one)
    raised = again if found is None else raised_by_signs(again, found)
    alone = {name: alarms_of(again, name, BUDGET) for name in ALARMED}
    return {
        "with signs": Backtest({}, raised, alarms_with_signs(raised, BUDGET)),
        "counts alone": Backtest({}, again, alone), **_plain(again),
    }  # fmt: skip


def _plain(again: Replay, lag: int = 1) -> dict[str, Backtest]:
    """The plain forecasts in the form of back-tests; their collapse alarms by the state or mean."""
    happened, every = again.happened(), {}
    for h, hours in enumerate(HORIZONS_H):
        labels = window_outcomes(happened, hours)
        for name, p in rival_forecasts(again.truth, happened, labels, horizon=h, lag=lag).items():
            every.setdefault(name, np.zeros_like(again.probability))[:, :, h] = p
    never = np.zeros(again.ready.shape, bool)
    made = {name: _with_alarms(again, p, never) for name, p in every.items()}
    run = np.pad(happened.escalation, ((0, 0), (lag, 0)))[:, : again.days]
    made["persistence"] = _with_alarms(again, every["persistence"], run)
    late = late_week_ratio(again.truth, reference(again.truth), lag=lag)
    mean = made.pop("threshold_7_day_mean").replay.probability
    return made | {f"7-day mean at {m:g}": _with_alarms(again, mean, late >= m) for m in MULTIPLES}


def _with_alarms(again: Replay, chance: np.ndarray, raised: np.ndarray) -> Backtest:
    other = replace(again, probability=chance.astype(np.float32))
    return Backtest({}, other, {"collapse": Alarms(raised, np.ones(again.days))})


def told(one: Truce) -> dict[str, Told]:
    """Score every forecaster on a truce."""
    found, labels, scores = {}, labels_of(one), {}
    rows = (labels >= 0).all(axis=-1) & one.again.ready
    for who, each in forecasters(one).items():
        table = every_forecast(each, CLOCK)
        first = who.split(" at ")[0]  # one forecast has several alarms
        if first not in scores:
            scores[first] = score_warnings(table, one.made.outcomes, one.made.episodes)
        chance = each.replay.probability[rows] if who in OURS else np.zeros((0, 3, 4), np.float32)
        found[who] = Told(scores[first], _events(one, table), chance, labels[rows])
    return found


def _events(one: Truce, table: Any) -> dict[str, Any]:
    """Each collapse with its lead and whether a build-up announced it; false weeks, feints among.

    Counted as `collapse_alarms` counts them.
    """
    events = scored._joined(scored._spans_of(one.made.episodes), scored.JOIN_S)
    alarms, issued = scored._runs(table), seconds_of(one.made.outcomes["issued_utc"])
    announced = [end for _, end in _phase(one, "build_up")]
    feints = _phase(one, "feint")
    false = [w for w in scored._weeks(alarms) if not any(scored._borne_out(w, e) for e in events)]
    return {
        "events": [
            (scored._lead(alarms, e), any(-3 * DAY_S <= at - e[0] <= 6 * DAY_S for at in announced))
            for e in events
        ],
        "false": len(false),
        "feints": sum(any(w[0] <= b + 7 * DAY_S and a <= w[1] for a, b in feints) for w in false),
        "years": float(issued.max() - issued.min() + DAY_S) / scored.YEAR_S,
    }  # fmt: skip


def _phase(one: Truce, phase: str) -> list[tuple[float, float]]:
    rows = one.made.episodes.to_pylist()
    chosen = one.made.episodes.filter(np.array([r["phase"] == phase for r in rows], dtype=bool))
    starts, ends = (seconds_of(chosen[name]).tolist() for name in ("start_utc", "end_utc"))
    return list(zip(starts, ends, strict=True))


def exercise(level: str, truces: int, first_seed: int, keep: Path) -> list[dict[str, Told]]:
    """Score truces one by one, each kept as it is done."""
    learnt = hashlib.sha256(WEIGHTS.read_bytes() + COEFFICIENTS.read_bytes()).hexdigest()[:12]
    began, every = time.monotonic(), []
    for done, seed in enumerate(range(first_seed, first_seed + truces)):
        path = keep / f"scores_{learnt}" / f"{level}_{seed}.pkl"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pickle.dumps(told(truce(level, seed, keep=keep))))
        every.append(pickle.loads(path.read_bytes()))
        left = (time.monotonic() - began) / (done + 1) * (truces - done - 1)
        print(f"\r{level}: {done + 1} of {truces}, {left:.0f} s left", end="", file=sys.stderr)
    return every


def show(level: str, every: list[dict[str, Told]], first_seed: int) -> None:
    """Print the tables of a level."""
    print(f"\n**Exercise, level {level}**, {len(every)} truces of 540 days, seeds from "
          f"{first_seed}, by `exercise.score_warnings` against what truly happened. Skill: pooled, "
          "against each outcome's share over each whole truce, which no forecaster could know. "
          "Collapse alarms at a budget of two a year; a week under alarm that no collapse bears "
          "out is false.\n")  # fmt: skip
    print(
        "| forecast | Brier skill | collapse 24 h | 72 h | 168 h | escalation 168 h | "
        "erosion 168 h | holding 168 h | false a year | of them feints | collapses | warned of | "
        "of those announced | median lead, warned (h) | median lead, all (h) | 48 h and more |"
    )
    print("|" + " --- |" * 16)
    for who in every[0]:
        print(f"| {who} | " + " | ".join(_cells([one[who] for one in every])) + " |")
    for who in OURS:
        _show_honesty(who, [one[who] for one in every])


def _cells(each: list[Told]) -> list[str]:
    scores = [t.scores for t in each]
    base = sum(s["brier"] / (1 - s["brier_skill"]) * s["scored"] for s in scores)
    total = 1 - sum(s["brier"] * s["scored"] for s in scores) / base
    names = [f"collapse {h}" for h in HORIZONS_H] + [f"{o} 168" for o in OUTCOMES[1:]]
    return [f"{total:.3f}", *(f"{_own(scores, name):.3f}" for name in names), *_alarm_cells(each)]


def _own(scores: list[dict[str, Any]], name: str) -> float:
    known = [s["by_outcome"][name] for s in scores]
    share = [k["share"] * (1 - k["share"]) for k in known]
    lost = sum((1 - (k["brier_skill"] or 0.0)) * v for k, v in zip(known, share, strict=True))
    return float(1 - lost / max(sum(share), 1e-9))


def _alarm_cells(each: list[Told]) -> list[str]:
    years = sum(t.alarms["years"] for t in each)
    events = [e for t in each for e in t.alarms["events"]]
    leads = [lead for lead, _ in events if lead is not None]
    every = [lead or 0.0 for lead, _ in events]
    of = [lead is not None for lead, announced in events if announced]
    return [
        f"{sum(t.alarms['false'] for t in each) / years:.2f}",
        f"{sum(t.alarms['feints'] for t in each) / years:.2f}",
        str(len(events)), str(len(leads)), f"{sum(of)} of {len(of)}",
        f"{np.median(leads):.0f}" if leads else "-", f"{np.median(every):.0f}" if every else "-",
        f"{np.mean(np.array(every) >= 48):.0%}" if every else "-",
    ]  # fmt: skip


def _show_honesty(who: str, each: list[Told]) -> None:
    """Log scores, and said against come: of all rows together, and of a collapse."""
    label = np.concatenate([t.label for t in each])
    chance = np.concatenate([t.chance for t in each]).astype(np.float64)
    log = [
        -np.mean(np.log(np.maximum(np.take_along_axis(chance[:, h], label[:, [h]], 1), 1e-6)))
        for h in range(len(HORIZONS_H))
    ]
    came = label == COLLAPSE
    own = np.clip(chance[..., COLLAPSE], 1e-6, 1 - 1e-6)
    of_collapse = -np.where(came, np.log(own), np.log1p(-own)).mean(axis=0)
    print(f"\nLog score at 24/72/168 h, {who}: {'/'.join(f'{x:.4f}' for x in log)}; of a collapse "
          f"alone {'/'.join(f'{x:.4f}' for x in of_collapse)}")  # fmt: skip
    every = np.stack([label == o for o in range(len(OUTCOMES))], axis=-1)
    both = (("all outcomes and horizons", chance, every), ("a collapse, all horizons", own, came))
    for of, said, true in both:
        print(f"\nReliability, {who}, {of}: {_bins(said.ravel(), true.ravel())}")


def _bins(said: np.ndarray, came: np.ndarray) -> str:
    at, cells, worst = np.minimum((said * 10).astype(int), 9), [], 0.0
    for k in range(10):
        here = at == k
        if here.any():
            gap = abs(said[here].mean() - came[here].mean())
            worst = max(worst, gap) if here.sum() > LEAST_ROWS else worst
            cells.append(f"{said[here].mean():.2f} -> {came[here].mean():.2f} ({here.sum():,})")
    return f"{', '.join(cells)}; largest gap of bins over {LEAST_ROWS:,} rows {worst:.3f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--level", choices=["easy", "real", "hard"], default="real")
    parser.add_argument("--truces", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=3001)
    parser.add_argument("--keep", type=Path, required=True, help="folder for truces and scores")
    given = parser.parse_args()
    show(given.level, exercise(given.level, given.truces, given.first_seed, given.keep),
         given.first_seed)  # fmt: skip
