"""Learn what signs of preparation are worth, from truces of the exercise: sign_weights.json.

    python bench/learn_signs.py --truces 80 --keep FOLDER

Seeds from 20,001 are learnt from; every third truce has other dials. Rows: each truce with all its
channels, every second again with some left out, every sixth with its signs moved in time, so that
they announce nothing. Alarms are priced on forecasts by weights that the truce had no part in.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from exercise_truces import VARIED, Truce, scan_of, truce
from trucewatch.outcomes import COLLAPSE, HOLDING, HORIZONS_H, OUTCOMES
from trucewatch.warn.alarms import alarm_score
from trucewatch.warn.backtest import events_of
from trucewatch.warn.calibration import Watched, false_weeks
from trucewatch.warn.preparation import Scan
from trucewatch.warn.raising import raised_by_signs
from trucewatch.warn.replay import borne_out
from trucewatch.warn.sign_channels import COUNTED
from trucewatch.warn.weighing import TERMS, WEIGHTS, SignWeights, log_chance, terms_of

LEVELS = ("real", "easy", "hard")
FIRST_SEED = 20_001
RIDGE, STEPS = 3.0, 150
THIN, STRONG = 3, 1.5
KEPT_SHARE = 0.6
CHANNELS = (*COUNTED, "heavier_calibres", "observers_leave")


@dataclass(frozen=True)
class Rows:
    """Terms, log chances by counts, outcomes and weight of some rows of one horizon."""

    terms: np.ndarray
    log: np.ndarray
    label: np.ndarray
    weight: np.ndarray


def labels_of(one: Truce) -> np.ndarray:
    """Zones x days x horizons: what truly followed each evening, -1 where that is not scored."""
    place = {zone: n for n, zone in enumerate(one.again.zones)}
    found = np.full((*one.again.ready.shape, len(HORIZONS_H)), -1, dtype=np.int8)
    wanted = one.made.outcomes.select(["evening", "zone", "horizon_h", "outcome"])
    for evening, zone, horizon, outcome in zip(*wanted.to_pydict().values(), strict=True):
        day = (datetime.date.fromisoformat(evening) - one.again.first_day).days
        if zone in place and 0 <= day < one.again.days:
            found[place[zone], day, HORIZONS_H.index(horizon)] = OUTCOMES.index(outcome)
    return found


def variants(one: Truce, seed: int) -> Iterator[Scan]:
    """The truce's scan; with channels left out; with signs that announce nothing."""
    rng = np.random.default_rng([seed, 77])
    sets = [(frozenset[str](), 0)]
    if seed % 2:
        sets.append((frozenset(c for c in CHANNELS if rng.random() > KEPT_SHARE), 0))
    if seed % 6 == 0:
        sets.append((frozenset(), int(rng.integers(120, 400))))
    for without, rolled in sets:
        found = scan_of(one, without=without, rolled=rolled)
        if found is not None:
            yield found


def rows_of(one: Truce, seed: int) -> list[Rows]:
    """Rows of a truce per horizon; days without sign or collapse are thinned and weigh more."""
    labels, parts = labels_of(one), []
    for found in variants(one, seed):
        strong = found.together.max(axis=(0, 3)) > STRONG
        kept = strong | (labels == COLLAPSE).any(axis=-1)
        thinned = (np.arange(one.again.days) + seed) % THIN == 0
        usable = found.ready & one.again.ready & (kept | thinned)
        parts.append([
            _rows(found, one, usable & (labels[..., h] >= 0), (h, labels, kept))
            for h in range(len(HORIZONS_H))
        ])  # fmt: skip
    return [_joined([part[h] for part in parts]) for h in range(len(HORIZONS_H))]


def _rows(found: Scan, one: Truce, at: np.ndarray, how: tuple[int, np.ndarray, np.ndarray]) -> Rows:
    horizon, labels, kept = how
    chance = one.again.probability[at, horizon]
    return Rows(terms_of(found.together[:, at], chance), log_chance(chance),
                labels[at, horizon], np.where(kept[at], 1.0, THIN))  # fmt: skip


def _joined(parts: list[Rows]) -> Rows:
    return Rows(*(np.concatenate([getattr(p, n) for p in parts])
                  for n in ("terms", "log", "label", "weight")))  # fmt: skip


