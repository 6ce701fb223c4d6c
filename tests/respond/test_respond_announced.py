"""What the register says of findings: every act must be answered for, and only beforehand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from respond_given import DAY, finding

from trucewatch.mission import Mission
from trucewatch.respond import room
from trucewatch.respond.announced import EXPLAINED, UNANNOUNCED, acts_of, announcements
from trucewatch.respond.register import Match
from trucewatch.store import Run, Store

VERDICTS = ("explained", "announced_late", "against_truce", "unannounced")


def line(act: str, verdict: str, notice: str | None = "ntc-1") -> Match:
    return Match(act, verdict, notice, 0.0, 0.0, ())


def says(*lines: Match, acts: tuple[str, ...] = ("inc-1", "inc-2")) -> str | None:
    found = announcements({"fnd-1": acts}, lines)
    return found["fnd-1"].says if found else None


@pytest.mark.parametrize(("lines", "expected"), [
    ([line("inc-1", "explained"), line("inc-2", "explained")], EXPLAINED),
    ([line("inc-1", "explained")], None),
    ([line("inc-1", "explained"), line("inc-2", "announced_late")], None),
    ([line("inc-1", "explained"), line("inc-2", "explained"),
      line("inc-2", "against_truce", "ntc-2")], None),
    ([line("inc-1", "explained"), line("inc-2", "unannounced", None)], UNANNOUNCED),
    ([line("inc-9", "explained")], None),
    ([], None),
])  # fmt: skip
def test_every_act_must_be_answered_for(lines: list[Match], expected: str | None) -> None:
    assert says(*lines) == expected


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["inc-1", "inc-2"]), st.sampled_from(VERDICTS))))
def test_explained_is_never_said_beside_a_doubt(drawn: list[tuple[str, str]]) -> None:
    lines = [line(act, verdict) for act, verdict in drawn]
    if says(*lines) == EXPLAINED:
        assert {verdict for _, verdict in drawn} <= {"explained", "announced_late"}
        assert {act for act, verdict in drawn if verdict == "explained"} == {"inc-1", "inc-2"}


def test_a_trace_that_lists_a_part_explains_nothing() -> None:
    acts = [{"id": f"inc-{n}"} for n in range(2)]
    whole = {"trace": json.dumps({"incidents": acts, "incident_count": 2})}
    part = {"trace": json.dumps({"incidents": acts, "incident_count": 3})}
    assert acts_of(whole) == ("inc-0", "inc-1")
    assert acts_of(part) == ()
    assert announcements({"fnd-1": ()}, [line("inc-0", "explained")]) == {}


@pytest.mark.parametrize(
    ("told_h_before", "step"), [(30.0, "do-not-alarm"), (-1.0, "check-register")]
)
def test_a_notice_counts_only_where_it_was_known_beforehand(
    store: Store, mission: Mission, a_run: Run, told_h_before: float, step: str
) -> None:
    start, place = DAY + timedelta(hours=3), {"lon": 37.0, "lat": 48.0, "radius_km": 1.0}
    bang: dict[str, Any] = {
        "incident_id": "inc-1", "kind": "explosion", "start_utc": start, "observations": 1,
        "end_utc": start + timedelta(minutes=5), "roots": 1, "extent_km": 0.0, "duration_h": 0.1,
        "probability_occurred": 1.0, "verification_status": "reported", **place,
    }  # fmt: skip
    store.replace("incident", [bang], a_run)
    trace = json.dumps({"incidents": [{"id": "inc-1"}], "incident_count": 1})
    row = {k: v for k, v in finding().items() if k != "known_from_utc"}
    row |= {"agreement_id": "agr-1", "incidents": 1, "trace": trace, "zone": "donetsk"}
    store.replace("finding", [row], a_run)
    known = start - timedelta(hours=told_h_before)
    store.append("notice", [{
        "notice_id": "ntc-1", "topic": "demining", "party": "A",
        "known_from_utc": known, "start_utc": start, "end_utc": start + timedelta(hours=1),
        "source_id": "test", "capture_id": "cap-1", **place,
    }], a_run)  # fmt: skip
    room.run(store, mission, Run("run-2", "respond", DAY + timedelta(hours=30)))
    steps = {r["step"]: r["says"] for r in store.table("directive").to_pylist()}
    assert step in steps
    assert ("do-not-alarm" in steps) == (step == "do-not-alarm")
    if step == "do-not-alarm":
        assert "Donetsk" in steps[step]
        assert "ntc-1" in steps[step]
