"""Laws of the evaluator: no coverage, no 'none seen'; the same rule for both; distances true."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.agreements.acts import ANY_SIDE, Evidence, Setting
from trucewatch.agreements.agreement import Agreement, Line, WeaponRule, Zone
from trucewatch.agreements.attribution import UNATTRIBUTED, Asked, hypotheses, weigh
from trucewatch.agreements.case_places import point_at
from trucewatch.agreements.commands import diff
from trucewatch.agreements.evaluate import evaluate
from trucewatch.agreements.geometry import (
    Places,
    chance_within,
    normal_cdf,
    signed_distance_km,
    zone_depth_km,
)
from trucewatch.agreements.load import LIBRARY, read_agreement
from trucewatch.agreements.weapon import weapon_chance
from trucewatch.mission import NamedRegion
from trucewatch.where import Region, destination, distance_km

DAY = datetime(2021, 3, 5, tzinfo=UTC)
MINSK = read_agreement("minsk")
REGIONS = (NamedRegion("donetsk", "Donetsk", Region(37.8, 48.0, 110)),
           NamedRegion("luhansk", "Luhansk", Region(39.2, 48.8, 100)))  # fmt: skip
SETTING = Setting(
    [(DAY + timedelta(days=d), DAY + timedelta(days=d + 1)) for d in range(3)], REGIONS
)
KINDS = ["shelling", "shot", "uav", "advance", "weapon_presence", "access_denied", "mine_laying",
         "training", "return_fire", "aircraft"]  # fmt: skip
WEAPONS = ["howitzer_122", "mortar", "mortar_120", "tank", "mlrs", "tochka", "unknown", None]


@st.composite
def incident(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "incident_id": f"inc-{draw(st.integers(0, 10**6))}", "kind": draw(st.sampled_from(KINDS)),
        "start_utc": DAY + timedelta(hours=draw(st.floats(0, 71))), "end_utc": None,
        "lon": draw(st.none() | st.floats(37, 39.8)), "lat": draw(st.floats(47.2, 49)),
        "radius_km": draw(st.sampled_from([0.0, 1.0, 20.0])),
        "weapon": draw(st.sampled_from(WEAPONS)),
        "calibre_mm": draw(st.sampled_from([None, 99.0, 122.0])),
        "control_side": draw(st.sampled_from(["uaf", "af", None])),
        "attributed_party": draw(st.sampled_from(["uaf", "af", None, None])),
        "probability_occurred": draw(st.sampled_from([0.3, 0.9, 1.0])),
    }  # fmt: skip


def swapped(agreement: Agreement, folder: Any) -> Agreement:
    """The same agreement with the two parties' ids and names exchanged everywhere."""
    text = (LIBRARY / "minsk.yaml").read_text(encoding="utf-8")
    for word in ("uaf", "af"):
        for before, after in (("id: {}", "id: @{}@"), ("left: {}", "left: @{}@"),
                              ("right: {}", "right: @{}@")):  # fmt: skip
            text = text.replace(before.format(word) + ",", after.format(word) + ",")
            text = text.replace(before.format(word) + "\n", after.format(word) + "\n")
        text = text.replace(f"{{{word}: contact", f"{{@{word}@: contact")
        text = text.replace(f", {word}: contact", f", @{word}@: contact")
    text = text.replace("@uaf@", "@@").replace("@af@", "uaf").replace("@@", "af")
    text = text.replace("aliases: [UAF, ", "aliases: [").replace("aliases: [AF, ", "aliases: [")
    path = folder / "minsk.yaml"
    path.write_text(text, encoding="utf-8")
    return read_agreement(path)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    return swapped(MINSK, tmp_path_factory.mktemp("mirror"))


OTHER = {"uaf": "af", "af": "uaf", None: None, ANY_SIDE: ANY_SIDE}
WHAT = ("provision_id", "reading", "zone", "window_start_utc", "outcome", "probability", "severity",
        "pattern", "missed_upper", "incidents")  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(incidents=st.lists(incident(), max_size=12))
