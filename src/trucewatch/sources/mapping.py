"""A mapping in YAML as one SELECT over `record`: new tables without code.

mapping:
  kind: {value: count_events}                    a constant
  place_name: {field: region}                    a field as it stands
  count_best: {field: count, as: number}         number | boolean | instant | local (a time)
  weapon: {field: gun, terms: {Grad: mlrs}}      words of the source -> words of the house
  when: {field: date, as: day, zone: Europe/Kyiv}   instant | local | day | evening
  where: {lon: lon, lat: lat, radius_km: 1, precision: settlement}  or  {region: region}
  identity: [date, region]                       the fields that make a record what it is
"""

from __future__ import annotations

from typing import Any

from trucewatch.errors import Fault, SourceError
from trucewatch.model import Observation, columns
from trucewatch.sources.checks import moment_of
from trucewatch.sources.records import quoted
from trucewatch.sources.spec import Field, SourceSpec

_WHEN = ("instant", "local", "day", "evening")
_TYPED = {"number": "DOUBLE", "boolean": "BOOLEAN"}
_AS = (*_TYPED, "instant", "local")
_TIMES = tuple(name for name in columns(Observation) if name.endswith("_utc"))


def select_of(spec: SourceSpec) -> str:
    """Return the SELECT that a mapping stands for; raises SourceError with every fault."""
    mapping = dict(spec.mapping or {})
    faults = _faults(mapping, spec)
    if faults:
        raise SourceError(faults)
    parts = ["record.record_no", f"{_identity(mapping.pop('identity', None), spec)} AS identity"]
    when, where = mapping.pop("when", None), mapping.pop("where", None)
    if spec.identity:
        parts.append(f"{_column(spec.identity)} AS source_record")
    parts += _when(when, spec) if when else []
    parts += _where(where) if where else []
    parts += [f"{_value(name, rule, spec)} AS {name}" for name, rule in mapping.items()]
    return f"SELECT {', '.join(parts)} FROM record{_join(where)}"


def _faults(mapping: dict[str, Any], spec: SourceSpec) -> list[Fault]:
    path = str(spec.folder / "source.yaml")
    known = {*columns(Observation), "when", "where", "identity"}
    faults = [
        Fault(path, None, f"mapping of {name!r}", "a column of the observation table",
              f"Columns: {', '.join(sorted(known))}")
        for name in mapping if name not in known
    ]  # fmt: skip
    used = [
        (name, rule["field"]) for name, rule in mapping.items()
        if isinstance(rule, dict) and "field" in rule
    ]  # fmt: skip
    faults += [
        Fault(path, None, f"mapping of {name!r} from {field!r}", "a field listed under fields:",
              "List the field.")
        for name, field in used if field not in spec.field_names
    ]  # fmt: skip
    faults += [
        Fault(path, None, f"mapping of {name!r} as {rule.get('as')!r}",
              f"as: instant or local for a time, else one of {', '.join(_AS)}",
              "Say how the field is written.")
        for name, rule in mapping.items()
        if isinstance(rule, dict) and name not in ("when", "where") and not _castable(name, rule)
    ]  # fmt: skip
    if "kind" not in mapping:
        faults.append(Fault(path, None, "no mapping of 'kind'", "kind: {value: ...}", "Add it."))
    return faults


def _column(field: str) -> str:
    return f"record.{quoted(field)}"


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _identity(fields: list[str] | None, spec: SourceSpec) -> str:
    names = fields or list(spec.field_names)
    parts = [f"coalesce({_column(name)}, '')" for name in names]
    return f"concat_ws(chr(31), {', '.join(parts)})"


def _castable(name: str, rule: dict[str, Any]) -> bool:
    """Return whether a rule says how a column is cast, and a time column as a time."""
    if name in _TIMES and "field" in rule:
        return rule.get("as", "instant") in ("instant", "local")
    return rule.get("as") in (None, *_AS)


