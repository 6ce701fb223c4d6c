"""The four outcomes, decided on counts after the event; see docs/warning.md for their words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trucewatch.rolling import reference, shifted, trailing_mean

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

OUTCOMES = ("collapse", "local_escalation", "erosion", "holding")
COLLAPSE, ESCALATION, EROSION, HOLDING = range(4)
HORIZONS_H = (24, 72, 168)
UNKNOWN = -1
# The first week of a collapse: until it is over nobody can tell it from an escalation.
CONFIRMED_AFTER = 7


@dataclass(frozen=True, slots=True)
class Terms:
    """The multiples that define the outcomes; the defaults are those of docs/warning.md."""

    collapse: float = 4.0
    sustained: float = 2.0
    escalation: float = 2.5
    erosion: float = 1.5


@dataclass(frozen=True, slots=True)
class Happenings:
    """What happened, zones x days: collapse begins, is under way; run ends; erosion month ends."""

    collapse_begins: Bools
    in_collapse: Bools
    escalation: Bools
    erosion: Bools
    known: Bools


def happenings(
    counts: Floats, *, recommitted: int | None = None, terms: Terms | None = None
) -> Happenings:
    """Decide for each zone and day what happened; needs later days, so it is for scoring only.

    counts: zones x days of one mission, NaN where unknown; a leading axis may hold several views
    of it, and the answer then has a row per view and zone.
    """
    terms = terms or Terms()
    level = reference(counts, recommitted=recommitted).reshape(-1, counts.shape[-1])
    counts = counts.reshape(-1, counts.shape[-1])
    begins = _collapse_days(counts, level, terms)
    onset, under_way = _episodes(begins, counts, level, terms)
    return Happenings(
        onset, under_way, escalation_days(counts, level, terms),
        erosion_days(counts, terms), np.isfinite(counts) & np.isfinite(level),
    )  # fmt: skip


def _ahead(values: Floats, days: int) -> Floats:
    """Values as they will stand `days` later; NaN past the end."""
    return np.ascontiguousarray(shifted(values[..., ::-1], days)[..., ::-1])


def _collapse_days(counts: Floats, level: Floats, terms: Terms) -> Bools:
    """Days that meet the definition of a first day of collapse."""
    week = _ahead(trailing_mean(counts, 7, least=4), 6)
    high = np.where(np.isfinite(counts), 0.0, np.nan)
    for lead in range(7):
        above = _ahead(counts, lead) >= terms.sustained * level
        high = np.where(np.isfinite(_ahead(counts, lead)), np.nan_to_num(high) + above, high)
    known = _ahead_known(counts)
    next_week = _ahead(trailing_mean(counts, 7, least=1), 13)
    short_end = _last_known(counts) - np.arange(counts.shape[1])[None, :] < 7
    partial = _mean_to_end(counts)
    sustained = np.where(short_end, True, (next_week >= terms.sustained * level))
    week = np.where(short_end & (known >= 4), partial, week)
    # ">=" with NaN is False: an unknown level or week is no collapse.
    with np.errstate(invalid="ignore"):
        return (
            (week >= terms.collapse * level)
            & (counts >= terms.sustained * level)
            & (high >= known * 2 / 3)
            & sustained
        )


def _ahead_known(counts: Floats) -> Floats:
    """Number of known days among a day and the six after it."""
    known = np.isfinite(counts).astype(np.float64)
    padded = np.pad(known, ((0, 0), (0, 6)))
    return np.asarray(sum(padded[:, k : k + counts.shape[1]] for k in range(7)))


def _mean_to_end(counts: Floats) -> Floats:
    """Mean of the known days among a day and the six after it, as far as the series goes."""
    filled = np.pad(np.nan_to_num(counts), ((0, 0), (0, 6)))
    total = sum(filled[:, k : k + counts.shape[1]] for k in range(7))
    return np.asarray(total / np.maximum(_ahead_known(counts), 1.0))


def _last_known(counts: Floats) -> NDArray[np.int64]:
    known = np.isfinite(counts)
    days = np.arange(counts.shape[1])[None, :]
    return np.asarray(np.max(np.where(known, days, -1), axis=1, keepdims=True))


def _episodes(begins: Bools, counts: Floats, level: Floats, terms: Terms) -> tuple[Bools, Bools]:
    """Keep the first day of each collapse; it lasts until two weeks average below 2 R again."""
    onset, under_way = np.zeros_like(begins), np.zeros_like(begins)
    calm = trailing_mean(counts, 14, least=3)
    for zone in range(begins.shape[0]):
        day = 0
        for first in np.flatnonzero(begins[zone]):
            if first < day:
                continue
            onset[zone, first] = True
            later = np.arange(first + 14, counts.shape[1])
            over = later[calm[zone, later] < terms.sustained * level[zone, first]]
            day = int(over[0]) if len(over) else counts.shape[1]
            under_way[zone, first:day] = True
    return onset, under_way


def escalation_days(counts: Floats, level: Floats, terms: Terms) -> Bools:
    """Days on which a run of local escalation ends: needs nothing later than that day."""
    known = np.isfinite(counts)
    above = np.where(known, (counts >= terms.sustained * level), False).astype(np.float64)
    run = trailing_mean(counts, 3, least=2)
    high = above + np.nan_to_num(shifted(above, 1)) + np.nan_to_num(shifted(above, 2))
    before = shifted(level, 2)  # the level before the run, not one that the run has raised
    with np.errstate(invalid="ignore"):
        return known & (run >= terms.escalation * before) & (high >= 2)


def erosion_days(counts: Floats, terms: Terms) -> Bools:
    """Days on which a month of systematic erosion ends: needs nothing later than that day."""
    month = trailing_mean(counts, 28, least=8)
    before = np.maximum(shifted(trailing_mean(counts, 56, least=8), 28), 0.25)
    weeks = [shifted(trailing_mean(counts, 7, least=1), 7 * k) for k in range(4)]
    with np.errstate(invalid="ignore"):
        above = sum((week > before).astype(np.int64) for week in weeks)
        result: Bools = (month >= terms.erosion * before) & (above >= 3) & np.isfinite(counts)
    return result


def window_outcomes(happened: Happenings, horizon_h: int) -> NDArray[np.int8]:
    """Return zones x days: the outcome of the window after each day's close, or UNKNOWN (-1).

    A collapse that began in the last seven days cannot be confirmed yet and still counts as
    happening. Later days of a collapse, and windows of which too little is known, are UNKNOWN:
    never scored.
    """
    days = horizon_h // 24
    label: NDArray[np.int8] = np.full_like(happened.known, UNKNOWN, dtype=np.int8)
    enough = 3 * _within(happened.known, days) >= 2 * days
    label[enough] = HOLDING
    label[enough & (_within(happened.erosion, days) > 0)] = EROSION
    label[enough & (_within(happened.escalation, days) > 0)] = ESCALATION
    label[happened.in_collapse] = UNKNOWN
    label[:, label.shape[1] - 1 :] = UNKNOWN
    begins = np.pad(happened.collapse_begins, ((0, 0), (CONFIRMED_AFTER, 0)))
    begun = _within(begins, days + CONFIRMED_AFTER)[:, : label.shape[1]]
    label[begun > 0] = COLLAPSE
    return label


def _within(flags: Bools, days: int) -> NDArray[np.int64]:
    """How many of the `days` days after each day are flagged."""
    total: NDArray[np.int64] = np.cumsum(
        np.pad(flags.astype(np.int64), ((0, 0), (0, days))), axis=1
    )
    return np.asarray(total[:, days:] - total[:, : flags.shape[1]])