def test_swapping_the_names_swaps_the_findings_and_nothing_else(
    mirror: Agreement, incidents: list[dict[str, Any]]
) -> None:
    turned = [i | {k: OTHER[i[k]] for k in ("control_side", "attributed_party")} for i in incidents]
    here = evaluate(MINSK, Evidence(incidents=incidents), SETTING).findings
    there = evaluate(mirror, Evidence(incidents=turned), SETTING).findings
    ours = sorted([str([r[w] for w in WHAT] + [OTHER[r["party"]]]) for r in here])
    theirs = sorted([str([r[w] for w in WHAT] + [r["party"]]) for r in there])
    assert ours == theirs


@settings(max_examples=8, deadline=None)
@given(incidents=st.lists(incident(), max_size=8))
def test_without_a_coverage_row_nothing_is_none_seen(incidents: list[dict[str, Any]]) -> None:
    found = evaluate(MINSK, Evidence(incidents=incidents), SETTING).findings
    assert found
    assert all(r["outcome"] != "none_seen" and r["missed_upper"] is None for r in found)


def coverage(missed: float | None, detection: float | None) -> list[dict[str, Any]]:
    return [
        {"coverage_id": f"cov-{z}-{a}", "zone": z, "kind": "fire", "window_start_utc": a,
         "window_end_utc": b, "watches": 1, "watched_share": 0.5, "outage_share": 0.0,
         "detection_probability": detection, "missed_upper": missed, "watch_ids": "[]"}
        for z in ("donetsk", "luhansk") for a, b in SETTING.windows
    ]  # fmt: skip


def test_a_ledger_without_a_bound_gives_undetermined() -> None:
    for rows in (coverage(None, None), coverage(4.0, None), coverage(None, 0.4)):
        found = evaluate(MINSK, Evidence(coverage=rows), SETTING).findings
        assert all(r["outcome"] == "undetermined" for r in found)


def test_none_seen_carries_the_bound_of_the_ledger() -> None:
    found = evaluate(MINSK, Evidence(coverage=coverage(6.2, 0.4)), SETTING).findings
    ceasefire = [r for r in found if r["provision_id"] == "minsk/PM-1"]
    assert {(r["outcome"], r["missed_upper"]) for r in ceasefire} == {("none_seen", 6.2)}
    # Fire was watched, change of position was not: the wider provision stays open.
    wider = [r for r in found if r["provision_id"] == "minsk/MM-3"]
    assert {r["outcome"] for r in wider} == {"undetermined"}


