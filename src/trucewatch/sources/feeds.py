"""Feeds: what a mission fetches, from where, how often, and what is remembered between times."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from trucewatch.errors import ConfigError, Fault
from trucewatch.mission import FILE, Mission
from trucewatch.when import instant

KEYS = (
    *("feed", "source", "url", "key_env", "every_h", "max_mb", "next", "hosts", "index"),
    *("headers_env", "pages_max", "pause_s", "page_field", "login"),
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Login:
    """Where an OAuth token is asked for (RFC 6749, password grant).

    fields_env: form fields and the variables (or keyring entries) that hold them. fields: form
    fields that are no secret, such as client_id.
    """

    url: str
    fields_env: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...] = (("grant_type", "password"),)


def is_private(url: str) -> bool:
    """Return whether an address is asked over https; plain http is for this machine only."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


@dataclass(frozen=True, slots=True)
class Feed:
    """One address that a mission fetches.

    url: may hold {key}, filled from the environment variable key_env (or the keyring), never
    from a file. next: path of the following page's address in a JSON answer, such as
    links.next.href. index: the answer is a list of addresses, and those that end in this text
    are fetched. hosts: further hosts that redirects and pages may lead to, without headers_env.
    page_field: name of the field that numbers pages from 1, where an answer names no next one.
    login: where a token is asked for before each fetch.
    """

    name: str
    source: str
    url: str
    key_env: str | None = None
    every_h: float = 0.0
    max_mb: float = 256.0
    next: tuple[str, ...] = ()
    index: str | None = None
    hosts: frozenset[str] = frozenset()
    headers_env: tuple[tuple[str, str], ...] = ()
    pages_max: int = 100
    pause_s: float = 1.0
    page_field: str | None = None
    login: Login | None = None

    @property
    def own_host(self) -> str | None:
        """The host of the feed's own address: the only one that is given its keys."""
        return urlsplit(self.url).hostname

    def allows(self, url: str) -> bool:
        """Return whether an address may be asked: a configured host, and never in plain text.

        Plain http is for this machine only.
        """
        return urlsplit(url).hostname in self.hosts and is_private(url)

    def address(self) -> str:
        """Return the address with its key; raises ConfigError where the key is not set."""
        return self.url.replace("{key}", secret(self.key_env)) if self.key_env else self.url

    def redacted(self, url: str) -> str:
        """Return an address as it may be shown and stored: without the key."""
        for name in (self.key_env, *(env for _, env in self.headers_env)):
            value = _known(name) if name else None
            for written in (value, quote(value, safe="")) if value else ():
                url = url.replace(written, "{key}")
        return url

    def restored(self, shown: str) -> str:
        """Return an address as it is asked from one as it was shown."""
        return shown.replace("{key}", secret(self.key_env)) if self.key_env else shown


def secret(name: str) -> str:
    """Return a key from the environment or the keyring; it is never written down."""
    value = _known(name)
    if value:
        return value
    raise ConfigError.at(
        "the environment", None, found=f"no variable {name}", expected="a key for the feed",
        mend=f"Set it: export {name}=... ; or: keyring set trucewatch {name}",
    )  # fmt: skip


def _known(name: str) -> str | None:
    return os.environ.get(name) or _from_keyring(name)


@cache
def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    try:
        return keyring.get_password("trucewatch", name)
    except keyring.errors.KeyringError:
        return None


def feeds_of(mission: Mission, names: tuple[str, ...] = ()) -> list[Feed]:
    """Return the mission's feeds, or those named; raises ConfigError with every fault."""
    faults: list[Fault] = []
    feeds = []
    for index, row in enumerate(mission.feeds):
        try:
            feeds.append(_feed(row))
        except (KeyError, TypeError, ValueError) as error:
            faults.append(_fault(mission, f"feeds: entry {index + 1}: {error}"))
    known = {feed.name for feed in feeds} | {feed.source for feed in feeds}
    faults += [_fault(mission, f"the feed {n!r}") for n in names if n not in known and not faults]
    if faults:
        raise ConfigError(faults)
    return [f for f in feeds if not names or f.name in names or f.source in names]


def _fault(mission: Mission, found: str) -> Fault:
    return Fault(
        str(mission.root / FILE), None, found, f"feeds: list of {{{', '.join(KEYS)}}}",
        "Give each feed its feed (a name), source and url.",
    )  # fmt: skip


def _feed(row: Mapping[str, Any]) -> Feed:
    unknown = sorted(set(row) - set(KEYS))
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}")
    host = urlsplit(str(row["url"])).hostname
    if not host:
        raise ValueError(f"no host in the url {row['url']!r}")
    login = _login(row["login"]) if row.get("login") else None
    feed = Feed(
        name=str(row["feed"]), source=str(row["source"]), url=str(row["url"]),
        key_env=row.get("key_env"), every_h=float(row.get("every_h", 0)),
        max_mb=float(row.get("max_mb", 256)), index=row.get("index"),
        next=tuple(str(row.get("next", "")).split(".")) if row.get("next") else (),
        hosts=frozenset({host, *map(str, row.get("hosts", ()))}),
        headers_env=tuple((str(k), str(v)) for k, v in dict(row.get("headers_env", {})).items()),
        pages_max=int(row.get("pages_max", 100)), pause_s=float(row.get("pause_s", 1.0)),
        page_field=row.get("page_field"), login=login,
    )  # fmt: skip
    if not all(is_private(url) for url in (feed.url, *([login.url] if login else []))):
        raise ValueError("plain http is refused but for this machine; use https")
    return feed


def _login(row: Mapping[str, Any]) -> Login:
    fields = {"grant_type": "password", **dict(row.get("fields", {}))}
    return Login(
        str(row["url"]),
        tuple((str(name), str(env)) for name, env in dict(row["fields_env"]).items()),
        tuple((str(name), str(value)) for name, value in fields.items()),
    )


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of each address: its tag, its date, and when to ask again."""

    path: Path

    def forget(self, url: str, name: str) -> None:
        """Forget one thing of an address."""
        everything = self._all()
        if everything.get(url, {}).pop(name, None) is not None:
            self._write(everything)

    def of(self, url: str) -> dict[str, str]:
        """Return what is remembered of an address."""
        found = self._all().get(url, {})
        return {str(key): str(value) for key, value in found.items()}

    def note(self, url: str, **seen: str) -> None:
        """Remember something of an address; the file is replaced whole."""
        everything = self._all()
        everything[url] = {**everything.get(url, {}), **seen}
        self._write(everything)

    def _write(self, everything: dict[str, dict[str, str]]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(everything, indent=1, sort_keys=True), encoding="utf-8")
        part.replace(self.path)

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def is_due(self, url: str, every_h: float, now: datetime) -> bool:
        """Return whether the cadence allows to ask again."""
        known = self.of(url)
        later = known.get("not_before_utc")
        if later is not None and now < instant(later):
            return False
        last = known.get("asked_utc")
        return last is None or instant(last) + timedelta(hours=every_h) <= now
