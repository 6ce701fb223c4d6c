"""Against simulated zones with a known truth: detection is right, bounds hold as often as said."""

from __future__ import annotations

import numpy as np
import pytest
from coverage_world import simulate

SEEDS = range(240)


def test_bounds_hold_as_often_as_they_say() -> None:
    outcomes = [simulate(seed) for seed in SEEDS]
    stated = [o for o in outcomes if o.upper is not None]
    assert len(stated) > 225
    holds = np.mean([o.upper >= o.expected for o in stated])
    assert 0.93 <= holds <= 0.97


@pytest.mark.parametrize("dependence", [0.0, 0.25, 1.0])
def test_detection_agrees_with_happenings_in_continuous_space(dependence: float) -> None:
    outcomes = [
        simulate(seed, "explosion", points=1000, probes=4000, dependence=dependence)
        for seed in range(5000, 5040)
    ]
    told = np.array([o.detection or 0.0 for o in outcomes])
    true = np.array([o.true_detection for o in outcomes])
    assert abs(float((told - true).mean())) < 0.004
    assert float(np.abs(told - true).max()) < 0.04
