"""Text that sources bring in never becomes markup, a formula, a link or a broken file."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.publish import Report, render
from trucewatch.publish.facts import IncidentFact, ObservationFact, RegionShape
from trucewatch.publish.rows import address_of, clean, record_of, tree

NASTY = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "=1+1",
    "@SUM(A1)", "-2+3", "\t=cmd", "| a | b |", "[x](javascript:alert(1))", "``` \n# head",
    "{{ 7*7 }}", "]]>", "&#x3C;b&#x3E;", "a\r\nb", "\u202egnp.exe", "<!--", "\x00\x1b[31m",
    "\uff1dcmd()", "#let x = 1", "$f$", "</style><style>*{display:none}</style>",
]  # fmt: skip
words = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
ALLOWED = (
    " a b body caption circle clippath code defs desc details div figcaption figure g h1 h2 head "
    "header html li line main meta nav p path rect section small span style sub summary sup svg "
    "table tbody td text th thead title tr tspan ul "
)


class Tags(HTMLParser):
    """Collects the tags and attribute names of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links.update(str(value) for name, value in attrs if name == "href")


@pytest.fixture(scope="module")
def bare(daily: Report) -> Report:
    return Report(head=daily.head, sources=daily.sources)


def filled(bare: Report, said: list[str]) -> Report:
    """A report whose every free text is one of the words given."""
    text = (said * 8)[:8]
    cleaned = [clean(t) for t in text]
    observation = ObservationFact(
        id="obs-1", source_id="news", kind="explosion", place_name=cleaned[0],
        description=cleaned[1], quote=cleaned[2], observer=cleaned[3], claimed_actor=cleaned[4],
        source_record=cleaned[5], unit=cleaned[6], lon=37.0, lat=48.0, sha256="0" * 64,
    )  # fmt: skip
    incident = IncidentFact(
        id="inc-1", kind="explosion", place_name=cleaned[0], claimed_actor=cleaned[4], lon=37.0,
        lat=48.0, member_ids=("obs-1",), source_ids=("news",),
    )  # fmt: skip
    region = RegionShape(id="r", name=cleaned[7], lon=37.0, lat=48.0, radius_km=50)
    return replace(
        bare, observations=(observation,), incidents=(incident,), regions=(region,),
        head=replace(bare.head, title=cleaned[6]),
    )  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(said=st.lists(words, min_size=1, max_size=8))
def test_text_stays_text_in_html(bare: Report, said: list[str]) -> None:
    page = str(render(filled(bare, said), "html"))
    found = Tags()
    found.feed(page)
    assert [tag for tag in found.tags if f" {tag} " not in ALLOWED] == []
    assert not any(name.startswith("on") for name in found.attributes)
    assert all(re.match(r"#|https://", link) for link in found.links)
    assert page.count("<style>") == 1


@settings(deadline=None, max_examples=40)
@given(said=st.lists(words, min_size=1, max_size=8))
def test_other_formats_stay_whole(bare: Report, said: list[str]) -> None:
    report = filled(bare, said)
    json.loads(render(report, "json"))
    json.loads(render(report, "geojson"))
    rows = list(csv.reader(io.StringIO(str(render(report, "csv")))))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell.lstrip().startswith(("=", "+", "@")) for row in rows for cell in row)
    page = str(render(report, "md"))
    assert not re.search(r"(?<!\\)<(?!https://)", page)
    for block in re.findall(r"(?:^\|.*\n?)+", page, re.M):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(columns) == 1, "a row of a table has as many cells as its head"


@pytest.mark.parametrize(
    ("attributes", "origin", "expected"),
    [
        ('{"source_url": "https://example.org/a"}', None, "https://example.org/a"),
        ('{"source_url": "javascript:alert(1)"}', None, None),
        ('{"url": "https://a.b/\\"><script>"}', None, None),
        ('{"url": 7}', "http://example.org/feed", "http://example.org/feed"),
        ("[1, 2]", "inbox/table.csv", None),
        ("{broken", None, None),
        (None, "file:///etc/passwd", None),
    ],
)
def test_only_web_addresses_become_links(
    attributes: str | None, origin: str | None, expected: str | None
) -> None:
    assert address_of(attributes, origin) == expected


def test_a_trace_of_any_depth_is_cut_where_people_stop_reading() -> None:
    assert tree("[" * 100_000 + "]" * 100_000) == "[" * 100_000 + "]" * 100_000
    deep = tree('{"a":' * 40 + "1" + "}" * 40)
    assert "\u2026" in json.dumps(deep, ensure_ascii=False)
    wide = tree(json.dumps(list(range(1000))))
    assert wide[-1] == "\u2026 800 more"
    assert tree("no json") == "no json"


def test_a_figure_that_a_later_report_repeats_is_named_so() -> None:
    assert record_of(None, '{"report_no": "230/2021", "basis": "own_report"}') == "230/2021"
    repeated = record_of(None, '{"report_no": "231/2021", "basis": "previous_value"}')
    assert repeated == "231/2021 (previous value)"
    assert record_of("7", None) == "7"
    assert record_of(None, None) is None