@settings(max_examples=8, deadline=None)
@given(incidents=st.lists(incident(), min_size=1, max_size=8), more=incident())
def test_one_more_act_never_makes_a_breach_less_probable(
    incidents: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    def lows(rows: list[dict[str, Any]]) -> dict[str, float]:
        found = evaluate(MINSK, Evidence(incidents=rows), SETTING).findings
        return {r["finding_id"]: json.loads(r["trace"])["figures"]["low"]
                for r in found if r["incidents"]}  # fmt: skip

    before, after = lows(incidents), lows([*incidents, more])
    for finding_id, low in before.items():
        assert after[finding_id] >= low - 1e-6


def test_only_the_asked_provisions_are_evaluated() -> None:
    setting = Setting(SETTING.windows, REGIONS, only=frozenset({"PM-1"}))
    found = evaluate(MINSK, Evidence(), setting).findings
    assert {r["provision_id"] for r in found} == {"minsk/PM-1"}
    whole = evaluate(MINSK, Evidence(), SETTING).findings
    assert found == [r for r in whole if r["provision_id"] == "minsk/PM-1"]


def test_a_changed_line_changes_the_provisions_that_name_it(tmp_path: Any) -> None:
    text = (LIBRARY / "minsk.yaml").read_text(encoding="utf-8")
    path = tmp_path / "minsk.yaml"
    path.write_text(text.replace("{at: [37.85, 47.10]", "{at: [37.86, 47.10]"), encoding="utf-8")
    changed = diff(MINSK, path)
    assert {row["change"] for row in changed} == {"changed"}
    told = " ".join(sorted(row["provision"] for row in changed))
    assert told == "AD-1 AD-2 AD-3 PM-2-1 PM-2-2 PM-2-3"


# --- geometry ---------------------------------------------------------------------------------


def places(*points: tuple[float, float], radius: float = 0.0) -> Places:
    lon, lat = (np.array(c, dtype=float) for c in zip(*points, strict=True))
    return Places(lon, lat, np.full(len(points), radius))


@settings(max_examples=25, deadline=None)
@given(lon=st.floats(-179, 179), lat=st.floats(-65, 65), bearing=st.floats(0, 360),
       km=st.floats(0.5, 150))  # fmt: skip
def test_distance_beyond_the_end_of_a_line_is_geodesic(
    lon: float, lat: float, bearing: float, km: float
) -> None:
    far = destination(lon, lat, bearing, 50)
    line = Line("l", "l", ((lon, lat), far), 0)
    off = destination(lon, lat, bearing + 180, km)
    assert abs(signed_distance_km(line, places(off))[0]) == pytest.approx(km, rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(lat=st.floats(-65, 65), bearing=st.floats(0, 360), km=st.floats(0.1, 150),
       side=st.sampled_from([-1, 1]))  # fmt: skip
def test_distance_beside_a_line_and_its_side(
    lat: float, bearing: float, km: float, side: int
) -> None:
    # Across the antimeridian on purpose.
    ends = destination(180, lat, bearing + 180, 200), destination(180, lat, bearing, 200)
    line = Line("l", "l", ends, 0)
    beside = destination(180, lat, bearing - 90 * side, km)
    found = signed_distance_km(line, places(beside))[0]
    assert np.sign(found) == side
    # Edges are drawn straight in the plane every 10 km: metres from the geodesic.
    assert abs(found) == pytest.approx(km, rel=2e-3, abs=0.006)


@pytest.mark.parametrize("line", MINSK.lines.values(), ids=lambda line: line.id)
@pytest.mark.parametrize("km", [0.5, 15, 70])
def test_a_place_so_far_from_a_line_is_so_far_from_every_vertex(line: Line, km: float) -> None:
    lon, lat = point_at(line, km, line.right)
    assert signed_distance_km(line, places((lon, lat)))[0] == pytest.approx(-km, abs=1e-5)
    nearest = min(distance_km(lon, lat, *p) for p in line.points)
    assert nearest >= km - 1e-3


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000), spread=st.sampled_from([0.01, 0.5, 5.0]))
def test_blocks_of_neighbours_measure_as_one_by_one(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    bends = np.cumsum(rng.normal(0, 0.1, 30))
    line = Line("l", "l", tuple((30 + 0.2 * i, 48 + b) for i, b in enumerate(bends.tolist())), 0.0)
    lon, lat = 33 + rng.normal(0, spread, 5000), 48 + rng.normal(0, spread / 2, 5000)
    together = signed_distance_km(line, Places(lon, lat, np.zeros(5000)))
    for row in rng.integers(0, 5000, 20):
        alone = signed_distance_km(line, Places(lon[[row]], lat[[row]], np.zeros(1)))
        assert together[row] == pytest.approx(alone[0], abs=1e-9)


def test_a_region_ends_where_the_geodesic_says() -> None:
    bearings = np.repeat(np.arange(0, 360, 30.0), 2)
    far = np.tile([109.999, 110.001], 12)
    spots = [destination(37.8, 48.0, b, km) for b, km in zip(bearings, far, strict=True)]
    rows = [
        {"incident_id": f"inc-{n}", "kind": "shelling", "start_utc": DAY, "lon": lon, "lat": lat}
        for n, (lon, lat) in enumerate(spots)
    ]
    acts = evaluate(MINSK, Evidence(incidents=rows), Setting(SETTING.windows, REGIONS[:1])).acts
    inside = {str(i) for i, r in zip(acts.ids, acts.region, strict=True) if r == 0}
    assert inside == {f"inc-{n}" for n in range(0, 24, 2)}


def test_of_equally_sure_acts_the_first_are_traced() -> None:
    rows = [{"incident_id": f"inc-{n:02d}", "kind": "shelling", "start_utc": DAY, "lon": 37.8,
             "lat": 48.0, "probability_occurred": 0.9 if n == 29 else 0.5}
            for n in range(30)]  # fmt: skip
    found = evaluate(MINSK, Evidence(incidents=rows), SETTING).findings
    (first, *_) = [r for r in found if r["incidents"] == 30]
    told = [act["id"] for act in json.loads(first["trace"])["incidents"]]
    assert told == ["inc-29", *(f"inc-{n:02d}" for n in range(9))]


def test_beyond_a_hairpin_both_its_edges_decide_the_side() -> None:
    """East of a spit that turns back on itself lies what lies to the right of both its shores."""
    spit = Line("l", "l", ((-20.0, 30.0), (-19.0, 30.0), (-20.0, 30.5)), 0)
    # Left of the southern shore drawn on, right of the northern one: outside the spit.
    beyond, within, south = (-18.8, 30.02), (-19.5, 30.1), (-19.5, 29.9)
    found = signed_distance_km(spit, places(beyond, within, south))
    assert (found > 0).tolist() == [False, True, False]


def test_depth_in_a_ring_across_the_antimeridian() -> None:
    ring = ((179.0, 10.0), (-179.0, 10.0), (-179.0, 12.0), (179.0, 12.0))
    zone = Zone("z", "z", polygons=(ring,))
    depth = zone_depth_km(zone, places((180.0, 11.0), (178.0, 11.0), (-178.0, 11.0)))
    assert depth[0] > 100
    assert (depth[1:] < -100).all()


def test_normal_distribution_function() -> None:
    found = normal_cdf(np.array([-1.959964, 0.0, 1.0, 9.0]))
    assert found == pytest.approx([0.025, 0.5, 0.841345, 1.0], abs=1e-6)


def test_an_uncertain_border_is_shared_by_all_acts() -> None:
    margin, radius = np.array([0.1, 0.1, 0.1]), np.zeros(3)
    inside = chance_within(margin, radius, 5.0)
    assert inside.probability == pytest.approx([0.5157] * 3, abs=1e-3)
    assert list(inside.unsure) == [0, 1, 2]
    # Three weapons at one distance: all inside or all outside, not three throws of a coin.
    at_least_one = 1 - np.prod(1 - inside.nodes, axis=0).mean()
    assert at_least_one < 0.62


# --- weapons ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "weapon", "calibre", "expected"),
    [
        (WeaponRule(low_mm=100, low_open=True), None, 100.0, (0, 0)),
        (WeaponRule(low_mm=100), None, 100.0, (1, 1)),
        (WeaponRule(high_mm=100), None, 100.0, (1, 1)),
        (WeaponRule(high_mm=100, high_open=True), None, 100.0, (0, 0)),
        (WeaponRule(low_mm=100), None, np.nan, (0, 1)),
        (WeaponRule(low_mm=90), "mortar", np.nan, (0.5, 0.5)),
        (WeaponRule(classes=frozenset({"mortar"})), "tank", np.nan, (0, 0)),
        (WeaponRule(classes=frozenset({"mortar"})), None, np.nan, (0, 1)),
        (WeaponRule(systems=frozenset({"mortar_120"})), "mortar", np.nan, (0, 1)),
        (WeaponRule(systems=frozenset({"mortar_120"})), "mortar", 82.0, (0, 0)),
        (WeaponRule(classes=frozenset({"mortar"}), excluded=frozenset({"mortar_120"})),
         "mortar_120", np.nan, (0, 0)),
    ],
)  # fmt: skip
def test_weapon_chance(
    rule: WeaponRule, weapon: str | None, calibre: float, expected: tuple[float, float]
) -> None:
    assert weapon_chance(rule, weapon, calibre) == pytest.approx(expected)


