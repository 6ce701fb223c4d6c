"""Findings and warnings against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trucewatch.exercise.scoring.alarms import collapse_alarms
from trucewatch.exercise.scoring.calibration import calibration
from trucewatch.exercise.scoring.incidents import seconds_of
from trucewatch.exercise.scoring.linked import Tables, read_truth

Floats = NDArray[np.float64]
DAY_S = 86_400.0
FINDING = (
    *("provision_id", "party", "zone", "window_start_utc", "window_end_utc", "outcome"),
    *("probability", "missed_upper"),
)
WARNING = ("issued_utc", "zone", "outcome", "horizon_h", "probability", "is_raised")


def finding_scores(tables: Tables, truth: Path) -> dict[str, Any] | None:
    """Return precision, recall and bound coverage of findings; None where there is none to score.

    precision: of findings 'breach', those with a true breach of that provision in zone and window.
    recall: of provision x zone x day with a breach that somebody saw, those a finding 'breach'
    covers. bound_coverage: of findings 'none_seen' with an upper bound, those where no more
    happened unseen than it says. Left out: provisions that the exercise keeps no truth for, and
    findings outside its zones (their number: elsewhere).
    """
    events = read_truth(truth, "breaches")
    found = tables.table("finding", list(FINDING))
    zones = read_truth(truth, "zones", ["zone"])["zone"]
    found = _among(found, "provision_id", events["provision_id"])
    everywhere, found = found.num_rows, _among(found, "zone", zones)
    if not found.num_rows:
        return None
    places = _Places(events, found)
    inside = places.events_within()
    outcome = np.asarray(found["outcome"].to_pylist(), dtype=object)
    breach, quiet = outcome == "breach", outcome == "none_seen"
    bound = np.asarray(pc.cast(found["missed_upper"], pa.float64()), dtype=float)
    bounded = quiet & np.isfinite(bound)
    stated = np.asarray(pc.cast(found["probability"], pa.float64()), dtype=float)
    return {
        "precision": _share(inside[breach] > 0),
        "recall": places.recall(breach),
        "bound_coverage": _share(inside[bounded] <= bound[bounded]),
        "findings": found.num_rows, "elsewhere": everywhere - found.num_rows,
        "breaches": int(breach.sum()),
        "undetermined": int((outcome == "undetermined").sum()), "bounded": int(bounded.sum()),
        "calibration": calibration(stated, inside > 0).as_json(),
        "by_provision": places.by_provision(breach, inside),
    }  # fmt: skip


def _among(table: pa.Table, name: str, values: Any) -> pa.Table:
    return table.filter(pc.is_in(table[name], value_set=pc.unique(values)))


def _share(flags: NDArray[np.bool_]) -> float | None:
    return float(flags.mean()) if len(flags) else None


class _Places:
    """True breaches and findings on one key: provision, zone, and the party where truth has it."""

    def __init__(self, events: pa.Table, found: pa.Table) -> None:
        self.events, self.found = events, found
        parties = set(pc.unique(events["party"]).to_pylist())
        self.by_party = np.array([p in parties for p in found["party"].to_pylist()])
        self.at_s = seconds_of(events["at_utc"])
        self.seen = np.asarray(events["seen"], dtype=bool)
        self.start_s = seconds_of(found["window_start_utc"])
        self.end_s = seconds_of(found["window_end_utc"])

    @staticmethod
    def _joined(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
        columns = [table[name] for name in names]
        return pc.binary_join_element_wise(*columns, "\x1f")

    def _codes(self, names: tuple[str, ...]) -> tuple[Any, Any]:
        """Return one code per event and per finding, equal where the named columns are equal."""
        ours, theirs = self._joined(self.events, names), self._joined(self.found, names)
        known = pc.unique(ours)
        return tuple(
            np.asarray(pc.fill_null(pc.index_in(keys, value_set=known), -1), dtype=np.int64)
            for keys in (ours, theirs)
        )  # type: ignore[return-value]

    def events_within(self) -> Floats:
        """Return how many true breaches lie in each finding's zone and window."""
        count = np.zeros(self.found.num_rows)
        for names, chosen in (
            (("provision_id", "zone"), ~self.by_party),
            (("provision_id", "zone", "party"), self.by_party),
        ):
            event, finding = self._codes(names)
            low, high = (self._rank(event, finding, s) for s in (self.start_s, self.end_s))
            count[chosen] = (high - low)[chosen]
        return count

    def _rank(self, event: Any, finding: Any, seconds: Floats) -> Any:
        """Return how many events of the finding's key lie before an instant."""
        order = np.lexsort((self.at_s, event))
        base = min(float(self.at_s.min(initial=0)), float(seconds.min(initial=0)))
        width = max(float(self.at_s.max(initial=0)), float(seconds.max(initial=0))) - base + 1
        line = event[order] * width + (self.at_s[order] - base)
        return np.searchsorted(line, finding * width + (seconds - base), side="left")

    def recall(self, breach: NDArray[np.bool_]) -> float | None:
        """Return the share of provision x zone x day with a seen breach that a finding covers."""
        event, finding = self._codes(("provision_id", "zone"))
        day = np.floor(self.at_s / DAY_S)
        covered = np.zeros(len(event), dtype=bool)
        spans = np.flatnonzero(breach)
        order = spans[np.lexsort((self.start_s[spans], finding[spans]))]
        for key in np.unique(event[self.seen]):
            of_key = order[finding[order] == key]
            at = np.flatnonzero((event == key) & self.seen)
            ends = np.maximum.accumulate(self.end_s[of_key]) if len(of_key) else np.empty(0)
            before = np.searchsorted(self.start_s[of_key], self.at_s[at], side="right")
            reach = np.where(before > 0, ends[np.maximum(before - 1, 0)], -np.inf) if len(
                of_key) else np.full(len(at), -np.inf)  # fmt: skip
            covered[at] = self.at_s[at] < reach
        keys = np.stack([event[self.seen], day[self.seen].astype(np.int64)], axis=1)
        _, unit = np.unique(keys, axis=0, return_inverse=True)
        hits = np.bincount(unit.ravel(), covered[self.seen])
        return _share(hits > 0)

    def by_provision(self, breach: NDArray[np.bool_], inside: Floats) -> dict[str, Any]:
        """Return findings and precision by provision."""
        names = np.asarray(self.found["provision_id"].to_pylist(), dtype=object)
        return {
            str(name): {
                "findings": int((names == name).sum()),
                "breaches": int((breach & (names == name)).sum()),
                "precision": _share(inside[breach & (names == name)] > 0),
            }
            for name in np.unique(names.astype(str))
        }


