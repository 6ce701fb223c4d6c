"""What the tests of sources share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sources.loopback import Desk, Played
from trucewatch.mission import Mission
from trucewatch.store import Store


@pytest.fixture
def server() -> Iterator[Played]:
    played = Played()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.asked.append((self.path, dict(self.headers)))
            status, headers, body = played.answers[self.path](played.times(self.path))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.headers["X-Form"] = self.rfile.read(length).decode()
            self.do_GET()

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield played
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def desk(mission: Mission, store: Store) -> Desk:
    return Desk(mission.root, store)