# --- hypotheses -------------------------------------------------------------------------------

BASE: dict[str, Any] = {
    "incident_id": "inc-1", "kind": "shelling", "start_utc": DAY, "end_utc": DAY, "lon": 37.9,
    "lat": 48.02, "radius_km": 1.0, "weapon": "howitzer_122", "calibre_mm": 122.0,
    "direction_deg": None, "control_side": "af", "outgoing": 0, "impacts": 0, "claims": None,
    "attributed_party": None,
}  # fmt: skip


def chances(**changes: Any) -> dict[str, float]:
    weighed = weigh(MINSK, Evidence(incidents=[BASE | changes]), SETTING, [0])
    return dict(zip([*weighed.parties, "other"], weighed.likelihood[0], strict=True))


def test_without_grounds_the_parties_stand_even() -> None:
    found = chances(control_side=None, lon=None, lat=None)
    assert found["uaf"] == pytest.approx(found["af"])
    assert sum(found.values()) == pytest.approx(1)


def test_outgoing_fire_speaks_for_the_holder_and_impacts_against() -> None:
    assert chances(outgoing=2)["af"] > 0.6
    assert chances(outgoing=2, impacts=1) == chances(outgoing=1)
    assert chances(outgoing=1)["af"] == pytest.approx(chances(outgoing=1)["uaf"])
    assert chances(impacts=2)["uaf"] > 0.8


