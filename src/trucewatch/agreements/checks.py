"""Faults that a schema cannot see: references, dates, geometry, weapons, circles."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from trucewatch.config import YamlFile
from trucewatch.errors import Fault
from trucewatch.vocabulary.terms import kinds, term_for, weapons
from trucewatch.when import instant
from trucewatch.where import distance_km

Key = tuple[str | int, ...]
Found = Callable[..., None]
SECTIONS = ("parties", "documents", "instruments", "definitions", "lines", "zones", "provisions")
MEET_KM = 1.0


class Checker:
    """Walks one parsed agreement and collects every fault; `usable` skips faulty entries."""

    def __init__(self, document: YamlFile, schema_faults: Sequence[tuple[Key, Fault]]) -> None:
        self.document = document
        self.faults: list[Fault] = [fault for _, fault in schema_faults]
        self._bad = {key[:2] for key, _ in schema_faults}
        root = document.value if isinstance(document.value, dict) else {}
        self.root: Mapping[str, Any] = root

    def fault(self, *key: str | int, found: object, expected: str, mend: str) -> None:
        """Add a fault at a key."""
        self.faults.append(self.document.fault(key, found=str(found), expected=expected, mend=mend))

    def usable(self, section: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (index, entry) of the entries of a section that the schema accepted."""
        rows = self.root.get(section)
        if isinstance(rows, list) and (section,) not in self._bad:
            for index, row in enumerate(rows):
                if isinstance(row, dict) and (section, index) not in self._bad:
                    yield index, row

    def named(self, section: str) -> dict[str, dict[str, Any]]:
        """Return every entry of a section by its id, faulty ones included: their id is known."""
        rows = self.root.get(section)
        listed = rows if isinstance(rows, list) else []
        return {str(r["id"]): r for r in listed if isinstance(r, dict) and "id" in r}

    def reference(self, section: str, name: object, *key: str | int) -> bool:
        """Check that an id is one of a section's; say the nearest where it is not."""
        known = self.named(section)
        if str(name) in known:
            return True
        near = difflib.get_close_matches(str(name), list(known), n=2)
        self.fault(
            *key, found=f"{name!r}, which no entry of '{section}' has as id",
            expected=f"one of: {', '.join(known) or 'none given'}",
            mend=f"Did you mean {' or '.join(near)}?" if near else f"Add it under '{section}'.",
        )  # fmt: skip
        return False

    def moment(self, value: object, *key: str | int) -> datetime | None:
        """Return an instant, or None after noting a fault."""
        try:
            return None if value is None else instant(str(value))
        except ValueError as error:
            self.fault(*key, found=error, expected="an instant with its offset",
                       mend="Write it like 2015-02-15T00:00+02:00.")  # fmt: skip
            return None

    def run(self) -> list[Fault]:
        """Return every fault, in the order of the file's lines."""
        for check in (
            self._ids, self._instruments, self._definitions, self._lines, self._zones,
            self._provisions, self._circles, self._versions,
        ):  # fmt: skip
            check()
        return sorted(self.faults, key=lambda f: (f.line or 0, f.found))

    def _ids(self) -> None:
        for section in SECTIONS[:-1]:
            seen: set[str] = set()
            for index, row in self.usable(section):
                if str(row["id"]) in seen:
                    self.fault(section, index, "id", found=f"{row['id']!r} a second time",
                               expected="an id given once",
                               mend="Rename one of the two.")  # fmt: skip
                seen.add(str(row["id"]))

    def _instruments(self) -> None:
        for index, row in self.usable("instruments"):
            self._span(row, "instruments", index)
            signed = self.day(row["signed"], "instruments", index, "signed")
            start = self.quiet((row.get("in_force") or {}).get("from"))
            self._after_text(start, signed, "instruments", index)

    def day(self, value: object, *key: str | int) -> date | None:
        """Return a calendar day, or None after noting a fault."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fault(*key, found=repr(value), expected="a day", mend="Write it like 2015-02-12.")
            return None

    @staticmethod
    def quiet(value: object) -> datetime | None:
        """Return an instant where the text is one; its fault is noted elsewhere."""
        try:
            return None if value is None else instant(str(value))
        except ValueError:
            return None

    def _after_text(self, start: datetime | None, signed: date | None, *key: str | int) -> None:
        # A day begins up to 14 hours earlier east of Greenwich; only a full day counts as before.
        if start is not None and signed is not None and (signed - start.date()).days > 1:
            self.fault(*key, "in_force", found=f"in force from {start.date()}, before its text",
                       expected=f"not before the day it was signed, {signed}",
                       mend="Correct in_force.from, or the instrument's 'signed'.")  # fmt: skip

    def _span(self, row: dict[str, Any], *key: str | int) -> None:
        span = row.get("in_force") or {}
        start = self.moment(span.get("from"), *key, "in_force", "from")
        end = self.moment(span.get("to"), *key, "in_force", "to")
        if start and end and end <= start:
            self.fault(*key, "in_force", found=f"ends {end} at or before its start {start}",
                       expected="an end after the start",
                       mend="Exchange or correct the two.")  # fmt: skip

    def _definitions(self) -> None:
        for index, row in self.usable("definitions"):
            self._weapons(row.get("weapons"), "definitions", index, "weapons")
            self._acts(row.get("acts"), "definitions", index, "acts")

    def _weapons(self, rule: Any, *key: str | int) -> None:
        if not isinstance(rule, dict):
            return
        classes = {str(t.facts.get("class")) for t in weapons().values()}
        for name in rule.get("classes", ()):
            self._word(name, name in classes, classes, "weapon class", *key, "classes")
        for part in ("systems", "except"):
            for name in rule.get(part, ()):
                known = term_for("weapons", str(name)) is not None
                self._word(name, known, weapons(), "weapon", *key, part)
        self._calibre(rule.get("calibre_mm") or {}, *key, "calibre_mm")
        if "defined" in rule:
            self.reference("definitions", rule["defined"], *key, "defined")
        for index, part in enumerate(rule.get("any_of", ())):
            self._weapons(part, *key, "any_of", index)

    def _word(self, name: object, known: bool, words: Any, what: str, *key: str | int) -> None:
        if not known:
            near = difflib.get_close_matches(str(name), [str(w) for w in words], n=2)
            hint = f"Did you mean {' or '.join(near)}?" if near else "See the vocabulary's files."
            self.fault(*key, found=f"unknown {what} {name!r}",
                       expected=f"a {what} of the vocabulary", mend=hint)  # fmt: skip

    def _calibre(self, span: dict[str, Any], *key: str | int) -> None:
        low = max((span[k] for k in ("over", "at_least") if k in span), default=None)
        high = min((span[k] for k in ("under", "up_to") if k in span), default=None)
        twice = {"over", "at_least"} <= set(span) or {"under", "up_to"} <= set(span)
        if twice or (low is not None and high is not None and low > high):
            self.fault(*key, found=f"calibre {span}",
                       expected="one lower and one upper bound, in order",
                       mend="Keep one of over/at_least and one of under/up_to.")  # fmt: skip

    def _acts(self, acts: Any, *key: str | int) -> None:
        if not isinstance(acts, dict):
            return
        families = {str(t.facts.get("family")) for t in kinds().values()}
        for part in ("kinds", "except_kinds", "counts"):
            for name in acts.get(part, ()):
                self._word(name, name in kinds(), kinds(), "kind of observation", *key, part)
        for name in acts.get("families", ()):
            self._word(name, name in families, families, "family of kinds", *key, "families")
        if "defined" in acts:
            self.reference("definitions", acts["defined"], *key, "defined")

    def _lines(self) -> None:
        for index, row in self.usable("lines"):
            self._span(row, "lines", index)
            for side in ("left", "right"):
                if side in row:
                    self.reference("parties", row[side], "lines", index, side)
            for claimant in row.get("claimants", ()):
                self.reference("parties", claimant, "lines", index, "claimants")
            self._meet(row.get("sectors", []), "lines", index)
            points = line_points(row)
            if len(set(points)) < 2:
                self.fault("lines", index, found="a line whose points are all one place",
                           expected="at least two places", mend="Add its course.")  # fmt: skip
            elif not _is_simple(points, closed=False):
                self.fault("lines", index, found="a line that crosses itself",
                           expected="points in their order along the line",
                           mend="Put the points in order, from one end to the other.")  # fmt: skip

    def _meet(self, sectors: list[dict[str, Any]], *key: str | int) -> None:
        for number in range(1, len(sectors)):
            end, start = sectors[number - 1]["points"][-1]["at"], sectors[number]["points"][0]["at"]
            apart = distance_km(*end, *start)
            if apart > MEET_KM:
                self.fault(
                    *key, "sectors", number,
                    found=f"sector {sectors[number]['id']!r} starts {apart:.1f} km from the end "
                    f"of {sectors[number - 1]['id']!r}: the lines do not meet",
                    expected=f"sectors that join within {MEET_KM:g} km",
                    mend="Give both the same point, or reverse one of them.",
                )  # fmt: skip

    def _zones(self) -> None:
        for index, row in self.usable("zones"):
            if "belt" in row:
                belt = row["belt"]
                self.reference("lines", belt["line"], "zones", index, "belt", "line")
                if belt.get("from_km", 0) >= belt["km"]:
                    self.fault("zones", index, "belt", found=f"from_km {belt['from_km']}",
                               expected=f"less than km ({belt['km']})",
                               mend="Exchange the two.")  # fmt: skip
            for part in row.get("union", ()):
                known = self.reference("zones", part, "zones", index, "union")
                if known and "belt" in self.named("zones")[part]:
                    self.fault("zones", index, "union", found=f"{part!r}, a belt along a line",
                               expected="zones of polygons or circles",
                               mend="Give the belt a provision of its own.")  # fmt: skip
            ring = [tuple(p) for p in row.get("polygon", ())]
            if ring and not _is_simple(ring, closed=True):
                self.fault("zones", index, "polygon", found="a zone whose border crosses itself",
                           expected="corners in order round the zone",
                           mend="Put the corners in order; split an eight in two.")  # fmt: skip

    def _provisions(self) -> None:
        for index, row in self.usable("provisions"):
            self._provision(row, "provisions", index)
            readings = (row.get("ambiguity") or {}).get("readings", [])
            names = [r["id"] for r in readings]
            if len(set(names)) < len(names):
                self.fault("provisions", index, "ambiguity", found="two readings of one id",
                           expected="an id for each", mend="Rename one of the two.")  # fmt: skip
            for number, reading in enumerate(readings):
                at = ("provisions", index, "ambiguity", "readings", number, "set")
                self._references(reading.get("set") or {}, *at)

    def _provision(self, row: dict[str, Any], *key: str | int) -> None:
        self._span(row, *key)
        self._references(row, *key)
        if self.reference("instruments", row["instrument"], *key, "instrument"):
            text = self.named("instruments")[row["instrument"]]
            signed = _day_or_none(text.get("signed"))
            start = self.quiet((row.get("in_force") or {}).get("from"))
            self._after_text(start, signed, *key)
            begins = start or self.quiet((text.get("in_force") or {}).get("from"))
            due = self.quiet(row.get("deadline"))
            if due and begins and due < begins:
                self.fault(*key, "deadline", found=f"due {due}, before it is in force ({begins})",
                           expected="a deadline in force",
                           mend="Correct one of the two.")  # fmt: skip

    def _references(self, row: dict[str, Any], *key: str | int) -> None:
        named = row | (row.get("words") or {})
        for part, section in (("parties", "parties"), ("status_by", "documents"),
                              ("of", "parties"), ("not_of", "parties")):  # fmt: skip
            for name in named.get(part, ()):
                self.reference(section, name, *key, part)
        if "zone" in row:
            self.reference("zones", row["zone"], *key, "zone")
        for when in ("deadline", "sunset"):
            self.moment(row.get(when), *key, when)
        self._weapons(row.get("weapons"), *key, "weapons")
        self._acts(row.get("acts"), *key, "acts")
        self._reference_lines(row, *key)
        self._exceptions(row, *key)
        if "level" in row:
            self._word(row["level"], row["level"] in kinds(), kinds(), "kind of observation",
                       *key, "level")  # fmt: skip

    def _reference_lines(self, row: dict[str, Any], *key: str | int) -> None:
        reference = row.get("reference") or {}
        for party, line in reference.items():
            self.reference("parties", party, *key, "reference")
            self.reference("lines", line, *key, "reference", party)
        bound = row.get("parties") or list(self.named("parties"))
        without = [p for p in bound if reference and p not in reference]
        if without:
            self.fault(*key, "reference", found=f"no line for {', '.join(map(str, without))}",
                       expected="a line for every party that is bound",
                       mend="Add 'party: line' for each, or name the bound parties.")  # fmt: skip

    def _exceptions(self, row: dict[str, Any], *key: str | int) -> None:
        for number, exception in enumerate(row.get("exceptions") or ()):
            here = (*key, "exceptions", number)
            for name in exception.get("kinds", ()):
                self._word(name, name in kinds(), kinds(), "kind of observation", *here, "kinds")
            if "permitted_by" in exception:
                self.reference("provisions", exception["permitted_by"], *here, "permitted_by")
            if not {"notices", "kinds", "permitted_by"} & set(exception):
                self.fault(*here, found="an exception without a test",
                           expected="notices, kinds or permitted_by",
                           mend="Say by which notice or kind it shows.")  # fmt: skip

    def _circles(self) -> None:
        for section, following in (
            ("zones", lambda row: [str(name) for name in row.get("union") or ()]),
            ("definitions", _definition_links), ("provisions", _provision_links),
        ):  # fmt: skip
            links = {name: following(row) for name, row in self.named(section).items()}
            circle = _circle(links)
            if circle:
                index = list(links).index(circle[0])
                self.fault(section, index, found=f"a circle: {' -> '.join(circle)}",
                           expected="references that end",
                           mend="Remove one of the links.")  # fmt: skip

    def _versions(self) -> None:
        spans: dict[str, list[tuple[datetime, datetime, int]]] = {}
        for index, row in self.usable("provisions"):
            start, end = self._in_force(row)
            first, last = start or _MIN, end or _MAX
            for other_start, other_end, other in spans.get(row["id"], []):
                if first < other_end and other_start < last:
                    line = self.document.line("provisions", other)
                    self.fault("provisions", index, "in_force",
                               found=f"{row['id']!r}, overlapping its version at line {line}",
                               expected="versions that follow one another",
                               mend="End the older one where the newer begins.")  # fmt: skip
            spans.setdefault(row["id"], []).append((first, last, index))

    def _in_force(self, row: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
        text = self.named("instruments").get(str(row["instrument"]), {})
        own, general = row.get("in_force") or {}, text.get("in_force") or {}
        return (
            self.quiet(own.get("from")) or self.quiet(general.get("from")),
            self.quiet(own.get("to")) or self.quiet(general.get("to")),
        )


_MIN, _MAX = instant("0001-01-02T00:00Z"), instant("9999-12-30T00:00Z")


def line_points(row: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return the (lon, lat) vertices of a line entry, sectors joined in their order."""
    parts = [s["points"] for s in row["sectors"]] if "sectors" in row else [row["points"]]
    points = [(float(p["at"][0]), float(p["at"][1])) for part in parts for p in part]
    return [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]


