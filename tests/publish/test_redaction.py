"""What leaves the house for the public: property tests that no format leaks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publish_world import DAY, SOURCES

from conftest import Built
from trucewatch.errors import ConfigError
from trucewatch.mission import Mission
from trucewatch.publish import FORMATS, Asked, Audience, Report, read_report, redact, render
from trucewatch.publish import facts as f
from trucewatch.publish.audience import audience_named
from trucewatch.publish.facts_judged import LostWatchFact, NoticeFact, ProvisionSaidFact
from trucewatch.where import distance_km

PUBLIC = Audience("public", 12, 10)
TEXT_FORMATS = tuple(fmt for fmt in FORMATS if fmt != "pdf")
SECRET = "sentinel"
ID_LIKE = r"\b(?:obs|inc|fnd|wrn|cov|cnf|wat|dir|ntc|hyp|rev|cap)-[0-9a-f]"


def everything(report: Report) -> dict[str, str]:
    """Every text form of a report that its facts allow."""
    forms = {fmt: str(render(report, fmt)) for fmt in TEXT_FORMATS if fmt != "cap"}
    if any(w.is_raised for w in report.warnings):
        forms["cap"] = str(render(report, "cap"))
    return forms


def secret(name: str) -> str:
    return f"{SECRET}-{name}"


def leaky(report: Report) -> Report:
    """The same report with a sentinel in every text that the public must not read."""
    observations = tuple(
        replace(
            o, place_name=secret("place"), description=secret("description"),
            quote=secret("quote"), observer=secret("observer"), source_record=secret("record"),
            claimed_actor=secret("actor"), claimant=secret("claimant"), unit=secret("unit"),
            control_side=secret("side"), origin=secret("origin"), weapon=secret("weapon"),
            means=secret("means"), capture_id=secret("capture"), sha256=secret("hash"),
            address="https://example.org/" + secret("address"),
        )
        for o in report.observations
    )  # fmt: skip
    return replace(
        report, observations=observations,
        incidents=tuple(
            replace(i, place_name=secret("place"), claimed_actor=secret("actor"),
                    weapon=secret("weapon")) for i in report.incidents
        ),
        findings=tuple(replace(x, trace={"at": secret("trace")}) for x in report.findings),
        hypotheses=tuple(
            replace(h, grounds=secret("grounds"), party=secret("party")) for h in report.hypotheses
        ),
        reviews=tuple(replace(r, who=secret("who"), why=secret("why")) for r in report.reviews),
        warnings=tuple(replace(w, indicators=secret("indicators")) for w in report.warnings),
        directives=tuple(replace(d, says=secret("directive")) for d in report.directives),
        notices=tuple(replace(n, says=secret("notice")) for n in report.notices),
        lost_watches=tuple(replace(w, observer=secret("watch")) for w in report.lost_watches),
        conflicts=tuple(
            replace(c, grounds=secret("grounds"), place_name=secret("place"))
            for c in report.conflicts
        ),
        quarantine=tuple(
            replace(q, field=secret("field"), expected=secret("expected"))
            for q in report.quarantine
        ),
    )  # fmt: skip


@pytest.mark.parametrize("fmt", TEXT_FORMATS)
def test_no_forbidden_column_in_any_format(daily: Report, fmt: str) -> None:
    whole = leaky(daily)
    assert SECRET in str(render(whole, "json")), "the sentinels must be there to be looked for"
    assert SECRET not in everything(redact(whole, PUBLIC))[fmt]


def test_pdf_page_holds_no_sentinel(daily: Report) -> None:
    """The PDF is set from the same page as HTML and Markdown; its input is looked at."""
    from trucewatch.publish.layout import lay_out
    from trucewatch.publish.plain import plain

    page = lay_out(redact(leaky(daily), PUBLIC))
    assert SECRET not in json.dumps(plain(page.sections))


def test_ids_that_guessing_could_confirm_are_gone(daily: Report) -> None:
    for form in everything(redact(daily, PUBLIC)).values():
        assert not re.search(ID_LIKE, form)


def test_sources_that_may_not_be_republished_are_left_out(daily: Report) -> None:
    public = redact(daily, PUBLIC)
    assert {s.facts.source_id for s in public.sources} == {"osce", "news"}
    assert all(o.source_id != "team" for o in (*public.observations, *public.counts))
    # One of its two accounts is the team's: its place and number came from both.
    assert [i.kind for i in public.incidents] == ["casualty"]
    assert public.withheld["sources"] == 1
    for form in everything(public).values():
        assert "Patrol" not in form
        assert "Field reports" not in form


def test_unknown_source_is_not_republished(built: Built) -> None:
    given = Asked(audience="public", sources={})
    public = read_report(built.store, built.mission, day=DAY, asked=given)
    assert public.summary == ()
    assert public.observations == public.incidents == ()


def test_own_movements_notices_and_directives_are_left_out(daily: Report) -> None:
    public = redact(daily, PUBLIC)
    assert public.lost_watches == public.notices == public.directives == public.hypotheses == ()
    assert {c.watched_share for c in public.coverage} == {0.4, 0.0}
    assert all(c.watches is None for c in public.coverage)


def degrees(limit: int) -> st.SearchStrategy[float]:
    """Degrees whose fourth decimal is 7: a cell's centre, given to three, never looks like them."""
    whole = st.integers(1_000, limit * 1_000 - 1).map(lambda n: n / 1_000 + 0.00073)
    return st.builds(lambda value, sign: value * sign, whole, st.sampled_from([1, -1]))