def _value(name: str, rule: dict[str, Any], spec: SourceSpec) -> str:
    if "value" in rule:
        value = rule["value"]
        return str(value) if isinstance(value, int | float) else _text(value)
    column = _column(rule["field"])
    written = rule.get("as", "instant" if name in _TIMES else None)
    if written in ("instant", "local"):
        return _moment(_field(spec, rule["field"]), column, written, rule)
    if "terms" in rule:
        cases = " ".join(f"WHEN {_text(k)} THEN {_text(v)}" for k, v in rule["terms"].items())
        default = _text(rule["default"]) if "default" in rule else "NULL"
        return f"CASE {column} {cases} ELSE {default} END"
    if rule.get("as") in _TYPED:
        return f"TRY_CAST({column} AS {_TYPED[rule['as']]})"
    return column


def _moment(field: Field, column: str, written: str, rule: dict[str, Any]) -> str:
    """Return SQL for a time in UTC: a local time is one of the mission's zone, or of `zone`."""
    value = moment_of(field, column)
    if written == "instant" and field.type in ("text", "instant") and not field.format:
        return f"TRY_CAST({column} AS TIMESTAMPTZ)"
    zone = (
        "'UTC'" if written == "instant" else _text(rule["zone"]) if "zone" in rule else "$time_zone"
    )
    return f"timezone({zone}, {value})"


def _when(rule: dict[str, Any], spec: SourceSpec) -> list[str]:
    if rule.get("as", "instant") not in _WHEN:
        raise SourceError.at(
            spec.folder / "source.yaml", None, found=f"when: as: {rule.get('as')}",
            expected=f"one of {', '.join(_WHEN)}", mend="Choose how the time is written.",
        )  # fmt: skip
    start, end = rule["field"], rule.get("end", rule["field"])
    zone = _text(rule["zone"]) if "zone" in rule else "$time_zone"
    first, last = (moment_of(_field(spec, n), _column(n)) for n in (start, end))
    bounds = {
        "instant": (f"timezone('UTC', {first})", f"timezone('UTC', {last})", "instant"),
        "local": (f"timezone({zone}, {first})", f"timezone({zone}, {last})", "minute"),
        "day": (f"timezone({zone}, date_trunc('day', {first}))",
                f"timezone({zone}, date_trunc('day', {last}) + INTERVAL 1 DAY)", "day"),
        "evening": (f"timezone({zone}, date_trunc('day', {first}) - INTERVAL 1 DAY + $evening)",
                    f"timezone({zone}, date_trunc('day', {last}) + $evening)", "evening"),
    }[rule.get("as", "instant")]  # fmt: skip
    local = f"{_column(start)} AS local_time"
    return [f"{bounds[0]} AS start_utc", f"{bounds[1]} AS end_utc",
            f"{_text(bounds[2])} AS when_precision", local]  # fmt: skip


def _field(spec: SourceSpec, name: str) -> Field:
    return next(field for field in spec.fields if field.name == name)


def _where(rule: dict[str, Any]) -> list[str]:
    if "region" in rule:
        return [
            "place.region_id AS place_id", f"{_column(rule['region'])} AS place_name",
            "place.lon", "place.lat", "place.radius_km", "place.polygon_wkt",
            "coalesce(place.precision, 'unknown') AS where_precision",
        ]  # fmt: skip
    radius = rule.get("radius_km", 1)
    radius_sql = f"TRY_CAST({_column(radius)} AS DOUBLE)" if isinstance(radius, str) else radius
    return [
        f"TRY_CAST({_column(rule['lon'])} AS DOUBLE) AS lon",
        f"TRY_CAST({_column(rule['lat'])} AS DOUBLE) AS lat",
        f"{radius_sql} AS radius_km",
        f"{_text(rule.get('precision', 'exact'))} AS where_precision",
    ]


def _join(where: dict[str, Any] | None) -> str:
    if not where or "region" not in where:
        return ""
    return f" LEFT JOIN place ON place.alias = lower(trim({_column(where['region'])}))"
