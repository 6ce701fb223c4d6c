"""Bytes from configured feeds into captures: polite, bounded, resumable.

Nothing is asked that the mission does not name: redirects and pages lead to configured hosts
only. Addresses are shown and stored without their keys.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from trucewatch.errors import FetchError, MissingExtra
from trucewatch.mission import Mission
from trucewatch.sources.feeds import Feed, Memory, feeds_of, secret
from trucewatch.sources.reading import Reading
from trucewatch.sources.room import Arrival, read_arrival
from trucewatch.sources.spec import find_source
from trucewatch.store import Run, Store
from trucewatch.when import iso_utc

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 4
LONGEST_WAIT_S = 120.0
REDIRECTS = 5
_AGAIN = (429, 500, 502, 503, 504)
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Manners:
    """How patient a fetch is; tests set these to nothing."""

    timeout_s: float = 60.0
    whole_s: float = 900.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one feed brought: its readings, or why nothing was asked or new."""

    feed: str
    said: str
    readings: tuple[Reading, ...] = ()


def fetch(
    store: Store, mission: Mission, names: tuple[str, ...] = (), manners: Manners | None = None,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> list[Fetched]:  # fmt: skip
    """Ask every feed that is due and read what is new; raises FetchError after all were tried."""
    manners = manners or Manners()
    feeds = feeds_of(mission, names)
    done: list[Fetched] = []
    failures: list[FetchError] = []
    with _client(manners) as client:
        for number, feed in enumerate(feeds):
            if tell:
                tell(f"asking {feed.name}", number, len(feeds))
            try:
                done.append(_Asking(store, mission, feed, client, manners).run())
            except FetchError as error:
                failures.append(error)
                done.append(Fetched(feed.name, str(error)))
    if failures:
        raise failures[0]
    return done


def _client(manners: Manners) -> httpx.Client:
    try:
        import httpx
    except ImportError as error:
        raise MissingExtra("fetch", "Asking feeds") from error
    return httpx.Client(
        timeout=manners.timeout_s, follow_redirects=False,
        headers={"User-Agent": "trucewatch (ceasefire monitoring; open source)"},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asking:
    """One feed being asked."""

    store: Store
    mission: Mission
    feed: Feed
    client: httpx.Client
    manners: Manners

    @property
    def memory(self) -> Memory:
        return Memory(self.mission.captures_path / "feeds.json")

    def run(self) -> Fetched:
        shown = self.feed.redacted(self.feed.address())
        now = self.manners.now()
        if not self.memory.is_due(shown, self.feed.every_h, now):
            return Fetched(self.feed.name, f"asked less than {self.feed.every_h:g} h ago")
        readings = tuple(self._pages())
        self.memory.note(shown, asked_utc=iso_utc(now))
        new = sum(reading.observations for reading in readings)
        said = f"{len(readings)} captures, {new:,} new observations" if readings else "nothing new"
        return Fetched(self.feed.name, said, readings)

    def _pages(self) -> Iterator[Reading]:
        """Follow pages one by one; each is kept before the next is asked, so a stop loses none."""
        url: str | None = self.feed.address()
        for page in range(self.feed.pages_max):
            if url is None:
                return
            if page:
                self.manners.sleep(self.feed.pause_s)
            with TemporaryDirectory(prefix="trucewatch-") as folder:
                body = Path(folder) / "body"
                tags = self._get(url, body)
                if tags is None:
                    return
                if self.feed.index:
                    yield from self._listed(body)
                else:
                    yield self._read(url, body)
                # Noted only now: had reading failed, the next run must ask again.
                self.memory.note(self.feed.redacted(url), **tags)
                url = self._next(url, body)

    def _listed(self, body: Path) -> Iterator[Reading]:
        text = body.read_text(encoding="utf-8", errors="replace")
        addresses = [word for word in text.split() if word.endswith(str(self.feed.index))]
        for address in addresses[: self.feed.pages_max]:
            if self.memory.of(self.feed.redacted(address)).get("read"):
                continue
            target = body.with_name("listed")
            if self._get(address, target) is not None:
                yield self._read(address, target)
                self.memory.note(self.feed.redacted(address), read="yes")
            self.manners.sleep(self.feed.pause_s)

    def _read(self, url: str, body: Path) -> Reading:
        spec = find_source(self.feed.source, self.mission.root)
        run = Run("run-fetch", "sources", self.manners.now())
        arrival = Arrival(body, self.feed.redacted(url), spec)
        return read_arrival(self.store, self.mission, run, arrival)

    def _next(self, url: str, body: Path) -> str | None:
        if not self.feed.next:
            return None
        try:
            value: Any = json.loads(body.read_text(encoding="utf-8"))
        except ValueError:
            return None
        for key in self.feed.next:
            value = value.get(key) if isinstance(value, dict) else None
        return urljoin(url, value) if isinstance(value, str) and value else None

    def _get(self, url: str, target: Path) -> dict[str, str] | None:
        """Write an answer's body to a file and return its tags; None where nothing changed."""
        import httpx

        remembered = self.memory.of(self.feed.redacted(url))
        headers = {name: secret(env) for name, env in self.feed.headers_env}
        headers |= {"If-None-Match": remembered["etag"]} if "etag" in remembered else {}
        headers |= {"If-Modified-Since": remembered["date"]} if "date" in remembered else {}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                status, answer = self._try(url, target, headers)
            except httpx.HTTPError as error:
                status, answer, reason = 0, httpx.Headers(), type(error).__name__
            else:
                reason = f"status {status}"
            if status == _NOT_MODIFIED:
                return None
            if status == 200:
                return {k: answer[h] for k, h in (("etag", "etag"), ("date", "last-modified"))
                        if h in answer}  # fmt: skip
            if status not in (0, *_AGAIN) or attempt == ATTEMPTS:
                raise FetchError(self.feed.redacted(url), attempt, reason)
            self.manners.sleep(_wait_s(answer.get("retry-after"), attempt, self.manners.now()))
        raise FetchError(self.feed.redacted(url), ATTEMPTS, "gave up")

    def _try(self, url: str, target: Path, headers: dict[str, str]) -> tuple[int, httpx.Headers]:
        for _ in range(REDIRECTS):
            if not self.feed.allows(url):
                raise FetchError(self.feed.redacted(url), 1, "this host is not configured")
            with self.client.stream("GET", url, headers=headers) as answer:
                if answer.has_redirect_location:
                    url = urljoin(url, answer.headers["location"])
                    continue
                if answer.status_code == 200:
                    self._write(answer, url, target)
                return answer.status_code, answer.headers
        raise FetchError(self.feed.redacted(url), 1, f"more than {REDIRECTS} redirects")

    def _write(self, answer: httpx.Response, url: str, target: Path) -> None:
        bound = int(self.feed.max_mb * 1_000_000)
        deadline = time.monotonic() + self.manners.whole_s
        size = 0
        with target.open("wb") as opened:
            for block in answer.iter_bytes(1 << 16):
                size += len(block)
                if size > bound:
                    raise FetchError(
                        self.feed.redacted(url), 1, f"more than {self.feed.max_mb:g} MB"
                    )
                if time.monotonic() > deadline:
                    raise FetchError(self.feed.redacted(url), 1, "took too long")
                opened.write(block)


def _wait_s(retry_after: str | None, attempt: int, now: datetime) -> float:
    """How long to wait: what the server asks for, else twice as long each time; never too long."""
    wanted = 2.0**attempt
    if retry_after is not None and retry_after.strip().isdigit():
        wanted = float(retry_after)
    elif retry_after is not None:
        try:
            wanted = (parsedate_to_datetime(retry_after) - now).total_seconds()
        except (TypeError, ValueError):
            wanted = 2.0**attempt
    return min(LONGEST_WAIT_S, max(0.0, wanted))