coordinates = st.tuples(degrees(180), degrees(84))


@pytest.fixture(scope="module")
def bare(daily: Report) -> Report:
    """A report with a head and sources only, to be filled by each example."""
    return Report(head=daily.head, sources=daily.sources, warnings=daily.warnings)


@settings(deadline=None, max_examples=40)
@given(st.lists(coordinates, min_size=1, max_size=4), st.sampled_from([2.0, 10.0, 50.0]))
def test_no_exact_place_in_any_format(
    bare: Report, places: list[tuple[float, float]], coarsen_km: float
) -> None:
    report = replace(
        bare, observations=tuple(_observation(n, *p) for n, p in enumerate(places)),
        incidents=tuple(_incident(n, *p) for n, p in enumerate(places)),
        notices=tuple(_notice(n, *p) for n, p in enumerate(places)),
        lost_watches=tuple(_lost(n, *p) for n, p in enumerate(places)),
    )  # fmt: skip
    public = redact(report, Audience("public", 12, coarsen_km))
    assert len(public.incidents) == len(public.observations) == len(places)
    forms = everything(public)
    for (lon, lat), shown in zip(places, public.incidents, strict=True):
        for value in (lon, lat):
            for text in {repr(abs(value)), f"{abs(value):.4f}"}:
                assert not any(_stands_in(text, form) for form in forms.values())
        apart_km = distance_km(lon, lat, shown.lon or 0.0, shown.lat or 0.0)
        assert apart_km <= (shown.radius_km or 0.0) + 0.2
        assert (shown.radius_km or 0.0) >= 0.75 * coarsen_km


def _stands_in(text: str, form: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(text)}(?!\d)", form) is not None


def _observation(n: int, lon: float, lat: float) -> f.ObservationFact:
    return f.ObservationFact(
        id=f"obs-{n:024x}", source_id="news", kind="explosion", lon=lon, lat=lat, radius_km=0.1,
        observer_lon=lon, observer_lat=lat,
    )  # fmt: skip


def _incident(n: int, lon: float, lat: float) -> f.IncidentFact:
    return f.IncidentFact(
        id=f"inc-{n:024x}", kind="explosion", lon=lon, lat=lat, radius_km=0.1,
        source_ids=("news",), member_ids=(f"obs-{n:024x}",),
    )  # fmt: skip


def _notice(n: int, lon: float, lat: float) -> NoticeFact:
    from publish_world import KNOWN

    return NoticeFact(id=f"ntc-{n}", party="a", topic="repair", start_utc=KNOWN, end_utc=KNOWN,
                      lon=lon, lat=lat)  # fmt: skip


def _lost(n: int, lon: float, lat: float) -> LostWatchFact:
    from publish_world import KNOWN

    return LostWatchFact(id=f"wat-{n}", observer="x", means="saw", status="outage",
                         start_utc=KNOWN, end_utc=KNOWN, lon=lon, lat=lat)  # fmt: skip


def test_times_are_coarsened_to_the_reporting_day(daily: Report) -> None:
    public = redact(daily, PUBLIC)
    for row in (*public.observations, *public.incidents):
        assert row.start_utc is not None
        assert row.end_utc is not None
        assert row.end_utc - row.start_utc >= timedelta(hours=23)


def test_conflicts_of_place_are_not_published(daily: Report) -> None:
    conflict = daily.conflicts[0]
    placed = replace(conflict, attribute="place", left_value="48.12345, 37.71234")
    texty = replace(conflict, left_value="48.1 N")
    public = redact(replace(daily, conflicts=(conflict, placed, texty)), PUBLIC)
    assert [c.attribute for c in public.conflicts] == ["count"]


