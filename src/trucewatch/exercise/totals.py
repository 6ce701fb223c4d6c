"""Totals that others publish: the mission's counts per evening, the parties' claims per day."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from trucewatch.exercise.evenings import Evenings
from trucewatch.exercise.ground import Floats
from trucewatch.exercise.stream import Exercise
from trucewatch.exercise.told import OFFICES
from trucewatch.exercise.truth import COUNT_KINDS, Tally

COUNTS_HEADER = (
    *("report_no", "issued", "period_start_evening", "period_end_evening", "period_days"),
    *("region", "ceasefire_violations", "explosions", "previous_value", "previous_kind"),
    *("source_url", "note"),
)
CLAIMS_HEADER = (
    *("date", "claimant", "claimant_side", "accused_side", "scope", "violations_claimed"),
    *("munitions_claimed", "own_killed", "own_wounded_or_injured", "status", "source_url", "note"),
)


def write_totals(made: Exercise, evenings: Evenings, tally: Tally, inbox: Path) -> int:
    """Write counts per evening and region, and each party's daily totals; return the rows."""
    rng = np.random.default_rng([made.options.seed, 7])
    counts = list(count_rows(made, evenings, tally, rng))
    claims = list(_claims(made, evenings, tally, rng))
    for name, header, lines in (
        ("counts/daily_reports.csv", COUNTS_HEADER, counts),
        ("totals/party_totals.csv", CLAIMS_HEADER, claims),
    ):
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(lines)
    return 2 * len(counts) + len(claims)


def count_rows(
    made: Exercise, evenings: Evenings, tally: Tally, rng: np.random.Generator
) -> Iterator[tuple[object, ...]]:
    """Yield the daily report's counts; evenings without a report are summed into the next one."""
    noticed = made.dials.count_noticed
    violations = np.round(tally.sums[3].sum(axis=2) * noticed)
    explosions = np.round(tally.sums[3][:, :, COUNT_KINDS.index("explosion")] * noticed)
    pending = 0
    number: dict[int, int] = {}
    for evening in range(len(evenings) - 1):
        pending += 1
        last = evening == len(evenings) - 2
        if not last and _is_missing(evenings.day(evening), made.dials.missing_counts, rng):
            continue
        issued = evenings.day(evening) + timedelta(days=1)
        number[issued.year] = number.get(issued.year, 0) + 1
        span = slice(evening + 1 - pending, evening + 1)
        for region, name in enumerate(made.ground.region_names):
            yield (
                f"{number[issued.year]}/{issued.year}", issued,
                evenings.day(evening) - timedelta(days=pending), evenings.day(evening), pending,
                name, int(violations[span, region].sum()), int(explosions[span, region].sum()),
                "", "", "", "",
            )  # fmt: skip
        pending = 0


def _is_missing(evening: date, share: float, rng: np.random.Generator) -> bool:
    """Return whether an evening has no report: weekends, in the mean `share` of all days."""
    return evening.weekday() >= 5 and bool(rng.random() < share * 7 / 2)


def _claims(
    made: Exercise, evenings: Evenings, tally: Tally, rng: np.random.Generator
) -> Iterator[tuple[object, ...]]:
    """Yield each party's total of the other side's fire, in its own counting and inflated."""
    happened = tally.sums[:, :-1].sum(axis=(2, 3))
    for evening in range(len(evenings) - 1):
        for claimant in (0, 1):
            seen = float(rng.binomial(int(happened[0, evening]), 0.5)) * 0.5
            rounds = _claimed_rounds(happened[:, evening], seen, made.dials.claims_inflation)
            names = made.ground.parties
            yield (
                evenings.day(evening), f"{names[claimant][1]} {OFFICES[claimant]}",
                names[claimant][0], names[1 - claimant][0], "line of contact", round(seen),
                rounds, "", "", "final", "", "",
            )  # fmt: skip


def _claimed_rounds(happened: Floats, seen: float, inflation: float) -> int:
    mean = happened[2] / max(happened[0], 1.0)
    return round(float(seen * mean * inflation))
