"""Reports as source files: the forms that the readers read, one folder a stream, a file a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from trucewatch.exercise.ground import Floats, arms
from trucewatch.exercise.posts import POST_MEANS, RANGE_KM, STATUSES
from trucewatch.exercise.rows import (
    DESCRIPTIONS,
    KINDS,
    MEANS,
    QUALIFIERS,
    STREAM,
    WHEN,
    Rows,
    taken,
)
from trucewatch.exercise.sky import PASSES_H
from trucewatch.exercise.stream import Drawn, Exercise
from trucewatch.exercise.tables import numbers, quotes, words
from trucewatch.exercise.text import compass, iso_text, row_ids


@dataclass(slots=True)
class Folder:
    """Open CSV files below a folder: rows are added by file name; all are closed at the end."""

    root: Path
    writers: dict[str, Any] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, table: pa.Table) -> int:
        """Append rows to a file and return the rows it held before; a header comes first."""
        before = self.written.get(name, 0)
        if name not in self.writers:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            options = csv.WriteOptions(quoting_style="needed")
            self.writers[name] = csv.CSVWriter(path, table.schema, write_options=options)
        if table.num_rows:
            self.writers[name].write_table(table)
        self.written[name] = before + table.num_rows
        return before

    def close(self) -> None:
        """Close every file."""
        for writer in self.writers.values():
            writer.close()
        self.writers.clear()

    def close_others(self, mark: str) -> None:
        """Close files whose name does not hold a mark: months that are over."""
        for name in [name for name in self.writers if mark not in name]:
            self.writers.pop(name).close()


def field_table(made: Exercise, reports: Rows) -> pa.Table:
    """Return direct observations as rows of the monitors' form."""
    count = len(reports["label"])
    patrol = np.array([name.startswith("PATROL") for name in made.observers])
    word = patrol[reports["observer"]]
    bearing = pc.if_else(
        pa.array(word), compass(reports["bearing_deg"]),
        numbers(reports["bearing_deg"]).cast(pa.string()),
    )  # fmt: skip
    parties = made.ground.party_ids
    return pa.table({
        "report_id": row_ids("", reports["serial"]),
        "record": pa.repeat("observation", count),
        "team": words(reports["observer"], made.observers),
        "kind": words(reports["kind"], KINDS),
        "start": iso_text(reports["start_s"]), "end": iso_text(reports["end_s"]),
        "published": iso_text(reports["published_s"]),
        "position_lon": _rounded(reports["observer_lon"], 4),
        "position_lat": _rounded(reports["observer_lat"], 4),
        "means": words(reports["means"], MEANS),
        **_counted(reports),
        "description": words(reports["description"], DESCRIPTIONS),
        "weapon": words(reports["weapon"], arms().weapons),
        "calibre_mm": numbers(reports["calibre_mm"]),
        "range_low_km": _rounded(reports["range_low_km"], 2),
        "range_high_km": _rounded(reports["range_high_km"], 2),
        "bearing": bearing, "direction": compass(reports["direction_deg"]),
        "lon": _rounded(reports["lon"], 4), "lat": _rounded(reports["lat"], 4),
        "radius_km": numbers(reports["radius_km"]),
        "control_side": words(reports["control_side"], parties),
        "null": pc.if_else(pa.array(reports["is_null"]), "true", None),
    })  # fmt: skip


def told_table(made: Exercise, reports: Rows) -> pa.Table:
    """Return media reports or party claims as rows of the exercise's own forms."""
    parties = made.ground.party_ids
    return pa.table({
        "report_id": row_ids("", reports["serial"]),
        "outlet": words(reports["observer"], made.observers),
        "kind": words(reports["kind"], KINDS),
        "start": iso_text(reports["start_s"]), "end": iso_text(reports["end_s"]),
        "time_known": words(reports["when"], WHEN),
        "published": iso_text(reports["published_s"]),
        "place": words(reports["place"], made.ground.place_names),
        "lon": _rounded(reports["lon"], 4), "lat": _rounded(reports["lat"], 4),
        "radius_km": numbers(reports["radius_km"]), "means": words(reports["means"], MEANS),
        **_counted(reports), "weapon": words(reports["weapon"], arms().weapons),
        "calibre_mm": numbers(reports["calibre_mm"]),
        "claimed_actor": words(reports["claimed_actor"], parties),
        "claimant": words(reports["claimant"], parties),
        "control_side": words(reports["control_side"], parties),
        "quote": quotes(made, reports),
    })  # fmt: skip


