"""Documents in: every format, every encoding, and every kind of bad input, bounded."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.written import a_pdf

from trucewatch.errors import ReadError
from trucewatch.language.documents import Document, Limits, read_bytes, read_path
from trucewatch.language.documents.detect import language_of

PAGE = (
    "<html><head><title>Truce</title><script>alert('x')</script></head><body><nav>menu menu</nav>"
    "<article><h1>Truce signed</h1><p>The parties signed the truce in Geneva after ten days of "
    "talks that the mediators had called for.</p><p>It takes effect on Monday, the mediators said, "
    "and covers the whole of the country and its ports.</p></article>"
    "<img src='http://203.0.113.1/pixel.png'></body></html>"
)
RSS = (
    "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>x</title><item>"
    "<title>Перемир'я</title><description>&lt;p&gt;Сторони домовилися.&lt;/p&gt;</description>"
    "</item></channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title><entry><title>Truce</title>"
    "<content type='html'>&lt;b&gt;The parties agreed.&lt;/b&gt;</content></entry></feed>"
)
MAIL = (
    "From: a@example.org\r\nSubject: Truce\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "The parties signed the truce.\r\n"
)


def one(raw: bytes, name: str) -> Document:
    (document,) = read_bytes(raw, name)
    return document


def test_plain_keeps_every_character() -> None:
    text = "First line.\r\n\r\nSecond — line.\n"
    assert one(text.encode(), "a.txt").text == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-u", "cp866", "utf-16", "utf-8-sig"])
def test_encodings_of_russian(encoding: str) -> None:
    text = "Стороны подписали соглашение о прекращении огня. Войска отойдут, было объявлено."
    document = one(text.encode(encoding), "a.txt")
    assert document.text == text
    assert document.language == "ru"


def test_ukrainian_in_cp1251() -> None:
    text = "Сторони підписали угоду про припинення вогню. Їхні війська відійдуть."
    document = one(text.encode("cp1251"), "a.txt")
    assert (document.text, document.language) == (text, "uk")


def test_html_runs_and_fetches_nothing() -> None:
    document = one(PAGE.encode(), "a.html")
    assert "signed the truce in Geneva" in document.text
    assert "alert" not in document.text
    assert document.media_type == "text/html"


def test_feeds() -> None:
    assert one(RSS.encode(), "f.xml").text == "Перемир'я\nСторони домовилися."
    assert one(ATOM.encode(), "f.xml").text == "Truce\nThe parties agreed."
    assert one(RSS.encode(), "f.xml").path == "f.xml#1"


def test_mail() -> None:
    document = one(MAIL.encode(), "m.eml")
    assert document.text.startswith("Truce\n\nThe parties signed the truce.")
    assert document.published == "Mon, 01 Jan 2024 10:00:00 +0000"


def test_pdf(tmp_path: Path) -> None:
    assert "truce was signed" in one(a_pdf("The truce was signed."), "a.pdf").text
    (tmp_path / "p.pdf").write_bytes(a_pdf("The truce was signed."))
    assert len(read_path(tmp_path / "p.pdf")) == 1


def a_warc(page: bytes = PAGE.encode(), kind: str = "text/html") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n%s" % (kind.encode(), page)
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/a\r\n"
        b"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
        % len(http)
    )
    return head + http + b"\r\n\r\n"


def a_wacz(warc: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.warc.gz", gzip.compress(warc))
    return packed.getvalue()


@pytest.mark.parametrize(
    "make", [a_warc, lambda: gzip.compress(a_warc()), lambda: a_wacz(a_warc())]
)
def test_web_archives(make) -> None:  # type: ignore[no-untyped-def]
    document = one(make(), "a.warc")
    assert "signed the truce in Geneva" in document.text
    assert document.origin == "http://example.org/a"


BAD = {
    "empty": b"",
    "blank": b" \n\t ",
    "binary": bytes(range(256)) * 20,
    "only marks": "\u200f\u200e ... !!".encode(),
    "entity": b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'x'>]><rss><channel/></rss>",
    "billion laughs": b"<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><rss>&b;</rss>",
    "entity in utf-16": "<!DOCTYPE r [<!ENTITY a 'x'>]><rss></rss>".encode("utf-16"),
    "empty feed": b"<rss version='2.0'><channel></channel></rss>",
    "broken pdf": b"%PDF-1.7\n1 0 obj <<",
    "broken zip": b"PK\x03\x04" + b"\x00" * 40,
    "broken gzip": b"\x1f\x8b\x08\x00nonsense",
    "empty warc": b"WARC/1.0\r\n\r\n",
    "odd utf-16": b"\xff\xfea\x00b",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_a_reason(name: str) -> None:
    suffix = ".rss" if "entity" in name or "feed" in name or "laughs" in name else ".bin"
    with pytest.raises(ReadError) as caught:
        read_bytes(BAD[name], f"bad{suffix}")
    assert caught.value.found
    assert caught.value.mend


def test_zip_bombs() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc", b"\0" * 60_000_000)
    with pytest.raises(ReadError, match="trust"):
        read_bytes(packed.getvalue(), "bomb.wacz")
    inner = gzip.compress(b"WARC/1.0\r\n" + b"\0" * 60_000_000)
    with pytest.raises(ReadError, match="trust"):
        read_bytes(inner, "bomb.warc.gz")
    with pytest.raises(ReadError, match="trust"):
        read_bytes(a_wacz(b"\0" * 60_000_000), "nested.wacz")


def test_size_limits(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    big.write_bytes(b"word " * 10_000_000)
    begun = time.monotonic()
    with pytest.raises(ReadError, match="Split"):
        read_path(big)
    with pytest.raises(ReadError, match="Split"):
        read_path(big, limits=Limits(max_bytes=1000))
    deep = b"<html><body>" + b"<div>" * 200_000 + b"truce" + b"</div>" * 200_000 + b"</body></html>"
    with pytest.raises(ReadError, match="nested"):
        read_bytes(deep, "deep.html")
    nested = (
        b"<html><body>"
        + b"<div>" * 1900
        + b"The truce holds."
        + b"</div>" * 1900
        + b"</body></html>"
    )
    assert "truce holds" in one(nested, "nested.html").text
    assert time.monotonic() - begun < 20


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no file"):
        read_path(tmp_path / "none.txt")


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(
        [b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"WARC/1.0\r\n", b"<rss>", b"<html>", b""]
    ),
    st.binary(max_size=400),
    st.sampled_from(["a.txt", "a.html", "a.eml", "a.rss", "a.pdf", "a.wacz"]),
)
def test_any_bytes(head: bytes, body: bytes, name: str) -> None:
    """Any bytes give documents or a ReadError, nothing else."""
    try:
        documents = read_bytes(head + body, name)
    except ReadError as error:
        assert error.found
    else:
        assert all(d.text for d in documents)


@pytest.mark.parametrize(
    "raw", [PAGE.encode(), RSS.encode(), MAIL.encode(), a_warc(), a_wacz(a_warc())]
)
def test_cut_short_anywhere(raw: bytes) -> None:
    name = {b"F": "a.eml", b"P": "a.wacz", b"W": "a.warc"}.get(raw[:1], "a.html")
    for stop in range(1, len(raw), max(1, len(raw) // 40)):
        try:
            read_bytes(raw[:stop], name)
        except ReadError as error:
            assert error.expected


def test_language() -> None:
    assert language_of("The parties have agreed on the text of the treaty.") == "en"
    assert language_of("Сторони дійшли згоди щодо тексту угоди.") == "uk"
    assert language_of("Стороны пришли к согласию о тексте.") == "ru"
    assert language_of("Die Parteien haben sich auf einen Text geeinigt.") == "other"
