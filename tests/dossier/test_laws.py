"""Laws that hold for any documents: offsets, roots, escaping, bounds, the same twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.dossier import diff, render
from trucewatch.dossier.building import build, dossier_of
from trucewatch.dossier.model import Dossier
from trucewatch.errors import ReadError
from trucewatch.language.documents import Document, read_bytes

from .conftest import types

Make = Callable[..., Dossier]
_PIECES = """The|ceasefire|Israel|Hamas|rejected|accepted|the plan|on 3 May 2021|33 hostages|not|.|,
permanent|60 days|Угоду|підписали|не|Россия|войска|вывести|5 тысяч|солдат|which|said|\u202e|<script>
&amp;|“quoted words”|800|2,000 troops|[x](http://a)|`|Reuters reports|\u0430bc"""
WORDS = st.sampled_from(["\n", *_PIECES.replace("\n", "|").split("|")])
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=4)


def document(text: str, name: str = "a.txt") -> Document:
    return Document(path=name, text=text, media_type="text/plain", encoding="utf-8", language="en")


@settings(max_examples=25, deadline=None)
@given(TEXTS)
def test_any_texts(texts: list[str]) -> None:
    dossier = dossier_of([document(t, f"{n}.txt") for n, t in enumerate(texts)])
    ids = {c.id for c in dossier.claims}
    for claim in dossier.claims:
        assert dossier.document(claim.document).text[claim.start : claim.end] == claim.quote
    for contradiction in dossier.contradictions:
        assert set(contradiction.claims) <= ids
        assert len(contradiction.sides) >= 2
        assert len({dossier.claim(c).document for c in contradiction.claims}) >= 2
    assert json.loads(render(dossier, "json"))["documents"]
    assert render(dossier, "md")
    assert render(dossier, "html").startswith("<!doctype html>")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [v or "" for k, v in attrs if k in ("src", "href") or k.startswith("on")]


def test_html_is_self_contained_and_escaped(make: Make) -> None:
    hostile = (
        'Minister <script>alert(1)</script> said the "plan" <img src=x onerror=alert(2)> was '
        "rejected by Israel on 3 May 2021."
    )
    shown = render(make(hostile, "Israel accepted the plan on 4 May 2021."), "html")
    reader = _Tags()
    reader.feed(shown)
    assert "<script" not in shown
    assert not reader.tags & {"script", "img", "iframe", "link", "object", "form"}
    assert all(link.startswith("#") for link in reader.links)
    assert "&lt;script&gt;" in shown
    assert "details" in reader.tags
    assert 'name="viewport"' in shown
    assert "@media print" in shown


def test_markdown_is_escaped(make: Make) -> None:
    shown = render(make("Israel rejected the [plan](javascript:alert(1)) <b>now</b> `x`."), "md")
    assert "\\[plan\\]" in shown
    assert "[plan](" not in shown.replace("\\[plan\\](", "")
    assert "<b>" not in shown


def test_every_line_stands_on_a_quote(founding: Dossier) -> None:
    """Each sentence of the brief is a sentence of a document it names."""
    from trucewatch.dossier.brief import brief_of

    brief = brief_of(founding)
    keys = {section.key for section in brief.sections}
    assert {"highlights", "happened", "sources", "agreed", "contradicted", "once", "points",
            "timeline", "who", "background", "watch"} <= keys  # fmt: skip
    texts = {n: founding.documents[n - 1].text for n, *_ in brief.documents}
    for section in brief.sections:
        for _, lines in section.groups:
            for line in lines:
                assert line.references
                for ref in line.references:
                    assert texts[ref.number][ref.start : ref.end] == ref.quote
                if section.key not in ("who", "highlights"):
                    assert line.text in {" ".join(r.quote.split()) for r in line.references}


def test_unknown_format(make: Make) -> None:
    with pytest.raises(ValueError, match="html"):
        render(make("Israel rejected the plan."), "docx")


def test_the_same_twice(make: Make) -> None:
    texts = ("Israel rejected the plan on 3 May 2021.", "Israel accepted the plan.")
    assert render(make(*texts), "json") == render(make(*texts), "json")


def test_one_document_contradicts_nobody(make: Make) -> None:
    assert types(make("Israel rejected the plan. Israel accepted the plan.")) == []


def test_reprints_and_quoted_papers_are_one_root(make: Make) -> None:
    text = "The two sides met for hours in the capital and talked about the text of the accord. "
    reprint = make(
        text * 1 + "Nobody left early.", text + "It rained all day.", "Quite another text."
    )
    roots = [d.root for d in reprint.documents]
    assert roots[0] == roots[1] != roots[2]
    quoted = make(
        "According to the Sudan Tribune, the army left.",
        "The army stayed, the Sudan Tribune reported.",
        "As Reuters reported, the army left.",
        "Армия ушла, сообщает Рейтер.",
    )
    roots = [d.root for d in quoted.documents]
    assert roots[0] == roots[1]
    assert roots[2] == roots[3] != roots[0]
    assert all(d.root_grounds for d in quoted.documents)


def test_agreement_of_one_root_is_said_once(make: Make) -> None:
    dossier = make(
        "According to the Sudan Tribune, the accord frees 50 hostages.",
        "The accord frees 50 hostages, the Sudan Tribune reported.",
    )
    once = {dossier.claim(c).value for c in dossier.said_once}
    assert 50.0 in once
    assert dossier.agreed == ()


def test_diff(make: Make) -> None:
    old = make("Israel accepted the ceasefire.")
    new = make("Israel accepted the ceasefire.", "Israel rejected the ceasefire.")
    assert diff(old, old).is_empty
    change = diff(old, new)
    assert [p[0] for p in change.provisions] == ["point:ceasefire"]
    assert change.provisions[0][1:] == ("agreed", "open")
    assert len(change.contradictions_new) == 1
    assert len(change.documents_new) == 1
    assert not change.claims_gone


def test_homoglyphs_and_marks(make: Make) -> None:
    """A Cyrillic letter inside a Latin word, or a direction mark, breaks nothing."""
    dossier = make(
        "The \u0440lan was r\u0435jected by Israel.\u202e The \u200fplan holds.", "x y z."
    )
    assert all(
        dossier.document(c.document).text[c.start : c.end] == c.quote for c in dossier.claims
    )


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "a" * 1_000_000,
        "33 hostages " * 20_000,
        "Israel rejected the plan on 3 May 2021. " * 3_000,
        ", which " * 50_000,
        "“" * 100_000,
        "Name Surname " * 30_000,
        "1 " * 200_000,
    ],
    ids=["words", "one word", "figures", "repeats", "clauses", "quotes", "names", "ones"],
)
def test_time_is_bounded(text: str) -> None:
    begun = time.monotonic()
    dossier_of([document(text), document("Israel accepted the plan. 40 hostages.", "b.txt")])
    assert time.monotonic() - begun < 30


def test_all_unreadable(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(ReadError, match="empty"):
        build([tmp_path])
    (tmp_path / "c.txt").write_text("Israel rejected the plan.")
    dossier = build([tmp_path])
    assert [row["found"] for row in dossier.quarantine]
    assert len(dossier.quarantine) == 2
    assert "not read" in render(dossier, "html")


def test_mixed_languages_in_one_document() -> None:
    text = "Israel rejected the plan. Ізраїль погодився на план. Израиль отверг план."
    dossier = dossier_of([read_bytes(text.encode(), "m.txt")[0]])
    assert {c.predicate for c in dossier.claims if c.kind == "stance"} == {"reject", "accept"}
