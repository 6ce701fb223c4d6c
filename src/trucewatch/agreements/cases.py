"""Experts' cases: what was seen, in plain words, and what an agreement must make of it.

A case file stands in `library/cases/` or beside an agreement of the user's. A lawyer writes it; the
words that may stand in it are in GIVEN, and every fault of a file is listed with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trucewatch.agreements.acts import Evidence, Setting
from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.case_places import inside_of, point_at
from trucewatch.agreements.evaluate import Row
from trucewatch.config import YamlFile, read_yaml
from trucewatch.errors import AgreementError, Fault
from trucewatch.mission import NamedRegion, Party
from trucewatch.when import instant
from trucewatch.where import Region

CASES = Path(__file__).parent / "library" / "cases"
NOTHING = "nothing"
OUTCOMES = ("breach", "none_seen", "undetermined", NOTHING)
# What an expectation may name. 'window' picks the window; without it the worst finding answers, of
# equally bad ones the latest.
ANSWERS = {
    "outcome": "breach, none_seen, undetermined or nothing",
    "window": "a day: only the window of that day answers",
    "zone": "the zone or region of the finding",
    "reading": "the reading as the table has it",
    "pattern": "accident, local or systemic",
    "severity": "0 to 1, two decimals, or none",
    "probability": "0 to 1, two decimals, or none",
    "bound": "how many could have been missed, or none",
    "watched_share": "0 to 1, as the trace has it from the ledger; none where it states nothing",
    "because": "words of one of the trace's reasons",
    "open_acts": "acts that wait for an attribution under this finding",
    "findings": "how many findings the key names",
}
PLACE = {"from", "km", "side", "at_place", "in_zone", "region", "radius_km", "nowhere"}
TIME = {"at", "hours", "date", "never"}
GIVEN: dict[str, set[str]] = {
    "seen": PLACE | TIME | {"weapon", "calibre_mm", "held_by", "attributed_to", "count", "sure",
                            "accused", "by", "reviewed", "means"},
    "counted": PLACE | TIME | {"kind"},
    "quiet": PLACE | TIME,
    "watched": TIME | {"kind", "missed_upper", "detection"},
    "notice": PLACE | TIME | {"party", "told_h_before"},
    "level": TIME | {"of", "kind", "low", "high", "unit", "category", "stage", "declared_by",
              "reported_by"},
}  # fmt: skip
# only: provisions to evaluate (as after a change of text); full_days: which days, counted from 1,
# are listed in full (all of them unless said).
CASE_KEYS = {
    *("case", "day", "days", "lines", "hypothetical", "given", "expect", "why"),
    *("only", "full_days"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its title, the agreement's name, the evidence, the setting, what is expected."""

    title: str
    agreement: str
    evidence: Evidence
    setting: Setting
    expected: Mapping[str, Any]
    path: Path
    line: int | None


def case_files(name: str | None = None) -> list[Path]:
    """Return the library's case files, or those of one agreement."""
    found = sorted(CASES.glob("*.yaml"))
    return [p for p in found if name is None or p.stem.split("__")[0] == name]


def read_cases(path: Path, agreement: Agreement) -> list[Case]:
    """Read a case file; raises AgreementError with every fault at once."""
    reader = _Reader(read_yaml(path), agreement)
    cases = reader.cases()
    if reader.faults:
        raise AgreementError(reader.faults)
    return cases


def parts_of(key: str) -> tuple[str, str | None, str | None]:
    """Return provision, reading and party of an expectation's key."""
    head, _, party = key.partition(" by ")
    provision, _, reading = head.partition(" / ")
    return provision.strip(), reading.strip() or None, party.strip() or None


def _is_answer(asked: Any) -> bool:
    if not isinstance(asked, Mapping):
        return asked in OUTCOMES
    return bool(asked) and set(asked) <= set(ANSWERS) and (
        asked.get("outcome", NOTHING) in OUTCOMES)  # fmt: skip


