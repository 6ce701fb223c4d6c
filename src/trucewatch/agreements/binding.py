"""Which party of an agreement each party of the mission is, and who is left without one."""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.agreements.agreement import Agreement
from trucewatch.agreements.load import read_agreement
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

    agreements: the mission's own, in its order; read where they are not given.
    """
    if agreements is None:
        agreements = [read_agreement(name, mission.root) for name in mission.agreements]
    left = [(agreement, *_left_over(agreement, mission.parties)) for agreement in agreements]
    return [_note(*one) for one in left if one[1] or one[2]]


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
    if len(absent) == len(agreement.parties) and unbound:
        return (
            f"{agreement.name}: it is between {', '.join(absent)}, and none of them is "
            f"{', '.join(unbound)}: nobody is held to it by name. Give each party in {FILE} the "
            "agreement's name for it as an alias"
        )
    parts = []
    if absent:
        parts.append(f"no party of the mission stands for {', '.join(absent)}")
    if unbound:
        parts.append(f"it names no party that is {', '.join(unbound)}, whose acts it holds "
                     "against nobody by name")  # fmt: skip
    return f"{agreement.name}: {'; '.join(parts)} (parties are told by id, name and aliases)"
