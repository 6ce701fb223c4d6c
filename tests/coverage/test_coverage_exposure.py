"""Where happenings are, as accounts show it, with what we looked at undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from coverage_given import DAY, LAT, LON, at, watch, window, zone

from trucewatch.coverage.continuity import PatrolPlan, best_next_patrol
from trucewatch.coverage.detection import read_detection
from trucewatch.coverage.exposure import EVEN_ACCOUNTS, Accounts
from trucewatch.coverage.ledger import Ledger, LedgerOptions
from trucewatch.coverage.stations import stations

WEEKS = 24.0 * 7 * 3
SURE = '{"*": {"p": 1, "sigma_km": 10000, "night": 1}}'


def accounts(places: list[tuple[float, float]], kind: str = "explosion", hour: float = 1.0) -> Any:
    lon, lat = np.array(places).reshape(-1, 2).T
    return Accounts(np.array([kind] * len(places)), np.full(len(places), at(hour).timestamp()),
                    lon, lat)  # fmt: skip


def told(watches: list[dict[str, Any]], seen: Any, start: float = WEEKS, kind: str = "fire") -> Any:
    figures = read_detection()
    book = Ledger(stations(watches, figures), figures, options=LedgerOptions(1000), accounts=seen)
    return next(iter(book.rows([zone()], [window(start, start + 24)], [kind])))


def test_ground_where_happenings_are_weighs_more() -> None:
    """All accounts come from a tenth of the zone, and that tenth alone is watched."""
    here = watch(end=WEEKS + 24, radius_km=3.0, detection=SURE)
    row = told([here], accounts([(LON, LAT)] * 200))
    even = EVEN_ACCOUNTS / (EVEN_ACCOUNTS + 200)
    assert row["watched_share"] == pytest.approx(0.09, rel=0.1)
    assert row["detection_probability"] == pytest.approx(1 - even * 0.91, abs=0.01)
    alike = told([here], None)
    assert alike["detection_probability"] == pytest.approx(0.09, rel=0.1)


@pytest.mark.parametrize("seen", [
    accounts([(LON, LAT)] * 49), accounts([(LON + 3, LAT)] * 200), accounts([]),
    accounts([(LON, LAT)] * 200, "movement"), accounts([(LON, LAT)] * 200, hour=WEEKS + 500),
])  # fmt: skip
def test_too_few_accounts_here_of_this_family_weigh_by_area(seen: Any) -> None:
    here = watch(end=WEEKS + 24, radius_km=3.0, detection=SURE)
    assert told([here], seen) == told([here], None)


def spread(places: list[tuple[float, float]], first: float, last: float) -> Any:
    """Accounts one after another between two hours."""
    seen = accounts(places)
    seen.time_s[:] = np.linspace(at(first).timestamp(), at(last).timestamp(), len(places))
    return seen


def both(*parts: Any) -> Any:
    return Accounts(*(np.concatenate([getattr(p, name) for p in parts])
                      for name in ("kind", "time_s", "lon", "lat")))  # fmt: skip


def test_a_place_looked_at_more_often_does_not_seem_busier() -> None:
    """Two equal places, one watched by two observers, with accounts in that ratio."""
    east, west = LON + 0.08, LON - 0.08
    doubly = [watch(name, end=WEEKS, lon=east, radius_km=3.0, detection=SURE) for name in "ab"]
    singly = watch("c", end=WEEKS, lon=west, radius_km=3.0, detection=SURE)
    now = watch("d", WEEKS, WEEKS + 24, lon=west, radius_km=3.0, detection=SURE)
    seen = both(spread([(east, LAT)] * 1000, 1, 300), spread([(west, LAT)] * 500, 1, 300))
    row = told([*doubly, singly, now], seen)
    assert row["detection_probability"] == pytest.approx(0.5, abs=0.03)


def test_hours_in_which_happenings_fall_weigh_more() -> None:
    """Accounts of the small hours alone: who watches then watches nearly all there is."""
    always = watch("a", end=WEEKS, radius_km=3.0, detection=SURE)
    night = [accounts([(LON, LAT)] * 30, hour=24.0 * d + 1.25) for d in range(10)]
    seen = both(*night)
    early = watch("b", WEEKS, WEEKS + 3, radius_km=3.0, detection=SURE)
    late = watch("b", WEEKS + 3, WEEKS + 24, radius_km=3.0, detection=SURE)
    chances = [told([always, one], seen)["detection_probability"] for one in (early, late)]
    assert chances[0] > 0.95
    assert chances[1] < 0.05


def test_what_is_seen_later_does_not_change_what_was_said() -> None:
    here = watch(end=WEEKS + 24, radius_km=6.0)
    first = accounts([(LON, LAT)] * 60)
    later = accounts([(LON, LAT)] * 60 + [(LON + 0.1, LAT)] * 900)
    later.time_s[60:] = at(WEEKS + 30).timestamp()
    assert told([here], first) == told([here], later)


def test_a_first_week_stands_on_its_own_accounts() -> None:
    here = watch(end=WEEKS + 24, radius_km=3.0, detection=SURE)
    row = told([here], accounts([(LON, LAT)] * 60), start=0.0)
    assert row["detection_probability"] > 0.8
    assert DAY.weekday() == 1


def test_more_watches_do_not_lower_the_chance_while_the_weights_stand() -> None:
    seen = accounts([(LON, LAT)] * 100)
    here = watch(end=WEEKS, radius_km=3.0)
    one = watch("late", WEEKS, WEEKS + 24, radius_km=4.0)
    two = watch("later", WEEKS, WEEKS + 24, lon=LON + 0.02, radius_km=4.0)
    assert (told([here, one, two], seen)["detection_probability"]
            >= told([here, one], seen)["detection_probability"])  # fmt: skip


def test_the_gain_of_a_patrol_counts_ground_as_the_ledger_does() -> None:
    figures = read_detection()
    here = [watch(end=WEEKS + 24, lon=LON - 0.05, radius_km=4.0)]
    seen = accounts([(LON + 0.05, LAT)] * 300)
    book = Ledger(stations(here, figures), figures, options=LedgerOptions(400), accounts=seen)
    day = window(WEEKS, WEEKS + 24)
    best = best_next_patrol(book, [zone()], day, "fire", PatrolPlan(range_km=6))[0]
    assert abs(best["lon"] - LON - 0.05) < 0.05
    assert best["detection_before"] == pytest.approx(
        next(iter(book.rows([zone()], [day], ["fire"])))["detection_probability"], abs=1e-8
    )