def fires_table(reports: Rows) -> pa.Table:
    """Return fires with the full columns of FIRMS; the serial is in neither column."""
    count, when = len(reports["label"]), reports["start_s"]
    clock = (when // 60 % 1440).astype(np.int64)
    hhmm = (clock // 60 * 100 + clock % 60).astype(np.int64)
    text = iso_text(when)
    # FRP carries the serial's last digits as noise below its precision, so that no two pixels
    # of one pass are equal in every column.
    frp = np.round(reports["quantity"] + reports["serial"] % 100 / 1000, 3)
    return pa.table({
        "latitude": _rounded(reports["lat"], 5), "longitude": _rounded(reports["lon"], 5),
        "brightness": _rounded(300 + 10 * np.log1p(reports["quantity"]), 1),
        "scan": pa.repeat(0.39, count), "track": pa.repeat(0.36, count),
        "acq_date": pc.utf8_slice_codeunits(text, 0, 10),
        "acq_time": pc.utf8_lpad(pa.array(hhmm).cast(pa.string()), 4, "0"),
        "satellite": pc.if_else(pa.array(hhmm % 100 == 0), "N", "N20"),
        "confidence": pa.repeat("nominal", count), "version": pa.repeat("2.0NRT", count),
        "bright_t31": pa.repeat(285.0, count), "frp": pa.array(frp),
        "daynight": pc.if_else(pa.array(hhmm > 600), "D", "N"),
    })  # fmt: skip


def watch_table(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return the watches of a scene, satellite passes included, as rows of the monitors' form."""
    posts, ground = drawn.posts, made.ground
    kind = posts.kind
    posted = pa.table({
        "team": words(posts.observer, made.observers),
        "start": iso_text(posts.start_s), "end": iso_text(posts.end_s),
        "means": words(kind, POST_MEANS), "status": words(posts.status, STATUSES),
        "position_lon": _rounded(posts.lon, 4), "position_lat": _rounded(posts.lat, 4),
        "range_km": pa.array(np.array(RANGE_KM)[kind]),
        "bearing": _rounded(posts.bearing_deg, 1), "field_of_view_deg": numbers(posts.view_deg),
        "control_side": words(ground.side_of(posts.lon, posts.lat), ground.party_ids),
        "notes": pc.if_else(pa.array(posts.sight < 1), "poor sight", None),
    })  # fmt: skip
    both = pa.concat_tables([posted, _passes(made, drawn)], promote_options="permissive")
    serial = drawn.scene.first * 1_000_000 + np.arange(both.num_rows)
    record = pa.repeat("watch", both.num_rows)
    return both.add_column(0, "record", record).add_column(0, "report_id", row_ids("w", serial))


def _passes(made: Exercise, drawn: Drawn) -> pa.Table:
    ground, shape = made.ground, (drawn.scene.days, len(PASSES_H), made.ground.regions)
    day, hour, region = (at.ravel() for at in np.indices(shape))
    start = drawn.scene.day_s(day) + np.array(PASSES_H)[hour] * 3600
    lon = np.asarray(ground.lon_of((region + 0.5) * ground.line_km / ground.regions))
    half_km = np.hypot(ground.line_km / ground.regions / 2, 30.0)
    cloud = np.char.add("cloud ", np.round(drawn.cloud[day, region], 2).astype(str))
    return pa.table({
        "team": pa.repeat("SATELLITE", len(region)), "start": iso_text(start),
        "end": iso_text(start + 60), "means": pa.repeat("thermal", len(region)),
        "status": pa.repeat("working", len(region)), "position_lon": _rounded(lon, 4),
        "position_lat": _rounded(ground.line_lat(lon), 4),
        "range_km": pa.repeat(float(np.round(half_km, 1)), len(region)), "notes": pa.array(cloud),
    })  # fmt: skip


def weather_table(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return the share of sky covered by region and day, as a weather service would give it."""
    ground, scene = made.ground, drawn.scene
    day, region = (at.ravel() for at in np.indices(drawn.cloud.shape))
    text = iso_text(scene.day_s(day))
    return pa.table({
        "region": words(region, ground.region_ids), "day": pc.utf8_slice_codeunits(text, 0, 10),
        "cloud_share": numbers(np.round(drawn.cloud[day, region], 3)),
    })  # fmt: skip


def notice_table(made: Exercise, drawn: Drawn) -> pa.Table:
    """Return notices: announced work with its window, given beforehand."""
    given = np.flatnonzero(drawn.notices.announced)
    it, parties = drawn.notices.incident.taken(given), made.ground.party_ids
    topics = [drawn.notices.topic(int(at)) for at in given]
    return pa.table({
        "report_id": row_ids("n", it.number), "record": pa.repeat("notice", len(it)),
        "topic": pa.array(topics, pa.string()), "party": words(it.party, parties),
        "start": iso_text(it.start_s - 3600), "end": iso_text(it.start_s + it.minutes * 60 + 3600),
        "lon": _rounded(it.lon, 3), "lat": _rounded(it.lat, 3),
        "radius_km": pa.repeat(2.0, len(it)),
        "notes": pa.array([f"announced {topic}" for topic in topics], pa.string()),
    })  # fmt: skip


def _counted(reports: Rows) -> dict[str, pa.Array]:
    return {
        "count": numbers(reports["count_best"]),
        "count_qualifier": words(reports["qualifier"], QUALIFIERS),
        "count_low": numbers(reports["count_low"]), "count_high": numbers(reports["count_high"]),
    }  # fmt: skip


def _rounded(values: Floats, digits: int) -> pa.Array:
    return numbers(np.round(values, digits))


def write_scene(
    made: Exercise, drawn: Drawn, inbox: Folder, month: str
) -> list[tuple[str, int, Rows]]:
    """Write a scene's records; return (file, first record number, rows) of the observations."""
    written = []
    for stream, table_of in (
        ("field", field_table), ("media", told_table), ("claims", told_table)
    ):  # fmt: skip
        chosen = taken(drawn.reports, drawn.reports["stream"] == STREAM[stream])
        name = f"{stream}/{month}.csv"
        written.append((name, inbox.add(name, table_of(made, chosen)), chosen))
    chosen = taken(drawn.reports, drawn.reports["stream"] == STREAM["fires"])
    name = f"fires/{month}.csv"
    written.append((name, inbox.add(name, fires_table(chosen)), chosen))
    inbox.add(f"watches/{month}.csv", watch_table(made, drawn))
    inbox.add(f"notices/{month}.csv", notice_table(made, drawn))
    return written
