"""Feeds, against a server on this machine that plays their shapes and their errors."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from tests.sources.loopback import START, Answer, Desk, Played, ok
from trucewatch.errors import ConfigError, FetchError

FIRES = b"latitude,longitude,acq_date\n48.1,37.9,2021-01-08\n"


def test_a_feed_is_read_and_an_unchanged_one_is_not(server: Played, desk: Desk) -> None:
    def tagged(_: int) -> Answer:
        tag = server.asked[-1][1].get("If-None-Match")
        return (304, {}, b"") if tag == '"v1"' else (200, {"ETag": '"v1"'}, FIRES)

    server.answers["/fires.csv"] = tagged
    url = f"http://127.0.0.1:{server.port}/fires.csv"
    assert desk.ask(url=url)[0].readings[0].observations == 1
    assert desk.ask(url=url)[0].said == "nothing new"
    assert desk.store.table("capture", ["origin"]).to_pylist() == [{"origin": url}]


def test_the_cadence_is_kept(server: Played, desk: Desk) -> None:
    server.answers["/a"] = ok(FIRES)
    url = f"http://127.0.0.1:{server.port}/a"
    for hours, times in ((0, 1), (2, 1), (4, 2)):
        desk.now = START + timedelta(hours=hours)
        desk.ask(url=url, every_h=3)
        assert server.times("/a") == times


def test_the_server_says_how_long_to_wait(server: Played, desk: Desk) -> None:
    server.answers["/a"] = lambda n: (429, {"Retry-After": "7"}, b"") if n == 1 else (
        (500, {}, b"") if n == 2 else (200, {}, FIRES))  # fmt: skip
    assert desk.ask(url=f"http://127.0.0.1:{server.port}/a")[0].readings
    assert desk.slept == [7.0, 4.0]


def test_half_a_body_is_asked_for_again(server: Played, desk: Desk) -> None:
    half = (200, {"Content-Length": str(len(FIRES) * 2)}, FIRES)
    server.answers["/a"] = lambda n: half if n == 1 else (200, {}, FIRES)
    assert desk.ask(url=f"http://127.0.0.1:{server.port}/a")[0].readings[0].observations == 1
    assert desk.store.count("capture") == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((404, {}, b""), "status 404"),
        ((500, {}, b""), "status 500"),
        ((302, {"Location": "https://elsewhere.example/x"}, b""), "not configured"),
        ((200, {}, b"x" * 200_000), "MB"),
    ],
    ids=["gone", "always broken", "led astray", "too large"],
)
def test_what_goes_wrong_is_told_and_nothing_is_kept(
    server: Played, desk: Desk, answer: Answer, says: str
) -> None:
    server.answers["/a"] = lambda _: answer
    with pytest.raises(FetchError, match=says):
        desk.ask(url=f"http://127.0.0.1:{server.port}/a", max_mb=0.1)
    assert desk.store.count("capture") == 0


def test_changed_columns_wait_in_quarantine(server: Played, desk: Desk) -> None:
    server.answers["/a"] = ok(b"lat,lon\n48,37\n")
    reading = desk.ask(url=f"http://127.0.0.1:{server.port}/a")[0].readings[0]
    assert (reading.observations, reading.quarantined) == (0, 1)


def test_a_key_comes_from_the_environment_and_is_never_stored(
    server: Played, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http://127.0.0.1:{server.port}/{{key}}/a"
    with pytest.raises(ConfigError, match="FIRMS_KEY"):
        desk.ask(url=url, key_env="FIRMS_KEY")
    monkeypatch.setenv("FIRMS_KEY", "s3cret")
    server.answers["/s3cret/a"] = ok(FIRES)
    desk.ask(url=url, key_env="FIRMS_KEY")
    assert desk.store.table("capture", ["origin"]).to_pylist()[0]["origin"] == url
    server.answers["/s3cret/a"] = lambda _: (403, {}, b"")
    with pytest.raises(FetchError) as caught:
        desk.ask(url=url, key_env="FIRMS_KEY")
    assert "s3cret" not in str(caught.value)
    kept = [p for p in desk.folder.rglob("*") if p.is_file() and p.suffix != ".wal"]
    assert not [p for p in kept if b"s3cret" in p.read_bytes()]


def test_pages_are_followed_and_each_is_kept(server: Played, desk: Desk) -> None:
    def page(number: int) -> bytes:
        event = {"event_id_cnty": f"A{number}", "event_date": "2024-04-01", "time_precision": 1,
                 "event_type": "Battles", "latitude": 48.1, "longitude": 37.9, "geo_precision": 1,
                 "sub_event_type": "", "actor1": "", "actor2": "", "location": "", "source": "",
                 "notes": "", "fatalities": 0}  # fmt: skip
        following = {"next": {"href": f"/p{number + 1}"}} if number < 3 else {}
        return json.dumps({"data": [event], "links": following}).encode()

    for number in (1, 2, 3):
        server.answers[f"/p{number}"] = ok(page(number))
    done = desk.ask(
        url=f"http://127.0.0.1:{server.port}/p1", source="acled", next="links.next.href"
    )
    assert [reading.observations for reading in done[0].readings] == [1, 1, 1]


def test_an_index_lists_packed_files_once(server: Played, desk: Desk) -> None:
    import yaml

    from trucewatch.sources.spec import find_source

    names = yaml.safe_load((find_source("gdelt_events").folder / "source.yaml").read_text())
    values = {"GlobalEventID": "1", "Day": "20240401", "EventCode": "190", "EventRootCode": "19",
              "ActionGeo_Lat": "48.1", "ActionGeo_Long": "37.9"}  # fmt: skip
    line = "\t".join(values.get(name, "") for name in names["headerless"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../escape.CSV", line + "\n")
    there = f"http://127.0.0.1:{server.port}"
    server.answers["/last.txt"] = ok(
        f"12 abc {there}/x.export.CSV.zip\n9 d {there}/y.gkg\n".encode()
    )
    server.answers["/x.export.CSV.zip"] = ok(packed.getvalue())
    feed = {"url": f"{there}/last.txt", "source": "gdelt_events", "index": ".export.CSV.zip"}
    assert desk.ask(**feed)[0].readings[0].observations == 1
    assert desk.ask(**feed)[0].said == "nothing new"
    assert server.times("/x.export.CSV.zip") == 1


def test_a_news_feed_becomes_observations_and_a_broken_one_waits(
    server: Played, desk: Desk
) -> None:
    items = "".join(
        f"<item><title>{title}</title><link>https://house.example/{n}</link>"
        "<pubDate>Wed, 01 May 2024 02:00:00 GMT</pubDate></item>"
        for n, title in enumerate(("Explosions in Kramatorsk", "Shelling in Kherson", "A vote"))
    )
    feed = f"<rss version='2.0'><channel><title>H</title>{items}</channel></rss>".encode()
    server.answers["/rss"] = ok(feed)
    url = f"http://127.0.0.1:{server.port}/rss"
    assert desk.ask(url=url, source="news")[0].readings[0].observations == 2
    assert desk.ask(url=url, source="news")[0].readings[0].observations == 0
    rows = desk.store.table("observation").to_pylist()
    assert {row["place_name"] for row in rows} == {"Kramatorsk", "Kherson"}
    assert {row["published_utc"] for row in rows} == {datetime(2024, 5, 1, 2, tzinfo=UTC)}
    server.answers["/rss"] = ok(b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + feed)
    broken = desk.ask(url=url, source="news")[0].readings[0]
    assert (broken.observations, broken.quarantined) == (0, 1)


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ({"url": "http://feeds.example/a"}, "plain http"),
        ({"url": "no address"}, "no host"),
        ({"url": "https://feeds.example/a", "colour": "red"}, "unknown key colour"),
    ],
)
def test_a_feed_that_is_wrong_is_told(desk: Desk, feed: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        desk.ask(**feed)
