"""The API gives what the reports give, to those who may see it, and changes nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from trucewatch.errors import ConfigError
from trucewatch.mission import Mission, read_mission
from trucewatch.store import open_store

pytest.importorskip("fastapi", reason="the part 'api' is not installed")
import httpx
from fastapi import FastAPI

from trucewatch import desk
from trucewatch.api import Served
from trucewatch.api.app import app_for
from trucewatch.exercise import ExerciseOptions, write
from trucewatch.pipeline import open_mission, run_rooms


@pytest.fixture(scope="module")
def run_mission(tmp_path_factory: pytest.TempPathFactory) -> Mission:
    """A small exercise that was run."""
    folder = tmp_path_factory.mktemp("api") / "truce"
    write(folder, ExerciseOptions(days=20, observations=400, seed=3))
    mission = read_mission(folder)
    with open_mission(mission) as store:
        run_rooms(store, mission)
    return mission


class Client:
    """Asks an app in this process; name: what the asker calls this machine."""

    def __init__(self, mission: Mission, audience: str = "mission", name: str = "localhost"):
        self.app: FastAPI = app_for(mission, Served(audience=audience))
        self.base = f"http://{name}"

    def get(self, address: str, method: str = "GET") -> httpx.Response:
        async def asked() -> httpx.Response:
            way = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=way, base_url=self.base) as client:
                return await client.request(method, address)

        return asyncio.run(asked())


@pytest.fixture
def client(run_mission: Mission) -> Client:
    return Client(run_mission)


@pytest.mark.parametrize("form", ["html", "md", "json", "csv", "geojson"])
def test_a_report_is_the_one_that_the_desk_writes(
    client: Client, run_mission: Mission, form: str
) -> None:
    with open_store(run_mission.store_path, read_only=True) as store:
        made = desk.product(store, run_mission)
        path = desk.write(store, run_mission, made, form)
    answer = client.get(f"/reports/daily.{form}")
    assert answer.status_code == 200, answer.text
    assert answer.content == path.read_bytes()
    assert answer.headers["cache-control"] == "no-store"


def test_the_front_page_is_the_last_daily_report(client: Client) -> None:
    front = client.get("/")
    assert front.headers["content-type"].startswith("text/html")
    assert front.content == client.get("/reports/daily.html").content


def test_a_row_leads_down_to_the_captured_record(client: Client, run_mission: Mission) -> None:
    with open_store(run_mission.store_path, read_only=True) as store:
        observation = store.table("observation", ["observation_id"])["observation_id"][0].as_py()
    answer = client.get(f"/rows/{observation}")
    assert answer.status_code == 200
    assert answer.json()["capture"]["record"]


def test_what_is_not_there_is_said(client: Client) -> None:
    for address in ("/rows/obs-nothing", "/rows/../../etc/passwd", "/reports/weekly.html",
                    "/reports/daily.exe"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 404, address
    assert "expected one of" in client.get("/reports/weekly.html").json()["errors"][0]
    assert client.get("/reports/daily.html?day=yesterday").status_code == 422


def test_nothing_can_be_changed(client: Client, run_mission: Mission) -> None:
    before = run_mission.store_path.read_bytes()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert client.get("/reports/daily.html", method).status_code == 405
    client.get("/")
    assert run_mission.store_path.read_bytes() == before


def test_the_public_gets_the_redacted_report_and_no_lineage(run_mission: Mission) -> None:
    with open_store(run_mission.store_path, read_only=True) as store:
        observation = store.table("observation", ["observation_id"])["observation_id"][0].as_py()
    outside = Client(run_mission, "public")
    assert outside.get(f"/rows/{observation}").status_code == 404
    assert outside.get("/reports/daily.json").json()["head"]["audience"] == "public"
    assert not any("rows" in path for path in outside.app.openapi()["paths"])


def test_another_name_for_this_machine_is_refused(run_mission: Mission) -> None:
    assert Client(run_mission, name="elsewhere.example").get("/").status_code == 400


def test_the_whole_mission_is_served_on_this_machine_only() -> None:
    assert Served(host="::1").is_local
    assert not Served(audience="public", host="192.0.2.7").is_local
    with pytest.raises(ConfigError, match="on this machine only"):
        Served(host="0.0.0.0")
    with pytest.raises(ConfigError, match="--port 70000"):
        Served(port=70_000)


def test_a_mission_at_work_is_said_to_be_busy(
    run_mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trucewatch.api.app.WAIT_S", 0.2)
    holder = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(1, flush=True);"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(run_mission.store_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        answer = Client(run_mission).get("/")
        other.stdin.close()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")


def serve_words(mission: Mission, port: int) -> list[str]:
    words = ["serve", "--port", str(port), "--mission", str(mission.root)]
    return [sys.executable, "-m", "trucewatch", *words]


def test_the_verb_serves_until_it_is_stopped(run_mission: Mission) -> None:
    with subprocess.Popen(
        serve_words(run_mission, 0),
        stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stderr is not None
        address = server.stderr.readline().strip()
        with urllib.request.urlopen(f"{address}reports/daily.json", timeout=30) as answer:
            assert json.load(answer)["head"]["kind"] == "daily"
        server.send_signal(2)
        assert server.wait(timeout=20) in (0, 130)


def test_a_port_that_is_taken_is_said(run_mission: Mission) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            serve_words(run_mission, taken.getsockname()[1]),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "in use" in done.stderr


def test_nothing_is_served_of_a_mission_never_run(tmp_path: Path) -> None:
    folder = tmp_path / "truce"
    write(folder, ExerciseOptions(days=5, observations=50, seed=3))
    answer = Client(read_mission(folder)).get("/")
    assert answer.status_code == 404
    assert "trucewatch run" in answer.text
