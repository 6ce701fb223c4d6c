"""What became of one capture's records: read, repeated, kept out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The account of one capture: its records add up to what is listed here.

    repeats: records whose account was known already, from this capture or an earlier one.
    """

    capture_id: str
    source_id: str
    origin: str
    records: int = 0
    observations: int = 0
    watches: int = 0
    claims: int = 0
    notices: int = 0
    quarantined: int = 0
    repeats: int = 0
    is_new: bool = True
