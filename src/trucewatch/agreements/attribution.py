"""Hypotheses of who did it: likelihoods with their grounds, the same rules for every party.

Each ground multiplies the odds of each party by a likelihood ratio; the parties start even, with
OTHER left for somebody else. What comes out is a hypothesis. Software never attributes: a person
does, with a review, and 'could not be attributed' is an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.agreements.acts import Evidence, Setting
from trucewatch.agreements.agreement import Agreement, Line
from trucewatch.agreements.binding import party_index
from trucewatch.agreements.frames import Codes, Floats, Frame
from trucewatch.agreements.geometry import Places, signed_distance_km
from trucewatch.ids import content_id
from trucewatch.vocabulary.terms import term_for, weapons
from trucewatch.where import geodesic

UNATTRIBUTED = "could not be attributed"
OTHER = 0.02
DEFAULT_THRESHOLD = 0.8
# Likelihood ratios: working figures of this project, to be replaced by a mission's own record of
# what people attributed. A ratio of 1 says nothing; none may settle a case alone.
# Observers mix up outgoing and incoming; undetermined rounds are mostly noticed where they fall.
FIRED_FROM_HELD, FELL_ON_OTHERS, FELL_UNDETERMINED = 2.0, 6.0, 3.5
# One observer's word 'outgoing' says nothing by itself; so many more than 'impact' must agree.
OUTGOING_AGREED = 2
DIRECTION_FLOOR, REACH_FLOOR = 0.25, 0.5
ADMISSION, THIRD_PARTY, SELF_SERVING = 9.0, 2.5, 1.3
NOTICE = 5.0
MOST_RECORD = 2.0
# What was measured on the spot weighs more or less than the figures above, by what else was: two
# that agree speak for more than their product (a wrong place turns both), a bearing without known
# ground for less. Exponents fitted on exercises. Parties' words are left as they are.
MEASURED, FIRMNESS, AGREED, LONE_BEARING = ("control side", "direction", "reach"), 1.2, 2.0, 0.85
FALLING = ("explosion", "shelling", "projectile", "airburst", "missile_strike", "uav_strike",
           "air_strike", "clash")  # fmt: skip
RAY_STEPS = 12
UNKNOWN_REACH_KM = 15.0
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An incident (its row in evidence.incidents), the finding it stands in, the threshold."""

    row: int
    finding_id: str
    threshold: float = DEFAULT_THRESHOLD


@dataclass(slots=True)
class Weighed:
    """Likelihoods, (incidents, parties + 1), the last column somebody else; and their grounds."""

    parties: list[str]
    likelihood: Floats
    grounds: list[list[Row]] = field(default_factory=list)


def hypotheses(
    agreement: Agreement, evidence: Evidence, setting: Setting, asked: Sequence[Asked]
) -> list[Row]:
    """Return rows of `hypothesis`: one per incident and party, and one for 'not attributed'.

    The last row's likelihood is the chance that somebody other than the likeliest party did it;
    its grounds say whether any party reaches the threshold.
    """
    if not asked:
        return []
    weighed = weigh(agreement, evidence, setting, [a.row for a in asked])
    ids = Frame(evidence.incidents).texts("incident_id")
    rows: list[Row] = []
    for index, one in enumerate(asked):
        chances = weighed.likelihood[index]
        incident = str(ids[one.row])
        for number, party in enumerate(weighed.parties):
            own = [g | {"ratio": round(g["ratios"][number], 3)} for g in weighed.grounds[index]]
            grounds = [{k: v for k, v in g.items() if k != "ratios"} for g in own]
            rows.append(_row(one, incident, party, float(chances[number]), grounds))
        best = float(chances[:-1].max())
        reached = best >= one.threshold
        says = "a party reaches the threshold; a person decides" if reached else (
            "no party reaches the threshold")  # fmt: skip
        rows.append(_row(one, incident, UNATTRIBUTED, 1 - best, [{"ground": "rest", "says": says}]))
    return rows


