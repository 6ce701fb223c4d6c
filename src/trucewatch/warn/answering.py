"""What a back-test says in words: what the counts could warn of, what they could not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trucewatch.outcomes import COLLAPSE, HORIZONS_H
from trucewatch.warn.alarms import Alarms, Episode, any_zone, episodes
from trucewatch.warn.replay import ALARMED, Replay
from trucewatch.warn.skill import LONGEST_LEAD_DAYS
from trucewatch.warn.walking import WINDOW_DAYS

MOST_TOLD = 6
# A silence of all zones as long as this hides whole outcomes, and is worth a word.
SILENT_DAYS = 7
SHORT_DAYS = 120
# Days from one count to the next, above which no window has two thirds of its days known.
MOST_APART = 3
NO_WARNING = "no warning was possible"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the answer is about: days from `first` on, collapses, our alarms and the 7-day mean's.

    skill, rivals: the scores as the document holds them.
    """

    again: Replay
    first: int
    collapses: list[Episode]
    ours: Alarms
    mean: Alarms
    skill: dict[str, Any]
    rivals: dict[str, dict[str, Any]]


def answer(shown: Shown) -> str:
    """Say what could be warned of, what plain forecasts did, and what the counts leave open."""
    blind = _too_little(shown)
    if blind:
        return f"{blind} {_silences(shown)}".strip()
    told = [_collapses(shown), _alarm_costs(shown), _forecasts(shown), _span(shown),
            _silences(shown)]  # fmt: skip
    return " ".join(part for part in told if part)


def _too_little(shown: Shown) -> str:
    """Why nothing could be foretold at all, or nothing."""
    again = shown.again
    known = np.isfinite(again.truth).any(axis=0)
    if not again.ready[:, shown.first :].any():
        return (f"Fewer than seven days are known ({int(known.sum())}): {NO_WARNING}.")  # fmt: skip
    apart = float(np.median(np.diff(np.flatnonzero(known)))) if known.sum() > 1 else 1.0
    if apart > MOST_APART:
        return (f"A count comes about every {apart:.0f} days, too seldom to tell from day to day "
                f"what happened: {NO_WARNING}. If each is the total of the days before it, say so "
                "by a column period_start_evening.")  # fmt: skip
    if any(row["days"] for row in shown.skill["horizons"].values()):
        return ""
    return f"Too few days are known to decide what happened: {NO_WARNING} that could be scored."


def _collapses(shown: Shown) -> str:
    first = shown.again.day(shown.first)
    if not shown.collapses:
        return f"No collapse by the definition begins from {first} on."
    rows = [_collapse(shown, event) for event in shown.collapses[:MOST_TOLD]]
    if len(shown.collapses) > MOST_TOLD:
        rows.append(f"Of {len(shown.collapses) - MOST_TOLD} more see skill.alarms.")
    warned = [who for who, alarms in (("ours", shown.ours), ("mean", shown.mean))
              if any(_lead(alarms, event) is not None for event in shown.collapses)]  # fmt: skip
    if not warned:
        rows.append(f"No alarm came before, ours or plain: by these counts alone {NO_WARNING} in "
                    "time.")  # fmt: skip
    return " ".join(rows)


def _collapse(shown: Shown, event: Episode) -> str:
    """One collapse: whether it was warned of, when it was recognised, what the 7-day mean did."""
    again, begun = shown.again, shown.again.day(event.start)
    lead, plain = _lead(shown.ours, event), _lead(shown.mean, event)
    before = float(again.probability[:, max(0, event.start - 1), -1, COLLAPSE].max())
    if lead is not None:
        text = (
            f"The collapse that began on {begun} was warned of {_hours(lead)} before its first day"
        )
    else:
        text = f"The collapse that began on {begun} gave no warning in the counts before"
        stood = np.flatnonzero(any_zone(shown.ours.raised)[event.start : event.end + 1])
        text += (f"; the alarm of it came at the close of {again.day(event.start + int(stood[0]))}"
                 if len(stood) else ", and no alarm of it was raised")  # fmt: skip
    mean = "warned too" if plain is not None else "did not warn"
    if (lead is None) != (plain is None):
        mean = f"warned {_hours(plain)} before" if plain is not None else "did not"
    return (f"{text} (probability within 168 h at the close of the day before: {before:.2f}). A "
            f"plain 7-day mean held to the same budget {mean}.")  # fmt: skip


def _lead(alarms: Alarms, event: Episode) -> float | None:
    """Hours from the alarm to the start of the first day; None without one before it."""
    spans = episodes(any_zone(alarms.raised), join_days=WINDOW_DAYS)
    starts = [a.start for a in spans if a.start < event.start <= a.end + WINDOW_DAYS]
    return 24.0 * min(event.start - 1 - min(starts), LONGEST_LEAD_DAYS) if starts else None


def _hours(lead: float | None) -> str:
    return f"{lead or 0:.0f} h"


def _alarm_costs(shown: Shown) -> str:
    """False weeks of alarm of ours and of the 7-day mean."""
    rows = []
    for name in ALARMED:
        ours, mean = (
            part["alarms"][name] for part in (shown.skill, shown.rivals["threshold_7_day_mean"])
        )
        rows.append(
            f"{name.replace('_', ' ')} {ours['false_alarms']}, warned before "
            f"{ours['warned_before']} of {ours['events']} (7-day mean {mean['false_alarms']}, "
            f"{mean['warned_before']})"
        )
    return f"False weeks under alarm: {'; '.join(rows)}."


def _forecasts(shown: Shown) -> str:
    """Whether the forecasts of a week were worth more than the plain ones."""
    week = str(HORIZONS_H[-1])
    own = shown.skill["horizons"][week]
    if not own["days"]:
        return "No window of a week could be scored."
    plain = {name: rows["horizons"][week]["brier"] for name, rows in shown.rivals.items()}
    best = min(plain, key=lambda name: float(plain[name]))
    word = "better" if own["brier"] < plain[best] else "no better"
    return (
        f"Over a week ahead the forecasts were {word} than the best plain one "
        f"({best.replace('_', ' ')}): Brier {own['brier']:.3f} against {plain[best]:.3f}."
    )


def _span(shown: Shown) -> str:
    days = shown.again.days - shown.first
    if days >= SHORT_DAYS:
        return ""
    return (f"Only {days} days are scored: one false week counts as {365 / days:.1f} a year, and "
            "none of these figures is sure.")  # fmt: skip


def _silences(shown: Shown) -> str:
    """Spans in which nothing is known of any zone."""
    known = np.asarray(np.isfinite(shown.again.truth[:, shown.first :]).any(axis=0))
    spans = [e for e in episodes(np.logical_not(known)) if e.days >= SILENT_DAYS]
    if not spans:
        return ""
    longest = max(spans, key=lambda e: e.days)
    start, end = (shown.again.day(shown.first + d) for d in (longest.start, longest.end))
    return (f"{len(spans)} times no zone has a count for a week and more, the longest from {start} "
            f"to {end}: what happened then cannot be told, and silence is not calm.")  # fmt: skip