class _Reader:
    """Turns a case file into cases and collects every fault on the way."""

    def __init__(self, document: YamlFile, agreement: Agreement) -> None:
        self.document, self.agreement = document, agreement
        self.faults: list[Fault] = []
        value = document.value if isinstance(document.value, dict) else {}
        self.rows = value.get("cases")
        self.header = {k: v for k, v in value.items() if k != "cases"}

    def fault(self, *key: str | int, found: object, expected: str, mend: str) -> None:
        self.faults.append(self.document.fault(key, found=str(found), expected=expected, mend=mend))

    def cases(self) -> list[Case]:
        """Return the file's cases; faulty ones are left out and noted."""
        if not isinstance(self.rows, list) or not self.rows:
            self.fault("cases", found="no list of cases", expected="cases: [...]",
                       mend="Write at least one case.")  # fmt: skip
            return []
        zone = self._zone()
        built = []
        for index, row in enumerate(self.rows):
            try:
                built.append(self._case(index, row, zone))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                self.fault("cases", index, found=f"{type(error).__name__}: {error}",
                           expected="a complete case", mend="Complete or correct it.")  # fmt: skip
        return [case for case in built if case is not None]

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(str(self.header.get("time_zone", "UTC")))
        except (ZoneInfoNotFoundError, ValueError) as error:
            self.fault("time_zone", found=error, expected="an IANA time zone",
                       mend="Write time_zone: Europe/Kyiv.")  # fmt: skip
            return ZoneInfo("UTC")

    def _regions(self) -> tuple[NamedRegion, ...]:
        rows = self.header.get("regions") or [{"id": "theatre", "lon": 0, "lat": 0}]
        return tuple(
            NamedRegion(str(r["id"]), str(r.get("name", r["id"])),
                        Region(float(r["lon"]), float(r["lat"]), float(r.get("radius_km", 20_010)),
                               polygon_wkt=r.get("polygon_wkt")))
            for r in rows
        )  # fmt: skip

    def _parties(self) -> tuple[Party, ...]:
        rows = self.header.get("parties") or ()
        return tuple(
            Party(str(r["id"]), str(r["name"]), tuple(map(str, r.get("aliases", ())))) for r in rows
        )

    def _case(self, index: int, row: dict[str, Any], zone: ZoneInfo) -> Case | None:
        unknown = set(row) - CASE_KEYS
        if unknown:
            self.fault("cases", index, found=f"unknown keys {sorted(unknown)}",
                       expected=", ".join(sorted(CASE_KEYS)),
                       mend="Correct the spelling.")  # fmt: skip
        day = date.fromisoformat(str(row["day"]))
        setting = self._setting(row, day, zone)
        tables: dict[str, list[Row]] = {
            k: [] for k in ("incidents", "levels", "coverage", "notices")
        }
        for number, given in enumerate(row.get("given") or ()):
            maker = _Given(self.agreement, day, zone, setting)
            word = next((w for w in GIVEN if w in given), None)
            extra = set(given) - ({word} | GIVEN[word] if word else set())
            if word is None or extra:
                self.fault("cases", index, "given", number, found=f"{given}",
                           expected=f"one of {', '.join(GIVEN)}, with its own words only",
                           mend=f"Remove {sorted(extra)}." if word else "Use one.")  # fmt: skip
                continue
            table, made = maker.rows(word, given, f"{index}-{number}")
            tables[table] += made
        self._check_expected(index, row["expect"])
        return Case(
            str(row["case"]), self.agreement.name, Evidence(**tables), setting, dict(row["expect"]),
            self.document.path, self.document.line("cases", index),
        )  # fmt: skip

    def _setting(self, row: dict[str, Any], day: date, zone: ZoneInfo) -> Setting:
        midnights = [datetime.combine(day + timedelta(days=n), time(0), tzinfo=zone)
                     for n in range(int(row.get("days", 1)) + 1)]  # fmt: skip
        full, asked = row.get("full_days"), (parts_of(key)[0] for key in row["expect"])
        return Setting(
            windows=tuple(pairwise(midnights)), regions=self._regions(), parties=self._parties(),
            exact_lines=row.get("lines", "exact") == "exact",
            hypothetical=bool(row.get("hypothetical", False)),
            now_utc=midnights[-1] + timedelta(days=365),
            only=frozenset(map(str, row.get("only") or asked)),
            complete=None if full is None else frozenset(int(day) - 1 for day in full),
        )  # fmt: skip

    def _check_expected(self, index: int, expected: Any) -> None:
        for key, outcome in dict(expected).items():
            provision, reading, _ = parts_of(str(key))
            known = self.agreement.provision(provision)
            readings = {r.reading for r in known.rules} if known else set()
            if known is None or (reading is not None and reading not in readings):
                self.fault("cases", index, "expect", found=repr(key),
                           expected=f"a provision of {self.agreement.name}, a reading of it",
                           mend=f"Readings: {sorted(readings)}.")  # fmt: skip
            if not _is_answer(outcome):
                self.fault("cases", index, "expect", found=repr(outcome),
                           expected=f"{', '.join(OUTCOMES)}, or a mapping of {', '.join(ANSWERS)}",
                           mend="Use one of them.")  # fmt: skip


