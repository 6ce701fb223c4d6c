"""The no-war model of fires: how its settings were chosen, and how it does on what was held back.

`choose` looks at 2001 to 2021 alone, `held` then at 2022. Prints Markdown.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from scipy.special import gammaln
from scipy.stats import spearmanr

from trucewatch.warn.fires import (
    Background,
    Cells,
    Fires,
    Scored,
    Settings,
    Surroundings,
    daily_war_fires,
    day_factors,
    fit_background,
    fit_rates,
    peacetime_surprise,
    score_fires,
    war_fire_days,
    war_fires_by_region,
    week_of,
)  # fmt: skip

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PEACE = tuple(y for y in range(2001, 2022) if y not in (2014, 2015, 2017))  # as far as on record
JUDGED = (2018, 2019, 2020, 2021)
IN_WAR = ("UA14", "UA09")  # Donetsk and Luhansk oblasts


def fire_data() -> tuple[Fires, Surroundings, list[str]]:
    """All fires, what surrounds them, and the names of the regions."""
    import duckdb

    folder, engine = DATA / "firms", duckdb.connect()
    read = lambda sql: engine.sql(sql).fetchnumpy()  # noqa: E731
    f = read(
        f"SELECT longitude::DOUBLE x, latitude::DOUBLE y, acq_date d "
        f"FROM '{folder}/ukraine_firms_hotspots_2000_2023_latlondate.parquet'"
    )
    o = read(f"SELECT LONGITUDE x, LATITUDE y, OBLAST_ID o FROM '{folder}/ukr_oblasts_10km.csv'")
    land_rows = engine.sql(f"SELECT * FROM '{folder}/ukr_land_use_2022_10km.csv'").fetchnumpy()
    w = read(
        """SELECT OBLAST_ID o, ACQ_DATE::DATE d, "CLOUD_COVER (%)" / 100 c FROM """
        f"'{DATA}/weather/ukraine_oblast_daily_weather_2015_2024.parquet'"
    )
    fires = Fires(f["x"], f["y"], f["d"].astype("datetime64[D]"))
    cells = Cells.around(np.concatenate([fires.lon, o["x"]]), np.concatenate([fires.lat, o["y"]]))
    names = sorted(set(o["o"]))
    region = np.full(cells.columns * cells.rows, -1)
    region[cells.of(o["x"], o["y"])] = [names.index(one) for one in o["o"]]
    land = np.zeros((len(region), 5))
    shares = [np.array([_share(v) for v in land_rows[f"LAND_USE_CLASS_{k}"]]) for k in range(5)]
    land[cells.of(land_rows["LONGITUDE"], land_rows["LATITUDE"])] = np.stack(shares, axis=1)
    day = w["d"].astype("datetime64[D]")
    cloud = np.full((len(names), int((day.max() - day.min()).astype(int)) + 1), np.nan)
    place = np.array([names.index(one) if one in names else -1 for one in w["o"]])
    cloud[place[place >= 0], (day - day.min()).astype(int)[place >= 0]] = w["c"][place >= 0]
    return fires, Surroundings(cells, region, land, cloud, day.min()), names


def _share(text: object) -> float:
    try:
        return float(np.nan_to_num(float(str(text))))
    except ValueError:
        return 0.0


def _year_days(year: int) -> np.ndarray:
    return np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{year + 1}-01-01"))


# --- choosing: nothing below looks past 31 December 2021 -----------------------------------------


def held_out_scores(fires: Fires, model: Background, year: int, sizes: tuple) -> dict[float, float]:
    """Log likelihood of each cell and day of a year by a model of other years, per size."""
    days, around = _year_days(year), model.around
    own = fires.where((fires.year == year) & np.isin(fires.day, days))
    found = np.unique(own.day)
    # Days without any fire in the country have no burning of the day to go by: left out.
    factors = day_factors(own, model, found)
    total = dict.fromkeys(sizes, 0.0)
    cell = around.cells.of(own.lon, own.lat)
    for region in range(factors.shape[0]):
        cells = np.flatnonzero(around.region == region)
        rate = model.rate[cells][:, week_of(found)]
        expected = np.maximum(rate * factors[region], 1e-6)
        inside = np.isin(cell, cells)
        count = np.zeros(expected.shape)
        np.add.at(count, (np.searchsorted(cells, cell[inside]),
                          np.searchsorted(found, own.day[inside])), 1)  # fmt: skip
        for size in sizes:
            total[size] += _log_likelihood(count, expected, size)
    return total


def _log_likelihood(count: np.ndarray, mean: np.ndarray, size: float) -> float:
    quiet = -size * np.log1p(mean / size)
    at = count > 0
    n, m = count[at], mean[at]
    more = gammaln(n + size) - gammaln(size) - gammaln(n + 1) + n * np.log(m / (size + m))
    return float(quiet.sum() + more.sum())


def choose_rates(fires: Fires, around: Surroundings) -> Settings:
    """Neighbours and prior by the likelihood of held-out years of peace."""
    sizes = (0.03, 0.1, 0.3, 1.0)
    print("| neighbour | prior years | " + " | ".join(f"size {s}" for s in sizes) + " |")
    print("| --- " * (2 + len(sizes)) + "|")
    best: tuple[float, Settings] = (-np.inf, Settings())
    for neighbour, prior in product((0.25, 0.5, 0.75), (0.3, 1.0, 3.0)):
        total = dict.fromkeys(sizes, 0.0)
        for year in (2019, 2021):
            rest = [y for y in PEACE if y != year]
            set_to = Settings(neighbour=neighbour, prior_years=prior)
            model = fit_rates(fires.where(np.isin(fires.year, rest)), around, rest, set_to)
            for size, score in held_out_scores(fires, model, year, sizes).items():
                total[size] += score
        print(f"| {neighbour} | {prior} | " + " | ".join(f"{total[s]:,.0f}" for s in sizes) + " |",
              flush=True)  # fmt: skip
        for size in sizes:
            if total[size] > best[0]:
                best = total[size], Settings(size=size, neighbour=neighbour, prior_years=prior)
    return best[1]


def planted_war(around: Surroundings, names: list[str], year: int) -> Fires:
    """A made-up war: a front of cells through the two oblasts, its fire wandering day by day.

    About 60 fires a day under a clear sky, in bursts of three within a cell.
    """
    rng = np.random.default_rng(year)
    east = np.flatnonzero(np.isin(around.region, [names.index(n) for n in IN_WAR]))
    y, x = np.divmod(east, around.cells.columns)
    front = east[np.abs((x - x.mean()) * rng.uniform(-1, 1) + (y - y.mean())) < 3]
    days = _year_days(year)
    wave = np.zeros(len(days))
    for t in range(1, len(days)):
        wave[t] = 0.9 * wave[t - 1] + rng.normal(0, 0.45)
    cloud = around.cloud_on(np.full(len(days), around.region[front[0]]), days)
    clear = np.where(np.isfinite(cloud), 1 - 0.9 * np.nan_to_num(cloud) ** 3, 1.0)
    bursts = rng.poisson(12 * np.exp(wave) * clear)
    size = 1 + rng.poisson(2, bursts.sum())
    row, column = np.divmod(np.repeat(rng.choice(front, bursts.sum()), size), around.cells.columns)
    return Fires((column + around.cells.west) / 10.0, (row + around.cells.south) / 10.0,
                 np.repeat(np.repeat(days, bursts), size))  # fmt: skip


def choose_cut(fires: Fires, around: Surroundings, names: list[str], rates: Settings) -> Settings:
    """Clustering and the share called war fires: what follows made-up wars best."""
    sizes, shares = (0.03, 0.1, 0.3, 1.0, 3.0), (0.02, 0.05, 0.1, 0.2, 0.3)
    found = {pair: [] for pair in product(sizes, shares)}
    for year, size in product(JUDGED, sizes):
        rest = [y for y in PEACE if y != year]
        settings = replace(rates, size=size)
        peace = fires.where(np.isin(fires.year, rest))
        model = fit_rates(peace, around, rest, settings)
        usual = peacetime_surprise(peace, around, rest, settings)
        own, war = fires.where(fires.year == year), planted_war(around, names, year)
        both = Fires(*(np.concatenate([getattr(own, n), getattr(war, n)])
                       for n in ("lon", "lat", "day")))  # fmt: skip
        scored, days = score_fires(both, model), _year_days(year)
        planted = np.bincount((war.day - days[0]).astype(int), minlength=len(days))
        for share in shares:
            is_war = scored.surprise > np.quantile(usual, 1 - share)
            told = daily_war_fires(replace(scored, war=is_war), days[0], len(days))
            found[size, share].append(float(spearmanr(told, planted)[0]))
    print("| size | share | " + " | ".join(map(str, JUDGED)) + " | mean |")
    print("| --- " * (3 + len(JUDGED)) + "|")
    for (size, share), each in found.items():
        row = " | ".join(f"{v:.3f}" for v in each)
        print(f"| {size} | {share} | {row} | {np.mean(each):.3f} |")
    size, share = max(found, key=lambda pair: np.mean(found[pair]))
    return replace(rates, size=size, share=share)


def choose() -> None:
    """Choose every setting without 2022."""
    found, around, names = fire_data()
    found = found.where(found.year <= 2021)
    print("\n**Settings of the fire model, chosen on 2001-2021 alone.** Log likelihood of every "
          "cell and day of 2019 and 2021 by models of the other years:\n")  # fmt: skip
    settings = choose_rates(found, around)
    print("\nMade-up wars planted into the real fires of each year: Spearman of planted and told "
          "daily fires.")  # fmt: skip
    settings = choose_cut(found, around, names, settings)
    print(f"\nChosen: {settings}")
    print("\nRule for a day of war fires: false days a month, 2018-2019 (chosen on) and "
          "2020-2021 (held):\n")  # fmt: skip
    print("| least war fires | above the highest of peace | 2018-2019 | 2020-2021 |\n"
          "| --- | --- | --- | --- |")  # fmt: skip
    tables = peace_tables(found, around, settings)
    for least, above in product((10, 20, 30, 50), (1.0, 1.5, 2.0)):
        false = false_days(tables, names, least=least, above=above)
        print(f"| {least} | {above} | {(false[2018] + false[2019]) / 24:.2f} | "
              f"{(false[2020] + false[2021]) / 24:.2f} |")  # fmt: skip


# --- what was held back --------------------------------------------------------------------------


def peace_tables(
    found: Fires, around: Surroundings, settings: Settings | None
) -> dict[int, np.ndarray]:
    """War fires by region and day of each year of peace, each by a model of the other years."""
    tables = {}
    for year in PEACE[-7:]:
        model = fit_background(found, around, [y for y in PEACE if y != year], settings=settings)
        scored = score_fires(found.where(found.year == year), model)
        tables[year] = _table(scored, model, year)
    return tables


def _table(scored: Scored, model: Background, year: int) -> np.ndarray:
    return np.nan_to_num(war_fires_by_region(scored, model, np.datetime64(f"{year}-01-01"), 366))


def false_days(tables: dict[int, np.ndarray], names: list[str], **rule: float) -> dict[int, int]:
    """Days of each judged year on which a region outside the war would have alarmed."""
    outside = np.array([n not in IN_WAR for n in names])
    return {
        year: int(
            war_fire_days(tables[year], [t for y, t in tables.items() if y != year], **rule)[
                outside
            ].any(axis=0).sum()
        )
        for year in JUDGED
    }  # fmt: skip


def held() -> None:
    """War fires of 2022 beside The Economist's, and false days outside the conflict zone."""
    found, around, names = fire_data()
    model = fit_background(found, around, PEACE)
    with (DATA / "economist" / "strikes_by_location_and_day_2022.csv").open() as lines:
        rows = sorted(csv.DictReader(lines), key=lambda r: r["date"])
    first = np.datetime64(rows[0]["date"])
    ours = daily_war_fires(score_fires(found, model), first, len(rows))
    theirs = np.array([float(r["war_fires_per_day"]) for r in rows])
    every = np.array([float(r["fires_per_day"]) for r in rows])
    print(
        f"\n**War fires of 2022**, {rows[0]['date']} to {rows[-1]['date']}, {len(rows)} days: "
        f"Spearman {spearmanr(ours, theirs)[0]:.3f} with The Economist's daily war fires "
        f"(ours {ours.sum():.0f}, theirs {theirs.sum():.0f}). Their own count of all fires has "
        f"{spearmanr(every, theirs)[0]:.3f} with their war fires: correlation alone is a weak "
        "test here.\n"
    )
    print("| day | ours | theirs | all fires they count |\n| --- | --- | --- | --- |")
    for k in range(8):
        print(f"| {rows[k]['date']} | {ours[k]:.0f} | {theirs[k]:.0f} | {every[k]:.0f} |")
    month = np.array([int(r["date"][5:7]) for r in rows])
    print("\n| month | ours | theirs | Spearman |\n| --- | --- | --- | --- |")
    for m in sorted(set(month.tolist())):
        at = month == m
        print(
            f"| {m} | {ours[at].sum():.0f} | {theirs[at].sum():.0f} | "
            f"{spearmanr(ours[at], theirs[at])[0]:.2f} |"
        )
    _print_false_days(found, around, names, model)


