"""The deconfliction register: announced, announced late, unannounced, against a truce."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from respond_given import at

from trucewatch import vocabulary
from trucewatch.respond.register import Tolerance, matches, topics
from trucewatch.respond.room import hotline
from trucewatch.store import Run, Store
from trucewatch.where import destination

LON, LAT = 38.0, 48.0


def notice(
    topic: str = "demining", start: float = 0, end: float = 4, **more: Any
) -> dict[str, Any]:
    row = {"notice_id": f"ntc-{topic}-{start}", "party": "A", "topic": topic,
           "start_utc": at(start), "end_utc": at(end), "lon": LON, "lat": LAT, "radius_km": 2.0,
           "says": "", "known_from_utc": at(start - 24)}  # fmt: skip
    return row | more


def happening(kind: str = "explosion", start: float = 1, **more: Any) -> dict[str, Any]:
    row = {"observation_id": f"obs-{kind}-{start}", "kind": kind, "start_utc": at(start),
           "end_utc": at(start), "lon": LON, "lat": LAT, "radius_km": 0.5}  # fmt: skip
    return row | more


def verdicts(notices: list[Any], rows: list[Any]) -> list[tuple[str, str | None]]:
    return [(match.verdict, match.notice_id) for match in matches(notices, rows)]


def test_announced_demining_explains_the_explosion() -> None:
    (match,) = matches([notice()], [happening()])
    assert match.verdict == "explained"
    assert match.grounds[0] == "demining can cause explosion"
    assert "known before it began" in match.grounds


def test_the_same_explosion_without_notice_is_not_matched() -> None:
    assert matches([], [happening()]) == []


@pytest.mark.parametrize(("kind", "topic"), [("demining", "demining"), ("training", "exercise")])
def test_unannounced_work_is_an_anomaly(kind: str, topic: str) -> None:
    assert verdicts([], [happening(kind)]) == [("unannounced", None)]
    assert verdicts([notice(topic)], [happening(kind)]) == [("explained", f"ntc-{topic}-0")]


def test_a_notice_after_the_fact_does_not_explain() -> None:
    late = notice(known_from_utc=at(2))
    assert verdicts([late], [happening()]) == [("announced_late", "ntc-demining-0")]
    assert ("unannounced", None) in verdicts([late], [happening("demining")])


@pytest.mark.parametrize(("start", "matched"), [(-0.4, 1), (-0.6, 0), (4.4, 1), (4.6, 0)])
def test_hours_have_a_stated_tolerance(start: float, matched: int) -> None:
    assert len(matches([notice()], [happening(start=start)])) == matched


@pytest.mark.parametrize(("km", "matched"), [(1.9, 1), (3.3, 1), (3.7, 0), (50, 0)])
def test_places_have_a_stated_tolerance(km: float, matched: int) -> None:
    lon, lat = destination(LON, LAT, 70, km)
    assert len(matches([notice()], [happening(lon=lon, lat=lat)])) == matched
    assert matches([notice()], [happening(lon=lon, lat=lat)], Tolerance(0, 100))


def test_fire_in_a_local_truce_is_against_it_but_announced_demining_is_not() -> None:
    truce = notice("local_truce")
    assert verdicts([truce], [happening()]) == [("against_truce", "ntc-local_truce-0")]
    assert verdicts([truce], [happening("uav")]) == []
    assert verdicts([truce, notice()], [happening("demining")]) == [("explained", "ntc-demining-0")]


def test_a_long_shelling_meets_a_notice_in_its_middle() -> None:
    long = happening("shelling", -30, end_utc=at(30))
    assert verdicts([notice("repair")], [long, happening(start=-29)]) == [
        ("against_truce", "ntc-repair-0")
    ]


def test_what_has_no_place_or_time_or_known_topic_is_not_matched() -> None:
    odd = [happening(lon=None), happening(start=2, start_utc=None)]
    assert matches([notice()], odd) == []
    assert matches([notice(lat=None), notice("feast")], [happening()]) == []
    assert matches([notice()], [happening(is_null=True)]) == []


def test_the_log_is_in_the_order_of_knowledge(store: Store, a_run: Run) -> None:
    kept = [
        {"notice_id": name, "source_id": "s", "capture_id": "c", "topic": "repair",
         "start_utc": at(start), "end_utc": at(start + 1), "known_from_utc": at(known)}
        for name, start, known in (("ntc-a", 0, 9), ("ntc-c", 5, 1), ("ntc-b", 5, 1))
    ]  # fmt: skip
    store.append("notice", kept, a_run)
    assert [row["notice_id"] for row in hotline(store)] == ["ntc-b", "ntc-c", "ntc-a"]


def test_every_topic_names_known_kinds_and_families() -> None:
    families = {term.facts["family"] for term in vocabulary.kinds().values()}
    for topic in topics().values():
        assert set(topic["explains"]) <= set(vocabulary.kinds())
        assert set(topic["against"]) <= families
    assert {"demining", "repair", "training", "exercise", "local_truce"} <= set(topics())


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.builds(notice, st.sampled_from(sorted(topics())), st.integers(0, 20)), max_size=4),
    st.lists(st.builds(happening, st.sampled_from(["explosion", "training", "uav"]),
                       st.integers(0, 30)), max_size=6),
)  # fmt: skip
def test_the_side_that_announces_changes_nothing(notices: list[Any], rows: list[Any]) -> None:
    swapped = [row | {"party": "B"} for row in notices]
    assert matches(notices, rows) == matches(swapped, list(reversed(rows)))
