"""A mission: the folder a user works in, and the mission.yaml that describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any, cast
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
        document.fault((key,), found=f"unknown key {key!r}", expected=f"one of {', '.join(KEYS)}",
                       mend="Correct the spelling or remove the key.")
        for key in value if key not in KEYS
    ]  # fmt: skip
    missing = [
        document.fault((), found=f"no {key!r}", expected=KEYS[key], mend=f"Add: {key}: ...")
        for key in REQUIRED if key not in value
    ]  # fmt: skip
    return unknown + missing


class _Builder:
    """Turns the parsed document into a Mission and collects every fault on the way."""

    def __init__(self, document: YamlFile, folder: Path, faults: list[Fault]) -> None:
        self.document, self.folder, self.faults = document, folder, faults
        self.value: dict[str, Any] = document.value

    def mission(self) -> Mission:
        built = {
            "clock": self._clock(),
            "parties": self._each("parties", self._party),
            "regions": self._each("regions", self._region),
            "sources": self._each("sources", self._source),
            "recommitted_utc": self._recommitted(),
            "knowledge": self._knowledge(),
        }
        if self.faults:
            raise ConfigError(self.faults)
        name = str(self.value["mission"])
        return Mission(
            root=self.folder, name=name, title=str(self.value.get("title", name)),
            agreements=tuple(map(str, self.value.get("agreements") or ())),
            audiences=tuple(self.value.get("audiences") or ()),
            feeds=tuple(self.value.get("feeds") or ()),
            options=dict(self.value.get("options") or {}),
            **cast(dict[str, Any], built),
        )  # fmt: skip

    def _fault(self, *keys: str | int, found: object, expected: str, mend: str) -> None:
        self.faults.append(
            self.document.fault(keys, found=str(found), expected=expected, mend=mend)
        )

    def _clock(self) -> MissionClock | None:
        try:
            zone = ZoneInfo(str(self.value["time_zone"]))
            return MissionClock(zone, time.fromisoformat(str(self.value.get("evening", "19:30"))))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            self._fault("time_zone", found=error, expected="a zone and an evening as HH:MM",
                        mend="Write time_zone: Europe/Kyiv and evening: '19:30'.")  # fmt: skip
            return None

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
        rows = self.value[key]
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
            self._fault(key, index, found=f"{row!r} ({error})", expected=KEYS[key],
                        mend="Complete the entry.")  # fmt: skip
            return None

    @staticmethod
    def _party(row: dict[str, Any]) -> Party:
        return Party(str(row["id"]), str(row["name"]), tuple(row.get("aliases", ())))

    @staticmethod
    def _region(row: dict[str, Any]) -> NamedRegion:
        region = Region(
            float(row["lon"]), float(row["lat"]), float(row.get("radius_km", 0)),
            row.get("polygon_wkt"), WherePrecision(row.get("precision", "oblast")),
        )  # fmt: skip
        return NamedRegion(str(row["id"]), str(row["name"]), region, tuple(row.get("aliases", ())))

    @staticmethod
    def _source(row: dict[str, Any]) -> SourceUse:
        paths = tuple(map(str, row.get("paths", ())))
        return SourceUse(str(row["source"]), paths, row.get("mapping"))
