"""What became of an incident id: incidents grow, split and are absorbed; no id is ever lost."""

from __future__ import annotations

from pathlib import Path

from trucewatch.store import Store

SQL = Path(__file__).parent / "sql"


def resolve(store: Store, incident_id: str) -> tuple[str, ...]:
    """Return the open incidents that hold the observations of an incident, most of them first.

    The id itself where it is open; empty where no incident ever had this id.
    """
    found = store.step(SQL / "resolve.sql", {"incident_id": incident_id})
    ids: list[str] = found["incident_id"].to_pylist()
    return (incident_id,) if incident_id in ids else tuple(ids)
