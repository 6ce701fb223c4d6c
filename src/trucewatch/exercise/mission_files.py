"""The mission folder of an exercise: mission.yaml, its sources, its agreement, its trials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from trucewatch.exercise.evenings import EVENING, TIME_ZONE
from trucewatch.exercise.ground import DEPTH_KM, Ground
from trucewatch.exercise.rows import WHEN
from trucewatch.exercise.stream import Exercise
from trucewatch.exercise.text import iso_text
from trucewatch.exercise.trials import detection_file
from trucewatch.exercise.truth import HEAVY_MM, WITHDRAWAL_KM

TOLD_FIELDS: dict[str, Any] = {
    "report_id": {"required": True}, "outlet": {"required": True},
    "kind": {"terms": "kinds", "required": True}, "start": {"type": "instant", "required": True},
    "end": {"type": "instant", "required": True}, "time_known": {"one_of": list(WHEN)},
    "published": {"type": "instant"}, "place": {},
    "lon": {"type": "number", "min": -180, "max": 180},
    "lat": {"type": "number", "min": -90, "max": 90}, "radius_km": {"type": "number", "min": 0},
    "means": {"terms": "means"}, "count": {"type": "number", "min": 0}, "count_qualifier": {},
    "count_low": {"type": "number", "min": 0}, "count_high": {"type": "number", "min": 0},
    "weapon": {"terms": "weapons"}, "calibre_mm": {"type": "number", "min": 0, "max": 1000},
    "claimed_actor": {}, "claimant": {}, "control_side": {}, "quote": {},
}  # fmt: skip
READ_TOLD = Path(__file__).parent / "sql" / "read_told.sql"


def write_mission(made: Exercise, root: Path) -> None:
    """Write all of the mission folder but the records: a mission that is ready to run."""
    _to_yaml(root / "mission.yaml", _mission(made))
    _to_yaml(root / "agreements" / "exercise.yaml", _agreement(made))
    _to_yaml(root / "detection.yaml", detection_file(made.dials))
    for name, title, letter in (
        ("exercise_media", "Media reports of an exercise", "C"),
        ("exercise_claims", "Claims of the parties in an exercise", "E"),
    ):
        _write_source(root / "sources" / name, name, title, letter)


class _Plain(yaml.SafeDumper):
    """Writes a value out each time it stands: the readers refuse aliases."""

    def ignore_aliases(self, _: object) -> bool:
        """Never write an alias."""
        return True


def _to_yaml(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")


def _write_source(folder: Path, name: str, title: str, letter: str) -> None:
    """Write a source of the mission's own: its fields, and the SELECT that reads them."""
    _to_yaml(folder / "source.yaml", {
        "source": name, "title": title, "publisher": "the exercise", "licence": "CC0",
        "republish": "yes", "reliability": letter, "format": "csv", "identity": "report_id",
        "fields": TOLD_FIELDS,
    })  # fmt: skip
    (folder / "read.sql").write_text(READ_TOLD.read_text(encoding="utf-8"), encoding="utf-8")


def _mission(made: Exercise) -> dict[str, Any]:
    ground, options = made.ground, made.options
    return {
        "mission": f"exercise-{options.level}-{options.seed}",
        "title": f"Exercise, level {options.level}, seed {options.seed}",
        "time_zone": TIME_ZONE, "evening": EVENING.strftime("%H:%M"), "knowledge": "published",
        "recommitted": str(iso_text(np.array([made.first_s]))[0]),
        "parties": [{"id": party, "name": name} for party, name in ground.parties],
        "regions": [_region(ground, region) for region in range(ground.regions)],
        "agreements": ["agreements/exercise.yaml"],
        "sources": [
            {"source": "field_report", "paths": [f"inbox/{name}/*.csv"]}
            for name in ("field", "watches", "notices")
        ] + [
            {"source": source, "paths": [f"inbox/{name}/*.csv"]}
            for source, name in (
                ("exercise_media", "media"), ("exercise_claims", "claims"), ("firms", "fires"),
                ("osce_smm_counts", "counts"), ("party_claims", "totals"),
            )
        ],
        "options": {
            "coverage": {"detection": "detection.yaml", "weather": "weather.csv"},
            # An alert out of a drawn truce must not be taken for a real one.
            "publish": {"alert_status": "Exercise"},
        },
        "audiences": [{"id": "parties", "delay_h": 0, "coarsen_km": 1},
                      {"id": "public", "delay_h": 72, "coarsen_km": 5}],
    }  # fmt: skip


