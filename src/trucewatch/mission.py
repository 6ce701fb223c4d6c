"""A mission: the folder a user works in, and the mission.yaml that describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import ConfigError, Fault
from trucewatch.when import MissionClock, instant
from trucewatch.where import Region, WherePrecision

FILE = "mission.yaml"
KEYS = {
    "mission": "the mission's short name",
    "title": "its title in reports",
    "time_zone": "an IANA time zone such as Europe/Kyiv",
    "evening": "local time at which the reporting day ends, such as '19:30'",
    "knowledge": "published (replay of history) or received (live)",
    "recommitted": "instant of the last recommitment to the truce",
    "parties": "list of {id, name, aliases}",
    "regions": "list of {id, name, aliases, lon, lat, radius_km or polygon_wkt}",
    "agreements": "names from the library, or paths of YAML files in the mission",
    "sources": "list of {source, paths, mapping}",
    "feeds": "list of {feed, source, url}: what fetch asks",
    "audiences": "list of {id, delay_h, coarsen_km}",
    "options": "settings of single rooms, by room",
}
REQUIRED = ("mission", "time_zone", "parties", "regions", "sources")
ENTRY_KEYS = {
    "parties": ("id", "name", "aliases"),
    "regions": ("id", "name", "aliases", "lon", "lat", "radius_km", "polygon_wkt", "precision"),
    "sources": ("source", "paths", "mapping"),
    "audiences": ("id", "delay_h", "coarsen_km"),
}
ROOMS = (
    "sources", "fuse", "coverage", "agreements", "dossier", "warn", "respond", "publish",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """A side of the agreement; every rule treats each alike."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedRegion:
    """A region that counts are kept for, with the names sources use for it."""

    id: str
    name: str
    region: Region
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceUse:
    """A source of the mission and the paths (globs below the mission folder) it reads."""

    source: str
    paths: tuple[str, ...] = ()
    mapping: str | None = None


@dataclass(frozen=True, slots=True)
class Mission:
    """What mission.yaml says, checked as a whole."""

    root: Path
    name: str
    title: str
    clock: MissionClock
    knowledge: str
    parties: tuple[Party, ...]
    regions: tuple[NamedRegion, ...]
    agreements: tuple[str, ...]
    sources: tuple[SourceUse, ...]
    recommitted_utc: datetime | None = None
    audiences: tuple[dict[str, Any], ...] = ()
    feeds: tuple[dict[str, Any], ...] = ()
    options: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def store_path(self) -> Path:
        """The mission's one database file."""
        return self.root / "mission.duckdb"

    @property
    def captures_path(self) -> Path:
        """The folder that holds bytes by their hash."""
        return self.root / "captures"

    @property
    def out_path(self) -> Path:
        """The folder that products are written to."""
        return self.root / "out"

    def region_named(self, name: str) -> NamedRegion | None:
        """Return the region with this id, name or alias (case ignored), or None."""
        wanted = name.strip().casefold()
        return next(
            (r for r in self.regions
             if wanted in {n.casefold() for n in (r.id, r.name, *r.aliases)}),
            None,
        )  # fmt: skip


def read_mission(folder: Path) -> Mission:
    """Read and check a mission folder; raises ConfigError with every fault at once."""
    path = folder / FILE
    if not path.is_file():
        raise ConfigError.at(
            path, None, found="no mission.yaml", expected="a mission folder",
            mend="Make one with: trucewatch init DIR",
        )  # fmt: skip
    document = read_yaml(path)
    faults = [*_key_faults(document)]
    if faults:
        raise ConfigError(faults)
    return _Builder(document, folder, faults).mission()


def _key_faults(document: YamlFile) -> list[Fault]:
    value = document.value
    if not isinstance(value, dict):
        mend = f"Start with: mission: NAME. Keys: {', '.join(KEYS)}"
        return [document.fault((), found="no mapping", expected="keys and values", mend=mend)]
    unknown = [
        *_unknown(document, (), value, tuple(KEYS)),
        *(fault for name, known in ENTRY_KEYS.items() if isinstance(value.get(name), list)
          for i, row in enumerate(value[name]) if isinstance(row, dict)
          for fault in _unknown(document, (name, i), row, known)),
    ]  # fmt: skip
    missing = [
        document.fault((), found=f"no {key!r}", expected=KEYS[key], mend=f"Add: {key}: ...")
        for key in REQUIRED if key not in value
    ]  # fmt: skip
    return unknown + missing


def _unknown(
    document: YamlFile, at: tuple[str | int, ...], row: dict[Any, Any], known: tuple[str, ...]
) -> list[Fault]:
    return [
        document.fault((*at, key), found=f"unknown key {key!r}",
                       expected=f"one of {', '.join(known)}",
                       mend="Correct the spelling or remove the key.")
        for key in row if key not in known
    ]  # fmt: skip


