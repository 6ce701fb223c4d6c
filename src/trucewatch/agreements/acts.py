"""Everything a provision can be held against, as columns: happenings, states, counts, notices.

One act is one incident, one standing state, one count of a region, one notice, or one account that
nothing was seen (`zero`). Who answers for an act is its *holder*, the side that holds the ground,
for standing things (a weapon present, a denied road); for what is done (fire, a flight) only a
person's attribution names a party, and without it the act stays with 'any side'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.binding import party_index
from trucewatch.agreements.frames import Codes, Floats, Frame, joined, recoded
from trucewatch.agreements.geometry import Places, signed_distance_km
from trucewatch.mission import NamedRegion, Party
from trucewatch.vocabulary.terms import kinds, means, term_for
from trucewatch.zoning import WIDE_KM, region_of

ANY_SIDE = "any side"
ELSEWHERE = "elsewhere"
# Prior that an account is right where no probability was stated: Admiralty B, C and D
# (vocabulary/reliability.yaml): an instrument or monitor there, a report, a party's own word.
PRIOR_DIRECT, PRIOR_REPORTED, PRIOR_DECLARED = 0.90, 0.75, 0.50
HOLDER_FAMILIES = ("access", "instrument", "mine", "holdings")
HOLDER_KINDS = ("demining", "training")
CELL_DEG = 0.1
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The tables a finding stands on: pyarrow Tables or lists of mappings, as in the store.

    incidents: columns of `incident` (states of `observation` may stand among them with their
    observation_id), further `control_side`, `attributed_party`. levels: `observation` rows of the
    classes count and level and null observations. coverage, notices: as the tables.
    """

    incidents: Any = ()
    levels: Any = ()
    coverage: Any = ()
    notices: Any = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What the mission brings: windows as (start, end), its regions and parties, and choices.

    hypothetical: evaluate open provisions and those not in force, under readings that say so.
    exact_lines: take every line as surveyed. certainty: from which probability a breach is stated.
    clear: up to which upper probability an act leaves 'none seen' possible. only: provision ids.
    complete: indices of windows in which every provision gets a finding; None means all.
    """

    windows: Sequence[tuple[datetime, datetime]]
    regions: Sequence[NamedRegion] = ()
    parties: Sequence[Party] = ()
    now_utc: datetime | None = None
    hypothetical: bool = False
    exact_lines: bool = False
    certainty: float = 0.8
    clear: float = 0.05
    only: frozenset[str] | None = None
    complete: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts as columns, in the order (window, region, party, cell); seconds are since 1970 UTC.

    origin: the row in the tables end to end: incidents, levels, notices.
    """

    ids: NDArray[np.object_]
    kind: Codes
    kind_words: list[str]
    start_s: Floats
    end_s: Floats
    places: Places
    place: Codes
    place_words: list[str]
    combo: Codes
    combos: list[tuple[str | None, float]]
    party: Codes
    occurred: Floats
    count: Floats
    zero: Bools
    region: Codes
    window: Codes
    cell: NDArray[np.int64]
    origin: NDArray[np.int64]
    span_s: tuple[Floats, Floats] = field(default=(np.zeros(0), np.zeros(0)))

    @property
    def size(self) -> int:
        """Number of acts."""
        return len(self.ids)

    def take(self, rows: Any) -> Acts:
        """Return some acts."""
        columns = ("ids", "kind", "start_s", "end_s", "place", "combo", "party", "occurred",
                   "count", "zero", "region", "window", "cell", "origin")  # fmt: skip
        taken: dict[str, Any] = {name: getattr(self, name)[rows] for name in columns}
        return replace(self, places=self.places.take(rows), **taken)


def gather(agreement: Agreement, evidence: Evidence, setting: Setting) -> Acts:
    """Return the acts of all tables that fall in a window, ordered for grouping.

    An act belongs to the window that holds its middle; a count of several windows gets a window of
    its own. Acts without a time cannot be placed in a window and are left out.
    """
    names = party_index(agreement, setting.parties)
    frames = [Frame(evidence.incidents), Frame(evidence.levels), Frame(evidence.notices)]
    kind, kind_words = recoded(
        [frames[0].codes("kind"), frames[1].codes("kind"), _notice_kinds(frames[2])]
    )
    places = _places(frames)
    combo, combos = _combos(frames)
    start, end = _times(frames)
    coded = _Coded(kind, kind_words)
    ids = joined([_ids(frames[0], "incident_id"), _ids(frames[1], "observation_id"),
                  _ids(frames[2], "notice_id")])  # fmt: skip
    named = recoded([f.codes("place_name") for f in frames])
    zero = _zeros(frames, coded)
    party = _parties(agreement, frames, coded, places, names)
    window, spans = _windows(start, end, coded, setting.windows)
    acts = Acts(
        ids, kind, kind_words, start, end, places, *named, combo, combos, party,
        _occurred(frames, coded, zero), joined([f.floats("count_best") for f in frames]), zero,
        _regions(places, named, setting.regions), window, _cells(places), np.arange(len(ids)),
        spans,
    )  # fmt: skip
    keep = np.flatnonzero(acts.window >= 0)
    order = np.lexsort((acts.cell[keep], acts.party[keep], acts.region[keep], acts.window[keep]))
    return acts.take(keep[order])


