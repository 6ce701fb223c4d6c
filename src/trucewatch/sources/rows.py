"""From checked records to rows: the source's own SELECT, wrapped so that rows keep lineage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from trucewatch.errors import SourceError
from trucewatch.evidence import Capture
from trucewatch.ids import HEX_DIGITS
from trucewatch.mission import Mission
from trucewatch.sources.mapping import select_of
from trucewatch.sources.spec import SourceSpec
from trucewatch.store import Run, Store, read_step

_ID = {"observation": "obs", "watch": "wat", "notice": "ntc"}
_FILES = {"observation": "read.sql", "watch": "read_watches.sql", "notice": "read_notices.sql"}


@dataclass(frozen=True, slots=True)
class Intake:
    """One capture on its way into the tables of one mission."""

    mission: Mission
    spec: SourceSpec
    capture: Capture

    def bound(self, run: Run) -> dict[str, Any]:
        """Return the values that every read.sql may name."""
        lag_h = self.spec.published_lag_h
        return {
            "time_zone": self.mission.clock.zone.key,
            "evening": _interval(self.mission),
            "source_id": self.spec.source_id,
            "capture_id": self.capture.capture_id,
            "received_utc": self.capture.received_utc,
            "replay": self.mission.knowledge == "published",
            "lag_s": None if lag_h is None else lag_h * 3600,
            "run_id": run.run_id,
        }


def _interval(mission: Mission) -> timedelta:
    evening = mission.clock.evening
    return timedelta(hours=evening.hour, minutes=evening.minute)


def lend_places(store: Store, mission: Mission) -> None:
    """Fill the temporary table place(alias, ...): the mission's regions by every name."""
    rows = [
        {
            "alias": alias, "region_id": named.id, "name": named.name,
            "lon": named.region.lon, "lat": named.region.lat, "radius_km": named.region.radius_km,
            "polygon_wkt": named.region.polygon_wkt, "precision": named.region.precision.value,
        }
        for named in mission.regions
        for alias in {n.strip().casefold() for n in (named.id, named.name, *named.aliases)}
    ]  # fmt: skip
    store.execute(
        "CREATE OR REPLACE TEMP TABLE place (alias VARCHAR, region_id VARCHAR, name VARCHAR, "
        "lon DOUBLE, lat DOUBLE, radius_km DOUBLE, polygon_wkt VARCHAR, precision VARCHAR)"
    )
    for row in rows:
        names = ", ".join(f"${name}" for name in row)
        store.execute(f"INSERT INTO place VALUES ({names})", row)


def append_rows(store: Store, intake: Intake, noun: str, run: Run) -> tuple[int, int]:
    """Append the rows of one noun that a capture's records give; return (rows given, rows new)."""
    select = _select(intake.spec, noun)
    if select is None:
        return 0, 0
    bound = intake.bound(run)
    _lend_like(store, intake.spec, noun, bound)
    given = store.query(f"SELECT * FROM ({select}) LIMIT 0", bound).column_names
    rows = _mark_repeats(store, select, bound)
    before = store.size(noun)
    store.execute(_insert(noun, select, given), bound)
    return rows, store.size(noun) - before


def _mark_repeats(store: Store, select: str, bound: dict[str, Any]) -> int:
    """List in `repeated` every row whose identity stood in an earlier record; return all rows.

    Only the few identities that stand more than once are sorted: a plain DISTINCT over a
    million rows costs more than reading them.
    """
    store.execute(
        "CREATE OR REPLACE TEMP TABLE told AS "
        f"SELECT record_no, hash(identity) AS identity_hash FROM ({select})", bound
    )  # fmt: skip
    store.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT record_no, identity_hash FROM told "
        "SEMI JOIN (SELECT identity_hash FROM told GROUP BY ALL HAVING count(*) > 1) twice "
        "USING (identity_hash) QUALIFY row_number() OVER "
        "(PARTITION BY identity_hash ORDER BY record_no) > 1"
    )
    return store.size("told")


def _lend_like(store: Store, spec: SourceSpec, noun: str, bound: dict[str, Any]) -> None:
    """Make the rows of the source that this one is like, as a table with its step's name."""
    path = spec.like.folder / _FILES[noun] if spec.like else None
    if path and path.is_file() and (spec.folder / _FILES[noun]).is_file():
        step = read_step(path)
        store.execute(f"CREATE OR REPLACE TEMP TABLE {step.name} AS {step.sql}", bound)


def _select(spec: SourceSpec, noun: str) -> str | None:
    path = spec.folder / _FILES[noun]
    if path.is_file():
        return read_step(path).sql.rstrip().rstrip(";")
    if spec.like and not spec.mapping:
        return _select(spec.like, noun)
    if noun == "observation" and spec.mapping:
        return select_of(spec)
    if noun == "observation":
        raise SourceError.at(
            spec.folder, None, found="neither read.sql nor mapping:",
            expected="one of the two", mend="Say how a record becomes an observation.",
        )  # fmt: skip
    return None


def _insert(noun: str, select: str, given: Sequence[str]) -> str:
    """The wrapping every source shares: id, lineage, when it was known, and the defaults."""
    row_id = f"{noun}_id"
    stamped = {
        row_id: f"'{_ID[noun]}-' || left(sha256(concat_ws(chr(31), $source_id, s.identity)), "
                f"{HEX_DIGITS})",
        "run_id": "$run_id",
        "known_from_utc": _known(noun, given),
        "source_id": "$source_id",
        "capture_id": "$capture_id",
    }  # fmt: skip
    if noun == "observation":
        stamped |= {
            "is_null": "coalesce(s.is_null, FALSE)" if "is_null" in given else "FALSE",
            "root_id": "coalesce(s.root_id, $source_id)" if "root_id" in given else "$source_id",
            "when_precision": _or_unknown("when_precision", given),
            "where_precision": _or_unknown("where_precision", given),
        }
    plain = [f"s.{c}" for c in given if c not in stamped and c != "identity"]
    columns = ", ".join([*(f"{sql} AS {name}" for name, sql in stamped.items()), *plain])
    return (
        f"INSERT INTO {noun} BY NAME SELECT * FROM (SELECT {columns} FROM ({select}) s "
        "ANTI JOIN repeated r ON r.record_no = s.record_no AND r.identity_hash = hash(s.identity)"
        f") fresh ANTI JOIN {noun} USING ({row_id})"
    )


def _or_unknown(column: str, given: Sequence[str]) -> str:
    return f"coalesce(s.{column}, 'unknown')" if column in given else "'unknown'"


def _known(noun: str, given: Sequence[str]) -> str:
    """When the mission knew: in a replay as soon as it was published, else when it was received."""
    if noun == "notice":  # given before the event it announces
        return "CASE WHEN $replay THEN least(s.start_utc, $received_utc) ELSE $received_utc END"
    options = ["s.published_utc"] if "published_utc" in given else []
    if "end_utc" in given:
        options.append("s.end_utc + to_seconds($lag_s)")
    published = f"coalesce({', '.join([*options, '$received_utc'])})"
    return f"CASE WHEN $replay THEN {published} ELSE $received_utc END"


def close_corrected(store: Store, run: Run, capture_id: str, source_id: str) -> int:
    """Close rows that a later record with the same id at the source corrects; return how many."""
    before = store.size("retired")
    store.execute(
        (Path(__file__).parent / "corrections.sql").read_text(encoding="utf-8"),
        {"run_id": run.run_id, "capture_id": capture_id, "source_id": source_id},
    )
    return store.size("retired") - before
