"""How good the warnings are: simulated truces and the SMM series. Prints Markdown."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import numpy as np

from trucewatch.outcomes import HORIZONS_H, OUTCOMES, window_outcomes
from trucewatch.warn import backtest
from trucewatch.warn.alarms import Rule, any_zone, episodes, rule_for
from trucewatch.warn.backtest import Backtest
from trucewatch.warn.calibration import (
    Watched,
    alarm_record,
    chances_of,
    standing,
    watched,
    watched_mean,
)
from trucewatch.warn.replay import ALARMED, happened_with_whole, with_whole
from trucewatch.warn.rivals import RIVALS, mean_alarm
from trucewatch.warn.scoring import rival_forecasts, score_rows
from trucewatch.warn.simulate import LEVELS, simulate_truce
from trucewatch.warn.skill import LeadRecord, reliability
from trucewatch.warn.training import FIRST_TEST_SEED

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
BUDGET = 2.0
CUTS = ("2020-12-31", "2021-03-31", "2021-06-30", "2021-09-30")
GRID = np.concatenate([np.linspace(0.02, 0.5, 17), np.linspace(0.55, 0.98, 10)])
# docs/warning.md, written before any model ran: (first evening, peak).
ESCALATIONS = (
    "01-25 01-28, 02-19 02-19, 03-25 04-02, 04-08 04-15, 05-05 05-07, 05-20 05-20, 06-17 06-24, "
    "07-01 07-01, 07-14 07-14, 08-18 08-30, 09-07 09-07, 09-22 09-22, 10-26 10-27, 11-05 11-13, "
    "12-02 12-09"
)


def simulated(level: str, truces: int, *, alarms_only: bool) -> None:
    """Scores on truces whose seeds were never trained on."""
    pooled: dict[str, list] = {name: [[], [], []] for name in ("model", *RIVALS)}
    labels: list[list] = [[], [], []]
    kept = []
    for seed in range(FIRST_TEST_SEED, FIRST_TEST_SEED + truces):
        truce = simulate_truce(level, seed)
        chance = chances_of(truce.reported)
        reported = with_whole(truce.reported)
        happened = happened_with_whole(reported, None)
        kept.append((chance, reported))
        for h in range(0 if alarms_only else 3):
            label = window_outcomes(happened, HORIZONS_H[h])
            scored = (label >= 0) & (chance[:, :, h].sum(axis=-1) > 0.5)
            labels[h].append(label[scored])
            pooled["model"][h].append(chance[:, :, h][scored])
            for name, p in rival_forecasts(reported, happened, label, horizon=h, lag=1).items():
                pooled[name][h].append(p[scored])
    if not alarms_only:
        _print_scores(level, truces, pooled, labels)
        _print_reliability(np.concatenate(pooled["model"][2]), np.concatenate(labels[2]))
    _print_leads(level, kept)


def _print_scores(level: str, truces: int, pooled: dict, labels: list) -> None:
    print(
        f"\n**Simulated truces, level {level}**, {truces}, seeds from {FIRST_TEST_SEED:,}; "
        "Brier skill against climatology made with the same knowledge. Calibration error: mean gap "
        "between said and come over ten bins of each outcome; largest gap: of bins of 1,000 days "
        "and more.\n"
    )
    print(
        "| horizon | forecast | Brier | skill | log score | collapse | local escalation | "
        "erosion | holding | calibration error | largest gap |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for h, hours in enumerate(HORIZONS_H):
        label = np.concatenate(labels[h])
        climate = np.concatenate(pooled["climatology"][h])
        for name, parts in pooled.items():
            found = score_rows(np.concatenate(parts[h]), label, climate)
            each = [found["outcomes"][o]["brier_skill"] for o in OUTCOMES]
            bins = [b for o in OUTCOMES for b in found["outcomes"][o]["reliability"]]
            total = sum(b["n"] for b in bins)
            error = sum(abs(b["said"] - b["came"]) * b["n"] for b in bins) / total
            large = [abs(b["said"] - b["came"]) for b in bins if b["n"] >= 1000]
            print(
                f"| {hours} h | {name} | {found['brier']:.3f} | {found['brier_skill']:.3f} | "
                f"{found['log_score']:.3f} | "
                + " | ".join(f"{x:.3f}" for x in each)
                + f" | {error:.3f} | {max(large):.3f} |"
            )


def _print_reliability(chance: np.ndarray, label: np.ndarray) -> None:
    print("\nReliability of the model at 168 h: said -> came (days)\n")
    print("| outcome | bins |\n| --- | --- |")
    for o, name in enumerate(OUTCOMES):
        rows = reliability(chance[:, o], label == o)
        text = ", ".join(f"{b['said']:.2f} -> {b['came']:.2f} ({b['n']:,})" for b in rows)
        print(f"| {name} | {text} |")


def _at_budget(truces: list[Watched], shift: int) -> LeadRecord:
    """The score that, known beforehand, costs the most false alarms within two a year."""
    rows = []
    for score in GRID:
        total = LeadRecord((), 0, 0, 0.0)
        for truce in truces:
            total += alarm_record(truce, standing(float(score)), shift_days=shift)
        rows.append(total)
    within = [r for r in rows if r.false_per_year <= BUDGET]
    return max(within, key=lambda r: (r.false_per_year, len(r.leads_h)))


def _as_run(truces: list[Watched], rules: list[Rule], shift: int) -> tuple[LeadRecord, list[float]]:
    """What the alarms gave as a mission walks them, and each truce's false alarms a year."""
    total, each = LeadRecord((), 0, 0, 0.0), []
    for truce, rule in zip(truces, rules, strict=True):
        one = alarm_record(truce, rule, shift_days=shift)
        each.append(one.false_per_year)
        total += one
    return total, each