def _row(asked: Asked, incident: str, party: str, chance: float, grounds: list[Row]) -> Row:
    return {
        "hypothesis_id": content_id("hypothesis", asked.finding_id, incident, party),
        "finding_id": asked.finding_id, "incident_id": incident, "party": party,
        "likelihood": round(chance, 6), "threshold": asked.threshold,
        "grounds": json.dumps(grounds, ensure_ascii=False, sort_keys=True),
    }  # fmt: skip


def weigh(
    agreement: Agreement, evidence: Evidence, setting: Setting, rows: Sequence[int]
) -> Weighed:
    """Weigh the grounds of some incidents for every party; likelihoods sum to 1 a row.

    Reads of evidence.incidents: place, weapon, direction_deg (of flight), control_side, outgoing,
    impacts, claims (lines of 'claimant|accused'), attributed_party (of all rows: the record).
    """
    scales = _Scales(agreement, evidence, setting, np.asarray(rows, dtype=np.int64))
    parties = [p.id for p in agreement.parties]
    ratios = np.ones((len(rows), len(parties)))
    grounds: list[list[Row]] = [[] for _ in rows]
    stated = scales.grounds()
    firmness = _firmness({name: found for name, _, found in stated})
    for name, says, told in stated:
        found = told**firmness if name in MEASURED else told
        ratios *= found
        for index in np.flatnonzero(np.ptp(found, axis=1) > 1e-9):
            grounds[index].append(
                {"ground": name, "says": says, "ratios": [float(r) for r in found[index]]}
            )
    odds = np.concatenate(
        [ratios * (1 - OTHER) / max(1, len(parties)), np.full((len(rows), 1), OTHER)], axis=1
    )
    return Weighed(parties, odds / odds.sum(axis=1, keepdims=True), grounds)


def _firmness(ratios: Mapping[str, Floats]) -> Floats:
    """Return the exponent of what was measured, per incident (a column), by what agrees."""
    control, bearing = ratios["control side"], ratios["direction"]
    placed, aimed = (np.ptp(r, axis=1) > 1e-9 for r in (control, bearing))
    agree = placed & aimed & (control.argmax(axis=1) == bearing.argmax(axis=1))
    out = np.where(agree, AGREED, np.where(aimed & ~placed, LONE_BEARING, FIRMNESS))
    return np.asarray(out[:, None], dtype=np.float64)


