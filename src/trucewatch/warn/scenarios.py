"""What the weeks ahead could look like, if: forward simulation under named assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.config import read_yaml
from trucewatch.errors import ConfigError
from trucewatch.outcomes import Terms, escalation_days
from trucewatch.rolling import reference
from trucewatch.warn import kernels
from trucewatch.warn.alarms import episodes

Floats = NDArray[np.float64]

SCENARIOS_FILE = Path(__file__).parent / "scenarios.yaml"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# Until a truce has a record of its own: local escalations a year, in the weight of half a year.
SURGES_A_YEAR = 4.0
RECORD_WEIGHT_YEARS = 0.5
SURGE_HALF_LIFE_DAYS = 3.0
LARGEST_MEAN = 1e7


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named assumption about the weeks ahead; multipliers above 0, 1 changes nothing."""

    id: str
    title: str
    assumes: str
    drift_per_week: float
    surges: float
    collapse: float


@dataclass(frozen=True, slots=True)
class Fan:
    """Daily counts ahead under one scenario: quantiles x days, and what was assumed of today.

    level: the present daily mean. surges_a_year, collapse_a_day: the rates used. collapse_share:
    share of the simulated futures in which fighting returned within the days shown.
    """

    scenario: Scenario
    quantiles: Floats
    level: float
    surges_a_year: float
    collapse_a_day: float
    collapse_share: float


@cache
def scenarios(path: Path = SCENARIOS_FILE) -> tuple[Scenario, ...]:
    """Read the scenarios of a file; raises ConfigError for a row that is none."""
    document = read_yaml(path)
    found = [_scenario(row) for row in document.value]
    for number, one in enumerate(found):
        if one is None:
            raise ConfigError([document.fault(
                (number,), found=repr(document.value[number]),
                expected="id, title, assumes and multipliers above 0",
                mend="Complete the scenario.")])  # fmt: skip
    return tuple(one for one in found if one is not None)


def _scenario(row: Any) -> Scenario | None:
    try:
        one = Scenario(**row)
        return one if min(one.drift_per_week, one.surges, one.collapse) > 0 else None
    except TypeError:
        return None


def fan(
    counts: Floats,
    scenario: Scenario,
    *,
    collapse_168h: float,
    days: int = 28,
    paths: int = 4000,
    seed: int = 0,
) -> Fan:
    """Simulate a zone's daily counts ahead.

    counts: one value a day as known today, NaN where unknown; at least one known. collapse_168h:
    the probability of collapse within a week that the warning states today. The same seed gives
    the same futures, so that scenarios differ by their assumptions alone.
    """
    known = np.flatnonzero(np.isfinite(counts))
    if len(known) == 0:
        raise ValueError("no count is known: nothing to simulate from")
    state = kernels.walk(counts[None].astype(np.float64), 0, -1)[0, int(known[-1])]
    hazard = -np.log1p(-min(collapse_168h, 0.95)) / 7 * scenario.collapse
    surges = surges_a_year(counts) * scenario.surges
    rng = np.random.default_rng(seed)
    mean, fallen = _means(rng, state, scenario, (paths, days), (surges / 365, float(hazard)))
    size = float(state[kernels.SIZE])
    drawn = rng.negative_binomial(size, size / (size + mean))
    return Fan(scenario, np.quantile(drawn, QUANTILES, axis=0), float(state[kernels.LEVEL]),
               surges, float(hazard), float(fallen.any(axis=1).mean()))  # fmt: skip


def surges_a_year(counts: Floats) -> float:
    """Local escalations a year in a series so far, drawn towards 4 while its record is short."""
    runs = escalation_days(counts[None], reference(counts[None]), Terms())[0]
    years = np.isfinite(counts).sum() / 365
    found = len(episodes(runs, join_days=7))
    return float((found + SURGES_A_YEAR * RECORD_WEIGHT_YEARS) / (years + RECORD_WEIGHT_YEARS))


def _means(
    rng: np.random.Generator, state: NDArray[np.float32], scenario: Scenario,
    shape: tuple[int, int], daily: tuple[float, float],
) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
    """Daily means paths x days, and the days on which fighting is back."""
    paths, days = shape
    level = max(float(state[kernels.LEVEL]), kernels.LEAST_RATE)
    # Today's excess over the level dies away as the series' own memory says.
    excess = float(state[kernels.EXCITATION]) * (float(state[kernels.FAST]) - level)
    fade = 0.5 ** (np.arange(1, days + 1) / kernels.FAST_HALF_LIFE)
    drift = scenario.drift_per_week ** (np.arange(1, days + 1) / 7)
    base = np.maximum(level * drift + excess * fade, kernels.LEAST_RATE)
    surge = np.zeros((paths, days))
    begun = (rng.random((paths, days)) < daily[0]) * rng.uniform(0.8, 2.2, (paths, days))
    for day in range(days):
        before = surge[:, day - 1] * 0.5 ** (1 / SURGE_HALF_LIFE_DAYS) if day else 0.0
        surge[:, day] = np.maximum(before, begun[:, day])
    fallen = np.maximum.accumulate(rng.random((paths, days)) < daily[1], axis=1)
    war = fallen * rng.uniform(1.8, 3.8, (paths, 1))
    return np.minimum(base * np.exp(np.maximum(surge, war)), LARGEST_MEAN), fallen
