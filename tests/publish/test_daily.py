"""The daily report: what it must say, in every format, from a store."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from publish_world import CLOCK, DAY, SOURCES, World, mission

from conftest import Built
from trucewatch import drawing
from trucewatch.errors import ConfigError, StoreError, TrucewatchError
from trucewatch.publish import FORMATS, Asked, Report, read_report, render, terminal, write_report
from trucewatch.publish.charts import SERIES_DAYS, counts_figure, evenings_of
from trucewatch.publish.layout import lay_out
from trucewatch.publish.page import Table, Text

TEXT_FORMATS = ("html", "md", "json", "csv", "geojson", "cap")


class Marks(HTMLParser):
    """Collects ids, link targets and tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        href = given.get("href") or ""
        (self.targets if href.startswith("#") else self.addresses).append(href.lstrip("#"))


@pytest.fixture(scope="module")
def html(daily: Report) -> str:
    made = render(daily, "html")
    assert isinstance(made, str)
    return made


def marks(html: str) -> Marks:
    found = Marks()
    found.feed(html)
    return found


def test_order_is_the_field_s_own(daily: Report) -> None:
    order = [section.id for section in lay_out(daily).sections]
    assert order == [
        "glance", "summary", "counter", "incidents", "casualties", "withdrawal", "weapons",
        "mines", "notices", "restrictions", "findings", "warnings", "directives", "conflicts",
        "coverage", "map", "sources", "annex", "footer",
    ]  # fmt: skip


def test_every_link_leads_to_a_row_and_no_id_is_doubled(html: str) -> None:
    found = marks(html)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.targets) <= set(found.ids)
    assert len(found.targets) > 40


def test_figures_lead_to_their_rows(html: str, built: Built) -> None:
    targets = set(marks(html).targets)
    assert {built.ids["today"], built.ids["differs"], built.ids["zero"]} <= targets
    assert f'id="{built.ids["today"]}"' in html


def test_annex_row_shows_bytes_record_quote_and_address(html: str, built: Built) -> None:
    row = re.search(rf'<tr id="{built.ids["today"]}"[^>]*>.*?</tr>', html, re.S)
    assert row
    sha = next(o.sha256 for o in built.report().counts if o.id == built.ids["today"])
    assert sha
    for part in (sha, "52/2021", "record ", 'href="https://example.org/52"'):
        assert part in row[0]


def test_page_is_self_contained_and_runs_nothing(html: str) -> None:
    found = marks(html)
    assert not {"script", "link", "iframe", "object", "img"} & set(found.tags)
    assert not re.search(r'(?:src|xlink:href|url)\s*[=(]\s*"?(?!#)(?:https?:)?//', html)
    assert "prefers-color-scheme" in html
    assert "@media print" in html


def test_hostile_text_stays_text(html: str) -> None:
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "&lt;b&gt;" in html


def test_conflict_missing_and_zero_are_told_apart(daily: Report) -> None:
    page = str(render(daily, "md"))
    assert "28 or 47" in page
    assert "no count for the evening" in page
    assert "Luhansk, ceasefire violations: 2021\\-03\\-05" in page or (
        "Luhansk, ceasefire violations: 2021-03-05" in page
    )
    zero = next(i for i in daily.summary if i.kind == "count_explosions" and i.region == "donetsk")
    assert (zero.now.low, zero.now.missing) == (0.0, None)


def test_multi_day_total_stands_as_such(daily: Report) -> None:
    counter = next(
        c for c in daily.counter if (c.region, c.kind) == ("donetsk", "count_violations")
    )
    assert [s.best for s in counter.figure.spans] == [41.0]
    assert counter.figure.conflicting_days == (DAY,)
    assert DAY - timedelta(days=13) in counter.figure.missing_days


def test_findings_and_warnings_carry_their_power_and_cost(html: str) -> None:
    assert "at most 3 missed (95%)" in html
    assert "likely, 63%" in html
    assert "6 false alarms a year" in html
    assert "breach" in html
    assert "verified by Chief of reports" in html


def test_footer_counts_quarantine_missing_days_run_and_data_time(html: str) -> None:
    footer = html[html.index('<section id="footer">') :]
    for words in ("1 record could not be read", "2021-03-05", "run-1", "2021-03-06T12:00:00Z"):
        assert words in footer


@pytest.mark.parametrize("fmt", FORMATS)
def test_same_facts_same_bytes(built: Built, fmt: str) -> None:
    assert render(built.report(), fmt) == render(built.report(), fmt)


def test_json_holds_the_whole_report(daily: Report, built: Built) -> None:
    document = json.loads(render(daily, "json"))
    assert document["head"]["data_utc"] == "2021-03-06T12:00:00Z"
    assert built.ids["today"] in document["summary"][0]["now"]["ids"]
    assert len(document["facts_sha256"]) == 64


