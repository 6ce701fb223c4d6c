"""Each kind of feed from end to end, against a server that plays its shape and its errors."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import yaml

from tests.sources.loopback import START, Answer, Desk, Played, ok
from trucewatch.errors import FetchError
from trucewatch.sources import feeds
from trucewatch.sources.addresses import following_page
from trucewatch.sources.spec import find_source


def reports(*titles: str, following: str | None = None) -> bytes:
    rows = [
        {"id": str(n), "fields": {"title": title, "date": {"original": "2024-04-30T00:00:00+00:00"},
                                  "source": [{"shortname": "OCHA"}]}}
        for n, title in enumerate(titles)
    ]  # fmt: skip
    links = {"next": {"href": following}} if following else {}
    return json.dumps({"count": len(rows), "links": links, "data": rows}).encode()


def candidates(first: int, following: str = "") -> bytes:
    row = {
        "id": first, "code_status": "Clear", "type_of_violence": 1, "dyad_name": "A - B",
        "side_a": "A", "side_b": "B", "number_of_sources": 1, "source_article": "x",
        "where_prec": 1, "where_coordinates": "V", "latitude": 48.1, "longitude": 37.9,
        "event_clarity": 1, "date_prec": 1, "date_start": "2024-03-02T00:00:00",
        "date_end": "2024-03-02T00:00:00",
        "deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0, "deaths_unknown": 1, "low": 1,
        "best": 1, "high": 1,
    }  # fmt: skip
    return json.dumps({"TotalPages": 3, "NextPageUrl": following, "Result": [row]}).encode()


def acled(*numbers: int) -> bytes:
    rows = [
        {"event_id_cnty": f"A{n}", "event_date": "2024-04-01", "time_precision": 1,
         "event_type": "Battles", "latitude": 48.1, "longitude": 37.9, "geo_precision": 1,
         "sub_event_type": "", "actor1": "", "actor2": "", "location": "", "source": "",
         "notes": "", "fatalities": 0}
        for n in numbers
    ]  # fmt: skip
    return json.dumps({"status": 200, "success": True, "data": rows}).encode()


def packed_export() -> bytes:
    spec = yaml.safe_load((find_source("gdelt_events").folder / "source.yaml").read_text())
    values = {"GlobalEventID": "1", "Day": "20240401", "EventCode": "190", "EventRootCode": "19",
              "ActionGeo_Lat": "48.1", "ActionGeo_Long": "37.9"}  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        line = "\t".join(values.get(name, "") for name in spec["headerless"])
        archive.writestr("x.CSV", line + "\n")
    return packed.getvalue()


def stored(desk: Desk) -> bytes:
    """Return every byte the mission keeps."""
    kept = [p for p in desk.folder.rglob("*") if p.is_file()]
    return b"\n".join(p.read_bytes() for p in kept)


def test_reports_of_relief_agencies_page_by_page(server: Played, desk: Desk) -> None:
    server.answers["/v2?appname=x"] = ok(
        reports("Shelling in Kramatorsk", following=f"{server.url}/v2?p=2")
    )
    server.answers["/v2?p=2"] = ok(reports("Explosions in Kherson", "A fund is set up"))
    done = desk.ask(url=f"{server.url}/v2?appname=x", source="reliefweb", next="links.next.href")
    assert [reading.observations for reading in done[0].readings] == [1, 1]
    rows = desk.store.table("observation").to_pylist()
    assert {(r["place_name"], r["claimant"]) for r in rows} == {
        ("Kramatorsk", "OCHA"), ("Kherson", "OCHA")
    }  # fmt: skip


def test_a_stopped_fetch_goes_on_at_the_page_it_had_not_read(server: Played, desk: Desk) -> None:
    """The first page has not changed since: asking it again would hide the pages after it."""
    base = {"url": f"{server.url}/1", "source": "ucdp_candidate", "next": "NextPageUrl"}

    def first(_: int) -> Answer:
        if server.asked[-1][1].get("If-None-Match"):
            return 304, {}, b""
        return 200, {"ETag": '"a"'}, candidates(1, f"{server.url}/2")

    server.answers["/1"] = first
    server.answers["/2"] = ok(candidates(2, f"{server.url}/3"))
    server.answers["/3"] = lambda n: (500, {}, b"") if n <= 4 else (200, {}, candidates(3))
    with pytest.raises(FetchError, match="status 500"):
        desk.ask(**base)
    assert desk.store.count("observation") == 2
    assert [r.observations for r in desk.ask(**base)[0].readings] == [1]
    assert (server.times("/1"), server.times("/2"), desk.store.count("observation")) == (1, 1, 3)
    assert desk.ask(**base)[0].said == "nothing new"
    assert server.times("/1") == 2


def test_pages_by_number_end_where_an_answer_holds_nothing(
    server: Played, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACLED_PASSWORD", "s3cret pass")
    monkeypatch.setenv("ACLED_USER", "desk@house.example")

    def token(_: int) -> Answer:
        form = parse_qs(server.asked[-1][1]["X-Form"])
        assert form["password"] == ["s3cret pass"] and form["grant_type"] == ["password"]
        return 200, {}, b'{"access_token": "t0ken", "expires_in": 86400}'

    server.answers["/oauth/token"] = token
    server.answers["/read?country=Ukraine"] = ok(acled(1, 2))
    server.answers["/read?country=Ukraine&page=2"] = ok(acled(3))
    server.answers["/read?country=Ukraine&page=3"] = ok(acled())
    done = desk.ask(
        url=f"{server.url}/read?country=Ukraine", source="acled", page_field="page",
        login={"url": f"{server.url}/oauth/token", "fields": {"client_id": "acled"},
               "fields_env": {"username": "ACLED_USER", "password": "ACLED_PASSWORD"}},
    )  # fmt: skip
    assert [reading.observations for reading in done[0].readings] == [2, 1, 0]
    assert [h.get("Authorization") for _, h in server.asked[1:]] == ["Bearer t0ken"] * 3
    assert not [key for key in (b"s3cret", b"t0ken") if key in stored(desk)]


@pytest.mark.parametrize(
    "answer",
    [(401, {}, b"{}"), (200, {}, b"not json"), (200, {}, b'{"access_token": 7}'), (200, {}, b"[]")],
)
def test_a_refused_login_is_told_and_nothing_is_asked(
    server: Played, desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setenv("ACLED_PASSWORD", "s3cret")
    server.answers["/token"] = lambda _: answer
    login = {"url": f"{server.url}/token", "fields_env": {"password": "ACLED_PASSWORD"}}
    with pytest.raises(FetchError, match="no token") as caught:
        desk.ask(url=f"{server.url}/read", source="acled", login=login)
    assert "s3cret" not in str(caught.value)
    assert server.times("/read") == 0


def test_an_index_that_names_plain_addresses_elsewhere_is_read_beside_itself(
    server: Played, desk: Desk
) -> None:
    body = packed_export()
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    line = f"{len(body)} {{}} http://data.elsewhere.example/v2/x.export.CSV.zip\n"
    server.answers["/v2/lastupdate.txt"] = ok(line.format("0" * 32).encode())
    server.answers["/v2/x.export.CSV.zip"] = ok(body)
    url = f"{server.url}/v2/lastupdate.txt"
    feed = {"url": url, "source": "gdelt_events", "index": ".export.CSV.zip"}
    with pytest.raises(FetchError, match="MD5"):
        desk.ask(**feed)
    assert desk.store.count("capture") == 0
    server.answers["/v2/lastupdate.txt"] = ok(line.format(digest).encode())
    assert desk.ask(**feed)[0].readings[0].observations == 1
    assert {path for path, _ in server.asked} == {"/v2/lastupdate.txt", "/v2/x.export.CSV.zip"}


def test_a_server_that_wants_to_be_left_alone_is(server: Played, desk: Desk) -> None:
    fires = b"latitude,longitude,acq_date\n48.1,37.9,2021-01-08\n"
    server.answers["/a"] = lambda n: (
        (429, {"Retry-After": "3600"}, b"") if n == 1 else (200, {}, fires)
    )
    with pytest.raises(FetchError, match="asks to wait 3600 s"):
        desk.ask(url=f"{server.url}/a")
    assert desk.slept == []
    desk.now = START + timedelta(minutes=30)
    assert "not before" in desk.ask(url=f"{server.url}/a")[0].said
    assert server.times("/a") == 1
    desk.now = START + timedelta(minutes=61)
    assert desk.ask(url=f"{server.url}/a")[0].readings[0].observations == 1


def test_keys_are_for_the_feed_s_own_host(
    server: Played, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """'localhost' is another host than 127.0.0.1, though configured."""
    monkeypatch.setenv("UCDP_TOKEN", "s3cret")
    there = f"http://localhost:{server.port}/b"
    server.answers["/a"] = lambda _: (302, {"Location": there}, b"")
    server.answers["/b"] = ok(candidates(1))
    desk.ask(
        url=f"{server.url}/a", source="ucdp_candidate", hosts=["localhost"],
        headers_env={"x-ucdp-access-token": "UCDP_TOKEN"},
    )  # fmt: skip
    sent = {path: headers.get("x-ucdp-access-token") for path, headers in server.asked}
    assert sent == {"/a": "s3cret", "/b": None}
    assert b"s3cret" not in stored(desk)


def test_a_key_from_the_keyring_is_not_shown_either(
    server: Played, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIRMS_KEY", raising=False)
    monkeypatch.setattr(feeds, "_from_keyring", {"FIRMS_KEY": "r1ng/key"}.get)
    server.answers["/r1ng/key/area"] = ok(b"Invalid MAP_KEY.")
    reading = desk.ask(url=f"{server.url}/{{key}}/area", key_env="FIRMS_KEY")[0].readings[0]
    assert (reading.observations, reading.quarantined) == (0, 1)
    server.answers["/r1ng/key/area"] = lambda _: (403, {}, b"")
    with pytest.raises(FetchError) as caught:
        desk.ask(url=f"{server.url}/{{key}}/area", key_env="FIRMS_KEY")
    assert "r1ng" not in str(caught.value)
    assert b"r1ng" not in stored(desk)


def test_a_changed_shape_of_an_answer_waits(server: Played, desk: Desk) -> None:
    row = json.loads(candidates(1))["Result"][0]
    row["fatalities"] = row.pop("best")
    server.answers["/a"] = ok(json.dumps({"Result": [row]}).encode())
    reading = desk.ask(url=f"{server.url}/a", source="ucdp_candidate")[0].readings[0]
    assert (reading.observations, reading.quarantined) == (0, 1)
    told = desk.store.table("quarantine").to_pylist()
    assert {row["field"] for row in told} == {"best", "fatalities"}


def test_what_is_fetched_is_republished_as_its_source_says() -> None:
    said = {name: find_source(name).republish for name in ("acled", "reliefweb", "ucdp_candidate")}
    assert said == {"acled": "no", "reliefweb": "derived", "ucdp_candidate": "yes"}


def test_pages_keep_what_stands_in_the_address() -> None:
    first = "https://a.example/read?f[]=x&f[]=y&q="
    second = following_page(first, "page")
    assert second == "https://a.example/read?f%5B%5D=x&f%5B%5D=y&q=&page=2"
    assert following_page(second, "page").endswith("&page=3")


def test_a_mapping_says_when_a_record_was_published(desk: Desk, tmp_path: Path) -> None:
    from trucewatch.mission import read_mission
    from trucewatch.sources import read_path
    from trucewatch.store import Run

    folder = desk.folder / "sources" / "posts"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(
        "source: posts\ntitle: posts\npublisher: a group\nlicence: CC0\nrepublish: 'yes'\n"
        "reliability: C\nfields:\n  day: {type: date, required: true}\n"
        "  told: {type: instant}\n  filed: {type: local}\n"
        "mapping:\n  kind: {value: count_events}\n  when: {field: day, as: day}\n"
        "  published_utc: {field: filed, as: local, zone: Europe/Kyiv}\n"
        "  description: {field: told}\n",
        encoding="utf-8",
    )
    path = tmp_path / "posts.csv"
    path.write_text(
        "day,told,filed\n2021-05-01,2021-05-01T10:00:00+03:00,2021-05-01 12:00\n", encoding="utf-8"
    )
    mission = read_mission(desk.folder)
    run = Run("run-x", "sources", START)
    assert read_path(desk.store, mission, run, path, "posts").observations == 1
    row = desk.store.table("observation").to_pylist()[0]
    assert row["published_utc"].isoformat() == "2021-05-01T09:00:00+00:00"
    spec = (folder / "source.yaml").read_text(encoding="utf-8")
    told = spec.replace("{field: filed, as: local, zone: Europe/Kyiv}", "{field: told}")
    (folder / "source.yaml").write_text(told, encoding="utf-8")
    path.write_text("day,told,filed\n2021-05-02,2021-05-02T10:00:00+03:00,\n", encoding="utf-8")
    read_path(desk.store, read_mission(desk.folder), run, path, "posts")
    found = {str(r["published_utc"]) for r in desk.store.table("observation").to_pylist()}
    assert "2021-05-02 07:00:00+00:00" in found
