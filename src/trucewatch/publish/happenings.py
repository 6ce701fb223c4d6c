"""What was reported in the period: kinds, incidents with their accounts, the annex rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from trucewatch.publish.counting import observation_fact
from trucewatch.publish.facts import IncidentFact, KindTally, ObservationFact, RegionTally
from trucewatch.publish.facts_judged import LostWatchFact, NoticeFact
from trucewatch.publish.kinds import breaching_kinds, counted_kinds, kind_rank, listing_order
from trucewatch.publish.placing import Place
from trucewatch.publish.rows import clean, fact
from trucewatch.publish.window import Window

OUTSIDE = "outside the mission's regions"


def happening_facts(window: Window) -> dict[str, Any]:
    """Return the report's parts about happenings: tallies, incidents, annex rows, notices."""
    incidents, more_incidents = _incidents(window)
    observations, more_observations = _observations(window)
    lost = window.rows("watches_lost")
    notices = window.rows("notices_in_window")
    longer = window.rows("long_accounts", counted_kind=counted_kinds())
    return {
        "kinds": _kind_tallies(window),
        "region_tallies": _region_tallies(window, incidents),
        "long_accounts": tuple((row["kind"], row["accounts"]) for row in longer),
        "incidents": incidents,
        "observations": observations,
        "notices": tuple(
            fact(NoticeFact, row, id=row["notice_id"]) for row in notices[: window.listed_max]
        ),
        "lost_watches": tuple(
            fact(LostWatchFact, row, id=row["watch_id"]) for row in lost[: window.listed_max]
        ),
        "more": {"incidents": more_incidents, "observations": more_observations},
    }


def _previous(window: Window) -> dict[str, Any]:
    previous = window.head.previous
    return {"from_utc": previous.start_utc, "to_utc": previous.end_utc}


def _kind_tallies(window: Window) -> tuple[KindTally, ...]:
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for row in window.rows("tallies_in_window"):
        by_kind[row["kind"]].append(row)
    before: dict[str, list[Any]] = defaultdict(list)
    for row in window.rows("tallies_in_window", _previous(window)):
        before[row["kind"]].append(row)
    incidents = {row["kind"]: row for row in window.rows("incident_tallies")}
    seen = {*by_kind, *before, *incidents} & set(listing_order())
    return tuple(
        KindTally(
            kind=kind,
            null_accounts=sum(row["null_accounts"] for row in by_kind[kind]),
            incidents=incidents.get(kind, {}).get("incidents", 0),
            corroborated=incidents.get(kind, {}).get("corroborated", 0),
            by_source=_by_source(by_kind[kind]),
            before_by_source=_by_source(before[kind]),
        )
        for kind in sorted(seen, key=kind_rank)
    )


def _by_source(rows: list[Any]) -> tuple[tuple[str, int], ...]:
    return tuple((row["source_id"], row["accounts"]) for row in rows)


def _incidents(window: Window) -> tuple[tuple[IncidentFact, ...], int]:
    found = window.rows("incidents_in_window", listed_kind=tuple(listing_order()))
    rows = found[: window.listed_max]
    ids = [row["incident_id"] for row in rows]
    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for member in window.rows("members_of_incidents", listed_incident=ids) if ids else ():
        members[member["incident_id"]].append((member["observation_id"], member["source_id"]))
    facts = tuple(
        fact(
            IncidentFact, row, id=row["incident_id"], region=region,
            member_ids=tuple(m[0] for m in members[row["incident_id"]]),
            source_ids=tuple(sorted({m[1] for m in members[row["incident_id"]]})),
        )
        for row, region in zip(rows, window.placer.each(map(_place, rows)), strict=True)
    )  # fmt: skip
    return facts, len(found) - len(rows)


def _place(row: Mapping[str, Any]) -> Place:
    return (
        clean(row["lon"]), clean(row["lat"]), clean(row["radius_km"]), clean(row["place_name"])
    )  # fmt: skip


def _observations(window: Window) -> tuple[tuple[ObservationFact, ...], int]:
    found = window.rows("observations_in_window", listed_kind=tuple(listing_order()))
    rows = found[: window.listed_max]
    regions = window.placer.each(map(_place, rows))
    placed = zip(rows, regions, strict=True)
    return tuple(observation_fact(row, region=region) for row, region in placed), len(found) - len(
        rows
    )


def _region_tallies(window: Window, incidents: tuple[IncidentFact, ...]) -> tuple[RegionTally, ...]:
    kinds = breaching_kinds()
    earlier = window.rows("incidents_in_window", _previous(window), listed_kind=kinds)
    before = Counter(window.placer.each(map(_place, earlier)))
    by_region: dict[str | None, list[IncidentFact]] = defaultdict(list)
    for incident in incidents:
        if incident.kind in kinds:
            by_region[incident.region].append(incident)
    names: list[tuple[str | None, str]] = [(r.id, r.name) for r in window.mission.regions]
    return tuple(
        RegionTally(
            region=region, region_name=name, incidents=len(by_region[region]),
            corroborated=sum(
                i.verification_status in ("corroborated", "verified") for i in by_region[region]
            ),
            incidents_before=before[region], ids=tuple(i.id for i in by_region[region]),
        )
        for region, name in [*names, (None, OUTSIDE)]
        if region is not None or by_region[region] or before[region]
    )  # fmt: skip