def fit(rows: Rows, rising: int = len(TERMS)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centre, scale and weights of a softmax regression with a ridge on top of the log chances.

    rising: the first so many terms never lower the odds of a collapse against holding.
    """
    centre, scale = rows.terms.mean(axis=0), rows.terms.std(axis=0) + 1e-9
    design = np.hstack([(rows.terms - centre) / scale, np.ones((len(rows.terms), 1))])
    target, shape = np.eye(len(OUTCOMES))[rows.label], (design.shape[1], HOLDING)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        log = rows.log.copy()
        log[:, :HOLDING] += design @ weights
        log -= log.max(axis=1, keepdims=True)
        log -= np.log(np.exp(log).sum(axis=1, keepdims=True))
        penalty = weights.copy()
        penalty[-1] = 0.0
        gap = (np.exp(log) - target)[:, :HOLDING] * rows.weight[:, None]
        value = -float(np.sum(rows.weight * (log * target).sum(axis=1)))
        slope = design.T @ gap + RIDGE * penalty
        return value + 0.5 * RIDGE * float(np.sum(penalty**2)), slope.ravel()

    least = np.full(shape, -np.inf)
    least[:rising, COLLAPSE] = 0.0
    found = minimize(
        loss, np.zeros(least.size), jac=True, method="L-BFGS-B",
        bounds=[(low, None) for low in least.ravel()], options={"maxiter": STEPS},
    )  # fmt: skip
    return centre, scale, found.x.reshape(shape)


def learn(every: list[list[Rows]]) -> SignWeights:
    """Fit all horizons on the rows of some truces."""
    fitted = [fit(_joined([rows[h] for rows in every])) for h in range(len(HORIZONS_H))]
    centre, scale, weights = (np.stack([one[k] for one in fitted]) for k in range(3))
    return SignWeights(centre, scale, weights, np.zeros((1, 2)), 1.0, "")


def watched(one: Truce, learnt: SignWeights) -> Watched:
    """A truce ready for alarms of a collapse, by given weights."""
    found = scan_of(one)
    raised = one.again if found is None else raised_by_signs(one.again, found, learnt)
    score = alarm_score(raised.probability[:, :, -1], COLLAPSE)
    happened = raised.happened()
    return Watched(
        np.where(raised.ready, score, 0.0), borne_out(happened, COLLAPSE, raised.told_on),
        events_of(happened, "collapse"),
    )  # fmt: skip


def tell(rows: list[list[Rows]], learnt: SignWeights) -> None:
    """Print how well weights do on rows that they were not learnt from, beside counts alone."""
    for h, hours in enumerate(HORIZONS_H):
        one = _joined([each[h] for each in rows])
        log = one.log.copy()
        standard = (one.terms - learnt.centre[h]) / learnt.scale[h]
        log[:, :HOLDING] += standard @ learnt.weights[h, :-1] + learnt.weights[h, -1]
        came = np.eye(len(OUTCOMES))[one.label]
        for name, part in (("counts", one.log), ("signs", log)):
            chance = np.exp(part) / np.exp(part).sum(axis=1, keepdims=True)
            told = np.average(np.log((chance * came).sum(axis=1)), weights=one.weight)
            brier = np.average((chance - came)[:, COLLAPSE] ** 2, weights=one.weight)
            share = np.average(came[:, COLLAPSE], weights=one.weight)
            skill = 1 - brier / (share * (1 - share))
            print(f"held out, {hours} h, {name}: log score {-told:.4f}, collapse {skill:.3f}")


def store(learnt: SignWeights) -> None:
    """Write sign_weights.json: six digits, which is enough for a probability."""
    document = {"terms": TERMS, "made_from": learnt.made_from, "series": learnt.series} | {
        name: np.vectorize(lambda x: float(f"{x:.6g}"))(getattr(learnt, name)).tolist()
        for name in ("centre", "scale", "weights", "false_weeks")
    }
    WEIGHTS.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


def main(truces: int, keep: Path | None) -> None:
    """Learn the weights on all truces, the alarms' cost on halves that did not learn from them."""
    halves: list[list[list[Rows]]] = [[], []]
    for level in LEVELS:
        for n, seed in enumerate(range(FIRST_SEED, FIRST_SEED + truces)):
            halves[n % 2].append(rows_of(truce(level, seed, varied=True, keep=keep), seed))
        print(f"{level}: {truces} truces read", flush=True)
    others = [learn(halves[1]), learn(halves[0])]
    tell(halves[0], others[0])
    levels = [
        [watched(truce(level, FIRST_SEED + n, varied=True, keep=keep), others[n % 2])
         for n in range(truces) if (FIRST_SEED + n) % VARIED]
        for level in LEVELS
    ]  # fmt: skip
    # A mission does not know its own level: an alarm costs what it costs in the worst.
    each = [false_weeks([level]) for level in levels]
    weeks = np.stack([each[0][:, 0], np.max([one[:, 1] for one in each], axis=0)], axis=1)
    for n, level in enumerate(LEVELS):
        print(level, [f"{score:.2f}: {cost:.2f}" for score, cost in each[n][::3]])
    series = float(np.mean([len(one.score) for level in levels for one in level]))
    said = f"{truces} truces of each level of the exercise, seeds from {FIRST_SEED}"
    store(replace(learn([*halves[0], *halves[1]]), false_weeks=weeks, series=series,
                  made_from=said))  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truces", type=int, default=80)
    parser.add_argument("--keep", type=Path, help="folder for drawn truces, to go on from")
    given = parser.parse_args()
    main(given.truces, given.keep)
