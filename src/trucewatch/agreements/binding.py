"""Which party of an agreement each party of the mission is, and who is left without one."""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.load import read_agreement
from trucewatch.config import read_yaml
from trucewatch.errors import ConfigError, Fault
from trucewatch.mission import FILE, Mission, Party


def party_index(agreement: Agreement, mission_parties: Sequence[Party]) -> dict[str, int]:
    """Return every known name of a party (case folded) with its index in the agreement.

    A mission's party is the agreement's party that shares its id, its name or an alias.
    """
    names = {n: i for i, p in enumerate(agreement.parties) for n in p.names}
    for party in mission_parties:
        own = _names(party)
        index = next((names[n] for n in sorted(own) if n in names), None)
        if index is not None:
            names.update(dict.fromkeys(own, index))
    return names


def party_notes(mission: Mission, agreements: Sequence[Agreement] | None = None) -> list[str]:
    """Return, for each agreement, who of it and of the mission stands for nobody of the other.

    agreements: the mission's own, in its order; read where they are not given. Raises ConfigError
    where the mission names parties and an agreement is between none of them.
    """
    if agreements is None:
        agreements = [read_agreement(name, mission.root) for name in mission.agreements]
    notes: list[str] = []
    strangers: list[int] = []
    for number, agreement in enumerate(agreements):
        absent, unbound = _left_over(agreement, mission.parties)
        if mission.parties and len(unbound) == len(mission.parties):
            strangers.append(number)
        elif absent or unbound:
            notes.append(_note(agreement, absent, unbound))
    if strangers:
        raise ConfigError([_fault(mission, number, agreements[number]) for number in strangers])
    return notes


def _names(party: Party) -> set[str]:
    return {name.strip().casefold() for name in (party.id, party.name, *party.aliases)}


def _left_over(agreement: Agreement, parties: Sequence[Party]) -> tuple[list[str], list[str]]:
    """The agreement's parties that are none of the mission's, and the mission's that are none."""
    known = party_index(agreement, parties)
    bound = {party.id: known.get(party.id.strip().casefold()) for party in parties}
    taken = set(bound.values())
    absent = [p.id for number, p in enumerate(agreement.parties) if number not in taken]
    return absent, [name for name, index in bound.items() if index is None]


def _note(agreement: Agreement, absent: list[str], unbound: list[str]) -> str:
    parts = []
    if absent:
        parts.append(f"no party of the mission stands for {', '.join(absent)}")
    if unbound:
        parts.append(f"it names no party that is {', '.join(unbound)}, whose acts it holds "
                     "against nobody by name")  # fmt: skip
    return f"{agreement.name}: {'; '.join(parts)} (parties are told by id, name and aliases)"


def _fault(mission: Mission, number: int, agreement: Agreement) -> Fault:
    own = ", ".join(f"{p.id} ({p.name})" for p in mission.parties)
    between = ", ".join(f"{p.id} ({p.name})" for p in agreement.parties)
    return read_yaml(mission.root / FILE).fault(
        ("agreements", number),
        found=f"{agreement.name} between {between}, none of them a party of this mission",
        expected=f"an agreement between parties of the mission: {own}",
        mend="Give each party of the mission the agreement's name for it as an alias, write an "
        "agreement between these parties, or leave this one out.",
    )
