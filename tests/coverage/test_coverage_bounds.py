"""Upper limits of what could have been missed, against their definition and against scipy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trucewatch.coverage.bounds import happened_upper, missed_upper, poisson_upper


def test_zero_seen_is_three_over_p() -> None:
    assert happened_upper(0, 0.5) == pytest.approx(-math.log(0.05) / 0.5)
    assert missed_upper(0, 1.0) == pytest.approx(2.9957, abs=1e-4)


@pytest.mark.parametrize("p", [None, 0.0, -1.0])
def test_nothing_watched_gives_no_bound(p: float | None) -> None:
    assert happened_upper(0, p) is None
    assert missed_upper(7, p) is None


@pytest.mark.parametrize("seen", [0, 1, 2, 5, 17, 100, 999, 2000])
def test_count_limit_is_half_the_chi_square_quantile(seen: int) -> None:
    assert poisson_upper(seen) == pytest.approx(stats.chi2.ppf(0.95, 2 * (seen + 1)) / 2, rel=1e-8)


@pytest.mark.parametrize("seen", [2001, 10_000, 1_000_000])
def test_large_counts_are_approximated_within_a_hundredth_of_a_per_cent(seen: int) -> None:
    assert poisson_upper(seen) == pytest.approx(stats.chi2.ppf(0.95, 2 * (seen + 1)) / 2, rel=1e-4)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 500), st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_better_watch_never_widens_the_bound(seen: int, p: float, q: float) -> None:
    low, high = sorted((p, q))
    assert happened_upper(seen, high) <= happened_upper(seen, low)  # type: ignore[operator]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 400))
def test_more_seen_never_lowers_what_may_have_happened(seen: int) -> None:
    assert poisson_upper(seen + 1) > poisson_upper(seen) > seen


@pytest.mark.parametrize(
    ("seen", "p", "confidence"), [(-1, 0.5, 0.95), (0, 1.2, 0.95), (0, 0.5, 1)]
)
def test_words_out_of_range_are_refused(seen: int, p: float, confidence: float) -> None:
    with pytest.raises(ValueError):
        happened_upper(seen, p, confidence=confidence)
