"""Sources whose captures are documents: their `read.py` yields observations and watches."""

from __future__ import annotations

import importlib.util
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from trucewatch.errors import SourceError
from trucewatch.ids import content_id
from trucewatch.model import Observation, Watch
from trucewatch.sources.reading import Reading
from trucewatch.sources.rows import Intake
from trucewatch.store import Run, Store


def read(store: Store, intake: Intake, path: Path, run: Run) -> Reading:
    """Read one document with its source's own `read(path, mission, capture)`."""
    found = list(_module(intake).read(path, intake.mission, intake.capture))
    observations = [_observation_row(intake, row) for row in found if isinstance(row, Observation)]
    watches = [_watch_row(intake, row) for row in found if isinstance(row, Watch)]
    new = store.append("observation", observations, run)
    new_watches = store.append("watch", watches, run)
    return Reading(
        intake.capture.capture_id, intake.spec.source_id, intake.capture.origin,
        records=len(found), observations=new, watches=new_watches,
        repeats=len(observations) - new,
    )  # fmt: skip


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