class _Builder:
    """Turns the parsed document into a Mission and collects every fault on the way."""

    def __init__(self, document: YamlFile, folder: Path, faults: list[Fault]) -> None:
        self.document, self.folder, self.faults = document, folder, faults
        self.value: dict[str, Any] = document.value

    def mission(self) -> Mission:
        built: dict[str, Any] = {
            "clock": self._clock(),
            "parties": self._each("parties", self._party),
            "regions": self._each("regions", self._region),
            "sources": self._each("sources", self._source),
            "recommitted_utc": self._recommitted(),
            "knowledge": self._knowledge(),
            "name": self._named("mission"),
            "title": self._named("title" if self.value.get("title") is not None else "mission"),
            "agreements": self._each("agreements", _below),
            "audiences": self._each("audiences", _audience),
            "feeds": self._each("feeds", _mapping),
            "options": self._options(),
        }
        self._check_names("parties", built["parties"])
        self._check_names("regions", built["regions"])
        if self.faults:
            raise ConfigError(self.faults)
        return Mission(root=self.folder, **built)

    def _named(self, key: str) -> str:
        try:
            return _text(self.value[key])
        except ValueError as error:
            self._fault(key, found=error, expected=KEYS[key], mend=f"Write it as {key}: A NAME.")
            return ""

    def _options(self) -> dict[str, dict[str, Any]]:
        given = self.value.get("options")
        if given is None:
            return {}
        if not isinstance(given, dict):
            self._fault("options", found=repr(given), expected=KEYS["options"],
                        mend="Write it like: options: {warn: {budget_per_year: 2}}.")  # fmt: skip
            return {}
        for room in (room for room in given if room not in ROOMS):
            self._fault("options", room, found=f"options of {room!r}",
                        expected=f"one of {', '.join(ROOMS)}",
                        mend="Correct the spelling or remove the key.")  # fmt: skip
        for room in (room for room in ROOMS if not isinstance(given.get(room) or {}, dict)):
            self._fault("options", room, found=repr(given[room]), expected="keys and values",
                        mend=f"Write it like: options: {{{room}: {{KEY: VALUE}}}}.")  # fmt: skip
        return {room: row or {} for room, row in given.items()}

    def _check_names(self, key: str, rows: tuple[Any, ...]) -> None:
        """One name, one party or region: a name shared by two would count for either or both."""
        owner: dict[str, int] = {}
        for index, row in enumerate(rows):
            for name in {n.strip().casefold() for n in (row.id, row.name, *row.aliases)}:
                if owner.setdefault(name, index) != index:
                    self._fault(key, index, found=f"the name {name!r} for a second entry",
                                expected="every id, name and alias for one entry only",
                                mend="Rename one of the two.")  # fmt: skip

    def _fault(self, *keys: str | int, found: object, expected: str, mend: str) -> None:
        self.faults.append(
            self.document.fault(keys, found=str(found), expected=expected, mend=mend)
        )

    def _clock(self) -> MissionClock | None:
        evening = self._evening()
        try:
            zone = ZoneInfo(str(self.value["time_zone"]))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            self._fault("time_zone", found=error, expected=KEYS["time_zone"],
                        mend="Take a name of the tz database: time_zone: Europe/Kyiv")  # fmt: skip
            return None
        return MissionClock(zone, evening) if evening else None

    def _evening(self) -> time | None:
        text = self.value.get("evening", "19:30")
        try:
            # Unquoted, YAML reads 19:30 as the number 1170.
            found = time.fromisoformat(_text(text, "19:30")) if isinstance(text, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is not None:
            self._fault("evening", found=repr(text), expected="a local time HH:MM in quotes",
                        mend="Write it in quotes, without a zone: evening: '19:30'.")  # fmt: skip
            return None
        return found

    def _recommitted(self) -> datetime | None:
        text = self.value.get("recommitted")
        try:
            return None if text is None else instant(str(text))
        except ValueError as error:
            self._fault("recommitted", found=error, expected="an instant with its zone",
                        mend="Write it like 2020-07-27T00:01+03:00.")  # fmt: skip
            return None

    def _knowledge(self) -> str:
        knowledge = str(self.value.get("knowledge", "received"))
        if knowledge not in ("published", "received"):
            self._fault("knowledge", found=knowledge, expected="published or received",
                        mend="Use received for a live mission.")  # fmt: skip
        return knowledge

    def _each(self, key: str, build: Any) -> tuple[Any, ...]:
        rows = self.value.get(key)
        if rows is None and key not in REQUIRED:
            return ()
        if not isinstance(rows, list):
            self._fault(key, found=type(rows).__name__, expected="a list",
                        mend=f"Write a list: {KEYS[key]}.")  # fmt: skip
            return ()
        return tuple(
            built for i, row in enumerate(rows) if (built := self._one(key, i, row, build))
        )

    def _one(self, key: str, index: int, row: Any, build: Any) -> Any:
        try:
            return build(row)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = f"no {error}" if isinstance(error, KeyError) else error
            self._fault(key, index, found=f"{row!r} ({why})", expected=KEYS[key],
                        mend="Complete the entry.")  # fmt: skip
            return None

    @staticmethod
    def _party(row: dict[str, Any]) -> Party:
        return Party(_text(row["id"]), _text(row["name"]), _texts(row.get("aliases")))

    @staticmethod
    def _region(row: dict[str, Any]) -> NamedRegion:
        region = Region(
            float(row["lon"]), float(row["lat"]), float(row.get("radius_km", 0)),
            row.get("polygon_wkt"), WherePrecision(row.get("precision", "oblast")),
        )  # fmt: skip
        return NamedRegion(_text(row["id"]), _text(row["name"]), region, _texts(row.get("aliases")))

    @staticmethod
    def _source(row: dict[str, Any]) -> SourceUse:
        mapping = row.get("mapping")
        return SourceUse(
            _text(row["source"]),
            _texts(row.get("paths")),
            None if mapping is None else _below(mapping),
        )


def _text(value: object, example: str = "a name") -> str:
    """Return text; YAML's yes, no, on and off are truth values unless they are quoted."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} where {example} in quotes is wanted")
    if not str(value).strip():
        raise ValueError(f"an empty text where {example} is wanted")
    return str(value)


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError(f"{value!r} where a list is wanted: write it in brackets, [{value}]")
    return tuple(_text(item) for item in value)


def _below(value: object) -> str:
    """Return a name, or a path that stays below the mission folder."""
    path = Path(_text(value))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("a path out of the mission folder")
    return str(value)


def _audience(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "id": _text(row["id"])}


def _mapping(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise ValueError("no keys and values")
    return row