def _print_leads(level: str, kept: list) -> None:
    print(
        f"\nAlarms, level {level}, at two false alarms a year of each mission (a standing alarm "
        "counts again each week): events warned of before their first day; median lead over all "
        "events (not warned: 0) and over those warned of. 'collapse, week' counts the lead to "
        "the end of a collapse's first week, when it can first be told from an escalation. The "
        "7-day mean is held to the same rule, learnt on the same truces; 'with hindsight' has the "
        "best fixed score within two a year that the truces scored allow. 'over': truces of more "
        "than 2.5 a year.\n"
    )
    print(
        "| outcome | forecast | false a year | over | events | warned of | median lead, all (h) | "
        "median lead, warned (h) |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for outcome in ALARMED:
        ours = [watched(chance, counts, outcome) for chance, counts in kept]
        mean = [watched_mean(counts, outcome) for _, counts in kept]
        for shift in (0, 7) if outcome == "collapse" else (0,):
            name = "collapse, week" if shift else outcome
            rules = [rule_for(outcome, BUDGET, len(one.score)) for one in ours]
            _lead_row(name, "model", *_as_run(ours, rules, shift))
            rules = [rule_for(mean_alarm(outcome), BUDGET, len(one.score)) for one in mean]
            _lead_row(name, "7-day mean", *_as_run(mean, rules, shift))
            _lead_row(name, "7-day mean, with hindsight", _at_budget(mean, shift), None)


def _lead_row(outcome: str, who: str, best: LeadRecord, each: list[float] | None) -> None:
    over = "-" if each is None else f"{np.mean(np.array(each) > 2.5):.0%}"
    events = len(best.leads_h) + best.missed
    print(
        f"| {outcome} | {who} | {best.false_per_year:.2f} | {over} | {events} | "
        f"{len(best.leads_h) / max(1, events):.0%} | {best.median_lead_all_h or 0:.0f} | "
        f"{best.median_lead_h or 0:.0f} |"
    )


def smm() -> None:
    """The SMM series, nothing of which was trained on."""
    found = backtest(DATA / "smm" / "smm_daily_series.csv", recommitted=date(2020, 7, 27))
    document, again = found.document, found.replay
    print(
        f"\n**SMM, {again.first_day} to {document['made']['last_day']}**, budget two a year; "
        f"no coefficient was learnt from it.\n"
    )
    print("| horizon | forecast | days | Brier | skill | log score |")
    print("| --- | --- | --- | --- | --- | --- |")
    for hours in map(str, HORIZONS_H):
        rows = {"model": document["skill"]} | document["baselines"]
        for name, part in rows.items():
            row = part["horizons"][hours]
            print(
                f"| {hours} h | {name} | {row['days']} | {row['brier']:.3f} | "
                f"{row['brier_skill']:.3f} | {row['log_score']:.3f} |"
            )
    count = document["skill"]["next_day_count"]
    print(
        f"\nCRPS of the next day's count: {count['crps']:.1f}; last value held on: "
        f"{count['crps_last_value']:.1f} (over {count['days']} days)."
    )
    for name in ALARMED:
        spans = episodes(any_zone(found.alarms[name].raised), join_days=7)
        years = again.days / 365
        print(
            f"\n{name}: {len(spans)} alarms in {years:.2f} years "
            f"({len(spans) / years:.1f} a year; false, each standing week counted: "
            f"{document['skill']['alarms'][name]['false_per_year']:.1f} a year), "
            f"{sum(s.days for s in spans)} days under alarm: "
            + "; ".join(f"{again.day(s.start)} to {again.day(s.end)}" for s in spans)
        )
    _named(found)
    _cuts()


def _cuts() -> None:
    print(
        "\nThe same series scored only after a cut: false weeks, a year of the days after it, and "
        "events warned of before of all, collapse / local escalation / erosion.\n"
    )
    print("| cut | days | ours | 7-day mean, same rule |\n| --- | --- | --- | --- |")
    for cut in CUTS:
        found = backtest(DATA / "smm" / "smm_daily_series.csv", cut=date.fromisoformat(cut),
                         recommitted=date(2020, 7, 27)).document  # fmt: skip
        each = [found["skill"], found["baselines"]["threshold_7_day_mean"]]
        rows = [[_after(one["alarms"][name]) for name in ALARMED] for one in each]
        days = (date(2022, 1, 31) - date.fromisoformat(cut)).days
        print(f"| {cut} | {days} | " + " | ".join(" / ".join(row) for row in rows) + " |")


def _after(row: dict) -> str:
    return (
        f"{row['false_alarms']} ({row['false_per_year']:.1f} a year), "
        f"{row['warned_before']} of {row['events']}"
    )


def _lead(found: Backtest, names: tuple[str, ...], peak: int) -> float | None:
    spans = [s for n in names for s in episodes(any_zone(found.alarms[n].raised), join_days=7)]
    before = [s for s in spans if s.start < peak <= s.end + 7]
    return max((24.0 * min(14, peak - 1 - s.start) for s in before), default=None)


def _named(found: Backtest) -> None:
    print(
        "\nNamed escalations of 2021 (docs/warning.md), lead before the start of the peak's "
        "reporting day, at most 14 days; '-' not under alarm:\n"
    )
    print("| no. | peak | local escalation (h) | erosion (h) | either (h) |")
    print("| --- | --- | --- | --- | --- |")
    leads: dict[str, list[float]] = {"local_escalation": [], "either": []}
    for number, pair in enumerate(ESCALATIONS.split(", "), 1):
        day = date.fromisoformat("2021-" + pair.split()[1])
        peak = (day - found.replay.first_day).days
        local = _lead(found, ("local_escalation",), peak)
        slow = _lead(found, ("erosion",), peak)
        either = _lead(found, ("local_escalation", "erosion"), peak)
        leads["local_escalation"].append(local or 0.0)
        leads["either"].append(either or 0.0)
        print(f"| {number} | {day} | {_or_dash(local)} | {_or_dash(slow)} | {_or_dash(either)} |")
    for name, values in leads.items():
        warned = sum(v >= 24 for v in values)
        print(
            f"\nMedian lead over all {len(values)} by {name}: {np.median(values):.0f} h (not "
            f"warned of counting 0); {warned} with 24 h and more."
        )


def _or_dash(hours: float | None) -> str:
    return "-" if hours is None else f"{hours:.0f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=["simulated", "smm"])
    parser.add_argument("--level", choices=list(LEVELS), default="real")
    parser.add_argument("--truces", type=int, default=200)
    parser.add_argument("--alarms-only", action="store_true", help="leave the scores out")
    given = parser.parse_args()
    if given.part == "simulated":
        simulated(given.level, given.truces, alarms_only=given.alarms_only)
    elif not DATA.is_dir():
        print("skipped: the folder of real data (../shared/data) is not beside the project")
    else:
        smm()