@dataclass(frozen=True, slots=True)
class _Coded:
    kind: Codes
    words: list[str]

    def where(self, test: Any) -> Bools:
        """Return the rows whose kind's term passes a test; unknown kinds fail."""
        terms = [kinds().get(word) for word in self.words]
        passed = np.array([*(t is not None and bool(test(t)) for t in terms), False])
        return np.asarray(passed[self.kind], dtype=np.bool_)


def _ids(frame: Frame, name: str) -> NDArray[np.object_]:
    ids = frame.texts(name)
    unnamed = np.flatnonzero([i is None for i in ids])
    if len(unnamed) and name == "incident_id":
        ids[unnamed] = frame.texts("observation_id")[unnamed]
    return ids


def _notice_kinds(frame: Frame) -> tuple[Codes, list[str]]:
    codes, words = frame.codes("topic")
    return codes, [f"notice:{word}" for word in words]


def _places(frames: Sequence[Frame]) -> Places:
    radius = joined([f.floats("radius_km") for f in frames])
    return Places(
        joined([f.floats("lon") for f in frames]), joined([f.floats("lat") for f in frames]),
        np.where(np.isfinite(radius), np.maximum(radius, 0), 0.0),
    )  # fmt: skip


def _times(frames: Sequence[Frame]) -> tuple[Floats, Floats]:
    start = joined([f.seconds("start_utc") for f in frames])
    end = joined([f.seconds("end_utc") for f in frames])
    start = np.where(np.isnan(start), end, start)
    return start, np.fmax(start, np.where(np.isnan(end), start, end))


def _combos(frames: Sequence[Frame]) -> tuple[Codes, list[tuple[str | None, float]]]:
    """Return each act's (weapon, calibre) by number: there are few pairs and many acts."""
    codes, words = recoded([f.codes("weapon") for f in frames])
    calibre = np.round(joined([f.floats("calibre_mm") for f in frames]), 3)
    calibre = np.where(calibre > 0, calibre, np.nan)
    key = (codes.astype(np.int64) + 1) * 10_000_000 + np.where(
        np.isnan(calibre), -1, calibre * 1000).astype(np.int64)  # fmt: skip
    _, first, combo = np.unique(key, return_index=True, return_inverse=True)
    pairs = [(None if codes[i] < 0 else _weapon(words[codes[i]]), float(calibre[i])) for i in first]
    return combo.astype(np.int32), pairs


def _weapon(name: str) -> str | None:
    term = term_for("weapons", name)
    return None if term is None or term.facts.get("class") == "unknown" else term.id


def _prior(name: str) -> float:
    if name == "declared":
        return PRIOR_DECLARED
    return PRIOR_DIRECT if name in means() and means()[name].facts["direct"] else PRIOR_REPORTED


def _zeros(frames: Sequence[Frame], coded: _Coded) -> Bools:
    count = joined([f.floats("count_best") for f in frames])
    null = joined([f.flags("is_null") for f in frames])
    counted = coded.where(lambda t: t.facts["class"] == "count")
    return np.asarray(null | (counted & (count == 0)))


def _occurred(frames: Sequence[Frame], coded: _Coded, zero: Bools) -> Floats:
    """Return the chance that each act happened: as stated, by a person's review, or a prior."""
    codes, words = recoded([f.codes("means") for f in frames])
    prior = np.array([*map(_prior, words), PRIOR_REPORTED])[codes]
    tallies = coded.where(lambda t: t.facts["class"] == "count" and t.facts["breaches"])
    tallies |= np.array([*(w.startswith("notice:") for w in coded.words), False])[coded.kind]
    stated = joined([f.floats("probability_occurred") for f in frames])
    out = np.where(
        np.isnan(stated), np.where(tallies, np.maximum(prior, PRIOR_DIRECT), prior), stated
    )
    status, decisions = recoded([f.codes("verification_status") for f in frames])
    if "verified" in decisions:
        out = np.where(status == decisions.index("verified"), 1.0, out)
    if "rejected" in decisions:
        out = np.where(status == decisions.index("rejected"), 0.0, out)
    return np.where(zero, 0.0, np.clip(out, 0.0, 1.0))


