"""Whatever a document came as, a claim's quote is the document's text at its offsets."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from tests.written import a_pdf
from trucewatch.dossier.building import dossier_of
from trucewatch.dossier.model import Dossier
from trucewatch.language.documents import read_bytes

SENTENCES = (
    "The truce took effect at 4 a.m. on 27 November 2024.", "It is to last 60 days.",
    "The army will send 5,000 soldiers to the south.",
)  # fmt: skip
WORDS = " ".join(SENTENCES)
PAGE = (
    f"<html><head><title>Truce</title></head><body><nav>home</nav><article><h1>Truce</h1><p>{WORDS}"
    "</p><p>Both sides said so &mdash; twice &amp; in public &#x2026;</p></article></body></html>"
)


def warc() -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/a\r\n"
        b"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
        % len(http)
    )
    return head + http + b"\r\n\r\n"


def wacz() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.warc.gz", gzip.compress(warc()))
    return packed.getvalue()


RSS = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>x</title><item><title>Truce</title>"
    f"<description>&lt;p&gt;{WORDS}&lt;/p&gt;</description></item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title><entry><title>Truce</title>"
    f"<content type='html'>&lt;p&gt;{WORDS}&lt;/p&gt;</content></entry></feed>"
)
MAIL = (
    "From: a@example.org\r\nSubject: Truce\r\nMIME-Version: 1.0\r\n"
    f"Content-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n"
)
FORMS = {
    "a.txt": WORDS.encode(), "b.txt": WORDS.encode("utf-16"), "a.html": PAGE.encode(),
    "a.pdf": a_pdf(*SENTENCES), "a.eml": MAIL.encode(), "a.rss": RSS.encode(),
    "a.atom": ATOM.encode(), "a.warc": warc(), "a.wacz": wacz(),
}  # fmt: skip


def dossier(name: str) -> Dossier:
    return dossier_of(read_bytes(FORMS[name], name))


@pytest.mark.parametrize("name", FORMS)
def test_quotes_stand_at_their_offsets(name: str) -> None:
    told = dossier(name).as_json()
    texts = {d["id"]: d["text"] for d in told["documents"]}
    assert told["claims"]
    assert all(texts[c["document"]][c["start"] : c["end"]] == c["quote"] for c in told["claims"])


@pytest.mark.parametrize("name", FORMS)
def test_the_same_is_read_from_every_format(name: str) -> None:
    claims = dossier(name).claims
    said = {(c.kind, c.value) for c in claims if c.kind in ("quantity", "date")}
    assert {("quantity", 5000.0), ("date", "2024-11-27")} <= said
    assert any(c.kind == "duration" and c.subject == "ceasefire" for c in claims)


def test_the_contract() -> None:
    """The keys that others build on stand in every row."""
    pairs = [(f"{n}.txt", read_bytes(t.encode(), f"{n}.txt")[0]) for n, t in TWO.items()]
    told = dossier_of([d for _, d in pairs]).as_json()
    for name, keys in CONTRACT.items():
        assert told[name], name
        assert all(set(keys) <= set(row) for row in told[name]), name
    known = {c["id"] for c in told["claims"]}
    for row in told["contradictions"]:
        assert set(row["claims"]) <= known and len(row["roots_per_side"]) >= 2
    assert set(told["said_once"]) <= known


TWO = {
    "a": "Ethiopia agreed to the withdrawal of its troops, Foreign Minister Getachew Reda said. "
    "Some 40 monitors will come.",
    "b": "Ethiopia rejected the withdrawal of its troops. Getachew Redda was in Pretoria.",
}
CONTRACT = {
    "documents": ("id", "path", "root"),
    "claims": ("id", "document", "quote", "start", "end", "speaker", "via", "subject",
               "predicate", "value", "unit", "modality", "time"),
    "contradictions": ("id", "type", "claims", "grounds", "roots_per_side", "settled_by"),
    "names": ("name", "variants"),
    "provisions": ("id", "status", "claims"),
}  # fmt: skip
