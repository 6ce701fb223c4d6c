"""IATI activity files into observations: one for each transaction that is a commitment's stage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from trucewatch.errors import ReadError
from trucewatch.evidence import Capture
from trucewatch.iati import BYTES_MAX, Organisation, Transaction, transactions
from trucewatch.mission import Mission
from trucewatch.model import Observation

DAY = timedelta(days=1)


def read(path: Path, mission: Mission, capture: Capture) -> Iterator[Observation | ReadError]:
    """Yield a stage per transaction; a ReadError for each transaction that cannot be read.

    Who pays is the claimed actor, who reports the claimant: both as a party of the mission where
    a party has that id, name or alias. Raises ReadError where the bytes are no activity file.
    """
    with path.open("rb") as opened:
        content = opened.read(BYTES_MAX + 1)
    parties = _parties(mission)
    for number, found in enumerate(transactions(content, capture.origin), start=1):
        yield found if isinstance(found, ReadError) else _observation(found, number, parties)


def _parties(mission: Mission) -> dict[str, str]:
    return {
        name.strip().casefold(): party.id
        for party in mission.parties
        for name in (party.id, party.name, *party.aliases)
    }


def _named(organisation: Organisation | None, parties: Mapping[str, str]) -> str | None:
    if organisation is None:
        return None
    names = [name for name in (organisation.ref, organisation.name) if name]
    known = (parties.get(name.strip().casefold()) for name in names)
    return next((party for party in known if party), organisation.called)


def _observation(told: Transaction, number: int, parties: Mapping[str, str]) -> Observation:
    receiver = _named(told.receiver, parties)
    attributes = {
        "stage": told.stage, "provision": told.provision, "activity": told.activity,
        "transaction_type": told.type_code, "receiver": receiver,
    }  # fmt: skip
    end = told.when_utc + DAY if told.when_utc and told.is_day else told.when_utc
    return Observation(
        source_id="iati", kind="commitment_stage", means="reported",
        start_utc=told.when_utc, end_utc=end,
        when_precision="unknown" if end is None else "day" if told.is_day else "instant",
        published_utc=told.updated_utc, quantity=told.amount, unit=told.currency,
        claimed_actor=_named(told.payer, parties), claimant=_named(told.reporter, parties),
        # One reporter's books are one source, in however many files they come.
        root_id=f"iati-{told.reporter.called}", record_no=number, source_record=told.ref,
        attributes=json.dumps({k: v for k, v in attributes.items() if v}, ensure_ascii=False),
    )  # fmt: skip
