"""Truces of other make than any that was learnt from: for one scoring, never for choosing.

None shares its machinery with trucewatch.warn.simulate: no log-level with bumps drawn on it.
Each gives zones x days of counts, NaN where nothing was reported; what follows from a state
follows by the rule of that world, not by a plan.
"""

from __future__ import annotations

import numpy as np

Floats = np.ndarray


def outbreaks(rng: np.random.Generator, days: int) -> Floats:
    """Events that set off events with a long memory (Omori); some months near the critical point.

    With luck that ends by itself; else fighting feeds on itself until it is stopped.
    """
    zones = int(rng.integers(1, 5))
    reach = np.arange(1, 61) ** -1.3
    reach /= reach.sum()
    base = np.exp(rng.uniform(np.log(0.2), np.log(30), (zones, 1)))
    share = np.full(days, rng.uniform(0.2, 0.6))
    push = np.ones(days)
    for start in rng.integers(60, max(61, days), rng.poisson(1.2 * days / 365)):
        length = int(rng.integers(10, 45))
        share[start : start + length] = np.linspace(
            share[start - 1], rng.uniform(0.85, 1.0), length
        )[: max(0, days - start)]
        if rng.random() < 0.4:
            push[start + length : start + length + int(rng.integers(15, 70))] = rng.uniform(4, 14)
    counts = np.zeros((zones, days))
    for t in range(days):
        past = counts[:, max(0, t - 60) : t][:, ::-1]
        heat = past @ reach[: past.shape[1]]
        counts[:, t] = rng.poisson(np.minimum(base[:, 0] * push[t] + share[t] * heat, 5e4))
    counts[:, rng.random(days) < rng.uniform(0, 0.2)] = np.nan
    return counts


def tit_for_tat(rng: np.random.Generator, days: int) -> Floats:
    """Two parties that answer each other; above a bar of anger each answers nearly in full.

    Truces are said again when it has gone on for long, and hold or do not.
    """
    zones = int(rng.integers(1, 4))
    own = np.exp(rng.uniform(np.log(0.5), np.log(20), (2, zones)))
    mild, fierce = rng.uniform(0.2, 0.6), rng.uniform(0.88, 1.0)
    bar = rng.uniform(3, 9) * own.mean(axis=0)
    wild, heat = rng.uniform(1, 8), own.copy()
    counts, weary = np.zeros((zones, days)), np.zeros(zones)
    for t in range(days):
        anger = np.where(heat.sum(axis=0) > bar, fierce, mild)
        mean = own + anger * heat[::-1]
        fired = rng.negative_binomial(wild, wild / (wild + mean))
        heat = 0.6 * heat + 0.4 * fired
        weary = 0.98 * weary + (heat.sum(axis=0) > bar)
        stops = rng.random(zones) < 0.004 * weary
        heat[:, stops] *= 0.1
        counts[:, t] = fired.sum(axis=0)
    weekend = np.arange(days) % 7 == 4
    counts[:, weekend & (rng.random(days) < rng.uniform(0, 0.8))] = np.nan
    return counts


def seasons(rng: np.random.Generator, days: int) -> Floats:
    """A season, a market day, operations of weeks, reporting that fades, weeks without any."""
    zones = int(rng.integers(2, 6))
    t = np.arange(days)
    base = np.exp(rng.uniform(np.log(0.3), np.log(40), (zones, 1)))
    year = rng.uniform(0, 0.8) * np.sin(2 * np.pi * (t + rng.integers(365)) / 365)
    week = np.where(t % 7 == rng.integers(7), rng.uniform(0.3, 2.5), 1.0)
    mean = base * np.exp(year) * week * np.linspace(1, rng.uniform(0.4, 1.6), days)
    for start in rng.integers(0, days, rng.poisson(4 * days / 365)):
        mean[rng.integers(zones), start : start + int(rng.integers(10, 35))] *= rng.uniform(1.8, 5)
    if rng.random() < 0.4:
        start = int(rng.integers(days // 3, days))
        mean[:, start:] *= np.minimum(1 + np.arange(days - start) / rng.uniform(1, 20), 8)
    wild = rng.uniform(0.5, 6)
    counts = rng.negative_binomial(wild, wild / (wild + mean)).astype(float)
    counts[rng.random((zones, days)) < rng.uniform(0, 0.3)] = 0  # nobody was there to count
    for start in rng.integers(0, days, rng.poisson(days / 150)):
        counts[:, start : start + int(rng.integers(5, 15))] = np.nan
    return counts


def volatile(rng: np.random.Generator, days: int) -> Floats:
    """Levels that wander on four time scales with heavy-tailed shocks; no episode at all."""
    zones = int(rng.integers(1, 5))
    level = np.log(rng.uniform(1, 100)) + rng.normal(0, 0.7, (zones, 1)) + np.zeros((zones, days))
    for half_life in (2, 10, 45, 200):
        keep, spread = 0.5 ** (1 / half_life), rng.uniform(0.05, 0.5)
        state = np.zeros(zones)
        for t in range(days):
            shock = rng.standard_t(4, zones) / np.sqrt(2)
            state = keep * state + np.sqrt(1 - keep**2) * spread * shock
            level[:, t] += state
    counts = rng.poisson(np.exp(np.clip(level, -5, 10))).astype(float)
    counts[:, rng.random(days) < rng.uniform(0, 0.35)] = np.nan
    return counts


def shifts(rng: np.random.Generator, days: int) -> Floats:
    """Rows of an event record: few a day in many regions, steady between changes of level."""
    zones = int(rng.integers(3, 9))
    mean = np.exp(rng.uniform(np.log(0.05), np.log(6), (zones, 1))) * np.ones((zones, days))
    for zone in range(zones):
        for start in rng.integers(20, days, rng.poisson(2 * days / 365)):
            mean[zone, start:] *= np.exp(rng.normal(0, 0.7))
    if rng.random() < 0.35:
        mean[:, int(rng.integers(60, days)) :] *= rng.uniform(3, 12)
    mean = np.clip(mean, 0.01, 200)
    return rng.poisson(mean * rng.gamma(3, 1 / 3, (zones, days))).astype(float)


WORLDS = {"outbreaks": outbreaks, "tit_for_tat": tit_for_tat, "seasons": seasons,
          "volatile": volatile, "shifts": shifts}  # fmt: skip


def world(name: str, seed: int) -> Floats:
    """One truce of a world, of half a year to two years."""
    rng = np.random.default_rng([seed, *name.encode()])
    return WORLDS[name](rng, int(rng.integers(180, 730)))
