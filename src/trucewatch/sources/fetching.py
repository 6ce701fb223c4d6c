"""Bytes from configured feeds into captures: polite, bounded, resumable.

Nothing is asked that the mission does not name: redirects and pages lead to configured hosts
only. Addresses are shown and stored without their keys.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from trucewatch.errors import FetchError, MissingExtra
from trucewatch.mission import Mission
from trucewatch.sources.addresses import following_page, listed_in, md5_of, token_of
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
LONGEST_REST_S = 86_400.0
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
                asking = _Asking(store, mission, feed, client, manners)
                done.append(asking.run())
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
    token: str | None = None

    @property
    def memory(self) -> Memory:
        return Memory(self.mission.captures_path / "feeds.json")

    def run(self) -> Fetched:
        shown = self.feed.redacted(self.feed.address())
        now = self.manners.now()
        if not self.memory.is_due(shown, self.feed.every_h, now):
            later = self.memory.of(shown).get("not_before_utc")
            said = f"asked less than {self.feed.every_h:g} h ago"
            return Fetched(self.feed.name, f"not before {later}, it said" if later else said)
        token = token_of(self.client, self.feed) if self.feed.login else None
        readings = tuple(replace(self, token=token)._pages())
        self.memory.note(shown, asked_utc=iso_utc(now))
        new = sum(reading.observations for reading in readings)
        said = f"{len(readings)} captures, {new:,} new observations" if readings else "nothing new"
        return Fetched(self.feed.name, said, readings)

    def _pages(self) -> Iterator[Reading]:
        """Follow pages one by one; each is kept before the next is asked, so a stop loses none.

        A fetch that was stopped goes on at the page it had not read.
        """
        first = self.feed.redacted(self.feed.address())
        left = self.memory.of(first).get("left_at")
        url: str | None = self.feed.restored(left) if left else self.feed.address()
        for page in range(self.feed.pages_max):
            if url is None:
                return
            if page:
                self.manners.sleep(self.feed.pause_s)
            with TemporaryDirectory(prefix="trucewatch-") as folder:
                body = Path(folder) / "body"
                tags = self._get(url, body)
                if tags is None:
                    self.memory.forget(first, "left_at")
                    return
                if self.feed.index:
                    yield from self._listed(url, body)
                else:
                    yield self._read(url, body)
                # Noted only now: had reading failed, the next run must ask again.
                self.memory.note(self.feed.redacted(url), **tags)
                url = self._next(url, body)
                if url is not None:
                    self.memory.note(first, left_at=self.feed.redacted(url))
                elif page or left:
                    self.memory.forget(first, "left_at")

    def _listed(self, index: str, body: Path) -> Iterator[Reading]:
        listed = listed_in(body.read_text(encoding="utf-8", errors="replace"), self.feed, index)
        for address, digest in listed[: self.feed.pages_max]:
            if self.memory.of(self.feed.redacted(address)).get("read"):
                continue
            target = body.with_name("listed")
            if self._get(address, target) is not None:
                if digest and md5_of(target) != digest:
                    raise FetchError(
                        self.feed.redacted(address), 1, "not the bytes that the index names (MD5)"
                    )
                yield self._read(address, target)
                self.memory.note(self.feed.redacted(address), read="yes")
            self.manners.sleep(self.feed.pause_s)

    def _read(self, url: str, body: Path) -> Reading:
        spec = find_source(self.feed.source, self.mission.root)
        run = Run("run-fetch", "sources", self.manners.now())
        arrival = Arrival(body, self.feed.redacted(url), spec)
        return read_arrival(self.store, self.mission, run, arrival)

    def _next(self, url: str, body: Path) -> str | None:
        if not self.feed.next and not self.feed.page_field:
            return None
        try:
            answer: Any = json.loads(body.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return None
        if self.feed.page_field:
            items = find_source(self.feed.source, self.mission.root).items
            return following_page(url, self.feed.page_field) if _value_at(answer, items) else None
        value = _value_at(answer, ".".join(self.feed.next))
        return urljoin(url, value) if isinstance(value, str) and value else None

    def _get(self, url: str, target: Path) -> dict[str, str] | None:
        """Write an answer's body to a file and return its tags; None where nothing changed."""
        import httpx

        remembered = self.memory.of(self.feed.redacted(url))
        headers = {"If-None-Match": remembered["etag"]} if "etag" in remembered else {}
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
            wait_s = _wait_s(answer.get("retry-after"), attempt, self.manners.now())
            if wait_s > LONGEST_WAIT_S:
                self._leave_alone(wait_s)
                raise FetchError(
                    self.feed.redacted(url), attempt, f"{reason}: asks to wait {wait_s:.0f} s"
                )
            self.manners.sleep(wait_s)
        raise FetchError(self.feed.redacted(url), ATTEMPTS, "gave up")

    def _leave_alone(self, wait_s: float) -> None:
        """Remember that the server wants to be left alone for longer than a fetch may last."""
        later = self.manners.now() + timedelta(seconds=min(wait_s, LONGEST_REST_S))
        shown = self.feed.redacted(self.feed.address())
        self.memory.note(shown, not_before_utc=iso_utc(later))

    def _secrets(self, url: str) -> dict[str, str]:
        """Return the headers that hold keys: for the feed's own host and no other."""
        if urlsplit(url).hostname != self.feed.own_host:
            return {}
        found = {name: secret(env) for name, env in self.feed.headers_env}
        return found | ({"Authorization": f"Bearer {self.token}"} if self.token else {})

    def _try(self, url: str, target: Path, headers: dict[str, str]) -> tuple[int, httpx.Headers]:
        for _ in range(REDIRECTS):
            if not self.feed.allows(url):
                raise FetchError(self.feed.redacted(url), 1, "this host is not configured")
            sent = headers | self._secrets(url)
            with self.client.stream("GET", url, headers=sent) as answer:
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
    """How long to wait: what the server asks for, else twice as long each time."""
    wanted = 2.0**attempt
    if retry_after is not None and retry_after.strip().isdigit():
        wanted = float(retry_after)
    elif retry_after is not None:
        try:
            wanted = (parsedate_to_datetime(retry_after) - now).total_seconds()
        except (TypeError, ValueError):
            wanted = 2.0**attempt
    return max(0.0, wanted)


def _value_at(answer: Any, path: str | None) -> Any:
    for key in path.split(".") if path else ():
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer
