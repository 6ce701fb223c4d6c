"""Reading an agreement: YAML, schema, checks, and the rules that its readings yield."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from trucewatch.agreements.agreement import (
    PLAIN_READING,
    Agreement,
    AgreementParty,
    Condition,
    Exemption,
    Instrument,
    Line,
    Provision,
    Rule,
    WeaponRule,
    Zone,
)
from trucewatch.agreements.checks import Checker, Key, line_points
from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import AgreementError, ConfigError, Fault
from trucewatch.vocabulary.terms import kinds, term_for
from trucewatch.when import instant

LIBRARY = Path(__file__).parent / "library"
SCHEMA = Path(__file__).parent / "agreement.schema.json"
# What a provision means where its text names no acts.
USUAL_ACTS = {
    "access": frozenset({"access_denied", "instrument_attack", "jamming"}),
    "withdrawal": frozenset({"weapon_presence"}),
}


def library_names() -> list[str]:
    """Return the names of the agreements that come with the program."""
    return sorted(p.stem for p in LIBRARY.glob("*.yaml"))


def agreement_path(name: str | Path, base: Path | None = None) -> Path:
    """Return the file of a library name or of a path (below `base` where it is relative)."""
    if str(name) in library_names():
        return LIBRARY / f"{name}.yaml"
    path = Path(name)
    found = path if path.is_absolute() or base is None else base / path
    if found.is_file():
        return found
    raise AgreementError.at(
        found, None, found="no such agreement",
        expected=f"a file, or one of the library: {', '.join(library_names())}",
        mend="Correct the name or the path.",
    )  # fmt: skip


def read_agreement(name: str | Path, base: Path | None = None) -> Agreement:
    """Read and check an agreement; raises AgreementError with every fault at once."""
    path = agreement_path(name, base)
    try:
        document = read_yaml(path)
    except ConfigError as error:
        raise AgreementError(error.faults) from error
    faults = Checker(document, schema_faults(document)).run()
    if faults:
        raise AgreementError(faults)
    return _Builder(document).agreement()


@cache
def _schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def schema_faults(document: YamlFile) -> list[tuple[Key, Fault]]:
    """Return what the JSON Schema objects to, each with its key and its line."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = [_schema_fault(document, e) for e in validator.iter_errors(document.value)]
    return found + _reading_faults(document, validator)


def _schema_fault(document: YamlFile, error: Any, at: Key = ()) -> tuple[Key, Fault]:
    key = (*at, *error.absolute_path)
    said = str(error.message)
    fault = document.fault(
        key, found=said if len(said) <= 300 else f"{said[:297]}...",
        expected=_expected(error), mend="See agreement.schema.json; an editor can complete it.",
    )  # fmt: skip
    return key, fault


def _expected(error: Any) -> str:
    rule, wanted = error.validator, error.validator_value
    if rule == "exclusiveMinimum":
        return f"a number above {wanted}"
    if rule == "additionalProperties":
        return f"only the keys {', '.join(error.schema.get('properties', {}))}"
    if rule == "required":
        return f"the keys {', '.join(wanted)}"
    if rule == "oneOf":
        return "exactly one of " + ", ".join(k for o in wanted for k in o.get("required", ()))
    return f"{rule} {json.dumps(wanted)[:160]}"


def _reading_faults(document: YamlFile, validator: Any) -> list[tuple[Key, Fault]]:
    # A reading replaces settings of its provision: the result must be a provision again.
    root = document.value if isinstance(document.value, dict) else {}
    rows = root.get("provisions")
    found: list[tuple[Key, Fault]] = []
    check = validator.evolve(schema={"$ref": "#/$defs/provision", "$defs": _schema()["$defs"]})
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        readings = row.get("ambiguity") if isinstance(row, dict) else None
        listed = readings.get("readings") if isinstance(readings, dict) else None
        for number, reading in enumerate(listed if isinstance(listed, list) else []):
            change = reading.get("set") if isinstance(reading, dict) else None
            if isinstance(change, dict) and change:
                merged = {k: v for k, v in row.items() if k != "ambiguity"} | change
                at: Key = ("provisions", index, "ambiguity", "readings", number, "set")
                found += [_schema_fault(document, e, at) for e in check.iter_errors(merged)
                          if not e.absolute_path or e.absolute_path[0] in change]  # fmt: skip
    return found


