"""Field checks: which records cannot be believed as they stand, and why.

Each declared field becomes one condition over `record_raw`. A record that fails one goes to
quarantine with the field, what was found and what was expected; the others go on.
"""

from __future__ import annotations

from datetime import datetime

from trucewatch.mission import Mission
from trucewatch.sources.records import quoted
from trucewatch.sources.spec import Field, SourceSpec
from trucewatch.store import Store

_OFFSET = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
_EARLIEST = "TIMESTAMP '1900-01-01'"
_LATEST = "TIMESTAMP '2200-01-01'"
_LARGEST = 1e300
_WORDS = {
    "text": "some text",
    "number": "a number",
    "whole": "a whole number",
    "date": "a real date, not in the future",
    "boolean": "true or false",
    "instant": "an ISO 8601 time with its offset, not in the future",
    "local": "a local time, not in the future",
    "hhmm": "a time as HHMM",
    "wkt": "a geometry",
}
_TRUTH = ("true", "false", "1", "0", "yes", "no")


def find_faults(store: Store, spec: SourceSpec, received_utc: datetime) -> None:
    """Fill the temporary table record_fault(record_no, field, found, expected, mend)."""
    store.execute(
        "CREATE OR REPLACE TEMP TABLE record_fault (record_no BIGINT, field VARCHAR, "
        "found VARCHAR, expected VARCHAR, mend VARCHAR)"
    )
    bound = {"received_utc": received_utc}
    for field in spec.fields:
        condition = condition_of(field)
        if condition is None:
            continue
        store.execute(
            "INSERT INTO record_fault SELECT record_no, $field, "
            f"coalesce(left({quoted(field.name)}, 200), 'nothing'), $expected, $mend "
            f"FROM record_raw WHERE {condition}",
            {**bound, "field": field.name, "expected": expected_of(field),
             "mend": "Correct the value at the source, or fix its field in source.yaml.",
             **_choices(field)},
        )  # fmt: skip
    if spec.identity:
        _find_doubled(store, spec.identity, spec.field_names)


def condition_of(field: Field) -> str | None:
    """Return the SQL condition that is true for a value that cannot stand, or None."""
    name = quoted(field.name)
    wrong = _wrong(field, name)
    if field.required:
        return f"{name} IS NULL OR {wrong}" if wrong else f"{name} IS NULL"
    return f"{name} IS NOT NULL AND ({wrong})" if wrong else None


def _wrong(field: Field, name: str) -> str | None:
    if field.one_of:
        return f"NOT list_contains($choices, lower(trim({name})))"
    if field.type in ("number", "whole"):
        return _wrong_number(field, name)
    if field.type == "boolean":
        return f"lower({name}) NOT IN {_TRUTH}"
    if field.type in ("date", "instant", "local"):
        return _wrong_time(field, name)
    if field.type == "hhmm":
        return f"NOT regexp_full_match(lpad({name}, 4, '0'), '([01][0-9]|2[0-3])[0-5][0-9]')"
    return None


def _wrong_number(field: Field, name: str) -> str:
    number = f"TRY_CAST({name} AS DOUBLE)"
    low = -_LARGEST if field.minimum is None else float(field.minimum)
    high = _LARGEST if field.maximum is None else float(field.maximum)
    # NULL (no number), NaN and infinities all fall outside the span.
    right = f"{number} BETWEEN {low} AND {high}"
    if field.type == "whole":
        right = f"({right} AND {number} = floor({number}))"
    return f"NOT coalesce({right}, FALSE)"


def _wrong_time(field: Field, name: str) -> str:
    value = moment_of(field, name)
    latest = _LATEST if field.future else "CAST($received_utc AS TIMESTAMP) + INTERVAL 1 DAY"
    right = f"coalesce({value} BETWEEN {_EARLIEST} AND {latest}, FALSE)"
    if field.type == "instant":
        right = f"({right} AND regexp_matches({name}, '{_OFFSET}'))"
    return f"NOT {right}"


def moment_of(field: Field, name: str) -> str:
    """Return SQL for a date or time field as a TIMESTAMP (UTC for instants, else as written)."""
    if field.format:
        return f"try_strptime({name}, '{field.format.replace(chr(39), '')}')"
    if field.type == "instant":
        return f"timezone('UTC', TRY_CAST({name} AS TIMESTAMPTZ))"
    return f"TRY_CAST({name} AS TIMESTAMP)"


def expected_of(field: Field) -> str:
    """Return in words what a field must hold."""
    if field.one_of:
        words = ", ".join(field.one_of[:12])
        return f"one of {words}{' ...' if len(field.one_of) > 12 else ''}"
    bounds = ""
    if field.minimum is not None or field.maximum is not None:
        low = "" if field.minimum is None else f"{field.minimum:g}"
        high = "" if field.maximum is None else f"{field.maximum:g}"
        bounds = f" from {low or 'any'} to {high or 'any'}"
    return _WORDS[field.type] + bounds


def _choices(field: Field) -> dict[str, object]:
    return {"choices": [choice.casefold() for choice in field.one_of]} if field.one_of else {}


def _find_doubled(store: Store, identity: str, names: tuple[str, ...]) -> None:
    """The source's own id given twice with other content: the first stands, the rest wait."""
    content = ", ".join(f"coalesce({quoted(n)}, '')" for n in names)
    store.execute(
        "INSERT INTO record_fault "
        f"SELECT record_no, $identity, {quoted(identity)}, 'an id that stands once', "
        "'Two records share this id and differ; the first was read.' FROM ("
        f"SELECT record_no, {quoted(identity)}, hash({content}) AS content, "
        f"first_value(hash({content})) OVER (PARTITION BY {quoted(identity)} ORDER BY record_no) "
        f"AS first_content FROM record_raw WHERE {quoted(identity)} IS NOT NULL) "
        "WHERE content <> first_content",
        {"identity": identity},
    )


_MARGIN_DEG = 0.5


def find_swapped(store: Store, spec: SourceSpec, mission: Mission) -> None:
    """Add records whose point lies far outside the mission and, turned about, inside it."""
    names = {field.name for field in spec.fields}
    pair = next((p for p in _COORDINATES if set(p) <= names), None)
    if pair is None or not mission.regions:
        return
    regions = [named.region for named in mission.regions]
    south = min(r.lat - r.radius_km / 111 for r in regions) - _MARGIN_DEG
    north = max(r.lat + r.radius_km / 111 for r in regions) + _MARGIN_DEG
    west = min(r.lon - r.radius_km / 71 for r in regions) - _MARGIN_DEG
    east = max(r.lon + r.radius_km / 71 for r in regions) + _MARGIN_DEG
    lon, lat = (f"TRY_CAST({quoted(name)} AS DOUBLE)" for name in pair)
    inside = "({} BETWEEN $west AND $east AND {} BETWEEN $south AND $north)"
    store.execute(
        "INSERT INTO record_fault SELECT record_no, $field, "
        f"concat('longitude ', {quoted(pair[0])}, ', latitude ', {quoted(pair[1])}), $expected, "
        f"$mend FROM record_raw WHERE NOT {inside.format(lon, lat)} AND {inside.format(lat, lon)}",
        {
            "field": pair[0], "expected": "a point in or near the mission's regions",
            "mend": "Longitude and latitude look swapped; correct them at the source.",
            "west": west, "east": east, "south": south, "north": north,
        },
    )  # fmt: skip


_COORDINATES = (("longitude", "latitude"), ("lon", "lat"))
