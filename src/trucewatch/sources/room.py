"""The in-door: files of the mission become captures, captures become rows, once each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trucewatch.errors import ConfigError, Fault, ReadError, SourceError
from trucewatch.evidence import Capture, CaptureFolder, media_type_of
from trucewatch.ids import content_id
from trucewatch.mission import Mission, SourceUse
from trucewatch.sources import checks, documents, records, rows, sense
from trucewatch.sources.lines import Rejected
from trucewatch.sources.reading import Reading
from trucewatch.sources.spec import SourceSpec, find_source, known_sources, read_spec
from trucewatch.sources.unpacking import unpacked
from trucewatch.store import RoomResult, Run, Store

MAX_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that came in: its path, how it is named in the mission, and its source if known."""

    path: Path
    origin: str
    spec: SourceSpec | None


@dataclass(frozen=True, slots=True)
class Staged:
    """A table's bytes looked at: lines and columns that do not fit, or why it cannot be read."""

    rejected: tuple[Rejected, ...] = ()
    strange: tuple[str, ...] = ()
    refused: ReadError | None = None


def run(store: Store, mission: Mission, run: Run) -> RoomResult:
    """Read everything the mission lists that was not read before; repeat nothing."""
    # Whoever runs this room holds the store: no other arrival can be under way.
    CaptureFolder(mission.captures_path).sweep()
    return _result(read_listed(store, mission, run))


def read_listed(store: Store, mission: Mission, run: Run) -> list[Reading]:
    """Read every file that mission.yaml lists; return what became of each."""
    arrivals = list(_listed(mission))
    readings = []
    for done, arrival in enumerate(arrivals):
        run.tell(f"reading {arrival.origin}", done, len(arrivals))
        readings.append(read_arrival(store, mission, run, arrival))
    return readings


def read_path(
    store: Store, mission: Mission, run: Run, path: Path, source: str | None = None
) -> Reading:
    """Read one file a user names; without a source the one whose fields fit is taken."""
    spec = find_source(source, mission.root) if source else None
    return read_arrival(store, mission, run, Arrival(path, _origin(mission, path), spec))


def _result(readings: Sequence[Reading]) -> RoomResult:
    fresh = [reading for reading in readings if reading.is_new]
    detail = {
        name: sum(getattr(reading, name) for reading in fresh)
        for name in ("records", "observations", "watches", "claims", "quarantined", "repeats")
    }
    added = detail["observations"] + detail["watches"] + detail["claims"]
    return RoomResult(added, {**detail, "captures": len(readings), "new_captures": len(fresh)})


def _listed(mission: Mission) -> Iterator[Arrival]:
    faults: list[Fault] = []
    for index, use in enumerate(mission.sources):
        try:
            spec = _spec_of(mission, use)
            for pattern in use.paths:
                yield from (
                    Arrival(path, _origin(mission, path), spec)
                    for path in _matching(mission.root, pattern, index)
                )
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)


def _spec_of(mission: Mission, use: SourceUse) -> SourceSpec:
    if use.mapping:
        return read_spec(mission.root / use.mapping)
    return find_source(use.source, mission.root)


def _matching(root: Path, pattern: str, index: int) -> list[Path]:
    """Files of a pattern below the mission; nothing outside it, not by `..` and not by a link."""
    where = f"sources: entry {index + 1}"
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise SourceError.at(
            root / "mission.yaml", None, found=f"the path {pattern!r} ({where})",
            expected="a path below the mission folder",
            mend="Copy the file into the mission, or hand it in once: trucewatch read PATH",
        )  # fmt: skip
    found = sorted(path for path in root.glob(pattern) if path.is_file())
    if not found:
        raise SourceError.at(
            root / "mission.yaml", None, found=f"no file {pattern!r} ({where})",
            expected="at least one file", mend="Put the file there, or remove the entry.",
        )  # fmt: skip
    outside = [path for path in found if not path.resolve().is_relative_to(root.resolve())]
    if outside:
        raise SourceError.at(
            root / "mission.yaml", None, found=f"{outside[0]}, a link out of the mission ({where})",
            expected="files that lie in the mission folder", mend="Copy the file in.",
        )  # fmt: skip
    return found


