"""Which acts a rule means, and how surely: weapon, place, time, party, exceptions.

Every act gets two numbers: `low`, how probable a breach by it is as far as the record shows, and
`high`, the same if what is unknown (a weapon, a place, a side) stood against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.agreements.acts import Acts, Setting
from trucewatch.agreements.agreement import Agreement, Condition, Exemption, Rule
from trucewatch.agreements.frames import Floats, Frame
from trucewatch.agreements.geometry import Inside, PlaceBook, any_unsure
from trucewatch.agreements.weapon import weapon_chance
from trucewatch.where import geodesic

Rows = NDArray[np.int64]
Span = tuple[float, float]
# A rule looks at no more notices than this; a mission has dozens a day.
MOST_NOTICES = 20_000


@dataclass(frozen=True, slots=True)
class Matched:
    """The acts a rule means: rows of Acts with low and high.

    unsure: positions in rows whose low an error shared by all can decide; nodes: low of these
    under each such error. excepted: rows that an exception takes out; zeros: rows that say
    nothing was seen.
    """

    rows: Rows
    low: Floats
    high: Floats
    unsure: Rows
    nodes: Floats
    distance_km: Floats | None
    excepted: Rows
    zeros: Rows
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Matcher:
    """One agreement's acts, places and notices made ready; `match` answers rule by rule."""

    agreement: Agreement
    acts: Acts
    notices: Frame
    setting: Setting
    book: PlaceBook = field(init=False)
    permits: Mapping[str, Rule] = field(init=False)

    def __post_init__(self) -> None:
        self.book = PlaceBook(
            self.agreement, self.acts.places, exact_lines=self.setting.exact_lines
        )
        self.permits = {r.provision_id: r for p in self.agreement.provisions for r in p.rules}

    def match(self, rule: Rule) -> Matched:
        """Return the acts that a rule means."""
        wanted = np.array([*(self._means(rule, w) for w in self.acts.kind_words), False])
        named = wanted[self.acts.kind]
        zeros = np.flatnonzero(named & self.acts.zero)
        rows = np.flatnonzero(named & ~self.acts.zero & (self.acts.occurred > 0))
        in_force = self._in_force(rule, rows)
        rows, share = rows[in_force > 0], in_force[in_force > 0]
        low, high = self._weapon(rule, rows)
        possible = high > 0
        rows, share, low, high = rows[possible], share[possible], low[possible], high[possible]
        place, upper, distance = self._place(rule, rows)
        bound_low, bound_high = self._bound(rule, rows)
        scale = self.acts.occurred[rows] * share
        low, high = low * bound_low * scale, high * bound_high * scale
        nodes = place.nodes * low[place.unsure][:, None]
        low, high = low * place.probability, high * upper
        found = Matched(rows, low, high, place.unsure, nodes, distance, rows[:0], zeros)
        return self._excepted(rule, _kept(found, high > 1e-6))

    @staticmethod
    def _means(rule: Rule, word: str) -> bool:
        topic = word.removeprefix("notice:")
        if topic != word:
            return topic in rule.topics
        return word in rule.acts or (word in rule.counts and rule.zone is None)

    def _in_force(self, rule: Rule, rows: Rows) -> Floats:
        """Return the share of each act's time in which the rule binds; both ends as written."""
        start, end = self.acts.start_s[rows], self.acts.end_s[rows]
        first = _second(rule.in_force_from_utc, -np.inf)
        if rule.deadline_utc is not None and rule.kind == "withdrawal":
            first = max(first, rule.deadline_utc.timestamp())
        last = _second(rule.in_force_to_utc, np.inf)
        inside = np.minimum(end, last) - np.maximum(start, first)
        length = end - start
        moment = (start >= first) & (start < last)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.clip(inside / length, 0, 1)
        return np.where(length > 0, share, moment.astype(np.float64))

    def _weapon(self, rule: Rule, rows: Rows) -> tuple[Floats, Floats]:
        if rule.weapons is None:
            return np.ones(len(rows)), np.ones(len(rows))
        table = [weapon_chance(rule.weapons, *pair) for pair in self.acts.combos]
        low = np.array([pair[0] for pair in table], dtype=np.float64)
        high = np.array([pair[1] for pair in table], dtype=np.float64)
        return low[self.acts.combo[rows]], high[self.acts.combo[rows]]

    def _place(self, rule: Rule, rows: Rows) -> tuple[Inside, Floats, Floats | None]:
        """Return the chance of the place, its upper bound, and the distance that decided it."""
        if rule.kind == "withdrawal" and rule.distance_km is not None:
            return self._withdrawn(rule, rows)
        if rule.zone is None:
            return Inside(np.ones(len(rows))), np.ones(len(rows)), None
        inside = self.book.in_zone(rule.zone, rows)
        known = np.isfinite(inside.probability)
        low = np.where(known, inside.probability, 0.0)
        return Inside(low, inside.unsure, inside.nodes), np.where(known, low, 1.0), None

    def _withdrawn(self, rule: Rule, rows: Rows) -> tuple[Inside, Floats, Floats | None]:
        """Measure each act from its own party's line; where the party is unknown, from each."""
        ids = [p.id for p in self.agreement.parties]
        near = {line: self.book.nearer_than(line, float(rule.distance_km or 0), rows)
                for line in dict.fromkeys(rule.reference.values())}  # fmt: skip
        stack = np.stack([i.probability for i in near.values()])
        low, high = np.nan_to_num(stack.min(axis=0)), np.nan_to_num(stack.max(axis=0), nan=1.0)
        first = next(iter(near))
        distance = np.abs(self.book.line_km(first)[rows])
        unsure = any_unsure(*near.values())
        shared = [i.under(unsure) for i in near.values()]
        nodes = np.nan_to_num(np.min(np.stack(shared), axis=0))
        for index, party in enumerate(ids):
            own, line = self.acts.party[rows] == index, rule.reference.get(party)
            if line is not None and own.any():
                here = near[line]
                low[own] = np.nan_to_num(here.probability[own])
                high[own] = np.nan_to_num(here.probability[own], nan=1.0)
                distance[own] = np.abs(self.book.line_km(line)[rows][own])
                nodes[own[unsure]] = np.nan_to_num(here.under(unsure[own[unsure]]))
        return Inside(low, unsure, nodes), high, distance

    def _bound(self, rule: Rule, rows: Rows) -> tuple[Floats, Floats]:
        ids = [p.id for p in self.agreement.parties]
        everyone = float(set(ids) <= set(rule.parties) and not rule.attributed)
        table = np.array([*(float(p in rule.parties) for p in ids), everyone])
        upper = np.array([*(float(p in rule.parties) for p in ids), 1.0])
        return table[self.acts.party[rows]], upper[self.acts.party[rows]]

    def _excepted(self, rule: Rule, found: Matched) -> Matched:
        low, high = found.low.copy(), found.high.copy()
        clear, doubtful = np.zeros(len(low), bool), np.zeros(len(low), bool)
        for exemption in rule.exemptions:
            meant = self._kind_in(found.rows, exemption.kinds)
            shown = meant & self._shown(exemption, found.rows)
            clear |= shown
            if exemption.burden == "accuser":
                doubtful |= meant & ~shown
        allowed, waiting, notes = self._conditions(rule, found.rows)
        clear, doubtful = clear | allowed, doubtful | waiting
        low[clear | doubtful] = 0
        high[clear] = 0
        nodes = np.where((clear | doubtful)[found.unsure][:, None], 0.0, found.nodes)
        kept = Matched(found.rows, low, high, found.unsure, nodes, found.distance_km,
                       found.rows[clear], found.zeros, notes)  # fmt: skip
        return _kept(kept, high > 1e-6)

    def _kind_in(self, rows: Rows, wanted: frozenset[str]) -> NDArray[np.bool_]:
        if not wanted:
            return np.ones(len(rows), dtype=np.bool_)
        table = np.array([*(w in wanted for w in self.acts.kind_words), False])
        return np.asarray(table[self.acts.kind[rows]], dtype=np.bool_)

    def _shown(self, exemption: Exemption, rows: Rows) -> NDArray[np.bool_]:
        shown = np.zeros(len(rows), dtype=np.bool_)
        if exemption.topics:
            hours = exemption.within_h
            shown |= self._noticed(rows, exemption.topics, (hours, hours), exemption.within_km)
        if exemption.permitted_by in self.permits:
            permit = self.permits[str(exemption.permitted_by)]
            shown |= self._kind_in(rows, permit.acts) & self._fulfilled(permit, rows)
        return shown

    def _conditions(
        self, rule: Rule, rows: Rows
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], tuple[str, ...]]:
        """Return which rows a condition clears, which it leaves doubtful, and why."""
        none = np.zeros(len(rows), dtype=np.bool_)
        if rule.condition is None:
            return none, none, ()
        if rule.kind == "return_fire":
            return self._fulfilled(rule, rows), none, ()
        if rule.kind == "notification":
            return self._announced(rule, rule.condition, rows)
        return self._begun(rule.condition, rows)

    def _begun(
        self, condition: Condition, rows: Rows
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], tuple[str, ...]]:
        # A duty that begins after an event: not due before it; no record of it, no certainty.
        topics, words = self.notices.codes("topic")
        meant = [i for i, w in enumerate(words) if w in condition.topics]
        starts = self.notices.seconds("start_utc")[np.isin(topics, meant)]
        if not len(starts):
            note = f"nothing on record shows that it began ({', '.join(condition.topics)})"
            return np.zeros(len(rows), bool), np.ones(len(rows), bool), (note,)
        begun = float(starts.min()) + condition.after_h * 3600
        return self.acts.start_s[rows] < begun, np.zeros(len(rows), bool), ()

    def _announced(
        self, rule: Rule, condition: Condition, rows: Rows
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_], tuple[str, ...]]:
        topics = frozenset(condition.topics)
        if not topics & set(self.notices.codes("topic")[1]):
            # Where no register is kept, a missing notice says nothing against anyone.
            note = (
                f"no notice of {', '.join(sorted(topics))} was ever recorded: no register is kept"
            )
            return np.zeros(len(rows), bool), np.ones(len(rows), bool), (note,)
        if condition.after_h > 0:
            ok = self._noticed(rows, topics, (0.0, condition.after_h), rule.within_km)
            now = _second(self.setting.now_utc, np.inf)
            return ok, self.acts.end_s[rows] + condition.after_h * 3600 > now, ()
        hours = condition.within_h if rule.within_h == 0 else rule.within_h
        found = self._noticed(rows, topics, (hours, hours), rule.within_km, rule.lead_h)
        return found, np.zeros(len(rows), bool), ()

    def _fulfilled(self, rule: Rule, rows: Rows) -> NDArray[np.bool_]:
        """Return the rows for which everything that return fire needs is on record."""
        needed = rule.condition
        if needed is None:
            return np.zeros(len(rows), dtype=np.bool_)
        around = (needed.within_h, needed.within_h)
        out = np.ones(len(rows), dtype=np.bool_)
        for topic in needed.topics:
            out &= self._noticed(rows, frozenset({topic}), around, needed.within_km)
        if needed.after_kinds:
            out &= self._followed(rows, needed)
        return out

    def _followed(self, rows: Rows, needed: Condition) -> NDArray[np.bool_]:
        """Return the rows with an act of the named kinds nearby in the hours before."""
        out = np.zeros(len(rows), dtype=np.bool_)
        causes = np.flatnonzero(
            self._kind_in(np.arange(self.acts.size), needed.after_kinds) & ~self.acts.zero
        )
        for cause in causes[:MOST_NOTICES]:
            since = self.acts.start_s[rows] - self.acts.start_s[cause]
            near = np.flatnonzero(~out & (since >= 0) & (since <= needed.within_h * 3600))
            out[near] |= self._near(rows[near], self._spot(cause), needed.within_km)
        return out

    def _spot(self, row: Any) -> tuple[float, float, float]:
        places = self.acts.places
        return float(places.lon[row]), float(places.lat[row]), float(places.radius_km[row])

    def _noticed(
        self, rows: Rows, topics: frozenset[str], around_h: Span, within_km: float,
        lead_h: float | None = None,
    ) -> NDArray[np.bool_]:  # fmt: skip
        """Return the rows that a notice of these topics covers, in time and place.

        around_h: hours by which an act may begin before the notice's start or after its end; for a
        follow-up, (0, h): the notice begins within h hours after the act.
        """
        out = np.zeros(len(rows), dtype=np.bool_)
        codes, words = self.notices.codes("topic")
        meant = np.flatnonzero(np.isin(codes, [i for i, w in enumerate(words) if w in topics]))
        if not len(meant) or not len(rows):
            return out
        columns = self._notice_columns()
        order = np.argsort(self.acts.start_s[rows], kind="stable")
        starts = self.acts.start_s[rows][order]
        for notice in meant[:MOST_NOTICES]:
            first, last = columns["start"][notice], columns["end"][notice]
            if around_h[0] == 0:
                # A follow-up: the act lies before the notice.
                first, last = first - around_h[1] * 3600, first
            else:
                first, last = first - around_h[0] * 3600, last + around_h[1] * 3600
            near = order[np.searchsorted(starts, first) : np.searchsorted(starts, last, "right")]
            if lead_h is not None:
                told = columns["told"][notice]
                near = near[self.acts.start_s[rows[near]] - told >= lead_h * 3600]
            spot = (columns["lon"][notice], columns["lat"][notice], columns["radius"][notice])
            out[near] |= self._near(rows[near], spot, within_km)
        return out

    def _notice_columns(self) -> dict[str, Floats]:
        frame = self.notices
        start = frame.seconds("start_utc")
        told = np.fmin(frame.seconds("issued_utc"), frame.seconds("known_from_utc"))
        return {
            "start": start, "end": np.fmax(start, frame.seconds("end_utc")),
            "told": np.where(np.isnan(told), start, told), "lon": frame.floats("lon"),
            "lat": frame.floats("lat"), "radius": np.nan_to_num(frame.floats("radius_km")),
        }  # fmt: skip

    def _near(
        self, rows: Rows, spot: tuple[float, float, float], within_km: float
    ) -> NDArray[np.bool_]:
        """Return which acts lie within km of a spot, rims counted; no spot is everywhere."""
        if not np.isfinite(spot[0]):
            return np.ones(len(rows), dtype=np.bool_)
        places = self.acts.places.take(rows)
        here = np.full(len(rows), spot[0]), np.full(len(rows), spot[1])
        known = places.known
        lon, lat = np.where(known, places.lon, spot[0]), np.where(known, places.lat, spot[1])
        apart = np.asarray(geodesic().inv(lon, lat, *here)[2]) / 1000
        return np.asarray(known & (apart - places.radius_km - spot[2] <= within_km))


def _kept(found: Matched, keep: NDArray[np.bool_]) -> Matched:
    still = keep[found.unsure]
    return Matched(
        found.rows[keep], found.low[keep], found.high[keep],
        (np.cumsum(keep) - 1)[found.unsure[still]], found.nodes[still],
        None if found.distance_km is None else found.distance_km[keep],
        found.excepted, found.zeros, found.notes,
    )  # fmt: skip


def _second(moment: datetime | None, missing: float) -> float:
    return missing if moment is None else moment.timestamp()
