"""Proposals of a model against a stub server on this machine: only what is quoted and ruled."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from trucewatch.dossier.propose import Endpoint, Proposal, accepted, proposals
from trucewatch.errors import FetchError
from trucewatch.language.documents import Document, read_bytes

TEXT = "The accord frees 50 hostages. Israel rejected the plan. Birds sang over the river."


class Stub(BaseHTTPRequestHandler):
    """Answers with what the test has put in `answer`."""

    answer: ClassVar[bytes] = b""
    status: ClassVar[int] = 200
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        type(self).asked.append(json.loads(self.rfile.read(length)))
        self.send_response(type(self).status)
        if type(self).status == 302:
            self.send_header("Location", "http://203.0.113.1/")
        self.end_headers()
        self.wfile.write(type(self).answer)

    def log_message(self, *_: Any) -> None:
        return None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = HTTPServer(("127.0.0.1", 0), Stub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    Stub.status, Stub.asked = 200, []
    yield Endpoint(f"http://127.0.0.1:{server.server_port}/v1/chat/completions", "stub", 5)
    server.shutdown()
    server.server_close()
    thread.join()


def answer(rows: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": json.dumps(rows)}}]}).encode()


@pytest.fixture
def document() -> Document:
    return read_bytes(TEXT.encode(), "a.txt")[0]


def test_a_proposal_with_quote_and_rule_is_a_claim(endpoint: Endpoint, document: Document) -> None:
    Stub.answer = answer([{"quote": "frees 50 hostages", "subject": "accord", "value": "50"}])
    offered = proposals(document, endpoint)
    (claim,) = accepted(document, offered, root="r")
    assert (claim.kind, claim.value) == ("quantity", 50.0)
    assert Stub.asked[0]["messages"][1]["content"] == TEXT


@pytest.mark.parametrize(
    "proposal",
    [
        Proposal("frees 60 hostages", "accord", "frees", "60"),
        Proposal("frees 50  hostages", "accord", "frees", "50"),
        Proposal("frees 50 hostages", "accord", "frees", "70"),
        Proposal("", None, None, None),
        Proposal("Birds sang over the river", "birds", "sang", "river"),
    ],
)
def test_others_are_not(document: Document, proposal: Proposal) -> None:
    assert accepted(document, [proposal], root="r") == []


def test_a_person_may_accept(document: Document) -> None:
    proposal = Proposal("Birds sang over the river", "birds", "sang", "river")
    (claim,) = accepted(document, [proposal], root="r", person=lambda _: True)
    assert document.text[claim.start : claim.end] == claim.quote
    assert accepted(document, [proposal], root="r", person=lambda _: False) == []
    unquoted = Proposal("Birds sang", "birds", "x", "y")
    assert (
        accepted(document, [Proposal("Cats sang", *["a"] * 3)], root="r", person=lambda _: True)
        == []
    )
    assert accepted(document, [unquoted], root="r", person=lambda _: True)


@pytest.mark.parametrize("body", [b"", b"not json", answer("no list")[:-1], b"x" * 2_000_000])
def test_broken_answers(endpoint: Endpoint, document: Document, body: bytes) -> None:
    Stub.answer = body
    with pytest.raises(FetchError):
        proposals(document, endpoint)


@pytest.mark.parametrize("status", [302, 429, 500])
def test_errors_and_redirects(endpoint: Endpoint, document: Document, status: int) -> None:
    Stub.answer, Stub.status = answer([]), status
    with pytest.raises(FetchError):
        proposals(document, endpoint)


def test_only_http(document: Document) -> None:
    with pytest.raises(FetchError, match="http"):
        proposals(document, Endpoint("file:///etc/passwd", "m"))
