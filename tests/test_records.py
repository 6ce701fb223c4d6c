"""The record behind a row is what the reader saw: the text taken out of a page, a PDF, a feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.dossier.test_formats import FORMS, PAGE, SENTENCES
from trucewatch.desk import lineage, read_files
from trucewatch.language.documents import read_bytes
from trucewatch.language.sentences import split
from trucewatch.mission import Mission
from trucewatch.records import record_text
from trucewatch.store import Store

SHELLED = "Russian forces shelled Kramatorsk on 4 August 2024."


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_quote_is_found_in_every_format(store: Store, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(FORMS[name])
    for number, document in enumerate(read_bytes(FORMS[name], name), start=1):
        for sentence in split(document.text):
            row = {"char_start": sentence.start, "char_end": sentence.end, "record_no": number}
            for quote in (sentence.text, None):
                found = record_text(store, path, {**row, "quote": quote}, origin=name)
                assert found == sentence.text


def test_a_quote_that_does_not_stand_there_is_not_shown(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE, encoding="utf-8")
    row = {"char_start": 0, "char_end": 20, "quote": "Nobody said this.", "record_no": 1}
    assert record_text(store, path, row) is None


def test_the_second_entry_of_an_answer_in_json(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    body = {"data": [{"title": "one"}, {"fields": {"body": f"\u00ab{SENTENCES[1]}\u00bb"}}]}
    path.write_text(json.dumps(body), encoding="utf-8")
    row = {"char_start": 3, "char_end": 9, "quote": f"\u00ab{SENTENCES[1]}\u00bb", "record_no": 2}
    assert record_text(store, path, row) == row["quote"]


@pytest.mark.parametrize("name", ["a.html", "a.pdf"])
def test_show_prints_the_quote_of_a_news_observation(
    store: Store, mission: Mission, tmp_path: Path, name: str
) -> None:
    """Offsets into the raw bytes would print markup."""
    path = tmp_path / name
    path.write_bytes(FORMS[name].replace(SENTENCES[0].encode(), SHELLED.encode()))
    if name.endswith("pdf"):
        path.write_bytes(_lengthened(path.read_bytes()))
    read_files(store, mission, [path], "news")
    rows = store.table("observation").to_pylist()
    assert rows
    for row in rows:
        tree = lineage(store, mission, row["observation_id"])
        assert tree["capture"]["record"] == row["quote"]
        assert "Kramatorsk" in tree["capture"]["record"]


def _lengthened(content: bytes) -> bytes:
    """Return a PDF whose stream says its length again after a line of it was replaced."""
    head, rest = content.split(b"/Length ", 1)
    _, rest = rest.split(b" ", 1)
    body = rest.split(b"stream\n", 1)[1].split(b"\nendstream", 1)[0]
    return head + b"/Length %d " % len(body) + rest