def _print_false_days(
    found: Fires, around: Surroundings, names: list[str], model: Background
) -> None:
    """Days 2018-2021 on which an oblast outside Donetsk and Luhansk would have alarmed."""
    print(
        "\nFalse war-fire days: an oblast has one when its war fires pass the rule of "
        "`war_fire_days` against every other year of peace; a day counts once, however many "
        "oblasts. Each year is scored by a model of the other years; Donetsk and Luhansk oblasts "
        "are left out.\n"
    )
    print("| year | false days | a month |\n| --- | --- | --- |")
    tables = peace_tables(found, around, None)
    false = false_days(tables, names)
    for year, days in false.items():
        print(f"| {year} | {days} | {days / 12:.2f} |")
    print(f"| all | {sum(false.values())} | {sum(false.values()) / 48:.2f} |")
    war = _table(score_fires(found.where(found.year == 2022), model), model, 2022)
    days = war_fire_days(war, list(tables.values())).any(axis=0)
    start = int((np.datetime64("2022-02-24") - np.datetime64("2022-01-01")).astype(int))
    print(
        f"\nThe same rule in 2022, all oblasts: {int(days[:start].sum())} days "
        f"from 1 January to 23 February, {int(days[start:].sum())} of the "
        f"{365 - start} days after; first on or after 24 February: "
        f"{np.datetime64('2022-01-01') + start + int(days[start:].argmax())}."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["choose", "held"])
    given = parser.parse_args()
    if not DATA.is_dir():
        print("skipped: the folder of real data (../shared/data) is not beside the project")
    else:
        {"choose": choose, "held": held}[given.part]()
