"""The room: open observations in; pairs, incidents, members and conflicts out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fuse.accounts import COLUMNS, Array, hours
from trucewatch.fuse.conflicts import conflict_rows
from trucewatch.fuse.fusing import Fused, fuse
from trucewatch.fuse.incidents import Groups, groups, incident_ids
from trucewatch.fuse.missed import watched
from trucewatch.fuse.occurred import Prior, priors, probability_occurred
from trucewatch.fuse.options import FuseOptions, Parameters, fuse_options, read_parameters
from trucewatch.fuse.rebind import MOST_WEEKS_MORE, Touched, rebound, restricted, touched
from trucewatch.fuse.roots import root_of, roots_per_group
from trucewatch.fuse.rows import Standing, incident_rows, member_rows, pair_rows
from trucewatch.fuse.tellers import learnt, right_shares, silence_bits, tally
from trucewatch.fuse.verdicts import Verdicts, verdicts_of
from trucewatch.fuse.words import WEEK_H
from trucewatch.fuse.writing import Writing
from trucewatch.mission import Mission
from trucewatch.store import RoomResult, Run, Store
from trucewatch.vocabulary import happening_kinds

SQL = Path(__file__).parent / "sql"
STATUS = ("reported", "corroborated", "verified", "rejected")
_HAPPENING = f"""
    SELECT {", ".join(COLUMNS)} FROM observation_now
    WHERE NOT is_null AND kind IN (SELECT unnest($kinds::VARCHAR[]))
"""
_LOOKERS = """
    SELECT observer, means, lon, lat, radius_km, start_utc, end_utc, bearing_deg, field_of_view_deg
    FROM watch_now WHERE status = 'working' AND lon IS NOT NULL
        AND end_utc >= $low AND start_utc <= $high
    UNION ALL
    SELECT observer, means, lon, lat, radius_km, start_utc, end_utc, NULL, NULL
    FROM observation_now WHERE is_null AND observer IS NOT NULL AND lon IS NOT NULL
        AND kind IN (SELECT unnest($kinds::VARCHAR[]))
        AND end_utc >= $low AND start_utc <= $high
"""


_SLICE = _HAPPENING + " AND start_utc >= $from_utc AND start_utc < $to_utc"
_SPAN = """
    SELECT min(start_utc) AS low, max(start_utc) AS high, count(*) AS many FROM observation
"""
# More than this share of all touched weeks at once is bound as a whole: it costs the same.
MOST_SHARE = 0.5
# Records of tellers are learnt anew, for all incidents, once so many more happenings are there.
GROWN = 1.25
# Up to so many accounts the rows of one table are made while another is written: at ten millions
# the rows of two would not fit.
MOST_AHEAD = 3_000_000
_MANY = """
    SELECT count(*) AS many FROM observation_now
    WHERE NOT is_null AND kind IN (SELECT unnest($kinds::VARCHAR[]))
"""
_HOLDING = (
    "SELECT DISTINCT incident_id FROM member_now SEMI JOIN bound_again USING (observation_id)"
)
_SCOPES = {
    "incident": "incident_id IN (SELECT incident_id FROM held_before)",
    "conflict": "(incident_id IS NULL OR incident_id IN (SELECT incident_id FROM held_before))",
    "pair": "left_observation_id IN (SELECT observation_id FROM bound_again)",
    "member": "observation_id IN (SELECT observation_id FROM bound_again)",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds on incidents, read before anything is written.

    priors: by source. lookers: who watched, rows of `lookers`. reviews: rows of review_status.sql.
    record: of the tellers; None where it is to be learnt.
    """

    priors: Mapping[str, Prior]
    lookers: pa.Table
    reviews: list[dict[str, Any]]
    record: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run of the room goes by."""

    options: FuseOptions
    parameters: Parameters
    verdicts: Verdicts


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Fuse the open observations into incidents, and write what changed."""
    options = fuse_options(run.options)
    parameters = read_parameters(_parameters_path(mission, options))
    said = store.step(SQL / "verdicts.sql").to_pylist()
    settings = Settings(options, parameters, verdicts_of(said))
    run.tell("comparing accounts", 0, None)
    core = touched(store, run, options)
    record = store.table("teller_record") if core else None
    if record is not None and _grown(store, record):
        core = record = None
    part = core and _bound_again(store, core, settings)
    if part:
        ids = part.accounts.table["observation_id"].take(pa.array(part.accounts.records["row"]))
        with store.lending({"bound_again": pa.table({"observation_id": ids})}):
            held = store.query(_HOLDING)
            with store.lending({"held_before": held}):
                known = _known(store, part, options, record)
                return _write(store, run, (part, known), settings, _SCOPES)
    table = happenings(store)
    if not table.num_rows:
        return _nothing_happened(store, run)
    fused = fuse(table, parameters, options, settings.verdicts)
    return _write(store, run, (fused, _known(store, fused, options, None)), settings, {})


def _grown(store: Store, record: pa.Table) -> bool:
    """Whether there are so many more happenings than the records were learnt from."""
    many = store.query(_MANY, {"kinds": happening_kinds()})["many"][0].as_py()
    return bool(many > GROWN * sum(record["accounts"].to_pylist()))


def _nothing_happened(store: Store, run: Run) -> RoomResult:
    """Close what stood, and keep what counts disagree on; no kernel is loaded for it."""
    counts = store.step(SQL / "count_conflicts.sql")
    none: dict[str, Any] = {"pair": [], "incident": [], "member": [], "teller_record": []}
    written = {**none, "conflict": counts}
    added = sum(store.replace(name, rows, run).added for name, rows in written.items())
    zero = ("observations", "incidents", "corroborated", "pairs", "cut_in_dense_spots")
    return RoomResult(
        added, {**dict.fromkeys(zero, 0), "conflicts": counts.num_rows, "bound": "all"}
    )


