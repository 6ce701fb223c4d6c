"""Where a feed leads: files that an index lists, pages by number, and the token asked for first."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from trucewatch.errors import FetchError
from trucewatch.sources.feeds import Feed, secret

if TYPE_CHECKING:
    import httpx

MD5 = re.compile(r"[0-9a-fA-F]{32}")
LONGEST_TOKEN, LONGEST_NUMBER = 16_384, 9


def listed_in(text: str, feed: Feed, index: str) -> list[tuple[str, str | None]]:
    """Return the addresses of an index that end as the feed asks, with the MD5 beside each.

    index: the address of the index. An address that may not be asked (plain http, another host) is
    taken for a file beside the index: GDELT's list names plain http addresses only.
    """
    found: list[tuple[str, str | None]] = []
    for line in text.splitlines():
        words = line.split()
        digest = next((word.lower() for word in words if MD5.fullmatch(word)), None)
        for word in words:
            if word.endswith(str(feed.index)):
                address = urljoin(index, word)
                beside = urljoin(index, urlsplit(word).path.rpartition("/")[2])
                found.append((address if feed.allows(address) else beside, digest))
    return found


def md5_of(path: Path) -> str:
    """Return the MD5 of a file: it tells a broken transfer, and is no proof of origin."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def following_page(url: str, name: str) -> str:
    """Return an address with its page number one higher; an address without one is page 1."""
    parts = urlsplit(url)
    fields = parse_qsl(parts.query, keep_blank_values=True)
    number = next((value for field, value in fields if field == name), "1")
    following = int(number) + 1 if number.isdecimal() and len(number) < LONGEST_NUMBER else 2
    kept = [(field, value) for field, value in fields if field != name]
    return urlunsplit(parts._replace(query=urlencode([*kept, (name, str(following))])))


def token_of(client: httpx.Client, feed: Feed) -> str:
    """Ask for a token; it is kept in memory only. Raises FetchError where there is none."""
    import httpx

    if feed.login is None:
        raise FetchError(feed.name, 1, "no login is configured")
    form = dict(feed.login.fields) | {name: secret(env) for name, env in feed.login.fields_env}
    try:
        answer = client.post(feed.login.url, data=form)
        found = answer.json() if answer.status_code == 200 else {}
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        raise FetchError(feed.login.url, 1, f"no token: {type(error).__name__}") from None
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
        raise FetchError(feed.login.url, 1, f"no token: status {answer.status_code}")
    return token
