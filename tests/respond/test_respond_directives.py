"""States, clocks and episodes: what software may do, and what only people may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from respond_given import KINDS, at, finding, quiet, review, scenario, steps, warning

from trucewatch.respond.directives import Known, carried_over, directives
from trucewatch.respond.reviews import SOFTWARE, standing, states
from trucewatch.respond.scenario import library, read_scenarios

TABLES = read_scenarios(library())


def test_people_issue_acknowledge_and_finish() -> None:
    first = steps("answer-24h", 30, finding())["answer"]
    assert (first["state"], first["author"]) == ("proposed", SOFTWARE)
    dir_id = first["directive_id"]
    said = [review(dir_id, word, 31 + n, who=f"person {n}")
            for n, word in enumerate(("issued", "acknowledged", "done"))]  # fmt: skip
    for n, word in enumerate(("issued", "acknowledged", "done")):
        row = steps("answer-24h", 40, finding(), *said[: n + 1])["answer"]
        assert (row["state"], row["author"]) == (word, f"person {n}")


def test_a_step_back_is_not_taken_but_a_correction_is() -> None:
    dir_id = steps("answer-24h", 30, finding())["answer"]["directive_id"]
    done, issued = review(dir_id, "done", 31), review(dir_id, "issued", 32)
    assert states([done, issued])[dir_id].decision == "done"
    corrected = issued | {"supersedes": done["review_id"]}
    assert states([done, corrected])[dir_id].decision == "issued"


def test_what_people_took_up_does_not_lapse() -> None:
    dir_id = steps("answer-24h", 30, finding())["answer"]["directive_id"]
    late = steps("answer-24h", 500, finding(), review(dir_id, "issued", 31))
    assert late["answer"]["state"] == "issued"
    assert late["tell-guarantors"]["state"] == "lapsed"


def test_a_proposal_lapses_only_after_its_latest_due_and_grace() -> None:
    table = scenario("answer-24h")
    edge = 24 + 24 + table.lapses_h
    assert steps(table, edge, finding())["answer"]["state"] == "proposed"
    assert steps(table, edge + 0.1, finding())["answer"]["state"] == "lapsed"


def test_a_later_review_replaces_an_earlier_one() -> None:
    yes, no = review("fnd-1", "verified", 1), review("fnd-1", "rejected", 2)
    assert standing([yes, no])["fnd-1"].decision == "rejected"
    assert standing([no, yes])["fnd-1"].decision == "rejected"
    assert standing([yes, no, review("fnd-1", "verified", 3)])["fnd-1"].decision == "verified"
    assert standing([yes | {"supersedes": no["review_id"]}, no])["fnd-1"].decision == "verified"


def test_rejecting_the_first_finding_moves_the_clock_to_the_next() -> None:
    first, second = finding(), finding(24, 48)
    rows = [first, second, review(first["finding_id"], "rejected", 50),
            review(second["finding_id"], "verified", 51)]  # fmt: skip
    found = directives([scenario("answer-24h")], Known(at(52), rows[:2], (), rows[2:], KINDS))
    answers = {row["basis_id"]: row for row in found if row["step"] == "answer"}
    assert answers[second["finding_id"]]["due_utc"] == at(48)
    assert answers[second["finding_id"]]["state"] == "proposed"
    assert answers[first["finding_id"]]["state"] == "lapsed"


def test_a_quiet_gap_ends_an_episode() -> None:
    close = [finding(), finding(24 + 71, 24 + 72)]
    apart = [finding(), finding(24 + 73, 24 + 74)]
    table = replace(scenario("answer-24h"), repeats_after_h=None)
    for rows, episodes in ((close, 1), (apart, 2)):
        found = directives([table], Known(at(100), rows, (), (), KINDS))
        assert len({row["basis_id"] for row in found}) == episodes


def test_a_breach_that_goes_on_is_proposed_anew() -> None:
    rows = [finding(24 * n, 24 * n + 24) for n in range(5)]
    found = directives([scenario("answer-24h")], Known(at(119), rows, (), (), KINDS))
    answers = {row["basis_id"]: row["state"] for row in found if row["step"] == "answer"}
    assert len(answers) == 5
    assert [answers[row["finding_id"]] for row in rows] == ["lapsed", "proposed", "proposed",
                                                            "proposed", "proposed"]  # fmt: skip


def test_quiet_between_rounds_is_no_way_back() -> None:
    """Quiet of one rule while the breach goes on in later rounds stops nothing."""
    rows = [finding(0, 24), finding(48, 72), finding(96, 120)]
    calm = [quiet(24, 48), quiet(72, 96)]
    found = directives([scenario("answer-24h")], Known(at(121), [*rows, *calm], (), (), KINDS))
    assert not [row for row in found if "stopped" in (row["precondition"] or "")]
    calm += [quiet(120 + 24 * n, 144 + 24 * n) for n in range(3)]
    found = directives([scenario("answer-24h")], Known(at(193), [*rows, *calm], (), (), KINDS))
    back = [row for row in found if row["step"] == "note-the-quiet"]
    assert [row["basis_id"] for row in back] == [rows[-1]["finding_id"]]
    assert all("stopped" in row["precondition"] for row in found if row["step"] == "answer")


def test_one_zones_quiet_does_not_stop_anothers_breach() -> None:
    north, south = finding(), finding(zone="south")
    calm = [quiet(24 + 24 * n, 48 + 24 * n) for n in range(3)]
    found = directives(
        [scenario("answer-24h")], Known(at(97), [north, south, *calm], (), (), KINDS)
    )
    lapsed = {row["basis_id"] for row in found if "stopped" in (row["precondition"] or "")}
    assert lapsed == {north["finding_id"]}


def test_quiet_of_another_rule_stops_nothing() -> None:
    calm = [quiet(24 + 24 * n, 48 + 24 * n, provision_id="berlin-2025/3.2") for n in range(3)]
    assert "stopped" not in (steps("answer-24h", 97, finding(), *calm)["answer"]["precondition"])


def test_a_warning_starts_talk_and_no_response_clock() -> None:
    found = steps("offensive-warning", 1, warning())
    assert found["second-look"]["due_utc"] == found["second-look"]["due_latest_utc"] == at(6)
    assert "collapse" in found["second-look"]["says"]
    assert "60%" in found["second-look"]["says"]
    assert not steps("offensive-warning", 1, warning(probability=0.49))
    assert not steps("warning-raised", 1, warning(is_raised=False))
    for name in ("answer-24h", "breach-goes-on", "grows-72h"):
        assert not steps(name, 1, warning())


def test_kinds_of_rules_choose_the_table() -> None:
    access = finding(provision_id="berlin-2025/access")
    assert steps("instruments", 25, access)
    assert not steps("answer-24h", 25, access)
    assert not steps("instruments", 25, finding())
    assert not steps("answer-24h", 25, finding(provision_id="minsk-2/1"))


def test_grounds_gone_lapse_proposals_and_keep_peoples_steps() -> None:
    rows = list(steps("answer-24h", 30, finding()).values())
    taken = review(rows[0]["directive_id"], "issued", 31)
    kept = {row["directive_id"]: row for row in carried_over(rows, [], [taken])}
    assert kept[rows[0]["directive_id"]]["state"] == "issued"
    assert {row["state"] for row in kept.values()} == {"issued", "lapsed"}
    assert carried_over(rows, rows, []) == []


somefindings = st.lists(
    st.builds(
        lambda start, length, more: finding(start, start + length, **more),
        st.integers(0, 200), st.integers(1, 48),
        st.fixed_dictionaries({
            "zone": st.sampled_from(["north", "south"]),
            "outcome": st.sampled_from(["breach", "none_seen", "undetermined"]),
            "probability": st.sampled_from([None, 0.5, 0.8, 1.0]),
            "pattern": st.sampled_from([None, "accident", "local", "systemic"]),
            "party": st.sampled_from(["A", "B"]),
            "missed_upper": st.sampled_from([None, 3.0, 50.0]),
            "provision_id": st.sampled_from(sorted(KINDS)),
        }),
    ), max_size=12, unique_by=lambda row: row["finding_id"],
)  # fmt: skip


@st.composite
def somereviews(draw: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    ids = st.sampled_from([row["finding_id"] for row in rows])
    words = st.sampled_from(["verified", "rejected", "dissent"])
    return [review(draw(ids), draw(words), n) for n in range(draw(st.integers(0, 4)))]


@settings(deadline=None, max_examples=80)
@given(st.data(), somefindings, st.integers(0, 400))
def test_software_only_proposes_or_lapses(data: Any, rows: list[Any], hour: int) -> None:
    said = data.draw(somereviews(rows))
    known = Known(at(hour), rows, (), said, KINDS)
    found = directives(TABLES, known)
    assert all(row["state"] in ("proposed", "lapsed") for row in found)
    assert all(row["author"] == SOFTWARE for row in found)
    assert directives(TABLES, known) == found
    verified = {row["subject_id"] for row in said if row["decision"] == "verified"}
    adjudicated = {t.name for t in TABLES if t.adjudicated}
    for row in found:
        assert row["due_utc"] <= row["due_latest_utc"]
        if row["scenario"] in adjudicated and "clock open" in (row["precondition"] or ""):
            assert row["basis_id"] in verified


@settings(deadline=None, max_examples=60)
@given(somefindings, st.integers(0, 300))
def test_the_sides_are_treated_alike(rows: list[Any], hour: int) -> None:
    swapped = [row | {"party": {"A": "B", "B": "A"}[row["party"]]} for row in rows]
    first = directives(TABLES, Known(at(hour), rows, (), (), KINDS))
    assert directives(TABLES, Known(at(hour), swapped, (), (), KINDS)) == first


@settings(deadline=None, max_examples=40)
@given(somefindings, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Any], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    first = directives(TABLES, Known(at(250), rows, (), (), KINDS))
    assert directives(TABLES, Known(at(250), shuffled, (), (), KINDS)) == first


@pytest.mark.parametrize("name", [table.name for table in TABLES if table.adjudicated])
def test_the_interval_of_the_start_is_the_interval_of_every_due(name: str) -> None:
    rows = [finding(0, 24, zone=zone, pattern="systemic") for zone in ("north", "south")]
    rows += [finding(24, 30, zone=zone, pattern="systemic") for zone in ("north", "south")]
    said = [review(row["finding_id"]) for row in rows]
    lengths = {r["finding_id"]: r["window_end_utc"] - r["window_start_utc"] for r in rows}
    found = directives([scenario(name)], Known(at(40), rows, (), said, KINDS))
    assert timedelta(hours=24) in {lengths[row["basis_id"]] for row in found}
    for row in found:
        assert row["due_latest_utc"] - row["due_utc"] == lengths[row["basis_id"]]