class _Builder:
    """Turns a document without faults into an Agreement."""

    def __init__(self, document: YamlFile) -> None:
        self.document = document
        self.root: dict[str, Any] = document.value
        self.definitions = {d["id"]: d for d in self.root.get("definitions", ())}
        self.instruments = {i["id"]: _instrument(i) for i in self.root["instruments"]}
        self.zones_raw = {z["id"]: z for z in self.root.get("zones", ())}
        self.lines_raw = {line["id"]: line for line in self.root.get("lines", ())}

    def agreement(self) -> Agreement:
        content = self.document.path.read_bytes()
        return Agreement(
            name=self.root["agreement"], title=self.root["title"],
            sha256=hashlib.sha256(content).hexdigest(), path=self.document.path,
            parties=tuple(
                AgreementParty(p["id"], p["name"], tuple(p.get("aliases", ())))
                for p in self.root["parties"]
            ),
            instruments=self.instruments,
            lines={i: _line(row) for i, row in self.lines_raw.items()},
            zones={i: self._zone(row) for i, row in self.zones_raw.items()},
            provisions=tuple(self._provision(p) for p in self.root["provisions"]),
            raw=self.root,
        )  # fmt: skip

    def _zone(self, row: Mapping[str, Any]) -> Zone:
        parts = [self._zone(self.zones_raw[name]) for name in row.get("union", ())]
        belt = row.get("belt") or {}
        rings = [tuple((float(x), float(y)) for x, y in row["polygon"])] if "polygon" in row else []
        circles = [(float(c["at"][0]), float(c["at"][1]), float(c["radius_km"]))
                   for c in row.get("circles", ())]  # fmt: skip
        grow = float(row.get("grow_km", 0))
        wider = [(*c[:2], c[2] + grow) for c in (*circles, *(c for p in parts for c in p.circles))]
        return Zone(
            row["id"], row["name"], line=belt.get("line"), from_km=float(belt.get("from_km", 0)),
            km=float(belt.get("km", 0)),
            polygons=(*rings, *(r for p in parts for r in p.polygons)),
            circles=tuple((lon, lat, km) for lon, lat, km in wider),
            uncertainty_km=max([float(row.get("uncertainty_km", 0))]
                               + [p.uncertainty_km for p in parts]),
            named=bool(row.get("named", False)), illustrative=bool(row.get("illustrative", False)),
        )  # fmt: skip

    def _provision(self, row: dict[str, Any]) -> Provision:
        ambiguity = row.get("ambiguity") or {}
        readings = ambiguity.get("readings") or [{"id": PLAIN_READING, "says": row["says"]}]
        rules = tuple(self._rule(row, reading) for reading in readings)
        return Provision(
            id=row["id"], article=str(row.get("article", row["id"])),
            instrument=row["instrument"], topic=str(row.get("topic", row["kind"])),
            kind=row["kind"], says=row["says"], status=row.get("status", "agreed"),
            status_by=tuple(row.get("status_by", ())), rules=rules,
            ambiguity=ambiguity.get("says"), fingerprint=self._fingerprint(row), raw=row,
            version=int(row.get("version", 1)),
        )  # fmt: skip

    def _rule(self, row: dict[str, Any], reading: Mapping[str, Any]) -> Rule:
        merged = row | (reading.get("set") or {})
        text, own = self.instruments[merged["instrument"]], merged.get("in_force") or {}
        acts = self._acts(merged.get("acts") or {})
        if not acts[0] and not acts[2]:
            acts = (USUAL_ACTS.get(merged["kind"], acts[0]), *acts[1:])
        parties = merged.get("parties") or [p["id"] for p in self.root["parties"]]
        plain = {
            k: float(merged[k]) for k in ("distance_km", "limit", "lead_h") if k in merged
        } | {k: float(merged[k]) for k in ("within_h", "within_km", "threshold", "severity")
             if k in merged}  # fmt: skip
        return Rule(
            provision_id=row["id"], reading=reading["id"], kind=merged["kind"],
            says=reading.get("says") or row["says"], parties=tuple(parties),
            acts=acts[0], counts=acts[1], topics=acts[2],
            weapons=self._weapons(merged.get("weapons")), zone=merged.get("zone"),
            reference=dict(merged.get("reference") or {}),
            deadline_utc=_moment(merged.get("deadline")),
            in_force_from_utc=_moment(own.get("from")) or text.in_force_from_utc,
            in_force_to_utc=_moment(own.get("to")) or text.in_force_to_utc,
            exemptions=tuple(self._exemption(e) for e in merged.get("exceptions") or ()),
            condition=_condition(merged.get("condition")), unit=merged.get("unit"),
            level_kind=merged.get("level"), categories=frozenset(merged.get("categories", ())),
            excluded_categories=frozenset(merged.get("excluded_categories", ())),
            attributed=bool(merged.get("attributed", False)),
            stage=merged.get("stage", "delivered"), sunset_utc=_moment(merged.get("sunset")),
            **plain,
        )  # fmt: skip

    def _acts(
        self, acts: Mapping[str, Any]
    ) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        named, counts, topics = set(acts.get("kinds", ())), set(acts.get("counts", ())), set(
            acts.get("notices", ()))  # fmt: skip
        for term in kinds().values():
            happening = term.facts["class"] == "happening"
            if term.facts["family"] in acts.get("families", ()) or (
                acts.get("breaching") and happening and term.facts["breaches"]
            ):
                named.add(term.id)
        if "defined" in acts:
            more = self._acts(self.definitions[acts["defined"]].get("acts") or {})
            named, counts, topics = named | more[0], counts | more[1], topics | more[2]
        named -= set(acts.get("except_kinds", ()))
        return frozenset(named), frozenset(counts), frozenset(topics)

    def _weapons(self, rule: Mapping[str, Any] | None) -> WeaponRule | None:
        if not rule:
            return None
        span = rule.get("calibre_mm") or {}
        parts = [self._weapons(part) for part in rule.get("any_of", ())]
        if "defined" in rule:
            parts.append(self._weapons(self.definitions[rule["defined"]].get("weapons")))
        low, high = span.get("over", span.get("at_least")), span.get("under", span.get("up_to"))
        return WeaponRule(
            classes=frozenset(rule.get("classes", ())),
            systems=frozenset(_weapon_id(n) for n in rule.get("systems", ())),
            excluded=frozenset(_weapon_id(n) for n in rule.get("except", ())),
            low_mm=None if low is None else float(low), low_open="over" in span,
            high_mm=None if high is None else float(high), high_open="under" in span,
            any_of=tuple(p for p in parts if p is not None),
        )  # fmt: skip

    @staticmethod
    def _exemption(row: Mapping[str, Any]) -> Exemption:
        plain = {k: float(row[k]) for k in ("within_km", "within_h") if k in row}
        return Exemption(
            row["id"], row["says"], burden=row.get("burden", "invoker"),
            topics=frozenset(row.get("notices", ())), kinds=frozenset(row.get("kinds", ())),
            permitted_by=row.get("permitted_by"), **plain,
        )  # fmt: skip

    def _fingerprint(self, row: dict[str, Any]) -> str:
        """Hash all that a finding of this provision can depend on, and nothing else."""
        # How documents speak of a provision is nothing that its findings stand on.
        row = {name: value for name, value in row.items() if name != "words"}
        used: dict[str, Any] = {"provision": row, "parties": self.root["parties"]}
        seen, text = -1, json.dumps(row, ensure_ascii=False)
        while seen < len(used):
            # What a definition or a zone names is needed too: repeat until nothing new is named.
            seen = len(used)
            for section in ("instruments", "definitions", "zones", "lines"):
                for entry in self.root.get(section, ()):
                    at = f"{section}/{entry['id']}"
                    if at not in used and json.dumps(entry["id"]) in text:
                        used[at] = entry
                        text += json.dumps(entry, ensure_ascii=False)
        for other in self.root["provisions"]:
            if other["id"] in {e.get("permitted_by") for e in row.get("exceptions", ())}:
                used[f"permitted/{other['id']}"] = other
        canonical = json.dumps(used, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def _weapon_id(name: str) -> str:
    term = term_for("weapons", name)
    return name if term is None else term.id


def _moment(value: object) -> datetime | None:
    return None if value is None else instant(str(value))


def _instrument(row: Mapping[str, Any]) -> Instrument:
    span = row.get("in_force") or {}
    return Instrument(
        row["id"], row["title"], date.fromisoformat(row["signed"]), _moment(span.get("from")),
        _moment(span.get("to")), tuple(row.get("sources", ())),
    )  # fmt: skip


def _line(row: Mapping[str, Any]) -> Line:
    span = row.get("in_force") or {}
    return Line(
        row["id"], row["name"], tuple(line_points(row)), float(row["uncertainty_km"]),
        left=row.get("left"), right=row.get("right"), claimants=tuple(row.get("claimants", ())),
        illustrative=bool(row.get("illustrative", False)), from_utc=_moment(span.get("from")),
        to_utc=_moment(span.get("to")),
    )  # fmt: skip


def _condition(row: Mapping[str, Any] | None) -> Condition | None:
    if row is None:
        return None
    plain = {k: float(row[k]) for k in ("within_km", "within_h", "after_h") if k in row}
    return Condition(
        topics=tuple(row.get("notices", ())), after_kinds=frozenset(row.get("after_kinds", ())),
        **plain,
    )  # fmt: skip
