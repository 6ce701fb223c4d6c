"""What mission.yaml sets for this room under options: coverage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from trucewatch.coverage.detection import DEFAULT, Detection, read_detection
from trucewatch.coverage.ledger import Clouds, LedgerOptions
from trucewatch.coverage.weather import clouds, read_weather
from trucewatch.errors import ConfigError, Fault
from trucewatch.mission import FILE, Mission

DAYS_MAX = 1200
KEYS = {
    "days": "list of reporting days to cover besides those with watches",
    "days_max": "1..4000, the most reporting days kept",
    "kinds": "list of families and kinds of coverage/detection.yaml",
    "points": "1..20000, sample points a zone",
    "slot_min": "5..240, minutes of a time slot",
    "detection": "path of a YAML with the mission's own detection figures",
    "exposure": "accounts (weigh ground by where happenings were seen) or area (all ground alike)",
    "weather": "path of a CSV or Parquet with region, day, cloud_share",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The room's settings, checked."""

    detection: Detection
    clouds: Clouds
    kinds: tuple[str, ...]
    days: tuple[date, ...]
    days_max: int
    by_accounts: bool
    ledger: LedgerOptions


def settings_of(mission: Mission) -> Settings:
    """Return the room's settings; raises ConfigError with every fault of the options at once."""
    options = mission.options.get("coverage") or {}
    path = mission.root / FILE
    faults = list(_faults(options, path))
    if faults:
        raise ConfigError(faults)
    figures, weather = options.get("detection"), options.get("weather")
    detection = read_detection(mission.root / figures if figures else DEFAULT)
    sky = mission.root / weather if weather else None
    kinds = tuple(options.get("kinds") or detection.row_kinds)
    blind = [kind for kind in kinds if kind not in detection.row_kinds]
    if blind:
        raise ConfigError([_fault(path, "kinds", blind, f"of {', '.join(detection.row_kinds)}")])
    return Settings(
        detection=detection,
        clouds=clouds(read_weather(sky), mission, sky) if sky else {},
        kinds=kinds,
        days=tuple(date.fromisoformat(str(day)) for day in options.get("days") or ()),
        days_max=int(options.get("days_max", DAYS_MAX)),
        by_accounts=options.get("exposure", "accounts") == "accounts",
        ledger=LedgerOptions(
            options.get("points", 2000), float(options.get("slot_min", 30)), mission.clock.zone
        ),
    )


def _faults(options: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(options, dict):
        yield Fault(str(path), None, repr(options), "options: {coverage: {...}}", "Correct it.")
        return
    for key, value in options.items():
        if key not in KEYS:
            yield _fault(path, key, "unknown option", f"one of {', '.join(KEYS)}")
        elif value is not None and not _fits(key, value):
            yield _fault(path, key, value, KEYS[key])


def _fits(key: str, value: Any) -> bool:
    bounds = {"points": (1, 20_000), "slot_min": (5, 240), "days_max": (1, 4000)}
    if key in bounds:
        whole = key != "slot_min"
        number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        return number and bounds[key][0] <= value <= bounds[key][1]
    if key in ("detection", "weather"):
        return isinstance(value, str)
    if key == "exposure":
        return value in ("accounts", "area")
    if not isinstance(value, list):
        return False
    return key == "kinds" or all(_is_date(day) for day in value)


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _fault(path: Path, key: str, found: object, expected: str) -> Fault:
    mend = f"Correct options: coverage: {key}."
    return Fault(str(path), None, f"coverage.{key} {found!r}", expected, mend)
