"""How good forecasts were: scores that reward honest probabilities, and leads against false alarms.

Brier and log score after Brier (1950) and Good (1952); CRPS after Matheson and Winkler (1976).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.warn import negbin
from trucewatch.warn.alarms import Episode
from trucewatch.warn.walking import WINDOW_DAYS

Floats = NDArray[np.float64]
Labels = NDArray[np.int8]

BINS = 10
ROC_STEPS = 20_000
# An alarm that has stood for months warns of nothing: no lead counts for more than this.
LONGEST_LEAD_DAYS = 14


def brier(probability: Floats, label: Labels) -> float:
    """Mean squared distance of probabilities (rows x outcomes) from what came: 0 best, 2 worst."""
    told = probability[np.arange(len(label)), label].astype(np.float64)
    squares = np.einsum("ij,ij->", probability, probability, dtype=np.float64)
    return float(squares / len(label) + np.mean(1 - 2 * told))


def brier_of(probability: Floats, came: NDArray[np.bool_]) -> float:
    """Mean squared error of one outcome's probability: 0 best, 1 worst."""
    return float(np.mean((probability - came) ** 2))


def log_score(probability: Floats, label: Labels) -> float:
    """Mean of -ln p(what came): 0 best. Probabilities are kept from 0 by 1e-6."""
    chosen = probability[np.arange(len(label)), label]
    return float(-np.mean(np.log(np.clip(chosen, 1e-6, 1.0))))


def skill(score: float, reference: float) -> float | None:
    """1 - score / reference: 1 perfect, 0 no better, below 0 worse; None where nothing happened."""
    return None if reference <= 0 else 1 - score / reference


def reliability(probability: Floats, came: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Per bin of width 0.1: how often it was said (n), the mean said, how often it came.

    `margin` is two standard errors of the frequency, were the days independent.
    """
    which = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    number = np.bincount(which, minlength=BINS)
    said, found = (np.bincount(which, weights=part, minlength=BINS) / np.maximum(number, 1)
                   for part in (probability, came))  # fmt: skip
    margin = 2 * np.sqrt(np.maximum(found * (1 - found), 1e-4) / np.maximum(number, 1))
    return [
        {"from": b / BINS, "said": float(said[b]), "came": float(found[b]), "n": int(number[b]),
         "margin": float(margin[b])}
        for b in np.flatnonzero(number).tolist()
    ]  # fmt: skip


def roc(
    probability: Floats, came: NDArray[np.bool_]
) -> tuple[list[tuple[float, float]], float | None]:
    """Return points (false positive rate, hit rate) and the area; None where one side is empty.

    Probabilities are told apart to 1 in 20,000.
    """
    positives, negatives = int(came.sum()), int((~came).sum())
    if positives == 0 or negatives == 0:
        return [], None
    step = (probability * ROC_STEPS).astype(np.int64)
    every = np.bincount(step, minlength=ROC_STEPS + 1)[::-1]
    right = np.bincount(step[came], minlength=ROC_STEPS + 1)[::-1]
    said = every > 0
    y = np.concatenate([[0.0], np.cumsum(right)[said] / positives])
    x = np.concatenate([[0.0], np.cumsum(every - right)[said] / negatives])
    area = float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))
    pick = np.unique(np.linspace(0, len(x) - 1, min(len(x), 60)).astype(int))
    return [(float(x[i]), float(y[i])) for i in pick], area


def crps_counts(mean: Floats, size: Floats, count: Floats) -> Floats:
    """CRPS of negative-binomial forecasts at counts, in counts; 0 best.

    Taken over 39 even quantiles of the forecast (the quantile score, doubled and averaged).
    """
    levels = np.arange(1, 40) / 40
    quantiles = negbin.quantile(levels[:, None], mean[None], size[None])
    gap = count[None] - quantiles
    return np.asarray(
        2 * np.mean(np.maximum(levels[:, None] * gap, (levels[:, None] - 1) * gap), axis=0)
    )


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """Alarms against events: leads in hours of events warned of, misses, false alarms, years."""

    leads_h: tuple[float, ...]
    missed: int
    false: int
    years: float

    @property
    def false_per_year(self) -> float:
        """False alarms a year of watching."""
        return self.false / self.years if self.years > 0 else 0.0

    @property
    def median_lead_h(self) -> float | None:
        """Median over the events warned of before they began; None where there was none."""
        return float(np.median(self.leads_h)) if self.leads_h else None

    @property
    def median_lead_all_h(self) -> float | None:
        """Median over all events, an event not warned of counting 0; None without events."""
        every = (*self.leads_h, *(0.0,) * self.missed)
        return float(np.median(every)) if every else None

    def __add__(self, other: LeadRecord) -> LeadRecord:
        return LeadRecord(
            self.leads_h + other.leads_h, self.missed + other.missed,
            self.false + other.false, self.years + other.years,
        )  # fmt: skip


def lead_record(
    alarms: list[Episode], events: list[Episode], *, days: int, first: int = 0
) -> LeadRecord:
    """Match alarm episodes (days of issue) with event episodes.

    An alarm that stands is renewed every seven days, and each such week counts by itself: it is
    false unless an event is under way in it or begins within seven days of its end.
    Lead runs from the close of the first day of the alarm to the start of the event's first day;
    an alarm over for more than seven days, or raised on that day or later, gives no lead.
    first: the first day that is scored. An event under way on it is none to be warned of, but it
    bears out the alarms that stand during it; weeks of alarms that were over by then do not count.
    """
    leads, missed = [], 0
    for event in events:
        if event.start < first:
            continue
        before = [a for a in alarms if a.start < event.start <= a.end + WINDOW_DAYS]
        if before:
            days_ahead = event.start - 1 - min(a.start for a in before)
            leads.append(24.0 * min(days_ahead, LONGEST_LEAD_DAYS))
        else:
            missed += 1
    weeks = [week for alarm in alarms for week in _weeks(alarm) if week.end >= first]
    false = sum(not any(_belongs(week, e) for e in events) for week in weeks)
    return LeadRecord(tuple(leads), missed, false, days / 365)


def _belongs(alarm: Episode, event: Episode) -> bool:
    return alarm.start <= event.end and event.start <= alarm.end + WINDOW_DAYS


def _weeks(alarm: Episode) -> list[Episode]:
    starts = range(alarm.start, alarm.end + 1, WINDOW_DAYS)
    return [Episode(s, min(alarm.end, s + WINDOW_DAYS - 1)) for s in starts]