def _region(ground: Ground, region: int) -> dict[str, Any]:
    ring = ground.polygon(region)
    corners = ", ".join(f"{lon:.4f} {lat:.4f}" for lon, lat in ring)
    width_km = ground.line_km / ground.regions
    lon = float(ground.lon_of((region + 0.5) * width_km))
    return {
        "id": ground.region_ids[region], "name": ground.region_names[region],
        "lon": round(lon, 4), "lat": round(float(ground.line_lat(np.array(lon))), 4),
        "radius_km": round(float(np.hypot(width_km / 2, DEPTH_KM)), 1),
        "polygon_wkt": f"POLYGON (({corners}))",
    }  # fmt: skip


def _agreement(made: Exercise) -> dict[str, Any]:
    """Return the truce of the exercise: one article per pattern that the truth is kept for."""
    ground, north, south = made.ground, *made.ground.party_ids
    along = np.linspace(0, ground.line_km, max(60, int(ground.line_km / 2)))
    lon = np.asarray(ground.lon_of(along))
    points = [
        {"at": [round(float(x), 5), round(float(y), 5)]}
        for x, y in zip(lon, ground.line_lat(lon), strict=True)
    ]
    return {
        "agreement": "exercise", "title": "Truce of the exercise",
        "parties": [{"id": party, "name": name} for party, name in ground.parties],
        "instruments": [{
            "id": "truce", "title": "Truce of the exercise",
            "signed": made.options.first_day.isoformat(),
            "in_force": {"from": str(iso_text(np.array([made.first_s]))[0])},
        }],
        # West to east: north lies to the left of the line.
        "lines": [{"id": "line", "name": "line of contact", "uncertainty_km": 0.2, "left": north,
                   "right": south, "points": points}],
        "zones": [{"id": "belt", "name": "belt", "belt": {"line": "line", "km": DEPTH_KM}}],
        "provisions": _provisions(north, south),
    }  # fmt: skip


def _provisions(north: str, south: str) -> list[dict[str, Any]]:
    heavy = {"calibre_mm": {"at_least": HEAVY_MM}}
    announced = {
        "id": "announced", "says": "announced demining or training is no breach",
        "burden": "invoker", "notices": ["demining", "training"], "within_km": 3, "within_h": 1,
    }  # fmt: skip
    fire = {"acts": {"families": ["fire"]}, "zone": "belt", "exceptions": [announced]}
    rows: list[dict[str, Any]] = [
        {"id": "no_fire", "kind": "prohibition", "says": "Neither party fires.", **fire},
        {"id": "no_heavy_fire", "kind": "prohibition", "weapons": heavy,
         "says": "Neither party fires weapons of 100 mm or more.", **fire},
        {"id": "heavy_back", "kind": "withdrawal", "weapons": heavy, "distance_km": WITHDRAWAL_KM,
         "reference": {north: "line", south: "line"},
         "says": "Weapons of 100 mm or more stand at least 15 km behind the line."},
        {"id": "no_uav", "kind": "prohibition", "acts": {"kinds": ["uav", "aircraft"]},
         "zone": "belt", "says": "No aircraft fly in the belt, but those of the monitors."},
        {"id": "no_advance", "kind": "prohibition", "acts": {"kinds": ["advance"]}, "zone": "belt",
         "says": "Neither party changes its positions forward."},
        {"id": "free_access", "kind": "access",
         "acts": {"kinds": ["access_denied", "jamming", "instrument_attack"]}, "zone": "belt",
         "says": "Monitors move freely and their instruments stay unharmed."},
        {"id": "announce", "kind": "notification", "acts": {"kinds": ["demining", "training"]},
         "condition": {"notices": ["demining", "training"], "within_km": 3, "within_h": 1},
         "zone": "belt", "says": "Demining and training are announced beforehand."},
    ]  # fmt: skip
    return [{"instrument": "truce", "article": str(n + 1), **row} for n, row in enumerate(rows)]
