"""An optional extra, off by default: a language model may propose claims; rules decide.

Any endpoint that speaks the OpenAI chat form will do. What it sends back is a proposal. It becomes
a claim only where its quote stands word for word in the document, and where either a rule finds
the same facet in that quote or a person accepts it. Nothing in the dossier calls this by itself.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from trucewatch.dossier.claims import account_of, claims_of
from trucewatch.dossier.model import Claim
from trucewatch.errors import FetchError
from trucewatch.language.documents import Document

KEY_VARIABLE = "TRUCEWATCH_PROPOSE_KEY"
MAX_ANSWER, MAX_PROPOSALS, MAX_TEXT = 1024 * 1024, 200, 40_000
ASK = (
    "List what the document claims as JSON: [{quote, subject, predicate, value}]. Copy each quote "
    "word for word from the document. Write nothing else."
)
Accept = Callable[["Proposal"], bool]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where proposals are asked for. The key comes from the environment, never from a file."""

    url: str
    model: str
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model proposed, as it came: no claim yet."""

    quote: str
    subject: str | None
    predicate: str | None
    value: str | None


def proposals(document: Document, endpoint: Endpoint) -> list[Proposal]:
    """Ask an endpoint for proposals on one document; raises FetchError where it does not answer."""
    answer = _ask(document.text[:MAX_TEXT], endpoint)
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
        rows = json.loads(content)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise FetchError(
            endpoint.url, 1, f"an answer that is no list of claims: {error}"
        ) from error
    kept = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return [_proposal(row) for row in kept[:MAX_PROPOSALS]]


def accepted(
    document: Document, offered: Sequence[Proposal], *, root: str, person: Accept | None = None
) -> list[Claim]:
    """Return claims for the proposals that hold.

    A proposal holds where its quote stands in the document word for word, and a rule reads a claim
    with the same figure, date or actor from that very sentence, or `person` accepts it.
    """
    known = claims_of(account_of(document), root)
    found: dict[str, Claim] = {}
    for proposal in offered:
        start = document.text.find(proposal.quote) if proposal.quote.strip() else -1
        if start < 0:
            continue
        end = start + len(proposal.quote)
        inside = [c for c in known if c.start <= start and end <= c.end]
        ruled = [c for c in inside if _same(c, proposal)]
        if ruled:
            found.setdefault(ruled[0].id, ruled[0])
        elif person is not None and inside and person(proposal):
            claim = _by_person(inside[-1], proposal, start, end)
            found.setdefault(claim.id, claim)
    return list(found.values())


def _by_person(base: Claim, proposal: Proposal, start: int, end: int) -> Claim:
    from trucewatch.ids import content_id

    key = content_id("claim", base.document, "accepted", start, proposal.predicate, proposal.value)
    return replace(
        base, id=key, quote=proposal.quote, start=start, end=end, kind="accepted",
        predicate=proposal.predicate or "says", subject=proposal.subject, value=proposal.value,
    )  # fmt: skip


def _same(claim: Claim, proposal: Proposal) -> bool:
    """Whether a rule's claim has the value or the actor that the proposal names."""
    if claim.kind == "statement":
        return False
    said = {str(claim.value).casefold(), f"{claim.best:g}".casefold() if claim.best else ""}
    offered = (proposal.value or "").replace(",", "").casefold()
    subject = (proposal.subject or "").casefold()
    return bool(offered and offered in said) or bool(
        subject and claim.kind == "stance" and subject == (claim.subject or "").casefold()
    )


def _proposal(row: dict[str, Any]) -> Proposal:
    def text(key: str) -> str | None:
        value = row.get(key)
        return None if value is None else str(value)[:2000]

    return Proposal(text("quote") or "", text("subject"), text("predicate"), text("value"))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect to another host would carry the document there."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _ask(text: str, endpoint: Endpoint) -> bytes:
    if urlsplit(endpoint.url).scheme not in ("http", "https"):
        raise FetchError(endpoint.url, 1, "only http and https are spoken")
    messages = [{"role": "system", "content": ASK}, {"role": "user", "content": text}]
    body = json.dumps({"model": endpoint.model, "temperature": 0, "messages": messages})
    headers = {"Content-Type": "application/json"}
    key = os.environ.get(KEY_VARIABLE)
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(endpoint.url, body.encode(), headers)  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=endpoint.seconds) as response:
            answer: bytes = response.read(MAX_ANSWER + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise FetchError(endpoint.url, 1, str(error)) from error
    if len(answer) > MAX_ANSWER:
        raise FetchError(endpoint.url, 1, f"an answer of more than {MAX_ANSWER} bytes")
    return answer