def warning_scores(
    tables: Tables, truth: Path, forecasts: pa.Table | None = None
) -> dict[str, Any] | None:
    """Return the scores of forecasts against a truth folder; None without any.

    forecasts: all of a back-test; where left out, the warnings of the store.
    """
    given = tables.table("warning", list(WARNING)) if forecasts is None else forecasts
    if not given.num_rows:
        return None
    return score_warnings(given, read_truth(truth, "outcomes"), read_truth(truth, "episodes"))


def score_warnings(
    given: pa.Table, outcomes: pa.Table, episodes: pa.Table
) -> dict[str, Any] | None:
    """Return Brier skill, median lead and false alarms a year of warnings; None without truth.

    given: issued_utc, zone, outcome, horizon_h, probability, is_raised: every forecast, for the
    Brier score of the raised ones alone says nothing of skill. outcomes, episodes: as in the
    truth. A warning answers for the window that begins at the last evening before its issue; one
    issued a day or more after every evening is not scored.
    brier_skill: 1 - Brier / Brier of climatology, the share of each outcome at that horizon over
    the whole exercise. Leads and false alarms of collapse warnings: see `collapse_alarms`.
    """
    if not outcomes.num_rows:
        return None
    given = _among(given, "zone", outcomes["zone"])
    joined = _with_outcome(given, outcomes)
    alarms = collapse_alarms(given, outcomes, episodes)
    return {**_skill(joined), **alarms, "scored": int(joined.num_rows)}


def _with_outcome(given: pa.Table, outcomes: pa.Table) -> pa.Table:
    """Join warnings with what followed, by zone, horizon and the evening before the issue."""
    evenings = np.unique(seconds_of(outcomes["issued_utc"]))

    def keyed(table: pa.Table) -> pa.Table:
        issued = seconds_of(table["issued_utc"])
        # A warning of the evening itself may be stamped some seconds early.
        evening = np.searchsorted(evenings, issued + 60, side="right") - 1
        late = issued - evenings[np.maximum(evening, 0)] >= DAY_S
        evening = np.where(late | (evening < 0), -1, evening)
        horizon = pc.cast(table["horizon_h"], pa.int64(), safe=False)
        plain = table.drop_columns(["issued_utc", "horizon_h"])
        keys = plain.append_column("at", pa.array(evening)).append_column("horizon_h", horizon)
        return keys.filter(pa.array(evening >= 0))

    truth = keyed(outcomes.select(["issued_utc", "zone", "horizon_h", "outcome"]))
    truth = truth.rename_columns(["zone", "followed", "at", "horizon_h"])
    return keyed(given).join(truth, ["zone", "at", "horizon_h"], join_type="inner")


def _skill(joined: pa.Table) -> dict[str, Any]:
    if not joined.num_rows:
        return {"brier_skill": None, "brier": None, "calibration": calibration(
            np.empty(0), np.empty(0, dtype=bool)).as_json()}  # fmt: skip
    stated = np.asarray(pc.cast(joined["probability"], pa.float64()), dtype=float)
    came = np.asarray(pc.equal(joined["outcome"], joined["followed"]), dtype=bool)
    groups = pc.binary_join_element_wise(
        joined["outcome"], pc.cast(joined["horizon_h"], pa.string()), " "
    ).combine_chunks().dictionary_encode()  # fmt: skip
    code = np.asarray(groups.indices, dtype=np.int64)
    climate = (np.bincount(code, came) / np.maximum(np.bincount(code), 1))[code]
    brier, base = float(((stated - came) ** 2).mean()), float(((climate - came) ** 2).mean())
    return {
        "brier": brier, "brier_skill": 1 - brier / base if base else None,
        "calibration": calibration(stated, came).as_json(),
        "by_outcome": {
            name: _group_skill(stated[code == n], came[code == n], climate[code == n])
            for n, name in enumerate(groups.dictionary.to_pylist())
        },
    }  # fmt: skip


def _group_skill(
    stated: Floats, came: NDArray[np.bool_], climate: Floats
) -> dict[str, float | None]:
    base = float(((climate - came) ** 2).mean())
    skill = 1 - float(((stated - came) ** 2).mean()) / base if base else None
    return {"brier_skill": skill, "share": float(came.mean())}
