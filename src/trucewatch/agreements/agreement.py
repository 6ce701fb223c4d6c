"""The nouns of an agreement once its file is read and checked: texts, places, provisions, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

KINDS = {
    "prohibition": "acts, weapons or aircraft that may not be, in a zone and a time",
    "withdrawal": "a class of weapons behind a party's own line by a date",
    "ceiling": "a measured level that may not be passed",
    "access": "monitors move freely and their instruments stay unharmed",
    "notification": "an act is announced beforehand, or followed up afterwards",
    "delivery": "a commitment's amount reaches its last stage by a date",
    "return_fire": "fire in answer, allowed on conditions only",
}
STATUSES = ("agreed", "open", "rejected")
PLAIN_READING = "as written"


@dataclass(frozen=True, slots=True)
class AgreementParty:
    """A side that the text binds, with the names under which observations know it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name of the party, case folded."""
        return frozenset(n.casefold() for n in (self.id, self.name, *self.aliases))


@dataclass(frozen=True, slots=True)
class Instrument:
    """One dated text: signed on a day, in force from an instant (None: not yet)."""

    id: str
    title: str
    signed: date
    in_force_from_utc: datetime | None
    in_force_to_utc: datetime | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A dated line as (lon, lat) vertices; uncertainty_km is the half width holding 95%."""

    id: str
    name: str
    points: tuple[tuple[float, float], ...]
    uncertainty_km: float
    left: str | None = None
    right: str | None = None
    claimants: tuple[str, ...] = ()
    illustrative: bool = False
    from_utc: datetime | None = None
    to_utc: datetime | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A named area: a belt along a line (from_km..km), rings, circles, or the union of zones.

    line and km: a belt; polygons: (lon, lat) rings; circles: (lon, lat, radius_km). `named` zones
    keep findings of their own; the others are told apart by the mission's regions.
    """

    id: str
    name: str
    line: str | None = None
    from_km: float = 0.0
    km: float = 0.0
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    uncertainty_km: float = 0.0
    named: bool = False
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class WeaponRule:
    """Which weapons a rule means: any of these classes or systems, in this span of calibre.

    low_mm and high_mm bound the calibre; *_open says that the bound itself is left out.
    any_of: the rule holds where one of several rules holds.
    """

    classes: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    low_mm: float | None = None
    low_open: bool = False
    high_mm: float | None = None
    high_open: bool = False
    any_of: tuple[WeaponRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Exemption:
    """A case in which an act is no breach, and who bears the burden of showing it.

    burden 'invoker': it holds only where a notice shows it. burden 'accuser': an act of such a kind
    is doubtful (undetermined) until the exception is ruled out.
    """

    id: str
    says: str
    burden: str = "invoker"
    topics: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    within_km: float = 5.0
    within_h: float = 1.0
    permitted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be on record for return fire, or before a duty begins: topics of notices."""

    topics: tuple[str, ...] = ()
    after_kinds: frozenset[str] = frozenset()
    within_km: float = 10.0
    within_h: float = 24.0
    after_h: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One reading of one provision, every reference resolved: what evaluate works on."""

    provision_id: str
    reading: str
    kind: str
    says: str
    parties: tuple[str, ...]
    acts: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    weapons: WeaponRule | None = None
    zone: str | None = None
    distance_km: float | None = None
    reference: Mapping[str, str] = field(default_factory=dict)
    deadline_utc: datetime | None = None
    in_force_from_utc: datetime | None = None
    in_force_to_utc: datetime | None = None
    exemptions: tuple[Exemption, ...] = ()
    condition: Condition | None = None
    limit: float | None = None
    unit: str | None = None
    level_kind: str | None = None
    categories: frozenset[str] = frozenset()
    excluded_categories: frozenset[str] = frozenset()
    stage: str = "delivered"
    sunset_utc: datetime | None = None
    within_h: float = 0.0
    within_km: float = 10.0
    lead_h: float | None = None
    attributed: bool = False
    threshold: float = 0.8
    severity: float = 0.5


@dataclass(frozen=True, slots=True)
class Provision:
    """The smallest obligation of a text, one rule per reading, a fingerprint of all it needs."""

    id: str
    article: str
    instrument: str
    topic: str
    kind: str
    says: str
    status: str
    status_by: tuple[str, ...]
    rules: tuple[Rule, ...]
    ambiguity: str | None
    fingerprint: str
    raw: Mapping[str, Any]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """A checked agreement; `sha256` is the hash of the file's bytes."""

    name: str
    title: str
    sha256: str
    path: Path
    parties: tuple[AgreementParty, ...]
    instruments: Mapping[str, Instrument]
    lines: Mapping[str, Line]
    zones: Mapping[str, Zone]
    provisions: tuple[Provision, ...]
    raw: Mapping[str, Any]

    def provision(self, provision_id: str) -> Provision | None:
        """Return the latest version of a provision by its id, with or without 'name/'."""
        wanted = provision_id.removeprefix(f"{self.name}/")
        found = [p for p in self.provisions if p.id == wanted]
        return max(found, key=lambda p: p.version, default=None)
