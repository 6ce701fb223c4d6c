"""Which reports make the channels of the scan, from a mission's rows or from an exercise's days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from trucewatch.warn.preparation import SHARE_CHANNEL, Channel
from trucewatch.warn.signs import Seen

# Indicator -> kinds of observation that it counts by the day.
COUNTED = {
    "instruments": ("jamming", "instrument_attack"), "access": ("access_denied",),
    "movement": ("movement", "weapon_presence", "advance"), "drones": ("uav",),
}  # fmt: skip


def channels_of(told: Mapping[str, Seen], days: Seen) -> dict[str, Channel]:
    """Return the channels on record, by indicator; one without a single report is left out.

    told: by kind of observation, and `heavy`, `calibre_named`, `watch_out`, `watches`. days: an
    entry of 1 for each zone and day on which anything could be seen.
    """
    found = {
        name: Channel(joined(told[kind] for kind in kinds if kind in told), days)
        for name, kinds in COUNTED.items() if any(_on_record(told, kind) for kind in kinds)
    }  # fmt: skip
    if _on_record(told, "heavy"):
        found[SHARE_CHANNEL] = Channel(told["heavy"], told["calibre_named"], is_share=True)
    if _on_record(told, "watch_out"):
        # Watches that were refused or jammed are in `access` and `instruments` already.
        found["observers_leave"] = Channel(told["watch_out"], told["watches"])
    return found


def joined(parts: Iterable[Seen]) -> Seen:
    """Return several groups of entries as one."""
    every = list(parts)
    return Seen(*(np.concatenate([getattr(p, name) for p in every]) for name in Seen.__slots__))


def with_sum(one: Seen, zones: int) -> Seen:
    """Return entries of `zones` zones and, as a zone after them, their sum."""
    return joined([one, Seen(np.full_like(one.zone, zones), one.day, one.known, one.n)])


def _on_record(told: Mapping[str, Seen], kind: str) -> bool:
    return kind in told and len(told[kind].n) > 0