class _Given:
    """Turns one line of 'given' into rows of a table."""

    def __init__(self, agreement: Agreement, day: date, zone: ZoneInfo, setting: Setting) -> None:
        self.agreement, self.day, self.zone, self.setting = agreement, day, zone, setting

    def rows(self, word: str, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        """Return the table's name and its rows."""
        make = {"seen": self._seen, "counted": self._counted, "quiet": self._quiet,
                "watched": self._watched, "notice": self._notice, "level": self._level}  # fmt: skip
        return make[word](given, key)

    def _when(self, given: dict[str, Any], default_h: float = 0.0) -> Row:
        if given.get("never"):
            return {"start_utc": None, "end_utc": None}
        at = str(given.get("at", "12:00" if default_h == 0 else "00:00"))
        on = date.fromisoformat(str(given.get("date", self.day)))
        whole = "T" in at
        start = instant(at) if whole else datetime.combine(
            on, time.fromisoformat(at), tzinfo=self.zone)  # fmt: skip
        hours = float(given.get("hours", default_h))
        return {"start_utc": start, "end_utc": start + timedelta(hours=hours)}

    def _where(self, given: dict[str, Any]) -> Row:
        radius = {"radius_km": float(given.get("radius_km", 0))}
        if given.get("nowhere"):
            return {"lon": None, "lat": None}
        if "from" in given:
            line = self.agreement.lines[given["from"]]
            lon, lat = point_at(line, float(given["km"]), given.get("side"))
        elif "in_zone" in given:
            lon, lat = inside_of(self.agreement, given["in_zone"])
        elif "at_place" in given:
            lon, lat = map(float, given["at_place"])
        else:
            name = given.get("region", self.setting.regions[0].id)
            here = next(r for r in self.setting.regions if r.id == name).region
            lon, lat = here.lon, here.lat
        return {"lon": lon, "lat": lat} | radius

    def _seen(self, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        row: Row = {
            "incident_id": f"inc-{key}", "kind": given["seen"], "weapon": given.get("weapon"),
            "calibre_mm": given.get("calibre_mm"), "control_side": given.get("held_by"),
            "attributed_party": given.get("attributed_to"), "count_best": given.get("count"),
            "claimed_actor": given.get("accused"), "claimant": given.get("by"),
            # 'sure: unstated' leaves the chance to the means: who saw it, and how.
            "probability_occurred": None if given.get("sure") == "unstated"
            else float(given.get("sure", 1.0)), "means": given.get("means"),
            "verification_status": given.get("reviewed", "corroborated"),
        }  # fmt: skip
        return "incidents", [row | self._when(given) | self._where(given)]

    def _counted(self, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        number = float(given["counted"])
        row: Row = {
            "observation_id": f"obs-{key}", "kind": given.get("kind", "count_violations"),
            "count_best": number, "means": "reported", "is_null": number == 0,
            "place_name": given.get("region", self.setting.regions[0].id),
        }  # fmt: skip
        return "levels", [row | self._when(given, 24.0) | self._where(given)]

    def _quiet(self, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        row: Row = {"observation_id": f"obs-{key}", "kind": given["quiet"], "is_null": True}
        return "levels", [row | self._when(given, 24.0) | self._where(given)]

    def _watched(self, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        zones = [r.id for r in self.setting.regions]
        zones += ["all", *self.agreement.zones] if given["watched"] == "all" else []
        names = zones if given["watched"] == "all" else [str(given["watched"])]
        spans = list(self.setting.windows)
        if "at" in given:
            when = self._when(given)
            spans = [(when["start_utc"], when["end_utc"])]
        return "coverage", [
            {"coverage_id": f"cov-{key}-{zone}-{n}", "zone": zone, "kind": given.get("kind", "any"),
             "window_start_utc": a, "window_end_utc": b, "watches": 4, "watched_share": 0.8,
             "outage_share": 0.0, "detection_probability": float(given.get("detection", 0.8)),
             "missed_upper": given.get("missed_upper", 3.7), "watch_ids": "[]"}
            for zone in names for n, (a, b) in enumerate(spans)
        ]  # fmt: skip

    def _notice(self, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        when = self._when(given, 2.0 if "at" in given else 24.0)
        told = when["start_utc"] - timedelta(hours=float(given.get("told_h_before", 0)))
        placed = self._where(given) if set(given) & PLACE else {}
        row: Row = {"notice_id": f"ntc-{key}", "topic": given["notice"], "issued_utc": told,
                    "party": given.get("party")}  # fmt: skip
        return "notices", [row | when | placed]

    def _level(self, given: dict[str, Any], key: str) -> tuple[str, list[Row]]:
        told = given.get("declared_by")
        by = given.get("reported_by", told)
        row: Row = {
            "observation_id": f"obs-{key}", "kind": given.get("kind", "level_personnel"),
            "quantity": float(given["level"]), "count_low": given.get("low"),
            "count_high": given.get("high"), "unit": given.get("unit"),
            "claimed_actor": given.get("of"), "claimant": by,
            "means": "declared" if told else "reported" if by else "inspected",
            "attributes": {"category": given.get("category"), "stage": given.get("stage")},
        }  # fmt: skip
        return "levels", [row | self._when(given)]
