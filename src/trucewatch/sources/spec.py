"""source.yaml: publisher, licence, reliability, fields and mapping, checked as a whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import ConfigError, Fault, SourceError
from trucewatch.vocabulary import terms

LIBRARY = Path(__file__).parent
FILE = "source.yaml"
FORMATS = ("csv", "jsonl", "json", "parquet", "document")
TYPES = ("text", "number", "whole", "date", "instant", "local", "hhmm", "boolean", "wkt")
KEYS = {
    *("source", "title", "publisher", "homepage", "licence", "republish", "reliability"),
    *("cadence_h", "published_lag_h", "format", "fields", "ignored", "identity", "assertions"),
    *("mapping", "items", "headerless", "named", "like"),
}
REQUIRED = ("source", "title", "publisher", "licence", "republish", "reliability", "fields")
FIELD_KEYS = {
    *("type", "required", "optional", "min", "max", "terms", "one_of", "zone", "format", "future"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a source's record: its type, bounds, and whether it must be there.

    required: every record must fill it. optional: the column itself may be absent.
    """

    name: str
    type: str = "text"
    required: bool = False
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    one_of: tuple[str, ...] = ()
    zone: str | None = None
    format: str | None = None
    future: bool = False


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """What source.yaml says of one source."""

    folder: Path
    source_id: str
    title: str
    publisher: str
    licence: str
    republish: str
    reliability: str
    fields: tuple[Field, ...]
    formats: tuple[str, ...] = ("csv",)
    ignored: frozenset[str] = frozenset()
    identity: str | None = None
    published_lag_h: float | None = None
    assertions: dict[str, float] = field(default_factory=dict)
    mapping: dict[str, Any] | None = None
    version: str = ""
    homepage: str | None = None
    # Where the records lie in a JSON document, such as data or results.list.
    items: str | None = None
    # Column names of a table that comes without a first line of names, tab-separated.
    headerless: tuple[str, ...] = ()
    # Its columns are another source's as well: it is read only where it is named.
    named: bool = False
    # Whose fields these are too, and whose read.sql is this source's or is what it starts from.
    like: SourceSpec | None = None

    @property
    def field_names(self) -> tuple[str, ...]:
        """Every field the reader knows by name and uses."""
        return tuple(one.name for one in self.fields)

    def fits(self, header: list[str]) -> int | None:
        """Return how many of a header's columns this source uses; None where it cannot read it."""
        if self.named or self.headerless or "document" in self.formats:
            return None
        names = set(header)
        needed = {one.name for one in self.fields if not one.optional}
        if not needed <= names or names - set(self.field_names) - self.ignored:
            return None
        return len(names & set(self.field_names))


def read_spec(path: Path) -> SourceSpec:
    """Read one source.yaml or a mission's mapping file; raises SourceError with every fault."""
    document = read_yaml(path)
    faults = list(_faults(document))
    if faults:
        raise SourceError(faults)
    like = _like(document, path)
    value = document.value
    formats = value.get("format", like.formats if like else "csv")
    fields = {one.name: one for one in like.fields} if like else {}
    fields |= {name: _field(name, row or {}) for name, row in value.get("fields", {}).items()}
    ignored = {*map(str, value.get("ignored", ())), *(like.ignored if like else ())}
    return SourceSpec(
        folder=path.parent,
        source_id=str(value["source"]),
        title=str(value["title"]),
        publisher=str(value["publisher"]),
        licence=str(value["licence"]),
        republish=str(value["republish"]),
        reliability=str(value["reliability"]),
        homepage=value.get("homepage"),
        items=value.get("items"),
        named=bool(value.get("named", False)),
        headerless=tuple(map(str, value.get("headerless", ()))),
        fields=tuple(fields.values()),
        formats=tuple([formats] if isinstance(formats, str) else formats),
        ignored=frozenset(ignored - set(fields)),
        identity=value.get("identity", like.identity if like else None),
        published_lag_h=value.get("published_lag_h"),
        assertions=dict(value.get("assertions", {})),
        mapping=value.get("mapping"),
        version=_version(path, like),
        like=like,
    )


def _like(document: YamlFile, path: Path) -> SourceSpec | None:
    """Return the source that another is like: one beside it, or one of the library."""
    name = document.value.get("like")
    if name is None:
        return None
    beside = [path.parent.parent] if path.name == FILE else []
    found = [root / str(name) / FILE for root in (*beside, LIBRARY)]
    other = next((file for file in found if file.is_file() and file != path), None)
    spec = read_spec(other) if other and "like" not in read_yaml(other).value else None
    if spec is None or "/" in str(name) or "document" in spec.formats:
        raise SourceError([
            document.fault(("like",), found=f"like: {name!r}",
                           expected="a source of tables that is like no other itself",
                           mend="Name a folder beside this one, or a source of the library.")
        ])  # fmt: skip
    return spec


