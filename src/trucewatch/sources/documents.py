"""Sources whose captures are documents: their `read.py` yields observations and watches.

It may yield a ReadError too, for a record that it cannot read while the others are sound.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from trucewatch.errors import ReadError, SourceError
from trucewatch.ids import content_id
from trucewatch.model import Observation, Watch
from trucewatch.sources.reading import Reading
from trucewatch.sources.rows import Intake
from trucewatch.store import Run, Store

BATCH = 5_000
Read = Observation | Watch | ReadError


def read(store: Store, intake: Intake, path: Path, run: Run) -> Reading:
    """Read one document with its source's own `read(path, mission, capture)`.

    The rows go to the store in batches, so that a long document costs no memory; a ReadError among
    them is one record that could not be read, and waits in quarantine.
    """
    told: Counter[str] = Counter()
    rows = _told_or_raised(_module(intake).read(path, intake.mission, intake.capture))
    while batch := list(islice(rows, BATCH)):
        observations = [_observation_row(intake, r) for r in batch if isinstance(r, Observation)]
        watches = [_watch_row(intake, row) for row in batch if isinstance(row, Watch)]
        unread = [
            _unread_row(intake, row, number)
            for number, row in enumerate(batch, start=told["records"] + 1)
            if isinstance(row, ReadError)
        ]
        new = store.append("observation", observations, run)
        told["observations"] += new
        told["repeats"] += len(observations) - new
        told["watches"] += store.append("watch", watches, run)
        told["quarantined"] += store.append("quarantine", unread, run)
        told["records"] += len(batch)
    return Reading(
        intake.capture.capture_id, intake.spec.source_id, intake.capture.origin,
        records=told["records"], observations=told["observations"], watches=told["watches"],
        quarantined=told["quarantined"], repeats=told["repeats"],
    )  # fmt: skip


def _told_or_raised(rows: Iterable[Read]) -> Iterator[Read]:
    """Yield a reader's rows; where it gives up midway, its reason is the last of them.

    Rows before that may be in the store already: a refusal of the whole would not be true.
    """
    has_begun = False
    try:
        for row in rows:
            has_begun = True
            yield row
    except ReadError as told:
        if not has_begun:
            raise
        yield told


def _unread_row(intake: Intake, told: ReadError, record_no: int) -> dict[str, Any]:
    """Return the quarantine row of a record; record_no counts what the document holds, from 1."""
    fault = {
        "record_no": record_no, "field": None, "found": told.found, "expected": told.expected,
        "mend": told.mend, "record": told.found,
    }  # fmt: skip
    capture = intake.capture
    return fault | {
        "source_id": capture.source_id, "capture_id": capture.capture_id,
        "quarantine_id": content_id(
            "quarantine", capture.capture_id, intake.spec.version, record_no, None, told.found
        ),
    }  # fmt: skip


def _module(intake: Intake) -> ModuleType:
    path = intake.spec.folder / "read.py"
    name = f"trucewatch_source_{intake.spec.source_id}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SourceError.at(
            path, None, found="no read.py", expected="read(path, mission, capture)",
            mend="A source of the format 'document' needs a reader.",
        )  # fmt: skip
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _observation_row(intake: Intake, row: Observation) -> dict[str, Any]:
    content = {name: value for name, value in asdict(row).items() if name != "capture_id"}
    replay = intake.mission.knowledge == "published"
    known = row.published_utc if replay and row.published_utc else intake.capture.received_utc
    return content | {
        "observation_id": content_id("observation", *content.values()),
        "source_id": intake.spec.source_id,
        "capture_id": intake.capture.capture_id,
        "root_id": row.root_id or intake.spec.source_id,
        "known_from_utc": known,
    }


def _watch_row(intake: Intake, row: Watch) -> dict[str, Any]:
    content = {name: value for name, value in asdict(row).items() if name != "capture_id"}
    return content | {
        "watch_id": content_id("watch", *content.values()),
        "source_id": intake.spec.source_id,
        "capture_id": intake.capture.capture_id,
        "known_from_utc": intake.capture.received_utc,
    }