def test_csv_is_tidy_and_runs_no_formula(daily: Report, built: Built) -> None:
    rows = list(csv.DictReader(io.StringIO(str(render(daily, "csv")))))
    assert {r["section"] for r in rows} >= {"summary", "counter", "finding", "warning", "incident"}
    said = next(r["says"] for r in rows if r["id"] == built.ids["lone"])
    assert said == "'=HYPERLINK(1)"
    missing = next(r for r in rows if r["section"] == "summary" and r["missing"])
    assert missing["best"] == ""


def test_geojson_carries_places_with_their_radius(daily: Report, built: Built) -> None:
    features = json.loads(render(daily, "geojson"))["features"]
    incident = next(f for f in features if f["properties"].get("id") == built.ids["incident"])
    assert incident["geometry"]["coordinates"] == [37.7, 48.1]
    assert incident["properties"]["radius_km"] == 3.0


def test_pdf_is_written(daily: Report) -> None:
    pytest.importorskip("typst", reason="the PDF form needs trucewatch[report]")
    made = render(daily, "pdf")
    assert isinstance(made, bytes)
    assert made.startswith(b"%PDF-")


def test_terminal_says_what_the_page_says(daily: Report) -> None:
    from rich.console import Console

    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(terminal(daily))
    said = console.export_text()
    for words in ("28 or 47", "none seen", "What could not be seen", "News"):
        assert words in said


def test_last_day_is_the_last_with_an_account(built: Built) -> None:
    assert read_report(built.store, built.mission).head.day == DAY


def test_status_report_covers_seven_evenings(built: Built) -> None:
    week = built.report(kind="status")
    assert (week.head.days, week.head.period.start_utc) == (7, CLOCK.evening_of(DAY - timedelta(7)))
    figure = week.summary[0].now
    assert (figure.evenings, [s.best for s in figure.spans]) == (7, [])
    assert [s.best for s in figure.straddling] == [41.0]
    assert "Status report" in str(render(week, "html"))


def test_spot_report_is_short(built: Built) -> None:
    spot = lay_out(built.report(kind="spot"))
    assert "counter" not in {s.id for s in spot.sections}
    assert "1 finding of breach" in str(render(spot.report, "md"))
    assert spot.report.counter == (), "a counter from a few evenings would be false"
    assert {s.last_day for s in spot.report.spans} == {DAY, DAY - timedelta(days=1)}