def test_undetermined_rounds_fall_on_the_other_side_but_shots_say_nothing() -> None:
    assert chances()["uaf"] > 0.7
    shot = chances(kind="shot")
    assert shot["uaf"] == pytest.approx(shot["af"])


def test_a_shell_flying_east_came_from_the_west() -> None:
    near = {"lon": 37.70, "impacts": 1}
    west, east = chances(direction_deg=90.0, **near), chances(direction_deg=270.0, **near)
    assert west["uaf"] > chances(**near)["uaf"] > east["uaf"]


def test_an_accusation_by_the_other_side_moves_next_to_nothing() -> None:
    even = chances()["uaf"]
    accused = chances(claims="af|uaf")["uaf"]
    admitted = chances(claims="uaf|uaf")["uaf"]
    third = chances(claims="observer|uaf")["uaf"]
    assert even < accused < even + 0.05
    assert accused < third < admitted


def test_self_serving_claims_are_discounted_alike() -> None:
    one = chances(kind="shot", claims="af|uaf")
    other = chances(kind="shot", claims="uaf|af")
    assert one["uaf"] / one["af"] == pytest.approx(other["af"] / other["uaf"])


def test_repeating_an_accusation_adds_nothing() -> None:
    assert chances(claims="af|uaf\naf|uaf") == chances(claims="af|uaf")


def test_could_not_be_attributed_is_an_answer() -> None:
    rows = hypotheses(MINSK, Evidence(incidents=[BASE]), SETTING, [Asked(0, "fnd-1", 0.8)])
    assert [r["party"] for r in rows] == ["uaf", "af", UNATTRIBUTED]
    assert "no party reaches" in rows[-1]["grounds"]
    assert sum(r["likelihood"] for r in rows[:2]) <= 1
    sure = BASE | {"outgoing": 3, "claims": "af|af"}
    rows = hypotheses(MINSK, Evidence(incidents=[sure]), SETTING, [Asked(0, "fnd-1", 0.8)])
    assert "a person decides" in rows[-1]["grounds"]
    assert all("attributed_party" not in r for r in rows)


@settings(max_examples=8, deadline=None)
@given(incidents=st.lists(incident(), min_size=1, max_size=6), outgoing=st.integers(0, 2),
       impacts=st.integers(0, 2), direction=st.none() | st.floats(0, 359))  # fmt: skip
def test_hypotheses_swap_with_the_names(
    mirror: Agreement, incidents: list[dict[str, Any]], outgoing: int, impacts: int,
    direction: float | None,
) -> None:  # fmt: skip
    seen = {"outgoing": outgoing, "impacts": impacts, "direction_deg": direction}
    rows = [i | seen | {"claims": "af|uaf"} for i in incidents]
    turned = [r | {"control_side": OTHER[r["control_side"]], "claims": "uaf|af",
                   "attributed_party": OTHER[r["attributed_party"]]} for r in rows]  # fmt: skip
    here = weigh(MINSK, Evidence(incidents=rows), SETTING, range(len(rows)))
    there = weigh(mirror, Evidence(incidents=turned), SETTING, range(len(rows)))
    order = [there.parties.index(str(OTHER[p])) for p in here.parties]
    assert here.likelihood[:, :2] == pytest.approx(there.likelihood[:, order])