def _field(name: str, row: dict[str, Any]) -> Field:
    one_of = tuple(str(choice) for choice in row.get("one_of", ()))
    if "terms" in row:
        one_of = _names_of(row["terms"])
    return Field(
        name=name,
        type=row.get("type", "text"),
        required=bool(row.get("required", False)),
        optional=bool(row.get("optional", False)),
        minimum=row.get("min"),
        maximum=row.get("max"),
        one_of=one_of,
        zone=row.get("zone"),
        format=row.get("format"),
        future=bool(row.get("future", False)),
    )


def _names_of(list_name: str) -> tuple[str, ...]:
    return tuple(
        name for term in terms(list_name).values() for name in (term.id, term.label, *term.aliases)
    )


def _faults(document: YamlFile) -> list[Fault]:
    value = document.value
    if not isinstance(value, dict):
        return [document.fault((), found="no mapping", expected="keys and values",
                               mend=f"Keys: {', '.join(sorted(KEYS))}")]  # fmt: skip
    faults = [
        document.fault((key,), found=f"unknown key {key!r}", expected="a known key",
                       mend=f"Keys: {', '.join(sorted(KEYS))}")
        for key in value if key not in KEYS
    ]  # fmt: skip
    faults += [
        document.fault((), found=f"no {key!r}", expected=f"the key {key!r}", mend=f"Add {key}: ...")
        for key in REQUIRED if key not in value and not (key == "fields" and "like" in value)
    ]  # fmt: skip
    if str(value.get("reliability")) not in terms("reliability"):
        faults.append(
            document.fault(("reliability",), found=str(value.get("reliability")),
                           expected="A, B, C, D, E or F (Admiralty)", mend="Use F if unknown.")
        )  # fmt: skip
    return [*faults, *_field_faults(document)]


def _field_faults(document: YamlFile) -> list[Fault]:
    fields = document.value.get("fields", {})
    if not isinstance(fields, dict):
        return [document.fault(("fields",), found="no mapping", expected="field: {type: ...}",
                               mend="List every field the reader uses.")]  # fmt: skip
    faults = []
    for name, row in fields.items():
        row = row or {}  # noqa: PLW2901 - an empty entry means: text, may be missing
        if name == "record_no":
            faults.append(
                document.fault(("fields", name), found="a field 'record_no'",
                               expected="another name: records are numbered by that one",
                               mend="Rename the column in the file.")
            )  # fmt: skip
        unknown = sorted(set(row) - FIELD_KEYS)
        if unknown or row.get("type", "text") not in TYPES:
            faults.append(
                document.fault(("fields", name), found=f"{row}",
                               expected=f"a type of {', '.join(TYPES)}; "
                                        f"keys {', '.join(sorted(FIELD_KEYS))}",
                               mend="Correct the field.")
            )  # fmt: skip
    return faults


def _version(path: Path, like: SourceSpec | None) -> str:
    """Hash of everything that decides how a source is read."""
    folder = path.parent
    parts = [path, *sorted(folder.glob("*.sql")), *sorted(folder.glob("read.py"))]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes())
    if like:
        digest.update(like.version.encode())
    return digest.hexdigest()[:24]


def known_sources(mission_root: Path | None = None) -> dict[str, SourceSpec]:
    """Return every source by id: the library's, and the mission's own `sources/` folders."""
    found: dict[str, SourceSpec] = {}
    faults: list[Fault] = []
    roots = [LIBRARY] + ([mission_root / "sources"] if mission_root else [])
    for path in [p for root in roots for p in sorted(root.glob(f"*/{FILE}"))]:
        try:
            spec = read_spec(path)
            found[spec.source_id] = spec
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise SourceError(faults)
    return found


def find_source(name: str, mission_root: Path | None = None) -> SourceSpec:
    """Return a source by its id; raises SourceError that lists the known ones."""
    sources = known_sources(mission_root)
    if name not in sources:
        raise SourceError.at(
            mission_root / "mission.yaml" if mission_root else "sources", None,
            found=f"the source {name!r}", expected=f"one of {', '.join(sorted(sources))}",
            mend="Correct the name, or add a folder sources/NAME with a source.yaml.",
        )  # fmt: skip
    return sources[name]
