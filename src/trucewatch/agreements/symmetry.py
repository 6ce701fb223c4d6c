"""The symmetry audit: are the parties weighed alike, and do observers agree?

Rates are per watched area-hour, so that a side that is watched more does not look worse for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any

Row = Mapping[str, Any]
Z95 = 1.959964
# Below this many findings of a party a rate is shown, but not compared.
FEW = 5


def audit(
    *, findings: Iterable[Row], exposure_h: Mapping[str, float] | None = None,
    accounts: Iterable[Row] = (), ratings: Iterable[tuple[str, str, str]] = (),
) -> dict[str, Any]:  # fmt: skip
    """Return what an auditor compares: rates per party, rule outcomes, observers, agreement.

    findings: rows of `finding`. exposure_h: watched area-hours of the ground each party holds;
    without it rates are per finding and say so. accounts: rows with observer and control_side.
    ratings: (unit, coder, value) of people who judged the same things.
    """
    rows = list(findings)
    parties = sorted({str(r["party"]) for r in rows})
    exposure = dict(exposure_h or {})
    return {
        "adjusted_for_coverage": bool(exposure),
        "parties": {p: _of_party([r for r in rows if r["party"] == p], exposure.get(p))
                    for p in parties},
        "rate_ratios": _ratios(rows, exposure),
        "outcomes": _outcomes(rows, parties),
        "observers": observer_effects(accounts),
        "alpha": krippendorff_alpha(ratings),
    }  # fmt: skip


def _of_party(rows: Sequence[Row], exposure: float | None) -> dict[str, Any]:
    breaches = sum(r["outcome"] == "breach" for r in rows)
    return {
        "findings": len(rows), "breaches": breaches, "watched_area_hours": exposure,
        "breaches_per_1000_area_hours": 1000 * breaches / exposure if exposure else None,
        "breach_share": breaches / len(rows) if rows else None,
    }  # fmt: skip


def _ratios(rows: Sequence[Row], exposure: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return rate ratios of each two parties with exposure, 95% interval by the log-normal."""
    count = {p: sum(r["party"] == p and r["outcome"] == "breach" for r in rows) for p in exposure}
    out: list[dict[str, Any]] = []
    for left, right in combinations(sorted(exposure), 2):
        enough = min(count[left], count[right]) >= FEW and min(exposure[left], exposure[right]) > 0
        ratio = low = high = None
        if enough:
            ratio = (count[left] / exposure[left]) / (count[right] / exposure[right])
            spread = Z95 * sqrt(1 / count[left] + 1 / count[right])
            low, high = exp(log(ratio) - spread), exp(log(ratio) + spread)
        out.append({
            "left": left, "right": right, "ratio": ratio, "low": low, "high": high,
            "says": "too few breaches to compare" if ratio is None else
            "a difference in what was seen, not in the rule",
        })  # fmt: skip
    return out


def _outcomes(rows: Sequence[Row], parties: Sequence[str]) -> dict[str, dict[str, dict[str, int]]]:
    """Return outcomes by provision and party: the same rule, side by side."""
    out: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        by_party = out.setdefault(str(row["provision_id"]), {p: {} for p in parties})
        tally = by_party[str(row["party"])]
        tally[str(row["outcome"])] = tally.get(str(row["outcome"]), 0) + 1
    return out


def observer_effects(accounts: Iterable[Row]) -> list[dict[str, Any]]:
    """Return per observer how its accounts lean by side of control, against all others.

    odds_ratio of the first side (in the order of names), 95% interval for all observers together
    (Bonferroni), half a count added to each cell (Haldane and Anscombe); 'leans' where it leaves 1
    out. Observers posted on one side lean by where they stand: the figure asks, it accuses nobody.
    """
    told = Counter((str(a["observer"]), str(a["control_side"])) for a in accounts
                   if a.get("observer") and a.get("control_side"))  # fmt: skip
    sides, observers = sorted({s for _, s in told}), sorted({name for name, _ in told})
    if len(sides) < 2:
        return []
    first, whole = sides[0], told.total()
    of_first = sum(count for (_, side), count in told.items() if side == first)
    by_observer: Counter[str] = Counter()
    for (name, _), count in told.items():
        by_observer[name] += count
    strict = NormalDist().inv_cdf(1 - 0.025 / len(observers))
    out = []
    for observer in observers:
        seen, all_seen = told[observer, first], by_observer[observer]
        cells = (seen, all_seen - seen, of_first - seen, whole - all_seen - of_first + seen)
        own, own_rest, other, other_rest = (cell + 0.5 for cell in cells)
        ratio = own / own_rest / (other / other_rest)
        spread = strict * sqrt(sum(1 / (cell + 0.5) for cell in cells))
        low, high = ratio * exp(-spread), ratio * exp(spread)
        out.append({"observer": observer, "accounts": all_seen, "side": first,
                    "odds_ratio": ratio, "low": low, "high": high,
                    "leans": low > 1 or high < 1})  # fmt: skip
    return out


def krippendorff_alpha(ratings: Iterable[tuple[str, str, str]]) -> float | None:
    """Return Krippendorff's alpha for nominal data; None where no unit has two ratings.

    1 is full agreement, 0 what chance gives, below 0 worse. Missing ratings are allowed.
    Source: Krippendorff, Content Analysis, 4th ed. 2018, ch. 12.
    """
    units: dict[str, list[str]] = {}
    for unit, _, value in ratings:
        units.setdefault(unit, []).append(value)
    paired = [values for values in units.values() if len(values) > 1]
    total = sum(len(values) for values in paired)
    if not total:
        return None
    counts: dict[str, int] = {}
    observed = 0.0
    for values in paired:
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        same = sum(values.count(v) * (values.count(v) - 1) for v in set(values))
        observed += (len(values) * (len(values) - 1) - same) / (len(values) - 1)
    expected = total * total - sum(n * n for n in counts.values())
    # Where only one value was ever given there is nothing to disagree on.
    return 1.0 if expected == 0 else 1 - (total - 1) * observed / expected
