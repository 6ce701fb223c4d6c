"""The laws of binding: bounds, order of arrival, one observer, roots, copies."""

from __future__ import annotations

import fuse_scenes as scenes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import ConfigError
from trucewatch.fuse.fusing import fuse
from trucewatch.fuse.incidents import groups
from trucewatch.fuse.options import FuseOptions, fuse_options, read_parameters
from trucewatch.fuse.roots import copies, root_of, roots_per_group

PARAMETERS = read_parameters()
CITY = "Residents of Norvik told the paper that mortar fire hit the market at noon"


def partition(table, **options):
    label = fuse(table, PARAMETERS, FuseOptions(**options)).labels()
    ids = table["observation_id"].to_pylist()
    found: dict[int, set[str]] = {}
    for row, group in enumerate(label.tolist()):
        found.setdefault(group, set()).add(ids[row])
    return {frozenset(members) for members in found.values()}


def roots(rows):
    fused = fuse(scenes.table(rows), PARAMETERS, FuseOptions())
    of = groups(fused)
    assert len(of.sizes) == 1, "the scene must be one incident"
    return int(roots_per_group(root_of(fused.accounts, of.members, of.starts), of.members,
                               of.starts)[0])  # fmt: skip


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 1000), shuffle=st.integers(0, 1000))
def test_order_of_arrival_changes_nothing(seed, shuffle):
    table = scenes.scatter(220, seed, hours=6, lon=(37.0, 37.15), lat=(48.0, 48.1))
    mixed = table.take(np.random.default_rng(shuffle).permutation(table.num_rows))
    assert partition(table) == partition(mixed)
    assert any(len(group) > 1 for group in partition(table))


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 1000), extent=st.floats(0.5, 20), duration=st.floats(0.5, 60))
def test_no_incident_is_beyond_the_bounds(seed, extent, duration):
    table = scenes.scatter(300, seed, hours=12, lon=(37.0, 37.2), lat=(48.0, 48.1))
    fused = fuse(table, PARAMETERS, FuseOptions(extent_km=extent, duration_h=duration))
    of = groups(fused)
    many = of.sizes > 1
    assert (of.extent_km[many] <= extent + 1e-9).all()
    assert (of.duration_h[many] <= duration + 1e-9).all()


def test_pure_noise_stays_apart_and_within_bounds():
    noise = scenes.scatter(20_000, 4, hours=24 * 365, lon=(36, 39), lat=(47, 50))
    of = groups(fuse(noise, PARAMETERS, FuseOptions()))
    many = of.sizes > 1
    assert of.sizes[many].sum() <= 0.01 * 20_000
    assert (of.extent_km <= 10).all() and (of.duration_h[many] <= 48).all()


def test_one_observer_with_two_records_saw_two_happenings():
    twice = [scenes.account(str(n), 0.0, observer="PATROL 7") for n in range(2)]
    assert len(partition(scenes.table(twice))) == 2
    twice[1]["observer"] = "PATROL 8"
    assert len(partition(scenes.table(twice))) == 1


def test_a_chain_of_neighbours_is_not_one_incident():
    chain = [scenes.account(str(n), 0.05 * n, lon=37 + 0.012 * n, observer=f"P{n}")
             for n in range(40)]  # fmt: skip
    assert len(partition(scenes.table(chain))) > 4


def test_no_more_members_than_the_law_allows():
    crowd = [scenes.account(str(n), 0.0, observer=f"P{n}") for n in range(30)]
    assert max(len(group) for group in partition(scenes.table(crowd), members=8)) <= 8


def report(name, **fields):
    told = {"means": "reported", "observer": name, "quote": CITY, "source_id": "press",
            "kind": "shelling", "root_id": name}  # fmt: skip
    return scenes.account(name, 0.0, **(told | fields))


def test_copies_quotes_and_one_agency_are_one_root():
    assert roots([report("Northern Gazette"), report("Harbour Post")]) == 1
    assert roots([report("A one"), report("B two", quote=CITY.upper() + ".")]) == 1
    cites = report("Harbour Post", quote=f"Northern Gazette reports: {CITY.replace('noon', '12')}")
    assert roots([report("Northern Gazette"), cites]) == 1
    own = {"quote": "Shelling of the Norvik market around noon, mortar rounds, residents say"}
    assert roots([report("A one"), report("B two", **own)]) == 2
    assert roots([report("A one", root_id="agency"),
                  report("B two", root_id="agency", **own)]) == 1  # fmt: skip


def test_copies_finds_repeats_in_any_script():
    texts = [
        "У Ніжині ракетним ударом знищено пункт управління",
        "У НІЖИНІ ракетним ударом знищено — пункт управління!",
        "Те саме",
        "Те саме",
        None,
    ]
    rows = [report(str(n), quote=text) for n, text in enumerate(texts)]
    assert copies(scenes.table(rows)).tolist() == [0, 0, 2, 2, 4]


def test_options_name_the_mistake():
    with pytest.raises(ConfigError, match="extent_km"):
        fuse_options({"extent_kms": 3})
    with pytest.raises(ConfigError, match=r"from 0\.1 to 100"):
        fuse_options({"extent_km": 500})
