"""Reports as an Arrow table in the columns of `observation`, with their truth labels beside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trucewatch.exercise.dials import ExerciseOptions
from trucewatch.exercise.ground import Floats, Ints, arms, moved
from trucewatch.exercise.rows import (
    DESCRIPTIONS,
    KINDS,
    MEANS,
    QUALIFIERS,
    STREAMS,
    WHEN,
    WHERE,
    Rows,
    taken,
)
from trucewatch.exercise.stream import Exercise, exercise_for
from trucewatch.exercise.text import row_ids

UTC_SECONDS = pa.timestamp("us", tz="UTC")
SOURCES = ("exercise_field", "exercise_media", "exercise_claims", "firms", "osce_smm_counts")


def observations(options: ExerciseOptions) -> tuple[pa.Table, NDArray[np.int64]]:
    """Return an exercise in memory: observations in the columns of the store, and truth labels.

    Two rows with one label are accounts of one happening; -1 tells of none (null observations).
    Rows number about options.observations less the totals, which only `write` publishes; in
    order of scene, then stream.
    """
    made = exercise_for(options)
    tables, labels = [], []
    for drawn in made.stream():
        tables.append(observation_table(made, drawn.reports))
        labels.append(drawn.reports["label"])
    return pa.concat_tables(tables).combine_chunks(), np.concatenate(labels)


def words(codes: Ints, labels: Any) -> pa.Array:
    """Return text for codes into a list of labels; -1 is null."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(labels, pa.string())).cast(pa.string())


def numbers(values: Floats) -> pa.Array:
    """Return doubles with NaN as null."""
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def instants(seconds: Floats) -> pa.Array:
    """Return UTC timestamps of seconds since 1970 with NaN as null."""
    missing = np.isnan(seconds)
    micro = np.where(missing, 0, np.round(np.nan_to_num(seconds) * 1e6)).astype(np.int64)
    return pa.array(micro, pa.int64(), mask=missing).cast(UTC_SECONDS)


def located(reports: Rows) -> tuple[Floats, Floats, Floats]:
    """Return (lon, lat, radius_km) of the rows; those given by range and bearing are worked out.

    The same rule as trucewatch.where.region_from_observer, on arrays.
    """
    low, high = reports["range_low_km"], reports["range_high_km"]
    middle, toward = (low + high) / 2, np.radians(reports["bearing_deg"])
    lon, lat = moved(
        reports["observer_lon"], reports["observer_lat"], middle * np.sin(toward),
        middle * np.cos(toward),
    )  # fmt: skip
    radius = np.hypot((high - low) / 2, high * np.sin(np.radians(11.25)))
    ranged = np.isnan(reports["lon"])
    return (
        np.where(ranged, lon, reports["lon"]), np.where(ranged, lat, reports["lat"]),
        np.where(ranged, radius, reports["radius_km"]),
    )  # fmt: skip


def quotes(made: Exercise, reports: Rows) -> pa.Array:
    """Return the words of media reports; null for rows that have none."""
    has = np.flatnonzero(reports["text"] >= 0)
    told = taken(reports, has)
    place = words(told["place"], made.ground.place_names)
    arm = np.where(told["weapon"] >= 0, told["weapon"], len(arms().ids))
    fire = words(arm, [*(f"{name.replace('_', ' ')} fire" for name in arms().ids), "fire"])
    count = pc.cast(pa.array(told["count_best"].astype(np.int64)), pa.string())
    hours = pc.strftime(instants(told["start_s"]), format="%d.%m. %H:%M")
    actor = pc.fill_null(words(told["claimed_actor"], [p[1] for p in made.ground.parties]), "")
    origin = pc.fill_null(words(told["cites"], made.observers), "")
    wordings = [
        (
            place,
            " came under ",
            fire,
            " on ",
            hours,
            ", residents say; ",
            count,
            " rounds. ",
            actor,
        ),
        ("On ", hours, " ", fire, " hit ", place, ": ", count, " impacts counted. ", actor),
        (count, " rounds of ", fire, " fell near ", place, " (", hours, "). ", actor),
        ("New ", fire, " at ", place, " after ", hours, ", ", count, " blasts reported. ", actor),
        (origin, " reports ", fire, " at ", place, ", ", count, " rounds, ", hours, ". ", actor),
    ]
    texts = [pc.binary_join_element_wise(*wording, "") for wording in wordings]
    chosen = pc.choose(pa.array(told["text"]), *texts)
    full = np.full(len(reports["label"]), -1)
    full[has] = np.arange(len(has))
    return chosen.take(pa.array(full, mask=full < 0))


def observation_table(made: Exercise, reports: Rows) -> pa.Table:
    """Return reports as rows of `observation`, without run_id and known_from_utc."""
    count = len(reports["label"])
    lon, lat, radius = located(reports)
    parties = made.ground.party_ids
    source = words(reports["stream"], SOURCES)
    observer = words(reports["observer"], made.observers)
    weapon = words(reports["weapon"], arms().weapons)
    table = {
        "observation_id": row_ids("obs-", reports["serial"], digits=24),
        "source_id": source,
        "capture_id": words(reports["stream"], [f"cap-exercise-{name}" for name in STREAMS]),
        "source_record": row_ids("", reports["serial"]),
        "kind": words(reports["kind"], KINDS),
        "start_utc": instants(reports["start_s"]), "end_utc": instants(reports["end_s"]),
        "when_precision": words(reports["when"], WHEN),
        "published_utc": instants(reports["published_s"]),
        "lon": numbers(lon), "lat": numbers(lat), "radius_km": numbers(radius),
        "where_precision": words(reports["where"], WHERE),
        "place_name": words(reports["place"], made.ground.place_names or [""]),
        "count_low": numbers(reports["count_low"]), "count_best": numbers(reports["count_best"]),
        "count_high": numbers(reports["count_high"]),
        "count_qualifier": words(reports["qualifier"], QUALIFIERS),
        "means": words(reports["means"], MEANS),
        "description": words(reports["description"], DESCRIPTIONS), "weapon": weapon,
        "calibre_mm": numbers(reports["calibre_mm"]),
        "direction_deg": numbers(reports["direction_deg"]), "observer": observer,
        "observer_lon": numbers(reports["observer_lon"]),
        "observer_lat": numbers(reports["observer_lat"]),
        "range_low_km": numbers(reports["range_low_km"]),
        "range_high_km": numbers(reports["range_high_km"]),
        "bearing_deg": numbers(reports["bearing_deg"]),
        "claimed_actor": words(reports["claimed_actor"], parties),
        "claimant": words(reports["claimant"], parties),
        "control_side": words(reports["control_side"], parties),
        "quantity": numbers(reports["quantity"]),
        "is_null": pa.array(reports["is_null"]),
        "root_id": pc.coalesce(observer, source),
        "quote": quotes(made, reports),
    }  # fmt: skip
    missing = {"record_no": pa.int64(), "char_start": pa.int64(), "char_end": pa.int64()}
    missing |= {n: pa.string() for n in ("local_time", "polygon_wkt", "place_id", "unit")}
    missing["attributes"] = pa.string()
    return pa.table({**table, **{n: pa.nulls(count, kind) for n, kind in missing.items()}})
