"""Episodes: findings or warnings of one pattern that follow one another without a quiet gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from trucewatch.respond.announced import EXPLAINED, Announcement
from trucewatch.respond.announced import NOTHING as UNTOLD
from trucewatch.respond.scenario import Scenario, Trigger

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Episode:
    """Rows that fit one trigger, first to last, in one zone or one agreement.

    chain_end_utc: when the last row of the whole chain ends, later rounds included; is_last: no
    later round of the chain shows the pattern.
    """

    place: str
    rows: tuple[Row, ...]
    chain_end_utc: datetime
    is_last: bool = True

    @property
    def first(self) -> Row:
        """The earliest row."""
        return self.rows[0]

    @property
    def last_utc(self) -> datetime:
        """When the last window ends, or the last warning was given."""
        return max(_end(row) for row in self.rows)

    @property
    def zones(self) -> set[str]:
        """Zones that the rows name."""
        return {str(row["zone"]) for row in self.rows}

    def shows(self, trigger: Trigger) -> bool:
        """Return whether the episode persists and expands as far as the trigger asks."""
        windows = {(_start(row), _end(row)) for row in self.rows}
        lasted = self.last_utc - _start(self.first)
        return (
            len(windows) >= trigger.windows_at_least
            and lasted >= timedelta(hours=trigger.persists_h)
            and len(self.zones) >= trigger.zones_at_least
        )


def agreement_of(row: Row) -> str:
    """Return the agreement's name of a finding: what stands before the provision's slash."""
    return str(row["provision_id"]).split("/", 1)[0]


def matching(
    rows: Iterable[Row], scenario: Scenario, kinds: Mapping[str, str],
    announced: Mapping[str, Announcement] | None = None,
) -> list[Row]:  # fmt: skip
    """Return the findings or warnings that fit a scenario's trigger one by one.

    kinds: provision id -> its kind, for triggers on kinds. announced: finding id -> what the
    deconfliction register says of it; what notices explain fits only triggers that ask for it.
    """
    trigger, told = scenario.trigger, announced or {}
    if trigger.on == "warning":
        return [row for row in rows if _warning_fits(row, trigger)]
    asked: dict[str, bool] = {}
    found = []
    for row in rows:
        if row["outcome"] != trigger.outcome:
            continue
        provision = str(row["provision_id"])
        if provision not in asked:
            asked[provision] = _provision_fits(row, scenario, kinds)
        said = told.get(row_id(row), UNTOLD).says
        if asked[provision] and _finding_fits(row, trigger) and _register_fits(said, trigger):
            found.append(row)
    return found


def _provision_fits(row: Row, scenario: Scenario, kinds: Mapping[str, str]) -> bool:
    provision, wanted = str(row["provision_id"]), scenario.trigger.provision_kinds
    return (
        scenario.belongs_to(agreement_of(row))
        and any(fnmatchcase(provision, pattern) for pattern in scenario.trigger.provisions)
        and (not wanted or kinds.get(provision) in wanted)
    )


def _finding_fits(row: Row, trigger: Trigger) -> bool:
    return (
        _at_least(row["probability"], trigger.probability_at_least)
        and _at_least(row["severity"], trigger.severity_at_least)
        and (not trigger.patterns or row["pattern"] in trigger.patterns)
    )


def _register_fits(said: str | None, trigger: Trigger) -> bool:
    return said != EXPLAINED if trigger.register is None else said == trigger.register


def _warning_fits(row: Row, trigger: Trigger) -> bool:
    return (
        bool(row["is_raised"])
        and any(fnmatchcase(str(row["outcome"]), pattern) for pattern in trigger.outcomes)
        and _at_least(row["probability"], trigger.probability_at_least)
    )


def _at_least(value: float | None, least: float | None) -> bool:
    """A number that is not known meets no threshold: a trigger never fires on a gap."""
    return least is None or (value is not None and value >= least)


def episodes(rows: Sequence[Row], scenario: Scenario) -> Iterator[Episode]:
    """Yield the episodes of matching rows that show the scenario's pattern, oldest first.

    A chain ends where more than the scenario's quiet_h passed since the last window. Within a
    chain a new round begins at the first row that starts repeats_after_h after the round did.
    """
    places: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        places[_place(row, scenario)].append(row)
    for place, here in sorted(places.items()):
        for chain in _cut(sorted(here, key=_order), timedelta(hours=scenario.quiet_h)):
            yield from _rounds(place, chain, scenario)


def _rounds(place: str, chain: Sequence[Row], scenario: Scenario) -> Iterator[Episode]:
    end = max(_end(row) for row in chain)
    groups: list[list[Row]] = [[]]
    repeats = scenario.repeats_after_h
    for row in chain:
        over = groups[-1] and repeats is not None
        if over and _start(row) - _start(groups[-1][0]) >= timedelta(hours=repeats or 0):
            groups.append([])
        groups[-1].append(row)
    rounds = [Episode(place, tuple(group), end, False) for group in groups]
    shown = [episode for episode in rounds if episode.shows(scenario.trigger)]
    yield from shown[:-1]
    yield from (replace(episode, is_last=True) for episode in shown[-1:])


def _cut(rows: Sequence[Row], quiet: timedelta) -> Iterator[list[Row]]:
    group: list[Row] = []
    last: datetime | None = None
    for row in rows:
        if last is not None and _start(row) - last > quiet:
            yield group
            group = []
        group.append(row)
        last = _end(row) if last is None else max(last, _end(row))
    if group:
        yield group


def _place(row: Row, scenario: Scenario) -> str:
    if scenario.trigger.on == "warning":
        return f"{row['zone']} {row['outcome']}" if scenario.per == "zone" else str(row["outcome"])
    agreement = agreement_of(row)
    return f"{agreement} {row['zone']}" if scenario.per == "zone" else agreement


def row_id(row: Row) -> str:
    """Return the id of a finding or a warning."""
    return str(row.get("finding_id") or row.get("warning_id"))


def _order(row: Row) -> tuple[datetime, datetime, str]:
    return _start(row), _end(row), row_id(row)


def _start(row: Row) -> datetime:
    moment: datetime = row["issued_utc"] if "issued_utc" in row else row["window_start_utc"]
    return moment


def _end(row: Row) -> datetime:
    moment: datetime = row["issued_utc"] if "issued_utc" in row else row["window_end_utc"]
    return moment
