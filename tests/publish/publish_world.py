"""A small mission built in code: real counts of March 2021, invented happenings around them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from trucewatch.ids import content_id, sha256_hex
from trucewatch.mission import Mission, NamedRegion, Party, SourceUse
from trucewatch.publish import SourceFacts
from trucewatch.store import Run, Store, open_store
from trucewatch.when import MissionClock
from trucewatch.where import Region

CLOCK = MissionClock(ZoneInfo("Europe/Kyiv"), time(19, 30))
DAY = date(2021, 3, 5)
KNOWN = datetime(2021, 3, 6, 12, tzinfo=UTC)
COLUMNS = {
    "observation": {
        "record_no": None, "source_record": None, "char_start": None, "char_end": None,
        "start_utc": None, "end_utc": None, "when_precision": "minute", "local_time": None,
        "published_utc": None, "lon": None, "lat": None, "radius_km": None, "polygon_wkt": None,
        "where_precision": "settlement", "place_id": None, "place_name": None, "count_low": None,
        "count_best": None, "count_high": None, "count_qualifier": None, "means": None,
        "description": None, "weapon": None, "calibre_mm": None, "direction_deg": None,
        "observer": None, "observer_lon": None, "observer_lat": None, "range_low_km": None,
        "range_high_km": None, "bearing_deg": None, "claimed_actor": None, "claimant": None,
        "control_side": None, "quantity": None, "unit": None, "is_null": False, "quote": None,
        "attributes": None,
    },
}  # fmt: skip


def mission(root: Path, **more: Any) -> Mission:
    """The mission: two regions, evenings at 19:30 in Kyiv, recommitted on 27 July 2020."""
    given: dict[str, Any] = {
        "root": root, "name": "donbas", "title": "Contact line, east", "clock": CLOCK,
        "knowledge": "published",
        "parties": (Party("a", "Side A"), Party("b", "Side B")),
        "regions": (
            NamedRegion("donetsk", "Donetsk", Region(37.8, 48.0, 90.0), ("Donetsk region",)),
            NamedRegion("luhansk", "Luhansk", Region(39.1, 48.7, 80.0)),
        ),
        "agreements": (), "sources": (SourceUse("osce"),),
        "recommitted_utc": datetime(2021, 2, 1, 22, 1, tzinfo=UTC),
        "audiences": ({"id": "public", "delay_h": 12, "coarsen_km": 10},),
    }  # fmt: skip
    return Mission(**{**given, **more})


SOURCES = {
    "osce": SourceFacts(
        source_id="osce", title="OSCE SMM daily reports", publisher="OSCE", reliability="B",
        licence="figures", address="https://example.org/smm", republish=True,
    ),
    "news": SourceFacts(
        source_id="news", title="News", publisher="A paper", reliability="D",
        licence="ODbL", republish=True,
    ),
    "team": SourceFacts(
        source_id="team", title="Field reports", publisher="The mission", reliability="A",
        licence="internal", republish=False,
    ),
}  # fmt: skip


class World:
    """Writes rows into a fresh store and knows nothing of how they are read."""

    def __init__(self, path: Path) -> None:
        self.store: Store = open_store(path)
        self.run = Run("run-1", "test", KNOWN)
        self.no = 0
        self.pending: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **row: Any) -> dict[str, Any]:
        self.pending.setdefault(table, []).append(row)
        return row

    def flush(self) -> Store:
        """Write what was added; columns that one row lacks are NULL."""
        for table, rows in self.pending.items():
            names = {name for row in rows for name in row}
            filled = [{name: row.get(name) for name in names} for row in rows]
            self.store.append(table, filled, self.run)
        self.pending.clear()
        return self.store

    def capture(self, source: str, licence: str = "figures") -> str:
        sha = sha256_hex(source.encode())
        capture_id = content_id("capture", sha, source)
        known = [r for r in self.pending.get("capture", []) if r["capture_id"] == capture_id]
        if not known:
            self.add(
                "capture", capture_id=capture_id, sha256=sha, size_bytes=10, media_type="text/csv",
                origin=f"in/{source}.csv", received_utc=KNOWN, source_id=source, licence=licence,
            )  # fmt: skip
            self.add(
                "reading", capture_id=capture_id, source_id=source, source_version="v",
                records=10, observations=9, watches=0, claims=0, quarantined=1, repeats=0,
            )  # fmt: skip
        return capture_id

    def observation(self, source: str = "news", kind: str = "explosion", **given: Any) -> str:
        self.no += 1
        observation_id = content_id("observation", self.no)
        row = {**COLUMNS["observation"], "source_id": source, "kind": kind,
               "capture_id": self.capture(source), "record_no": self.no,
               "root_id": given.get("root_id", observation_id), **given}  # fmt: skip
        self.add("observation", observation_id=observation_id, **row)
        return observation_id

    def count(
        self, day: date, region: str, best: float | None, *, kind: str = "count_violations",
        evenings: int = 1, **given: Any,
    ) -> str:  # fmt: skip
        first = day - timedelta(days=evenings)
        span = CLOCK.reporting_span(first, day)
        precision = "evening" if evenings == 1 else "period"
        return self.observation(
            given.pop("source", "osce"), kind, start_utc=span.start_utc, end_utc=span.end_utc,
            when_precision=precision, place_name=region, count_low=best, count_best=best,
            count_high=best, **given,
        )  # fmt: skip

    def at(self, hour: int = 12, minute: int = 0, day: date = DAY) -> datetime:
        return CLOCK.at(day, time(hour, minute))

    def incident(self, members: list[str], kind: str = "explosion", **given: Any) -> str:
        incident_id = content_id("incident", *members)
        base = {
            "kind": kind, "start_utc": self.at(), "end_utc": self.at(), "lon": 37.7, "lat": 48.1,
            "radius_km": 3.0, "place_id": None, "place_name": "Yasynuvata", "count_low": 5.0,
            "count_best": 5.0, "count_high": 5.0, "weapon": "mortar_120", "calibre_mm": 120.0,
            "direction_deg": None, "claimed_actor": None, "observations": len(members),
            "roots": len(members), "extent_km": 0.5, "duration_h": 0.0,
            "probability_occurred": 0.9,
            "verification_status": "corroborated" if len(members) > 1 else "reported",
            "preferred": "{}",
        }  # fmt: skip
        self.add("incident", incident_id=incident_id, **{**base, **given})
        for member in members:
            self.add("member", incident_id=incident_id, observation_id=member)
        return incident_id


def a_day(world: World) -> dict[str, str]:
    """Fill a world with one day that has everything; return ids by what they are."""
    ids = {}
    for back in range(1, 30):
        if back in (6, 7, 13, 14):
            continue
        day = DAY - timedelta(days=back)
        world.count(day, "Donetsk", float(back * 3 % 17), source_record=f"{60 - back}/2021")
        world.count(day, "Luhansk", float(back % 3), source_record=f"{60 - back}/2021")
    world.count(DAY - timedelta(days=6), "Donetsk", 41.0, evenings=2, source_record="54/2021")
    ids["today"] = world.count(
        DAY, "Donetsk", 47.0, source_record="52/2021",
        attributes=json.dumps({"source_url": "https://example.org/52"}),
    )  # fmt: skip
    ids["differs"] = world.count(DAY, "Donetsk", 28.0, source_record="53/2021")
    ids["zero"] = world.count(DAY, "Donetsk", 0.0, kind="count_explosions", source_record="52/2021")
    ids["first"] = world.observation(
        "news", start_utc=world.at(), end_utc=world.at(), lon=37.71234, lat=48.12345,
        radius_km=1.0, place_name="Yasynuvata", count_low=5.0, count_best=5.0, count_high=5.0,
        means="reported", weapon="mortar_120", quote="П'ять вибухів <b>біля</b> Ясинуватої",
        claimed_actor="b",
    )  # fmt: skip
    ids["second"] = world.observation(
        "team", start_utc=world.at(12, 5), end_utc=world.at(12, 20), lon=37.7, lat=48.1,
        radius_km=2.0, means="heard", observer="Patrol 7", observer_lon=37.65, observer_lat=48.05,
        range_low_km=3.0, range_high_km=4.0, bearing_deg=45.0, count_low=4.0, count_best=5.0,
        count_high=6.0, count_qualifier="about",
    )  # fmt: skip
    ids["incident"] = world.incident([ids["first"], ids["second"]])
    ids["lone"] = world.observation(
        "news", "casualty", start_utc=world.at(9), end_utc=world.at(9), lon=39.0, lat=48.6,
        place_name="Shchastia", quote="=HYPERLINK(1)", count_best=1.0,
    )  # fmt: skip
    ids["denied"] = world.observation(
        "team", "access_denied", start_utc=world.at(10), end_utc=world.at(10), lon=38.123,
        lat=48.321, place_name="checkpoint", observer="Patrol 9",
    )  # fmt: skip
    ids["lone_incident"] = world.incident(
        [ids["lone"]], "casualty", lon=39.01234, lat=48.65432, place_name="Shchastia", roots=1
    )
    _judged(world, ids)
    world.flush()
    return ids


def _judged(world: World, ids: dict[str, str]) -> None:
    period = CLOCK.reporting_day(DAY)
    window = {"window_start_utc": period.start_utc, "window_end_utc": period.end_utc}
    world.add(
        "agreement", agreement_id="agr-1", name="minsk", title="Minsk set", version_sha256="0" * 64,
        signed=date(2015, 2, 12), in_force_from_utc=None, in_force_to_utc=None, text="{}",
    )  # fmt: skip
    for article, kind in (("1", "ceasefire"), ("2", "withdrawal")):
        world.add(
            "provision", provision_id=f"minsk/{article}", agreement_id="agr-1", article=article,
            kind=kind, party="*", says="No fire of any kind", parameters="{}",
            in_force_from_utc=None, in_force_to_utc=None, status="agreed", reference="point 1",
            ambiguity=None,
        )  # fmt: skip
    outcomes = (("breach", "1", "donetsk"), ("none_seen", "1", "luhansk"), ("undetermined", "2",
                "donetsk"))  # fmt: skip
    for outcome, article, zone in outcomes:
        finding_id = content_id("finding", outcome)
        ids[outcome] = finding_id
        world.add(
            "finding", finding_id=finding_id, agreement_id="agr-1",
            provision_id=f"minsk/{article}", reading="default", party="b", zone=zone, **window,
            outcome=outcome, probability=0.9 if outcome == "breach" else None,
            severity=0.5 if outcome == "breach" else None, pattern="local",
            missed_upper=2.4 if outcome == "none_seen" else None,
            incidents=1 if outcome == "breach" else 0,
            trace=json.dumps({"article": article, "incidents": [ids["incident"]],
                              "because": ["<script>alert(1)</script>"]}),
        )  # fmt: skip
    world.add(
        "hypothesis", hypothesis_id="hyp-1", finding_id=ids["breach"], incident_id=ids["incident"],
        party="b", likelihood=0.7, threshold=0.8, grounds='["bearing"]',
    )  # fmt: skip
    ids["warning"] = content_id("warning", 1)
    world.add(
        "warning", warning_id=ids["warning"], issued_utc=period.end_utc, zone="donetsk",
        outcome="escalation", horizon_h=72.0, probability=0.63, probability_low=0.5,
        probability_high=0.75, threshold=0.5, is_raised=True, false_alarms_per_year=6.0,
        indicators=json.dumps([
            {"name": "level", "value": 2.5, "weight": 0.9, "grounds": "doubled in a week",
             "record": {"days": 400, "events": 8, "moved_before": 3, "usual_share": 0.25}},
            {"name": "would_lower", "value": 0.2, "weight": 0.0, "grounds": "three usual days"},
        ]),
        lead_h=48.0,
    )  # fmt: skip
    world.add(
        "directive", directive_id="dir-1", scenario="breach", step="clarify",
        addressee="joint commission", says="Ask both sides", due_utc=world.at(12, day=DAY),
        due_latest_utc=None, basis_id=ids["breach"], precondition=None, state="proposed",
        author="trucewatch",
    )  # fmt: skip
    world.add(
        "conflict", conflict_id="cnf-1", incident_id=None, attribute="count",
        left_observation_id=ids["differs"], right_observation_id=ids["today"], left_value="28",
        right_value="47", grounds="same evening and region",
    )  # fmt: skip
    for zone, share in (("donetsk", 0.43), ("luhansk", 0.0)):
        world.add(
            "coverage", coverage_id=content_id("coverage", zone), zone=zone, kind="explosion",
            **window, watches=3, watched_share=share, outage_share=0.1,
            detection_probability=0.3 if share else None, missed_upper=4.0 if share else None,
            watch_ids="[]",
        )  # fmt: skip
    world.add(
        "watch", watch_id="wat-1", source_id="team", capture_id=world.capture("team"), record_no=1,
        observer="Camera Zolote", means="recorded", start_utc=world.at(1), end_utc=world.at(4),
        lon=38.5, lat=48.7, radius_km=5.0, status="outage",
    )  # fmt: skip
    world.add(
        "notice", notice_id="ntc-1", source_id="team", capture_id=world.capture("team"),
        record_no=1, party="a", topic="repair", start_utc=world.at(8), end_utc=world.at(15),
        lon=38.0, lat=48.2, radius_km=2.0, says="Water pipe at the filter station",
    )  # fmt: skip
    world.add(
        "quarantine", quarantine_id="qua-1", source_id="news", capture_id=world.capture("news"),
        record_no=3, field="lat", found="95", expected="a latitude", mend="correct it",
        record="...",
    )  # fmt: skip
    world.add(
        "review", review_id="rev-1", subject_id=ids["incident"], decision="verified", party=None,
        who="Chief of reports", why="site visit", supersedes=None,
    )  # fmt: skip
