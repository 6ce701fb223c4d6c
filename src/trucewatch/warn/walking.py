"""The days walked once: what each alarm bar would have cost so far, and the mission's own alarm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trucewatch.compiled import kernel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

# An alarm is lowered after this many days below half of its odds, and not before.
CALM_DAYS = 3
# The window of an alarm ends a week after the alarm.
WINDOW_DAYS = 7
YEAR_DAYS = 365
# Years of this truce that weigh as much as all that other truces taught, and what is kept of its
# record from one day to the next: half after two years.
TRUST_YEARS = 0.5
KEPT = 0.5 ** (1 / 730)


@kernel
def walk(
    score: Floats, watched: Bools, borne: tuple[Bools, Ints, int], habit: tuple[Floats, Floats],
    price: tuple[float, float, float],
) -> tuple[Bools, Floats]:  # fmt: skip
    """Return (raised: zones x days, each day's bar).

    watched: days with a forecast. borne: see alarms.Borne. habit: scores, rising, and the false
    weeks a year that an alarm at each costs elsewhere. price: false weeks a year that a bar may
    be expected to cost, the factor on its odds for each false week, false weeks a year forgiven.
    """
    out, told_on, reach = borne
    zones, days = score.shape
    own = len(habit[0])  # the rows before it are alarms that might have been, one for each score
    on, calm = np.zeros((own + 1, zones), np.bool_), np.zeros((own + 1, zones), np.int64)
    weeks = np.zeros((own + 1, days // WINDOW_DAYS + 2, 2), np.int64)
    number = np.zeros(own + 1, np.int64)
    judged, false, told = np.zeros(own, np.int64), np.zeros(own), np.zeros(days + 1, np.int64)
    raised, bars = np.zeros((zones, days), np.bool_), np.zeros(days)
    read, seen, known, lived = 0, 0, 0.0, 0.0
    for t in range(days):
        while read < days and told_on[read] <= t:
            told[read + 1] = told[read] + out[read]
            read += 1
        lived = min(1.0, lived + watched[t] / YEAR_DAYS)
        known *= KEPT
        while seen + WINDOW_DAYS - 1 + reach < read:
            known += watched[seen] / YEAR_DAYS
            seen += 1
        _judge(weeks, number, judged, false, (told, read, reach))
        expected = (TRUST_YEARS * habit[1] + false) / (TRUST_YEARS + known)
        base = lowest_within(habit[0], expected, price[0])
        spent = _spent(weeks[own, : number[own]], told, t, (read, reach)) - price[2] * lived
        bars[t] = _raised_odds(base, price[1], max(0.0, spent))
        ended = number[own] > 0 and t >= weeks[own, number[own] - 1, 0] + WINDOW_DAYS
        kept = not (ended and bars[t] > base)
        raised[:, t] = _stand(score[:, t], on[own], calm[own], (bars[t], base, kept))
        _mark(weeks[own], number, own, t, on[own].any())
        for k in range(own):
            _stand(score[:, t], on[k], calm[k], (habit[0][k], habit[0][k], True))
            _mark(weeks[k], number, k, t, on[k].any())
    return raised, bars


@kernel
def _judge(
    weeks: Ints, number: Ints, judged: Ints, false: Floats, known: tuple[Ints, int, int]
) -> None:
    """Count the weeks that by now could have been borne out and were not."""
    told, read, reach = known
    for k in range(len(false)):
        false[k] *= KEPT
        while judged[k] < number[k] and weeks[k, judged[k], 0] + WINDOW_DAYS - 1 + reach < read:
            start, end = weeks[k, judged[k]]
            false[k] += told[end + reach + 1] == told[start]
            judged[k] += 1


@kernel
def _spent(weeks: Ints, told: Ints, t: int, known: tuple[int, int]) -> float:
    """How many weeks under alarm of the past year no day has borne out so far."""
    read, reach = known
    total = 0.0
    for start, end in weeks:
        last = min(read, end + reach + 1)
        total += t - end <= YEAR_DAYS and (last <= start or told[last] == told[start])
    return total


@kernel
def lowest_within(scores: Floats, cost: Floats, allowed: float) -> float:
    """Return the lowest score from which on no cost is above `allowed`, between two in log-odds."""
    k = len(scores)
    while k > 0 and cost[k - 1] <= allowed:
        k -= 1
    if k == len(scores) or k == 0:
        return float(scores[min(k, len(scores) - 1)])
    share = (cost[k - 1] - allowed) / (cost[k - 1] - cost[k])
    below, above = np.log(scores[k - 1 : k + 1] / (1 - scores[k - 1 : k + 1]))
    return float(1 / (1 + np.exp(-(below + share * (above - below)))))


@kernel
def _raised_odds(base: float, step: float, times: float) -> float:
    odds = np.log(base / (1 - base)) + times * np.log(step)
    return float(1.0 / (1.0 + np.exp(-odds)))


@kernel
def _stand(score: Floats, on: Bools, calm: Ints, rule: tuple[float, float, bool]) -> Bools:
    """Raise at the bar; lower after three days below half the base odds, or at a week's end."""
    bar, base, kept = rule
    for z in range(len(score)):
        calm[z] = calm[z] + 1 if score[z] < base / (2.0 - base) else 0
        on[z] = (on[z] and kept and calm[z] < CALM_DAYS) or score[z] >= bar
    return on


@kernel
def _mark(weeks: Ints, number: Ints, k: int, t: int, on: bool) -> None:
    """Note a day under alarm: in the week that runs, or as the first of a new one."""
    if on:
        if number[k] == 0 or t >= weeks[number[k] - 1, 0] + WINDOW_DAYS:
            weeks[number[k], 0] = t
            number[k] += 1
        weeks[number[k] - 1, 1] = t