def _bound_again(store: Store, core: Touched, settings: Settings) -> Fused | None:
    """Bind what new rows touch; None where that is nearly everything."""
    span = store.query(_SPAN)
    low, high = hours(span["low"])[0] // WEEK_H, hours(span["high"])[0] // WEEK_H
    whole = Touched(int(low), int(high))
    weeks = core.last_week - core.first_week + 3
    if weeks > MOST_SHARE * (whole.last_week - whole.first_week + 1):
        return None
    for more in range(1, MOST_WEEKS_MORE + 1):
        wide = core.widened(more)
        table = happenings(store, wide)
        fused = fuse(table, settings.parameters, settings.options, settings.verdicts)
        with store.lending({"in_slice": table.select(["observation_id"])}):
            old = store.query(
                "SELECT left_observation_id, right_observation_id FROM pair_now "
                "SEMI JOIN in_slice s ON s.observation_id = left_observation_id"
            )
        chosen = rebound(fused, old, core, wide, whole)
        if chosen is not None:
            return restricted(fused, chosen, settings.options, fused.different)
    return None


def _parameters_path(mission: Mission, options: FuseOptions) -> Path | None:
    return mission.root / options.parameters if options.parameters else None


def happenings(store: Store, within: Touched | None = None) -> pa.Table:
    """Return the open observations that fuse, unchunked: something that happens was seen."""
    wanted = happening_kinds()
    if within is None:
        # Unchunked here, so that nobody keeps the chunks beside the copy that is worked on.
        return store.query(_HAPPENING, {"kinds": wanted}).combine_chunks()
    span = {"from_utc": within.start_utc, "to_utc": within.end_utc}
    return store.query(_SLICE, {"kinds": wanted, **span})


def _write(
    store: Store, run: Run, found: tuple[Fused, Known], settings: Settings,
    scopes: Mapping[str, str],
) -> RoomResult:  # fmt: skip
    (fused, known), threads = found, settings.options.threads
    counts = store.step(SQL / "count_conflicts.sql")
    with Writing(store, run, scopes, ahead=len(fused.accounts) <= MOST_AHEAD) as writing:
        writing.replace("pair", pair_rows(fused, settings.parameters, threads))
        of = groups(fused)
        standing = _standing(fused, of, known, settings.options)
        writing.replace("incident", incident_rows(fused, of, standing, threads))
        writing.replace("member", member_rows(fused, of, standing.ids))
        within = conflict_rows(fused, of, standing.ids, threads)
        conflicts = pa.concat_tables([within, counts.cast(within.schema)])
        writing.replace("conflict", conflicts)
        if known.record is None:
            writing.replace("teller_record", standing.record)
        added = writing.added()
    return RoomResult(
        added,
        {
            "observations": len(fused.accounts), "incidents": len(of.sizes),
            "corroborated": int((standing.roots > 1).sum()), "conflicts": conflicts.num_rows,
            "pairs": len(fused.pairs), "cut_in_dense_spots": fused.pairs.cut,
            "bound": "touched" if scopes else "all",
        },
    )  # fmt: skip


def _known(store: Store, fused: Fused, options: FuseOptions, record: pa.Table | None) -> Known:
    table = fused.accounts.table
    when = {"low": pc.min(table["start_utc"]).as_py(), "high": pc.max(table["start_utc"]).as_py()}
    reviews = store.step(SQL / "review_status.sql").to_pylist()
    reviewed = store.step(SQL / "track_record.sql").to_pylist()
    before = priors(options.reliability, reviewed)
    return Known(before, lookers(store, when), reviews, record)


def lookers(store: Store, span: Mapping[str, Any]) -> pa.Table:
    """Return who looked in a span (low, high): working watches, and who saw nothing happen.

    A null account of what fuse does not join, such as no traffic at a crossing, is no such look.
    """
    kinds_joined = happening_kinds()
    return store.query(_LOOKERS, {"low": span["low"], "high": span["high"], "kinds": kinds_joined})


def _standing(fused: Fused, of: Groups, known: Known, options: FuseOptions) -> Standing:
    ids = incident_ids(fused, of, options.threads)
    root = root_of(fused.accounts, of.members, of.starts)
    roots = roots_per_group(root, of.members, of.starts)
    seen = watched(fused, of, known.lookers, options.threads)
    record = known.record
    if record is None:
        record = learnt(tally(fused, of, root, seen), known.priors)
    share = right_shares(fused.accounts, record, known.priors)
    missed = silence_bits(seen, record)
    occurred = probability_occurred(share, root, of.members, of.starts, missed)
    return Standing(ids, roots, occurred, _status(fused, of, roots, known.reviews), record)


def _status(fused: Fused, of: Groups, roots: Array, reviews: list[dict[str, Any]]) -> pa.Array:
    """Reported or corroborated by roots; verified or rejected where people said so.

    A person's word holds on for an incident that still has every observation it was said of.
    """
    status = (roots > 1).astype(np.int8)
    if reviews:
        ids = fused.accounts.table["observation_id"].to_pylist()
        row = fused.accounts.records["row"][of.members]
        group = np.repeat(np.arange(len(of.sizes)), of.sizes)
        group_of = {ids[r]: g for r, g in zip(row.tolist(), group.tolist(), strict=True)}
        for review in reviews:
            found = {group_of.get(i) for i in review["observation_ids"]}
            if len(found) == 1 and None not in found:
                status[found.pop()] = STATUS.index(review["decision"])
    return pa.array(STATUS, pa.string()).take(pa.array(status))
