"""Background fires: what burns without a war, so that farm burning raises no alarm.

A fire is called a war fire where fewer than 10 in 100 peacetime fires were as unexpected at
their place, season, cloud and general burning of the day. The idea of an excess over models
without a war is The Economist's (2022); method and figures here are our own. Nothing here tells
fires of war from other unusual fires: a forest fire out of season is called one too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.errors import ReadError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]

STEP_DEG = 0.1
WEEKS = 53
CLOUD_BINS = 10
LEAST_CLOUD_FIRES = 200.0
LARGEST_GRID = 2_000_000
BLOCK_CELLS = 10
LEAST_WAR_FIRES = 30
ABOVE_PEACE = 1.5
SEASON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """What the model was set to; chosen on 2001-2021 alone, see bench/fires_warn.py choose.

    size: clustering of fires within a cell and day (negative binomial), above 0. share: of
    peacetime fires that are called war fires, 0..1. neighbour: weight of the cells beside, 0..1.
    prior_years: weight of like land, in years of the cell's own record, above 0.
    """

    size: float = 0.1
    share: float = 0.2
    neighbour: float = 0.25
    prior_years: float = 3.0


@dataclass(frozen=True, slots=True)
class Fires:
    """Fire detections: longitude and latitude in degrees, day of detection; parallel arrays."""

    lon: Floats
    lat: Floats
    day: Days

    def __post_init__(self) -> None:
        if not (len(self.lon) == len(self.lat) == len(self.day)):
            raise ReadError("fires", found="columns of different length", expected="one row a fire",
                            mend="Give longitude, latitude and day for each fire.")  # fmt: skip
        outside = (np.abs(self.lon) > 180) | (np.abs(self.lat) > 90)
        if (outside | ~np.isfinite(self.lon + self.lat)).any():
            raise ReadError("fires", found="a position outside the globe", expected="degrees",
                            mend="Check that longitude and latitude are not swapped.")  # fmt: skip

    def where(self, chosen: NDArray[np.bool_]) -> Fires:
        """Keep some of the fires."""
        return Fires(self.lon[chosen], self.lat[chosen], self.day[chosen])

    @property
    def year(self) -> Ints:
        """Year of each fire."""
        return self.day.astype("datetime64[Y]").astype(np.int64) + 1970


@dataclass(frozen=True, slots=True)
class Cells:
    """A grid of 0.1 degree cells, numbered row by row from the south-west corner."""

    west: int
    south: int
    columns: int
    rows: int

    @classmethod
    def around(cls, lon: Floats, lat: Floats) -> Cells:
        """Return the smallest grid that holds the points; raises ReadError for half the globe."""
        if len(lon) == 0:
            raise ReadError("fires", found="no fire at all", expected="at least one",
                            mend="Give the years without war.")  # fmt: skip
        x, y = _steps(lon), _steps(lat)
        grid = cls(int(x.min()), int(y.min()), int(np.ptp(x)) + 1, int(np.ptp(y)) + 1)
        if grid.columns * grid.rows > LARGEST_GRID:
            size = f"{grid.columns} x {grid.rows} cells"
            raise ReadError("fires", found=size, expected=f"at most {LARGEST_GRID}",
                            mend="Give one country.")  # fmt: skip
        return grid

    def of(self, lon: Floats, lat: Floats) -> Ints:
        """Cell of each point; -1 outside the grid."""
        x, y = _steps(lon) - self.west, _steps(lat) - self.south
        inside = (x >= 0) & (x < self.columns) & (y >= 0) & (y < self.rows)
        return np.where(inside, y * self.columns + x, -1)

    @property
    def centres(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of the middle of each cell."""
        y, x = np.divmod(np.arange(self.columns * self.rows), self.columns)
        return (x + self.west) * STEP_DEG, (y + self.south) * STEP_DEG

    @property
    def blocks(self) -> Ints:
        """The block of one degree that each cell lies in: the default regions."""
        y, x = np.divmod(np.arange(self.columns * self.rows), self.columns)
        wide = -(-self.columns // BLOCK_CELLS)
        return np.asarray((y // BLOCK_CELLS) * wide + x // BLOCK_CELLS)


def _steps(degrees: Floats) -> Ints:
    return np.round(np.asarray(degrees, dtype=np.float64) / STEP_DEG).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the cells: region of each, land-use shares, cloud per region and day.

    region: index per cell (-1: left out). land: cells x classes shares 0..1, or None.
    cloud: regions x days, 0..1 with NaN unknown, its first day in cloud_from; or None.
    """

    cells: Cells
    region: Ints
    land: Floats | None = None
    cloud: Floats | None = None
    cloud_from: np.datetime64 | None = None

    def cloud_on(self, region: Ints, day: Days) -> Floats:
        """Cloud cover of region and day; NaN where unknown."""
        if self.cloud is None or self.cloud_from is None:
            return np.full(len(day), np.nan)
        index = (day - self.cloud_from).astype(np.int64)
        known = (index >= 0) & (index < self.cloud.shape[1]) & (region >= 0)
        found = self.cloud[np.maximum(region, 0), np.clip(index, 0, self.cloud.shape[1] - 1)]
        return np.where(known, found, np.nan)


@dataclass(frozen=True, slots=True)
class Background:
    """The no-war model.

    rate: cells x 53 weeks, fires a day in an ordinary year. cloud_effect: share still seen, by
    tenths of cloud. cut: the surprise (-log10 of the chance) that all but the
    settings' share of peacetime fires stay below.
    """

    around: Surroundings
    rate: Floats
    cloud_effect: Floats
    cut: float
    settings: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Scored:
    """Cell-days with fire: cell, day, count, expected, surprise, war (bool)."""

    cell: Ints
    day: Days
    count: Ints
    expected: Floats
    surprise: Floats
    war: NDArray[np.bool_]


def fit_background(
    fires: Fires, around: Surroundings, years: Sequence[int], *, settings: Settings | None = None
) -> Background:
    """Learn the no-war model from whole years without war.

    The cut is measured on years that the rates were not learnt from: each of the five newest
    years is scored by a model of the others.
    """
    settings = settings or Settings()
    peace = fires.where(np.isin(fires.year, np.asarray(years)))
    whole = fit_rates(peace, around, years, settings)
    every = peacetime_surprise(peace, around, years, settings)
    cut = float(np.quantile(every, 1 - settings.share)) if len(every) else np.inf
    return Background(around, whole.rate, whole.cloud_effect, cut, settings)


def peacetime_surprise(
    peace: Fires, around: Surroundings, years: Sequence[int], settings: Settings
) -> Floats:
    """Return the surprise of each fire of the five newest years, each by a model of the others."""
    held_out: list[Floats] = [np.array([])]
    for year in sorted(years)[-5:]:
        rest = [y for y in years if y != year] or list(years)
        model = fit_rates(peace.where(np.isin(peace.year, rest)), around, rest, settings)
        scored = score_fires(peace.where(peace.year == year), model)
        held_out.append(np.repeat(scored.surprise, scored.count))
    return np.concatenate(held_out)


def fit_rates(
    fires: Fires, around: Surroundings, years: Sequence[int], settings: Settings
) -> Background:
    """Learn rates without a cut: each year counts alike, whatever satellites flew in it."""
    cell = around.cells.of(fires.lon, fires.lat)
    inside = cell >= 0
    week, year = week_of(fires.day[inside]), fires.year[inside]
    totals = {y: max(1, int((year == y).sum())) for y in years}
    level = float(np.mean(sorted(totals.values())[-5:]))
    weight = np.array([level / totals[y] for y in sorted(years)])[
        np.searchsorted(sorted(years), year)
    ]
    shape = (around.cells.columns * around.cells.rows, WEEKS)
    flat = np.bincount(cell[inside] * WEEKS + week, weights=weight, minlength=shape[0] * WEEKS)
    per_day = flat.reshape(shape) / (7.0 * len(totals))
    smooth = _spread(per_day, around.cells, settings.neighbour)
    prior = settings.prior_years
    rate = (len(totals) * smooth + prior * _by_land(smooth, around)) / (len(totals) + prior)
    clear = Background(around, rate, np.ones(CLOUD_BINS), np.inf, settings)
    return Background(around, rate, _cloud_effect(fires, clear), np.inf, settings)


def week_of(day: Days) -> Ints:
    start = day.astype("datetime64[Y]").astype("datetime64[D]")
    return np.asarray((day - start).astype(np.int64) // 7)


def _spread(per_day: Floats, cells: Cells, neighbour: float) -> Floats:
    """Share each rate with the weeks and cells beside it."""
    weeks = np.array([0.1, 0.2, 0.4, 0.2, 0.1])
    smooth = sum(w * np.roll(per_day, k, axis=1) for w, k in zip(weeks, range(-2, 3), strict=True))
    field = np.asarray(smooth).reshape(cells.rows, cells.columns, WEEKS)
    padded = np.pad(field, ((1, 1), (1, 1), (0, 0)))
    beside = sum(
        padded[1 + dy : 1 + dy + cells.rows, 1 + dx : 1 + dx + cells.columns]
        for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dx, dy) != (0, 0)
    )  # fmt: skip
    mixed = (1 - neighbour) * field + neighbour * np.asarray(beside) / 8
    return np.asarray(mixed).reshape(per_day.shape)


def _by_land(smooth: Floats, around: Surroundings) -> Floats:
    """What cells of like land burn: the prior of a cell; without land use, of all cells."""
    used = around.region >= 0
    if around.land is None:
        return np.broadcast_to(smooth[used].mean(axis=0), smooth.shape)
    share = np.nan_to_num(around.land)
    mass = np.maximum(share[used].sum(axis=0), 1e-9)
    by_class = share[used].T @ smooth[used] / mass[:, None]
    return np.asarray(share @ by_class)


def _cloud_effect(fires: Fires, model: Background) -> Floats:
    """Fires seen over fires expected, by tenths of cloud, against the clearest tenth; falling."""
    around = model.around
    if around.cloud is None or len(fires.day) == 0:
        return np.ones(CLOUD_BINS)
    days = np.unique(fires.day)
    seen, expected = _by_region(fires, model, days)
    region = np.repeat(np.arange(seen.shape[0]), len(days))
    cloud = around.cloud_on(region, np.tile(days, seen.shape[0])).reshape(seen.shape)
    known = np.isfinite(cloud)
    tenth = _tenth(cloud[known])
    total = np.bincount(tenth, weights=seen[known], minlength=CLOUD_BINS)
    base = np.bincount(tenth, weights=expected[known], minlength=CLOUD_BINS)
    if total.sum() < LEAST_CLOUD_FIRES:
        return np.ones(CLOUD_BINS)
    ratio = (total + 1) / (base + 1)
    return np.asarray(np.minimum.accumulate(ratio / ratio[0]))


def _tenth(cloud: Floats) -> Ints:
    return np.clip((cloud * CLOUD_BINS).astype(np.int64), 0, CLOUD_BINS - 1)


def _by_region(fires: Fires, model: Background, days: Days) -> tuple[Floats, Floats]:
    """Fires seen and expected, regions x days."""
    around = model.around
    regions = int(around.region.max()) + 1
    cell = around.cells.of(fires.lon, fires.lat)
    region = np.where(cell >= 0, around.region[np.maximum(cell, 0)], -1)
    at = np.searchsorted(days, fires.day)
    seen = np.bincount(region[region >= 0] * len(days) + at[region >= 0],
                       minlength=regions * len(days)).reshape(regions, len(days))  # fmt: skip
    expected = weekly_rates(model, around.region >= 0, days)
    return seen.astype(np.float64), expected * _seen_through(model, days, regions)


def _seen_through(model: Background, days: Days, regions: int) -> Floats:
    """What cloud leaves of the fires, regions x days; 1 where the cloud is unknown."""
    region = np.repeat(np.arange(regions), len(days))
    cloud = model.around.cloud_on(region, np.tile(days, regions))
    effect = np.where(np.isfinite(cloud), model.cloud_effect[_tenth(np.nan_to_num(cloud))], 1.0)
    return effect.reshape(regions, len(days))


def burning_of_the_day(seen: Floats, expected: Floats) -> Floats:
    """Return per day how much more than usual burns everywhere, 0.05 to 30.

    The middle over regions of seen to expected, each weighed by what is expected of it: a war in
    some of the regions moves it little.
    """
    ratio = (seen + 0.05) / (expected + 0.05)
    order = np.argsort(ratio, axis=0)
    weight = np.take_along_axis(expected, order, axis=0)
    passed = np.cumsum(weight, axis=0) >= 0.5 * weight.sum(axis=0, keepdims=True)
    first = passed.argmax(axis=0)[None]
    middle = np.take_along_axis(np.take_along_axis(ratio, order, axis=0), first, axis=0)[0]
    return np.asarray(np.clip(middle, 0.05, 30.0))


def score_fires(fires: Fires, model: Background) -> Scored:
    """Score every cell and day with fire against the background."""
    around = model.around
    days = np.unique(fires.day)
    cell = around.cells.of(fires.lon, fires.lat)
    used = (cell >= 0) & (around.region[np.maximum(cell, 0)] >= 0)
    at = np.searchsorted(days, fires.day[used])
    key, count = np.unique(cell[used] * len(days) + at, return_counts=True)
    where, when = np.divmod(key, max(1, len(days)))
    factor = day_factors(fires, model, days)
    expected = np.maximum(
        model.rate[where, week_of(days[when])] * factor[around.region[where], when], 1e-6
    )
    surprise = _surprise(count, expected, model.settings.size)
    return Scored(where, days[when], count, expected, surprise, surprise > model.cut)


def day_factors(fires: Fires, model: Background, days: Days) -> Floats:
    """Return regions x days: what cloud leaves of the fires, times the burning of the day."""
    if len(days) == 0:
        return np.ones((int(model.around.region.max()) + 1, 0))
    seen, expected = _by_region(fires, model, days)
    return burning_of_the_day(seen, expected) * _seen_through(model, days, len(seen))


def weekly_rates(model: Background, chosen: NDArray[np.bool_], days: Days) -> Floats:
    """Return regions x days: the rate of the chosen cells, fires a day in an ordinary year."""
    used = chosen & (model.around.region >= 0)
    weekly = np.zeros((int(model.around.region.max()) + 1, WEEKS))
    np.add.at(weekly, model.around.region[used], model.rate[used])
    return weekly[:, week_of(days)]


def _surprise(count: Ints, expected: Floats, size: float) -> Floats:
    from scipy.special import betainc

    tail = betainc(np.maximum(count, 1), size, expected / (size + expected))
    return np.asarray(-np.log10(np.maximum(tail, 1e-300)))


def daily_war_fires(scored: Scored, first: np.datetime64, days: int) -> Floats:
    """Return the number of war fires of each day from `first` on."""
    at = (scored.day - first).astype(np.int64)
    inside = scored.war & (at >= 0) & (at < days)
    return np.bincount(at[inside], weights=scored.count[inside], minlength=days).astype(np.float64)


def war_fires_by_region(
    scored: Scored, model: Background, first: np.datetime64, days: int
) -> Floats:
    """Return war fires, regions x days from `first` on; NaN under cloud, where none can be seen.

    Zero fires under nine tenths of cloud is no zero: fires never calm.
    """
    regions = int(model.around.region.max()) + 1
    at = (scored.day - first).astype(np.int64)
    inside = scored.war & (at >= 0) & (at < days)
    place = model.around.region[scored.cell[inside]] * days + at[inside]
    found = np.bincount(place, weights=scored.count[inside], minlength=regions * days)
    table = found.reshape(regions, days).astype(np.float64)
    every = first + np.arange(days)
    cloud = model.around.cloud_on(np.repeat(np.arange(regions), days), np.tile(every, regions))
    blind = (cloud.reshape(regions, days) > 0.9) & (table == 0)
    return np.where(blind, np.nan, table)


def war_fire_days(
    war: Floats, peace: Sequence[Floats], *, least: float = LEAST_WAR_FIRES,
    above: float = ABOVE_PEACE,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return regions x days of one year: days with more war fires than peace ever had.

    war, peace: war fires of a year, regions x days of the year, NaN where cloud hid the ground.
    A region's day counts where it holds `least` war fires or more and over `above` times the
    highest day within 30 days of the same season in any year of peace.
    """
    days = war.shape[1]
    highest = np.fmax.reduce([np.nan_to_num(year)[:, :days] for year in peace])
    reach = range(-SEASON_DAYS, SEASON_DAYS + 1)
    near = np.maximum.reduce([np.roll(highest, shift, axis=1) for shift in reach])
    found = np.nan_to_num(war)
    return np.asarray((found >= least) & (found > above * near))