def test_count_of_a_village_is_not_published(daily: Report) -> None:
    span = replace(daily.spans[0], region="a village")
    public = redact(replace(daily, spans=(*daily.spans, span)), PUBLIC)
    assert "a village" not in str(render(public, "json"))


def test_delay_holds(built: Built) -> None:
    """Known up to noon of 6 March; 24 h earlier the evening of 5 March had not come."""
    slow = replace(built.mission, audiences=({"id": "public", "delay_h": 24, "coarsen_km": 10},))
    given = Asked(audience="public", sources=SOURCES)
    with pytest.raises(ConfigError, match="24 h before the data time"):
        read_report(built.store, slow, day=DAY, asked=given)
    assert read_report(built.store, slow, asked=given).head.day == DAY - timedelta(days=1)


@pytest.mark.parametrize(
    "row", [{"delay_h": -1}, {"coarsen_km": 0}, {"coarsen_km": "fine"}, {"delay_h": float("nan")}]
)
def test_settings_that_would_publish_too_much_are_refused(
    built: Built, row: dict[str, Any]
) -> None:
    loose: Mission = replace(built.mission, audiences=({"id": "public", **row},))
    with pytest.raises(ConfigError, match="coarsen_km above 0"):
        audience_named(loose, "public")


def test_public_report_says_what_was_left_out(daily: Report) -> None:
    page = str(render(redact(daily, PUBLIC), "html"))
    assert "Redacted for the audience" in page
    assert "cells of 10 km" in page
    assert "1 source may not be republished" in page


def test_every_part_of_a_report_was_thought_of() -> None:
    """A new field of a report is left out of other audiences until somebody decides."""
    decided = {
        "head", "regions", "lines", "summary", "spans", "counter", "claims", "kinds",
        "region_tallies", "long_accounts", "observations", "counts", "incidents", "findings",
        "hypotheses", "reviews", "warnings", "directives", "notices", "conflicts", "coverage",
        "lost_watches", "sources", "quarantine", "not_listed", "withheld", "provisions_said",
        "towns",
    }  # fmt: skip
    assert set(Report.__dataclass_fields__) == decided


def test_documents_behind_a_provision_stay_inside(daily: Report) -> None:
    """News that a status stands on may not be published again; its claims' ids are hashes."""
    held = {"status": "agreed", "who": ["A"], "roots": 1,
            "documents": [{"id": "doc-1", "origin": "kept.html", "claims": ["clm-1"]}]}  # fmt: skip
    said = ProvisionSaidFact(
        provision_id="truce/T-1", article="1", text_says="A leaves.", status="agreed",
        stated="open", differs=True, says=[held],
    )  # fmt: skip
    whole = replace(daily, provisions_said=(said,))
    assert "kept.html" in str(render(whole, "html"))
    for form in ("html", "md", "json"):
        assert "kept.html" not in str(render(redact(whole, PUBLIC), form))
        assert "clm-1" not in str(render(redact(whole, PUBLIC), form))


def test_what_is_withheld_is_never_called_zero(built: Built, daily: Report) -> None:
    public = redact(daily, PUBLIC)
    explosions = next(k for k in public.kinds if k.kind == "explosion")
    assert (explosions.accounts, explosions.incidents, explosions.is_partial) == (1, 0, True)
    assert not any(k.kind == "access_denied" for k in public.kinds)
    page = str(render(public, "md"))
    assert "No restriction of movement was reported" not in page
    assert "0 outages" not in page
    assert "others withheld" in page
    closed = replace(daily, sources=())
    page = str(render(redact(closed, PUBLIC), "md"))
    assert "No counts of violations are kept" not in page
    assert "0 incidents" not in page.replace("\\", "")


def test_gaps_that_withholding_may_have_made_do_not_say_none(daily: Report) -> None:
    some = tuple(replace(s, source_id="team") if n % 2 else s for n, s in enumerate(daily.spans))
    public = redact(replace(daily, spans=some), PUBLIC)
    assert {i.now.missing for i in public.summary} <= {None, "none that may be shown"}


def test_derived_sources_give_figures_and_no_rows(daily: Report) -> None:
    sources = tuple(
        replace(s, facts=replace(s.facts, derived=s.facts.source_id == "team"))
        for s in daily.sources
    )
    public = redact(replace(daily, sources=sources), PUBLIC)
    assert {i.kind for i in public.incidents} == {"explosion", "casualty"}
    assert all(o.source_id != "team" for o in public.observations)
    both = next(i for i in public.incidents if i.kind == "explosion")
    assert (both.observations, len(both.member_ids), both.source_ids) == (2, 1, ("news",))
    assert next(k for k in public.kinds if k.kind == "explosion").accounts == 2