def _parties(
    agreement: Agreement, frames: Sequence[Frame], coded: _Coded, places: Places,
    names: Mapping[str, int],
) -> Codes:  # fmt: skip
    attributed = _party_codes(recoded([f.codes("attributed_party") for f in frames]), names)
    holder = _party_codes(recoded([f.codes("control_side") for f in frames]), names)
    own = _party_codes(recoded([f.codes("party") for f in frames]), names)
    answers = coded.where(
        lambda t: t.facts["class"] == "state" or t.facts["family"] in HOLDER_FAMILIES
        or t.id in HOLDER_KINDS
    )  # fmt: skip
    holder = np.where((holder < 0) & answers, _side_of_line(agreement, places, answers), holder)
    out = np.where(answers, holder, own)
    return np.where(attributed >= 0, attributed, out).astype(np.int32)


def _party_codes(column: tuple[Codes, list[str]], names: Mapping[str, int]) -> Codes:
    codes, words = column
    table = [names.get(w.strip().casefold(), -1) for w in words]
    return np.array([*table, -1], dtype=np.int32)[codes]


def _side_of_line(agreement: Agreement, places: Places, wanted: Bools) -> Codes:
    """Return who holds the ground by the newest line with sides, where that is beyond doubt."""
    out = np.full(len(places.lon), -1, dtype=np.int32)
    index = {p.id: i for i, p in enumerate(agreement.parties)}
    sided = [ln for ln in agreement.lines.values() if ln.left in index and ln.right in index]
    rows = np.flatnonzero(wanted & places.known)
    if sided and len(rows):
        newest = max(sided, key=lambda ln: ln.from_utc.timestamp() if ln.from_utc else 0.0)
        apart = signed_distance_km(newest, places.take(rows))
        sure = np.abs(apart) > places.radius_km[rows] + newest.uncertainty_km
        side = np.where(apart > 0, index[str(newest.left)], index[str(newest.right)])
        out[rows] = np.where(sure, side, -1)
    return out


def _windows(
    start: Floats, end: Floats, coded: _Coded, windows: Sequence[tuple[datetime, datetime]]
) -> tuple[Codes, tuple[Floats, Floats]]:
    """Return each act's window and the windows' spans, those of long counts added at the end."""
    firsts = np.array([a.timestamp() for a, _ in windows])
    lasts = np.array([b.timestamp() for _, b in windows])
    middle = (start + end) / 2
    order = np.argsort(firsts)
    slot = np.searchsorted(firsts[order], middle, side="right") - 1
    window = np.where(slot >= 0, order[np.clip(slot, 0, None)], -1) if len(firsts) else slot * 0 - 1
    safe = np.clip(window, 0, None)
    if len(firsts):
        beyond = (middle >= lasts[safe]) & ~((start == end) & (middle == lasts[safe]))
        window = np.where(np.isnan(middle) | beyond, -1, window)
        length = (lasts - firsts)[safe]
        long = coded.where(lambda t: t.facts["class"] == "count") & (end - start > 1.5 * length)
        window, firsts, lasts = _own_windows(window, long & (window >= 0), (start, end),
                                             (firsts, lasts))  # fmt: skip
    return window.astype(np.int32), (firsts, lasts)


def _own_windows(
    window: NDArray[Any], long: Bools, act_s: tuple[Floats, Floats], spans: tuple[Floats, Floats]
) -> tuple[NDArray[Any], Floats, Floats]:
    firsts, lasts = spans
    rows = np.flatnonzero(long)
    if not len(rows):
        return window, firsts, lasts
    pairs = np.column_stack([act_s[0][rows], act_s[1][rows]])
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    out = window.copy()
    out[rows] = len(firsts) + inverse.reshape(-1)
    return out, np.concatenate([firsts, unique[:, 0]]), np.concatenate([lasts, unique[:, 1]])


def _regions(
    places: Places, place_names: tuple[Codes, list[str]], regions: Sequence[NamedRegion]
) -> Codes:
    """Return each act's region: by its name where it is one, else by its place; -1 elsewhere."""
    out = region_of(places.lon, places.lat, [named.region for named in regions])
    known_as = {n.casefold(): i for i, r in enumerate(regions) for n in (r.id, r.name, *r.aliases)}
    codes, words = place_names
    table = np.array([*(known_as.get(w.strip().casefold(), -1) for w in words), -1], dtype=np.int32)
    # A settlement may bear its region's name: the name decides only for wide or unknown places.
    wide = ~places.known | (places.radius_km >= WIDE_KM)
    return np.where(wide & (table[codes] >= 0), table[codes], out).astype(np.int32)


def _cells(places: Places) -> NDArray[np.int64]:
    band = np.floor(np.nan_to_num(places.lat, nan=-99.0) / CELL_DEG).astype(np.int64)
    column = np.floor(np.nan_to_num(places.lon, nan=-199.0) / CELL_DEG).astype(np.int64)
    return band * 10_000 + column