def _is_simple(points: Sequence[Any], *, closed: bool) -> bool:
    from shapely.geometry import LineString, Polygon

    if closed:
        return len(set(points)) >= 3 and bool(Polygon(points).is_valid)
    return bool(LineString(points).is_simple)


def _day_or_none(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _definition_links(row: dict[str, Any]) -> list[str]:
    return [*_defined(row.get("weapons")), *_defined(row.get("acts"))]


def _defined(rule: Any) -> list[str]:
    if not isinstance(rule, dict):
        return []
    own = [str(rule["defined"])] if "defined" in rule else []
    parts = rule.get("any_of") or ()
    return own + [name for part in parts for name in _defined(part)]


def _provision_links(row: dict[str, Any]) -> list[str]:
    listed = row.get("exceptions") or ()
    return [str(e["permitted_by"]) for e in listed if isinstance(e, dict) and "permitted_by" in e]


def _circle(links: Mapping[str, list[str]]) -> list[str]:
    """Return one circle of references, or an empty list; iterative, for hostile depth."""
    done: set[str] = set()
    for start in links:
        path: list[str] = []
        on_path: set[str] = set()
        stack = [(start, iter(links[start]))] if start not in done else []
        path, on_path = ([start], {start}) if stack else ([], set())
        while stack:
            node, following = stack[-1]
            step = next((n for n in following if n in links and n not in done), None)
            if step is None:
                stack.pop()
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif step in on_path:
                return [*path[path.index(step) :], step]
            else:
                stack.append((step, iter(links[step])))
                path.append(step)
                on_path.add(step)
    return []
