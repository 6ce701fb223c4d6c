"""What the deconfliction register says of a finding: announced before, or by nobody."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trucewatch.respond.register import Match

Row = Mapping[str, Any]

EXPLAINED, UNANNOUNCED = "explained", "unannounced"


@dataclass(frozen=True, slots=True)
class Announcement:
    """says: EXPLAINED (a notice known beforehand answers for every act the finding stands on, and
    none lies in a truce that it breaks), UNANNOUNCED (an act that needed a notice had none before
    it began), or None. notices: the ids of those that answer, for either."""

    says: str | None = None
    notices: tuple[str, ...] = ()


NOTHING = Announcement()


def acts_of(finding: Row) -> tuple[str, ...]:
    """Return the ids of all acts of a finding from its trace; none where it lists but a part."""
    tree = json.loads(finding["trace"] or "{}")
    ids = tuple(str(act["id"]) for act in tree.get("incidents", ()))
    return ids if len(ids) == tree.get("incident_count", 0) else ()


def announcements(
    acts: Mapping[str, Sequence[str]], register: Iterable[Match]
) -> dict[str, Announcement]:
    """Return what the register says, by finding; findings it says nothing of are left out.

    acts: finding id -> ids of its acts. An explanation must hold for every act: one that no
    notice answers for keeps the alarm. The same rule whoever gave notice.
    """
    lines: dict[str, list[Match]] = {}
    for match in register:
        lines.setdefault(match.subject_id, []).append(match)
    found = {name: _of([lines.get(act, []) for act in ids]) for name, ids in acts.items() if ids}
    return {name: said for name, said in found.items() if said.says}


def _of(acts: Sequence[Sequence[Match]]) -> Announcement:
    flat = [match for lines in acts for match in lines]
    notices = tuple(sorted({match.notice_id for match in flat if match.notice_id}))
    verdicts = {match.verdict for match in flat}
    if "unannounced" in verdicts:
        return Announcement(UNANNOUNCED, notices)
    clear = all(any(match.verdict == "explained" for match in lines) for lines in acts)
    if clear and "against_truce" not in verdicts:
        return Announcement(EXPLAINED, notices)
    return NOTHING
