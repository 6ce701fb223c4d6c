"""Ceilings and deliveries: a level or an amount, declared and estimated, against a number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trucewatch.agreements.acts import Setting
from trucewatch.agreements.agreement import Agreement, Rule
from trucewatch.agreements.binding import party_index
from trucewatch.agreements.frames import Frame
from trucewatch.agreements.geometry import SD_OF_HALF_WIDTH, normal_cdf
from trucewatch.agreements.power import CoverageBook, Power
from trucewatch.agreements.trace import MOST_ACTS, Tree, seconds_text

# An annual exchange of figures (Vienna Document 2011, chapter I): older levels are not current.
CURRENT_H = 24 * 366.0
# A party that declares more than it may has said so against its own interest.
ADMISSION = 0.95
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Level:
    """One account of a level or an amount: whose, of which category, from low to high."""

    id: str
    party: int
    category: str | None
    unit: str | None
    low: float
    best: float
    high: float
    start_s: float
    own_word: bool
    stage: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """An outcome for one party and window."""

    window: int
    party: str
    zone: str
    outcome: str
    probability: float | None
    missed_upper: float | None
    tree: Tree


class Ledgers:
    """The levels of all parties, read once."""

    def __init__(self, agreement: Agreement, frame: Frame, setting: Setting) -> None:
        self.agreement, self.setting = agreement, setting
        self.names = party_index(agreement, setting.parties)
        self.levels: dict[str, list[Level]] = {}
        codes, words = frame.codes("kind")
        for kind in ("level_personnel", "level_holdings", "commitment_stage"):
            rows = np.flatnonzero(codes == (words.index(kind) if kind in words else -2))
            found = [self._level(row) for row in frame.some(rows.tolist())]
            self.levels[kind] = sorted((x for x in found if x), key=lambda x: x.start_s)

    def _level(self, row: dict[str, Any]) -> Level | None:
        best = row.get("quantity") if row.get("quantity") is not None else row.get("count_best")
        when = Frame([row]).seconds("start_utc")[0]
        if best is None or np.isnan(when):
            return None
        low, high = row.get("count_low"), row.get("count_high")
        told = _attributes(row.get("attributes"))
        whose = str(row.get("claimed_actor") or row.get("control_side") or "").casefold()
        by = str(row.get("claimant") or "").casefold()
        party = self.names.get(whose, -1)
        own = row.get("means") == "declared" or (party >= 0 and self.names.get(by) == party)
        return Level(
            str(row.get("observation_id") or ""), party,
            told.get("category") or row.get("description"), row.get("unit"),
            float(best if low is None else low), float(best), float(best if high is None else high),
            float(when), own, told.get("stage") or row.get("description"),
        )  # fmt: skip

    def of(self, kind: str, party: int, unit: str | None, until_s: float) -> list[Level]:
        """Return a party's levels of one kind and unit up to an instant, the oldest first."""
        return [
            x for x in self.levels.get(kind, ())
            if x.party == party and x.start_s < until_s
            and (x.unit is None or unit is None or x.unit.casefold() == unit.casefold())
        ]  # fmt: skip


def _attributes(text: Any) -> dict[str, Any]:
    try:
        loaded = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def measured(
    rule: Rule, ledgers: Ledgers, coverage: CoverageBook, binds: Callable[[Rule, int], bool]
) -> Iterator[Measure]:
    """Yield the outcome of a ceiling or a delivery for each party bound, window by window."""
    setting = ledgers.setting
    complete = setting.complete
    kind = rule.level_kind or "commitment_stage"
    for party in rule.parties:
        index = ledgers.names.get(party.casefold(), -1)
        for window, (start, end) in enumerate(setting.windows):
            first, last = start.timestamp(), end.timestamp()
            known = ledgers.of(kind, index, rule.unit, last)
            fresh = any(x.start_s >= first for x in known)
            if (complete is None or window in complete or fresh) and binds(rule, window):
                names = (WHOLE, *(r.id for r in setting.regions))
                power = coverage.power(names, frozenset({kind}), (first, last))
                weigh = _ceiling if rule.kind == "ceiling" else _delivery
                outcome, chance, tree = weigh(rule, known, last, setting)
                if outcome == "none_seen" and not power.stands:
                    outcome = "undetermined"
                    tree["reasons"].append("no coverage row says that the record is complete")
                yield _measure((window, party), outcome, chance, power, tree)


def _measure(
    key: tuple[int, str], outcome: str, chance: float | None, power: Power, tree: Tree
) -> Measure:
    missed = power.missed_upper if outcome == "none_seen" else None
    return Measure(key[0], key[1], WHOLE, outcome, chance, missed,
                   tree | {"coverage": power.facts()})  # fmt: skip


