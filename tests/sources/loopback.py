"""A server on this machine that plays feeds and their errors, and a desk that asks them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from trucewatch.mission import read_mission
from trucewatch.sources.fetching import Fetched, Manners, fetch
from trucewatch.store import Store

Answer = tuple[int, dict[str, str], bytes]
START = datetime(2024, 5, 1, tzinfo=UTC)


@dataclass
class Played:
    """What the server answers by path, and what it was asked."""

    answers: dict[str, Callable[[int], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def times(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)


@dataclass
class Desk:
    """A mission with one feed, and a clock that its waiting moves."""

    folder: Path
    store: Store
    slept: list[float] = field(default_factory=list)
    now: datetime = START

    def ask(self, *names: str, **feed: object) -> list[Fetched]:
        if feed:
            row = json.dumps({"feed": "f", "source": "firms", "pause_s": 0, **feed})
            text = (self.folder / "mission.yaml").read_text(encoding="utf-8")
            kept = text.split("feeds:")[0]
            (self.folder / "mission.yaml").write_text(f"{kept}feeds: [{row}]\n", encoding="utf-8")
        manners = Manners(timeout_s=5, sleep=self.slept.append, now=lambda: self.now)
        return fetch(self.store, read_mission(self.folder), names, manners)


def ok(body: bytes, **headers: str) -> Callable[[int], Answer]:
    return lambda _: (200, {k.replace("_", "-"): v for k, v in headers.items()}, body)