def _origin(mission: Mission, path: Path) -> str:
    try:
        return path.resolve().relative_to(mission.root.resolve()).as_posix()
    except ValueError:
        return path.name


def read_arrival(store: Store, mission: Mission, run: Run, arrival: Arrival) -> Reading:
    """Capture one file and read it; a file read before by the same reader is left alone."""
    spec = arrival.spec or sense.fitting(store, arrival.path, known_sources(mission.root))
    capture = _keep(store, mission, arrival, spec)
    known = store.query(
        "SELECT 1 FROM reading WHERE capture_id = $id AND source_version = $version",
        {"id": capture.capture_id, "version": spec.version},
    )
    if known.num_rows:
        return Reading(capture.capture_id, spec.source_id, arrival.origin, is_new=False)
    intake = rows.Intake(mission, spec, capture)
    # The engine aborts a transaction on a file it cannot parse: look at the bytes before it.
    staged = _stage(store, intake)
    with store.transaction():
        return _read(store, intake, run, staged)


def _keep(store: Store, mission: Mission, arrival: Arrival, spec: SourceSpec) -> Capture:
    try:
        with arrival.path.open("rb") as opened:
            sha256, size = CaptureFolder(mission.captures_path).keep(opened)
    except OSError as error:
        raise ReadError(
            arrival.origin, found=error.strerror or str(error),
            expected="a file that can be read, and room for its capture",
            mend="Check permissions and free space.",
        ) from error  # fmt: skip
    known = store.query(
        "SELECT received_utc, origin FROM capture WHERE sha256 = $sha256 AND source_id = $source",
        {"sha256": sha256, "source": spec.source_id},
    ).to_pylist()
    received = known[0]["received_utc"] if known else datetime.now(UTC)
    return Capture(
        sha256, size, media_type_of(arrival.origin.split("?")[0]),
        known[0]["origin"] if known else arrival.origin, received, spec.source_id, spec.licence,
    )  # fmt: skip


def _stage(store: Store, intake: rows.Intake) -> Staged:
    """Bring a table's records and their faults into temporary tables; nothing is kept yet."""
    if "document" in intake.spec.formats:
        return Staged()
    spec, capture = intake.spec, intake.capture
    path = CaptureFolder(intake.mission.captures_path).open(capture.sha256)
    try:
        with unpacked(path, capture.origin) as plain:
            rejected = records.load_records(store, plain, spec, capture.origin)
            found = records.columns_of(store, plain, spec, capture.origin)
    except ReadError as error:
        return Staged(refused=error)
    rows.lend_places(store, intake.mission)
    checks.find_faults(store, spec, capture.received_utc)
    checks.find_swapped(store, spec, intake.mission)
    store.execute(
        "CREATE OR REPLACE TEMP VIEW record AS SELECT * FROM record_raw "
        "ANTI JOIN record_fault USING (record_no)"
    )
    return Staged(tuple(rejected), tuple(records.unknown_columns(found, spec)))


def _read(store: Store, intake: rows.Intake, run: Run, staged: Staged) -> Reading:
    capture = intake.capture
    at = replace(run, data_utc=capture.received_utc)
    store.append("capture", [_capture_row(capture)], at)
    if staged.refused:
        reading = _refuse(store, at, intake, staged.refused)
    elif "document" in intake.spec.formats:
        path = CaptureFolder(intake.mission.captures_path).open(capture.sha256)
        try:
            reading = documents.read(store, intake, path, at)
        except ReadError as told:
            reading = _refuse(store, at, intake, told)
    else:
        reading = _read_table(store, intake, at, staged)
    store.append("reading", [_reading_row(reading, intake.spec)], at)
    _assert_shares(intake.spec, reading, store, at, intake)
    return reading


def _refuse(store: Store, run: Run, intake: rows.Intake, told: ReadError) -> Reading:
    """Keep a capture that cannot be read at all, with the reason."""
    _quarantine(store, run, intake, [_fault(None, told.found, told.expected, told.mend)])
    capture = intake.capture
    return Reading(capture.capture_id, capture.source_id, capture.origin, quarantined=1)


def _capture_row(capture: Capture) -> dict[str, Any]:
    return {
        "capture_id": capture.capture_id, "sha256": capture.sha256,
        "size_bytes": capture.size_bytes, "media_type": capture.media_type,
        "origin": capture.origin, "received_utc": capture.received_utc,
        "source_id": capture.source_id, "licence": capture.licence,
        "known_from_utc": capture.received_utc,
    }  # fmt: skip


def _reading_row(reading: Reading, spec: SourceSpec) -> dict[str, Any]:
    names = ("capture_id", "source_id", "records", "observations", "watches", "claims")
    row: dict[str, Any] = {name: getattr(reading, name) for name in names}
    return row | {
        "quarantined": reading.quarantined, "repeats": reading.repeats,
        "source_version": spec.version,
    }  # fmt: skip


def _read_table(store: Store, intake: rows.Intake, run: Run, staged: Staged) -> Reading:
    spec, capture = intake.spec, intake.capture
    faults = [_rejected_fault(rejected) for rejected in staged.rejected]
    signalled = [_strange_fault(column) for column in staged.strange]
    _quarantine(store, run, intake, [*faults, *signalled])
    kept_out = len(faults) + _quarantine_records(store, run, intake)
    given, new = rows.append_rows(store, intake, "observation", run)
    if spec.identity:
        rows.close_corrected(store, run, capture.capture_id, spec.source_id)
    _, watches = rows.append_rows(store, intake, "watch", run)
    _, notices = rows.append_rows(store, intake, "notice", run)
    total = store.size("record_raw")
    return Reading(
        capture.capture_id, spec.source_id, capture.origin, records=total + len(staged.rejected),
        observations=new, watches=watches, notices=notices, quarantined=kept_out,
        repeats=given - new,
    )  # fmt: skip


def _quarantine_records(store: Store, run: Run, intake: rows.Intake) -> int:
    """Keep out every record with a fault, under the first field that fails; return how many."""
    before = store.size("quarantine")
    store.execute(
        (Path(__file__).parent / "keep_out.sql").read_text(encoding="utf-8"),
        {
            "capture_id": intake.capture.capture_id, "source_id": intake.capture.source_id,
            "source_version": intake.spec.version, "run_id": run.run_id, "known_utc": run.data_utc,
        },
    )  # fmt: skip
    return store.size("quarantine") - before


def _fault(record_no: int | None, found: str, expected: str, mend: str) -> dict[str, Any]:
    return {"record_no": record_no, "field": None, "found": found, "expected": expected,
            "mend": mend, "record": None}  # fmt: skip


def _rejected_fault(rejected: Rejected) -> dict[str, Any]:
    mend = f"Mend line {rejected.line} of the file."
    row = _fault(rejected.line, rejected.found, rejected.expected, mend)
    return row | {"record": (rejected.record or "")[:MAX_SHOWN]}


def _strange_fault(column: str) -> dict[str, Any]:
    row = _fault(None, f"a new column {column!r}", "a field the source uses or ignores by name",
                 "The records were read without it; list it in source.yaml.")  # fmt: skip
    return row | {"field": column}


def _quarantine(
    store: Store, run: Run, intake: rows.Intake, faults: Iterable[dict[str, Any]]
) -> None:
    capture = intake.capture
    kept = [
        {
            **fault, "source_id": capture.source_id, "capture_id": capture.capture_id,
            "quarantine_id": content_id(
                "quarantine", capture.capture_id, intake.spec.version, fault["record_no"],
                fault["field"], fault["found"],
            ),
        }
        for fault in faults
    ]  # fmt: skip
    store.append("quarantine", kept, run)


def _assert_shares(
    spec: SourceSpec, reading: Reading, store: Store, run: Run, intake: rows.Intake
) -> None:
    """A source that announces how many records it has is held to it; a breach is signalled."""
    found = {
        "records_min": reading.records < spec.assertions.get("records_min", 0),
        "records_max": reading.records > spec.assertions.get("records_max", float("inf")),
        "quarantined_share_max": reading.quarantined
        > spec.assertions.get("quarantined_share_max", 1.0) * max(1, reading.records),
    }
    broken = [name for name, is_broken in found.items() if is_broken]
    _quarantine(store, run, intake, [
        _fault(None, f"{reading.records} records, {reading.quarantined} kept out",
               f"{name}: {spec.assertions[name]}", "Look at the source: did it change its shape?")
        for name in broken
    ])  # fmt: skip