class _Scales:
    """The grounds of some incidents, each as likelihood ratios (incidents, parties)."""

    def __init__(
        self, agreement: Agreement, evidence: Evidence, setting: Setting, rows: NDArray[np.int64]
    ) -> None:
        self.agreement, self.rows = agreement, rows
        self.names = party_index(agreement, setting.parties)
        self.count = len(agreement.parties)
        self.frame, self.notices = Frame(evidence.incidents), Frame(evidence.notices)
        radius = np.nan_to_num(self.frame.floats("radius_km")[rows])
        self.places = Places(self.frame.floats("lon")[rows], self.frame.floats("lat")[rows], radius)
        self.line = self._line()
        self.holder = self._holder()
        self.direction = self.frame.floats("direction_deg")[rows]
        self.reach = self._reach()

    def grounds(self) -> list[tuple[str, str, Floats]]:
        """Return name, sentence and ratios of every ground."""
        return [
            ("control side", "fire leaves the ground its owner holds and falls on the other's",
             self._control()),
            ("direction", "share of the ground that the shot can have come from",
             self._from_direction()),
            ("reach", "the weapon must reach the place from a side's own ground", self._within()),
            ("claims", "an admission weighs, a third party's word less, an accusation by the other "
             "side next to nothing; for all alike", self._claims()),
            ("notices", "a side had announced training or demining there and then",
             self._announced()),
            ("record", "what people attributed before in the same cell", self._record()),
        ]  # fmt: skip

    def _codes(self, name: str) -> Codes:
        codes, words = self.frame.codes(name)
        table = np.array([*(self.names.get(w.strip().casefold(), -1) for w in words), -1])
        return np.asarray(table[codes], dtype=np.int32)

    def _line(self) -> Line | None:
        known = {p.id for p in self.agreement.parties}
        sided = [ln for ln in self.agreement.lines.values() if {ln.left, ln.right} <= known]
        start = {ln.id: ln.from_utc.timestamp() if ln.from_utc else 0.0 for ln in sided}
        return max(sided, key=lambda ln: start[ln.id], default=None)

    def _sides(self, places: Places) -> Codes:
        """Return who holds each place by the line, -1 within its uncertainty or without one."""
        out = np.full(len(places.lon), -1, dtype=np.int32)
        if self.line is None:
            return out
        apart = signed_distance_km(self.line, places)
        left, right = (self.names[str(s).casefold()] for s in (self.line.left, self.line.right))
        sure = np.abs(apart) > self.line.uncertainty_km / 2 + places.radius_km / 2
        return np.where(sure, np.where(apart > 0, left, right), -1).astype(np.int32)

    def _holder(self) -> Codes:
        said = self._codes("control_side")[self.rows]
        return np.where(said >= 0, said, self._sides(self.places)).astype(np.int32)

    def _one_hot(self, party: Codes, yes: Floats, no: float = 1.0) -> Floats:
        out = np.full((len(self.rows), self.count), no, dtype=np.float64)
        known = np.flatnonzero(party >= 0)
        out[known, party[known]] = yes[known]
        return out

    def _control(self) -> Floats:
        """Outgoing fire speaks for who holds the place, impacts for the others.

        Small arms are heard where they are fired: undetermined, they say nothing.
        """
        codes, words = self.frame.codes("kind")
        falls = np.array([*(w in FALLING for w in words), False])[codes[self.rows]]
        open_ = np.where(falls, 1 / FELL_UNDETERMINED, 1.0)
        out_, in_ = (
            np.nan_to_num(self.frame.floats(n)[self.rows]) for n in ("outgoing", "impacts")
        )
        outgoing = np.where(out_ - in_ >= OUTGOING_AGREED, FIRED_FROM_HELD, 1.0)
        ratio = np.where(out_ > in_, outgoing, np.where(in_ > out_, 1 / FELL_ON_OTHERS, open_))
        return self._one_hot(self.holder, ratio)

    def _reach(self) -> Floats:
        codes, words = self.frame.codes("weapon")
        table = [_reach_km(w) for w in words]
        return np.asarray(np.array([*table, np.nan])[codes[self.rows]], dtype=np.float64)

    def _from_direction(self) -> Floats:
        """Walk back along the flight from where it was seen: whose ground is it, within reach?"""
        out = np.ones((len(self.rows), self.count))
        reach = np.where(np.isfinite(self.reach), self.reach, UNKNOWN_REACH_KM)
        outgoing = np.nan_to_num(self.frame.floats("outgoing")[self.rows]) > 0
        known = np.flatnonzero(
            np.isfinite(self.direction) & self.places.known & ~outgoing & (reach > 0)
        )
        if self.line is None or not len(known):
            return out
        share = np.zeros((len(known), self.count))
        for step in range(RAY_STEPS):
            far_m = reach[known] * 1000 * (step + 0.5) / RAY_STEPS
            lon, lat, _ = geodesic().fwd(
                self.places.lon[known], self.places.lat[known], (self.direction[known] + 180) % 360,
                far_m,
            )  # fmt: skip
            side = self._sides(
                Places(np.asarray(lon), np.asarray(lat), self.places.radius_km[known])
            )
            held = np.flatnonzero(side >= 0)
            share[held, side[held]] += 1 / RAY_STEPS
        out[known] = (DIRECTION_FLOOR + share) / (DIRECTION_FLOOR + share).mean(
            axis=1, keepdims=True
        )
        return out

    def _within(self) -> Floats:
        """An impact deep on one side's ground is out of reach for a short weapon of the other's."""
        out = np.ones((len(self.rows), self.count))
        if self.line is None:
            return out
        deep = np.abs(signed_distance_km(self.line, self.places)) - self.line.uncertainty_km
        deep = deep - self.places.radius_km
        outgoing = np.nan_to_num(self.frame.floats("outgoing")[self.rows]) > 0
        far = np.flatnonzero((self.holder >= 0) & (deep > 1.5 * self.reach) & ~outgoing)
        for party in range(self.count):
            others = far[self.holder[far] != party]
            out[others, party] = REACH_FLOOR
        return out

    def _claims(self) -> Floats:
        out = np.ones((len(self.rows), self.count))
        texts = self.frame.texts("claims")[self.rows]
        for index, text in enumerate(texts):
            for claimant, accused in _claims_of(text):
                by = self.names.get(claimant.casefold(), -1)
                party = self.names.get(accused.casefold(), -1)
                if party >= 0:
                    weight = ADMISSION if by == party else SELF_SERVING if by >= 0 else THIRD_PARTY
                    out[index, party] *= weight
        return np.minimum(out, ADMISSION)

    def _announced(self) -> Floats:
        out = np.ones((len(self.rows), self.count))
        topics, words = self.notices.codes("topic")
        meant = np.isin(topics, [i for i, w in enumerate(words) if w in ("training", "demining")])
        codes, names = self.notices.codes("party")
        table = np.array([*(self.names.get(n.strip().casefold(), -1) for n in names), -1])
        start, end = self.notices.seconds("start_utc"), self.notices.seconds("end_utc")
        spot = (self.notices.floats("lon"), self.notices.floats("lat"))
        room = np.nan_to_num(self.notices.floats("radius_km")) + 5
        when = self.frame.seconds("start_utc")[self.rows]
        for notice in np.flatnonzero(meant & (table[codes] >= 0))[:20_000]:
            near = np.flatnonzero((when >= start[notice] - 3600) & (when <= end[notice] + 3600))
            if len(near) and np.isfinite(spot[0][notice]):
                lon, lat = (np.full(len(near), s[notice]) for s in spot)
                metres = geodesic().inv(self.places.lon[near], self.places.lat[near], lon, lat)[2]
                near = near[np.nan_to_num(np.asarray(metres), nan=np.inf) / 1000 <= room[notice]]
            out[near, int(table[codes[notice]])] = NOTICE
        return out

    def _record(self) -> Floats:
        """Return how often people named each party in the same cell, pulled to even, at most 2."""
        named = self._codes("attributed_party")
        past = np.flatnonzero(named >= 0)
        out = np.ones((len(self.rows), self.count))
        if not len(past):
            return out
        cells = _cell(self.frame.floats("lon"), self.frame.floats("lat"))
        tally: dict[int, Floats] = {}
        for row in past:
            tally.setdefault(int(cells[row]), np.zeros(self.count))[named[row]] += 1
        for index, row in enumerate(self.rows):
            found = tally.get(int(cells[row]))
            if found is not None:
                even = (found + 5) / (found + 5).mean()
                out[index] = np.clip(even, 1 / MOST_RECORD, MOST_RECORD)
        return out


def _reach_km(name: str) -> float:
    term = term_for("weapons", name)
    reach = None if term is None else weapons()[term.id].facts.get("reach_km")
    return float("nan") if reach is None else float(reach)


def _claims_of(text: Any) -> list[tuple[str, str]]:
    """Return (claimant, accused) pairs, each once: repeating a claim adds nothing."""
    pairs = [line.split("|", 1) for line in str(text or "").splitlines()]
    return sorted({(p[0].strip(), p[1].strip()) for p in pairs if len(p) == 2})


def _cell(lon: Floats, lat: Floats) -> NDArray[np.int64]:
    band = np.floor(np.nan_to_num(lat, nan=-99.0) / 0.1).astype(np.int64)
    return band * 10_000 + np.floor(np.nan_to_num(lon, nan=-199.0) / 0.1).astype(np.int64)