def test_empty_mission_says_so(built: Built, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    store = World(folder / "mission.duckdb").store
    with pytest.raises(TrucewatchError, match="no account was read yet"):
        read_report(store, mission(folder))
    report = read_report(store, mission(folder), day=DAY)
    page = str(render(report, "html"))
    assert "No counts of violations are kept" in page
    assert "What could not be seen is not known" in page
    assert "compliance" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(kind="weekly"), "daily, status, spot"),
        (Asked(audience="press"), "mission, public"),
    ],
)
def test_wrong_words_name_the_right_ones(built: Built, asked: Asked, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_report(built.store, built.mission, day=DAY, asked=asked)


def test_unknown_format_names_the_known_ones(daily: Report) -> None:
    with pytest.raises(ConfigError, match="geojson"):
        render(daily, "docx")


@pytest.mark.parametrize("fmt", TEXT_FORMATS)
def test_nothing_unfit_for_xml_is_published(built: Built, fmt: str) -> None:
    made = str(render(built.report(sources=SOURCES), fmt))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", made)


def test_a_product_is_written_whole_or_not_at_all(daily: Report, tmp_path: Path) -> None:
    path = write_report(daily, "json", tmp_path / "out")
    assert path.name == "daily-2021-03-05.json"
    assert [p.name for p in (tmp_path / "out").iterdir()] == [path.name]
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("")
    with pytest.raises(StoreError, match="writing"):
        write_report(daily, "json", in_the_way)


def test_a_list_at_its_limit_says_so(built: Built) -> None:
    short = replace(built.mission, options={"publish": {"listed_max": 1}})
    report = read_report(built.store, short, day=DAY)
    assert report.not_listed == {"incidents": 1, "observations": 1, "findings": 1}
    assert "The list of incidents stops at its limit of 1 rows" in str(render(report, "md"))


def test_pictures_of_warnings_stand_after_them_for_page_and_phone(daily: Report) -> None:
    odd = drawing.figure(
        "Odds <next> week", ["a <b>note</b>"],
        lambda width: (20.0, [drawing.words((0, 12), f"<i>{width:g}</i>")]),
    )  # fmt: skip
    page = str(render(daily, "html", figures={"odds": odd}))
    assert "Odds &lt;next&gt; week" in page
    assert "a &lt;b&gt;note&lt;/b&gt;" in page
    assert "<i>" not in page
    assert "<b>note" not in page
    assert page.count("<svg") == str(render(daily, "html")).count("<svg") + 2
    assert page.index('id="warnings"') < page.index('id="figures"') < page.index('id="directives"')


def test_chart_draws_zeros_gaps_and_totals_apart(daily: Report) -> None:
    panels = {
        name: evenings_of(
            [s for s in daily.spans if s.region == region and s.kind == daily.summary[0].kind],
            name, daily.head.day, SERIES_DAYS,
        )
        for region, name in {i.region: i.region_name for i in daily.summary}.items()
    }  # fmt: skip
    donetsk, luhansk = panels.values()
    assert [(s.low, s.evenings) for s in donetsk.totals] == [(41.0, 2)]
    assert [(low, high) for _, low, high in donetsk.singles if high > low] == [(28.0, 47.0)]
    assert any(high == 0 for _, _, high in luhansk.singles), "zeros are drawn"
    covered = sum(s.evenings for s in donetsk.totals)
    assert len(donetsk.singles) + covered + len(donetsk.gaps) == SERIES_DAYS
    drawn = counts_figure(daily).wide
    marks = {mark: drawn.count(f'class="{mark}"') for mark in ("zero", "total", "range", "gap")}
    assert marks["range"] == 1
    assert marks["total"] == 1
    assert marks["zero"] == sum(h == 0 for p in panels.values() for _, _, h in p.singles)
    assert marks["gap"] == sum(len(p.gaps) for p in panels.values())


def test_a_warning_says_its_grounds_its_record_its_lead_and_what_would_lower_it(
    daily: Report,
) -> None:
    page = lay_out(daily)
    tables = {
        block.caption: [[cell.text for cell in row.cells] for row in block.rows]
        for part in page.sections if part.id == "warnings"
        for block in part.blocks if isinstance(block, Table)
    }  # fmt: skip
    why = tables["Why, Donetsk: what moves escalation within 72 h"]
    assert why == [["level", "2.5", "raises them 2.5 times", "3 of 8", "doubled in a week"]]
    assert tables["Raised"][0][5:7] == ["48 h", "three usual days"]
    glance = next(part for part in page.sections if part.id == "glance")
    said = " ".join(cell.text for b in glance.blocks if isinstance(b, Text) for cell in b.cells)
    assert "escalation in Donetsk within 72 h, likely, 63%" in said


def test_an_alarm_is_told_once_and_calm_that_would_not_lower_it_is_no_comfort(
    daily: Report,
) -> None:
    one = next(w for w in daily.warnings if w.is_raised)
    higher = [{"name": "would_lower", "value": 0.9, "grounds": "three usual days: 0.90"},
              {"name": "level", "weight": 12.0, "value": 1}]  # fmt: skip
    warnings = tuple(
        replace(one, id=f"wrn-{h}", horizon_h=float(h), indicators=higher) for h in (24, 72, 168)
    )
    page = lay_out(replace(daily, warnings=warnings))
    part = next(p for p in page.sections if p.id == "warnings")
    raised, _, why, rest = [b for b in part.blocks if isinstance(b, Table)]
    assert [row.anchor for row in raised.rows] == ["wrn-168"]
    assert [row.anchor for row in rest.rows] == ["wrn-24", "wrn-72"]
    assert raised.rows[0].cells[6].text == "three usual days: 0.90: not lower"
    assert why.rows[0].cells[2].text == "raises them over 100 times"


def test_indicators_of_another_shape_do_no_harm(daily: Report) -> None:
    odd = ("text", 3, [1, None], [{"weight": "x", "record": 5, "value": [1]}], [{}], {"a": 1})
    for given in odd:
        warnings = tuple(replace(w, indicators=given) for w in daily.warnings)
        for form in ("html", "md", "json"):
            assert render(replace(daily, warnings=warnings), form)


def test_disputed_lines_are_drawn_as_disputed(built: Built) -> None:
    lines = [
        {"name": "the border", "wkt": "LINESTRING(37 47, 38 48)"},
        {"name": "an area", "status": "disputed", "claimants": ["A", "B"],
         "wkt": "POLYGON((37 47, 38 47, 38 48, 37 47))"},
    ]  # fmt: skip
    drawn = replace(built.mission, options={"publish": {"lines": lines}})
    page = str(render(read_report(built.store, drawn, day=DAY), "html"))
    assert 'class="line disputed"' in page
    assert "an area: claimed by A and by B" in page
    wrong = replace(built.mission, options={"publish": {"lines": [{"name": "x", "wkt": "POLY"}]}})
    with pytest.raises(ConfigError, match=r"options\.publish\.lines"):
        read_report(built.store, wrong, day=DAY)


@pytest.mark.parametrize(
    ("bound", "told", "is_clear"),
    [
        (3.1, "at most 4 missed", True),
        (353.2, "at most 354 missed", False),
        (None, "power not stated", False),
    ],
)
def test_none_seen_is_no_good_news_where_little_was_seen(
    daily: Report, bound: float | None, told: str, is_clear: bool
) -> None:
    found = next(f for f in daily.findings if f.outcome == "none_seen")
    one = replace(daily, findings=(replace(found, missed_upper=bound),))
    html = str(render(one, "html"))
    assert told in html
    assert ('class="clear' in html) is is_clear