def _ceiling(
    rule: Rule, known: list[Level], last: float, setting: Setting
) -> tuple[str, float | None, Tree]:
    """Weigh a level against its ceiling: an estimate decides, a party's own word never clears."""
    limit = float(rule.limit or 0.0)
    current = [x for x in known if x.start_s >= last - CURRENT_H * 3600]
    counted = [x for x in current if _counts(rule, x)]
    estimates = _latest([x for x in counted if not x.own_word])
    declared = _latest([x for x in counted if x.own_word])
    low, best, high = (sum(getattr(x, f) for x in estimates) for f in ("low", "best", "high"))
    own = sum(x.best for x in declared)
    chance = _above(limit, low, best, high) if estimates else None
    if declared and own > limit:
        chance = max(chance or 0.0, ADMISSION)
    reasons = _ceiling_reasons(limit, chance, estimates, declared)
    tree = _levels_tree(estimates + declared, reasons) | {
        "figures": {"limit": limit, "unit": rule.unit, "estimate": [low, best, high]
                    if estimates else None, "declared": own if declared else None,
                    "left_out": [x.id for x in current if not _counts(rule, x)][:MOST_ACTS]}
    }  # fmt: skip
    return _outcome(chance, setting, measured_all=bool(estimates)), chance, tree


def _counts(rule: Rule, level: Level) -> bool:
    if level.category is None:
        return True
    category = level.category.casefold()
    if category in {c.casefold() for c in rule.excluded_categories}:
        return False
    return not rule.categories or category in {c.casefold() for c in rule.categories}


def _latest(levels: list[Level]) -> list[Level]:
    newest = {level.category: level for level in levels}
    # A total beside its parts would count them twice: it stands alone where it is newer.
    total = newest.get(None)
    parts = [x for x in newest.values() if x.category is not None]
    if total is not None and parts and max(x.start_s for x in parts) > total.start_s:
        return parts
    return [total] if total is not None else parts


def _above(limit: float, low: float, best: float, high: float) -> float:
    """Return the chance that a level exceeds a limit; low..high holds 95%, normal round best."""
    sd = (high - low) / 2 * SD_OF_HALF_WIDTH
    if sd <= 0:
        return float(best > limit)
    return round(float(normal_cdf(np.array([(best - limit) / sd]))[0]), 6)


def _outcome(chance: float | None, setting: Setting, *, measured_all: bool) -> str:
    if chance is not None and chance >= setting.certainty:
        return "breach"
    clear = chance is not None and chance <= setting.clear and measured_all
    return "none_seen" if clear else "undetermined"


def _ceiling_reasons(
    limit: float, chance: float | None, estimates: list[Level], declared: list[Level]
) -> list[str]:
    if not estimates and not declared:
        return ["no level is on record for the last twelve months"]
    out = []
    if chance is not None:
        out.append(f"the level is above {limit:g} with probability {chance:.2f}")
    if declared and not estimates:
        out.append("only the party's own word is on record: it can admit, it cannot clear")
    return out


def _levels_tree(levels: list[Level], reasons: list[str]) -> Tree:
    listed = [
        {"id": x.id, "category": x.category, "low": x.low, "best": x.best, "high": x.high,
         "own_word": x.own_word, "stage": x.stage, "start": seconds_text(x.start_s)}
        for x in levels[:MOST_ACTS]
    ]  # fmt: skip
    return {"incident_count": len(levels), "levels": listed, "reasons": reasons}


def _delivery(
    rule: Rule, known: list[Level], last: float, _setting: Setting
) -> tuple[str, float | None, Tree]:
    """Weigh what reached the asked stage against the amount; due only after the deadline."""
    limit = float(rule.limit or 0.0)
    at_stage = [x for x in known if x.stage == rule.stage]
    shown = [x for x in at_stage if not x.own_word]
    amount = sum(x.best for x in shown)
    tree = _levels_tree(at_stage, []) | {
        "figures": {"owed": limit, "unit": rule.unit, "stage": rule.stage, "shown": amount,
                    "own_word": sum(x.best for x in at_stage if x.own_word)}
    }  # fmt: skip
    due = None if rule.deadline_utc is None else rule.deadline_utc.timestamp()
    if rule.sunset_utc is not None and last > rule.sunset_utc.timestamp():
        tree["reasons"].append("the commitment has lapsed by its own term")
        return "undetermined", None, tree
    if amount >= limit > 0:
        tree["reasons"].append("the amount is on record at the stage asked for")
        return "none_seen", 0.0, tree
    if due is None or last <= due:
        tree["reasons"].append("not yet due")
        return "undetermined", None, tree
    if not any(x.start_s >= due and not x.own_word for x in known):
        tree["reasons"].append("due, but no account after the deadline is on record")
        return "undetermined", None, tree
    tree["reasons"].append(f"an account after the deadline shows {amount:g} of {limit:g}")
    return "breach", ADMISSION, tree
