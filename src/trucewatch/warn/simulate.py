"""Truces made up on a computer, with what was going to happen known: to train on and to test on.

Nothing here is fitted to any real truce. The dials are drawn anew for each truce from wide
ranges, so that a forecaster that learns from them meets many scales, habits and ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """How hard a simulated truce is to read; every dial is a range drawn from per truce.

    size: negative-binomial size of daily counts (smaller is wilder). drift: daily s.d. of the
    log level. spikes, surges, buildups_a_year: single-day exercises, local escalations over
    several days, and build-ups; collapse_share: how many build-ups end in a collapse;
    bolts_a_year: collapses without build-up. missing: share of unknown days.
    """

    size: tuple[float, float]
    drift: tuple[float, float]
    spikes_a_year: tuple[float, float]
    surges_a_year: tuple[float, float]
    buildups_a_year: tuple[float, float]
    collapse_share: tuple[float, float]
    bolts_a_year: tuple[float, float]
    missing: tuple[float, float]


LEVELS = {
    "easy": Level(
        size=(3, 10), drift=(0.0, 0.02), spikes_a_year=(0, 1), surges_a_year=(1, 4),
        buildups_a_year=(0.5, 2), collapse_share=(0.6, 0.9), bolts_a_year=(0, 0.1),
        missing=(0, 0.05),
    ),
    "real": Level(
        size=(0.8, 5), drift=(0.01, 0.06), spikes_a_year=(1, 6), surges_a_year=(2, 10),
        buildups_a_year=(0.5, 2), collapse_share=(0.3, 0.7), bolts_a_year=(0, 0.4),
        missing=(0, 0.45),
    ),
    "hard": Level(
        size=(0.4, 2), drift=(0.03, 0.1), spikes_a_year=(3, 12), surges_a_year=(4, 16),
        buildups_a_year=(0.5, 3), collapse_share=(0.1, 0.5), bolts_a_year=(0.1, 0.8),
        missing=(0.2, 0.6),
    ),
}  # fmt: skip


# What is learnt from simulated truces is learnt from this mix of the levels.
MIX = (("easy", 0.2), ("real", 0.5), ("hard", 0.3))

# Worlds of different make, so that no one make is learnt by heart: share of each.
# drifting: a wandering level and negative binomial days. even: days that remember the day before
# about a steady level, often with no episode at all. exciting: each day's fire sets off more.
# switching: calm and busy spells that come and go. sparse: seldom more than one or two a day.
FAMILIES = {"drifting": 0.35, "even": 0.25, "exciting": 0.15, "switching": 0.1, "sparse": 0.15}
# How many of its level's episodes a truce of any family but the first has.
BUSY = (0.0, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Truce:
    """A simulated truce: counts (zones x days), what was reported of them, when collapse began."""

    counts: Floats
    reported: Floats
    collapses: tuple[int, ...]


def simulate_truce(level: str, seed: int, *, days: int | None = None) -> Truce:
    """Make one truce; the same level and seed give the same truce on every machine."""
    rng = np.random.default_rng([seed, *level.encode()])
    family = str(rng.choice(list(FAMILIES), p=list(FAMILIES.values())))
    dials = LEVELS[level] if family == "drifting" else _quieter(LEVELS[level], rng)
    length = int(rng.integers(150, 700)) if days is None else days
    log_mean = _calm(rng, dials, int(rng.integers(1, 5)), length, family)
    if family == "drifting" or rng.random() < 0.5:
        _erosion(rng, log_mean)
    _bumps(rng, dials, log_mean)
    collapses, end = _ends(rng, dials, log_mean)
    mean = np.exp(np.clip(log_mean[:, :end], -6, 11))
    counts = _drawn(rng, dials, mean, family)
    return Truce(counts, _reported(rng, dials, counts), collapses)


def _quieter(dials: Level, rng: np.random.Generator) -> Level:
    """The same level with a part of its episodes."""
    share = float(rng.choice(BUSY))
    names = ("spikes_a_year", "surges_a_year", "buildups_a_year", "bolts_a_year")
    fewer = {n: (getattr(dials, n)[0] * share, getattr(dials, n)[1] * share) for n in names}
    return replace(dials, **fewer)


def _drawn(rng: np.random.Generator, dials: Level, mean: Floats, family: str) -> Floats:
    """Daily counts of a given mean, spread as the family spreads them."""
    size = np.exp(rng.uniform(*np.log(dials.size)))
    if family == "even":
        size = np.exp(rng.uniform(np.log(5), np.log(300)))
    if family == "exciting":
        return _set_off(rng, mean, 4 * size)
    return np.asarray(rng.negative_binomial(size, size / (size + mean)), dtype=np.float64)


def _set_off(rng: np.random.Generator, mean: Floats, size: float) -> Floats:
    """Counts of which a share is set off by the days before, some of it in the other zones."""
    share, pull, across = rng.uniform(0.2, 0.75), rng.uniform(0.2, 0.9), rng.uniform(0, 0.3)
    counts, heat = np.zeros(mean.shape), mean[:, 0].copy()
    for t in range(mean.shape[1]):
        felt = (1 - across) * heat + across * heat.mean()
        today = (1 - share) * mean[:, t] + share * np.minimum(felt, 60 * mean[:, t])
        counts[:, t] = rng.negative_binomial(size, size / (size + today))
        heat = (1 - pull) * heat + pull * counts[:, t]
    return counts


def _per_year(rng: np.random.Generator, dial: tuple[float, float], days: int) -> NDArray[np.int64]:
    number = rng.poisson(rng.uniform(*dial) * days / 365)
    return np.sort(rng.integers(0, days, number))


def _calm(rng: np.random.Generator, dials: Level, zones: int, days: int, family: str) -> Floats:
    """Log mean of a quiet truce: scale, drift that reverts, weekday habit, recommitment steps."""
    scale = (0.03, 2.0) if family == "sparse" else (0.4, 250.0)
    base = rng.uniform(*np.log(scale)) + rng.normal(0, 0.8, (zones, 1))
    drift = rng.uniform(*dials.drift)
    shocks = rng.normal(0, drift, (zones, days)) + rng.normal(0, drift / 2, (1, days))
    pull = 0.5 ** (1 / rng.uniform(20, 120))
    walk = np.zeros((zones, days))
    for t in range(1, days):
        walk[:, t] = pull * walk[:, t - 1] + shocks[:, t]
    habit = rng.normal(0, rng.uniform(0, 0.3), 7)[np.arange(days) % 7]
    steps = np.zeros(days)
    for day in _per_year(rng, (0, 1.2), days):
        depth, half_life = rng.uniform(0.5, 2.5), rng.uniform(20, 200)
        steps[day:] -= depth * 0.5 ** (np.arange(days - day) / half_life)
    return np.asarray(base + walk + habit + steps + _restless(rng, zones, days, family))


def _restless(rng: np.random.Generator, zones: int, days: int, family: str) -> Floats:
    """What a family adds day by day: days that remember the last, or spells."""
    if family == "even":
        spread, memory = rng.uniform(0.05, 0.65), rng.uniform(0, 0.9)
        noise, level = rng.standard_normal((zones, days)), np.zeros((zones, days))
        for t in range(1, days):
            level[:, t] = memory * level[:, t - 1] + np.sqrt(1 - memory**2) * noise[:, t]
        return np.asarray(spread * level)
    if family != "switching":
        return np.zeros((zones, days))
    height, stay = rng.uniform(0.4, 1.6), rng.uniform(4, 70, 2)
    busy, spells = rng.random(zones) < 0.5, np.zeros((zones, days))
    for t in range(days):
        busy ^= rng.random(zones) < np.where(busy, 1 / stay[0], 1 / stay[1])
        spells[:, t] = height * busy
    return spells


def _erosion(rng: np.random.Generator, log_mean: Floats) -> None:
    """Slow worsening over one to five months; some of it is undone, some stays."""
    zones, days = log_mean.shape
    for day in _per_year(rng, (0, 2.0), days):
        length, rise = int(rng.integers(30, 150)), rng.uniform(0.5, 2.0)
        ramp = np.clip(np.arange(days - day) / length, 0, 1) * rise
        if rng.random() < 0.5:
            ramp *= 0.5 ** (np.maximum(0, np.arange(days - day) - length) / rng.uniform(20, 90))
        chosen = rng.random(zones) < 0.7
        log_mean[chosen, day:] += ramp


def _bumps(rng: np.random.Generator, dials: Level, log_mean: Floats) -> None:
    """Single-day exercises and local escalations with rise, stay and fall."""
    zones, days = log_mean.shape
    for day in _per_year(rng, dials.spikes_a_year, days):
        log_mean[rng.integers(zones), day] += rng.uniform(1.2, 3.2)
    for day in _per_year(rng, dials.surges_a_year, days):
        shape = _surge(rng, rng.uniform(0.8, 2.2))[: days - day]
        log_mean[rng.integers(zones), day : day + len(shape)] += shape
        if rng.random() < 0.3:
            later = min(days, day + int(rng.integers(0, 4)))
            again = shape[: days - later] * rng.uniform(0.4, 1.0)
            log_mean[rng.integers(zones), later : later + len(again)] += again


def _surge(rng: np.random.Generator, height: float) -> Floats:
    rise, stay, fall = rng.integers(0, 6), rng.integers(1, 8), rng.uniform(1, 5)
    up = np.linspace(0, height, rise + 2)[1:-1]
    down = height * 0.5 ** (np.arange(1, 20) / fall)
    return np.concatenate([up, np.full(stay, height), down])


def _ends(rng: np.random.Generator, dials: Level, log_mean: Floats) -> tuple[tuple[int, ...], int]:
    """Build-ups that end in a collapse or do not, and collapses out of the blue."""
    days = log_mean.shape[1]
    share, begun = rng.uniform(*dials.collapse_share), []
    for day in _per_year(rng, dials.buildups_a_year, days):
        length = int(rng.integers(3, 28))
        if _build_up(rng, log_mean, day, length, collapses=bool(rng.random() < share)):
            begun.append(int(day + length))
    for day in _per_year(rng, dials.bolts_a_year, days):
        _collapse(rng, log_mean, int(day), int(rng.integers(20, 90)))
        begun.append(int(day))
    begun = sorted(day for day in begun if 30 < day < days)
    end = days
    if begun and rng.random() < 0.5:  # the observers leave soon after a collapse
        end = min(days, begun[-1] + int(rng.integers(4, 40)))
    return tuple(begun), end


def _build_up(
    rng: np.random.Generator, log_mean: Floats, day: int, length: int, *, collapses: bool
) -> bool:
    """A rise over `length` days; afterwards fighting, or the rise dies away."""
    zones, days = log_mean.shape
    height = rng.uniform(0.4, 1.6) * np.clip(rng.normal(1, 0.4, (zones, 1)), 0, 2)
    span = min(length, days - day)
    log_mean[:, day : day + span] += height * (np.arange(1, span + 1) / length) ** rng.uniform(
        0.5, 2
    )
    if day + length >= days:
        return False
    if collapses:
        _collapse(rng, log_mean, day + length, int(rng.integers(20, 120)))
    else:
        log_mean[:, day + length :] += height * 0.5 ** (
            np.arange(days - day - length) / rng.uniform(1, 8)
        )
    return collapses


def _collapse(rng: np.random.Generator, log_mean: Floats, day: int, length: int) -> None:
    zones, days = log_mean.shape
    chosen = (
        np.ones(zones, dtype=bool)
        if rng.random() < 0.6
        else np.arange(zones) == rng.integers(zones)
    )
    rise, steps = rng.uniform(1.8, 3.8), int(rng.integers(1, 5))
    shape = rise * np.clip((np.arange(min(length, days - day)) + 1) / steps, 0, 1)
    log_mean[chosen, day : day + len(shape)] += shape


def _reported(rng: np.random.Generator, dials: Level, counts: Floats) -> Floats:
    """What the observers reported: days missing at random or at weekends, for all zones alike.

    Weekends may come as one total, shared out evenly; the share that is seen may change at a step.
    """
    share, seen = rng.uniform(*dials.missing), counts.copy()
    if rng.random() < 0.15:
        step, lasts = int(rng.integers(counts.shape[1])), float(rng.uniform(0.35, 1.0))
        part = slice(step, None) if rng.random() < 0.5 else slice(0, step)
        seen[:, part] = rng.binomial(seen[:, part].astype(np.int64), lasts)
    weekend = np.arange(counts.shape[1]) % 7 >= 5
    habit = rng.random()
    if habit < 0.15:
        return _weekend_totals(seen)
    if habit < 0.5:
        seen[:, weekend & (rng.random(counts.shape[1]) < min(1.0, share * 2.5))] = np.nan
        share /= 3
    seen[:, rng.random(counts.shape[1]) < share] = np.nan
    return seen


def _weekend_totals(seen: Floats) -> Floats:
    """Saturday to Monday as one total, shared out as a ledger shares it."""
    shared, days = seen.copy(), seen.shape[1]
    for first in range(5, days - 2, 7):
        shared[:, first : first + 3] = seen[:, first : first + 3].mean(axis=1, keepdims=True)
    return shared
